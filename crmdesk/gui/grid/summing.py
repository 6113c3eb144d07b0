"""What the selected cells of a grid come to: how many, and the sums of their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.gui.grid.source import GridRow
from crmdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

_SOON_MS = 90
MOST_SUMMED = 20_000
"""Of more rows only the number is told: the totals of the list say what all of it comes to."""


@runtime_checkable
class Sums(Protocol):
    """A source that adds values up and shows the sums."""

    def sums(self, values: Mapping[str, Sequence[Any]]) -> Sequence[str]:
        """The sums of values by path, as text: of each kind, of each currency one."""


class Summing(QObject):
    """Follows the selection of a grid; a pause after it changed, `summed` says what is selected."""

    # "" where only one cell is selected.
    summed = Signal(str)

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        self._round = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.tell)
        view.selection_counted.connect(lambda _rows, _cells: self._soon.start())
        view.grid.dataChanged.connect(self._changed)

    def _changed(self) -> None:
        if self._view.ranges.many():
            self._soon.start()

    def tell(self) -> None:
        """Work out what is selected now."""
        view, grid = self._view, self._view.grid
        self._round += 1
        number = self._round
        blocks = view.ranges.blocks()
        cells = sum(block.cells for block in blocks)
        if cells < 2:
            self.summed.emit("")
            return
        counted = ngettext("{count} cell", "{count} cells", cells).format(count=f"{cells:,}")
        columns = {
            column
            for block in blocks
            for column in block.columns
            if grid.columns[column].kind in _ADDED
        }
        rows = sum(len(block.rows) for block in blocks)
        source = grid.source
        if not columns or rows > MOST_SUMMED or not isinstance(source, Sums):
            self.summed.emit(counted)
            return
        wanted = {
            rowid: block.columns
            for block in blocks
            for row in block.rows
            if (rowid := grid.rowid_at(row)) is not None
        }

        def add(found: Mapping[int, GridRow]) -> None:
            if number != self._round:
                return
            values: dict[str, list[Any]] = {}
            for rowid, chosen in wanted.items():
                row = found.get(rowid)
                for column in chosen:
                    if row is not None and column in columns:
                        value = row.cells[column].value
                        if value is not None:
                            values.setdefault(grid.columns[column].path, []).append(value)
            sums = source.sums(values)
            if sums:
                counted_sums = _("Sum {sums}").format(sums=" + ".join(sums))
                self.summed.emit(f"{counted}  ·  {counted_sums}")
            else:
                self.summed.emit(counted)

        grid.with_rows(wanted, add)


_ADDED = frozenset({"integer", "decimal", "money", "duration"})
