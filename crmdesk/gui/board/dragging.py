"""A card under the hand: lifted from its lane, carried as a ghost, put into another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication

from crmdesk.gui.board.layout import CARD_GAP
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import RADIUS

if TYPE_CHECKING:
    from crmdesk.gui.board.view import BoardView
    from crmdesk.gui.grid.source import Cancel

_EDGE = 36
_SCROLL_MS = 30
_PLAIN = Qt.KeyboardModifier.NoModifier


class Dragging:
    """What the mouse does on a board: it chooses, turns, drags, opens narrow lanes."""

    def __init__(self, view: BoardView) -> None:
        self._view = view
        self._pressed: QPoint | None = None
        self._grip = QPoint()
        self._at = QPoint()
        self._on_reference = False
        # What is carried, and the lane into which it would go (-1: none).
        self.rowid: int | None = None
        self.target = -1
        # Where in that lane it would stand, None while that is not known.
        self.place: int | None = None
        self._asking: Cancel | None = None
        # How far the lane was scrolled before its place was brought into sight.
        self._before = 0
        self._from = -1
        self._scrolling = QTimer(view)
        self._scrolling.setInterval(_SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll)

    # -- the mouse

    def pressed(self, event: QMouseEvent) -> None:
        """Note where a press began, and make the card there current."""
        self._pressed = None
        if event.button() != Qt.MouseButton.LeftButton:
            return
        view, at = self._view, event.position().toPoint()
        lane, place = view.card_at(at)
        if place >= 0:
            row, source = view.row_at(lane, place), view.model.source
            self._pressed, self._from = at, lane
            rect = view.card_rect(lane, place)
            self._grip = at - rect.topLeft()
            self._on_reference = (
                row is not None and source is not None and event.modifiers() == _PLAIN
                and view.cards.reference_rect(source, row, rect).contains(at)
            )  # fmt: skip
            if not self._on_reference:
                view.go(lane, place)
            return
        lane = view.lane_at(at)
        if lane < 0:
            return
        head = at.y() < view.lane_rect(lane).y() + view.board.head
        if view.board.narrow[lane] or (head and view.model.lanes[lane].lane.end
                                       and not self._on_plus(lane, at)):  # fmt: skip
            view.open_lane(lane, toggle=True)
        elif head and self._on_plus(lane, at):
            view.titles.begin_new(lane)

    def _on_plus(self, lane: int, at: QPoint) -> bool:
        return at.x() > self._view.lane_rect(lane).right() - 30

    def moved(self, event: QMouseEvent) -> bool:
        """Carry the card; True while one is carried."""
        at = event.position().toPoint()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        if self.rowid is None:
            if (at - self._pressed).manhattanLength() < QApplication.startDragDistance():
                return False
            lane, place = self._view.card_at(self._pressed)
            if place < 0 or self._view.row_at(lane, place) is None:
                return False
            self.rowid = self._view.model.lanes[lane].ids[place]
            self._view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._at = at
        self._aim()
        near = min(at.x(), self._view.viewport().width() - at.x())
        if near < _EDGE and not self._scrolling.isActive():
            self._scrolling.start()
        return True

    def _aim(self) -> None:
        lane = self._view.lane_at(self._at)
        self._point(-1 if lane == self._from else lane)
        self._view.viewport().update()

    def _point(self, lane: int, *, back: bool = True) -> None:
        """Aim at another lane (-1: none), and ask where in it the card would stand."""
        view, before = self._view, self.target
        if lane == before:
            return
        if self._asking is not None:
            self._asking()
        self._asking, self.target = None, lane
        known, self.place = self.place, None
        if back and known is not None:
            view.scroll_lane(before, self._before)
        if lane >= 0 and self.rowid is not None:
            self._asking = view.model.landing(self.rowid, lane, self._landed)

    def _landed(self, place: int) -> None:
        self._asking = None
        view, lane = self._view, self.target
        if lane < 0:
            return
        self.place, self._before = place, view.offset(lane)
        # Room for one more, so that the last place can be scrolled to.
        view.lay()
        view.show_place(lane, place)
        view.viewport().update()

    def asked_anew(self) -> None:
        """The lanes were read again: ask again where the card would stand."""
        lane = self.target
        if self.rowid is not None and lane >= 0:
            self._point(-1, back=False)
            self._point(lane)

    def released(self, event: QMouseEvent) -> None:
        """Put the card down, or turn to the reference that was clicked."""
        view = self._view
        pressed, rowid, target, place = self._pressed, self.rowid, self.target, self.place
        on_reference = self._on_reference
        self.cancel(back=target < 0)
        if event.button() != Qt.MouseButton.LeftButton or pressed is None:
            return
        if rowid is not None:
            if target >= 0:
                # Whatever has to be asked about the move is asked here.
                view.dropped = event.position().toPoint()
                view.move_card(rowid, target, place)
            view.hover(event.position().toPoint())
        elif on_reference:
            lane, place = view.card_at(pressed)
            row, source = view.row_at(lane, place), view.model.source
            if row is not None and source is not None:
                ref = view.cards.cell(source, row, source.card.about).ref
                if ref is not None:
                    view.turned.emit(*ref)

    def cancel(self, *, back: bool = True) -> bool:
        """Let go of the card where it was; True if one was carried.

        The lane that it would go to is scrolled `back` to where it was.
        """
        carried = self.rowid is not None
        self._point(-1, back=back)
        self._pressed, self.rowid = None, None
        self._on_reference = False
        self._scrolling.stop()
        if carried:
            self._view.lay()
            self._view.viewport().setCursor(Qt.CursorShape.ArrowCursor)
            self._view.viewport().update()
        return carried

    def _scroll(self) -> None:
        width = self._view.viewport().width()
        step = -18 if self._at.x() < _EDGE else 18 if self._at.x() > width - _EDGE else 0
        if not step or self.rowid is None:
            self._scrolling.stop()
            return
        bar = self._view.horizontalScrollBar()
        bar.setValue(bar.value() + step)
        self._aim()

    # -- painting

    def slot(self, lane: int) -> int | None:
        """Where in a lane the card that is carried would stand, None for none or not known."""
        return self.place if lane == self.target else None

    def paint_slot(self, painter: QPainter, lane: int, place: int) -> None:
        """Draw where the card would stand."""
        rect = self._view.card_rect(lane, place)
        pen = QPen(QColor(theme().tokens.accent), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def paint(self, painter: QPainter) -> None:
        """Draw the card that is carried, over all."""
        view, source = self._view, self._view.model.source
        if self.rowid is None or source is None:
            return
        wide = view.board.lanes[self._from].width() - 2 * CARD_GAP - 4
        rect = QRect(self._at - self._grip, view.board.card_rect(self._from, 0, 0).size())
        rect.setWidth(wide)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        for spread, alpha in ((6, 14), (3, 26), (1, 34)):
            painter.setBrush(QColor(0, 0, 0, alpha))
            painter.drawRoundedRect(QRectF(rect.translated(0, 3)).adjusted(-spread, -spread, spread,
                                    spread), RADIUS + spread, RADIUS + spread)  # fmt: skip
        painter.setOpacity(0.94)
        view.cards.card(painter, rect, source, view.model.row(self.rowid), current=True,
                        focused=True)  # fmt: skip
        painter.restore()
