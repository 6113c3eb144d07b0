"""A closed list of few choices, with a caret that says so."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QWidget

from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme

_CARET = 12


class Combo(QComboBox):
    """A combo box whose caret is of our family of icons: the style sheet can only draw files."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Qt's own paints its lines as a menu does, beside the style sheet.
        self.setItemDelegate(QStyledItemDelegate(self))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        mark = icons.pixmap("caret-down", theme().tokens.muted, _CARET, ratio)
        painter.drawPixmap(self.width() - _CARET - 8, (self.height() - _CARET) // 2, mark)
        painter.end()
