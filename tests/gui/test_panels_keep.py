"""Panels of a list keep their room and the focus while their rows change; Return presses."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.lists.coloursbox import ColoursBox
from crmdesk.gui.lists.columnsbox import ColumnsBox
from crmdesk.gui.lists.condition import ConditionBox
from crmdesk.gui.lists.fields import FieldPicker
from crmdesk.gui.lists.groupbox import GroupBox
from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.lists.reorder import Row
from crmdesk.gui.lists.sortbox import SortBox
from crmdesk.gui.main_window import MainWindow

KEY = Qt.Key
Box = TypeVar("Box", bound=Popover)


def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, held)


def write(text: str) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, text)


def front(window: MainWindow, kind: type[Box]) -> Box:
    (box,) = [one for one in window.window().findChildren(kind) if one.isVisible()]
    return box


def whole(box: Popover, rows: list[Row]) -> None:
    """Every row has its room, none lies over another, and the panel lies in the window."""
    assert rows
    for row in rows:
        assert row.isVisible()
        assert row.height() >= row.sizeHint().height()
        assert row.parentWidget() is not None
        assert row.parentWidget().rect().contains(row.geometry())
    for above, below in pairwise(rows):
        assert above.geometry().bottom() < below.geometry().top()
    assert box.height() >= box.box.sizeHint().height()
    assert box.window().rect().contains(box.geometry().adjusted(12, 12, -12, -12))


def inside(box: Popover) -> QWidget:
    focus = QApplication.focusWidget()
    assert focus is not None
    assert box.isAncestorOf(focus)
    assert focus.isVisible()
    return focus


def test_columns_keep_their_room_when_one_is_added(window: MainWindow, qtbot: QtBot) -> None:
    window.view.listing.looks.open_columns()
    box = front(window, ColumnsBox)
    before = len(box.rows.rows)
    high = box.rows.height()
    write("city")
    press(KEY.Key_Return)
    assert len(box.rows.rows) == before + 1
    assert box.rows.height() >= high
    whole(box, box.rows.rows)
    assert inside(box) is box.more.search


@pytest.mark.parametrize(("kind", "opening"), [(GroupBox, "open_groups"), (SortBox, "open_sort")])
def test_an_added_row_is_whole_and_the_keys_go_on(
    window: MainWindow, qtbot: QtBot, kind: type[GroupBox | SortBox], opening: str
) -> None:
    getattr(window.view.listing.looks, opening)()
    box = front(window, kind)
    rows = len(box.rows.rows)
    for count, words in enumerate(("stage", "owner", "close date"), start=1):
        assert QApplication.focusWidget() is box.add
        press(KEY.Key_Return)
        front(window, FieldPicker)
        write(words)
        press(KEY.Key_Return)
        assert len(box.rows.rows) == rows + count
        whole(box, box.rows.rows)
        inside(box)
    press(KEY.Key_Escape)
    assert not box.isVisible()


def test_a_rule_of_colour_is_whole(window: MainWindow, qtbot: QtBot) -> None:
    window.view.listing.looks.open_colours()
    box = front(window, ColoursBox)
    press(KEY.Key_Return)
    write("amount")
    press(KEY.Key_Return)
    condition = front(window, ConditionBox)
    write("100")
    qtbot.waitUntil(lambda: len(box.entries) == 1)
    press(KEY.Key_Escape)
    assert not condition.isVisible()
    whole(box, box.rows.rows)
    inside(box)
    press(KEY.Key_Escape)
    assert not box.isVisible()


def test_return_presses_a_button_of_the_window(window: MainWindow, qtbot: QtBot) -> None:
    head = window.view.listing.looks.head
    head.sort.setFocus()
    press(KEY.Key_Return)
    box = front(window, SortBox)
    press(KEY.Key_Escape)
    assert not box.isVisible()
    assert head.sort.hasFocus()
