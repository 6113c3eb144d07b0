"""The grid's two headers: titles that sort, and row numbers that select."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QFont,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHeaderView, QWidget

from crmdesk.gui.grid.heads import ground
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.source import GridColumn
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION, CELL_PADDING, HEADER

if TYPE_CHECKING:
    from crmdesk.gui.grid.frozen import Frozen

_MARK = 12


class GridHeader(QHeaderView):
    """Column titles: click sorts, Shift-click adds a sort, drag reorders, edges resize."""

    # The column's path, and whether it is to be added to the sorts there are.
    sort_requested = Signal(str, bool)
    # The column's path and where on the screen a menu is wanted.
    menu_requested = Signal(str, QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._texts = Texts(fonts.font(CAPTION, QFont.Weight.Medium))
        self._sorts: dict[str, tuple[int, bool]] = {}
        self._pressed: QPoint | None = None
        self._inside = False
        # Whether the press under way began on a title that stays.
        self._on_frozen = False
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(32)
        self.setFixedHeight(HEADER)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        # Hover is painted by section, and the base class asks for it only with a style sheet.
        self.setMouseTracking(True)

    def set_sorts(self, sorts: Sequence[tuple[str, bool]]) -> None:
        """Show how the rows are sorted: (path, descending), the first sort first."""
        self._sorts = {path: (n, down) for n, (path, down) in enumerate(sorts, start=1)}
        self.viewport().update()

    def width_of(self, title: str) -> int:
        """How wide a column must be to show its title with the mark of a sort."""
        wide = round(self._texts.metrics.horizontalAdvance(title))
        return wide + 2 * CELL_PADDING + _MARK + 4

    def _spec(self, logical: int) -> GridColumn | None:
        columns = cast(GridModel, self.model()).columns
        return columns[logical] if 0 <= logical < len(columns) else None

    # -- Qt

    def sizeHint(self) -> QSize:
        # The table asks for the height alone; the base class would measure every title.
        return QSize(0, HEADER)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        spec = self._spec(logicalIndex)
        if spec is None:
            return
        tokens = theme().tokens
        here = self._inside and rect.contains(self.mapFromGlobal(self.cursor().pos()))
        painter.fillRect(rect, QColor(tokens.surface))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(tokens.line))
        if self._inside and self.sectionsClickable():
            # The edges show while the pointer is near, so that they can be found and dragged.
            painter.fillRect(rect.right(), rect.top() + 7, 1, rect.height() - 14,
                             QColor(tokens.line))  # fmt: skip
        sort = self._sorts.get(spec.path)
        painter.setFont(self._texts.font)
        painter.setPen(QColor(tokens.text if here else tokens.faint))
        room = rect.width() - 2 * CELL_PADDING - (_MARK + 2 if sort else 0)
        run = self._texts.fit(spec.title, room)
        left = rect.left() + CELL_PADDING
        if spec.numeric:
            left = rect.right() + 1 - CELL_PADDING - round(run.width) - (_MARK + 2 if sort else 0)
        base = rect.top() + self._texts.baseline(rect.height())
        painter.drawStaticText(QPointF(left, base - run.rise), run.text)
        if sort is not None:
            number, down = sort
            ratio = painter.device().devicePixelRatioF()
            name = "caret-down-fill" if down else "caret-up-fill"
            x = left + round(run.width) + 3
            mark = icons.pixmap(name, tokens.accent, _MARK - 2, ratio)
            painter.drawPixmap(x, rect.top() + (rect.height() - _MARK + 2) // 2, mark)
            if len(self._sorts) > 1:
                painter.setFont(fonts.font(9, QFont.Weight.DemiBold))
                painter.setPen(QColor(tokens.accent))
                painter.drawText(QPointF(x + _MARK - 2, base - 3), str(number))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        tokens = theme().tokens
        painter.fillRect(event.rect(), QColor(tokens.surface))
        bottom = self.viewport().height() - 1
        painter.fillRect(0, bottom, self.viewport().width(), 1, QColor(tokens.line))
        painter.end()
        super().paintEvent(event)
        self._paint_frozen(event)

    def _paint_frozen(self, event: QPaintEvent) -> None:
        """The titles of the columns that stay, over those that have scrolled under them."""
        frozen = self._frozen()
        if frozen is None or not frozen.covers:
            return
        painter = QPainter(self.viewport())
        for column, left in frozen.at.items():
            rect = QRect(left, 0, self.sectionSize(column), self.viewport().height())
            if rect.intersects(event.rect()):
                self.paintSection(painter, rect, column)
        line = QColor(theme().tokens.line)
        painter.fillRect(frozen.width - 1, 0, 1, self.viewport().height(), line)
        painter.end()

    def _frozen(self) -> Frozen | None:
        found: Frozen | None = getattr(self.parent(), "frozen", None)
        return found

    def _unfrozen(self, event: QMouseEvent, *, began: bool = False) -> QMouseEvent:
        """The event where the section lies for Qt: a title that stays has scrolled away for it."""
        frozen = self._frozen()
        if frozen is None or not frozen.covers:
            return event
        if began or not event.buttons():
            self._on_frozen = event.position().x() < frozen.width
        if not self._on_frozen:
            return event
        moved = event.position() - QPointF(self.offset(), 0)
        return QMouseEvent(
            event.type(), moved, event.globalPosition(), event.button(), event.buttons(),
            event.modifiers(),
        )  # fmt: skip

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(self._unfrozen(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(self._unfrozen(event, began=True))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._inside = True
        self.viewport().update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._inside = False
        self.viewport().update()
        super().leaveEvent(event)  # type: ignore[arg-type]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event = self._unfrozen(event, began=True)
        self._pressed = None
        on_edge = self.viewport().cursor().shape() == Qt.CursorShape.SplitHCursor
        if event.button() == Qt.MouseButton.LeftButton and not on_edge:
            self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event = self._unfrozen(event, began=False) if self._on_frozen else event
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return
        # A press that travelled was a move of the column, not a click.
        if (event.position().toPoint() - pressed).manhattanLength() > 6:
            return
        spec = self._spec(self.logicalIndexAt(pressed.x()))
        if spec is not None and spec.sortable:
            added = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.sort_requested.emit(spec.path, added)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        frozen = self._frozen()
        column = -1 if frozen is None else frozen.column_at(event.pos().x())
        spec = self._spec(column if column >= 0 else self.logicalIndexAt(event.pos().x()))
        if spec is not None:
            self.menu_requested.emit(spec.path, event.globalPos())


class RowNumbers(QHeaderView):
    """Row numbers at the left of a front list; a click selects the whole row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._texts = Texts(fonts.font(CAPTION, figures=True))
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(16)

    def width_for(self, rows: int) -> int:
        """How wide the numbers of so many rows are, in device-independent pixels."""
        digits = len(f"{max(rows, 1):,}")
        return max(40, round(self._texts.metrics.horizontalAdvance("0") * digits) + 20)

    # -- Qt

    def sizeHint(self) -> QSize:
        if self.isHidden():
            return QSize(0, 0)
        # The table asks for the width alone; the base class would measure hundreds of numbers.
        return QSize(self.width_for(self.count()), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        model = cast(GridModel, self.model())
        rect = event.rect()
        painter = QPainter(self.viewport())
        painter.fillRect(rect, QColor(tokens.surface))
        first = self.visualIndexAt(rect.top())
        if first < 0:
            painter.end()
            return
        last = self.visualIndexAt(rect.bottom())
        last = last if last >= 0 else self.count() - 1
        painter.setFont(self._texts.font)
        line, tint = QColor(tokens.inner), QColor(tokens.selection)
        quiet, strong = QColor(tokens.faint), QColor(tokens.muted)
        width = self.viewport().width()
        selection = self.selectionModel()
        current = selection.currentIndex().row()
        many = selection.hasSelection()
        root = self.rootIndex()
        base = self._texts.baseline(
            getattr(self.parent(), "line_height", self.defaultSectionSize())
        )
        for row in range(first, last + 1):
            y, height = self.sectionViewportPosition(row), self.sectionSize(row)
            marked = row == current or (many and selection.rowIntersectsSelection(row, root))
            if marked:
                painter.fillRect(0, y, width, height, tint)
            painter.fillRect(0, y + height - 1, width, 1, line)
            number = model.number_of(row)
            if number < 0:
                if row < model.total:
                    shade = tokens.selection if row == current else ground(tokens)
                    painter.fillRect(0, y, width, height - 1, QColor(shade))
                continue
            run = self._texts.fit(str(number + 1), width)
            painter.setPen(strong if marked else quiet)
            painter.drawStaticText(QPointF((width - run.width) / 2, y + base - run.rise), run.text)
        painter.end()
