"""A line of the rail under the hand: a mark shows between which others it will stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from crmdesk.gui.theme.theme import theme

if TYPE_CHECKING:
    from crmdesk.gui.shell.rail import Rail


class RowDrag:
    """Drags a movable line up or down among those of its section."""

    def __init__(self, rail: Rail) -> None:
        self._rail = rail
        self._pressed: QPoint | None = None
        # The line that is dragged, and the gap into which it would go: above which row.
        self._row = -1
        self._gap = -1

    def pressed(self, event: QMouseEvent) -> None:
        """Note where a press began."""
        at = event.position().toPoint()
        row = self._rail.indexAt(at).row()
        left = event.button() == Qt.MouseButton.LeftButton
        movable = left and row >= 0 and self._rail.items[row].movable
        self._pressed = at if movable else None
        self._row = self._gap = -1

    def moved(self, event: QMouseEvent) -> bool:
        """Drag the line; True while one is dragged."""
        at = event.position().toPoint()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        if self._row < 0:
            if (at - self._pressed).manhattanLength() < QApplication.startDragDistance():
                return True
            self._row = self._rail.indexAt(self._pressed).row()
            self._rail.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        first, last = self._stretch()
        rows = range(first, last + 1)
        middles = [self._rail.visualRect(self._rail.model().index(row, 0)).center() for row in rows]
        self._gap = first + sum(at.y() > middle.y() for middle in middles)
        self._rail.viewport().update()
        return True

    def released(self, event: QMouseEvent) -> bool:
        """Put the line down; True if one was dragged, so that this was no click."""
        row, gap = self._row, self._gap
        if not self.cancel():
            return False
        if event.button() == Qt.MouseButton.LeftButton and 0 <= row < len(self._rail.items):
            step = gap - row - 1 if gap > row else gap - row
            self._rail.shift(self._rail.items[row].key, step)
        return True

    def cancel(self) -> bool:
        """Leave the line where it was; True if one was dragged."""
        dragged = self._row >= 0
        self._pressed, self._row, self._gap = None, -1, -1
        if dragged:
            self._rail.viewport().unsetCursor()
            self._rail.viewport().update()
        return dragged

    def _stretch(self) -> tuple[int, int]:
        """The first and the last row among which the line can stand."""
        items = self._rail.items
        first = last = self._row
        while first > 0 and items[first - 1].movable:
            first -= 1
        while last + 1 < len(items) and items[last + 1].movable:
            last += 1
        return first, last

    def paint(self) -> None:
        """Draw the mark."""
        if self._row < 0 or self._gap < 0:
            return
        rail = self._rail
        above = rail.visualRect(rail.model().index(min(self._gap, len(rail.items) - 1), 0))
        y = above.top() if self._gap < len(rail.items) else above.bottom() + 1
        painter = QPainter(rail.viewport())
        painter.fillRect(above.left() + 4, y - 1, above.width() - 8, 2,
                         QColor(theme().tokens.accent))  # fmt: skip
        painter.end()
