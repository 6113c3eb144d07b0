"""The second click of a double click on a reference: it was meant for what was clicked first."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

_CREATED = Qt.MouseEventFlag.MouseEventCreatedDoubleClick


class SecondClick(QObject):
    """Keeps the rest of a double click from what a turn has just put under the pointer.

    The first click turns the cube; without this the second one would open, tick or turn
    whatever stands there now. It listens at the system's window, where few events pass.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._widget = parent
        self._window: QWindow | None = None
        self._eaten = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._end)

    def expect(self) -> None:
        """The cube turns now: a double click that was begun before ends here."""
        self._end()
        window = self._widget.window().windowHandle()
        if window is not None:
            self._eaten = False
            self._window = window
            window.installEventFilter(self)
            self._clock.start(QApplication.doubleClickInterval())

    def _end(self) -> None:
        self._clock.stop()
        window, self._window = self._window, None
        # The system's window may have gone, and its filters with it.
        if window is not None and isValid(window):
            window.removeEventFilter(self)

    # -- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            if not event.flags() & _CREATED:
                # A click of its own, somewhere else or later.
                self._end()
                return False
            self._eaten = True
            return True
        if kind == QEvent.Type.MouseButtonDblClick:
            self._eaten = True
            return True
        if kind == QEvent.Type.MouseButtonRelease and self._eaten:
            self._end()
            return True
        return False
