"""What the log tells of records: how one changed, how a field changed, what was deleted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from typing import Any

from crmdesk.ops import undo
from crmdesk.ops.work import value_of
from crmdesk.schema.crm.rail import SYSTEM
from crmdesk.schema.registry import Entity, Registry
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Cell, Instant, ValueRefused
from crmdesk.store import changelog
from crmdesk.store.changelog import Change
from crmdesk.store.driver import RawConnection


@dataclass(frozen=True)
class FieldChange:
    """One field before and after; a value that cannot be read any more is its bare cell."""

    field: str
    before: Any
    after: Any


# As a limit: all, read one by one as they are asked for.
_ALL = -1


@dataclass(frozen=True)
class Entry:
    """One change of a record: when, by whom (the id of a user, "" for another program), what.

    `op` is "I", "U" or "D". A record's making tells all its values as `after`, its delete
    all as `before`; fields that the program keeps for itself (when updated) are left out.
    """

    n: int
    at: Instant
    actor: str
    txn: str
    op: str
    fields: tuple[FieldChange, ...] = field(default=())


@dataclass(frozen=True)
class Trashed:
    """A deleted record that can be restored, with the title that it had."""

    entity: str
    id: str
    title: str
    at: Instant
    actor: str


def of_record(raw: RawConnection, registry: Registry, entity: str, id: str) -> list[Entry]:
    """The history of a record, newest first."""
    declared = registry.entity(entity)
    return list(_entries(raw, declared, id, [one.name for one in declared.fields]))[::-1]


def of_field(
    raw: RawConnection, registry: Registry, entity: str, id: str, name: str
) -> list[Entry]:
    """The changes of a record that touched one field, newest first, each with that field."""
    entries = _entries(raw, registry.entity(entity), id, [name])
    return [one for one in entries if one.fields][::-1]


def _entries(raw: RawConnection, entity: Entity, id: str, names: Sequence[str]) -> Iterator[Entry]:
    """The changes of a record, oldest first, with those of these fields that changed."""
    state: dict[str, Cell] = {}
    for change in changelog.of_record(raw, entity.name, id):
        # An update tells only the columns that differ: an amount may change and its
        # currency not. So the whole record is followed.
        before = dict(change.before) if change.op == "D" else state
        state = {**(state if change.op == "U" else {}), **change.after}
        touched = [
            name
            for name in names
            if any(spec.name in change.columns for spec in entity.field(name).columns)
        ]
        yield Entry(
            change.n, _at(change), change.actor or "", change.txn or "", change.op,
            tuple(
                FieldChange(name, _value(entity, name, before), _value(entity, name, state))
                for name in touched
            ),
        )  # fmt: skip


def trash(
    raw: RawConnection, registry: Registry, limit: int, entity: str | None = None
) -> list[Trashed]:
    """What was deleted and is still gone, newest first.

    What went along with another deleted record is restored with that and not listed; nor is
    what was made by a step that was taken back. Without an entity only what people know as
    records is listed: no links, no entries of a history, nothing the program keeps itself.
    """
    names = [entity] if entity else [one.name for one in registry.entities.values() if _known(one)]
    unmade = undo.taken_back(raw)
    found: Iterable[Change] = merge(
        *(changelog.deleted(raw, name, limit=_ALL) for name in names),
        key=lambda one: one.n,
        reverse=True,
    )
    roots = (
        one
        for one in found
        if not _went_along(raw, registry, one) and not (unmade and _unmade(raw, one, unmade))
    )
    return [_trashed(registry.entity(one.entity), one) for one in islice(roots, limit)]


def _known(entity: Entity) -> bool:
    """Whether people take records of that kind for records."""
    history = entity.told is not None and bool(entity.told.was)
    return not (entity.internal or entity.link or history or entity.area == SYSTEM)


def _unmade(raw: RawConnection, change: Change, steps: Sequence[tuple[int, int]]) -> bool:
    """Whether the record was made by a step that was taken back."""
    made = changelog.made_at(raw, change.entity, change.record)
    at = bisect_right(steps, made, key=lambda step: step[0]) - 1
    return at >= 0 and steps[at][0] <= made <= steps[at][1]


def _went_along(raw: RawConnection, registry: Registry, change: Change) -> bool:
    for one in registry.entity(change.entity).references:
        target = change.before.get(one.name)
        if one.on_delete == "cascade" and target is not None:
            newest = changelog.newest_of(raw, one.target, str(target))
            if newest is not None and newest.op == "D" and newest.txn == change.txn:
                return True
    return False


def _trashed(entity: Entity, change: Change) -> Trashed:
    plain = TextContext()
    parts = []
    for name in entity.title:
        one = entity.field(name)
        value = _value(entity, name, change.before)
        if value is not None and not one.target and one.kind != "anyref":
            try:
                parts.append(one.type.show(value, plain))
            except (TypeError, AttributeError):
                parts.append(str(value))
    return Trashed(entity.name, change.record, " ".join(parts), _at(change), change.actor or "")


def _value(entity: Entity, name: str, cells: Mapping[str, Cell]) -> Any:
    one = entity.field(name)
    try:
        return value_of(one, cells)
    except ValueRefused:
        return cells.get(one.columns[0].name)


def _at(change: Change) -> Instant:
    return Instant(datetime.fromtimestamp(change.at / 1000, UTC))
