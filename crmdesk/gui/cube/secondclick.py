"""The second click of a double click on a reference: it was meant for what was clicked first."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

_PRESSES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick})


class SecondClick(QObject):
    """Keeps the rest of a double click from what a turn has just put under the pointer.

    The first click turns the cube; without this the second one would open, tick or turn
    whatever stands there now.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._eaten = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._end)

    def expect(self) -> None:
        """The cube turns now: a double click that was begun before ends here."""
        app = QApplication.instance()
        if app is not None:
            self._eaten = False
            app.installEventFilter(self)
            self._clock.start(QApplication.doubleClickInterval())

    def _end(self) -> None:
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    # -- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if not isinstance(watched, QWidget):
            # A window gets the second press twice, as a press and as a double click.
            return False
        if kind in _PRESSES:
            if kind == QEvent.Type.MouseButtonPress and not self._eaten:
                # A click of its own, somewhere else or later.
                self._clock.stop()
                self._end()
                return False
            self._eaten = True
            self._clock.start(QApplication.doubleClickInterval())
            return True
        return kind == QEvent.Type.MouseButtonRelease and self._eaten
