"""Which records the rows of a file become, and which column fills which field.

Known kinds of files are declared (`schema.crm.forms`). Any other file is read by its
headers: the names of fields, their labels in both languages, and what other programs
call them; the entity is the one that takes the most of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crmdesk.errors import KnownError
from crmdesk.features.exchange.columns import Habits, habits_of
from crmdesk.features.exchange.reading import Table
from crmdesk.i18n import Label, _
from crmdesk.schema.choicetypes import ChoiceType
from crmdesk.schema.crm.forms import (
    COMPOSED,
    EXTERNAL_ID,
    FORMS,
    HEADERS,
    IDENTITY,
    MADE_ON_THE_WAY,
    Composed,
    Form,
    Part,
    Take,
)
from crmdesk.schema.moneytypes import MoneyType
from crmdesk.schema.query import ID, resolve
from crmdesk.schema.registry import Entity, Field, Registry

_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

CURRENCY = Label("currency", "货币")
"""What the header of an amount is followed by in that of its currency."""


_UNTOLD = Habits()


@dataclass(frozen=True)
class Column:
    """A column and the field it fills: its place, that of its currency, how it is written."""

    take: Take
    field: Field
    at: int
    currency_at: int = -1
    habits: Habits = _UNTOLD


@dataclass(frozen=True)
class FileMapping:
    """One entity's share of a file; `composed` are the groups of places of `Composed`."""

    part: Part
    columns: tuple[Column, ...]
    composed: tuple[tuple[int, ...], ...] = ()

    @property
    def entity(self) -> str:
        return self.part.entity

    @property
    def identity(self) -> tuple[tuple[str, ...], ...]:
        """The keys whose fields the file has."""
        there = {column.field.name for column in self.columns}
        return tuple(key for key in self.part.identity if there.issuperset(key))


@dataclass(frozen=True)
class PlannedFile:
    """A file that was read, and what is to become of it."""

    table: Table
    form: str
    parts: tuple[FileMapping, ...]
    ignored: tuple[str, ...]


def plan_file(table: Table, registry: Registry, told: Habits, entity: str = "") -> PlannedFile:
    """What becomes of a table; KnownError where that cannot be told."""
    form = None if entity else known_form(table.header)
    if form is not None:
        parts = tuple(_mapped(table, registry, part, told) for part in form.parts)
        taken = {column.at for part in parts for column in part.columns}
        return PlannedFile(table, form.name, parts, _others(table, taken))
    chosen = registry.entity(entity) if entity else _entity_of(table, registry)
    takes = _takes(table, registry, chosen)
    if not takes:
        raise KnownError(
            _("{file}: no column is a field of {entity}.").format(
                file=table.name, entity=chosen.plural.text()
            ),
            kept=_("Nothing was imported."),
            hint=_("Its columns are: {headers}.").format(headers=", ".join(table.header)),
        )
    part = Part(
        chosen.name,
        takes,
        identity=IDENTITY.get(chosen.name, ()),
        composed=_composing(chosen, takes),
    )
    mapped = _mapped(table, registry, part, told)
    taken = {column.at for column in mapped.columns}
    taken |= {column.currency_at for column in mapped.columns}
    return PlannedFile(table, "", (mapped,), _others(table, taken))


def known_form(header: Sequence[str]) -> Form | None:
    """The declared form that a header fits, the most demanding one of several."""
    there = {name.casefold() for name in header}
    fitting = [form for form in FORMS if form.headers <= there]
    return max(fitting, key=lambda form: len(form.headers), default=None)


def in_order(
    files: Iterable[PlannedFile], registry: Registry
) -> list[tuple[PlannedFile, FileMapping]]:
    """The parts of all files, those first that others refer to."""
    parts = [(file, part) for file in files for part in file.parts]
    entities = {part.entity: None for _file, part in parts}
    order: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in order or name in above:
            return
        for field in registry.entity(name).references:
            if field.target in entities:
                visit(field.target, (*above, name))
        order[name] = None

    for name in entities:
        visit(name, ())
    places = {name: place for place, name in enumerate(order)}
    return sorted(parts, key=lambda each: places[each[1].entity])


def label_of(entity: Entity, field: Field, language: str) -> str:
    """The header of a field's column: its label, with the name where two share it."""
    label = field.label.text(language)
    word = plain_header(label)
    others = (one for one in entity.all_fields if one is not field)
    if word == ID or any(word in _names(one) for one in others):
        return f"{label} ({field.name})"
    return label


