"""Bringing a deleted record back as it was, with what went along with it and its links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crmdesk.i18n import _
from crmdesk.ops.changes import CommandRefused
from crmdesk.ops.work import Work, existing
from crmdesk.schema.crm.facts import UPDATED_AT
from crmdesk.store import changelog, rows
from crmdesk.store.changelog import Change
from crmdesk.store.driver import RawConnection

_AROUND = 20_000
"""How far around the delete by another program, which names no transaction, is looked."""


def restore(work: Work, entity: str, id: str) -> None:
    """Put a deleted record back, with what was deleted because of it and with the references
    to it that were cleared then and are still empty.

    Raises CommandRefused: it is there, it never was, or what it belongs to is gone.
    """
    newest = changelog.newest_of(work.raw, entity, id)
    if newest is None or newest.op != "D":
        raise CommandRefused.of(entity, id, _("It is not in the trash."))
    around = list(_same_step(work.raw, newest))
    back = {(entity, id): newest}
    grew = True
    while grew:
        grew = False
        for change in around:
            key = change.entity, change.record
            if change.op == "D" and key not in back and _went_along(work, change, back):
                last = changelog.newest_of(work.raw, *key)
                if last is not None and last.n == change.n:
                    back[key] = change
                    grew = True
    for (name, record), change in back.items():
        cells = dict(change.before)
        for field in work.registry.entity(name).references:
            target = cells.get(field.name)
            if target is None or (field.target, target) in back:
                continue
            if not existing(work.raw, field.target, [str(target)]):
                if field.required:
                    raise CommandRefused.of(
                        name, record,
                        _("The {what} that it belongs to is deleted; restore that first.").format(
                            what=work.registry.entity(field.target).label.text().lower()
                        ),
                        field.name,
                    )  # fmt: skip
                cells[field.name] = None
        cells[UPDATED_AT] = work.stamp
        rows.reinsert(work.raw, work.registry.entity(name), record, cells)
        work.created.append(record)
    for change in around:
        if change.op == "U" and change.entity in work.registry.entities:
            _refer_again(work, change, back)
    work.forget()


def _refer_again(work: Work, change: Change, back: dict[tuple[str, str], Change]) -> None:
    entity = work.registry.entity(change.entity)
    cleared = {
        field.name: change.before[field.name]
        for field in entity.references
        if field.name in change.after
        and change.after[field.name] is None
        and (field.target, change.before[field.name]) in back
    }
    if not cleared:
        return
    now = rows.get(work.raw, entity.name, change.record)
    empty = {name: id for name, id in cleared.items() if now is not None and now[name] is None}
    if empty:
        rows.update(work.raw, entity.name, change.record, {**empty, UPDATED_AT: work.stamp})


def _went_along(work: Work, change: Change, back: Iterable[tuple[str, str]]) -> bool:
    """Whether a record was deleted because one of those was."""
    if change.entity not in work.registry.entities:
        return False
    known = set(back)
    return any(
        field.on_delete == "cascade" and (field.target, change.before.get(field.name)) in known
        for field in work.registry.entity(change.entity).references
    )


def _same_step(raw: RawConnection, change: Change) -> Iterator[Change]:
    """What was changed together with a delete."""
    near = changelog.of_range(raw, change.n - _AROUND, change.n + _AROUND)
    return (one for one in near if one.txn == change.txn)
