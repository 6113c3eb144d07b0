"""A grid with what belongs round it: a word when it is empty, a strip of totals below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.totals import Totals
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.grid.waiting import QuietBar
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import HEADER

if TYPE_CHECKING:
    from crmdesk.gui.grid.finding import FindBar


_SIDE, _PICTURE, _BETWEEN, _AFTER = 16, 44, 4, 16
_GAP, _SMALL_GAP = 20, 6


class EmptyWord(QWidget):
    """What an empty list says: what would stand here, and what to do next."""

    asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = "tray"
        self.title = QLabel(self)
        self.title.setProperty("look", "strong")
        self.hint = QLabel(self)
        self.hint.setProperty("look", "muted")
        self.button = QPushButton(self)
        self.button.clicked.connect(self.asked)
        self.button.hide()
        box = QVBoxLayout(self)
        box.setSpacing(_BETWEEN)
        self._box = box
        # Whether there is room for the picture.
        self.pictured = True
        for label in (self.title, self.hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            box.addWidget(label)
        box.addSpacing(_AFTER - 2 * _BETWEEN)
        box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch()
        self.hide()

    def say(self, title: str, hint: str = "", *, button: str = "", icon: str = "tray") -> None:
        """Set the words; an empty `button` shows none."""
        self._icon = icon
        self.title.setText(title)
        self.hint.setText(hint)
        self._fit()
        self.button.setText(button)
        self.button.setVisible(bool(button))

    def _fit(self) -> None:
        """Leave out what has no room: the picture first, then the hint; never the first words."""
        wide = max(self.width() - 2 * _SIDE, 1)
        title = self.title.heightForWidth(wide)
        hint = self.hint.heightForWidth(wide) + _BETWEEN if self.hint.text() else 0
        words = title + hint
        self.pictured = self.height() >= _PICTURE + words + _AFTER
        self._box.setContentsMargins(_SIDE, _PICTURE if self.pictured else 0, _SIDE, 0)
        self.hint.setVisible(bool(hint) and self.height() >= words + _AFTER)
        self.update()

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.pictured:
            return
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        picture = icons.pixmap(self._icon, theme().tokens.faint, 32, ratio)
        painter.drawPixmap((self.width() - 32) // 2, 4, picture)
        painter.end()


class GridPane(QWidget):
    """A grid, its empty word and its totals; what a face takes as its body."""

    def __init__(self, view: GridView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.totals = Totals(self)
        self.empty = EmptyWord(self)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(view, 1)
        box.addWidget(self.totals)
        self.find_bar: FindBar | None = None
        view.find_requested.connect(self.open_find)
        view.match_requested.connect(self._to_match)
        self.setFocusProxy(view)
        model = view.grid
        self.waiting = QuietBar(self, lambda: model.loading)
        model.asked.connect(self.waiting.begin)
        model.loaded.connect(self.waiting.end)
        model.failed.connect(self.waiting.end)
        model.loaded.connect(self._follow)
        model.modelReset.connect(self._follow)
        model.rowsInserted.connect(self._follow)
        model.rowsRemoved.connect(self._follow)
        # What is typed into the new line, and why it was refused, stands where the word is.
        model.dataChanged.connect(self._follow)

    def open_find(self, replacing: bool) -> None:
        """Show the bar that finds in the cells, or finds and replaces."""
        if self.find_bar is None:
            # Late, for the start's sake: the first paint looks for nothing.
            from crmdesk.gui.grid.finding import FindBar

            self.find_bar = FindBar(self)
            box = self.layout()
            assert isinstance(box, QVBoxLayout)
            box.insertWidget(0, self.find_bar)
        self.find_bar.open_up(replacing=replacing)

    def _to_match(self, way: int) -> None:
        if self.find_bar is None or self.find_bar.isHidden():
            self.open_find(False)
        else:
            self.find_bar.step(way)

    @property
    def model(self) -> GridModel:
        """The grid's model."""
        return self.view.grid

    def _follow(self) -> None:
        model = self.view.grid
        # Not before all ids are there: a list that is still being read is not an empty one.
        empty = model.ready and model.total == 0 and not model.draft
        empty = empty and bool(self.empty.title.text())
        if empty == self.empty.isVisibleTo(self):
            return
        self.empty.setVisible(empty)
        if empty:
            self._place()
            self.empty.raise_()

    def _place(self) -> None:
        top = HEADER
        if self.view.grid.new_row >= 0:
            top += self.view.verticalHeader().defaultSectionSize()
        bottom = self.view.geometry().bottom()
        top += _GAP if bottom - top > _GAP + 2 * _PICTURE else _SMALL_GAP
        self.empty.setGeometry(QRect(0, top, self.width(), max(0, bottom - top)))

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
        self.waiting.place()
