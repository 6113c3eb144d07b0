"""The rail at the left: places, record types with their counts, views, pinned records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from crmdesk.gui import chips
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.shell.rowdrag import RowDrag
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION, mix
from crmdesk.i18n import _

_ROW, _HEAD, _WIDTH = 28, 34, 196
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class RailItem:
    """One line: a heading (no key), a place or record type, or a pinned record (`small`).

    A heading names the section that a click on it folds and opens; `shut` says it is folded.
    A `movable` line can be dragged among those of its section.
    """

    title: str
    key: str = ""
    colour: str = ""
    count: int | None = None
    hot: bool = False
    small: bool = False
    section: str = ""
    shut: bool = False
    movable: bool = False


class _Items(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: list[RailItem] = []

    def show(self, items: Sequence[RailItem]) -> None:
        self.beginResetModel()
        self.items = list(items)
        self.endResetModel()

    def put(self, row: int, item: RailItem) -> None:
        self.items[row] = item
        self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.items)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        item = self.items[index.row()]
        if not item.key:
            return Qt.ItemFlag.ItemIsEnabled if item.section else Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if item.shut:
                return _("{title}, folded").format(title=item.title)
            return item.title if item.count is None else f"{item.title}, {item.count}"
        if role == Qt.ItemDataRole.ToolTipRole and item.small:
            return item.title
        return None


class _RailPainter(QStyledItemDelegate):
    def __init__(self, items: _Items) -> None:
        super().__init__(items)
        self._items = items
        self._plain = Texts(fonts.font())
        self._bold = Texts(fonts.font(weight=QFont.Weight.DemiBold))
        self._count = Texts(fonts.font(CAPTION, figures=True))
        self._count_bold = Texts(fonts.font(CAPTION, QFont.Weight.DemiBold, figures=True))
        head = fonts.font(11, QFont.Weight.DemiBold)
        head.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 103)
        self._head = Texts(head)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, _ROW if self._items.items[index.row()].key else _HEAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme().tokens
        item = self._items.items[index.row()]
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not item.key:
            self._paint_heading(painter, rect, item, state)
            return
        on = bool(state & QStyle.StateFlag.State_Selected)
        if on or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            hover = mix(tokens.text, tokens.surface, 0.05)
            painter.setBrush(QColor(tokens.accent_soft if on else hover))
            painter.drawRoundedRect(QRectF(rect), 6, 6)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        size = chips.SQUARE if item.small else 14
        ratio = painter.device().devicePixelRatioF()
        if item.colour:
            mark = chips.square(tokens.colour(item.colour), size, 2.0 if item.small else 4.0, ratio)
        else:
            mark = chips.square(tokens.line, size, 4.0, ratio)
        top = rect.top() + (rect.height() - size) // 2
        painter.drawPixmap(rect.left() + 8 + (14 - size) // 2, top, mark)
        right = rect.right() - 8
        if item.count is not None:
            texts = self._count_bold if item.hot else self._count
            run = texts.fit(f"{item.count:,}", 80)
            painter.setFont(texts.font)
            ink = tokens.danger if item.hot else (tokens.muted if on else tokens.faint)
            painter.setPen(QColor(ink))
            base = rect.top() + texts.baseline(rect.height())
            painter.drawStaticText(QPointF(right - run.width + 1, base - run.rise), run.text)
            right -= round(run.width) + 8
        texts = self._bold if on else self._plain
        left = rect.left() + 31
        run = texts.fit(item.title, right - left)
        painter.setFont(texts.font)
        painter.setPen(QColor(tokens.text))
        base = rect.top() + texts.baseline(rect.height())
        painter.drawStaticText(QPointF(left, base - run.rise), run.text)

    def _paint_heading(
        self, painter: QPainter, rect: QRect, item: RailItem, state: QStyle.StateFlag
    ) -> None:
        tokens = theme().tokens
        base = rect.bottom() - 9
        run = self._head.fit(item.title.upper(), rect.width() - 30)
        painter.setFont(self._head.font)
        painter.setPen(QColor(tokens.faint))
        painter.drawStaticText(QPointF(rect.left() + 8, base - run.rise), run.text)
        marks = QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus
        if item.section and (item.shut or state & marks):
            name = "caret-right" if item.shut else "caret-down"
            mark = icons.pixmap(name, tokens.faint, 10, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(rect.left() + 14 + run.width, base - 9.5), mark)


class Rail(QListView):
    """The list of places; a click or Enter goes there, Alt+Up and Alt+Down move a line."""

    chosen = Signal(str)
    # The section of a heading is to be folded or opened.
    folded = Signal(str)
    # What can be done with a line is asked for: its key, and the point of the screen.
    menu_asked = Signal(str, object)
    # A line is to stand as many places further down among those beside it (up: below zero).
    moved = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items = _Items(self)
        self.setModel(self._items)
        self.setItemDelegate(_RailPainter(self._items))
        self.setAccessibleName(_("Places"))
        self.setFixedWidth(_WIDTH)
        self.setViewportMargins(8, 10, 8, 8)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.clicked.connect(self._go)
        self._dragging = RowDrag(self)
        # The line that was moved, which stays the current one.
        self._follows = ""
        theme().changed.connect(self.viewport().update)

    def set_items(self, items: Sequence[RailItem], key: str = "") -> None:
        """Show these lines with `key` chosen."""
        if self._follows and self._follows not in {item.key for item in items}:
            self._follows = ""
        now = self._items.items
        if [bool(one.key) for one in now] == [bool(one.key) for one in items]:
            # A turn moves the recent records alone; all lines anew would cost it a layout.
            for row, item in enumerate(items):
                if now[row] != item:
                    self._items.put(row, item)
        else:
            self._items.show(items)
        self.choose(key)

    @property
    def items(self) -> Sequence[RailItem]:
        """The lines that are shown."""
        return self._items.items

    def shift(self, key: str, step: int) -> None:
        """Ask for another place of a line, and keep it the current one."""
        if step:
            self._follows = key
            self.moved.emit(key, step)

    def choose(self, key: str) -> None:
        """Mark the line of `key` (none where it is not here) without telling.

        A line that is being moved about stays the marked one until one goes elsewhere.
        """
        key = self._follows or key
        now = self.currentIndex()
        if now.isValid() and key and self._items.items[now.row()].key == key:
            return
        keys = [item.key for item in self._items.items]
        if key and key in keys:
            self.setCurrentIndex(self._items.index(keys.index(key)))
        else:
            self.selectionModel().clear()

    def set_count(self, key: str, count: int | None, *, hot: bool = False) -> None:
        """Show another count."""
        for row, item in enumerate(self._items.items):
            if item.key == key and (item.count, item.hot) != (count, hot):
                changed = RailItem(item.title, key, item.colour, count, hot, item.small)
                self._items.put(row, changed)

    def _go(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        self._follows = ""
        item = self._items.items[index.row()]
        if item.key:
            self.chosen.emit(item.key)
        elif item.section:
            self.folded.emit(item.section)

    # -- Qt

    def dataChanged(self, topLeft: Index, bottomRight: Index, roles: Sequence[int] = ()) -> None:
        # Past the list's own, which lays all lines out anew: a turn changes two, and their
        # height is always the same.
        QAbstractItemView.dataChanged(self, topLeft, bottomRight, roles)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(_("Places"))
        super().changeEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if index.isValid() and (key := self._items.items[index.row()].key):
            self.menu_asked.emit(key, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._go(self.currentIndex())
            return
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            row = self.currentIndex().row()
            if row >= 0 and self._items.items[row].movable:
                self.shift(self._items.items[row].key, step)
            return
        if event.key() == Qt.Key.Key_Escape and self._dragging.cancel():
            return
        self._follows = ""
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._follows = ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragging.pressed(event)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._dragging.moved(event):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._dragging.released(event):
            super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._dragging.paint()
