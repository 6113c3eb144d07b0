"""What an import did, what it could not do, and why."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from crmdesk.errors import KnownError
from crmdesk.i18n import _

_FIRST_LINES = 5


class Problem(NamedTuple):
    """One cell or row that did not become what it says.

    `kept` says what was made of it nevertheless, `hint` what to do.
    """

    file: str
    line: int
    field: str
    text: str
    reason: str
    kept: str
    hint: str


@dataclass(frozen=True)
class ProblemGroup:
    """The same problem in one or many lines of a file."""

    file: str
    field: str
    text: str
    reason: str
    kept: str
    hint: str
    lines: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.lines)

    def each(self) -> Iterator[Problem]:
        """The problem of every line."""
        for line in self.lines:
            yield Problem(self.file, line, self.field, self.text, self.reason, self.kept, self.hint)

    def __str__(self) -> str:
        lines = ", ".join(map(str, self.lines[:_FIRST_LINES]))
        if self.count > _FIRST_LINES:
            lines += ", …"
        where = _("{file}, {count} × (line {lines})").format(
            file=self.file, count=self.count, lines=lines
        )
        named = f"{self.field}: " if self.field else ""
        told = " ".join(part for part in (self.reason, self.kept, self.hint) if part)
        return f"{where}: {named}{told}"


class RejectedRow(NamedTuple):
    """A row that was not imported, as the file has it."""

    file: str
    line: int
    header: tuple[str, ...]
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """The outcome of one import; counts are records by entity.

    `made` are records made on the way (choices, stages, products that a file only
    names) and are not among `created`; `ignored` are the headers by file that were not
    taken.
    """

    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    problems: tuple[ProblemGroup, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    ignored: dict[str, tuple[str, ...]] = field(default_factory=dict)
    label: str = ""
    seconds: float = 0.0

    @property
    def changed(self) -> bool:
        """Whether the store is another one than before."""
        return bool(self.created or self.updated or self.made)

    @property
    def problem_count(self) -> int:
        return sum(group.count for group in self.problems)


class Problems:
    """Collects the problems of an import, the same ones together."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str, str, str, str], list[int]] = {}
        self.rejected: list[RejectedRow] = []

    def add(
        self,
        file: str,
        line: int,
        field: str,
        text: str,
        reason: str,
        kept: str = "",
        hint: str = "",
    ) -> None:
        self._found.setdefault((file, field, text, reason, kept, hint), []).append(line)

    def add_lines(
        self,
        file: str,
        lines: Sequence[int],
        field: str,
        text: str,
        reason: str,
        kept: str = "",
        hint: str = "",
    ) -> None:
        if lines:
            self._found.setdefault((file, field, text, reason, kept, hint), []).extend(lines)

    def groups(self) -> tuple[ProblemGroup, ...]:
        """The problems, the most frequent ones first."""
        made = [ProblemGroup(*what, tuple(lines)) for what, lines in self._found.items()]
        return tuple(sorted(made, key=lambda group: -group.count))


def write_rejected(rejected: Sequence[RejectedRow], target: Path) -> None:
    """The rows that were not imported as a table: the reason, file and line, then their cells.

    Raises KnownError where the file cannot be written.
    """
    header = max((row.header for row in rejected), key=len, default=())
    try:
        with target.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow((_("Reason"), _("File"), _("Line"), *header))
            for row in rejected:
                if row.header != header:
                    writer.writerow(("", row.file, "", *row.header))
                    header = row.header
                writer.writerow((row.reason, row.file, row.line, *row.cells))
    except OSError as error:
        raise KnownError(
            _("{file} cannot be written: {why}.").format(
                file=target, why=error.strerror or str(error)
            )
        ) from error
