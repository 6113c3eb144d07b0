"""The line under the title: what the record belongs to, each a way to turn the cube."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from crmdesk.gui import chips
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import mix, readable

_HEIGHT = 24
_SQUARE_GAP = 6
_LINK_GAP = 14
_DOT, _DOT_GAP = "·", 8
_MARK = 16
_WIDEST = 320


class Mention(NamedTuple):
    """One part of the line: a record to turn to, or only a text (`ref` None)."""

    text: str
    ref: tuple[str, str] | None = None
    colour: str = ""


class ReferenceLink(QAbstractButton):
    """A reference as it stands everywhere: a square in its colour, a text, a dashed line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.mention = Mention("")
        self._texts = _plain()
        self._hot = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_mention(self, mention: Mention) -> None:
        """Name another record."""
        self.mention = mention
        self.setText(mention.text)
        self.setAccessibleName(mention.text)
        self.update()

    def wide(self) -> int:
        """How wide its text and square are, without the mark that a pointer brings up."""
        return chips.SQUARE + _SQUARE_GAP + ceil(self._texts.fit(self.text(), _WIDEST).width)

    def sizeHint(self) -> QSize:
        return QSize(self.wide() + _MARK, _HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hot = True
        self.raise_()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hot = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        hot = self._hot or self.hasFocus()
        square = chips.square(tokens.colour(self.mention.colour), chips.SQUARE, 2.0, ratio)
        painter.drawPixmap(0, (_HEIGHT - chips.SQUARE) // 2, square)
        left = chips.SQUARE + _SQUARE_GAP
        run = self._texts.fit(self.text(), self.width() - left - _MARK)
        base = self._texts.baseline(_HEIGHT)
        right = int(left + run.width)
        if hot:
            # The mark stands where the next part of the line begins.
            painter.fillRect(right, 0, self.width() - right, _HEIGHT, QColor(tokens.surface))
        ink = readable(tokens.accent, tokens.surface) if hot else tokens.text
        painter.setFont(self._texts.font)
        painter.setPen(QColor(ink))
        painter.drawStaticText(QPointF(left, base - run.rise), run.text)
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
        self._spare: list[ReferenceLink] = []
        # What is only text is painted: where it begins, and what it says.
        self._words: list[tuple[int, str]] = []
        self.links: list[ReferenceLink] = []
        self.setFixedHeight(_HEIGHT)

    @property
    def filled(self) -> bool:
        """Whether there is anything to say."""
        return bool(self._shown)

    def show_mentions(self, mentions: Sequence[Mention]) -> bool:
        """Show these; True where other links stand in the line than before."""
        if tuple(mentions) == self._shown:
            return False
        self._shown = tuple(mentions)
        wanted = [mention for mention in mentions if mention.ref is not None]
        before = len(self.links)
        while len(self.links) < len(wanted):
            self.links.append(self._spare.pop() if self._spare else self._link())
        while len(self.links) > len(wanted):
            self._spare.append(self.links.pop())
            self._spare[-1].hide()
        for link, mention in zip(self.links, wanted, strict=True):
            link.show_mention(mention)
        said = ", ".join(mention.text for mention in mentions if mention.ref is None)
        self.setAccessibleName(said)
        self._lay()
        self.update()
        return len(self.links) > before

    def _link(self) -> ReferenceLink:
        link = ReferenceLink(self)
        link.clicked.connect(lambda: self.turned.emit(*(link.mention.ref or ("", ""))))
        return link

    def _lay(self) -> None:
        texts = _plain()
        x, links = 0, iter(self.links)
        self._words = []
        room = self.width()
        for n, mention in enumerate(self._shown):
            if mention.ref is not None:
                link = next(links)
                x += _LINK_GAP if n else 0
                wide = link.sizeHint().width()
                link.setVisible(x + min(wide, 80) <= room)
                link.setGeometry(x, 0, min(wide, room - x), _HEIGHT)
                x += link.wide()
                continue
            if n:
                self._words.append((x + _DOT_GAP, _DOT))
                x += 2 * _DOT_GAP + ceil(texts.fit(_DOT, 40).width)
            self._words.append((x, mention.text))
            x += ceil(texts.fit(mention.text, _WIDEST).width)

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        texts = _plain()
        painter = QPainter(self)
        painter.setFont(texts.font)
        painter.setPen(QColor(theme().tokens.muted))
        base = texts.baseline(_HEIGHT)
        for x, text in self._words:
            room = self.width() - x
            run = texts.fit(text, min(_WIDEST, room))
            if room > 0 and (text != _DOT or room > 40):
                painter.drawStaticText(QPointF(x, base - run.rise), run.text)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()


@lru_cache(maxsize=1)
def _plain() -> Texts:
    return Texts(fonts.font())
