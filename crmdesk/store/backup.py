"""Copies of a store that are known to be good: made while it is in use, verified, then named."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.store import driver, failures, identity
from crmdesk.store.connections import Connections
from crmdesk.store.freshfts import read_anew
from crmdesk.store.keyfile import KeyFile

FOLDER = "backups"
_PAGES_A_STEP = 2048


class BackupFailed(KnownError):
    """The copy was made but is not the same as the store."""


def back_up(
    connections: Connections,
    label: str,
    progress: Callable[[int, int, str], None] | None = None,
) -> Path:
    """Copy the store into the folder `backups` beside it, verify the copy, and give its path.

    Readers and the writer go on meanwhile; the copy is the store of one moment, encrypted
    by the same key as the store, its key file beside it. Attachments are not in it. It is
    marked, so that it starts a new stream if it is ever opened as a store. `progress`
    (done, total, text; in pages) may raise to cancel. Raises KnownError and leaves no
    half copy.
    """
    source = connections.path
    folder = source.parent / FOLDER
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = folder / f"{source.stem}-{stamp}-{label}{source.suffix}"
    part = target.with_name(target.name + ".part")
    with failures.explained(target):
        folder.mkdir(exist_ok=True)
        try:
            with connections.reader() as reader:
                # Reading anything fixes the moment; the log then keeps its pages for us.
                expected = row_counts(reader)
                _copy(driver.raw_of(reader), part, connections.key, progress)
            verify_copy(part, expected, connections.key)
            _mark(part, connections.key)
            _copy_key_file(source, target)
            sync_file(part)
            os.replace(part, target)
            sync_folder(folder)
        finally:
            discard(part)
    return target


def copies_of(store: Path) -> list[Path]:
    """The backups of a store, oldest first."""
    folder = store.parent / FOLDER
    if not folder.is_dir():
        return []
    return sorted(
        copy
        for copy in folder.iterdir()
        if copy.name.startswith(f"{store.stem}-") and copy.suffix == store.suffix
    )


def row_counts(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table has, those of the search index included."""
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    ).scalars()
    counts = {}
    for name in list(names):
        query = f"SELECT count(*) FROM {driver.quoted(name)}"
        counts[str(name)] = int(connection.exec_driver_sql(query).scalar_one())
    return counts


def schema_of(connection: sa.Connection) -> list[tuple[str, str, str]]:
    """Everything the file declares: kind, name and SQL of tables, indexes, triggers, views."""
    rows = connection.exec_driver_sql(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_master ORDER BY type, name"
    )
    return [(str(kind), str(name), str(sql)) for kind, name, sql in rows]


def page_problems(connection: sa.Connection, *, sealed: bool, most: int) -> list[str]:
    """What is wrong with pages and indexes, `most` lines of each kind; empty when sound.

    `sealed`: the file is encrypted, and the seal of each page is checked too.
    """
    # The check of the seals first: a page with a broken one ends the other check.
    checks = ["PRAGMA cipher_integrity_check"] if sealed else []
    found: list[str] = []
    with suppress(driver.DriverError):
        read_anew(driver.raw_of(connection))
    for check in (*checks, f"PRAGMA integrity_check({most})"):
        try:
            lines = connection.exec_driver_sql(check).scalars().fetchmany(most)
        except sa.exc.DBAPIError as error:
            if not isinstance(failures.explain(error, Path()), failures.StoreDamaged):
                raise
            lines = [str(error.orig)]
        found += [str(line) for line in lines if line != "ok"]
    return found


def verify_copy(path: Path, expected: dict[str, int], key: driver.StoreKey | None) -> None:
    """Open a copy, check every page of it and count its rows; raises BackupFailed."""
    try:
        with failures.explained(path), _opened(path, key) as connection:
            problems = page_problems(connection, sealed=key is not None, most=5)
            counts = row_counts(connection)
    except KnownError as error:
        problems, counts = [error.message], expected
    problems += [
        f"{table} has {counts.get(table, 0):,} rows, not {expected.get(table, 0):,}"
        for table in sorted(counts.keys() | expected.keys())
        if counts.get(table) != expected.get(table)
    ]
    if problems:
        raise BackupFailed(
            _("The copy {path} is not sound: {problems}.").format(
                path=path, problems="; ".join(problems[:3])
            ),
            kept=_("The store was left as it was and the copy is removed."),
            hint=_("Run crmdesk check on the store, and check its disk."),
        )


def discard(path: Path) -> None:
    """Remove a database that is not needed, with what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{end}").unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Have the disk hold what was written to a file."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the disk hold the names in a folder, where the system can be asked to."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy(
    source: driver.RawConnection,
    target: Path,
    key: driver.StoreKey | None,
    progress: Callable[[int, int, str], None] | None,
) -> None:
    copy = driver.connect(target, key=key, create=True)

    def tell(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total, "")

    try:
        source.backup(copy, pages=_PAGES_A_STEP, progress=tell)
        # One file and nothing beside it: it can be copied away as it is.
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()


def _mark(path: Path, key: driver.StoreKey | None) -> None:
    # The engine's connection is in autocommit: the one statement is its own transaction.
    with _opened(path, key) as connection:
        identity.mark_copy(connection)


@contextmanager
def _opened(path: Path, key: driver.StoreKey | None) -> Iterator[sa.Connection]:
    engine = driver.engine(lambda: driver.connect(path, key=key), NullPool)
    with engine.connect() as connection:
        yield connection


def _copy_key_file(source: Path, target: Path) -> None:
    if KeyFile.path_of(source).exists():
        shutil.copyfile(KeyFile.path_of(source), KeyFile.path_of(target))
