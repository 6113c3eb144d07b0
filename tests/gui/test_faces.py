"""The faces of the cube on a real store: where they stand, and what is done with them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.features.cube.stand import TIMELINE
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube.area import HEAD, Place
from crmdesk.gui.cube.window import FORM, FaceWindow
from crmdesk.gui.faces.face import Face
from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Create, Delete, Update
from crmdesk.ops.opening import open_workspace
from crmdesk.settings import Settings
from tests.gui.conftest import Pipeline

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def key(window: QWidget, which: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    """Press a key where the focus is, else in the window."""
    none = Qt.KeyboardModifier.NoModifier
    QTest.keyClick(QApplication.focusWidget() or window, which, held or none)


def head_of(face: Face) -> QPoint:
    """A point of a face's head on which nothing stands."""
    return QPoint(4, 20)


def face_at(window: MainWindow, place: Place) -> Face:
    face = window.view.face(place)
    assert face is not None
    return face


@pytest.fixture
def record(window: MainWindow, pipeline: Pipeline, qtbot: QtBot) -> MainWindow:
    """The window with the retrofit in front, its tasks right and its contacts below."""
    window.view.turn("opportunity", pipeline.retrofit)
    qtbot.waitUntil(lambda: window.view.sides["right"]._counts.get("tasks") == 2)
    qtbot.waitUntil(lambda: window.view.sides["bottom"].key == "contacts")
    return window


def test_keys_lead_from_face_to_face(record: MainWindow, qtbot: QtBot) -> None:
    places: list[Place] = ["right", "bottom", "third", "front"]
    numbers = {"front": Qt.Key.Key_1, "right": Qt.Key.Key_2, "bottom": Qt.Key.Key_3,
               "third": Qt.Key.Key_4}  # fmt: skip
    for place in places:
        key(record, numbers[place], CTRL)
        assert record.faces.focused() == place
        focus = QApplication.focusWidget()
        assert focus is not None
        assert face_at(record, place).isAncestorOf(focus)


