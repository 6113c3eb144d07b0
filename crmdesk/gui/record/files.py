"""A field that holds a file: opened, saved elsewhere, chosen anew or taken out by its menu."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from crmdesk.errors import KnownError
from crmdesk.gui.grid.source import Chosen
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.schema.values import FileRef

if TYPE_CHECKING:
    from crmdesk.gui.files.desk import FileDesk
    from crmdesk.gui.record.record import Record


def menu_of(record: Record, column: int, parent: QWidget) -> QMenu:
    """What can be done with the file of that field.

    The file of an attachment is what it is: another one is another attachment. Fields that may
    be empty take another file or none.
    """
    menu = QMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    file, field = record.cell(column).value, record.field(column)
    desk = _desk(parent)
    if isinstance(file, FileRef) and desk is not None:
        menu.addAction(icons.icon("arrow-square-out"), _("Open"), lambda: desk.open(file))
        menu.addAction(icons.icon("download-simple"), _("Save a copy…"), lambda: desk.save_as(file))
    if not field.needed and not field.read_only:
        if not menu.isEmpty():
            menu.addSeparator()
        menu.addAction(
            icons.icon("paperclip"), _("Choose a file…"), lambda: choose(record, column, parent)
        )
        if isinstance(file, FileRef):
            menu.addAction(icons.icon("x"), _("Take it out"), lambda: record.enter(column, ""))
    return menu


def choose(record: Record, column: int, parent: QWidget) -> None:
    """Ask for a file and put it into the field."""
    name, _filter = QFileDialog.getOpenFileName(parent, _("Choose a file"))
    if name:
        put(record, column, Path(name))


def put(record: Record, column: int, path: Path) -> None:
    """Copy a file beside the store and put it into the field."""
    bridge, shown = record.bridge, record.id

    def done(file: FileRef) -> None:
        # One may have turned to another record while it was copied.
        if record.id == shown:
            record.enter(column, Chosen(file, file.name))

    def failed(error: Exception) -> None:
        if not isinstance(error, KnownError):
            raise error
        bridge.failed.emit(str(error))

    bridge.beside(lambda _job: bridge.workspace.attach(path), done, failed)


def _desk(parent: QWidget) -> FileDesk | None:
    """What hands out files in the window, None where the form stands alone."""
    # Late, for the start's sake, and as the window makes it when it is first asked for.
    from crmdesk.gui.files.desk import FileDesk

    above: QWidget | None = parent
    while above is not None:
        doing = getattr(above, "doing", None)
        if doing is not None and isinstance(doing.desk, FileDesk):
            return doing.desk
        above = above.parentWidget()
    return None
