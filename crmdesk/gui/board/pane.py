"""A board in the place of a list: the same records, filter and order, by lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from crmdesk.gui.board.lanes import BoardSource, board_field, lanes_of, ways_of
from crmdesk.gui.board.model import BoardModel
from crmdesk.gui.board.view import BoardView
from crmdesk.gui.grid.source import Cancel

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.ops.changes import Announcement
    from crmdesk.schema.registry import Field
    from crmdesk.schema.viewdata import ViewSpec


class BoardPane(QWidget):
    """A board with the choice of its way, kept in step with the store and the language."""

    turned = Signal(str, str)
    told = Signal(str)
    # The record of the current card.
    pointed = Signal(str)
    # The card or the number of records changed.
    placed = Signal()
    # The board is to be looked at in another way: what changes of its view, by name.
    arranged = Signal(object)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._spec: ViewSpec | None = None
        self._find = ""
        self._record = ""
        self._looking: Cancel | None = None
        # The record is to be gone to when the cards are there.
        self._due = False
        # Something changed while the board was not in sight.
        self._late = False
        # The way whose lanes are shown.
        self._way = ""
        self.model = BoardModel(self)
        self.view = BoardView(self.model)
        self.way_label = QLabel(self)
        self.way = QComboBox(self)
        self.way_label.setBuddy(self.way)
        self.way.activated.connect(self._choose_way)
        self._strip = QWidget(self)
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(12, 6, 8, 0)
        row.addWidget(self.way_label)
        row.addWidget(self.way)
        row.addStretch()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._strip)
        box.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self.view.turned.connect(self.turned)
        self.view.told.connect(self.told)
        self.view.current_changed.connect(self._current)
        self.view.opened.connect(self._opened)
        self.model.loaded.connect(self._loaded)
        bridge.announced.connect(self._heard)
        bridge.language_changed.connect(self.translate)

    # -- showing

    def show_spec(self, spec: ViewSpec, find: str, record: str) -> bool:
        """Show the records of a view as a board; False where they make none."""
        field = board_field(self._bridge.registry, spec.entity, spec.group)
        if field is None:
            self._spec = None
            return False
        self._spec, self._find, self._record = spec, find, record
        self.view.open_ends = set(spec.opened)
        self._fill_ways(field)
        self._show(field)
        return True

    def _show(self, field: Field) -> None:
        assert self._spec is not None
        way = self._way
        source = BoardSource(self._bridge, self._spec, field, way, self._find)
        entity = self._bridge.registry.entity(self._spec.entity)
        self.view.setAccessibleName(entity.plural.text(self._bridge.language))
        self.view.current, self.view.at, self._due = None, (-1, -1), True
        self.model.show(source, lanes_of(self._bridge, field, way))

    def _fill_ways(self, field: Field) -> None:
        assert self._spec is not None
        ways = ways_of(self._bridge, field)
        self._strip.setVisible(len(ways) > 1)
        self.way.clear()
        # One that was deleted since leaves the first one.
        self._way = self._spec.way if self._spec.way in ways else next(iter(ways), "")
        if len(ways) < 2:
            return
        # A step's subtitle is what its way is called.
        named = {step.way: step.option.subtitle for step in self._bridge.picks.steps(field.target)}
        steps = self._bridge.registry.entity(field.target).steps
        assert steps is not None
        label = self._bridge.registry.entity(field.target).field(steps.way).label
        self.way_label.setText(label.text(self._bridge.language))
        self.way.setAccessibleName(self.way_label.text())
        for way in ways:
            self.way.addItem(named.get(way) or way, way)
        self.way.setCurrentIndex(ways.index(self._way))

    def _choose_way(self, number: int) -> None:
        if self._spec is not None:
            self.arranged.emit({"way": str(self.way.itemData(number))})

    def take(self, spec: ViewSpec) -> None:
        """Take up another way to look at the same records: which lanes are open."""
        if self._spec is not None and self._spec.opened != spec.opened:
            self.view.open_ends = set(spec.opened)
            self.view.lay()
        self._spec = spec

    def _opened(self) -> None:
        if self._spec is not None:
            ends = [rows.lane.key for rows in self.model.lanes if rows.lane.end]
            other = [key for key in self._spec.opened if key not in ends]
            shown = [key for key in ends if key in self.view.open_ends]
            self.arranged.emit({"opened": tuple(sorted({*other, *shown}))})

    def _again(self) -> None:
        spec = self._spec
        if spec is not None and self.isVisible():
            self.show_spec(spec, self._find, self._record)
        else:
            self._late = True

    def translate(self) -> None:
        """Speak the language that is set now."""
        self._again()

    def reload(self) -> None:
        """Read what is shown again."""
        self.model.reload()
        self.model.refresh(None)

    # -- asking and going

    @property
    def row(self) -> int:
        """Which of the records is current, from 0; -1 for none."""
        return self.view.number()

    @property
    def total(self) -> int:
        """The number of records on the board."""
        return self.model.total

    def is_at(self, record: str) -> bool:
        """Whether that record's card is current."""
        row = self.view.current_row()
        return row is not None and row.id == record

    def go_to_record(self, record: str) -> None:
        """Make that record's card current, if it is on the board."""
        self._record = record
        if self._looking is not None:
            self._looking()
            self._looking = None
        spec = self._spec
        if not record or spec is None or self.is_at(record):
            return
        if not self.model.ready:
            self._due = True
            return
        before = self.view.current
        select, entity = self._bridge.workspace.select, spec.entity

        def ask(conn: Any, _job: object) -> int | None:
            return select.rowid_of(conn, entity, record)

        def go(rowid: int | None) -> None:
            self._looking = None
            if self.view.current != before:
                # Whoever went to another card meanwhile is not led back.
                return
            if rowid is None or not self.view.go_to_rowid(rowid):
                self._begin()

        self._looking = self._bridge.read(ask, go)

    def rowid_beside(self, step: int) -> int | None:
        """The rowid of the next (1) or previous (-1) card of the lane, which becomes current."""
        lane, at = self.view.at
        if lane < 0 or not 0 <= at + step < len(self.model.lanes[lane].ids):
            return None
        self.view.go(lane, at + step)
        return self.view.current

    def new_record(self) -> bool:
        """Begin a record in the lane of the current card."""
        self.view.setFocus()
        self.view.titles.begin_new(max(self.view.at[0], 0))
        return True

    def _begin(self) -> None:
        if self.view.current is None:
            first = next((n for n, rows in enumerate(self.model.lanes) if rows.ids
                          and not rows.lane.end), -1)  # fmt: skip
            self.view.go(first, 0)

    # -- following

    def _loaded(self) -> None:
        due, self._due = self._due, False
        if self._record and (due or self.view.current is None):
            self.go_to_record(self._record)
        else:
            self._begin()
        self.placed.emit()

    def _current(self, rowid: int | None, id_: str) -> None:
        self.placed.emit()
        if rowid is not None and id_ and self._looking is None:
            self._record = id_
            self.pointed.emit(id_)

    def _heard(self, announcement: Announcement) -> None:
        source = self.model.source
        if source is None or self._spec is None:
            return
        if not self.isVisible():
            self._late = True
            return
        stale = source.affected(announcement)
        if stale.options or source.outdated:
            self._again()
            return
        if stale.rows is None or stale.rows:
            self.model.refresh(None if stale.rows is None else tuple(stale.rows))
        if stale.reload:
            self.model.reload()

    # -- Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        late, self._late = self._late, False
        if late and self._spec is not None:
            self.show_spec(self._spec, self._find, self._record)
