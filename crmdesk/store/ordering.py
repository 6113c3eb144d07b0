"""Orders as SQL, and the place in an order as a key that a page can begin after.

Empty values come last in either direction. Text is ordered without regard to case in
ASCII, choices as their list has them, references as their targets are ordered (where
those have a position of their own) or by title. The row's own key ends every order, so
that it is a unique one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from crmdesk.schema.choicetypes import ChoiceType
from crmdesk.schema.crm import choices
from crmdesk.schema.query import ID, TEXT_KINDS, Sort, resolve
from crmdesk.schema.registry import Entity, Field, Registry
from crmdesk.schema.values import Cell
from crmdesk.store.sources import NOCASE, ROWID, Column, Names, Source, Truth

TITLE_DEPTH = 3
"""How many references deep the title of a record is looked for."""

_MOST_OTHERS = 1000
"""So many values of a choice are looked at for those that its list does not have."""

Key = tuple[Cell, ...]
"""The place of a row in an order: the values it is ordered by, the rowid last."""


@dataclass(frozen=True)
class Step:
    """One expression of an order.

    Where it is the place of a choice, `column` holds the choice and `keys` are the
    choices in their order: a place can then be asked for by its key, from an index.
    """

    expression: Column
    descending: bool
    nullable: bool = True
    column: Column | None = None
    keys: tuple[str, ...] = ()

    def at(self, cell: Cell) -> Truth:
        """The rows at one place."""
        if self.column is not None and isinstance(cell, int) and cell < len(self.keys):
            return _equal(self.column, self.keys[cell])
        return _equal(self.expression, cell)

    @property
    def ordered(self) -> sa.UnaryExpression[object]:
        way = self.expression.desc() if self.descending else self.expression.asc()
        return way.nulls_last() if self.nullable else way


class Order:
    """The order of one statement: its expressions, and what must be joined for them."""

    def __init__(
        self,
        names: Names,
        conn: sa.Connection,
        entity: str,
        source: Source,
        sorts: Sequence[Sort],
        *,
        driven_by: Field | None = None,
    ) -> None:
        self._names = names
        self._registry: Registry = names.registry
        self._conn = conn
        self._joined: dict[tuple[str, str], Source] = {}
        self.frm: sa.FromClause = source.table
        if driven_by is not None:
            # The unary plus keeps SQLite from looking the far record up by its id: it walks
            # the far table in order and finds the near rows by the index of the reference.
            far = self._joined[source.name, driven_by.name] = names.alias(driven_by.target)
            own_id: UnaryExpression[str] = UnaryExpression(far[ID], operator=custom_op("+"))
            self.frm = far.table.join(source.table, source[driven_by.name] == own_id)
        steps: list[Step] = []
        for sort in sorts:
            steps += self._steps(entity, source, sort)
        down = bool(steps) and steps[-1].descending
        steps.append(Step(source[ROWID], down, nullable=False))
        self.steps = tuple(steps)

    @property
    def clauses(self) -> list[sa.UnaryExpression[object]]:
        return [step.ordered for step in self.steps]

    def reach(self, entity: str, source: Source, path: str) -> tuple[Field, Source]:
        """The field of a path and the table it is in, joined where it was not."""
        found = resolve(self._registry, entity, path)
        for through in found.steps:
            source = self._join(source, through)
        return found.field, source

    def _steps(self, entity: str, source: Source, sort: Sort) -> Iterator[Step]:
        field, holder = self.reach(entity, source, sort.path)
        yield from self._field(holder, field, sort.descending, 0)

    def _field(self, source: Source, field: Field, descending: bool, depth: int) -> Iterator[Step]:
        column = source[field.name]
        if field.target and field.name != ID and depth < TITLE_DEPTH:
            target = self._registry.entity(field.target)
            far = self._join(source, field)
            for one in ordering_fields(target):
                yield from self._field(far, one, descending, depth + 1)
        elif isinstance(field.type, ChoiceType):
            yield self._choice(column, field.type.list_name, descending)
        elif field.kind in TEXT_KINDS:
            yield Step(sa.collate(column, NOCASE), descending)
        elif field.kind == "anyref":
            yield Step(source[field.columns[1].name], descending)
            yield Step(column, descending)
        else:
            yield Step(column, descending, nullable=field.name != ID)

    def _choice(self, column: Column, list_name: str, descending: bool) -> Step:
        keys = choice_keys(self._conn, self._names, list_name)
        if not keys:
            return Step(column, descending)
        place = sa.case(
            {key: place for place, key in enumerate(keys)},
            value=column,
            else_=sa.case((column.is_(None), None), else_=len(keys)),
        )
        return Step(place, descending, column=column, keys=keys)

    def _join(self, source: Source, step: Field) -> Source:
        known = (source.name, step.name)
        found = self._joined.get(known)
        if found is None:
            found = self._joined[known] = self._names.alias(step.target)
            self.frm = self.frm.outerjoin(found.table, found[ID] == source[step.name])
        return found

    # ------------------------------------------------------------ pages

    def by_places(
        self, statement: sa.Select[Any], source: Source
    ) -> Iterator[tuple[sa.Select[Any], Order]]:
        """A statement ordered by a choice, as one for each place, in order.

        Each is found in the index of the choice and ordered by what follows.
        """
        places = self.places(source)
        if places is None:
            yield statement, self
            return
        following = copy(self)
        following.steps = self.steps[1:]
        for there in places:
            yield statement.where(there), following

    def places(self, source: Source) -> list[Truth] | None:
        """The rows at each place of the choice that the order begins with, in order.

        An index of the choice has to be there. None where the list of choices is empty.
        """
        lead = self.steps[0]
        if lead.column is None:
            return None
        column = lead.column
        found: list[Truth] = [column == key for key in lead.keys]
        there = _distinct(self._conn, source, column)
        others = [key for key in there if key not in lead.keys]
        if len(there) == _MOST_OTHERS:
            found.append(sa.and_(column.is_not(None), column.not_in(lead.keys)))
        elif others:
            found.append(column.in_(others))
        if lead.descending:
            found.reverse()
        return [*found, column.is_(None)]

    def after(self, key: Key) -> Iterator[Truth]:
        """Conditions for the rows behind a key, in order: each holds for one stretch of them.

        Several stretches, and not one condition with OR, because each of them is a
        range of an index.
        """
        for last in reversed(range(len(self.steps))):
            same = [step.at(cell) for step, cell in zip(self.steps[:last], key[:last], strict=True)]
            step, cell = self.steps[last], key[last]
            if cell is None:
                continue  # empty comes last: nothing is behind it
            beyond = step.expression < cell if step.descending else step.expression > cell
            yield sa.and_(*same, beyond)
            if step.nullable:
                yield sa.and_(*same, step.expression.is_(None))

    def before(self, key: Key) -> Iterator[Truth]:
        """Conditions for the rows in front of a key; together they hold for each of them once."""
        for last in reversed(range(len(self.steps))):
            same = [step.at(cell) for step, cell in zip(self.steps[:last], key[:last], strict=True)]
            step, cell = self.steps[last], key[last]
            if cell is None:
                yield sa.and_(*same, step.expression.is_not(None))
            else:
                nearer = step.expression > cell if step.descending else step.expression < cell
                yield sa.and_(*same, nearer)


def _distinct(conn: sa.Connection, source: Source, column: Column) -> list[str]:
    """The values of a column, each looked for in its index behind the one before."""
    least = sa.select(sa.func.min(column)).select_from(source.table)
    seen = least.with_only_columns(sa.func.min(column).label("key")).cte(recursive=True)
    following = least.where(column > seen.c.key).correlate(seen).scalar_subquery()
    seen = seen.union_all(sa.select(following).where(seen.c.key.is_not(None)))
    keys = sa.select(seen.c.key).where(seen.c.key.is_not(None)).limit(_MOST_OTHERS)
    return list(conn.execute(keys).scalars())


def _equal(column: Column, cell: Cell) -> Truth:
    return column.is_(None) if cell is None else column == cell


def ordering_fields(entity: Entity) -> tuple[Field, ...]:
    """The fields by which references to an entity are ordered: its place, or its title."""
    if len(entity.order) == 1 and not entity.order[0].startswith("-"):
        own = entity.by_name.get(entity.order[0])
        if own is not None and own.kind == "integer":
            return (own, *(entity.field(name) for name in entity.title))
    return tuple(entity.field(name) for name in entity.title)


def choice_keys(conn: sa.Connection, names: Names, list_name: str) -> tuple[str, ...]:
    """The keys of a choice list as the user has put them in order, or as it is declared."""
    registry = names.registry
    if choices.ITEMS in registry.entities and choices.LISTS in registry.entities:
        item, lists = names.alias(choices.ITEMS), names.alias(choices.LISTS)
        rows = conn.execute(
            sa.select(item[choices.ITEM_KEY])
            .select_from(item.table.join(lists.table, lists[ID] == item[choices.ITEM_LIST]))
            .where(lists[choices.LIST_NAME] == list_name)
            .order_by(item[choices.ITEM_POSITION], item[ROWID])
        ).scalars()
        kept = tuple(dict.fromkeys(rows))
        if kept:
            return kept
    declared = registry.choice_lists.get(list_name)
    return tuple(item.key for item in declared.items) if declared else ()
