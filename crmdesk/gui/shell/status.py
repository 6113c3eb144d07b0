"""The status line: what was saved, what Ctrl+Z would undo, where one is, and the store."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from crmdesk.i18n import _

TOLD_MS = 8000
"""How long a word stays before the line says again what was saved."""


class StatusLine(QObject):
    """Speaks in the three labels of the window's lowest line."""

    def __init__(self, saved: QLabel, place: QLabel, store: QLabel, parent: QWidget) -> None:
        super().__init__(parent)
        self._saved = saved
        self._place = place
        self._store = store
        self._undo: str | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOLD_MS)
        self._timer.timeout.connect(self.show_saved)

    def show_saved(self) -> None:
        """Say that all is saved, and what the next undo takes back."""
        self._timer.stop()
        words = _("Saved")
        if self._undo:
            words = _("Saved · Ctrl+Z undoes “{step}”").format(step=self._undo)
        self._put(words, "")

    def set_step(self, undo: str | None) -> None:
        """Take note of what undo would do; a word that is being told stays."""
        self._undo = undo
        if not self._timer.isActive():
            self.show_saved()

    def tell(self, words: str) -> None:
        """Show for some seconds what did not go."""
        self._put(words, "error")
        self._timer.start()

    def say(self, words: str) -> None:
        """Show for some seconds what was done."""
        self._put(words, "")
        self._timer.start()

    def show_place(self, row: int, total: int, listed: str) -> None:
        """Say where in a list one is: the row (0 the first, -1 none) of so many."""
        words = ""
        if row >= 0:
            words = _("Record {row} of {total} in “{list}”").format(
                row=f"{row + 1:,}", total=f"{total:,}", list=listed
            )
        self._place.setText(words)

    def show_store(self, words: str, more: str) -> None:
        """Say how the store is, and more of it to the one who points there."""
        self._store.setText(words)
        self._store.setToolTip(more)

    def _put(self, words: str, look: str) -> None:
        label = self._saved
        label.setText(words)
        label.setToolTip(words)
        if label.property("look") != look:
            label.setProperty("look", look)
            label.style().unpolish(label)
            label.style().polish(label)
