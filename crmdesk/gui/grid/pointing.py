"""The mouse in a grid: references that turn, boxes that tick, the new line that begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMouseEvent

from crmdesk.gui.grid.handle import on_handle
from crmdesk.gui.grid.openmark import OpenMark

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

# How far from a cell's left edge a click still means its check box.
_BOX_REACH = 32
_LEFT = Qt.MouseButton.LeftButton
_PLAIN = Qt.KeyboardModifier.NoModifier


class Pointing:
    """What lies under the pointer, and what a click there means."""

    def __init__(self, view: GridView) -> None:
        self._view = view
        # The cell whose reference is under the pointer.
        self.hovered: tuple[int, int] | None = None
        self.open_mark = OpenMark(view)
        self._pressed: tuple[int, int] | None = None
        self._on_handle = False
        self._was = (-1, -1)

    def reference_at(self, at: QPoint) -> tuple[int, int] | None:
        """The cell whose reference lies under that point of the viewport."""
        view = self._view
        row, column = view.rowAt(at.y()), view.columnAt(at.x())
        if row < 0 or column < 0 or row >= view.grid.total:
            return None
        cell = view.grid.cell(row, column)
        if cell.ref is None or cell.state == "refused":
            return None
        top, height = view.rowViewportPosition(row), view.line_height
        area = view.cells.reference_area(view.frame.strip(column), top, height, cell)
        return (row, column) if area.contains(at) else None

    def hover(self, found: tuple[int, int] | None) -> None:
        """Show that a reference under the pointer turns the cube."""
        if found == self.hovered:
            return
        viewport = self._view.viewport()
        for at in (self.hovered, found):
            if at is not None:
                viewport.update(self._view.cell_rect(*at))
        self.hovered = found
        self._shape()

    def _shape(self) -> None:
        shape = Qt.CursorShape
        if self._on_handle:
            wanted = shape.CrossCursor
        else:
            links = self.hovered is not None or self.open_mark.on
            wanted = shape.PointingHandCursor if links else shape.ArrowCursor
        if self._view.viewport().cursor().shape() != wanted:
            self._view.viewport().setCursor(wanted)

    def pressed(self, event: QMouseEvent) -> None:
        """Note where the press began: only a release on the same reference turns."""
        plain = event.modifiers() == _PLAIN and event.button() == _LEFT
        # The first click on a cell only goes there.
        self._was = self._view.current()
        self._pressed = self.reference_at(event.position().toPoint()) if plain else None

    def moved(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        at = event.position().toPoint()
        self._on_handle = not event.buttons() and on_handle(self._view, at)
        free = not event.buttons() and not self._on_handle
        free = free and not self.open_mark.on
        self.hover(self.reference_at(at) if free else None)
        self._shape()

    def released(self, event: QMouseEvent) -> None:
        """Turn, tick or begin a record, if this was a click on something that does."""
        view = self._view
        pressed, self._pressed = self._pressed, None
        if event.button() != _LEFT:
            return
        at = event.position().toPoint()
        if pressed is not None:
            ref = view.grid.cell(*pressed).ref if self.reference_at(at) == pressed else None
            if ref is not None:
                view.turned.emit(*ref)
            return
        here = view.rowAt(at.y()), view.columnAt(at.x())
        if here[0] >= 0 and here == view.current() and event.modifiers() == _PLAIN:
            self._clicked(*here, at)

    def _clicked(self, row: int, column: int, at: QPoint) -> None:
        view = self._view
        spec = view.grid.columns[column]
        if row == view.grid.new_row:
            if not view.grid.draft:
                view.go_to_new_line()
                view.start_edit()
        elif (
            spec.kind == "boolean"
            and spec.editable
            and at.x() - view.columnViewportPosition(column) <= _BOX_REACH
        ):
            view.grid.toggle(row, column)
        elif spec.kind == "rating" and spec.editable and self._was == (row, column):
            stars = view.cells.star_at(view.frame.strip(column), at.x())
            if stars:
                view.grid.enter(row, column, str(stars))
