"""Tying records together, by a reference or by a record of a link entity."""

from __future__ import annotations

from crmdesk.i18n import _
from crmdesk.ops.changes import CommandRefused, Link, Unlink
from crmdesk.ops.records import create_many, delete_many, update_many
from crmdesk.ops.work import Work
from crmdesk.schema.registry import Relation
from crmdesk.store.driver import quoted


def link(work: Work, command: Link) -> None:
    """Tie two records; a link that is there already takes the new values."""
    relation = _relation(work, command)
    if not relation.many:
        update_many(work, command.entity, {command.id: {relation.field: command.other}})
    elif not relation.far:
        update_many(work, relation.holder, {command.other: {relation.field: command.id}})
    else:
        there = linking(work, relation, command.id, command.other)
        if there:
            update_many(work, relation.holder, dict.fromkeys(there, command.values))
        else:
            ends = {relation.field: command.id, relation.far: command.other}
            work.created += create_many(work, relation.holder, [{**command.values, **ends}])


def unlink(work: Work, command: Unlink) -> None:
    """Untie two records; refused where they are not tied, or cannot be without the other."""
    relation = _relation(work, command)
    if relation.far:
        there = linking(work, relation, command.id, command.other)
        if not there:
            raise _not_linked(command)
        delete_many(work, relation.holder, there)
        return
    holder, record, other = (
        (relation.holder, command.other, command.id)
        if relation.many
        else (command.entity, command.id, command.other)
    )
    found = work.raw.execute(
        f"SELECT 1 FROM {quoted(holder)} WHERE id = ? AND {quoted(relation.field)} = ?",
        (record, other),
    ).fetchone()
    if not found:
        raise _not_linked(command)
    update_many(work, holder, {record: {relation.field: None}})


def linking(work: Work, relation: Relation, id: str, other: str) -> list[str]:
    """The records of the link entity that tie two records."""
    found = work.raw.execute(
        f"SELECT id FROM {quoted(relation.holder)}"
        f" WHERE {quoted(relation.field)} = ? AND {quoted(relation.far)} = ?",
        (id, other),
    )
    return [one for (one,) in found]


def _relation(work: Work, command: Link | Unlink) -> Relation:
    return work.registry.relation(command.entity, command.relation)


def _not_linked(command: Unlink) -> CommandRefused:
    return CommandRefused.of(command.entity, command.id, _("They are not linked."))
