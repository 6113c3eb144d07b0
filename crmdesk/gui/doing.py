"""What a window can do with what it found: quick add, history, trash, undo list, files.

Everything here is made when it is first asked for, for the start's sake.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.gui.panels.pane import SidePane
    from crmdesk.gui.quick.sheet import QuickAdd

HISTORY, TRASH, STEPS = "history", "trash", "steps"


class Doing(QObject):
    """The acts of a window besides those of its frame."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._quick: QuickAdd | None = None
        self._pane: SidePane | None = None
        add = window.acts.add
        add(lambda: _("Undo list"), partial(self.open_pane, STEPS), "list", "Ctrl+Alt+Z",
            section="undo")  # fmt: skip
        add(lambda: _("Trash"), partial(self.open_pane, TRASH), "trash", "Ctrl+Shift+T",
            section="go")  # fmt: skip
        add(lambda: _("Quick add…"), self.quick_add, "lightning", "Ctrl+Shift+N",
            section="record")  # fmt: skip
        add(lambda: _("History"), partial(self.open_pane, HISTORY), "clock-counter-clockwise",
            "Ctrl+Shift+H", section="record")  # fmt: skip
        window.view.stood.connect(self._follow)
        window.view.placed.connect(self._follow)

    # -- quick add

    def quick_add(self) -> None:
        """Make a task of one line."""
        if self._quick is None:
            # Late, for the start's sake.
            from crmdesk.gui.quick.sheet import QuickAdd

            self._quick = QuickAdd(self._window.bridge, self._window)
            self._quick.made.connect(self._made)
        self._quick.open_up()

    @property
    def quick(self) -> QuickAdd | None:
        """The sheet of quick add, None before it was asked for."""
        return self._quick

    def _made(self, label: str, _task: str) -> None:
        self._window.said(_("Saved: {step}"), label)

    # -- the side pane

    def open_pane(self, page: str) -> None:
        """Show the history of the record in front, the trash or the undo list."""
        if self._pane is None:
            # Late, for the start's sake.
            from crmdesk.gui.panels.pane import SidePane

            window = self._window
            self._pane = SidePane(window.bridge, window.ui.middle)
            self._pane.told.connect(lambda words: window.said("{step}", words))
            self._pane.closed.connect(window.view.focus_front)
            window.ui.middleRow.addWidget(self._pane)
        self._follow()
        self._pane.open_up(page)

    @property
    def pane(self) -> SidePane | None:
        """The side pane, None before it was asked for."""
        return self._pane

    def _follow(self) -> None:
        if self._pane is not None:
            stand = self._window.cube.stand
            self._pane.follow(stand.entity, stand.record)


def install(window: MainWindow) -> Doing:
    """Give a window these acts."""
    return Doing(window)
