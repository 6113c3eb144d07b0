"""The grid's model as Qt asks for it, and what is being entered."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from crmdesk.gui.drafts import Drafts
from crmdesk.gui.grid.draft import Draft
from crmdesk.gui.grid.entries import Entries, KeepsDrafts
from crmdesk.gui.grid.groups import UNREAD
from crmdesk.gui.grid.lines import GridLines
from crmdesk.gui.grid.source import (
    EMPTY,
    Chosen,
    Entry,
    Fresh,
    GridCell,
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


class GridModel(GridLines):
    """The lines of a grid as Qt asks for them, and what is being entered.

    What was entered and refused lies over the stored cells until it is entered anew or
    discarded. The last row, where the source can create, is the new line.
    """

    # A value was refused: row, column, reason.
    refused = Signal(int, int, str)
    # The new line became a record: its row and id.
    created = Signal(int, str)

    def __init__(
        self, source: GridSource, *, new_label: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(source, parent)
        self.new_label = new_label or _("New")
        self._draft = Draft()
        # What the next new record has besides what is typed: the values of its group.
        self.preset: dict[str, Entry] = {}
        self.entries = Entries(self, self._cache)
        self._drafts: Drafts | None = None
        self._take_kept_line()

    def _forget_entries(self) -> None:
        self.entries.forget()
        self._draft.clear()
        self.preset.clear()
        self._take_kept_line()

    def _take_kept_line(self) -> None:
        """Put into the new line what was typed there before and did not become a record."""
        if isinstance(self.source, KeepsDrafts):
            if self._drafts is not self.source.drafts:
                self._drafts = self.source.drafts
                self._drafts.changed.connect(self._draft_changed)
            column_of = {spec.path: at for at, spec in enumerate(self.columns)}
            for path, text in self.source.drafts.line(self.source.draft_key).items():
                if path in column_of:
                    self._draft.put(column_of[path], text)

    def _draft_changed(self, entity: str, record: str, path: str) -> None:
        if entity == self.source.entity:
            self.entries.draft_changed(record, path)

    def _keep_line(self) -> None:
        if isinstance(self.source, KeepsDrafts):
            self.source.drafts.put_line(self.source.draft_key, self._draft.texts(self.columns))

    # -- asking

    def cell(self, row: int, column: int) -> GridCell:
        """The cell as it is shown, with what was refused in its place."""
        if row == len(self._ids):
            return self._draft.cells.get(column, EMPTY)
        rowid = self._ids[row]
        if rowid <= UNREAD and self.groups:
            return self._head_cell(rowid, column)
        over = self.entries.over.get((rowid, column))
        if over is not None:
            return over
        found = self._cache.get(rowid)
        return EMPTY if found is None else found.cells[column]

    def _head_cell(self, line: int, column: int) -> GridCell:
        head = self.groups.head_of(line)
        if head is None:
            return EMPTY
        cells = self.head_cells(head)
        if column == 0:
            return GridCell(f"{cells.label.text} ({head.size:,})")
        return GridCell(cells.below.get(self.columns[column].path, ""))

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
            self._keep_line()
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
            self._keep_line()
            self._announce_row(row)
            self.entries.next_unmade()
            return had
        rowid = self.rowid_at(row)
        if rowid is None or not self.entries.discard(rowid, column):
            return False
        self._announce(row, column)
        return True

    def take_back(self) -> bool:
        """Take what was entered last out of the new line; True if there was something."""
        if not self._draft.take_last():
            return False
        self._keep_line()
        self._announce_row(self.new_row)
        if not self._draft:
            self.entries.next_unmade()
        return True

    def put(self, column: int, entry: Entry) -> None:
        """Enter something into the new line; an empty text takes out what is there."""
        if entry == "":
            self._draft.empty(column)
        else:
            self._draft.put(column, entry)
        self._keep_line()
        self._announce(self.new_row, column)

    def offer_draft(self, unmade: Unmade) -> None:
        """Put a row of which no record could be made into the new line, with the reasons."""
        column_of = {spec.path: at for at, spec in enumerate(self.columns)}
        for path, entry in unmade.entries.items():
            if path in column_of:
                self._draft.put(column_of[path], entry)
        self._keep_line()
        self._not_made(self.source, unmade.reasons)

    def add_rows(self, rowids: Iterable[int]) -> None:
        """Show new records at the end until the list is read again."""
        self._stay(rowids)

    def toggle(self, row: int, column: int) -> None:
        """Turn a yes/no cell over."""
        value = not self.cell(row, column).value
        self.enter(row, column, Chosen(value))

    def delete_rows(self, rows: Iterable[int]) -> None:
        """Delete the records of these rows as one step."""
        found = (self.rowid_at(row) for row in rows)
        rowids = [rowid for rowid in found if rowid is not None]
        if rowids:
            self.with_rows(rowids, self._delete_known)

    def _delete_known(self, rows: Mapping[int, GridRow]) -> None:
        gone = set(rows)
        ids = [row.id for row in rows.values()]
        self.source.delete(ids, lambda: self._deleted(gone), self.failed.emit)

    def _deleted(self, gone: set[int]) -> None:
        if self.groups:
            self.reload()
            return
        self._replace(array("q", (rowid for rowid in self._ids if rowid not in gone)))

    def create(self) -> bool:
        """Make a record of the new line; True if there was anything in it."""
        if not self._draft.ready:
            if not self._draft.sent:
                self.preset.clear()
            return False
        self._draft.sent = True
        values = {**self.preset, **self._draft.values(self.columns)}
        made, not_made = partial(self._made, self.source), partial(self._not_made, self.source)
        if any(isinstance(entry, Fresh) for entry in values.values()):
            self.entries.create(values, made, not_made)
        else:
            self.source.create(values, made, not_made)
        return True

    def _made(self, source: GridSource, row: GridRow) -> None:
        if source is not self.source:
            # Another list is shown by now; that one's line is free again.
            if isinstance(source, KeepsDrafts):
                source.drafts.put_line(source.draft_key, {})
            return
        self._draft.clear()
        self._keep_line()
        self.preset.clear()
        self._cache.keep([row])
        # The write may have been announced, and the rows read again, before this answer.
        self._stay([row.rowid])
        self._announce_row(self.new_row)
        self.created.emit(self.row_of(row.rowid), row.id)
        self.entries.next_unmade()

    def _not_made(self, source: GridSource, reasons: Mapping[str, str]) -> None:
        if source is not self.source:
            # What was typed is kept in that one's line.
            return
        column, reason = self._draft.refuse(self.columns, reasons)
        self._announce_row(self.new_row)
        self.refused.emit(self.new_row, column, reason)

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
        editable = self.columns[index.column()].editable and self.head_at(index.row()) is None
        return _FLAGS_EDIT if editable else _FLAGS

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
            if self.columns[index.column()].kind != "boolean" or self.head_at(index.row()):
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
            number = self.number_of(section)
            return str(number + 1) if number >= 0 else "+" if section >= len(self._ids) else ""
        return None
