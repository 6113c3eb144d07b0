"""Rows of entities as stored cells: one at a time by id, or many at once.

All functions take the driver's connection and run inside the caller's
transaction; the triggers of the store log what they write. Names are quoted,
values are bound.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

import uuid_utils

from crmdesk.schema.registry import Entity, Registry
from crmdesk.schema.values import Cell
from crmdesk.store.driver import RawConnection, quoted

_BATCH = 500
_LINKS = uuid.UUID("c4f1c2be-6d0e-5d2f-9a2b-6f0b7a5a1e35")
"""The namespace of the ids that are made from what they link."""


def new_id() -> str:
    """A fresh UUIDv7 as text; ids made later sort later."""
    return str(uuid_utils.uuid7())


def link_id(entity: str, *parts: str) -> str:
    """The id of the row that links these records: the same on every device (UUIDv5)."""
    return str(uuid.uuid5(_LINKS, "\x1f".join((entity, *parts))))


def insert(raw: RawConnection, entity: str, id: str, cells: Mapping[str, Cell]) -> None:
    """Insert a row; columns that are not named take the defaults of the table.

    To put a row back as it was, use `reinsert`. Raises the driver's IntegrityError
    where the id is taken or a required cell is missing.
    """
    raw.execute(_insert_sql(entity, tuple(cells)), (id, *cells.values()))


def reinsert(raw: RawConnection, entity: Entity, id: str, cells: Mapping[str, Cell]) -> None:
    """Put a row back as an image of the log has it: what the image leaves out is NULL."""
    columns = entity.columns
    raw.execute(_insert_sql(entity.name, columns), (id, *map(cells.get, columns)))


def insert_many(
    raw: RawConnection, entity: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Insert rows of cells in the order of `columns`, which has "id" among them."""
    raw.executemany(_insert_many_sql(entity, tuple(columns)), rows)


def update(raw: RawConnection, entity: str, id: str, cells: Mapping[str, Cell]) -> bool:
    """Set cells of a row; False where there is none of that id."""
    if not cells:
        return exists(raw, entity, id)
    cursor = raw.execute(_update_sql(entity, tuple(cells)), (*cells.values(), id))
    return bool(cursor.rowcount)


def update_many(
    raw: RawConnection, entity: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Set the cells of `columns` in many rows; each of `rows` ends with its id."""
    raw.executemany(_update_sql(entity, tuple(columns)), rows)


def delete(raw: RawConnection, entity: str, ids: str | Iterable[str]) -> int:
    """Delete one row or several; how many were there."""
    found = 0
    for chunk in _chunks((ids,) if isinstance(ids, str) else ids):
        cursor = raw.execute(
            f"DELETE FROM {quoted(entity)} WHERE id IN ({_marks(len(chunk))})", chunk
        )
        found += cursor.rowcount
    return found


def get(raw: RawConnection, entity: str, id: str) -> dict[str, Cell] | None:
    """Every cell of a row by column, the id and computed ones included; None without a row."""
    cursor = raw.execute(f"SELECT * FROM {quoted(entity)} WHERE id = ?", (id,))
    row = cursor.fetchone()
    return None if row is None else dict(zip(_names(cursor.description), row, strict=True))


def get_many(raw: RawConnection, entity: str, ids: Iterable[str]) -> dict[str, dict[str, Cell]]:
    """The rows of these ids, in their order; ids without a row are left out."""
    wanted = tuple(dict.fromkeys(ids))
    found: dict[str, dict[str, Cell]] = {}
    for chunk in _chunks(wanted):
        cursor = raw.execute(
            f"SELECT * FROM {quoted(entity)} WHERE id IN ({_marks(len(chunk))})", chunk
        )
        names = _names(cursor.description)
        at = names.index("id")
        for row in cursor:
            found[row[at]] = dict(zip(names, row, strict=True))
    return {id: found[id] for id in wanted if id in found}


def exists(raw: RawConnection, entity: str, id: str) -> bool:
    """Whether there is a row of that id."""
    row = raw.execute(f"SELECT 1 FROM {quoted(entity)} WHERE id = ?", (id,)).fetchone()
    return row is not None


def ids_from(raw: RawConnection, entity: str, beginning: str, limit: int) -> list[str]:
    """The first ids that begin so, in order."""
    found = raw.execute(
        f"SELECT id FROM {quoted(entity)} WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
        (beginning, beginning + "\x7f", limit),
    )
    return [id for (id,) in found]


def count(raw: RawConnection, entity: str) -> int:
    """How many rows there are."""
    return int(raw.execute(f"SELECT count(*) FROM {quoted(entity)}").fetchone()[0])


def references_to(
    raw: RawConnection, registry: Registry, entity: str, id: str
) -> list[tuple[str, str, int]]:
    """What points at a record: (entity, field, how many), where there is any.

    Who created a record is left out: that is a fact about the past and binds nothing.
    """
    found = []
    for holder, field in registry.pointing_at(entity):
        if field.system:
            continue
        sql = f"SELECT count(*) FROM {quoted(holder.name)} WHERE {quoted(field.name)} = ?"
        number = raw.execute(sql, (id,)).fetchone()[0]
        if number:
            found.append((holder.name, field.name, number))
    return found


def referring_ids(raw: RawConnection, entity: str, field: str, id: str) -> list[str]:
    """The ids of the rows whose reference `field` points at a record, in order."""
    sql = f"SELECT id FROM {quoted(entity)} WHERE {quoted(field)} = ? ORDER BY id"
    return [one for (one,) in raw.execute(sql, (id,))]


def dangling(raw: RawConnection, registry: Registry) -> Iterator[tuple[str, str, str, str]]:
    """References to what is not there: (entity, id, field, missing id).

    A program that writes with foreign keys off can leave them behind.
    """
    for holder in registry.entities.values():
        for field in holder.references:
            column = f"h.{quoted(field.name)}"
            sql = (
                f"SELECT h.id, {column} FROM {quoted(holder.name)} h "
                f"WHERE {column} IS NOT NULL AND NOT EXISTS "
                f"(SELECT 1 FROM {quoted(field.target)} t WHERE t.id = {column}) ORDER BY h.id"
            )
            for id, missing in raw.execute(sql):
                yield holder.name, id, field.name, missing


@lru_cache(maxsize=512)
def _insert_sql(entity: str, columns: tuple[str, ...]) -> str:
    return _insert_many_sql(entity, ("id", *columns))


@lru_cache(maxsize=512)
def _insert_many_sql(entity: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(map(quoted, columns))
    return f"INSERT INTO {quoted(entity)} ({names}) VALUES ({_marks(len(columns))})"


@lru_cache(maxsize=512)
def _update_sql(entity: str, columns: tuple[str, ...]) -> str:
    changes = ", ".join(f"{quoted(column)} = ?" for column in columns)
    return f"UPDATE {quoted(entity)} SET {changes} WHERE id = ?"


def _marks(number: int) -> str:
    return ", ".join("?" * number)


def _names(description: Sequence[Sequence[str]]) -> list[str]:
    return [column[0] for column in description]


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while chunk := list(islice(rest, _BATCH)):
        yield chunk
