"""The new line of a grid: what has been entered into it before it becomes a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmdesk.gui.grid.source import EMPTY, Chosen, Entry, Fresh, GridCell, GridColumn


def pending(entry: Entry) -> GridCell:
    """The cell as it looks between the key press and the source's answer."""
    if isinstance(entry, Chosen):
        return GridCell(entry.text, entry.value)
    if isinstance(entry, Fresh):
        return GridCell(entry.text)
    return GridCell(entry, edit=entry)


class Draft:
    """The cells of the new line by column."""

    def __init__(self) -> None:
        self.cells: dict[int, GridCell] = {}
        self._entries: dict[int, Entry] = {}
        # The record is being made: it must not be asked for twice.
        self.sent = False

    def __bool__(self) -> bool:
        return bool(self.cells)

    @property
    def ready(self) -> bool:
        """Whether there is something of which a record can be made."""
        return bool(self._entries) and not self.sent

    def put(self, column: int, entry: Entry) -> None:
        """Enter something into one cell."""
        self.cells[column] = pending(entry)
        # What was entered last stands last.
        self._entries.pop(column, None)
        self._entries[column] = entry

    def empty(self, column: int) -> None:
        """Take what is in one cell out."""
        self.cells.pop(column, None)
        self._entries.pop(column, None)

    def take_last(self) -> bool:
        """Take out what was entered last; True if there was something."""
        if not self.ready:
            return False
        self.empty(next(reversed(self._entries)))
        if not self._entries:
            # What is left are reasons of a record that nobody wants any more.
            self.clear()
        return True

    def clear(self) -> None:
        """Begin anew."""
        self.cells.clear()
        self._entries.clear()
        self.sent = False

    def values(self, columns: Sequence[GridColumn]) -> dict[str, Entry]:
        """What was entered, by path."""
        return {columns[column].path: entry for column, entry in self._entries.items()}

    def texts(self, columns: Sequence[GridColumn]) -> dict[str, str]:
        """What was entered as text, by path."""
        found = {columns[at].path: self.cells[at].text for at in self._entries if at in self.cells}
        return {path: text for path, text in found.items() if text}

    def refuse(self, columns: Sequence[GridColumn], reasons: Mapping[str, str]) -> tuple[int, str]:
        """Mark the cells that stand in the way; the first of them and its reason.

        A reason for the record as a whole, or for a field without a column here, is told on the
        first cell that was filled.
        """
        self.sent = False
        first: tuple[int, str] | None = None
        for column, spec in enumerate(columns):
            cell = self.cells.get(column, EMPTY)
            reason = reasons.get(spec.path, "")
            if reason:
                self.cells[column] = cell._replace(state="refused", reason=reason)
                first = first or (column, reason)
            elif cell.state == "refused":
                self.cells[column] = cell._replace(state="", reason="")
        if first is None:
            known = {spec.path for spec in columns}
            rest = [text for path, text in reasons.items() if path not in known]
            first = (min(self._entries, default=0), " ".join(filter(None, rest)))
            cell = self.cells.get(first[0], EMPTY)
            self.cells[first[0]] = cell._replace(state="refused", reason=first[1])
        return first
