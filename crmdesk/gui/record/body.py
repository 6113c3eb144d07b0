"""The parts of a form for one kind of record, made once and filled with each record of it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from crmdesk.gui.grid.notes import ReasonNote
from crmdesk.gui.grid.source import Chosen, Option
from crmdesk.gui.record import heading
from crmdesk.gui.record.editable import Editable
from crmdesk.gui.record.field import FieldCell, FormPainter
from crmdesk.gui.record.figures import KeyFigures
from crmdesk.gui.record.record import Record
from crmdesk.gui.record.references import ReferenceLine
from crmdesk.gui.record.stagebar import StageBar
from crmdesk.gui.record.title import TitleLine
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import SPACE_2, SPACE_3, SPACE_4

_TWO_COLUMNS = 600
_GUTTER = 24
# The title's own padding, so that its text begins where everything does.
_TITLE_PAD = 6


class FormBody(QWidget):
    """The parts of the form under each other, and its fields in two columns.

    Long texts and what every record has stand below, over the whole width.
    """

    turned = Signal(str, str)
    told = Signal(str)
    # How high it is now.
    grown = Signal(int)

    def __init__(self, record: Record, parent: QWidget) -> None:
        super().__init__(parent)
        self.record = record
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.painter = FormPainter(theme().tokens, self._options)
        self.note = ReasonNote(self)
        self.references = ReferenceLine(self)
        self.bar = StageBar(self)
        self.figures = KeyFigures(self)
        self.title: TitleLine | None = None
        self.fields: list[FieldCell] = []
        self.foot = QLabel(self)
        self.foot.setProperty("look", "caption")
        self.foot.setTextFormat(Qt.TextFormat.PlainText)
        self._line = 0
        # What stands at the right of the title and is not of these parts, in pixels.
        self._beside = 0
        self.tall = 0
        self.references.turned.connect(self.turned)
        self.bar.chosen.connect(self._move_to)
        self.figures.chosen.connect(self.edit)
        theme().changed.connect(self._dress)
        self._build()

    # -- following the record

    def _build(self) -> None:
        """Make the fields of the entity that the record is of."""
        record, entity = self.record, self.record.entity
        if entity is None:
            return
        names = [one.name for one in entity.fields if not one.hidden]
        titled = -1
        if len(entity.title) == 1 and entity.field(entity.title[0]).kind == "text":
            titled = record.number(entity.title[0])
        self.title = TitleLine(record, titled, self.note, self)
        columns = [record.number(name) for name in names]
        self.fields = [
            FieldCell(record, column, self.painter, self.note, self)
            for column in columns
            if column >= 0 and column != titled
        ]
        for one in (self.title, *self.fields):
            one.turned.connect(self.turned)
            one.told.connect(self.told)
        self.note.raise_()
        self._order()

    def refresh(self) -> None:
        """Show what the record holds now."""
        record = self.record
        there = bool(record.id)
        new_links = self.references.show_mentions(heading.mentions(record) if there else [])
        stops = heading.stops(record) if there else []
        column = record.number(record.entity.status) if record.entity and stops else -1
        spec = record.columns[column] if column >= 0 else None
        new_stops = self.bar.show_stops(
            spec.title if spec else "", stops, locked=spec is None or not spec.editable
        )
        self.figures.show_figures(heading.figures(record) if there else [])
        self.foot.setText(heading.footing(record) if there else "")
        for one in self._editables():
            if one.isHidden() == there:
                one.setVisible(there)
            one.refresh()
        if new_links or new_stops:
            self._order()
        self.arrange()
        self.update()

    def _editables(self) -> list[Editable]:
        return [*filter(None, (self.title,)), *self.fields]

    def _order(self) -> None:
        """Tab goes from the top to the bottom, whatever was made last."""
        chain: list[QWidget] = [
            *filter(None, (self.title,)),
            *self.references.links,
            *self.bar.segments,
            *self.fields,
        ]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _dress(self) -> None:
        self.painter.dress(theme().tokens)
        self.update()

    def _options(self, column: int) -> dict[object, Option]:
        return {one.id: one for one in self.record.choices(self.record.columns[column].path)}

    # -- doing

    def edit(self, column: int) -> None:
        """Edit the field of that column."""
        for one in self.fields:
            if one.column == column:
                one.setFocus(Qt.FocusReason.OtherFocusReason)
                one.start_edit()

    def _move_to(self, id_: str) -> None:
        record = self.record
        if record.entity is None:
            return
        path = record.entity.status
        titles = {one.id: one.title for one in record.choices(path)}
        record.enter(record.number(path), Chosen(id_, titles.get(id_, "")))

    def show_refusal(self, column: int) -> None:
        """Tell why a value was refused."""
        shown = [one for one in self._editables() if one.column == column]
        for one in shown:
            one.refresh()
        there = self.record.asked[1] == self.record.id
        if shown and there and not shown[0].hasFocus():
            # It may have been refused after one went on, or come from the bar above.
            reason = self.record.cell(column).reason
            self.told.emit(f"{self.record.named(column)}: {reason}")

    # -- laying out

    def leave_beside_title(self, width: int) -> None:
        """Leave so much room at the right of the title."""
        if width != self._beside:
            self._beside = width
            self.arrange()

    def arrange(self) -> None:
        """Put every part in its place for the present width."""
        wide = self.width() - 2 * SPACE_4
        y = SPACE_3
        if self.title is not None:
            long = wide + _TITLE_PAD - self._beside
            self.title.setGeometry(SPACE_4 - _TITLE_PAD, y, long, self.title.height())
            y += self.title.height()
        for part, filled, gap in (
            (self.references, self.references.filled, 0),
            (self.bar, self.bar.filled, SPACE_3 - 2),
            (self.figures, self.figures.filled, SPACE_3 - 2),
        ):
            if part.isHidden() == filled:
                part.setVisible(filled)
            if filled:
                part.setGeometry(SPACE_4, y + gap, wide, part.height())
                y += gap + part.height()
        self._line = y + SPACE_3 - 2
        y = self._fields_below(self._line + SPACE_2 - 2, wide)
        tall = self.foot.sizeHint().height()
        self.foot.setGeometry(SPACE_4, y + SPACE_3, wide, tall)
        self.tall = y + SPACE_3 + tall + SPACE_4
        self.grown.emit(self.tall)

    def _fields_below(self, top: int, wide: int) -> int:
        short = [one for one in self.fields if not one.long]
        count = 2 if wide >= _TWO_COLUMNS else 1
        each = (wide - _GUTTER * (count - 1)) // count
        rows = -(-len(short) // count)
        bottom = top
        for column in range(count):
            y = top
            for one in short[column * rows : (column + 1) * rows]:
                tall = one.height_for(each)
                one.setGeometry(SPACE_4 + column * (each + _GUTTER), y, each, tall)
                one.lay_editor()
                y += tall
            bottom = max(bottom, y)
        for one in self.fields:
            if one.long:
                tall = one.height_for(wide)
                one.setGeometry(SPACE_4, bottom, wide, tall)
                one.lay_editor()
                bottom += tall
        return bottom

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.record.id:
            painter = QPainter(self)
            painter.fillRect(0, self._line, self.width(), 1, QColor(theme().tokens.inner))
            painter.end()
