"""Records made in a face are linked to the front at once, whatever the relation is."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.picker import PickEditor
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.main_window import MainWindow
from crmdesk.schema.query import related_query
from tests.gui.conftest import Pipeline
from tests.gui.test_main_window import key, write


def show(window: MainWindow, qtbot: QtBot, front: tuple[str, str], face: str) -> GridView:
    """Turn to a record and let its bottom face show a relation."""
    window.view.turn(*front)
    side = window.view.sides["bottom"]
    # A face that nobody chose may still become another one, until all are counted.
    qtbot.waitUntil(lambda: face in side._counts)
    side.face.tabs.choose(face)
    qtbot.waitUntil(lambda: side.key == face and side.view is not None)
    view = side.view
    assert view is not None
    holder = window.bridge.registry.relation(front[0], face).holder
    qtbot.waitUntil(lambda: view.grid.source.entity == holder and view.grid.ready)
    return view


def linked(window: MainWindow, front: tuple[str, str], face: str) -> list[dict[str, Any]]:
    """The records of a face as the store has them, by the columns that it shows."""
    workspace = window.bridge.workspace
    entity, record = front
    registry = workspace.registry
    relation = registry.relation(entity, face)
    query = related_query(registry, relation, record)
    paths = tuple(one.name for one in registry.entity(relation.holder).fields)
    with workspace.reader() as conn:
        rowids = workspace.select.ids(conn, query, workspace.query_context())
        rows = workspace.select.rows(conn, relation.holder, rowids, paths)
    return [dict(zip(paths, row.cells, strict=True)) for row in rows]


def enter(view: GridView, path: str, text: str) -> None:
    """Type into a column of the new line, as one does: the letters open its editor."""
    column = [one.path for one in view.grid.columns].index(path)
    view.go(view.grid.new_row, column)
    view.setFocus()
    write(view, text)


def pick(view: GridView, title: str, qtbot: QtBot) -> None:
    """Take what was found for the letters typed so far, once it is that record."""
    editor = QApplication.focusWidget()
    assert isinstance(editor, PickEditor)

    def marked() -> bool:
        options = editor.list.options.shown
        return editor.list.at >= 0 and options[editor.list.at].title == title

    qtbot.waitUntil(marked)
    key(view, Qt.Key.Key_Tab)


@pytest.mark.parametrize(
    ("entity", "short", "face", "path", "text", "also"),
    [
        # A task beside an opportunity belongs to its company and its contact as well.
        ("opportunity", "retrofit", "tasks", "subject", "Ask for drawings", "company"),
        ("opportunity", "retrofit", "quotes", "name", "Q1", "company"),
        ("company", "haitai", "contacts", "name", "Wang Fang", ""),
        ("company", "haitai", "opportunities", "name", "Valves", ""),
        ("company", "haitai", "requests", "subject", "Leaks", ""),
        ("contact", "liwei", "tasks", "subject", "Call", "company"),
        ("contact", "liwei", "events", "subject", "Visit", "company"),
        ("campaign", "fair", "tasks", "subject", "Book a booth", ""),
        ("campaign", "fair", "opportunities", "name", "New lead", ""),
    ],
)
def test_a_record_made_in_a_face_is_linked_at_once(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot,
    entity: str, short: str, face: str, path: str, text: str, also: str,
) -> None:  # fmt: skip
    front = (entity, pipeline.ids[short])
    view = show(window, qtbot, front, face)
    before = view.grid.total
    enter(view, path, text)
    key(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.grid.total == before + 1)
    made = [one for one in linked(window, front, face) if one[path] == text]
    assert len(made) == 1
    if also:
        assert made[0][also] is not None
    # One undo takes it back.
    key(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: view.grid.total == before)


@pytest.mark.parametrize(
    ("entity", "short", "face", "far", "typed", "title", "role", "said"),
    [
        ("opportunity", "hall", "contacts", "contact", "jonas", "Jonas Keller", "role",
         "Blocker"),
        ("contact", "jonas", "opportunities", "opportunity", "skid", "Dosing skid", "role",
         "User"),
        ("contact", "jonas", "affiliations", "company", "haitai", "宁波海泰机械", "role",
         "Consultant"),
        ("company", "kestrel", "people", "contact", "li wei", "Li Wei 李伟", "role", "Agent"),
        ("campaign", "fair", "members", "contact", "chen", "陈静", "status", "Responded"),
    ],
)  # fmt: skip
def test_a_person_is_tied_to_deals_and_companies_with_a_role(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot,
    entity: str, short: str, face: str, far: str, typed: str, title: str, role: str, said: str,
) -> None:  # fmt: skip
    front = (entity, pipeline.ids[short])
    view = show(window, qtbot, front, face)
    enter(view, far, typed)
    pick(view, title, qtbot)
    enter(view, role, said)
    key(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(linked(window, front, face)) == 1)
    (made,) = linked(window, front, face)
    assert made[far].title == title
    paths = [one.path for one in view.grid.columns]
    qtbot.waitUntil(lambda: view.grid.cell(0, paths.index(role)).text == said)
    # The role is edited where it stands; one had gone on to the next new line.
    qtbot.waitUntil(lambda: view.current()[0] == 1)
    view.go(0, paths.index(role))
    view.setFocus()
    key(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not linked(window, front, face)[0][role])
    # Enter on the line turns to whom it ties, and not to the tie.
    view.go(0, paths.index(role))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert window.cube.stand.entity == window.bridge.registry.relation(entity, face).target \
        or window.cube.stand.entity == made[far].entity  # fmt: skip
    assert window.cube.stand.record == made[far].id
