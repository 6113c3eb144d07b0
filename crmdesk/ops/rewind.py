"""Going back further than one step: a record as it was, a line of steps undone, much restored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.jobs import CancelToken
from crmdesk.ops import history
from crmdesk.ops.changes import Command, CommandRefused, Group, Restore, Update
from crmdesk.ops.history import Entry
from crmdesk.ops.undo import DONE, UNDONE
from crmdesk.ops.workspace import Workspace
from crmdesk.store.driver import raw_of

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Gone:
    """How far a walk through the steps came: their labels, and what stopped it, if anything."""

    labels: tuple[str, ...]
    stopped: KnownError | None = None


def values_at(workspace: Workspace, entity: str, id: str, n: int) -> dict[str, Any]:
    """What people had filled in of a record right after change `n` of its history.

    Raises CommandRefused where the record was not there then.
    """
    with workspace.reader() as conn:
        entries = history.of_record(raw_of(conn), workspace.registry, entity, id)
    return _replayed(workspace, entity, id, entries, n)


def _replayed(
    workspace: Workspace, entity: str, id: str, entries: Sequence[Entry], n: int
) -> dict[str, Any]:
    declared = workspace.registry.entity(entity)
    there, values = False, dict[str, Any]()
    for entry in reversed(entries):
        if entry.n > n:
            break
        if entry.op == "I":
            there, values = True, {}
        elif entry.op == "D":
            there = False
        for change in entry.fields:
            values[change.field] = change.after
    if not there:
        raise CommandRefused.of(entity, id, _("The record was not there at that time."))
    return {
        one.name: values.get(one.name)
        for one in declared.fields
        if not one.read_only and not one.hidden
    }


def back_to(workspace: Workspace, entity: str, id: str, n: int) -> Command:
    """What brings a record back to how it was right after change `n` of its history.

    A deleted record comes back from the trash first. Raises CommandRefused where it was not
    there then, or is the same already.
    """
    with workspace.reader() as conn:
        entries = history.of_record(raw_of(conn), workspace.registry, entity, id)
    wanted = _replayed(workspace, entity, id, entries, n)
    gone = bool(entries) and entries[0].op == "D"
    last = entries[1].n if gone and len(entries) > 1 else entries[0].n
    now = _replayed(workspace, entity, id, entries, last)
    changed = {name: value for name, value in wanted.items() if value != now.get(name)}
    if not changed and not gone:
        raise CommandRefused.of(entity, id, _("The record is as it was then already."))
    commands: list[Command] = [Restore(entity, id)] if gone else []
    if changed:
        commands.append(Update(entity, id, changed))
    label = _("{kind} as it was").format(kind=workspace.registry.entity(entity).label.text())
    return Group(label, commands)


def restore_all(workspace: Workspace, records: Sequence[tuple[str, str]]) -> Command:
    """What brings several records back from the trash in one step, given newest delete first:
    what was deleted last stood on what was deleted before it."""
    if len(records) == 1:
        return Restore(*records[0])
    label = _("Restore of {count} records").format(count=f"{len(records):,}")
    return Group(label, [Restore(entity, id) for entity, id in records])


def undo_through(
    workspace: Workspace,
    n: int,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Gone:
    """Undo the newest steps, one after the other, up to step `n` and with it."""
    return _walk(workspace, n, back=True, progress=progress, cancel=cancel)


def redo_through(
    workspace: Workspace,
    n: int,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Gone:
    """Do the undone steps again, the oldest first, up to step `n` and with it."""
    return _walk(workspace, n, back=False, progress=progress, cancel=cancel)


def _walk(
    workspace: Workspace,
    n: int,
    *,
    back: bool,
    progress: Progress | None,
    cancel: CancelToken | None,
) -> Gone:
    state = DONE if back else UNDONE
    most = 1_000_000
    steps = [one for one in workspace.undo_steps(most) if one.state == state]
    way = [one for one in steps if (one.n >= n if back else one.n <= n)]
    if not back:
        way.reverse()
    labels: list[str] = []
    for number, step in enumerate(way):
        if cancel is not None and cancel.cancelled:
            break
        if progress is not None:
            progress(number, len(way), step.label)
        try:
            workspace.undo() if back else workspace.redo()
        except KnownError as error:
            return Gone(tuple(labels), error)
        labels.append(step.label)
    return Gone(tuple(labels))
