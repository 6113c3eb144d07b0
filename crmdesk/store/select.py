"""Answers to queries: ids, pages, counts and rows of an entity's records.

One `Select` serves one registry and may be used by any thread; each call takes the
connection to ask, so that a reader sees one state of the store for as long as it keeps
its connection. A cancelled connection raises the driver's interrupt through every call.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa

from crmdesk.schema.query import ID, Query, QueryContext, related_query
from crmdesk.schema.registry import Registry
from crmdesk.schema.textcontext import TextContext
from crmdesk.store import search
from crmdesk.store.adding import Added, add_up
from crmdesk.store.aggregate import Group, Measure, group_rows
from crmdesk.store.alike import Alike, without_far
from crmdesk.store.conditions import Conditions, opaque
from crmdesk.store.driver import raw_of
from crmdesk.store.grouping import Grouped, Heard, ids_by_group
from crmdesk.store.ordering import Key, Order
from crmdesk.store.reading import Reader, Row
from crmdesk.store.related import Counter
from crmdesk.store.sifting import Test, sift
from crmdesk.store.sources import ROWID, Names, Source, Sources, Truth, members
from crmdesk.store.timeline import Happening, Mark, Timelines
from crmdesk.store.titles import Titles
from crmdesk.store.walking import (
    by_choice,
    can_walk,
    driving_reference,
    leaves_few,
    yes_and_no,
)

MOST_FOUND = 1000
"""The most records that the search text of a query keeps."""

CHUNK = 1000
_NEAR, _FAR, _FARTHEST = 300, 4000, 30_000
"""Rows read along an index, some milliseconds, before a list is found and sorted instead; the
most are read only where those before let expect that they do."""


class Select:
    """Reads the records of one registry."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._sources = Sources(registry)
        self._titles = Titles(self._sources)
        self._reader = Reader(self._sources, self._titles)
        self._counter = Counter(registry)
        self._timelines = Timelines(self._sources, self._titles)

    # ------------------------------------------------------------ which records

    def ids(self, conn: sa.Connection, query: Query, ctx: QueryContext) -> array[int]:
        """The rowids of all records of a query, in its order."""
        found = array("q")
        for statement, order in self._stretches(conn, query, ctx):
            found += _rowids(conn, statement.order_by(*order.clauses))
        return found

    def passing(
        self,
        conn: sa.Connection,
        query: Query,
        ctx: QueryContext,
        path: str,
        test: Test,
        figures: str = "",
    ) -> array[int]:
        """The rowids of the records whose value at a path passes a test (see `sift`)."""
        names = Names(self._sources)
        source = names.alias(query.entity)
        truth = self._truth(conn, names, query, source, ctx)
        return sift(conn, names, query.entity, source, truth, path, test, figures)

    def first(self, conn: sa.Connection, query: Query, ctx: QueryContext, limit: int) -> list[int]:
        """The first rowids of a query, sooner than all of them."""
        parts = yes_and_no(self.registry, query)
        # Of a face, which has few, one question is less work than three.
        if parts and not self._leaves_few(conn, query, ctx):
            rowids: list[int] = []
            for part in parts:
                rowids += self.first(conn, part, ctx, limit - len(rowids))
                if len(rowids) >= limit:
                    break
            return rowids
        if query.where is not None or query.search:
            walked = self._walked(conn, query, ctx, limit)
            if walked is not None:
                return walked
        elif len(query.sort) > 1:
            alike = Alike(conn, Names(self._sources), query)
            begun = alike.first(limit, partial(self._among_first, conn, ctx))
            if begun is not None:
                return begun
        found: list[int] = []
        for statement, order in self._stretches(conn, query, ctx):
            page = statement.order_by(*order.clauses).limit(limit - len(found))
            found += _rowids(conn, page)
            if len(found) >= limit:
                break
        return found

    def after(
        self, conn: sa.Connection, query: Query, ctx: QueryContext, key: Key, limit: int
    ) -> list[int]:
        """The rowids that follow a key (`key_of`), at most `limit`; the same time however deep."""
        found: list[int] = []
        for statement, order in self._stretches(conn, query, ctx, key):
            for part in order.after(key):
                page = statement.where(part).order_by(*order.clauses)
                found += _rowids(conn, page.limit(limit - len(found)))
                if len(found) >= limit:
                    return found
        return found

    def key_of(
        self, conn: sa.Connection, query: Query, ctx: QueryContext, rowid: int
    ) -> Key | None:
        """The place of a row in the order of a query, None for a row that is gone.

        It stays good as a place when the row has changed or is deleted afterwards.
        """
        names = Names(self._sources)
        source = names.alias(query.entity)
        order = Order(names, conn, query.entity, source, query.sort)
        row = conn.execute(
            sa.select(*(step.expression.label(None) for step in order.steps))
            .select_from(order.frm)
            .where(source[ROWID] == rowid)
        ).first()
        return None if row is None else tuple(row)

    def position(
        self, conn: sa.Connection, query: Query, ctx: QueryContext, rowid: int
    ) -> int | None:
        """How many records of the query come before a row; None where it is not among them."""
        key = self.key_of(conn, query, ctx, rowid)
        names = Names(self._sources)
        source = names.alias(query.entity)
        truth = self._truth(conn, names, query, source, ctx)
        order = Order(names, conn, query.entity, source, query.sort)
        if key is None:
            return None
        belongs = sa.select(source[ROWID]).where(truth, source[ROWID] == rowid)
        if conn.execute(belongs).first() is None:
            return None
        counting = sa.select(sa.func.count()).select_from(order.frm).where(truth)
        return sum(conn.execute(counting.where(part)).scalar_one() for part in order.before(key))

    def count(self, conn: sa.Connection, query: Query, ctx: QueryContext) -> int:
        """How many records a query has."""
        names = Names(self._sources)
        source = names.alias(query.entity)
        truth = self._truth(conn, names, query, source, ctx)
        statement = sa.select(sa.func.count()).select_from(source.table).where(truth)
        return int(conn.execute(statement).scalar_one())

    def rowid_of(self, conn: sa.Connection, entity: str, record_id: str) -> int | None:
        """The rowid of a record, None where there is none."""
        source = Names(self._sources).alias(entity)
        statement = sa.select(source[ROWID]).where(source[ID] == record_id)
        return conn.execute(statement).scalar_one_or_none()

    def record_ids(self, conn: sa.Connection, entity: str, rowids: Sequence[int]) -> dict[int, str]:
        """The ids of records by rowid; those that are gone are left out."""
        source = Names(self._sources).alias(entity)
        statement = sa.select(source[ROWID], source[ID]).where(
            source[ROWID].in_(members(json.dumps(list(rowids))))
        )
        return dict(conn.execute(statement).all())

    # ------------------------------------------------------------ what is in them

    def rows(
        self, conn: sa.Connection, entity: str, rowids: Sequence[int], paths: Sequence[str]
    ) -> list[Row]:
        """These rows with a value for each path, in the order asked; gone ones are left out."""
        return self._reader.rows(conn, entity, rowids, tuple(paths))

    def by_id(
        self, conn: sa.Connection, entity: str, record_id: str, paths: Sequence[str]
    ) -> Row | None:
        """One record with a value for each path, None where there is none."""
        return self._reader.by_id(conn, entity, record_id, tuple(paths))

    def by_ids(
        self, conn: sa.Connection, entity: str, ids: Sequence[str], paths: Sequence[str]
    ) -> dict[str, Row]:
        """Several records by id with a value for each path; those that are gone are left out."""
        return self._reader.by_ids(conn, entity, ids, tuple(paths))

    def stream(
        self,
        conn: sa.Connection,
        query: Query,
        ctx: QueryContext,
        paths: Sequence[str],
        chunk: int = CHUNK,
    ) -> Iterator[Row]:
        """All rows of a query in its order, read in chunks: for exports of any size."""
        rowids = iter(self.ids(conn, query, ctx))
        while part := list(islice(rowids, chunk)):
            yield from self.rows(conn, query.entity, part, paths)

    def titles(
        self,
        conn: sa.Connection,
        entity: str,
        ids: Sequence[str],
        text: TextContext | None = None,
    ) -> dict[str, str]:
        """The titles of records by id, in the words of `text`; those gone are left out."""
        return self._titles.of(conn, entity, ids, text)

    # ------------------------------------------------------------ what belongs to them

    def related_counts(self, conn: sa.Connection, entity: str, record_id: str) -> dict[str, int]:
        """How many records each relation to many of a record has, by the relation's name."""
        return self._counter.counts(conn, entity, record_id)

    def related_query(self, entity: str, relation: str, record_id: str) -> Query:
        """What the face of a relation to many shows for one record."""
        return related_query(self.registry, self.registry.relation(entity, relation), record_id)

    def timeline(
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

        With `changes` also what was changed of the record itself; `kind`, `until` and `since`
        narrow it as `Timelines.of` says.
        """
        return self._timelines.of(
            conn, entity, record_id, limit, before,
            changes=changes, text=text, kind=kind, until=until, since=since,
        )  # fmt: skip

    # ------------------------------------------------------------ what they come to

    def group(
        self,
        conn: sa.Connection,
        query: Query,
        ctx: QueryContext,
        by: Sequence[str],
        measures: Sequence[Measure] = (),
    ) -> list[Group]:
        """Groups and subtotals by one or several paths, outermost first (see `Group`)."""
        names = Names(self._sources)
        source = names.alias(query.entity)
        truth = self._truth(conn, names, query, source, ctx)
        return group_rows(
            conn, names, self._titles, query.entity, source, truth, ctx, tuple(by), tuple(measures)
        )

    def grouped(
        self,
        conn: sa.Connection,
        query: Query,
        ctx: QueryContext,
        measures: Sequence[Measure] = (),
        heard: Heard | None = None,
    ) -> Grouped:
        """Groups by `query.group`, and all rowids in their order (see `Grouped`).

        `heard` gets the groups as soon as they are counted, with the first rowids of the first.
        """
        names = Names(self._sources)
        source = names.alias(query.entity)
        truth = self._truth(conn, names, query, source, ctx)
        return ids_by_group(
            conn, names, self._titles, query, source, truth, ctx, measures,
            lambda: self.ids(conn, query, ctx), heard or _unheard,
        )  # fmt: skip

    def totals(
        self,
        conn: sa.Connection,
        query: Query,
        ctx: QueryContext,
        measures: Sequence[Measure] = (),
    ) -> Group:
        """The count and the measures of all records of a query."""
        (total,) = self.group(conn, query, ctx, (), measures)
        return total

    def added(
        self,
        conn: sa.Connection,
        query: Query,
        ctx: QueryContext,
        paths: Sequence[str],
        among: Sequence[int] | None = None,
    ) -> list[Added]:
        """What columns of a query come to, of all its rows or of those with these rowids."""
        names = Names(self._sources)
        source = names.alias(query.entity)
        truth = sa.true() if among is not None else self._truth(conn, names, query, source, ctx)
        return list(add_up(conn, names, query.entity, source, truth, paths, among))

    # ------------------------------------------------------------ making statements

    def _stretches(
        self, conn: sa.Connection, query: Query, ctx: QueryContext, after: Key | None = None
    ) -> Iterator[tuple[sa.Select[Any], Order]]:
        """The statements that together give the rows in order: one, or, where far records
        are walked in order, those with such a record and then those without."""
        names = Names(self._sources)
        source = names.alias(query.entity)
        truth = self._truth(conn, names, query, source, ctx)
        driver = None
        if query.where is None and not query.search and (after is None or after[0] is not None):
            driver = driving_reference(self.registry, query.entity, query.sort)
        if driver is not None:
            walk = Order(names, conn, query.entity, source, query.sort, driven_by=driver.reference)
            truth = without_far(names, source, driver)
            filled = walk.steps[0].expression.is_not(None)
            yield sa.select(source[ROWID]).select_from(walk.frm).where(filled), walk
        order = Order(names, conn, query.entity, source, query.sort)
        statement = sa.select(source[ROWID]).select_from(order.frm).where(truth)
        if after is None and len(query.sort) == 1 and by_choice(self.registry, query):
            yield from order.by_places(statement, source)
        else:
            yield statement, order

    def _walked(
        self, conn: sa.Connection, query: Query, ctx: QueryContext, limit: int
    ) -> list[int] | None:
        """The first rows of a filtered list among the first of the list without the filter;
        None where these are not the way to look for them."""
        if not can_walk(self.registry, query.entity, query.sort):
            return None
        if query.search or query.where is None or self._leaves_few(conn, query, ctx):
            return None
        names = Names(self._sources)
        conditions = Conditions(names, ctx)
        source = names.alias(query.entity)
        truth = conditions.truth(query.where, query.entity, source)
        plain = Query(query.entity, sort=query.sort)
        return self._among_first(conn, ctx, plain, truth, source, limit)

    def _leaves_few(self, conn: sa.Connection, query: Query, ctx: QueryContext) -> bool:
        if query.where is None:
            return False
        names = Names(self._sources)
        return leaves_few(conn, names, query.entity, query.where, Conditions(names, ctx))

    def _among_first(
        self,
        conn: sa.Connection,
        ctx: QueryContext,
        plain: Query,
        truth: Truth,
        source: Source,
        limit: int,
    ) -> list[int] | None:
        """The first rows of a whole list for which a condition holds; None where they are not
        among its first thousands."""
        reach = limit + _NEAR
        while True:
            candidates = self.first(conn, plain, ctx, reach)
            statement = (
                sa.select(source[ROWID])
                .select_from(source.table)
                .where(source[ROWID].in_(members(json.dumps(candidates))), opaque(truth))
            )
            kept = frozenset(_rowids(conn, statement))
            found = [rowid for rowid in candidates if rowid in kept][:limit]
            if len(found) == limit or len(candidates) < reach:
                return found
            # As far as the share of those that were kept lets expect, and a bit further.
            further = max(_FAR, reach * limit * 5 // (4 * len(kept)) if kept else 0)
            if reach >= _FARTHEST or (reach >= _FAR and not reach < further <= _FARTHEST):
                return None
            reach = further

    def _truth(
        self,
        conn: sa.Connection,
        names: Names,
        query: Query,
        source: Source,
        ctx: QueryContext,
    ) -> Truth:
        parts: list[Truth] = []
        if query.where is not None:
            parts.append(Conditions(names, ctx).truth(query.where, query.entity, source))
        if query.search.strip():
            hits = search.search(
                raw_of(conn), self.registry, query.search,
                entities=(query.entity,), user=ctx.user or None, limit=MOST_FOUND,
            )  # fmt: skip
            found = json.dumps([hit.id for hit in hits])
            parts.append(source[ID].in_(members(found)))
        return sa.and_(sa.true(), *parts)


def _unheard(_groups: list[Group], _first: list[int]) -> None:
    """Nobody waits for the groups alone."""


def _rowids(conn: sa.Connection, statement: sa.Select[Any]) -> array[int]:
    # Straight from the driver's cursor: a million rows in a quarter of the time, and
    # never a list of tuples of them all.
    result = conn.execute(statement)
    cursor: Any = result.cursor
    found = array("q")
    if cursor is not None:
        try:
            found.extend(chain.from_iterable(cursor))
        finally:
            result.close()
    return found
