"""The page of shortcuts: every key of the window and of the grid, to be looked up by a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
)

from crmdesk.gui.board import keys as board_keys
from crmdesk.gui.grid import folding
from crmdesk.gui.grid import keys as grid_keys
from crmdesk.gui.panels.sheet import Sheet
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.main_window import MainWindow

WIDE, HIGH = 600, 620
_LINE, _HEADING = 30, 36
_SIDE = 16
_CAP, _GAP = 20, 4


@dataclass(frozen=True, slots=True)
class Line:
    """Something that can be done and its keys; a heading where there are none."""

    words: str
    keys: tuple[str, ...] = ()

    @property
    def heading(self) -> bool:
        """Whether it stands above others."""
        return not self.keys


def caps(key: str) -> list[str]:
    """The caps of a key such as `Ctrl+Shift+K`; the plus itself is a cap in `Ctrl++`."""
    if len(key) > 1 and key.endswith("+"):
        return [*caps(key[:-1].removesuffix("+")), "+"]
    return [part for part in key.split("+") if part] or [key]


def lines_of(window: MainWindow) -> list[Line]:
    """All keys by where they count, in the language that is set."""
    titles = {
        "undo": _("Undo"), "go": _("Finding and going"), "record": _("Records"), "view": _("View"),
        "files": _("Files"), "help": _("Help"), "": _("Window"),
    }  # fmt: skip
    found: list[Line] = []
    sections = window.acts.keyed()
    sections.setdefault("go", []).extend(
        (button.accessibleName(), (_shown(keys),))
        for button, keys in (
            (window.ui.back, "Alt+Left"), (window.ui.forward, "Alt+Right"),
            (window.ui.home, "Alt+Home"),
        )
    )  # fmt: skip
    for name, title in titles.items():
        if sections.get(name):
            found.append(Line(title))
            found += [Line(words, keys) for words, keys in sections[name]]
    places = (
        (_("In a list"), grid_keys.shortcuts()),
        (_("On a group of a list"), folding.shortcuts()),
        (_("On a board"), board_keys.shortcuts()),
    )
    for title, keys in places:
        found.append(Line(title))
        found += [Line(words, tuple(_shown(one) for one in key.split(", "))) for key, words in keys]
    return found


def _shown(key: str) -> str:
    """The key as this system writes it; what is no key of Qt's stays as it is."""
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return native or key


