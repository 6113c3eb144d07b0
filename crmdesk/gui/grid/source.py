"""What a grid asks of its data: columns, ids, pages of rows, and a way to write."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

Cancel = Callable[[], None]
Failed = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column: what it shows and how it is edited.

    `kind` is the field type's kind and chooses the editor; `entity` is, for a reference, the
    entity it points at, whose colour the reference wears. `width` is in device-independent
    pixels; a `stretch` column takes what is left. `target` is what a picked value belongs to: a
    list of choices or an entity; a value fits wherever kind and target are the same.
    """

    path: str
    title: str
    kind: str = "text"
    numeric: bool = False
    editable: bool = True
    width: int = 140
    entity: str = ""
    stretch: bool = False
    sortable: bool = True
    target: str = ""


class GridCell(NamedTuple):
    """One cell, ready to be painted.

    `text` is shown; `edit` is what an editor starts with (None: the same). `value` is the value
    behind it (a boolean's truth, a choice's key, a several-choice's keys). `ref` names the record
    a reference turns to, `colour` the token or `#rrggbb` of a chip, or of a reference whose
    column does not say. `state` is "", "late", "today", "done", "faint", "refused" or the token
    of a colour that the text wears by a rule; `reason` says why a refused value was refused.
    """

    text: str
    value: object = None
    ref: tuple[str, str] | None = None
    colour: str | None = None
    state: str = ""
    reason: str = ""
    edit: str | None = None


EMPTY = GridCell("")


class GridRow(NamedTuple):
    """One row: the cursor's rowid, the record's id, a cell for each column of the source.

    `tint` is the token of the colour that the row wears by a rule, "" for none.
    """

    rowid: int
    id: str
    cells: tuple[GridCell, ...]
    tint: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value picked rather than typed: a choice's key, its keys, a record's id, a yes or no.

    `text` is what the cell shows until the source has answered.
    """

    value: object
    text: str = ""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A record to be made with this title, and to be pointed at: in one step with the entry."""

    text: str


# What a person entered into a cell: text as typed, to be parsed by the source, or a pick.
Entry = str | Chosen | Fresh


class Option(NamedTuple):
    """One line of a picker: a choice (`id` is its key) or a record."""

    id: str
    title: str
    subtitle: str = ""
    colour: str | None = None


class Reading(NamedTuple):
    """How a text is read while it is typed: the value and as it is shown, or why it is none."""

    value: object
    text: str
    reason: str = ""


# Reads a text as its column would; the answer comes at once or later.
ReadText = Callable[[str, Callable[[Reading], None]], Cancel]

MOST_FOUND = 100_000
"""The most cells that are told for one text that is looked for."""

# A cell by its row's rowid and its column's path.
Spot = tuple[int, str]


class RowEntries(NamedTuple):
    """What is entered into one row: an entry for each of some paths."""

    rowid: int
    entries: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Batch:
    """Cells to be written as one step, `new` ones by records to be made of them.

    `label` names the step by the number of cells that were written. `emptied` are cells of any
    entity that become empty in the same step: what was cut to be pasted here.
    """

    rows: Sequence[RowEntries]
    label: Callable[[int], str]
    new: Sequence[Mapping[str, Entry]] = ()
    emptied: tuple[str, Sequence[RowEntries]] = ("", ())


class Refusal(NamedTuple):
    """A cell of a batch that was not written, and why."""

    rowid: int
    path: str
    entry: Entry
    reason: str


class Unmade(NamedTuple):
    """A new row of a batch of which no record could be made: what it held, the reasons by path."""

    entries: Mapping[str, Entry]
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch: how many cells were written, the rowids of new records."""

    cells: int
    created: Sequence[int] = ()
    refused: Sequence[Refusal] = ()
    unmade: Sequence[Unmade] = ()
    # The transaction in which it was written, "" where nothing was.
    txn: str = field(default="", compare=False)


class GridSource(Protocol):
    """A grid's data. Answers come by callback on the main thread, at once or later.

    An answer to a question that has since been asked anew is thrown away by the grid, so a
    source need not hold answers back; where it can stop the work, its `Cancel` should do so.
    """

    @property
    def entity(self) -> str:
        """The entity whose records the rows are."""

    @property
    def columns(self) -> Sequence[GridColumn]:
        """The columns, in the order of every row's cells."""

    @property
    def can_create(self) -> bool:
        """Whether the grid ends with a line that makes a new record."""

    def ids(self, done: Callable[[array[int]], None]) -> Cancel:
        """All rowids in order, as `array('q')`."""

    def first_page(self, done: Callable[[Sequence[GridRow]], None]) -> Cancel:
        """The first rows, sooner than all ids."""

    def rows(self, rowids: Sequence[int], done: Callable[[Sequence[GridRow]], None]) -> Cancel:
        """These rows, in any order; one that is gone is left out."""

    def choices(self, path: str) -> Sequence[Option]:
        """What a choice column offers."""

    def complete(self, path: str, text: str, done: Callable[[Sequence[Option]], None]) -> Cancel:
        """The records that `text` may mean in a reference column, the likeliest first."""

    def find(self, text: str, done: Callable[[Sequence[Spot]], None]) -> Cancel:
        """The cells of all rows that show a text, in any case, row by row in their order.

        At most `MOST_FOUND`.
        """

    def commit(
        self,
        row_id: str,
        path: str,
        entry: Entry,
        done: Callable[[GridRow | None], None],
        failed: Failed,
    ) -> None:
        """Parse and write one cell; `done` gets the row as it is now, where it is at hand.

        `failed` gets the reason, in words for the user; nothing was written then.
        """

    def write(self, batch: Batch, done: Callable[[Written], None], failed: Failed) -> None:
        """Write cells as one step; those that are no values are left out and told one by one.

        `failed` is for what prevents all of it: the disk, another program.
        """

    def create(
        self,
        values: Mapping[str, Entry],
        done: Callable[[GridRow], None],
        failed: Callable[[Mapping[str, str]], None],
    ) -> None:
        """Make a record; `failed` gets the reasons by path ("" for the record as a whole)."""

    def delete(self, ids: Sequence[str], done: Callable[[], None], failed: Failed) -> None:
        """Delete these records as one step; undo brings them back, so nothing is asked."""
