"""Many new rows at once, logged by one statement instead of by a trigger for each row.

What stands in the log afterwards is what the triggers would have written; a trigger costs
three times what the row itself does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crmdesk.schema.registry import Entity
from crmdesk.schema.values import Cell
from crmdesk.store import capture, rows
from crmdesk.store.changelog import image_sql
from crmdesk.store.driver import RawConnection, quoted
from crmdesk.store.tables import NOW_MS

_CACHE_KIB = 256 * 1024
"""Page cache while many rows go in: new rows touch every index of a table everywhere."""


def insert_many(
    raw: RawConnection, entity: Entity, columns: Sequence[str], many: Iterable[Sequence[Cell]]
) -> None:
    """Insert new rows of cells in the order of `columns`, which has "id" among them.

    Inside a write transaction that is rolled back when this fails. Raises the driver's
    IntegrityError as `rows.insert_many` does.
    """
    raw.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    before = _last_rowid(raw, entity)
    with capture.silenced(raw):
        rows.insert_many(raw, entity.name, columns, many)
    _log(raw, entity, before)


def _last_rowid(raw: RawConnection, entity: Entity) -> int:
    row = raw.execute(f"SELECT ifnull(max(rowid), 0) FROM {quoted(entity.name)}").fetchone()
    return int(row[0])


def _log(raw: RawConnection, entity: Entity, before: int) -> None:
    name = entity.name
    start = raw.execute(
        "SELECT seq, max(hlc, (" + NOW_MS + " << 16) - 1), silent FROM capture_state WHERE id = 1"
    ).fetchone()
    if start is None or start[2]:
        return
    seq, hlc = int(start[0]), int(start[1])
    done = raw.execute(
        "INSERT INTO change_log (stream, seq, hlc, txn, actor, entity, record, op, after, before,"
        " prev_hlc, schema_version)"
        " SELECT s.stream, ? + fresh.place, ? + fresh.place, s.txn, s.actor, ?, NEW.id, 'I',"
        f" {image_sql('NEW', entity.columns)}, NULL,"
        # Of a record that was deleted and is made again, its delete.
        " (SELECT l.hlc FROM change_log l WHERE l.entity = ? AND l.record = NEW.id"
        " ORDER BY l.n DESC LIMIT 1), s.schema_version"
        " FROM (SELECT rowid AS at, row_number() OVER (ORDER BY rowid) AS place"
        f" FROM {quoted(name)} WHERE rowid > ?) fresh"
        f" JOIN {quoted(name)} NEW ON NEW.rowid = fresh.at"
        " JOIN capture_state s ON s.id = 1 ORDER BY fresh.at",
        (seq, hlc, name, name, before),
    ).rowcount
    raw.execute("UPDATE capture_state SET seq = ?, hlc = ? WHERE id = 1", (seq + done, hlc + done))
