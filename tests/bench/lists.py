"""Grids: a frame while scrolling, and opening a long list that is sorted and filtered."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.sources import QuerySource
from crmdesk.schema.query import Condition, Query, Sort
from tests.bench.desk import pump, settle, until
from tests.bench.measure import Line, median, ms, percentile

SIZE = (1920, 1080)
PAGES = 25
ROUNDS = 4
NOTCH = 3
"""Rows that one notch of a wheel scrolls."""


def shown(bridge: Bridge, query: Query) -> GridView:
    """A full-screen grid of a query, asked for but not waited for."""
    model = GridModel(QuerySource(bridge, query))
    view = GridView(model, numbers=True)
    model.setParent(view)
    view.resize(*SIZE)
    view.show()
    pump()
    model.reload(fresh=True)
    return view


# ---------------------------------------------------------------- scrolling


def _rival(view: GridView, rows: int) -> QTableView:
    """Qt's own table with the same texts, columns and heights."""
    grid = view.grid
    columns = len(grid.columns)
    model = QStandardItemModel(rows, columns)
    for row in range(rows):
        for column in range(columns):
            model.setItem(row, column, QStandardItem(grid.cell(row, column).text))
    rival = QTableView()
    model.setParent(rival)
    rival.setModel(model)
    rival.verticalHeader().setDefaultSectionSize(view.verticalHeader().defaultSectionSize())
    rival.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    rival.setShowGrid(False)
    for column in range(columns):
        rival.setColumnWidth(column, view.columnWidth(column))
    rival.resize(*SIZE)
    rival.show()
    pump()
    return rival


def _frames(view: QTableView, step: int, count: int) -> list[float]:
    """Milliseconds of each frame of a scroll: moving the bar and painting what follows."""
    bar = view.verticalScrollBar()
    bar.setValue(0)
    QApplication.processEvents()

    def frame() -> None:
        bar.setValue(bar.value() + step)
        QApplication.processEvents()

    return [ms(frame) for _ in range(count)]


def scrolling(bridge: Bridge, *, judged: bool) -> list[Line]:
    """Frames of a scroll by whole pages and by notches of the wheel, over rows read before."""
    view = shown(bridge, QuerySource.all_of(bridge, "contact").query)
    settle(bridge)
    high = view.verticalHeader().defaultSectionSize()
    page = view.viewport().height() // high * high
    rows = min(view.grid.total, (PAGES + 2) * page // high)
    pages = max(1, rows * high // page - 1)
    bar = view.verticalScrollBar()
    for number in range(pages + 1):
        bar.setValue(number * page)
        settle(bridge)
    bar.setValue(0)
    settle(bridge)
    rival = _rival(view, rows)
    lines = []
    for act, step, count in (
        ("scroll frame, whole page", page, pages),
        ("scroll frame, wheel notch", NOTCH * high, pages * 8),
    ):
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(ROUNDS):
            theirs += _frames(rival, step, count)
            ours += _frames(view, step, count)
        ratio = median(ours) / median(theirs)
        lines.append(
            Line(
                act, median(ours), "ms", "<= 1.0 x", ratio <= 1.0 if judged else None,
                median(theirs),
                f"{SIZE[0]} x {SIZE[1]}, median of {len(ours)} frames; QTableView with a "
                "QStandardItemModel of the same texts",
            )
        )  # fmt: skip
    view.close()
    rival.close()
    view.deleteLater()
    rival.deleteLater()
    return lines


# ---------------------------------------------------------------- opening a list


@dataclass(frozen=True)
class Opening:
    """One opening: milliseconds to the first rows painted, to all ids, and the longest block."""

    first: float
    whole: float
    block: float
    total: int


def open_list(bridge: Bridge, query: Query) -> Opening:
    """Open a grid of a query and wait for it."""
    began = time.perf_counter()
    view = shown(bridge, query)
    grid = view.grid

    def since() -> float:
        return (time.perf_counter() - began) * 1000

    painted: Callable[[], bool] = lambda: grid.total > 0 and grid.row_at(0) is not None  # noqa: E731
    block = until(painted)
    # The rows are there; the next pass paints them.
    block = max(block, pump())
    first = since()
    block = max(block, until(lambda: grid.ready), settle(bridge))
    found = Opening(first, since(), block, grid.total)
    view.close()
    view.deleteLater()
    settle(bridge)
    return found


def longest_activity(bridge: Bridge) -> tuple[str, int]:
    """The entity of activities with the most records, and their number."""
    select, ctx = bridge.workspace.select, bridge.query_context()
    with bridge.workspace.reader() as conn:
        counts = {
            entity: select.count(conn, Query(entity), ctx)
            for entity in ("task", "event", "interaction", "note")
        }
    entity = max(counts, key=lambda name: counts[name])
    return entity, counts[entity]


def _query(bridge: Bridge, entity: str) -> Query:
    """Sorted by the time of the activity, filtered by who has it: most stay."""
    declared = bridge.registry.entity(entity)
    stamp = declared.timeline or "created_at"
    owner = next(field.name for field in declared.fields if field.name in {"owner", "user"})
    where = Condition(owner, "is_not", bridge.workspace.user)
    return Query(entity, where=where, sort=(Sort(stamp, descending=True),))


def opening(bridge: Bridge, *, judged: bool) -> list[Line]:
    """A sorted, filtered list of the most numerous activities."""
    entity, count = longest_activity(bridge)
    query = _query(bridge, entity)
    open_list(bridge, query)
    runs = [open_list(bridge, query) for _ in range(5)]
    what = f"{entity}: {runs[0].total:,} of {count:,} rows, newest first, another owner"
    first = median(run.first for run in runs)
    block = percentile((run.block for run in runs), 1.0)
    whole = median(run.whole for run in runs)
    return [
        Line("list, first rows painted", first, "ms", "<= 100 ms",
             first <= 100 if judged else None, note=what),
        Line("list, longest block of the window", block, "ms", "<= 50 ms",
             block <= 50 if judged else None, note=f"until all ids are there ({whole:.0f} ms)"),
    ]  # fmt: skip
