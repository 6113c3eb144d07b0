"""Rows of records with a value for each of some paths, ready to be shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from crmdesk.schema.query import ID, resolve
from crmdesk.schema.registry import Field
from crmdesk.schema.values import AnyRef
from crmdesk.store.sources import ROWID, Names, Source, Sources, members
from crmdesk.store.titles import Titles


class Linked(NamedTuple):
    """A reference as it is shown: the record and its title ("" where the record is gone)."""

    entity: str
    id: str
    title: str


class Row(NamedTuple):
    """One record: its cursor, its id and, for each path asked for, a cell.

    A cell is the field's Python value, None where it is empty, and a `Linked` for
    references.
    """

    rowid: int
    id: str
    cells: tuple[Any, ...]


@dataclass(frozen=True)
class _Plan:
    """How to read some paths: the statement by rowids, by id, and where each cell is."""

    by_rowids: sa.Select[Any]
    by_id: sa.Select[Any]
    by_ids: sa.Select[Any]
    fields: tuple[Field, ...]
    places: tuple[int, ...]


_MOST_PLANS = 200


class Reader:
    """Reads rows; a statement is made once for an entity and its paths."""

    def __init__(self, sources: Sources, titles: Titles) -> None:
        self._sources = sources
        self._titles = titles
        self._plans: dict[tuple[str, tuple[str, ...]], _Plan] = {}

    def rows(
        self, conn: sa.Connection, entity: str, rowids: Sequence[int], paths: tuple[str, ...]
    ) -> list[Row]:
        plan = self._plan(entity, paths)
        wanted = json.dumps(list(rowids))
        found = {
            row.rowid: row
            for row in self._read(
                conn, plan, conn.execute(plan.by_rowids, {"wanted": wanted}).all()
            )
        }
        return [found[rowid] for rowid in rowids if rowid in found]

    def by_id(
        self, conn: sa.Connection, entity: str, record_id: str, paths: tuple[str, ...]
    ) -> Row | None:
        plan = self._plan(entity, paths)
        found = conn.execute(plan.by_id, {"wanted": record_id}).all()
        return next(iter(self._read(conn, plan, found)), None)

    def by_ids(
        self, conn: sa.Connection, entity: str, ids: Sequence[str], paths: tuple[str, ...]
    ) -> dict[str, Row]:
        plan = self._plan(entity, paths)
        found = conn.execute(plan.by_ids, {"wanted": json.dumps(list(ids))}).all()
        return {row.id: row for row in self._read(conn, plan, found)}

    def _read(self, conn: sa.Connection, plan: _Plan, found: Sequence[Any]) -> list[Row]:
        if not found:
            return []
        columns: list[list[Any]] = []
        references: dict[str, list[str]] = {}
        for field, at in zip(plan.fields, plan.places, strict=True):
            kept = field.type.from_stored
            if len(field.columns) == 1:
                values = [None if row[at] is None else kept(row[at]) for row in found]
            else:
                end = at + len(field.columns)
                values = [None if row[at] is None else kept(*row[at:end]) for row in found]
            columns.append(values)
            if field.kind == "reference":
                references.setdefault(field.target, []).extend(filter(None, values))
            elif field.kind == "anyref":
                for one in values:
                    if one is not None:
                        references.setdefault(one.entity, []).append(one.id)
        titles = {target: self._titles.of(conn, target, ids) for target, ids in references.items()}
        for field, values in zip(plan.fields, columns, strict=True):
            if field.kind in ("reference", "anyref"):
                values[:] = [_linked(field, one, titles) for one in values]
        return [
            Row(row[0], row[1], cells)
            for row, cells in zip(
                found, zip(*columns, strict=True) if columns else [()] * len(found), strict=True
            )
        ]

    def _plan(self, entity: str, paths: tuple[str, ...]) -> _Plan:
        known = self._plans.get((entity, paths))
        if known is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            known = self._plans[entity, paths] = self._make(entity, paths)
        return known

    def _make(self, entity: str, paths: tuple[str, ...]) -> _Plan:
        names = Names(self._sources)
        own = names.alias(entity)
        frm: sa.FromClause = own.table
        joined: dict[tuple[str, ...], Source] = {(): own}
        columns: list[Any] = [own[ROWID], own[ID]]
        fields, places = [], []
        for text in paths:
            path = resolve(self._sources.registry, entity, text)
            via: tuple[str, ...] = ()
            for step in path.steps:
                before, via = joined[via], (*via, step.name)
                if via not in joined:
                    joined[via] = names.alias(step.target)
                    frm = frm.outerjoin(joined[via].table, joined[via][ID] == before[step.name])
            fields.append(path.field)
            places.append(len(columns))
            columns += [
                joined[via][spec.name].label(f"c{len(columns) + number}")
                for number, spec in enumerate(path.field.columns)
            ]
        statement = sa.select(*columns).select_from(frm)
        wanted = members(sa.bindparam("wanted", type_=sa.String))
        return _Plan(
            statement.where(own[ROWID].in_(wanted)),
            statement.where(own[ID] == sa.bindparam("wanted", type_=sa.String)),
            statement.where(own[ID].in_(wanted)),
            tuple(fields),
            tuple(places),
        )


def _linked(field: Field, value: Any, titles: dict[str, dict[str, str]]) -> Linked | None:
    if value is None:
        return None
    if isinstance(value, AnyRef):
        return Linked(value.entity, value.id, titles.get(value.entity, {}).get(value.id, ""))
    return Linked(field.target, value, titles[field.target].get(value, ""))
