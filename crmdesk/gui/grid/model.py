"""The grid's model: ids of all rows, a cache of the rows seen, and what is being entered."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from crmdesk.gui.grid.differences import Span, changed_span
from crmdesk.gui.grid.draft import Draft
from crmdesk.gui.grid.entries import Entries
from crmdesk.gui.grid.rowcache import KEPT, PAGE, RowCache
from crmdesk.gui.grid.source import (
    EMPTY,
    Cancel,
    Chosen,
    Entry,
    GridCell,
    GridColumn,
    GridRow,
    GridSource,
    Unmade,
)
from crmdesk.i18n import _

# Plain ints: comparing with an enum's member costs more than the rest of data().
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_EDIT = int(Qt.ItemDataRole.EditRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_CHECK = int(Qt.ItemDataRole.CheckStateRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_HORIZONTAL = Qt.Orientation.Horizontal

Index = QModelIndex
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_FLAGS_EDIT = _FLAGS | Qt.ItemFlag.ItemIsEditable
_ROOT = QModelIndex()


class GridModel(QAbstractTableModel):
    """Rows of a source, fetched a page at a time as they are looked at.

    Old rows stay until the new ones are there; each load has a number, and an answer to an
    earlier load is thrown away. What was entered and refused lies over the stored cells until it
    is entered anew or discarded. The last row, where the source can create, is the new line.
    """

    # All ids of the newest load are there.
    loaded = Signal()
    # A value was refused: row, column, reason.
    refused = Signal(int, int, str)
    # The new line became a record: its row and id.
    created = Signal(int, str)
    # Something that concerns no single cell went wrong.
    failed = Signal(str)

    def __init__(
        self, source: GridSource, *, new_label: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.new_label = new_label or _("New")
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
        self._late: array[int] | None = None
        self._draft = Draft()
        self._cache = RowCache(self, self._ask_rows, self.announce_all)
        self.entries = Entries(self, self._cache)

    # -- loading

    def set_source(self, source: GridSource) -> None:
        """Show another source; the columns change at once, the rows when they have come."""
        self._drop_requests()
        self.beginResetModel()
        self.source = source
        self.columns = tuple(source.columns)
        self._ids = array("q")
        self._cache.forget()
        self.entries.forget()
        self._draft.clear()
        self.ready = False
        self.endResetModel()
        self.reload(fresh=True)

    def reload(self, *, fresh: bool = False) -> None:
        """Ask for the ids again: another order, a filter, or rows that came or went.

        `fresh` is for another order or filter: the first page is shown as soon as it is there.
        Without it the view stays where it is until all ids have come.
        """
        self._drop_requests()
        self._load += 1
        self._late = None
        number = self._load
        self._cache.new_round()
        if fresh:
            self._cancels.append(self.source.first_page(partial(self._first_arrived, number)))
        self._cancels.append(self.source.ids(partial(self._ids_arrived, number)))

    def refresh(self, ids: Iterable[str] | None = None) -> None:
        """Read rows again that are shown and may have changed; None means all."""
        self._cache.refresh(self._ids, ids)

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

    def _ids_arrived(self, number: int, ids: array[int]) -> None:
        if number != self._load:
            return
        self._ready_load = number
        if self._held:
            self._late = ids
            return
        self._replace(ids)
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
            self._replace(late)
            self.ready = True
            self.loaded.emit()

    def _replace(self, new: array[int]) -> None:
        span = changed_span(self._ids, new)
        if span is None:
            return
        if span.wholesale:
            self.beginResetModel()
            self._ids = new
            self.endResetModel()
            return
        self._splice(span, new)

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
        """The number of records, without the new line."""
        return len(self._ids)

    @property
    def new_row(self) -> int:
        """The row of the new line, -1 where there is none."""
        return len(self._ids) if self.source.can_create else -1

    def rowid_at(self, row: int) -> int | None:
        """The rowid at `row`, None for the new line or outside."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

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

    def row_of_id(self, id_: str) -> int:
        """Where the record stands, -1 if it is not among the rows that were read."""
        rowid = self._cache.rowid_of(id_)
        return -1 if rowid is None else self.row_of(rowid)

    def cell(self, row: int, column: int) -> GridCell:
        """The cell as it is shown, with what was refused in its place."""
        if row == len(self._ids):
            return self._draft.cells.get(column, EMPTY)
        rowid = self._ids[row]
        over = self.entries.over.get((rowid, column))
        if over is not None:
            return over
        found = self._cache.get(rowid)
        return EMPTY if found is None else found.cells[column]

    @property
    def overlaid(self) -> Mapping[tuple[int, int], GridCell]:
        """The cells, by rowid and column, that show something not stored (yet)."""
        return self.entries.over

    @property
    def draft(self) -> Mapping[int, GridCell]:
        """The cells of the new line by column."""
        return self._draft.cells

    # -- entering

    def enter(self, row: int, column: int, entry: Entry) -> None:
        """Write what was entered; the cell shows it at once, and keeps it when it is refused."""
        if row == self.new_row:
            self._draft.put(column, entry)
            self._announce(row, column)
            return
        rowid = self.rowid_at(row)
        found = self.row_at(row)
        if rowid is None or found is None:
            return
        self.entries.enter(rowid, found, column, entry)
        self._announce(row, column)

    def tell_refusal(self, key: tuple[int, int], reason: str) -> None:
        """Tell that the cell of that rowid and column was refused, if it is still in the list."""
        row = self.row_of(key[0], max(self._cache.seen[0], 0))
        if row >= 0:
            self._announce(row, key[1])
            self.refused.emit(row, key[1], reason)

    def discard(self, row: int, column: int) -> bool:
        """Drop what was entered and refused there; True if there was something to drop."""
        if row == self.new_row:
            had = bool(self._draft)
            self._draft.clear()
            self._announce_row(row)
            self.entries.next_unmade()
            return had
        rowid = self.rowid_at(row)
        if rowid is None or not self.entries.discard(rowid, column):
            return False
        self._announce(row, column)
        return True

    def put(self, column: int, entry: Entry) -> None:
        """Enter something into the new line; an empty text takes out what is there."""
        if entry == "":
            self._draft.empty(column)
        else:
            self._draft.put(column, entry)
        self._announce(self.new_row, column)

    def offer_draft(self, unmade: Unmade) -> None:
        """Put a row of which no record could be made into the new line, with the reasons."""
        column_of = {spec.path: at for at, spec in enumerate(self.columns)}
        for path, entry in unmade.entries.items():
            if path in column_of:
                self._draft.put(column_of[path], entry)
        self._not_made(unmade.reasons)

    def add_rows(self, rowids: Iterable[int]) -> None:
        """Show new records at the end until the list is read again."""
        fresh = [rowid for rowid in rowids if self.row_of(rowid) < 0]
        if fresh:
            self._replace(self._ids + array("q", fresh))

    def read_now(self, rowids: Sequence[int], then: Callable[[], None]) -> None:
        """Read these rows again and call `then` when they are there."""

        def answer(rows: Sequence[GridRow]) -> None:
            self._cache.keep(rows)
            then()

        if rowids:
            self.source.rows(rowids[:KEPT], answer)
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

    def toggle(self, row: int, column: int) -> None:
        """Turn a yes/no cell over."""
        value = not self.cell(row, column).value
        self.enter(row, column, Chosen(value))

    def delete_rows(self, rows: Iterable[int]) -> None:
        """Delete the records of these rows as one step."""
        rowids = [self._ids[row] for row in rows if 0 <= row < len(self._ids)]
        if rowids:
            self.with_rows(rowids, self._delete_known)

    def _delete_known(self, rows: Mapping[int, GridRow]) -> None:
        gone = set(rows)
        ids = [row.id for row in rows.values()]
        self.source.delete(ids, lambda: self._deleted(gone), self.failed.emit)

    def _deleted(self, gone: set[int]) -> None:
        self._replace(array("q", (rowid for rowid in self._ids if rowid not in gone)))

    def create(self) -> bool:
        """Make a record of the new line; True if there was anything in it."""
        if not self._draft.ready:
            return False
        self._draft.sent = True
        self.source.create(self._draft.values(self.columns), self._made, self._not_made)
        return True

    def _made(self, row: GridRow) -> None:
        self._draft.clear()
        self._cache.keep([row])
        # The write may have been announced, and the rows read again, before this answer.
        at = self.row_of(row.rowid)
        if at < 0:
            at = len(self._ids)
            self._replace(self._ids + array("q", [row.rowid]))
        self._announce_row(self.new_row)
        self.created.emit(at, row.id)
        self.entries.next_unmade()

    def _not_made(self, reasons: Mapping[str, str]) -> None:
        column, reason = self._draft.refuse(self.columns, reasons)
        self._announce_row(self.new_row)
        self.refused.emit(self.new_row, column, reason)

    # -- announcing

    def announce_all(self) -> None:
        """Tell that any cell in sight may have changed."""
        if self._ids and self.columns:
            first, last = self._cache.seen
            top = self.index(max(first, 0), 0)
            bottom = self.index(min(max(last, 0), len(self._ids) - 1), len(self.columns) - 1)
            self.dataChanged.emit(top, bottom)

    def _announce(self, row: int, column: int) -> None:
        index = self.index(row, column)
        self.dataChanged.emit(index, index)

    def _announce_row(self, row: int) -> None:
        if row >= 0 and self.columns:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))

    def announce_rowid(self, rowid: int) -> None:
        """Tell that a row may have changed."""
        self._announce_row(self.row_of(rowid, max(self._cache.seen[0], 0)))

    # -- Qt

    def rowCount(self, parent: Any = _ROOT) -> int:
        if parent.isValid():
            return 0
        return len(self._ids) + (1 if self.source.can_create else 0)

    def columnCount(self, parent: Any = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Any) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _FLAGS_EDIT if self.columns[index.column()].editable else _FLAGS

    def data(self, index: Any, role: int = _DISPLAY) -> Any:
        if role == _DISPLAY:
            row = index.row()
            if row == len(self._ids) and not self._draft:
                return self.new_label if index.column() == 0 else ""
            return self.cell(row, index.column()).text
        if role == _ALIGNMENT:
            return _RIGHT if self.columns[index.column()].numeric else None
        if role == _EDIT:
            cell = self.cell(index.row(), index.column())
            return cell.text if cell.edit is None else cell.edit
        if role == _TOOL_TIP:
            return self.cell(index.row(), index.column()).reason or None
        if role == _CHECK:
            if self.columns[index.column()].kind != "boolean":
                return None
            checked = self.cell(index.row(), index.column()).value
            return Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked
        if role == _ACCESSIBLE:
            return self._spoken(index.row(), index.column())
        return None

    def _spoken(self, row: int, column: int) -> str:
        if row == self.new_row and not self._draft:
            return self.new_label
        cell = self.cell(row, column)
        title = self.columns[column].title
        text = cell.text
        if self.columns[column].kind == "boolean":
            text = _("yes") if cell.value else _("no")
        if cell.state == "refused":
            return f"{title}: {text}. {cell.reason}"
        return f"{title}: {text}" if title else text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if role in {_DISPLAY, _ACCESSIBLE} and section >= 0:
            if orientation == _HORIZONTAL:
                return self.columns[section].title if section < len(self.columns) else None
            return str(section + 1) if section < len(self._ids) else "+"
        return None
