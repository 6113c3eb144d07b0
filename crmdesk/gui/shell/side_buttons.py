"""The buttons at the side of a mouse: back and forward, wherever the pointer is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent, QWindow


class SideButtons(QObject):
    """Watches the system's window: widgets would keep these buttons to themselves."""

    def __init__(
        self, window: QWindow, back: Callable[[], object], forward: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self._acts = {
            Qt.MouseButton.BackButton: back,
            Qt.MouseButton.ForwardButton: forward,
        }
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease,
                        QEvent.Type.MouseButtonDblClick}:  # fmt: skip
            return False
        act = self._acts.get(event.button()) if isinstance(event, QMouseEvent) else None
        if act is None:
            return False
        if kind != QEvent.Type.MouseButtonRelease:
            act()
        return True
