"""How the lines of a timeline are painted, and where on them a reference stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

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
)
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crmdesk.gui import chips
from crmdesk.gui.cube.telling import Line, Part
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION, mix, readable

_ROW, _TALL, _HEAD = 34, 50, 28
_TILE, _LEFT = 22, 12
_FIRST, _SECOND = 17, 35
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Lines(QAbstractListModel):
    """The lines of a timeline; headings among them cannot be chosen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines; those that stay the same at the top are left alone."""
        made = tuple(lines)
        if made == self.lines:
            return
        old = len(self.lines)
        if old and made[:old] == self.lines:
            self.beginInsertRows(QModelIndex(), old, len(made) - 1)
            self.lines = made
            self.endInsertRows()
            return
        self.beginResetModel()
        self.lines = made
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, [line.title, line.under, line.full])) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, [line.kind, line.title, line.under, line.when]))
        return None


class _Placed(NamedTuple):
    part: Part
    x: float
    width: float


class LinePainter(QStyledItemDelegate):
    """Paints a line; `hovered` is the reference under the pointer, as (row, part)."""

    def __init__(self, lines: Lines) -> None:
        super().__init__(lines)
        self._lines = lines
        self._plain = Texts(fonts.font())
        self._strong = Texts(fonts.font(weight=QFont.Weight.DemiBold))
        self._caption = Texts(fonts.font(CAPTION, figures=True))
        self._heading = Texts(fonts.font(11, QFont.Weight.DemiBold))
        self.hovered: tuple[int, int] = (-1, -1)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = self._lines.lines[index.row()]
        if not line.icon:
            return QSize(120, _HEAD)
        return QSize(120, _TALL if line.under else _ROW)

    def part_at(self, row: int, rect: QRect, at: QPoint) -> int:
        """The part of a line with a reference at that point, -1 where there is none."""
        line = self._lines.lines[row]
        if not line.icon or not rect.top() <= at.y() <= rect.top() + _ROW:
            return -1
        for n, placed in enumerate(self._placed(line, rect)):
            if placed.part.ref is not None and placed.x <= at.x() <= placed.x + placed.width:
                return n
        return -1

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._lines.lines[index.row()]
        rect: QRect = option.rect
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not line.icon:
            self._paint_heading(painter, rect, line)
            return
        tokens = theme().tokens
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        elif state & QStyle.StateFlag.State_MouseOver and line.entity:
            painter.fillRect(rect, QColor(tokens.background))
        painter.fillRect(
            rect.left() + _LEFT, rect.bottom(), rect.width() - 2 * _LEFT, 1, QColor(tokens.inner)
        )
        if line.planned:
            painter.setOpacity(0.72)
        self._paint_tile(painter, rect, line)
        base = rect.top() + _FIRST + round(self._plain.metrics.capHeight() / 2)
        when = self._caption.fit(line.when, 160)
        painter.setFont(self._caption.font)
        painter.setPen(QColor(tokens.danger if line.late else tokens.muted))
        right = float(rect.right() - _LEFT)
        painter.drawStaticText(QPointF(right - when.width, base - when.rise), when.text)
        inks = {"muted": tokens.muted}
        for n, placed in enumerate(self._placed(line, rect)):
            self._paint_part(painter, placed, base, inks, index.row(), n)
        if line.under:
            left = rect.left() + _LEFT + _TILE + 10
            run = self._plain.fit(line.under, rect.right() - _LEFT - left)
            painter.setFont(self._plain.font)
            painter.setPen(QColor(tokens.muted))
            second = rect.top() + _SECOND + round(self._plain.metrics.capHeight() / 2)
            painter.drawStaticText(QPointF(left, second - run.rise), run.text)
        painter.setOpacity(1.0)

    def _paint_tile(self, painter: QPainter, rect: QRect, line: Line) -> None:
        tokens = theme().tokens
        tile = QRectF(rect.left() + _LEFT, rect.top() + _FIRST - _TILE / 2, _TILE, _TILE)
        ground = tokens.soft(line.colour)
        ink = readable(tokens.colour(line.colour), ground)
        painter.setBrush(QColor(ground))
        painter.setPen(Qt.PenStyle.NoPen)
        if line.planned:
            # What is still to come is drawn as an outline.
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(mix(ink, tokens.surface, 0.45)), 1))
            tile.adjust(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(tile, 6, 6)
        mark = icons.pixmap(line.icon, ink, 14, painter.device().devicePixelRatioF())
        painter.drawPixmap(
            QPointF(rect.left() + _LEFT + 4, rect.top() + _FIRST - _TILE / 2 + 4), mark
        )

    def _paint_part(
        self,
        painter: QPainter,
        placed: _Placed,
        base: int,
        inks: dict[str, str],
        row: int,
        number: int,
    ) -> None:
        tokens = theme().tokens
        part, x, width = placed
        if part.ref is not None:
            ratio = painter.device().devicePixelRatioF()
            square = chips.square(tokens.colour(part.colour), chips.SQUARE, 2.0, ratio)
            middle = base - self._plain.metrics.capHeight() / 2
            painter.drawPixmap(QPointF(x, round(middle - chips.SQUARE / 2)), square)
            x += chips.SQUARE + 6
            width -= chips.SQUARE + 6
        texts = self._texts(part)
        run = texts.fit(part.text, int(width + 1))
        painter.setFont(texts.font)
        hot = part.ref is not None and self.hovered == (row, number)
        ink = tokens.accent if hot else inks.get(part.look, tokens.text)
        painter.setPen(QColor(ink))
        painter.drawStaticText(QPointF(x, base - run.rise), run.text)
        if part.ref is not None:
            style = Qt.PenStyle.SolidLine if hot else Qt.PenStyle.DotLine
            painter.setPen(QPen(QColor(ink if hot else tokens.faint), 1, style))
            painter.drawLine(QPointF(x, base + 3.5), QPointF(x + run.width, base + 3.5))

    def _paint_heading(self, painter: QPainter, rect: QRect, line: Line) -> None:
        tokens = theme().tokens
        base = rect.top() + self._heading.baseline(rect.height())
        ink = tokens.colour(line.colour) if line.colour else tokens.faint
        run = self._heading.fit(line.title, rect.width() - 2 * _LEFT)
        x = rect.left() + _LEFT
        painter.setFont(self._heading.font)
        painter.setPen(QColor(ink))
        painter.drawStaticText(QPointF(x, base - run.rise), run.text)
        y = rect.center().y()
        end = float(rect.right() - _LEFT)
        if line.when:
            more = self._caption.fit(line.when, 200)
            painter.setFont(self._caption.font)
            painter.setPen(QColor(tokens.muted))
            at = rect.top() + self._caption.baseline(rect.height())
            painter.drawStaticText(QPointF(end - more.width, at - more.rise), more.text)
            end -= more.width + 8
        painter.setPen(QPen(QColor(ink if line.colour else tokens.line), 1))
        painter.drawLine(QPointF(x + run.width + 8, y), QPointF(end, y))

    def _texts(self, part: Part) -> Texts:
        return self._strong if part.look == "strong" else self._plain

    def _placed(self, line: Line, rect: QRect) -> Iterator[_Placed]:
        """Where each part stands; the one that has no room any more is shortened, the last."""
        x = float(rect.left() + _LEFT + _TILE + 10)
        when = self._caption.fit(line.when, 160).width
        end = rect.right() - _LEFT - when - 12
        for part in line.parts:
            room = end - x
            if room < 14:
                return
            square = chips.SQUARE + 6 if part.ref is not None else 0
            # A space at either end is of the sentence, and no metrics count it otherwise.
            width = min(self._texts(part).fit(part.text, 4000).width + square, room)
            yield _Placed(part, x, width)
            x += width
