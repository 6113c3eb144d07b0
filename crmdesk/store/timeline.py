"""All activity around one record, newest first, whatever kind of record it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from crmdesk.schema.linktypes import AnyReferenceType
from crmdesk.schema.query import ID
from crmdesk.schema.registry import SYSTEM_FIELDS, Entity
from crmdesk.schema.textcontext import TextContext
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


class Timelines:
    """Reads the time lines of records; a statement is made once for an entity."""

    def __init__(self, sources: Sources, titles: Titles) -> None:
        self._sources = sources
        self._titles = titles
        self._statements: dict[_Key, sa.Select[Any] | None] = {}

    def of(
        self,
        conn: sa.Connection,
        entity: str,
        record_id: str,
        limit: int,
        before: Mark | None = None,
        *,
        changes: bool = False,
        text: TextContext | None = None,
        kind: str = "",
        until: str = "",
        since: str = "",
    ) -> list[Happening]:
        """What happened around a record, newest first, at most `limit` lines after `before`.

        With `until`, a UTC time in stored form, only what has happened by then; with `since`
        what is planned for later, of which the nearest are found. `kind` leaves those that came
        about in that way (`Told.kind`).

        These are the records that point at it and that their declaration puts on a time
        line, a change of stage among them; with `changes` also what was changed of the
        record itself, as the log tells. A record without its own date stands at the time
        when it was made.
        """
        if until and before is None:
            # A day by its date alone is over when it has begun.
            before = Mark(until, LAST, 0)
        key = _Key(entity, changes and not kind, before is not None, bool(kind), bool(since))
        if key not in self._statements:
            self._statements[key] = self._statement(key)
        statement = self._statements[key]
        if statement is None:
            return []
        values: dict[str, Any] = {"record": record_id, "most": limit}
        if before is not None:
            values |= {"at": before.at, "of": before.entity, "number": before.number}
        if kind:
            values["kind"] = kind
        if since:
            values["since"] = since
        rows = conn.execute(statement, values).all()
        ids: dict[str, list[str]] = {}
        for row in rows:
            ids.setdefault(row.entity, []).append(row.id)
        ids.pop(CHANGE, None)
        if since:
            rows = rows[::-1]
        called = {each: self._titles.of(conn, each, those, text) for each, those in ids.items()}
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

    def _statement(self, key: _Key) -> sa.Select[Any] | None:
        names = Names(self._sources)
        parts = [
            _records(holder, source, truth, key)
            for holder, source, truth in _around(names, key.entity)
            if not key.kind or (holder.told is not None and holder.told.kind)
        ]
        if key.changes:
            parts.append(_changes(key))
        if not parts:
            return None
        found = sa.union_all(*(sa.select(part) for part in parts)).subquery("found")
        order = [found.c.at, found.c.entity, found.c.number]
        return (
            sa.select(found)
            .order_by(*(order if key.ahead else [one.desc() for one in order]))
            .limit(_MOST)
        )


class _Key(NamedTuple):
    """What a statement is made for."""

    entity: str
    changes: bool
    paged: bool
    kind: bool
    ahead: bool


LAST = "~"
"""Comes after the name of every entity: a mark of all that stands at a time."""

_KIND, _SINCE = sa.bindparam("kind", type_=sa.String), sa.bindparam("since", type_=sa.String)
_RECORD, _MOST = sa.bindparam("record", type_=sa.String), sa.bindparam("most", type_=sa.Integer)
_BEFORE = sa.tuple_(
    sa.bindparam("at", type_=sa.String),
    sa.bindparam("of", type_=sa.String),
    sa.bindparam("number", type_=sa.Integer),
)


def _around(names: Names, entity: str) -> Iterator[tuple[Entity, Source, Truth]]:
    """Every entity on the time line that can point at the record, and the rows that do."""
    for holder in names.registry.entities.values():
        if not holder.timeline:
            continue
        source = names.alias(holder.name)
        pointing: list[Truth] = []
        for one in holder.fields:
            if one.target == entity:
                pointing.append(source[one.name] == _RECORD)
            elif isinstance(one.type, AnyReferenceType):
                kind = source[one.columns[1].name]
                pointing.append(sa.and_(source[one.name] == _RECORD, kind == entity))
        pointing += _through(names, entity, holder, source)
        if pointing:
            yield holder, source, sa.or_(*pointing)


def _through(names: Names, entity: str, holder: Entity, source: Source) -> Iterator[Truth]:
    """The steps that end the way of a record which points at the one in front."""
    told, registry = holder.told, names.registry
    for path in told.through if told is not None else ():
        way, _dot, field = path.partition(".")
        between = registry.entity(holder.field(way).target)
        if told is None or between.field(field).target != entity:
            continue
        theirs, step = names.alias(between.name), registry.entity(holder.field(told.now).target)
        truth: Truth = source[way].in_(sa.select(theirs[ID]).where(theirs[field] == _RECORD))
        if step.steps is not None:
            ends = names.alias(step.name)
            over = ends[step.steps.outcome] != step.steps.open
            # Not by its index: all steps of the store that end a way are far more than these.
            entered = sa.func.ifnull(source[told.now], "")
            truth = sa.and_(truth, entered.in_(sa.select(ends[ID]).where(over)))
        yield truth


def _records(holder: Entity, source: Source, truth: Truth, key: _Key) -> sa.Subquery:
    if key.kind and holder.told is not None:
        truth = sa.and_(truth, source[holder.told.kind] == _KIND)
    at = sa.func.coalesce(source[holder.timeline], source[_CREATED])
    return _part(
        at, holder.name, source[ROWID], source[ID],
        [sa.null().label(name) for name in ("op", "fields", "actor")], truth, key,
    )  # fmt: skip


def _changes(key: _Key) -> sa.Subquery:
    log = sa.table(
        "change_log",
        *(sa.column(name) for name in ("n", "hlc", "actor", "entity", "record", "op", "after")),
    )
    seconds = log.c.hlc.op(">>")(_MS_SHIFT) / 1000.0
    at = sa.func.strftime("%Y-%m-%dT%H:%M:%fZ", seconds, "unixepoch")
    changed = sa.select(sa.func.json_group_array(sa.column("key"))).select_from(
        sa.func.json_each(log.c.after)
    )
    more = [
        log.c.op.label("op"),
        changed.scalar_subquery().label("fields"),
        log.c.actor.label("actor"),
    ]
    truth = sa.and_(log.c.entity == key.entity, log.c.record == _RECORD)
    return _part(at, CHANGE, log.c.n, log.c.record, more, truth, key)


def _part(
    at: Column,
    entity: str,
    number: Column,
    record: Column,
    more: Sequence[Column],
    truth: Truth,
    key: _Key,
) -> sa.Subquery:
    named = sa.literal(entity)
    statement = sa.select(
        at.label("at"),
        named.label("entity"),
        number.label("number"),
        record.label("id"),
        *more,
    ).where(truth)
    if key.ahead:
        statement = statement.where(at > _SINCE)
        return statement.order_by(at, number).limit(_MOST).subquery()
    if key.paged:
        statement = statement.where(sa.tuple_(at, named, number) < _BEFORE)
    return statement.order_by(at.desc(), number.desc()).limit(_MOST).subquery()
