"""The lines of a grouped grid: group rows between the records, folded or open.

A line is a number in an array: a record's rowid, or, below zero, a group row. A million records
in some thousand groups are two arrays and nothing else.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, Protocol, runtime_checkable

from crmdesk.gui.grid.source import Cancel, Entry, GridCell

Way = tuple[str, ...]
"""A group by the keys of its way down, outermost first, as texts."""

UNREAD = -1
_MOST = (1 << 61) - 1
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
        heads: Callable[[Prepared], None],
        done: Callable[[Prepared], None],
        failed: Callable[[str], None],
        closed: frozenset[Way] = frozenset(),
    ) -> Cancel:
        """Ask for groups and rowids in their order; `heads` gets the groups sooner."""

    def head_cells(self, head: Head) -> HeadCells:
        """A group row as it is painted; called while painting."""

    def entries_of(self, head: Head, ways: Sequence[Head]) -> Mapping[str, Entry]:
        """What a new record in that group is to have; `ways` are the groups round it."""


class Prepared(NamedTuple):
    """Group rows and records as a grid takes them, worked out beside the window.

    `lines` are those in sight with the groups of `closed` closed; `rows` are the places of
    group rows among them and `shown` which groups they are. `starts` has the first record of
    each group, `at_line` the group of each line.
    """

    heads: Sequence[Head]
    ids: array[int]
    depth: int
    starts: array[int]
    head_lines: array[int]
    at_line: Mapping[int, int]
    closed: frozenset[Way]
    lines: array[int]
    rows: array[int]
    shown: array[int]


def line_of(way: Way) -> int:
    """The line of a group: the same one however other groups come and go."""
    return UNREAD - 1 - (hash(way) & _MOST)


def prepare(
    heads: Sequence[Head],
    ids: array[int] | None,
    closed: frozenset[Way] = frozenset(),
    first: Sequence[int] = (),
) -> Prepared:
    """Lines of groups and of records, `ids` in the order of the groups.

    None: not known yet, but for the `first` ones.
    """
    depth = max((head[0] for head in heads), default=0)
    starts = array("q", accumulate((head[2] if head[0] == depth else 0 for head in heads),
                                   initial=0))  # fmt: skip
    if ids is None:
        ids = array("q", first) + array("q", [UNREAD]) * (starts[-1] - len(first))
    head_lines = array("q", [line_of(head[1]) for head in heads])
    at_line = {line: number for number, line in enumerate(head_lines)}
    made = Prepared(
        heads, ids, depth, starts, head_lines, at_line, closed, array("q"), array("q"), array("q")
    )
    return made if not heads else _in_sight(made, closed)


def _in_sight(of: Prepared, closed: frozenset[Way]) -> Prepared:
    found, rows, shown = array("q"), array("q"), array("q")
    ids, starts, lines = of.ids, of.starts, of.head_lines
    depth = open_level = of.depth
    for number, (level, way, *_rest) in enumerate(of.heads):
        if level > open_level:
            continue
        open_level = depth
        rows.append(len(found))
        shown.append(number)
        found.append(lines[number])
        if closed and way in closed:
            open_level = level
        elif level == depth:
            found += ids[starts[number] : starts[number + 1]]
    return of._replace(closed=closed, lines=found, rows=rows, shown=shown)


class Groups:
    """The group rows of a list, and where each record stands among them.

    `ids` are all records in the order of the groups; the lines in sight are without what lies
    in closed groups.
    """

    def __init__(self) -> None:
        self.closed: set[Way] = set()
        self._now = prepare((), array("q"))

    @property
    def heads(self) -> Sequence[Head]:
        """All groups, outermost first."""
        return self._now.heads

    @property
    def ids(self) -> array[int]:
        """All records in the order of the groups, in sight or not."""
        return self._now.ids

    def __bool__(self) -> bool:
        return bool(self._now.heads)

    @property
    def count(self) -> int:
        """The number of records, in sight or not."""
        return len(self._now.ids)

    def forget(self) -> None:
        """Another list is shown; which groups are closed is kept."""
        self._now = prepare((), array("q"))

    def take(self, prepared: Prepared) -> array[int]:
        """Take other groups and records; returns the lines to be shown."""
        self._now = prepared
        return self.lines()

    def lines(self) -> array[int]:
        """The lines in sight as groups are folded now."""
        if self._now.heads and self._now.closed != self.closed:
            self._now = _in_sight(self._now, frozenset(self.closed))
        return self._now.lines

    # -- asking

    def head_of(self, line: int) -> Head | None:
        """The group of a line, None for a record's."""
        number = self._now.at_line.get(line, -1) if line < 0 else -1
        return self.heads[number] if number >= 0 else None

    def line_of(self, way: Way) -> int | None:
        """The line of a group, None where there is none such."""
        line = line_of(way)
        return line if line in self._now.at_line else None

    def number_of(self, row: int) -> int:
        """Which of all records stands in a row of the lines, from 0; -1 for a group row."""
        above = bisect_right(self._now.rows, row) - 1
        if above < 0:
            return row
        beyond = row - self._now.rows[above]
        return -1 if beyond == 0 else self._now.starts[self._now.shown[above]] + beyond - 1

    def above(self, row: int) -> list[Head]:
        """The groups round a row, outermost first."""
        at = bisect_right(self._now.rows, row) - 1
        if at < 0:
            return []
        return self._round(self._now.shown[at])

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
        return self._round(bisect_right(self._now.starts, place) - 1)

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
