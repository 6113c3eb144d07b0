"""The lines of a grouped grid: group rows between the records, folded or open.

A line is a number in an array: a record's rowid, or, below zero, a group row. A million records
in some thousand groups are two arrays and nothing else.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

from crmdesk.gui.grid.source import Cancel, Entry, GridCell

Way = tuple[str, ...]
"""A group by the keys of its way down, outermost first, as texts."""

UNREAD = -1
"""The line of a record whose rowid is not known yet."""


class Head(NamedTuple):
    """One group row: its level (0 the outermost), its way, how many records are in it.

    `key` is the value that its records have in common and `values` are its subtotals, both as
    the source understands them.
    """

    level: int
    way: Way
    size: int
    key: Any
    values: tuple[Any, ...]


class HeadCells(NamedTuple):
    """A group row ready to be painted: what is common, how that is painted, and subtotals.

    `kind` is a column's kind: a choice is painted as a chip, a reference with its square in the
    colour of `entity`. `below` has a text by path of the column.
    """

    label: GridCell
    kind: str
    entity: str
    below: Mapping[str, str]


@runtime_checkable
class GroupedSource(Protocol):
    """What a source offers besides, whose rows are in groups."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The paths by which rows are grouped, () for not at all."""

    def grouped(
        self,
        heads: Callable[[Sequence[Head]], None],
        done: Callable[[Sequence[Head], array[int]], None],
        failed: Callable[[str], None],
    ) -> Cancel:
        """Ask for groups and rowids in their order; `heads` gets the groups sooner."""

    def head_cells(self, head: Head) -> HeadCells:
        """A group row as it is painted; called while painting."""

    def entries_of(self, head: Head, ways: Sequence[Head]) -> Mapping[str, Entry]:
        """What a new record in that group is to have; `ways` are the groups round it."""


class Groups:
    """The group rows of a list, and where each record stands among them.

    `ids` are all records in the order of the groups. `lines` are those in sight: what lies in a
    closed group is not among them.
    """

    def __init__(self) -> None:
        self.heads: Sequence[Head] = ()
        self.ids: array[int] = array("q")
        self.closed: set[Way] = set()
        self._depth = 0
        # The first record of each group.
        self._starts: array[int] = array("q")
        # A group keeps its line when groups come and go around it.
        self._line_of: dict[Way, int] = {}
        self._at_line: dict[int, int] = {}
        # The group rows in sight: their lines' places, and which groups they are.
        self._rows: array[int] = array("q")
        self._shown: array[int] = array("q")

    def __bool__(self) -> bool:
        return bool(self.heads)

    @property
    def count(self) -> int:
        """The number of records, in sight or not."""
        return len(self.ids)

    def forget(self) -> None:
        """Another list is shown; which groups are closed is kept."""
        self._line_of.clear()
        self.take((), array("q"))

    def take(self, heads: Sequence[Head], ids: array[int]) -> array[int]:
        """Take other groups and records; returns the lines to be shown."""
        self.heads, self.ids = heads, ids
        self._starts = array("q")
        self._at_line = {}
        self._depth = max((head.level for head in heads), default=0)
        start = 0
        for number, head in enumerate(heads):
            self._starts.append(start)
            line = self._line_of.setdefault(head.way, UNREAD - 1 - len(self._line_of))
            self._at_line[line] = number
            if head.level == self._depth:
                start += head.size
        return self.lines()

    def lines(self) -> array[int]:
        """The lines in sight as groups are folded now."""
        found, self._rows, self._shown = array("q"), array("q"), array("q")
        heads, closed = self.heads, self.closed
        if not heads:
            return self.ids
        open_level = self._depth
        for number, head in enumerate(heads):
            if head.level > open_level:
                continue
            open_level = self._depth
            self._rows.append(len(found))
            self._shown.append(number)
            found.append(self._line_of[head.way])
            if head.way in closed:
                open_level = head.level
            elif head.level == self._depth:
                start = self._starts[number]
                found += self.ids[start : start + head.size]
        return found

    # -- asking

    def head_of(self, line: int) -> Head | None:
        """The group of a line, None for a record's."""
        number = self._at_line.get(line, -1) if line < 0 else -1
        return self.heads[number] if number >= 0 else None

    def line_of(self, way: Way) -> int | None:
        """The line of a group, None where there is none such."""
        line = self._line_of.get(way)
        return line if line in self._at_line else None

    def number_of(self, row: int) -> int:
        """Which of all records stands in a row of the lines, from 0; -1 for a group row."""
        above = bisect_right(self._rows, row) - 1
        if above < 0:
            return row
        beyond = row - self._rows[above]
        return -1 if beyond == 0 else self._starts[self._shown[above]] + beyond - 1

    def above(self, row: int) -> list[Head]:
        """The groups round a row, outermost first."""
        at = bisect_right(self._rows, row) - 1
        if at < 0:
            return []
        return self._round(self._shown[at])

    def _round(self, number: int) -> list[Head]:
        """A group and those that it lies in, outermost first."""
        found = [self.heads[number]]
        for before in range(number - 1, -1, -1):
            if found[0].level == 0:
                break
            if self.heads[before].level < found[0].level:
                found.insert(0, self.heads[before])
        return found

    def holding(self, rowid: int) -> list[Head]:
        """The groups that a record lies in, outermost first; [] where it is not in the list."""
        try:
            place = self.ids.index(rowid)
        except ValueError:
            return []
        # Of the groups that begin at the same record, the last one is the innermost.
        return self._round(bisect_right(self._starts, place) - 1)

    # -- folding

    def fold(self, ways: Iterable[Way], *, shut: bool | None = None) -> bool:
        """Close or open groups, None for the other of the two; whether that is new."""
        before = set(self.closed)
        for way in ways:
            if way not in self.closed if shut is None else shut:
                self.closed.add(way)
            else:
                self.closed.discard(way)
        return self.closed != before
