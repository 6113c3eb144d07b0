"""sqlite-utils on the connections of the store; the only module that imports it."""

from __future__ import annotations

import sqlalchemy as sa

# First: it makes sqlite-utils take our driver and not a second SQLite.
from crmdesk.store import driver
import sqlite_utils  # isort: skip  # noqa: I001
from sqlite_utils.utils import sqlite3 as driver_of_tools  # isort: skip

from crmdesk.errors import BugError  # isort: skip

if driver_of_tools.connect is not driver.dbapi2.connect:
    raise BugError("sqlite-utils was imported before the store's driver and uses another SQLite.")


def tools(connection: sa.Connection | driver.RawConnection) -> sqlite_utils.Database:
    """A sqlite-utils database on an open connection, SQLAlchemy's or the driver's."""
    raw = driver.raw_of(connection) if isinstance(connection, sa.Connection) else connection
    return sqlite_utils.Database(raw, execute_plugins=False)
