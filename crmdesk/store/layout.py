"""Where the file meets the declaration: the only wiring of the store's opening to its schema."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from crmdesk.schema.registry import Registry
from crmdesk.store import capture, identity, reshape
from crmdesk.store.connections import Connections
from crmdesk.store.driver import raw_of
from crmdesk.store.tables import Tables, first_state

log = logging.getLogger(__name__)

_LAID_OUT = "laid_out"


def lay_out(connection: sa.Connection, registry: Registry) -> None:
    """Make every table, index and trigger in an empty file."""
    Tables(registry).create_all(connection)
    capture.ensure_triggers(connection, registry)


def bring_up(connection: sa.Connection, registry: Registry) -> tuple[str, ...]:
    """Add what the file lacks and put lost triggers back; names what was done, in order."""
    added = Tables(registry).add_missing(connection)
    mended = capture.ensure_triggers(connection, registry)
    return (*added, *(f"triggers of {entity}" for entity in mended))


def is_known(connection: sa.Connection, registry: Registry, declared: str) -> bool:
    """Whether the file was brought up to this declaration, and nobody changed its schema since.

    `declared` names the declaration without custom fields; "" knows nothing. SQLite counts
    every change of a schema, whoever makes it.
    """
    known = identity.read_info(connection).get(_LAID_OUT)
    if not declared or known != _state(connection, registry, declared):
        return False
    first_state(raw_of(connection))
    return True


def note(connections: Connections, registry: Registry, declared: str) -> None:
    """Note for the next opening that the file has what this declaration asks for."""
    if declared:
        with connections.write() as connection:
            identity.write_info(connection, _LAID_OUT, _state(connection, registry, declared))


def _state(connection: sa.Connection, registry: Registry, declared: str) -> str:
    counted = [
        connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        for name in ("schema_version", "user_version")
    ]
    custom = [
        f"{entity.name}.{one.name}:{one.kind}:{one.target}"
        for entity in registry.entities.values()
        for one in entity.custom
    ]
    return " ".join((declared, *map(str, counted), *custom))


def mend(connections: Connections, registry: Registry) -> tuple[str, ...]:
    """Make tables right that another program rebuilt without what it did not know."""
    with connections.outside_transaction() as raw:
        mended, unfit = reshape.reshape(raw, registry)
    for entity in unfit:
        log.warning("The table %s holds values that do not fit its declaration.", entity)
    return tuple(f"table of {entity}" for entity in mended)
