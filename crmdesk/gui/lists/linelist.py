"""A short list to pick from: lines with a mark, a square or a chip, narrowed by typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from crmdesk.gui import chips
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION, mix
from crmdesk.i18n import _

ROW = 28
_MOST = 9
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line: `ticked` None has no box; `chip` shows the title as a chip of `colour`.

    It is found by its title and note, and by the `words` that nobody sees.
    """

    key: str
    title: str
    note: str = ""
    icon: str = ""
    colour: str | None = None
    chip: bool = False
    ticked: bool | None = None
    words: str = ""


class _Lines(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: list[LineItem] = []

    def show(self, items: Sequence[LineItem]) -> None:
        self.beginResetModel()
        self.items = list(items)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return item.title
        if role == Qt.ItemDataRole.CheckStateRole and item.ticked is not None:
            return Qt.CheckState.Checked if item.ticked else Qt.CheckState.Unchecked
        return None


class _LinePainter(QStyledItemDelegate):
    def __init__(self, lines: _Lines) -> None:
        super().__init__(lines)
        self._lines = lines
        self._title = Texts(fonts.font())
        self._note = Texts(fonts.font(CAPTION))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = self._lines.items[index.row()]
        tokens = theme().tokens
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        ratio = painter.device().devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = bool(state & QStyle.StateFlag.State_Selected)
        if current or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            hover = mix(tokens.text, tokens.surface, 0.06)
            painter.setBrush(QColor(tokens.selection if current else hover))
            painter.drawRoundedRect(QRectF(rect), 4, 4)
        x = rect.left() + 8
        if item.ticked is not None:
            frame = tokens.accent if item.ticked else tokens.faint
            box = chips.check_box(item.ticked, frame, tokens.on_accent, ratio)
            painter.drawPixmap(x, rect.top() + (ROW - chips.BOX) // 2, box)
            x += chips.BOX + 8
        if item.icon:
            mark = icons.pixmap(item.icon, tokens.faint, 15, ratio)
            painter.drawPixmap(x, rect.top() + (ROW - 15) // 2, mark)
            x += 23
        right = rect.right() - 8
        if item.chip:
            made = chips.chip(item.title, item.colour, right - x, tokens, ratio)
            painter.drawPixmap(x, rect.top() + (ROW - chips.CHIP_HEIGHT) // 2, made)
            return
        if item.colour:
            mark = chips.square(tokens.colour(item.colour), chips.SQUARE, 2, ratio)
            painter.drawPixmap(x, rect.top() + (ROW - chips.SQUARE) // 2, mark)
            x += chips.SQUARE + 8
        base = rect.top() + self._title.baseline(ROW)
        run = self._title.fit(item.title, right - x)
        painter.setFont(self._title.font)
        painter.setPen(QColor(tokens.text))
        painter.drawStaticText(QPointF(x, base - run.rise), run.text)
        x += round(run.width) + 8
        if item.note and right - x > 30:
            quiet = self._note.fit(item.note, right - x)
            painter.setFont(self._note.font)
            painter.setPen(QColor(tokens.faint))
            painter.drawStaticText(QPointF(x, base - quiet.rise), quiet.text)


class _Search(QLineEdit):
    """Keeps the focus while Up, Down and Enter go to the list below."""

    def __init__(self, owner: LineList) -> None:
        super().__init__(owner)
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp,
                           Qt.Key.Key_PageDown}:  # fmt: skip
            self._owner.step(event.key())
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._owner.take()
        else:
            super().keyPressEvent(event)


class LineList(QWidget):
    """A line to type in and the lines that fit; one is picked by click or Enter.

    `show_lines` gives all lines; with `narrow` (the default) typing leaves those whose title or
    note has every word. Without it who owns the list answers `typed` with other lines.
    """

    picked = Signal(str)
    typed = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        hint: str,
        *,
        search: bool = True,
        narrow: bool = True,
        steady: bool = False,
    ) -> None:
        """`steady` keeps the height of all its rows, also while fewer lines are there."""
        super().__init__(parent)
        self._narrow = narrow
        self._steady = steady
        self._all: tuple[LineItem, ...] = ()
        self._most = _MOST
        self.search = _Search(self)
        self.search.setPlaceholderText(hint)
        self.search.setAccessibleName(hint)
        self.search.setVisible(search)
        self.search.textEdited.connect(self._edited)
        self._lines = _Lines(self)
        self.view = QListView(self)
        self.view.setModel(self._lines)
        self.view.setItemDelegate(_LinePainter(self._lines))
        self.view.setAccessibleName(hint)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setStyleSheet("QListView { border: 0; background: transparent; }")
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.clicked.connect(lambda index: self.picked.emit(self.items[index.row()].key))
        self.view.activated.connect(self._activated)
        self._nothing = QLabel(_("Nothing of that name"), self.view)
        self._nothing.setProperty("look", "muted")
        self._nothing.setContentsMargins(8, 5, 8, 5)
        self._nothing.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(self.search)
        box.addWidget(self.view)
        self.setFocusProxy(self.search if search else self.view)

    @property
    def items(self) -> Sequence[LineItem]:
        """The lines in sight."""
        return self._lines.items

    def show_lines(self, items: Sequence[LineItem], *, rows: int | None = None) -> None:
        """Show these lines; the list is as high as they need, at most `rows`."""
        self._all = tuple(items)
        self._most = rows or self._most
        self._show()

    def put(self, item: LineItem) -> None:
        """Show one line differently, the others staying as they are."""
        self._all = tuple(item if one.key == item.key else one for one in self._all)
        for row, one in enumerate(self._lines.items):
            if one.key == item.key:
                self._lines.items[row] = item
                self._lines.dataChanged.emit(self._lines.index(row), self._lines.index(row))

    def _show(self) -> None:
        words = self.search.text().casefold().split() if self._narrow else []
        shown = [
            one
            for one in self._all
            if all(word in f"{one.title} {one.note} {one.words}".casefold() for word in words)
        ]
        at = self.view.currentIndex().row()
        self._lines.show(shown)
        if shown:
            typed = bool(self.search.text())
            self.view.setCurrentIndex(
                self._lines.index(0 if typed else min(max(at, 0), len(shown) - 1))
            )
        self._nothing.setVisible(not shown and bool(self.search.text().strip()))
        rows = min(max(len(self._all) if self._narrow else len(shown), 1), self._most)
        if self._steady:
            rows = self._most
        self.view.setFixedHeight(rows * ROW + 2)

    def _edited(self, text: str) -> None:
        if self._narrow:
            self._show()
        self.typed.emit(text)

    def step(self, key: int) -> None:
        """Move the mark as a key in the line above says."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -_MOST}.get(
            Qt.Key(key), _MOST
        )
        at = min(max(self.view.currentIndex().row() + by, 0), len(self.items) - 1)
        if at >= 0:
            self.view.setCurrentIndex(self._lines.index(at))

    def take(self) -> None:
        """Pick the marked line."""
        at = self.view.currentIndex().row()
        if 0 <= at < len(self.items):
            self.picked.emit(self.items[at].key)

    def _activated(self, index: QModelIndex) -> None:
        # Some platforms activate by a single click, which `clicked` has told already.
        style = self.view.style()
        hint = QStyle.StyleHint.SH_ItemView_ActivateItemOnSingleClick
        if not style.styleHint(hint, None, self.view):
            self.picked.emit(self.items[index.row()].key)
