"""The bar of steps: where the record stands, and a click that moves it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION, RADIUS, mix, readable

_HEIGHT = 26
_GAP = 3

State = Literal["done", "now", "ahead"]


class Stop(NamedTuple):
    """One step of the bar: its id or key, its name, where it lies, and its colour."""

    id: str
    title: str
    state: State
    colour: str


class _Segment(QAbstractButton):
    def __init__(self, bar: StageBar) -> None:
        super().__init__(bar)
        self.stop = Stop("", "", "ahead", "")
        self._ends = (False, False)
        self._hot = False
        self._texts = _texts(now=False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_stop(self, stop: Stop, ends: tuple[bool, bool]) -> None:
        """Show another step; `ends` says whether it is the first and the last one."""
        self.stop = stop
        self._ends = ends
        self._texts = _texts(now=stop.state == "now")
        self.setText(stop.title)
        self.setToolTip(stop.title)
        self.setAccessibleName(stop.title)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hot = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hot = False
        self.update()

    def _colours(self) -> tuple[str, str]:
        """Ground and ink."""
        tokens = theme().tokens
        shade = tokens.colour(self.stop.colour)
        if self.stop.state == "now":
            return shade, readable(tokens.on_accent, shade)
        if self.stop.state == "done":
            ground = mix(shade, tokens.surface, 0.30 if self._hot else 0.22)
            return ground, readable(shade, ground)
        ground = mix(shade, tokens.sunken, 0.14) if self._hot else tokens.sunken
        return ground, readable(tokens.muted, ground)

    def paintEvent(self, event: QPaintEvent) -> None:
        ground, ink = self._colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        shape = QPainterPath()
        shape.setFillRule(Qt.FillRule.WindingFill)
        shape.addRoundedRect(area, RADIUS, RADIUS)
        half = area.width() / 2
        if not self._ends[0]:
            shape.addRect(QRectF(0, 0, half, area.height()))
        if not self._ends[1]:
            shape.addRect(QRectF(half, 0, area.width() - half, area.height()))
        painter.fillPath(shape.simplified(), QColor(ground))
        run = self._texts.fit(self.text(), self.width() - 12)
        painter.setFont(self._texts.font)
        painter.setPen(QColor(ink))
        left = (self.width() - run.width) / 2
        painter.drawStaticText(QPointF(left, self._texts.baseline(_HEIGHT) - run.rise), run.text)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().tokens.text), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1.5, 1.5, -1.5, -1.5), 4, 4)
        painter.end()


class StageBar(QWidget):
    """Steps side by side, as wide as each other.

    Arrow keys go along it, Enter or Space moves the record to the step that has the focus.
    """

    # The id or key of the step that was chosen.
    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: tuple[object, ...] = ()
        self._spare: list[_Segment] = []
        self.segments: list[_Segment] = []
        self.setFixedHeight(_HEIGHT)

    def show_stops(self, name: str, stops: Sequence[Stop], *, locked: bool) -> bool:
        """Show these steps, True where there are more of them; a locked bar moves nothing."""
        shown = (name, tuple(stops), locked)
        if shown == self._shown:
            return False
        had_focus = any(segment.hasFocus() for segment in self.segments)
        self._shown = shown
        last = len(stops) - 1
        more = len(stops) > len(self.segments)
        while len(self.segments) < len(stops):
            self.segments.append(self._spare.pop() if self._spare else self._make())
        while len(self.segments) > len(stops):
            self._spare.append(self.segments.pop())
            self._spare[-1].hide()
        now = next((n for n, stop in enumerate(stops) if stop.state == "now"), 0)
        for n, (segment, stop) in enumerate(zip(self.segments, stops, strict=True)):
            segment.show_stop(stop, (n == 0, n == last))
            segment.setEnabled(not locked)
            # One stop for Tab; the arrows do the rest.
            policy = Qt.FocusPolicy.StrongFocus if n == now else Qt.FocusPolicy.ClickFocus
            segment.setFocusPolicy(policy)
            segment.show()
        self.setAccessibleName(name)
        self._lay()
        if had_focus and self.segments:
            self.segments[now].setFocus()
        return more

    def _make(self) -> _Segment:
        made = _Segment(self)
        made.clicked.connect(lambda: self._choose(made.stop.id))
        made.installEventFilter(self)
        return made

    @property
    def filled(self) -> bool:
        """Whether there is any step."""
        return bool(self.segments)

    def _choose(self, id_: str) -> None:
        if not any(one.stop.id == id_ and one.stop.state == "now" for one in self.segments):
            self.chosen.emit(id_)

    def _lay(self) -> None:
        count = len(self.segments)
        if not count:
            return
        room = self.width() - _GAP * (count - 1)
        left = 0
        for n, segment in enumerate(self.segments):
            wide = room * (n + 1) // count - room * n // count
            segment.setGeometry(left, 0, wide, _HEIGHT)
            left += wide + _GAP

    # -- Qt

    def sizeHint(self) -> QSize:
        return QSize(480, _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and isinstance(watched, _Segment)
        ):
            key = event.key()
            if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
                at = self.segments.index(watched) + (1 if key == Qt.Key.Key_Right else -1)
                if 0 <= at < len(self.segments):
                    self.segments[at].setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                watched.click()
                return True
        return False


@lru_cache(maxsize=2)
def _texts(*, now: bool) -> Texts:
    return Texts(fonts.font(CAPTION, QFont.Weight.DemiBold if now else QFont.Weight.Normal))
