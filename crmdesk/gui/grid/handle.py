"""The fill handle: the small square at the corner of the selection, dragged over cells to fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent

from crmdesk.gui.grid.ranges import Block, scroll_towards

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

HANDLE = 7
_REACH = 3
_SCROLL_MS = 40
_LEFT = Qt.MouseButton.LeftButton


def handle_rect(view: GridView) -> QRect | None:
    """Where the fill handle lies in the viewport, None where there is none."""
    block = view.ranges.block()
    if block is None or block.rows[-1] >= view.grid.total:
        return None
    if not any(view.grid.columns[column].editable for column in block.columns):
        return None
    corner = view.cell_rect(block.rows[-1], block.columns[-1])
    x = min(corner.right() - HANDLE // 2, view.viewport().width() - HANDLE)
    return QRect(x, corner.bottom() - HANDLE // 2 - 1, HANDLE, HANDLE)


def on_handle(view: GridView, at: QPoint) -> bool:
    """Whether a point of the viewport is on the fill handle."""
    rect = handle_rect(view)
    return rect is not None and rect.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(at)


def reached(view: GridView, source: Block, at: QPoint) -> Block | None:
    """The block that a drag of the handle to that point fills, without its source.

    It grows in one direction: the one in which the pointer is farther away.
    """
    row, column = view.ranges.cell_near(at)
    seen = view.columns.in_sight()
    place = seen.index(column)
    left, right = seen.index(source.columns[0]), seen.index(source.columns[-1])
    down = row - source.rows[-1] if row > source.rows[-1] else min(row - source.rows[0], 0)
    across = place - right if place > right else min(place - left, 0)
    rect = view.ranges.rect(source)
    if down and across:
        far_y = at.y() - rect.bottom() if down > 0 else rect.top() - at.y()
        far_x = at.x() - rect.right() if across > 0 else rect.left() - at.x()
        down, across = (down, 0) if far_y >= far_x else (0, across)
    if down > 0:
        return Block(range(source.rows[-1] + 1, row + 1), source.columns)
    if down < 0:
        return Block(range(row, source.rows[0]), source.columns)
    if across > 0:
        return Block(source.rows, seen[right + 1 : place + 1])
    if across < 0:
        return Block(source.rows, seen[place:left])
    return None


class FillDrag(QObject):
    """A drag of the handle: what it would fill, and the fill when it is let go."""

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        self._source: Block | None = None
        self._pointer = QPoint()
        # What the drag under way would fill.
        self.target: Block | None = None
        self._scrolling = QTimer(self)
        self._scrolling.setInterval(_SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll_on)

    @property
    def source(self) -> Block | None:
        """What is being dragged from, None where nothing is."""
        return self._source

    def pressed(self, event: QMouseEvent) -> bool:
        """Begin, if the press is on the handle."""
        at = event.position().toPoint()
        if event.button() != _LEFT or not on_handle(self._view, at):
            return False
        self._source, self.target = self._view.ranges.block(), None
        return self._source is not None

    def moved(self, event: QMouseEvent) -> bool:
        """Follow the pointer; True while the handle is dragged."""
        if self._source is None:
            return False
        self._pointer = event.position().toPoint()
        self._follow()
        if self._view.viewport().rect().contains(self._pointer):
            self._scrolling.stop()
        elif not self._scrolling.isActive():
            self._scrolling.start()
        return True

    def released(self, event: QMouseEvent) -> bool:
        """Fill what was dragged over; with Ctrl it copies instead of going on."""
        source, self._source = self._source, None
        target, self.target = self.target, None
        self._scrolling.stop()
        if source is None:
            return False
        view = self._view
        view.viewport().update()
        if target is not None:
            # Late, for the start's sake: the first paint fills nothing.
            from crmdesk.gui.grid.filling import fill

            copies = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            fill(view, source, target, copies=copies)
            rows = range(
                min(source.rows[0], target.rows[0]), max(source.rows[-1], target.rows[-1]) + 1
            )
            either = (*source.columns, *target.columns)
            seen = view.columns.in_sight()
            view.ranges.select(Block(rows, tuple(one for one in seen if one in either)))
        return True

    def cancel(self) -> bool:
        """Esc: nothing is filled; True if a drag was under way."""
        under_way = self._source is not None
        self._source = self.target = None
        self._scrolling.stop()
        self._view.viewport().update()
        return under_way

    def _follow(self) -> None:
        assert self._source is not None
        found = reached(self._view, self._source, self._pointer)
        if found is not None:
            total = self._view.grid.total
            rows = range(found.rows[0], min(found.rows[-1] + 1, total))
            found = Block(rows, found.columns) if rows else None
        if found != self.target:
            self.target = found
            self._view.viewport().update()

    def _scroll_on(self) -> None:
        scroll_towards(self._view, self._pointer)
        self._follow()
