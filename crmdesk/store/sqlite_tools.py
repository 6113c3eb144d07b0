"""sqlite-utils on the connections of the store; the only module that imports it."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crmdesk.errors import BugError
from crmdesk.store import driver

if TYPE_CHECKING:
    import sqlite_utils
else:
    # Sorted imports would bring it in before the driver, and a second SQLite with it.
    sqlite_utils = importlib.import_module("sqlite_utils")

if getattr(sqlite_utils.utils, "sqlite3", None) is not sys.modules["pysqlite3"]:
    raise BugError("sqlite-utils was imported before the store's driver and uses another SQLite.")


def tools(connection: sa.Connection | driver.RawConnection) -> sqlite_utils.Database:
    """A sqlite-utils database on an open connection, SQLAlchemy's or the driver's."""
    raw = driver.raw_of(connection) if isinstance(connection, sa.Connection) else connection
    return sqlite_utils.Database(raw, execute_plugins=False)
