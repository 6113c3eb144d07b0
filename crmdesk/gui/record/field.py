"""A field of the form: its label, and its value painted like a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from crmdesk.features.reaching.links import KINDS
from crmdesk.gui.grid.notes import ReasonNote
from crmdesk.gui.grid.paint import CellPainter, Line, Options, Strip
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.links.paragraph import Paragraph, has_links
from crmdesk.gui.record.editable import Editable
from crmdesk.gui.record.record import Record
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION, CELL_PADDING, ROW_NORMAL, Tokens

if TYPE_CHECKING:
    from crmdesk.gui.links.field import FieldLinks

LABEL = 118
"""The width of the labels."""

_EMPTY = "—"
_ABOVE = 6
_MOST = 60
_LOCK = 13
_WRAP = int(Qt.TextFlag.TextWordWrap)


class FormPainter(CellPainter):
    """Draws the values of a form like cells, and its labels."""

    def __init__(self, tokens: Tokens, options: Options) -> None:
        super().__init__(tokens, options)
        self.labels = Texts(fonts.font(CAPTION))


class FieldCell(Editable):
    """Label at the left, value at the right, a quiet line below."""

    def __init__(
        self, record: Record, column: int, painter: FormPainter, note: ReasonNote, ground: QWidget
    ) -> None:
        super().__init__(record, column, note, ground)
        self._cells = painter
        self.long = self.spec.kind in {"longtext", "data"}
        self._leads = self.long or self.spec.kind in KINDS
        self._links: FieldLinks | None = None
        self._paragraph: tuple[tuple[str, int, Tokens], Paragraph] | None = None
        self.setObjectName(self.spec.path)

    def height_for(self, width: int) -> int:
        """How high the field is at that width: as many lines as a long text has."""
        if not self.long or not self.cell.text:
            return ROW_NORMAL + 1
        font = self._cells.texts.font
        rect = QRect(0, 0, width - LABEL, 10_000)
        tall = QFontMetrics(font).boundingRect(rect, _WRAP, self.cell.text).height()
        line = QFontMetrics(font).lineSpacing()
        return max(ROW_NORMAL, min(tall, _MOST * line) + 2 * _ABOVE) + 1

    # -- Editable

    def editor_font(self) -> QFont:
        return self._cells.font(self.spec)

    def editor_rect(self) -> QRect:
        left = LABEL - CELL_PADDING
        return QRect(left, 0, self.width() - left, self.height() - 1)

    def reference_rect(self) -> QRect:
        cell = self.cell
        if cell.ref is None or cell.state == "refused":
            return QRect()
        return self._cells.reference_area(self._strip(), 0, ROW_NORMAL, cell)

    # -- links

    @property
    def links(self) -> FieldLinks | None:
        """What opens the phone, the addresses of the value; made when it is first pointed at."""
        if self._links is None and self._leads:
            # Late and for few: a form has thirty fields, and is turned to in no time.
            from crmdesk.gui.links.field import FieldLinks

            self._links = FieldLinks(self)
        return self._links

    @property
    def text_corner(self) -> QPointF:
        """Where a long text begins."""
        return QPointF(LABEL, _ABOVE)

    @property
    def paragraph(self) -> Paragraph | None:
        """A long text that leads somewhere, laid out; None for all others."""
        text = self.cell.text
        if not self.long or not has_links(text):
            return None
        key = text, self.width() - LABEL, theme().tokens
        if self._paragraph is None or self._paragraph[0] != key:
            made = Paragraph(text, self._cells.texts.font, key[1], key[2])
            self._paragraph = key, made
        return self._paragraph[1]

    @property
    def _answers(self) -> bool:
        """Whether a click does something: it edits, or offers what can be done with a file."""
        return self.spec.editable or self.spec.kind == "file"

    def _strip(self) -> Strip:
        left = LABEL - CELL_PADDING
        return Strip(self.column, self.spec, left, self.width() - left)

    # -- Qt

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        if self.links is not None:
            self.links.show_button(on=True)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.links is not None:
            self.links.show_button(on=True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.links is None or not self.links.mouse(event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.links is None or not self.links.mouse(event):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.links is None or not self.links.mouse(event):
            super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.links is None or not self.links.menu(event):
            super().contextMenuEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(tokens.inner))
        labels = self._cells.labels
        painter.setFont(labels.font)
        painter.setPen(QColor(tokens.faint))
        run = labels.fit(self.spec.title, LABEL - 2 * CELL_PADDING)
        base = labels.baseline(ROW_NORMAL)
        painter.drawStaticText(0, round(base - run.rise), run.text)
        if not self.editing:
            self._paint_value(painter)
        painter.end()

    def _paint_value(self, painter: QPainter) -> None:
        tokens = theme().tokens
        cell, area = self.cell, self.editor_rect()
        refused = cell.state == "refused"
        if refused:
            self._cells.refusal(painter, area)
        elif self.hovered and self._answers and not self.on_reference:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.background))
            painter.drawRoundedRect(QRectF(area).adjusted(0, 1.5, 0, -1.5), 4, 4)
        if not cell.text and self.spec.kind != "boolean":
            texts = self._cells.texts
            run = texts.fit(_EMPTY, 40)
            painter.setFont(texts.font)
            painter.setPen(QColor(tokens.faint))
            painter.drawStaticText(LABEL, round(texts.baseline(ROW_NORMAL) - run.rise), run.text)
        elif self.long:
            painter.setFont(self._cells.texts.font)
            painter.setPen(QColor(tokens.text if self._answers else tokens.muted))
            rect = QRect(LABEL, _ABOVE, self.width() - LABEL, self.height() - _ABOVE - 1)
            paragraph = self.paragraph
            if paragraph is None:
                painter.drawText(rect, _WRAP, cell.text)
            else:
                paragraph.draw(painter, self.text_corner)
        else:
            cells = self.record.cells
            if not self._answers and cell.ref is None and not cell.state:
                # What is worked out, or written by the program, is quieter than what is entered.
                cells = [*cells]
                cells[self.column] = cell._replace(state="faint")
            line = Line(0, 0, cells)
            self._cells.strip(
                painter, self._strip(), [line], ROW_NORMAL, 0 if self.on_reference else -1
            )
        if self.hovered and not self._answers:
            mark = icons.pixmap("lock-simple", tokens.faint, _LOCK, self.devicePixelRatioF())
            painter.drawPixmap(self.width() - _LOCK - 4, (ROW_NORMAL - _LOCK) // 2, mark)
        if refused:
            self._cells.refusal_frame(painter, area)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(area).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
