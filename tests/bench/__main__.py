"""`python -m tests.bench`: the speed table of the design, each act with its yardstick.

    --quick         a store of 5,000 contacts instead of 100,000
    --contacts N    a store of N contacts
    --store PATH    that store; edits are made in it, and undone again
    --rows N        opportunities in the files of the import (50,000)
    --only NAME     only that part, may be given several times

A store is made once in build/bench and kept. Nothing fails on a time; the exit code is 1 only
if a part could not be measured.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.bench import measure, stores
from tests.bench.measure import Line

QUICK = 5_000
PARTS = (
    "start", "turn", "scroll", "list", "sort", "filter", "group", "search", "commit", "paste",
    "import",
)  # fmt: skip


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench", description="The speed table.")
    parser.add_argument("--quick", action="store_true", help=f"a store of {QUICK:,} contacts")
    parser.add_argument("--contacts", type=int, help="contacts of the store")
    parser.add_argument("--store", type=Path, help="measure on this store")
    parser.add_argument("--rows", type=int, help="opportunities in the files of the import")
    parser.add_argument("--only", action="append", choices=PARTS, help="only this part")
    parser.add_argument("--folder", type=Path, default=stores.FOLDER, help="where files are made")
    return parser.parse_args(given)


def measured(
    store: Path, folder: Path, kept: Path, rows: int, parts: tuple[str, ...], *, judged: bool
) -> tuple[list[Line], list[str]]:
    """The lines of these parts, and the parts that failed, whose tracebacks are printed.

    `folder` is for this run alone, `kept` for the stores that the next one uses again.
    """
    # Not before the folders are set: Qt and the package read their surroundings when imported.
    from crmdesk.ops.opening import open_workspace
    from tests.bench import (
        desk,
        grouping,
        lists,
        million,
        pasting,
        searching,
        start,
        turning,
        writing,
    )

    def on_bridge(part: Callable[..., list[Line]], *more: Path) -> list[Line]:
        with desk.bridge_on(store) as bridge:
            return part(bridge, *more, judged=judged)

    def on_workspace(part: Callable[..., list[Line]]) -> list[Line]:
        with open_workspace(store) as workspace:
            return part(workspace, folder, judged=judged)

    def on_tasks(part: Callable[..., list[Line]]) -> list[Line]:
        # A million for the budgets, else as many as the files of the import have.
        count = million.FULL if judged else rows
        with desk.bridge_on(million.task_store(count, kept)) as bridge:
            return part(bridge, judged=judged)

    acts: dict[str, Callable[[], list[Line]]] = {
        "start": lambda: start.starting(store, judged=judged),
        "turn": lambda: on_bridge(turning.turning, folder),
        "scroll": lambda: on_bridge(lists.scrolling),
        "list": lambda: on_bridge(lists.opening),
        "sort": lambda: on_tasks(million.sorting),
        "filter": lambda: on_tasks(million.filtering),
        "group": lambda: on_tasks(grouping.grouping),
        "search": lambda: on_workspace(searching.searching),
        "commit": lambda: on_workspace(writing.committing),
        "paste": lambda: on_bridge(pasting.pasting, folder),
        "import": lambda: writing.importing(folder, rows, judged=judged),
    }
    lines: list[Line] = []
    failed = []
    for part in parts:
        print(f"… {part}", file=sys.stderr, flush=True)
        try:
            lines += acts[part]()
        except Exception:
            # One part that cannot be measured must not keep the others from being told.
            traceback.print_exc()
            failed.append(part)
    return lines, failed


def main(given: list[str] | None = None) -> int:
    """Measure and print the table; the exit code."""
    asked = _arguments(given)
    folder: Path = asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    # Settings and logs of its own, the same at every run: a store that is opened from another
    # device's folder begins another stream of its log.
    os.environ["CRMDESK_HOME"] = str(folder / "home")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    contacts = asked.contacts or (QUICK if asked.quick else stores.FULL)
    store = asked.store or stores.sample_store(contacts, folder)
    rows = asked.rows or (5_000 if asked.quick else 50_000)
    judged = bool(asked.store) or contacts >= stores.FULL
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="run-", dir=folder) as work:
        parts = tuple(asked.only or PARTS)
        lines, failed = measured(store, Path(work), folder, rows, parts, judged=judged)
    print(
        f"{store.name}: {store.stat().st_size / 1e6:,.0f} MB; "
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; measured in {time.perf_counter() - began:.0f} s\n"
    )
    print(measure.table(lines))
    if not judged:
        print("- The budgets are for a store of 100,000 contacts; this one is smaller.")
    for part in failed:
        print(f"- {part}: could not be measured, see above")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
