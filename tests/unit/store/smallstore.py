"""A small declaration and stores made of it, for tests of the file and its connections."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from crmdesk.i18n import Label
from crmdesk.schema.fieldtypes import TextType
from crmdesk.schema.registry import Entity, Field, Registry
from crmdesk.store.engine import Store
from crmdesk.store.identity import Tokens, new_id

STAMP = "2026-11-22T08:00:00.000Z"


def registry(*more: Field) -> Registry:
    """Two entities; `more` are further fields of `firm`."""
    name = Field("name", TextType(), Label("Name", "名称"), required=True)
    return Registry.of(
        Entity(one, Label(one, one), Label(one, one), "people", fields, ("name",), ("name",))
        for one, fields in (("user", (name,)), ("firm", (name, *more)))
    )


def make(path: Path, **options: object) -> Store:
    """A new store with its tokens beside it."""
    options.setdefault("tokens", tokens(path))
    return Store.create(path, registry(), **options)  # type: ignore[arg-type]


def reopen(path: Path, **options: object) -> Store:
    """The store again, as the same device."""
    options.setdefault("tokens", tokens(path))
    return Store.open(path, registry(), **options)  # type: ignore[arg-type]


def tokens(path: Path, machine: str = "here") -> Tokens:
    """The tokens of a device; `machine` tells devices with one folder apart."""
    return Tokens(path.parent / "tokens", machine)


def add(connection: sa.Connection, *names: str) -> None:
    """Add firms of these names."""
    for name in names:
        connection.exec_driver_sql(
            "INSERT INTO firm (id, name, created_at, updated_at) VALUES (?, ?, ?, ?)",
            (new_id(), name, STAMP, STAMP),
        )


def filled(path: Path, rows: int = 200, **options: object) -> Path:
    """A closed store with firms in it."""
    with make(path, **options) as store, store.write() as connection:
        add(connection, *(f"firm {n} {'x' * 50}" for n in range(rows)))
    return path


def names(store: Store) -> list[str]:
    """The names of all firms in order."""
    with store.reader() as connection:
        return list(connection.exec_driver_sql("SELECT name FROM firm ORDER BY name").scalars())


def snapshot(folder: Path) -> dict[str, str]:
    """Every file below the folder with the hash of its content."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextmanager
def unprivileged_folder() -> Iterator[Path]:
    """A folder that an ordinary user may use, and this process as that user.

    The superuser may write everywhere, which would hide what permissions do.
    """
    with tempfile.TemporaryDirectory(prefix="crmdesk-ordinary-") as name:
        folder = Path(name)
        if os.geteuid() != 0:
            yield folder
            return
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(0)
