"""All activity around one record, newest first, whatever kind of record it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import sqlalchemy as sa

from crmdesk.schema.linktypes import AnyReferenceType
from crmdesk.schema.query import ID
from crmdesk.schema.registry import SYSTEM_FIELDS, Entity, Registry
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.timetypes import stamp_text
from crmdesk.store.sources import ROWID, Column, Names, Source, Sources, Truth
from crmdesk.store.titles import Titles

CHANGE = "change"
"""The entity name of a line that is a change of the record itself."""

_MS_SHIFT = 16  # a stamp of the log holds milliseconds above 16 bits of a counter
_CREATED = SYSTEM_FIELDS[0].name


class Mark(NamedTuple):
    """The place of a line in a timeline: its time as stored, the entity, and the rowid or
    the number in the log."""

    at: str
    entity: str
    number: int


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline.

    `at` is the day or the UTC time in stored form. Of a record `id` and `title` are its
    own; of a change of the record itself (`entity` is `CHANGE`) `id` is the record's,
    `op` "I", "U" or "D", `fields` the columns that changed, `actor` who did it.
    """

    mark: Mark
    id: str
    title: str = ""
    op: str = ""
    fields: tuple[str, ...] = ()
    actor: str = ""

    @property
    def entity(self) -> str:
        return self.mark.entity

    @property
    def at(self) -> str:
        return self.mark.at


def timeline(
    conn: sa.Connection,
    registry: Registry,
    entity: str,
    record_id: str,
    limit: int,
    before: Mark | None = None,
    *,
    changes: bool = False,
    text: TextContext | None = None,
) -> list[Happening]:
    """What happened around a record, newest first, at most `limit` lines after `before`.

    These are the records that point at it and that their declaration puts on a time
    line, a change of stage among them; with `changes` also what was changed of the
    record itself, as the log tells. A record without its own date stands at the time
    when it was made.
    """
    sources = Sources(registry)
    names = Names(sources)
    parts = [
        _records(names, holder, truth, source, limit, before)
        for holder, source, truth in _around(names, entity, record_id)
    ]
    if changes:
        parts.append(_changes(entity, record_id, limit, before))
    if not parts:
        return []
    found = sa.union_all(*(sa.select(part) for part in parts)).subquery("found")
    rows = conn.execute(
        sa.select(found)
        .order_by(found.c.at.desc(), found.c.entity.desc(), found.c.number.desc())
        .limit(limit)
    ).all()
    titles = Titles(sources)
    called = {
        each: titles.of(conn, each, [row.id for row in rows if row.entity == each], text)
        for each in {row.entity for row in rows} - {CHANGE}
    }
    return [
        Happening(
            Mark(row.at, row.entity, row.number),
            row.id,
            called.get(row.entity, {}).get(row.id, ""),
            row.op or "",
            tuple(json.loads(row.fields)) if row.fields else (),
            row.actor or "",
        )
        for row in rows
    ]


def stamp_of(hlc: int) -> str:
    """The wall-clock time of a stamp of the log, in stored form."""
    return stamp_text(datetime.fromtimestamp((hlc >> _MS_SHIFT) / 1000, UTC))


def _around(names: Names, entity: str, record_id: str) -> Iterator[tuple[Entity, Source, Truth]]:
    """Every entity on the time line that can point at the record, and the rows that do."""
    for holder in names.registry.entities.values():
        if not holder.timeline:
            continue
        source = names.alias(holder.name)
        pointing: list[Truth] = []
        for one in holder.fields:
            if one.target == entity:
                pointing.append(source[one.name] == record_id)
            elif isinstance(one.type, AnyReferenceType):
                kind = source[one.columns[1].name]
                pointing.append(sa.and_(source[one.name] == record_id, kind == entity))
        if pointing:
            yield holder, source, sa.or_(*pointing)


def _records(
    names: Names,
    holder: Entity,
    truth: Truth,
    source: Source,
    limit: int,
    before: Mark | None,
) -> sa.Subquery:
    at = sa.func.coalesce(source[holder.timeline], source[_CREATED])
    statement = sa.select(
        at.label("at"),
        sa.literal(holder.name).label("entity"),
        source[ROWID].label("number"),
        source[ID].label("id"),
        *(sa.null().label(name) for name in ("op", "fields", "actor")),
    ).where(truth, _older(at, holder.name, source[ROWID], before))
    return statement.order_by(at.desc(), source[ROWID].desc()).limit(limit).subquery()


def _older(at: Column, entity: str, number: Column, before: Mark | None) -> Truth:
    if before is None:
        return sa.true()
    if entity < before.entity:
        return at <= before.at
    if entity > before.entity:
        return at < before.at
    return sa.or_(at < before.at, sa.and_(at == before.at, number < before.number))


def _changes(entity: str, record_id: str, limit: int, before: Mark | None) -> sa.Subquery:
    log = sa.table(
        "change_log",
        *(sa.column(name) for name in ("n", "hlc", "actor", "entity", "record", "op", "after")),
    )
    seconds = sa.cast(log.c.hlc.op(">>")(_MS_SHIFT), sa.Integer) / 1000.0
    at = sa.func.strftime("%Y-%m-%dT%H:%M:%fZ", seconds, "unixepoch")
    changed = sa.select(sa.func.json_group_array(sa.column("key"))).select_from(
        sa.func.json_each(log.c.after)
    )
    statement = sa.select(
        at.label("at"),
        sa.literal(CHANGE).label("entity"),
        log.c.n.label("number"),
        log.c.record.label("id"),
        log.c.op.label("op"),
        changed.scalar_subquery().label("fields"),
        log.c.actor.label("actor"),
    ).where(log.c.entity == entity, log.c.record == record_id, _older(at, CHANGE, log.c.n, before))
    return statement.order_by(log.c.n.desc()).limit(limit).subquery()
