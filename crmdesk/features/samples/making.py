"""Sample records as the cells that a store keeps, made in a process of their own.

A large sample takes as long to make as to write: while this process inserts one part the
other makes the next.
"""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import queue
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

from crmdesk.errors import BugError
from crmdesk.features.samples.plan import batches
from crmdesk.features.samples.world import Row, Stage
from crmdesk.ops.changes import Load
from crmdesk.ops.work import SYSTEM_COLUMNS
from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.crm.facts import CREATED_AT, UPDATED_AT
from crmdesk.schema.fieldtypes import OneCell
from crmdesk.schema.query import ID
from crmdesk.schema.registry import Entity, Field
from crmdesk.schema.values import Cell
from crmdesk.store.rows import new_id
from crmdesk.store.search import Finder

AWAY = 2000
"""From so many contacts on the records are made in another process: it costs half a second."""

_AHEAD = 4
"""How many parts the other process makes before the first of them is taken."""


@dataclass(frozen=True)
class Wanted:
    """What a sample is made from.

    `me` is the user whose own records some are, `stages` those of the store's pipeline in
    their order; in `zone` people work by day. `stamp` is when records are made that say
    nothing of it. `defaults` are the values by entity and field of what the makers leave out,
    `codes` what the search index calls each entity.
    """

    contacts: int
    seed: int
    until: date
    me: str
    stages: list[Stage]
    zone: str
    stamp: str
    defaults: Mapping[str, Mapping[str, Any]]
    codes: Mapping[str, int]


def parts(wanted: Wanted) -> Iterator[Load]:
    """The commands that bring a sample into a store, those first that others refer to."""
    registry = crm_registry()
    finder = Finder(registry, wanted.codes)
    made = batches(
        wanted.contacts, wanted.seed, wanted.until, wanted.me, wanted.stages, wanted.zone
    )
    for name, rows in made:
        entity = registry.entity(name)
        columns, cells = stored(entity, rows, wanted)
        yield Load(name, columns, cells, finder.find(name, columns, cells))


def stored(
    entity: Entity, rows: Sequence[Row], wanted: Wanted
) -> tuple[tuple[str, ...], list[list[Cell]]]:
    """The columns and cells of rows of values, what they leave out filled in.

    The values are not checked: tests hold that they are as the declaration wants them.
    """
    names = {name for row in rows for name in row}
    defaults = wanted.defaults.get(entity.name, {})
    fields = [one for one in entity.fields if one.name in names or one.name in defaults]
    stamp = _converter(entity.field(CREATED_AT))
    plan = [(one.name, _converter(one), defaults.get(one.name)) for one in fields]
    made: list[list[Cell]] = []
    for row in rows:
        get = row.get
        created, updated = get(CREATED_AT), get(UPDATED_AT)
        first = stamp(created)[0] if created is not None and stamp else wanted.stamp
        last = stamp(updated)[0] if updated is not None and stamp else first
        cells: list[Cell] = [get(ID) or new_id(), first, wanted.me, last]
        for name, convert, default in plan:
            value = get(name, default)
            if convert is None:
                cells.append(value)
            else:
                cells += convert(value)
        made.append(cells)
    columns = (ID, *SYSTEM_COLUMNS, *(spec.name for one in fields for spec in one.columns))
    return columns, made


def _converter(field: Field) -> Callable[[Any], tuple[Cell, ...]] | None:
    """How a value becomes cells; None where it is its own only one."""
    plain = type(field.type).to_stored is OneCell.to_stored
    return None if plain else field.type.to_stored


@contextmanager
def parts_of(wanted: Wanted) -> Iterator[Iterator[Load]]:
    """The same as `parts`, of a large sample from another process, which ends with the block."""
    if wanted.contacts < AWAY:
        yield parts(wanted)
        return
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_make, args=(theirs, wanted), daemon=True)
    with closing(ours):
        try:
            process.start()
        except OSError:
            # No room for another process: it takes longer, that is all.
            yield parts(wanted)
            return
        try:
            theirs.close()
            yield received(ours)
        finally:
            process.terminate()
            process.join()


def received(pipe: Connection) -> Iterator[Load]:
    """The parts as they come; raises BugError where the other side ends before the last."""
    while True:
        try:
            part = pickle.loads(pipe.recv_bytes())
        except EOFError:
            raise BugError("The process that makes the sample ended before it was done.") from None
        if part is None:
            return
        yield part


def _make(pipe: Connection, wanted: Wanted) -> None:
    """Make the parts and send them; the other process's whole life."""
    # Whoever asked for it is told that it was interrupted, and ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Millions of small values and no circles among them.
    gc.disable()
    waiting: queue.Queue[bytes] = queue.Queue(_AHEAD)
    sender = threading.Thread(target=_send, args=(pipe, waiting), daemon=True)
    sender.start()
    for part in parts(wanted):
        waiting.put(pickle.dumps(part, pickle.HIGHEST_PROTOCOL))
    waiting.put(pickle.dumps(None))
    sender.join()


def _send(pipe: Connection, waiting: queue.Queue[bytes]) -> None:
    end = pickle.dumps(None)
    # The other side went away and wants no more.
    with suppress(OSError):
        while True:
            part = waiting.get()
            pipe.send_bytes(part)
            if part == end:
                return
