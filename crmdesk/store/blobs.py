"""Attached files, each kept once under the hash of its content in a folder beside the store."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import _
from crmdesk.store import failures
from crmdesk.store.backup import sync_folder

LIMIT = 2 * 1024**3
"""The largest attachment in bytes, unless told otherwise."""

_PIECE = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")
_Progress = Callable[[int], None]


class AttachmentDamaged(KnownError):
    """The content of an attachment is missing or not what its hash promises."""


class AttachmentTooLarge(KnownError):
    """The file is beyond the limit."""


@dataclass(frozen=True)
class Stored:
    """An attachment's content: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


class BlobFolder:
    """The attachments of one store, in `<store>.files/ab/abcd…`.

    Names of files as their users know them are kept in the records and never become
    paths. Content is streamed: memory stays small however large the file.
    """

    def __init__(self, store: Path, *, limit: int = LIMIT) -> None:
        self.folder = store.with_name(store.name + ".files")
        self.limit = limit

    def add_file(self, path: Path, progress: _Progress | None = None) -> Stored:
        """Keep a copy of the file's content; raises KnownError as `add` does."""
        with failures.explained(path):
            source = path.open("rb")
        with source:
            return self.add(source, path.name, progress)

    def add(
        self, source: BinaryIO, name: str = "the file", progress: _Progress | None = None
    ) -> Stored:
        """Keep the content that `source` still has to give; it is on the disk on return.

        The same content is kept once. `name` is for messages, `progress` is told the
        bytes so far and may raise to cancel. Raises AttachmentTooLarge, StoreFull and
        others; no half file is left.
        """
        with failures.explained(self.folder):
            self.folder.mkdir(exist_ok=True)
            handle, part = tempfile.mkstemp(prefix="new-", dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as target:
                    stored = self._take(source, target, name, progress)
                    target.flush()
                    os.fsync(target.fileno())
                self._put(Path(part), stored)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(part)
        return stored

    def open(self, sha256: str, name: str = "") -> BinaryIO:
        """The content, verified before its first byte is given out; the caller closes it.

        `name` is what the user calls the file, for the message of AttachmentDamaged.
        """
        path = self.path_of(sha256)
        try:
            file = path.open("rb")
        except FileNotFoundError as error:
            raise self._damaged(sha256, name, _("its content is missing")) from error
        except OSError as error:
            raise failures.explain(error, path) or error from error
        try:
            if self._digest(file) != sha256:
                raise self._damaged(sha256, name, _("its content was changed"))
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def copy_to(self, sha256: str, target: Path, name: str = "") -> None:
        """Write the verified content to `target`, whole or not at all."""
        with self.open(sha256, name) as source, failures.explained(target):
            handle, part = tempfile.mkstemp(prefix=".crmdesk-", dir=target.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    while piece := source.read(_PIECE):
                        file.write(piece)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(part, target)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(part)

    def has(self, sha256: str) -> bool:
        """Whether the content is there, without looking into it."""
        return self.path_of(sha256).is_file()

    def kept(self) -> Iterator[str]:
        """The hashes of all that is kept, in order."""
        for path in sorted(self.folder.glob("??/*")):
            if _HASH.fullmatch(path.name):
                yield path.name

    def damaged(self) -> Iterator[str]:
        """The hashes whose content is not what they promise; reads everything."""
        for sha256 in self.kept():
            with failures.explained(self.path_of(sha256)), self.path_of(sha256).open("rb") as file:
                if self._digest(file) != sha256:
                    yield sha256

    def path_of(self, sha256: str) -> Path:
        """Where the content is; raises BugError for what is not a hash, which would be a path."""
        if not _HASH.fullmatch(sha256):
            raise BugError(f"{sha256!r} is no SHA-256 in hexadecimal.")
        return self.folder / sha256[:2] / sha256

    def _take(
        self, source: BinaryIO, target: BinaryIO, name: str, progress: _Progress | None
    ) -> Stored:
        digest, size = hashlib.sha256(), 0
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > self.limit:
                raise AttachmentTooLarge(
                    _("{name} is larger than the {limit:,.0f} MiB an attachment may have.").format(
                        name=name, limit=self.limit / 2**20
                    ),
                    kept=_("Nothing was changed."),
                    hint=_("Attach a link to where the file is, or a smaller file."),
                )
            digest.update(piece)
            target.write(piece)
            if progress is not None:
                progress(size)
        return Stored(digest.hexdigest(), size)

    def _put(self, part: Path, stored: Stored) -> None:
        path = self.path_of(stored.sha256)
        path.parent.mkdir(exist_ok=True)
        if path.exists():
            with path.open("rb") as file:
                if self._digest(file) == stored.sha256:
                    return
            # A damaged copy is mended by the same content coming again.
        os.replace(part, path)
        sync_folder(path.parent)
        sync_folder(self.folder)

    def _digest(self, file: BinaryIO) -> str:
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
        return digest.hexdigest()

    def _damaged(self, sha256: str, name: str, what: str) -> AttachmentDamaged:
        return AttachmentDamaged(
            _("The attachment {name} cannot be read: {what} ({path}).").format(
                name=name or sha256[:12], what=what, path=self.path_of(sha256)
            ),
            kept=_("The record that it hangs on is kept."),
            hint=_("Bring this file back from a backup, or attach it again."),
        )
