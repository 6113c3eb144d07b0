"""The faces are painted once when a turn has been read, and never wait for long."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube.calm import Calm
from crmdesk.gui.main_window import MainWindow
from tests.gui.conftest import Pipeline


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def part(qtbot: QtBot) -> QWidget:
    """Something that is seen."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(200, 100)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_nothing_is_painted_until_what_was_asked_has_come(
    part: QWidget, bridge: Bridge, qtbot: QtBot
) -> None:
    go = threading.Event()
    calm = Calm(bridge, [part], part)
    paints = Paints(part)
    calm.hold()
    bridge.read(lambda _conn, _job: go.wait(0.03), lambda _found: part.update())
    part.update()
    assert not part.updatesEnabled()
    qtbot.waitUntil(part.updatesEnabled)
    qtbot.waitUntil(lambda: paints.count > 0)
    assert paints.count == 1


def test_what_takes_long_is_not_waited_for(part: QWidget, bridge: Bridge, qtbot: QtBot) -> None:
    go = threading.Event()
    calm = Calm(bridge, [part], part)
    done: list[bool] = []
    calm.hold()
    bridge.read(lambda _conn, _job: go.wait(20), done.append)
    qtbot.waitUntil(part.updatesEnabled)
    assert not done
    go.set()
    qtbot.waitUntil(lambda: bool(done))


def test_what_was_under_way_before_is_not_waited_for(
    part: QWidget, bridge: Bridge, qtbot: QtBot
) -> None:
    go = threading.Event()
    done: list[bool] = []
    bridge.read(lambda _conn, _job: go.wait(20), done.append)
    calm = Calm(bridge, [part], part)
    calm.hold()
    qtbot.waitUntil(part.updatesEnabled)
    assert not done
    go.set()
    qtbot.waitUntil(lambda: bool(done))


def test_the_faces_of_the_window_are_shown_after_a_turn(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    window.view.turn("company", pipeline.haitai)
    form = window.view.record_form
    assert form is not None
    qtbot.waitUntil(lambda: form.record.id == pipeline.haitai)
    faces = [face.face for face in window.view.sides.values()]
    qtbot.waitUntil(lambda: form.updatesEnabled() and all(one.updatesEnabled() for one in faces))
