"""Full-text tables as the file has them, on connections that read them before.

FTS5 keeps the structure of an index in memory and looks whether it is still that of the
file when a query begins, but not when it is asked to check itself. A reader that is used
again would so report damage that is not there.
"""

from __future__ import annotations

from contextlib import suppress

from crmdesk.store.driver import DriverError, RawConnection, quoted


def read_anew(raw: RawConnection) -> None:
    """Let FTS5 forget what it remembers of other states of the file."""
    tables = raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%USING fts5%'"
    ).fetchall()
    for (name,) in tables:
        # Damage is what the check itself will tell.
        with suppress(DriverError):
            raw.execute(f"SELECT rowid FROM {quoted(name)} LIMIT 1").fetchall()
