"""Who edits a value is told when others change it meanwhile, and overwrites it knowingly."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Update
from tests.gui.conftest import Pipeline
from tests.gui.test_undoing import K, Lists


@pytest.fixture
def desk(window: MainWindow, qtbot: QtBot) -> Lists:
    return Lists(window, qtbot)


def change(desk: Lists, pipeline: Pipeline) -> None:
    workspace = desk.window.bridge.workspace
    workspace.run(Update("opportunity", pipeline.retrofit, {"next_step": "Call them"}))


def stored(desk: Lists, pipeline: Pipeline) -> str:
    found = desk.window.bridge.workspace.get("opportunity", pipeline.retrofit)
    return str((found or {})["next_step"])


def test_a_cell_says_that_it_was_changed_meanwhile(desk: Lists, pipeline: Pipeline) -> None:
    desk.go(pipeline.retrofit, "next_step")
    note = desk.view.note
    desk.hand.type("Visit")
    change(desk, pipeline)
    desk.qtbot.waitUntil(lambda: note.isVisible() and "“Call them”" in note.text())
    desk.press(K.Key_Return)
    desk.qtbot.waitUntil(lambda: stored(desk, pipeline) == "Visit")
    desk.qtbot.waitUntil(lambda: desk.cell(pipeline.retrofit, "next_step") == ("Visit", ""))
    assert not note.isVisible()
    # Undo brings back what the other one wrote.
    desk.qtbot.waitUntil(lambda: "Change Next step" in desk.status)
    desk.undo()
    desk.qtbot.waitUntil(lambda: stored(desk, pipeline) == "Call them")


def test_esc_keeps_what_the_other_one_wrote(desk: Lists, pipeline: Pipeline) -> None:
    desk.go(pipeline.retrofit, "next_step")
    note = desk.view.note
    desk.hand.type("Visit")
    change(desk, pipeline)
    desk.qtbot.waitUntil(lambda: note.isVisible() and "“Call them”" in note.text())
    desk.press(K.Key_Escape)
    assert not note.isVisible()
    assert desk.cell(pipeline.retrofit, "next_step") == ("Call them", "")


def test_a_field_of_a_form_says_so_too(desk: Lists, pipeline: Pipeline) -> None:
    desk.turn("opportunity", pipeline.retrofit)
    field = desk.field("next_step")
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    desk.press(K.Key_F2)
    assert field.editing
    note = desk.form.body.note
    assert not note.isVisible()
    change(desk, pipeline)
    desk.qtbot.waitUntil(lambda: note.isVisible() and "“Call them”" in note.text())
    assert field.editing
    desk.press(K.Key_Escape)
    assert not note.isVisible()
    assert desk.state("next_step") == ("Call them", "")
