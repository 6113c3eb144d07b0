"""The rows of a grid that have been read, a page at a time, and the questions under way."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

from crmdesk.gui.grid.source import GridRow

PAGE = 100
KEPT = 60 * PAGE


class RowCache(QObject):
    """Keeps rows by rowid, asks for whole pages of those that come into sight, forgets the rest.

    Rows belong to rowids and not to places, so that they stay good when the order changes.
    `ask` is the source's `rows`, `arrived` is called when an answer has been kept.
    """

    def __init__(
        self,
        parent: QObject,
        ask: Callable[[Sequence[int], Callable[[Sequence[GridRow]], None]], object],
        arrived: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self._ask = ask
        self._arrived = arrived
        self._rows: dict[int, GridRow] = {}
        self._rowid_of: dict[str, int] = {}
        self._asked: set[int] = set()
        self._wanted: set[int] = set()
        self._round = 0
        # Whose rows are kept: answers about those of an earlier source mean others.
        self._life = 0
        # What was last looked at: first and last row.
        self.seen = (-1, -1)
        # What comes into sight in one turn of the event loop is asked for in one question.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._fetch)
        self.get = self._rows.get
        # Called with rows that come, before they are shown.
        self.came: Callable[[Sequence[GridRow]], None] = lambda _rows: None

    def __len__(self) -> int:
        return len(self._rows)

    def rowid_of(self, id_: str) -> int | None:
        """The rowid of a record that has been read."""
        return self._rowid_of.get(id_)

    def new_round(self) -> None:
        """Answers to what was asked before are no longer wanted."""
        self._round += 1
        self._asked.clear()

    def forget(self) -> None:
        """Drop all rows: others are shown from now on."""
        self._life += 1
        self._rows.clear()
        self._rowid_of.clear()
        self._asked.clear()
        self._wanted.clear()
        self.seen = (-1, -1)

    def keep(self, rows: Sequence[GridRow]) -> None:
        """Take rows in; the ones read longest ago make room."""
        self.came(rows)
        for row in rows:
            # Taken out first: a dict's order is then the order in which rows were last read.
            self._rows.pop(row.rowid, None)
            self._rows[row.rowid] = row
            self._rowid_of[row.id] = row.rowid
        surplus = len(self._rows) - KEPT
        if surplus > 0:
            for rowid in list(self._rows)[:surplus]:
                self._drop(rowid)

    def look(self, ids: array[int], first: int, last: int) -> list[GridRow | None]:
        """The rows at these places of `ids`; those not read yet are None and are asked for."""
        get = self.get
        found = [get(rowid) for rowid in ids[first : last + 1]]
        if (first, last) != self.seen:
            forward = first >= self.seen[0]
            self.seen = (first, last)
            # Whole pages, and half a page ahead in the direction of travel.
            start = max(0, (first - (0 if forward else PAGE // 2)) // PAGE * PAGE)
            stop = ((last + (PAGE // 2 if forward else 0)) // PAGE + 1) * PAGE
            self._want(rowid for rowid in ids[start:stop] if rowid not in self._rows)
        elif None in found:
            # The same places, but other records stand there now.
            missing = ids[first : last + 1]
            self._want(rowid for rowid in missing if rowid not in self._rows)
        return found

    def refresh(self, ids: array[int], records: Iterable[str] | None) -> None:
        """Read records again that may have changed (None: all), those in sight first of all.

        They stay in sight as they were until the answer comes.
        """
        if records is None:
            stale = set(self._rows)
        else:
            stale = {self._rowid_of[id_] for id_ in records if id_ in self._rowid_of}
        first, last = self.seen
        in_sight = set(ids[max(first, 0) : last + 1]) if last >= 0 else set()
        for rowid in stale - in_sight:
            self._drop(rowid)
        # What is on its way may have been read before the change: it is asked for anew.
        self._round += 1
        under_way, self._asked = self._asked - stale, set()
        self._want((stale & in_sight) | under_way)

    def read_again(self, rowid: int, then: Callable[[], None]) -> None:
        """Read one row at once and call `then` when it is there."""

        life = self._life

        def answer(rows: Sequence[GridRow]) -> None:
            if life == self._life:
                self.keep(rows)
                then()

        self._ask([rowid], answer)

    def _drop(self, rowid: int) -> None:
        row = self._rows.pop(rowid, None)
        self._asked.discard(rowid)
        if row is not None:
            self._rowid_of.pop(row.id, None)

    def _want(self, rowids: Iterable[int]) -> None:
        # Below 0 it is a group row, or a record whose rowid is still on its way.
        self._wanted.update(rowid for rowid in rowids if rowid >= 0 and rowid not in self._asked)
        if self._wanted and not self._soon.isActive():
            self._soon.start()

    def _fetch(self) -> None:
        wanted = list(self._wanted)
        self._wanted.clear()
        if wanted:
            self._asked.update(wanted)
            self._ask(wanted, partial(self._answered, self._round, wanted))

    def _answered(self, number: int, wanted: list[int], rows: Sequence[GridRow]) -> None:
        if number != self._round or not isValid(self):
            # Asked anew since, or the grid went while it was read.
            return
        self._asked.difference_update(wanted)
        self.keep(rows)
        self._arrived()
