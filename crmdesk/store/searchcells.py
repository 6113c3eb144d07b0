"""What the search index holds of a row: the texts of its fields as tokens, and its marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from uuid import UUID

from crmdesk.schema.registry import SYSTEM_FIELDS, Entity, Field, Registry
from crmdesk.store.searchtext import Words, phone_words, record_words

_BASE_ENTITY = 0xE000
_BASE_LENGTH = 0xF000
_BASE_PERSON = 0xF0000

PERSON = next(field.target for field in SYSTEM_FIELDS if field.target)
"""The entity of the people who own records."""


@dataclass(frozen=True)
class Plan:
    """Which columns of an entity are read for the index, and what each is for."""

    entity: Entity
    columns: tuple[str, ...]
    select: str
    title: tuple[tuple[Field, int], ...]
    body: tuple[tuple[Field, int], ...]
    people: tuple[int, ...]

    def values(self, row: Sequence[Any]) -> Iterator[tuple[Field, str]]:
        """The texts of a row that are searched, title first."""
        for field, at in (*self.title, *self.body):
            if row[at] is not None:
                yield field, str(row[at])


_TITLE_KINDS = frozenset({"text", "email", "url", "phone", "integer"})


@lru_cache(maxsize=256)
def _plan(entity: Entity) -> Plan:
    columns: list[str] = ["id"]

    def place(field: Field) -> int:
        columns.extend(column.name for column in field.columns)
        return len(columns) - len(field.columns)

    # A long text that stands in for a title is still body: its words are no names.
    titled = [one for one in map(entity.field, entity.title) if one.kind in _TITLE_KINDS]
    title = tuple((one, place(one)) for one in titled)
    body = tuple((one, place(one)) for one in entity.fields if one.searchable and one not in titled)
    owners = [one for one in entity.fields if one.target == PERSON] or [
        one for one in SYSTEM_FIELDS if one.target == PERSON
    ]
    people = tuple(place(one) for one in owners)
    listed = ", ".join(f'"{column}"' for column in columns)
    return Plan(
        entity, tuple(columns), f'SELECT {listed} FROM "{entity.name}"', title, body, people
    )


def plan_of(registry: Registry, name: str) -> Plan | None:
    """The plan of an entity, None where nothing of it is to be found by words."""
    entity = registry.entities.get(name)
    if entity is None or entity.internal:
        return None
    plan = _plan(entity)
    return plan if plan.title or plan.body else None


def plans(registry: Registry) -> Iterator[Plan]:
    for name in registry.entities:
        plan = plan_of(registry, name)
        if plan is not None:
            yield plan


def entity_mark(code: int) -> str:
    """The token that every record of an entity carries."""
    return chr(_BASE_ENTITY + code % 0x1000)


@lru_cache(maxsize=4096)
def person_mark(person: str) -> str:
    """The token of records that belong to this person (two may share one: only a rank)."""
    number = int.from_bytes(blake2b(person.encode(), digest_size=4).digest(), "big")
    return chr(_BASE_PERSON + number % 0xFFF0)


def length_mark(length: int) -> str:
    """The token that closes a title of so many tokens: the mark of an exact match."""
    return chr(_BASE_LENGTH + min(length, 0x7FF))


Cells = tuple[str, str, str]


def indexed_cells(plan: Plan, code: int, row: Sequence[Any]) -> tuple[Cells, frozenset[str]] | None:
    """What the index holds for a row: the three FTS cells and its words; None for nothing."""
    title: list[str] = []
    body: list[str] = []
    long: list[str] = []
    phones: list[str] = []
    for _, at in plan.title:
        if row[at] is not None:
            title.append(str(row[at]))
    for field, at in plan.body:
        value = row[at]
        if value is None:
            continue
        kind = field.kind
        if kind == "phone":
            phones += phone_words(value, row[at + 1])
        elif kind == "longtext":
            long.append(str(value))
        else:
            body.append(str(value))
    words = _words(tuple(title), tuple(body), tuple(long), tuple(phones))
    if not words.text:
        return None
    marks = entity_mark(code)
    for at in plan.people:
        if row[at] is not None:
            marks += " " + person_mark(row[at])
    heading = words.title
    if heading:
        heading += " " + length_mark(heading.count(" ") + 1)
    sound = f"{words.sound} {marks}" if words.sound else marks
    return (heading, sound, f"{words.text} {marks}"), words.vocabulary


@lru_cache(maxsize=8192)
def _words(
    title: tuple[str, ...], body: tuple[str, ...], long: tuple[str, ...], phones: tuple[str, ...]
) -> Words:
    # "Follow up on the quote" is what many tasks are called.
    return record_words(title, body, long, phones)


def digest_of(cells: Cells) -> int:
    joined = "\n".join(cells).encode()
    return int.from_bytes(blake2b(joined, digest_size=8).digest(), "big", signed=True)


def packed(record: str) -> bytes | str:
    """A record's id as `search_doc` keeps it: a UUID in 16 bytes, anything else as it is."""
    if len(record) == 36 and record == record.lower():
        try:
            value = bytes.fromhex(record.replace("-", ""))
        except ValueError:
            return record
        if len(value) == 16 and record[8] == record[13] == record[18] == record[23] == "-":
            return value
    return record


def unpacked(record: bytes | str) -> str:
    return str(UUID(bytes=record)) if isinstance(record, bytes) else record
