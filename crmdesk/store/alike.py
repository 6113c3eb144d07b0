"""The first rows of a list that is sorted by several fields.

An index of the first field tells how far a page reaches in it. Where hundreds of thousands
of rows are alike there (a choice of three, an owner of twelve), the best of them by the other
fields are looked for along the index of the second one: they need not all be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from crmdesk.schema.choicetypes import ChoiceType
from crmdesk.schema.query import ID, TEXT_KINDS, Query, Sort, resolve
from crmdesk.schema.values import Cell
from crmdesk.store.ordering import Order
from crmdesk.store.sources import (
    ASCII_LOWER,
    NOCASE,
    ROWID,
    Column,
    Names,
    Source,
    Truth,
    members,
)
from crmdesk.store.walking import Far, can_read, can_walk, driving_reference, far_of, is_walked

MANY = 20_000
"""So many rows that are alike are read and sorted; of more, an index is walked."""

FAR = 200
"""The most far records that are gone through one by one."""

Walk = Callable[[Query, Truth, Source, int], list[int] | None]
"""The first rowids of a list for which a condition on a source holds; None where they are not
among its first thousands."""


class _Reach(NamedTuple):
    """How far a page reaches in the first field of its order.

    The rows of `before` are all on the page and do not fill it; None where there are none.
    Of `alike`, which the first field does not tell apart, only the best are on it; `whole`
    says that nothing of that field is left in their order.
    """

    before: sa.Select[Any] | None
    alike: Truth
    whole: bool = True


class Alike:
    """Looks for the first rows of one whole list that is sorted by two fields or more."""

    def __init__(self, conn: sa.Connection, names: Names, query: Query) -> None:
        self._conn = conn
        self._names = names
        self._query = query
        self._source = names.alias(query.entity)
        self._order = Order(names, conn, query.entity, self._source, query.sort)

    def first(self, limit: int, walk: Walk) -> list[int] | None:
        """The first rowids; None where no index serves, or the list has too few rows."""
        reach = self._reach(limit)
        if reach is None:
            return None
        found: list[int] = []
        if reach.before is not None:
            found += self._conn.execute(reach.before).scalars()
        lacking = limit - len(found)
        rest = Query(self._query.entity, sort=self._query.sort[1:])
        if (
            reach.whole
            and can_read(self._names.registry, rest.entity, rest.sort)
            and self._count(reach.alike, MANY) == MANY
        ):
            walked = walk(rest, reach.alike, self._source, lacking)
            if walked is not None:
                return found + walked
        found += self._conn.execute(self._sorted(self._order, reach.alike).limit(lacking)).scalars()
        return found

    def _reach(self, limit: int) -> _Reach | None:
        registry, entity, sorts = self._names.registry, self._query.entity, self._query.sort
        path = resolve(registry, entity, sorts[0].path)
        if not path.steps and isinstance(path.field.type, ChoiceType):
            if not is_walked(registry.entity(entity), path.field):
                return None
            places = self._order.places(self._source)
            return None if places is None else self._among(places, limit)
        far = far_of(registry, entity, sorts)
        stretches = None if far is None else self._by_far(far)
        if stretches is not None:
            return self._among(stretches, limit)
        driver = driving_reference(registry, entity, sorts)
        if driver is not None:
            return self._along(limit, driver)
        return self._along(limit) if can_walk(registry, entity, sorts) else None

    # ------------------------------------------------------------ the ways

    def _by_far(self, far: Far) -> list[Truth] | None:
        """The rows of each of few far records, in their order, then those without any."""
        if any(one.target for one in far.fields):
            return None
        target, down = far.reference.target, self._query.sort[0].descending
        source = self._names.alias(target)
        sorts = [Sort(one.name, down) for one in far.fields]
        order = Order(self._names, self._conn, target, source, sorts)
        steps = order.steps[:-1]
        rows = self._conn.execute(
            sa.select(source[ID], *(step.expression.label(None) for step in steps))
            .select_from(order.frm)
            .order_by(*order.clauses)
            .limit(FAR + 1)
        ).all()
        if len(rows) > FAR:
            return None
        column, found = self._source[far.reference.name], []
        none: Truth = column.is_(None)
        for place, alike in groupby(rows, lambda row: tuple(map(_same, row[1:]))):
            those = column.in_(members(json.dumps([row[0] for row in alike])))
            if all(cell is None for cell in place):
                none = sa.or_(none, those)
            else:
                found.append(those)
        return [*found, none]

    def _among(self, stretches: Sequence[Truth], limit: int) -> _Reach | None:
        """The first stretches of rows that fill a page together."""
        counted = 0
        for number, truth in enumerate(stretches):
            more = self._count(truth, limit - counted)
            if counted + more >= limit:
                before = sa.or_(*stretches[:number]) if counted else None
                return _Reach(None if before is None else self._sorted(self._order, before), truth)
            counted += more
        return None

    def _along(self, limit: int, far: Far | None = None) -> _Reach:
        """As far as an index that has the rows, or their far records, in order is read."""
        order, alone = (
            self._order,
            Order(self._names, self._conn, self._query.entity, self._source, self._query.sort[:1]),
        )
        if far is not None:
            order = Order(
                self._names, self._conn, self._query.entity, self._source, self._query.sort,
                driven_by=far.reference,
            )  # fmt: skip
        lead = order.steps[0]
        filled = lead.expression.is_not(None)
        reached = self._conn.execute(
            sa.select(lead.expression)
            .select_from(order.frm)
            .where(filled)
            .order_by(lead.ordered)
            .offset(limit - 1)
            .limit(1)
        ).scalar()
        before: Truth = filled
        if reached is not None:
            before = lead.expression > reached if lead.descending else lead.expression < reached
        return _Reach(
            self._sorted(order, before),
            lead.at(reached) if far is None else _at_far(self._names, self._source, far, reached),
            whole=len(alone.steps) == len(("the field", "rowid")),
        )

    # ------------------------------------------------------------ statements

    def _sorted(self, order: Order, truth: Truth) -> sa.Select[Any]:
        return (
            sa.select(self._source[ROWID])
            .select_from(order.frm)
            .where(truth)
            .order_by(*order.clauses)
        )

    def _count(self, truth: Truth, most: int) -> int:
        some = (
            sa.select(sa.literal_column("1"))
            .select_from(self._source.table)
            .where(truth)
            .limit(most)
            .subquery()
        )
        return int(self._conn.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def without_far(names: Names, source: Source, far: Far) -> Truth:
    """The rows without a far record, or whose far record has nothing to be ordered by."""
    if far.fields[0].required:
        return source[far.reference.name].is_(None)
    return _at_far(names, source, far, None)


def _at_far(names: Names, source: Source, far: Far, cell: Cell) -> Truth:
    """The rows at one place of what their far records are first ordered by."""
    target, field = names.alias(far.reference.target), far.fields[0]
    column: Column = target[field.name]
    if field.kind in TEXT_KINDS and cell is not None:
        column = sa.collate(column, NOCASE)
    there = sa.select(target[ID]).where(column.is_(None) if cell is None else column == cell)
    near = source[far.reference.name]
    those = near.in_(there.correlate(None).scalar_subquery())
    return sa.or_(near.is_(None), those) if cell is None else those


def _same(cell: Any) -> Any:
    """The same for cells that an order does not tell apart."""
    return cell.translate(ASCII_LOWER) if isinstance(cell, str) else cell
