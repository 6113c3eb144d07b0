"""One record as a form shows it: its cells, and what is being entered into them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from crmdesk.gui.cells import CellMaker
from crmdesk.gui.drafts import Typed, drafts_of
from crmdesk.gui.grid.draft import pending
from crmdesk.gui.grid.source import (
    EMPTY,
    Cancel,
    Chosen,
    Entry,
    Failed,
    GridCell,
    GridColumn,
    GridRow,
    Option,
    Reading,
)
from crmdesk.gui.sources import QuerySource
from crmdesk.i18n import _
from crmdesk.schema.query import Query
from crmdesk.schema.registry import SYSTEM_FIELDS, Entity, Field
from crmdesk.store.reading import Row

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.ops.changes import Announcement


@dataclass(frozen=True)
class _Read:
    """What was read of a record at once."""

    row: GridRow
    title: str
    way: str


class _Entered(NamedTuple):
    """What was entered where; the last entry of a field has the highest number."""

    entity: str
    record: str
    path: str
    number: int


class Record(QObject):
    """The record in front: what its fields hold, read beside the window and kept up to date.

    Cells are numbered like `columns`. What was entered lies over a cell until it is written; a
    refused entry stays there with its reason until it is entered anew or discarded, also when
    other records are shown in between.
    """

    # Another entity: the columns are others.
    reshaped = Signal()
    # Cells have changed, or another record of the same entity is shown.
    changed = Signal()
    # A value was refused: its column.
    refused = Signal(int)
    # A word about a record that is not shown any more: what was refused there, and why.
    told = Signal(str)
    # The record is gone: its entity and id.
    gone = Signal(str, str)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.id = ""
        self.title = ""
        # The record whose steps this one goes through: the pipeline of an opportunity.
        self.way = ""
        self.columns: tuple[GridColumn, ...] = ()
        self.asked = ("", "")
        self._number: dict[str, int] = {}
        self._entity: Entity | None = None
        self._source: QuerySource | None = None
        # By entity; what makes their cells is slow to make.
        self._sources: dict[str, QuerySource] = {}
        self._cells: tuple[GridCell, ...] = ()
        self._over: dict[int, GridCell] = {}
        # The number of each entry that has not been answered, by record and path.
        self._entries: dict[tuple[str, str], int] = {}
        self._entered = 0
        self._drafts = drafts_of(bridge)
        self._drafts.changed.connect(self._draft_changed)
        self._cancel: Cancel | None = None
        bridge.announced.connect(self._heard)
        bridge.language_changed.connect(self._translate)

    # -- showing

    def show(self, entity: str, record_id: str) -> None:
        """Show another record; what is shown stays until the new one has been read."""
        self.asked = (entity, record_id)
        if not record_id:
            self._forget()
            return
        source = self._sources.get(entity)
        if source is None or source.outdated:
            declared = self.bridge.registry.entity(entity)
            paths = list(dict.fromkeys((*shown_fields(declared), *declared.header)))
            source = self._sources[entity] = QuerySource(self.bridge, Query(entity), paths)
        self._read(source, record_id)

    def reload(self) -> None:
        """Read the record again."""
        if self._source is not None and self.asked[1]:
            self.show(*self.asked)

    def _forget(self) -> None:
        if self._cancel is not None:
            self._cancel()
        self.id = self.title = self.way = ""
        self._cells = ()
        self._over.clear()
        self.changed.emit()

    def _read(self, source: QuerySource, record_id: str) -> None:
        if self._cancel is not None:
            self._cancel()
        self._cancel = self.bridge.read(
            partial(self._ask, source, record_id), partial(self._arrived, source, record_id)
        )

    def _ask(self, source: QuerySource, record_id: str, conn: Any, _job: object) -> _Read | None:
        bridge, entity = self.bridge, source.entity
        select, maker = bridge.workspace.select, source.maker
        way_field = self._way_field(bridge.registry.entity(entity))
        extra = (way_field,) if way_field else ()
        found = select.by_id(conn, entity, record_id, (*maker.read, *extra))
        if found is None:
            return None
        cells = found.cells[: len(maker.read)]
        title = select.titles(conn, entity, [record_id], bridge.ctx).get(record_id, "")
        way = found.cells[-1].id if extra and found.cells[-1] is not None else ""
        return _Read(maker.row(Row(found.rowid, found.id, cells)), title, way)

    def _way_field(self, entity: Entity) -> str:
        """The reference that this entity shares with the steps of its status."""
        field = entity.field(entity.status) if entity.status else None
        steps = self.bridge.registry.entity(field.target).steps if field and field.target else None
        return steps.way if steps and steps.way in entity.by_name else ""

    def _arrived(self, source: QuerySource, record_id: str, found: _Read | None) -> None:
        if not isValid(self):
            # The form went while its record was read.
            return
        if found is None:
            entity = source.entity
            self._forget()
            self.gone.emit(entity, record_id)
            return
        other = source is not self._source
        if other or record_id != self.id:
            self._over.clear()
        self.id, self.title, self.way = record_id, found.title, found.way
        self._cells = found.row.cells
        if other:
            self._take(source)
        for column, entry in list(self._over.items()):
            # An entry that was written gives way to what is stored; a refused one stays.
            if not self._waits(column) and entry.state != "refused":
                del self._over[column]
        for path in self._drafts.of(source.entity).get(record_id, {}):
            self._take_draft(path)
        if other:
            self.reshaped.emit()
        self.changed.emit()

    def _take(self, source: QuerySource) -> None:
        self._source = source
        self._entity = self.bridge.registry.entity(source.entity)
        # In a form all values begin at one edge.
        self.columns = tuple(
            replace(spec, numeric=False) if spec.numeric else spec for spec in source.columns
        )
        self._number = {spec.path: number for number, spec in enumerate(self.columns)}

    # -- asking

    @property
    def entity(self) -> Entity | None:
        """The entity of the record that is shown."""
        return self._entity

    @property
    def maker(self) -> CellMaker | None:
        """What made the cells."""
        return None if self._source is None else self._source.maker

    @property
    def cells(self) -> Sequence[GridCell]:
        """All cells with what lies over them."""
        if not self._over:
            return self._cells
        return [self.cell(column) for column in range(len(self._cells))]

    def number(self, path: str) -> int:
        """The column of a path, -1 for none."""
        return self._number.get(path, -1)

    def field(self, column: int) -> Field:
        """The field of a column."""
        assert self._source is not None
        return self._source.maker.shown[column].field

    def cell(self, column: int) -> GridCell:
        """A cell as it is shown."""
        over = self._over.get(column)
        return self.stored(column) if over is None else over

    def stored(self, column: int) -> GridCell:
        """A cell as it is stored, whatever is being entered."""
        return self._cells[column] if 0 <= column < len(self._cells) else EMPTY

    def valid(self, column: int) -> GridCell:
        """A cell as it is shown, or as it is stored where what is shown was refused."""
        shown = self.cell(column)
        return self.stored(column) if shown.state == "refused" else shown

    def named(self, column: int) -> str:
        """A field with the record that it is of, to speak of it elsewhere."""
        title = self.columns[column].title
        return _("{field} of “{record}”").format(field=title, record=self.title)

    def choices(self, path: str) -> Sequence[Option]:
        """What a choice offers; of steps, those of the way that the record goes."""
        if self._source is None:
            return ()
        column = self.number(path)
        if column >= 0 and self.way and self.bridge.picks.is_step(self.field(column)):
            steps = self.bridge.picks.steps(self.field(column).target)
            return [step.option for step in steps if step.way == self.way]
        return self._source.choices(path)

    @property
    def zone(self) -> str:
        """The IANA zone in which times are entered."""
        return self.bridge.ctx.zone

    def read_text(self, path: str, text: str, done: Callable[[Reading], None]) -> Cancel:
        """How a text would be read in a field, while it is typed."""
        assert self._source is not None
        return self._source.read_text(path, text, done)

    def can_make(self, path: str) -> bool:
        """Whether a record of only a title can be made where a reference asks for one."""
        return self._source is not None and self._source.can_make(path)

    def can_manage(self, path: str) -> bool:
        """Whether the choices of a field can be added to, renamed and archived."""
        return self._source is not None and self._source.can_manage(path)

    def add_choice(
        self, path: str, title: str, done: Callable[[Option], None], failed: Failed
    ) -> None:
        """Add a choice to the list of a field."""
        if self._source is not None:
            self._source.add_choice(path, title, done, failed)

    def change_choice(
        self, path: str, key: str, done: Callable[[], None], failed: Failed, **changes: Any
    ) -> None:
        """Rename, recolour or archive a choice."""
        if self._source is not None:
            self._source.change_choice(path, key, done, failed, **changes)

    def complete(self, path: str, text: str, done: Callable[[Sequence[Option]], None]) -> Cancel:
        """The records that `text` may mean, those of the record's own company first."""
        if self._source is None:
            return lambda: None
        self._source.front = (self._source.entity, self.id)
        return self._source.complete(path, text, done)

    # -- entering

    def enter(self, column: int, entry: Entry) -> None:
        """Write what was entered; the cell shows it at once, and keeps it when it is refused."""
        if self._source is None or not self.id:
            return
        self._entered += 1
        path = self.columns[column].path
        number = self._entries[self.id, path] = self._entered
        shown = pending(entry)
        if isinstance(entry, Chosen) and shown.text:
            now = self.cell(column)
            known = {one.id: one for one in self.choices(path)}
            option = known.get(str(entry.value))
            shown = shown._replace(colour=option.colour if option else now.colour)
        self._over[column] = shown
        self.changed.emit()
        self._source.commit(
            self.id,
            path,
            entry,
            partial(self._written, _Entered(self._source.entity, self.id, path, number)),
            partial(
                self._not_written,
                _Entered(self._source.entity, self.id, path, number),
                shown,
                self.named(column),
            ),
        )

    def discard(self, column: int) -> bool:
        """Drop what was entered and refused; True if there was something to drop."""
        had = self._over.pop(column, None) is not None
        if had and self._source is not None:
            path = self.columns[column].path
            self._entries.pop((self.id, path), None)
            self._drafts.drop(self._source.entity, self.id, path)
            self.changed.emit()
        return had

    def typed(self, column: int, text: str | None) -> None:
        """What stands in an open editor, kept in case that the program ends; None: it closed."""
        if self._source is None or not self.id:
            return
        place = (self._source.entity, self.id, self.columns[column].path)
        if text is not None:
            reason = _("This was typed and not saved: Enter keeps it, Esc drops it.")
            self._drafts.put_open(*place, Typed(text, reason))
            return
        shown = self._over.get(column, EMPTY)
        if shown.state == "refused":
            self._drafts.put_back(*place, _typed(shown))
        else:
            self._drafts.drop(*place)

    def _waits(self, column: int) -> bool:
        """Whether what was entered there has not been answered."""
        return (self.id, self.columns[column].path) in self._entries

    def _shows(self, of: _Entered) -> int:
        """The column of an entry, -1 where another record is shown by now."""
        here = self._source is not None and (self._source.entity, self.id) == of[:2]
        return self.number(of.path) if here else -1

    def _written(self, of: _Entered, row: GridRow | None) -> None:
        if self._entries.get((of.record, of.path)) != of.number:
            return
        del self._entries[of.record, of.path]
        column = self._shows(of)
        if column >= 0:
            self._over.pop(column, None)
            if row is not None:
                self._cells = row.cells
        self._drafts.drop(*of[:3])
        if column >= 0:
            self.changed.emit()

    def _not_written(self, of: _Entered, shown: GridCell, named: str, reason: str) -> None:
        if self._entries.get((of.record, of.path)) != of.number:
            return
        del self._entries[of.record, of.path]
        refused = shown._replace(state="refused", reason=reason)
        column = self._shows(of)
        if column >= 0:
            self._over[column] = refused
        self._drafts.put(*of[:3], _typed(refused))
        if column >= 0:
            self.changed.emit()
            self.refused.emit(column)
        if column < 0 or self.asked != (of.entity, of.record):
            # By now it would be taken for a word about the record in front.
            self.told.emit(f"{named}: {reason}")

    # -- what was typed and is not stored

    def _take_draft(self, path: str) -> bool:
        """Show what is kept of a field, or no more what is not; whether that changed anything."""
        column = self.number(path)
        if column < 0 or self._source is None or self._waits(column):
            return False
        if self._drafts.is_open(self._source.entity, self.id, path):
            return False
        typed = self._drafts.of(self._source.entity).get(self.id, {}).get(path)
        if typed is not None and column not in self._over:
            self._over[column] = GridCell(
                typed.text, edit=typed.text, state="refused", reason=typed.reason
            )
            return True
        if typed is None and self._over.get(column, EMPTY).state == "refused":
            del self._over[column]
            return True
        return False

    def _draft_changed(self, entity: str, record: str, path: str) -> None:
        here = self._source is not None and (self._source.entity, self.id) == (entity, record)
        if here and self._take_draft(path):
            self.changed.emit()

    # -- following

    def _heard(self, announcement: Announcement) -> None:
        if self._source is None or not self.asked[1]:
            return
        if not self.id and not any(one.op == "I" for one in announcement.changes):
            # It was deleted; only an undo brings it back.
            return
        stale = self._source.affected(announcement)
        if self._source.outdated or stale.rows is None or self.asked[1] in stale.rows:
            self.reload()

    def _translate(self) -> None:
        self._sources.clear()
        if self._source is not None:
            self._sources[self._source.entity] = self._source
            self._source.translate()
            self._take(self._source)
            self.reshaped.emit()
            self.reload()


def _typed(cell: GridCell) -> Typed:
    return Typed(cell.text if cell.edit is None else cell.edit, cell.reason)


def shown_fields(entity: Entity) -> list[str]:
    """The fields of a form in their order, then the ones that every record has."""
    own = [one.name for one in entity.fields if not one.hidden]
    return [*own, *(one.name for one in SYSTEM_FIELDS)]


def untitled(entity: Entity, language: str) -> str:
    """What stands where a record has no title of its own."""
    return _("{kind} without a title").format(kind=entity.label.text(language))
