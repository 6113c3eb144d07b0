"""The editors that open in a cell: a line, a text that grows, a picker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from crmdesk.gui.grid.source import Entry

# Frame, margins and padding beside the text, and a little for the caret.
_EDGES = 16
_MOST_LINES = 10
# A long text is at least so wide while it is written, in device-independent pixels.
_WIDE = 380


class CellEditor(Protocol):
    """What the delegate asks of an editor."""

    typed: bool

    def begin(self, text: str, replace: str | None) -> None:
        """Start with the cell's text, or with what was typed in its place."""

    def begin_ticked(self, keys: Sequence[str]) -> None:
        """For several choices: what is chosen already."""

    def entry(self) -> Entry | None:
        """What was entered, None if nothing was changed."""

    def take_key(self, key: Qt.Key) -> bool:
        """Answer a key that means something to this editor before the grid does."""

    def lay(self, rect: QRect) -> None:
        """Take the place of a cell."""


class LineEditor(QLineEdit):
    """One line: text, numbers, money, dates, as typed; the source reads it."""

    # A part of what is entered counts at once, while the editor stays open.
    kept = Signal()

    def __init__(self, parent: QWidget, *, numeric: bool, font: QFont, name: str) -> None:
        super().__init__(parent)
        self.typed = False
        self._start = ""
        self.setProperty("look", "cell")
        self.setFrame(False)
        self.setFont(font)
        self.setAccessibleName(name)
        if numeric:
            self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def begin(self, text: str, replace: str | None) -> None:
        self._start = text
        self.typed = replace is not None
        self.setText(text if replace is None else replace)
        if replace is None:
            self.selectAll()
        else:
            self.end(False)

    def renew(self) -> None:
        """What stands here was not stored: it is entered also if nothing is changed."""
        self._start = "\0"

    def begin_ticked(self, keys: Sequence[str]) -> None:
        """A line of text has nothing to tick."""

    def entry(self) -> Entry | None:
        return self.text() if self.text() != self._start else None

    def take_key(self, key: Qt.Key) -> bool:
        return False

    def lay(self, rect: QRect) -> None:
        self.setGeometry(rect)


class LongEditor(QPlainTextEdit):
    """A text of several lines; it grows downwards as it is written."""

    def __init__(self, parent: QWidget, *, font: QFont, name: str) -> None:
        super().__init__(parent)
        self.typed = False
        self._start = ""
        self._cell = QRect()
        self.setProperty("look", "cell")
        self.setFont(font)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)

    def begin(self, text: str, replace: str | None) -> None:
        self._start = text
        self.typed = replace is not None
        self.setPlainText(text if replace is None else replace)
        if replace is None:
            self.selectAll()
        else:
            self.moveCursor(self.textCursor().MoveOperation.End)

    def renew(self) -> None:
        """What stands here was not stored: it is entered also if nothing is changed."""
        self._start = "\0"

    def begin_ticked(self, keys: Sequence[str]) -> None:
        """A long text has nothing to tick."""

    def entry(self) -> Entry | None:
        return self.toPlainText() if self.toPlainText() != self._start else None

    def take_key(self, key: Qt.Key) -> bool:
        return False

    def lay(self, rect: QRect) -> None:
        self._cell = QRect(rect)
        self._grow()

    def _lines(self, width: int) -> int:
        """How many lines the text has at that width; the document knows only those it has shown."""
        text = self.toPlainText()
        wrap = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextExpandTabs)
        metrics = self.fontMetrics()
        tall = metrics.boundingRect(QRect(0, 0, width, 1_000_000), wrap, text).height()
        # A line that has just been begun has no height yet.
        begun = 1 if text.endswith("\n") else 0
        return max(1, -(-tall // metrics.lineSpacing()) + begun)

    def _grow(self) -> None:
        if self._cell.isNull():
            return
        rect, parent = QRect(self._cell), self.parentWidget()
        if parent is not None and rect.width() < min(_WIDE, parent.width() - 8):
            # A narrow column is no place to write a text in: it floats over its neighbours.
            rect.setWidth(min(_WIDE, parent.width() - 8))
            rect.moveLeft(max(0, min(rect.left(), parent.width() - rect.width() - 4)))
        line = self.fontMetrics().lineSpacing()
        lines = min(self._lines(rect.width() - _EDGES), _MOST_LINES)
        tall = max(self._cell.height(), lines * line + 12)
        room = tall if parent is None else parent.height()
        rect.setHeight(min(tall, max(room, self._cell.height())))
        if rect.bottom() > room:
            rect.moveBottom(max(room - 1, rect.height() - 1))
        self.setGeometry(rect)
        self.raise_()
