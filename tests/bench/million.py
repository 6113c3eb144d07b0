"""One list of a million tasks: how long another order or filter takes to show."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from crmdesk.features.cube.stand import Stand
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube.listing import ListFront
from crmdesk.ops.changes import CreateMany
from crmdesk.ops.opening import open_workspace
from crmdesk.schema.query import ME, All, Condition, Sort, Where
from crmdesk.schema.values import Cell
from crmdesk.schema.viewdata import ViewSpec
from crmdesk.store import capture, rows
from crmdesk.store.driver import raw_of
from tests.bench.desk import pump, settle, until
from tests.bench.measure import Line, median
from tests.bench.stores import FOLDER

FULL = 1_000_000
_SEED = 11
_COMPANIES, _OWNERS = 500, 12
_CITIES = ("Hull", "Bremen", "宁波", "上海", "Turin", "Lyon", "Porto", "Gent", "苏州", "Oslo")
_WORDS = (
    "Call",
    "Visit",
    "Send the quote",
    "Ask about the pumps",
    "回访",
    "报价",
    "Plan",
    "Invoice",
)
_DAY = date(2026, 11, 22)
_STAMP = "2026-11-22T08:00:00.000Z"
SIZE = (1920, 1080)
ROUNDS = 3


def task_store(count: int, folder: Path = FOLDER) -> Path:
    """A store with so many tasks of some companies and owners, made unless it was before.

    The tasks are laid in without a log and without search index, which lists do not ask.
    """
    path = folder / f"tasks-{count}" / "store.sqlite3"
    if path.exists():
        return path
    print(f"Making a store with {count:,} tasks in {path.parent} …", flush=True)
    began = time.perf_counter()
    part = path.parent.with_name(path.parent.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    workspace = open_workspace(part / path.name, create=True)
    try:
        rnd = random.Random(_SEED)
        owners = workspace.run(
            CreateMany("user", [{"name": f"Owner {n}"} for n in range(_OWNERS)])
        ).created
        companies = workspace.run(
            CreateMany(
                "company",
                [{"name": f"Company {n:03}", "city": _CITIES[n % len(_CITIES)]}
                 for n in range(_COMPANIES)],
            )
        ).created  # fmt: skip
        columns = ("id", "subject", "kind", "status", "done", "due", "priority", "company",
                   "owner", "created_at", "updated_at")  # fmt: skip

        def cells() -> Iterator[tuple[Cell, ...]]:
            for number in range(count):
                done = rnd.random() < 0.7
                day = _DAY + timedelta(rnd.randrange(-900, 300))
                yield (
                    rows.new_id(), f"{rnd.choice(_WORDS)} {number}", "call",
                    "done" if done else "open", int(done), day.isoformat(),
                    rnd.choice(("low", "normal", "high")), rnd.choice(companies),
                    rnd.choice((*owners, workspace.user)), _STAMP, _STAMP,
                )  # fmt: skip

        entity = workspace.registry.entity("task")
        with workspace.store.write() as conn:
            raw = raw_of(conn)
            with capture.silenced(raw), capture.lifted(raw, entity):
                rows.insert_many(raw, entity.name, columns, cells())
            raw.execute("ANALYZE")
    finally:
        workspace.close()
    part.rename(path.parent)
    print(f"Made in {time.perf_counter() - began:.0f} s.", flush=True)
    return path


@dataclass(frozen=True)
class Shown:
    """Milliseconds until the new first rows are painted and until all are there; the longest
    block of the window meanwhile; how many there are."""

    first: float
    whole: float
    block: float
    total: int


def change(bridge: Bridge, front: ListFront, spec: ViewSpec) -> Shown:
    """Look at the list in another way and wait for it."""
    settle(bridge)
    model = front.pane.model
    fresh = False

    def arrived(*_what: object) -> None:
        nonlocal fresh
        fresh = True

    signals = (model.modelReset, model.rowsInserted, model.rowsRemoved, model.layoutChanged,
               model.loaded)  # fmt: skip
    began = time.perf_counter()
    front.change(spec)
    # The columns change at once; what is waited for are the rows.
    for one in signals:
        one.connect(arrived)
    asked = (time.perf_counter() - began) * 1000

    def there() -> bool:
        # In a small store a filter may leave nothing: then all is there when the ids are.
        rows = model.total > 0 and (model.row_at(0) or model.head_at(0)) is not None
        return fresh and (model.ready or rows)

    block = max(asked, until(there))
    block = max(block, pump())
    first = (time.perf_counter() - began) * 1000
    block = max(block, until(lambda: model.ready), settle(bridge))
    whole = (time.perf_counter() - began) * 1000
    for one in signals:
        one.disconnect(arrived)
    return Shown(first, whole, block, model.total)


def sorting(bridge: Bridge, *, judged: bool) -> list[Line]:
    """Sort the list of tasks in several ways."""
    orders = {
        "by day": (Sort("due"),),
        "by text": (Sort("subject"),),
        "by two": (Sort("priority"), Sort("due", True)),
        "by state and text": (Sort("status"), Sort("subject")),
        "through a reference and by day": (Sort("owner"), Sort("due")),
        "through a reference": (Sort("company"),),
    }
    ways = {way: ViewSpec("task", sort=sort) for way, sort in orders.items()}
    return _looking(bridge, "sort", ways, judged=judged)


def filtering(bridge: Bridge, *, judged: bool) -> list[Line]:
    """Filter the list of tasks in several ways."""
    conditions: dict[str, tuple[Where, ...]] = {
        "open and overdue": (
            Condition("done", "is", False), Condition("due", "within", "overdue"),
        ),
        "mine this quarter": (
            Condition("owner", "is", ME), Condition("due", "within", "this_quarter"),
        ),
        "a part of text": (Condition("subject", "contains", "报价 7"),),
        "through a reference": (Condition("company.city", "is", "宁波"),),
    }  # fmt: skip
    ways = {way: ViewSpec("task", where=All(parts)) for way, parts in conditions.items()}
    return _looking(bridge, "filter", ways, judged=judged)


@contextmanager
def list_of_tasks(bridge: Bridge) -> Iterator[ListFront]:
    """The list of all tasks, shown, with all its rows there."""
    front = ListFront(bridge, Stand("task"))
    # The window's part: what is changed becomes the stand that is shown.
    front.changed.connect(lambda text: front.show_stand(_changed(front.stand, text)))
    front.resize(*SIZE)
    front.show()
    until(lambda: front.pane.model.ready)
    try:
        yield front
    finally:
        front.close()
        front.deleteLater()
        settle(bridge)


def _looking(bridge: Bridge, act: str, ways: Mapping[str, ViewSpec], *, judged: bool) -> list[Line]:
    plain = ViewSpec("task")
    lines = []
    worst = 0.0
    with list_of_tasks(bridge) as front:
        for way, spec in ways.items():
            runs = []
            for _ in range(ROUNDS):
                runs.append(change(bridge, front, spec))
                change(bridge, front, plain)
            first = median(run.first for run in runs)
            worst = max(worst, *(run.block for run in runs))
            lines.append(
                Line(f"{act}, {way}", first, "ms", "<= 100 ms",
                     first <= 100 if judged else None,
                     note=f"to the first rows; {runs[0].total:,} rows; all there after "
                          f"{median(run.whole for run in runs):,.0f} ms")
            )  # fmt: skip
    lines.append(
        Line(f"{act}, longest block", worst, "ms", "<= 50 ms",
             worst <= 50 if judged else None, note="of the window, while its rows come")
    )  # fmt: skip
    return lines


def _changed(stand: Stand, text: str) -> Stand:
    return Stand(stand.entity, view=stand.view, changed=text)
