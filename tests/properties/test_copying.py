"""What is copied from one record and pasted into another is the same value, of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.clipboard import decode, encode
from crmdesk.gui.grid.copying import entry_of, text_of
from crmdesk.gui.grid.source import Batch, Entry, RowEntries
from crmdesk.gui.sources import QuerySource
from crmdesk.gui.writing import write_batch
from crmdesk.ops.changes import Create
from crmdesk.ops.opening import open_workspace
from crmdesk.schema.query import Query
from crmdesk.schema.registry import Field
from tests.properties.fieldvalues import values_of

# Not what follows from other fields: that is not the paste's doing.
_DERIVED = {
    "opportunity": {"pipeline", "stage", "status", "probability", "forecast_category"},
    "task": {"status", "done"},
}
_ENTITIES = ("opportunity", "company", "contact", "task", "event", "quote", "expense", "product")


@pytest.fixture(scope="module")
def bridge(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    path: Path = tmp_path_factory.mktemp("copying") / "desk.crm"
    workspace = open_workspace(path, create=True, user_name="Anna Berg", zone="Europe/Berlin")
    for number in range(3):
        workspace.run(Create("company", {"name": f"Firm {number}"}))
        workspace.run(Create("contact", {"name": f"Person {number}"}))
    made = Bridge(workspace, language="en", locale="en_US", poll_ms=0)
    yield made
    made.close()


def _fields(bridge: Bridge, entity: str) -> list[Field]:
    declared = bridge.registry.entity(entity)
    return [
        one
        for one in declared.fields
        if not one.read_only and not one.computed and one.kind not in {"file", "data"}
        and one.name not in _DERIVED.get(entity, set())
    ]  # fmt: skip


def _ids(bridge: Bridge) -> dict[str, list[str]]:
    select, found = bridge.workspace.select, {}
    with bridge.workspace.reader() as conn:
        for entity in ("company", "contact"):
            rowids = select.ids(conn, Query(entity), bridge.query_context())[:3]
            found[entity] = list(select.record_ids(conn, entity, rowids).values())
    return found


@pytest.mark.parametrize("as_text", [False, True], ids=["values", "text"])
@pytest.mark.parametrize("entity", _ENTITIES)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_paste_of_a_copy_has_the_same_values(
    bridge: Bridge, entity: str, as_text: bool, data: st.DataObject
) -> None:
    workspace, ids = bridge.workspace, _ids(bridge)
    values: dict[str, Any] = {}
    for field in _fields(bridge, entity):
        if field.kind in {"choice", "choices"} and not bridge.picks.of_field(field):
            continue
        strategy = values_of(field, bridge.registry, ids)
        if strategy is not None and not (as_text and field.kind == "anyref"):
            values[field.name] = data.draw(strategy, label=field.name)
    required = {
        name: values[name] for name in values if bridge.registry.entity(entity).field(name).required
    }
    (source_id,) = workspace.run(Create(entity, values)).created
    (target_id,) = workspace.run(Create(entity, required)).created
    source = QuerySource(bridge, Query(entity), list(values))
    select = workspace.select
    with workspace.reader() as conn:
        found = select.by_id(conn, entity, source_id, source.maker.read)
        rowid = select.rowid_of(conn, entity, target_id)
    assert found is not None
    assert rowid is not None
    cells = source.maker.row(found).cells
    entries: dict[str, Entry] = {}
    if as_text:
        line = [text_of(spec, cell) for spec, cell in zip(source.columns, cells, strict=True)]
        (pasted,) = decode(encode([line]))
        entries = dict(zip(values, pasted, strict=True))
    else:
        for spec, cell in zip(source.columns, cells, strict=True):
            entries[spec.path] = entry_of(spec, cell, spec)
    batch = Batch([RowEntries(rowid, entries)], partial("{0} cells".format))
    written = write_batch(bridge, entity, batch, dict, dict)
    assert written.refused == ()
    before, after = workspace.get(entity, source_id), workspace.get(entity, target_id)
    assert before is not None
    assert after is not None
    assert {name: after[name] for name in values} == {name: before[name] for name in values}
