"""The buttons at the right of a record's title: the one before, the next, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from crmdesk.gui.theme import icons
from crmdesk.i18n import _

_EACH, _GAP = 28, 2
HEIGHT = 32


class RecordTools(QWidget):
    """Stands in the head of a form whose record is in front; a bare form does not offer it."""

    # To the next (1) or the previous (-1) record.
    stepped = Signal(int)
    # What can be done with the record is asked for, at this point of the screen.
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.previous = self._button("caret-up")
        self.next = self._button("caret-down")
        self.more = self._button("dots-three")
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        self.more.clicked.connect(self.ask_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for one in (self.previous, self.next, self.more):
            row.addWidget(one)
        self.setFixedSize(3 * _EACH + 2 * _GAP, HEIGHT)
        self.translate()

    def _button(self, icon: str) -> QToolButton:
        made = QToolButton(self)
        made.setFixedSize(QSize(_EACH, _EACH))
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        icons.set_icon(made, icon, size=16)
        return made

    def translate(self) -> None:
        """Take up the language that is set now."""
        for button, words, keys in (
            (self.previous, _("Previous record"), "Ctrl+PgUp"),
            (self.next, _("Next record"), "Ctrl+PgDown"),
            (self.more, _("What can be done with the record"), ""),
        ):
            button.setToolTip(f"{words} ({keys})" if keys else words)
            button.setAccessibleName(words)

    def show_place(self, row: int, total: int) -> None:
        """Offer the ways that there are from a place in the list (-1 where there is none)."""
        self.previous.setEnabled(row > 0)
        self.next.setEnabled(0 <= row < total - 1)

    def ask_menu(self) -> None:
        """Ask for the menu, below its button."""
        self.menu_asked.emit(self.more.mapToGlobal(self.more.rect().bottomLeft()))
