"""What was entered into the cells of a grid: shown at once, kept when it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from shiboken6 import isValid

from crmdesk.gui.drafts import Drafts, Typed
from crmdesk.gui.grid.draft import pending
from crmdesk.gui.grid.rowcache import RowCache
from crmdesk.gui.grid.source import (
    EMPTY,
    Batch,
    Entry,
    Fresh,
    GridCell,
    GridRow,
    Refusal,
    RowEntries,
    Unmade,
    Written,
)
from crmdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from crmdesk.gui.grid.model import GridModel


@runtime_checkable
class KeepsDrafts(Protocol):
    """A source whose store keeps what was typed and is not stored."""

    @property
    def drafts(self) -> Drafts:
        """What is kept."""

    @property
    def draft_key(self) -> str:
        """Under which name the line for a new record is kept."""


Key = tuple[int, int]
"""A cell by rowid and column."""


class Entries:
    """Writes cells through the source, one by one or many as one step.

    `over` lies over the stored cells: what has not been answered, and what was refused, which
    stays until it is entered anew or dropped.
    """

    def __init__(self, model: GridModel, cache: RowCache) -> None:
        self._model = model
        self._cache = cache
        self.over: dict[Key, GridCell] = {}
        # The number of each entry that has not been answered.
        self._open: dict[Key, int] = {}
        # The cells that show what is kept, by record and column: their rows may be unread by now.
        self._kept: dict[tuple[str, int], Key] = {}
        self._number = 0
        # New rows that were refused and wait for their turn in the new line.
        self._unmade: list[Unmade] = []
        cache.came = self._rows_came

    def forget(self) -> None:
        """Another source is shown: its cells are others."""
        self.over.clear()
        self._open.clear()
        self._kept.clear()
        self._unmade.clear()

    # -- what is kept beyond this view

    @property
    def _drafts(self) -> Drafts | None:
        source = self._model.source
        return source.drafts if isinstance(source, KeepsDrafts) else None

    def _keep(
        self,
        key: Key,
        cell: GridCell,
        txn: str = "",
        *,
        more: bool = False,
        way: Literal["refused", "open", "back"] = "refused",
    ) -> None:
        """Keep what was refused, for when the record is shown again."""
        drafts, row = self._drafts, self._cache.get(key[0])
        if drafts is None or row is None:
            return
        typed = Typed(cell.text if cell.edit is None else cell.edit, cell.reason)
        entity, path = self._model.source.entity, self._model.columns[key[1]].path
        if way == "open":
            drafts.put_open(entity, row.id, path, typed)
        elif way == "back":
            drafts.put_back(entity, row.id, path, typed)
        else:
            self._kept[row.id, key[1]] = key
            drafts.put(entity, row.id, path, typed, txn=txn, more=more)

    def _unkeep(self, keys: Iterable[Key]) -> None:
        # Looked for once: after a paste there are ten thousand keys.
        drafts, entity = self._drafts, self._model.source.entity
        if drafts is None:
            return
        for rowid, column in keys:
            row = self._cache.get(rowid)
            if row is not None:
                drafts.drop(entity, row.id, self._model.columns[column].path)

    def _rows_came(self, rows: Sequence[GridRow]) -> None:
        drafts = self._drafts
        kept = None if drafts is None else drafts.of(self._model.source.entity)
        if drafts is None or not kept:
            return
        column_of = {spec.path: at for at, spec in enumerate(self._model.columns)}
        for row in rows:
            for path, typed in kept.get(row.id, {}).items():
                key = (row.rowid, column_of.get(path, -1))
                if key[1] < 0 or key in self.over:
                    continue
                if not drafts.is_open(self._model.source.entity, row.id, path):
                    self.over[key] = kept_cell(typed)
                    self._kept[row.id, key[1]] = key

    def draft_changed(self, record: str, path: str) -> None:
        """Show what is kept of a cell, whoever keeps it, and no more what nobody keeps."""
        drafts, rowid = self._drafts, self._cache.rowid_of(record)
        column = next((at for at, one in enumerate(self._model.columns) if one.path == path), -1)
        if drafts is None or column < 0:
            return
        key = self._kept.get((record, column)) if rowid is None else (rowid, column)
        if key is None or key in self._open:
            return
        typed = drafts.of(self._model.source.entity).get(record, {}).get(path)
        if typed is not None and key not in self.over:
            self.over[key] = kept_cell(typed)
            self._kept[record, column] = key
        elif typed is None and self.over.get(key, EMPTY).state == "refused":
            del self.over[key]
            self._kept.pop((record, column), None)
        else:
            return
        self._model.announce_rowid(key[0])

    def typed(self, rowid: int, column: int, text: str | None) -> None:
        """What stands in an open editor, kept in case that the program ends; None: it closed."""
        if text is None:
            shown = self.over.get((rowid, column), EMPTY)
            if shown.state == "refused":
                # As it was before the edit; nothing new was refused.
                self._keep((rowid, column), shown, way="back")
            else:
                self._unkeep([(rowid, column)])
            return
        reason = _("This was typed and not saved: Enter keeps it, Esc drops it.")
        self._keep((rowid, column), GridCell(text, edit=text, reason=reason), way="open")

    # -- one cell

    def enter(self, rowid: int, row: GridRow, column: int, entry: Entry) -> None:
        """Write one cell, which shows the entry at once."""
        if isinstance(entry, Fresh):
            # A record or choice is made along with it, in the same step.
            self.write({rowid: {column: entry}}, lambda _count: _made(entry))
            return
        key = (rowid, column)
        number = self._begin([(key, entry)])
        self._model.source.commit(
            row.id,
            self._model.columns[column].path,
            entry,
            partial(self._entered, key, number),
            partial(self._refused, key, number),
        )

    def create(
        self,
        values: Mapping[str, Entry],
        done: Callable[[GridRow], None],
        failed: Callable[[Mapping[str, str]], None],
    ) -> None:
        """Make a record along with those that it is to point at, in one step."""
        source, label = self._model.source, self._model.new_label

        def written(result: Written) -> None:
            if result.created:
                # None where it was undone before it could be read: what was typed stays.
                source.rows(result.created, lambda rows: done(rows[0]) if rows else failed({}))
            else:
                reasons = [one.reasons for one in result.unmade]
                failed(reasons[0] if reasons else {})

        batch = Batch((), lambda _count: label, (values,))
        source.write(batch, written, lambda reason: failed({"": reason}))

    def discard(self, rowid: int, column: int) -> bool:
        """Drop what lies over a cell; True if there was something."""
        self._open.pop((rowid, column), None)
        had = self.over.pop((rowid, column), None) is not None
        self._unkeep([(rowid, column)])
        return had

    def _begin(self, cells: Iterable[tuple[Key, Entry]]) -> int:
        self._number += 1
        known = self._cache.get
        for key, entry in cells:
            self._open[key] = self._number
            # Rows that have not been read are not in sight: they come as they are stored.
            if known(key[0]) is not None:
                self.over[key] = pending(entry)
            else:
                self.over.pop(key, None)
        return self._number

    def _entered(self, key: Key, number: int, row: GridRow | None) -> None:
        if self._open.get(key) != number:
            return
        del self._open[key]
        self._unkeep([key])
        if row is not None:
            self._cache.keep([row])
            self.over.pop(key, None)
        else:
            # Shown as entered until the row has been read again.
            self._cache.read_again(key[0], partial(self._reread, key))
        self._model.announce_rowid(key[0])

    def _reread(self, key: Key) -> None:
        if key not in self._open:
            self.over.pop(key, None)
        self._model.announce_rowid(key[0])

    def _refused(self, key: Key, number: int, reason: str) -> None:
        if self._open.get(key) != number:
            return
        del self._open[key]
        shown = self.over.get(key, EMPTY)
        self.over[key] = shown._replace(state="refused", reason=reason)
        self._keep(key, self.over[key])
        self._model.tell_refusal(key, reason)

    # -- many cells

    def write(
        self,
        cells: Mapping[int, Mapping[int, Entry]],
        label: Callable[[int], str],
        *,
        new: Sequence[Mapping[str, Entry]] = (),
        emptied: tuple[str, Sequence[RowEntries]] = ("", ()),
        then: Callable[[Written], None] | None = None,
    ) -> None:
        """Write cells, by rowid and column, as one step; `new` rows become records.

        Those that are refused stay in their cells with their reasons. `label` names the step by
        the number of cells written, `then` is called when it is done.
        """
        model = self._model
        number = self._begin(
            ((rowid, column), entry)
            for rowid, by_column in cells.items()
            for column, entry in by_column.items()
        )
        model.announce_all()
        paths = [spec.path for spec in model.columns]
        rows = [
            RowEntries(rowid, {paths[column]: entry for column, entry in by_column.items()})
            for rowid, by_column in cells.items()
        ]
        keys = [(rowid, column) for rowid, by_column in cells.items() for column in by_column]
        source = model.source

        def done(written: Written) -> None:
            if not isValid(model):
                # The grid went while it was written.
                return
            if source is model.source:
                self._settle(keys, number, written)
            if then is not None:
                then(written)

        def failed(reason: str) -> None:
            if not isValid(model):
                return
            if source is model.source:
                for key in self._mine(keys, number):
                    shown = self.over.get(key, EMPTY)
                    self.over[key] = shown._replace(state="refused", reason=reason)
                model.announce_all()
            model.failed.emit(reason)

        source.write(Batch(rows, label, tuple(new), emptied), done, failed)

    def _mine(self, keys: Iterable[Key], number: int) -> list[Key]:
        """The cells in which nothing else was entered since."""
        mine = [key for key in keys if self._open.get(key) == number]
        for key in mine:
            del self._open[key]
        return mine

    def _settle(self, keys: Sequence[Key], number: int, written: Written) -> None:
        model = self._model
        column_of = {spec.path: at for at, spec in enumerate(model.columns)}
        mine = self._mine(keys, number)
        kept = dict.fromkeys(mine)
        for at, one in enumerate(written.refused):
            key = (one.rowid, column_of.get(one.path, -1))
            # A new record's cell was not entered before: it is refused now.
            if key[1] >= 0 and (key in kept or one.rowid in written.created):
                self._keep_refused(key, one, written.txn, more=at > 0)
                kept.pop(key, None)
        self._unkeep(kept)
        self._unmade += written.unmade
        # Rows that are not kept are read when they come into sight.
        rowids = dict.fromkeys(rowid for rowid, _ in keys)
        seen = [rowid for rowid in rowids if self._cache.get(rowid) is not None]
        model.read_now([*written.created, *seen], partial(self._read, list(kept), written.created))
        self._tell(written)

    def _keep_refused(self, key: Key, one: Refusal, txn: str, *, more: bool) -> None:
        self.over[key] = pending(one.entry)._replace(state="refused", reason=one.reason)
        self._keep(key, self.over[key], txn, more=more)

    def _read(self, keys: Sequence[Key], created: Sequence[int]) -> None:
        for key in keys:
            if key not in self._open and self.over.get(key, EMPTY).state != "refused":
                self.over.pop(key, None)
        self._model.add_rows(created)
        self._model.announce_all()
        self.next_unmade()

    def _tell(self, written: Written) -> None:
        refused = len(written.refused)
        if refused == 1:
            self._model.failed.emit(written.refused[0].reason)
        elif refused:
            self._model.failed.emit(
                ngettext(
                    "{count} cell was refused and keeps what was entered.",
                    "{count} cells were refused and keep what was entered.",
                    refused,
                ).format(count=f"{refused:,}")
            )

    # -- new rows that were refused

    def next_unmade(self) -> None:
        """Put the next new row that was refused into the new line, when that is free."""
        if self._unmade and self._model.new_row >= 0 and not self._model.draft:
            self._model.offer_draft(self._unmade.pop(0))


def kept_cell(typed: Typed) -> GridCell:
    """A cell that shows what was typed and is not stored, with the reason."""
    return GridCell(typed.text, edit=typed.text, state="refused", reason=typed.reason)


def _made(entry: Fresh) -> str:
    return _("New “{title}”").format(title=entry.text)
