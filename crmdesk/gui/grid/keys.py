"""The grid's keys, as people who come from Excel and Airtable expect them.

| key | does |
|---|---|
| any character, Backspace | edits; what was there is replaced |
| F2, Enter, Space | edits what is there (Enter turns to the row where the grid says so) |
| Space on a yes/no | turns it over |
| Enter, Shift+Enter in an editor | commits, goes down, up; after Tabs to where they began |
| Tab, Shift+Tab | commits, goes right, left, round the edge to the next row |
| arrows in an editor opened by typing | commit and go |
| Ctrl+Enter | turns to the cell's reference, or to the row; in an editor: commits and stays |
| Alt+Enter in a long text | a new line |
| Esc | restores; on a refused value: drops it; on a selection: back to one cell |
| Delete | empties the selected cells; on wholly selected rows: deletes the records |
| Ctrl+- | deletes the records of the selected rows |
| Ctrl++ | goes to the new line |
| Alt+Down | opens the picker |
| Shift+Space, Ctrl+Space | selects the row, the column |
| Ctrl+Tab, Ctrl+Shift+Tab | leaves the grid |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_TABS = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
_MOVES = frozenset(
    {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
     Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
)  # fmt: skip


def press(view: GridView, event: QKeyEvent) -> bool:
    """Answer a key pressed in the grid itself; False leaves it to Qt."""
    key = Qt.Key(event.key())
    held = event.modifiers() & (_CTRL | _SHIFT | _ALT)
    if key in _MOVES:
        view.tab_from = None
    if key in _TABS and held & _CTRL:
        view.focusNextPrevChild(key == Qt.Key.Key_Tab and held == _CTRL)
        return True
    if held == _CTRL:
        done = _with_ctrl(view, key)
    elif key in _TABS:
        done = _tab(view, -1 if key == Qt.Key.Key_Backtab or held == _SHIFT else 1)
    elif key == Qt.Key.Key_Space:
        done = _space(view, held == _SHIFT)
    else:
        done = _plain(view, key, held)
    if done or held not in {Qt.KeyboardModifier.NoModifier, _SHIFT, _CTRL | _ALT}:
        return done
    text = event.text()
    if not text or not text.isprintable():
        return False
    view.start_edit(text)
    return True


def _plain(view: GridView, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
    if key in _ENTER and held == Qt.KeyboardModifier.NoModifier:
        return _enter(view)
    if key in _ENTER and held == _SHIFT:
        step(view, -1, 0)
        return True
    if key == Qt.Key.Key_F2 or (key == Qt.Key.Key_Down and held == _ALT):
        view.start_edit()
        return True
    if key == Qt.Key.Key_Delete:
        if view.whole_rows_selected():
            view.delete_selected_rows()
        else:
            view.clear_selected()
        return True
    if key == Qt.Key.Key_Backspace:
        view.start_edit("")
        return True
    if key == Qt.Key.Key_Escape:
        return _escape(view)
    return False


def _with_ctrl(view: GridView, key: Qt.Key) -> bool:
    if key in _ENTER:
        view.turn()
        return True
    if key == Qt.Key.Key_Minus:
        view.delete_selected_rows()
        return True
    if key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
        view.go_to_new_line()
        return True
    if key == Qt.Key.Key_Space:
        row, column = view.current()
        if row >= 0:
            _select(view, 0, column, view.grid.total - 1, column)
        return True
    return False


def _enter(view: GridView) -> bool:
    row, _column = view.current()
    if row == view.grid.new_row and view.grid.draft:
        view.grid.create()
        return True
    if view.enter_turns and row != view.grid.new_row:
        return view.turn(row_itself=True)
    if view.start_edit():
        return True
    step(view, 1, 0)
    return True


def _space(view: GridView, whole_row: bool) -> bool:
    row, _column = view.current()
    if whole_row:
        if row >= 0:
            _select(view, row, 0, row, len(view.grid.columns) - 1)
        return True
    view.start_edit()
    return True


def _escape(view: GridView) -> bool:
    row, column = view.current()
    if row < 0:
        return False
    if view.grid.discard(row, column):
        return True
    if len(list(view.selectedIndexes()[:2])) > 1:
        view.go(row, column)
        return True
    return False


def _tab(view: GridView, direction: int) -> bool:
    if view.tab_from is None:
        view.tab_from = view.current()[1]
    step(view, 0, direction)
    return True


def _select(view: GridView, top: int, left: int, bottom: int, right: int) -> None:
    grid = view.grid
    found = QItemSelection(grid.index(top, left), grid.index(bottom, right))
    view.selectionModel().select(found, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def step(view: GridView, down: int, right: int) -> None:
    """Go one cell on; sideways round the edge to the next or the previous row."""
    row, column = view.current()
    if right:
        found = view.columns.beside(column, right)
        if found is None:
            edge = row + right
            if not 0 <= edge < view.grid.rowCount():
                return
            row, found = edge, view.columns.edge(right)
        view.go(row, found)
        return
    if down and view.tab_from is not None:
        column, view.tab_from = view.tab_from, None
    view.go(row + down, column)


def after_edit(view: GridView, down: int, right: int) -> None:
    """Go on after an editor has committed; Enter on the new line makes the record."""
    row, _column = view.current()
    if right:
        _tab(view, right)
    elif down and row == view.grid.new_row:
        view.tab_from = None
        view.grid.create()
    elif down:
        step(view, down, 0)
