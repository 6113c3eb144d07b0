"""Triggers that write the change log, made from the registry (SYNC §2).

Whoever writes a row, the workspace, an importer or another program, appends in
the same transaction what changed: one row of `change_log` for each changed
record. The SQL keeps to what SQLite 3.38 knows and calls no function of ours,
so other programs can write too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa

from crmdesk.schema.registry import Entity, Registry
from crmdesk.store import replay
from crmdesk.store.changelog import image_sql, object_sql
from crmdesk.store.driver import RawConnection, quoted, raw_of
from crmdesk.store.tables import NOW_MS

PUT_BACK = "recovered"
"""The actor of changes that no trigger saw and a later comparison found."""

_INFO_KEY = "capture"
_PREFIX = "capture_"
_REPLACED = "capture_replaced"

_COLUMNS = (
    "stream, seq, hlc, txn, actor, entity, record, op, after, before, prev_hlc, schema_version"
)
# A hybrid logical clock: never behind the wall clock, never behind what it saw.
_TICK = (
    f"UPDATE capture_state SET seq = seq + 1, hlc = max(hlc + 1, {NOW_MS} << 16) "
    "WHERE id = 1 AND silent = 0;"
)
# Where a whole load is silenced, asking once is a tenth of finding out in every statement.
_HEARD = " WHEN (SELECT silent FROM capture_state WHERE id = 1) = 0"


def triggers_of(entity: Entity) -> dict[str, str]:
    """The triggers of an entity's table: their names and SQL."""
    name, columns = entity.name, entity.columns
    table = quoted(name)
    changed = "\n  OR ".join(f"OLD.{quoted(c)} IS NOT NEW.{quoted(c)}" for c in columns)
    made = {
        "id": (
            f"BEFORE UPDATE OF id ON {table} WHEN OLD.id IS NOT NEW.id\n"
            "BEGIN SELECT RAISE(ABORT, 'the id of a record cannot be changed'); END"
        ),
        "insert": _trigger(
            "INSERT", name, "NEW", "I", image_sql("NEW", columns), "NULL", _HEARD
        ),
        "update": _trigger(
            "UPDATE", name, "NEW", "U", _differing("NEW", columns), _differing("OLD", columns),
            f" WHEN {changed}",
        ),
        "delete": _trigger("DELETE", name, "OLD", "D", "NULL", image_sql("OLD", columns)),
    }  # fmt: skip
    return {
        f"{_PREFIX}{name}_{kind}": f"CREATE TRIGGER {quoted(f'{_PREFIX}{name}_{kind}')} {rest}"
        for kind, rest in made.items()
    }


def _trigger(
    event: str, entity: str, row: str, op: str, after: str, before: str, when: str = ""
) -> str:
    return (
        f"AFTER {event} ON {quoted(entity)}{when}\nBEGIN\n{_TICK}\n"
        f"INSERT INTO change_log ({_COLUMNS})\n"
        f"SELECT stream, seq, hlc, txn, actor, '{entity}', {row}.id, '{op}',\n{after},\n{before},\n"
        f"(SELECT l.hlc FROM change_log l WHERE l.entity = '{entity}' AND l.record = {row}.id"
        " ORDER BY l.n DESC LIMIT 1),\n"
        "schema_version FROM capture_state WHERE id = 1 AND silent = 0;\nEND"
    )


def _differing(row: str, columns: Iterable[str]) -> str:
    return object_sql(
        f"CASE WHEN OLD.{quoted(c)} IS NEW.{quoted(c)} THEN '' "
        f"ELSE ',\"{c}\":' || json_quote({row}.{quoted(c)}) END"
        for c in columns
    )


# An INSERT OR REPLACE on a connection without recursive_triggers fires no delete trigger. The
# log then shows an insert of a record that lives: it becomes the delete, with the image that
# the log has of the record, and the insert follows it. So the log is the same either way.
_REPLACED_SQL = f"""CREATE TRIGGER {_REPLACED} AFTER INSERT ON change_log
WHEN NEW.op = 'I' AND NEW.prev_hlc IS NOT NULL
AND EXISTS (SELECT 1 FROM capture_state s WHERE s.id = 1 AND s.silent = 0 AND s.stream = NEW.stream)
AND (SELECT l.op FROM change_log l WHERE l.entity = NEW.entity AND l.record = NEW.record
     AND l.n < NEW.n ORDER BY l.n DESC LIMIT 1) <> 'D'
BEGIN
UPDATE change_log SET op = 'D', after = NULL, before = (
  SELECT json_group_object(f.name, f.cell) FROM (
    SELECT e.key AS name, e.value AS cell, max(l.n) FROM change_log l, json_each(l.after) e
    WHERE l.entity = NEW.entity AND l.record = NEW.record AND l.n < NEW.n
    AND l.n >= ifnull((SELECT b.n FROM change_log b WHERE b.entity = NEW.entity
      AND b.record = NEW.record AND b.n < NEW.n AND b.op = 'I' ORDER BY b.n DESC LIMIT 1), 0)
    GROUP BY e.key) f
  WHERE f.cell IS NOT NULL)
WHERE n = NEW.n;
{_TICK}
INSERT INTO change_log ({_COLUMNS})
SELECT s.stream, s.seq, s.hlc, s.txn, s.actor, NEW.entity, NEW.record, 'I', NEW.after, NULL,
NEW.hlc, NEW.schema_version FROM capture_state s WHERE s.id = 1 AND s.silent = 0;
END"""


