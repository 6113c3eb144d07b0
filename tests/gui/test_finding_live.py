"""What was found in the cells of a list is looked for again when the store changes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.finding import FindBar
from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import BulkUpdate, Update
from tests.gui.conftest import Pipeline
from tests.gui.test_undoing import CTRL, K, Lists

LEFT = Qt.MouseButton.LeftButton
DEALS = ("retrofit", "hall", "skid")


@pytest.fixture
def desk(window: MainWindow, pipeline: Pipeline, qtbot: QtBot) -> Lists:
    made = Lists(window, qtbot)
    ids = tuple(pipeline.ids[name] for name in DEALS)
    window.bridge.workspace.run(BulkUpdate("opportunity", ids, {"next_step": "Send the draft"}))
    made.go(pipeline.skid, "next_step")
    for id_ in ids:
        qtbot.waitUntil(lambda id_=id_: made.cell(id_, "next_step")[0] == "Send the draft")  # type: ignore[misc]
    return made


def sought(desk: Lists) -> FindBar:
    desk.press(K.Key_H, CTRL)
    bar = desk.window.view.listing.pane.find_bar
    assert bar is not None
    QTest.keyClicks(bar.sought, "draft")
    QTest.keyClicks(bar.replacement, "offer")
    desk.qtbot.waitUntil(lambda: bar.told.text().endswith(" of 3"))
    return bar


def steps(desk: Lists, pipeline: Pipeline) -> list[str]:
    workspace = desk.window.bridge.workspace
    found = [workspace.get("opportunity", pipeline.ids[name]) for name in DEALS]
    return [str((one or {})["next_step"]) for one in found]


def test_what_an_undo_brings_back_is_found_and_replaced_too(
    desk: Lists, pipeline: Pipeline
) -> None:
    bar = sought(desk)
    QTest.mouseClick(bar.replace_one, LEFT)
    desk.qtbot.waitUntil(lambda: bar.told.text().endswith(" of 2"))
    desk.view.setFocus()
    desk.undo()
    desk.qtbot.waitUntil(lambda: bar.told.text().endswith(" of 3"))
    assert len(desk.view.found) == 3
    QTest.mouseClick(bar.replace_all, LEFT)
    desk.qtbot.waitUntil(lambda: steps(desk, pipeline) == ["Send the offer"] * 3)
    assert desk.label() == "Replacing in 3 cells"


def test_a_cell_that_was_changed_meanwhile_is_left_as_it_is(
    desk: Lists, pipeline: Pipeline
) -> None:
    bar = sought(desk)
    # The window hears of it only when it comes back to its events: all are replaced before.
    workspace = desk.window.bridge.workspace
    workspace.run(Update("opportunity", pipeline.hall, {"next_step": "Wait"}))
    QTest.mouseClick(bar.replace_all, LEFT)
    wanted = ["Send the offer", "Wait", "Send the offer"]
    desk.qtbot.waitUntil(lambda: steps(desk, pipeline) == wanted)
