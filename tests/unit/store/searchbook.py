"""A store file with the real declaration, in which a test writes rows and their log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.registry import Registry
from crmdesk.store import search
from crmdesk.store.driver import connect
from crmdesk.store.identity import new_id
from crmdesk.store.search import Hit
from crmdesk.store.tables import Tables

REGISTRY = crm_registry()


class Book:
    """Rows are written past the triggers, so the log is written by hand as well."""

    def __init__(self, path: Path | str, registry: Registry = REGISTRY) -> None:
        self.registry = registry
        self.raw = connect(Path(path), create=True)
        self.raw.execute("PRAGMA journal_mode = WAL")
        self.raw.execute("PRAGMA synchronous = OFF")
        self.raw.execute("PRAGMA foreign_keys = OFF")
        self.raw.execute("BEGIN")
        Tables(registry).create_all(self.raw)
        search.create_tables(self.raw)
        self.raw.execute("COMMIT")
        self._seq = 0

    def close(self) -> None:
        self.raw.close()

    def log(self, entity: str, record: str, op: str) -> None:
        self._seq += 1
        self.raw.execute(
            "INSERT INTO change_log (stream, seq, hlc, entity, record, op, schema_version)"
            " VALUES ('test', ?, ?, ?, ?, ?, 1)",
            (self._seq, self._seq, entity, record, op),
        )

    def add(self, entity: str, *, id: str = "", **cells: Any) -> str:
        record = id or new_id()
        stamp = f"2026-01-01T00:{self._seq // 60:02}:{self._seq % 60:02}.000Z"
        cells = {"id": record, "created_at": stamp, "updated_at": stamp, **cells}
        self.raw.execute(
            f'INSERT INTO "{entity}" ({", ".join(cells)}) VALUES ({", ".join("?" * len(cells))})',
            list(cells.values()),
        )
        self.log(entity, record, "I")
        return record

    def change(self, entity: str, record: str, **cells: Any) -> None:
        sets = ", ".join(f"{name} = ?" for name in cells)
        self.raw.execute(f'UPDATE "{entity}" SET {sets} WHERE id = ?', [*cells.values(), record])
        self.log(entity, record, "U")

    def remove(self, entity: str, record: str) -> None:
        self.raw.execute(f'DELETE FROM "{entity}" WHERE id = ?', (record,))
        self.log(entity, record, "D")

    def catch_up(self) -> int:
        if self.raw.in_transaction:
            return search.catch_up(self.raw, self.registry)
        self.raw.execute("BEGIN IMMEDIATE")
        count = search.catch_up(self.raw, self.registry)
        self.raw.execute("COMMIT")
        return count

    @contextmanager
    def draft(self) -> Iterator[None]:
        """Everything inside is undone at the end: many examples on one file."""
        self.raw.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self.raw.execute("ROLLBACK")

    def find(self, text: str, **options: Any) -> list[Hit]:
        return search.search(self.raw, self.registry, text, **options)

    def titles(self, text: str, **options: Any) -> list[str]:
        return [hit.title for hit in self.find(text, **options)]

    def differences(self) -> list[str]:
        return search.same_as_rebuilt(self.raw, self.registry, deep=True)
