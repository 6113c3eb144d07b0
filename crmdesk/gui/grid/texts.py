"""Text laid out once per font: elided to a width, on one baseline whatever its script."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QStaticText, QTextLayout

_LIMIT = 6_000
# Beyond this nobody reads it in a cell, and laying it out would cost.
_LONGEST = 400


class Run(NamedTuple):
    """A text ready to be drawn at (x, baseline - `rise`), `width` wide."""

    text: QStaticText
    rise: float
    width: float


class Texts:
    """The texts of one font; asked once per cell and frame, so it answers from a table."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetricsF(font)
        self._rise = self.metrics.ascent()
        self._whole: dict[str, Run] = {}
        self._elided: dict[tuple[str, int], Run] = {}

    def baseline(self, height: int) -> int:
        """Where the baseline lies in a line of `height`, capitals centred."""
        return round((height + self.metrics.capHeight()) / 2)

    def fit(self, text: str, width: int) -> Run:
        """`text`, shortened with an ellipsis where it is wider than `width`."""
        run = self._whole.get(text)
        if run is None:
            run = self._whole[text] = self._lay(text)
            if len(self._whole) > _LIMIT:
                self._whole.clear()
        if run.width <= width:
            return run
        key = (text, width)
        short = self._elided.get(key)
        if short is None:
            line = _one_line(text)
            cut = self.metrics.elidedText(line, Qt.TextElideMode.ElideRight, max(width, 0))
            short = self._elided[key] = self._lay(cut)
            if len(self._elided) > _LIMIT:
                self._elided.clear()
        return short

    def _lay(self, text: str) -> Run:
        line = _one_line(text)
        static = QStaticText(line)
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        static.prepare(font=self.font)
        rise = self._rise
        if not line.isascii():
            # A fallback font may stand taller: ask where its line's baseline is.
            layout = QTextLayout(line, self.font)
            layout.beginLayout()
            first = layout.createLine()
            layout.endLayout()
            if first.isValid():
                rise = first.ascent()
        return Run(static, rise, self.metrics.horizontalAdvance(line))


def _one_line(text: str) -> str:
    if len(text) > _LONGEST:
        text = text[:_LONGEST]
    return " ".join(text.split()) if ("\n" in text or "\t" in text) else text
