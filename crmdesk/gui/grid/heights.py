"""Rows as tall as their wrapped texts need, measured when they come into sight.

A row that was not in sight yet counts as one line. What is measured above what one looks at
must not move it, so the scroll follows by as much.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from crmdesk.gui.grid.paint import WRAPS
from crmdesk.gui.theme.tokens import CELL_PADDING

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

# Rows that grow push others out, and a scroll that follows brings others in: so often it is
# looked again.
_TURNS = 4


class Heights(QObject):
    """Gives the rows in sight of a grid their heights."""

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        self._busy = False
        # The rows that were in sight when they were measured last.
        self._seen = range(0)
        # A column is resized many times before it is painted once.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.measure)
        grid = view.grid
        for changed in (grid.dataChanged, grid.rowsInserted, grid.rowsRemoved, grid.modelReset):
            changed.connect(self.measure)
        view.header.sectionResized.connect(lambda *_sizes: self._soon.start())

    def measure(self) -> None:
        """Give the rows in sight their heights, until nothing changes any more."""
        if self._busy or not self._view.wrapped:
            return
        self._busy = True
        try:
            for _turn in range(_TURNS):
                if not self._turn():
                    break
            self._seen = self._in_sight()
        finally:
            self._busy = False

    def forget(self) -> None:
        """Give the rows that were measured the height of the others again."""
        rows = self._view.verticalHeader()
        height, count = rows.defaultSectionSize(), rows.count()

        def surplus(row: int) -> int:
            return int(rows.sectionPosition(row) + rows.sectionSize(row) - (row + 1) * height)

        measured: list[int] = []
        row, known, whole = 0, 0, rows.length() - count * height
        while known < whole:
            # Mostly the next one; else the first below which things lie farther down.
            if rows.sectionSize(row) == height:
                row = bisect_left(range(count), known + 1, lo=row, key=surplus)
            known += rows.sectionSize(row) - height
            measured.append(row)
            row += 1
        rows.setUpdatesEnabled(False)
        for row in measured:
            rows.resizeSection(row, height)
        rows.setUpdatesEnabled(True)

    def _turn(self) -> bool:
        view = self._view
        rows = view.verticalHeader()
        sight = self._in_sight()
        wanted = self._wanted(sight)
        changed = {row: tall for row, tall in wanted.items() if rows.sectionSize(row) != tall}
        if not changed:
            return False
        bar = view.verticalScrollBar()
        at_top, at_end = bar.value() == bar.minimum(), bar.value() == bar.maximum()
        fixed = view.currentIndex().row()
        if fixed not in sight:
            # What one sees already; what has just come into sight gives way.
            fixed = next((row for row in self._seen if row in sight), sight[0])
        before = rows.sectionPosition(fixed)
        # Without this each row would be laid out and painted by itself.
        rows.setUpdatesEnabled(False)
        for row, tall in changed.items():
            rows.resizeSection(row, tall)
        rows.setUpdatesEnabled(True)
        view.updateGeometries()
        if at_end and not at_top:
            bar.setValue(bar.maximum())
        elif not at_top:
            bar.setValue(bar.value() + rows.sectionPosition(fixed) - before)
        view.viewport().update()
        return True

    def _in_sight(self) -> range:
        rows = self._view.verticalHeader()
        first = rows.visualIndexAt(0)
        last = rows.visualIndexAt(self._view.viewport().height() - 1)
        return range(max(first, 0), (last if last >= 0 else rows.count() - 1) + 1)

    def _wanted(self, sight: range) -> dict[int, int]:
        """The heights of the rows that have been read."""
        view, grid = self._view, self._view.grid
        columns = [
            (column, view.columnWidth(column) - 2 * CELL_PADDING)
            for column, spec in enumerate(grid.columns)
            if spec.path in view.wrapped and spec.kind in WRAPS and not view.isColumnHidden(column)
        ]
        wraps, one = view.cells.wraps, view.line_height
        found = {}
        for row in sight:
            if grid.row_at(row) is not None or row == grid.new_row:
                texts = ((grid.cell(row, column).text, room) for column, room in columns)
                lines = max((len(wraps.lines(*text)) for text in texts if text[0]), default=1)
                found[row] = one + max(lines - 1, 0) * wraps.step
            elif grid.head_at(row) is not None:
                found[row] = one
        return found
