"""The turn of the cube as one sees it: the old face swings away, the new one swings in."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.gui.cube.ways import Way
from crmdesk.gui.theme.theme import theme

LONGEST = 180
"""Milliseconds from the call until the turn is over."""
SHORTEST = 110
"""Milliseconds that a turn is seen at least: less is not seen as one."""
LATEST = 70
"""Milliseconds after which the old face turns away, whether the new one is read or not."""
FRAME = 16
"""Milliseconds between two frames."""
# How much lower the far edges stand than the near one, in the middle of the turn.
_DEPTH = 0.14
_SHADE = 60
# A face is painted in strips, each a little lower than the one before it: as many as it takes
# that the steps between them are this high, in pixels of the pictures, and no more than that.
_STEP = 3
_STRIPS = 20
_PIXELS = 2_500_000
"""Pixels that a frame has at most; on a finer screen the pictures are of half its fineness."""
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
    the new one, painted once. The old one stands still until the new one is there, so that
    nothing has to be read or painted while they move. Any input ends it at once and goes where
    it was meant to go.
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
        self._old = QImage()
        self._new = QImage()
        # Of frames that are not as fine as the screen; kept, for making it takes as long as one.
        self._frame = QImage()
        self._called = QElapsedTimer()
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._tick)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setTimerType(Qt.TimerType.PreciseTimer)
        self._wait.setInterval(LATEST)
        self._wait.timeout.connect(self._start)
        self.frames = 0
        """Frames that were painted since the faces began to move."""
        self.length = SHORTEST
        """Milliseconds that the faces move."""
        self.hide()

    @property
    def running(self) -> bool:
        """Whether a turn is being shown, or about to be."""
        return self._timer.isActive() or self._wait.isActive()

    def begin(self, way: Way) -> None:
        """Take the picture of what stands there now; it turns away as soon as the new one is."""
        self._called.start()
        self.finish()
        self._old = taken(self._area, self._ratio())
        if self._old.isNull():
            return
        self._new = QImage()
        self._way = way
        self.frames = 0
        self._clock.invalidate()
        self.setGeometry(self._area.geometry())
        self.raise_()
        self.show()
        self._wait.start()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def bring(self) -> None:
        """The new faces are read: take their picture and let both turn."""
        if not self.isVisible():
            # The window was closed meanwhile.
            self.finish()
        elif self.running and self._new.isNull():
            self._new = painted(self._area, self._ratio())
            self._start()

    def finish(self) -> None:
        """End the turn now; what stands there is seen."""
        if not self.running:
            return
        self._timer.stop()
        self._wait.stop()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.hide()
        self._old = self._new = self._frame = QImage()
        self.finished.emit()

    def _start(self) -> None:
        if self._timer.isActive():
            return
        self._wait.stop()
        self.length = max(SHORTEST, LONGEST - self._called.elapsed())
        self._clock.start()
        self._timer.start()
        # A picture that is not moved is seen already: the first frame is one that is.
        self._tick()

    def _tick(self) -> None:
        if self._clock.elapsed() >= self.length or self.size() != self._area.size():
            self.finish()
        else:
            self.update()

    def _ratio(self) -> float:
        """The pixels of a picture to one of the widget's."""
        ratio = self._area.devicePixelRatioF()
        while self._area.width() * self._area.height() * ratio * ratio > _PIXELS:
            ratio /= 2
        return ratio

    # -- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ENDING:
            self.finish()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.devicePixelRatioF().is_integer():
            # Its ends lie within a pixel, of which no picture covers the whole.
            painter.fillRect(self.rect().adjusted(-1, -1, 1, 1), QColor(theme().tokens.background))
        eased = 0.0
        if self._clock.isValid():
            self.frames += 1
            # At least what the first frame of a screen shows.
            done = min(1.0, max(self._clock.elapsed(), FRAME / 2) / self.length)
            # Quick to begin, so that it is seen at once, and slow to come to rest.
            eased = 1 - (1 - done) ** 3
        self.paint_turn(painter, eased)
        painter.end()

    def paint_turn(self, painter: QPainter, eased: float) -> None:
        """Paint both faces at a part of the turn, 0 the beginning and 1 the end."""
        fine, ratio = self._old.devicePixelRatioF(), painter.device().devicePixelRatioF()
        wide, high = round(self.width() * fine), round(self.height() * fine)
        if fine == ratio:
            painter.save()
            painter.scale(1 / fine, 1 / fine)
            self._paint(painter, wide, high, eased)
            painter.restore()
            return
        if self._frame.size().toTuple() != (wide, high):
            self._frame = QImage(wide, high, QImage.Format.Format_RGB32)
        inner = QPainter(self._frame)
        self._paint(inner, wide, high, eased)
        inner.end()
        painter.drawImage(self.rect(), self._frame)

    def _paint(self, painter: QPainter, wide: int, high: int, eased: float) -> None:
        """Paint a frame of that size in the painter's pixels, which are those of the pictures."""
        painter.fillRect(0, 0, wide, high, QColor(theme().tokens.background))
        upright = self._way in {"up", "down"}
        whole, across = (high, wide) if upright else (wide, high)
        # The edge between both faces goes over the area; it is the nearest to the eye.
        edge = round(whole * (1 - math.sin(eased * math.pi / 2)))
        low = across * _DEPTH / 2 * math.sin(eased * math.pi)
        far, end = 0, whole
        if self._way in {"right", "down"}:
            edge, far, end = whole - edge, whole, 0
        for picture, at, shade in ((self._old, far, eased), (self._new, end, 1 - eased)):
            first, last = min(at, edge), max(at, edge)
            if first == last:
                continue
            if not picture.isNull():
                drop, lower = (low, 0.0) if at < edge else (0.0, low)
                _face(painter, picture, upright, (first, last), (drop, lower), across)
            dark = round(_SHADE * shade)
            if dark:
                strip = QRect(first, 0, last - first, across)
                painter.fillRect(
                    QRect(0, first, across, last - first) if upright else strip,
                    QColor(0, 0, 0, dark),
                )


