"""The title of the record in front: large, and edited in place where it is one text."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from crmdesk.gui.grid.notes import ReasonNote
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.record.editable import Editable
from crmdesk.gui.record.record import Record, untitled
from crmdesk.gui.theme import fonts
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import TITLE

_HEIGHT = 32
_PAD = 6


class TitleLine(Editable):
    """The record's title; `column` is the field it is made of, -1 where it is made of several."""

    def __init__(self, record: Record, column: int, note: ReasonNote, ground: QWidget) -> None:
        super().__init__(record, column, note, ground)
        self._texts = Texts(fonts.font(TITLE, QFont.Weight.DemiBold))
        self.setFixedHeight(_HEIGHT)
        if column < 0:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def text(self) -> str:
        """What the line shows."""
        entity = self.record.entity
        if entity is None or not self.record.id:
            return ""
        shown = self.record.title if self.column < 0 else self.cell.text
        return shown or untitled(entity, self.record.bridge.language)

    # -- Editable

    def spoken(self) -> str:
        return self.text if self.column < 0 else super().spoken()

    def refresh(self) -> None:
        if self.column >= 0:
            super().refresh()
        else:
            self.setAccessibleName(self.spoken())
            self.update()

    def start_edit(self, text: str | None = None) -> bool:
        return self.column >= 0 and super().start_edit(text)

    def editor_font(self) -> QFont:
        return self._texts.font

    def _writes(self) -> bool:
        return self.column >= 0 and super()._writes()

    # -- Qt

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.editing:
            return
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        refused = self.column >= 0 and self.cell.state == "refused"
        run = self._texts.fit(self.text, self.width() - 2 * _PAD)
        if refused or (self.hovered and self._writes()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.danger_soft if refused else tokens.background))
            painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), 4, 4)
        painter.setFont(self._texts.font)
        named = self.record.title if self.column < 0 else self.cell.text
        painter.setPen(QColor(tokens.text if named else tokens.faint))
        base = self._texts.baseline(self.height())
        painter.drawStaticText(_PAD, round(base - run.rise), run.text)
        if self.hasFocus() or refused:
            painter.setPen(QPen(QColor(tokens.danger if refused else tokens.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
        painter.end()
