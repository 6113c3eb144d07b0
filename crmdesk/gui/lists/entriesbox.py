"""A popover with lines one below the other that are added, ordered and taken out."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.lists.reorder import Row, Rows
from crmdesk.gui.theme import icons

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

Entry = TypeVar("Entry")


class EntriesBox(Popover, Generic[Entry]):
    """Edits what a list is ordered, grouped or coloured by; every change is told at once.

    Who makes one fills `empty` and `add` with words and calls `begin`.
    """

    # The entries as they are now.
    changed = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        bridge: Bridge,
        entity: str,
        title: str,
        entries: tuple[Entry, ...],
        *,
        width: int = 340,
    ) -> None:
        super().__init__(parent, title, width=width)
        self._bridge = bridge
        self._entity = entity
        self.entries = entries
        # What is said where there is no entry.
        self.empty = QLabel(self)
        self.empty.setProperty("look", "muted")
        self.empty.setWordWrap(True)
        self.rows = Rows(self)
        self.rows.moved.connect(self._move)
        self.add = QPushButton(self)
        self.rows.emptied.connect(self.add.setFocus)
        self.add.setProperty("look", "link")
        self.add.clicked.connect(self.choose)
        self.foot = QHBoxLayout()
        self.foot.addWidget(self.add)
        self.foot.addStretch()
        self.box.addWidget(self.empty)
        self.box.addWidget(self.rows)
        self.box.addLayout(self.foot)

    def begin(self, empty: str, add: str) -> None:
        """Show the entries, with these words for none and for one more."""
        self.empty.setText(empty)
        self.add.setText(add)
        self.show_entries()
        self.add.setFocus()

    def show_entries(self) -> None:
        """Show the entries that there are now."""
        self.empty.setVisible(not self.entries)
        self.rows.show_rows([self.row(at, entry) for at, entry in enumerate(self.entries)])
        if self.isVisible():
            self.place()

    @abstractmethod
    def row(self, at: int, entry: Entry) -> Row:
        """The line of an entry."""

    @abstractmethod
    def choose(self) -> None:
        """Let one choose what is added."""

    def put(self, entries: tuple[Entry, ...]) -> None:
        """Have these entries from now on, and tell it."""
        self.entries = entries
        self.show_entries()
        self.changed.emit(entries)

    def set_entry(self, at: int, entry: Entry) -> None:
        """Put an entry in the place of another."""
        self.put((*self.entries[:at], entry, *self.entries[at + 1 :]))

    def take_out(self, at: int) -> None:
        """Drop an entry."""
        self.put(self.entries[:at] + self.entries[at + 1 :])

    def away(self, row: Row, at: int, words: str) -> QToolButton:
        """A button that takes the entry of a row out."""
        made = QToolButton(row)
        icons.set_icon(made, "x", size=13)
        made.setAccessibleName(words)
        made.setToolTip(words)
        made.clicked.connect(lambda: self.take_out(at))
        return made

    def _move(self, start: int, to: int) -> None:
        entries = list(self.entries)
        entries.insert(to, entries.pop(start))
        self.put(tuple(entries))
