"""The bell of the top bar, with the number of what waits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolButton, QWidget

from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _


class Bell(QToolButton):
    """A tool button with a badge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._texts = Texts(fonts.font(10, QFont.Weight.DemiBold, figures=True))
        self.set_count(0)
        theme().changed.connect(self.update)

    def set_count(self, count: int) -> None:
        """Show how many reminders wait; 0 shows no badge."""
        self._count = count
        text = _("Reminders")
        self.setAccessibleName(f"{text}, {count}" if count else text)
        self.setToolTip(text)
        self.update()

    # -- Qt

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.set_count(self._count)
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._count:
            return
        tokens = theme().tokens
        run = self._texts.fit(str(self._count) if self._count < 100 else "99+", 30)
        wide = max(15.0, run.width + 8)
        rect = QRectF(min(self.width() / 2 + 1, self.width() - wide), 0, wide, 15)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.danger))
        painter.drawRoundedRect(rect, 7.5, 7.5)
        painter.setFont(self._texts.font)
        painter.setPen(QColor(tokens.on_accent))
        base = rect.top() + self._texts.baseline(15)
        x = rect.left() + (wide - run.width) / 2
        painter.drawStaticText(QPointF(x, base - run.rise), run.text)
        painter.end()
