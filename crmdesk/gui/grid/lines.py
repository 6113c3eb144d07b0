"""The lines of a grid: all ids, a cache of the rows seen, and the groups between them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Signal

from crmdesk.gui.grid.differences import Span, changed_span
from crmdesk.gui.grid.groups import (
    UNREAD,
    GroupedSource,
    Groups,
    Head,
    HeadCells,
    Prepared,
    Way,
    prepare,
)
from crmdesk.gui.grid.rowcache import KEPT, PAGE, RowCache
from crmdesk.gui.grid.source import Cancel, GridColumn, GridRow, GridSource

_ROOT = QModelIndex()
_MOST_KEPT_LAST = 100_000
"""In longer lists new records go to their places at once: looking for them takes too long."""


class GridLines(QAbstractTableModel):
    """Rows of a source, fetched a page at a time as they are looked at.

    Old rows stay until the new ones are there; each load has a number, and an answer to an
    earlier load is thrown away. Where the source groups its rows, group rows stand between them.
    """

    # The ids were asked for.
    asked = Signal()
    # All ids of the newest load are there.
    loaded = Signal()
    # Something that concerns no single cell went wrong.
    failed = Signal(str)
    # Groups were closed or opened by hand: the ways of those that are closed.
    folded = Signal(object)
    # What the records come to may have changed, though the rows are the same ones.
    added = Signal()
    # Records that are shown were changed, and are read again.
    stale = Signal()
    # Rows are about to come, go or move without a reset, and have.
    moving = Signal()
    moved = Signal()

    def __init__(self, source: GridSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self.columns: tuple[GridColumn, ...] = tuple(source.columns)
        self.ready = False
        self._ids: array[int] = array("q")
        self._load = 0
        # The load whose ids are all there.
        self._ready_load = 0
        self._cancels: list[Cancel] = []
        # Ids that came while an editor was open, to be shown when it closes.
        self._held = False
        self._late: Prepared | None = None
        # Records that were made in this list: they stay where they were made, at its end.
        self._made_here: dict[int, None] = {}
        self.groups = Groups()
        self._head_cells: dict[Way, HeadCells] = {}
        self._cache = RowCache(self, self._ask_rows, self.announce_all)

    def _forget_entries(self) -> None:
        """Drop what was entered into the rows of a source that goes away."""

    # -- loading

    def set_source(self, source: GridSource) -> None:
        """Show another source; the columns change at once, the rows when they have come."""
        self._drop_requests()
        self._late = None
        # An editor that is open is closed by what follows, and its text entered where it belongs.
        self.beginResetModel()
        self._held = False
        self.source = source
        self.columns = tuple(source.columns)
        self._ids = array("q")
        self.groups.forget()
        self._head_cells.clear()
        self._cache.forget()
        self._made_here.clear()
        self._forget_entries()
        self.ready = False
        self.endResetModel()
        self.reload(fresh=True)

    def reload(self, *, fresh: bool = False) -> None:
        """Ask for the ids again: another order, a filter, or rows that came or went.

        `fresh` is for another order or filter: the first page is shown as soon as it is there.
        Without it the view stays where it is until all ids have come.
        """
        if fresh:
            self._made_here.clear()
        self._drop_requests()
        self._load += 1
        self._late = None
        number = self._load
        self._cache.new_round()
        self.asked.emit()
        source = self.source
        if isinstance(source, GroupedSource) and source.groups:
            # Kept from before, rows would stand in groups they are not in.
            heads = partial(self._heads_arrived, number if fresh or not self.groups else -1)
            self._cancels.append(
                source.grouped(
                    heads,
                    partial(self._arrived, number),
                    self.failed.emit,
                    frozenset(self.groups.closed),
                )
            )
            return
        if fresh:
            self._cancels.append(source.first_page(partial(self._first_arrived, number)))
        self._cancels.append(source.ids(partial(self._ids_arrived, number)))

    @property
    def loading(self) -> bool:
        """Whether rows and ids are on their way that may be older than what is heard now."""
        return self._ready_load != self._load

    def refresh(self, ids: Iterable[str] | None = None) -> None:
        """Read rows again that are shown and may have changed; None means all."""
        self._cache.refresh(self._ids, ids)
        self.stale.emit()

    def _ask_rows(self, rowids: Sequence[int], done: Callable[[Sequence[GridRow]], None]) -> None:
        self.source.rows(rowids, done)

    def _drop_requests(self) -> None:
        for cancel in self._cancels:
            cancel()
        self._cancels.clear()

    def _first_arrived(self, number: int, rows: Sequence[GridRow]) -> None:
        if number != self._load or self._ready_load == number or self._held:
            return
        self._cache.keep(rows)
        self._replace(array("q", (row.rowid for row in rows)))

    def _heads_arrived(self, number: int, prepared: Prepared) -> None:
        """Show the groups, with a place for each record."""
        if number == self._load and self._ready_load != number and not self._held:
            self._head_cells.clear()
            self._replace(self.groups.take(prepared))

    def _ids_arrived(self, number: int, ids: array[int]) -> None:
        if number == self._load:
            ids = self._made_last(ids)
            self._arrived(number, prepare((), ids)._replace(lines=ids))

    def forget_made(self) -> None:
        """Let the records that were made here go to their places when the ids are read next."""
        self._made_here.clear()

    def _stay(self, rowids: Iterable[int]) -> None:
        """Show records that were just made at the end of the list until it is read anew."""
        if self.groups:
            # They stand in their groups.
            fresh = [rowid for rowid in rowids if self.row_of(rowid) < 0]
            self._replace(self._ids + array("q", fresh))
            return
        made = dict.fromkeys(rowids)
        self._made_here.update(made)
        there = [rowid for rowid in made if self.row_of(rowid) < 0]
        self._replace(self._made_last(self._ids + array("q", there)))

    def _made_last(self, ids: array[int]) -> array[int]:
        made = self._made_here
        if not made or len(ids) > _MOST_KEPT_LAST:
            return ids
        there = {rowid for rowid in ids if rowid in made}
        if not there:
            return ids
        rest = array("q", (rowid for rowid in ids if rowid not in there))
        return rest + array("q", (rowid for rowid in made if rowid in there))

    def _arrived(self, number: int, prepared: Prepared) -> None:
        if number != self._load:
            return
        self._ready_load = number
        if self._held:
            self._late = prepared
        else:
            self._show(prepared)

    def _show(self, prepared: Prepared) -> None:
        self._head_cells.clear()
        self._replace(self.groups.take(prepared))
        if prepared.heads:
            self.announce_all()
        self.ready = True
        self.loaded.emit()

    def hold(self) -> None:
        """Let no row come, go or move while one types in a cell."""
        self._held = True

    def release(self) -> None:
        """Show what has come in the meantime."""
        self._held = False
        late, self._late = self._late, None
        if late is not None:
            self._show(late)

    def _replace(self, new: array[int]) -> None:
        span = changed_span(self._ids, new)
        if span is None:
            return
        if span.wholesale:
            self.beginResetModel()
            self._ids = new
            self.endResetModel()
            return
        self.moving.emit()
        self._splice(span, new)
        self.moved.emit()

    def _splice(self, span: Span, new: array[int]) -> None:
        # What did not move keeps its selection, its place on the screen and its editor.
        if span.removed:
            self.beginRemoveRows(_ROOT, span.start, span.start + span.removed - 1)
            self._ids = self._ids[: span.start] + self._ids[span.start + span.removed :]
            self.endRemoveRows()
        if span.added:
            self.beginInsertRows(_ROOT, span.start, span.start + span.added - 1)
            self._ids = new
            self.endInsertRows()
        self._ids = new

    # -- asking

    def rows_between(self, first: int, last: int) -> list[GridRow | None]:
        """The rows from `first` to `last`; those not read yet are None and are asked for."""
        return self._cache.look(self._ids, first, min(last, len(self._ids) - 1))

    @property
    def total(self) -> int:
        """The number of rows, without the new line: records, and group rows among them."""
        return len(self._ids)

    @property
    def lines(self) -> array[int]:
        """The rowids of all rows; below 0 where a group row stands. It is not to be changed."""
        return self._ids

    @property
    def first_record(self) -> int:
        """The first row that is a record's; 0 where all groups are closed."""
        rows = range(len(self._ids))
        return next((row for row in rows if self.head_at(row) is None), 0)

    @property
    def records(self) -> int:
        """The number of records, also of those in closed groups."""
        return self.groups.count if self.groups else len(self._ids)

    def number_of(self, row: int) -> int:
        """Which of all records stands at `row`, from 0; -1 for a group row or the new line."""
        if not 0 <= row < len(self._ids):
            return -1
        return self.groups.number_of(row) if self.groups else row

    def head_at(self, row: int) -> Head | None:
        """The group whose row is at `row`, None for a record's."""
        if not self.groups or not 0 <= row < len(self._ids):
            return None
        return self.groups.head_of(self._ids[row])

    def head_cells(self, head: Head) -> HeadCells:
        """A group row as it is painted."""
        found = self._head_cells.get(head.way)
        if found is None:
            source = self.source
            assert isinstance(source, GroupedSource)
            found = self._head_cells[head.way] = source.head_cells(head)
        return found

    def fold(self, ways: Iterable[Way], *, shut: bool | None = None) -> None:
        """Close or open groups, None: each the other way round."""
        if self.groups.fold(ways, shut=shut):
            self._replace(self.groups.lines())
            self.folded.emit(tuple(sorted(self.groups.closed)))

    def set_closed(self, ways: Iterable[Way]) -> None:
        """Take up which groups are closed, as `folded` told it."""
        self.groups.closed = set(ways)
        if self.groups:
            self._replace(self.groups.lines())

    @property
    def new_row(self) -> int:
        """The row of the new line, -1 where there is none."""
        return len(self._ids) if self.source.can_create else -1

    def rowid_at(self, row: int) -> int | None:
        """The rowid at `row`, None for the new line, a group row, or outside."""
        if not 0 <= row < len(self._ids):
            return None
        line = self._ids[row]
        return None if self.groups and line <= UNREAD else line

    def row_at(self, row: int) -> GridRow | None:
        """The row at `row` if it has been read."""
        rowid = self.rowid_at(row)
        return None if rowid is None else self._cache.get(rowid)

    def id_at(self, row: int) -> str:
        """The record's id at `row`; empty while it has not been read."""
        found = self.row_at(row)
        return "" if found is None else found.id

    def row_of(self, rowid: int, near: int = 0) -> int:
        """Where `rowid` stands now, -1 if it does not; looked for round `near` first."""
        start = max(0, near - PAGE)
        try:
            return start + self._ids[start : near + PAGE].index(rowid)
        except ValueError:
            pass
        try:
            return self._ids.index(rowid)
        except ValueError:
            return -1

    def row_of_way(self, way: Way) -> int:
        """Where the row of a group is, -1 if it is not in sight."""
        line = self.groups.line_of(way)
        return -1 if line is None else self.row_of(line)

    def row_of_id(self, id_: str) -> int:
        """Where the record stands, -1 if it is not among the rows that were read."""
        rowid = self._cache.rowid_of(id_)
        return -1 if rowid is None else self.row_of(rowid)

    def read_now(self, rowids: Sequence[int], then: Callable[[], None]) -> None:
        """Read these rows again and call `then` when they are there."""

        source = self.source

        def answer(rows: Sequence[GridRow]) -> None:
            if self.source is source:
                self._cache.keep(rows)
                then()

        if rowids:
            source.rows(rowids[:KEPT], answer)
        else:
            then()

    def with_rows(
        self, rowids: Iterable[int], then: Callable[[Mapping[int, GridRow]], None]
    ) -> None:
        """Call `then` with these rows, those that have not been seen yet read before."""
        known: dict[int, GridRow] = {}
        missing: list[int] = []
        for rowid in rowids:
            row = self._cache.get(rowid)
            if row is None:
                missing.append(rowid)
            else:
                known[rowid] = row

        def answer(rows: Sequence[GridRow]) -> None:
            known.update((row.rowid, row) for row in rows)
            then(known)

        if missing:
            self.source.rows(missing, answer)
        else:
            then(known)

    # -- announcing

    def announce_all(self) -> None:
        """Tell that any cell in sight may have changed."""
        if self._ids and self.columns:
            first, last = self._cache.seen
            # What was seen last may be gone: the list has become shorter.
            end = len(self._ids) - 1
            top = min(max(first, 0), end)
            bottom = min(max(last, top), end)
            self.dataChanged.emit(self.index(top, 0), self.index(bottom, len(self.columns) - 1))

    def _announce(self, row: int, column: int) -> None:
        index = self.index(row, column)
        self.dataChanged.emit(index, index)

    def _announce_row(self, row: int) -> None:
        if row >= 0 and self.columns:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))

    def announce_rowid(self, rowid: int) -> None:
        """Tell that a row may have changed."""
        self._announce_row(self.row_of(rowid, max(self._cache.seen[0], 0)))
