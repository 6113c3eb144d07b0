"""Small painted things: squares, chips, check boxes, star rows; each drawn once and kept."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from crmdesk.gui.theme import fonts
from crmdesk.gui.theme.tokens import CAPTION, Tokens, mix, readable

CHIP_HEIGHT = 20
CHIP_PADDING = 8
SQUARE = 8
BOX = 14


def blank(width: float, height: float, ratio: float) -> QPixmap:
    """A transparent picture of that size in device-independent pixels."""
    made = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    return made


@lru_cache(maxsize=256)
def square(colour: str, size: int, radius: float, ratio: float) -> QPixmap:
    """A rounded square in `#rrggbb`: what a kind of record wears."""
    made = blank(size, size, ratio)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(0, 0, size, size), radius, radius)
    painter.end()
    return made


@lru_cache(maxsize=8)
def _chip_font(pixels: int) -> tuple[QFont, QFontMetricsF]:
    made = fonts.font(pixels)
    return made, QFontMetricsF(made)


def chip_width(text: str) -> float:
    """How wide a chip with that text wants to be."""
    return _chip_font(CAPTION)[1].horizontalAdvance(text) + 2 * CHIP_PADDING


@lru_cache(maxsize=2048)
def _chip(text: str, width: int, ground: str, ink: str, ratio: float) -> QPixmap:
    font, metrics = _chip_font(CAPTION)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 2 * CHIP_PADDING + 1)
    wide = min(float(width), metrics.horizontalAdvance(shown) + 2 * CHIP_PADDING)
    made = blank(wide, CHIP_HEIGHT, ratio)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(QRectF(0, 0, wide, CHIP_HEIGHT), CHIP_HEIGHT / 2, CHIP_HEIGHT / 2)
    painter.setPen(QColor(ink))
    painter.setFont(font)
    base = (CHIP_HEIGHT + metrics.capHeight()) / 2
    painter.drawText(QPointF(CHIP_PADDING, base), shown)
    painter.end()
    return made


def chip(text: str, colour: str | None, width: float, tokens: Tokens, ratio: float) -> QPixmap:
    """A chip with `text` in the colour of a token or `#rrggbb`, at most `width` wide."""
    if colour is None:
        ground, ink = tokens.sunken, tokens.muted
    else:
        shade = tokens.colour(colour)
        ground = mix(shade, tokens.surface, 0.17 if tokens.dark else 0.14)
        ink = readable(shade, ground)
    return _chip(text, int(width), ground, ink, ratio)


@lru_cache(maxsize=64)
def check_box(checked: bool, frame: str, mark: str, ratio: float) -> QPixmap:
    """A check box: an outline in `frame`, or filled with it and ticked in `mark`."""
    made = blank(BOX, BOX, ratio)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QRectF(0.75, 0.75, BOX - 1.5, BOX - 1.5)
    if checked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(frame))
        painter.drawRoundedRect(QRectF(0, 0, BOX, BOX), 3.5, 3.5)
        pen = QPen(QColor(mark), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        tick = QPainterPath(QPointF(3.6, 7.3))
        tick.lineTo(6.1, 9.8)
        tick.lineTo(10.5, 4.6)
        painter.drawPath(tick)
    else:
        painter.setPen(QPen(QColor(frame), 1.3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(outline, 3.5, 3.5)
    painter.end()
    return made
