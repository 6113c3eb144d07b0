"""Faces that nobody chose go where there is something, and wander nowhere else."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Create
from tests.gui.conftest import Pipeline

K, CTRL, ALT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def test_the_current_row_of_a_list_comes_to_the_front_with_what_it_has(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    workspace = window.bridge.workspace
    workspace.run(Create("note", {"body": "Ask again", "opportunity": pipeline.hall}))
    view = window.view
    grid = view.listing.view
    qtbot.waitUntil(lambda: grid.grid.row_of_id(pipeline.hall) >= 0)
    right, bottom = view.sides["right"], view.sides["bottom"]
    for _again in range(2):
        grid.setFocus()
        grid.go(grid.grid.row_of_id(pipeline.hall), 0)
        # The faces of the list stay what they are, and its row is counted.
        qtbot.waitUntil(lambda: view.cube.stand.record == pipeline.hall)
        qtbot.waitUntil(lambda: bottom._counts.get("notes") == 1)
        assert (bottom.key, right.key) == ("contacts", "tasks")
        QTest.keyClick(QApplication.focusWidget(), K.Key_Return, CTRL)
        qtbot.waitUntil(lambda: not view.cube.stand.listing)
        qtbot.waitUntil(lambda: "notes" in (bottom.key, right.key))
        QTest.keyClick(window, K.Key_Left, ALT)
        qtbot.waitUntil(lambda: view.cube.stand.listing)
        qtbot.waitUntil(lambda: (bottom.key, right.key) == ("contacts", "tasks"))
