"""Doing a command inside its transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmdesk.i18n import _
from crmdesk.ops import customfields, links, merge, trash
from crmdesk.ops.changes import (
    BulkUpdate,
    Command,
    CommandRefused,
    Create,
    CreateMany,
    Delete,
    Group,
    History,
    Lacking,
    Link,
    Load,
    Merge,
    Restore,
    Unlink,
    Update,
    UpdateMany,
    Values,
)
from crmdesk.ops.records import create_many, delete_many, load, update_many
from crmdesk.ops.work import Work
from crmdesk.schema.crm.facts import CustomFields
from crmdesk.schema.crm.system import CUSTOM_FIELD
from crmdesk.schema.query import ID


def perform(work: Work, command: Command) -> None:
    """Do a command; raises CommandRefused with every reason. `work.created` gets new ids."""
    match command:
        case Group(_label, commands):
            for one in commands:
                perform(work, one)
        case Create(entity, values, id):
            _create(work, entity, [values if id is None else {**values, ID: id}])
        case CreateMany(entity, given, history, lacking):
            _create(work, entity, given, history, lacking)
        case Load():
            load(work, command)
        case Update(entity, id, values):
            _update(work, entity, {id: values})
        case UpdateMany(entity, changes, history, lacking):
            _update(work, entity, changes, history, lacking)
        case BulkUpdate(entity, ids, values):
            _update(work, entity, dict.fromkeys(ids, values))
        case Delete(entity, ids):
            delete_many(work, entity, [ids] if isinstance(ids, str) else ids)
        case Restore(entity, id):
            trash.restore(work, entity, id)
        case Link():
            links.link(work, command)
        case Unlink():
            links.unlink(work, command)
        case Merge():
            merge.merge(work, command)


def _create(
    work: Work,
    entity: str,
    given: Sequence[Values],
    history: History = False,
    lacking: Lacking | None = None,
) -> None:
    if entity == CUSTOM_FIELD:
        given = [_named(work, row) for row in given]
    work.created += create_many(work, entity, given, history=history, lacking=lacking)
    if entity == CUSTOM_FIELD:
        _adopt(work, range(len(given)), given)


def _update(
    work: Work,
    entity: str,
    changes: Mapping[str, Values],
    history: bool = False,
    lacking: Lacking | None = None,
) -> None:
    if entity == CUSTOM_FIELD:
        for id, values in changes.items():
            for name in customfields.FIXED:
                if name in values:
                    work.problem(
                        entity, id, name,
                        _("This cannot be changed any more; make another field."),
                    )  # fmt: skip
        work.refuse()
    update_many(work, entity, changes, history=history, lacking=lacking)


def _named(work: Work, row: Values) -> Values:
    """The values of a new custom field with a column for it."""
    declared = work.registry.entities.get(str(row.get(CustomFields.ENTITY)))
    if declared is None or row.get(CustomFields.NAME):
        return row
    label = str(row.get(CustomFields.LABEL) or "")
    return {**row, CustomFields.NAME: customfields.column_name(work.raw, label, declared)}


def _adopt(work: Work, places: Sequence[int], given: Sequence[Values]) -> None:
    """Give the new fields their columns, or refuse those that make none."""
    registry = customfields.extended(work.raw, work.registry)
    for at, row in zip(places, given, strict=True):
        entity, name = str(row.get(CustomFields.ENTITY)), str(row[CustomFields.NAME])
        if entity not in registry.entities:
            work.problem(
                CUSTOM_FIELD, at, CustomFields.ENTITY, _("There is no such kind of record.")
            )
            continue
        made = {one.name: one for one in registry.entity(entity).custom}.get(name)
        there = customfields.columns_there(work.raw, entity)
        if made is None or any(
            there.get(spec.name, spec.sqltype) != spec.sqltype for spec in made.columns
        ):
            work.problem(CUSTOM_FIELD, at, "", _("This makes no field: see its kind and name."))
    work.refuse()
    customfields.bring_up(work.raw, work.registry, registry)
    work.registry = registry


__all__ = ["CommandRefused", "perform"]
