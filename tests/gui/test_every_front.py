"""Every record type of the declaration can stand in front, as a list and as a record."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from crmdesk.features.cube.stand import TIMELINE
from crmdesk.gui.main_window import MainWindow
from crmdesk.schema.query import Query
from tests.gui.conftest import Pipeline


def first_of(window: MainWindow, entity: str) -> str:
    """The id of some record of an entity, "" where there is none."""
    workspace = window.bridge.workspace
    with workspace.reader() as conn:
        rowids = workspace.select.first(conn, Query(entity), workspace.query_context(), 1)
        return next(iter(workspace.select.record_ids(conn, entity, rowids).values()), "")


def test_every_list_and_every_record_has_its_front_and_faces(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    registry = window.bridge.registry
    listing = window.view.listing
    made = 0
    for name, entity in registry.entities.items():
        window.view.show_list(name)
        qtbot.waitUntil(lambda name=name: listing.view.grid.source.entity == name)
        qtbot.waitUntil(lambda: listing.view.grid.ready)
        title = entity.plural.text("en")
        assert listing.title.text() == title
        record = first_of(window, name)
        if not record:
            continue
        made += 1
        window.view.turn(name, record)
        form = window.view.record_form
        assert form is not None
        relations = registry.faces(name)
        tabs = window.view.sides["right"].face.tabs.tabs()
        assert [tab.key for tab in tabs] == [*(one.name for one in relations), TIMELINE]
        side = window.view.sides["bottom"]
        # Each face has its count, which is the store's.
        workspace = window.bridge.workspace
        with workspace.reader() as conn:
            counts = workspace.select.related_counts(conn, name, record)
        qtbot.waitUntil(
            lambda side=side, counts=counts, relations=relations: (
                not relations or {one: side._counts.get(one) for one in counts} == counts
            )
        )
    assert made > 10
