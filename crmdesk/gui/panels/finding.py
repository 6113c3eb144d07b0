"""Finding in the lists of the side pane by typing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from crmdesk.gui.panels.lines import PaneLine, PaneList
from crmdesk.schema.fieldtypes import folded

_TO_LIST = frozenset({Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class FindLine(QLineEdit):
    """Narrows a list as one types: Down and Enter go into it, Esc empties the line.

    A letter typed in the list goes here.
    """

    def __init__(self, parent: QWidget, found: PaneList) -> None:
        super().__init__(parent)
        self._list = found
        self._all: Sequence[PaneLine] = ()
        # The lines in their search form, made when they are first searched.
        self._folded: list[str] = []
        self.setClearButtonEnabled(True)
        found.find_line = self

    @property
    def narrows(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.text().strip())

    def found(self, lines: Sequence[PaneLine]) -> Sequence[PaneLine]:
        """Those of the lines that have every word; a head stays with any that is below it.

        What is asked again about the same lines is answered from the form made before.
        """
        wanted = folded(self.text()).split()
        if not wanted:
            return lines
        if self._all is not lines:
            self._all = lines
            self._folded = [folded(f"{one.title} {one.detail} {one.when}") for one in lines]
        kept: list[PaneLine] = []
        head: PaneLine | None = None
        above = ""
        for line, text in zip(lines, self._folded, strict=True):
            if line.head:
                head, above = line, text
            elif all(word in text or word in above for word in wanted):
                if head is not None:
                    kept.append(head)
                    head = None
                kept.append(line)
        return kept

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _TO_LIST:
            self._list.setFocus()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def take(self, event: QKeyEvent) -> bool:
        """Begin with a letter that was typed in the list; False for any other key."""
        text = event.text()
        held = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        keypad = Qt.KeyboardModifier.KeypadModifier
        if not text.strip() or not text.isprintable() or held & ~keypad:
            return False
        self.setFocus()
        self.setText(text)
        return True
