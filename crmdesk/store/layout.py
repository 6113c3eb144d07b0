"""Where the file meets the declaration: the only wiring of the store's opening to its schema."""

from __future__ import annotations

import sqlalchemy as sa

from crmdesk.schema.registry import Registry
from crmdesk.store import capture
from crmdesk.store.tables import Tables


def lay_out(connection: sa.Connection, registry: Registry) -> None:
    """Make every table, index and trigger in an empty file."""
    Tables(registry).create_all(connection)
    capture.ensure_triggers(connection, registry)


def bring_up(connection: sa.Connection, registry: Registry) -> tuple[str, ...]:
    """Add what the file lacks and put lost triggers back; names what was done, in order."""
    added = Tables(registry).add_missing(connection)
    mended = capture.ensure_triggers(connection, registry)
    return (*added, *(f"triggers of {entity}" for entity in mended))
