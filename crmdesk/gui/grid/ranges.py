"""The selected cells of a grid as rectangles, grown by keys and by the mouse as in a spreadsheet.

The current cell stays where a range began, and the far end moves: what is typed goes into the
cell where one began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QObject,
    QPoint,
    QRect,
    Qt,
    QTimer,
)
from PySide6.QtGui import QMouseEvent

if TYPE_CHECKING:
    from crmdesk.gui.grid.edges import Edges
    from crmdesk.gui.grid.view import GridView

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_FLAG = QItemSelectionModel.SelectionFlag
_SCROLL_MS = 40
# Rows down and columns to the right.
_ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class Block(NamedTuple):
    """A rectangle of cells: its rows, its columns in sight from left to right."""

    rows: range
    columns: tuple[int, ...]

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.rows) * len(self.columns)

    def __contains__(self, cell: object) -> bool:
        return isinstance(cell, tuple) and cell[0] in self.rows and cell[1] in self.columns


class Ranges(QObject):
    """Asks for and changes what is selected in a grid."""

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        # The far end of the range that began at the current cell.
        self._head: tuple[int, int] | None = None
        self._began: tuple[int, int] | None = None
        self._dragging = False
        self._edges: Edges | None = None
        self._pointer = QPoint()
        self._scrolling = QTimer(self)
        self._scrolling.setInterval(_SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll_on)

    # -- asking

    def blocks(self) -> list[Block]:
        """The selected rectangles, those side by side with the same rows as one."""
        view = self._view
        by_rows: dict[tuple[int, int], set[int]] = {}
        for part in view.selected_ranges():
            columns = by_rows.setdefault((part.top(), part.bottom()), set())
            columns.update(range(part.left(), part.right() + 1))
        seen = view.columns.in_sight()
        found = []
        for (top, bottom), columns in sorted(by_rows.items()):
            shown = tuple(column for column in seen if column in columns)
            if shown:
                found.append(Block(range(top, bottom + 1), shown))
        return found

    def block(self) -> Block | None:
        """The one selected rectangle without gaps, or the current cell; None for several."""
        found = self.blocks()
        if not found:
            row, column = self._view.current()
            return Block(range(row, row + 1), (column,)) if row >= 0 else None
        if len(found) > 1:
            return None
        seen = self._view.columns.in_sight()
        first = seen.index(found[0].columns[0])
        gapless = found[0].columns == seen[first : first + len(found[0].columns)]
        return found[0] if gapless else None

    def many(self) -> bool:
        """Whether more than one cell is selected."""
        return sum(part.height() * part.width() for part in self._view.selected_ranges()) > 1

    def rect(self, block: Block) -> QRect:
        """Where a block lies in the viewport, as far as its rows' heights tell."""
        view = self._view
        first = view.cell_rect(block.rows[0], block.columns[0])
        last = view.cell_rect(block.rows[-1], block.columns[-1])
        rect = first.united(last)
        if block.columns[0] not in view.frozen.at:
            # The frozen columns lie over what has scrolled.
            rect.setLeft(max(rect.left(), view.frozen.width))
        return rect

    @property
    def head(self) -> tuple[int, int]:
        """The far end of the range: the cell that moves when it is extended."""
        now = self._view.current()
        return self._head if self._head is not None and self._began == now else now

    def cells(self) -> Iterator[tuple[int, int]]:
        """The selected cells, row by row."""
        for block in self.blocks():
            for row in block.rows:
                for column in block.columns:
                    yield row, column

    # -- selecting

    def select(self, block: Block, *, add: bool = False) -> None:
        """Select a rectangle; the current cell stays."""
        grid = self._view.grid
        made = QItemSelection()
        for run in _runs(sorted(block.columns)):
            made.select(grid.index(block.rows[0], run[0]), grid.index(block.rows[-1], run[-1]))
        flag = _FLAG.Select if add else _FLAG.ClearAndSelect
        self._view.selectionModel().select(made, flag)

    def between(self, one: tuple[int, int], other: tuple[int, int]) -> Block:
        """The rectangle with these two corners."""
        seen = self._view.columns.in_sight()
        left, right = sorted((_at(seen, one[1]), _at(seen, other[1])))
        top, bottom = sorted((one[0], other[0]))
        return Block(range(top, bottom + 1), seen[left : right + 1])

    def extend_to(self, row: int, column: int) -> None:
        """Select from the current cell to that one, which comes into sight."""
        view = self._view
        anchor = view.current()
        if anchor[0] < 0:
            view.go(row, column)
            return
        row = self._bounded(row, anchor[0])
        self._began, self._head = anchor, (row, column)
        self.select(self.between(anchor, (row, column)))
        view.scrollTo(view.grid.index(row, column))

    def _bounded(self, row: int, anchor: int) -> int:
        """Ranges end at the last record: the new line is selected only by itself."""
        grid = self._view.grid
        if anchor == grid.new_row:
            return anchor
        return min(max(row, 0), grid.total - 1)

    def whole_rows(self) -> None:
        """Grow the selection to whole rows."""
        self._grow(lambda block: Block(block.rows, self._view.columns.in_sight()))

    def whole_columns(self) -> None:
        """Grow the selection to whole columns."""
        total = self._view.grid.total
        if total:
            self._grow(lambda block: Block(range(total), block.columns))

    def everything(self) -> None:
        """Select all cells of all records."""
        total = self._view.grid.total
        if total:
            self.select(Block(range(total), self._view.columns.in_sight()))

    def _grow(self, wider: Callable[[Block], Block]) -> None:
        now = self.block()
        blocks = self.blocks() or ([now] if now is not None else [])
        for number, block in enumerate(blocks):
            self.select(wider(block), add=number > 0)

    # -- keys

    def move(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        """Answer a key that moves with Shift or Ctrl held; False leaves it to Qt."""
        view = self._view
        if not held & (_SHIFT | _CTRL) or view.current()[0] < 0:
            return False
        extend, far = bool(held & _SHIFT), bool(held & _CTRL)
        row, column = self.head if extend else view.current()
        if far and key in _ARROWS:
            self._go_far(key, row, column, extend=extend)
            return True
        view.go(*self._target(key, row, column, far=far), extend=extend)
        return True

    def _go_far(self, key: Qt.Key, row: int, column: int, *, extend: bool) -> None:
        """To the edge of the filled cells; where many rows have to be read for it, soon."""
        if self._edges is None:
            # Late, for the start's sake.
            from crmdesk.gui.grid.edges import Edges

            self._edges = Edges(self._view)
        down, right = _ARROWS[key]
        # The cells looked at are those of the row and the column in which a range began.
        current = self._view.current()
        if right:
            self._view.go(row, self._edges.beside(current[0], column, right), extend=extend)
            return
        began = (current, self.head)

        def arrived(found: int) -> None:
            if began == (self._view.current(), self.head):
                self._view.go(found, column, extend=extend)

        self._edges.find(row, current[1], down, arrived)

    def _target(self, key: Qt.Key, row: int, column: int, *, far: bool) -> tuple[int, int]:
        view = self._view
        columns, last = view.columns, max(view.grid.total - 1, 0)
        page = view.rows_in_sight()
        if key in _ARROWS:
            down, right = _ARROWS[key]
            found = columns.beside(column, right) if right else column
            return row + down, column if found is None else found
        if key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            end = key == Qt.Key.Key_End
            if far:
                row = last if end else 0
            return row, columns.edge(-1 if end else 1)
        return row + (page if key == Qt.Key.Key_PageDown else -page), column

    def step_within(self, down: int, right: int) -> bool:
        """Go to the next cell within the selected range, round its edges; False without one."""
        view = self._view
        block = self.block()
        if block is None or block.cells < 2 or view.current() not in block:
            return False
        row, column = view.current()
        at, tall, wide = block.columns.index(column), len(block.rows), len(block.columns)
        line = row - block.rows[0]
        if right:
            place = (line * wide + at + right) % (tall * wide)
            line, at = divmod(place, wide)
        else:
            place = (at * tall + line + down) % (tall * wide)
            at, line = divmod(place, tall)
        target = view.grid.index(block.rows[line], block.columns[at])
        view.selectionModel().setCurrentIndex(target, _FLAG.NoUpdate)
        view.scrollTo(target)
        return True

    # -- the mouse

    def pressed(self, event: QMouseEvent) -> bool:
        """Begin a range, or extend the one there is; True if the press is answered by this."""
        self._dragging = False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        index = self._view.indexAt(event.position().toPoint())
        held = event.modifiers() & (_SHIFT | _CTRL)
        if not index.isValid() or held & _CTRL:
            return False
        self._dragging = index.row() != self._view.grid.new_row
        if held & _SHIFT and self._view.current()[0] >= 0:
            self.extend_to(index.row(), index.column())
            return True
        return False

    def dragged(self, event: QMouseEvent) -> bool:
        """Grow the range to the pointer; True while one is drawn."""
        if not self._dragging or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        self._pointer = event.position().toPoint()
        self._follow()
        outside = not self._view.viewport().rect().contains(self._pointer)
        if outside and not self._scrolling.isActive():
            self._scrolling.start()
        elif not outside:
            self._scrolling.stop()
        return True

    def released(self) -> None:
        """The mouse is let go."""
        self._dragging = False
        self._scrolling.stop()

    def cell_near(self, at: QPoint) -> tuple[int, int]:
        """The cell under that point of the viewport, or the nearest one."""
        view = self._view
        room = view.viewport().rect()
        x = min(max(at.x(), room.left()), room.right())
        y = min(max(at.y(), room.top()), room.bottom())
        row, column = view.rowAt(y), view.columnAt(x)
        return (
            row if row >= 0 else view.grid.total - 1,
            column if column >= 0 else view.columns.edge(-1),
        )

    def _follow(self) -> None:
        cell = self.cell_near(self._pointer)
        if cell != self.head:
            self.extend_to(*cell)

    def _scroll_on(self) -> None:
        scroll_towards(self._view, self._pointer)
        self._follow()


def scroll_towards(view: GridView, at: QPoint) -> None:
    """Scroll to a point outside of the viewport, the faster the farther it is."""
    room = view.viewport().rect()
    down = at.y() - min(max(at.y(), room.top()), room.bottom())
    right = at.x() - min(max(at.x(), room.left()), room.right())
    for bar, way in ((view.verticalScrollBar(), down), (view.horizontalScrollBar(), right)):
        if way:
            bar.setValue(bar.value() + way)


def _runs(columns: Sequence[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for column in columns:
        if run and column != run[-1] + 1:
            yield run
            run = []
        run.append(column)
    if run:
        yield run


def _at(seen: Sequence[int], column: int) -> int:
    return seen.index(column) if column in seen else 0
