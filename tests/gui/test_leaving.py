"""A front that is deleted makes room with a word, and is there again when it comes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Create, CreateMany, Delete, Group
from crmdesk.ops.opening import open_workspace
from tests.gui.conftest import Pipeline
from tests.gui.test_undoing import Lists, settled

TITLE = "Dosing skid"


@pytest.fixture
def desk(window: MainWindow, qtbot: QtBot) -> Lists:
    return Lists(window, qtbot)


def front(desk: Lists) -> tuple[str, str]:
    stand = desk.window.cube.stand
    return stand.entity, "" if stand.listing else stand.record


def comes_back(desk: Lists, entity: str, record: str) -> None:
    desk.qtbot.waitUntil(lambda: front(desk) == (entity, record))
    desk.until_front(record)


def named(desk: Lists, title: str) -> None:
    """Wait until the trail has read what the front is called."""
    desk.qtbot.waitUntil(lambda: desk.window.cube.stand.title == title)


def deleted(desk: Lists, pipeline: Pipeline) -> None:
    desk.turn("company", pipeline.haitai)
    desk.turn("opportunity", pipeline.skid)
    named(desk, TITLE)
    desk.window.bridge.write(Delete("opportunity", (pipeline.skid,)))
    desk.qtbot.waitUntil(lambda: front(desk) == ("company", pipeline.haitai))
    desk.qtbot.waitUntil(lambda: f"“{TITLE}” was deleted" in desk.status)
    settled(desk)


def test_a_deleted_front_goes_with_a_word_and_its_undo(desk: Lists, pipeline: Pipeline) -> None:
    deleted(desk, pipeline)
    offered = desk.window.status.offered
    assert offered.isVisible()
    assert offered.text() == "Undo"
    QTest.mouseClick(offered, Qt.MouseButton.LeftButton)
    comes_back(desk, "opportunity", pipeline.skid)
    desk.qtbot.waitUntil(lambda: desk.status == "Undone: Delete opportunity")


def test_it_does_not_come_back_to_the_one_who_went_on(desk: Lists, pipeline: Pipeline) -> None:
    deleted(desk, pipeline)
    desk.turn("company", pipeline.kestrel)
    desk.undo()
    desk.qtbot.waitUntil(lambda: desk.status == "Undone: Delete opportunity")
    settled(desk)
    assert front(desk) == ("company", pipeline.kestrel)


def test_what_another_program_deletes_is_told(desk: Lists, pipeline: Pipeline) -> None:
    desk.turn("opportunity", pipeline.skid)
    named(desk, TITLE)
    workspace = desk.window.bridge.workspace
    other = open_workspace(workspace.path, user_name="Anna Berg", zone="Europe/Berlin")
    try:
        other.run(Delete("opportunity", (pipeline.skid,)))
    finally:
        other.close()
    workspace.poll()
    desk.qtbot.waitUntil(lambda: f"“{TITLE}” was deleted" in desk.status)
    assert front(desk) == ("opportunity", "")
    desk.undo()
    comes_back(desk, "opportunity", pipeline.skid)


def test_an_undo_that_takes_the_front_says_so(desk: Lists, pipeline: Pipeline) -> None:
    workspace = desk.window.bridge.workspace
    (made,) = workspace.run(Create("company", {"name": "Nordwind"})).created
    desk.turn("company", made)
    named(desk, "Nordwind")
    desk.undo()
    desk.qtbot.waitUntil(lambda: desk.status == "Undone: New company · “Nordwind” is gone")
    assert front(desk) == ("opportunity", "")
    assert desk.window.status.offered.text() == "Redo"
    desk.redo()
    comes_back(desk, "company", made)


def test_an_undo_of_too_much_to_tell_takes_the_front_and_brings_it_back(
    desk: Lists, pipeline: Pipeline
) -> None:
    workspace = desk.window.bridge.workspace
    firm = Create("company", {"name": "Nordwind"})
    notes = CreateMany("contact", [{"name": f"Person {n}"} for n in range(2100)])
    made = workspace.run(Group("All of it", [firm, notes])).created[0]
    desk.turn("company", made)
    named(desk, "Nordwind")
    desk.undo()
    desk.qtbot.waitUntil(lambda: front(desk) == ("opportunity", ""))
    desk.qtbot.waitUntil(lambda: "2,101 records" in desk.status)
    desk.redo()
    comes_back(desk, "company", made)


def test_the_timeline_has_what_was_added_while_another_front_was_there(
    desk: Lists, pipeline: Pipeline
) -> None:
    window = desk.window
    desk.turn("company", pipeline.haitai)
    third = window.view.timeline_face
    assert third is not None
    qtbot = desk.qtbot
    qtbot.waitUntil(lambda: bool(third.list.lines))
    window.view.show_list("opportunity")
    note = {"body": "Met at the fair", "company": pipeline.haitai}
    window.bridge.write(Create("note", note))
    settled(desk)
    desk.turn("company", pipeline.haitai)
    qtbot.waitUntil(
        lambda: any("Met at the fair" in f"{one.title} {one.under}" for one in third.list.lines)
    )
