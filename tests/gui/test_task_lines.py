"""The new line of a list of tasks is read as quick add reads it, and told before it is saved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.readeditor import ReadEditor
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.main_window import MainWindow
from crmdesk.schema.query import Query, Sort
from crmdesk.schema.values import Instant
from tests.gui.conftest import Pipeline
from tests.gui.test_linking import enter, linked, show, wait_for
from tests.gui.test_main_window import key

K = Qt.Key


def note(view: GridView, words: str) -> bool:
    """Whether a note in sight tells these words of how the line is read."""
    notes = view.window().findChildren(QLabel)
    return any(words in one.text() for one in notes if one.isVisible() and "=" in one.text())


def newest(window: MainWindow) -> dict[str, Any]:
    workspace = window.bridge.workspace
    query = Query("task", sort=(Sort("created_at", descending=True),))
    with workspace.reader() as conn:
        (rowid,) = workspace.select.first(conn, query, workspace.query_context(), 1)
        (id_,) = workspace.select.record_ids(conn, "task", [rowid]).values()
    found = workspace.get("task", id_)
    assert found is not None
    return found


def test_a_line_in_a_face_says_when_and_with_whom(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    front = ("company", pipeline.haitai)
    view = show(window, qtbot, front, "tasks")
    before = view.grid.total
    enter(view, "subject", "call Li Wei fri 3pm")
    qtbot.waitUntil(lambda: note(view, "Li Wei 李伟"))
    assert isinstance(QApplication.focusWidget(), ReadEditor)
    assert note(view, "Fri ")
    key(view, K.Key_Return)
    wait_for(qtbot, view, before + 1)
    made = newest(window)
    assert (made["subject"], made["kind"]) == ("Call Li Wei", "call")
    assert (made["contact"], made["company"]) == (pipeline.liwei, pipeline.haitai)
    due = made["due"]
    assert isinstance(due, Instant)
    local = due.local("Europe/Berlin")
    assert (local.weekday(), local.hour) == (4, 15)
    assert date.today() <= local.date() <= date.today() + timedelta(days=8)
    # One step made it, one takes it back.
    key(window, K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for(qtbot, view, before)
    assert all(one["subject"] != "Call Li Wei" for one in linked(window, front, "tasks"))


def test_the_front_counts_more_than_the_line(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    # Jonas is of another firm: the task is about him, and stays on the face.
    view = show(window, qtbot, ("company", pipeline.haitai), "tasks")
    before = view.grid.total
    enter(view, "subject", "email Jonas Keller tomorrow")
    qtbot.waitUntil(lambda: note(view, "Jonas Keller"))
    assert not note(view, "Kestrel")
    key(view, K.Key_Return)
    wait_for(qtbot, view, before + 1)
    made = newest(window)
    assert (made["contact"], made["company"]) == (pipeline.jonas, pipeline.haitai)


def test_a_plain_subject_stays_as_it_is(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    view = show(window, qtbot, ("company", pipeline.haitai), "tasks")
    before = view.grid.total
    enter(view, "subject", "order paper")
    key(view, K.Key_Return)
    wait_for(qtbot, view, before + 1)
    made = newest(window)
    assert (made["subject"], made["due"], made["contact"]) == ("order paper", None, None)


def test_a_line_is_not_read_where_more_was_entered(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    view = show(window, qtbot, ("company", pipeline.haitai), "tasks")
    before = view.grid.total
    enter(view, "due", "2030-05-02")
    key(view, K.Key_Tab)
    enter(view, "subject", "call Li Wei fri")
    assert not isinstance(QApplication.focusWidget(), ReadEditor)
    key(view, K.Key_Return)
    wait_for(qtbot, view, before + 1)
    made = newest(window)
    assert (made["subject"], made["due"]) == ("call Li Wei fri", date(2030, 5, 2))


def test_escape_drops_the_line_and_its_note(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    view = show(window, qtbot, ("company", pipeline.haitai), "tasks")
    before = view.grid.total
    enter(view, "subject", "call Li Wei fri 3pm")
    qtbot.waitUntil(lambda: note(view, "Li Wei 李伟"))
    QTest.keyClick(QApplication.focusWidget(), K.Key_Escape)
    qtbot.waitUntil(lambda: not note(view, "Li Wei"))
    key(view, K.Key_Return)
    assert (view.grid.total, dict(view.grid.draft)) == (before, {})


def test_the_list_of_tasks_reads_lines_and_says_so(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    window.view.show_list("task")
    view = window.view.listing.view
    qtbot.waitUntil(lambda: view.grid.source.entity == "task" and view.grid.ready)
    assert "Li Wei" in getattr(view.grid.source, "new_hint", "")
    before = view.grid.total
    enter(view, "subject", "visit Kestrel tomorrow about hall 3")
    qtbot.waitUntil(lambda: note(view, "Kestrel Pumps"))
    key(view, K.Key_Return)
    wait_for(qtbot, view, before + 1)
    made = newest(window)
    assert (made["kind"], made["company"]) == ("visit", pipeline.kestrel)
    assert made["opportunity"] == pipeline.hall
    assert made["due"] == date.today() + timedelta(days=1)
