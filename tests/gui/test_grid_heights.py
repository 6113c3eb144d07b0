"""Rows of wrapped texts: each as tall as its texts need, and nothing moves that one looks at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.ranges import Block
from crmdesk.gui.grid.source import GridColumn
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.grid.wrapping import LINES
from tests.gui.conftest import Hand
from tests.gui.memory import Rows

Show = Callable[..., tuple[GridView, Hand]]
K = Qt.Key
NAME, NOTE = range(2)
COLUMNS = (
    GridColumn("name", "Name", width=160),
    GridColumn("note", "Note", "longtext", width=200),
)
WORDS = "forty pumps in two halls, delivered in December, 设备部希望十二月交货 "


def note(number: int) -> str:
    """Of every length: from nothing to more than a cell shows."""
    return WORDS * (number * 4 % 11)


@pytest.fixture
def wrapped(show: Show) -> tuple[GridView, Hand]:
    rows = Rows(COLUMNS, [{"name": f"Deal {n}", "note": note(n)} for n in range(400)])
    view, hand = show(rows)
    view.setColumnWidth(NOTE, 200)
    view.set_wrap(["note"])
    QApplication.processEvents()
    return view, hand


def needed(view: GridView, row: int) -> int:
    """The height that a row needs for its note."""
    wraps = view.cells.wraps
    lines = wraps.lines(view.grid.cell(row, NOTE).text, view.columnWidth(NOTE) - 20)
    return view.line_height + (max(len(lines), 1) - 1) * wraps.step


def in_sight(view: GridView) -> range:
    last = view.rowAt(view.viewport().height() - 1)
    return range(view.rowAt(0), (last if last >= 0 else view.grid.total - 1) + 1)


def all_fit(view: GridView) -> bool:
    rows = [row for row in in_sight(view) if row != view.grid.new_row]
    return bool(rows) and all(view.rowHeight(row) == needed(view, row) for row in rows)


def test_each_row_is_as_tall_as_its_text(wrapped: tuple[GridView, Hand]) -> None:
    view, _hand = wrapped
    assert all_fit(view)
    heights = {view.rowHeight(row) for row in in_sight(view)}
    assert view.line_height in heights
    assert max(heights) == view.line_height + (LINES - 1) * view.cells.wraps.step
    # Those that nobody saw yet count as one line.
    assert view.rowHeight(300) == view.line_height


def test_rows_get_their_heights_as_they_come_into_sight(wrapped: tuple[GridView, Hand]) -> None:
    view, _hand = wrapped
    bar = view.verticalScrollBar()
    for place in (0.2, 0.9, 0.5, 1.0, 0.0):
        bar.setValue(round(bar.maximum() * place))
        QApplication.processEvents()
        assert all_fit(view)
        assert bar.maximum() == view.verticalHeader().length() - view.viewport().height()


def test_scrolling_up_into_rows_never_seen_does_not_jump(wrapped: tuple[GridView, Hand]) -> None:
    view, _hand = wrapped
    bar = view.verticalScrollBar()
    bar.setValue(8_000)
    QApplication.processEvents()
    for _step in range(60):
        row = view.rowAt(view.viewport().height() // 2)
        before = view.rowViewportPosition(row)
        bar.setValue(bar.value() - 40)
        assert view.rowViewportPosition(row) == before + 40
        QApplication.processEvents()
    assert all_fit(view)


def test_the_end_is_the_end(wrapped: tuple[GridView, Hand]) -> None:
    view, hand = wrapped
    hand.press(K.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert view.current() == (399, NOTE)
    cell = view.cell_rect(399, NOTE)
    assert cell.height() == needed(view, 399)
    assert cell.top() >= 0
    assert cell.bottom() < view.viewport().height()
    hand.press(K.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert view.current() == (0, NAME)
    assert view.verticalScrollBar().value() == 0


def test_walking_by_keys_keeps_the_current_row_wholly_in_sight(
    wrapped: tuple[GridView, Hand],
) -> None:
    view, hand = wrapped
    for key, times in ((K.Key_Down, 40), (K.Key_PageDown, 6), (K.Key_Up, 30), (K.Key_PageUp, 3)):
        for _time in range(times):
            hand.press(key)
            cell = view.cell_rect(*view.current())
            assert cell.height() == needed(view, view.current()[0])
            assert cell.top() >= 0
            assert cell.bottom() < view.viewport().height()


def test_clicks_ranges_and_editors_follow_the_heights(
    wrapped: tuple[GridView, Hand], qtbot: QtBot
) -> None:
    view, hand = wrapped
    view.set_frozen(1)
    # At the foot of a tall row, far below its first line.
    tall = next(row for row in in_sight(view) if view.rowHeight(row) > 90)
    foot = view.cell_rect(tall, NAME).bottom() - 3
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, foot))
    assert view.current() == (tall, NAME)
    hand.press(K.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.ranges.block() == Block(range(tall, tall + 2), (NAME,))
    rect = view.ranges.rect(Block(range(tall, tall + 2), (NAME,)))
    assert rect.height() == view.rowHeight(tall) + view.rowHeight(tall + 1)
    view.go(tall, NAME)
    hand.press(K.Key_F2)
    editor = QApplication.focusWidget()
    assert editor is not None
    assert editor.y() == view.cell_rect(tall, NAME).y()
    hand.press(K.Key_Escape)


def test_a_row_grows_with_what_is_typed_and_a_column_with_less_room(
    wrapped: tuple[GridView, Hand], qtbot: QtBot
) -> None:
    view, _hand = wrapped
    assert view.rowHeight(0) == view.line_height
    view.grid.enter(0, NOTE, WORDS * 3)
    qtbot.waitUntil(lambda: view.rowHeight(0) > view.line_height)
    assert view.rowHeight(0) == needed(view, 0)
    before = view.rowHeight(3)
    view.setColumnWidth(NOTE, 120)
    qtbot.waitUntil(lambda: view.rowHeight(3) > before and all_fit(view))
    view.set_wrap(())
    assert {view.rowHeight(row) for row in range(400)} == {view.line_height}
