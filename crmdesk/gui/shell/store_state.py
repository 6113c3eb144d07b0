"""How the store is: at the right of the status line, with a way to make a backup."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from crmdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from crmdesk.gui.grid.source import Cancel
    from crmdesk.gui.main_window import MainWindow

_AGAIN_MS = 5 * 60 * 1000


class StoreState(QObject):
    """Says which store this is and when it was last copied."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._bridge = window.bridge
        self._status = window.status
        self._reading: Cancel | None = None
        self._saved: datetime | None = None
        self._act = window.acts.add(
            lambda: _("Back up now"), self.back_up, "floppy-disk", section="files"
        )
        self._timer = QTimer(self)
        self._timer.setInterval(_AGAIN_MS)
        self._timer.timeout.connect(self.read)
        self._timer.start()
        self._bridge.language_changed.connect(self._show)
        self.read()

    def read(self) -> None:
        """Look when the store was last copied."""
        path = self._bridge.workspace.path

        def ask(_conn: Any, _job: object) -> datetime | None:
            # Late, for the start's sake: it is asked beside the window.
            from crmdesk.store.backup import copies_of

            copies = copies_of(path)
            if not copies:
                return None
            return datetime.fromtimestamp(copies[-1].stat().st_mtime, UTC)

        def show(saved: datetime | None) -> None:
            self._saved = saved
            self._show()

        if self._reading is not None:
            self._reading()
        # What cannot be looked at says nothing.
        self._reading = self._bridge.read(ask, show, lambda _error: None)

    def back_up(self) -> None:
        """Copy the store into the folder beside it, and verify the copy; work goes on."""
        store = self._bridge.workspace.store
        self._status.say(_("Making a backup…"))

        def done(copy: Path) -> None:
            self._status.say(_("Backup made and verified: {file}").format(file=copy.name))
            self.read()

        self._bridge.read(lambda _conn, _job: store.back_up(), done)

    def _show(self) -> None:
        workspace = self._bridge.workspace
        kind = _("Encrypted offline store") if workspace.store.key else _("Offline store")
        self._status.show_store(f"{kind} · {said(self._saved)}", str(workspace.path))


def said(saved: datetime | None, now: datetime | None = None) -> str:
    """How long ago the store was copied."""
    if saved is None:
        return _("no backup yet")
    minutes = max(0, int(((now or datetime.now(UTC)) - saved).total_seconds() // 60))
    if not minutes:
        return _("backed up just now")
    if minutes < 60:
        words = ngettext("backup {count} min ago", "backup {count} min ago", minutes)
        return words.format(count=minutes)
    hours = minutes // 60
    if hours < 48:
        words = ngettext("backup {count} h ago", "backup {count} h ago", hours)
        return words.format(count=hours)
    words = ngettext("backup {count} day ago", "backup {count} days ago", hours // 24)
    return words.format(count=hours // 24)


def install(window: MainWindow) -> StoreState:
    """Let a window say how its store is."""
    return StoreState(window)
