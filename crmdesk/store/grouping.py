"""Records in the order of their groups: which rowids each group holds.

The rowids come in whatever order a list has and by whatever index serves it; a second pass
reads the group of each record. Dealing them out costs less than sorting by groups, and groups
and rows cannot disagree about an order.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crmdesk.schema.query import Query, QueryContext
from crmdesk.store.aggregate import By, Group, Measure, group_ways
from crmdesk.store.ordering import Order
from crmdesk.store.sources import ROWID, Names, Source, Truth
from crmdesk.store.titles import Titles

Heard = Callable[[list[Group], list[int]], None]
"""Told of the groups, and of the first rowids of the first of them, before all are there."""

_BITS = 14
_LOW = (1 << _BITS) - 1
"""Records are noted in pages of so many bits of their rowids."""

FIRST = 100
"""So many rowids of the first group come before the others."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """Groups, outermost first, and the rowids of all records in the order of the groups.

    Within a group they have the order of the query.
    """

    groups: list[Group]
    ids: array[int]


def ids_by_group(
    conn: sa.Connection,
    names: Names,
    titles: Titles,
    query: Query,
    source: Source,
    truth: Truth,
    ctx: QueryContext,
    measures: Sequence[Measure],
    ids: Callable[[], array[int]],
    heard: Heard,
) -> Grouped:
    """Groups by `query.group`, and the rowids that `ids` gives put into their order.

    `heard` gets the groups as soon as they are counted, and the first rowids of the first one.
    """
    by, entity = query.group, query.entity
    found = group_ways(conn, names, titles, entity, source, truth, ctx, by, tuple(measures))
    groups = [group for group, _way in found]
    order = Order(names, conn, entity, source, query.sort)
    levels = [By(order, entity, source, each, ctx) for each in by]
    first = next((way for group, way in found if group.level == len(by)), None)
    heard(groups, [] if first is None else _first(conn, order, source, truth, levels, first))
    order = Order(names, conn, entity, source, ())
    levels = [By(order, entity, source, each, ctx) for each in by]
    places: dict[tuple[Any, ...], int] = {}
    for group, way in found:
        if group.level == len(by):
            same = (level.same_of(key) for level, key in zip(levels, way, strict=True))
            places[tuple(same)] = len(places)
    read = [column for level in levels for column in level.cells]
    statement = (
        sa.select(source[ROWID], *(column.label(None) for column in read))
        .select_from(order.frm)
        .where(truth)
    )
    pages = _places(conn, statement, levels, places)
    parts = [array("q") for _ in places]
    into = [part.append for part in parts]
    for rowid in ids():
        into[pages[rowid >> _BITS][rowid & _LOW]](rowid)
    whole = array("q")
    for part in parts:
        whole += part
    return Grouped(groups, whole)


def _first(
    conn: sa.Connection,
    order: Order,
    source: Source,
    truth: Truth,
    levels: Sequence[By],
    way: Sequence[Any],
) -> list[int]:
    """The first rowids of one group, sooner than all; none where that would not be sooner."""
    there = [level.at(key) for level, key in zip(levels, way, strict=True)]
    if any(one is None for one in there):
        return []
    statement = (
        sa.select(source[ROWID])
        .select_from(order.frm)
        .where(truth, *(one for one in there if one is not None))
        .order_by(*order.clauses)
        .limit(FIRST)
    )
    return list(conn.execute(statement).scalars())


def _places(
    conn: sa.Connection,
    statement: sa.Select[Any],
    levels: Sequence[By],
    places: Mapping[tuple[Any, ...], int],
) -> Mapping[int, array[int]]:
    """In which group each record is: by the high bits of its rowid, then by the low ones.

    Not one great dictionary: while that grows, and when it is thrown away, all threads wait,
    the window's as well.
    """
    widths = [len(level.cells) for level in levels]

    def worked_out(cells: Sequence[Any]) -> int:
        same, at = [], 0
        for level, width in zip(levels, widths, strict=True):
            same.append(level.same_of_row(cells[at : at + width]))
            at += width
        return places[tuple(same)]

    # Straight from the driver's cursor, see `select._rowids`.
    result = conn.execute(statement)
    cursor: Any = result.cursor
    pages: dict[int, array[int]] = defaultdict(lambda: array("i", bytes(4 << _BITS)))
    known: dict[Any, int] = {}
    try:
        for rowid, *cells in cursor:
            key = tuple(cells)
            place = known.get(key)
            if place is None:
                place = known[key] = worked_out(key)
            pages[rowid >> _BITS][rowid & _LOW] = place
    finally:
        result.close()
    return pages
