"""The records that a text may mean: those close to the record in front before all others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from crmdesk.gui.cells import CellMaker
from crmdesk.gui.grid.source import Option
from crmdesk.schema.query import USER, Condition, Either, Query, Where, default_sort
from crmdesk.schema.registry import Entity, Field, Registry
from crmdesk.store.reading import Linked

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

MOST = 20
"""The most records that a picker offers."""

_SUBTITLES = 2


class Completer:
    """Finds the records for a reference; one for each question, used on a reading thread.

    `front` is what the record in front points at, by field, itself included by its entity's
    name: of a contact's company, first come the contacts of that company.
    """

    def __init__(self, bridge: Bridge, target: str, front: Mapping[str, tuple[str, str]]) -> None:
        self._bridge = bridge
        self._target = target
        self._entity = bridge.registry.entity(target)
        self._front = front
        paths = [
            path
            for path in self._entity.header
            if bridge.registry.resolve(target, path).field.target != USER
        ]
        self._maker = CellMaker(
            bridge.registry, bridge.picks, bridge.ctx, target, paths[:_SUBTITLES]
        )

    def options(self, conn: Any, text: str) -> list[Option]:
        """The records that `text` may mean, the likeliest first; all where it is empty."""
        found: dict[str, None] = {}
        near = self._near()
        if near is not None:
            found.update(dict.fromkeys(self._query(conn, near, text)))
        if text.strip():
            hits = self._bridge.workspace.search(text, (self._target,), MOST)
            found.update(dict.fromkeys(hit.id for hit in hits))
        elif len(found) < MOST:
            found.update(dict.fromkeys(self._query(conn, None, "")))
        return list(self._shown(conn, list(found)[:MOST]))

    def _near(self) -> Where | None:
        """What ties a record to the one in front: a reference to the same."""
        common = in_common(self._entity, self._front)
        parts = [Condition(name, "is", record) for name, record in common.items()]
        return Either(tuple(parts)) if parts else None

    def _query(self, conn: Any, where: Where | None, text: str) -> list[str]:
        select, ctx = self._bridge.workspace.select, self._bridge.query_context()
        query = Query(self._target, where, default_sort(self._entity), search=text)
        rowids = select.first(conn, query, ctx, MOST)
        by_rowid = select.record_ids(conn, self._target, rowids)
        return [by_rowid[rowid] for rowid in rowids if rowid in by_rowid]

    def _shown(self, conn: Any, ids: list[str]) -> Iterator[Option]:
        select = self._bridge.workspace.select
        titles = select.titles(conn, self._target, ids, self._bridge.ctx)
        for record_id in ids:
            row = select.by_id(conn, self._target, record_id, self._maker.read)
            if row is None:
                continue
            cells = self._maker.row(row).cells
            subtitle = " · ".join(filter(None, (cell.text for cell in cells)))
            yield Option(record_id, titles.get(record_id, ""), subtitle, self._entity.colour)


def front_of(bridge: Bridge, conn: Any, entity: str, record_id: str) -> dict[str, tuple[str, str]]:
    """What a record points at: (entity, id) by the name of its field, itself by its entity's.

    Who is responsible for it is left out: a new record's owner is who makes it.
    """
    fields = _shared(bridge.registry, entity)
    row = bridge.workspace.select.by_id(conn, entity, record_id, [one.name for one in fields])
    found = {entity: (entity, record_id)}
    if row is not None:
        for one, value in zip(fields, row.cells, strict=True):
            if isinstance(value, Linked):
                found.setdefault(one.name, (value.entity, value.id))
    return found


def in_common(entity: Entity, near: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The references of an entity that `near`, as `front_of` tells it, has by the same name."""
    return {
        one.name: near[one.name][1]
        for one in entity.references
        if one.target != USER and near.get(one.name, ("", ""))[0] == one.target
    }


def _shared(registry: Registry, entity: str) -> list[Field]:
    return [one for one in registry.entity(entity).references if one.target != USER]


def any_record(bridge: Bridge, text: str) -> list[Option]:
    """The records of any kind that `text` may mean; an option's id is `entity:id`."""
    made = []
    for hit in bridge.workspace.search(text, None, MOST) if text.strip() else []:
        entity = bridge.registry.entity(hit.entity)
        made.append(
            Option(
                f"{hit.entity}:{hit.id}",
                hit.title,
                entity.label.text(bridge.language),
                entity.colour,
            )
        )
    return made
