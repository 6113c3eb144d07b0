"""Edits the title of a card in its place, and begins new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.board.view import BoardView


class TitleEditor(QLineEdit):
    """One line over a card: Enter writes it, Esc leaves all as it was."""

    finished = Signal()

    def __init__(self, view: BoardView) -> None:
        super().__init__(view.viewport())
        self._view = view
        # The record whose title it is, or the lane in which one begins.
        self._rowid: int | None = None
        self._lane = -1
        self.setAccessibleName(_("Title"))
        self.hide()

    def _path(self) -> str:
        source = self._view.model.source
        return "" if source is None else source.title_path

    def begin(self) -> None:
        """Edit the title of the current card."""
        view, path = self._view, self._path()
        row, source = view.current_row(), view.model.source
        if row is None or source is None or not path:
            return
        self._rowid, self._lane = row.rowid, -1
        self._open(view.cards.cell(source, row, path).text)
        self.selectAll()

    def begin_new(self, lane: int) -> None:
        """Begin a record at the top of a lane."""
        source = self._view.model.source
        if source is None or not source.can_create or not self._path():
            return
        if not 0 <= lane < len(self._view.model.lanes):
            return
        self._view.open_lane(lane)
        self._rowid, self._lane = None, lane
        self.setPlaceholderText(source.new_label)
        self._open("")

    def _open(self, text: str) -> None:
        self.setText(text)
        self.show()
        self.follow()
        self.setFocus()

    def follow(self) -> None:
        """Stay over the card while the board scrolls."""
        view = self._view
        if self.isHidden():
            return
        if self._rowid is not None:
            lane, at = view.model.where(self._rowid)
            if lane < 0:
                self._close()
                return
            self.setGeometry(view.cards.title_rect(view.card_rect(lane, at)))
        elif self._lane < len(view.board.lanes):
            room = view.board.cards(self._lane)
            room.translate(-view.horizontalScrollBar().value(), 0)
            self.setGeometry(room.x() + 6, room.y(), room.width() - 16, 30)
            self.raise_()

    def _write(self) -> None:
        text, path = self.text().strip(), self._path()
        model = self._view.model
        rowid, lane = self._rowid, self._lane
        self._close()
        if rowid is not None:
            model.rename(rowid, path, text)
        elif text and 0 <= lane < len(model.lanes):
            model.create(lane, path, text, self._made)

    def _made(self, rowid: int) -> None:
        view = self._view
        # It is on the board when that has been read again.
        view.current = rowid
        if not view.go_to_rowid(rowid):
            view.model.reload()

    def _close(self) -> None:
        self.hide()
        self._rowid, self._lane = None, -1
        self._view.setFocus()

    # -- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._write()
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # Its own menu, or another window, is no reason to stop.
        if not self.isHidden() and event.reason() in {
            Qt.FocusReason.MouseFocusReason,
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        }:
            self._write()
