"""The grid's model: ids of all rows, a cache of the rows seen, and what is being entered."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, QTimer, Signal

from crmdesk.gui.grid.differences import Span, changed_span
from crmdesk.gui.grid.source import (
    EMPTY,
    Cancel,
    CellChange,
    Chosen,
    Entry,
    GridCell,
    GridColumn,
    GridRow,
    GridSource,
)
from crmdesk.i18n import _

PAGE = 100
_KEPT_ROWS = 60 * PAGE

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
        self._rows: dict[int, GridRow] = {}
        self._rowid_of: dict[str, int] = {}
        self._asked: set[int] = set()
        self._wanted: set[int] = set()
        self._load = 0
        self._cancels: list[Cancel] = []
        self._over: dict[tuple[int, int], GridCell] = {}
        self._entries: dict[tuple[int, int], int] = {}
        self._entry_number = 0
        self._draft: dict[int, GridCell] = {}
        self._draft_entries: dict[int, Entry] = {}
        self._creating = False
        self._last_span = (-1, -1)
        self._fetch_soon = QTimer(self)
        self._fetch_soon.setSingleShot(True)
        self._fetch_soon.setInterval(0)
        self._fetch_soon.timeout.connect(self._fetch)

    # -- loading

    def set_source(self, source: GridSource) -> None:
        """Show another source; the columns change at once, the rows when they have come."""
        self._drop_requests()
        self.beginResetModel()
        self.source = source
        self.columns = tuple(source.columns)
        self._ids = array("q")
        self._forget_rows()
        self._over.clear()
        self._draft.clear()
        self._draft_entries.clear()
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
        number = self._load
        self._asked.clear()
        if fresh:
            self._cancels.append(self.source.first_page(partial(self._first_arrived, number)))
        self._cancels.append(self.source.ids(partial(self._ids_arrived, number)))

    def refresh(self, ids: Iterable[str] | None = None) -> None:
        """Read rows again that are shown and may have changed; None means all."""
        if ids is None:
            stale = set(self._rows)
        else:
            stale = {rowid for id_ in ids if (rowid := self._rowid_of.get(id_)) is not None}
        # They stay in sight as they were until the answer comes.
        self._asked -= stale
        first, last = self._last_span
        seen = set(self._ids[max(first, 0) : last + 1]) if last >= 0 else set()
        for rowid in stale - seen:
            self._drop_row(rowid)
        self._want(stale & seen)

    def _drop_requests(self) -> None:
        for cancel in self._cancels:
            cancel()
        self._cancels.clear()

    def _first_arrived(self, number: int, rows: Sequence[GridRow]) -> None:
        if number != self._load or self.ready_for == number:
            return
        self._keep(rows)
        self._replace(array("q", (row.rowid for row in rows)))

    def _ids_arrived(self, number: int, ids: array[int]) -> None:
        if number != self._load:
            return
        self.ready_for = number
        self._replace(ids)
        self.ready = True
        self.loaded.emit()

    # The load whose ids are all there.
    ready_for = 0

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

    # -- the cache

    def _forget_rows(self) -> None:
        self._rows.clear()
        self._rowid_of.clear()
        self._asked.clear()
        self._wanted.clear()

    def _drop_row(self, rowid: int) -> None:
        row = self._rows.pop(rowid, None)
        if row is not None:
            self._rowid_of.pop(row.id, None)

    def _keep(self, rows: Iterable[GridRow]) -> None:
        for row in rows:
            # Taken out first: a dict's order is then the order in which rows were last read.
            self._rows.pop(row.rowid, None)
            self._rows[row.rowid] = row
            self._rowid_of[row.id] = row.rowid
        surplus = len(self._rows) - _KEPT_ROWS
        if surplus > 0:
            for rowid in list(self._rows)[:surplus]:
                self._drop_row(rowid)
                self._asked.discard(rowid)

    def rows_between(self, first: int, last: int) -> list[GridRow | None]:
        """The rows from `first` to `last`; those not read yet are None and are asked for."""
        last = min(last, len(self._ids) - 1)
        rows = self._rows
        if (first, last) != self._last_span:
            self._touch(first, last)
        return [rows.get(rowid) for rowid in self._ids[first : last + 1]]

    def _touch(self, first: int, last: int) -> None:
        forward = first >= self._last_span[0]
        self._last_span = (first, last)
        # Whole pages, and half a page ahead in the direction of travel.
        start = max(0, (first - (0 if forward else PAGE // 2)) // PAGE * PAGE)
        stop = ((last + (PAGE // 2 if forward else 0)) // PAGE + 1) * PAGE
        ids = self._ids[start:stop]
        self._want(rowid for rowid in ids if rowid not in self._rows)

    def _want(self, rowids: Iterable[int]) -> None:
        self._wanted.update(rowid for rowid in rowids if rowid not in self._asked)
        if self._wanted and not self._fetch_soon.isActive():
            self._fetch_soon.start()

    def _fetch(self) -> None:
        wanted = list(self._wanted)
        self._wanted.clear()
        if not wanted:
            return
        self._asked.update(wanted)
        self.source.rows(wanted, partial(self._rows_arrived, self._load, wanted))

    def _rows_arrived(self, number: int, wanted: list[int], rows: Sequence[GridRow]) -> None:
        if number != self._load:
            return
        self._asked.difference_update(wanted)
        self._keep(rows)
        self._announce_all()

    def _announce_all(self) -> None:
        if self._ids and self.columns:
            first, last = self._last_span
            top = self.index(max(first, 0), 0)
            bottom = self.index(min(max(last, 0), len(self._ids) - 1), len(self.columns) - 1)
            self.dataChanged.emit(top, bottom)

    # -- asking

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
        return None if rowid is None else self._rows.get(rowid)

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
        rowid = self._rowid_of.get(id_)
        return -1 if rowid is None else self.row_of(rowid)

    def cell(self, row: int, column: int) -> GridCell:
        """The cell as it is shown, with what was refused in its place."""
        if row == len(self._ids):
            return self._draft.get(column, EMPTY)
        rowid = self._ids[row]
        over = self._over.get((rowid, column))
        if over is not None:
            return over
        found = self._rows.get(rowid)
        return EMPTY if found is None else found.cells[column]

    @property
    def overlaid(self) -> Mapping[tuple[int, int], GridCell]:
        """The cells, by rowid and column, that show something not stored (yet)."""
        return self._over

    @property
    def draft(self) -> Mapping[int, GridCell]:
        """The cells of the new line by column."""
        return self._draft

    # -- entering

    def enter(self, row: int, column: int, entry: Entry) -> None:
        """Write what was entered; the cell shows it at once, and keeps it when it is refused."""
        if row == self.new_row:
            self._draft[column] = _pending(entry, self.columns[column])
            self._draft_entries[column] = entry
            self._announce(row, column)
            return
        rowid = self.rowid_at(row)
        found = self.row_at(row)
        if rowid is None or found is None:
            return
        self._entry_number += 1
        number = self._entry_number
        key = (rowid, column)
        self._entries[key] = number
        self._over[key] = _pending(entry, self.columns[column])
        self._announce(row, column)
        self.source.commit(
            found.id,
            self.columns[column].path,
            entry,
            partial(self._entered, key, number),
            partial(self._entry_refused, key, number),
        )

    def _entered(self, key: tuple[int, int], number: int, row: GridRow | None) -> None:
        if self._entries.get(key) != number:
            return
        del self._entries[key]
        if row is not None:
            self._keep([row])
            self._over.pop(key, None)
        else:
            # Shown as entered until the row has been read again.
            self._asked.discard(key[0])
            self.source.rows([key[0]], partial(self._reread, key, number))
        self._announce_rowid(key[0])

    def _reread(self, key: tuple[int, int], number: int, rows: Sequence[GridRow]) -> None:
        if key not in self._entries:
            self._over.pop(key, None)
        self._keep(rows)
        self._announce_rowid(key[0])

    def _entry_refused(self, key: tuple[int, int], number: int, reason: str) -> None:
        if self._entries.get(key) != number:
            return
        del self._entries[key]
        shown = self._over.get(key, EMPTY)
        self._over[key] = shown._replace(state="refused", reason=reason)
        row = self.row_of(key[0], max(self._last_span[0], 0))
        if row >= 0:
            self._announce(row, key[1])
            self.refused.emit(row, key[1], reason)

    def discard(self, row: int, column: int) -> bool:
        """Drop what was entered and refused there; True if there was something to drop."""
        if row == self.new_row:
            had = bool(self._draft)
            self._draft.clear()
            self._draft_entries.clear()
            self._announce_row(row)
            return had
        rowid = self.rowid_at(row)
        if rowid is None or self._over.pop((rowid, column), None) is None:
            return False
        self._entries.pop((rowid, column), None)
        self._announce(row, column)
        return True

    def clear(self, cells: Iterable[tuple[int, int]]) -> None:
        """Empty these cells (row, column) as one step; those that cannot be edited stay."""
        changes: list[CellChange] = []
        single: list[tuple[int, int]] = []
        for row, column in cells:
            if not self.columns[column].editable:
                continue
            if row == self.new_row:
                self._draft.pop(column, None)
                self._draft_entries.pop(column, None)
                self._announce(row, column)
            elif id_ := self.id_at(row):
                changes.append(CellChange(id_, self.columns[column].path, ""))
                single.append((row, column))
        if len(changes) == 1:
            self.enter(*single[0], "")
        elif changes:
            for row, column in single:
                self._over.pop((self._ids[row], column), None)
            self.source.commit_many(changes, self._many_entered, self.failed.emit)

    def _many_entered(self, rows: Sequence[GridRow]) -> None:
        self._keep(rows)
        self._announce_all()

    def toggle(self, row: int, column: int) -> None:
        """Turn a yes/no cell over."""
        value = not self.cell(row, column).value
        self.enter(row, column, Chosen(value))

    def delete_rows(self, rows: Iterable[int]) -> None:
        """Delete the records of these rows as one step."""
        ids = [id_ for row in rows if (id_ := self.id_at(row))]
        if ids:
            self.source.delete(ids, lambda: self._deleted(ids), self.failed.emit)

    def _deleted(self, ids: Sequence[str]) -> None:
        gone = {self._rowid_of[id_] for id_ in ids if id_ in self._rowid_of}
        if gone:
            self._replace(array("q", (rowid for rowid in self._ids if rowid not in gone)))

    def create(self) -> bool:
        """Make a record of the new line; True if there was anything in it."""
        if not self._draft_entries or self._creating:
            return False
        self._creating = True
        values = {self.columns[column].path: entry for column, entry in self._draft_entries.items()}
        self.source.create(values, self._made, self._not_made)
        return True

    def _made(self, row: GridRow) -> None:
        self._creating = False
        self._draft.clear()
        self._draft_entries.clear()
        self._keep([row])
        # The write may have been announced, and the rows read again, before this answer.
        at = self.row_of(row.rowid)
        if at < 0:
            at = len(self._ids)
            self._replace(self._ids + array("q", [row.rowid]))
        self._announce_row(self.new_row)
        self.created.emit(at, row.id)

    def _not_made(self, reasons: Mapping[str, str]) -> None:
        self._creating = False
        whole = reasons.get("", "")
        told = False
        for column, spec in enumerate(self.columns):
            reason = reasons.get(spec.path, "")
            cell = self._draft.get(column, EMPTY)
            if reason:
                self._draft[column] = cell._replace(state="refused", reason=reason)
                if not told:
                    self.refused.emit(self.new_row, column, reason)
                told = True
            elif cell.state == "refused":
                self._draft[column] = cell._replace(state="", reason="")
        if not told:
            known = {spec.path for spec in self.columns}
            others = [text for path, text in reasons.items() if path and path not in known]
            reason = " ".join(filter(None, [whole, *others]))
            column = min(self._draft, default=0)
            self._draft[column] = self._draft.get(column, EMPTY)._replace(
                state="refused", reason=reason
            )
            self.refused.emit(self.new_row, column, reason)
        self._announce_row(self.new_row)

    # -- announcing

    def _announce(self, row: int, column: int) -> None:
        index = self.index(row, column)
        self.dataChanged.emit(index, index)

    def _announce_row(self, row: int) -> None:
        if row >= 0 and self.columns:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))

    def _announce_rowid(self, rowid: int) -> None:
        self._announce_row(self.row_of(rowid, max(self._last_span[0], 0)))

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


def _pending(entry: Entry, column: GridColumn) -> GridCell:
    """The cell as it looks between the key press and the source's answer."""
    if isinstance(entry, Chosen):
        return GridCell(entry.text, entry.value)
    return GridCell(entry, edit=entry)
