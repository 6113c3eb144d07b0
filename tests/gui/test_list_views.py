"""Sort, columns and saved views of a list, by real clicks and keys on a real store."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.lists.columnsbox import ColumnsBox
from crmdesk.gui.lists.combo import Combo
from crmdesk.gui.lists.fields import FieldPicker
from crmdesk.gui.lists.groupbox import GroupBox
from crmdesk.gui.lists.looks import Looks
from crmdesk.gui.lists.sortbox import SortBox
from crmdesk.gui.lists.viewmenu import NameBox, ViewMenu
from crmdesk.gui.main_window import MainWindow
from crmdesk.schema.query import Condition, Sort
from tests.gui.test_list_filter import click, pick
from tests.gui.test_main_window import texts

LEFT = Qt.MouseButton.LeftButton
PUMP, HALL, SKID = "Pump line retrofit – 40 units", "Hall 3 filters", "Dosing skid"


@pytest.fixture
def looks(window: MainWindow) -> Looks:
    return window.view.listing.looks


@pytest.fixture
def order(window: MainWindow, qtbot: QtBot) -> Callable[[list[str]], None]:
    """Waits until the list shows these in this order."""

    def wait(wanted: list[str]) -> None:
        view = window.view.listing.view
        qtbot.waitUntil(lambda: view.grid.ready and texts(view, "name") == wanted)

    return wait


def named(widget: QWidget, name: str) -> QWidget:
    """The button of that accessible name."""
    # Rows that were put in place of others are shown by the next pass of the loop.
    QApplication.processEvents()
    kinds = (*widget.findChildren(QToolButton), *widget.findChildren(QPushButton))
    return next(one for one in kinds if one.accessibleName() == name and one.isVisible())


def drag(handle: QWidget, by: int) -> None:
    """Drag a handle down by so many pixels."""
    start = handle.rect().center()
    QTest.mousePress(handle, LEFT, pos=start)
    step = 1 if by > 0 else -1
    for y in range(0, by, 8 * step):
        QTest.mouseMove(handle, start + QPoint(0, y))
    QTest.mouseMove(handle, start + QPoint(0, by))
    QTest.mouseRelease(handle, LEFT, pos=start + QPoint(0, by))


def test_sort_by_several(
    window: MainWindow, looks: Looks, order: Callable[[list[str]], None]
) -> None:
    click(looks.head.sort)
    box = looks.popover
    assert isinstance(box, SortBox)
    click(box.clear)

    def add(field: str) -> None:
        click(box.add)
        picker = next(
            one for one in window.findChildren(FieldPicker)
            if one.opener is box and one.isVisible()
        )  # fmt: skip
        QTest.keyClicks(picker.list.search, field)
        pick(picker.list, field)

    add("Company")
    add("Opportunity")
    order([HALL, SKID, PUMP])
    assert looks.head.sort.text() == "Sort 2"
    click(box.rows.rows[1].findChildren(QPushButton)[0])
    order([HALL, PUMP, SKID])
    # The second one is dragged to the top.
    drag(box.rows.rows[0].handle, 40)
    order([PUMP, HALL, SKID])
    assert looks.spec.sort == (Sort("name", True), Sort("company"))
    box.rows.rows[1].handle.setFocus()
    QTest.keyClick(box.rows.rows[1].handle, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    order([HALL, PUMP, SKID])
    click(named(box, "Do not sort by “Company”"))
    order([PUMP, HALL, SKID])
    assert looks.spec.sort == (Sort("name", True),)


def test_header_clicks_are_in_the_view(
    window: MainWindow, looks: Looks, order: Callable[[list[str]], None]
) -> None:
    header = window.view.listing.view.header
    at = QPoint(header.sectionViewportPosition(0) + 20, 10)
    QTest.mouseClick(header.viewport(), LEFT, pos=at)
    order([SKID, HALL, PUMP])
    assert looks.spec.sort == (Sort("name"),)
    column = [one.path for one in window.view.listing.view.grid.columns].index("amount")
    at = QPoint(header.sectionViewportPosition(column) + 20, 10)
    QTest.mouseClick(header.viewport(), LEFT, Qt.KeyboardModifier.ShiftModifier, at)
    assert looks.spec.sort == (Sort("name"), Sort("amount"))


def shown(window: MainWindow) -> list[str]:
    """The columns in sight, from left to right."""
    return [path for path, _width in window.view.listing.view.columns.state()]


def test_columns_are_chosen_ordered_and_reset(
    window: MainWindow, looks: Looks, qtbot: QtBot
) -> None:
    before = shown(window)
    click(looks.head.columns)
    box = looks.popover
    assert isinstance(box, ColumnsBox)
    click(named(box, "Hide “Owner”"))
    qtbot.waitUntil(lambda: shown(window) == [one for one in before if one != "owner"])
    QTest.keyClicks(box.more.search, "company city")
    QTest.keyClick(box.more.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(window)[-1] == "company.city")
    view = window.view.listing.view
    qtbot.waitUntil(lambda: view.grid.ready and "宁波" in texts(view, "company.city"))
    assert view.grid.columns[-1].title == "Company › City"
    # The last one is moved up by the keyboard.
    handle = box.rows.rows[-1].handle
    handle.setFocus()
    QTest.keyClick(handle, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: shown(window)[-2] == "company.city")
    click(box.reset)
    qtbot.waitUntil(lambda: shown(window) == before)
    assert looks.spec.columns == ()
    assert window.cube.stand.changed == ""


def test_widths_and_order_of_the_header_are_kept(
    window: MainWindow, looks: Looks, qtbot: QtBot
) -> None:
    view = window.view.listing.view
    header = view.header
    column = [one.path for one in view.grid.columns].index("owner")
    edge = header.sectionViewportPosition(column) + header.sectionSize(column) - 1
    width = header.sectionSize(column)
    QTest.mouseMove(header.viewport(), QPoint(edge, 10))
    QTest.mousePress(header.viewport(), LEFT, pos=QPoint(edge, 10))
    QTest.mouseMove(header.viewport(), QPoint(edge + 20, 10))
    QTest.mouseMove(header.viewport(), QPoint(edge + 40, 10))
    QTest.mouseRelease(header.viewport(), LEFT, pos=QPoint(edge + 40, 10))
    kept = {one.path: one.width for one in looks.spec.columns}
    assert kept["owner"] == pytest.approx(width + 40, abs=2)
    window.view.show_list("company")
    qtbot.waitUntil(lambda: view.grid.ready and "city" in shown(window))
    window.view.back()
    qtbot.waitUntil(lambda: view.grid.ready and "owner" in shown(window))
    column = [one.path for one in view.grid.columns].index("owner")
    assert header.sectionSize(column) == kept["owner"]


def lines(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def do(window: MainWindow, text: str) -> None:
    """Choose a line of the menu of views."""
    listing = window.view.listing
    menu = ViewMenu(window.bridge, listing, listing.looks.head.view).menu()
    next(action for action in menu.actions() if action.text() == text).trigger()


def give_name(window: MainWindow, name: str) -> None:
    box = next(one for one in window.findChildren(NameBox) if one.isVisible())
    box.line.selectAll()
    QTest.keyClicks(box.line, name)
    QTest.keyClick(box.line, Qt.Key.Key_Return)


def test_a_view_is_saved_changed_renamed_and_deleted(
    window: MainWindow, looks: Looks, qtbot: QtBot, order: Callable[[list[str]], None]
) -> None:
    head, stand = looks.head, lambda: window.cube.stand
    assert head.view.text() == "All"
    assert not head.save.isVisible()
    looks.filter_by(Condition("next_step", "not_empty"))
    order([PUMP])
    assert head.view.text() == "All •"
    click(head.save)
    give_name(window, "With a step")
    qtbot.waitUntil(lambda: head.view.text() == "With a step")
    assert not head.save.isVisible()
    view = stand().view
    assert view
    assert stand().changed == ""
    looks.sort_by((Sort("name"),))
    assert head.view.text() == "With a step •"
    click(head.save)
    qtbot.waitUntil(lambda: head.view.text() == "With a step")
    saved = window.bridge.views.get(view)
    assert saved is not None
    assert saved.spec.sort == (Sort("name"),)
    do(window, "Rename…")
    give_name(window, "Steps")
    qtbot.waitUntil(lambda: head.view.text() == "Steps")
    do(window, "Show first")
    qtbot.waitUntil(lambda: window.bridge.views.starts() == {"opportunity": view})
    do(window, "All")
    order([SKID, HALL, PUMP])
    assert stand().view == ""
    window.view.back()
    order([PUMP])
    assert head.view.text() == "Steps"
    do(window, "Delete view")
    order([SKID, HALL, PUMP])
    assert head.view.text() == "All"
    window.undo()
    qtbot.waitUntil(lambda: window.bridge.views.get(view) is not None)


def test_changes_can_be_discarded(
    window: MainWindow, looks: Looks, order: Callable[[list[str]], None]
) -> None:
    do(window, "No next step")
    order([HALL, SKID])
    looks.filter_by(Condition("name", "contains", "skid"))
    order([SKID])
    do(window, "Discard changes")
    order([HALL, SKID])
    assert looks.head.view.text() == "No next step"


def test_views_stand_in_the_rail_with_live_counts(
    window: MainWindow, looks: Looks, qtbot: QtBot, order: Callable[[list[str]], None]
) -> None:
    views = {one.name: one for one in window.bridge.views.all()}
    rail, counts = window.ui.rail, window.list_acts.views.counts
    titles = [item.title for item in rail._items.items]
    assert "No next step" in titles
    row = titles.index("No next step")
    qtbot.waitUntil(lambda: rail._items.items[row].count == 2)
    index = rail.model().index(row, 0)
    QTest.mouseClick(rail.viewport(), LEFT, pos=rail.visualRect(index).center())
    order([HALL, SKID])
    assert window.cube.stand.view == views["No next step"].id
    assert rail.currentIndex().row() == row
    assert counts is not None
    window.set_language("zh")
    assert "缺少下一步" in [item.title for item in rail._items.items]
    assert looks.head.view.text() == "缺少下一步"


def test_records_are_grouped_by_clicking(window: MainWindow, looks: Looks, qtbot: QtBot) -> None:
    assert looks.head.group.text() == "Group"
    click(looks.head.group)
    box = looks.popover
    assert isinstance(box, GroupBox)

    def add(field: str) -> None:
        click(box.add)
        picker = next(
            one for one in window.findChildren(FieldPicker)
            if one.opener is box and one.isVisible()
        )  # fmt: skip
        QTest.keyClicks(picker.list.search, field)
        pick(picker.list, field)

    add("Company")
    assert looks.head.group.text() == "Group Company"
    view = window.view.listing.view
    qtbot.waitUntil(lambda: bool(view.grid.groups))
    add("Close date")
    assert looks.spec.group == ("company", "close_date:month")
    spans = box.rows.rows[1].findChild(Combo)
    assert spans is not None
    spans.setFocus()
    QTest.keyClick(spans, Qt.Key.Key_Down)
    assert looks.spec.group == ("company", "close_date:quarter")
    drag(box.rows.rows[0].handle, 40)
    assert looks.spec.group == ("close_date:quarter", "company")
    click(named(box, "Do not group by “Close date”"))
    click(named(box, "Do not group by “Company”"))
    qtbot.waitUntil(lambda: not view.grid.groups)
    assert window.cube.stand.changed == ""


def test_list_and_board_stay_where_they_are_when_a_view_has_changed(
    window: MainWindow, looks: Looks, qtbot: QtBot
) -> None:
    head = looks.head
    before = head.forms.mapTo(window, QPoint(0, 0))
    wide = head.view.width()
    looks.change(sort=(Sort("name"),))
    qtbot.waitUntil(head.save.isVisible)
    QApplication.processEvents()
    after = head.forms.mapTo(window, QPoint(0, 0))
    # The name of the view has got its mark; nothing else stands before them.
    assert after.x() - before.x() == head.view.width() - wide
    assert head.save.mapTo(window, QPoint(0, 0)).x() >= after.x() + head.forms.width()


def test_what_is_found_in_the_list_stands_level_with_the_filters(
    window: MainWindow, looks: Looks
) -> None:
    box, add = window.view.listing.search_box, looks.bar.add
    middle = box.mapTo(window, box.rect().center()).y()
    assert middle == add.mapTo(window, add.rect().center()).y()