def _face(
    painter: QPainter,
    picture: QImage,
    upright: bool,
    span: tuple[int, int],
    low: tuple[float, float],
    across: int,
) -> None:
    """Paint a picture over a span of the way, its two ends as low as that.

    In strips that are scaled and no more, which a painter does many times quicker than to map a
    whole picture by its corners.
    """
    first, last = span
    long, strips = last - first, min(_STRIPS, 1 + round(abs(low[1] - low[0]) / _STEP))
    strips = min(strips, long)
    source = picture.height() if upright else picture.width()
    other = picture.width() if upright else picture.height()
    for n in range(strips):
        begin, end = long * n // strips, long * (n + 1) // strips
        drop = round(low[0] + (low[1] - low[0]) * (n + 0.5) / strips)
        at, size = source * begin / long, source * (end - begin) / long
        if upright:
            target = QRectF(drop, first + begin, across - 2 * drop, end - begin)
            painter.drawImage(target, picture, QRectF(0, at, other, size))
        else:
            target = QRectF(first + begin, drop, end - begin, across - 2 * drop)
            painter.drawImage(target, picture, QRectF(at, 0, size, other))


def taken(widget: QWidget, ratio: float) -> QImage:
    """What the screen shows of a widget: from the window's own picture, which costs nothing.

    Where the platform does not lend that, the widget is painted anew. `ratio` is the pixels of
    the picture to one of the widget's.
    """
    top = widget.window()
    store = top.backingStore() if top.isVisible() else None
    device = None if store is None else store.paintDevice()
    if not isinstance(device, QImage) or device.isNull():
        return painted(widget, ratio) if widget.isVisible() else QImage()
    # Its pixels, whatever a painter is to make of them.
    fine = device.devicePixelRatioF()
    at = widget.mapTo(top, QPoint(0, 0))
    left, above = round(at.x() * fine), round(at.y() * fine)
    wide = round((at.x() + widget.width()) * fine) - left
    high = round((at.y() + widget.height()) * fine) - above
    picture = device.copy(left, above, wide, high)
    picture.setDevicePixelRatio(1.0)
    if ratio != fine:
        picture = picture.scaled(
            round(widget.width() * ratio),
            round(widget.height() * ratio),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    return picture


def painted(widget: QWidget, ratio: float) -> QImage:
    """A picture of a widget, with so many pixels to one of the widget's."""
    size = widget.size() * ratio
    picture = QImage(size, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(theme().tokens.background))
    flags = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren
    widget.render(picture, QPoint(0, 0), renderFlags=flags)
    return picture
