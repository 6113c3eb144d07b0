"""The breadcrumbs of the top bar: the way one came, each step a place to go back to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from crmdesk.gui import chips
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import mix

_HEIGHT = 26
_PADDING = 4
_BETWEEN = 14
_WIDEST = 240
_MOST, _LEFT_OUT = 12, 6


class Crumb(NamedTuple):
    """One step of the trail."""

    title: str
    colour: str


@cache
def _texts(last: bool) -> Texts:
    """The texts of the step where one is, and of the others."""
    return Texts(fonts.font(weight=QFont.Weight.DemiBold if last else QFont.Weight.Normal))


class _Step(QAbstractButton):
    def __init__(self, parent: QWidget, crumb: Crumb, *, last: bool) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._show(crumb, last=last)

    def take(self, crumb: Crumb, *, last: bool) -> None:
        """Become another step, if it is another one."""
        if (crumb, last) != (self._crumb, self._last):
            self._show(crumb, last=last)

    def _show(self, crumb: Crumb, *, last: bool) -> None:
        self._crumb = crumb
        self._last = last
        self._texts = _texts(last)
        self.setText(crumb.title)
        self.setAccessibleName(crumb.title)
        self.setToolTip(crumb.title)
        self.update()

    def sizeHint(self) -> QSize:
        wide = self._texts.fit(self._crumb.title, _WIDEST).width
        return QSize(round(wide) + 2 * _PADDING + chips.SQUARE + 7, _HEIGHT)

    def enterEvent(self, event: object) -> None:
        self.update()
        super().enterEvent(event)  # type: ignore[arg-type]

    def leaveEvent(self, event: object) -> None:
        self.update()
        super().leaveEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() and not self._last:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mix(tokens.text, tokens.surface, 0.06)))
            painter.drawRoundedRect(self.rect(), 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
        ratio = self.devicePixelRatioF()
        colour = tokens.colour(self._crumb.colour)
        top = (_HEIGHT - chips.SQUARE) / 2
        painter.drawPixmap(QPointF(_PADDING, top), chips.square(colour, chips.SQUARE, 2.0, ratio))
        x = _PADDING + chips.SQUARE + 6
        run = self._texts.fit(self._crumb.title, self.width() - x - _PADDING + 1)
        painter.setFont(self._texts.font)
        painter.setPen(QColor(tokens.text if self._last or self.underMouse() else tokens.muted))
        painter.drawStaticText(QPointF(x, self._texts.baseline(_HEIGHT) - run.rise), run.text)
        painter.end()


class Trail(QWidget):
    """The trail; what does not fit goes from its beginning."""

    # The number of a step in the trail, 0 the first.
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: list[_Step] = []
        self._before = 0
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def set_crumbs(self, crumbs: Sequence[Crumb]) -> None:
        """Show these steps, the last of them where one is now."""
        # Of a long way only what may have room is laid out; several steps are left out at a
        # time, for those that stay in their place cost nothing.
        self._before = -(-max(0, len(crumbs) - _MOST) // _LEFT_OUT) * _LEFT_OUT
        crumbs = crumbs[self._before :]
        # A long trail would take longer to make anew at each turn than the faces.
        while len(self._steps) > len(crumbs):
            gone = self._steps.pop()
            gone.hide()
            gone.deleteLater()
        for n, crumb in enumerate(crumbs):
            last = n == len(crumbs) - 1
            if n < len(self._steps):
                self._steps[n].take(crumb, last=last)
                continue
            step = _Step(self, crumb, last=last)
            step.clicked.connect(lambda _on=False, n=n: self.chosen.emit(self._before + n))
            self._steps.append(step)
        self._lay()

    def _lay(self) -> None:
        room = self.width()
        first = len(self._steps)
        for step in reversed(self._steps):
            room -= step.sizeHint().width() + (_BETWEEN if first < len(self._steps) else 0)
            if room < 0 and first < len(self._steps):
                break
            first -= 1
        x = 0
        for n, step in enumerate(self._steps):
            step.setVisible(n >= first)
            if n >= first:
                wide = min(step.sizeHint().width(), max(self.width() - x, 40))
                step.setGeometry(x, 0, wide, _HEIGHT)
                x += wide + _BETWEEN
        self.update()

    # -- Qt

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().tokens.faint), 1.2))
        shown = [step for step in self._steps if not step.isHidden()]
        for step in shown[:-1]:
            x = step.geometry().right() + _BETWEEN / 2
            y = _HEIGHT / 2
            painter.drawPolyline(
                [QPointF(x - 1.5, y - 3.5), QPointF(x + 2, y), QPointF(x - 1.5, y + 3.5)]
            )
        painter.end()
