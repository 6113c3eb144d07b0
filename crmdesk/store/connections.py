"""The open connections to one store file: one that writes, and readers that never wait for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool, StaticPool

from crmdesk.errors import BugError
from crmdesk.jobs import CancelToken
from crmdesk.store import driver, failures

log = logging.getLogger(__name__)

READERS = 4
"""Reading connections kept open; more are opened for as long as they are needed."""

_CHECK_EVERY = 100_000
"""Steps of SQLite's virtual machine, some milliseconds, between two looks at a cancel."""


class Connections:
    """The writer and the readers of one file, with the driver's errors told as KnownError.

    Nothing is opened before the first use. All methods may be called from any
    thread; the writer is lent to one thread at a time.
    """

    def __init__(
        self, path: Path, key: driver.StoreKey | None = None, *, busy_ms: int = driver.BUSY_MS
    ) -> None:
        self.path = path
        self._key = key
        self._busy_ms = busy_ms
        self._lock = threading.RLock()
        self._closed = False
        self._writing: sa.Connection | None = None
        self._writers = driver.engine(lambda: self._connect(readonly=False), StaticPool)
        sa.event.listen(self._writers, "begin", _begin_immediate)
        self._readers = driver.engine(
            lambda: self._connect(readonly=True), QueuePool, pool_size=READERS, max_overflow=-1
        )
        sa.event.listen(self._readers, "begin", _begin_snapshot)

    @property
    def key(self) -> driver.StoreKey | None:
        """The key that the file is encrypted with, or None for a plain one."""
        return self._key

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """The writer inside BEGIN IMMEDIATE: committed at the end, rolled back on an error.

        Inside another `write` of the same thread it is a savepoint of that one. Waits
        for other threads; another program that writes is waited for shortly and then
        told as StoreLocked.
        """
        with self._lock, failures.explained(self.path):
            self._refuse_closed()
            if self._writing is not None:
                with self._writing.begin_nested():
                    yield self._writing
                return
            with self._writers.connect() as connection, connection.begin():
                self._writing = connection
                try:
                    yield connection
                finally:
                    self._writing = None

    @contextmanager
    def outside_transaction(self) -> Iterator[driver.RawConnection]:
        """The writer's driver connection with no transaction open: for VACUUM and pragmas."""
        with self._lock, failures.explained(self.path):
            self._refuse_closed()
            if self._writing is not None:
                raise BugError("The store is inside a transaction, where this cannot be done.")
            raw = self._writers.raw_connection()
            try:
                yield raw.driver_connection
            finally:
                raw.close()

    @contextmanager
    def reader(self, cancel: CancelToken | None = None) -> Iterator[sa.Connection]:
        """A connection that only reads, and sees one state of the store until it is given back.

        Never waits for the writer. `cancel.cancel()` from another thread ends the query
        that runs, which then raises Cancelled.
        """
        self._refuse_closed()
        with failures.explained(self.path), self._readers.connect() as connection:
            try:
                with _cancellable(driver.raw_of(connection), cancel):
                    yield connection
            except sa.exc.DBAPIError as error:
                if isinstance(failures.explain(error, self.path), failures.StoreReadOnly):
                    raise BugError("Something was written through a reader.") from error
                raise
            finally:
                if self._closed:
                    # The pool is gone; returned to it, the file would stay open.
                    connection.invalidate()

    def close(self) -> None:
        """Close every connection; the last one of all programs brings the log into the file."""
        with self._lock:
            if self._closed:
                return
            if self._writing is not None:
                raise BugError("The store was closed inside its own transaction.")
            self._closed = True
            self._readers.dispose()
            with suppress(sa.exc.DBAPIError):
                self._writers.dispose()

    def _connect(self, *, readonly: bool) -> driver.RawConnection:
        return driver.connect(self.path, key=self._key, readonly=readonly, busy_ms=self._busy_ms)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise BugError(f"The store {self.path} was used after it was closed.")


def _begin_immediate(connection: sa.Connection) -> None:
    # A transaction that takes the write lock only at its first write can fail half-way.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_snapshot(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN")


@contextmanager
def _cancellable(raw: driver.RawConnection, cancel: CancelToken | None) -> Iterator[None]:
    if cancel is None:
        yield
        return
    interrupt: Callable[[], None] = raw.interrupt
    cancel.attach(interrupt)
    # An interrupt between two statements is lost; the handler also sees that one.
    raw.set_progress_handler(lambda: int(cancel.cancelled), _CHECK_EVERY)
    try:
        yield
    finally:
        cancel.detach(interrupt)
        raw.set_progress_handler(None, 0)
