"""Filling a store with sample data: plausible, of any size, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crmdesk.features.samples.making import Wanted, parts_of
from crmdesk.features.samples.plan import ROWS_A_CONTACT
from crmdesk.features.samples.world import Stage
from crmdesk.i18n import _
from crmdesk.jobs import CancelToken
from crmdesk.ops.changes import Group, Load
from crmdesk.ops.records import default_of
from crmdesk.ops.work import Work
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.facts import Pipelines, Stages
from crmdesk.schema.query import Query, Sort
from crmdesk.store import search
from crmdesk.store.driver import raw_of

CONTACTS = 200
"""How many contacts a sample has where nothing else is said."""

STEP = 60_000
"""Records that are written, and can be undone, in one step."""


@dataclass
class Sample:
    """What was made: how many records of each entity, in how many steps of undo."""

    steps: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def make_sample(
    workspace: Workspace,
    *,
    contacts: int = CONTACTS,
    seed: int = 1,
    until: date | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    cancel: CancelToken | None = None,
) -> Sample:
    """Add a sample with so many contacts, and three years of work with them, to a store.

    There are half as many companies as contacts, twice as many opportunities, ten times as
    many activities, and quotes, sales, contracts, campaigns and service requests besides.
    Everything goes through the door: it is in the log, and a sample of up to some thousand
    contacts is one step of undo, a larger one several. The same `seed` and `until` (by
    default today) give the same records but for their ids. `progress` (done, total, text)
    counts records. A cancelled sample keeps the steps that were done. Raises KnownError.
    """
    until = until or workspace.query_context().today()
    made = Sample()
    total = int(contacts * ROWS_A_CONTACT)
    check = cancel.check if cancel is not None else _unasked
    with parts_of(wanted(workspace, contacts, seed, until)) as parts:
        for commands in _steps(parts, check):
            check()
            workspace.run(Group(_("Sample data"), commands))
            made.steps += 1
            for one in commands:
                made.counts[one.entity] = made.counts.get(one.entity, 0) + len(one.rows)
            if progress is not None:
                progress(made.total, max(total, made.total), _("Sample data"))
    return made


def _unasked() -> None:
    """Nobody can cancel it."""


def _steps(parts: Iterator[Load], check: Callable[[], None]) -> Iterator[list[Load]]:
    """The commands of one step after the other."""
    commands: list[Load] = []
    waiting = 0
    for part in parts:
        check()
        commands.append(part)
        waiting += len(part.rows)
        if waiting >= STEP:
            yield commands
            commands, waiting = [], 0
    if commands:
        yield commands


def wanted(workspace: Workspace, contacts: int, seed: int, until: date) -> Wanted:
    """What a sample for this store is made from."""
    stages = _stages(workspace)
    with workspace.reader() as conn:
        raw = raw_of(conn)
        work = Work(raw, workspace.registry, workspace.user, workspace.zone)
        defaults: dict[str, dict[str, Any]] = {}
        for entity in workspace.registry.entities.values():
            given = {one.name: default_of(work, one) for one in entity.fields if not one.computed}
            defaults[entity.name] = {
                name: value for name, value in given.items() if value is not None
            }
        codes = search.entity_codes(raw)
    return Wanted(
        contacts, seed, until, workspace.user, stages, work.stamp, defaults, codes
    )  # fmt: skip


def _stages(workspace: Workspace) -> list[Stage]:
    """The stages of the first pipeline, in their order."""
    of = Stages
    query = Query(of.ENTITY, sort=(Sort(f"{of.PIPELINE}.{Pipelines.POSITION}"), Sort(of.POSITION)))
    paths = (of.PIPELINE, of.PROBABILITY, of.OUTCOME, of.FORECAST)
    with workspace.reader() as conn:
        rows = list(workspace.select.stream(conn, query, workspace.query_context(), paths))
    return [
        Stage(row.id, row.cells[0].id, row.cells[1], row.cells[2], row.cells[3])
        for row in rows
        if row.cells[0] == rows[0].cells[0]
    ]
