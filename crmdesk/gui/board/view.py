"""A board of records: lanes side by side, cards that are dragged from one to another."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollBar, QWidget

from crmdesk.gui.access import announce
from crmdesk.gui.board import keys
from crmdesk.gui.board.cards import CardPainter
from crmdesk.gui.board.dragging import Dragging
from crmdesk.gui.board.layout import CARD_GAP, Board, lay_out
from crmdesk.gui.board.model import BoardModel, LaneRows
from crmdesk.gui.board.titles import TitleEditor
from crmdesk.gui.grid.source import GridRow
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import RADIUS_FACE
from crmdesk.i18n import _


class BoardView(QAbstractScrollArea):
    """Shows a board's model; cards in sight are painted, all others cost nothing.

    The keys are told in `keys`.
    """

    # A reference, or the card itself, is to become the front: its entity and id.
    turned = Signal(str, str)
    # The current card: its rowid (None for none) and its record's id.
    current_changed = Signal(object, str)
    told = Signal(str)
    # The menu of a card is about to be shown and may be added to.
    menu_about_to_show = Signal(object)
    # Where a card that was moved stands now, in words, as screen readers are told.
    said = Signal(str)
    # A narrow lane was opened or closed by hand.
    opened = Signal()

    def __init__(self, model: BoardModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.cards = CardPainter(theme().tokens)
        self.board = Board((), (), 0, 1)
        self.open_ends: set[str] = set()
        self.dragging = Dragging(self)
        self.titles = TitleEditor(self)
        self.current: int | None = None
        # Where in the viewport a card was let go last, None once something else was done.
        self.dropped: QPoint | None = None
        # Where the current card was last: a lane's number and the place in it.
        self.at = (-1, -1)
        self._told: tuple[int | None, str] = (None, "")
        # The card that was moved last, until the lanes have been read again.
        self._moved: int | None = None
        # The card and the key of its new lane, until it was told where it stands there.
        self._untold: tuple[int, str] | None = None
        self._bars: list[QScrollBar] = []
        self._hovered: tuple[int, int] = (-1, -1)
        self._on_reference = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(_("Board"))
        model.changed.connect(self._model_changed)
        model.told.connect(self.told)
        model.settled.connect(self._settled)
        model.loaded.connect(self._loaded)
        self.horizontalScrollBar().valueChanged.connect(self._place_bars)
        theme().changed.connect(self._dress)

    # -- asking

    def offset(self, lane: int) -> int:
        """How far a lane is scrolled down."""
        return self._bars[lane].value() if lane < len(self._bars) else 0

    def card_rect(self, lane: int, at: int) -> QRect:
        """Where a card lies in the viewport."""
        rect = self.board.card_rect(lane, at, self.offset(lane))
        return rect.translated(-self.horizontalScrollBar().value(), 0)

    def lane_rect(self, lane: int) -> QRect:
        """Where a lane lies in the viewport."""
        return self.board.lanes[lane].translated(-self.horizontalScrollBar().value(), 0)

    def lane_at(self, at: QPoint) -> int:
        """The lane under a point of the viewport, -1 for none."""
        x = at.x() + self.horizontalScrollBar().value()
        for number, rect in enumerate(self.board.lanes):
            if rect.left() <= x <= rect.right():
                return number
        return -1

    def card_at(self, at: QPoint) -> tuple[int, int]:
        """The lane and place of the card under a point, (-1, -1) for none."""
        lane = self.lane_at(at)
        if lane < 0 or self.board.narrow[lane]:
            return -1, -1
        rows = self.model.lanes[lane]
        room = self.board.cards(lane)
        if not room.top() <= at.y() <= room.bottom():
            return -1, -1
        place = (at.y() - room.top() + self.offset(lane)) // self.board.pitch()
        inside = 0 <= place < len(rows.ids) and self.card_rect(lane, place).contains(at)
        return (lane, place) if inside else (-1, -1)

    def row_at(self, lane: int, at: int) -> GridRow | None:
        """The card at a place, None while it has not been read."""
        if lane < 0 or at < 0 or at >= len(self.model.lanes[lane].ids):
            return None
        return self.model.row(self.model.lanes[lane].ids[at])

    def current_row(self) -> GridRow | None:
        """The current card, None for none or while it has not been read."""
        return None if self.current is None else self.model.row(self.current)

    def number(self) -> int:
        """Which of all records on the board is current, from 0; -1 for none."""
        lane, at = self.at
        return -1 if lane < 0 else sum(rows.count for rows in self.model.lanes[:lane]) + at

    # -- doing

    def go(self, lane: int, at: int) -> None:
        """Make that card the current one and show it."""
        if not 0 <= lane < len(self.model.lanes) or not self.model.lanes[lane].ids:
            return
        ids = self.model.lanes[lane].ids
        at = min(max(at, 0), len(ids) - 1)
        self.current, self.at = ids[at], (lane, at)
        self.open_lane(lane)
        self.show_card()
        self._tell()
        self.viewport().update()

    def go_to_rowid(self, rowid: int) -> bool:
        """Make that record's card current; False where it is not on the board."""
        lane, at = self.model.where(rowid)
        if lane >= 0:
            self.go(lane, at)
        return lane >= 0

    def show_card(self) -> None:
        """Scroll so that the current card is in sight."""
        lane, at = self.at
        if lane < 0 or lane >= len(self._bars):
            return
        self.show_place(lane, at)
        rect, across = self.board.lanes[lane], self.horizontalScrollBar()
        if rect.left() < across.value():
            across.setValue(rect.left() - 8)
        elif rect.right() > across.value() + self.viewport().width():
            across.setValue(rect.right() + 8 - self.viewport().width())

    def show_place(self, lane: int, at: int) -> None:
        """Scroll a lane so that a place in it is in sight."""
        if lane >= len(self._bars):
            return
        bar, room = self._bars[lane], self.board.cards(lane).height()
        top, pitch = at * self.board.pitch(), self.board.pitch()
        if top < bar.value():
            bar.setValue(top)
        elif top + pitch + CARD_GAP > bar.value() + room:
            bar.setValue(top + pitch + CARD_GAP - room)

    def scroll_lane(self, lane: int, to: int) -> None:
        """Scroll a lane down that far."""
        if 0 <= lane < len(self._bars):
            self._bars[lane].setValue(to)

    def open_lane(self, lane: int, *, toggle: bool = False) -> None:
        """Make a narrow lane wide; with `toggle` also the other way round."""
        key = self.model.lanes[lane].lane.key
        if not self.model.lanes[lane].lane.end:
            return
        if key not in self.open_ends:
            self.open_ends.add(key)
        elif toggle:
            self.open_ends.discard(key)
        else:
            return
        self.lay()
        if toggle:
            self.opened.emit()

    def move_card(self, rowid: int, lane: int, place: int | None = None) -> None:
        """Give a card the value of a lane, as one step; it stays the current one.

        `place` is where in the lane it will stand, where that is known already.
        """
        self._moved, self._untold = rowid, (rowid, self.model.lanes[lane].lane.key)
        before, self.current = self.current, rowid
        if self.model.move(rowid, lane, place):
            self._follow()
            self.show_card()
        else:
            self.current, self._untold = before, None

    def _settled(self, rowid: int) -> None:
        """Show a card that was moved in its place, and say where that is."""
        if rowid != self.current:
            return
        self._follow()
        self.show_card()
        (lane, at), row, source = self.at, self.current_row(), self.model.source
        if row is None or source is None or lane < 0:
            return
        rows = self.model.lanes[lane]
        self._untold = None
        words = _("“{card}” is in {lane} now, {place} of {count}").format(
            card=self.cards.title_of(source, row), lane=rows.lane.title,
            place=f"{at + 1:,}", count=f"{rows.count:,}",
        )  # fmt: skip
        self.setAccessibleDescription(self.model.spoken(lane, at))
        announce(self, words)
        self.said.emit(words)

    def _loaded(self) -> None:
        self.dragging.asked_anew()
        moved, self._moved = self._moved, None
        if moved is not None and moved == self.current:
            # Where the order is by what the move changed as well, it stands elsewhere now.
            self.show_card()
        lane = self.at[0]
        here = self.model.lanes[lane].lane.key if 0 <= lane < len(self.model.lanes) else ""
        if self._untold is not None and self._untold == (self.current, here):
            # The lanes came before the answer where it would stand.
            self._settled(self._untold[0])

    def turn(self, *, reference: bool = False) -> None:
        """Turn to the current card, or to the record that it names."""
        row, source = self.current_row(), self.model.source
        if row is None or source is None:
            return
        ref = self.cards.cell(source, row, source.card.about).ref if reference else None
        self.turned.emit(*(ref or (source.entity, row.id)))

    # -- laying out

    def lay(self) -> None:
        """Put lanes and scroll bars in their places."""
        source, room = self.model.source, self.viewport()
        if source is None:
            return
        card = self.cards.height(source)
        bar = self.horizontalScrollBar()
        self.board = lay_out(self.model.lanes, self.open_ends, room.width(), room.height(), card)
        bar.setRange(0, max(0, self.board.width - room.width()))
        bar.setPageStep(room.width())
        bar.setSingleStep(40)
        while len(self._bars) < len(self.model.lanes):
            made = QScrollBar(Qt.Orientation.Vertical, self.viewport())
            made.setCursor(Qt.CursorShape.ArrowCursor)
            made.valueChanged.connect(self._scrolled)
            self._bars.append(made)
        for number, one in enumerate(self._bars):
            if number >= len(self.model.lanes):
                one.hide()
                continue
            rows, cards = self.model.lanes[number], self.board.cards(number)
            more = 0 if self.dragging.slot(number) is None else 1
            one.setRange(0, max(0, self.board.long(rows.count + more) - cards.height()))
            one.setPageStep(cards.height())
            one.setSingleStep(self.board.pitch())
            one.setAccessibleName(rows.lane.title)
            one.setVisible(one.maximum() > 0 and not self.board.narrow[number])
        self._place_bars()

    def _place_bars(self) -> None:
        for number, one in enumerate(self._bars[: len(self.board.lanes)]):
            room = self.board.cards(number)
            left = room.right() - 8 - self.horizontalScrollBar().value()
            one.setGeometry(left, room.y(), 8, room.height())
        self.titles.follow()
        self.viewport().update()

    def _scrolled(self) -> None:
        self.titles.follow()
        self.viewport().update()

    def _model_changed(self) -> None:
        self.lay()
        self._follow()

    def _follow(self) -> None:
        """Find the current card again; where it is gone, the one in its place is current."""
        lane, at = self.at
        lanes = self.model.lanes
        if self.current is not None:
            known = lane < len(lanes) and 0 <= at < len(lanes[lane].ids)
            if not known or lanes[lane].ids[at] != self.current:
                found = self.model.where(self.current)
                if found[0] >= 0:
                    self.at = found
                elif self.model.ready:
                    self._lose(lane, at)
        self._tell()
        self.viewport().update()

    def _lose(self, lane: int, at: int) -> None:
        self.current, self.at = None, (-1, -1)
        if 0 <= lane < len(self.model.lanes) and self.model.lanes[lane].ids:
            ids = self.model.lanes[lane].ids
            at = min(max(at, 0), len(ids) - 1)
            self.current, self.at = ids[at], (lane, at)

    def _tell(self) -> None:
        row = self.current_row()
        now = (self.current, "" if row is None else row.id)
        if now != self._told and (self.current is None or row is not None):
            self._told = now
            self.setAccessibleDescription(self.model.spoken(*self.at) if row is not None else "")
            self.current_changed.emit(*now)

    def _dress(self) -> None:
        self.cards = CardPainter(theme().tokens)
        self.viewport().update()

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # One more at the ends: on a screen of 150 % they lie within a pixel.
        painter.fillRect(event.rect().adjusted(-1, -1, 1, 1), QColor(tokens.surface))
        for number, rows in enumerate(self.model.lanes[: len(self.board.lanes)]):
            rect = self.lane_rect(number)
            if rect.intersects(event.rect()):
                self._paint_lane(painter, number, rows, rect)
        self.dragging.paint(painter)
        painter.end()

    def _paint_lane(self, painter: QPainter, number: int, rows: LaneRows, rect: QRect) -> None:
        tokens, source = theme().tokens, self.model.source
        assert source is not None
        target = self.dragging.target == number
        painter.setPen(QPen(QColor(tokens.accent), 1.5) if target else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.selection if target else tokens.background))
        painter.drawRoundedRect(QRectF(rect), RADIUS_FACE, RADIUS_FACE)
        if self.board.narrow[number]:
            self.cards.narrow(painter, rect, rows, target=target)
            return
        hot = self._hovered[0] == number
        head = QRect(rect.x(), rect.y(), rect.width(), self.board.head)
        self.cards.lane_head(painter, head, rows, plus=hot and source.can_create, target=target)
        room = self.board.cards(number).translated(-self.horizontalScrollBar().value(), 0)
        painter.save()
        painter.setClipRect(room)
        slot, pitch = self.dragging.slot(number), self.board.pitch()
        if slot is not None:
            self.dragging.paint_slot(painter, number, slot)
        for at in self.board.seen(number, rows.count, self.offset(number)):
            rowid = rows.ids[at] if at < len(rows.ids) else None
            if rowid is not None and rowid == self.dragging.rowid:
                continue
            down = pitch if slot is not None and at >= slot else 0
            place = self.card_rect(number, at).translated(0, down)
            hover = self._hovered == (number, at)
            self.cards.card(
                painter, place, source, None if rowid is None else self.model.row(rowid),
                current=rowid is not None and rowid == self.current, hover=hover,
                on_reference=hover and self._on_reference, focused=self.hasFocus(),
            )  # fmt: skip
        painter.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.dropped = None
        if not keys.press(self, event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.dropped = None
        self.dragging.pressed(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if not self.dragging.moved(event):
            self.hover(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.dragging.released(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        lane, at = self.card_at(event.position().toPoint())
        if at >= 0:
            self.go(lane, at)
            self.turn()

    def hover(self, at: QPoint | None) -> None:
        """Show what lies under the pointer."""
        lane, place = (-1, -1) if at is None else (self.lane_at(at), self.card_at(at)[1])
        row, source = self.row_at(lane, place), self.model.source
        on = False
        if row is not None and source is not None and at is not None:
            on = self.cards.reference_rect(source, row, self.card_rect(lane, place)).contains(at)
        if (lane, place, on) != (*self._hovered, self._on_reference):
            self._hovered, self._on_reference = (lane, place), on
            shape = Qt.CursorShape
            narrow = lane >= 0 and self.board.narrow[lane]
            self.viewport().setCursor(shape.PointingHandCursor if on or narrow
                                      else shape.ArrowCursor)  # fmt: skip
            self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        lane = self.lane_at(event.position().toPoint())
        turned = event.angleDelta()
        down = bool(turned.y()) and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        bar = self.horizontalScrollBar()
        if down and lane >= 0 and self._bars[lane].maximum() > 0:
            bar = self._bars[lane]
        # A notch of the wheel is a card.
        bar.setValue(bar.value() - (turned.y() or turned.x()) * self.board.pitch() // 120)
        self.hover(event.position().toPoint())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.hover(None)
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # Late, for the start's sake, as the board itself.
        from crmdesk.gui.board.menu import card_menu

        lane, at = self.card_at(event.pos())
        if at >= 0:
            self.go(lane, at)
        menu = card_menu(self)
        self.menu_about_to_show.emit(menu)
        menu.popup(event.globalPos())

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.viewport().update()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.dragging.cancel()
        self.viewport().update()
