"""The log against the data: what the log says each record is, and where the rows differ.

Both sides are read as streams in the order of the ids, so a store of any size
is compared in little memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from crmdesk.schema.registry import Entity, Registry
from crmdesk.schema.values import Cell
from crmdesk.store import changelog, rows
from crmdesk.store.changelog import Change, Image, Op
from crmdesk.store.driver import RawConnection, quoted

_FETCH = 1000
_CHUNK = 5000
_END = (None, None)


@dataclass(frozen=True, slots=True)
class Difference:
    """A record whose row is not what the log says: `op` is what the log does not have.

    `row` and `log` are the cells of an update that differ, or the whole record on the
    side that has it.
    """

    entity: str
    record: str
    op: Op
    row: Image
    log: Image

    def __str__(self) -> str:
        what: dict[str, str] = {
            "I": "is there, but the log has no such record",
            "D": "is in the log, but there is no such row",
            "U": f"differs from the log in {', '.join(sorted(self.row))}",
        }
        return f"{self.entity} {self.record} {what[self.op]}"


def state_from_log(
    raw: RawConnection, entity: str, after: str = "", until: int | None = None
) -> Iterator[tuple[str, dict[str, Cell]]]:
    """The records of an entity as the log has them, (id, cells that are not NULL), by id.

    Those that were deleted are left out. Begins behind the id `after`; changes behind the
    number `until` are not read.
    """
    cursor = raw.execute(
        "SELECT record, op, after FROM change_log "
        "WHERE entity = ? AND record > ? AND n <= ? ORDER BY record, n",
        (entity, after, 2**63 - 1 if until is None else until),
    )
    for record, changes in groupby(_fetched(cursor), itemgetter(0)):
        state = _folded(changes)
        if state is not None:
            yield record, state


def _folded(changes: Iterable[tuple[str, str, str | None]]) -> dict[str, Cell] | None:
    state: dict[str, Cell] | None = None
    for _, op, after in changes:
        if op == "D" or after is None:
            state = None
        elif op == "I" or state is None:
            state = json.loads(after)
        else:
            state.update(json.loads(after))
    if state is None:
        return None
    return {column: cell for column, cell in state.items() if cell is not None}


def state_from_rows(
    raw: RawConnection, entity: Entity, after: str = ""
) -> Iterator[tuple[str, dict[str, Cell]]]:
    """The records of an entity as the rows have them, (id, cells that are not NULL), by id."""
    columns = entity.columns
    names = ", ".join(map(quoted, ("id", *columns)))
    cursor = raw.execute(
        f"SELECT {names} FROM {quoted(entity.name)} WHERE id > ? ORDER BY id", (after,)
    )
    for row in _fetched(cursor):
        cells = zip(columns, islice(row, 1, None), strict=True)
        yield row[0], {column: cell for column, cell in cells if cell is not None}


def differences(raw: RawConnection, registry: Registry, limit: int = 100) -> list[Difference]:
    """Where rows and log do not agree, at most `limit` of them; empty when all is well."""
    found = (one for name in registry.entities for one in compare(raw, registry.entity(name)))
    return list(islice(found, limit))


def compare(
    raw: RawConnection, entity: Entity, after: str = "", until: int | None = None
) -> Iterator[Difference]:
    """Where the rows of an entity are not what the log says, by id, from behind `after` on."""
    known = frozenset(entity.columns)
    logged = state_from_log(raw, entity.name, after, until)
    present = state_from_rows(raw, entity, after)
    log, row = next(logged, _END), next(present, _END)
    while log[0] is not None or row[0] is not None:
        if row[0] is None or (log[0] is not None and log[0] < row[0]):
            yield Difference(entity.name, str(log[0]), "D", {}, log[1] or {})
            log = next(logged, _END)
        elif log[0] is None or row[0] < log[0]:
            yield Difference(entity.name, row[0], "I", row[1] or {}, {})
            row = next(present, _END)
        else:
            if log[1] != row[1]:
                # A column that is no longer declared is in old images only.
                one = _difference(entity.name, row[0], log[1] or {}, row[1] or {}, known)
                if one is not None:
                    yield one
            log, row = next(logged, _END), next(present, _END)


def _difference(
    entity: str, record: str, log: Image, row: Image, known: frozenset[str]
) -> Difference | None:
    other = [c for c in known if log.get(c) != row.get(c)]
    if not other:
        return None
    other.sort()
    return Difference(
        entity, record, "U", {c: row.get(c) for c in other}, {c: log.get(c) for c in other}
    )


def find_missed(raw: RawConnection, registry: Registry, entities: Iterable[str], actor: str) -> int:
    """Log what changed while no trigger saw it; how many records that were.

    Inside the caller's write transaction.
    """
    found = 0
    for name in entities:
        entity, after = registry.entity(name), ""
        while True:
            # Written between two scans, never under one: a scan might meet its own rows.
            missed = list(islice(compare(raw, entity, after), _CHUNK))
            for one in missed:
                changelog.append(raw, name, one.record, one.op, one.row, one.log, actor)
            found += len(missed)
            if len(missed) < _CHUNK:
                break
            after = missed[-1].record
    return found


def replay_into(raw: RawConnection, registry: Registry, changes: Iterable[Change]) -> int:
    """Do these changes again in a store, in their order; how many were done.

    Inside the caller's write transaction, whose commit checks the foreign keys.
    The triggers of that store log them as changes of its own, unless they are silenced.
    What a foreign key does by itself is in the log too and finds its work done.
    Columns that are not declared here are passed over.
    """
    done = 0
    declared = {name: frozenset(one.columns) for name, one in registry.entities.items()}
    for change in changes:
        entity = registry.entity(change.entity)
        if change.op == "I":
            rows.reinsert(raw, entity, change.record, change.after)
        elif change.op == "D":
            rows.delete(raw, entity.name, change.record)
        else:
            known = declared[entity.name]
            rows.update(raw, entity.name, change.record,
                        {c: v for c, v in change.after.items() if c in known})  # fmt: skip
        done += 1
    return done


def _fetched(cursor: Any) -> Iterator[Any]:
    while fetched := cursor.fetchmany(_FETCH):
        yield from fetched
