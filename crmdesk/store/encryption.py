"""Turning a plain store into an encrypted one and back, the whole file or nothing.

A new file is written beside the store, verified, and then takes its place in one
step. Until that step the store is as it was, whatever fails.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.store import backup, driver, failures, glimpse, keys, place
from crmdesk.store.keyfile import KeyFile


@dataclass(frozen=True)
class Conversion:
    """What was done: the store, its key (None: now plain), and what is in plain beside it.

    `left_plain` names earlier backups and the folder of attachments, which are not
    encrypted; the user has to be told.
    """

    path: Path
    key: driver.StoreKey | None
    left_plain: tuple[Path, ...]


class ConversionFailed(KnownError):
    """The new file was not the same as the store; the store stays as it was."""


def encrypt(
    path: Path,
    passphrase: str | None,
    vault: keys.Vault,
    *,
    busy_ms: int = driver.BUSY_MS,
) -> Conversion:
    """Encrypt a plain store by a new random key, kept in the keyring and by the passphrase.

    No other program may have the store open (StoreLocked). On any failure the plain
    store is as it was, and no key is left behind.
    """
    header = place.read_header(path)
    if header.encrypted:
        raise ConversionFailed(
            _("{path} is encrypted already.").format(path=path),
            kept=_("Nothing was changed."),
            hint=_("Nothing is to do."),
        )
    place.refuse_read_only(path)
    key = keys.new_key()
    file: KeyFile | None = None
    try:
        with failures.explained(path), _exclusive(path, None, busy_ms) as connection:
            # The key is safe before anything needs it; a key file beside a plain
            # store means nothing, so a crash here does no harm.
            file = keys.enrol(path, key, passphrase, vault)
            _replace(connection, path, None, key)
        # The window's last picture of it can be read by whoever reads this device.
        glimpse.forget(path)
    except BaseException:
        # Never the key of a store that may be encrypted by now.
        if file is not None and _is_plain(path):
            keys.forget(file, vault)
            KeyFile.path_of(path).unlink(missing_ok=True)
        raise
    return Conversion(path, key, _plain_beside(path))


def decrypt(
    path: Path, key: driver.StoreKey, vault: keys.Vault, *, busy_ms: int = driver.BUSY_MS
) -> Conversion:
    """Turn an encrypted store into a plain one, and forget its key once that is done.

    Encrypted backups keep the copies of the key file, but open by passphrase only.
    """
    if not place.read_header(path).encrypted:
        raise ConversionFailed(
            _("{path} is not encrypted.").format(path=path),
            kept=_("Nothing was changed."),
            hint=_("Nothing is to do."),
        )
    place.refuse_read_only(path)
    file = KeyFile.read(path)
    with failures.explained(path), _exclusive(path, key, busy_ms) as connection:
        _replace(connection, path, key, None)
    if file is not None and file.recovery is not None:
        # Without a passphrase the keyring is all that still opens the encrypted backups.
        keys.forget(file, vault)
    KeyFile.path_of(path).unlink(missing_ok=True)
    return Conversion(path, None, _plain_beside(path))


@contextmanager
def _exclusive(path: Path, key: driver.StoreKey | None, busy_ms: int) -> Iterator[sa.Connection]:
    """The store with every other connection locked out, from the first read to the end."""

    def creator() -> driver.RawConnection:
        raw = driver.connect(path, key=key, busy_ms=busy_ms)
        # Set before the first read, it needs no shared memory and shuts others out.
        raw.execute("PRAGMA locking_mode = EXCLUSIVE")
        return raw

    with driver.engine(creator, NullPool).connect() as connection:
        _take_exclusive(connection)
        yield connection


def _take_exclusive(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN EXCLUSIVE")
    connection.exec_driver_sql("COMMIT")


def _replace(
    source: sa.Connection,
    path: Path,
    old: driver.StoreKey | None,
    new: driver.StoreKey | None,
) -> None:
    part = path.with_name(path.name + ".part")
    backup.discard(part)
    try:
        expected = backup.row_counts(source)
        schema = backup.schema_of(source)
        _export(source, part, new)
        backup.verify_copy(part, expected, new)
        _compare_schema(part, new, schema)
        backup.sync_file(part)
        _put_in_place(source, part, path)
    finally:
        backup.discard(part)


def _put_in_place(source: sa.Connection, part: Path, path: Path) -> None:
    # Ends the old file's log and removes it: SQLite would play it into the new file, and
    # the closing of the old one would take away the log of whoever opens the new one.
    source.exec_driver_sql("PRAGMA journal_mode = DELETE")
    if place.has_log(path):
        raise failures.locked(path)
    if os.name == "nt":
        # Windows replaces no open file.
        source.invalidate()
    os.replace(part, path)
    backup.sync_folder(path.parent)


def _export(source: sa.Connection, target: Path, key: driver.StoreKey | None) -> None:
    raw = driver.raw_of(source)
    versions = {
        name: int(raw.execute(f"PRAGMA main.{name}").fetchone()[0])
        for name in ("application_id", "user_version")
    }
    # "rw" of the connection's own address does not make files; SQLite makes this one.
    target.touch(mode=0o600)
    raw.execute("ATTACH DATABASE ? AS converted KEY ?", (str(target), key.literal if key else ""))
    try:
        # Every table and index is a commit of its own; the whole file is synced at the end
        # and thrown away on any failure.
        raw.execute("PRAGMA converted.synchronous = OFF")
        raw.execute("PRAGMA converted.journal_mode = OFF")
        raw.execute("SELECT sqlcipher_export('converted')")
        for name, value in versions.items():
            raw.execute(f"PRAGMA converted.{name} = {value}")
    finally:
        raw.execute("DETACH DATABASE converted")


def _is_plain(path: Path) -> bool:
    with path.open("rb") as store:
        return store.read(len(place.MAGIC)) == place.MAGIC


def _compare_schema(
    path: Path, key: driver.StoreKey | None, expected: list[tuple[str, str, str]]
) -> None:
    engine = driver.engine(lambda: driver.connect(path, key=key), NullPool)
    with engine.connect() as connection:
        if backup.schema_of(connection) != expected:
            raise ConversionFailed(
                _("The converted copy of {path} does not declare what the store does.").format(
                    path=path
                ),
                kept=_("The store was left as it was."),
                hint=_("Run crmdesk check on the store."),
            )


def _plain_beside(path: Path) -> tuple[Path, ...]:
    found = [copy for copy in backup.copies_of(path) if not place.read_header(copy).encrypted]
    attachments = path.with_name(path.name + ".files")
    return (*found, *([attachments] if attachments.is_dir() else []))
