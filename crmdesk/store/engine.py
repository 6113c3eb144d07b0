"""The store: one file, opened only when it is sound and ours, with one writer and many readers."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import sqlalchemy as sa

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.jobs import CancelToken
from crmdesk.schema.registry import Registry
from crmdesk.store import backup, driver, failures, identity, layout, migrations, place
from crmdesk.store.connections import Connections
from crmdesk.store.driver import StoreKey
from crmdesk.store.identity import Identity, Tokens
from crmdesk.store.keyfile import KeyFile
from crmdesk.store.migrations import MIGRATIONS, Migrations

log = logging.getLogger(__name__)

Extend = Callable[[sa.Connection, Registry], Registry]
"""Reads out of the store what belongs to the declaration too: its custom fields."""

SUFFIXES_OF_SQLITE = ("-wal", "-shm", "-journal")


class NewerStore(KnownError):
    """The store was written by a later version of CRMDesk."""


class Store:
    """An open store. `Store.create` or `Store.open` make one; `close` it, or use `with`.

    `registry` is the declaration with what `extend` found in the store; `brought` what
    opening added or mended, for the log and for tests.
    """

    def __init__(
        self,
        connections: Connections,
        registry: Registry,
        who: Identity,
        tokens: Tokens,
        brought: tuple[str, ...] = (),
    ) -> None:
        self.connections = connections
        self.registry = registry
        self.identity = who
        self.brought = brought
        self._tokens = tokens
        self._closed = False

    @classmethod
    def create(
        cls,
        path: Path,
        registry: Registry,
        *,
        key: StoreKey | None = None,
        tokens: Tokens | None = None,
        steps: Migrations = MIGRATIONS,
    ) -> Store:
        """Make a new store at `path`, encrypted if a key is given, and open it.

        The file appears whole or not at all. Raises KnownError: there is a file
        already, the folder cannot be written, is synced or in the network.
        """
        path = Path(os.path.abspath(path))
        _refuse_taken(path)
        place.refuse_unsafe(path)
        with failures.explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        place.refuse_read_only(path.parent)
        part = path.with_name(path.name + ".new")
        try:
            with failures.explained(path):
                backup.discard(part)
                _lay_foundation(part, key)
                fresh = Connections(part, key)
                try:
                    with fresh.write() as connection:
                        layout.lay_out(connection, registry)
                        steps.adopt(connection)
                        identity.begin(connection)
                finally:
                    fresh.close()
                _refuse_taken(path)
                os.replace(part, path)
                backup.sync_folder(path.parent)
        finally:
            # The first error matters; that the rest cannot be tidied up adds nothing.
            with suppress(OSError):
                backup.discard(part)
        return cls.open(path, registry, key=key, tokens=tokens, steps=steps)

    @classmethod
    def open(
        cls,
        path: Path,
        registry: Registry,
        *,
        key: StoreKey | None = None,
        tokens: Tokens | None = None,
        steps: Migrations = MIGRATIONS,
        extend: Extend | None = None,
        declared: str = "",
        busy_ms: int = driver.BUSY_MS,
    ) -> Store:
        """Open a store; an older one is backed up beside it and brought up first.

        `declared` names this declaration and no other: a file that was brought up to it, and
        whose schema nobody changed since, is not compared with it again.

        Raises KnownError, and leaves the file byte for byte as it was: not there, not
        a store, of a newer version, damaged, locked, read-only, the disk full, in a
        synced or network folder, the key missing or wrong.
        """
        path = Path(os.path.abspath(path))
        header = place.read_header(path)
        _refuse_newer(path, header.user_version, steps)
        place.refuse_unsafe(path)
        place.refuse_read_only(path)
        if header.encrypted and key is None:
            raise _key_needed(path)
        connections = Connections(path, key if header.encrypted else None, busy_ms=busy_ms)
        try:
            version = _read_version(connections)
            _refuse_newer(path, version, steps)
            _ensure_wal(connections)
            if steps.pending(version):
                saved = backup.back_up(connections, f"v{version}")
                done = steps.run(connections, version)
                log.info("Migrated %s by %s; the backup is %s.", path, ", ".join(done), saved)
            tokens = tokens if tokens is not None else Tokens()
            with connections.write() as connection:
                full = registry if extend is None else extend(connection, registry)
                known = layout.is_known(connection, full, declared)
                brought = () if known else layout.bring_up(connection, full)
                who = identity.establish(connection, tokens)
            if not known:
                brought += layout.mend(connections, full)
                layout.note(connections, full, declared)
        except BaseException:
            connections.close()
            raise
        if brought:
            log.info("Brought up %s: %s.", path, ", ".join(brought))
        if who.fresh:
            log.info("A new stream in %s: %s.", path, who.fresh)
        return cls(connections, full, who, tokens, brought)

    @property
    def path(self) -> Path:
        """The file, as an absolute path."""
        return self.connections.path

    @property
    def key(self) -> StoreKey | None:
        """The key of an encrypted store, or None."""
        return self.connections.key

    @property
    def device(self) -> str:
        """The id of the device that has it open."""
        return self.identity.device

    @property
    def stream(self) -> str:
        """The stream that changes made here go to."""
        return self.identity.stream

    def write(self) -> AbstractContextManager[sa.Connection]:
        """The one writer inside a transaction; see `Connections.write`."""
        return self.connections.write()

    def reader(self, cancel: CancelToken | None = None) -> AbstractContextManager[sa.Connection]:
        """A reader that sees one state of the store; see `Connections.reader`."""
        return self.connections.reader(cancel)

    def back_up(
        self, label: str = "manual", progress: Callable[[int, int, str], None] | None = None
    ) -> Path:
        """A verified copy in the folder `backups` beside the store; see `backup.back_up`."""
        return backup.back_up(self.connections, label, progress)

    def close(self) -> None:
        """Close the file; may be called twice."""
        if self._closed:
            return
        self._closed = True
        try:
            with self.connections.write() as connection:
                identity.leave(connection, self._tokens, self.identity)
        except KnownError as error:
            # Locked or full: the store is sound, only a copy of it may go unnoticed.
            log.info("The closing of %s was not counted: %s", self.path, error)
        finally:
            self.connections.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _refuse_taken(path: Path) -> None:
    for taken in (path, *(Path(f"{path}{end}") for end in SUFFIXES_OF_SQLITE)):
        # A log left of another store would be played into the new one.
        if taken.exists():
            raise KnownError(
                _("{taken} exists already.").format(taken=taken),
                kept=_("It was left as it was."),
                hint=_("Open it, or choose another name for the new store."),
            )


def _lay_foundation(path: Path, key: StoreKey | None) -> None:
    """Make the file and what its header says; it becomes visible only when it is whole."""
    raw = driver.connect(path, key=key, create=True)
    try:
        # Before WAL: the header in the file itself must tell a store at first sight.
        raw.execute(f"PRAGMA application_id = {driver.APPLICATION_ID}")
        raw.execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


def _refuse_newer(path: Path, version: int, steps: Migrations) -> None:
    if version > steps.version:
        raise NewerStore(
            _("The store {path} is of version {version}; this CRMDesk knows up to {known}.").format(
                path=path, version=version, known=steps.version
            ),
            kept=_("The file was left as it was."),
            hint=_("Install the newer version of CRMDesk that wrote it."),
        )


def _read_version(connections: Connections) -> int:
    try:
        with connections.reader() as connection:
            application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            # Reads the whole schema, where damage shows first.
            tables = set(
                connection.exec_driver_sql(
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                ).scalars()
            )
    except failures.NotAStore as error:
        if connections.key is None:
            raise
        raise _wrong_key_or_damaged(connections.path, connections.key) from error
    if application != driver.APPLICATION_ID:
        raise failures.not_a_store(connections.path, _("it is an SQLite file of another program"))
    missing = sorted({"store_info", "migration"} - tables)
    if missing or version < migrations.FIRST_VERSION:
        what = (
            _("the table {table} is missing").format(table=missing[0])
            if missing
            else _("it has no version")
        )
        raise failures.damaged(connections.path, what)
    return version


def _ensure_wal(connections: Connections) -> None:
    with connections.outside_transaction() as raw:
        # Another program may have switched it off; asking costs nothing when it is on.
        mode = raw.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise failures.locked(connections.path)


def _key_needed(path: Path) -> KnownError:
    if KeyFile.path_of(path).exists():
        return failures.WrongKey(
            _("The store {path} is encrypted.").format(path=path),
            kept=_("Nothing was changed."),
            hint=_("Open it with the key of the system's keyring or the recovery passphrase."),
        )
    return failures.not_a_store(
        path,
        _("it is no SQLite file"),
        _(
            "If it is an encrypted store, bring its key file ({file}) back from a "
            "backup; otherwise choose another file."
        ).format(file=KeyFile.path_of(path).name),
    )


def _wrong_key_or_damaged(path: Path, key: StoreKey) -> KnownError:
    file = KeyFile.read(path)
    if file is not None and file.fits(key):
        return failures.damaged(
            path, _("its key is right, but its first page cannot be read with it")
        )
    return failures.WrongKey(
        _("The key is not the one of the store {path}.").format(path=path),
        kept=_("The file was left as it was."),
        hint=_("Open it with its recovery passphrase."),
    )
