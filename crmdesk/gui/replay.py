"""Does in the window what was clicked and typed over its picture, as Qt does what comes to it.

Each step is a turn of its own: what one opens is there for the next, as it is for who types. What
the system brings meanwhile comes after them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

_PAD = Qt.KeyboardModifier.KeypadModifier


class Replay(QObject):
    """Does `events` in `window`, then calls `done`; keep it until then."""

    # A step is due, by its number.
    _due = Signal(int)

    def __init__(
        self,
        window: QWidget,
        events: Sequence[QKeyEvent | QMouseEvent],
        done: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._events = events
        self._finish = done
        self._due.connect(self._step, Qt.ConnectionType.QueuedConnection)
        # All are under way before the system is asked for more.
        for number in range(len(events) + 1):
            self._due.emit(number)

    def _step(self, number: int) -> None:
        if number == len(self._events):
            self._finish()
            self.deleteLater()
            return
        event = self._events[number]
        if isinstance(event, QKeyEvent):
            self._key(event)
        else:
            self._mouse(event)

    def _key(self, event: QKeyEvent) -> None:
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self._window
        target = _focused(top)
        if event.type() == QEvent.Type.KeyPress and not _wanted(target, event):
            action = _answering(top, target, event)
            if action is not None:
                action()
                return
        QApplication.sendEvent(target, event)

    def _mouse(self, event: QMouseEvent) -> None:
        window = self._window
        at = event.position().toPoint()
        target = window.childAt(at) or window
        if event.type() == QEvent.Type.MouseButtonPress:
            _focus(target)
        QApplication.sendEvent(target, _moved(event, target.mapFrom(window, at)))


def _moved(event: QMouseEvent, place: QPoint) -> QMouseEvent:
    return QMouseEvent(
        event.type(), place, event.globalPosition(), event.button(), event.buttons(),
        event.modifiers(),
    )  # fmt: skip


def _focused(top: QWidget) -> QWidget:
    """Where a key goes to: the part with the focus, or the window itself."""
    # PySide6's stubs do not know that there may be none.
    focused: QWidget | None = QApplication.focusWidget()
    if focused is not None and (focused is top or top.isAncestorOf(focused)):
        return focused
    inside: QWidget | None = top.focusWidget()
    return top if inside is None else inside


def _wanted(target: QWidget, event: QKeyEvent) -> bool:
    """Whether who has the focus takes the key itself, be it a shortcut or not."""
    asked = QKeyEvent(
        QEvent.Type.ShortcutOverride, event.key(), event.modifiers(), event.text(),
        event.isAutoRepeat(), event.count(),
    )  # fmt: skip
    asked.ignore()
    QApplication.sendEvent(target, asked)
    return asked.isAccepted()


def _answering(top: QWidget, target: QWidget, event: QKeyEvent) -> Callable[[], object] | None:
    """What answers that key as its shortcut; None where nothing does, or more than one."""
    pressed = QKeySequence(QKeyCombination(event.modifiers() & ~_PAD, Qt.Key(event.key())))
    found: list[Callable[[], object]] = []
    for shortcut in top.findChildren(QShortcut):
        owner, keys = shortcut.parent(), shortcut.keys()
        if not isinstance(owner, QWidget) or not _reaches(shortcut.context(), owner, target):
            continue
        if pressed in keys and shortcut.isEnabled():
            found.append(shortcut.activated.emit)
    for action in top.findChildren(QAction):
        if pressed in action.shortcuts() and action.isEnabled() and action.isVisible():
            owners = [one for one in action.associatedObjects() if isinstance(one, QWidget)]
            if any(_reaches(action.shortcutContext(), owner, target) for owner in owners):
                found.append(action.trigger)
    return found[0] if len(found) == 1 else None


def _reaches(context: Qt.ShortcutContext, owner: QWidget, target: QWidget) -> bool:
    """Whether a shortcut of `owner` counts while `target` has the focus."""
    if not owner.isVisible() or not owner.isEnabled():
        return False
    if context == Qt.ShortcutContext.WidgetShortcut:
        return owner is target
    if context == Qt.ShortcutContext.WidgetWithChildrenShortcut:
        return owner is target or owner.isAncestorOf(target)
    return owner.window() is target.window()


def _focus(target: QWidget) -> None:
    """Give the focus to what takes it by a click there, as Qt does for clicks of the system."""
    found: QWidget | None = target
    while found is not None and not found.focusPolicy() & Qt.FocusPolicy.ClickFocus:
        found = None if found.isWindow() else found.parentWidget()
    if found is not None:
        found.setFocus(Qt.FocusReason.MouseFocusReason)
