"""Keeps one's place when all rows of a grid change: the current record and the scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView


class Place(QObject):
    """Remembers record, column and height on the screen over a reset of the model."""

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        self._rowid: int | None = None
        self._row = -1
        self._on_new = False
        self._column = 0
        self._top = 0
        view.grid.modelAboutToBeReset.connect(self._remember)
        view.grid.modelReset.connect(self._return)

    def _remember(self) -> None:
        row, column = self._view.current()
        self._rowid = self._view.grid.rowid_at(row)
        self._row = row
        self._on_new = row >= 0 and row == self._view.grid.new_row
        self._column = max(column, 0)
        self._top = self._view.rowViewportPosition(row) if row >= 0 else 0

    def _return(self) -> None:
        view, grid = self._view, self._view.grid
        if not grid.columns:
            return
        if self._on_new and grid.new_row >= 0:
            view.go(grid.new_row, min(self._column, len(grid.columns) - 1))
        if self._rowid is None:
            return
        row = grid.row_of(self._rowid, max(self._row, 0))
        column = min(self._column, len(grid.columns) - 1)
        if row < 0:
            # The record is gone from the list: stay at the height where it was.
            if grid.total:
                view.go(min(self._row, grid.total - 1), column)
            return
        view.go(row, column)
        if self._top > 0 and row != self._row:
            bar = view.verticalScrollBar()
            bar.setValue(bar.value() + view.rowViewportPosition(row) - self._top)
