"""Filling a store with sample data: plausible, of any size, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
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

STEP, LARGE_STEP = 60_000, 240_000
"""Records that are written, and can be undone, in one step; of a large sample more, since
each step writes most pages of the indexes anew."""

LARGE = 20_000
"""From so many contacts on a sample is a large one."""


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

    def done(part: Load) -> None:
        made.counts[part.entity] = made.counts.get(part.entity, 0) + len(part.rows)
        if progress is not None:
            progress(made.total, max(total, made.total), _("Sample data"))
        if cancel is not None:
            cancel.check()

    with parts_of(wanted(workspace, contacts, seed, until)) as parts:
        step = STEP if contacts < LARGE else LARGE_STEP
        for first in parts:
            commands = _told(chain((first,), parts), step, done)
            workspace.run(Group(_("Sample data"), commands))
            made.steps += 1
    return made


def _told(parts: Iterator[Load], step: int, done: Callable[[Load], None]) -> Iterator[Load]:
    """The commands of one step, each told when it is done."""
    written = 0
    for part in parts:
        yield part
        done(part)
        written += len(part.rows)
        if written >= step:
            return


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
        contacts, seed, until, workspace.user, stages, workspace.zone, work.stamp, defaults, codes
    )


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
