"""A store with the product's own declaration for tests of queries, and records by value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crmdesk.i18n import Label
from crmdesk.schema.choicetypes import ChoicesType
from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.query import Query, QueryContext, Sort
from crmdesk.schema.registry import Field, Registry
from crmdesk.schema.timetypes import InstantType
from crmdesk.store import rows
from crmdesk.store.driver import raw_of
from crmdesk.store.engine import Store
from crmdesk.store.identity import Tokens
from crmdesk.store.select import Select

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TAGS, SEEN = "x_tags", "x_seen"


def registry() -> Registry:
    """The product's declaration with custom fields of the kinds that it does not use."""
    return crm_registry().with_custom(
        [
            ("company", Field(TAGS, ChoicesType("industry"), Label("Tags", "标签"))),
            ("company", Field(SEEN, InstantType(), Label("Seen", "到访"))),
        ]
    )


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """A new store in a folder."""
    path = folder / "ask.crmdesk"
    with Store.create(path, registry(), tokens=Tokens(folder / "tokens", "here")) as store:
        yield store


HERE = QueryContext(zone="Europe/Berlin", now=NOW)


class _TakenBackError(Exception):
    """Ends a transaction without keeping it."""


@contextmanager
def taken_back(store: Store) -> Iterator[sa.Connection]:
    """The writer inside a transaction of which nothing is kept."""
    with suppress(_TakenBackError), store.write() as conn:
        yield conn
        raise _TakenBackError


@dataclass
class Book:
    """Adds records by value inside a transaction, and asks about them."""

    conn: sa.Connection
    registry: Registry
    ctx: QueryContext = HERE
    data: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.select = Select(self.registry)

    def add(self, entity: str, record_id: str = "", /, **values: Any) -> str:
        """Add a record of these values, nothing else filled; the answer is its id."""
        record_id = record_id or rows.new_id()
        declared = self.registry.entity(entity)
        cells: dict[str, Any] = dict.fromkeys(declared.columns)
        for name, value in values.items():
            one = declared.field(name)
            stored = one.type.to_stored(one.type.check(value))
            cells |= zip((spec.name for spec in one.columns), stored, strict=True)
        stamp = "2026-11-01T08:00:00.000Z"
        cells |= {"created_at": stamp, "updated_at": stamp}
        rows.insert(raw_of(self.conn), entity, record_id, cells)
        self.data.setdefault(entity, {})[record_id] = dict(values)
        return record_id

    def ids(self, query: Query) -> list[str]:
        """The ids of a query's records in its order."""
        rowids = self.select.ids(self.conn, query, self.ctx)
        by_rowid = self.select.record_ids(self.conn, query.entity, rowids)
        return [by_rowid[rowid] for rowid in rowids]

    def names(self, query: Query, path: str = "name") -> list[Any]:
        """The value of one path of each of a query's records, in its order."""
        rowids = self.select.ids(self.conn, query, self.ctx)
        return [row.cells[0] for row in self.select.rows(self.conn, query.entity, rowids, (path,))]


def by(*paths: str) -> tuple[Sort, ...]:
    """An order: "-name" is descending."""
    return tuple(Sort(path.lstrip("-"), path.startswith("-")) for path in paths)


def plan_of(conn: sa.Connection, statements: list[tuple[str, Any]]) -> str:
    """How SQLite goes about the last of some statements."""
    text, parameters = statements[-1]
    found = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters)
    return "; ".join(row[3] for row in found)


@contextmanager
def watched(conn: sa.Connection) -> Iterator[list[tuple[str, Any]]]:
    """The statements that a connection executes meanwhile, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, text: str, parameters: Any, *_: Any) -> None:
        seen.append((text, parameters))

    sa.event.listen(conn, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(conn, "before_cursor_execute", note)
