"""The button that opens the record of the row under the pointer, in lists and side faces."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.menu import row_menu
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.main_window import MainWindow
from tests.gui.conftest import Hand, Pipeline

Show = Callable[..., tuple[GridView, Hand]]
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


def point_at(view: GridView, row: int) -> QPoint:
    """Move the mouse over a row, then onto its button."""
    QTest.mouseMove(view.viewport(), view.cell_rect(row, 0).center())
    at = view.pointing.open_mark.rect(row).center()
    QTest.mouseMove(view.viewport(), at)
    return at


def test_a_click_on_the_button_of_a_row_opens_its_record(show: Show, qtbot: QtBot) -> None:
    view, _hand = show()
    mark = view.pointing.open_mark
    at = point_at(view, 1)
    assert (mark.row, mark.on) == (1, True)
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    with qtbot.waitSignal(view.turned) as turned:
        QTest.mouseClick(view.viewport(), LEFT, PLAIN, at)
    assert turned.args == [view.grid.source.entity, view.grid.id_at(1)]
    # The button is beside the cells: the cursor stays where it was.
    assert view.current() == (0, 0)


def test_a_press_that_is_let_go_elsewhere_opens_nothing(show: Show, qtbot: QtBot) -> None:
    view, hand = show()
    at = point_at(view, 2)
    with qtbot.assertNotEmitted(view.turned):
        QTest.mousePress(view.viewport(), LEFT, PLAIN, at)
        QTest.mouseRelease(view.viewport(), LEFT, PLAIN, hand.at(4, 0))
    assert view.current() == (0, 0)


def test_the_button_is_painted_in_the_row_under_the_pointer_alone(show: Show) -> None:
    view, _hand = show()
    plain = view.viewport().grab().toImage()
    point_at(view, 1)
    shown = view.viewport().grab().toImage()
    mark = view.pointing.open_mark

    def differs(row: int) -> bool:
        rect = mark.rect(row)
        return plain.copy(rect) != shown.copy(rect)

    assert differs(1)
    assert not differs(2)
    assert not differs(0)


def test_the_new_line_and_an_open_editor_have_no_button(show: Show) -> None:
    view, hand = show()
    assert view.pointing.open_mark.rect(view.grid.new_row).isEmpty()
    hand.press(Qt.Key.Key_F2)
    QTest.mouseMove(view.viewport(), hand.at(3, 0))
    assert view.pointing.open_mark.row == -1


def test_a_key_opens_the_row_also_from_a_reference(show: Show, qtbot: QtBot) -> None:
    view, hand = show()
    view.go(1, 1)
    with qtbot.waitSignal(view.turned) as turned:
        hand.press(
            Qt.Key.Key_Return,
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
        )
    assert turned.args == [view.grid.source.entity, view.grid.id_at(1)]
    menu = row_menu(view)
    keys = {one.text(): one.shortcut().toString() for one in menu.actions()}
    assert keys["Open"] == "Ctrl+Shift+Return"
    menu.deleteLater()


def test_a_record_of_the_list_and_one_of_a_face_are_opened_by_mouse(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    view = window.view.listing.view
    qtbot.waitUntil(lambda: view.grid.row_of_id(pipeline.retrofit) >= 0)
    row = view.grid.row_of_id(pipeline.retrofit)
    QTest.mouseClick(view.viewport(), LEFT, PLAIN, point_at(view, row))
    stand = window.cube.stand
    assert (stand.entity, stand.record, stand.listing) == ("opportunity", pipeline.retrofit, False)
    window.view.turn("company", pipeline.haitai)
    window.view._pick("bottom", "contacts")
    side = window.view.sides["bottom"]

    def row_of(record: str) -> int:
        return side.view.grid.row_of_id(record) if side.view is not None else -1

    qtbot.waitUntil(lambda: row_of(pipeline.liwei) >= 0)
    assert side.view is not None
    at = point_at(side.view, row_of(pipeline.liwei))
    # Not the second click of a double click.
    qtbot.wait(QApplication.doubleClickInterval() + 100)
    QTest.mouseClick(side.view.viewport(), LEFT, PLAIN, at)
    assert (window.cube.stand.entity, window.cube.stand.record) == ("contact", pipeline.liwei)
