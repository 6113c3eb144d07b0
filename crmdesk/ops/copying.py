"""A second record like the first: its fields, and the parts that belong to it alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from crmdesk.i18n import _
from crmdesk.ops.changes import Command, CommandRefused, Create, CreateMany, Group
from crmdesk.schema.crm.forms import EXTERNAL_ID
from crmdesk.schema.query import Condition, Query
from crmdesk.schema.registry import Entity, Field, Registry
from crmdesk.store.rows import new_id

if TYPE_CHECKING:
    from crmdesk.ops.workspace import Workspace


def duplicate(workspace: Workspace, entity: str, id: str) -> tuple[Command, str]:
    """What makes a record like that one in one step, and the id that the new one gets.

    The lines of a quote and the people of a deal come along; tasks, notes and what happened
    to the first one do not. Raises CommandRefused where there is no such record.
    """
    declared = workspace.registry.entity(entity)
    values = _values(workspace, declared, id)
    if values is None:
        raise CommandRefused.of(entity, id, _("There is no such record."))
    title = declared.field(declared.title[0])
    if title.kind == "text" and values.get(title.name):
        values[title.name] = _("{title} (copy)").format(title=values[title.name])
    new = new_id()
    commands: list[Command] = [Create(entity, values, new)]
    for holder, field in _parts(workspace.registry, entity):
        rows = [{**one, field.name: new} for one in _held(workspace, holder, field, id)]
        if rows:
            commands.append(CreateMany(holder.name, rows))
    label = _("Duplicate {kind}").format(kind=declared.label.text().lower())
    return Group(label, commands), new


def _values(workspace: Workspace, entity: Entity, id: str) -> dict[str, Any] | None:
    """What people had filled in; what must be there once only is left out."""
    found = workspace.get(entity.name, id)
    if found is None:
        return None
    taken = (
        one.name
        for one in entity.fields
        if not (one.read_only or one.unique or one.hidden) and one.name != EXTERNAL_ID
    )
    return {name: found[name] for name in taken if found.get(name) is not None}


def _parts(registry: Registry, entity: str) -> Iterator[tuple[Entity, Field]]:
    """The kinds of records that are nothing without their one owner, or tie it to others.

    What tells of something that happened has a day in the timeline and is no part.
    """
    for holder, field in registry.pointing_at(entity):
        owners = [one.name for one in holder.fields if one.on_delete == "cascade"]
        if holder.timeline or not field.required or field.name not in owners:
            continue
        if (holder.link is not None and holder.link[0] == field.name) or len(owners) == 1:
            yield holder, field


def _held(workspace: Workspace, holder: Entity, field: Field, id: str) -> Iterator[dict[str, Any]]:
    query = Query(holder.name, Condition(field.name, "is", id))
    with workspace.reader() as conn:
        rowids = workspace.select.ids(conn, query, workspace.query_context())
        ids = workspace.select.record_ids(conn, holder.name, list(rowids))
    for rowid in rowids:
        found = _values(workspace, holder, ids[rowid]) if rowid in ids else None
        if found is not None:
            yield found
