"""A field that holds a file: opened, saved elsewhere, chosen anew or taken out by its menu."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.gui.files import menu as files
from crmdesk.gui.grid.source import Entry

if TYPE_CHECKING:
    from crmdesk.gui.record.record import Record


def place_of(record: Record, column: int, parent: QWidget) -> files.FilePlace:
    """The field of a form as the place of a file.

    The file of an attachment is what it is: another one is another attachment. Fields that may
    be empty take another file or none.
    """
    shown, field = record.id, record.field(column)

    def enter(entry: Entry) -> None:
        # One may have turned to another record while the file was copied.
        if record.id == shown:
            record.enter(column, entry)

    changeable = not field.needed and not field.read_only
    return files.FilePlace(
        record.bridge, parent, record.cell(column).value, changeable, enter
    )  # fmt: skip


def menu_of(record: Record, column: int, parent: QWidget) -> QMenu:
    """What can be done with the file of that field."""
    return files.menu_of(place_of(record, column, parent))


def put(record: Record, column: int, path: Path, parent: QWidget) -> None:
    """Copy a file beside the store and put it into the field."""
    files.put(place_of(record, column, parent), path)
