"""Bringing an older store up to this version by ordered steps, each done whole or not at all.

A new table, column or index needs no step: at every opening `Tables.add_missing` compares
the declaration with the file. A step is for what changes: a column renamed, values in
another form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import _
from crmdesk.schema.crm.formerly import INDEXES_OF_DUE
from crmdesk.store.connections import Connections
from crmdesk.store.driver import quoted
from crmdesk.store.tables import index_name

FIRST_VERSION = 1
Change = Callable[[sa.Connection], None]


class MigrationFailed(KnownError):
    """A step did not fit the data of this store; it was rolled back."""


@dataclass(frozen=True)
class Migration:
    """One step: its name in the table `migration`, and the schema version it leads to."""

    name: str
    version: int
    change: Change
    rebuilds: bool


class Migrations:
    """The steps of the program in the order of their versions, without gaps."""

    def __init__(self) -> None:
        self._steps: list[Migration] = []

    @property
    def version(self) -> int:
        """The schema version that stores of this program have."""
        return FIRST_VERSION + len(self._steps)

    def step(self, version: int, *, rebuilds: bool = False) -> Callable[[Change], Change]:
        """Declare the function as the step to `version`; its name is recorded in the store.

        `rebuilds`: it drops and makes tables anew, so foreign keys are checked once
        at its end and not in between.
        """

        def declare(change: Change) -> Change:
            if version != self.version + 1:
                raise BugError(f"The migration to {version} does not follow {self.version}.")
            name: str = change.__name__
            if any(step.name == name for step in self._steps):
                raise BugError(f"Two migrations are called {name}.")
            self._steps.append(Migration(name, version, change, rebuilds))
            return change

        return declare

    def adopt(self, connection: sa.Connection) -> None:
        """Record a store just made: it has what all steps lead to."""
        for name in ("create", *(step.name for step in self._steps)):
            _record(connection, name)
        connection.exec_driver_sql(f"PRAGMA user_version = {self.version}")

    def pending(self, version: int) -> tuple[Migration, ...]:
        """The steps that a store of this version still needs."""
        return tuple(step for step in self._steps if step.version > version)

    def run(self, connections: Connections, version: int) -> tuple[str, ...]:
        """Take a store of `version` through the steps it needs; the names of those done.

        Each step is one transaction with its record and the new version: it is
        done whole or not at all, and the next opening goes on behind the last
        that was done. Raises MigrationFailed.
        """
        done = []
        for step in self.pending(version):
            try:
                _apply(connections, step)
            except (sa.exc.IntegrityError, sa.exc.OperationalError) as error:
                raise MigrationFailed(
                    _(
                        "The step “{step}” to version {version} of the store {path} failed: {why}."
                    ).format(
                        step=step.name, version=step.version, path=connections.path, why=error.orig
                    ),
                    kept=_(
                        "The step was undone; the backup beside the store is from before "
                        "version {version}."
                    ).format(version=step.version),
                    hint=_("Go on with the version of CRMDesk that you had, and report this."),
                ) from error
            done.append(step.name)
        return tuple(done)


MIGRATIONS = Migrations()
"""The steps of this program beyond making the store."""


@MIGRATIONS.step(2)
def take_the_picture_out(connection: sa.Connection) -> None:
    """The window's last picture was kept in the store; it is not the store's (see `glimpse`)."""
    connection.exec_driver_sql("DELETE FROM store_info WHERE key = 'glimpse'")


@MIGRATIONS.step(3)
def index_what_is_late(connection: sa.Connection) -> None:
    """Take away what the indexes of due dates with their state, made at opening, replace."""
    for entity, column in INDEXES_OF_DUE:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {quoted(index_name(entity, column))}")


def _apply(connections: Connections, step: Migration) -> None:
    if not step.rebuilds:
        with connections.write() as connection:
            _change(connection, step)
        return
    # SQLite ignores this pragma inside a transaction, so it goes around it.
    with connections.outside_transaction() as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
    try:
        with connections.write() as connection:
            _change(connection, step)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise BugError(f"The migration {step.name} left {len(broken)} broken references.")
    finally:
        with connections.outside_transaction() as raw:
            raw.execute("PRAGMA foreign_keys = ON")


def _change(connection: sa.Connection, step: Migration) -> None:
    step.change(connection)
    _record(connection, step.name)
    connection.exec_driver_sql(f"PRAGMA user_version = {step.version}")


def _record(connection: sa.Connection, name: str) -> None:
    connection.exec_driver_sql(
        "INSERT INTO migration (name, applied_at) VALUES (?, ?)", (name, utc_now())
    )


def utc_now() -> str:
    """The present instant in the stored form: UTC to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
