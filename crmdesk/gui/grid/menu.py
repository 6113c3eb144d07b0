"""The menu of a grid's cell and row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from crmdesk.gui.links import grid as links
from crmdesk.gui.theme import icons
from crmdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView


def row_menu(view: GridView) -> QMenu:
    """What can be done with the current cell and the selected rows."""
    menu = QMenu(view)
    menu.aboutToHide.connect(menu.deleteLater)
    row, column = view.current()
    # Counted by stretches: a million rows may be selected.
    rows = sum(len(span) for span in view.selected_spans())
    in_rows = 0 <= row < view.grid.total
    cell = view.grid.cell(row, column) if row >= 0 else None
    spec = view.grid.columns[column] if column >= 0 else None
    editable = spec is not None and spec.editable

    def add(text: str, icon: str, keys: str, enabled: bool, do: Callable[[], object]) -> QAction:
        action = menu.addAction(icons.icon(icon), text)
        if keys:
            # Shown only: the grid itself answers these keys.
            action.setShortcut(QKeySequence(keys))
        action.setEnabled(enabled)
        action.triggered.connect(lambda _checked: do())
        return action

    if cell is not None and cell.ref is not None:
        turn = _("Turn to {name}").format(name=cell.text)
        add(turn, "arrow-clockwise", "Ctrl+Return", in_rows, view.turn)
    add(_("Open"), "arrow-up-right", "Return" if view.enter_turns else "Ctrl+Shift+Return",
        in_rows, lambda: view.turn(row_itself=True))  # fmt: skip
    menu.addSeparator()
    add(_("Edit"), "pencil-simple", "F2", editable, view.start_edit)
    some = in_rows and view.ranges.block() is not None
    add(_("Cut"), "scissors", "Ctrl+X", some, lambda: view.copy(cut=True))
    add(_("Copy"), "copy", "Ctrl+C", some, view.copy)
    add(_("Paste"), "clipboard", "Ctrl+V", row >= 0, view.paste)
    add(_("Clear"), "eraser", "Delete", editable and in_rows, view.clear_selected)
    if view.grid.new_row >= 0:
        add(view.grid.new_label, "plus", "Ctrl++", True, view.go_to_new_line)
    menu.addSeparator()
    change = ngettext("Change {count} record…", "Change {count} records…", rows)
    add(change.format(count=f"{rows:,}"), "pencil-line", "Ctrl+Shift+E", rows > 0,
        lambda: _change_records(view))  # fmt: skip
    label = _("Delete") if rows < 2 else _("Delete {count} rows").format(count=f"{rows:,}")
    add(label, "trash", "Ctrl+-", rows > 0, view.delete_selected_rows)
    links.add_to(menu, view)
    return menu


def _change_records(view: GridView) -> None:
    # Late, for the start's sake.
    from crmdesk.gui.grid.bulk import change_records

    change_records(view)
