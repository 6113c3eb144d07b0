"""Tells in the status line what is selected in the grid that has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.gui.grid.view import GridView

if TYPE_CHECKING:
    from crmdesk.gui.grid.summing import Summing
    from crmdesk.gui.main_window import MainWindow


class Selection(QObject):
    """Follows the focus from grid to grid."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._summing: Summing | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)

    def _moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if not isinstance(now, GridView) or now.window() is not self._window.window():
            return
        # Late, for the start's sake: nothing is selected before the first paint.
        from crmdesk.gui.grid.summing import Summing

        found = now.findChild(Summing)
        if not isinstance(found, Summing):
            found = Summing(now)
            found.summed.connect(self._tell)
            now.said.connect(self._window.status.say)
        self._summing = found

    def _tell(self, words: str) -> None:
        if self.sender() is self._summing:
            self._window.show_selection(words)


def install(window: MainWindow) -> Selection:
    """Tell in a window's status line what is selected."""
    return Selection(window)