def plain_header(text: str) -> str:
    """A header without case, spaces and signs."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum()
    )


def _names(field: Field) -> tuple[str, ...]:
    return (
        plain_header(field.name),
        *(plain_header(text) for text in (field.label.en, field.label.zh)),
    )


def _words(entity: Entity) -> dict[str, str]:
    """The fields of an entity by the plain headers that mean them."""
    words: dict[str, str] = {}
    for one in entity.all_fields:
        words.setdefault(plain_header(one.name), one.name)
    for one in entity.all_fields:
        for text in (one.label.en, one.label.zh):
            words.setdefault(plain_header(text), one.name)
            words.setdefault(plain_header(f"{text} ({one.name})"), one.name)
    for word, fields in HEADERS.items():
        for name in fields:
            if name in entity.by_name:
                words.setdefault(word, name)
                break
    return words


def _currency_words(field: Field) -> set[str]:
    labels = (field.name, field.label.en, field.label.zh)
    texts = [*labels, *(f"{label} ({field.name})" for label in labels)]
    return {plain_header(f"{text} {word}") for text in texts for word in (CURRENCY.en, CURRENCY.zh)}


def _takes(table: Table, registry: Registry, entity: Entity) -> tuple[Take, ...]:
    words = _words(entity)
    taken: dict[str, Take] = {}
    for at, header in enumerate(table.header):
        word = plain_header(header)
        name = ID if word == ID else words.get(word, "")
        if name == ID and not _are_ids(table, at):
            # The number that a record has in another program.
            name = EXTERNAL_ID if EXTERNAL_ID in entity.by_name else ""
        if not name or name in taken:
            continue
        if name != ID:
            field = entity.by_name[name]
            if field.read_only or field.kind == "file":
                continue
        missing = _missing(registry, entity, name)
        taken[name] = Take(header, name, "create" if missing else "report")
    for name, take in taken.items():
        field = resolve(registry, entity.name, name).field
        if isinstance(field.type, MoneyType):
            wanted = _currency_words(field)
            header = next((one for one in table.header if plain_header(one) in wanted), "")
            taken[name] = replace(take, currency=header)
    return tuple(taken.values())


def _missing(registry: Registry, entity: Entity, name: str) -> bool:
    return name != ID and entity.by_name[name].target in MADE_ON_THE_WAY


def _are_ids(table: Table, at: int) -> bool:
    return all(_ID.fullmatch(row[at].strip().lower()) for row in table.rows if row[at].strip())


def _entity_of(table: Table, registry: Registry) -> Entity:
    stem = plain_header("".join(letter for letter in table.path.stem if not letter.isdigit()))
    best: list[Entity] = []
    most = (False, 0)
    for entity in registry.entities.values():
        if entity.internal:
            continue
        takes = _takes(table, registry, entity)
        if not _sufficient(entity, takes):
            continue
        names = (entity.name, entity.label.en, entity.label.zh, entity.plural.en, entity.plural.zh)
        named = stem in {plain_header(name) for name in names}
        score = (named, len(takes))
        if score > most:
            best, most = [entity], score
        elif score == most:
            best.append(entity)
    if len(best) == 1:
        return best[0]
    names_of = best or registry.entities.values()
    raise KnownError(
        _("{file}: it cannot be told which records these are.").format(file=table.name),
        kept=_("Nothing was imported."),
        hint=_("Say it with --entity, one of: {names}.").format(
            names=", ".join(one.name for one in names_of if not one.internal)
        ),
    )


def _sufficient(entity: Entity, takes: Sequence[Take]) -> bool:
    """Whether new records could be made of these columns."""
    there = {take.field for take in takes}
    composed = _composing(entity, takes)
    if composed is not None:
        there.add(composed.field)
    return bool(there) and all(
        one.name in there for one in entity.fields if one.required and one.default is None
    )


def _composing(entity: Entity, takes: Sequence[Take]) -> Composed | None:
    composed = COMPOSED.get(entity.name)
    headers = {take.field: take.header for take in takes}
    if composed is None or composed.field in headers:
        return None
    groups = tuple(
        found
        for group in composed.headers
        if (found := tuple(headers[name] for name in group if name in headers))
    )
    return replace(composed, headers=groups) if groups else None


def _mapped(table: Table, registry: Registry, part: Part, told: Habits) -> FileMapping:
    places: Mapping[str, int] = {
        name.casefold(): at for at, name in reversed(list(enumerate(table.header)))
    }
    columns = []
    for take in part.takes:
        at = places[take.header.casefold()]
        field = resolve(registry, part.entity, take.field).field
        habits = Habits()
        if not field.target and not isinstance(field.type, ChoiceType):
            texts = dict.fromkeys(row[at] for row in table.rows)
            habits = habits_of(field, texts, told, table.name, table.header[at])
        currency = places[take.currency.casefold()] if take.currency else -1
        columns.append(Column(take, field, at, currency, habits))
    composed = part.composed
    groups = (
        ()
        if composed is None
        else tuple(
            tuple(places[header.casefold()] for header in group) for group in composed.headers
        )
    )
    return FileMapping(part, tuple(columns), groups)


def _others(table: Table, taken: set[int]) -> tuple[str, ...]:
    return tuple(name for at, name in enumerate(table.header) if at not in taken and name)
