"""What can be done with the file of a field or a cell: open, save, choose another, take it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from crmdesk.errors import KnownError
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.files.desk import FileDesk
from crmdesk.gui.grid.source import Chosen, Entry
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.schema.values import FileRef


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where a file stands. `file` is a FileRef or None; `enter` writes another one, "" none."""

    bridge: Bridge
    parent: QWidget
    file: object
    changeable: bool
    enter: Callable[[Entry], None]


def menu_of(place: FilePlace) -> QMenu:
    """What can be done with the file of that place; an empty menu where nothing can."""
    menu = QMenu(place.parent)
    menu.aboutToHide.connect(menu.deleteLater)
    file, desk = place.file, desk_of(place.parent)
    if isinstance(file, FileRef) and desk is not None:
        menu.addAction(icons.icon("arrow-square-out"), _("Open"), lambda: desk.open(file))
        menu.addAction(icons.icon("floppy-disk"), _("Save as…"), lambda: desk.save_as(file))
        menu.addAction(icons.icon("copy"), _("Copy the file"), lambda: desk.copy([file]))
    if place.changeable:
        if not menu.isEmpty():
            menu.addSeparator()
        menu.addAction(icons.icon("paperclip"), _("Choose a file…"), lambda: choose(place))
        if isinstance(file, FileRef):
            menu.addAction(icons.icon("x"), _("Take it out"), lambda: place.enter(""))
    return menu


def choose(place: FilePlace) -> None:
    """Ask for a file and put it there."""
    name, _filter = QFileDialog.getOpenFileName(place.parent, _("Choose a file"))
    if name:
        put(place, Path(name))


def put(place: FilePlace, path: Path) -> None:
    """Copy a file beside the store and put it there."""
    bridge = place.bridge

    def failed(error: Exception) -> None:
        if not isinstance(error, KnownError):
            raise error
        bridge.failed.emit(str(error))

    bridge.beside(
        lambda _job: bridge.workspace.attach(path),
        lambda file: place.enter(Chosen(file, file.name)),
        failed,
    )


def desk_of(parent: QWidget) -> FileDesk | None:
    """What hands out files in the window, None where a form or a grid stands alone."""
    above: QWidget | None = parent
    while above is not None:
        doing = getattr(above, "doing", None)
        if doing is not None and isinstance(doing.desk, FileDesk):
            return doing.desk
        above = above.parentWidget()
    return None
