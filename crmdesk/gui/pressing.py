"""Return presses the button that has the focus, as Space does, in every part of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_HELD = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.ShiftModifier
)


def press_focused(within: QWidget, event: QKeyEvent) -> bool:
    """Press the focused button of `within` when the key is a plain Return; whether it was one.

    Qt itself does so only in dialogs. A button passes the key on, so whoever holds buttons
    asks here when it comes.
    """
    if event.key() not in _ENTER or event.modifiers() & _HELD:
        return False
    button = QApplication.focusWidget()
    if not isinstance(button, (QPushButton, QToolButton)) or not within.isAncestorOf(button):
        return False
    if not event.isAutoRepeat():
        button.click()
    return True
