"""Paints what lies over the cells: the frame of the selection, its handle, what was copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from crmdesk.gui.grid.handle import handle_rect

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView


def paint_marks(view: GridView, painter: QPainter, first: int, last: int) -> None:
    """Paint the marks as far as rows from `first` to `last` show them."""
    tokens = view.cells.tokens
    focused = view.hasFocus()
    view.pointing.open_mark.paint(painter, first, last)
    marked = view.marked
    if marked is not None and marked.rows[0] <= last and marked.rows[-1] >= first:
        _dashed(painter, view.ranges.rect(marked), tokens.accent)
    block = view.ranges.block()
    if block is None or block.rows[0] > last or block.rows[-1] < first:
        _fill_target(view, painter, tokens.accent)
        return
    if block.cells > 1:
        rect = view.ranges.rect(block).adjusted(0, -1, 0, -1)
        colour = tokens.accent if focused else tokens.faint
        view.cells.frame(painter, rect, colour, 1.5 if focused else 1.0)
    handle = handle_rect(view) if focused else None
    if handle is not None:
        painter.fillRect(handle.adjusted(-1, -1, 1, 1), QColor(tokens.surface))
        painter.fillRect(handle, QColor(tokens.accent))
    _fill_target(view, painter, tokens.accent)


def _fill_target(view: GridView, painter: QPainter, colour: str) -> None:
    target = view.fill_drag.target
    if target is not None:
        _dashed(painter, view.ranges.rect(target), colour)


def _dashed(painter: QPainter, rect: QRect, colour: str) -> None:
    pen = QPen(QColor(colour), 1.5)
    pen.setDashPattern([3.0, 2.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(rect).adjusted(0.75, -0.25, -0.75, -1.75))
