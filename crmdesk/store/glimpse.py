"""What the window last showed of a store: good for as long as nothing changed.

A start takes most of its time before the first row can be read. So the window leaves a picture
of itself when it closes, with the state that the store's file was in then, and the next start
shows it at once if the file is still so: then what it shows is what the store holds. That is
seen from the file's head, length and time alone: opening it as a store takes longer than the
whole picture.

Pictures lie in the cache folder of this device, readable by their user alone. An encrypted store
has none, and loses the one it had when it is encrypted; that of a store that is gone goes too.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from crmdesk import paths
from crmdesk.errors import KnownError

_MAGIC = b"SQLite format 3\x00"
_HEAD = 100
"""Bytes of SQLite's header: its counter of changes and the length of the database are in it."""

_PIXEL = 4
_MOST_BYTES = 256 << 20
"""No screen has more; a damaged file may say anything."""

_ABOUT, _BITS = ".json", ".pixels"


class Picture(NamedTuple):
    """A picture as it lies in memory: its size in pixels, how many of them make a point of the
    screen, and four bytes (blue, green, red, none) for each pixel.

    Kept by zlib at its quickest and not as a PNG, which takes three times as long to read.
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
    """The glimpse of a store, None where there is none that is still true.

    Judges nothing: what is wrong with a file is told when it is opened as a store.
    """
    try:
        place = _place(path)
        found = json.loads(place.with_suffix(_ABOUT).read_bytes())
        if found["state"] != _state(path) or found["day"] != date.today().isoformat():
            return None
        packed = place.with_suffix(_BITS).read_bytes()
        wide, high, ratio = found["size"]
        length = wide * high * _PIXEL
        if zlib.crc32(packed) != found["sum"] or not 0 < length <= _MOST_BYTES:
            return None
        bits = zlib.decompressobj().decompress(packed, length)
        if len(bits) != length:
            return None
        return Glimpse(Picture(wide, high, ratio, bits), found["about"])
    except (OSError, KnownError, ValueError, KeyError, TypeError, zlib.error):
        return None


def is_plain(path: Path) -> bool:
    """Whether a file is no encrypted store: it begins as SQLite's do, or is not there."""
    head = _head(path)
    return not head or head.startswith(_MAGIC)


def keep(path: Path, picture: Picture, about: Mapping[str, Any]) -> None:
    """Leave a glimpse of a plain store that has just been closed.

    None is left where another program has it open: what it will write is not in the picture.
    Raises OSError and KnownError where the cache folder cannot be written.
    """
    place = _place(path)
    _clear(place.parent)
    state = _state(path)
    if state is None or not _head(path).startswith(_MAGIC):
        forget(path)
        return
    packed = zlib.compress(picture.bits, 1)
    whole = zlib.crc32(packed)
    known = _read(place.with_suffix(_ABOUT))
    if known is None or known.get("sum") != whole or not place.with_suffix(_BITS).exists():
        _write(place.with_suffix(_BITS), packed)
    kept = {
        "store": os.path.abspath(path),
        "state": state,
        "day": date.today().isoformat(),
        "about": dict(about),
        "size": picture[:3],
        "sum": whole,
    }
    _write(place.with_suffix(_ABOUT), json.dumps(kept).encode())


def forget(path: Path) -> None:
    """Leave no glimpse of a store: it is encrypted from now on, or goes."""
    with suppress(OSError, KnownError):
        _remove(_place(path))


def _place(path: Path) -> Path:
    """Where the glimpse of a store lies, without the endings of its two files."""
    return paths.cache_dir() / f"glimpse-{paths.door(path)}"


def _state(path: Path) -> list[Any] | None:
    """What tells one state of a closed store from any other; None while it is open somewhere."""
    # SQLite puts its log beside the file itself, not beside a link to it.
    path = path.resolve()
    try:
        known = path.stat()
        with suppress(FileNotFoundError):
            if Path(f"{path}-wal").stat().st_size:
                return None
    except OSError:
        return None
    return [known.st_size, known.st_mtime_ns, _head(path).hex()]


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""


def _read(about: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(about.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _write(path: Path, content: bytes) -> None:
    """Put a file in its place whole, readable by its user alone: records can be read in it."""
    part = path.with_name(path.name + ".new")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    os.replace(part, path)


def _clear(folder: Path) -> None:
    """Take away the pictures of stores that are not there any more, or encrypted by now."""
    for about in folder.glob(f"glimpse-*{_ABOUT}"):
        known = _read(about)
        store = known.get("store") if known is not None else None
        if not isinstance(store, str) or not _head(Path(store)).startswith(_MAGIC):
            _remove(about.with_suffix(""))


def _remove(place: Path) -> None:
    for ending in (_ABOUT, _BITS):
        place.with_suffix(ending).unlink(missing_ok=True)
