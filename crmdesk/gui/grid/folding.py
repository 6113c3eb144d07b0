"""Group rows under the hand: folded by click and key, passed over by what means records.

The view asks it first of all; it answers what is done on group rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from crmdesk.gui.grid.groups import GroupedSource, Head, Way
from crmdesk.gui.grid.heads import plus_area
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

_CTRL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_PLAIN = Qt.KeyboardModifier.NoModifier
_TOGGLE = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})
_NOTHING = frozenset({Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_F2})


def shortcuts() -> list[tuple[str, str]]:
    """The keys on a group row and what they do, in the language that is set."""
    return [
        ("Enter, Space", _("Close or open the group")),
        ("Left", _("Close it; a closed one: go to the group round it")),
        ("Right", _("Open it; an open one: go to its first row")),
    ]


class Folding(QObject):
    """Folds groups, keeps the current record or group when rows move, begins records in groups.

    `shortcuts` tells the keys; an Alt+click closes or opens all groups of a level.
    """

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        self.hovered: Way | None = None
        self._kept: tuple[int | None, Way | None, int, int] = (None, None, 0, 0)
        grid = view.grid
        grid.moving.connect(self._remember)
        grid.moved.connect(self._return)
        grid.modelAboutToBeReset.connect(self._remember)
        grid.modelReset.connect(self._return_to_group)

    # -- doing

    def toggle(self, head: Head, *, shut: bool | None = None, whole_level: bool = False) -> None:
        """Close or open a group, or with it all groups of its level."""
        grid = self._view.grid
        if shut is None:
            shut = head.way not in grid.groups.closed
        ways = [head.way]
        if whole_level:
            ways = [one.way for one in grid.groups.heads if one.level == head.level]
        grid.fold(ways, shut=shut)

    def fold_all(self, *, shut: bool) -> None:
        """Close or open every group."""
        grid = self._view.grid
        around = grid.groups.above(self._view.current()[0])
        grid.fold([one.way for one in grid.groups.heads], shut=shut)
        if shut and around:
            self._go_to_group(around[0].way)

    def begin_in(self, head: Head) -> None:
        """Begin a record of that group in the new line."""
        view, source = self._view, self._view.grid.source
        if not isinstance(source, GroupedSource) or view.grid.new_row < 0:
            return
        row = view.grid.row_of_way(head.way)
        entries = source.entries_of(head, view.grid.groups.above(row)[:-1])
        if view.go_to_new_line():
            view.grid.preset = dict(entries)
            view.told.emit(_("New in “{group}”").format(
                group=view.grid.head_cells(head).label.text))  # fmt: skip
            view.start_edit()

    # -- keys

    def key(self, event: QKeyEvent) -> bool:
        """Answer a key that means groups; False leaves it to the grid."""
        view = self._view
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        row, column = view.current()
        if key == Qt.Key.Key_G and held == _CTRL:
            if column >= 0:
                view.group_requested.emit(view.grid.columns[column].path)
            return True
        head = view.grid.head_at(row)
        if head is None:
            return False
        if key in _TOGGLE and held == _PLAIN:
            self.toggle(head)
            return True
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right} and held == _PLAIN:
            self._sideways(row, head, shut=key == Qt.Key.Key_Left)
            return True
        if key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab} and not held & _CTRL:
            down = -1 if key == Qt.Key.Key_Backtab or held else 1
            view.go(row + down, view.columns.edge(down))
            return True
        typed = bool(event.text()) and event.text().isprintable() and not held & (_CTRL | _ALT)
        # Nothing of a group row can be entered or deleted.
        return typed or (key in _NOTHING) or (key in _TOGGLE and held == _CTRL)

    def _sideways(self, row: int, head: Head, *, shut: bool) -> None:
        view, closed = self._view, self._view.grid.groups.closed
        if shut != (head.way in closed):
            self.toggle(head, shut=shut)
        elif not shut:
            view.go(row + 1, view.current()[1])
        elif len(head.way) > 1:
            self._go_to_group(head.way[:-1])

    # -- the mouse

    def _head_at(self, at: QPoint) -> tuple[int, Head | None]:
        row = self._view.rowAt(at.y())
        return row, self._view.grid.head_at(row)

    def pressed(self, event: QMouseEvent) -> bool:
        """Fold the group under a press, or begin a record in it; False if there is none."""
        if not self._view.grid.groups:
            return False
        at = event.position().toPoint()
        row, head = self._head_at(at)
        if head is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        view = self._view
        held = event.modifiers()
        if held & (Qt.KeyboardModifier.ShiftModifier | _CTRL):
            return False
        view.setFocus(Qt.FocusReason.MouseFocusReason)
        if view.grid.new_row >= 0 and plus_area(view, row, head).contains(at):
            self.begin_in(head)
            return True
        view.go(row, max(view.current()[1], 0))
        self.toggle(head, whole_level=bool(held & _ALT))
        return True

    def moved(self, at: QPoint | None) -> None:
        """Follow the pointer; None: it has left."""
        if not self._view.grid.groups:
            return
        head = None if at is None else self._head_at(at)[1]
        way = None if head is None else head.way
        if way != self.hovered:
            self.hovered = way
            self._view.viewport().update()

    # -- when rows come, go and move

    def _remember(self) -> None:
        view = self._view
        row, column = view.current()
        head = view.grid.head_at(row)
        top = view.rowViewportPosition(row) if row >= 0 else 0
        self._kept = (view.grid.rowid_at(row), head and head.way, max(column, 0), top)

    def _return(self) -> None:
        rowid, way, column, _top = self._kept
        view = self._view
        if way is not None:
            self._return_to_group()
        if rowid is None or view.grid.rowid_at(view.current()[0]) == rowid:
            return
        row = view.grid.row_of(rowid)
        around = view.grid.groups.holding(rowid) if row < 0 and view.grid.groups else []
        if around:
            # It went into a closed group: what one works on stays in sight.
            view.grid.fold([head.way for head in around], shut=False)
            row = view.grid.row_of(rowid)
        if row >= 0:
            view.go(row, column)

    def _return_to_group(self) -> None:
        _rowid, way, _column, top = self._kept
        view = self._view
        row = -1 if way is None else view.grid.row_of_way(way)
        if way is None or row < 0 or view.current()[0] == row:
            return
        self._go_to_group(way)
        bar = view.verticalScrollBar()
        if top > 0:
            bar.setValue(bar.value() + view.rowViewportPosition(row) - top)

    def _go_to_group(self, way: Way) -> None:
        view = self._view
        row = view.grid.row_of_way(way)
        if row >= 0:
            view.go(row, max(view.current()[1], self._kept[2] if view.current()[0] < 0 else 0))
