"""Paints the frame of a grid: tints, lines, columns of cells, and the marks over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from crmdesk.gui.grid.heads import paint_heads
from crmdesk.gui.grid.marks import paint_marks
from crmdesk.gui.grid.notes import new_line
from crmdesk.gui.grid.paint import Line, Strip
from crmdesk.gui.grid.source import GridCell, GridRow

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView


class Frame:
    """What a view shows just now, painted in one go."""

    def __init__(self, view: GridView) -> None:
        self._view = view
        # The columns that are painted just now, None for all.
        self._only: frozenset[int] | None = None
        # The tops of the rows that are painted just now, and the bottom of the last one.
        self._edges: list[int] = []

    def _left_out(self, column: int) -> bool:
        hidden: bool = self._view.isColumnHidden(column)
        return hidden or (self._only is not None and column not in self._only)

    def strip(self, column: int) -> Strip:
        """One column as it lies in the viewport."""
        return Strip(
            column,
            self._view.grid.columns[column],
            self._view.columnViewportPosition(column),
            self._view.columnWidth(column),
        )

    def _strips(self, rect: QRect) -> list[Strip]:
        header = self._view.horizontalHeader()
        found = []
        for visual in range(header.count()):
            column = header.logicalIndex(visual)
            if self._left_out(column):
                continue
            strip = self.strip(column)
            if strip.x + strip.width >= rect.left() and strip.x <= rect.right():
                found.append(strip)
        return found

    def _all_strips(self) -> list[Strip]:
        return [self.strip(column) for column in self._view.columns.in_sight()]

    def _find_edges(self, first: int, last: int) -> list[int]:
        view = self._view
        top = view.rowViewportPosition(first)
        if view.wrapped:
            tops = [view.rowViewportPosition(row) for row in range(first, last + 1)]
            return [*tops, tops[-1] + view.rowHeight(last)]
        height = view.line_height
        return [top + n * height for n in range(last - first + 2)]

    def _lines(self, first: int, last: int) -> list[Line]:
        over = self._view.grid.overlaid
        lines = []
        grouped = self._view.grid.groups
        for n, row in enumerate(self._in_sight(first, last)):
            if row is None and grouped and self._view.grid.head_at(first + n) is not None:
                continue
            cells: Sequence[GridCell] | None = None
            if row is not None:
                cells = row.cells
                if over:
                    cells = [
                        over.get((row.rowid, column), cell) for column, cell in enumerate(cells)
                    ]
            lines.append(Line(first + n, self._edges[n], cells, row.tint if row else ""))
        return lines

    def _in_sight(self, first: int, last: int) -> list[GridRow | None]:
        # All of the viewport is asked for, however little of it is painted: what the grid takes
        # to be in sight is read again after a change, and nothing else.
        view = self._view
        top, bottom = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
        top = first if top < 0 else min(top, first)
        bottom = view.grid.rowCount() - 1 if bottom < 0 else max(bottom, last)
        return view.grid.rows_between(top, bottom)[first - top : last - top + 1]

    def _tint(self, painter: QPainter, first: int, last: int) -> None:
        """The current row and the selected cells."""
        tokens = self._view.cells.tokens
        row_tint = QColor(tokens.selection)
        range_tint = QColor(tokens.range_tint)
        edges = self._edges
        width = self._view.viewport().width()
        current = self._view.currentIndex().row()
        if first <= current <= last:
            y = edges[current - first]
            painter.fillRect(0, y, width, edges[current - first + 1] - y, row_tint)
        found = self._view.selected_ranges()
        if len(found) == 1 and found[0].width() == found[0].height() == 1:
            return
        columns = len(self._view.grid.columns)
        for part in found:
            upper, lower = max(part.top(), first), min(part.bottom(), last)
            if upper > lower:
                continue
            y = edges[upper - first]
            tall = edges[lower - first + 1] - y
            if part.width() == columns:
                painter.fillRect(0, y, width, tall, row_tint)
                continue
            for column in range(part.left(), part.right() + 1):
                if self._left_out(column):
                    continue
                strip = self.strip(column)
                painter.fillRect(strip.x, y, strip.width, tall, range_tint)
        row, column = self._view.current()
        if first <= row <= last and len(found) == 1 and not self._left_out(column):
            # The cell that is typed into stands out of its range.
            painter.fillRect(self._view.cell_rect(row, column), QColor(tokens.surface))

    def paint(self, painter: QPainter, rect: QRect) -> None:
        """Paint that part of the viewport, all of it; frozen columns over what is under them."""
        frozen = self._view.frozen
        if not frozen.covers or rect.left() >= frozen.width:
            self._paint(painter, rect)
            return
        right = QRect(rect)
        right.setLeft(max(rect.left(), frozen.width))
        left = QRect(rect)
        left.setRight(min(rect.right(), frozen.width - 1))
        for part, only in ((right, None), (left, frozenset(frozen.at))):
            if part.isValid():
                painter.save()
                painter.setClipRect(part)
                self._only = only
                self._paint(painter, part)
                self._only = None
                painter.restore()
        line = QColor(self._view.cells.tokens.line)
        painter.fillRect(frozen.width - 1, rect.top(), 1, rect.height(), line)

    def _paint(self, painter: QPainter, rect: QRect) -> None:
        tokens = self._view.cells.tokens
        painter.fillRect(rect, QColor(tokens.surface))
        first = self._view.rowAt(rect.top())
        if first < 0 or not self._view.grid.columns:
            return
        last = self._view.rowAt(rect.bottom())
        last = last if last >= 0 else self._view.grid.rowCount() - 1
        edges = self._edges = self._find_edges(first, last)
        lines = self._lines(first, last)
        for line in lines:
            if line.tint:
                ground = QColor(tokens.soft(line.tint))
                tall = edges[line.row - first + 1] - line.y
                painter.fillRect(rect.left(), line.y, rect.width(), tall, ground)
        self._tint(painter, first, last)
        inner = QColor(tokens.inner)
        for y in edges[1:]:
            # Filled and not drawn: a pen of 150 % falls on other pixels than the row numbers'.
            painter.fillRect(rect.left(), y - 1, rect.width(), 1, inner)
        strips = self._strips(rect)
        if self._view.grid.groups:
            paint_heads(self._view, painter, self._all_strips(), first, edges)
        drafted = last == self._view.grid.new_row
        if drafted and self._view.grid.draft:
            draft = [
                self._view.grid.cell(last, column) for column in range(len(self._view.grid.columns))
            ]
            lines.append(Line(last, edges[-2], draft))
        refused = self._refused(lines) if self._view.grid.overlaid or self._view.grid.draft else []
        if self._view.found:
            self._tint_found(painter, lines)
        for at in refused:
            self._view.cells.refusal(painter, self._view.cell_rect(*at).adjusted(0, 0, 0, -1))
        hover_row, hover_column = self._view.pointing.hovered or (-1, -1)
        for strip in strips:
            hover = hover_row if strip.column == hover_column else -1
            wrapped = strip.spec.path in self._view.wrapped
            base = self._view.line_height
            self._view.cells.strip(painter, strip, lines, base, hover, wrapped=wrapped)
        if drafted and not self._view.grid.draft:
            new_line(self._view, painter, self._all_strips(), edges[-2], self._view.line_height)
        for at in refused:
            self._view.cells.refusal_frame(painter, self._view.cell_rect(*at).adjusted(0, 0, 0, -1))
        self._mark_current(painter, first, last)
        paint_marks(self._view, painter, first, last)

    def _tint_found(self, painter: QPainter, lines: Sequence[Line]) -> None:
        """The cells that hold what is looked for."""
        colour = QColor(self._view.cells.tokens.warning_soft)
        found, rowid_at = self._view.found, self._view.grid.rowid_at
        for line in lines:
            rowid = rowid_at(line.row)
            for column in range(len(line.cells or ())):
                if (rowid, column) in found and not self._left_out(column):
                    rect = self._view.cell_rect(line.row, column)
                    painter.fillRect(rect.adjusted(0, 0, 0, -1), colour)

    def _refused(self, lines: Sequence[Line]) -> list[tuple[int, int]]:
        return [
            (line.row, column)
            for line in lines
            for column, cell in enumerate(line.cells or ())
            if cell.state == "refused" and not self._left_out(column)
        ]

    def _mark_current(self, painter: QPainter, first: int, last: int) -> None:
        row, column = self._view.current()
        if not first <= row <= last or not self._view.hasFocus() or self._left_out(column):
            return
        if self._view.grid.cell(row, column).state == "refused" or self._view.ranges.many():
            return
        tokens = self._view.cells.tokens
        self._view.cells.frame(
            painter, self._view.cell_rect(row, column).adjusted(0, 0, 0, -1), tokens.accent
        )
