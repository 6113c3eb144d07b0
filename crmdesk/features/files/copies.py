"""Copies of attachments for other programs: verified, read-only, under their own names."""

from __future__ import annotations

import shutil
import stat
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

from crmdesk.errors import KnownError
from crmdesk.features.files.names import disk_name, runs
from crmdesk.i18n import _
from crmdesk.schema.values import FileRef
from crmdesk.store import failures
from crmdesk.store.blobs import BlobFolder


class Copies:
    """A folder of the system for temporary files with copies to look at; `close` removes it."""

    def __init__(self, store: Path) -> None:
        self._blobs = BlobFolder(store)
        self._folder: Path | None = None
        self._remove: weakref.finalize[[Path], Copies] | None = None

    @property
    def folder(self) -> Path | None:
        """Where the copies are, None while there was none."""
        return self._folder

    def open_copy(self, file: FileRef) -> Path:
        """A read-only copy of the content, verified, in a folder of its own.

        Raises KnownError for a file that the system would run, AttachmentDamaged, StoreFull.
        """
        if runs(file.name):
            raise KnownError(
                _("{name} is a program; CRMDesk does not start programs.").format(name=file.name),
                hint=_("Save it to a folder first, if you know where it comes from."),
            )
        return self.hand_copy(file)

    def hand_copy(self, file: FileRef) -> Path:
        """A read-only copy of the content, verified, to be given to another program.

        A program is given too: here nothing opens it. Raises AttachmentDamaged, StoreFull.
        """
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="crmdesk-files-"))
            # Also at the end of the process, whoever then still holds this.
            self._remove = weakref.finalize(self, _remove, self._folder)
        # By its hash: two files of one name do not meet, and one opened twice is copied once.
        place = self._folder / file.sha256[:16]
        path = place / disk_name(file.name)
        with failures.explained(place):
            place.mkdir(exist_ok=True)
            if path.exists():
                path.chmod(stat.S_IRUSR | stat.S_IWUSR)
                path.unlink()
        self._blobs.copy_to(file.sha256, path, file.name)
        path.chmod(stat.S_IRUSR)
        return path

    def save_copy(self, file: FileRef, target: Path) -> None:
        """Write the verified content to a place of the user's choice, whole or not at all."""
        self._blobs.copy_to(file.sha256, target, file.name)

    def read(self, file: FileRef, most: int) -> bytes | None:
        """The verified content, None where it has more than `most` bytes."""
        with self._blobs.open(file.sha256, file.name) as source:
            content = source.read(most + 1)
        return content if len(content) <= most else None

    def close(self) -> None:
        """Remove the copies; what another program still holds is left to the system."""
        if self._remove is not None:
            self._remove()
            self._remove = self._folder = None


def _remove(folder: Path) -> None:
    with suppress(OSError):
        for path in folder.rglob("*"):
            with suppress(OSError):
                path.chmod(stat.S_IRWXU)
    shutil.rmtree(folder, ignore_errors=True)
