"""The floating list of a picker: choices as chips, records as squares with their names."""

from __future__ import annotations

from collections.abc import Sequence

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
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from crmdesk.gui import chips
from crmdesk.gui.grid.floating import SHADOW, paint_panel, place_under
from crmdesk.gui.grid.source import Option
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION

ROW = 30
MOST = 8
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


MAKE = "\0make"
"""The id of the last line that makes what was typed: a record or a choice."""
PENCIL = 26


class _Options(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.shown: list[Option] = []
        self.ticked: set[str] = set()

    def show(self, options: Sequence[Option]) -> None:
        self.beginResetModel()
        self.shown = list(options)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            option = self.shown[index.row()]
            return f"{option.title}, {option.subtitle}" if option.subtitle else option.title
        return None


class _OptionPainter(QStyledItemDelegate):
    """Draws an option: a chip for a choice, a square and two texts for a record."""

    def __init__(self, options: _Options, *, as_chips: bool, entity: str) -> None:
        super().__init__(options)
        self._options = options
        self._chips = as_chips
        self._entity = entity
        # Whether options can be renamed and recoloured from here.
        self.pencils = False
        self._title = Texts(fonts.font())
        self._subtitle = Texts(fonts.font(CAPTION))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme().tokens
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        one = self._options.shown[index.row()]
        ratio = painter.device().devicePixelRatioF()
        if state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selection))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), 4, 4)
        x, right = rect.left() + 8, rect.right() - 8
        if one.id == MAKE:
            plus = icons.pixmap("plus", tokens.accent, 14, ratio)
            painter.drawPixmap(x, rect.top() + (ROW - 14) // 2, plus)
            run = self._title.fit(one.title, right - x - 22)
            painter.setFont(self._title.font)
            painter.setPen(QColor(tokens.accent))
            base = rect.top() + self._title.baseline(ROW)
            painter.drawStaticText(QPointF(x + 22, base - run.rise), run.text)
            return
        if self.pencils and state & QStyle.StateFlag.State_Selected:
            right -= PENCIL
            pencil = icons.pixmap("pencil-simple", tokens.muted, 14, ratio)
            painter.drawPixmap(right + 8, rect.top() + (ROW - 14) // 2, pencil)
        if one.id in self._options.ticked:
            right -= 18
            mark = icons.pixmap("check", tokens.accent, 14, ratio)
            painter.drawPixmap(right + 4, rect.top() + (ROW - 14) // 2, mark)
        if self._chips:
            made = chips.chip(one.title, one.colour, right - x, tokens, ratio)
            painter.drawPixmap(x, rect.top() + (ROW - chips.CHIP_HEIGHT) // 2, made)
            return
        colour = tokens.colour(one.colour or self._entity)
        painter.drawPixmap(
            x, rect.top() + (ROW - chips.SQUARE) // 2, chips.square(colour, chips.SQUARE, 2, ratio)
        )
        x += chips.SQUARE + 8
        base = rect.top() + self._title.baseline(ROW)
        run = self._title.fit(one.title, right - x)
        painter.setFont(self._title.font)
        painter.setPen(QColor(tokens.text))
        painter.drawStaticText(QPointF(x, base - run.rise), run.text)
        x += round(run.width) + 8
        if one.subtitle and right - x > 30:
            quiet = self._subtitle.fit(one.subtitle, right - x)
            painter.setFont(self._subtitle.font)
            painter.setPen(QColor(tokens.faint))
            painter.drawStaticText(QPointF(x, base - quiet.rise), quiet.text)


class _List(QListView):
    """A list that remembers where it was pressed."""

    pressed_at = QPoint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed_at = event.position().toPoint()
        super().mousePressEvent(event)


class PickList(QFrame):
    """The floating list; it never takes the focus from the line above it."""

    picked = Signal(int)
    # The pencil of an option was clicked.
    pencil = Signal(int)

    def __init__(self, window: QWidget, *, as_chips: bool, entity: str, name: str) -> None:
        super().__init__(window)
        self._window = window
        self.options = _Options(self)
        self.view = _List(self)
        self.view.setModel(self.options)
        self._painter = _OptionPainter(self.options, as_chips=as_chips, entity=entity)
        self.view.setItemDelegate(self._painter)
        self.view.setAccessibleName(name)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setStyleSheet("QListView { border: 0; background: transparent; }")
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.entered.connect(self.view.setCurrentIndex)
        self.view.clicked.connect(self._clicked)
        box = QVBoxLayout(self)
        box.setContentsMargins(SHADOW + 4, SHADOW // 2 + 4, SHADOW + 4, SHADOW + 4)
        box.addWidget(self.view)
        self.hide()

    def set_pencils(self, shown: bool) -> None:
        """Offer to change the options themselves."""
        self._painter.pencils = shown

    def rect_of(self, row: int) -> QRect:
        """Where an option lies, in the coordinates of the screen."""
        rect = self.view.visualRect(self.options.index(row))
        return QRect(self.view.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def _clicked(self, index: QModelIndex) -> None:
        at = self.view.pressed_at
        rect = self.view.visualRect(index)
        on_pencil = self._painter.pencils and self.options.shown[index.row()].id != MAKE
        if on_pencil and rect.right() - PENCIL - 4 <= at.x() <= rect.right():
            self.pencil.emit(index.row())
        else:
            self.picked.emit(index.row())

    def lend_focus_to(self, editor: QWidget) -> None:
        """Leave the focus with `editor` when the list is clicked.

        Without a proxy Qt would look for the focus further up, among the parents of the list,
        and the editor would close before the click arrives.
        """
        for widget in (self, self.view):
            widget.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            widget.setFocusProxy(editor)

    @property
    def at(self) -> int:
        """The option that is marked, -1 for none."""
        return self.view.currentIndex().row()

    def mark(self, row: int) -> None:
        """Mark an option and show it; -1 marks none."""
        index = self.options.index(row) if row >= 0 else _ROOT
        self.view.setCurrentIndex(index)
        if row >= 0:
            self.view.scrollTo(index)

    def place(self, under: QRect) -> None:
        """Stand under that rectangle of the window, or above it where there is more room."""
        shown = min(len(self.options.shown), MOST)
        if not shown:
            self.hide()
            return
        wide = max(under.width(), 240) + 2 * SHADOW
        tall = shown * ROW + 8 + SHADOW + SHADOW // 2 + 2
        place_under(self, self._window, under, wide, tall)
        self.show()
        self.raise_()

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_panel(painter, self.rect())
        painter.end()
