"""Many new rows at once, logged by one statement instead of by a trigger for each row.

What stands in the log afterwards is what the triggers would have written; a trigger costs
three times what the row itself does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext

from crmdesk.schema.registry import Entity
from crmdesk.schema.values import Cell
from crmdesk.store import capture, changelog, rows
from crmdesk.store.changelog import image_sql
from crmdesk.store.driver import RawConnection, quoted
from crmdesk.store.tables import NOW_MS, column_defaults

_CACHE_KIB = 256 * 1024
"""Page cache while many rows go in: new rows touch every index of a table everywhere."""

# Of a record that was deleted and is made again, its delete.
_LAST_CHANGE = (
    "(SELECT l.hlc FROM change_log l WHERE l.entity = {entity} AND l.record = NEW.id"
    " ORDER BY l.n DESC LIMIT 1)"
)


_ENDLESS = 2**62

LARGE = 5000
"""From so many rows on it pays to take the trigger off the table for them."""


def insert_many(
    raw: RawConnection,
    entity: Entity,
    columns: Sequence[str],
    many: Iterable[Sequence[Cell]],
    count: int = 0,
) -> range | None:
    """Insert `count` new rows of cells in the order of `columns`, which has "id" among them.

    Inside a write transaction that is rolled back when this fails. Returns the numbers of the
    log that tell of them, where it knew nothing of any of them before. Raises the driver's
    IntegrityError as `rows.insert_many` does.
    """
    raw.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    before = _last_rowid(raw, entity)
    if before >= _ENDLESS:
        # Behind the greatest number there is none: SQLite then takes any that is free.
        rows.insert_many(raw, entity.name, columns, many)
        return None
    lifted = capture.lifted(raw, entity) if count >= LARGE else nullcontext()
    with capture.silenced(raw), lifted:
        rows.insert_many(raw, entity.name, columns, many)
    return _log(raw, entity, before, columns)


def _last_rowid(raw: RawConnection, entity: Entity) -> int:
    row = raw.execute(f"SELECT ifnull(max(rowid), 0) FROM {quoted(entity.name)}").fetchone()
    return int(row[0])


def _log(raw: RawConnection, entity: Entity, before: int, columns: Sequence[str]) -> range | None:
    name, table = entity.name, quoted(entity.name)
    start = raw.execute(
        "SELECT seq, max(hlc, (" + NOW_MS + " << 16) - 1), silent FROM capture_state WHERE id = 1"
    ).fetchone()
    if start is None or start[2]:
        return None
    seq, hlc = int(start[0]), int(start[1])
    count, least = raw.execute(
        f"SELECT count(*), min(id) FROM {table} WHERE rowid > ?", (before,)
    ).fetchone()
    if not count:
        return None
    # Each row got the number after the greatest one.
    place = f"(NEW.rowid - {before})"
    # Fresh ids come after all that the log has, which then has nothing of them.
    again = raw.execute(
        "SELECT 1 FROM change_log WHERE entity = ? AND record >= ? LIMIT 1", (name, least)
    ).fetchone()
    literal = "'" + name.replace("'", "''") + "'"
    # The others are NULL in every row, and an image leaves out what is NULL.
    given = {*columns}.union(*map(column_defaults, entity.all_fields))
    image = image_sql("NEW", [column for column in entity.columns if column in given])
    raw.execute(
        "INSERT INTO change_log (stream, seq, hlc, txn, actor, entity, record, op, after, before,"
        " prev_hlc, schema_version)"
        f" SELECT s.stream, {seq} + {place}, {hlc} + {place}, s.txn, s.actor, {literal}, NEW.id,"
        f" 'I', {image}, NULL, {_LAST_CHANGE.format(entity=literal) if again else 'NULL'},"
        f" s.schema_version FROM capture_state s CROSS JOIN {table} NEW"
        f" WHERE s.id = 1 AND NEW.rowid > {before} ORDER BY NEW.rowid"
    )
    raw.execute(
        "UPDATE capture_state SET seq = ?, hlc = ? WHERE id = 1", (seq + count, hlc + count)
    )
    last = changelog.last(raw)
    return None if again else range(last - count + 1, last + 1)
