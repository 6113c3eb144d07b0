"""The key figures of a record: amounts, shares and days, large enough to be read at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION

_HEIGHT = 42
_GAP = 20
_VALUE = 17
_PAD = 6


class KeyFigure(NamedTuple):
    """One figure: its column, its name, its value, and the value's state ("late", "today")."""

    column: int
    title: str
    text: str
    state: str = ""


class _Figure(QAbstractButton):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._figure = KeyFigure(-1, "", "")
        self._hot = False
        self._caption, self._value = _texts()
        # Reached by the keyboard through its field below.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def figure(self) -> KeyFigure:
        """What it shows."""
        return self._figure

    def show_figure(self, figure: KeyFigure) -> None:
        """Show another figure."""
        self._figure = figure
        self.setText(figure.text)
        self.setAccessibleName(f"{figure.title}: {figure.text}")
        self.update()

    def sizeHint(self) -> QSize:
        wide = max(
            self._caption.fit(self._figure.title, 400).width,
            self._value.fit(self._figure.text, 400).width,
        )
        return QSize(ceil(wide) + 1 + 2 * _PAD, _HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hot = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hot = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        if self._hot:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.background))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        title = self._caption.fit(self._figure.title, self.width() - 2 * _PAD)
        painter.setFont(self._caption.font)
        painter.setPen(QColor(tokens.faint))
        base = self._caption.baseline(18)
        painter.drawStaticText(QPointF(_PAD, base - title.rise), title.text)
        inks = {"late": tokens.danger, "today": tokens.good}
        painter.setFont(self._value.font)
        painter.setPen(QColor(inks.get(self._figure.state, tokens.text)))
        value = self._value.fit(self._figure.text, self.width() - 2 * _PAD)
        base = 16 + self._value.baseline(26)
        painter.drawStaticText(QPointF(_PAD, base - value.rise), value.text)
        painter.end()


class KeyFigures(QWidget):
    """Figures side by side; a click on one edits its field."""

    # The column of the figure that was clicked.
    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: tuple[KeyFigure, ...] = ()
        self._spare: list[_Figure] = []
        self.parts: list[_Figure] = []
        self.setFixedHeight(_HEIGHT)

    def show_figures(self, figures: Sequence[KeyFigure]) -> None:
        """Show these."""
        if tuple(figures) == self._shown:
            return
        self._shown = tuple(figures)
        while len(self.parts) < len(figures):
            self.parts.append(self._spare.pop() if self._spare else self._make())
        while len(self.parts) > len(figures):
            self._spare.append(self.parts.pop())
            self._spare[-1].hide()
        for part, figure in zip(self.parts, figures, strict=True):
            part.show_figure(figure)
        self._lay()

    def _make(self) -> _Figure:
        made = _Figure(self)
        made.clicked.connect(lambda: self.chosen.emit(made.figure.column))
        return made

    @property
    def filled(self) -> bool:
        """Whether there is any figure."""
        return bool(self.parts)

    def _lay(self) -> None:
        left = -_PAD
        for part in self.parts:
            wide = part.sizeHint().width()
            part.setVisible(left + wide <= self.width() + _PAD)
            part.setGeometry(left, 0, wide, _HEIGHT)
            left += wide + _GAP

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()


@lru_cache(maxsize=1)
def _texts() -> tuple[Texts, Texts]:
    """How the name and the value of a figure are written."""
    return (
        Texts(fonts.font(CAPTION - 1)),
        Texts(fonts.font(_VALUE, QFont.Weight.DemiBold, figures=True)),
    )
