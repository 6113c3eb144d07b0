"""The lists of the side pane: lines of one or two texts with a mark, walked by keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crmdesk.gui import chips
from crmdesk.gui.grid.pane import EmptyWord
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION, mix

if TYPE_CHECKING:
    from crmdesk.gui.panels.finding import FindLine

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_HEAD, _ONE, _TWO = 34, 30, 44
_LEFT, _RIGHT = 12, 12


@dataclass(frozen=True, slots=True)
class PaneLine:
    """One line. A `head` stands above those that belong to it; `when` is at the right.

    `title` is the strong text, `detail` the one below it ("" for a line of one text), or above
    it where it names what the title is the value of (`named`). `colour` gives the line the
    square of a record type, `icon` a picture instead. `data` is the page's own.
    """

    title: str
    detail: str = ""
    when: str = ""
    colour: str = ""
    icon: str = ""
    head: bool = False
    faint: bool = False
    named: bool = False
    data: Any = None


class _Lines(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[PaneLine, ...] = ()

    def show(self, lines: Sequence[PaneLine]) -> None:
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, [line.title, line.detail]))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = (line.detail, line.title) if line.named else (line.title, line.detail)
            return ", ".join(filter(None, [*said, line.when]))
        return None


class _Painter(QStyledItemDelegate):
    def __init__(self, lines: _Lines) -> None:
        super().__init__(lines)
        self._lines = lines
        self._plain = Texts(fonts.font(figures=True))
        self._strong = Texts(fonts.font(weight=QFont.Weight.DemiBold))
        self._caption = Texts(fonts.font(CAPTION, figures=True))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = self._lines.lines[index.row()]
        return QSize(120, _HEAD if line.head else _TWO if line.detail else _ONE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme().tokens
        line = self._lines.lines[index.row()]
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(rect).adjusted(4, 1, -4, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(tokens.selection))
            painter.drawRoundedRect(ground, 6, 6)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(mix(tokens.text, tokens.surface, 0.04)))
            painter.drawRoundedRect(ground, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if line.head and index.row():
            painter.fillRect(
                rect.left() + _LEFT, rect.top(), rect.width() - 2 * _LEFT, 1, QColor(tokens.inner)
            )
        left = self._mark(painter, line, rect)
        right = rect.right() - _RIGHT
        high = _HEAD if line.head else 24 if line.detail else _ONE
        top = rect.top() + (0 if line.head or not line.detail else 18 if line.named else 2)
        if line.when:
            run = self._caption.fit(line.when, 180)
            base = top + self._caption.baseline(high)
            painter.setFont(self._caption.font)
            painter.setPen(QColor(tokens.faint))
            painter.drawStaticText(QPointF(right - run.width, base - run.rise), run.text)
            right -= round(run.width) + 10
        texts = self._strong if line.head else self._plain
        run = texts.fit(line.title, right - left)
        painter.setFont(texts.font)
        painter.setPen(QColor(tokens.faint if line.faint else tokens.text))
        painter.drawStaticText(QPointF(left, top + texts.baseline(high) - run.rise), run.text)
        if line.detail and not line.head:
            run = self._caption.fit(line.detail, rect.right() - _RIGHT - left)
            painter.setFont(self._caption.font)
            painter.setPen(QColor(tokens.muted))
            base = rect.top() + (2 if line.named else 20) + self._caption.baseline(20)
            painter.drawStaticText(QPointF(left, base - run.rise), run.text)

    def _mark(self, painter: QPainter, line: PaneLine, rect: QRect) -> int:
        """Draw what stands before the text; where the text then begins."""
        tokens = theme().tokens
        left = rect.left() + _LEFT
        ratio = painter.device().devicePixelRatioF()
        high = _HEAD if line.head else 28 if line.detail else _ONE
        if line.icon:
            ink = tokens.faint if line.faint else tokens.muted
            mark = icons.pixmap(line.icon, ink, 14, ratio)
            painter.drawPixmap(left, rect.top() + (high - 14) // 2, mark)
            return left + 22
        if line.colour:
            mark = chips.square(tokens.colour(line.colour), chips.SQUARE, 2.0, ratio)
            painter.drawPixmap(left + 2, rect.top() + (high - chips.SQUARE) // 2, mark)
            return left + 18
        return left


class PaneList(QListView):
    """A list of the side pane. Enter and a double click ask for what is done at once, the menu
    key and the right button for all that can be done."""

    chosen = Signal(int)
    # The row, and where on the screen.
    menu_asked = Signal(int, QPoint)

    def __init__(self, parent: QWidget, *, several: bool = False) -> None:
        super().__init__(parent)
        self._lines = _Lines(self)
        self.setModel(self._lines)
        self.setItemDelegate(_Painter(self._lines))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet("QListView { border: 0; border-radius: 0; }")
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if several:
            self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.empty = EmptyWord(self)
        # Takes what is typed here, where the page has one.
        self.find_line: FindLine | None = None
        self.doubleClicked.connect(lambda index: self.chosen.emit(index.row()))
        theme().changed.connect(self.viewport().update)

    @property
    def lines(self) -> tuple[PaneLine, ...]:
        """The lines that are shown."""
        return self._lines.lines

    @property
    def row(self) -> int:
        """The current line, -1 for none."""
        return self.currentIndex().row()

    def show_lines(self, lines: Sequence[PaneLine], *, say_empty: bool = True) -> None:
        """Show these; the place in the list stays where it was as far as there is one."""
        if tuple(lines) == self._lines.lines:
            return
        row, scrolled = self.row, self.verticalScrollBar().value()
        self._lines.show(lines)
        if lines:
            self.setCurrentIndex(self._lines.index(min(max(row, 0), len(lines) - 1)))
            self.verticalScrollBar().setValue(scrolled)
        self.empty.setVisible(not lines and say_empty)
        self._place()

    def selected(self) -> list[int]:
        """The rows that are selected, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def go(self, row: int) -> None:
        """Make a line the current one."""
        self.setCurrentIndex(self._lines.index(row))

    def _place(self) -> None:
        self.empty.setGeometry(QRect(0, 20, self.width(), max(0, self.height() - 20)))

    def _ask_menu(self, at: QPoint) -> None:
        if self.row >= 0:
            self.menu_asked.emit(self.row, at)

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and self.row >= 0:
            self.chosen.emit(self.row)
            return
        if self.find_line is not None and self.find_line.take(event):
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            if not index.isValid():
                return
            if not self.selectionModel().isSelected(index):
                self.setCurrentIndex(index)
            self._ask_menu(event.globalPos())
        else:
            self._ask_menu(self.corner())

    def corner(self) -> QPoint:
        """Where on the screen a menu of the current line opens by key."""
        rect = self.visualRect(self.currentIndex())
        return self.viewport().mapToGlobal(rect.bottomLeft() + QPoint(_LEFT, 0))
