"""The status line: what was saved, what Ctrl+Z would undo, where one is, and the store."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QWidget

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
        # Whether a word stands there that is not to give way to what was saved.
        self._standing = False
        # Beside a word: what can be done about it.
        ground = saved.parentWidget() or parent
        self.offered = QPushButton(ground)
        # A press leaves the focus where one works.
        self.offered.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.offered.setProperty("look", "link")
        self.offered.setCursor(Qt.CursorShape.PointingHandCursor)
        self.offered.hide()
        self._act: Callable[[], object] | None = None
        self.offered.clicked.connect(self._take_offer)
        row = ground.layout()
        if isinstance(row, QBoxLayout):
            row.insertWidget(row.indexOf(saved) + 1, self.offered)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOLD_MS)
        self._timer.timeout.connect(self.show_saved)

    def show_saved(self) -> None:
        """Say that all is saved, and what the next undo takes back."""
        self._end()
        words = _("Saved")
        if self._undo:
            words = _("Saved · Ctrl+Z undoes “{step}”").format(step=self._undo)
        self._put(words, "")

    def set_step(self, undo: str | None) -> None:
        """Take note of what undo would do; a word that is being told stays."""
        self._undo = undo
        if not self._standing:
            self.show_saved()

    def move_on(self, *, own: bool) -> None:
        """Something was written, by this window or (not `own`) by others.

        What was told before it is over; only what did not go stays until we ourselves go on.
        """
        if own or self._saved.property("look") != "error":
            self._end()

    def tell(self, words: str) -> None:
        """Show for some seconds what did not go."""
        self._begin(words, "error")
        self._timer.start()

    def say(self, words: str) -> None:
        """Show for some seconds what was done."""
        self._begin(words, "")
        self._timer.start()

    def offer(self, words: str, name: str, act: Callable[[], object]) -> None:
        """Show what was done with something to do about it, until the next word or step."""
        self._begin(words, "")
        self._act = act
        self.offered.setText(name)
        self.offered.setAccessibleName(f"{words}: {name}")
        self.offered.show()

    def _begin(self, words: str, look: str) -> None:
        self._end()
        self._standing = True
        self._put(words, look)

    def _end(self) -> None:
        self._timer.stop()
        self._standing = False
        self._act = None
        self.offered.hide()

    def _take_offer(self) -> None:
        act = self._act
        self._end()
        if act is not None:
            act()

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
