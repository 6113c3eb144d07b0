"""The editor that picks: a line to type in and a list under it, of choices or of records."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
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
from crmdesk.gui.grid.editors import LineEditor
from crmdesk.gui.grid.floating import SHADOW, paint_panel, place_under
from crmdesk.gui.grid.source import Cancel, Chosen, Entry, Option
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION

ROW = 30
_MOST = 8
Index = QModelIndex | QPersistentModelIndex
# Asks for the options that a text may mean; answers now or later.
Ask = Callable[[str, Callable[[Sequence[Option]], None]], Cancel]
_ROOT = QModelIndex()


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


class PickList(QFrame):
    """The floating list; it never takes the focus from the line above it."""

    picked = Signal(int)

    def __init__(self, window: QWidget, *, as_chips: bool, entity: str, name: str) -> None:
        super().__init__(window)
        self._window = window
        self.options = _Options(self)
        self.view = QListView(self)
        self.view.setModel(self.options)
        self.view.setItemDelegate(_OptionPainter(self.options, as_chips=as_chips, entity=entity))
        self.view.setAccessibleName(name)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setStyleSheet("QListView { border: 0; background: transparent; }")
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.entered.connect(self.view.setCurrentIndex)
        self.view.clicked.connect(lambda index: self.picked.emit(index.row()))
        box = QVBoxLayout(self)
        box.setContentsMargins(SHADOW + 4, SHADOW // 2 + 4, SHADOW + 4, SHADOW + 4)
        box.addWidget(self.view)
        self.hide()

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
        shown = min(len(self.options.shown), _MOST)
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


class PickEditor(LineEditor):
    """A line that narrows a list; what is marked in the list is what is entered.

    Text that no option matches is entered as typed: the source says why it cannot be.
    """

    done = Signal()

    def __init__(
        self,
        parent: QWidget,
        *,
        font: QFont,
        name: str,
        ask: Ask,
        as_chips: bool,
        several: bool = False,
        entity: str = "",
    ) -> None:
        super().__init__(parent, numeric=False, font=font, name=name)
        self._ask = ask
        self._several = several
        self._cancel: Cancel | None = None
        self._asked = 0
        self._changed = False
        self._order: list[str] = []
        self._start_text = ""
        self.list = PickList(parent.window(), as_chips=as_chips, entity=entity, name=name)
        self.list.lend_focus_to(self)
        self.list.picked.connect(self._clicked)
        self.destroyed.connect(self.list.deleteLater)
        self.textEdited.connect(self._edited)

    def begin(self, text: str, replace: str | None) -> None:
        super().begin("" if self._several else text, replace)
        self._start_text = text
        if replace is None:
            self._search("")
        else:
            self._edited(replace)

    def begin_ticked(self, keys: Sequence[str]) -> None:
        """For several choices: what is chosen already."""
        self.list.options.ticked = set(keys)
        self._order = list(keys)

    def entry(self) -> Entry | None:
        if self._several:
            return self._several_entry()
        if not self._changed:
            return None
        if not self.text().strip():
            return ""
        at = self.list.at
        if 0 <= at < len(self.list.options.shown):
            option = self.list.options.shown[at]
            return Chosen(option.id, option.title)
        return self.text()

    def _several_entry(self) -> Entry | None:
        if self.text().strip():
            # Typed and not picked: the marked option counts, else the text itself.
            at = self.list.at
            if 0 <= at < len(self.list.options.shown):
                self._tick(self.list.options.shown[at].id)
            else:
                return self.text()
        return Chosen(tuple(self._order)) if self._changed else None

    def take_key(self, key: Qt.Key) -> bool:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: _MOST,
            Qt.Key.Key_PageUp: -_MOST,
        }
        if key in steps:
            count = len(self.list.options.shown)
            if count:
                at = min(max(self.list.at + steps[key], 0), count - 1)
                self.list.mark(at)
                if not self._several:
                    self._show_marked()
            return True
        if key == Qt.Key.Key_Space and self._several and not self.text() and self.list.at >= 0:
            self._tick(self.list.options.shown[self.list.at].id)
            return True
        return False

    def lay(self, rect: QRect) -> None:
        super().lay(rect)
        self._place()

    def _place(self) -> None:
        window = self.list.parentWidget()
        if window is not None:
            self.list.place(QRect(self.mapTo(window, QPoint(0, 0)), self.size()))

    def _show_marked(self) -> None:
        self._changed = True
        self.setText(self.list.options.shown[self.list.at].title)
        self.selectAll()

    def _tick(self, key: str) -> None:
        self._changed = True
        if key in self._order:
            self._order.remove(key)
        else:
            self._order.append(key)
        self.list.options.ticked = set(self._order)
        self.list.view.viewport().update()

    def _clicked(self, row: int) -> None:
        if self._several:
            self._tick(self.list.options.shown[row].id)
            return
        self.list.mark(row)
        self._show_marked()
        self.done.emit()

    def _edited(self, text: str) -> None:
        self._changed = True
        self._search(text)

    def _search(self, text: str) -> None:
        if self._cancel is not None:
            self._cancel()
        self._asked += 1
        number = self._asked

        def answer(options: Sequence[Option]) -> None:
            # Only the answer to what stands in the line now is shown.
            if number == self._asked:
                self._found(text, options)

        self._cancel = self._ask(text, answer)

    def _found(self, text: str, options: Sequence[Option]) -> None:
        self.list.options.show(options)
        if text.strip() and options:
            self.list.mark(0)
        elif not text:
            titles = [option.title for option in options]
            at = titles.index(self._start_text) if self._start_text in titles else -1
            self.list.mark(at)
        self._place()


def matching(options: Sequence[Option], text: str) -> list[Option]:
    """The options that `text` may mean: those that begin with it first."""
    wanted = text.strip().casefold()
    if not wanted:
        return list(options)
    begins = [one for one in options if one.title.casefold().startswith(wanted)]
    holds = [one for one in options if wanted in one.title.casefold() and one not in begins]
    keys = [one for one in options if one.id.casefold() == wanted and one not in begins + holds]
    return begins + holds + keys
