"""Pasting: 10,000 cells from the clipboard into a shown grid, with log and search index."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.feed import Feed
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.sources import QuerySource
from crmdesk.ops.changes import Outcome
from crmdesk.schema.query import Query, Sort
from tests.bench import desk
from tests.bench.measure import Line
from tests.bench.yardsticks import plain

CELLS = 10_000
ROUNDS = 3
# A text, another that is unlike in each row, a web address, a note.
PATHS = ("city", "name", "website", "description")
BUDGET = 1_500


def _table(number: int, wide: int) -> str:
    kinds = (
        lambda n: ("Hamburg", "Leeds", "宁波", "Lyon")[(n + number) % 4],
        lambda n: f"Firm {n:05d} {'ABCDEFG'[(n * 7 + number) % 7]} Ltd",
        lambda n: f"https://www.firm-{n}-{number}.example.com",
        lambda n: f"Met at the fair, round {number}, sends its plans by week {n % 52}",
    )
    lines = ("\t".join(kind(n) for kind in kinds[:wide]) for n in range(CELLS // wide))
    return "".join(f"{line}\r\n" for line in lines)


def _wait(reached: Callable[[], bool]) -> float:
    """Run the event loop, asleep as a window is, until something is so; the longest block."""
    longest, clock = 0.0, QTimer()
    clock.start(5)
    while not reached():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        longest = max(longest, desk.pump())
    return longest


def pasting(bridge: Bridge, folder: Path, *, judged: bool) -> list[Line]:
    """From the key press to the announcement and the rows painted again; each is undone."""
    wide = len(PATHS)
    count = CELLS // wide
    source = QuerySource(bridge, Query("company", sort=(Sort("created_at"),)), PATHS)
    view = GridView(GridModel(source))
    _feed = Feed(bridge, view)
    view.resize(1200, 800)
    view.show()
    view.grid.reload(fresh=True)
    desk.until(lambda: view.grid.ready and view.grid.row_at(0) is not None)
    total = view.grid.total
    found, longest = [], 0.0
    try:
        for number in range(ROUNDS):
            QGuiApplication.clipboard().setText(_table(number, wide))
            view.go(0, 0)
            began = time.perf_counter()
            view.paste()
            blocked = (time.perf_counter() - began) * 1000
            longest = max(longest, blocked, _wait(lambda: not view.grid.overlaid))
            found.append((time.perf_counter() - began) * 1000)
            done: list[Outcome] = []
            bridge.undo(done.append)
            _wait(lambda done=done: bool(done))  # type: ignore[misc]
    finally:
        view.close()
        view.deleteLater()
    theirs = plain(folder, "pastes", count, wide)[0]
    ours = sorted(found)[len(found) // 2]
    note = (
        f"{count:,} rows of {wide} columns, one step; the window blocked {longest:.0f} ms at most; "
        f"a script that updates the rows, a log and a word index by sqlite3"
    )
    if total < count:
        note += f"; {count - total:,} of the rows are new"
    return [
        Line(f"paste of {CELLS:,} cells", ours, "ms", f"<= {BUDGET:,} ms",
             ours <= BUDGET if judged else None, theirs, note)
    ]  # fmt: skip
