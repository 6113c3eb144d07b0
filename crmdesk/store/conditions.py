"""Conditions as SQL: how paths, relations, negation and empty fields are put together.

A condition on a path through references asks for the ids of the far records in a
subquery, so that SQLite looks at each of them once however many records point at it;
`Has` asks by EXISTS, which ends at the first record found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from crmdesk.errors import BugError
from crmdesk.schema.query import (
    ID,
    NEGATIVE,
    All,
    Condition,
    Either,
    Has,
    Not,
    QueryContext,
    Where,
    checked_value,
    ends_of,
    resolve,
)
from crmdesk.schema.registry import Field, Registry, Relation
from crmdesk.store.comparisons import compare
from crmdesk.store.sources import Column, Names, Source, Truth

_LIMITS = frozenset({"within", "between", "lt", "le", "gt", "ge", "is"})

_ONE: Column = sa.literal_column("1", sa.Integer)


class Conditions:
    """Makes the SQL of conditions for one statement."""

    def __init__(self, names: Names, ctx: QueryContext) -> None:
        self.registry: Registry = names.registry
        self._names = names
        self._ctx = ctx

    def truth(
        self,
        where: Where,
        entity: str,
        source: Source,
        link: tuple[str, Source] | None = None,
    ) -> Truth:
        """The condition on a row of `source`, a table of the entity.

        `link` is the link entity and its table by which the rows are reached. Raises
        BugError for a path that there is not, KnownError for an operand that a field
        cannot be compared with.
        """
        match where:
            case Condition(path, op, value):
                found = resolve(self.registry, entity, path, link[0] if link else "")
                if link and found.entity == link[0] and found.entity != entity:
                    source = link[1]
                return self._condition(
                    source, found.steps, found.field, op, checked_value(found.field, op, value)
                )
            case All(parts):
                whether = self._beside_due(entity, parts)
                said = (self.truth(part, entity, source, link) for part in parts)
                return sa.and_(
                    sa.true(),
                    *(opaque(one) if part in whether else one
                      for part, one in zip(parts, said, strict=True)),
                )  # fmt: skip
            case Either(parts):
                return sa.or_(
                    sa.false(), *(self.truth(part, entity, source, link) for part in parts)
                )
            case Not(part):
                return not_true(self.truth(part, entity, source, link))
            case Has(name, inner):
                return self._has(source, self.registry.relation(entity, name), inner)
        raise BugError(f"{where!r} is no condition.")

    def _beside_due(self, entity: str, parts: Sequence[Where]) -> list[Where]:
        """What is said of the state of records beside a limit of when they are due.

        The index of due dates has the state as well, which SQLite takes for worse than the
        index of the state alone: of that it would have to look at each row.
        """
        due = self.registry.entity(entity).due
        asked = [part for part in parts if isinstance(part, Condition)]
        if due is None or not any(one.path == due.field and one.op in _LIMITS for one in asked):
            return []
        return [one for one in asked if one.path == due.open]

    def _condition(
        self, source: Source, steps: tuple[Field, ...], field: Field, op: str, value: object
    ) -> Truth:
        if op == "is" and value is None:
            op = "empty"
        elif op == "is_not" and value is None:
            op = "not_empty"
        if field.kind == "boolean" and op in ("is", "is_not"):
            # An empty yes/no counts as no.
            op, value = ("is" if (op == "is") == bool(value) else "is_not"), True
            if op == "is_not" and not steps:
                # Both halves can be found in an index, unlike the negation.
                column: Column = source[field.name]
                return sa.or_(column == 0, column.is_(None))
        if op in NEGATIVE:
            if op == "empty" and not steps and len(field.columns) == 1 and field.type.numeric:
                return source[field.name].is_(None)
            return not_true(self._positive(source, steps, field, NEGATIVE[op], value))
        return self._positive(source, steps, field, op, value)

    def _positive(
        self, source: Source, steps: tuple[Field, ...], field: Field, op: str, value: object
    ) -> Truth:
        if not steps:
            return compare(source, field, op, value, self._ctx)
        step, *rest = steps
        if field.name == ID and not rest:
            # The far record's id is what the reference holds.
            return compare(source, step, op, value, self._ctx)
        far = self._names.alias(step.target)
        ids = sa.select(far[ID]).where(self._positive(far, tuple(rest), field, op, value))
        return source[step.name].in_(ids.correlate(None).scalar_subquery())

    def _has(self, source: Source, relation: Relation, inner: Where | None) -> Truth:
        holder = self._names.alias(relation.holder if relation.many else relation.target)
        own, other = (
            (source[ID], holder[relation.field])
            if relation.many
            else (source[relation.field], holder[ID])
        )
        found: sa.Select[Any] = sa.select(_ONE).select_from(holder.table).where(other == own)
        if inner is not None:
            target, link = ends_of(relation)
            if link:
                end = self._names.alias(target)
                found = sa.select(_ONE).select_from(
                    holder.table.join(end.table, end[ID] == holder[relation.far])
                ).where(other == own, self.truth(inner, target, end, (link, holder)))  # fmt: skip
            else:
                found = found.where(self.truth(inner, target, holder))
        return sa.exists(found.correlate(source.table).scalar_subquery())


def not_true(truth: Truth) -> Truth:
    """The opposite of a condition, where what is empty makes a condition not hold."""
    return sa.type_coerce(truth, sa.Integer).is_not(_ONE)


def opaque(truth: Truth) -> Truth:
    """The same condition, into which SQLite does not look for an index to use."""
    return sa.type_coerce(truth, sa.Integer).is_(_ONE)
