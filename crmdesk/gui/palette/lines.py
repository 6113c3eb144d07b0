"""The lines under the search box: records, views and commands, painted with what matched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
)
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crmdesk.gui import chips
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION

ROW, TWO, HEAD = 30, 46, 26
_LEFT, _RIGHT = 30, 10
_MOST_MARKED = 200
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done from the search box: its name, its icon, what it does.

    `keys` is the shortcut as it is shown, `name` what it is remembered by in any language;
    `offered` tells whether an empty box offers it before anything was ever used; `also` are
    words it is found by besides its name. One that `asks` is only run by who goes to it: Enter
    alone does not make a record of a slip of the pen.
    """

    title: str
    icon: str
    run: Callable[[], object]
    keys: str = ""
    name: str = ""
    offered: bool = False
    also: str = ""
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One line: a heading, a record, a list (no `id`), a saved view of one, or a command.

    `detail` stands behind the title, `second` below it where a field matched. `marks` and
    `second_marks` are the stretches that were typed.
    """

    title: str
    detail: str = ""
    colour: str = ""
    entity: str = ""
    id: str = ""
    command: Command | None = None
    view: str = ""
    second: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    second_marks: tuple[tuple[int, int], ...] = ()

    @property
    def is_heading(self) -> bool:
        return not self.entity and self.command is None

    @property
    def high(self) -> int:
        """How high the line is."""
        return HEAD if self.is_heading else TWO if self.second else ROW


class Lines(QAbstractListModel):
    """The lines that are shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[Found] = []

    def show(self, lines: Sequence[Found]) -> None:
        """Show these instead."""
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
            keys = line.command.keys if line.command else ""
            return ", ".join(filter(None, [line.title, line.detail, line.second, keys]))
        return None


class LinePainter(QStyledItemDelegate):
    """Draws the lines; what was typed stands out by its weight."""

    def __init__(self, lines: Lines) -> None:
        super().__init__(lines)
        self._lines = lines
        self._plain = Texts(fonts.font())
        self._bold = Texts(fonts.font(weight=QFont.Weight.Bold))
        self._caption = Texts(fonts.font(CAPTION))
        self._caption_bold = Texts(fonts.font(CAPTION, QFont.Weight.Bold))
        self._head = Texts(fonts.font(11, QFont.Weight.DemiBold))
        self._keys = Texts(fonts.font(11))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._lines.lines[index.row()].high)

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
        self._mark(painter, line, rect)
        left, right = float(rect.left() + _LEFT), float(rect.right() - _RIGHT)
        if line.command is not None and line.command.keys:
            right = self._shortcut(painter, line.command.keys, rect, right) - 10
        high = 26 if line.second else ROW
        top = rect.top() + (1 if line.second else 0)
        base = top + self._plain.baseline(high)
        texts = (self._plain, self._bold)
        left = self._text(painter, texts, line.title, line.marks, left, right, base, tokens.text)
        if line.detail and right - left > 52:
            run = self._caption.fit(line.detail, int(right - left - 12))
            painter.setFont(self._caption.font)
            painter.setPen(QColor(tokens.faint))
            painter.drawStaticText(QPointF(left + 12, base - run.rise), run.text)
        if line.second:
            base = rect.top() + 22 + self._caption.baseline(20)
            texts = (self._caption, self._caption_bold)
            self._text(
                painter, texts, line.second, line.second_marks, float(rect.left() + _LEFT),
                float(rect.right() - _RIGHT), base, tokens.muted,
            )  # fmt: skip

    def _mark(self, painter: QPainter, line: Found, rect: QRect) -> None:
        tokens = theme().tokens
        ratio = painter.device().devicePixelRatioF()
        high = 28 if line.second else ROW
        icon = line.command.icon if line.command else "table" if line.view else ""
        if icon:
            mark = icons.pixmap(icon, tokens.muted, 14, ratio)
            painter.drawPixmap(rect.left() + 8, rect.top() + (high - 14) // 2, mark)
            return
        mark = chips.square(tokens.colour(line.colour), chips.SQUARE, 2.0, ratio)
        painter.drawPixmap(rect.left() + 11, rect.top() + (high - chips.SQUARE) // 2, mark)

    def _text(
        self,
        painter: QPainter,
        texts: tuple[Texts, Texts],
        text: str,
        marks: Spans,
        left: float,
        right: float,
        base: int,
        ink: str,
    ) -> float:
        """Draw a text with its marked stretches bold; where it ends."""
        painter.setPen(QColor(ink))
        for part, bold in _parts(text, marks):
            if right - left < 12:
                break
            own = texts[1] if bold else texts[0]
            run = own.fit(part, int(right - left))
            painter.setFont(own.font)
            painter.drawStaticText(QPointF(left, base - run.rise), run.text)
            # Not the run's own width: a space at its end counts, too.
            left += min(own.metrics.horizontalAdvance(part), right - left)
        return left

    def _shortcut(self, painter: QPainter, keys: str, rect: QRect, right: float) -> float:
        """Draw the keys of a command at the right; where they begin."""
        tokens = theme().tokens
        run = self._keys.fit(keys, 160)
        box = QRectF(right - run.width - 12, rect.top() + (ROW - 18) / 2, run.width + 12, 18)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(self._keys.font)
        painter.setPen(QColor(tokens.faint))
        base = rect.top() + self._keys.baseline(ROW)
        painter.drawStaticText(QPointF(box.left() + 6, base - run.rise), run.text)
        return box.left()


def _parts(text: str, marks: Spans) -> list[tuple[str, bool]]:
    """The text in stretches, each with whether it is marked."""
    text = text[:_MOST_MARKED]
    found: list[tuple[str, bool]] = []
    at = 0
    for start, end in marks:
        if start > at:
            found.append((text[at:start], False))
        found.append((text[start:end], True))
        at = end
    found.append((text[at:], False))
    return [(part, bold) for part, bold in found if part]
