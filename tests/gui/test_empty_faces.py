"""Faces while no record is in front, and after one comes back to a list that stood there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.features.cube.stand import Side
from crmdesk.gui.faces.face import Face
from crmdesk.gui.grid.pane import EmptyWord, GridPane
from crmdesk.gui.main_window import MainWindow
from tests.gui.conftest import Pipeline
from tests.gui.test_linking import enter, show
from tests.gui.test_main_window import key


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


def pane_of(window: MainWindow, side: Side) -> GridPane:
    body = window.view.sides[side].face.body
    assert isinstance(body, GridPane)
    return body


def test_the_word_of_an_empty_face_gives_way_to_what_is_typed(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    view = show(window, qtbot, ("company", pipeline.kestrel), "tasks")
    pane = pane_of(window, "bottom")
    qtbot.waitUntil(lambda: view.grid.total == 0 and pane.empty.isVisible())
    # Refused: a task needs a subject. The reason stands below the line.
    enter(view, "due", "2030-05-02")
    key(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(cell.reason for cell in view.grid.draft.values()))
    qtbot.waitUntil(lambda: not pane.empty.isVisible())
    view.setFocus()
    key(view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not view.grid.draft)
    qtbot.waitUntil(pane.empty.isVisible)
    # A record takes its place for good.
    enter(view, "subject", "Ask")
    key(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.grid.total == 1)
    qtbot.waitUntil(lambda: not pane.empty.isVisible())


def test_the_word_is_only_where_there_is_nothing_however_fast_one_goes(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    show(window, qtbot, ("company", pipeline.haitai), "tasks")
    for deal in (pipeline.hall, pipeline.retrofit):
        window.view.turn("opportunity", deal)
    window.view.turn("company", pipeline.kestrel)
    window.view.turn("company", pipeline.haitai)
    alt = Qt.KeyboardModifier.AltModifier
    for times in (12, 9, 10):
        for way in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            for _step in range(times):
                QTest.keyClick(window, way, alt)
                if times == 10:
                    QApplication.processEvents()
            qtbot.waitUntil(lambda: all(is_told(one) for one in panes(window)))


def is_told(pane: GridPane) -> bool:
    """Whether all is read, and the word is there where that is nothing."""
    return pane.model.ready and pane.empty.isHidden() is bool(pane.model.total)


def panes(window: MainWindow) -> list[GridPane]:
    bodies = [one.face.body for one in window.view.sides.values()]
    return [one for one in bodies if isinstance(one, GridPane)]
