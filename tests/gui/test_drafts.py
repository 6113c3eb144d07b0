"""What was typed and refused, or typed and not entered, is there again: nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.drafts import Drafts, Typed, drafts_of
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.sources import QuerySource
from crmdesk.schema.query import Condition, Query, Sort
from tests.gui.conftest import Hand, Pipeline
from tests.gui.test_grid_editors import Desk, opened

__all__ = ["opened"]

K = Qt.Key
Opened = Callable[..., Desk]


def refuse(desk: Desk, record: str) -> None:
    desk.go(record, "amount")
    desk.hand.type("lots of money")
    desk.hand.press(K.Key_Return)
    desk.qtbot.waitUntil(lambda: amount_of(desk, record) == ("lots of money", "refused"))


def amount_of(desk: Desk, record: str) -> tuple[str, str]:
    row = desk.row(record)
    cell = desk.view.grid.cell(row, 1) if row >= 0 else desk.view.grid.cell(desk.view.grid.total, 0)
    return cell.text, cell.state


def source(
    bridge: Bridge, entity: str = "opportunity", where: Condition | None = None
) -> QuerySource:
    return QuerySource(bridge, Query(entity, where, (Sort("created_at"),)), ["name", "amount"]
                       if entity == "opportunity" else ["name", "city"])  # fmt: skip


def saved(desk: Desk) -> None:
    """Wait until the drafts are on the disk."""
    drafts = drafts_of(desk.bridge)
    path = drafts._path
    assert path is not None
    wanted = [
        [entity, record, name, *typed]
        for entity, records in drafts._cells.items()
        for record, names in records.items()
        for name, typed in names.items()
    ]
    desk.qtbot.waitUntil(
        lambda: path.exists() and json.loads(path.read_text("utf-8"))["cells"] == wanted
    )


def test_a_refused_value_is_there_after_the_list_was_turned_and_filtered(
    opened: Opened, pipeline: Pipeline, bridge: Bridge, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "amount")
    refuse(desk, pipeline.skid)
    desk.view.grid.set_source(source(bridge, "company"))
    qtbot.waitUntil(lambda: desk.row(pipeline.kestrel) >= 0)
    desk.view.grid.set_source(source(bridge, where=Condition("name", "contains", "skid")))
    qtbot.waitUntil(lambda: amount_of(desk, pipeline.skid) == ("lots of money", "refused"))
    assert desk.view.grid.cell(desk.row(pipeline.skid), 1).reason
    desk.go(pipeline.skid, "amount")
    desk.hand.press(K.Key_Escape)
    assert amount_of(desk, pipeline.skid) == ("", "")
    assert not drafts_of(bridge).of("opportunity")


def test_a_mended_value_is_no_draft_any_more(opened: Opened, pipeline: Pipeline) -> None:
    desk = opened("opportunity", "name", "amount")
    refuse(desk, pipeline.skid)
    desk.go(pipeline.skid, "amount")
    desk.hand.type("12")
    desk.hand.press(K.Key_Return)
    desk.qtbot.waitUntil(lambda: amount_of(desk, pipeline.skid)[1] == "")
    desk.qtbot.waitUntil(lambda: not drafts_of(desk.bridge).of("opportunity"))


def test_what_was_typed_is_there_after_a_crash(
    opened: Opened, pipeline: Pipeline, bridge: Bridge, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "amount")
    desk.go(pipeline.skid, "name")
    desk.hand.type("Half a na")
    saved(desk)
    path = drafts_of(bridge)._path
    assert isinstance(path, Path)
    # What another process would read now, if this one ended here.
    kept = Drafts(bridge, path)
    typed = kept.of("opportunity")[pipeline.skid]["name"]
    assert typed.text == "Half a na"
    assert "not saved" in typed.reason
    desk.hand.press(K.Key_Escape)
    saved(desk)
    assert not Drafts(bridge, path).of("opportunity")


def test_enter_takes_up_what_was_not_saved(
    opened: Opened, pipeline: Pipeline, bridge: Bridge, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "amount")
    grid = desk.view.grid
    # As a program that ended in the middle of an edit leaves it.
    typed = Typed("Dosing skid II", "This was typed and not saved.")
    drafts_of(bridge).put_back("opportunity", pipeline.skid, "name", typed)
    grid.set_source(source(bridge))
    qtbot.waitUntil(lambda: desk.row(pipeline.skid) >= 0)
    assert grid.cell(desk.row(pipeline.skid), 0).text == "Dosing skid II"
    desk.go(pipeline.skid, "name")
    desk.hand.press(K.Key_Return)
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.skid, "name", "Dosing skid II")


def test_the_new_line_waits_with_what_was_typed(
    opened: Opened, pipeline: Pipeline, bridge: Bridge, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "amount")
    grid = desk.view.grid
    desk.view.go(grid.new_row, 1)
    desk.hand.type("9000")
    desk.hand.press(K.Key_Tab)
    grid.set_source(source(bridge, "company"))
    qtbot.waitUntil(lambda: desk.row(pipeline.kestrel) >= 0)
    assert not grid.draft
    grid.set_source(source(bridge))
    qtbot.waitUntil(lambda: grid.ready)
    assert grid.cell(grid.new_row, 1).text == "9000"
    other = GridView(GridModel(source(bridge)))
    qtbot.addWidget(other)
    assert other.grid.cell(other.grid.new_row, 1).text == "9000"
    desk.view.setFocus()
    desk.view.go(grid.new_row, 0)
    Hand(desk.view).press(K.Key_Escape)
    QApplication.processEvents()
    assert not drafts_of(bridge).line("opportunity")
