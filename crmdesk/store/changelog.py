"""Reading the change log: what changed, in the order in which this store saw it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from crmdesk.schema.values import Cell
from crmdesk.store.driver import RawConnection, quoted
from crmdesk.store.tables import NOW_MS

Op = Literal["I", "U", "D"]
Image = Mapping[str, Cell]
"""Stored cells by column. Of an inserted or deleted record those that are not NULL."""

_COLUMNS = (
    "n, stream, seq, hlc, txn, actor, entity, record, op, after, before, prev_hlc, schema_version"
)
_FETCH = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one record: inserted (I), updated (U) or deleted (D).

    `n` is the order in this file, `seq` the number in the writer's `stream`, `hlc`
    the hybrid logical clock. An update has the changed columns in `after` and
    `before`, an insert the record in `after`, a delete in `before`. `prev_hlc` is
    the clock of the record's change before, as the writer knew it. Changes by
    other programs have no `txn` and no `actor`.
    """

    n: int
    stream: str
    seq: int
    hlc: int
    txn: str | None
    actor: str | None
    entity: str
    record: str
    op: Op
    after: Image
    before: Image
    prev_hlc: int | None
    schema_version: int

    @property
    def at(self) -> int:
        """When, in milliseconds since 1970, as the writer's clock had it."""
        return self.hlc >> 16

    @property
    def columns(self) -> Collection[str]:
        """The columns that it changed."""
        return self.before.keys() if self.op == "D" else self.after.keys()


def image_sql(row: str, columns: Iterable[str]) -> str:
    """The whole image of a row in SQL, as the triggers write it: cells that are not NULL."""
    # Joined by ||, not by json_object: that one keeps NULLs, and takes no more than 63
    # columns where SQLite is built with 127 arguments.
    return object_sql(
        f"CASE WHEN {row}.{quoted(c)} IS NULL THEN '' "
        f"ELSE ',\"{c}\":' || json_quote({row}.{quoted(c)}) END"
        for c in columns
    )


def object_sql(parts: Iterable[str]) -> str:
    """A JSON object in SQL from the SQL of its members, each led by a comma or empty."""
    return "'{' || substr(" + "\n || ".join(parts) + ", 2) || '}'"


def last(raw: RawConnection) -> int:
    """The number of the newest change, 0 for an empty log."""
    return int(raw.execute("SELECT ifnull(max(n), 0) FROM change_log").fetchone()[0])


def since(raw: RawConnection, n: int, limit: int | None = None) -> Iterator[Change]:
    """The changes after number `n`, oldest first."""
    return _read(raw, "n > ? ORDER BY n LIMIT ?", (n, -1 if limit is None else limit))


def of_range(raw: RawConnection, first: int, final: int) -> Iterator[Change]:
    """The changes from number `first` to `final`, both included, oldest first."""
    return _read(raw, "n BETWEEN ? AND ? ORDER BY n", (first, final))


def of_txn(raw: RawConnection, txn: str, first: int = 0) -> Iterator[Change]:
    """The changes of one transaction, oldest first.

    There is no index on it: `first`, a number before which it did not begin, saves
    reading the whole log.
    """
    return _read(raw, "n >= ? AND txn = ? ORDER BY n", (first, txn))


def of_record(raw: RawConnection, entity: str, record: str) -> Iterator[Change]:
    """The history of a record, oldest first."""
    return _read(raw, "entity = ? AND record = ? ORDER BY n", (entity, record))


def of_field(
    raw: RawConnection, entity: str, record: str, columns: Iterable[str]
) -> Iterator[Change]:
    """The changes of a record that touched one of these columns, oldest first."""
    wanted = frozenset(columns)
    for change in of_record(raw, entity, record):
        if not wanted.isdisjoint(change.columns):
            yield change


def newest_of(raw: RawConnection, entity: str, record: str) -> Change | None:
    """The last change of a record."""
    tail = "entity = ? AND record = ? ORDER BY n DESC LIMIT 1"
    return next(_read(raw, tail, (entity, record)), None)


def deleted(
    raw: RawConnection, entity: str, *, limit: int = 1000, before: int | None = None
) -> Iterator[Change]:
    """The deletes of records that are still gone, newest first: the trash of an entity.

    `before` goes on from a number that was reached.
    """
    tail = (
        "entity = ? AND op = 'D' AND n < ? AND NOT EXISTS (SELECT 1 FROM change_log l "
        "WHERE l.entity = change_log.entity AND l.record = change_log.record "
        "AND l.n > change_log.n) ORDER BY n DESC LIMIT ?"
    )
    return _read(raw, tail, (entity, 2**63 - 1 if before is None else before, limit))


def made_at(raw: RawConnection, entity: str, record: str) -> int:
    """The number of the change that made a record first, 0 where it is not known."""
    found = raw.execute(
        "SELECT n FROM change_log WHERE entity = ? AND record = ? AND op = 'I' ORDER BY n LIMIT 1",
        (entity, record),
    ).fetchone()
    return 0 if found is None else int(found[0])


def append(
    raw: RawConnection, entity: str, record: str, op: Op, after: Image, before: Image, actor: str
) -> None:
    """Log a change that no trigger saw, as the next one of this store's stream."""
    raw.execute(_TICK_SQL)
    raw.execute(
        _APPEND_SQL,
        (
            actor,
            entity,
            record,
            op,
            None if op == "D" else _written(after),
            None if op == "I" else _written(before),
            entity,
            record,
        ),
    )


_TICK_SQL = (
    f"UPDATE capture_state SET seq = seq + 1, hlc = max(hlc + 1, {NOW_MS} << 16) WHERE id = 1"
)
_APPEND_SQL = """INSERT INTO change_log (stream, seq, hlc, txn, actor, entity, record, op, after,
before, prev_hlc, schema_version)
SELECT stream, seq, hlc, txn, ?, ?, ?, ?, ?, ?,
(SELECT l.hlc FROM change_log l WHERE l.entity = ? AND l.record = ? ORDER BY l.n DESC LIMIT 1),
schema_version FROM capture_state WHERE id = 1"""


def _written(image: Image) -> str:
    return json.dumps(image, ensure_ascii=False, separators=(",", ":"))


def _read(raw: RawConnection, tail: str, values: tuple[object, ...]) -> Iterator[Change]:
    cursor = raw.execute(f"SELECT {_COLUMNS} FROM change_log WHERE {tail}", values)
    loads = json.loads
    while rows := cursor.fetchmany(_FETCH):
        for row in rows:
            n, stream, seq, hlc, txn, actor, entity, record, op, after, before, prev, version = row
            yield Change(
                n, stream, seq, hlc, txn, actor, entity, record, op,
                loads(after) if after else {}, loads(before) if before else {}, prev, version,
            )  # fmt: skip
