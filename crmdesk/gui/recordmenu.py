"""What can be done with a record wherever it is listed: the same lines in every menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.ops.changes import Command, Outcome


class RecordMenu(QObject):
    """Puts the acts on a record into a menu: of a list, a face, a board, the rail, the search."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.view.listing.row_menu.connect(self.add)
        for side in window.view.sides.values():
            side.row_menu.connect(self.add)

    def add(
        self, menu: QMenu, entity: str, record: str, opens: bool = False, deletes: bool = False
    ) -> None:
        """Put in what can be done with a record; `opens` and `deletes` where the menu lacks it."""
        if not record:
            return
        # Late, for the start's sake, as every menu.
        from crmdesk.gui.theme import icons

        window = self._window

        def line(text: str, icon: str, act: Callable[[], object], keys: str = "") -> None:
            action = menu.addAction(icons.icon(icon), text)
            if keys:
                # Shown only: the window itself answers these keys.
                action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _on=False: act())

        if opens:
            line(_("Open"), "arrow-up-right", lambda: window.view.turn(entity, record))
        elif not menu.isEmpty():
            menu.addSeparator()
        line(_("Open in a window"), "arrow-square-out", lambda: self.open_window(entity, record))
        line(_("Duplicate"), "copy-simple", lambda: self.duplicate(entity, record))
        shown = (window.cube.stand.entity, window.cube.stand.record) == (entity, record)
        line(_("History"), "clock-counter-clockwise",
             lambda: window.doing.history_of(entity, record),
             "Ctrl+Shift+H" if shown else "")  # fmt: skip
        pin = window.kept.pin_of(entity, record)
        if pin is None:
            line(_("Pin"), "push-pin", lambda: window.kept.pin(entity, record))
        else:
            line(_("Unpin"), "push-pin-slash", lambda: window.kept.unpin(pin))
        line(_("Copy title"), "copy", lambda: self.copy_title(entity, record))
        line(_("Copy link"), "link", lambda: self.copy_link(entity, record))
        if deletes:
            menu.addSeparator()
            line(_("Delete"), "trash", lambda: self.delete(entity, record),
                 "Ctrl+-" if shown else "")  # fmt: skip

    def open_window(self, entity: str, record: str) -> None:
        """Show a record in a window of its own."""
        self._window.faces.windows.open_record(entity, record)

    def duplicate(self, entity: str, record: str) -> None:
        """Make a record like this one; from the front one goes on to the new one."""
        # Late, as said above.
        from crmdesk.ops.copying import duplicate

        window, workspace = self._window, self._window.bridge.workspace
        made: list[str] = []

        def command() -> Command:
            command, new = duplicate(workspace, entity, record)
            made.append(new)
            return command

        def done(outcome: Outcome) -> None:
            stand = window.cube.stand
            if (stand.entity, stand.record, stand.listing) == (entity, record, False):
                window.view.turn(entity, made[0])
            window.said(_("Saved: {step}"), outcome.label)

        window.bridge.write(command, done)

    def copy_title(self, entity: str, record: str) -> None:
        """Put what a record is called on the clipboard."""
        bridge = self._window.bridge
        select, ctx = bridge.workspace.select, bridge.ctx

        def ask(conn: Any, _job: object) -> str:
            return select.titles(conn, entity, [record], ctx).get(record, "")

        bridge.read(ask, self._copied)

    def copy_link(self, entity: str, record: str) -> None:
        """Put a link on the clipboard by which the search box finds the record again."""
        # Late, as said above.
        from crmdesk.features.finding.recordlink import link_of

        self._copied(link_of(entity, record))

    def _copied(self, text: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)
            self._window.said(_("Copied: {step}"), text)

    def delete(self, entity: str, record: str) -> None:
        """Delete a record; undo and the trash bring it back."""
        # Late, as said above.
        from crmdesk.ops.changes import Delete

        self._window.bridge.write(Delete(entity, (record,)))


def install(window: MainWindow) -> RecordMenu:
    """Give a window the menu of its records."""
    return RecordMenu(window)
