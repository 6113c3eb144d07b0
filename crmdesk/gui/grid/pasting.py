"""Pastes what the clipboard holds into a grid: over cells, beyond the end as new records."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from crmdesk.gui.grid.clipboard import decode, decode_html
from crmdesk.gui.grid.copying import Copied, entry_of, forget_cut, last_copied
from crmdesk.gui.grid.ranges import Block
from crmdesk.gui.grid.source import Entry, GridCell, GridColumn, RowEntries
from crmdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

MOST_PASTED = 200_000
"""The most cells that are pasted at once; more is a matter for an import, with its report."""

# One cell that came: text of another program, or a cell of ours with its column.
Came = str | tuple[GridColumn, GridCell]


def came(offered: QMimeData) -> list[list[Came]]:
    """The cells on the clipboard: our own values, else tab-separated text, else a table."""
    copied = last_copied()
    if copied is not None:
        return [list(zip(copied.columns, row, strict=True)) for row in copied.cells]
    if offered.hasText() and offered.text():
        return [list(row) for row in decode(offered.text())]
    if offered.hasHtml():
        return [list(row) for row in decode_html(offered.html())]
    return []


def paste(view: GridView) -> bool:
    """Paste the clipboard at the selection, as one step."""
    table = came(QGuiApplication.clipboard().mimeData())
    if not table or not table[0]:
        return False
    return Pasting(view, table, last_copied()).run()


class Pasting:
    """One paste: where each cell goes, and what cannot go anywhere.

    One value fills all selected cells; a block is repeated where the selection is a multiple of
    it; any other begins at the selection's first cell and goes as far as it needs.
    """

    def __init__(
        self, view: GridView, table: Sequence[Sequence[Came]], copied: Copied | None
    ) -> None:
        self._view = view
        self._table = table
        self._copied = copied
        self._cells: dict[int, dict[int, Entry]] = {}
        self._new: list[dict[str, Entry]] = []
        self._locked: dict[str, int] = {}
        self._beyond = 0

    def run(self) -> bool:
        """Write it; False where there is nothing to write."""
        view, grid = self._view, self._view.grid
        single = len(self._table) == len(self._table[0]) == 1
        row, column = view.current()
        if row < 0:
            return False
        if single and row == grid.new_row:
            return self._into_new_line(column)
        blocks = view.ranges.blocks()
        if single and len(blocks) > 0:
            wanted = sum(block.cells for block in blocks)
        else:
            blocks = [self._target(view.ranges.block() or Block(range(row, row + 1), (column,)))]
            wanted = blocks[0].cells
        if max(wanted, len(self._table) * len(self._table[0])) > MOST_PASTED:
            view.told.emit(
                _("{count} cells are too many to be pasted; import the file instead.").format(
                    count=f"{wanted:,}"
                )
            )
            return False
        for block in blocks:
            self._lay(block)
        if not single:
            # Rows of a grouped list lie between: the selection shows what was reached.
            last = min(blocks[0].rows[-1], grid.total - 1)
            if last >= blocks[0].rows[0]:
                view.ranges.select(Block(range(blocks[0].rows[0], last + 1), blocks[0].columns))
        self._tell()
        if not self._cells and not self._new:
            return False
        self._write()
        return True

    def _into_new_line(self, column: int) -> bool:
        spec = self._view.grid.columns[column]
        if not spec.editable:
            self._lock(spec)
            self._tell()
            return False
        self._view.grid.put(column, self._entry(0, 0, spec))
        return True

    def _target(self, selected: Block) -> Block:
        """Where the table goes: it is repeated to fill a multiple of itself."""
        tall, wide = len(self._table), len(self._table[0])
        fits = not len(selected.rows) % tall and not len(selected.columns) % wide
        if fits and selected.cells > 1:
            return selected
        seen = self._view.columns.in_sight()
        first = seen.index(selected.columns[0])
        columns = seen[first : first + wide]
        self._beyond = wide - len(columns)
        start = selected.rows[0]
        return Block(range(start, start + tall), columns)

    def _entry(self, line: int, place: int, to: GridColumn) -> Entry:
        tall, wide = len(self._table), len(self._table[0])
        one = self._table[line % tall][place % wide]
        return one if isinstance(one, str) else entry_of(one[0], one[1], to)

    def _lay(self, block: Block) -> None:
        grid = self._view.grid
        specs = [grid.columns[column] for column in block.columns]
        places = [(n, column) for n, column in enumerate(block.columns) if specs[n].editable]
        for spec in specs:
            if not spec.editable:
                self._lock(spec, len(block.rows))
        table, tall, wide = self._table, len(self._table), len(self._table[0])
        plan = [(n % wide, column, specs[n]) for n, column in places]
        for line, row in enumerate(self._rows(block)):
            given = table[line % tall]
            # Text is itself the entry: ten thousand cells are laid while the window waits.
            entries = {
                column: one if isinstance(one := given[n], str) else entry_of(one[0], one[1], spec)
                for n, column, spec in plan
            }
            rowid = None if row is None else grid.rowid_at(row)
            if row is None:
                filled = {
                    grid.columns[column].path: entry
                    for column, entry in entries.items()
                    if entry != ""
                }
                if filled and grid.new_row >= 0:
                    self._new.append(filled)
            elif rowid is not None and entries:
                self._cells.setdefault(rowid, {}).update(entries)

    def _rows(self, block: Block) -> list[int | None]:
        """The rows to be filled, None for each that is to be made."""
        grid = self._view.grid
        count = len(block.rows)
        there = (row for row in range(block.rows[0], grid.total) if grid.rowid_at(row) is not None)
        found: list[int | None] = list(islice(there, count))
        return found + [None] * (count - len(found))

    def _lock(self, spec: GridColumn, count: int = 1) -> None:
        self._locked[spec.title] = self._locked.get(spec.title, 0) + count

    def _tell(self) -> None:
        said = []
        if self._locked:
            titles = ", ".join(f"“{title}”" for title in self._locked)
            said.append(_("{titles} cannot be changed here.").format(titles=titles))
        if self._beyond:
            said.append(
                ngettext(
                    "{count} column did not fit.", "{count} columns did not fit.", self._beyond
                ).format(count=self._beyond)
            )
        if said:
            self._view.told.emit(" ".join(said))

    def _write(self) -> None:
        moved = self._copied is not None and self._copied.cut
        emptied: tuple[str, Sequence[RowEntries]] = ("", ())
        if self._copied is not None and moved:
            paths = [spec.path for spec in self._copied.columns if spec.editable]
            rows = [RowEntries(rowid, dict.fromkeys(paths, "")) for rowid in self._copied.rowids]
            emptied = (self._copied.entity, rows if paths else ())
            forget_cut()
            self._view.marked = None
        self._view.grid.entries.write(
            self._cells, _moved if moved else _pasted, new=self._new, emptied=emptied
        )


def _pasted(count: int) -> str:
    return ngettext("Paste of {count} cell", "Paste of {count} cells", count).format(
        count=f"{count:,}"
    )


def _moved(count: int) -> str:
    return ngettext("Move of {count} cell", "Move of {count} cells", count).format(
        count=f"{count:,}"
    )
