"""What the selected cells of a grid come to: how many, and what their numbers add up to."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.gui.grid.source import Cancel
from crmdesk.i18n import ngettext

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

_SOON_MS = 90
# Of so many cells the number is told before what they come to is worked out.
_MANY = 20_000


class Selected(NamedTuple):
    """Cells of the same columns: how many rows, their rowids (None: all of the list), paths."""

    rows: int
    rowids: Sequence[int] | None
    paths: tuple[str, ...]


@runtime_checkable
class AddsCells(Protocol):
    """A source that can tell what some of its cells come to."""

    def come_to(self, blocks: Sequence[Selected], done: Callable[[Sequence[str]], None]) -> Cancel:
        """The words for it, in the order in which they are told: sum, average and so on."""


class Summing(QObject):
    """Follows the selection of a grid; a pause after it changed, `summed` says what is selected."""

    # "" where only one cell is selected.
    summed = Signal(str)

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        self._round = 0
        self._asking: Cancel | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.tell)
        view.selection_counted.connect(lambda _rows, _cells: self._soon.start())
        for changed in (view.grid.dataChanged, view.grid.loaded):
            changed.connect(self._changed)

    def _changed(self) -> None:
        if self._view.ranges.many():
            self._soon.start()

    def tell(self) -> None:
        """Work out what is selected now."""
        grid = self._view.grid
        self._round += 1
        number = self._round
        if self._asking is not None:
            self._asking()
            self._asking = None
        cells = sum(block.cells for block in self._view.ranges.blocks())
        if cells < 2:
            self.summed.emit("")
            return
        counted = ngettext("{count} cell", "{count} cells", cells).format(count=f"{cells:,}")

        def added(words: Sequence[str]) -> None:
            if number == self._round:
                self._asking = None
                self.summed.emit("  ·  ".join([counted, *words]))

        source = grid.source
        asks = isinstance(source, AddsCells) and grid.ready
        if not asks or cells > _MANY:
            self.summed.emit(counted)
        if isinstance(source, AddsCells) and asks:
            self._asking = source.come_to(self._selected(), added)

    def _selected(self) -> list[Selected]:
        grid = self._view.grid
        by_columns: dict[tuple[int, ...], array[int]] = {}
        whole: set[tuple[int, ...]] = set()
        for block in self._view.ranges.blocks():
            rowids = by_columns.setdefault(block.columns, array("q"))
            if len(block.rows) == grid.total and not grid.groups:
                whole.add(block.columns)
                continue
            # Group rows lie below 0.
            lines = grid.lines[block.rows.start : block.rows.stop]
            rowids.extend(lines if not grid.groups else (one for one in lines if one >= 0))
        return [
            Selected(
                grid.total if columns in whole else len(rowids),
                None if columns in whole else rowids,
                tuple(grid.columns[column].path for column in columns),
            )
            for columns, rowids in by_columns.items()
        ]
