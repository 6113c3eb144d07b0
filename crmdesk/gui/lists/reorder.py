"""Rows that are put into another order by dragging their handles or by Alt and the arrows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from crmdesk.gui.theme import icons
from crmdesk.i18n import _


class Handle(QToolButton):
    """The grip of a row: drag it, or press Alt with Up or Down on it."""

    dragged = Signal(QPoint)
    # Let go, wherever the pointer is: a button itself tells so as soon as it is left.
    dropped = Signal()
    stepped = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(18, 26)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setStyleSheet("QToolButton { min-width: 0; padding: 0; }")
        icons.set_icon(self, "dots-six-vertical", "faint", 15)
        self.setToolTip(_("Drag to another place, or Alt+↑ and Alt+↓"))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.dropped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.stepped.emit(step)
            return
        super().keyPressEvent(event)


class Row(QWidget):
    """A handle and what the owner puts beside it."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.handle = Handle(self)
        self.handle.setAccessibleName(_("Move “{name}”").format(name=name))
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(4)
        self.line.addWidget(self.handle)
        # Where there is little room they are scrolled, not pressed together.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)


class Rows(QWidget):
    """A column of rows; `moved` tells from where to where one of them is to go.

    The owner then shows them in the new order by `show_rows`; while a row is dragged the rows
    change places at once and `moved` is told when it is let go.
    """

    moved = Signal(int, int)
    # The last row went, and the focus was in it.
    emptied = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._from = -1
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(2)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows in place of the former ones; the focus stays in its place."""
        place = self._place()
        for row in rows:
            # Those of a shown parent are hidden at first, and what is hidden needs no room.
            row.show()
        for old in self.rows:
            self._box.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows = list(rows)
        self._from = -1
        for row in rows:
            self._box.addWidget(row)
            row.handle.dragged.connect(lambda at, row=row: self._drag(row, at))
            row.handle.dropped.connect(lambda row=row: self._drop(row))
            row.handle.stepped.connect(lambda step, row=row: self._step(row, step))
        self._box.activate()
        self._return_focus(place)

    def _place(self) -> tuple[int, int] | None:
        """The row that has the focus, and which of its parts."""
        focus = QApplication.focusWidget()
        for number, row in enumerate(self.rows):
            parts = _parts(row)
            if focus in parts:
                return number, parts.index(focus)
        return None

    def _return_focus(self, place: tuple[int, int] | None) -> None:
        if place is None:
            return
        number, part = place
        if self.rows:
            parts = _parts(self.rows[min(number, len(self.rows) - 1)])
            parts[min(part, len(parts) - 1)].setFocus()
        else:
            self.emptied.emit()

    def _drag(self, row: Row, at: QPoint) -> None:
        now = self.rows.index(row)
        if self._from < 0:
            self._from = now
        y = self.mapFromGlobal(at).y()
        over = next(
            (n for n, one in enumerate(self.rows) if y < one.geometry().center().y()),
            len(self.rows),
        )
        to = over - 1 if over > now else over
        if to != now:
            self.rows.insert(to, self.rows.pop(now))
            self._box.removeWidget(row)
            self._box.insertWidget(to, row)
            self._box.activate()

    def _drop(self, row: Row) -> None:
        start, self._from = self._from, -1
        to = self.rows.index(row)
        if start >= 0 and start != to:
            self.moved.emit(start, to)

    def _step(self, row: Row, step: int) -> None:
        at = self.rows.index(row)
        if 0 <= at + step < len(self.rows):
            self.moved.emit(at, at + step)
            if at + step < len(self.rows):
                self.rows[at + step].handle.setFocus()


def _parts(row: Row) -> list[QWidget]:
    """What takes the focus in a row, in the order in which it was made."""
    return [
        one
        for one in row.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isEnabled()
    ]
