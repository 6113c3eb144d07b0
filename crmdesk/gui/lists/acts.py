"""What the window can do with the list in front: for its menu, its keys and the search box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from crmdesk.gui.lists.railviews import RailViews
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.lists.looks import Looks
    from crmdesk.gui.main_window import MainWindow


class ListActs:
    """The acts on the list in front; beside a record they go to the list of its kind first."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.views = RailViews(window)
        add = window.acts.add
        self.filter = add(lambda: _("Filter the list"), self.begin_filter, "funnel",
                          "Ctrl+Shift+L", section="view")  # fmt: skip
        self.sort = add(lambda: _("Sort the list"), self.open_sort, "arrows-down-up",
                        section="view")  # fmt: skip
        self.columns = add(lambda: _("Choose columns"), self.open_columns, "columns",
                           section="view")  # fmt: skip
        self.save = add(lambda: _("Save the view"), self.save_view, "floppy-disk",
                        section="view")  # fmt: skip

        self.colours = add(lambda: _("Colour by rules"), self.open_colours, "paint-brush",
                           section="view")  # fmt: skip
        self.export = add(lambda: _("Export the list…"), self.export_list, "export",
                          section="files")  # fmt: skip

    @property
    def looks(self) -> Looks:
        """Those of the list in front, which is brought there."""
        view = self._window.view
        if not view.cube.stand.listing:
            view.show_list(view.cube.stand.entity)
        return view.listing.looks

    def begin_filter(self) -> None:
        """Ask for another filter: of the side face with the focus, else of the list."""
        focus = QApplication.focusWidget()
        for side in self._window.view.sides.values():
            if side.looks is not None and focus is not None and side.face.isAncestorOf(focus):
                side.looks.begin_filter()
                return
        self.looks.begin_filter()

    def open_sort(self) -> None:
        """Open the popover of the order."""
        self.looks.open_sort()

    def open_columns(self) -> None:
        """Open the popover of the columns."""
        self.looks.open_columns()

    def open_colours(self) -> None:
        """Open the popover of the rules of colours."""
        self.looks.open_colours()

    def export_list(self) -> None:
        """Write what is seen to a file."""
        self.looks.export()

    def save_view(self) -> None:
        """Save how the list is looked at."""
        self.looks.save()


def install(window: MainWindow) -> ListActs:
    """Put the acts into a window."""
    return ListActs(window)
