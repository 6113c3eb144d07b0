"""A record typed into the new line of a list stays where one sees it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Create, Delete
from tests.gui.conftest import Pipeline
from tests.gui.test_undoing import K, Lists, settled


@pytest.fixture
def desk(window: MainWindow, qtbot: QtBot) -> Lists:
    made = Lists(window, qtbot)
    qtbot.waitUntil(lambda: window.view.listing.view.grid.ready)
    window.view.focus_front()
    return made


def names(desk: Lists) -> list[str]:
    grid = desk.view.grid
    return [grid.cell(row, desk.column("name")).text for row in range(grid.total)]


def type_deal(desk: Lists, name: str) -> None:
    desk.view.go_to_new_line()
    desk.view.go(desk.view.grid.new_row, desk.column("name"))
    desk.hand.type(name)
    desk.press(K.Key_Return)
    desk.qtbot.waitUntil(lambda: name in names(desk))
    settled(desk)


def reread(desk: Lists) -> None:
    """Let another program's record come, with which all ids are read again."""
    workspace = desk.window.bridge.workspace
    workspace.run(Create("opportunity", {"name": "From elsewhere"}))
    desk.qtbot.waitUntil(lambda: "From elsewhere" in names(desk))
    settled(desk)


def test_a_new_record_stays_where_it_was_made(desk: Lists, pipeline: Pipeline) -> None:
    # The list has the newest first: it would go to the top.
    type_deal(desk, "Deal New")
    assert desk.view.current()[0] == desk.view.grid.new_row
    reread(desk)
    assert names(desk)[-1] == "Deal New"
    assert names(desk)[0] == "From elsewhere"
    desk.press(K.Key_Up)
    assert desk.view.grid.cell(*desk.view.current()).text == "Deal New"
    desk.press(K.Key_F5)
    desk.qtbot.waitUntil(lambda: names(desk)[:2] == ["From elsewhere", "Deal New"])


def test_the_keys_that_follow_hit_the_new_record(desk: Lists, pipeline: Pipeline) -> None:
    before = names(desk)
    type_deal(desk, "Deal New")
    desk.press(K.Key_Up)
    desk.view.delete_selected_rows()
    desk.qtbot.waitUntil(lambda: names(desk) == before)
    settled(desk)
    assert names(desk) == before


def test_the_faces_show_no_other_record_on_the_new_line(desk: Lists, pipeline: Pipeline) -> None:
    window = desk.window
    desk.go(pipeline.retrofit, "name")
    bottom = window.view.sides["bottom"]
    desk.qtbot.waitUntil(lambda: bottom.view is not None and bottom.view.grid.total == 2)
    desk.view.go_to_new_line()
    desk.qtbot.waitUntil(lambda: window.cube.stand.record == "")
    desk.qtbot.waitUntil(lambda: bottom.face.body is not None and bottom.face.body.isVisible())
    desk.qtbot.waitUntil(lambda: bottom.view is None or not bottom.view.isVisible())
    # What others write leaves the cursor on the new line.
    window.bridge.write(Delete("opportunity", (pipeline.skid,)))
    desk.qtbot.waitUntil(lambda: "Dosing skid" not in names(desk))
    settled(desk)
    assert desk.view.current()[0] == desk.view.grid.new_row
    desk.press(K.Key_Up)
    desk.qtbot.waitUntil(lambda: bool(window.cube.stand.record))
    desk.qtbot.waitUntil(lambda: bottom.view is not None and bottom.view.isVisible())
