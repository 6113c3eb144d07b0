"""Faces while no record is in front, and after one comes back to a list that stood there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.faces.face import Face
from crmdesk.gui.grid.pane import EmptyWord, GridPane
from crmdesk.gui.main_window import MainWindow
from tests.gui.conftest import Pipeline


def head_top(face: Face) -> int:
    return face.title.mapTo(face, QPoint(0, 0)).y()


def test_the_faces_follow_the_row_of_a_list_that_stood_there_already(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    view = window.view
    view.turn("company", pipeline.haitai)
    view.show_list("company")
    qtbot.waitUntil(lambda: bool(view.cube.stand.record))
    assert view.cube.stand.listing
    bottom = view.sides["bottom"]
    qtbot.waitUntil(lambda: isinstance(bottom.face.body, GridPane) and bool(bottom._counts))


def test_an_empty_list_says_so_in_its_faces(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    view = window.view
    view.show_list("request")
    right, bottom = view.sides["right"].face, view.sides["bottom"].face
    qtbot.waitUntil(
        lambda: isinstance(right.body, EmptyWord) and isinstance(bottom.body, EmptyWord)
    )
    QApplication.processEvents()
    for face in (right, bottom):
        assert isinstance(face.body, EmptyWord)
        assert face.body.title.text() == "No service request is chosen"
        assert head_top(face) < 40
    # A row to belong to brings the faces back.
    view.show_list("opportunity")
    qtbot.waitUntil(lambda: isinstance(bottom.body, GridPane))


def test_a_search_that_finds_nothing_empties_the_faces(window: MainWindow, qtbot: QtBot) -> None:
    view = window.view
    bottom = view.sides["bottom"].face
    assert view.cube.stand.record
    QTest.keyClicks(view.listing.search_box, "zzzz")
    qtbot.waitUntil(lambda: not view.cube.stand.record)
    qtbot.waitUntil(lambda: isinstance(bottom.body, EmptyWord))
    view.listing.search_box.selectAll()
    QTest.keyClick(view.listing.search_box, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: isinstance(bottom.body, GridPane))
    assert view.cube.stand.record
