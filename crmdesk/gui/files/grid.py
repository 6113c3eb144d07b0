"""Files in the cells of a grid: the editor of such a cell is a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmdesk.gui.files.menu import FilePlace, desk_of, menu_of
from crmdesk.gui.grid.source import Entry

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView


def place_of(view: GridView) -> FilePlace | None:
    """The current cell, where it holds a file; None for any other cell.

    A file that must be given is what its record is about: another one is another record. It is
    chosen in the new line alone.
    """
    row, column = view.current()
    grid, desk = view.grid, desk_of(view)
    if desk is None or row < 0 or column < 0 or grid.columns[column].kind != "file":
        return None
    spec, id_ = grid.columns[column], grid.id_at(row)
    field = desk.bridge.registry.resolve(grid.source.entity, spec.path).field
    new = row == grid.new_row
    changeable = "." not in spec.path and not field.read_only and (new or not field.needed)

    def enter(entry: Entry) -> None:
        # The rows may have moved while the file was copied, or other columns stand there.
        at = grid.new_row if new else grid.row_of_id(id_)
        now = [n for n, one in enumerate(grid.columns) if one.path == spec.path]
        if at >= 0 and now:
            grid.enter(at, now[0], entry)

    return FilePlace(desk.bridge, view, grid.cell(row, column).value, changeable, enter)


def offer(view: GridView) -> bool:
    """Offer what can be done with the file of the current cell; True where there is anything."""
    place = place_of(view)
    if place is None:
        return False
    menu = menu_of(place)
    if menu.isEmpty():
        menu.deleteLater()
        return False
    menu.popup(view.viewport().mapToGlobal(view.cell_rect(*view.current()).bottomLeft()))
    return True