def test_right_and_bottom_change_places_and_stay_so(
    record: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    key(record, Qt.Key.Key_S, CTRL | SHIFT)
    stand = record.cube.stand
    assert (stand.right, stand.bottom) == ("contacts", "tasks")
    right = record.view.sides["right"].view
    assert right is not None
    qtbot.waitUntil(lambda: right.grid.total == 2 and right.grid.columns[0].path == "contact")
    record.view.turn("opportunity", pipeline.skid)
    assert (record.cube.stand.right, record.cube.stand.bottom) == ("contacts", "tasks")


def test_a_face_is_shut_and_opened_by_keys_and_by_a_click(record: MainWindow) -> None:
    bottom, front = face_at(record, "bottom"), face_at(record, "front")
    before = front.height()
    key(record, Qt.Key.Key_3, CTRL)
    key(record, Qt.Key.Key_J, CTRL | SHIFT)
    assert bottom.height() == HEAD
    assert front.height() > before + 100
    assert bottom.title.text() == "Contacts · 2"
    assert bottom.body is not None
    assert not bottom.body.isVisible()
    # Where one was is gone, so one stands in the front.
    assert record.faces.focused() == "front"
    # The same key again opens it, and one is in it again.
    key(record, Qt.Key.Key_J, CTRL | SHIFT)
    assert bottom.body.isVisible()
    assert record.faces.focused() == "bottom"
    assert bottom.isAncestorOf(QApplication.focusWidget())
    key(record, Qt.Key.Key_J, CTRL | SHIFT)
    QTest.mouseClick(bottom, LEFT, pos=head_of(bottom))
    assert bottom.body.isVisible()
    assert front.height() == before
    assert bottom.title.text() == "Contacts"


def test_the_front_says_that_it_is_not_collapsed(record: MainWindow) -> None:
    key(record, Qt.Key.Key_1, CTRL)
    key(record, Qt.Key.Key_J, CTRL | SHIFT)
    assert "cannot be collapsed" in record.ui.saved.text()


@pytest.mark.parametrize("place", ["right", "bottom", "third"])
def test_a_face_that_fills_the_window_has_the_keys_and_escape_puts_it_back(
    record: MainWindow, place: Place
) -> None:
    face = face_at(record, place)
    QTest.mouseClick(face.maximise, LEFT)
    assert record.view.area.filled == place
    assert face.body is not None
    inside = QApplication.focusWidget()
    assert inside is face.body or face.body.isAncestorOf(inside)
    key(record, Qt.Key.Key_Escape)
    assert record.view.area.filled is None
    assert record.faces.focused() == place


def test_the_menu_of_the_front_is_that_of_its_record_or_list(
    record: MainWindow, qtbot: QtBot
) -> None:
    key(record, Qt.Key.Key_1, CTRL)
    menu = open_menu(record, qtbot)
    assert "Duplicate" in [one.text() for one in menu.actions()]
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    record.view.go_home()
    assert open_menu(record, qtbot) is record.view.listing.looks.head.more_menu


def test_the_other_faces_take_the_room_of_one_that_is_shut(record: MainWindow) -> None:
    cases: list[list[Place]] = [["right"], ["third"], ["right", "third"], ["bottom"]]
    for shut in cases:
        for place in shut:
            record.view.set_shut(place, True)
        area = record.view.area
        shown = [face_at(record, place).geometry() for place in ("front", "bottom", "right")]
        shown.append(area._faces["third"].geometry())
        assert all(area.rect().contains(one) for one in shown), shut
        assert not any(a.intersects(b) for n, a in enumerate(shown) for b in shown[:n]), shut
        # What is shut is remembered for this kind of record alone.
        record.view.show_list("company")
        assert not record.cube.shut
        record.view.back()
        assert record.cube.shut == set(shut)
        for place in shut:
            record.view.set_shut(place, False)


def test_one_timeline_is_enough_in_the_column(record: MainWindow, qtbot: QtBot) -> None:
    right, area = face_at(record, "right"), record.view.area
    before = right.height()
    right.tabs.choose(TIMELINE)
    assert right.height() == area.height()
    assert not face_at(record, "third").isVisible()
    # It narrows as the third face does.
    side = record.view.sides["right"]
    assert side.narrow.isVisible()
    side._fill_kinds()
    titles = {one.text(): one for one in side._kinds.actions()}
    assert list(titles) == ["All", "Calls", "E-mail", "Changes"]
    timeline = side.timeline
    assert timeline is not None
    titles["Changes"].trigger()
    qtbot.waitUntil(lambda: [one.kind for one in timeline.lines] == ["Change"])
    assert side.narrow.accessibleName() == "Show only: Changes"
    # Shut, it leaves the room to the front.
    front = face_at(record, "front").width()
    record.view.set_shut("right", True)
    assert (right.height(), face_at(record, "front").width() > front) == (HEAD, True)
    record.view.set_shut("right", False)
    right.tabs.choose("tasks")
    assert right.height() == before
    assert face_at(record, "third").isVisible()


def test_under_a_list_faces_are_shut_too(window: MainWindow) -> None:
    before = window.view.listing.height()
    window.view.set_shut("right", True)
    bottom = face_at(window, "bottom")
    assert bottom.width() > window.view.area.width() - 300
    window.view.set_shut("bottom", True)
    assert window.view.listing.height() > before + 100
    window.view.set_shut("right", False)
    window.view.set_shut("bottom", False)
    assert window.view.listing.height() == before


def test_a_face_fills_the_window_by_key_and_double_click(record: MainWindow) -> None:
    right, area = face_at(record, "right"), record.view.area
    key(record, Qt.Key.Key_2, CTRL)
    key(record, Qt.Key.Key_F11)
    assert right.size() == area.size()
    key(record, Qt.Key.Key_F11)
    assert right.width() < area.width()
    QTest.mouseDClick(right, LEFT, pos=head_of(right))
    assert right.size() == area.size()
    assert right.maximise.accessibleName() == "Back to its place"
    QTest.mouseDClick(right, LEFT, pos=head_of(right))
    assert right.width() < area.width()
    key(record, Qt.Key.Key_1, CTRL)
    key(record, Qt.Key.Key_M, CTRL | SHIFT)
    assert face_at(record, "front").width() == area.width()
    # A turn puts all faces back.
    record.view.turn("company", record.cube.stand.record)
    assert area.filled is None


def test_edges_are_remembered_for_each_kind_of_record(
    record: MainWindow, pipeline: Pipeline
) -> None:
    grip = record.view.area._grips["record_x"]
    before = face_at(record, "front").width()
    QTest.mousePress(grip, LEFT, pos=QPoint(4, 50))
    QTest.mouseMove(grip, QPoint(-96, 50))
    QTest.mouseRelease(grip, LEFT, pos=QPoint(4, 50))
    narrow = face_at(record, "front").width()
    assert narrow == pytest.approx(before - 100, abs=2)
    record.view.turn("company", pipeline.haitai)
    assert face_at(record, "front").width() == before
    record.view.back()
    assert face_at(record, "front").width() == narrow


def open_menu(window: MainWindow, qtbot: QtBot) -> QMenu:
    """The menu that a key of the face with the focus opens."""
    key(window, Qt.Key.Key_Period, CTRL)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_the_menu_of_a_face_has_every_relation_and_act(record: MainWindow, qtbot: QtBot) -> None:
    key(record, Qt.Key.Key_2, CTRL)
    menu = open_menu(record, qtbot)
    words = [one.text().split("\t")[0] for one in menu.actions() if one.text()]
    relations = record.bridge.registry.faces("opportunity")
    assert words[: len(relations)] == [one.label.en for one in relations]
    assert words[len(relations) :] == [
        "Timeline", "Fill the window", "Collapse", "Swap right and bottom", "Open in a window",
    ]  # fmt: skip
    (shown,) = (one for one in menu.actions() if one.isChecked())
    assert shown.text() == "Tasks\t2"
    # By its keys alone: one line down is the next relation.
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert record.cube.stand.right == relations[0].name


@pytest.fixture
def own(record: MainWindow, qtbot: QtBot) -> Iterator[FaceWindow]:
    """The tasks of the retrofit in a window of their own."""
    key(record, Qt.Key.Key_2, CTRL)
    key(record, Qt.Key.Key_O, CTRL | SHIFT)
    (made,) = record.faces.windows.open_ones
    qtbot.waitUntil(lambda: made.windowTitle() == "Tasks – Pump line retrofit – 40 units")
    yield made
    made.close()


def test_a_face_in_its_own_window_stays_live(
    own: FaceWindow, record: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    assert own.isVisible()
    view = own.side.view
    assert view is not None
    assert QApplication.focusWidget() is view
    qtbot.waitUntil(lambda: view.grid.total == 2)
    # It stays where it is when the cube is turned, and hears what is written.
    record.view.show_list("company")
    record.bridge.workspace.run(
        Create("task", {"subject": "Ask for drawings", "opportunity": pipeline.retrofit})
    )
    qtbot.waitUntil(lambda: view.grid.total == 3)
    qtbot.waitUntil(lambda: own.side._counts.get("tasks") == 3)
    # It speaks the language of the window and chooses for itself.
    record.acts._languages["zh"].trigger()
    qtbot.waitUntil(lambda: own.windowTitle().startswith("任务 – "))
    record.acts._languages["en"].trigger()
    # Files are tiles here too.
    own.face.tabs.choose("attachments")
    assert own.face.body is not None
    assert own.face.body is not view
    assert own.face.body.isVisible()
    own.face.tabs.choose("contacts")
    qtbot.waitUntil(lambda: own.windowTitle().startswith("Contacts – "))
    assert record.cube.stand.entity == "company"


def test_a_row_of_such_a_window_turns_the_cube(
    own: FaceWindow, record: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    view = own.side.view
    assert view is not None
    qtbot.waitUntil(lambda: view.grid.total == 2 and view.grid.id_at(0) != "")
    view.setFocus()
    view.go(0, 1)
    QTest.keyClick(view, Qt.Key.Key_Return)
    # What is open comes before what is done, however old that is.
    assert (record.cube.stand.entity, record.cube.stand.record) == ("task", pipeline.call)


def test_such_a_window_can_follow_the_front(
    own: FaceWindow, record: MainWindow, pipeline: Pipeline
) -> None:
    record.view.turn("contact", pipeline.liwei)
    assert own.shown == ("opportunity", pipeline.retrofit, "tasks")
    QTest.mouseClick(own.follow, LEFT)
    record.view.turn("company", pipeline.haitai)
    assert own.shown == ("company", pipeline.haitai, "tasks")
    # A pipeline has no tasks: the window stays with the company.
    record.view.turn("campaign", pipeline.fair)
    assert own.shown == ("campaign", pipeline.fair, "tasks")


def test_a_closed_window_is_used_again_and_says_that_its_record_was_deleted(
    own: FaceWindow, record: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    QTest.keyClick(own, Qt.Key.Key_W, CTRL)
    assert not own.isVisible()
    assert record.faces.windows.open_ones == []
    record.activateWindow()
    again = record.faces.windows.open("front")
    assert again is own
    assert own.shown == ("opportunity", pipeline.retrofit, FORM)
    assert own.form is not None
    assert own.form.isVisible()
    qtbot.waitUntil(lambda: own.windowTitle() == "Pump line retrofit – 40 units")
    record.bridge.workspace.run(Delete("opportunity", (pipeline.retrofit,)))
    qtbot.waitUntil(lambda: own.gone)
    assert own.isVisible()
    assert not own.form.isVisible()
    assert own.windowTitle() == "Pump line retrofit – 40 units (deleted)"
    assert any("was deleted" in one.text() for one in own.findChildren(QLabel) if one.isVisible())
    record.undo()
    qtbot.waitUntil(lambda: not own.gone and own.form is not None and own.form.isVisible())
    assert own.windowTitle() == "Pump line retrofit – 40 units"


def test_what_is_written_in_either_window_is_seen_in_the_other(
    own: FaceWindow, record: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    side = record.view.sides["right"].view
    view = own.side.view
    assert view is not None
    assert side is not None
    grids = (view.grid, side.grid)
    qtbot.waitUntil(lambda: all(one.row_of_id(pipeline.call) >= 0 for one in grids))
    column = [one.path for one in view.grid.columns].index("subject")

    def texts() -> set[str]:
        return {one.cell(one.row_of_id(pipeline.call), column).text for one in grids}

    view.setFocus()
    view.go(view.grid.row_of_id(pipeline.call), column)
    QTest.keyClicks(view, "F")
    QTest.keyClicks(QApplication.focusWidget(), "rom the window")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts() == {"From the window"})
    record.bridge.write(Update("task", pipeline.call, {"subject": "From the cube"}))
    qtbot.waitUntil(lambda: texts() == {"From the cube"})


def test_windows_keep_their_size_and_one_of_a_lost_record_does_not_come_back(
    own: FaceWindow, record: MainWindow, settings: Settings, pipeline: Pipeline, qtbot: QtBot
) -> None:
    own.resize(700, 380)
    own.close()
    record.activateWindow()
    again = record.faces.windows.open_record("company", pipeline.haitai)
    assert again.size() != QSize(700, 380)
    again.close()
    back = record.faces.windows.open("right")
    assert back is not None
    assert back.size() == QSize(700, 380)
    other = record.faces.windows.open_record("contact", pipeline.jonas)
    assert other.pos() != back.pos()
    back.close()
    path = record.bridge.workspace.path
    record.close()
    workspace = open_workspace(path, user_name="Anna Berg")
    workspace.run(Delete("contact", (pipeline.jonas,)))
    window = MainWindow(Bridge(workspace, language="en", poll_ms=0), Settings(settings.path))
    with qtbot.waitSignal(window.ready):
        window.show()
    windows = window.faces.windows
    qtbot.waitUntil(lambda: windows.open_ones == [])
    window.view.turn("opportunity", pipeline.retrofit)
    window.view._pick("right", "tasks")
    last = windows.open("right")
    assert last is not None
    assert last.size() == QSize(700, 380)
    window.close()
    window.deleteLater()


def test_windows_and_shut_faces_come_back_at_the_next_start(
    own: FaceWindow, record: MainWindow, settings: Settings, pipeline: Pipeline, qtbot: QtBot
) -> None:
    record.faces.windows.open("third")
    record.view.set_shut("bottom", True)
    path = record.bridge.workspace.path
    record.close()
    assert not own.isVisible()
    again = MainWindow(
        Bridge(open_workspace(path, user_name="Anna Berg"), language="en", poll_ms=0),
        Settings(settings.path),
    )
    with qtbot.waitSignal(again.ready):
        again.show()
    qtbot.waitUntil(lambda: len(again.faces.windows.open_ones) == 2)
    shown = [one.shown for one in again.faces.windows.open_ones]
    assert shown == [
        ("opportunity", pipeline.retrofit, "tasks"), ("opportunity", pipeline.retrofit, TIMELINE),
    ]  # fmt: skip
    assert again.cube.shut == {"bottom"}
    assert face_at(again, "bottom").height() == HEAD
    again.close()
    again.deleteLater()


def test_the_side_buttons_of_the_mouse_go_back_and_forward(
    record: MainWindow, pipeline: Pipeline
) -> None:
    handle = record.windowHandle()
    at = face_at(record, "bottom").mapTo(record, QPoint(80, 120))
    none = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(handle, Qt.MouseButton.BackButton, none, at)
    assert record.cube.stand.listing
    QTest.mouseClick(handle, Qt.MouseButton.ForwardButton, none, at)
    assert record.cube.stand.record == pipeline.retrofit
