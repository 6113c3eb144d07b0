"""What a grid says in its own place: why a value was refused, where a new record begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from crmdesk.gui.grid.opening import ReadsLines
from crmdesk.gui.grid.paint import Strip
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CELL_PADDING
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.grid.source import GridCell
    from crmdesk.gui.grid.view import GridView

_WIDEST = 380


class ReasonNote(QLabel):
    """A reason why a value was refused, floating under the value."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("refusalNote")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setContentsMargins(10, 6, 10, 6)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._calm = False
        self.hide()

    def tell(self, reason: str, under: QRect, *, calm: bool = False) -> None:
        """Show `reason` under that rectangle of the parent, or above where there is no room.

        A `calm` word is no refusal, and stands above: what is typed is read below.
        """
        self._calm = calm
        self.setText(reason)
        self.setAccessibleName(reason)
        tokens = theme().tokens
        self.setStyleSheet(f"color: {tokens.text if calm else tokens.danger};")
        self._place(under)
        self.show()
        self.raise_()

    def _place(self, cell: QRect) -> None:
        ground = self.parentWidget()
        # None while a grid is taken down with a value that was still on its way.
        room = QRect() if ground is None else ground.rect()
        wide = min(_WIDEST, room.width() - 16)
        metrics = self.fontMetrics()
        wide = min(wide, metrics.horizontalAdvance(self.text()) + 28)
        tall = (
            metrics.boundingRect(
                QRect(0, 0, wide - 20, 1000), int(Qt.TextFlag.TextWordWrap), self.text()
            ).height()
            + 14
        )
        x = max(4, min(cell.left(), room.right() - wide - 4))
        below, above = cell.bottom() + 3, cell.top() - tall - 3
        y = above if self._calm or below + tall > room.bottom() else below
        if y < 0:
            y = below
        self.setGeometry(x, y, wide, tall)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.warning if self._calm else tokens.danger), 1))
        painter.setBrush(QColor(tokens.warning_soft if self._calm else tokens.danger_soft))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()
        super().paintEvent(event)


class RefusalNote(ReasonNote):
    """The reason of the current cell of a grid, where its value was refused."""

    def __init__(self, view: GridView) -> None:
        super().__init__(view.viewport())
        self._view = view

    def follow(self) -> None:
        """Stay with the current cell: show its reason, or go where it has none."""
        row, column = self._view.current()
        grid = self._view.grid
        valid = 0 <= row < grid.rowCount() and 0 <= column < len(grid.columns)
        cell = grid.cell(row, column) if valid else None
        meanwhile = self._view.delegate.changed_meanwhile()
        if meanwhile is not None:
            self.tell(changed_words(meanwhile), self._view.cell_rect(row, column), calm=True)
            return
        if cell is None or cell.state != "refused" or not cell.reason:
            self.hide()
            return
        self.tell(cell.reason, self._view.cell_rect(row, column))


def changed_words(now: GridCell) -> str:
    """What is told in an editor when somebody else has changed the value that it began with."""
    words = _("It was changed to “{text}” meanwhile. Enter overwrites that, Esc keeps it.")
    return words.format(text=now.text or _("empty"))


def new_line(
    view: GridView, painter: QPainter, strips: Sequence[Strip], y: int, height: int
) -> None:
    """Paint "＋ New …" into the empty new line at `y`; `strips` are all columns in order.

    Those that are painted at the moment would not do: the words begin in the first of all.
    """
    tokens = theme().tokens
    columns = strips
    if not columns:
        return
    painter.setPen(QColor(tokens.faint))
    texts = view.cells.texts
    painter.setFont(texts.font)
    first = columns[0]
    ratio = painter.device().devicePixelRatioF()
    plus = icons.pixmap("plus", tokens.faint, 14, ratio)
    x = first.x + min(CELL_PADDING, (first.width - 14) // 2)
    painter.drawPixmap(x, y + (height - 14) // 2, plus)
    boxed = first.spec.kind == "boolean" and len(columns) > 1
    left = columns[1].x + CELL_PADDING if boxed else x + 20
    run = texts.fit(
        f"{view.grid.new_label}…{_hint(view)}", max(60, view.viewport().width() - left - 8)
    )
    painter.drawStaticText(QPointF(left, y + texts.baseline(height) - run.rise), run.text)


def _hint(view: GridView) -> str:
    """What may be typed here, by an example; nothing while one types."""
    source = view.grid.source
    if (
        not isinstance(source, ReadsLines)
        or not source.new_hint
        or view.state() == view.State.EditingState
    ):
        return ""
    return f" {source.new_hint}"
