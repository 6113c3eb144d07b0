"""Paints the group rows of a grid: caret, what is common, how many, and subtotals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QFont, QPainter

from crmdesk.gui import chips
from crmdesk.gui.grid.groups import Head, HeadCells
from crmdesk.gui.grid.paint import Strip
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.grid.totals import fits, fitting
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.tokens import CELL_PADDING as PAD
from crmdesk.gui.theme.tokens import Tokens, mix, readable

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

_INDENT = 18
_CARET = 11
_GAP = 6
_PLUS = 14


class _Fonts:
    """Made when a group is first painted."""

    def __init__(self) -> None:
        self.strong = Texts(fonts.font(weight=QFont.Weight.DemiBold))
        self.sums = Texts(fonts.font(weight=QFont.Weight.DemiBold, figures=True))
        self.quiet = Texts(fonts.font(figures=True))


_made: list[_Fonts] = []


def _fonts() -> _Fonts:
    if not _made:
        _made.append(_Fonts())
    return _made[0]


def ground(tokens: Tokens) -> str:
    """What group rows stand on: between the surface and what is sunken."""
    return mix(tokens.sunken, tokens.surface, 0.7)


def paint_heads(
    view: GridView, painter: QPainter, strips: Sequence[Strip], first: int, edges: Sequence[int]
) -> None:
    """Paint the group rows among those from `first` on, which lie between `edges`."""
    grid = view.grid
    current = view.currentIndex().row()
    for row, (top, bottom) in enumerate(pairwise(edges), first):
        head = grid.head_at(row)
        if head is not None:
            rect = QRect(0, top, view.viewport().width(), bottom - top)
            _head(view, painter, strips, head, rect, current=row == current)


def _head(
    view: GridView,
    painter: QPainter,
    strips: Sequence[Strip],
    head: Head,
    rect: QRect,
    *,
    current: bool,
) -> None:
    tokens = view.cells.tokens
    cells = view.grid.head_cells(head)
    shade = tokens.selection if current else ground(tokens)
    painter.fillRect(rect, QColor(shade))
    painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(tokens.inner))
    painter.setFont(_fonts().sums.font)
    base = rect.y() + _fonts().sums.baseline(rect.height())
    painter.setPen(QColor(readable(tokens.text, shade)))
    free = float(rect.right())
    sums, stop = _fonts().sums, _label_end(view, head, cells)
    for strip in strips:
        text = cells.below.get(strip.spec.path)
        if not text or strip.x > view.viewport().width():
            continue
        # Where nothing stands beside it, a sum of several currencies runs over its edge.
        right = strip.x + strip.width - PAD
        if strip.column not in view.frozen.at:
            stop = max(stop, view.frozen.width)
        if not fits(sums, text, right - stop - PAD):
            continue
        run = fitting(sums, text, int(right - stop - PAD))
        painter.drawStaticText(QPointF(right - run.width, base - run.rise), run.text)
        free = min(free, right - run.width - PAD)
        stop = right + PAD
    _label(view, painter, head, cells, rect, free, shade)


def _left(view: GridView, head: Head) -> int:
    first = view.columns.first()
    start = view.columnViewportPosition(first) if view.grid.columns else 0
    return max(start, 0) + PAD + head.level * _INDENT


def _label_width(cells: HeadCells) -> float:
    if cells.kind in {"choice", "choices"}:
        return chips.chip_width(cells.label.text)
    square = chips.SQUARE + _GAP if cells.label.ref is not None else 0
    return _fonts().strong.metrics.horizontalAdvance(cells.label.text) + square


def _label_end(view: GridView, head: Head, cells: HeadCells) -> int:
    wide = _label_width(cells) + _fonts().quiet.metrics.horizontalAdvance(f"{head.size:,}")
    return int(_left(view, head) + _CARET + wide + 4 * _GAP + _PLUS)


def plus_area(view: GridView, row: int, head: Head) -> QRect:
    """Where a click begins a record of the group."""
    end = _label_end(view, head, view.grid.head_cells(head))
    rect = QRect(end - _PLUS - _GAP, view.rowViewportPosition(row), _PLUS + 2 * _GAP, 0)
    rect.setHeight(view.rowHeight(row))
    return rect


def _label(
    view: GridView,
    painter: QPainter,
    head: Head,
    cells: HeadCells,
    rect: QRect,
    free: float,
    shade: str,
) -> None:
    tokens = view.cells.tokens
    ratio = painter.device().devicePixelRatioF()
    x = float(_left(view, head))
    shut = head.way in view.grid.groups.closed
    caret = icons.pixmap("caret-right-fill" if shut else "caret-down-fill", tokens.muted, _CARET,
                         ratio)  # fmt: skip
    painter.drawPixmap(int(x), rect.y() + (rect.height() - _CARET) // 2, caret)
    x += _CARET + _GAP
    # The sums leave its label whole, where it fits at all.
    room = max(
        int(free - x - 60), min(int(_label_width(cells)) + 1, int(rect.right() - x - 60)), 40
    )
    middle = rect.y() + rect.height() // 2
    if cells.kind in {"choice", "choices"}:
        made = chips.chip(cells.label.text, cells.label.colour, room, tokens, ratio)
        painter.drawPixmap(int(x), middle - chips.CHIP_HEIGHT // 2, made)
        x += made.width() / ratio
    else:
        if cells.label.ref is not None:
            colour = tokens.colour(cells.label.colour or cells.entity)
            square = chips.square(colour, chips.SQUARE, 2.0, ratio)
            painter.drawPixmap(int(x), middle - chips.SQUARE // 2, square)
            x += chips.SQUARE + _GAP
        quiet = cells.label.state == "faint"
        texts = _fonts().quiet if quiet else _fonts().strong
        run = texts.fit(cells.label.text, room)
        painter.setFont(texts.font)
        painter.setPen(QColor(readable(tokens.muted if quiet else tokens.text, shade)))
        base = rect.y() + texts.baseline(rect.height())
        painter.drawStaticText(QPointF(x, base - run.rise), run.text)
        x += run.width
    texts = _fonts().quiet
    run = texts.fit(f"{head.size:,}", 90)
    painter.setFont(texts.font)
    painter.setPen(QColor(readable(tokens.muted, shade)))
    base = rect.y() + texts.baseline(rect.height())
    painter.drawStaticText(QPointF(x + _GAP, base - run.rise), run.text)
    if view.folding.hovered == head.way and view.grid.new_row >= 0:
        plus = icons.pixmap("plus", tokens.accent, _PLUS, ratio)
        painter.drawPixmap(int(x + run.width + 2 * _GAP), middle - _PLUS // 2, plus)
