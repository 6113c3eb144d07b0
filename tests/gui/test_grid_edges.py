"""Ctrl with an arrow: to the edge of the filled cells, also of rows that nobody has read."""

from __future__ import annotations

from array import array
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.edges import edge_in, edge_of
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.ranges import Block
from crmdesk.gui.grid.source import GridColumn
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.sources import QuerySource
from crmdesk.ops.changes import CreateMany
from tests.gui.conftest import Hand
from tests.gui.memory import Rows

Show = Callable[..., tuple[GridView, Hand]]
K = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
A, B, C, D = range(4)
#       A    B    C    D
CELLS = """
        a    b    .    d
        a    .    .    d
        a    .    .    d
        .    b    .    d
        .    b    .    d
        a    b    .    d
"""


def gappy() -> Rows:
    columns = [GridColumn(letter, letter.upper(), width=120) for letter in "abcd"]
    lines = [line.split() for line in CELLS.strip().splitlines()]
    records: list[dict[str, object]] = [
        {letter: None if cell == "." else cell for letter, cell in zip("abcd", line, strict=True)}
        for line in lines
    ]
    return Rows(columns, records)


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        ((0, A), K.Key_Down, (2, A)),
        ((1, A), K.Key_Down, (2, A)),
        ((2, A), K.Key_Down, (5, A)),
        ((3, A), K.Key_Down, (5, A)),
        ((5, A), K.Key_Down, (5, A)),
        ((5, A), K.Key_Up, (2, A)),
        ((2, A), K.Key_Up, (0, A)),
        ((0, B), K.Key_Down, (3, B)),
        ((0, C), K.Key_Down, (5, C)),
        ((4, C), K.Key_Up, (0, C)),
        ((3, D), K.Key_Down, (5, D)),
        ((0, A), K.Key_Right, (0, B)),
        ((0, B), K.Key_Right, (0, D)),
        ((1, A), K.Key_Right, (1, D)),
        ((3, A), K.Key_Right, (3, B)),
        ((0, D), K.Key_Left, (0, B)),
        ((3, B), K.Key_Left, (3, A)),
        ((0, A), K.Key_Left, (0, A)),
        # From the line for a new record, which is empty.
        ((6, A), K.Key_Up, (5, A)),
    ],
)
def test_ctrl_with_an_arrow_goes_to_the_edge(
    show: Show, start: tuple[int, int], key: Qt.Key, end: tuple[int, int]
) -> None:
    view, hand = show(gappy())
    view.go(*start)
    hand.press(key, CTRL)
    assert view.current() == end


def test_with_shift_it_grows_the_range_from_where_it_began(show: Show) -> None:
    view, hand = show(gappy())
    view.go(0, A)
    hand.press(K.Key_Right, CTRL | SHIFT)
    assert view.ranges.block() == Block(range(1), (A, B))
    # The column in which it began says where it ends.
    hand.press(K.Key_Down, CTRL | SHIFT)
    assert view.ranges.block() == Block(range(3), (A, B))
    hand.press(K.Key_Down, CTRL | SHIFT)
    assert view.ranges.block() == Block(range(6), (A, B))
    assert view.current() == (0, A)


def test_rows_that_nobody_has_read_are_asked_for(show: Show, qtbot: QtBot, bridge: Bridge) -> None:
    rows = [
        {"name": f"Firm {n:05}", "city": "Bremen" if n < 4_000 or n > 6_000 else None}
        for n in range(9_000)
    ]
    bridge.workspace.run(CreateMany("company", rows))
    source = QuerySource.all_of(bridge, "company")
    view = GridView(GridModel(source))
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    qtbot.waitExposed(view)
    view.activateWindow()
    view.grid.reload(fresh=True)
    qtbot.waitUntil(lambda: view.grid.ready and view.grid.total >= 9_000)
    view.setFocus()
    hand = Hand(view)
    city = source.paths.index("city")
    with bridge.workspace.reader() as conn:
        cells = bridge.workspace.select.rows(conn, "company", list(view.grid.lines), ["city"])
    filled = [row.cells[0] is not None for row in cells]
    start = next(at for at, yes in enumerate(filled) if yes and filled[at + 1])
    stop = next(at for at in range(start, len(filled)) if not filled[at]) - 1
    view.go(start, city)
    hand.press(K.Key_Down, CTRL)
    qtbot.waitUntil(lambda: view.current() == (stop, city))
    again = next(at for at in range(stop + 1, len(filled)) if filled[at])
    hand.press(K.Key_Down, CTRL)
    qtbot.waitUntil(lambda: view.current() == (again, city))
    hand.press(K.Key_Up, CTRL | SHIFT)
    qtbot.waitUntil(lambda: view.ranges.block() == Block(range(stop, again + 1), (city,)))


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.data())
def test_there_and_back_is_never_past_the_start(filled: list[bool], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(filled) - 1))
    found = edge_of(range(at + 1, len(filled)), at, filled.__getitem__)
    assert at <= found < len(filled)
    if found not in (at, len(filled) - 1):
        # Only the edge of a block stops one on the way.
        assert filled[found]
        assert not filled[found + 1] or not filled[found - 1]
    lines = array("q", range(len(filled)))
    empty = frozenset(at for at, yes in enumerate(filled) if not yes)
    assert edge_in(lines, empty, at, 1) == found


def test_group_rows_are_passed_over() -> None:
    lines = array("q", [-7, 1, 2, -9, 3, 4, -11, 5])
    assert edge_in(lines, frozenset(), 1, 1) == 7
    assert edge_in(lines, frozenset({4}), 1, 1) == 4
    assert edge_in(lines, frozenset(), 7, -1) == 1
