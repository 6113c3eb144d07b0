"""A press beside an open popover closes it and acts on what is pressed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.lists.fields import FieldPicker
from crmdesk.gui.lists.groupbox import GroupBox
from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.lists.sortbox import SortBox
from crmdesk.gui.main_window import MainWindow

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def point(window: QWidget, widget: QWidget, at: QPoint | None = None) -> QPoint:
    return widget.mapTo(window, widget.rect().center() if at is None else at)


class Mouse:
    """Presses what lies under the pointer; that hears all until the mouse is let go."""

    def __init__(self, window: QWidget) -> None:
        self._window = window.window()
        self._pressed: QWidget = self._window

    def press(self, widget: QWidget, at: QPoint | None = None) -> None:
        place = point(self._window, widget, at)
        self._pressed = self._window.childAt(place) or self._window
        QTest.mousePress(self._pressed, LEFT, PLAIN, self._here(place))

    def move(self, widget: QWidget, at: QPoint) -> None:
        here = self._here(point(self._window, widget, at))
        moved = QMouseEvent(
            QEvent.Type.MouseMove, here.toPointF(), self._pressed.mapToGlobal(here).toPointF(),
            Qt.MouseButton.NoButton, LEFT, PLAIN,
        )  # fmt: skip
        QApplication.sendEvent(self._pressed, moved)

    def release(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseRelease(self._pressed, LEFT, PLAIN, self._here(point(self._window, widget, at)))

    def _here(self, place: QPoint) -> QPoint:
        return self._pressed.mapFrom(self._window, place)


def click(window: QWidget, widget: QWidget, at: QPoint | None = None) -> None:
    mouse = Mouse(window)
    mouse.press(widget, at)
    mouse.release(widget, at)


def shown(window: QWidget) -> list[Popover]:
    return [one for one in window.window().findChildren(Popover) if one.isVisible()]


def test_another_button_opens_its_own_and_the_same_one_closes(
    window: MainWindow, qtbot: QtBot
) -> None:
    head = window.view.listing.looks.head
    click(window, head.sort)
    assert [type(one) for one in shown(window)] == [SortBox]
    click(window, head.group)
    assert [type(one) for one in shown(window)] == [GroupBox]
    click(window, head.group)
    assert shown(window) == []
    click(window, head.group)
    assert [type(one) for one in shown(window)] == [GroupBox]


def test_a_cell_is_chosen_and_a_range_drawn(window: MainWindow, qtbot: QtBot) -> None:
    view = window.view.listing.view
    qtbot.waitUntil(lambda: view.grid.total >= 3)
    column = [spec.path for spec in view.grid.columns].index("amount")
    view.go(0, column)
    click(window, window.view.listing.looks.head.sort)
    place = view.cell_rect(2, column).center()
    click(window, view.viewport(), place)
    assert shown(window) == []
    assert view.current() == (2, column)
    assert view.hasFocus()
    click(window, window.view.listing.looks.head.sort)
    mouse, port = Mouse(window), view.viewport()
    mouse.press(port, view.cell_rect(0, column).center())
    mouse.move(port, view.cell_rect(1, column).center())
    mouse.move(port, place)
    mouse.release(port, place)
    block = view.ranges.block()
    assert block is not None
    assert (block.rows, block.columns) == (range(3), (column,))
    # What passed the press on is gone: the next one goes its own way.
    click(window, view.viewport(), place)
    assert view.ranges.block() is not None
    assert view.current() == (2, column)
    assert not view.ranges.many()


def test_one_opened_from_another_goes_with_it_or_alone(window: MainWindow, qtbot: QtBot) -> None:
    head = window.view.listing.looks.head
    click(window, head.sort)
    (box,) = shown(window)
    assert isinstance(box, SortBox)
    add = box.add
    click(window, add)
    picker = next(one for one in shown(window) if isinstance(one, FieldPicker))
    assert picker.opener is box
    # On the popover below it only that one is closed.
    click(window, box, QPoint(box.width() // 2, 20))
    assert shown(window) == [box]
    click(window, add)
    assert len(shown(window)) == 2
    click(window, head.group)
    assert [type(one) for one in shown(window)] == [GroupBox]
