"""Opening what has the focus: the cell of a grid, the field of a form, the file of a face."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from crmdesk.gui.files.gallery import FilesFace
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.links.grid import targets_of
from crmdesk.gui.links.reach import icon_of, open_target, targets, words_of
from crmdesk.gui.record.editable import Editable
from crmdesk.gui.theme import icons


def open_focused() -> bool:
    """Open what the focus stands on; of several targets a menu lets choose. False for none."""
    focus = QApplication.focusWidget()
    if isinstance(focus, FilesFace):
        focus.open_current()
        return bool(focus.tiles)
    if isinstance(focus, GridView):
        row, column = focus.current()
        rect = focus.cell_rect(row, column)
        corner = focus.viewport().mapToGlobal(rect.bottomLeft())
        return _open(focus, targets_of(focus, row, column), corner)
    if isinstance(focus, Editable):
        cell = focus.cell
        found = targets(focus.spec.kind, cell.value, cell.text)
        return _open(focus, found, focus.mapToGlobal(focus.editor_rect().bottomLeft()))
    return False


def _open(parent: QWidget, found: list[str], at: QPoint) -> bool:
    if len(found) < 2:
        return bool(found) and open_target(found[0])
    menu = QMenu(parent)
    for target in found:
        action = menu.addAction(icons.icon(icon_of(target)), words_of(target).replace("&", "&&"))
        action.triggered.connect(partial(_follow, target))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)
    menu.setActiveAction(menu.actions()[0])
    return True


def _follow(target: str, _checked: bool = False) -> None:
    open_target(target)
