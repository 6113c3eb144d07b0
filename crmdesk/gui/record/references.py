"""The line under the title: what the record belongs to, each a way to turn the cube."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from crmdesk.gui import chips
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import mix, readable

_HEIGHT = 24
_GAP = 6
_MARK = 16
_WIDEST = 320


class Mention(NamedTuple):
    """One part of the line: a record to turn to, or only a text (`ref` None)."""

    text: str
    ref: tuple[str, str] | None = None
    colour: str = ""


class ReferenceLink(QAbstractButton):
    """A reference as it stands everywhere: a square in its colour, a text, a dashed line."""

    def __init__(self, parent: QWidget, mention: Mention) -> None:
        super().__init__(parent)
        self._colour = mention.colour
        self._texts = Texts(fonts.font())
        self._hot = False
        self.setText(mention.text)
        self.setAccessibleName(mention.text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        wide = ceil(self._texts.fit(self.text(), _WIDEST).width)
        return QSize(chips.SQUARE + _GAP + wide + _MARK, _HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hot = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hot = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        hot = self._hot or self.hasFocus()
        square = chips.square(tokens.colour(self._colour), chips.SQUARE, 2.0, ratio)
        painter.drawPixmap(0, (_HEIGHT - chips.SQUARE) // 2, square)
        left = chips.SQUARE + _GAP
        run = self._texts.fit(self.text(), self.width() - left - _MARK)
        base = self._texts.baseline(_HEIGHT)
        ink = readable(tokens.accent, tokens.surface) if hot else tokens.text
        painter.setFont(self._texts.font)
        painter.setPen(QColor(ink))
        painter.drawStaticText(QPointF(left, base - run.rise), run.text)
        right = int(left + run.width)
        if hot:
            painter.drawLine(left, base + 4, right + _MARK, base + 4)
            mark = icons.pixmap("arrow-clockwise", tokens.accent, 13, ratio)
            painter.drawPixmap(right + 3, (_HEIGHT - 13) // 2, mark)
        else:
            dashes = QPen(QColor(mix(tokens.faint, tokens.surface, 0.40)), 1)
            dashes.setDashPattern([2.0, 2.0])
            painter.setPen(dashes)
            painter.drawLine(left, base + 4, right, base + 4)
        painter.end()


class ReferenceLine(QWidget):
    """Mentions side by side; those that have no room are left out."""

    turned = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: tuple[Mention, ...] = ()
        self.parts: list[QWidget] = []
        self.setFixedHeight(_HEIGHT)

    @property
    def links(self) -> list[ReferenceLink]:
        """The references of the line."""
        return [part for part in self.parts if isinstance(part, ReferenceLink)]

    def show_mentions(self, mentions: Sequence[Mention]) -> bool:
        """Show these; True where they are others."""
        if tuple(mentions) == self._shown:
            return False
        self._shown = tuple(mentions)
        for part in self.parts:
            part.hide()
            part.deleteLater()
        self.parts = [self._make(mention, first=n == 0) for n, mention in enumerate(mentions)]
        self._lay()
        return True

    def _make(self, mention: Mention, *, first: bool) -> QWidget:
        if mention.ref is not None:
            link = ReferenceLink(self, mention)
            entity, record_id = mention.ref
            link.clicked.connect(lambda: self.turned.emit(entity, record_id))
            return link
        label = QLabel(mention.text if first else f"·  {mention.text}", self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("look", "muted")
        return label

    def _lay(self) -> None:
        left = 0
        for part in self.parts:
            wide = part.sizeHint().width()
            part.setVisible(left + min(wide, 80) <= self.width())
            part.setGeometry(left, 0, min(wide, self.width() - left), _HEIGHT)
            left += wide + (0 if isinstance(part, ReferenceLink) else 10)

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()
