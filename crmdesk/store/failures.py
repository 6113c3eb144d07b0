"""What the driver and the system say when a store cannot be used, told to the user."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

import sqlalchemy as sa

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.jobs import Cancelled
from crmdesk.store import driver


class _Code(IntEnum):
    """Primary result codes of SQLite (sqlite.org/rescode.html) about file, disk or others.

    All that are not here are mistakes of ours.
    """

    PERM = 3
    BUSY = 5
    LOCKED = 6
    READONLY = 8
    INTERRUPT = 9
    IOERR = 10
    CORRUPT = 11
    FULL = 13
    CANTOPEN = 14
    AUTH = 23
    NOTADB = 26


class StoreLocked(KnownError):
    """Another program holds the store."""


class StoreFull(KnownError):
    """The disk has no room left."""


class StoreReadOnly(KnownError):
    """The file, its folder or its disk cannot be written."""


class StoreDamaged(KnownError):
    """The file is a store, but its content cannot be relied on."""


class NotAStore(KnownError):
    """The file is something else, or not there."""


class WrongKey(KnownError):
    """The store is encrypted, and the key or passphrase is missing or not its own."""


class StoreUnreachable(KnownError):
    """The disk or the system refuses to read or write."""


def explain(error: BaseException, path: Path) -> KnownError | Cancelled | None:
    """The error as the user should hear it, or None when it is not about file or disk."""
    if isinstance(error, sa.exc.DBAPIError):
        error = error.orig or error
    if isinstance(error, driver.DriverError):
        return _explain_driver(error, path)
    if isinstance(error, OSError):
        return _explain_system(error, path)
    return None


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raise errors of the driver and the system inside as KnownError about `path`.

    What is no matter of file or disk (a constraint, a wrong statement) passes as it is.
    """
    try:
        yield
    except (sa.exc.DBAPIError, driver.DriverError, OSError) as error:
        known = explain(error, path)
        if known is None:
            raise
        raise known from error


def locked(path: Path) -> StoreLocked:
    """Another program holds the store."""
    return StoreLocked(
        _("The store {path} is locked by another program.").format(path=path),
        kept=_("Nothing was changed."),
        hint=_("Close the other program, or wait until it has finished, and try again."),
    )


def full(path: Path) -> StoreFull:
    """The disk has no room left."""
    return StoreFull(
        _("The disk of {path} is full.").format(path=path),
        kept=_("Nothing was changed."),
        hint=_("Free some space on it and try again."),
    )


def read_only(path: Path) -> StoreReadOnly:
    """The file, its folder or its disk cannot be written."""
    return StoreReadOnly(
        _("{path} or its folder is read-only.").format(path=path),
        kept=_("Nothing was changed."),
        hint=_(
            "Give your user write permission to the file and the folder, or copy "
            "the store to where you may write."
        ),
    )


def damaged(path: Path, detail: str) -> StoreDamaged:
    """The file is a store, but `detail` shows that it is damaged."""
    return StoreDamaged(
        _("The store {path} is damaged: {detail}.").format(path=path, detail=detail),
        kept=_("The file was left as it was."),
        hint=_("Copy it away, then open the newest file of the folder “{folder}”.").format(
            folder=path.parent / "backups"
        ),
    )


def not_a_store(path: Path, detail: str, hint: str = "") -> NotAStore:
    """The file is something else; `detail` says what it looks like."""
    return NotAStore(
        _("{path} is not a CRMDesk store: {detail}.").format(path=path, detail=detail),
        kept=_("The file was left as it was."),
        hint=hint or _("Choose another file."),
    )


def _explain_driver(error: Exception, path: Path) -> KnownError | Cancelled | None:
    code = getattr(error, "sqlite_errorcode", None)
    match None if code is None else code & 0xFF:
        case _Code.BUSY | _Code.LOCKED:
            return locked(path)
        case _Code.FULL:
            return full(path)
        case _Code.READONLY | _Code.PERM | _Code.AUTH:
            return read_only(path)
        case _Code.CORRUPT:
            return damaged(path, _("SQLite finds its pages malformed"))
        case _Code.NOTADB:
            return not_a_store(path, _("it is no SQLite file, or it is encrypted with another key"))
        case _Code.CANTOPEN:
            return StoreUnreachable(
                _("The store {path} cannot be opened.").format(path=path),
                kept=_("Nothing was changed."),
                hint=_("Check that the folder exists and that your user may read and write it."),
            )
        case _Code.IOERR:
            return StoreUnreachable(
                _("The disk refuses to read or write {path}.").format(path=path),
                kept=_("Everything saved before is kept."),
                hint=_("Check the free space, the disk and its cable, then open the store again."),
            )
        case _Code.INTERRUPT:
            return Cancelled("The query was cancelled.")
    return None


def _explain_system(error: OSError, path: Path) -> KnownError | None:
    where = Path(error.filename) if isinstance(error.filename, str) else path
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return full(where)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return read_only(where)
    if error.errno is None:
        return None
    return StoreUnreachable(
        _("{where} cannot be used: {why}.").format(where=where, why=error.strerror or error),
        kept=_("Nothing was changed."),
        hint=_("Check the disk and the folder, and try again."),
    )
