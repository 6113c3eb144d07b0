"""A long text laid out with its links, to be drawn and to be pointed at."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from crmdesk.features.reaching.links import Link, links_in
from crmdesk.gui.theme.tokens import Tokens, readable

_NEW_LINE = "\u2028"


class Paragraph:
    """Some text in a font and a width; links wear the accent and a line below."""

    def __init__(self, text: str, font: QFont, width: float, tokens: Tokens) -> None:
        self.links: list[Link] = _links(text)
        layout = QTextLayout(text.replace("\r\n", "\n").replace("\n", _NEW_LINE), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats([self._format(link, tokens) for link in self.links])
        layout.beginLayout()
        high = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 20.0))
            line.setPosition(QPointF(0, high))
            high += line.height()
        layout.endLayout()
        self._layout = layout
        self.height = high

    def _format(self, link: Link, tokens: Tokens) -> QTextLayout.FormatRange:
        made = QTextLayout.FormatRange()
        made.start, made.length = link.start, link.end - link.start
        look = QTextCharFormat()
        look.setForeground(QColor(readable(tokens.accent, tokens.surface)))
        look.setFontUnderline(True)
        made.format = look
        return made

    def draw(self, painter: QPainter, at: QPointF) -> None:
        """Draw it with its left upper corner there, in the pen's colour."""
        self._layout.draw(painter, at)

    def link_at(self, at: QPointF) -> Link | None:
        """The link under a point, counted from the left upper corner."""
        for number in range(self._layout.lineCount()):
            line = self._layout.lineAt(number)
            if line.naturalTextRect().contains(at):
                letter = line.xToCursor(at.x(), line.CursorPosition.CursorOnCharacter)
                return next((one for one in self.links if one.start <= letter < one.end), None)
        return None


@lru_cache(maxsize=256)
def _found(text: str) -> tuple[Link, ...]:
    return tuple(links_in(text))


def _links(text: str) -> list[Link]:
    # Lines of other systems end in two letters; the layout has one for them.
    return list(_found(text.replace("\r\n", "\n")))


def has_links(text: str) -> bool:
    """Whether anything in the text leads somewhere."""
    return bool(_links(text))
