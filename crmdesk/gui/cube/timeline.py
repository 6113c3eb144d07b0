"""The timeline face: all activity around a record, what is planned above what has happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube.telling import Line, Part, Teller
from crmdesk.gui.cube.timelines import LinePainter, Lines
from crmdesk.gui.grid.pane import EmptyWord
from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _
from crmdesk.schema.timetypes import stamp_text
from crmdesk.store.timeline import CHANGE, Mark

FIRST, MOST = 24, 80
"""Lines that are read at first, for a turn is to be quick, and when one comes to the end."""
AHEAD, AHEAD_AT_FIRST = 50, 3
"""Planned lines that are read, and those of them that are shown until all are asked for."""
_MOST_CHANGES = 400

ALL, CALLS, MAILS, CHANGES = "all", "call", "email", "changes"
"""What a timeline can be narrowed to; the middle two are kinds as the declaration has them."""


class _Read(NamedTuple):
    """What was read: planned lines, what has happened, and the mark of the last of it."""

    ahead: list[Line]
    past: list[Line]
    last: Mark | None


class TimelineList(QListView):
    """What happened around a record; a click or Enter on a line turns to its record."""

    turned = Signal(str, str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._entity = ""
        self._record = ""
        self._show_kind = ALL
        self._cancel: Cancel | None = None
        self._more: Cancel | None = None
        self._read = _Read([], [], None)
        self._open = False
        self._lines = Lines(self)
        self._painter = LinePainter(self._lines)
        self.setModel(self._lines)
        self.setItemDelegate(self._painter)
        self.setFrameShape(QListView.Shape.NoFrame)
        # The style sheet frames lists that stand alone; this one has its face.
        self.setStyleSheet("QListView { border: 0; border-radius: 0; }")
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.empty = EmptyWord(self)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        theme().changed.connect(self.viewport().update)
        self.translate()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that are shown, headings among them."""
        return self._lines.lines

    def translate(self) -> None:
        """Take up the language that is set now."""
        self.setAccessibleName(_("Timeline"))
        self.empty.say(
            _("Nothing has happened yet"),
            _("Calls, notes, tasks and changes of stage appear here by themselves."),
            icon="clock-counter-clockwise",
        )

    def show_record(self, entity: str, record: str, *, kind: str = ALL) -> None:
        """Show what happened around that record, none for an empty id; `kind` as above."""
        if (entity, record, kind) != (self._entity, self._record, self._show_kind):
            self._open = False
            self._read = _Read([], [], None)
        self._entity, self._record, self._show_kind = entity, record, kind
        self.reload()

    def reload(self) -> None:
        """Read again; the old lines stay until the new ones are there."""
        for cancel in (self._cancel, self._more):
            if cancel is not None:
                cancel()
        self._cancel = self._more = None
        if not self._record:
            self._show(_Read([], [], None))
            return
        # As many as are there already: one may have scrolled.
        most = max(FIRST, len(self._read.past))
        ask = partial(self._ask, self._entity, self._record, self._show_kind, most, None)
        self._cancel = self._bridge.read(ask, self._show)

    def _ask(
        self,
        entity: str,
        record: str,
        kind: str,
        most: int,
        before: Mark | None,
        conn: Any,
        _job: object,
    ) -> _Read:
        select, ctx = self._bridge.workspace.select, self._bridge.ctx
        teller = Teller(self._bridge, entity, record)
        now = stamp_text(ctx.present().astimezone(UTC))
        if kind == CHANGES:
            found = select.timeline(conn, entity, record, _MOST_CHANGES, changes=True, text=ctx)
            found = [one for one in found if one.entity == CHANGE]
            return _Read([], teller.lines(conn, found), None)
        way = "" if kind == ALL else kind
        found = select.timeline(conn, entity, record, most, before, text=ctx, kind=way, until=now)
        past = teller.lines(conn, found)
        last = found[-1].mark if len(found) == most else None
        if before is not None:
            return _Read([], past, last)
        coming = select.timeline(conn, entity, record, AHEAD, text=ctx, kind=way, since=now)
        return _Read(teller.lines(conn, coming, planned=True), past, last)

    def _show(self, read: _Read) -> None:
        self._read = read
        self._fill()

    def _fill(self) -> None:
        ahead, past = self._read.ahead, self._read.past
        lines: list[Line] = []
        if ahead:
            hidden = 0 if self._open else max(0, len(ahead) - AHEAD_AT_FIRST)
            more = _("Show all {count}").format(count=len(ahead)) if hidden else ""
            lines.append(_heading(_("Planned"), "", more))
            lines += ahead[hidden:]
            lines.append(_heading(_("Today"), "accent"))
        lines += past
        self._lines.show(lines)
        self.empty.setVisible(not lines and bool(self._record))
        self._place()
        # A face that fills the window has room for more than the first lines.
        QTimer.singleShot(0, self, self._fill_room)

    def _fill_room(self) -> None:
        # Until it is laid out the bar tells of the lines before, and more would be read in vain.
        self.executeDelayedItemsLayout()
        self._scrolled(self.verticalScrollBar().value())

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if self._read.last is None or self._more is not None or value < bar.maximum() - 200:
            return
        ask = partial(self._ask, self._entity, self._record, self._show_kind, MOST, self._read.last)
        self._more = self._bridge.read(ask, self._append)

    def _append(self, read: _Read) -> None:
        self._more = None
        self._read = _Read(self._read.ahead, [*self._read.past, *read.past], read.last)
        self._fill()

    def _turn(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        line = self._lines.lines[index.row()]
        if line.entity:
            self.turned.emit(line.entity, line.id)
        elif not line.icon and line.when:
            self._open = True
            self._fill()

    def _part_at(self, event: QMouseEvent) -> tuple[int, int]:
        at = event.position().toPoint()
        index = self.indexAt(at)
        if not index.isValid():
            return -1, -1
        part = self._painter.part_at(index.row(), self.visualRect(index), at)
        return (index.row(), part) if part >= 0 else (-1, -1)

    def _hover(self, at: tuple[int, int]) -> None:
        if at == self._painter.hovered:
            return
        for row in {at[0], self._painter.hovered[0]}:
            if row >= 0:
                self.update(self._lines.index(row))
        self._painter.hovered = at

    def _place(self) -> None:
        self.empty.setGeometry(QRect(0, 20, self.width(), max(0, self.height() - 20)))

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self._part_at(event))
        index = self.indexAt(event.position().toPoint())
        line = self._lines.lines[index.row()] if index.isValid() else None
        hand = line is not None and bool(line.entity or (not line.icon and line.when))
        shape = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover((-1, -1))
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        row, number = self._part_at(event)
        if row >= 0:
            ref = self._lines.lines[row].parts[number].ref
            if ref is not None:
                self.turned.emit(*ref)
                return
        self._turn(self.indexAt(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._turn_to_person(self.currentIndex())
            else:
                self._turn(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _turn_to_person(self, index: QModelIndex) -> None:
        """The reference of a line by the key that follows references in grids too."""
        if index.isValid():
            refs = [part.ref for part in self._lines.lines[index.row()].parts if part.ref]
            if refs:
                self.turned.emit(*refs[0])


def _heading(title: str, colour: str, more: str = "") -> Line:
    return Line("", colour, (Part(title, "muted"),), "", more)


def kinds() -> Sequence[tuple[str, str]]:
    """What a timeline can be narrowed to, with its name in the language."""
    return (
        (ALL, _("All")),
        (CALLS, _("Calls")),
        (MAILS, _("E-mail")),
        (CHANGES, _("Changes")),
    )
