"""A combo box with the caret of our own family."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme

_SIZE = 14


class Picker(QComboBox):
    """Picks one of a few; shows by its caret that it does."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        mark = icons.pixmap("caret-down", theme().tokens.muted, _SIZE, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - _SIZE - 9, (self.height() - _SIZE) // 2, mark)
        painter.end()
