"""Many cells as one step on a real store: references by their titles, cut and moved, new rows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.picker import PickEditor
from crmdesk.gui.grid.picklist import MAKE
from crmdesk.gui.grid.source import Batch, Entry, Fresh, RowEntries, Written
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.record.field import FieldCell
from crmdesk.gui.sources import QuerySource
from crmdesk.gui.writing import write_batch
from crmdesk.ops.changes import Create
from crmdesk.schema.query import Query
from crmdesk.schema.values import Money
from tests.gui.conftest import Hand, Pipeline
from tests.gui.test_grid_editors import Desk, opened

__all__ = ["opened"]

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Opened = Callable[..., Desk]


def rowid(bridge: Bridge, entity: str, record: str) -> int:
    with bridge.workspace.reader() as conn:
        found = bridge.workspace.select.rowid_of(conn, entity, record)
    assert found is not None
    return found


def write(
    bridge: Bridge, entity: str, changes: dict[str, dict[str, Entry]], *new: dict[str, Entry]
) -> Written:
    rows = [RowEntries(rowid(bridge, entity, one), entries) for one, entries in changes.items()]
    return write_batch(bridge, entity, Batch(rows, "{} cells".format, new), dict, dict)


def value(bridge: Bridge, entity: str, record: str, path: str) -> Any:
    found = bridge.workspace.get(entity, record)
    assert found is not None
    return found[path]


def test_references_are_matched_by_title_in_any_case_and_by_e_mail(
    bridge: Bridge, pipeline: Pipeline
) -> None:
    (mail,) = bridge.workspace.run(
        Create("contact", {"name": "Mia Voss", "email": "mia@hanse.example"})
    ).created
    written = write(
        bridge, "opportunity",
        {pipeline.skid: {"company": "kestrel PUMPS", "contact": "mia@hanse.example"}},
    )  # fmt: skip
    assert written == Written(2)
    assert value(bridge, "opportunity", pipeline.skid, "company") == pipeline.kestrel
    assert value(bridge, "opportunity", pipeline.skid, "contact") == mail


def test_an_ambiguous_title_is_refused_and_the_rest_is_written(
    bridge: Bridge, pipeline: Pipeline
) -> None:
    bridge.workspace.run(Create("company", {"name": "Kestrel Pumps"}))
    written = write(
        bridge, "opportunity",
        {
            pipeline.skid: {"company": "Kestrel Pumps", "next_step": "Call"},
            pipeline.hall: {"company": "Nobody & Sons"},
        },
    )  # fmt: skip
    assert written.cells == 1
    assert [one.entry for one in written.refused] == ["Kestrel Pumps", "Nobody & Sons"]
    assert "2 records are called" in written.refused[0].reason
    assert "There is no record called" in written.refused[1].reason
    assert value(bridge, "opportunity", pipeline.skid, "company") == pipeline.haitai
    assert value(bridge, "opportunity", pipeline.skid, "next_step") == "Call"


def test_a_bare_number_stays_in_the_currency_of_its_cell(
    bridge: Bridge, pipeline: Pipeline
) -> None:
    write(bridge, "opportunity", {pipeline.retrofit: {"amount": "12k"},
                                  pipeline.skid: {"amount": "12k"}})  # fmt: skip
    assert value(bridge, "opportunity", pipeline.retrofit, "amount") == Money(
        Decimal(12_000), "CNY"
    )
    assert value(bridge, "opportunity", pipeline.skid, "amount") == Money(Decimal(12_000), "USD")


def test_several_cells_share_the_record_that_is_made_for_them(
    bridge: Bridge, pipeline: Pipeline
) -> None:
    fresh = Fresh("Südwerk")
    written = write(
        bridge, "opportunity",
        {pipeline.skid: {"company": fresh}, pipeline.hall: {"company": Fresh("südwerk ")}},
        {"name": "Test rig", "company": fresh},
    )  # fmt: skip
    assert written.cells == 4
    assert len(written.created) == 1
    company = value(bridge, "opportunity", pipeline.skid, "company")
    assert value(bridge, "opportunity", pipeline.hall, "company") == company
    assert value(bridge, "company", company, "name") == "Südwerk"
    bridge.workspace.undo()
    assert bridge.workspace.get("company", company) is None


def test_a_new_row_without_what_it_needs_is_told_whole(bridge: Bridge, pipeline: Pipeline) -> None:
    written = write(
        bridge, "opportunity", {},
        {"next_step": "Call"}, {"name": "Fine", "amount": "lots", "next_step": "Mail"},
    )  # fmt: skip
    assert [dict(one.entries) for one in written.unmade] == [{"next_step": "Call"}]
    assert "needed" in written.unmade[0].reasons["name"]
    # The other one is made without the value that is none, which waits in its cell.
    assert len(written.created) == 1
    assert [(one.rowid, one.path, one.entry) for one in written.refused] == [
        (written.created[0], "amount", "lots")
    ]


def test_rows_pasted_into_a_face_are_linked_to_the_front(
    bridge: Bridge, pipeline: Pipeline, qtbot: QtBot
) -> None:
    relation = bridge.registry.relation("opportunity", "tasks")
    source = QuerySource.face(bridge, relation, pipeline.retrofit)
    done: list[Written] = []
    new: tuple[dict[str, Entry], ...] = ({"subject": "Ask"}, {"subject": "Answer"})
    source.write(Batch((), "{} cells".format, new), done.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(done))
    assert len(done[0].created) == 2
    with bridge.workspace.reader() as conn:
        select = bridge.workspace.select
        rows = select.rows(conn, "task", done[0].created, ["opportunity", "company"])
    assert {(row.cells[0].id, row.cells[1].id) for row in rows} == {
        (pipeline.retrofit, pipeline.haitai)
    }


def test_a_person_made_in_a_face_is_linked_once_and_belongs_to_the_firm(
    bridge: Bridge, pipeline: Pipeline, show: Callable[..., tuple[GridView, Hand]], qtbot: QtBot
) -> None:
    relation = bridge.registry.relation("opportunity", "contacts")
    view, hand = show()
    view.grid.set_source(QuerySource.face(bridge, relation, pipeline.skid))
    qtbot.waitUntil(lambda: view.grid.ready)
    before = view.grid.total
    view.go_to_new_line()
    hand.type("Carl Moor")
    editors = view.viewport().findChildren(PickEditor)
    qtbot.waitUntil(lambda: [one.id for one in editors[0].list.options.shown] == [MAKE])
    hand.press(K.Key_Return)
    qtbot.waitUntil(lambda: view.grid.total == before + 1)
    # The new line is free again: nothing of it stays, and nothing is made a second time.
    qtbot.waitUntil(lambda: not view.grid.draft)
    hand.press(K.Key_Return)
    qtbot.wait(50)
    found = bridge.workspace.search("Carl Moor", ("contact",), 10)
    assert len(found) == 1
    contact = found[0].id
    assert value(bridge, "contact", contact, "company") == pipeline.haitai
    assert value(bridge, "contact", contact, "owner") == bridge.workspace.user
    assert bridge.workspace.undo_label == view.grid.new_label
    bridge.workspace.undo()
    assert bridge.workspace.get("contact", contact) is None


def test_what_is_cut_in_one_list_is_emptied_when_it_is_pasted_in_another(
    opened: Opened, pipeline: Pipeline, bridge: Bridge, qtbot: QtBot
) -> None:
    desk = opened("company", "name", "city")
    desk.go(pipeline.kestrel, "city")
    desk.hand.press(K.Key_X, CTRL)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "Hull")
    desk.view.grid.set_source(QuerySource(bridge, Query("opportunity"), ["name", "next_step"]))
    qtbot.waitUntil(lambda: desk.row(pipeline.skid) >= 0)
    desk.go(pipeline.skid, "next_step")
    desk.hand.press(K.Key_V, CTRL)
    desk.becomes(pipeline.skid, "next_step", "Hull")
    assert value(bridge, "company", pipeline.kestrel, "city") is None
    assert bridge.workspace.undo_label == "Move of 1 cell"
    bridge.undo()
    desk.becomes(pipeline.skid, "next_step", None)
    assert value(bridge, "company", pipeline.kestrel, "city") == "Hull"


def test_a_form_makes_the_record_that_is_missing(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    window.view.turn("opportunity", pipeline.skid)
    bridge = window.bridge

    def company() -> FieldCell | None:
        return next((one for one in window.findChildren(FieldCell)
                     if one.isVisible() and one.spec.path == "company"), None)  # fmt: skip

    qtbot.waitUntil(lambda: company() is not None)
    field = company()
    assert field is not None
    qtbot.waitUntil(lambda: field.cell.text == "宁波海泰机械")
    field.setFocus()
    QTest.keyClicks(field, "N")
    editor = QApplication.focusWidget()
    assert isinstance(editor, PickEditor)
    hand = Hand(window.view.listing.view)
    hand.type("ordwind")
    qtbot.waitUntil(lambda: [one.id for one in editor.list.options.shown] == [MAKE])
    hand.press(K.Key_Down)
    hand.press(K.Key_Return)
    qtbot.waitUntil(
        lambda: value(bridge, "opportunity", pipeline.skid, "company") != pipeline.haitai
    )
    made = value(bridge, "opportunity", pipeline.skid, "company")
    assert value(bridge, "company", made, "name") == "Nordwind"
    assert bridge.workspace.undo_label == "New “Nordwind”"
