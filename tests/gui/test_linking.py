"""Records made in a face are linked to the front at once, whatever the relation is."""

from __future__ import annotations

from typing import Any, NamedTuple

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


class Made(NamedTuple):
    """A record that is typed into a face: its front, the column, what is tied besides."""

    entity: str
    short: str
    face: str
    path: str
    text: str
    also: str = ""


MADE = (
    # A task beside an opportunity belongs to its company as well.
    Made("opportunity", "retrofit", "tasks", "subject", "Ask for drawings", "company"),
    Made("opportunity", "retrofit", "quotes", "name", "Q1", "company"),
    Made("company", "haitai", "contacts", "name", "Wang Fang"),
    Made("company", "haitai", "opportunities", "name", "Valves"),
    Made("company", "haitai", "requests", "subject", "Leaks"),
    Made("contact", "liwei", "tasks", "subject", "Call", "company"),
    Made("contact", "liwei", "events", "subject", "Visit", "company"),
    Made("campaign", "fair", "tasks", "subject", "Book a booth"),
    Made("campaign", "fair", "opportunities", "name", "New lead"),
)


def test_a_record_made_in_a_face_is_linked_at_once(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    for one in MADE:
        front = (one.entity, pipeline.ids[one.short])
        view = show(window, qtbot, front, one.face)
        before = view.grid.total
        enter(view, one.path, one.text)
        key(view, Qt.Key.Key_Return)
        wait_for(qtbot, view, before + 1)
        made = [each for each in linked(window, front, one.face) if each[one.path] == one.text]
        assert len(made) == 1, one
        assert not one.also or made[0][one.also] is not None, one
        # One undo takes it back.
        key(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        wait_for(qtbot, view, before)


class Tied(NamedTuple):
    """Two records that are tied in a face: the far one as typed and found, and its role."""

    entity: str
    short: str
    face: str
    far: str
    typed: str
    title: str
    role: str
    said: str


TIED = (
    Tied("opportunity", "hall", "contacts", "contact", "jonas", "Jonas Keller", "role",
         "Blocker"),
    Tied("contact", "jonas", "opportunities", "opportunity", "skid", "Dosing skid", "role",
         "User"),
    Tied("contact", "chenjing", "affiliations", "company", "haitai", "宁波海泰机械", "role",
         "Consultant"),
    Tied("company", "kestrel", "people", "contact", "li wei", "Li Wei 李伟", "role", "Agent"),
    Tied("campaign", "fair", "members", "contact", "chen", "陈静", "status", "Responded"),
)  # fmt: skip


def test_a_person_is_tied_to_deals_and_companies_with_a_role(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    for one in TIED:
        tie(window, pipeline, qtbot, one)


def tie(window: MainWindow, pipeline: Pipeline, qtbot: QtBot, one: Tied) -> None:
    """Tie two records in a face, change the role there, and turn to the far one."""
    front = (one.entity, pipeline.ids[one.short])
    view = show(window, qtbot, front, one.face)
    before = view.grid.total
    enter(view, one.far, one.typed)
    pick(view, one.title, qtbot)
    enter(view, one.role, one.said)
    key(view, Qt.Key.Key_Return)
    wait_for(qtbot, view, before + 1)

    def row() -> dict[str, Any]:
        found = [each for each in linked(window, front, one.face)
                 if each[one.far].title == one.title]  # fmt: skip
        assert len(found) == 1, one
        return found[0]

    far = row()[one.far]
    column = [each.path for each in view.grid.columns].index(one.role)
    at = [view.grid.cell(n, column).text for n in range(before + 1)].index(one.said)
    # The role is edited where it stands; one had gone on to the next new line.
    qtbot.waitUntil(lambda: view.current()[0] == before + 1)
    view.go(at, column)
    view.setFocus()
    key(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not row()[one.role])
    # Enter on the line turns to whom it ties, and not to the tie.
    view.go(at, column)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert (window.cube.stand.entity, window.cube.stand.record) == (far.entity, far.id), one


def wait_for(qtbot: QtBot, view: GridView, total: int) -> None:
    """Until the grid has so many records, and all of them are read."""
    qtbot.waitUntil(lambda: view.grid.total == total and view.grid.ready)
    qtbot.waitUntil(lambda: all(view.grid.id_at(row) for row in range(total)))
