"""The window on the desktop: it shows the last picture of itself until the real one stands in it.

Only what a first paint needs is imported here: each further module is paid for by everybody
who waits for the window (DESIGN §8).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QMainWindow, QWidget

from crmdesk.store.glimpse import Picture

if TYPE_CHECKING:
    # PySide makes a type when it is first asked for; these are for the checker alone.
    from PySide6.QtGui import (
        QCloseEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
        QWheelEvent,
    )

_MOST_KEPT = 200


class Veil(QWidget):
    """Covers the window with its last picture, and keeps what is done meanwhile for later."""

    # It has been painted for the first time.
    shown = Signal()

    def __init__(self, parent: QWidget, picture: QPixmap) -> None:
        super().__init__(parent)
        self._picture = picture
        self._painted = False
        self._kept: list[QMouseEvent | QKeyEvent] = []

    @property
    def has_picture(self) -> bool:
        """Whether there is anything to see on it."""
        return not self._picture.isNull()

    @property
    def kept(self) -> Sequence[QMouseEvent | QKeyEvent]:
        """What was clicked and typed, in order."""
        return self._kept

    def _keep(self, event: QMouseEvent | QKeyEvent) -> None:
        if len(self._kept) < _MOST_KEPT:
            self._kept.append(event.clone())
        event.accept()

    # -- Qt

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            # The window behind may have its shortcuts by now; what came before is done first.
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, _forward: bool) -> bool:
        # Tab is kept as any other key.
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._keep(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._keep(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._keep(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._keep(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        # In a window of another size its parts would stand elsewhere.
        if self._picture.deviceIndependentSize().toSize() == self.size():
            painter.drawPixmap(0, 0, self._picture)
        else:
            painter.fillRect(self.rect(), self.palette().window())
        painter.end()
        if not self._painted:
            self._painted = True
            # When this paint is done and the event loop is free.
            QTimer.singleShot(0, self.shown.emit)


class Frame(QMainWindow):
    """The one window that the system sees; the main window stands in it when it is made.

    `keep` is given the picture for the next start when the window is closed.
    """

    # The main window is painted and takes what is done from now on.
    live = Signal()
    # It was closed before there was a main window in it.
    given_up = Signal()

    def __init__(self, geometry: str, picture: Picture | None) -> None:
        super().__init__()
        self.keep: Callable[[Picture], object] | None = None
        self._window: QMainWindow | None = None
        # A title bar has to fit on the screen as well.
        room = self.screen().availableSize() - QSize(0, 40)
        self.resize(QSize(1440, 900).boundedTo(room))
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))
        pixmap = QPixmap()
        if picture is not None:
            form = QImage.Format.Format_RGB32
            pixmap = QPixmap.fromImage(QImage(picture.bits, picture.wide, picture.high, form))
            pixmap.setDevicePixelRatio(picture.ratio)
        self.veil: Veil | None = Veil(self, pixmap)
        self.veil.setGeometry(self.rect())
        self.veil.setFocus()

    @property
    def window_inside(self) -> QMainWindow | None:
        """The main window, None while it is being made."""
        return self._window

    def adopt(self, window: QMainWindow) -> None:
        """Put the main window in, under the picture that is still shown."""
        self._window = window
        self.setWindowTitle(window.windowTitle())
        window.windowTitleChanged.connect(self.setWindowTitle)
        self.setMinimumSize(window.minimumSize())
        # Late, for the start's sake: these names alone take 20 ms to make.
        from PySide6.QtCore import Qt

        # A main window is a window of its own unless told otherwise, even inside another.
        window.setWindowFlags(Qt.WindowType.Widget)
        self.setCentralWidget(window)
        if self.veil is not None:
            # What nobody sees yet is then painted once, when it is all there.
            self.veil.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
            self.veil.raise_()

    def lift(self) -> None:
        """Take the picture away and paint the main window in its place."""
        veil, window = self.veil, self._window
        if veil is None or window is None:
            return
        self.veil = None
        veil.hide()
        window.setFocus()
        # At once, so that nothing of it is seen that is not painted.
        self.repaint()
        veil.deleteLater()
        if not veil.kept:
            self.live.emit()
            return
        # Late, as only one who is quick needs it.
        from crmdesk.gui.replay import Replay

        Replay(window, veil.kept, self.live.emit)

    def picture(self) -> Picture | None:
        """The window as it is now; None where it is not all there."""
        window = self._window
        if self.veil is not None or window is None or not self.isVisible():
            return None
        image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        bits = bytes(image.constBits())
        return Picture(image.width(), image.height(), image.devicePixelRatio(), bits)

    def end(self) -> None:
        """Take the window down with all that is in it, while there is an application yet."""
        self.keep = None
        self._window = None
        self.veil = None
        shiboken6.delete(self)

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.veil is not None:
            self.veil.setGeometry(self.rect())

    def closeEvent(self, event: QCloseEvent) -> None:
        window = self._window
        if window is None:
            self.given_up.emit()
        else:
            picture = self.picture()
            if picture is not None and self.keep is not None:
                self.keep(picture)
            if not window.close():
                event.ignore()
                return
        super().closeEvent(event)


class Beside(QObject):
    """Calls `work` beside the window, and `done(result, error)` in the window's own thread.

    One of the two is None.
    """

    _ended = Signal()

    def __init__(
        self, work: Callable[[], object], done: Callable[[object, Exception | None], object]
    ) -> None:
        super().__init__()
        self._work = work
        self._done = done
        self.result: object = None
        self.error: Exception | None = None
        self._ended.connect(self._tell)
        self._thread = threading.Thread(target=self._run, name="crmdesk-start", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self) -> None:
        """Wait for the end."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self.result = self._work()
        except Exception as error:
            self.error = error
        self._ended.emit()

    def _tell(self) -> None:
        self._done(self.result, self.error)
