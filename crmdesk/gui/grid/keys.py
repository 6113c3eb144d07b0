"""The grid's keys, as people who come from Excel and Airtable expect them.

`shortcuts` tells them all, in the words of the page of shortcuts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication

from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.grid.source import GridColumn
    from crmdesk.gui.grid.view import GridView

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_STARS = frozenset("012345")
_DAYS = frozenset({"date", "moment", "instant"})
# By the layout of the keyboard Shift makes a colon of the semicolon.
_NOW = {Qt.Key.Key_Semicolon: (_CTRL, _CTRL | _SHIFT), Qt.Key.Key_Colon: (_CTRL | _SHIFT,)}
_TABS = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
_MOVES = frozenset(
    {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
     Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
)  # fmt: skip


def shortcuts() -> list[tuple[str, str]]:
    """All keys of a grid and what they do, in the language that is set, for the page of keys."""
    return [
        ("Enter, F2", _("Edit the cell")),
        (_("any character"), _("Edit; what was there is replaced")),
        ("Enter, Shift+Enter", _("In an editor: keep it and go down, up")),
        ("Tab, Shift+Tab", _("Keep it and go right, left; round the edge to the next row")),
        ("Esc", _("Restore; on a refused value: drop it; on a range: back to one cell")),
        ("Alt+Enter", _("In a long text: a new line")),
        ("Ctrl+Enter", _("Turn to the reference, or to the row; in an editor: fill the selection")),
        ("Ctrl+Shift+Enter", _("Open the row's record, whatever cell one is in")),
        ("Space", _("Turn a yes/no over")),
        ("1, 2, 3, 4, 5", _("On a rating: so many stars")),
        ("Alt+Down", _("Open the picker")),
        ("Shift+Up, Shift+Down, Shift+Left, Shift+Right", _("Grow the range")),
        ("Ctrl+Up, Ctrl+Down, Ctrl+Left, Ctrl+Right", _("Go to the edge of the filled cells")),
        ("Ctrl+Shift+Down, Ctrl+Shift+Right", _("Grow the range to the edge")),
        ("Ctrl+Home, Ctrl+End", _("Go to the first, the last cell")),
        ("Shift+Space, Ctrl+Space", _("Select whole rows, whole columns")),
        ("Ctrl+A", _("Select all cells")),
        ("Ctrl+C, Ctrl+X, Ctrl+V", _("Copy, cut, paste, also from and to spreadsheets")),
        ("Ctrl+D, Ctrl+R", _("Fill down, fill right")),
        ("Ctrl+;, Ctrl+Shift+;", _("Enter today, the time now")),
        ("Ctrl+F, Ctrl+H", _("Find, find and replace in the cells")),
        ("F3, Shift+F3", _("Go to the next, the previous match")),
        ("Shift+F2", _("In a list of choices: rename or recolour the marked one")),
        ("Delete", _("Empty the cells; on whole rows: delete the records")),
        ("Ctrl+-", _("Delete the records of the selected rows")),
        ("Ctrl++", _("Go to the line for a new record")),
        ("Ctrl+Shift+E", _("Change the selected records")),
        ("Ctrl+Tab, Ctrl+Shift+Tab", _("Leave the grid")),
    ]


def press(view: GridView, event: QKeyEvent) -> bool:
    """Answer a key pressed in the grid itself; False leaves it to Qt."""
    key = Qt.Key(event.key())
    held = event.modifiers() & (_CTRL | _SHIFT | _ALT)
    if key in _MOVES:
        view.tab_from = None
        if not held & _ALT and view.ranges.move(key, held):
            return True
    if key == Qt.Key.Key_E and held == _CTRL | _SHIFT:
        _change_records(view)
        return True
    if key in _NOW and held in _NOW[key]:
        _enter_now(view, clock=bool(held & _SHIFT))
        return True
    if key in _ENTER and held == _CTRL | _SHIFT:
        return view.turn(row_itself=True)
    if key in _TABS and held & _CTRL:
        view.focusNextPrevChild(key == Qt.Key.Key_Tab and held == _CTRL)
        return True
    if key == Qt.Key.Key_Insert and held in _CLIPBOARD:
        return _CLIPBOARD[held](view)
    if key == Qt.Key.Key_Delete and held == _SHIFT:
        return view.copy(cut=True)
    if held == _CTRL or (key == Qt.Key.Key_Plus and held == _CTRL | _SHIFT):
        # On many keyboards a plus is typed with Shift.
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
    if _rate(view, text):
        return True
    view.start_edit(text)
    return True


def compose(view: GridView, event: QInputMethodEvent) -> None:
    """Begin an edit with what an input method writes; what it still composes goes on in there."""
    text, composing = event.commitString(), event.preeditString()
    row, column = view.current()
    if not (text or composing) or row < 0 or view.grid.columns[column].kind == "boolean":
        return
    if view.start_edit(text) and composing:
        editor = QApplication.focusWidget()
        if editor is not None and editor is not view:
            QApplication.sendEvent(editor, QInputMethodEvent(composing, event.attributes()))


def _rate(view: GridView, text: str) -> bool:
    """A figure on a rating sets so many stars at once."""
    row, column = view.current()
    if row < 0 or text not in _STARS:
        return False
    spec = view.grid.columns[column]
    if spec.kind != "rating" or not spec.editable or row == view.grid.new_row:
        return False
    view.grid.enter(row, column, text)
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
    if key == Qt.Key.Key_F3:
        view.match_requested.emit(-1 if held == _SHIFT else 1)
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
    act = _CTRL_ACTS.get(key)
    if act is not None:
        act(view)
        return True
    return False


def _fill_down(view: GridView) -> None:
    # Late, for the start's sake, as all that is done with many cells.
    from crmdesk.gui.grid.filling import fill_down

    fill_down(view)


def _fill_right(view: GridView) -> None:
    # Late, for the start's sake.
    from crmdesk.gui.grid.filling import fill_right

    fill_right(view)


def _change_records(view: GridView) -> None:
    # Late, for the start's sake.
    from crmdesk.gui.grid.bulk import change_records

    change_records(view)


def _enter_now(view: GridView, *, clock: bool) -> None:
    """Enter the day or the time that it is: sources read these words in every language."""
    row, column = view.current()
    if row < 0 or view.grid.head_at(row) is not None:
        return
    spec = view.grid.columns[column]
    if not spec.editable or spec.kind not in _DAYS:
        view.told.emit(_("Today fits only into a cell for a day."))
        return
    with_clock = spec.kind == "instant" or (clock and spec.kind == "moment")
    view.grid.enter(row, column, "now" if with_clock else "today")


def _find(view: GridView, *, replacing: bool) -> None:
    view.find_requested.emit(replacing)


_CTRL_ACTS: dict[Qt.Key, Callable[[GridView], object]] = {
    Qt.Key.Key_A: lambda view: view.ranges.everything(),
    Qt.Key.Key_C: lambda view: view.copy(),
    Qt.Key.Key_X: lambda view: view.copy(cut=True),
    Qt.Key.Key_V: lambda view: view.paste(),
    Qt.Key.Key_D: _fill_down,
    Qt.Key.Key_R: _fill_right,
    Qt.Key.Key_F: lambda view: _find(view, replacing=False),
    Qt.Key.Key_H: lambda view: _find(view, replacing=True),
    Qt.Key.Key_Space: lambda view: view.ranges.whole_columns(),
}
_CLIPBOARD: dict[Qt.KeyboardModifier, Callable[[GridView], bool]] = {
    _CTRL: lambda view: view.copy(),
    _SHIFT: lambda view: view.paste(),
}


def _enter(view: GridView) -> bool:
    row, _column = view.current()
    if row == view.grid.new_row and view.grid.draft:
        view.grid.create()
        return True
    if view.ranges.many():
        step(view, 1, 0)
        return True
    if view.enter_turns and row != view.grid.new_row:
        return view.turn(row_itself=True)
    if view.start_edit():
        return True
    step(view, 1, 0)
    return True


def _space(view: GridView, whole_row: bool) -> bool:
    if whole_row:
        view.ranges.whole_rows()
        return True
    view.start_edit()
    return True


def _escape(view: GridView) -> bool:
    row, column = view.current()
    if row < 0:
        return False
    if view.fill_drag.cancel():
        return True
    if view.marked is not None:
        view.marked = None
        view.viewport().update()
        return True
    if view.grid.discard(row, column):
        return True
    if view.ranges.many():
        view.go(row, column)
        return True
    return False


def _tab(view: GridView, direction: int) -> bool:
    if view.tab_from is None:
        view.tab_from = view.current()[1]
    step(view, 0, direction)
    return True


def step(view: GridView, down: int, right: int) -> None:
    """Go one cell on: within a selected range, else sideways round the edge to the next row."""
    if view.ranges.step_within(down, right):
        return
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


def edit_otherwise(view: GridView, spec: GridColumn, *, typed: bool) -> bool:
    """Answer an edit of a cell that has no editor: offer what a file can, or say why not."""
    if spec.kind == "file" and not typed:
        # Late, for the start's sake: few lists have files in their cells.
        from crmdesk.gui.files import grid as files

        if files.offer(view):
            return True
    view.told.emit(_("“{title}” cannot be changed here.").format(title=spec.title))
    return False
