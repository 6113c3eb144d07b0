"""What the window can do with groups, totals and boards: for its menu, keys and search box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from crmdesk.gui.grid.view import GridView
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.cube.listing import ListFront
    from crmdesk.gui.gates import Gates
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.ops.changes import GateRefused


class BoardActs(QObject):
    """The acts on the list in front; beside a record they go to the list of its kind first."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.gates: Gates | None = None
        add = window.acts.add
        self.board = add(lambda: _("Show as board or list"), self.switch, "squares-four", "Ctrl+B",
                         section="view")  # fmt: skip
        self.group = add(lambda: _("Group by this column"), self.group_by_column, "rows", "Ctrl+G",
                         section="view")  # fmt: skip
        self.close_all = add(lambda: _("Close all groups"), lambda: self._fold(shut=True),
                             "caret-right")  # fmt: skip
        self.open_all = add(lambda: _("Open all groups"), lambda: self._fold(shut=False),
                            "caret-down")  # fmt: skip
        self.total = add(
            lambda: _("Choose the total of this column"), self.choose_total, "calculator"
        )
        window.bridge.gated.connect(self._ask)

    @property
    def _listing(self) -> ListFront:
        view = self._window.view
        if not view.cube.stand.listing:
            view.show_list(view.cube.stand.entity)
        return view.listing

    def switch(self) -> None:
        """Show the list as a board, or the board as a list."""
        listing = self._listing
        if (
            listing.spec.form == "list"
            and not self._window.bridge.registry.entity(listing.spec.entity).status
        ):
            listing.told.emit(_("These records have no stage or status to make a board of."))
            return
        listing.looks.change(form="list" if listing.spec.form == "board" else "board")

    def group_by_column(self) -> None:
        """Group by the column of the current cell, or no longer."""
        focus = QApplication.focusWidget()
        listing = self._listing
        if listing.board is not None:
            return
        # A side face is grouped in its own place.
        view = focus if isinstance(focus, GridView) else listing.view
        column = view.current()[1]
        if column < 0:
            return
        path = view.grid.columns[column].path
        view.group_requested.emit(path)

    def _fold(self, *, shut: bool) -> None:
        self._listing.view.folding.fold_all(shut=shut)

    def choose_total(self) -> None:
        """Choose what stands under the column of the current cell."""
        listing = self._listing
        column = listing.view.current()[1]
        if column >= 0:
            listing.pane.totals.choose(column)

    def _ask(self, refused: GateRefused) -> None:
        if self.gates is None:
            # Late, for the start's sake: most moves need nothing more.
            from crmdesk.gui.gates import Gates

            self.gates = Gates(self._window)
        self.gates.ask(refused)


def install(window: MainWindow) -> BoardActs:
    """Put the acts into a window."""
    return BoardActs(window)
