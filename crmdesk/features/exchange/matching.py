"""Which rows are records that are there already, and what is new or other in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crmdesk.features.exchange.mapping import FileMapping, PlannedFile
from crmdesk.features.exchange.report import Problems, RejectedRow
from crmdesk.features.exchange.shelf import Key, Shelf, comparable
from crmdesk.features.exchange.shelves import Shelves
from crmdesk.i18n import _
from crmdesk.schema.crm.forms import EXTERNAL_ID
from crmdesk.schema.query import ID
from crmdesk.store.rows import link_id, new_id

_STRONG: tuple[Key, ...] = ((ID,), (EXTERNAL_ID,))
"""The keys of which no two records have the same."""

_CHUNK = 1000
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass
class Counts:
    """How many records of each entity were made, changed, and met as they are."""

    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)


@dataclass
class _Part:
    """One entity's share of a file while it is worked on; lists are as long as `places`."""

    file: PlannedFile
    mapping: FileMapping
    shelf: Shelf
    places: list[int]
    values: dict[str, list[Any]]
    ids: list[str]
    gone: set[int]

    @property
    def table_name(self) -> str:
        return self.file.table.name


class Matching:
    """Takes the parts of files one after the other and notes on the shelves what they say."""

    def __init__(
        self,
        shelves: Shelves,
        problems: Problems,
        mode: str,
        blanks: bool,
        check: Callable[[], None],
    ) -> None:
        self.counts = Counts()
        self.origin: dict[str, tuple[PlannedFile, int]] = {}
        self._shelves = shelves
        self._problems = problems
        self._mode = mode
        self._blanks = blanks
        self._check = check

    def take(self, file: PlannedFile, mapping: FileMapping) -> None:
        """Match the rows of a part and note what is to be made and changed."""
        shelf = self._shelves.of(mapping.entity)
        places = self._places(file, mapping)
        part = _Part(file, mapping, shelf, places, {}, [""] * len(places), set())
        own = [column for column in mapping.columns if _points_at_itself(mapping, column)]
        for column in mapping.columns:
            if column not in own:
                self._check()
                part.values[column.field.name] = self._shelves.read(file, column, places)
        composed = self._composed(part)
        self._copy(part)
        found = self._match(part, composed)
        new = self._make(part, composed, found)
        for column in own:
            part.values[column.field.name] = self._shelves.read(file, column, places)
            self._point(part, column.field.name, new)
        self._compare(part, found)

    @staticmethod
    def _places(file: PlannedFile, mapping: FileMapping) -> list[int]:
        rows = file.table.rows
        if not mapping.part.distinct:
            return list(range(len(rows)))
        ats = [column.at for column in mapping.columns]
        first: dict[Any, int] = {}
        for place, row in enumerate(rows):
            first.setdefault(row[ats[0]].strip().casefold(), place)
        return [place for name, place in first.items() if name]

    def _composed(self, part: _Part) -> list[str | None]:
        """The texts of the composed field, None for a row that has nothing for it."""
        rule, rows = part.mapping.part.composed, part.file.table.rows
        if rule is None:
            return [None] * len(part.places)
        groups = part.mapping.composed
        made: list[str | None] = []
        for place in part.places:
            row = rows[place]
            pieces = []
            for group in groups:
                for at in group:
                    if row[at].strip():
                        pieces.append(row[at].strip())
                        break
            between = rule.between
            if between == " " and _CJK.search("".join(pieces)):
                # A Chinese name: the family's first, and no space.
                pieces, between = pieces[::-1], ""
            made.append(between.join(pieces) or None)
        return made

    def _copy(self, part: _Part) -> None:
        """Fill the fields that are copied from others, where their condition holds."""
        for copy in part.mapping.part.copies:
            references = part.values[copy.reference]
            target = self._shelves.of(part.shelf.entity.field(copy.reference).target)
            ids = list(dict.fromkeys(id for id in references if id is not None))
            present = target.present(ids, (copy.of,))
            holding = {id for id, (value,) in present.items() if value in copy.values}
            part.values[copy.field] = [
                value if id in holding else None
                for value, id in zip(part.values[copy.source], references, strict=True)
            ]

    # ------------------------------------------------------------ matching

    def _match(self, part: _Part, composed: list[str | None]) -> set[int]:
        """Set the ids of the rows whose records are there; their numbers."""
        there = set(part.values)
        known = part.values
        rule = part.mapping.part.composed
        if rule is not None and rule.field not in known:
            known = {**known, rule.field: composed}
            there.add(rule.field)
        declared = part.mapping.part.identity
        keys = [key for key in (*_STRONG, *declared) if there.issuperset(key)]
        strong = [key for key in dict.fromkeys(keys) if key in _STRONG]
        weak = [key for key in dict.fromkeys(keys) if key not in _STRONG]
        whole = not weak
        if whole:
            weak = [tuple(name for name in known if name != ID)]
        found: set[int] = set()
        claimed: set[str] = set()
        for key in strong:
            self._match_strong(part, key, [known[name] for name in key], found, claimed)
        for key in weak:
            self._match_weak(part, key, known, weak, whole, found, claimed)
        return found

    def _match_strong(
        self, part: _Part, key: Key, lists: list[list[Any]], found: set[int], claimed: set[str]
    ) -> None:
        (values,) = lists
        lines = part.file.table.lines
        first: dict[Any, int] = {}
        find = part.shelf.find
        for number, value in enumerate(values):
            if number in found or number in part.gone or value is None:
                continue
            word = comparable(value)
            if word in first:
                self._reject(
                    part, number,
                    _("The id “{id}” is that of line {line} already.").format(
                        id=value, line=lines[part.places[first[word]]]
                    ),
                )  # fmt: skip
                continue
            first[word] = number
            ids = [id for id in find(key, (value,)) if id not in claimed]
            if len(ids) > 1:
                self._reject(part, number, _ambiguous(len(ids), str(value)))
            elif ids:
                part.ids[number] = ids[0]
                found.add(number)
                claimed.add(ids[0])

    def _match_weak(
        self,
        part: _Part,
        key: Key,
        known: dict[str, list[Any]],
        keys: Sequence[Key],
        whole: bool,
        found: set[int],
        claimed: set[str],
    ) -> None:
        """Match by what two records may share: rows and records are paired in their order."""
        above = [set(one) for one in keys[: keys.index(key)] if set(one) > set(key)]
        lists = [known[name] for name in key]
        strong = [one for one in _STRONG if one[0] in known]
        outside = known.get(EXTERNAL_ID)
        rows: list[tuple[int, tuple[Any, ...]]] = []
        for number, cells in enumerate(zip(*lists, strict=True)):
            if number in found or number in part.gone:
                continue
            if whole:
                if any(known[name][number] is not None for (name,) in strong):
                    continue
            else:
                if any(cell is None for cell in cells):
                    continue
                if any(all(known[name][number] is not None for name in one) for one in above):
                    continue
            rows.append((number, cells))
        wanted = Counter(tuple(map(comparable, cells)) for _number, cells in rows)
        left: dict[tuple[Any, ...], list[str]] = {}
        for number, cells in rows:
            word = tuple(map(comparable, cells))
            ids = left.get(word)
            if ids is None:
                ids = [id for id in part.shelf.find(key, cells) if id not in claimed]
                if ids and outside is not None and outside[number] is not None:
                    # What has another id elsewhere is another record.
                    others = part.shelf.present(ids, (EXTERNAL_ID,))
                    ids = [id for id in ids if others[id] == (None,)]
                if len(ids) > wanted[word] and not whole:
                    told = ", ".join(str(cell) for cell in cells if isinstance(cell, str))
                    self._reject(part, number, _ambiguous(len(ids), told))
                    continue
                ids = left[word] = ids[::-1]
            if ids:
                id = ids.pop()
                part.ids[number] = id
                found.add(number)
                claimed.add(id)

    # ------------------------------------------------------------ new records

    def _make(self, part: _Part, composed: list[str | None], found: set[int]) -> dict[int, str]:
        """Note the records of the rows that have none; their ids by the row's number."""
        entity, rule = part.shelf.entity, part.mapping.part.composed
        own = {column.field.name for column in part.mapping.columns} | {ID}
        required = [
            one for one in entity.fields
            if one.required and one.default is None
            and not (one.target == entity.name and one.name in own)
        ]  # fmt: skip
        names = [name for name in part.values if name != ID]
        lists = [part.values[name] for name in names]
        given = part.values.get(ID)
        new: dict[int, str] = {}
        for number in range(len(part.places)):
            if number in found or number in part.gone:
                continue
            values = {name: cells[number] for name, cells in zip(names, lists, strict=True)}
            if rule is not None and rule.field not in values and composed[number]:
                values[rule.field] = composed[number]
            if all(value is None for value in values.values()):
                continue
            if self._mode == "update":
                self._reject(part, number, _("There is no such record to change."))
                continue
            lacking = [one for one in required if values.get(one.name) is None]
            if lacking:
                self._reject(
                    part, number,
                    _("{field} is needed.").format(field=lacking[0].label.text()),
                )  # fmt: skip
                continue
            id = (given[number] or "") if given else ""
            if not id and entity.link is not None:
                # The id that every device gives to this link.
                id = link_id(entity.name, *(str(values.get(end)) for end in entity.link))
                if id in part.shelf.created or part.shelf.find((ID,), (id,)):
                    self._reject(part, number, _("They are linked already."))
                    continue
            part.shelf.make(values, id or (id := new_id()))
            new[number] = part.ids[number] = id
            self.origin[id] = (part.file, part.places[number])
        _count(self.counts.created, entity.name, len(new))
        return new

    @staticmethod
    def _point(part: _Part, name: str, new: dict[int, str]) -> None:
        """Set a reference to records of the same entity, now that all of them are noted."""
        values = part.values[name]
        for number, id in new.items():
            if values[number] is not None:
                part.shelf.created[id][name] = values[number]

    # ------------------------------------------------------------ records that are there

    def _compare(self, part: _Part, found: set[int]) -> None:
        """Note what the rows say otherwise than the records that they were matched with."""
        shelf, entity = part.shelf, part.shelf.entity.name
        names = tuple(name for name in part.values if name != ID)
        lists = [part.values[name] for name in names]
        needed = {one.name for one in part.shelf.entity.fields if one.required}
        numbers = sorted(found)
        updated = unchanged = 0
        for start in range(0, len(numbers), _CHUNK):
            self._check()
            chunk = numbers[start : start + _CHUNK]
            present = shelf.present([part.ids[number] for number in chunk], names)
            for number in chunk:
                id = part.ids[number]
                before = present[id]
                changes = {}
                for name, cells, old in zip(names, lists, before, strict=True):
                    value = cells[number]
                    if value != old and (
                        value is not None or (self._blanks and name not in needed)
                    ):
                        changes[name] = value
                if not changes:
                    unchanged += id not in shelf.created
                elif self._mode == "create":
                    self._reject(part, number, _("The record is there already."))
                else:
                    updated += id not in shelf.created and id not in shelf.changed
                    shelf.change(id, changes)
                    self.origin.setdefault(id, (part.file, part.places[number]))
        _count(self.counts.updated, entity, updated)
        _count(self.counts.unchanged, entity, unchanged)

    def _reject(self, part: _Part, number: int, reason: str) -> None:
        part.gone.add(number)
        self.reject(part.file, part.places[number], reason)

    def reject(self, file: PlannedFile, place: int, reason: str, header: str = "") -> None:
        """Note that a row was left out."""
        table = file.table
        line = table.lines[place]
        self._problems.add(table.name, line, header, "", reason, _("The row was not imported."))
        self._problems.rejected.append(
            RejectedRow(table.name, line, table.header, tuple(table.rows[place]), reason)
        )


def _points_at_itself(mapping: FileMapping, column: Any) -> bool:
    return bool(column.field.target == mapping.entity and column.field.name != ID)


def _ambiguous(count: int, text: str) -> str:
    return _("{count} records fit “{text}”; which one is meant cannot be told.").format(
        count=count, text=text
    )


def _count(counts: dict[str, int], entity: str, number: int) -> None:
    counts[entity] = counts.get(entity, 0) + number
