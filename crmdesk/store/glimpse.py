"""What the window last showed of a store, kept inside it: good for as long as nothing changed.

A start takes most of its time before the first row can be read. So the window leaves a picture
of itself when it closes, with the number that the change log had reached, and the next start
shows it at once if the log is still there: then what it shows is what the store holds. It lies
inside the store and nowhere else, so it goes where the records go and ends with them; for an
encrypted store none is kept, as it could not be read before the key is known.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from crmdesk.store import driver
from crmdesk.store.driver import APPLICATION_ID, RawConnection

_KEY = "glimpse"
_MAGIC = b"SQLite format 3\x00"
_WAIT_MS = 50
_PIXEL = 4


class Picture(NamedTuple):
    """A picture as it lies in memory: its size in pixels, how many of them make a point of the
    screen, and four bytes (blue, green, red, none) for each pixel.

    Not a PNG: that takes longer to read than all else that a first paint needs of ours.
    """

    wide: int
    high: int
    ratio: float
    bits: bytes


class Glimpse(NamedTuple):
    """A picture and what it was made under: language, theme, version, …"""

    picture: Picture
    about: dict[str, Any]


def look(path: Path) -> Glimpse | None:
    """The glimpse in a store, None where there is none that is still true.

    Judges nothing: what is wrong with a file is told when it is opened as a store.
    """
    head = _head(path)
    if head[:16] != _MAGIC or head[68:72] != APPLICATION_ID.to_bytes(4, "big"):
        return None
    try:
        raw = driver.peek(path, busy_ms=_WAIT_MS)
    except driver.DriverError:
        return None
    try:
        row = raw.execute("SELECT value FROM store_info WHERE key = ?", (_KEY,)).fetchone()
        if row is None:
            return None
        found = json.loads(row[0])
        if found["log"] != _reached(raw) or found["day"] != date.today().isoformat():
            return None
        wide, high, ratio = found["size"]
        bits = zlib.decompress(b64decode(found["picture"]))
        if len(bits) != wide * high * _PIXEL:
            return None
        return Glimpse(Picture(wide, high, ratio, bits), found["about"])
    except (driver.DriverError, ValueError, KeyError, TypeError, zlib.error):
        return None
    finally:
        raw.close()


def is_plain(path: Path) -> bool:
    """Whether a file is no encrypted store: it begins as SQLite's do, or is not there."""
    head = _head(path)
    return not head or head[:16] == _MAGIC


def keep(raw: RawConnection, picture: Picture, about: Mapping[str, Any]) -> None:
    """Put a glimpse into the store, inside the caller's transaction."""
    kept = {
        "log": _reached(raw),
        "day": date.today().isoformat(),
        "about": dict(about),
        "size": picture[:3],
        "picture": b64encode(zlib.compress(picture.bits, 1)).decode("ascii"),
    }
    raw.execute(
        "INSERT INTO store_info (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_KEY, json.dumps(kept)),
    )


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(72)
    except OSError:
        return b""


def _reached(raw: RawConnection) -> int:
    return int(raw.execute("SELECT ifnull(max(n), 0) FROM change_log").fetchone()[0])
