"""A store that is begun anew, plain or encrypted, and taken back whole where it is given up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.store import keys
from crmdesk.store.engine import SUFFIXES_OF_SQLITE
from crmdesk.store.keyfile import KeyFile

T = TypeVar("T")


def found(
    path: Path, fill: Callable[[Workspace], T], passphrase: str | None = None
) -> tuple[Workspace, T]:
    """Make a store at `path`, let `fill` put in what it begins with, and keep it open.

    With a passphrase it is encrypted: its key goes into the system's keyring where there is
    one, and is sealed by the passphrase. Where anything fails or `fill` is cancelled, what was
    made is taken away again: file, key and the folders that were made for it. Raises
    KnownError; a file that is there already is left alone.
    """
    if path.exists():
        raise KnownError(
            _("There is a file {path} already.").format(path=path),
            kept=_("It was left as it was."),
            hint=_("Open it, or choose another name for the new store."),
        )
    folders = _missing_folders(path)
    try:
        return _founded(path, fill, passphrase)
    except BaseException:
        for folder in folders:
            # Others may have put something into it meanwhile.
            with suppress(OSError):
                folder.rmdir()
        raise


def _founded(
    path: Path, fill: Callable[[Workspace], T], passphrase: str | None
) -> tuple[Workspace, T]:
    _make_folder(path.parent)
    vault = keys.system_vault()
    key, file = None, None
    if passphrase is not None:
        key = keys.new_key()
        file = keys.enrol(path, key, passphrase, vault)
    try:
        workspace = open_workspace(path, create=True, key=key)
        try:
            return workspace, fill(workspace)
        except BaseException:
            workspace.close()
            raise
    except BaseException:
        if file is not None:
            keys.forget(file, vault)
            KeyFile.path_of(path).unlink(missing_ok=True)
        _discard(path)
        raise


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KnownError(
            _("The folder cannot be made: {reason}.").format(reason=error.strerror or error)
        ) from error


def _missing_folders(path: Path) -> list[Path]:
    """The folders above `path` that are not there, the deepest first."""
    return [folder for folder in path.parents if not folder.exists()]


def _discard(path: Path) -> None:
    for one in (path, *(Path(f"{path}{end}") for end in SUFFIXES_OF_SQLITE)):
        with suppress(OSError):
            one.unlink(missing_ok=True)
    with suppress(OSError):
        path.with_name(path.name + ".files").rmdir()
