"""The first page of a list on its way, and who waits to hear whether it is the whole list."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from crmdesk.gui.grid.source import Cancel, GridRow
from crmdesk.schema.query import Query

Done = Callable[["array[int]"], None]


class FirstPage:
    """At most `most` rows of a query; fewer are all there are, and no more needs to be read."""

    def __init__(self, query: Query, most: int) -> None:
        self.query = query
        self._most = most
        self._then: Callable[[array[int] | None], None] | None = None

    def wait(self, done: Done, read: Callable[[Done], Cancel]) -> Cancel:
        """Call `done` with the ids of the whole list, by `read` where the page is not all."""
        reading: list[Cancel] = []

        def then(whole: array[int] | None) -> None:
            if whole is None:
                reading.append(read(done))
            else:
                done(whole)

        def cancel() -> None:
            self._then = None
            for one in reading:
                one()

        self._then = then
        return cancel

    def arrived(self, rows: Sequence[GridRow] | None) -> None:
        """The page is there; None where it could not be read."""
        then, self._then = self._then, None
        if then is not None:
            whole = rows is not None and len(rows) < self._most
            then(array("q", (row.rowid for row in rows)) if rows is not None and whole else None)
