"""Links in a grid: Ctrl+click on a phone, an e-mail or a web address, and the menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu

from crmdesk.gui.links.reach import KINDS, icon_of, open_target, targets, words_of
from crmdesk.gui.theme import icons

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

_CTRL = Qt.KeyboardModifier.ControlModifier
_LEFT = Qt.MouseButton.LeftButton
_REACH = 10


def targets_of(view: GridView, row: int, column: int) -> list[str]:
    """Where a cell leads."""
    if not (0 <= row < view.grid.total and 0 <= column < len(view.grid.columns)):
        return []
    cell = view.grid.cell(row, column)
    if cell.state == "refused":
        return []
    return targets(view.grid.columns[column].kind, cell.value, cell.text)


def clicked(view: GridView, event: QMouseEvent) -> bool:
    """Open what the text under the pointer leads to, where this is a Ctrl+click on it."""
    if event.button() != _LEFT or event.modifiers() != _CTRL:
        return False
    at = event.position().toPoint()
    row, column = view.rowAt(at.y()), view.columnAt(at.x())
    if column < 0 or view.grid.columns[column].kind not in KINDS:
        return False
    found = targets_of(view, row, column)
    return bool(found) and _on_text(view, row, column, at) and open_target(found[0])


def _on_text(view: GridView, row: int, column: int, at: QPoint) -> bool:
    """Whether the point lies on the text itself: beside it Ctrl+click selects."""
    text = view.grid.cell(row, column).text
    width = view.cells.texts.metrics.horizontalAdvance(text)
    left = view.columnViewportPosition(column)
    return left <= at.x() <= left + _REACH + width


def add_to(menu: QMenu, view: GridView) -> None:
    """Put what the current cell leads to at the head of its menu."""
    first = menu.actions()[0] if menu.actions() else None
    for target in targets_of(view, *view.current())[:8]:
        words = words_of(target).replace("&", "&&")
        action = menu.addAction(icons.icon(icon_of(target)), words)
        action.triggered.connect(partial(_follow, target))
        if first is not None:
            menu.removeAction(action)
            menu.insertAction(first, action)


def _follow(target: str, _checked: bool = False) -> None:
    open_target(target)
