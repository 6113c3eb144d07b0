"""What is done with files in a window: attached, opened by the system, saved elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from crmdesk.features.files.attaching import Given, Pasted, attach, can_attach
from crmdesk.features.files.copies import Copies
from crmdesk.features.files.names import disk_name
from crmdesk.gui.files.progress import CopyNote
from crmdesk.i18n import _, ngettext
from crmdesk.jobs import Job
from crmdesk.schema.values import FileRef
from crmdesk.settings import LARGEST_FILE, Settings

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.ops.changes import Outcome

_MIB = 1 << 20
T = TypeVar("T")


class FileDesk(QObject):
    """Attaches and hands out files for one window; copies to look at go when it goes."""

    # A word for the status line: what was done; or what went wrong.
    told = Signal(str)
    refused = Signal(str)
    attached = Signal(str, str)

    def __init__(self, bridge: Bridge, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._settings = settings
        self._window = window
        self.copies = Copies(bridge.workspace.path)
        # Not a method of ours: by then only what it holds is left.
        self.destroyed.connect(partial(_close, self.copies))

    @property
    def bridge(self) -> Bridge:
        """The bridge to the store in which the files are."""
        return self._bridge

    @property
    def note(self) -> CopyNote | None:
        """What tells how far a copy is, None while there is none."""
        return next((one for one in self._window.findChildren(CopyNote) if one.isVisible()), None)

    # -- attaching

    def attach(self, entity: str, record: str, given: Sequence[Given]) -> None:
        """Copy files in the background and hang them on a record, as one step."""
        if not given or not record:
            return
        workspace = self._bridge.workspace
        limit = self._settings.get(LARGEST_FILE) * _MIB
        cancels: list[Callable[[], object]] = []

        def do(job: Job[Any]) -> Outcome:
            return attach(workspace, entity, record, given, limit=limit, progress=job.progress)

        words = ngettext("Attaching {count} file", "Attaching {count} files", len(given))
        title = words.format(count=len(given))
        note = CopyNote(self._window, title, lambda: [cancel() for cancel in cancels])

        def end() -> None:
            note.hide()
            note.deleteLater()

        def done(_outcome: Outcome) -> None:
            end()
            self.attached.emit(entity, record)

        def failed(error: Exception) -> None:
            end()
            self.refused.emit(str(error))

        def stopped() -> None:
            end()
            self.told.emit(_("Stopped; nothing was attached"))

        note.show()
        note.raise_()
        cancels.append(
            self._bridge.beside(
                do, done, failed, progressed=note.tell, stopped=stopped, label=title
            )
        )

    def choose(self, entity: str, record: str) -> None:
        """Ask which files to attach."""
        names, _filter = QFileDialog.getOpenFileNames(self._window, _("Attach files"))
        self.attach(entity, record, [Path(name) for name in names])

    def can_attach(self, entity: str) -> bool:
        """Whether files can hang on such a record."""
        return can_attach(self._bridge.registry, entity)

    # -- handing out

    def open(self, file: FileRef) -> None:
        """Show a verified copy in the system's program for it."""
        self._bridge.beside(lambda _job: self.copies.open_copy(file), _show, self._refuse)

    def make(self, do: Callable[[Copies], T], done: Callable[[T], None]) -> None:
        """Make copies beside the window; what goes wrong is told."""
        self._bridge.beside(lambda _job: do(self.copies), done, self._refuse)

    def copy(self, files: Sequence[FileRef]) -> None:
        """Put verified copies of files on the clipboard."""
        # Late, for the start's sake, here and below.
        from crmdesk.gui.files.handing import copy

        copy(self, files)

    def save_all(self, files: Sequence[FileRef]) -> None:
        """Ask where to save copies of these files, and do so."""
        # Late, for the start's sake.
        from crmdesk.gui.files.handing import save_all

        if len(files) == 1:
            self.save_as(files[0])
            return
        folder = QFileDialog.getExistingDirectory(self._window, _("Save copies in a folder"))
        if folder and files:
            save_all(self, files, Path(folder))

    def save_as(self, file: FileRef) -> None:
        """Ask where to save a copy, and do so."""
        name, _filter = QFileDialog.getSaveFileName(
            self._window, _("Save a copy"), disk_name(file.name)
        )
        if name:
            self.save(file, Path(name))

    def save(self, file: FileRef, target: Path) -> None:
        """Save a verified copy there."""
        self._bridge.beside(
            lambda _job: self.copies.save_copy(file, target),
            lambda _none: self.told.emit(_("Saved as {path}").format(path=target)),
            self._refuse,
        )

    def _refuse(self, error: Exception) -> None:
        self.refused.emit(str(error))


def given_of(data: QMimeData) -> list[Given]:
    """The files, or the image, that are dragged or on the clipboard."""
    files: list[Given] = [
        Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile()
    ]
    if files or not data.hasImage():
        return files
    image = data.imageData()
    if not isinstance(image, QImage) or image.isNull():
        return []
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # PySide6's stubs know only bytes as the format, its code only str.
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    name = _("Image {time}.png").format(time=f"{datetime.now():%Y-%m-%d %H.%M.%S}")
    return [Pasted(name, bytes(buffer.data().data()))]


def clipboard() -> list[Given]:
    """The files or the image on the clipboard."""
    return given_of(QGuiApplication.clipboard().mimeData())


def _show(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _close(copies: Copies, _gone: object = None) -> None:
    copies.close()
