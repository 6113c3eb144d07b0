"""The small button of the row under the pointer: a click makes the row's record the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QKeySequence, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from crmdesk.gui.theme import icons
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

SIZE = 22
ICON = 14
_INSET = 4
# A column that is narrower keeps all of its room for its text.
_LEAST = 72
_TITLES = frozenset({"text", "longtext", "reference", "anyref"})


class OpenMark(QObject):
    """Where the button lies, whether the pointer is on it, and what it looks like.

    Only its own square is painted anew when the pointer goes from row to row.
    """

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        # The row under the pointer, -1 for none.
        self.row = -1
        self.on = False
        self._pressed = -1
        view.viewport().installEventFilter(self)
        view.verticalScrollBar().valueChanged.connect(lambda _at: self._point(None))

    def column(self) -> int:
        """The column that says what a record is called: the first text or name in sight."""
        view = self._view
        seen = [one for one in view.columns.in_sight() if view.columnWidth(one) >= _LEAST]
        texts = [one for one in seen if view.grid.columns[one].kind in _TITLES]
        return next(iter((*texts, *seen)), -1)

    def rect(self, row: int) -> QRect:
        """Where the button of a row lies in the viewport; nowhere where it has none."""
        view = self._view
        column = self.column() if 0 <= row < view.grid.total else -1
        if column < 0 or view.grid.head_at(row) is not None:
            return QRect()
        cell = view.cell_rect(row, column)
        right = min(cell.right(), view.viewport().width() - 1)
        left = right - SIZE - _INSET + 1
        if left < max(cell.left(), 0):
            return QRect()
        return QRect(left, cell.top() + (view.line_height - 1 - SIZE) // 2, SIZE, SIZE)

    def _point(self, at: QPoint | None) -> None:
        """Follow the pointer, None when it left."""
        view = self._view
        row = -1 if at is None else view.rowAt(at.y())
        if row >= view.grid.total or view.state() == view.State.EditingState:
            row = -1
        on = row >= 0 and at is not None and self.rect(row).contains(at)
        if (row, on) == (self.row, self.on):
            return
        for one in {self.row, row} - {-1}:
            view.viewport().update(self.rect(one).adjusted(-1, -1, 1, 1))
        self.row, self.on = row, on

    def _open(self, row: int) -> None:
        view = self._view
        record = view.grid.id_at(row)
        if record:
            view.turned.emit(view.grid.source.entity, record)

    # -- painting

    def paint(self, painter: QPainter, first: int, last: int) -> None:
        """Draw the button, if its row is among those painted."""
        rect = self.rect(self.row) if first <= self.row <= last else QRect()
        if rect.isEmpty():
            return
        tokens = self._view.cells.tokens
        ink = tokens.accent if self.on else tokens.muted
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.accent if self.on else tokens.line), 1))
        painter.setBrush(QColor(tokens.selection if self.on else tokens.surface))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        mark = icons.pixmap("arrow-up-right", ink, ICON, painter.device().devicePixelRatioF())
        drop = (SIZE - ICON) // 2
        painter.drawPixmap(rect.x() + drop, rect.y() + drop, mark)
        painter.restore()

    # -- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Leave:
            self._point(None)
        elif kind == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            if self.on:
                keys = "Return" if self._view.enter_turns else "Ctrl+Shift+Return"
                native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
                words, viewport = _("Open"), self._view.viewport()
                text = f"{words} ({native})"
                QToolTip.showText(event.globalPos(), text, viewport, self.rect(self.row))
                return True
        elif isinstance(event, QMouseEvent):
            return self._mouse(event)
        return super().eventFilter(watched, event)

    def _mouse(self, event: QMouseEvent) -> bool:
        """Answer the mouse on the button; what is beside it belongs to the grid."""
        at, kind = event.position().toPoint(), event.type()
        if kind == QEvent.Type.MouseMove:
            self._point(None if event.buttons() else at)
            return self._pressed >= 0
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if kind == QEvent.Type.MouseButtonRelease:
            row, self._pressed = self._pressed, -1
            if row >= 0 and self.rect(row).contains(at):
                self._open(row)
            return row >= 0
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain:
            self._point(at)
        self._pressed = self.row if plain and self.on else -1
        return self._pressed >= 0
