"""The one SQLite of the process: `sqlcipher3`, and how SQLAlchemy reaches it.

Two SQLite libraries that open one file in one process drop each other's locks
and corrupt it, so no other module imports a driver. Sources: SQLite "How To
Corrupt An SQLite Database File" §2.2.1; the WAL-reset defect fixed in 3.51.3.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import sqlcipher3
from sqlcipher3 import dbapi2

from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import _

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.pool import Pool

MINIMUM_SQLITE = (3, 51, 3)
APPLICATION_ID = 0x43524D44
"""Marks a file as a CRMDesk store in its header: "CRMD"."""

BUSY_MS = 3000
"""How long, in milliseconds, to wait for another process before saying "locked"."""

LOG_BYTES = 64 << 20
"""How large a write-ahead log may stay once its content is in the file."""

KEY_BYTES = 32

# sqlite-utils takes the module called "pysqlite3" where there is one and the standard
# library's sqlite3 otherwise. Under this name it, and whoever else asks, gets our driver.
sys.modules["pysqlite3"] = sqlcipher3
sys.modules["pysqlite3.dbapi2"] = dbapi2

DriverError: type[Exception] = dbapi2.Error
RawConnection = Any
"""A DB-API connection of the driver, which ships no types."""


@dataclass(frozen=True)
class StoreKey:
    """The raw 32-byte key of an encrypted store; never shown by `repr`."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise BugError(f"A store key has {KEY_BYTES} bytes, not {len(self.raw)}.")

    @property
    def literal(self) -> str:
        """The key as SQLCipher takes it without deriving it again: x'…'."""
        return f"x'{self.raw.hex()}'"


def refuse_old_sqlite(version: tuple[int, ...] = dbapi2.sqlite_version_info) -> None:
    """Raise KnownError when the driver's SQLite can corrupt a store that two programs use."""
    if version < MINIMUM_SQLITE:
        raise KnownError(
            _(
                "This installation has SQLite {version}, which can damage a store; "
                "{least} or newer is needed."
            ).format(version=".".join(map(str, version)), least=".".join(map(str, MINIMUM_SQLITE))),
            kept=_("No store was opened."),
            hint=_("Install a newer sqlcipher3 (pip install -U sqlcipher3)."),
        )


def connect(
    path: Path,
    *,
    key: StoreKey | None = None,
    create: bool = False,
    readonly: bool = False,
    busy_ms: int = BUSY_MS,
) -> RawConnection:
    """A driver connection in autocommit, with every pragma that a store relies on.

    `create` lets SQLite make the file; `readonly` asks only for `query_only`, as a
    reader of a WAL file must be able to write its shared memory. Statements begin no
    transaction by themselves. Raises the driver's own errors.
    """
    refuse_old_sqlite()
    raw = dbapi2.connect(
        f"file:{quote(str(path))}?mode={'rwc' if create else 'rw'}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        if key is not None:
            # A wrong key is told as an error; SQLCipher's own lines on stderr say no more.
            raw.execute("PRAGMA cipher_log_level = NONE")
            raw.execute(f'PRAGMA key = "{key.literal}"')
        raw.execute(f"PRAGMA busy_timeout = {busy_ms}")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA recursive_triggers = ON")
        if not readonly:
            # SQLite reads the whole schema for it, which a reader does at its first question.
            raw.execute("PRAGMA synchronous = FULL")
        # After a large import the log is cut back instead of keeping its greatest size.
        raw.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
        # A view or trigger that a stranger put into the file may call no function of ours.
        raw.execute("PRAGMA trusted_schema = OFF")
        if readonly:
            raw.execute("PRAGMA query_only = ON")
    except BaseException:
        raw.close()
        raise
    return raw


def peek(path: Path, *, busy_ms: int) -> RawConnection:
    """A driver connection that can only read, and leaves file and log as they are.

    For a look into a plain store that is not opened as one. Raises the driver's own errors.
    """
    raw = dbapi2.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
    try:
        raw.execute(f"PRAGMA busy_timeout = {busy_ms}")
        raw.execute("PRAGMA trusted_schema = OFF")
    except BaseException:
        raw.close()
        raise
    return raw


def engine(creator: Callable[[], RawConnection], pool: type[Pool], **options: Any) -> sa.Engine:
    """An SQLAlchemy engine whose connections `creator` makes over the one driver."""
    # Late, for the start's sake: a first look into a store needs the driver alone.
    import sqlalchemy as sa

    return sa.create_engine("sqlite://", module=dbapi2, creator=creator, poolclass=pool, **options)


def quoted(name: str) -> str:
    """A name out of a file, as SQL; whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def raw_of(connection: sa.Connection) -> RawConnection:
    """The driver's connection under an SQLAlchemy one."""
    return connection.connection.driver_connection
