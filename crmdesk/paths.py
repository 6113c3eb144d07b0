"""Where things are: the user's folders on this platform, and the files shipped with the program."""

from __future__ import annotations

import os
import sys
import zlib
from pathlib import Path

import platformdirs

from crmdesk.errors import BugError, KnownError

APP_NAME = "crmdesk"
HOME_VARIABLE = "CRMDESK_HOME"
"""Environment variable: one folder for everything instead of the platform's (a stick, a test)."""

STORE_NAME = "crmdesk.sqlite3"

_PACKAGE = Path(__file__).resolve().parent


def data_dir() -> Path:
    """The folder of the user's data, made if missing; the default store lives here."""
    return _folder("data", platformdirs.user_data_path(APP_NAME, appauthor=False))


def config_dir() -> Path:
    """The folder of what belongs to this device alone: settings and the store's tokens."""
    return _folder("config", platformdirs.user_config_path(APP_NAME, appauthor=False))


def log_dir() -> Path:
    """The folder of the program's log files."""
    return _folder("log", platformdirs.user_log_path(APP_NAME, appauthor=False))


def cache_dir() -> Path:
    """The folder of what can be made again at any time, on this device."""
    return _folder("cache", platformdirs.user_cache_path(APP_NAME, appauthor=False))


def default_store() -> Path:
    """The store that is opened when none is named; it need not exist yet."""
    return data_dir() / STORE_NAME


def door(store: Path) -> str:
    """What the window of a store is called for a second start: by the user and the file."""
    who = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    place = f"{who}\0{store.resolve()}".encode()
    # Two short sums and no cryptographic one: that takes longer to import than to find the file.
    return f"crmdesk-{zlib.crc32(place):08x}{zlib.adler32(place[::-1]):08x}{len(place):x}"


def program_mark(*packages: str) -> str:
    """What tells these packages of the program from every other version of them.

    By the names, sizes and times of their files, or of the bundle that the program runs from;
    "" where there are none to be seen.
    """
    files = [sys.executable] if getattr(sys, "frozen", False) else []
    for package in () if files else packages:
        for folder, _folders, names in os.walk(_PACKAGE / package):
            files += (f"{folder}/{name}" for name in names if name.endswith(".py"))
    mark = 0
    for file in sorted(files):
        try:
            known = os.stat(file)
        except OSError:
            return ""
        mark = zlib.crc32(f"{file}\0{known.st_size}\0{known.st_mtime_ns}".encode(), mark)
    return f"{len(files)}-{mark:08x}" if files else ""


def resource(*parts: str) -> Path:
    """A shipped file or folder: icons, themes, catalogues, templates, samples.

    One look-up for a bundle, a checkout and an installed wheel. Raises BugError
    when the resource was not shipped.
    """
    found = resource_root().joinpath(*parts)
    if not found.exists():
        raise BugError(f"The resource {'/'.join(parts)} is missing from {resource_root()}.")
    return found


def resource_root() -> Path:
    """The folder that all shipped resources are under."""
    bundle: str | None = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        return Path(bundle) / "crmdesk" / "_data"
    checkout = _PACKAGE.parent
    # A folder named "resources" beside an installed package may be anyone's;
    # only the project's own file beside it makes it ours.
    if (checkout / "pyproject.toml").is_file() and (checkout / "resources").is_dir():
        return checkout / "resources"
    return _PACKAGE / "_data"


def _folder(kind: str, default: Path) -> Path:
    home = os.environ.get(HOME_VARIABLE)
    folder = Path(home) / kind if home else default
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KnownError(
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            hint=f"Give your user write permission there, or set {HOME_VARIABLE} to another one.",
        ) from error
    return folder
