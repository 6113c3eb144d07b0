"""A record that nothing belongs to in front: its form, and what happened around its owner."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.cube.telling import Line
from crmdesk.gui.cube.third import TimelineFace
from crmdesk.gui.cube.view import CubeView
from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Create
from tests.gui.conftest import Pipeline


def shown(view: CubeView) -> tuple[Line, ...]:
    third = view.face("third")
    return third.list.lines if isinstance(third, TimelineFace) else ()


def test_a_note_stands_beside_the_timeline_of_what_it_is_about(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    view = window.view
    (note,) = window.bridge.workspace.run(
        Create("note", {"body": "They want a trial.", "opportunity": pipeline.retrofit,
                        "company": pipeline.haitai})
    ).created  # fmt: skip
    view.turn("note", note)
    qtbot.waitUntil(lambda: view.area.is_shown("third"))
    third = view.face("third")
    assert third is not None
    # Of company and deal it is the deal that the note is about.
    assert third.title.text() == "Timeline · Pump line retrofit – 40 units"
    qtbot.waitUntil(lambda: any("trial" in one.title + one.under for one in shown(view)))
    assert not view.area.is_shown("right")
    assert not view.area.is_shown("bottom")
    QApplication.processEvents()
    front = view.face("front")
    assert front is not None
    assert front.height() == view.area.height()
    # The next front has its faces again, and the third one is its own.
    view.turn("opportunity", pipeline.retrofit)
    assert view.area.is_shown("bottom")
    assert third.title.text() == "Timeline"


def test_a_note_about_nothing_has_the_room_for_itself(window: MainWindow, qtbot: QtBot) -> None:
    view = window.view
    (note,) = window.bridge.workspace.run(Create("note", {"body": "Buy milk"})).created
    view.turn("note", note)
    qtbot.waitUntil(lambda: view._asking_parent is None)
    front = view.face("front")
    assert front is not None
    assert (front.width(), front.height()) == (view.area.width(), view.area.height())


def test_a_list_of_such_records_has_the_room_for_itself(window: MainWindow) -> None:
    view = window.view
    view.show_list("note")
    assert not view.area.is_shown("bottom")
    view.show_list("company")
    assert view.area.is_shown("bottom")
