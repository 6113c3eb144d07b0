"""The grid by mouse: references turn, boxes tick, headers sort, edges resize."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.view import GridView
from tests.gui.conftest import Hand
from tests.gui.memory import table

Show = Callable[..., tuple[GridView, Hand]]
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NAME, COMPANY, STAGE, AMOUNT, HOT = range(5)


def test_a_click_on_a_reference_turns(show: Show, qtbot: QtBot) -> None:
    view, hand = show()
    with qtbot.waitSignal(view.turned) as turned:
        hand.click(1, COMPANY, dx=30)
    assert turned.args == ["company", "company:Hanse Werke"]


def test_a_click_beside_the_reference_only_selects(show: Show, qtbot: QtBot) -> None:
    view, hand = show()
    with qtbot.assertNotEmitted(view.turned):
        hand.click(1, COMPANY, dx=view.columnWidth(COMPANY) - 6)
        hand.click(2, COMPANY, dx=30, held=SHIFT)
    # The current cell is where the range began.
    assert view.current() == (1, COMPANY)
    assert view.selected_rows() == [1, 2]


def test_a_reference_under_the_pointer_shows_that_it_turns(show: Show) -> None:
    view, hand = show()
    QTest.mouseMove(view.viewport(), hand.at(1, COMPANY, 30))
    assert view.pointing.hovered == (1, COMPANY)
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseMove(view.viewport(), hand.at(1, AMOUNT))
    assert view.pointing.hovered is None
    assert view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_a_press_dragged_away_from_a_reference_does_not_turn(show: Show, qtbot: QtBot) -> None:
    view, hand = show()
    with qtbot.assertNotEmitted(view.turned):
        QTest.mousePress(view.viewport(), LEFT, PLAIN, hand.at(1, COMPANY, 30))
        QTest.mouseMove(view.viewport(), hand.at(3, COMPANY, 30))
        QTest.mouseRelease(view.viewport(), LEFT, PLAIN, hand.at(3, COMPANY, 30))


def test_a_click_ticks_a_box(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    hand.click(1, HOT, dx=14)
    assert rows.records[2]["hot"] is True
    hand.click(1, HOT, dx=14)
    assert rows.records[2]["hot"] is False
    assert view.current() == (1, HOT)


def test_a_double_click_edits_where_it_was(show: Show) -> None:
    view, hand = show()
    at = hand.at(2, AMOUNT, 40)
    QTest.mouseClick(view.viewport(), LEFT, PLAIN, at)
    QTest.mouseDClick(view.viewport(), LEFT, PLAIN, at)
    found = QApplication.focusWidget()
    assert isinstance(found, QLineEdit)
    assert found.geometry().contains(at)


def test_clicking_elsewhere_commits_what_was_typed(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    hand.type("Kept")
    hand.click(3, AMOUNT, dx=20)
    assert rows.records[1]["name"] == "Kept"
    assert view.current() == (3, AMOUNT)


def test_a_click_on_the_new_line_starts_a_record(show: Show) -> None:
    rows = table(3)
    view, hand = show(rows)
    hand.click(3, AMOUNT, dx=20)
    hand.type("By mouse")
    hand.press(Qt.Key.Key_Return)
    assert rows.records[4]["name"] == "By mouse"
    assert view.grid.total == 4


def test_an_option_is_picked_by_a_click(show: Show) -> None:
    rows = table()
    view, _hand = show(rows)
    view.go(0, STAGE)
    view.start_edit()
    found = QApplication.focusWidget()
    options = found.list.view  # type: ignore[union-attr]
    at = options.visualRect(options.model().index(2, 0)).center()
    QTest.mouseClick(options.viewport(), LEFT, PLAIN, at)
    assert rows.records[1]["stage"] == "negotiation"
    assert view.hasFocus()


def test_a_header_click_asks_for_a_sort_and_shift_adds_one(show: Show, qtbot: QtBot) -> None:
    view, _hand = show()
    header = view.header
    at = QPoint(header.sectionViewportPosition(AMOUNT) + 40, 12)
    with qtbot.waitSignal(view.sort_requested) as asked:
        QTest.mouseClick(header.viewport(), LEFT, PLAIN, at)
    assert asked.args == ["amount", False]
    with qtbot.waitSignal(view.sort_requested) as asked:
        QTest.mouseClick(header.viewport(), LEFT, SHIFT, at)
    assert asked.args == ["amount", True]


def test_an_edge_dragged_resizes_and_is_remembered(show: Show, qtbot: QtBot) -> None:
    view, _hand = show()
    header = view.header
    edge = QPoint(header.sectionViewportPosition(AMOUNT) + header.sectionSize(AMOUNT) - 1, 12)
    before = header.sectionSize(AMOUNT)
    QTest.mouseMove(header.viewport(), edge)
    with qtbot.waitSignal(view.columns_changed):
        QTest.mousePress(header.viewport(), LEFT, PLAIN, edge)
        QTest.mouseMove(header.viewport(), edge + QPoint(30, 0))
        QTest.mouseRelease(header.viewport(), LEFT, PLAIN, edge + QPoint(30, 0))
    assert header.sectionSize(AMOUNT) == before + 30
    state = view.columns.state()
    assert ("amount", before + 30) in state
    assert [path for path, width in state if width] == ["amount"]


def test_columns_come_back_as_they_were(show: Show) -> None:
    view, _hand = show()
    view.columns.restore([("amount", 90), ("name", 0), ("stage", 0)])
    assert view.columns.state() == [("amount", 90), ("name", 0), ("stage", 0)]
    assert view.isColumnHidden(COMPANY)
    assert view.columns.first() == AMOUNT
    view.go(0, AMOUNT)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert view.current() == (0, NAME)


def test_a_row_number_selects_its_row(show: Show) -> None:
    view, _hand = show(table(), numbers=True)
    numbers = view.verticalHeader()
    at = QPoint(10, view.rowViewportPosition(2) + 10)
    QTest.mouseClick(numbers.viewport(), LEFT, PLAIN, at)
    assert view.selected_rows() == [2]
    assert view.whole_rows_selected()


def test_the_current_row_is_told_once(show: Show) -> None:
    view, hand = show()
    told: list[tuple[object, str]] = []
    view.current_changed.connect(lambda rowid, id_: told.append((rowid, id_)))
    hand.click(3, AMOUNT, dx=20)
    hand.click(3, NAME, dx=20)
    hand.click(view.grid.new_row, AMOUNT, dx=20)
    assert told == [(4, "id4"), (None, "")]
