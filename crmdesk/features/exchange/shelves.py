"""Turning cells into values that need other records: references and choices."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from crmdesk.features.exchange.columns import read_amounts, read_texts, unmasked
from crmdesk.features.exchange.mapping import Column, PlannedFile
from crmdesk.features.exchange.report import Problems
from crmdesk.features.exchange.shelf import Shelf
from crmdesk.i18n import _
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.choicetypes import ChoiceType, find_choice
from crmdesk.schema.crm.choices import ITEM_KEY, ITEM_LIST, ITEM_POSITION, ITEMS, LIST_NAME, LISTS
from crmdesk.schema.crm.forms import TRANSLATED
from crmdesk.schema.fieldtypes import clean_text
from crmdesk.schema.query import ID
from crmdesk.schema.textcontext import ChoiceItem, TextContext
from crmdesk.schema.values import ValueRefused

_ID_FORM = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_MOST_COMPARED = 2000
_MOST_SUGGESTED = 25
_NEAR = 0.8

Refusals = dict[str, tuple[str, str, str]]
"""Reason, kept and hint by the text of a cell."""


class Suggestions:
    """Finds the title that somebody may have meant, among those of before the file.

    Titles that differ in signs and spaces alone are always found; others are compared
    only for the first words and where the titles are not too many.
    """

    def __init__(self, titles: Callable[[], Iterable[str]]) -> None:
        self._titles = titles
        self._squeezed: dict[str, str] | None = None
        self._left = _MOST_SUGGESTED

    def ready(self) -> dict[str, str]:
        """The titles by their letters and digits, as they were at the first call."""
        if self._squeezed is None:
            self._squeezed = {_squeezed(title): title for title in self._titles() if title}
        return self._squeezed

    def hint(self, word: str) -> str:
        """The question whether another title is meant, "" where none is like the word."""
        titles = self.ready()
        own = _squeezed(word)
        found = titles.get(own, "")
        if found in ("", word) and self._left > 0 and len(titles) <= _MOST_COMPARED:
            self._left -= 1
            others = (title for title in titles if title != own)
            near = difflib.get_close_matches(own, others, 1, _NEAR)
            found = titles[near[0]] if near else ""
        return _("Is “{near}” meant?").format(near=found) if found not in ("", word) else ""


class Shelves:
    """The shelves of all entities of one import, and what was made on the way."""

    def __init__(
        self, workspace: Workspace, conn: Any, ctx: TextContext, problems: Problems
    ) -> None:
        self.registry = workspace.registry
        self.made: dict[str, int] = {}
        self.by_entity: dict[str, Shelf] = {}
        self._workspace = workspace
        self._conn = conn
        self._ctx = ctx
        self._problems = problems
        self._choices: dict[str, list[ChoiceItem]] = {}

    def of(self, entity: str) -> Shelf:
        shelf = self.by_entity.get(entity)
        if shelf is None:
            declared = self.registry.entity(entity)
            shelf = self.by_entity[entity] = Shelf(self._workspace, self._conn, declared)
        return shelf

    def read(self, file: PlannedFile, column: Column, places: Sequence[int]) -> list[Any]:
        """The values of a column in some rows; what is refused is reported and empty."""
        rows, field, at = file.table.rows, column.field, column.at
        texts = [rows[place][at] for place in places]
        different = dict.fromkeys(texts)
        told: Refusals = {}
        if column.currency_at >= 0:
            return self._amounts(file, column, places)
        if field.name == ID:
            values: dict[str, Any] = {text: text.strip().lower() or None for text in different}
        elif field.target:
            values = self._references(column, different, told)
        elif isinstance(field.type, ChoiceType):
            values = self._chosen(column, different, told)
        else:
            values, refused = read_texts(
                field, different, self._ctx, column.habits, column.take.factor
            )
            told.update((text, _told(error)) for text, error in refused.items())
        if told:
            self._report(file, column, places, texts, told)
        if column.take.blank_told:
            self._report_blank(file, column, places, texts)
        return [values.get(text) for text in texts]

    def _amounts(self, file: PlannedFile, column: Column, places: Sequence[int]) -> list[Any]:
        rows, at, other = file.table.rows, column.at, column.currency_at
        pairs = [(rows[place][at], rows[place][other]) for place in places]
        values, refused = read_amounts(
            column.field, dict.fromkeys(pairs), self._ctx, column.habits, column.take.factor
        )
        if refused:
            told = {text: _told(error) for (text, _currency), error in refused.items()}
            bad = [place for place, pair in zip(places, pairs, strict=True) if pair in refused]
            self._report(file, column, bad, [rows[place][at] for place in bad], told)
        return [values.get(pair) for pair in pairs]

    def _report(
        self,
        file: PlannedFile,
        column: Column,
        places: Sequence[int],
        texts: Sequence[str],
        told: Refusals,
    ) -> None:
        lines: dict[str, list[int]] = {}
        for place, text in zip(places, texts, strict=True):
            if text in told:
                lines.setdefault(text, []).append(file.table.lines[place])
        header = file.table.header[column.at]
        for text, where in lines.items():
            self._problems.add_lines(file.table.name, where, header, text, *told[text])

    def _report_blank(
        self, file: PlannedFile, column: Column, places: Sequence[int], texts: Sequence[str]
    ) -> None:
        lines = [
            file.table.lines[place]
            for place, text in zip(places, texts, strict=True)
            if not text.strip()
        ]
        self._problems.add_lines(
            file.table.name, lines, file.table.header[column.at], "",
            _("The cell is empty."), _("The record was kept without it."),
        )  # fmt: skip

    # ------------------------------------------------------------ references

    def _references(
        self, column: Column, texts: Iterable[str], told: Refusals
    ) -> dict[str, str | None]:
        shelf = self.of(column.field.target)
        values: dict[str, str | None] = {}
        near = Suggestions(shelf.all_titles)
        for text in texts:
            try:
                word = clean_text(unmasked(text))
            except ValueRefused as error:
                told[text] = _told(error)
                continue
            values[text] = self._reference(column, shelf, text, word, told, near) if word else None
        mark = column.take.mark
        if mark:
            # Those that an earlier import made are told again: nothing was settled since.
            ids = [id for id in values.values() if id is not None]
            present = shelf.present(ids, (mark,))
            for text, id in values.items():
                if id is not None and present.get(id) == (column.take.makes[mark],):
                    told[text] = self._unknown(column, shelf, text.strip(), near, created=True)
        return values

    def _reference(
        self,
        column: Column,
        shelf: Shelf,
        text: str,
        word: str,
        told: Refusals,
        near: Suggestions,
    ) -> str | None:
        if _ID_FORM.fullmatch(word.lower()):
            if shelf.find((ID,), (word.lower(),)):
                return word.lower()
        else:
            ids = shelf.titled(word)
            if len(ids) == 1:
                return ids[0]
            if ids:
                told[text] = (
                    _("{count} records are called “{text}”.").format(count=len(ids), text=word),
                    _("The field was left empty."),
                    _("Give the id of the one that is meant."),
                )
                return None
            if column.take.missing == "create":
                near.ready()
                values = {shelf.entity.title[0]: word, **column.take.makes}
                translated, known = TRANSLATED.get(shelf.entity.name, ("", {}))
                if word.lower() in known:
                    values[translated] = known[word.lower()]
                shelf.make_room(values)
                told[text] = self._unknown(column, shelf, word, near, created=True)
                self._count(shelf.entity.name)
                return shelf.make(values)
        told[text] = self._unknown(column, shelf, word, near, created=False)
        return None

    def _unknown(
        self, column: Column, shelf: Shelf, word: str, near: Suggestions, *, created: bool
    ) -> tuple[str, str, str]:
        entity = shelf.entity
        reason = _("“{text}” is not among the {entities}.").format(
            text=word, entities=entity.plural.text()
        )
        kept = _("The field was left empty.")
        if created:
            kept = _("It was kept as a new record.")
            marked = column.take.mark
            if marked:
                field = entity.field(marked)
                kept = _("It was kept as a record of its own ({field}: {value}).").format(
                    field=field.label.text(),
                    value=field.type.show(column.take.makes[marked], self._ctx),
                )
        return reason, kept, near.hint(word)

    def _count(self, entity: str) -> None:
        self.made[entity] = self.made.get(entity, 0) + 1

    # ------------------------------------------------------------ choices

    def _chosen(self, column: Column, texts: Iterable[str], told: Refusals) -> dict[str, Any]:
        field_type = column.field.type
        assert isinstance(field_type, ChoiceType)
        items = self._items(field_type.list_name)
        values: dict[str, Any] = {}
        labels = [item.label_en for item in items]
        near = Suggestions(lambda: labels)
        for text in texts:
            try:
                word = clean_text(unmasked(text))
                values[text] = (
                    find_choice(word, items, self._ctx.language, whole=True) if word else None
                )
            except ValueRefused as error:
                if column.take.missing != "create" or error.readings:
                    told[text] = _told(error)
                    continue
                try:
                    values[text] = self._new_choice(field_type, word)
                except ValueRefused as refused:
                    told[text] = _told(refused)
                    continue
                told[text] = (
                    error.message,
                    _("It was added to the list as it is written."),
                    near.hint(word),
                )
        return values

    def _items(self, list_name: str) -> list[ChoiceItem]:
        items = self._choices.get(list_name)
        if items is None:
            items = self._choices[list_name] = list(self._ctx.choices(list_name))
        return items

    def _new_choice(self, field_type: ChoiceType, word: str) -> str:
        key = str(ChoiceType().check(word))
        items = self._items(field_type.list_name)
        lists, shelf = self.of(LISTS), self.of(ITEMS)
        found = lists.find((LIST_NAME,), (field_type.list_name,))
        of = found[0] if found else lists.make({lists.entity.title[0]: field_type.list_name})
        values: Mapping[str, Any] = {
            ITEM_LIST: of,
            ITEM_KEY: key,
            shelf.entity.title[0]: word,
            ITEM_POSITION: len(items),
        }
        shelf.make(dict(values))
        self._count(ITEMS)
        items.append(ChoiceItem(key, word))
        return key


def _told(error: ValueRefused) -> tuple[str, str, str]:
    return error.message, error.kept or _("The field was left empty."), error.hint


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
