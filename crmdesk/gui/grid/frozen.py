"""Columns that stay at the left while the others scroll under them, and where cells lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

if TYPE_CHECKING:
    from crmdesk.gui.grid.columns import Columns
    from crmdesk.gui.grid.heights import Heights

Index = QModelIndex | QPersistentModelIndex

# The part of a grid's width that frozen columns may take; more of them scroll again.
_MOST = 0.7


class Frozen(QObject):
    """Which columns of a grid stay, and where they lie in the viewport."""

    def __init__(self, view: FreezingTable) -> None:
        super().__init__(view)
        self._view = view
        self._columns: Columns | None = None
        self._wanted = 0
        # Where each frozen column begins, and where all of them end.
        self.at: dict[int, int] = {}
        self.width = 0

    def follow(self, columns: Columns) -> None:
        """Follow the widths and the order of the columns from now on."""
        self._columns = columns
        header = self._view.horizontalHeader()
        header.sectionResized.connect(self.lay)
        header.sectionMoved.connect(self.lay)
        header.sectionCountChanged.connect(self.lay)
        self._view.model().modelReset.connect(self.lay)

    def set_count(self, count: int) -> None:
        """Keep so many columns, counted from the left."""
        if count != self._wanted:
            self._wanted = count
            self.lay()

    def lay(self) -> None:
        """Work out again where the columns lie: widths or order have changed."""
        view = self._view
        if self._columns is None or (not self._wanted and not self.at):
            return
        self.at, self.width = {}, 0
        room = round(view.viewport().width() * _MOST)
        for column in self._columns.in_sight()[: self._wanted]:
            wide = view.columnWidth(column)
            if self.width + wide > room:
                break
            self.at[column] = self.width
            self.width += wide
        view.horizontalHeader().viewport().update()
        view.viewport().update()

    @property
    def covers(self) -> bool:
        """Whether anything has scrolled under the frozen columns."""
        return self.width > 0 and self._view.horizontalHeader().offset() > 0

    def column_at(self, x: int) -> int:
        """The frozen column at `x` of the viewport, -1 for none."""
        if x < self.width:
            for column, left in self.at.items():
                if left <= x < left + self._view.columnWidth(column):
                    return column
        return -1

    def reveal(self, column: int) -> None:
        """Scroll a column out from under the frozen ones."""
        view = self._view
        if not self.width or column in self.at:
            return
        hidden = self.width - view.columnViewportPosition(column)
        if hidden > 0:
            bar = view.horizontalScrollBar()
            bar.setValue(bar.value() - hidden)


class FreezingTable(QTableView):
    """A table whose first columns can stay at the left and whose rows may differ in height.

    Qt asks here where columns lie.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frozen: Frozen = Frozen(self)
        # Where texts are wrapped: what gives the rows in sight their heights.
        self.heights: Heights | None = None

    def set_frozen(self, count: int) -> None:
        """Keep so many columns at the left while the others scroll."""
        self.frozen.set_count(count)

    def cell_rect(self, row: int, column: int) -> QRect:
        """Where the cell lies in the viewport, to its edges."""
        return QRect(
            self.columnViewportPosition(column),
            self.rowViewportPosition(row),
            self.columnWidth(column),
            self.rowHeight(row),
        )

    def rows_in_sight(self) -> int:
        """How many rows are wholly in sight, at least one."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        return max((last if last >= 0 else self.model().rowCount()) - first, 1)

    def lay_rows(self, height: int) -> None:
        """Give all rows that height."""
        rows = self.verticalHeader()
        # A million rows would be told one by one that their height has changed.
        was = rows.blockSignals(True)
        if self.heights is not None:
            self.heights.forget()
        rows.setDefaultSectionSize(height)
        rows.blockSignals(was)
        self.updateGeometries()
        self.viewport().update()
        rows.viewport().update()

    def measure(self) -> None:
        """Give the rows in sight the heights that their wrapped texts need."""
        if self.heights is not None:
            self.heights.measure()

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.measure()

    def columnViewportPosition(self, column: int) -> int:
        left = self.frozen.at.get(column)
        return super().columnViewportPosition(column) if left is None else left

    def columnAt(self, x: int) -> int:
        found = self.frozen.column_at(x)
        return super().columnAt(x) if found < 0 else found

    def indexAt(self, at: QPoint) -> QModelIndex:
        if not self.frozen.width:
            return super().indexAt(at)
        return self.model().index(self.rowAt(at.y()), self.columnAt(at.x()))

    def visualRect(self, index: Index) -> QRect:
        if index.column() not in self.frozen.at:
            return super().visualRect(index)
        return self.cell_rect(index.row(), index.column())

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        bar = self.horizontalScrollBar()
        before = bar.value()
        super().scrollTo(index, hint)
        if self.heights is not None:
            # The rows that came into sight have their heights only now.
            self.heights.measure()
            super().scrollTo(index, hint)
        if index.column() in self.frozen.at:
            bar.setValue(before)
        else:
            self.frozen.reveal(index.column())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if dy:
            self.measure()
        if dx and self.frozen.width:
            # What stays was moved along with the rest of the picture.
            self.viewport().update()
