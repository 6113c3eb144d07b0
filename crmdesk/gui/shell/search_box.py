"""The search box of the top bar, with the key that leads to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme


class SearchBox(QLineEdit):
    """A line edit with a magnifying glass and "Ctrl K" while it is empty and not in use."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = QLabel("Ctrl K", self)
        self._key.setProperty("look", "key")
        self._key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._glass: QAction | None = None
        self.textChanged.connect(self._show_key)
        theme().changed.connect(self.dress)

    def dress(self) -> None:
        """Draw the magnifying glass; called when the window has been painted once."""
        if self._glass is None:
            self._glass = QAction(self)
            self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._glass.setIcon(icons.icon("magnifying-glass", "faint", 14))

    def _show_key(self) -> None:
        self._key.setVisible(not self.text() and not self.hasFocus())

    def _place(self) -> None:
        self._key.adjustSize()
        size = self._key.size()
        self._key.move(self.width() - size.width() - 7, (self.height() - size.height()) // 2)

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_key()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_key()
