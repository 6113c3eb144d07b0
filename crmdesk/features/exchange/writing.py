"""Writing what an import came to: one group of commands, cancelled or refused as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, overload

from crmdesk.features.exchange.matching import Matching
from crmdesk.features.exchange.report import Problems
from crmdesk.features.exchange.shelves import Shelves
from crmdesk.i18n import _
from crmdesk.ops.changes import Command, CommandRefused, CreateMany, Group, UpdateMany, Values
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import ID

CHUNK = 10_000
_MOST_TRIES = 20
Told = Callable[[int], None]


class _Tried(Exception):
    """Everything was done, and nothing of it is to stay."""


class Writing:
    """Runs the commands that make the store what the shelves say."""

    def __init__(
        self,
        workspace: Workspace,
        shelves: Shelves,
        matching: Matching,
        problems: Problems,
        check: Callable[[], None],
    ) -> None:
        self.written = False
        self._workspace = workspace
        self._shelves = shelves
        self._matching = matching
        self._problems = problems
        self._check = check
        self._at: _Rows | None = None
        self._lacking: dict[tuple[str, str, str], list[str]] = {}

    def run(self, label: str, told: Told, *, trial: bool = False) -> None:
        """Write everything in one step; rows that are refused are left out.

        A trial writes as well, finds what is refused, and takes all of it back before anybody
        has seen it. Raises CommandRefused where what is refused is no row of a file.
        """
        for attempt in range(_MOST_TRIES):
            self._lacking.clear()
            commands = list(self._commands(told))
            if not commands:
                return
            try:
                self._workspace.run(Group(label, _tried(commands) if trial else commands))
            except _Tried:
                return
            except CommandRefused as refusal:
                if attempt == _MOST_TRIES - 1 or not self._leave_out(refusal):
                    raise
            else:
                self.written = True
                return

    def _commands(self, told: Told) -> Iterator[Command]:
        written = 0
        for entity in self._order():
            shelf = self._shelves.by_entity[entity]
            lacking = partial(self._lacks, entity)
            rows = [{**values, ID: id} for id, values in shelf.created.items()]
            own = [one.name for one in shelf.entity.references if one.target == entity]
            # Records that point at each other are made together.
            together = own and any(row.get(name) is not None for row in rows for name in own)
            size = len(rows) if together else CHUNK
            for start in range(0, len(rows), max(size, 1)):
                part = rows[start : start + size]
                rows_of_part = _Rows(self, part, written, told)
                yield CreateMany(entity, rows_of_part, history=True, lacking=lacking)
                written += len(part)
            changed = list(shelf.changed.items())
            for start in range(0, len(changed), CHUNK):
                chunk = dict(changed[start : start + CHUNK])
                changes = _Changes(self, chunk, written, told)
                yield UpdateMany(entity, changes, history=True, lacking=lacking)
                written += len(chunk)

    def _lacks(self, entity: str, record: str, step: str, fields: tuple[str, ...]) -> None:
        for name in fields:
            self._lacking.setdefault((entity, step, name), []).append(record)

    def tell_lacking(self) -> None:
        """Report the rows that came in without what their step, a stage say, asks for."""
        for (entity, step, name), records in self._lacking.items():
            declared = self._shelves.registry.entity(entity)
            target = declared.by_name[declared.status].target
            with self._workspace.reader() as conn:
                titles = self._workspace.select.titles(conn, target, [step])
            lines: dict[str, list[int]] = {}
            for record in records:
                if record in self._matching.origin:
                    file, place = self._matching.origin[record]
                    lines.setdefault(file.table.name, []).append(file.table.lines[place])
            for file_name, found in lines.items():
                self._problems.add_lines(
                    file_name, sorted(found), declared.by_name[name].label.text(), "",
                    _("“{step}” asks for it.").format(step=titles.get(step, "")),
                    _("The row was imported without it."),
                )  # fmt: skip

    def _order(self) -> list[str]:
        """The entities, those first that others refer to."""
        order: dict[str, None] = {}

        def visit(name: str, above: tuple[str, ...]) -> None:
            if name in order or name in above:
                return
            for field in self._shelves.registry.entity(name).references:
                if field.target in self._shelves.by_entity:
                    visit(field.target, (*above, name))
            order[name] = None

        for name in self._shelves.by_entity:
            visit(name, ())
        return list(order)

    def _leave_out(self, refusal: CommandRefused) -> bool:
        """Take the refused rows out; whether all that was refused are rows of files."""
        gone: dict[str, set[str]] = {}
        for (entity, record), reasons in refusal.problems.items():
            shelf = self._shelves.by_entity.get(entity)
            id = self._at.rows[record][ID] if self._at and isinstance(record, int) else record
            if shelf is None or not isinstance(id, str) or id not in self._matching.origin:
                return False
            file, place = self._matching.origin[id]
            name, reason = next(iter(reasons.items()))
            label = shelf.entity.by_name[name].label.text() if name in shelf.entity.by_name else ""
            self._matching.reject(file, place, reason, label)
            if shelf.created.pop(id, None) is not None:
                self._matching.counts.created[entity] -= 1
                gone.setdefault(entity, set()).add(id)
            elif shelf.changed.pop(id, None) is not None:
                self._matching.counts.updated[entity] -= 1
        self._clear(gone)
        return True

    def _clear(self, gone: Mapping[str, set[str]]) -> None:
        """Empty the references to records that are not made after all."""
        for shelf in self._shelves.by_entity.values():
            for field in shelf.entity.references:
                lost = gone.get(field.target)
                if not lost:
                    continue
                for many in (shelf.created, shelf.changed):
                    for id, values in many.items():
                        if values.get(field.name) in lost:
                            del values[field.name]
                            self._tell_cleared(id, field.label.text())

    def _tell_cleared(self, id: str, label: str) -> None:
        if id in self._matching.origin:
            file, place = self._matching.origin[id]
            self._problems.add(
                file.table.name, file.table.lines[place], label, "",
                _("The record that is named there was not imported."),
                _("The field was left empty."),
            )  # fmt: skip

    def begin(self, rows: _Rows) -> None:
        """Note which rows are being written, for what a refusal means by their numbers."""
        self._at = rows

    def check(self) -> None:
        """Raise Cancelled where that was asked; what was written so far is rolled back."""
        self._check()


def _tried(commands: Sequence[Command]) -> Iterator[Command]:
    """The commands, and behind the last what rolls their transaction back."""
    yield from commands
    raise _Tried


class _Rows(Sequence[Values]):
    """Rows of one command that notice when they are read."""

    def __init__(
        self, writing: Writing, rows: list[dict[str, Any]], before: int, told: Told
    ) -> None:
        self.rows = rows
        self._writing = writing
        self._before = before
        self._told = told

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> Values: ...
    @overload
    def __getitem__(self, at: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, at: int | slice) -> Values | list[dict[str, Any]]:
        return self.rows[at]

    def __iter__(self) -> Iterator[Values]:
        self._writing.check()
        self._writing.begin(self)
        self._told(self._before)
        return iter(self.rows)


class _Changes(dict[str, Values]):
    """Changes of one command that notice when they are read."""

    def __init__(
        self, writing: Writing, changes: dict[str, dict[str, Any]], before: int, told: Told
    ) -> None:
        super().__init__(changes)
        self._writing = writing
        self._before = before
        self._told = told

    def __iter__(self) -> Iterator[str]:
        self._writing.check()
        self._told(self._before)
        return super().__iter__()
