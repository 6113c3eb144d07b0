"""What a line of quick add means: the parts that were read in it, and its subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from crmdesk.ops.changes import Create
from crmdesk.schema.crm.facts import Tasks

ROLES = (
    Tasks.KIND, Tasks.DUE, Tasks.LENGTH, Tasks.CONTACT, Tasks.COMPANY, Tasks.OPPORTUNITY,
    Tasks.PRIORITY,
)  # fmt: skip
"""The fields of a task that a line can say besides its subject, in the order of their chips."""

NAMED = (Tasks.CONTACT, Tasks.COMPANY, Tasks.OPPORTUNITY)
"""Those that are records, found by their names."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a part: its value, and how it is shown.

    `firm` is the id and title of the company that a person or an opportunity belongs to: it
    tells namesakes apart, and the task belongs to it as well.
    """

    value: Any
    text: str
    firm: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Part:
    """What was read for one field; `spans` are where in the line, none for what follows from
    another part (the company of the contact).

    `readings` are the likely ones, the likeliest first; the first is what counts.
    """

    role: str
    readings: tuple[Reading, ...]
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def best(self) -> Reading:
        """The reading that counts."""
        return self.readings[0]

    @property
    def implied(self) -> bool:
        """Whether it follows from another part."""
        return not self.spans

    def choosing(self, reading: Reading) -> Part:
        """The part with that reading first, one of its own or another."""
        rest = (one for one in self.readings if one.value != reading.value)
        return replace(self, readings=(reading, *rest))


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was read."""

    text: str
    subject: str
    parts: tuple[Part, ...] = ()

    def part(self, role: str) -> Part | None:
        """What was read for a field."""
        return next((one for one in self.parts if one.role == role), None)

    def value(self, role: str) -> Any:
        """The value for a field, None where the line says none."""
        part = self.part(role)
        return None if part is None else part.best.value

    def words(self, role: str) -> str:
        """The words in which a field was read."""
        part = self.part(role)
        return " ".join(self.text[start:end] for start, end in part.spans) if part else ""

    def choosing(self, role: str, reading: Reading) -> Line:
        """The line with another reading of one part, and what follows from it."""
        parts = [one.choosing(reading) if one.role == role else one for one in self.parts]
        company = self.part(Tasks.COMPANY)
        if company is not None and company.implied and role != Tasks.COMPANY:
            parts = with_firm([one for one in parts if one.role != Tasks.COMPANY])
        return replace(self, parts=tuple(parts))

    def command(self) -> Create:
        """What makes the task that was read."""
        values = {one.role: one.best.value for one in self.parts}
        return Create(Tasks.ENTITY, {Tasks.SUBJECT: self.subject, **values})


def with_firm(parts: Sequence[Part]) -> list[Part]:
    """The parts with the company that their person or opportunity belongs to, if none is named."""
    found = {one.role: one for one in parts}
    for role in (Tasks.CONTACT, Tasks.OPPORTUNITY):
        firm = found[role].best.firm if role in found else ("", "")
        if firm[0] and Tasks.COMPANY not in found:
            found[Tasks.COMPANY] = Part(Tasks.COMPANY, (Reading(*firm),))
    return [found[role] for role in ROLES if role in found]
