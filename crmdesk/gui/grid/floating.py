"""Panels that float under an editor: where they stand and the ground they are painted on."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from crmdesk.gui.theme.theme import theme

SHADOW = 10
"""The room for the shadow round a panel, in device-independent pixels."""


def place_under(panel: QWidget, window: QWidget, under: QRect, wide: int, tall: int) -> None:
    """Put a panel under a rectangle of its window, or above it where there is more room."""
    room = window.rect()
    x = max(-SHADOW, min(under.left() - SHADOW, room.right() - wide + SHADOW))
    y = under.bottom() + 1
    if y + tall > room.bottom() and under.top() > room.bottom() - under.bottom():
        y = under.top() - tall + SHADOW
    panel.setGeometry(x, y, wide, tall)


def paint_panel(painter: QPainter, rect: QRect) -> None:
    """A rounded ground with a soft shadow, inside of the room for it."""
    tokens = theme().tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    body = QRectF(rect).adjusted(SHADOW, SHADOW // 2, -SHADOW, -SHADOW)
    painter.setPen(Qt.PenStyle.NoPen)
    for n in range(SHADOW, 0, -1):
        shade = QColor("#000000")
        shade.setAlphaF((0.030 if tokens.dark else 0.010) * (1 + (SHADOW - n) / SHADOW))
        painter.setBrush(shade)
        painter.drawRoundedRect(body.adjusted(-n, -n + 4, n, n), 8 + n, 8 + n)
    painter.setPen(QPen(QColor(tokens.line), 1))
    painter.setBrush(QColor(tokens.surface))
    painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
