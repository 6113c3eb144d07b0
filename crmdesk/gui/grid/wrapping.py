"""Text of several lines in a cell: broken to the column's width, at most so many lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen, QTextLayout, QTextOption

from crmdesk.gui.grid.paint import Line, Strip
from crmdesk.gui.grid.texts import Run, Texts
from crmdesk.gui.theme.tokens import CELL_PADDING as PAD

LINES = 8
"""The most lines that a wrapped cell shows."""
_LIMIT = 3_000
# Beyond this nobody sees it in a cell.
_LONGEST = 1_500


class Wraps:
    """Texts broken into lines; asked once per cell and frame, so it answers from a table."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        # How much taller a row gets by each further line.
        self.step = round(texts.metrics.lineSpacing())
        self._known: dict[tuple[str, int], list[Run]] = {}

    def lines(self, text: str, width: int) -> list[Run]:
        """The lines of a text; the last one ends in an ellipsis where there is more."""
        key = (text, width)
        found = self._known.get(key)
        if found is None:
            if len(self._known) > _LIMIT:
                self._known.clear()
            found = self._known[key] = self._break(text[:_LONGEST], width)
        return found

    def _break(self, text: str, width: int) -> list[Run]:
        made: list[Run] = []
        paragraphs = [part.strip() for part in text.split("\n") if part.strip()]
        for number, paragraph in enumerate(paragraphs):
            layout = QTextLayout(paragraph, self._texts.font)
            option = QTextOption()
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            layout.setTextOption(option)
            layout.beginLayout()
            while len(made) < LINES:
                line = layout.createLine()
                if not line.isValid():
                    break
                line.setLineWidth(width)
                start = line.textStart()
                more = number + 1 < len(paragraphs) or start + line.textLength() < len(paragraph)
                if len(made) == LINES - 1 and more:
                    rest = " ".join([paragraph[start:], *paragraphs[number + 1 :]])
                    # Wider than the room, so that it gets its ellipsis.
                    part = rest if len(rest) > line.textLength() else f"{rest} …"
                else:
                    part = paragraph[start : start + line.textLength()].rstrip()
                made.append(self._texts.fit(part, width))
            layout.endLayout()
        return made

    def paint(
        self,
        painter: QPainter,
        strip: Strip,
        lines: Sequence[Line],
        height: int,
        pens: dict[str, QPen],
    ) -> None:
        """Draw a column of wrapped texts; the first line lies as in a row of `height`."""
        texts = self._texts
        painter.setFont(texts.font)
        base, step = texts.baseline(height), self.step
        room = strip.width - 2 * PAD
        for line in lines:
            cell = line.cells[strip.column] if line.cells is not None else None
            if cell is None or not cell.text:
                continue
            painter.setPen(pens.get(cell.state, pens[""]))
            for number, run in enumerate(self.lines(cell.text, room)):
                y = line.y + base + number * step - run.rise
                left = float(strip.x + PAD)
                if strip.spec.numeric:
                    left = strip.x + strip.width - PAD - run.width
                painter.drawStaticText(QPointF(left, y), run.text)
