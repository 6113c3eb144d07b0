"""The turn as one sees it: it shows both faces, is in nobody's way, and can be off."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.cube.motion import animates, freedesktop
from crmdesk.gui.cube.turning import Turning, painted, taken
from crmdesk.gui.cube.ways import Way
from crmdesk.gui.main_window import MainWindow
from crmdesk.settings import MOTION, Settings
from tests.gui.conftest import Pipeline
from tests.gui.test_main_window import ALT, key, point_at

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def moving(window: MainWindow) -> MainWindow:
    """The window, its turns animated, the list painted."""
    window.settings.set(MOTION, "on")
    window.view.listing.setFocus()
    QApplication.processEvents()
    return window


def overlay(window: MainWindow) -> Turning:
    shown = window.view.ways.shown
    assert shown is not None
    return shown


def test_a_turn_is_seen_and_then_gone(moving: MainWindow, pipeline: Pipeline, qtbot: QtBot) -> None:
    moving.view.turn("company", pipeline.haitai)
    turning = overlay(moving)
    assert turning.running
    assert turning.isVisible()
    assert turning.geometry() == moving.view.area.geometry()
    with qtbot.waitSignal(turning.finished):
        pass
    assert not turning.isVisible()
    assert turning.frames > 0
    # What the turn led to stands there, focused, as without it.
    assert moving.view.record_form is not None
    assert moving.view.record_form.isVisible()
    assert moving.faces.focused() == "front"


def test_a_key_ends_it_and_does_what_it_should(
    moving: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    moving.view.turn("company", pipeline.haitai)
    turning = overlay(moving)
    assert turning.running
    key(moving, Qt.Key.Key_Left, ALT)
    assert moving.cube.stand.listing
    # Going back is a turn as well; a key in the list ends that one.
    assert turning.running
    before = moving.view.listing.row
    key(moving, Qt.Key.Key_Down)
    assert not turning.running
    assert moving.view.listing.row == before + 1


def test_a_click_goes_through_to_what_stands_below(
    moving: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    moving.view.turn("opportunity", pipeline.retrofit)
    turning = overlay(moving)
    assert turning.running
    pill = moving.view.sides["right"].face.maximise
    at = pill.mapTo(moving, pill.rect().center())
    assert moving.childAt(at) is pill
    QTest.mouseClick(moving.windowHandle(), LEFT, Qt.KeyboardModifier.NoModifier, at)
    assert not turning.running
    assert moving.view.area.filled == "right"


@pytest.mark.parametrize(
    ("side", "way", "back"), [(None, "left", "right"), ("right", "left", "right"),
                              ("bottom", "up", "down")],
)  # fmt: skip
def test_the_way_it_turns_tells_where_one_clicked(
    moving: MainWindow, pipeline: Pipeline, qtbot: QtBot, side: str | None, way: Way, back: Way
) -> None:
    point_at(moving, qtbot, "Pump line retrofit – 40 units")
    if side is None:
        moving.view.turn("contact", pipeline.liwei)
    else:
        face = moving.view.sides["bottom" if side == "bottom" else "right"]
        qtbot.waitUntil(lambda: face.view is not None)
        assert face.view is not None
        face.view.turned.emit("contact", pipeline.liwei)
    assert overlay(moving)._way == way
    key(moving, Qt.Key.Key_Left, ALT)
    assert overlay(moving)._way == back
    key(moving, Qt.Key.Key_Right, ALT)
    assert overlay(moving)._way == way


def test_no_turn_where_less_motion_is_wanted(
    window: MainWindow, pipeline: Pipeline, settings: Settings
) -> None:
    assert settings.get(MOTION) == "system"
    if QApplication.platformName() == "offscreen":
        # Nobody sees this screen.
        assert not animates(settings)
        window.view.turn("company", pipeline.haitai)
        assert window.view.ways.shown is None
    settings.set(MOTION, "off")
    assert not animates(settings)
    settings.set(MOTION, "on")
    assert animates(settings)
    window.view.go_home()
    window.view.turn("company", pipeline.haitai)
    assert overlay(window).running
    overlay(window).finish()


def test_the_setting_is_chosen_by_an_act(window: MainWindow, settings: Settings) -> None:
    act = window.faces._motion
    assert act.text() == "Animate the turn: as the system"
    act.trigger()
    assert settings.get(MOTION) == "on"
    act.trigger()
    assert (settings.get(MOTION), act.text()) == ("off", "Animate the turn: off")
    assert "off" in window.ui.saved.text()


@pytest.mark.parametrize(
    ("place", "text", "off"),
    [
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations=0\n", True),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations = false\n", True),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=1\n", False),
        ("gtk-3.0/settings.ini", "no settings at all", False),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n", True),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=1.5\n", False),
        ("elsewhere", "", False),
    ],
)
def test_the_desktop_says_that_it_wants_less_motion(
    tmp_path: Path, place: str, text: str, off: bool
) -> None:
    path = tmp_path / place
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert freedesktop(tmp_path) is off


@pytest.fixture
def faces(qtbot: QtBot) -> tuple[QWidget, Turning]:
    """Something blue to be turned, and what turns it; the new face is orange."""
    box = QWidget()
    qtbot.addWidget(box)
    area = QWidget(box)
    area.setStyleSheet("background: #2f6fed")
    area.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    box.resize(400, 300)
    area.resize(400, 300)
    box.show()
    qtbot.waitExposed(box)
    turning = Turning(area)
    turning.begin("left")
    # Held still, to be looked at.
    turning._timer.setInterval(1_000_000)
    area.setStyleSheet("background: #c27803")
    turning.bring()
    return box, turning


def colour_at(turning: Turning, done: float, x: int, y: int) -> str:
    image = QImage(turning.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    turning.paint_turn(painter, done)
    painter.end()
    return QColor(image.pixel(x, y)).name()


def test_it_begins_with_the_old_face_and_ends_with_the_new(faces: tuple[QWidget, Turning]) -> None:
    _box, turning = faces
    for x, y in ((0, 0), (200, 150), (399, 299)):
        assert colour_at(turning, 0.0, x, y) == "#2f6fed"
        assert colour_at(turning, 1.0, x, y) == "#c27803"
    turning.finish()


@pytest.mark.parametrize(("way", "old", "new"), [
    ("left", (10, 150), (390, 150)), ("right", (390, 150), (10, 150)),
    ("up", (200, 10), (200, 290)), ("down", (200, 290), (200, 10)),
])  # fmt: skip
def test_the_old_face_leaves_on_the_one_side_and_the_new_comes_from_the_other(
    faces: tuple[QWidget, Turning], way: Way, old: tuple[int, int], new: tuple[int, int]
) -> None:
    _box, turning = faces
    turning._way = way
    blue, orange = QColor(colour_at(turning, 0.35, *old)), QColor(colour_at(turning, 0.35, *new))
    # Each in its shade.
    assert blue.blue() > blue.red()
    assert orange.red() > orange.blue()
    turning.finish()


@pytest.mark.parametrize("ratio", [1.0, 2.0, 0.5])
def test_the_picture_is_what_the_screen_shows(faces: tuple[QWidget, Turning], ratio: float) -> None:
    box, turning = faces
    turning.finish()
    QApplication.processEvents()
    for picture in (taken(box, ratio), painted(box, ratio)):
        assert picture.size() == box.size() * ratio
        assert picture.devicePixelRatioF() == ratio
        assert QColor(picture.pixel(picture.rect().center())).name() == "#c27803"


def unlike(one: QImage, other: QImage) -> float:
    """The share of pixels that differ."""
    assert one.size() == other.size()
    pixels, others = (
        memoryview(image.convertToFormat(QImage.Format.Format_RGB32).constBits()).cast("I")
        for image in (one, other)
    )
    return sum(a != b for a, b in zip(pixels, others, strict=True)) / len(pixels)


def test_the_new_face_has_all_that_stands_there_afterwards(
    moving: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    # However slow the machine is.
    moving.view._calm.longest = 60.0
    moving.view.turn("company", pipeline.haitai)
    turning = overlay(moving)
    # Held still, to be looked at.
    turning._timer.setInterval(1_000_000)
    qtbot.waitUntil(lambda: not turning._new.isNull())
    new = turning._new.copy()
    turning.finish()
    qtbot.waitUntil(lambda: moving.view.rests and not moving.bridge.jobs.busy)
    QApplication.processEvents()
    form = moving.view.record_form
    assert form is not None
    assert form.record.title
    # A name that is read for the trail, a mark of the focus: no more than that.
    assert unlike(new, painted(moving.view.area, 1.0)) < 0.01


def test_the_old_face_stands_still_until_the_new_one_is_there(
    faces: tuple[QWidget, Turning],
) -> None:
    box, turning = faces
    turning.begin("left")
    box.repaint()
    assert (turning.running, turning.frames) == (True, 0)
    assert unlike(turning.grab().toImage(), turning._old) == 0
    turning.bring()
    box.repaint()
    assert turning.frames == 1
    assert unlike(turning.grab().toImage(), turning._old) > 0.01
    turning.finish()


def test_what_takes_long_to_read_is_not_waited_for(
    moving: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    go = threading.Event()
    try:
        moving.view.turn("company", pipeline.haitai)
        for _ in range(4):
            moving.bridge.read(lambda _conn, _job: go.wait(20), lambda _found: None)
        turning = overlay(moving)
        qtbot.waitUntil(lambda: not turning.running)
        assert turning.frames > 0
        assert moving.bridge.jobs.busy
    finally:
        go.set()


def test_pictures_of_a_fine_screen_are_of_half_its_fineness(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    area = QWidget(box)
    area.setStyleSheet("background: #2f6fed")
    area.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    for made in (box, area):
        made.resize(2400, 1300)
    box.show()
    qtbot.waitExposed(box)
    turning = Turning(area)
    turning.begin("up")
    turning._wait.stop()
    turning._wait.start(1_000_000)
    assert turning._old.size().toTuple() == (1200, 650)
    area.setStyleSheet("background: #c27803")
    turning.bring()
    for x, y in ((0, 0), (1200, 650), (2399, 1299)):
        assert colour_at(turning, 0.0, x, y) == "#2f6fed"
        assert colour_at(turning, 1.0, x, y) == "#c27803"
    turning.finish()
