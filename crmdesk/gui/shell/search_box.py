"""The search box of the top bar, with the key that leads to it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFocusEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

_WIDTH = 340


class SearchBox(QLineEdit):
    """A line edit that shows "Ctrl K" at its right while it is empty and not in use."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = QLabel("Ctrl K", self)
        self._key.setProperty("look", "key")
        self._key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(self._show_key)

    def _show_key(self) -> None:
        self._key.setVisible(not self.text() and not self.hasFocus())

    def _place(self) -> None:
        self._key.adjustSize()
        size = self._key.size()
        self._key.move(self.width() - size.width() - 7, (self.height() - size.height()) // 2)
        self.setTextMargins(0, 0, size.width() + 2, 0)

    # -- Qt

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # The style sheet has its say on the key's size only now.
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_key()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_key()
