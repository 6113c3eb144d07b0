"""Ranges of cells by mouse and keyboard: drawn, extended, copied, pasted, filled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.handle import handle_rect
from crmdesk.gui.grid.ranges import Block
from crmdesk.gui.grid.view import GridView
from tests.gui.conftest import Hand
from tests.gui.memory import Rows, table

Show = Callable[..., tuple[GridView, Hand]]
K = Qt.Key
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NAME, COMPANY, STAGE, AMOUNT, HOT, CLOSE, NOTE, AGE = range(8)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def offer(text: str = "", html: str = "") -> None:
    offered = QMimeData()
    if text:
        offered.setText(text)
    if html:
        offered.setHtml(html)
    QGuiApplication.clipboard().setMimeData(offered)


def drag(view: GridView, begin: QPoint, *over: QPoint, held: Qt.KeyboardModifier = PLAIN) -> None:
    port = view.viewport()
    QTest.mousePress(port, LEFT, held, begin)
    for at in over:
        # QTest's own move has no buttons down.
        move = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(at), QPointF(port.mapToGlobal(at)),
            Qt.MouseButton.NoButton, LEFT, held,
        )  # fmt: skip
        QApplication.sendEvent(port, move)
    QTest.mouseRelease(port, LEFT, held, over[-1])


def handle(view: GridView) -> QPoint:
    rect = handle_rect(view)
    assert rect is not None
    return rect.center()


def amounts(rows: Rows, *numbers: int) -> list[object]:
    return [rows.records[n]["amount"] for n in numbers]


# ---------------------------------------------------------------- selecting


def test_a_drag_selects_a_range_and_the_current_cell_stays(show: Show) -> None:
    view, hand = show()
    drag(view, hand.at(1, STAGE), hand.at(2, AMOUNT), hand.at(4, AMOUNT))
    assert view.ranges.block() == Block(range(1, 5), (STAGE, AMOUNT))
    assert view.current() == (1, STAGE)
    drag(view, hand.at(4, AMOUNT), hand.at(2, STAGE))
    assert view.ranges.block() == Block(range(2, 5), (STAGE, AMOUNT))
    assert view.current() == (4, AMOUNT)


def test_a_drag_below_the_grid_scrolls_it(show: Show, qtbot: QtBot) -> None:
    view, hand = show(table(200))
    port = view.viewport()
    QTest.mousePress(port, LEFT, PLAIN, hand.at(2, AMOUNT))
    below = QPoint(hand.at(2, AMOUNT).x(), port.height() + 60)
    move = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(below), QPointF(port.mapToGlobal(below)),
        Qt.MouseButton.NoButton, LEFT, PLAIN,
    )  # fmt: skip
    QApplication.sendEvent(port, move)
    qtbot.waitUntil(lambda: view.ranges.head[0] > 40)
    QTest.mouseRelease(port, LEFT, PLAIN, below)
    block = view.ranges.block()
    assert block is not None
    assert block.rows[0] == 2
    assert block.columns == (AMOUNT,)


def test_shift_and_ctrl_with_arrows(show: Show) -> None:
    view, hand = show(table(40))
    view.go(3, STAGE)
    hand.press(K.Key_Down, SHIFT)
    hand.press(K.Key_Right, SHIFT)
    assert view.ranges.block() == Block(range(3, 5), (STAGE, AMOUNT))
    hand.press(K.Key_Down, CTRL | SHIFT)
    # To the last record, not to the line for a new one.
    assert view.ranges.block() == Block(range(3, 40), (STAGE, AMOUNT))
    hand.press(K.Key_Left, CTRL | SHIFT)
    assert view.ranges.block() == Block(range(3, 40), (NAME, COMPANY, STAGE))
    hand.press(K.Key_Up, CTRL | SHIFT)
    assert view.ranges.block() == Block(range(4), (NAME, COMPANY, STAGE))
    assert view.current() == (3, STAGE)
    hand.press(K.Key_End, CTRL)
    assert view.current() == (39, AGE)
    hand.press(K.Key_Home, CTRL | SHIFT)
    assert view.ranges.block() == Block(range(40), tuple(range(8)))
    hand.press(K.Key_Escape)
    assert view.ranges.block() == Block(range(39, 40), (AGE,))


def test_rows_columns_and_all(show: Show) -> None:
    view, hand = show(numbers=True)
    view.go(2, AMOUNT)
    hand.press(K.Key_Space, CTRL)
    assert view.ranges.block() == Block(range(12), (AMOUNT,))
    hand.press(K.Key_A, CTRL)
    assert view.ranges.block() == Block(range(12), tuple(range(8)))
    numbers = view.verticalHeader().viewport()
    QTest.mouseClick(numbers, LEFT, PLAIN, QPoint(8, hand.at(4, 0).y()))
    QTest.mouseClick(numbers, LEFT, SHIFT, QPoint(8, hand.at(6, 0).y()))
    assert view.whole_rows_selected()
    assert view.selected_rows() == [4, 5, 6]


def test_enter_and_tab_stay_within_a_range(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    drag(view, hand.at(0, NAME), hand.at(1, COMPANY))
    hand.type("A")
    hand.press(K.Key_Return)
    assert view.current() == (1, NAME)
    hand.press(K.Key_Return)
    assert view.current() == (0, COMPANY)
    hand.press(K.Key_Backtab, SHIFT)
    assert view.current() == (0, NAME)
    hand.press(K.Key_Tab)
    hand.press(K.Key_Tab)
    assert view.current() == (1, NAME)
    assert view.ranges.block() == Block(range(2), (NAME, COMPANY))
    assert rows.records[1]["name"] == "A"


# ---------------------------------------------------------------- copying


def test_a_range_is_copied_as_spreadsheets_do(show: Show) -> None:
    rows = table(4)
    rows.records[1]["note"] = 'two\nlines, "quoted"'
    view, hand = show(rows)
    drag(view, hand.at(0, AMOUNT), hand.at(1, NOTE))
    hand.press(K.Key_C, CTRL)
    assert clipboard() == (
        '40000\tTRUE\t1 Dec 2026\t"two\nlines, ""quoted"""\r\n47919\tFALSE\t6 Dec 2026\t报价\r\n'
    )
    assert "<td>40000</td>" in QGuiApplication.clipboard().mimeData().html()
    assert view.marked is not None
    hand.press(K.Key_Escape)
    assert view.marked is None
    view.go(2, COMPANY)
    hand.press(K.Key_Insert, CTRL)
    assert clipboard() == rows.records[3]["company"]


