"""Which store, which device and which stream: a copied or restored store starts a new stream.

A stream is one incarnation of a store on one device, and its numbers have no
gaps. Two copies that both went on in one stream would give one number to two
changes. So a token outside of the store keeps the stream, how often the store
was opened and closed, and the machine; what does not fit the token is a copy.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sys
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import uuid_utils

from crmdesk import paths, settings
from crmdesk.errors import BugError
from crmdesk.store.migrations import utc_now

if sys.platform == "win32":
    import winreg

STORE, STREAM, OPENS, DEVICE = "store", "stream", "opens", "device"
CREATED_AT, COPIED_AT = "created_at", "copied_at"
"""Keys of the table `store_info`."""


@dataclass(frozen=True)
class Token:
    """What this device remembers of a store, outside of it."""

    stream: str
    opens: int
    machine: str


@dataclass(frozen=True)
class Identity:
    """Who writes: the store, this device, and the stream that its changes go to.

    `fresh` says why a new stream was started at this opening, or is empty.
    """

    store: str
    device: str
    stream: str
    fresh: str = ""


class Tokens:
    """The folder of this device's tokens, one small file for each store, and its own id."""

    def __init__(self, folder: Path | None = None, machine: str | None = None) -> None:
        self.folder = folder if folder is not None else paths.config_dir() / "stores"
        self.machine = hardware_mark() if machine is None else machine

    def device(self) -> str:
        """The id of this device; a folder that came from another machine is a new device."""
        found = self._read("device")
        if found.get("machine") == self.machine and isinstance(found.get("device"), str):
            return str(found["device"])
        device = new_id()
        settings.write_json(self._path("device"), {"device": device, "machine": self.machine})
        return device

    def of(self, store: str) -> Token | None:
        """What is remembered of this store, or None."""
        found = self._read(store)
        try:
            return Token(str(found["stream"]), int(found["opens"]), str(found["machine"]))
        except (KeyError, TypeError, ValueError):
            return None

    def remember(self, store: str, token: Token) -> None:
        """Replace what is remembered of this store."""
        settings.write_json(self._path(store), asdict(token))

    def _read(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads(self._path(name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            # A lost or damaged token only costs a new stream.
            return {}
        return found if isinstance(found, dict) else {}

    def _path(self, name: str) -> Path:
        # The name comes out of a file that may be a stranger's.
        return self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"


def begin(connection: sa.Connection) -> None:
    """Give a store just made its identity; its first opening starts the stream."""
    write_info(connection, STORE, new_id())
    write_info(connection, CREATED_AT, utc_now())
    write_info(connection, OPENS, "0")


def establish(connection: sa.Connection, tokens: Tokens) -> Identity:
    """Count this opening, and start a new stream if the store is not the one we left.

    Inside a write transaction of the store, so that openings of several programs
    come one after the other. The token is written before the commit: a crash
    between the two looks like a copy and only costs a new stream.
    """
    info = read_info(connection)
    store = info.get(STORE)
    if store is None:
        raise BugError("The table store_info has no id of the store.")
    opens = int(info.get(OPENS, "0"))
    token = tokens.of(store)
    fresh = _why_fresh(info, token, opens, tokens.machine)
    # Short, since every row of the log carries it twice; 64 random bits do not meet again.
    stream = secrets.token_hex(8) if fresh else info[STREAM]
    device = tokens.device()
    if fresh:
        _start_stream(connection, stream)
        connection.exec_driver_sql("DELETE FROM store_info WHERE key = ?", (COPIED_AT,))
    write_info(connection, DEVICE, device)
    write_info(connection, OPENS, str(opens + 1))
    tokens.remember(store, Token(stream, opens + 1, tokens.machine))
    return Identity(store, device, stream, fresh)


def leave(connection: sa.Connection, tokens: Tokens, identity: Identity) -> None:
    """Count the closing too: a copy taken while the store was open is then known as one."""
    token = tokens.of(identity.store)
    opens = int(read_info(connection).get(OPENS, "0"))
    if token is None or token.stream != identity.stream or token.opens != opens:
        return
    write_info(connection, OPENS, str(opens + 1))
    tokens.remember(identity.store, replace(token, opens=opens + 1))


def mark_copy(connection: sa.Connection) -> None:
    """Mark a backup, so that it starts a new stream when it is opened as a store."""
    write_info(connection, COPIED_AT, utc_now())


def read_info(connection: sa.Connection) -> dict[str, str]:
    """What the store knows of itself."""
    rows = connection.exec_driver_sql("SELECT key, value FROM store_info")
    return {str(key): str(value) for key, value in rows}


def write_info(connection: sa.Connection, key: str, value: str) -> None:
    """Note something the store knows of itself."""
    connection.exec_driver_sql(
        "INSERT INTO store_info (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def new_id() -> str:
    """A fresh UUIDv7 as text."""
    return str(uuid_utils.uuid7())


def hardware_mark() -> str:
    """A value that differs between machines and stays on one; empty where none is known."""
    mark = ""
    if sys.platform == "win32":
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            mark = str(winreg.QueryValueEx(key, "MachineGuid")[0])
    elif sys.platform == "darwin":
        node = uuid.getnode()
        # A node with this bit was made up for this process and says nothing.
        mark = "" if node >> 40 & 1 else f"{node:012x}"
    else:
        for place in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
            if not mark and place.is_file():
                mark = place.read_text(encoding="ascii", errors="replace").strip()
    # systemd asks programs not to let the machine's id itself out.
    return hashlib.sha256(f"crmdesk {mark}".encode()).hexdigest()[:32] if mark else ""


def _why_fresh(info: dict[str, str], token: Token | None, opens: int, machine: str) -> str:
    if STREAM not in info:
        return "the store is new"
    if COPIED_AT in info:
        return "the store is a backup that was made into one"
    if token is None:
        return "the store was not on this device before"
    if token.machine != machine:
        return "the store came here from another machine"
    if token.stream != info[STREAM] or token.opens != opens:
        return "the store is a copy, or was restored from one"
    return ""


def _start_stream(connection: sa.Connection, stream: str) -> None:
    write_info(connection, STREAM, stream)
    # The clock goes on from where it was: what comes later must also sort later.
    connection.exec_driver_sql(
        "INSERT INTO capture_state (id, stream, seq, hlc, silent) VALUES (1, ?, 0, 0, 0) "
        "ON CONFLICT (id) DO UPDATE SET stream = excluded.stream, seq = 0",
        (stream,),
    )
