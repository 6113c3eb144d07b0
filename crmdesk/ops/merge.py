"""Making one record of several that mean the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crmdesk.i18n import _
from crmdesk.ops.changes import CommandRefused, Merge
from crmdesk.ops.records import delete_many, update_many
from crmdesk.ops.work import Work, value_of
from crmdesk.schema.crm.facts import UPDATED_AT
from crmdesk.schema.registry import Entity, Field
from crmdesk.schema.values import Cell
from crmdesk.store import rows
from crmdesk.store.driver import quoted


def merge(work: Work, command: Merge) -> None:
    """Let `keep` take over what refers to `drop`, and fill its empty fields from them."""
    name, keep = command.entity, command.keep
    drop = [command.drop] if isinstance(command.drop, str) else list(command.drop)
    drop = list(dict.fromkeys(drop))
    if not drop or keep in drop:
        raise CommandRefused.of(name, keep, _("Choose two different records to merge."))
    there = rows.get_many(work.raw, name, [keep, *drop])
    for id in (keep, *drop):
        if id not in there:
            work.problem(name, id, "", _("There is no such record."))
    work.refuse()
    entity = work.registry.entity(name)
    fill = _filling(entity, there, keep, drop)
    for id in drop:
        for holder, field in work.registry.pointing_at(name):
            # Who created a record stays a fact about the past.
            if not field.system:
                _move(work, holder, field, id, keep)
        for holder in work.registry.entities.values():
            for field in holder.fields:
                if field.kind == "anyref":
                    _move_any(work, holder, field, name, id, keep)
    work.forget()
    now = rows.get(work.raw, name, keep) or {}
    values: dict[str, Any] = {
        field.name: None
        for field in entity.references
        if now.get(field.name) == keep and there[keep].get(field.name) != keep
    }
    for field_name, value in fill.items():
        if value != keep:
            values[field_name] = value
    update_many(work, name, {keep: {**values, **command.values}})
    delete_many(work, name, drop)


def _filling(
    entity: Entity, there: dict[str, dict[str, Cell]], keep: str, drop: Sequence[str]
) -> dict[str, Any]:
    """Values for the fields that are empty in the record that stays."""
    found: dict[str, Any] = {}
    for field in entity.fields:
        if field.read_only or there[keep].get(field.name) is not None:
            continue
        for id in drop:
            value = value_of(field, there[id])
            if value is not None and value not in drop:
                found[field.name] = value
                break
    return found


def _move(work: Work, holder: Entity, field: Field, old: str, new: str) -> None:
    """Let references of one field point at the record that stays; no link is there twice."""
    ids = rows.referring_ids(work.raw, holder.name, field.name, old)
    if not ids:
        return
    if holder.link is not None and field.name in holder.link:
        far = holder.far_of(field.name)
        table, one, other = quoted(holder.name), quoted(field.name), quoted(far)
        twice = [
            id
            for (id,) in work.raw.execute(
                f"SELECT l.id FROM {table} l WHERE l.{one} = ? AND EXISTS"
                f" (SELECT 1 FROM {table} k WHERE k.{one} = ? AND k.{other} = l.{other})",
                (old, new),
            )
        ]
        rows.delete(work.raw, holder.name, twice)
        ids = [id for id in ids if id not in set(twice)]
    rows.update_many(
        work.raw, holder.name, (field.name, UPDATED_AT), [(new, work.stamp, id) for id in ids]
    )


def _move_any(work: Work, holder: Entity, field: Field, entity: str, old: str, new: str) -> None:
    record, kind = (quoted(spec.name) for spec in field.columns)
    work.raw.execute(
        f"UPDATE {quoted(holder.name)} SET {record} = ?, {quoted(UPDATED_AT)} = ?"
        f" WHERE {record} = ? AND {kind} = ?",
        (new, work.stamp, old, entity),
    )
