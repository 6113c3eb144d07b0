"""The window of the tour, in a process of its own: it only tells where things lie on the screen.

It reads one question a line and answers it by one line, both JSON; what it finds, it finds in
the tree that a screen reader sees. All that is done in the window comes from outside, by the
mouse and the keyboard of the X server.

    {"find": ["Button", "New"]}     the rectangle of the first that is visible, or null
    {"card": "Deal 03"}             the rectangle of a card of the board
    {"lane": "Proposal"}            the rectangle of a lane of the board
    {"picture": "end.png"}          keeps a picture of the window
    {"state": ""}                   what has the focus, which record is in front, whether it works
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, QThreadPool, Signal
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk import app
from crmdesk.gui.board.view import BoardView
from crmdesk.gui.main_window import MainWindow

Rect = list[int]


class Eyes(QObject):
    """Answers what is asked on the thread of the window."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self._answer)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.asked.emit(line)

    def _answer(self, line: str) -> None:
        # As under a screen reader: the tree follows what changes.
        QAccessible.setActive(True)
        ((kind, what),) = json.loads(line).items()
        answer = getattr(self, f"_{kind}")(what)
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def _window(self) -> MainWindow | None:
        for widget in QApplication.topLevelWidgets():
            found = widget if isinstance(widget, MainWindow) else widget.findChild(MainWindow)
            if isinstance(found, MainWindow) and found.isVisible():
                return found
        return None

    def _state(self, _what: str) -> dict[str, Any]:
        window = self._window()
        if window is None:
            return {"ready": False}
        focus = QApplication.focusWidget()
        stand = window.cube.stand
        return {
            "ready": bool(stand.record),
            "id": int(window.window().winId()),
            "active": window.window().isActiveWindow(),
            "focus": "" if focus is None else f"{type(focus).__name__} {focus.accessibleName()}",
            "front": stand.entity,
            "list": stand.listing,
            "title": window.windowTitle(),
            "busy": window.bridge.jobs.busy or QThreadPool.globalInstance().activeThreadCount() > 0,
        }

    def _find(self, what: tuple[str, str]) -> Rect | None:
        role, name = what
        for widget in reversed(QApplication.topLevelWidgets()):
            root = QAccessible.queryAccessibleInterface(widget) if widget.isVisible() else None
            found = None if root is None else _below(root, role, name)
            if found is not None:
                return found
        return None

    def _picture(self, path: str) -> bool:
        window = self._window()
        return window is not None and window.window().grab().save(path)

    def _board(self) -> BoardView | None:
        window = self._window()
        boards = [] if window is None else window.findChildren(BoardView)
        return next((one for one in boards if one.isVisible()), None)

    def _card(self, title: str) -> Rect | None:
        board = self._board()
        if board is None:
            return None
        for number, rows in enumerate(board.model.lanes):
            for at in range(len(rows.ids)):
                if title in board.model.spoken(number, at):
                    rect = board.board.card_rect(number, at, board._bars[number].value())
                    return _global(board.viewport(), rect)
        return None

    def _lane(self, title: str) -> Rect | None:
        board = self._board()
        if board is None:
            return None
        for number, rows in enumerate(board.model.lanes):
            if rows.lane.title == title:
                return _global(board.viewport(), board.lane_rect(number))
        return None


def _global(widget: QWidget, rect: QRect) -> Rect:
    corner = widget.mapToGlobal(QPoint(rect.x(), rect.y()))
    return [corner.x(), corner.y(), rect.width(), rect.height()]


def _below(interface: QAccessibleInterface, role: str, name: str) -> Rect | None:
    if not interface.isValid() or interface.state().invisible:  # type: ignore[attr-defined]
        return None
    if interface.role().name == role and interface.text(QAccessible.Text.Name) == name:
        rect = interface.rect()
        if rect.width() > 1 and rect.height() > 1:
            return [rect.x(), rect.y(), rect.width(), rect.height()]
    for number in range(interface.childCount()):
        child = interface.child(number)
        found = None if child is None else _below(child, role, name)
        if found is not None:
            return found
    return None


def main() -> int:
    """Open the window on the store that is named, with eyes."""
    # Kept until the end: nobody else holds it.
    eyes = Eyes()
    code = app.run(Path(sys.argv[1]), smoke=False)
    eyes.deleteLater()
    return code


if __name__ == "__main__":
    sys.exit(main())
