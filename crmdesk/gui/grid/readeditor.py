"""A line whose text is read while it is typed; the reading stands under it: 12k is ¥ 12,000."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import isValid

from crmdesk.gui.grid.editors import LineEditor
from crmdesk.gui.grid.floating import SHADOW, paint_panel, place_under
from crmdesk.gui.grid.source import Cancel, Reading, ReadText
from crmdesk.gui.theme.theme import theme

_WIDEST = 340


class ReadingLine(LineEditor):
    """A line editor that asks how its text is read; `tell` gets the answer to what stands now."""

    def __init__(
        self, parent: QWidget, *, numeric: bool, font: QFont, name: str, read: ReadText
    ) -> None:
        super().__init__(parent, numeric=numeric, font=font, name=name)
        self._read = read
        self._cancel: Cancel | None = None
        self._asked = 0
        self.reading = Reading(None, "")
        self.textChanged.connect(self.ask)

    def tell(self, reading: Reading) -> None:
        """Show how the text is read."""
        self.reading = reading

    def ask(self, text: str) -> None:
        """Have a text read."""
        if self._cancel is not None:
            self._cancel()
        self._asked += 1
        number = self._asked

        def answer(reading: Reading) -> None:
            if number == self._asked and isValid(self):
                self.tell(reading)

        self._cancel = self._read(text, answer)


class _Note(QLabel):
    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setContentsMargins(SHADOW + 10, SHADOW // 2 + 5, SHADOW + 10, SHADOW + 5)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, words: str, colour: str, under: QRect) -> None:
        self.setText(words)
        self.setAccessibleName(words)
        self.setStyleSheet(f"color: {QColor(colour).name()};")
        metrics = self.fontMetrics()
        wide = min(metrics.horizontalAdvance(words) + 4, _WIDEST)
        flags = int(Qt.TextFlag.TextWordWrap)
        tall = metrics.boundingRect(QRect(0, 0, wide, 1000), flags, words).height()
        place_under(
            self, self._window, under,
            wide + 2 * SHADOW + 20, tall + SHADOW + SHADOW // 2 + 10,
        )  # fmt: skip
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_panel(painter, self.rect())
        painter.end()
        super().paintEvent(event)


class ReadEditor(ReadingLine):
    """A number, an amount, a length of time, a task said in one line; how it is read is told
    where that is news: of a line that means nothing besides its words it is not."""

    def __init__(
        self, parent: QWidget, *, numeric: bool, font: QFont, name: str, read: ReadText
    ) -> None:
        super().__init__(parent, numeric=numeric, font=font, name=name, read=read)
        self._note = _Note(parent.window())
        self.destroyed.connect(self._note.deleteLater)

    def tell(self, reading: Reading) -> None:
        super().tell(reading)
        typed = self.text().strip()
        plain = "".join(letter for letter in typed if letter.isalnum())
        shown = "".join(letter for letter in reading.text if letter.isalnum())
        news = typed and self.isModified() and (bool(reading.reason) or shown not in ("", plain))
        if not news:
            self._note.hide()
            return
        tokens = theme().tokens
        window = self._note.parentWidget()
        assert window is not None
        under = QRect(self.mapTo(window, QPoint(0, 0)), self.size())
        if reading.reason:
            self._note.say(reading.reason, tokens.danger, under)
        else:
            self._note.say(f"= {reading.text}", tokens.text, under)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._note.hide()

    def begin(self, text: str, replace: str | None) -> None:
        super().begin(text, replace)
        # A first letter typed is a change, the text that stood there is none.
        self.setModified(replace is not None)
        self.ask(self.text())