class Lines(QAbstractListModel):
    """The lines that have what is looked for; a heading stays while anything below it does."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Line] = []
        self._shown: list[Line] = []
        self._sought = ""

    def put(self, lines: list[Line]) -> None:
        """Show these."""
        self._all = lines
        self.seek(self._sought)

    def seek(self, text: str) -> None:
        """Show what has every word of `text`, in its name or its keys."""
        self._sought = text
        words = text.casefold().split()
        found: list[Line] = []
        heading: Line | None = None
        for line in self._all:
            if line.heading:
                heading = line
                continue
            said = f"{line.words} {' '.join(line.keys)}".casefold()
            if all(word in said for word in words):
                if heading is not None:
                    found.append(heading)
                    heading = None
                found.append(line)
        self.beginResetModel()
        self._shown = found
        self.endResetModel()

    def line(self, row: int) -> Line:
        """The line in that row."""
        return self._shown[row]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        line = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((line.words, *line.keys))
        return None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if not index.isValid() or self._shown[index.row()].heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Painter(QStyledItemDelegate):
    """Paints what is done at the left and its keys, as caps, at the right."""

    def __init__(self, model: Lines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        heading = self._model.line(index.row()).heading
        return QSize(100, _HEADING if heading else _LINE)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        line = self._model.line(index.row())
        tokens = theme().tokens
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.heading:
            painter.setFont(fonts.font(CAPTION, fonts.font().weight().DemiBold))
            painter.setPen(tokens.faint)
            at = rect.adjusted(_SIDE, 12, -_SIDE, 0)
            painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, line.words)
            painter.restore()
            return
        view = self.parent()
        if isinstance(view, QListView) and view.currentIndex().row() == index.row():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.selection)
            painter.drawRoundedRect(rect.adjusted(8, 1, -8, -1), 6, 6)
        right = rect.right() - _SIDE
        for number, key in enumerate(reversed(line.keys)):
            if number:
                right -= 8
            right = _paint_key(painter, key, right, rect)
        painter.setFont(fonts.font())
        painter.setPen(tokens.text)
        room = QRect(rect.left() + _SIDE, rect.top(), right - rect.left() - _SIDE - 12, _LINE)
        words = QFontMetrics(painter.font()).elidedText(
            line.words, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()


def _paint_key(painter: QPainter, key: str, right: int, rect: QRect) -> int:
    """Paint the caps of one key so that they end at `right`; where they begin."""
    tokens = theme().tokens
    painter.setFont(fonts.font(CAPTION))
    metrics = QFontMetrics(painter.font())
    for cap in reversed(caps(key)):
        wide = max(_CAP, metrics.horizontalAdvance(cap) + 12)
        at = QRect(right - wide, rect.top() + (rect.height() - _CAP) // 2, wide, _CAP)
        painter.setPen(tokens.line)
        painter.setBrush(tokens.background)
        painter.drawRoundedRect(at, 4, 4)
        painter.setPen(tokens.muted)
        painter.drawText(at, Qt.AlignmentFlag.AlignCenter, cap)
        right -= wide + _GAP
    return right


class ShortcutsSheet(Sheet):
    """The page itself: a line to look up in, and the list; it blocks nothing."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, WIDE)
        self._main = window
        self.title = QLabel(self)
        self.title.setProperty("look", "heading")
        self.close_button = QToolButton(self)
        icons.set_icon(self.close_button, "x")
        self.close_button.clicked.connect(self.close_up)
        self.seek = QLineEdit(self)
        self.seek.setClearButtonEnabled(True)
        self.lines = Lines(self)
        self.list = QListView(self)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setObjectName("shortcuts")
        self.list.setModel(self.lines)
        self.list.setItemDelegate(_Painter(self.lines, self.list))
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = QLabel(self)
        self.nothing.setProperty("look", "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.setContentsMargins(_SIDE, 0, 8, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        seek = QHBoxLayout()
        seek.setContentsMargins(_SIDE, 0, _SIDE, 0)
        seek.addWidget(self.seek)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 12, 0, 8)
        rows.setSpacing(8)
        rows.addLayout(head)
        rows.addLayout(seek)
        rows.addWidget(self.list, 1)
        rows.addWidget(self.nothing, 1)
        self.seek.textChanged.connect(self._look_up)
        self.seek.installEventFilter(self)
        window.bridge.language_changed.connect(self._translate)
        self._translate()

    def _translate(self) -> None:
        self.setAccessibleName(_("Keyboard shortcuts"))
        self.title.setText(_("Keyboard shortcuts"))
        self.close_button.setToolTip(_("Close"))
        self.close_button.setAccessibleName(_("Close"))
        self.seek.setPlaceholderText(_("Find a shortcut"))
        self.seek.setAccessibleName(_("Find a shortcut"))
        self.list.setAccessibleName(_("Keyboard shortcuts"))
        self.nothing.setText(_("No shortcut has these words."))
        if self.isVisible():
            self._fill()

    def _fill(self) -> None:
        self.lines.put(lines_of(self._main))
        self._look_up(self.seek.text())

    def _look_up(self, text: str) -> None:
        self.lines.seek(text)
        found = self.lines.rowCount() > 0
        self.list.setVisible(found)
        self.nothing.setVisible(not found)

    def open_up(self) -> None:
        """Show the keys as they are now."""
        self.seek.clear()
        self._fill()
        super().open_up()
        self.list.scrollToTop()
        self.seek.setFocus()

    def place(self) -> None:
        """Lie in the middle of the window, as high as it allows."""
        window = self._main
        wide, high = min(WIDE, window.width() - 32), min(HIGH, window.height() - 96)
        self.setGeometry((window.width() - wide) // 2, (window.height() - high) // 2, wide, high)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.seek
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key()
            in {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}
        ):
            # Look up and walk on without leaving the line.
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)
