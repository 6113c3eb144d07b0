"""The timeline face: all activity around a record, newest first, painted as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube.marks import CHANGED, picture
from crmdesk.gui.grid.pane import EmptyWord
from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION, readable
from crmdesk.i18n import _
from crmdesk.schema.crm.system import USER
from crmdesk.schema.timetypes import MomentType
from crmdesk.store.timeline import CHANGE, Happening

MOST = 80
"""Lines that are read at once."""
_ROW, _TILE, _LEFT = 36, 22, 12
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_WHEN = MomentType()


@dataclass(frozen=True, slots=True)
class Line:
    """One line, ready to be painted: the record it turns to (none for a change of itself)."""

    icon: str
    colour: str
    title: str
    kind: str
    when: str
    entity: str = ""
    id: str = ""


class _Lines(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()

    def show(self, lines: Sequence[Line]) -> None:
        if tuple(lines) != self.lines:
            self.beginResetModel()
            self.lines = tuple(lines)
            self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, [line.kind, line.title, line.when]))
        return None


class _LinePainter(QStyledItemDelegate):
    def __init__(self, lines: _Lines) -> None:
        super().__init__(lines)
        self._lines = lines
        self._plain = Texts(fonts.font())
        self._caption = Texts(fonts.font(CAPTION, figures=True))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme().tokens
        line = self._lines.lines[index.row()]
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        elif state & QStyle.StateFlag.State_MouseOver and line.entity:
            painter.fillRect(rect, QColor(tokens.background))
        painter.fillRect(
            rect.left() + _LEFT, rect.bottom(), rect.width() - 2 * _LEFT, 1, QColor(tokens.inner)
        )
        tile = QRectF(rect.left() + _LEFT, rect.top() + (_ROW - _TILE) / 2, _TILE, _TILE)
        ground = tokens.soft(line.colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(tile, 6, 6)
        ink = readable(tokens.colour(line.colour), ground)
        mark = icons.pixmap(line.icon, ink, 14, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(tile.left() + 4, tile.top() + 4), mark)
        left, right = tile.right() + 10, float(rect.right() - _LEFT)
        when = self._caption.fit(line.when, 220)
        base = rect.top() + self._plain.baseline(_ROW)
        painter.setFont(self._caption.font)
        painter.setPen(QColor(tokens.muted))
        painter.drawStaticText(QPointF(right - when.width, base - when.rise), when.text)
        right -= when.width + 12
        title = self._plain.fit(line.title, int(max(right - left, 20)))
        painter.setFont(self._plain.font)
        painter.setPen(QColor(tokens.text))
        painter.drawStaticText(QPointF(left, base - title.rise), title.text)


class TimelineList(QListView):
    """What happened around a record; a click or Enter on a line turns to its record."""

    turned = Signal(str, str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._entity = ""
        self._record = ""
        self._changes = False
        self._cancel: Cancel | None = None
        self._lines = _Lines(self)
        self.setModel(self._lines)
        self.setItemDelegate(_LinePainter(self._lines))
        self.setFrameShape(QListView.Shape.NoFrame)
        # The style sheet frames lists that stand alone; this one has its face.
        self.setStyleSheet("QListView { border: 0; border-radius: 0; }")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.empty = EmptyWord(self)
        self.clicked.connect(self._turn)
        theme().changed.connect(self.viewport().update)
        self.translate()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that are shown."""
        return self._lines.lines

    def translate(self) -> None:
        """Take up the language that is set now."""
        self.setAccessibleName(_("Timeline"))
        self.empty.say(
            _("Nothing has happened yet"),
            _("Calls, notes, tasks and changes of stage appear here by themselves."),
            icon="clock-counter-clockwise",
        )

    def show_record(self, entity: str, record: str, *, changes: bool = False) -> None:
        """Show what happened around that record, none for an empty id; and changes of itself."""
        self._entity, self._record, self._changes = entity, record, changes
        self.reload()

    def reload(self) -> None:
        """Read again; the old lines stay until the new ones are there."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        if not self._record:
            self._show([])
            return
        ask = partial(self._ask, self._entity, self._record, self._changes)
        self._cancel = self._bridge.read(ask, self._show)

    def _ask(self, entity: str, record: str, changes: bool, conn: Any, _job: object) -> list[Line]:
        select, ctx = self._bridge.workspace.select, self._bridge.ctx
        most = MOST * 5 if changes else MOST
        found = select.timeline(conn, entity, record, most, changes=changes, text=ctx)
        front = select.titles(conn, entity, [record], ctx).get(record, "")
        actors = sorted({one.actor for one in found if one.actor})
        names = select.titles(conn, USER, actors) if actors else {}
        if changes:
            found = [one for one in found if one.entity == CHANGE]
        return [self._line(entity, front, one, names.get(one.actor, "")) for one in found]

    def _line(self, entity: str, front: str, one: Happening, actor: str) -> Line:
        registry = self._bridge.registry
        ctx = self._bridge.ctx
        when = _WHEN.show(_WHEN.from_stored(one.at, ctx.zone), ctx)
        if one.entity != CHANGE:
            holder = registry.entity(one.entity)
            kind = holder.label.text(ctx.language)
            title = one.title or kind
            if front and title.startswith(front):
                # What is titled by the record in front: its kind says more than that title.
                rest = title.removeprefix(front).lstrip(" ·–-,")
                title = " · ".join(filter(None, [kind, rest]))
            return Line(picture(holder), holder.colour, title, kind, when, one.entity, one.id)
        holder = registry.entity(entity)
        labels = [
            field.label.text(ctx.language)
            for field in holder.fields
            if any(column.name in one.fields for column in field.columns)
        ]
        done = {"I": _("Created"), "D": _("Deleted")}.get(one.op, ", ".join(labels))
        title = " · ".join(filter(None, [done or _("Changed"), actor]))
        return Line(CHANGED, "note", title, "", when)

    def _show(self, lines: Sequence[Line]) -> None:
        self._lines.show(lines)
        self.empty.setVisible(not lines and bool(self._record))
        self._place()

    def _turn(self, index: QModelIndex) -> None:
        if index.isValid():
            line = self._lines.lines[index.row()]
            if line.entity:
                self.turned.emit(line.entity, line.id)

    def _place(self) -> None:
        self.empty.setGeometry(QRect(0, 20, self.width(), max(0, self.height() - 20)))

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._turn(self.currentIndex())
            return
        super().keyPressEvent(event)
