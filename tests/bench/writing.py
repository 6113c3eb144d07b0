"""Writing: the commit of one edit, and the import of CSV files."""

from __future__ import annotations

import csv
import random
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from crmdesk.features.exchange.importing import plan_import, run_import
from crmdesk.ops.changes import Update
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import Query
from tests.bench.measure import Line, median, ms, percentile
from tests.bench.yardsticks import plain

EDITS = 300
SEED = 5


def committing(workspace: Workspace, folder: Path, *, judged: bool) -> list[Line]:
    """Single edits of random contacts, each a transaction of its own; all are undone again."""
    chance = random.Random(SEED)
    with workspace.reader() as conn:
        select = workspace.select
        rowids = select.ids(conn, Query("contact"), workspace.query_context())
        some = [rowids[chance.randrange(len(rowids))] for _ in range(EDITS)]
        ids = list(select.record_ids(conn, "contact", some).values())
    theirs = plain(folder, "commits", EDITS)
    ours = []
    for number, record in enumerate(ids):
        command = Update("contact", record, {"job_title": f"Buyer {number}"})
        ours.append(ms(partial(workspace.run, command)))
    for _ in ids:
        workspace.undo()
    beyond = median(ours) - median(theirs)
    return [
        Line(
            "commit of one edit", median(ours), "ms", "<= 5 ms beyond the disk's",
            beyond <= 5 if judged else None, median(theirs),
            f"{beyond:.1f} ms beyond; p95 {percentile(ours, 0.95):.1f} ms against "
            f"{percentile(theirs, 0.95):.1f}; a script that writes the row, a log line, an undo "
            "step and a word index by sqlite3, synchronous=FULL",
        )
    ]  # fmt: skip


# ---------------------------------------------------------------- import

PRODUCTS = ("GTX Basic", "GTX Pro", "MG Special", "MG Advanced", "GTX Plus Pro", "GTK 500")
SECTORS = ("technology", "medical", "retail", "software", "finance", "marketing")
STAGES = ("Won", "Lost", "Engaging", "Prospecting")


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
    return path


def pipeline_files(folder: Path, rows: int) -> list[Path]:
    """Accounts, products, teams and so many opportunities, as a CRM exports them."""
    chance = random.Random(SEED)
    firms = [f"{chance.choice(('Kest', 'West', 'Han', 'Bet', 'Zum'))}{n:05d} Ltd"
             for n in range(max(10, rows // 20))]  # fmt: skip
    agents = [f"Agent {chr(65 + n)}. Name{n}" for n in range(26)]

    def deal(number: int) -> tuple[object, ...]:
        stage = chance.choices(STAGES, (5, 3, 2, 1))[0]
        engaged = date(2024, 1, 1) + timedelta(chance.randrange(700))
        closed = engaged + timedelta(chance.randrange(5, 120))
        over = stage in {"Won", "Lost"}
        return (
            f"OP{number:07d}", chance.choice(agents), chance.choice(PRODUCTS),
            chance.choice(firms) if chance.random() > 0.15 else "", stage,
            "" if stage == "Prospecting" else engaged, closed if over else "",
            chance.randrange(50, 9000) if stage == "Won" else 0 if over else "",
        )  # fmt: skip

    return [
        _write(
            folder / "accounts.csv",
            ("account", "sector", "year_established", "revenue", "employees",
             "office_location", "subsidiary_of"),
            ((firm, chance.choice(SECTORS), 1980 + n % 40, f"{n * 37 % 9000}.{n % 100:02d}",
              10 + n * 13 % 9000, "United States", "") for n, firm in enumerate(firms)),
        ),
        _write(
            folder / "products.csv", ("product", "series", "sales_price"),
            ((name, name[:3], 55 + n * 500) for n, name in enumerate(PRODUCTS)),
        ),
        _write(
            folder / "sales_teams.csv", ("sales_agent", "manager", "regional_office"),
            ((agent, f"Boss {n % 3}", ("Central", "East", "West")[n % 3])
             for n, agent in enumerate(agents)),
        ),
        _write(
            folder / "sales_pipeline.csv",
            ("opportunity_id", "sales_agent", "product", "account", "deal_stage",
             "engage_date", "close_date", "close_value"),
            (deal(n) for n in range(rows)),
        ),
    ]  # fmt: skip


def importing(parent: Path, rows: int, *, judged: bool) -> list[Line]:
    """The files of a pipeline into an empty store, and the same files once more."""
    folder = Path(tempfile.mkdtemp(prefix="import-", dir=parent))
    try:
        files = pipeline_files(folder, rows)
        theirs = plain(folder, "rows", files[-1])[0]
        total = sum(len(file.read_text(encoding="utf-8").splitlines()) - 1 for file in files)
        workspace = open_workspace(folder / "import.sqlite3", create=True)
        try:
            ctx = workspace.text_context("en", "en_US", zone="UTC", currency="USD", region="US")

            def bring_in() -> float:
                began = time.perf_counter()
                run_import(workspace, plan_import(files, workspace, ctx))
                return total / (time.perf_counter() - began)

            first, again = bring_in(), bring_in()
        finally:
            workspace.close()
    finally:
        shutil.rmtree(folder)
    note = (
        f"{total:,} rows of four files into an empty store; csv and executemany into one table "
        "without matching, log or index"
    )
    return [
        Line("import of CSV", first, "rows/s", ">= 10,000 rows/s",
             first >= 10_000 if judged else None, theirs, note),
        Line("import of the same files again", again, "rows/s", "-", None,
             note="all match and nothing changes"),
    ]  # fmt: skip
