"""What a window can do with what it found: quick add, history, trash, undo list, files.

Everything here is made when it is first asked for, for the start's sake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.gui.quick.sheet import QuickAdd


class Doing(QObject):
    """The acts of a window besides those of its frame."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._quick: QuickAdd | None = None
        add = window.acts.add
        self.quick_add_act = add(
            lambda: _("Quick add…"), self.quick_add, "lightning", "Ctrl+Shift+N", section="record"
        )

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


def install(window: MainWindow) -> Doing:
    """Give a window these acts."""
    return Doing(window)
