"""The form of one record: what it is, where it stands, and every field, edited in place."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

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
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

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

    def __init__(self, record: Record) -> None:
        super().__init__()
        self.record = record
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.painter = FormPainter(theme().tokens, self._options)
        self.note = ReasonNote(self)
        self.title: TitleLine | None = None
        self.references = ReferenceLine(self)
        self.bar = StageBar(self)
        self.figures = KeyFigures(self)
        self.fields: list[FieldCell] = []
        self.foot = QLabel(self)
        self.foot.setProperty("look", "caption")
        self.foot.setTextFormat(Qt.TextFormat.PlainText)
        self._line = 0
        self.references.turned.connect(self.turned)
        self.bar.chosen.connect(self._move_to)
        self.figures.chosen.connect(self.edit)
        record.reshaped.connect(self._build)
        record.changed.connect(self._refresh)
        record.refused.connect(self._show_refusal)
        theme().changed.connect(self._dress)
        self._refresh()

    # -- following the record

    def _build(self) -> None:
        """Make the fields of another entity."""
        for old in filter(None, (self.title, *self.fields)):
            old.hide()
            old.deleteLater()
        record, entity = self.record, self.record.entity
        self.title, self.fields = None, []
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
            one.show()
        self.note.raise_()

    def _refresh(self) -> None:
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

    def _show_refusal(self, column: int) -> None:
        shown = [one for one in self._editables() if one.column == column]
        for one in shown:
            one.refresh()
        if shown and not shown[0].hasFocus():
            # It may have been refused after one went on, or come from the bar above.
            self.told.emit(self.record.cell(column).reason)

    # -- laying out

    def arrange(self) -> None:
        """Put every part in its place for the present width."""
        wide = self.width() - 2 * SPACE_4
        y = SPACE_3
        if self.title is not None:
            self.title.setGeometry(SPACE_4 - _TITLE_PAD, y, wide + _TITLE_PAD, self.title.height())
            y += self.title.height()
        for part, filled, gap in (
            (self.references, self.references.parts, 0),
            (self.bar, self.bar.segments, SPACE_3 - 2),
            (self.figures, self.figures.parts, SPACE_3 - 2),
        ):
            part.setVisible(bool(filled))
            if filled:
                part.setGeometry(SPACE_4, y + gap, wide, part.height())
                y += gap + part.height()
        self._line = y + SPACE_3 - 2
        y = self._fields_below(self._line + SPACE_2 - 2, wide)
        tall = self.foot.sizeHint().height()
        self.foot.setGeometry(SPACE_4, y + SPACE_3, wide, tall)
        self.setMinimumHeight(y + SPACE_3 + tall + SPACE_4)

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


class RecordForm(QScrollArea):
    """Shows a record and lets it be edited; follows what is written elsewhere.

    What is being typed stays while the record changes under it.
    """

    # A reference is to become the front: its entity and id.
    turned = Signal(str, str)
    # A word for the status line.
    told = Signal(str)
    # The record that was shown has been deleted: its entity and id.
    gone = Signal(str, str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.record = Record(bridge, self)
        self.body = FormBody(self.record)
        self.setWidget(self.body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Record"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body.turned.connect(self.turned)
        self.body.told.connect(self.told)
        self.record.gone.connect(self.gone)
        self.record.changed.connect(self._name)

    def show_record(self, entity: str, record_id: str) -> None:
        """Show that record; none for an empty id."""
        if (entity, record_id) != self.record.asked:
            self.verticalScrollBar().setValue(0)
        self.record.show(entity, record_id)

    def reload(self) -> None:
        """Read the record again."""
        self.record.reload()

    def field(self, path: str) -> FieldCell | None:
        """The field of that name, None where the form does not list it."""
        return next((one for one in self.body.fields if one.spec.path == path), None)

    def _name(self) -> None:
        self.setAccessibleName(self.record.title or _("Record"))

    # -- Qt

    def sizeHint(self) -> QSize:
        return QSize(700, 480)
