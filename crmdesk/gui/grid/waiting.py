"""A quiet bar for what takes its time: nothing is said of a wait that is hardly noticed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _

PATIENCE_MS = 300
"""How long an answer may take before anything is said."""

_HEIGHT, _STEP_MS, _STEPS = 2, 40, 36


class QuietBar(QWidget):
    """A thin line at the top of a widget that runs while `busy()` holds."""

    def __init__(self, parent: QWidget, busy: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._busy = busy
        self._step = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._look)
        self._clock = QTimer(self)
        self._clock.setInterval(_STEP_MS)
        self._clock.timeout.connect(self._run)
        self.hide()

    def begin(self) -> None:
        """Something was asked for."""
        if not self._patience.isActive() and self.isHidden():
            self._patience.start()

    def end(self) -> None:
        """The answer is there, or none will come."""
        self._patience.stop()
        self._clock.stop()
        self.hide()

    def _look(self) -> None:
        if self._busy():
            self.setAccessibleName(_("Reading…"))
            self._step = 0
            self.place()
            self.show()
            self.raise_()
            self._clock.start()

    def _run(self) -> None:
        if not self._busy():
            self.end()
            return
        self._step = (self._step + 1) % _STEPS
        self.update()

    def place(self) -> None:
        """Lie along the upper edge of the widget that is waited for."""
        over = self.parentWidget()
        if over is not None:
            self.setGeometry(0, 0, over.width(), _HEIGHT)

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.line))
        wide = self.width() / 4
        left = (self.width() + wide) * self._step / _STEPS - wide
        painter.fillRect(QRectF(left, 0, wide, _HEIGHT), QColor(tokens.accent))
        painter.end()
