"""What can be done to a store: commands, what came of them, and why they are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.schema.values import Cell
from crmdesk.store.searchfound import Found

Values = Mapping[str, Any]
"""Python values by field name."""

Problems = Mapping[tuple[str, str | int], Mapping[str, str]]
"""Why values were refused: by (entity, id or number of the row), then by field name; what
concerns the record as a whole stands under ""."""

History = bool | Literal["whole"]
"""Whether rows may say what the program otherwise keeps itself; with "whole" the rows that
follow from them (the stage history) are brought along, and none is made."""

Origin = Literal["own", "other"]

Lacking = Callable[[str, str, tuple[str, ...]], None]
"""Told the id of a record, its step's id and the empty fields that this step asks for."""


@dataclass(frozen=True)
class Create:
    """Make a record; without an id it gets a new one."""

    entity: str
    values: Values
    id: str | None = None


@dataclass(frozen=True)
class CreateMany:
    """Make many records at once; a row may carry "id" and the time it was created.

    With `history` rows may also say what the program otherwise keeps itself (when an
    opportunity was closed, a task done): for imports of what happened elsewhere. See `History`.
    No gate holds such records up; `lacking` is told which of them lack what their step asks for.
    """

    entity: str
    rows: Sequence[Values]
    history: History = False
    lacking: Lacking | None = None


@dataclass(frozen=True)
class Load:
    """Put in records that the program itself made, as the cells that the store keeps.

    `columns` has "id" first among them, and the times and the user of creation besides; what
    it does not name gets the defaults of the table. Nothing is checked but by the tables, and
    nothing that follows from the records is made: whoever makes them brings it along.
    `found` saves working out what the search index will hold of them.
    """

    entity: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    found: Found | None = None


@dataclass(frozen=True)
class Update:
    """Change fields of a record."""

    entity: str
    id: str
    values: Values


@dataclass(frozen=True)
class UpdateMany:
    """Change fields of many records, of each its own; the rest as for `CreateMany`."""

    entity: str
    changes: Mapping[str, Values]
    history: bool = False
    lacking: Lacking | None = None


@dataclass(frozen=True)
class BulkUpdate:
    """Set the same fields of many records to the same values."""

    entity: str
    ids: Sequence[str]
    values: Values


@dataclass(frozen=True)
class Delete:
    """Delete records; what belongs to them goes along, other references are cleared."""

    entity: str
    ids: Sequence[str]


@dataclass(frozen=True)
class Restore:
    """Bring a deleted record back from the trash with what went along and its links."""

    entity: str
    id: str


@dataclass(frozen=True)
class Link:
    """Tie a record to another by a relation; `values` are those of the link itself."""

    entity: str
    id: str
    relation: str
    other: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Unlink:
    """Untie two records; both stay."""

    entity: str
    id: str
    relation: str
    other: str


@dataclass(frozen=True)
class Merge:
    """Make one record of several: `keep` stays with its values, fills its empty fields
    from `drop` and takes over all that refers to them; `values` are set besides."""

    entity: str
    keep: str
    drop: Sequence[str]
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Several commands as one step, done together or not at all.

    They are taken one after the other, once, while the step is being done.
    """

    label: str
    commands: Iterable[Command]


Command = (
    Create
    | CreateMany
    | Load
    | Update
    | UpdateMany
    | BulkUpdate
    | Delete
    | Restore
    | Link
    | Unlink
    | Merge
    | Group
)


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that was inserted (I), updated (U) or deleted (D), with the fields changed."""

    entity: str
    id: str
    op: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a command did: its transaction, what it is called, the ids of records made.

    `changes` is empty where there were too many to list (`everything`). `duplicates` are
    records made or changed whose field should be their own and is another's too, as
    (entity, id, field): this is told, never refused. Where a step was undone or done again,
    `step` is what that one is called and `records` how many records it changed.
    """

    txn: str
    label: str
    created: tuple[str, ...] = ()
    changes: tuple[Touched, ...] = ()
    everything: bool = False
    duplicates: tuple[tuple[str, str, str], ...] = ()
    step: str = ""
    records: int = 0


@dataclass(frozen=True)
class Announcement:
    """What happened to the store; with `everything` too much to list.

    `origin` is "own" for commands of this workspace and "other" for what another program
    or process wrote. `turned` tells an undo or a redo; `undone` is the transaction of the step
    that was taken back, if one was.
    """

    changes: tuple[Touched, ...]
    origin: Origin
    label: str = ""
    everything: bool = False
    undone: str = ""
    turned: bool = False


class CommandRefused(KnownError):
    """A command that was not done, with every reason by record and field."""

    def __init__(self, problems: Problems) -> None:
        self.problems = {where: dict(reasons) for where, reasons in problems.items()}
        lines = []
        for (entity, record), reasons in self.problems.items():
            for name, reason in reasons.items():
                what = f"{entity}.{name}" if name else entity
                row = _(", row {row}").format(row=record + 1) if isinstance(record, int) else ""
                lines.append(f"{what}{row if len(self.problems) > 1 else ''}: {reason}")
        more = len(lines) - 5
        told = " ".join(lines[:5])
        if more > 0:
            told += " " + _("And {count} more.").format(count=more)
        super().__init__(told, kept=_("Nothing was changed."))

    @classmethod
    def of(cls, entity: str, record: str | int, reason: str, name: str = "") -> CommandRefused:
        """The refusal for one reason."""
        return cls({(entity, record): {name: reason}})


class GateRefused(CommandRefused):
    """Records that lack what the step needs that they were to enter.

    `changes` are the values of the refused command by record, `missing` the names of the empty
    fields by record: with those filled in, the same changes can be asked for again.
    """

    def __init__(
        self,
        problems: Problems,
        entity: str,
        changes: Mapping[str, Values],
        missing: Mapping[str, tuple[str, ...]],
    ) -> None:
        super().__init__(problems)
        self.entity = entity
        self.changes = {id: dict(values) for id, values in changes.items()}
        self.missing = dict(missing)

    def alone(self) -> GateRefused:
        """The same refusal of those records alone that lack something."""
        changes = {id: self.changes[id] for id in self.missing}
        return GateRefused(self.problems, self.entity, changes, self.missing)


class UndoRefused(KnownError):
    """A step that cannot be undone or redone, because something changed since."""

    def __init__(
        self, message: str, entity: str = "", record: str = "", field: str = "", value: Any = None
    ) -> None:
        self.entity, self.record, self.field, self.value = entity, record, field, value
        super().__init__(message, kept=_("Nothing was changed."))
