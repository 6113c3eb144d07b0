"""The page of shortcuts in the menu and under its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.gui.shortcut_sheet import ShortcutsSheet


class Page(QObject):
    """Makes the page when it is first asked for, and shows or hides it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.sheet: ShortcutsSheet | None = None

    def toggle(self) -> None:
        """Show the page, or put it away."""
        if self.sheet is None:
            # Late, for the start's sake: nobody looks up a key before the first paint.
            from crmdesk.gui.shortcut_sheet import ShortcutsSheet

            self.sheet = ShortcutsSheet(self._window)
        if self.sheet.isVisible():
            self.sheet.close_up()
        else:
            self.sheet.open_up()


def install(window: MainWindow) -> Page:
    """Put the page into the window's menu and under its key."""
    page = Page(window)
    window.acts.add(lambda: _("Keyboard shortcuts"), page.toggle, "keyboard", "F1", section="help")
    return page
