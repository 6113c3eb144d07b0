"""What the search box finds as one types: records by kind, lists and commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from crmdesk.gui import chips
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION
from crmdesk.i18n import _
from crmdesk.schema.crm.rail import MAIN, MORE, SYSTEM

if TYPE_CHECKING:
    from crmdesk.store.search import Hit

MOST = 30
_EACH = 6
_ROW, _HEAD = 30, 26
_WIDE, _HIGH = 460, 460
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done from the search box: its name, its icon, what it does."""

    title: str
    icon: str
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Found:
    """One line: a heading, a record, a list (no `id`) or a command."""

    title: str
    detail: str = ""
    colour: str = ""
    entity: str = ""
    id: str = ""
    command: Command | None = None

    @property
    def is_heading(self) -> bool:
        return not self.entity and self.command is None


class _Lines(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[Found] = []

    def show(self, lines: Sequence[Found]) -> None:
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.lines[index.row()].is_heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, [line.title, line.detail]))
        return None


class _Painter(QStyledItemDelegate):
    def __init__(self, lines: _Lines) -> None:
        super().__init__(lines)
        self._lines = lines
        self._plain = Texts(fonts.font())
        self._caption = Texts(fonts.font(CAPTION))
        self._head = Texts(fonts.font(11, QFont.Weight.DemiBold))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, _HEAD if self._lines.lines[index.row()].is_heading else _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme().tokens
        line = self._lines.lines[index.row()]
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.is_heading:
            run = self._head.fit(line.title.upper(), rect.width() - 20)
            painter.setFont(self._head.font)
            painter.setPen(QColor(tokens.faint))
            painter.drawStaticText(
                QPointF(rect.left() + 10, rect.bottom() - 7 - run.rise), run.text
            )
            return
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selection))
            painter.drawRoundedRect(rect, 6, 6)
        ratio = painter.device().devicePixelRatioF()
        if line.command is not None:
            mark = icons.pixmap(line.command.icon, tokens.muted, 14, ratio)
            painter.drawPixmap(rect.left() + 8, rect.top() + (_ROW - 14) // 2, mark)
        else:
            mark = chips.square(tokens.colour(line.colour), chips.SQUARE, 2.0, ratio)
            painter.drawPixmap(rect.left() + 11, rect.top() + (_ROW - chips.SQUARE) // 2, mark)
        left, right = rect.left() + 30, rect.right() - 10
        base = rect.top() + self._plain.baseline(_ROW)
        title = self._plain.fit(line.title, right - left)
        painter.setFont(self._plain.font)
        painter.setPen(QColor(tokens.text))
        painter.drawStaticText(QPointF(left, base - title.rise), title.text)
        room = int(right - left - title.width - 12)
        if line.detail and room > 40:
            detail = self._caption.fit(line.detail, room)
            painter.setFont(self._caption.font)
            painter.setPen(QColor(tokens.faint))
            painter.drawStaticText(
                QPointF(left + title.width + 12, base - detail.rise), detail.text
            )


class SearchPopup(QFrame):
    """Hangs under the search box while something is typed in it; the box keeps the focus.

    Up and Down walk, Enter goes there, Esc closes. An answer to what is no longer in the box
    is dropped.
    """

    # A record was chosen; or, with an empty id, the list of an entity.
    chosen = Signal(str, str)

    def __init__(self, bridge: Bridge, box: QLineEdit, window: QWidget) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._box = box
        self._window = window
        self._commands: tuple[Command, ...] = ()
        self._cancel: Cancel | None = None
        # What the program itself keeps, such as the entries of choice lists, is not looked for.
        self._looked = [
            entity.name
            for entity in bridge.registry.entities.values()
            if entity.name in (*MAIN, *MORE) or entity.area != SYSTEM
        ]
        self._lines = _Lines(self)
        self.list = QListView(self)
        self.list.setModel(self._lines)
        self.list.setItemDelegate(_Painter(self._lines))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet("QListView { border: 0; }")
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.clicked.connect(self._take)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.setAccessibleName(_("Found"))
        row = QVBoxLayout(self)
        row.setContentsMargins(5, 5, 5, 5)
        row.addWidget(self.list)
        self.setObjectName("searchPopup")
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(24)
        shadow.setOffset(0, 6)
        shadow.setColor(QColor(0, 0, 0, 60))
        self.setGraphicsEffect(shadow)
        self._dress()
        theme().changed.connect(self._dress)
        box.installEventFilter(self)
        box.textEdited.connect(self._typed)
        self.hide()

    @property
    def lines(self) -> list[Found]:
        """The lines that are shown."""
        return self._lines.lines

    def set_commands(self, commands: Sequence[Command]) -> None:
        """What can be done from here besides finding."""
        self._commands = tuple(commands)

    def begin(self, text: str) -> None:
        """Look for what is in the box already."""
        self._typed(text)

    def close_up(self) -> None:
        """Hide, and drop what is still being looked for."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        self.hide()

    # -- finding

    def _typed(self, text: str) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        text = text.strip()
        if not text:
            self.close_up()
            return
        workspace, looked = self._bridge.workspace, self._looked

        def ask(_conn: Any, _job: object) -> list[Hit]:
            return list(workspace.search(text, looked, limit=MOST))

        self._cancel = self._bridge.read(ask, partial(self._show, text))

    def _show(self, text: str, hits: Sequence[Hit]) -> None:
        self._cancel = None
        if text != self._box.text().strip():
            return
        registry, language = self._bridge.registry, self._bridge.language
        by_entity: dict[str, list[Hit]] = {}
        for hit in hits:
            by_entity.setdefault(hit.entity, []).append(hit)
        lines: list[Found] = []
        for name, found in by_entity.items():
            entity = registry.entity(name)
            lines.append(Found(entity.plural.text(language)))
            for hit in found[:_EACH]:
                detail = hit.snippet
                lines.append(Found(hit.title, detail, entity.colour, name, hit.id))
        lines += self._places(text.casefold())
        if not lines:
            lines = [Found(_("Nothing found"))]
        self._lines.show(lines)
        first = next((n for n, line in enumerate(lines) if not line.is_heading), -1)
        if first >= 0:
            self.list.setCurrentIndex(self._lines.index(first))
        self._place()
        self.show()
        self.raise_()

    def _places(self, text: str) -> list[Found]:
        language = self._bridge.language
        found = [
            Found(entity.plural.text(language), _("List"), entity.colour, entity.name)
            for entity in self._bridge.registry.entities.values()
            if entity.name in self._looked and text in entity.plural.text(language).casefold()
        ][:_EACH]
        found += [
            Found(one.title, command=one) for one in self._commands if text in one.title.casefold()
        ][:_EACH]
        return [Found(_("Go to")), *found] if found else []

    # -- choosing

    def _take(self, index: QModelIndex) -> None:
        if not index.isValid() or self._lines.lines[index.row()].is_heading:
            return
        line = self._lines.lines[index.row()]
        self.close_up()
        self._box.clear()
        if line.command is not None:
            line.command.run()
        else:
            self.chosen.emit(line.entity, line.id)

    def _walk(self, step: int) -> None:
        row = self.list.currentIndex().row() + step
        while 0 <= row < len(self._lines.lines):
            if not self._lines.lines[row].is_heading:
                self.list.setCurrentIndex(self._lines.index(row))
                return
            row += step

    # -- looking

    def _dress(self) -> None:
        tokens = theme().tokens
        self.setStyleSheet(
            f"#searchPopup {{ background: {tokens.surface}; border: 1px solid {tokens.line};"
            " border-radius: 8px; }"
        )

    def _place(self) -> None:
        wide = max(_WIDE, self._box.width())
        high = 12 + sum(_HEAD if line.is_heading else _ROW for line in self._lines.lines)
        window = self._window
        corner = self._box.mapTo(window, QPoint(self._box.width() - wide, self._box.height() + 4))
        high = min(high, _HIGH, window.height() - corner.y() - 12)
        self.setGeometry(max(corner.x(), 8), corner.y(), wide, high)

    # -- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._box and self.isVisible():
            if event.type() == QEvent.Type.FocusOut:
                self.close_up()
            elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                key = event.key()
                if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
                    self._walk(-1 if key == Qt.Key.Key_Up else 1)
                    return True
                if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                    self._take(self.list.currentIndex())
                    return True
                if key == Qt.Key.Key_Escape:
                    self.close_up()
                    return True
        return super().eventFilter(watched, event)
