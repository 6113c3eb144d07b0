"""Where the file meets the declaration: the only wiring of the store's opening to its schema."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from crmdesk.schema.registry import Registry
from crmdesk.store import capture, reshape
from crmdesk.store.connections import Connections
from crmdesk.store.tables import Tables

log = logging.getLogger(__name__)


def lay_out(connection: sa.Connection, registry: Registry) -> None:
    """Make every table, index and trigger in an empty file."""
    Tables(registry).create_all(connection)
    capture.ensure_triggers(connection, registry)


def bring_up(connection: sa.Connection, registry: Registry) -> tuple[str, ...]:
    """Add what the file lacks and put lost triggers back; names what was done, in order."""
    added = Tables(registry).add_missing(connection)
    mended = capture.ensure_triggers(connection, registry)
    return (*added, *(f"triggers of {entity}" for entity in mended))


def mend(connections: Connections, registry: Registry) -> tuple[str, ...]:
    """Make tables right that another program rebuilt without what it did not know."""
    with connections.outside_transaction() as raw:
        mended, unfit = reshape.reshape(raw, registry)
    for entity in unfit:
        log.warning("The table %s holds values that do not fit its declaration.", entity)
    return tuple(f"table of {entity}" for entity in mended)
