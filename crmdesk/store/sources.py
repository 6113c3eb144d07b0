"""The tables of a registry as queries name them, aliases and rowids included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from crmdesk.errors import BugError
from crmdesk.schema.query import ID
from crmdesk.schema.registry import Entity, Registry

ROWID = "rowid"
"""SQLite's own key of a row: a cursor inside one view, never kept."""

NOCASE = "NOCASE"
"""The collation by which text is compared and ordered: without regard to case in ASCII."""

ASCII_LOWER = {one: one + 32 for one in range(ord("A"), ord("Z") + 1)}
"""Text translated by this is the same exactly where that collation takes it for the same."""

Column = sa.ColumnElement[Any]
Truth = sa.ColumnElement[bool]


_TYPES: dict[str, sa.types.TypeEngine[Any]] = {"INTEGER": sa.Integer(), "TEXT": sa.String()}


class Source:
    """An alias of an entity's table in one statement, and its columns by name."""

    def __init__(self, table: sa.FromClause, name: str, stand_ins: Mapping[str, str]) -> None:
        self.table = table
        self.name = name
        self._columns = table.c
        self._stand_ins = stand_ins

    def __getitem__(self, column: str) -> Column:
        return self._columns[self._stand_ins.get(column, column)]


class Sources:
    """The tables of a registry's entities, made when they are first asked for."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._tables: dict[str, tuple[sa.TableClause, Mapping[str, str]]] = {}

    def source(self, entity: str, name: str) -> Source:
        """The table of an entity with all its columns, its id and its rowid, as `name`."""
        known = self._tables.get(entity)
        if known is None:
            declared = self.registry.entity(entity)
            known = self._tables[entity] = (_table(declared), _stand_ins(declared))
        table, stand_ins = known
        return Source(table.alias(name), name, stand_ins)


class Names:
    """Hands out aliases for one statement; they count up, so that the same query always
    makes the same statement text, which SQLAlchemy and SQLite then know already."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self.registry = sources.registry
        self._count = 0

    def alias(self, entity: str) -> Source:
        """A fresh alias of an entity's table."""
        self._count += 1
        return self._sources.source(entity, f"t{self._count}")


def _table(entity: Entity) -> sa.TableClause:
    columns: list[sa.ColumnClause[Any]] = [sa.column(ROWID, sa.Integer), sa.column(ID, sa.String)]
    for one in entity.all_fields:
        columns += [sa.column(spec.name, _TYPES[spec.sqltype]) for spec in one.columns]
    return sa.table(entity.name, *columns)


_WORD = re.compile(r"[a-z_][a-z0-9_]*")


def _stand_ins(entity: Entity) -> dict[str, str]:
    """Where the currency of a computed amount is read: at the amount it is computed from."""
    found: dict[str, str] = {}
    for one in entity.all_fields:
        if not one.computed or len(one.columns) == 1:
            continue
        words = _WORD.findall(one.computed)
        used = [entity.by_name[word] for word in words if word in entity.by_name]
        alike = next((each for each in used if each.kind == one.kind), None)
        if alike is None:
            raise BugError(f"{entity.name}.{one.name} is computed from nothing of its kind.")
        for spec, other in zip(one.columns[1:], alike.columns[1:], strict=True):
            found[spec.name] = other.name
    return found


def members(values: str | sa.BindParameter[str]) -> sa.ScalarSelect[Any]:
    """The values of a JSON array, given as text, to compare with by IN.

    One parameter for any number of values: the statement's text stays the same, and
    SQLite's limit of variables does not count.
    """
    each = sa.func.json_each(values).table_valued("value")
    return sa.select(each.c.value).scalar_subquery()
