"""When a list can be read along an index instead of being found and then sorted.

Without this a list of a million rows that is sorted by the name of another record, or
of which a filter leaves a third, would have to be gone through before its first row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import sqlalchemy as sa

from crmdesk.schema.choicetypes import ChoiceType
from crmdesk.schema.query import ID, TEXT_KINDS, All, Condition, Query, Sort, Where, both, resolve
from crmdesk.schema.registry import Entity, Field, Registry
from crmdesk.store.conditions import Conditions
from crmdesk.store.ordering import ordering_fields
from crmdesk.store.sources import NOCASE, Names
from crmdesk.store.tables import index_term, indexed_columns

FEW = 2000
"""So many rows are found and sorted at once; for more of them an index is walked first."""


class Far(NamedTuple):
    """A reference by which rows are ordered: by which fields of the far record."""

    reference: Field
    fields: tuple[Field, ...]


def far_of(registry: Registry, entity: str, sorts: tuple[Sort, ...]) -> Far | None:
    """The reference whose far records put the rows in order, where an index has it."""
    if not sorts:
        return None
    path = resolve(registry, entity, sorts[0].path)
    if path.field.target and not path.steps and path.field.name != ID:
        found = Far(path.field, ordering_fields(registry.entity(path.field.target)))
    elif len(path.steps) == 1:
        found = Far(path.steps[0], (path.field,))
    else:
        return None
    # Nothing keeps the reference of a system field from pointing at what is gone.
    held = not found.reference.system and is_walked(registry.entity(entity), found.reference)
    return found if held else None


def driving_reference(registry: Registry, entity: str, sorts: tuple[Sort, ...]) -> Far | None:
    """The reference whose far records, walked in order, put the rows in order; or None."""
    far = far_of(registry, entity, sorts)
    if far is None or not _in_order(registry.entity(far.reference.target), far.fields[0]):
        return None
    return far


def can_walk(registry: Registry, entity: str, sorts: tuple[Sort, ...]) -> bool:
    """Whether the first field of the order can be read without sorting all rows."""
    if not sorts:
        return False
    path = resolve(registry, entity, sorts[0].path)
    if not path.steps and _in_order(registry.entity(entity), path.field):
        return True
    return driving_reference(registry, entity, sorts) is not None


def can_read(registry: Registry, entity: str, sorts: tuple[Sort, ...]) -> bool:
    """Whether the first thousands of a whole list come without a look at all of its rows."""
    return can_walk(registry, entity, sorts) or by_choice(registry, Query(entity, sort=sorts))


def by_choice(registry: Registry, query: Query) -> bool:
    """Whether a whole list is ordered by a choice, each of which an index finds."""
    if not query.sort or query.where is not None or query.search:
        return False
    path = resolve(registry, query.entity, query.sort[0].path)
    return (
        not path.steps
        and isinstance(path.field.type, ChoiceType)
        and is_walked(registry.entity(query.entity), path.field)
    )


def yes_and_no(registry: Registry, query: Query) -> list[Query]:
    """A list that is ordered by a yes or no before all, as lists that follow each other.

    Each has its order by what comes next, for which there may be an index; none where the list
    is ordered otherwise.
    """
    if len(query.sort) < 2:
        return []
    step, *rest = query.sort
    path = resolve(registry, query.entity, step.path)
    if path.steps or path.field.kind != "boolean":
        return []
    filled = Condition(step.path, "not_empty")
    halves: list[Where] = [
        All((Condition(step.path, "is", False), filled)),
        Condition(step.path, "is", True),
    ]
    if step.descending:
        halves.reverse()
    # What is empty comes last either way.
    return [
        replace(query, where=both(query.where, half), sort=tuple(rest))
        for half in (*halves, Condition(step.path, "empty"))
    ]


def leaves_few(
    conn: sa.Connection, names: Names, entity: str, where: Where, conditions: Conditions
) -> bool:
    """Whether an index alone shows that a condition leaves few rows."""
    declared = names.registry.entity(entity)
    for part in where.parts if isinstance(where, All) else (where,):
        if not isinstance(part, Condition) or part.op not in ("is", "in") or part.value is None:
            continue
        if part.path == ID:
            return True
        if "." in part.path or not is_walked(declared, declared.field(part.path)):
            continue
        source = names.alias(entity)
        found = (
            sa.select(sa.literal_column("1"))
            .select_from(source.table)
            .where(conditions.truth(part, entity, source))
            .limit(FEW)
            .subquery()
        )
        counted = conn.execute(sa.select(sa.func.count()).select_from(found)).scalar_one()
        if counted < FEW:
            return True
    return False


def is_walked(entity: Entity, field: Field) -> bool:
    """Whether an index finds the rows of one value."""
    return field.name in indexed_columns(entity)


def _in_order(entity: Entity, field: Field) -> bool:
    """Whether the index of a field has its rows in the order in which lists sort them."""
    if field.target or isinstance(field.type, ChoiceType) or not is_walked(entity, field):
        return False
    return field.kind not in TEXT_KINDS or NOCASE in index_term(entity, field.name)
