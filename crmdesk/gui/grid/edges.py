"""Where Ctrl with an arrow goes: to the edge of the filled cells, as in a spreadsheet."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QObject

from crmdesk.gui.grid.source import Cancel

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView


@runtime_checkable
class TellsEdges(Protocol):
    """A source that can tell of rows that nobody has read where their cells are filled."""

    def edge(
        self, path: str, lines: array[int], at: int, step: int, done: Callable[[int], None]
    ) -> Cancel:
        """The place in `lines` that `edge_of` finds for the column at `path`."""


class Unknown(Exception):
    """Whether a cell is filled cannot be told here."""


def edge_of(places: Iterable[int], at: int, filled: Callable[[int], bool]) -> int:
    """Where one gets to from `at` over `places`, which lie one behind the other.

    From a filled cell to the last one before an empty one; where the next one is empty, or from
    an empty cell, to the next filled one; where there is none, to the last place of all.
    """
    last, inside = at, None
    for place in places:
        is_filled = filled(place)
        if inside is None:
            inside = is_filled and filled(at)
        if inside and not is_filled:
            return last
        if is_filled and not inside:
            return place
        last = place
    return last


def edge_in(lines: array[int], empty: frozenset[int], at: int, step: int) -> int:
    """The edge from the place `at` of the lines of a grid; group rows are passed over."""
    end = len(lines) if step > 0 else -1
    places = (place for place in range(at + step, end, step) if lines[place] >= 0)
    if not empty and at < len(lines):
        # One block from end to end, a million rows of it perhaps.
        back = range(len(lines) - 1, at, -1) if step > 0 else range(at)
        return next((place for place in back if lines[place] >= 0), at)
    return edge_of(places, at, lambda place: place < len(lines) and lines[place] not in empty)


class Edges(QObject):
    """Finds edges for a grid: among the rows that were read, else by asking its source."""

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        self._round = 0

    def drop(self) -> None:
        """What was asked for is no longer wanted: one has gone on."""
        self._round += 1

    def beside(self, row: int, column: int, step: int) -> int:
        """The column of the edge to the left (-1) or the right (1)."""
        view = self._view
        seen = view.columns.in_sight()
        if column not in seen:
            return column
        at = seen.index(column)
        places = range(at + step, len(seen) if step > 0 else -1, step)
        return seen[edge_of(places, at, lambda place: self._filled(row, seen[place]))]

    def find(self, row: int, column: int, step: int, then: Callable[[int], None]) -> None:
        """Call `then` with the row of the edge upwards (-1) or downwards (1)."""
        grid, source = self._view.grid, self._view.grid.source
        self._round += 1
        number = self._round
        if grid.columns[column].kind == "boolean":
            # A yes or no is never empty.
            then(self._last(row, step))
            return
        try:
            then(edge_of(self._records(row, step), row, lambda at: self._known(at, column)))
        except Unknown:
            if not isinstance(source, TellsEdges):
                then(self._last(row, step))
                return
            source.edge(
                grid.columns[column].path,
                grid.lines,
                row,
                step,
                lambda found: then(found) if number == self._round else None,
            )

    def _records(self, row: int, step: int) -> Iterator[int]:
        grid = self._view.grid
        end = grid.total if step > 0 else -1
        return (at for at in range(row + step, end, step) if grid.head_at(at) is None)

    def _last(self, row: int, step: int) -> int:
        """The first or the last record of the list, but not back from `row`."""
        grid = self._view.grid
        outermost = self._records(grid.total if step > 0 else -1, -step)
        last = next(outermost, row)
        return max(row, last) if step > 0 else min(row, last)

    def _known(self, row: int, column: int) -> bool:
        grid = self._view.grid
        if row < grid.total and grid.head_at(row) is None and grid.row_at(row) is None:
            raise Unknown
        return self._filled(row, column)

    def _filled(self, row: int, column: int) -> bool:
        grid = self._view.grid
        if grid.columns[column].kind == "boolean":
            return row < grid.total
        return bool(grid.cell(row, column).text)