def ensure_triggers(conn: sa.Connection | RawConnection, registry: Registry) -> list[str]:
    """Put triggers back that are missing or not as the registry wants them.

    Inside the caller's write transaction. Triggers that were lost or changed by
    others are followed by a comparison of those entities' rows with the log, and
    what was missed is logged; triggers that only are of an older declaration are
    replaced. Returns the entities that had lost them.
    """
    raw = raw_of(conn) if isinstance(conn, sa.Connection) else conn
    _follow_version(raw)
    there: dict[str, dict[str, str]] = {}
    for table, name, sql in raw.execute(
        "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
    ):
        if name.startswith(_PREFIX):
            there.setdefault(table, {})[name] = sql
    if there.get("change_log") != {_REPLACED: _REPLACED_SQL}:
        raw.execute(f"DROP TRIGGER IF EXISTS {_REPLACED}")
        raw.execute(_REPLACED_SQL)
    known = _known(raw)
    lost: list[str] = []
    put: dict[str, str] = {}
    for entity in registry.entities.values():
        wanted, found = triggers_of(entity), there.get(entity.name, {})
        if found != wanted:
            if _hash(found) != known.get(entity.name):
                lost.append(entity.name)
            _replace(raw, found, wanted)
        put[entity.name] = _hash(wanted)
    if any(known.get(name) != value for name, value in put.items()):
        _remember(raw, known | put)
    if lost:
        replay.find_missed(raw, registry, lost, PUT_BACK)
    return lost


def _replace(raw: RawConnection, found: Iterable[str], wanted: Mapping[str, str]) -> None:
    for name in {*found, *wanted}:
        raw.execute(f"DROP TRIGGER IF EXISTS {quoted(name)}")
    for sql in wanted.values():
        raw.execute(sql)


def _hash(triggers: Mapping[str, str]) -> str:
    text = "\n".join(f"{name}\n{sql}" for name, sql in sorted(triggers.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _known(raw: RawConnection) -> dict[str, str]:
    row = raw.execute("SELECT value FROM store_info WHERE key = ?", (_INFO_KEY,)).fetchone()
    try:
        found = json.loads(row[0]) if row else {}
    except ValueError:
        found = None
    # What is not ours to read only costs a comparison with the log.
    return found if isinstance(found, dict) else {}


def _remember(raw: RawConnection, hashes: Mapping[str, str]) -> None:
    raw.execute(
        "INSERT INTO store_info (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_INFO_KEY, json.dumps(hashes, sort_keys=True)),
    )


def _follow_version(raw: RawConnection) -> None:
    # A trigger cannot read a pragma, so the version stands where triggers see it.
    version = raw.execute("PRAGMA user_version").fetchone()[0] or 1
    raw.execute(
        "UPDATE capture_state SET schema_version = ? WHERE schema_version <> ?", (version, version)
    )


@contextmanager
def signed(raw: RawConnection, txn: str, actor: str | None) -> Iterator[None]:
    """Log the changes made inside under this transaction and person.

    Inside a write transaction that is rolled back when an error leaves the block.
    """
    raw.execute("UPDATE capture_state SET txn = ?, actor = ? WHERE id = 1", (txn, actor))
    yield
    raw.execute("UPDATE capture_state SET txn = NULL, actor = NULL WHERE id = 1")


@contextmanager
def silenced(raw: RawConnection) -> Iterator[None]:
    """Log nothing of what is written inside: changes from elsewhere bring their own log rows.

    Inside a write transaction that is rolled back when an error leaves the block.
    """
    raw.execute("UPDATE capture_state SET silent = silent + 1 WHERE id = 1")
    yield
    raw.execute("UPDATE capture_state SET silent = silent - 1 WHERE id = 1")


@contextmanager
def lifted(raw: RawConnection, entity: Entity) -> Iterator[None]:
    """Insert into an entity's table without its trigger, which is put back as it was.

    Inside a write transaction that is rolled back when an error leaves the block. A trigger
    that calls functions makes SQLite keep a copy of every page that a statement changes, for
    the case that it fails, even where it then does nothing: most of the time of a large load.
    """
    name = f"{_PREFIX}{entity.name}_insert"
    found = raw.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (name,)
    ).fetchone()
    if found is None:
        yield
        return
    raw.execute(f"DROP TRIGGER {quoted(name)}")
    yield
    raw.execute(found[0])
