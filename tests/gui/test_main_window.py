"""The main window on a real store, by real keys and clicks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.features.cube.stand import TIMELINE, Side
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.editors import LineEditor
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Create, Delete, Update
from crmdesk.ops.opening import open_workspace
from crmdesk.schema.query import Sort
from crmdesk.settings import Settings
from tests.gui.conftest import Pipeline

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def key(widget: QWidget, which: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    """Press a key where the focus is, else in `widget`."""
    QTest.keyClick(
        QApplication.focusWidget() or widget, which, held or Qt.KeyboardModifier.NoModifier
    )


def write(widget: QWidget, text: str) -> None:
    """Type where the focus is: the first letter opens an editor, which gets the others."""
    for letter in text:
        QTest.keyClicks(QApplication.focusWidget() or widget, letter)


def texts(view: GridView, path: str) -> list[str]:
    """What a column shows, from top to bottom."""
    grid = view.grid
    column = [one.path for one in grid.columns].index(path)
    grid.rows_between(0, grid.total - 1)
    return [grid.cell(row, column).text for row in range(grid.total)]


def at(view: GridView, path: str, text: str) -> tuple[int, int]:
    """The cell of a column that shows `text`."""
    column = [one.path for one in view.grid.columns].index(path)
    return texts(view, path).index(text), column


def click(view: GridView, row: int, column: int, dx: int = 24) -> None:
    view.scrollTo(view.grid.index(row, column))
    # What can be clicked is what has been painted.
    view.viewport().grab()
    QApplication.processEvents()
    rect = view.cell_rect(row, column)
    where = QPoint(rect.left() + dx, rect.center().y())
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where
    )


@pytest.fixture
def face(window: MainWindow, qtbot: QtBot) -> Callable[[Side, str], GridView]:
    """The grid of a side, once it shows these texts in its first column."""

    def shown(side: Side, relation: str) -> GridView:
        qtbot.waitUntil(lambda: window.view.sides[side].key == relation)
        qtbot.waitUntil(lambda: window.view.sides[side].view is not None)
        view = window.view.sides[side].view
        assert view is not None
        qtbot.waitUntil(lambda: view.grid.ready)
        return view

    return shown


def point_at(window: MainWindow, qtbot: QtBot, name: str) -> None:
    view = window.view.listing.view
    qtbot.waitUntil(lambda: name in texts(view, "name"))
    click(view, *at(view, "name", name))


def in_front(window: MainWindow, qtbot: QtBot, record: str) -> None:
    qtbot.waitUntil(lambda: window.cube.stand.record == record)


def test_it_opens_with_the_opportunities_and_their_count(window: MainWindow, qtbot: QtBot) -> None:
    assert window.cube.stand.entity == "opportunity"
    assert window.view.listing.total == 3
    assert window.view.listing.title.text() == "Opportunities"
    qtbot.waitUntil(lambda: window.rail.counts.get("company") == 2)
    assert window.ui.place.text().endswith("of 3 in “Opportunities”")


def test_the_faces_follow_the_current_row(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline, face: Callable[..., GridView]
) -> None:
    point_at(window, qtbot, "Pump line retrofit – 40 units")
    in_front(window, qtbot, pipeline.retrofit)
    tasks = face("right", "tasks")
    qtbot.waitUntil(lambda: tasks.grid.total == 2)
    contacts = face("bottom", "contacts")
    qtbot.waitUntil(lambda: contacts.grid.total == 2)
    qtbot.waitUntil(lambda: sorted(texts(contacts, "contact")) == ["Li Wei 李伟", "陈静"])
    qtbot.waitUntil(lambda: window.view.sides["right"]._counts.get("tasks") == 2)
    point_at(window, qtbot, "Dosing skid")
    in_front(window, qtbot, pipeline.skid)
    qtbot.waitUntil(lambda: tasks.grid.ready and tasks.grid.total == 0)
    assert not window.cube.can_go_back


def test_a_click_on_a_company_turns_the_cube_and_back_returns(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    view = window.view.listing.view
    point_at(window, qtbot, "Pump line retrofit – 40 units")
    in_front(window, qtbot, pipeline.retrofit)
    row, _column = view.current()
    company = [one.path for one in view.grid.columns].index("company")
    click(view, row, company)
    in_front(window, qtbot, pipeline.haitai)
    assert (window.cube.stand.entity, window.cube.stand.listing) == ("company", False)
    form = window.view.record_form
    assert form is not None
    assert form.isVisible()
    qtbot.waitUntil(lambda: [one.text() for one in window.ui.trail._steps] == [
        "Opportunities", "宁波海泰机械",
    ])  # fmt: skip
    qtbot.waitUntil(lambda: len(window.view.timeline_face.list.lines) > 0)  # type: ignore[union-attr]
    QTest.mouseClick(window.ui.back, Qt.MouseButton.LeftButton)
    in_front(window, qtbot, pipeline.retrofit)
    assert window.cube.stand.listing
    assert view.current()[0] == row
    key(window, Qt.Key.Key_Right, ALT)
    in_front(window, qtbot, pipeline.haitai)
    key(window, Qt.Key.Key_Home, ALT)
    assert window.cube.stand.entity == "opportunity"


def test_turning_through_the_tasks_leaves_tasks_on_that_side(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline, face: Callable[..., GridView]
) -> None:
    window.view.turn("opportunity", pipeline.retrofit)
    tasks = face("right", "tasks")
    qtbot.waitUntil(lambda: "Call about the delivery date" in texts(tasks, "subject"))
    row, _column = at(tasks, "subject", "Call about the delivery date")
    contact = [one.path for one in tasks.grid.columns].index("contact")
    tasks.setFocus()
    tasks.go(row, contact)
    key(tasks, Qt.Key.Key_Return, CTRL)
    in_front(window, qtbot, pipeline.liwei)
    assert window.cube.stand.right == "tasks"
    assert window.cube.stand.bottom == "opportunities"
    qtbot.waitUntil(lambda: texts(tasks, "subject") == ["Call about the delivery date"])


def test_enter_on_a_link_turns_to_the_record_at_its_far_end(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline, face: Callable[..., GridView]
) -> None:
    window.view.turn("opportunity", pipeline.retrofit)
    contacts = face("bottom", "contacts")
    qtbot.waitUntil(lambda: "陈静" in texts(contacts, "contact"))
    contacts.setFocus()
    row, _column = at(contacts, "contact", "陈静")
    contacts.go(row, 1)
    key(contacts, Qt.Key.Key_Return)
    in_front(window, qtbot, pipeline.chenjing)
    assert window.cube.stand.entity == "contact"


def test_a_cell_is_edited_in_place_and_undone_by_keys(
    window: MainWindow, qtbot: QtBot, bridge: Bridge, pipeline: Pipeline
) -> None:
    view = window.view.listing.view
    point_at(window, qtbot, "Dosing skid")
    view.setFocus()
    write(view, "Skid two")
    key(view, Qt.Key.Key_Return)

    def name() -> object:
        record = bridge.workspace.get("opportunity", pipeline.skid)
        return record and record["name"]

    qtbot.waitUntil(lambda: name() == "Skid two")
    qtbot.waitUntil(lambda: "Ctrl+Z" in window.ui.saved.text())
    view.setFocus()
    key(view, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: name() == "Dosing skid")
    qtbot.waitUntil(lambda: "Dosing skid" in texts(view, "name"))
    qtbot.waitUntil(window.acts.redo.isEnabled)
    key(view, Qt.Key.Key_Z, CTRL | SHIFT)
    qtbot.waitUntil(lambda: name() == "Skid two")


def test_a_new_line_in_a_face_makes_a_linked_record(
    window: MainWindow, qtbot: QtBot, bridge: Bridge, pipeline: Pipeline,
    face: Callable[..., GridView],
) -> None:  # fmt: skip
    window.view.turn("opportunity", pipeline.skid)
    tasks = face("right", "tasks")
    qtbot.waitUntil(lambda: tasks.grid.ready)
    tasks.setFocus()
    assert tasks.go_to_new_line()
    write(tasks, "Ask for the drawing")
    key(tasks, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(tasks, "subject") == ["Ask for the drawing"])
    made = bridge.workspace.get("task", tasks.grid.id_at(0))
    assert made is not None
    assert made["opportunity"] == pipeline.skid
    assert made["company"] == pipeline.haitai
    qtbot.waitUntil(lambda: window.view.sides["right"]._counts.get("tasks") == 1)


def test_a_deleted_record_leaves_the_front_and_comes_back_by_undo(
    window: MainWindow, qtbot: QtBot, bridge: Bridge, pipeline: Pipeline
) -> None:
    view = window.view.listing.view
    point_at(window, qtbot, "Dosing skid")
    view.setFocus()
    key(view, Qt.Key.Key_Minus, CTRL)
    qtbot.waitUntil(lambda: window.view.listing.total == 2)
    window.view.turn("company", pipeline.kestrel)
    bridge.write(Delete("company", (pipeline.kestrel,)))
    qtbot.waitUntil(lambda: window.cube.stand.listing)
    window.undo()
    window.undo()
    qtbot.waitUntil(lambda: window.view.listing.total == 3)


def test_new_begins_in_the_line_at_the_end(window: MainWindow, qtbot: QtBot) -> None:
    view = window.view.listing.view
    key(window, Qt.Key.Key_N, CTRL)
    assert view.current()[0] == view.grid.new_row
    write(view, "Brand new")
    key(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.view.listing.total == 4)
    qtbot.waitUntil(lambda: "Brand new" in texts(view, "name"))


def test_the_search_box_finds_as_one_types_and_turns(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    key(window, Qt.Key.Key_K, CTRL)
    assert window.ui.search.hasFocus()
    write(window.ui.search, "lw")
    window.ui.search.clear()
    write(window.ui.search, "kes")
    qtbot.waitUntil(lambda: window.search_popup is not None and window.search_popup.isVisible())
    popup = window.search_popup
    assert popup is not None
    qtbot.waitUntil(lambda: any(line.id == pipeline.kestrel for line in popup.lines))
    assert popup.lines[0].is_heading
    while popup.lines[popup.list.currentIndex().row()].id != pipeline.kestrel:
        key(window.ui.search, Qt.Key.Key_Down)
    key(window.ui.search, Qt.Key.Key_Return)
    in_front(window, qtbot, pipeline.kestrel)
    assert not popup.isVisible()
    assert window.ui.search.text() == ""


def test_escape_closes_what_was_found_and_commands_are_found_too(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.go_to_search()
    write(window.ui.search, "quotes")
    qtbot.waitUntil(lambda: window.search_popup is not None and window.search_popup.isVisible())
    popup = window.search_popup
    assert popup is not None
    qtbot.waitUntil(lambda: any(line.entity == "quote" and not line.id for line in popup.lines))
    key(window.ui.search, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    window.ui.search.selectAll()
    write(window.ui.search, "copy rep")
    qtbot.waitUntil(lambda: any(line.command is not None for line in popup.lines))
    key(window.ui.search, Qt.Key.Key_Return)
    assert QApplication.clipboard().text().startswith("CRMDesk")


def test_a_face_is_chosen_and_remembered(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline, face: Callable[..., GridView]
) -> None:
    window.view.turn("opportunity", pipeline.retrofit)
    window.view.sides["right"].face.tabs.chosen.emit(TIMELINE)
    timeline = window.view.sides["right"].timeline
    assert timeline is not None
    qtbot.waitUntil(lambda: len(timeline.lines) > 0)
    window.view.sides["bottom"].face.tabs.chosen.emit("notes")
    face("bottom", "notes")
    window.view.turn("opportunity", pipeline.skid)
    assert (window.cube.stand.right, window.cube.stand.bottom) == (TIMELINE, "notes")


def test_a_list_is_sorted_and_searched_in_place(window: MainWindow, qtbot: QtBot) -> None:
    view = window.view.listing.view
    view.header.sort_requested.emit("name", False)
    qtbot.waitUntil(lambda: texts(view, "name") == [
        "Dosing skid", "Hall 3 filters", "Pump line retrofit – 40 units",
    ])  # fmt: skip
    assert window.view.listing.spec.sort == (Sort("name"),)
    window.view.listing.search_box.setFocus()
    write(window.view.listing.search_box, "skid")
    qtbot.waitUntil(lambda: texts(view, "name") == ["Dosing skid"])
    assert window.cube.stand.find == "skid"
    window.view.show_list("company")
    qtbot.waitUntil(lambda: view.grid.total == 2)
    window.view.back()
    qtbot.waitUntil(lambda: texts(view, "name") == ["Dosing skid"])
    assert window.view.listing.search_box.text() == "skid"
    key(window.view.listing.search_box, Qt.Key.Key_Escape)
    window.view.listing.search_box.clear()
    qtbot.waitUntil(lambda: view.grid.total == 3)


def test_next_and_previous_record_without_leaving_the_form(
    window: MainWindow, qtbot: QtBot
) -> None:
    view = window.view.listing.view
    ids = [view.grid.id_at(row) for row in range(3)]
    window.view.turn("opportunity", ids[0])
    key(window, Qt.Key.Key_PageDown, CTRL)
    in_front(window, qtbot, ids[1])
    qtbot.waitUntil(lambda: window.ui.place.text().startswith("Record 2 of 3"))
    key(window, Qt.Key.Key_PageUp, CTRL)
    in_front(window, qtbot, ids[0])
    assert not window.cube.stand.listing


def test_what_another_hand_writes_is_seen(
    window: MainWindow, qtbot: QtBot, bridge: Bridge, pipeline: Pipeline
) -> None:
    view = window.view.listing.view
    bridge.workspace.run(Update("opportunity", pipeline.hall, {"name": "Hall 4 filters"}))
    qtbot.waitUntil(lambda: "Hall 4 filters" in texts(view, "name"))
    bridge.workspace.run(Create("company", {"name": "Westlake 西湖水务"}))
    qtbot.waitUntil(lambda: window.rail.counts.get("company") == 3)


def test_the_language_changes_without_reopening_the_store(
    window: MainWindow, qtbot: QtBot, bridge: Bridge, settings: Settings, pipeline: Pipeline
) -> None:
    window.view.turn("opportunity", pipeline.retrofit)
    store = bridge.workspace.store
    window.acts._languages["zh"].trigger()
    qtbot.waitUntil(lambda: window.view.sides["bottom"].face.title.text() == "联系人")
    assert window.view.listing.title.text() == "商机"
    assert bridge.workspace.store is store
    assert window.cube.stand.record == pipeline.retrofit
    window.acts._languages["en"].trigger()
    qtbot.waitUntil(lambda: window.view.sides["bottom"].face.title.text() == "Contacts")


def names_in(menu: QMenu) -> list[str]:
    """What a menu and its sub-menus offer."""
    found = []
    for action in menu.actions():
        inside = action.menu()
        if isinstance(inside, QMenu):
            found += names_in(inside)
        elif action.text():
            found.append(action.text())
    return found


def test_the_menu_has_all_acts(window: MainWindow) -> None:
    window.acts.fill(window.menu)
    names = names_in(window.menu)
    assert {"New record", "Import files…", "Dark", "English", "Quit", "Trash"} <= set(names)
    put_in = {one.action.text() for one in window.acts._all if one.section}
    assert put_in <= set(names)
    window._fill_add_menu()
    assert "Opportunity" in [action.text() for action in window.add_menu.actions()]


def test_the_menu_takes_less_than_half_of_the_window(window: MainWindow) -> None:
    window.menu.popup(window.menu_button.mapToGlobal(QPoint(0, window.menu_button.height())))
    assert window.menu.isVisible()
    assert window.menu.height() < window.height() / 2
    window.menu.close()


def test_a_face_fills_the_window_and_goes_back(window: MainWindow, qtbot: QtBot) -> None:
    side = window.view.sides["right"].face
    QTest.mouseClick(side.maximise, Qt.MouseButton.LeftButton)
    assert side.width() == window.view.area.width()
    assert not window.view.listing.isVisible()
    QTest.mouseClick(side.maximise, Qt.MouseButton.LeftButton)
    assert window.view.listing.isVisible()
    assert side.width() < window.view.area.width()


def test_an_edge_is_dragged_and_stays(window: MainWindow, settings: Settings) -> None:
    area = window.view.area
    grip = area._grips["list_y"]
    before = window.view.listing.height()
    QTest.mousePress(grip, Qt.MouseButton.LeftButton, pos=QPoint(50, 4))
    QTest.mouseMove(grip, QPoint(50, -96))
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=QPoint(50, 4))
    assert window.view.listing.height() == pytest.approx(before - 100, abs=2)


def test_window_trail_and_faces_survive_a_restart(
    window: MainWindow, qtbot: QtBot, settings: Settings, pipeline: Pipeline
) -> None:
    path = window.bridge.workspace.path
    window.view.turn("opportunity", pipeline.retrofit)
    window.view.sides["right"].face.tabs.chosen.emit("notes")
    window.view.turn("company", pipeline.haitai)
    before = window.cube.stand
    window.close()
    again = MainWindow(
        Bridge(open_workspace(path, user_name="Anna Berg"), language="en", poll_ms=0),
        Settings(settings.path),
    )
    with qtbot.waitSignal(again.ready):
        again.show()
    assert again.cube.stand.same_front(before)
    assert again.view.record_form is not None
    again.view.back()
    qtbot.waitUntil(lambda: again.cube.stand.record == pipeline.retrofit)
    assert again.cube.stand.right == "notes"
    again.close()
    again.deleteLater()


def test_the_second_click_of_a_double_click_does_nothing_in_the_new_front(
    window: MainWindow, qtbot: QtBot
) -> None:
    view = window.view.listing.view
    row, column = at(view, "company", "Kestrel Pumps")
    rect = view.cell_rect(row, column)
    view.viewport().grab()
    heard: list[QEvent.Type] = []

    class Ear(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(watched, QWidget) and isinstance(event, QMouseEvent):
                heard.append(event.type())
            return False

    where = view.viewport().mapTo(window.window(), QPoint(rect.left() + 24, rect.center().y()))
    handle = window.window().windowHandle()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    ear = Ear()
    QApplication.instance().installEventFilter(ear)
    try:
        # As the system sends it: the window finds out by itself that it is a double click.
        QTest.mouseDClick(handle, left, none, where)
    finally:
        QApplication.instance().removeEventFilter(ear)
    qtbot.waitUntil(lambda: window.cube.stand.entity == "company" and window.view.rests)
    assert QEvent.Type.MouseButtonPress in heard
    assert QEvent.Type.MouseButtonDblClick not in heard
    assert not isinstance(QApplication.focusWidget(), LineEditor)
    # A click of its own is heard at once.
    form = window.view._record
    assert form is not None
    field = form.field("phone")
    assert field is not None
    form.ensureWidgetVisible(field)
    there = field.mapTo(window.window(), QPoint(field.width() - 40, 15))
    QTest.mouseClick(window.window().windowHandle(), left, none, there)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), LineEditor))
