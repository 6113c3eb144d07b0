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
    raw: RawConnection, entity: str, until: int | None = None
) -> Iterator[tuple[str, dict[str, Cell]]]:
    """The records of an entity as the log has them, (id, cells that are not NULL), by id.

    Those that were deleted are left out; changes behind the number `until` are not read.
    """
    for record, state in _logged(raw, entity, "", until):
        yield record, _cells(state)


def _logged(
    raw: RawConnection, entity: str, after: str, until: int | None = None
) -> Iterator[tuple[str, str | dict[str, Cell]]]:
    cursor = raw.execute(
        "SELECT record, op, after FROM change_log "
        "WHERE entity = ? AND record > ? AND n <= ? ORDER BY record, n",
        (entity, after, 2**63 - 1 if until is None else until),
    )
    for record, changes in groupby(_fetched(cursor), itemgetter(0)):
        state = _folded(changes)
        if state is not None:
            yield record, state


def _folded(changes: Iterable[tuple[str, str, str | None]]) -> str | dict[str, Cell] | None:
    """What changes lead to; of a single insert its image as it stands in the log."""
    image: str | None = None
    state: dict[str, Cell] | None = None
    for _, op, after in changes:
        if op == "D" or after is None:
            image, state = None, None
        elif op == "I":
            image, state = after, None
        else:
            if state is None:
                state = {} if image is None else json.loads(image)
            state.update(json.loads(after))
    return image if state is None else state


def _cells(state: str | dict[str, Cell]) -> dict[str, Cell]:
    cells: dict[str, Cell] = json.loads(state) if isinstance(state, str) else state
    return {column: cell for column, cell in cells.items() if cell is not None}


def state_from_rows(raw: RawConnection, entity: Entity) -> Iterator[tuple[str, dict[str, Cell]]]:
    """The records of an entity as the rows have them, (id, cells that are not NULL), by id."""
    for record, image in _present(raw, entity, ""):
        yield record, json.loads(image)


def _present(raw: RawConnection, entity: Entity, after: str) -> Iterator[tuple[str, str]]:
    sql = (
        f"SELECT t.id, {changelog.image_sql('t', entity.columns)} "
        f"FROM {quoted(entity.name)} t WHERE t.id > ? ORDER BY t.id"
    )
    yield from _fetched(raw.execute(sql, (after,)))


def differences(raw: RawConnection, registry: Registry, limit: int = 100) -> list[Difference]:
    """Where rows and log do not agree, at most `limit` of them; empty when all is well."""
    found = (one for name in registry.entities for one in compare(raw, registry.entity(name)))
    return list(islice(found, limit))


def compare(raw: RawConnection, entity: Entity, after: str = "") -> Iterator[Difference]:
    """Where the rows of an entity are not what the log says, by id, from behind `after` on."""
    known = frozenset(entity.columns)
    logged, present = _logged(raw, entity.name, after), _present(raw, entity, after)
    log, row = next(logged, None), next(present, None)
    while log is not None or row is not None:
        if log is not None and (row is None or log[0] < row[0]):
            yield Difference(entity.name, log[0], "D", {}, _cells(log[1]))
            log = next(logged, None)
        elif row is not None and (log is None or row[0] < log[0]):
            yield Difference(entity.name, row[0], "I", _cells(row[1]), {})
            row = next(present, None)
        elif log is not None and row is not None:
            # Most records were written once, and both sides have the same text.
            if log[1] != row[1]:
                one = _difference(entity.name, row[0], _cells(log[1]), _cells(row[1]), known)
                if one is not None:
                    yield one
            log, row = next(logged, None), next(present, None)


def _difference(
    entity: str, record: str, log: Image, row: Image, known: frozenset[str]
) -> Difference | None:
    # A column that is no longer declared is in old images only.
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