def test_rows_never_seen_are_copied_too(show: Show) -> None:
    view, hand = show(table(700))
    view.go(0, AMOUNT)
    hand.press(K.Key_Space, CTRL)
    hand.press(K.Key_C, CTRL)
    assert len(clipboard().splitlines()) == 700


def test_ranges_of_other_columns_are_not_copied_together(show: Show) -> None:
    view, hand = show()
    offer("before")
    told: list[str] = []
    view.told.connect(told.append)
    hand.click(0, NAME)
    hand.click(3, STAGE, held=CTRL)
    hand.press(K.Key_C, CTRL)
    assert told == ["Select one range, or whole rows, to copy them."]
    assert clipboard() == "before"


# ---------------------------------------------------------------- pasting


def test_a_block_is_pasted_at_the_current_cell_as_one_step(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    offer('Pump\tHanse Werke\r\n"Skid\nnew"\tKestrel Pumps\r\n')
    view.go(2, NAME)
    hand.press(K.Key_V, CTRL)
    assert rows.steps == ["Paste of 4 cells"]
    assert (rows.records[3]["name"], rows.records[3]["company"]) == ("Pump", "Hanse Werke")
    assert rows.records[4]["name"] == "Skid\nnew"
    assert view.grid.cell(2, NAME).text == "Pump"
    assert view.ranges.block() == Block(range(2, 4), (NAME, COMPANY))


def test_one_value_goes_into_all_selected_cells(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    offer("5000")
    drag(view, hand.at(0, AMOUNT), hand.at(2, AMOUNT))
    hand.click(5, AMOUNT, held=CTRL)
    hand.press(K.Key_V, CTRL)
    assert amounts(rows, 1, 2, 3, 6) == [5000] * 4
    assert rows.steps == ["Paste of 4 cells"]


def test_a_block_is_repeated_into_a_multiple_of_itself(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    offer("1\r\n2\r\n")
    drag(view, hand.at(0, AMOUNT), hand.at(5, AMOUNT))
    hand.press(K.Key_Insert, SHIFT)
    assert amounts(rows, 1, 2, 3, 4, 5, 6) == [1, 2, 1, 2, 1, 2]


def test_what_overflows_the_end_becomes_records(show: Show) -> None:
    rows = table(3)
    view, hand = show(rows)
    offer("A\tHanse Werke\nB\tHanse Werke\nC\tHanse Werke\n")
    view.go(2, NAME)
    hand.press(K.Key_V, CTRL)
    assert [rows.records[n]["name"] for n in (3, 4, 5)] == ["A", "B", "C"]
    assert rows.steps == ["Paste of 6 cells"]
    assert view.grid.total == 5
    assert view.grid.cell(4, NAME).text == "C"


def test_new_rows_that_are_refused_wait_in_the_new_line(show: Show) -> None:
    rows = table(2)
    view, hand = show(rows)
    offer("\tproposal\n\tnegotiation\nFine\t\n")
    view.go(2, COMPANY)
    view.go_to_new_line()
    hand.press(K.Key_V, CTRL)
    assert rows.records[3]["name"] == "Fine"
    # Without a name they cannot be made: the first one is offered with the reason.
    assert view.grid.cell(3, NAME).reason == "A name is needed."
    assert view.grid.cell(3, COMPANY).text == "proposal"
    view.go(3, NAME)
    hand.type("Named")
    hand.press(K.Key_Return)
    assert rows.records[4]["company"] == "proposal"
    assert view.grid.cell(4, COMPANY).text == "negotiation"
    view.go(4, NAME)
    hand.press(K.Key_Escape)
    assert not view.grid.draft


def test_cells_that_are_refused_keep_what_was_pasted(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    told: list[str] = []
    view.told.connect(told.append)
    offer("1\nlots\n3\nmany\n")
    view.go(0, AMOUNT)
    hand.press(K.Key_V, CTRL)
    assert amounts(rows, 1, 2, 3) == [1, 47_919, 3]
    assert rows.steps == ["Paste of 2 cells"]
    assert (view.grid.cell(1, AMOUNT).text, view.grid.cell(1, AMOUNT).state) == ("lots", "refused")
    assert view.grid.cell(1, AMOUNT).reason
    assert told == ["2 cells were refused and keep what was entered."]


def test_what_cannot_be_changed_is_left_and_told(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    told: list[str] = []
    view.told.connect(told.append)
    offer("new note\t9\tbeyond\n")
    view.go(0, NOTE)
    hand.press(K.Key_V, CTRL)
    assert rows.records[1]["note"] == "new note"
    assert rows.records[1]["age"] == 0
    assert told == ["“Age” cannot be changed here. 1 column did not fit."]


def test_a_table_of_a_page_is_pasted(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    offer(html="<table><tr><td>7</td></tr><tr><td>8</td></tr></table>")
    view.go(0, AMOUNT)
    hand.press(K.Key_V, CTRL)
    assert amounts(rows, 1, 2) == [7, 8]


def test_values_of_ours_are_pasted_as_values(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    drag(view, hand.at(0, COMPANY), hand.at(1, HOT))
    hand.press(K.Key_C, CTRL)
    view.go(6, COMPANY)
    hand.press(K.Key_V, CTRL)
    for path in ("company", "stage", "amount", "hot"):
        assert [rows.records[n][path] for n in (7, 8)] == [rows.records[n][path] for n in (1, 2)]


def test_what_is_cut_moves_with_the_paste(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    drag(view, hand.at(0, AMOUNT), hand.at(1, AMOUNT))
    hand.press(K.Key_X, CTRL)
    assert amounts(rows, 1, 2) == [40_000, 47_919]
    view.go(4, AMOUNT)
    hand.press(K.Key_V, CTRL)
    assert amounts(rows, 1, 2, 5, 6) == [None, None, 40_000, 47_919]
    assert rows.steps == ["Move of 2 cells"]
    view.go(8, AMOUNT)
    hand.press(K.Key_V, CTRL)
    assert amounts(rows, 5, 6, 9, 10) == [40_000, 47_919] * 2
    assert rows.steps[-1] == "Paste of 2 cells"


# ---------------------------------------------------------------- filling


@pytest.mark.parametrize(
    ("held", "wanted"), [(PLAIN, [10, 20, 30, 40, 50]), (CTRL, [10, 20, 10, 20, 10])]
)
def test_the_handle_goes_on_with_a_series_or_copies(
    show: Show, held: Qt.KeyboardModifier, wanted: list[int]
) -> None:
    rows = table()
    rows.records[1]["amount"], rows.records[2]["amount"] = 10, 20
    view, hand = show(rows)
    drag(view, hand.at(0, AMOUNT), hand.at(1, AMOUNT))
    drag(view, handle(view), hand.at(3, AMOUNT), hand.at(4, AMOUNT), held=held)
    assert amounts(rows, 1, 2, 3, 4, 5) == wanted
    assert rows.steps == ["Fill of 3 cells"]
    assert view.ranges.block() == Block(range(5), (AMOUNT,))


def test_the_handle_fills_upwards_and_a_single_value_is_copied(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    rows.records[5]["amount"], rows.records[6]["amount"] = 50, 60
    view.grid.refresh()
    QApplication.processEvents()
    drag(view, hand.at(4, AMOUNT), hand.at(5, AMOUNT))
    drag(view, handle(view), hand.at(3, AMOUNT), hand.at(2, AMOUNT))
    assert amounts(rows, 3, 4, 5, 6) == [30, 40, 50, 60]
    hand.click(8, STAGE)
    drag(view, handle(view), hand.at(9, STAGE), hand.at(10, STAGE))
    assert {rows.records[n]["stage"] for n in (9, 10, 11)} == {rows.records[9]["stage"]}


def test_the_handle_fills_sideways(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    hand.click(1, NAME)
    drag(view, handle(view), hand.at(1, COMPANY, 60))
    assert rows.records[2]["company"] == rows.records[2]["name"] == "Hall 3 filters"
    drag(view, hand.at(2, CLOSE), hand.at(2, NOTE))
    drag(view, handle(view), hand.at(2, AGE))
    assert rows.steps == ["Fill of 1 cell"]


def test_escape_ends_a_drag_of_the_handle(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    hand.click(0, AMOUNT)
    QTest.mousePress(view.viewport(), LEFT, PLAIN, handle(view))
    hand.press(K.Key_Escape)
    QTest.mouseRelease(view.viewport(), LEFT, PLAIN, hand.at(4, AMOUNT))
    assert rows.steps == []


def test_fill_down_and_right(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    drag(view, hand.at(0, STAGE), hand.at(3, AMOUNT))
    hand.press(K.Key_D, CTRL)
    assert amounts(rows, 1, 2, 3, 4) == [40_000] * 4
    assert [rows.records[n]["stage"] for n in (1, 2, 3, 4)] == ["prospecting"] * 4
    view.go(6, AMOUNT)
    hand.press(K.Key_D, CTRL)
    assert amounts(rows, 7) == amounts(rows, 6)
    view.go(6, COMPANY)
    hand.press(K.Key_R, CTRL)
    assert rows.records[7]["company"] == rows.records[7]["name"]
    assert rows.steps == ["Fill of 6 cells", "Fill of 1 cell", "Fill of 1 cell"]


def test_ctrl_enter_fills_the_selection_with_what_is_typed(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    drag(view, hand.at(1, AMOUNT), hand.at(4, AMOUNT))
    hand.type("77")
    hand.press(K.Key_Return, CTRL)
    assert amounts(rows, 1, 2, 3, 4, 5, 6) == [40_000, 77, 77, 77, 77, 79_595]
    assert rows.steps == ["Fill of 4 cells"]
    assert view.hasFocus()
