"""A sheet that floats over the window without blocking it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsDropShadowEffect, QWidget

from crmdesk.gui.theme.theme import theme

_TOP = 96


class Sheet(QFrame):
    """A child of the window that lies over it, with a shadow; Esc and a click beside close it.

    What had the focus before gets it back.
    """

    def __init__(self, window: QWidget, width: int) -> None:
        super().__init__(window)
        self._window = window
        self._wide = width
        self._before: QWidget | None = None
        self.setObjectName("sheet")
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(32)
        shadow.setOffset(0, 8)
        shadow.setColor(QColor(0, 0, 0, 70))
        self.setGraphicsEffect(shadow)
        self._dress()
        theme().changed.connect(self._dress)
        window.installEventFilter(self)
        self.hide()

    def open_up(self) -> None:
        """Show the sheet over the window."""
        focus = QApplication.focusWidget()
        if focus is not None and not self.isAncestorOf(focus):
            self._before = focus
        self.place()
        self.show()
        self.raise_()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def close_up(self) -> None:
        """Hide the sheet and give the focus back."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        inside = self.isAncestorOf(QApplication.focusWidget() or self._window)
        self.hide()
        before, self._before = self._before, None
        if inside and before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def holds(self, widget: QWidget) -> bool:
        """Whether a press on that widget leaves the sheet open."""
        return widget is self or self.isAncestorOf(widget)

    def place(self) -> None:
        """Lie in the middle, in the upper part of the window."""
        wide = min(self._wide, self._window.width() - 32)
        high = self.heightForWidth(wide) if self.hasHeightForWidth() else self.sizeHint().height()
        self.setGeometry((self._window.width() - wide) // 2, _TOP, wide, high)

    def _dress(self) -> None:
        tokens = theme().tokens
        self.setStyleSheet(
            f"#sheet {{ background: {tokens.surface}; border: 1px solid {tokens.line};"
            " border-radius: 10px; }"
        )

    # -- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        elif (
            event.type() == QEvent.Type.MouseButtonPress
            and isinstance(watched, QWidget)
            and self.isVisible()
            and QApplication.activePopupWidget() is None
            and watched.window() is self.window()
            and not self.holds(watched)
        ):
            self.close_up()
        return super().eventFilter(watched, event)


def below(widget: QWidget) -> QPoint:
    """Where a menu of that widget opens."""
    return widget.mapToGlobal(QPoint(0, widget.height() + 2))
