"""Looking after the file: checks, statistics for the planner, and giving room back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crmdesk.jobs import CancelToken
from crmdesk.store.backup import page_problems
from crmdesk.store.connections import Connections
from crmdesk.store.driver import RawConnection

_MOST_PROBLEMS = 100


def problems(connections: Connections, cancel: CancelToken | None = None) -> list[str]:
    """What is wrong with the file, at most 100 lines of each kind; empty when it is sound.

    Every page and index, every foreign key, and the seal of every page of an
    encrypted store. Takes some seconds for a large store; others go on meanwhile.
    """
    with connections.reader(cancel) as connection:
        sealed = connections.key is not None
        found = page_problems(connection, sealed=sealed, most=_MOST_PROBLEMS)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MOST_PROBLEMS)
        found += [
            f"{table}: row {rowid} refers to a row of {parent} that is not there"
            for table, rowid, parent, _ in broken
        ]
    return found


def optimize(connections: Connections) -> None:
    """What is cheap and may be done at every close: statistics where they are out of date."""
    with connections.outside_transaction() as raw:
        raw.execute("PRAGMA analysis_limit = 1000")
        raw.execute("PRAGMA optimize")


def analyze(connections: Connections) -> None:
    """Statistics for the planner from the whole store."""
    with connections.outside_transaction() as raw:
        # A limit that `optimize` set would make this a sample.
        raw.execute("PRAGMA analysis_limit = 0")
        _tools(raw).analyze()


def merge_search(connections: Connections) -> tuple[str, ...]:
    """Merge the parts of every full-text index into one; the names of the tables merged."""
    with connections.write() as connection:
        database = _tools(connection)
        names = database.table_names(fts5=True)
        for name in names:
            database.table(name).optimize()
    return tuple(names)


def vacuum(connections: Connections) -> int:
    """Write the file anew without its free room; the bytes that were given back.

    Needs up to twice the store's size free, and no reader in another program.
    """
    with connections.outside_transaction() as raw:
        # What is still in the log belongs to the size too.
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = connections.path.stat().st_size
        _tools(raw).vacuum()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return before - connections.path.stat().st_size


def _tools(connection: sa.Connection | RawConnection) -> Any:
    # Late, for the start's sake: sqlite-utils takes a quarter of a second to import where
    # numpy is installed, and looking after the file is rare.
    from crmdesk.store.sqlite_tools import tools

    return tools(connection)
