"""Fills cells from others: by the handle at the corner of a range, Ctrl+D, Ctrl+R, Ctrl+Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from crmdesk.gui.grid.copying import entry_of
from crmdesk.gui.grid.ranges import Block
from crmdesk.gui.grid.series import continued
from crmdesk.gui.grid.source import EMPTY, Chosen, Entry, GridCell, GridRow
from crmdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

MOST_FILLED = 200_000
"""The most cells that are filled at once."""
# Kinds whose value can go on in steps; of texts only the number in them does.
_SERIES = frozenset(
    {"integer", "decimal", "percent", "money", "date", "instant", "moment", "duration", "text"}
)

Cells = dict[int, dict[int, Entry]]


def fill(view: GridView, source: Block, target: Block, *, copies: bool = False) -> None:
    """Fill `target`, beside `source`, from it: series go on, all else is repeated."""
    rowids = _rowids(view, source.rows)
    if target.cells > MOST_FILLED:
        view.told.emit(_("These are too many cells to be filled at once."))
        return
    view.grid.with_rows(
        [rowid for rowid in rowids if rowid is not None],
        lambda rows: _fill_known(view, source, target, rows, copies),
    )


def _rowids(view: GridView, rows: Iterable[int]) -> list[int | None]:
    return [view.grid.rowid_at(row) for row in rows]


def _fill_known(
    view: GridView, source: Block, target: Block, rows: Mapping[int, GridRow], copies: bool
) -> None:
    grid = view.grid

    def cell(row: int, column: int) -> GridCell:
        rowid = grid.rowid_at(row)
        if rowid is None or rowid not in rows:
            return EMPTY
        return grid.overlaid.get((rowid, column)) or rows[rowid].cells[column]

    cells: Cells = {}

    def put(row: int, column: int, entry: Entry) -> None:
        rowid = grid.rowid_at(row)
        if rowid is not None and grid.columns[column].editable:
            cells.setdefault(rowid, {})[column] = entry

    if target.columns == source.columns:
        back = target.rows[0] < source.rows[0]
        records = [row for row in source.rows if grid.rowid_at(row) is not None]
        wanted = [row for row in target.rows if grid.rowid_at(row) is not None]
        for column in source.columns:
            line = [(column, cell(row, column)) for row in records]
            for row, entry in zip(
                wanted[::-1] if back else wanted,
                _line(view, line, [column] * len(wanted), back, copies),
                strict=True,
            ):
                put(row, column, entry)
    else:
        seen = view.columns.in_sight()
        back = seen.index(target.columns[0]) < seen.index(source.columns[0])
        order = target.columns[::-1] if back else target.columns
        for row in source.rows:
            line = [(column, cell(row, column)) for column in source.columns]
            for column, entry in zip(order, _line(view, line, order, back, copies), strict=True):
                put(row, column, entry)
    if cells:
        grid.entries.write(cells, _filled)


def _line(
    view: GridView,
    line: Sequence[tuple[int, GridCell]],
    columns: Sequence[int],
    back: bool,
    copies: bool,
) -> list[Entry]:
    """The entries that go on from the cells of a line, in the direction of the fill."""
    specs = view.grid.columns
    if back:
        line = line[::-1]
    one_kind = len({specs[column].kind for column in (*columns, *(c for c, _cell in line))}) == 1
    if one_kind and not copies and specs[line[0][0]].kind in _SERIES:
        following = continued([cell.value for _column, cell in line], len(columns))
        if following is not None:
            return [Chosen(value, str(value)) for value in following]
    count = len(line)
    return [
        entry_of(specs[line[n % count][0]], line[n % count][1], specs[column])
        for n, column in enumerate(columns)
    ]


def fill_down(view: GridView) -> None:
    """Fill the selection from its first row, a single row from the one above."""
    block = view.ranges.block()
    if block is None:
        return
    rows = block.rows
    if len(rows) == 1:
        rows = range(rows[0] - 1, rows[0] + 1)
    if rows[0] >= 0:
        source = Block(rows[:1], block.columns)
        fill(view, source, Block(rows[1:], block.columns), copies=True)


def fill_right(view: GridView) -> None:
    """Fill the selection from its first column, a single column from the one at its left."""
    block = view.ranges.block()
    if block is None:
        return
    columns = block.columns
    if len(columns) == 1:
        before = view.columns.beside(columns[0], -1)
        if before is None:
            return
        columns = (before, *columns)
    source = Block(block.rows, columns[:1])
    fill(view, source, Block(block.rows, columns[1:]), copies=True)


def fill_selection(view: GridView, entry: Entry) -> None:
    """Enter the same into all selected cells that can be edited."""
    _put_everywhere(view, lambda _column: entry, _filled)


def clear_selection(view: GridView) -> None:
    """Empty all selected cells that can be edited."""
    _put_everywhere(view, lambda _column: "", _cleared)


def _put_everywhere(
    view: GridView, entry: Callable[[int], Entry], label: Callable[[int], str]
) -> None:
    grid = view.grid
    blocks = view.ranges.blocks()
    if not blocks:
        one = view.ranges.block()
        blocks = [one] if one is not None else []
    if sum(block.cells for block in blocks) > MOST_FILLED:
        view.told.emit(_("These are too many cells to be filled at once."))
        return
    cells: Cells = {}
    for block in blocks:
        columns = [column for column in block.columns if grid.columns[column].editable]
        for row in block.rows:
            rowid = grid.rowid_at(row)
            for column in columns:
                if row == grid.new_row:
                    grid.put(column, entry(column))
                elif rowid is not None:
                    cells.setdefault(rowid, {})[column] = entry(column)
    if cells:
        grid.entries.write(cells, label)


def _filled(count: int) -> str:
    return ngettext("Fill of {count} cell", "Fill of {count} cells", count).format(
        count=f"{count:,}"
    )


def _cleared(count: int) -> str:
    return ngettext("Clearing of {count} cell", "Clearing of {count} cells", count).format(
        count=f"{count:,}"
    )
