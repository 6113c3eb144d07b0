"""The turn of the cube as one sees it: the old face swings away, the new one swings in."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QObject,
    QPointF,
    QRect,
    QRectF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPaintEvent,
    QPixmap,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.gui.cube.ways import Way
from crmdesk.gui.theme.theme import theme

DURATION = 170
"""How long a turn is seen, in milliseconds."""
_FRAME = 15
# How much lower the far edges stand than the near one, in the middle of the turn.
_DEPTH = 0.14
_SHADE = 60
_ENDING = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class Turning(QWidget):
    """Lies over the faces while they turn, and is out of the way for every input.

    It shows two pictures: the one that stood there, taken from what the screen has already, and
    the new one, which is painted once instead of to the screen. Any input ends it at once and
    goes where it was meant to go.
    """

    finished = Signal()

    def __init__(self, area: QWidget) -> None:
        # Beside the area and not in it, so that a picture of that is one without this.
        super().__init__(area.parentWidget())
        self._area = area
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # Nothing below is painted meanwhile, so that a frame costs two pictures and no more.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._way: Way = "left"
        self._old = QPixmap()
        self._new = QPixmap()
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_FRAME)
        self._timer.timeout.connect(self._tick)
        self.frames = 0
        self.hide()

    @property
    def running(self) -> bool:
        """Whether a turn is being shown."""
        return self._timer.isActive()

    def begin(self, way: Way) -> None:
        """Take the picture of what stands there now, and begin to turn it away."""
        self.finish()
        self._old = taken(self._area)
        if self._old.isNull():
            return
        self._new = QPixmap()
        self._way = way
        self.frames = 0
        self.setGeometry(self._area.geometry())
        self.raise_()
        self.show()
        self._clock.start()
        self._timer.start()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def bring(self) -> None:
        """The new faces are read: take their picture."""
        if self.running and self._new.isNull():
            self._new = self._area.grab()

    def finish(self) -> None:
        """End the turn now; what stands there is seen."""
        if not self.running:
            return
        self._timer.stop()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.hide()
        self._old = self._new = QPixmap()
        self.finished.emit()

    def _tick(self) -> None:
        if self._clock.elapsed() >= DURATION or self.size() != self._area.size():
            self.finish()
        else:
            self.update()

    # -- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ENDING:
            self.finish()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme().tokens.background))
        done = min(1.0, self._clock.elapsed() / DURATION)
        # Quick to begin, so that it is seen at once, and slow to come to rest.
        eased = 1 - (1 - done) ** 3
        self.frames += 1
        self.paint_turn(painter, eased)
        painter.end()

    def paint_turn(self, painter: QPainter, eased: float) -> None:
        """Paint both faces at a part of the turn, 0 the beginning and 1 the end."""
        upright = self._way in {"up", "down"}
        whole, across = float(self.height()), float(self.width())
        if not upright:
            whole, across = across, whole
        # The edge between both faces goes over the area; it is the nearest to the eye.
        edge = whole * (1 - math.sin(eased * math.pi / 2))
        low = across * _DEPTH / 2 * math.sin(eased * math.pi)
        far, end = 0.0, whole
        if self._way in {"right", "down"}:
            edge, far, end = whole - edge, whole, 0.0
        for picture, at, shade in ((self._old, far, eased), (self._new, end, 1 - eased)):
            if abs(edge - at) < 1:
                continue
            first, last = ((at, low), (edge, 0.0)) if at < edge else ((edge, 0.0), (at, low))
            corners = [first, last, (last[0], across - last[1]), (first[0], across - first[1])]
            if upright:
                corners = [(y, x) for x, y in (corners[0], corners[3], corners[2], corners[1])]
            self._paint_face(painter, picture, corners, shade)

    def _paint_face(
        self, painter: QPainter, picture: QPixmap, corners: list[tuple[float, float]], shade: float
    ) -> None:
        """Paint a picture with its corners there, the first at its left above; then its shade."""
        shape = QPolygonF([QPointF(x, y) for x, y in corners])
        if not picture.isNull():
            whole = QPolygonF(QRectF(self.rect()))
            whole.removeLast()
            mapped = QTransform.quadToQuad(whole, shape)
            if isinstance(mapped, QTransform):
                painter.setTransform(mapped)
                painter.drawPixmap(0, 0, picture)
                painter.resetTransform()
        if shade > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, round(_SHADE * shade)))
            painter.drawPolygon(shape)


def taken(widget: QWidget) -> QPixmap:
    """What the screen shows of a widget: from the window's own picture, which costs nothing.

    Where the platform does not lend that, the widget is painted anew.
    """
    top = widget.window()
    store = top.backingStore() if top.isVisible() else None
    device = None if store is None else store.paintDevice()
    if isinstance(device, QImage) and not device.isNull():
        ratio = device.devicePixelRatio()
        at = widget.mapTo(top, widget.rect().topLeft())
        size = widget.size()
        part = QRect(round(at.x() * ratio), round(at.y() * ratio),
                     round(size.width() * ratio), round(size.height() * ratio))  # fmt: skip
        picture = QPixmap.fromImage(device.copy(part))
        picture.setDevicePixelRatio(ratio)
        return picture
    return widget.grab() if widget.isVisible() else QPixmap()
