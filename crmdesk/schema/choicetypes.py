"""Values picked from a few: yes/no, choices of a list, ratings, colours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from crmdesk.i18n import Label, _
from crmdesk.schema.fieldtypes import (
    EMPTY_OPERATORS,
    NUMBER_OPERATORS,
    PICK_OPERATORS,
    FieldType,
    OneCell,
    clean_text,
    folded,
    refuse_type,
    unreadable,
)
from crmdesk.schema.numbertext import plain
from crmdesk.schema.textcontext import ChoiceItem, TextContext
from crmdesk.schema.values import Cell, ValueRefused

_YES = Label("Yes", "是")
_NO = Label("No", "否")
# How many choices a reason names.
_NAMED = 8
_TRUE = frozenset(
    ("yes", "y", "true", "t", "1", "on", "x", "v", "ja", "oui", "si", "sí", "✓", "✔", "☑", "✅",
     "√", "是", "是的", "对", "真")
)  # fmt: skip
_FALSE = frozenset(
    ("no", "n", "false", "f", "0", "off", "nein", "non", "✗", "✘", "☐", "❌",
     "否", "不", "不是", "错", "假")
)  # fmt: skip


class BooleanType(FieldType):
    """Yes or no."""

    kind: ClassVar[str] = "boolean"
    operators: ClassVar[tuple[str, ...]] = ("is", "is_not", *EMPTY_OPERATORS)
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("", "INTEGER"),)

    def to_stored(self, value: bool | None) -> tuple[Cell, ...]:
        return (None,) if value is None else (int(value),)

    def from_stored(self, *cells: Any) -> bool | None:
        return None if cells[0] is None else bool(cells[0])

    def parse(self, text: str, ctx: TextContext) -> bool | None:
        word = plain(text).casefold()
        if not word:
            return None
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise ValueRefused(
            _("“{text}” is neither yes nor no.").format(text=text.strip()),
            hint=_("Type yes or no."),
        )

    def show(self, value: bool | None, ctx: TextContext) -> str:
        if value is None:
            return ""
        return (_YES if value else _NO).text(ctx.language)

    def check(self, value: Any) -> bool | None:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int) and value in (0, 1):
            return bool(value)
        raise refuse_type(value, _("yes or no"))


def find_choice(
    text: str, items: Iterable[ChoiceItem], language: str = "en", *, whole: bool = False
) -> str:
    """The key that a text means: a key, a label in either language, or their one beginning.

    Case and diacritics do not matter. Raises ValueRefused, with the labels (in the
    language) as readings where several entries begin like the text. With `whole` a
    beginning is not enough: what a file abbreviates is not guessed.
    """
    items = tuple(items)
    for item in items:
        if text == item.key:
            return item.key
    word = folded(text)
    names = {item.key: _names(item) for item in items}
    same = [item for item in items if word in names[item.key]]
    near = same or [
        item
        for item in items
        if not whole and any(name.startswith(word) for name in names[item.key])
    ]
    if len(near) == 1:
        return near[0].key
    if near:
        readings = [f"{item.label(language)} ({item.key})" for item in near]
        raise ValueRefused(
            _("“{text}” can be {readings}.").format(text=text, readings=_(" or ").join(readings)),
            readings=readings,
            hint=_("Type more of it."),
        )
    known = ", ".join(item.label(language) for item in items[:_NAMED])
    hint = _("There are: {choices}.")
    if len(items) > _NAMED:
        hint = _("There are, among others: {choices}.")
    raise ValueRefused(
        _("“{text}” is not one of the choices.").format(text=text),
        hint=hint.format(choices=known) if known else "",
    )


def _names(item: ChoiceItem) -> tuple[str, ...]:
    return tuple(folded(name) for name in (item.key, item.label_en, item.label_zh) if name)


def _label(key: str, items: Iterable[ChoiceItem], language: str) -> str:
    for item in items:
        if item.key == key:
            return item.label(language)
    return key


def _check_key(value: Any) -> str | None:
    if not isinstance(value, str):
        raise refuse_type(value, _("the key of a choice"))
    key = clean_text(value)
    if _SEPARATORS.search(key):
        raise ValueRefused(_("“{key}” cannot be the key of a choice.").format(key=key))
    return key or None


_SEPARATORS = re.compile(r"[,，;；、\n\r]")


@dataclass(frozen=True)
class ChoiceType(OneCell):
    """One entry of a choice list; the value is its key."""

    kind: ClassVar[str] = "choice"
    operators: ClassVar[tuple[str, ...]] = PICK_OPERATORS
    list_name: str = ""

    def parse(self, text: str, ctx: TextContext) -> str | None:
        word, items = clean_text(text), ctx.choices(self.list_name)
        return find_choice(word, items, ctx.language, whole=ctx.strict) if word else None

    def show(self, value: str | None, ctx: TextContext) -> str:
        if value is None:
            return ""
        return _label(value, ctx.choices(self.list_name), ctx.language)

    def edit_text(self, value: str | None, ctx: TextContext) -> str:
        return "" if value is None else _unmistakable(value, self.list_name, ctx)

    def check(self, value: Any) -> str | None:
        return None if value is None else _check_key(value)


def _unmistakable(key: str, list_name: str, ctx: TextContext) -> str:
    """The label where it finds the key again, else the key."""
    items = ctx.choices(list_name)
    label = clean_text(_label(key, items, ctx.language))
    if _SEPARATORS.search(label):
        return key
    try:
        return label if label and find_choice(label, items) == key else key
    except ValueRefused:
        return key


@dataclass(frozen=True)
class ChoicesType(FieldType):
    """Several entries of a choice list; the value is the tuple of their keys, in order."""

    kind: ClassVar[str] = "choices"
    operators: ClassVar[tuple[str, ...]] = ("contains", "not_contains", *EMPTY_OPERATORS)
    list_name: str = ""

    def to_stored(self, value: tuple[str, ...] | None) -> tuple[Cell, ...]:
        if not value:
            return (None,)
        return (json.dumps(value, ensure_ascii=False, separators=(",", ":")),)

    def from_stored(self, *cells: Any) -> tuple[str, ...] | None:
        try:
            return None if cells[0] is None else tuple(map(str, json.loads(cells[0])))
        except (TypeError, ValueError, RecursionError) as error:
            raise unreadable(cells) from error

    def parse(self, text: str, ctx: TextContext) -> tuple[str, ...] | None:
        words = [clean_text(word) for word in _SEPARATORS.split(text)]
        items = ctx.choices(self.list_name)
        return self.check(
            tuple(
                find_choice(word, items, ctx.language, whole=ctx.strict) for word in words if word
            )
        )

    def show(self, value: tuple[str, ...] | None, ctx: TextContext) -> str:
        if not value:
            return ""
        items = ctx.choices(self.list_name)
        between = "、" if ctx.language == "zh" else ", "
        return between.join(_label(key, items, ctx.language) for key in value)

    def edit_text(self, value: tuple[str, ...] | None, ctx: TextContext) -> str:
        return ", ".join(_unmistakable(key, self.list_name, ctx) for key in value or ())

    def check(self, value: Any) -> tuple[str, ...] | None:
        if value is None:
            return None
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise refuse_type(value, _("a list of choices"))
        keys = (_check_key(key) for key in value)
        return tuple(dict.fromkeys(key for key in keys if key)) or None


_STARS = re.compile(r"([★⭐]*)[☆]*")
_OUT_OF_FIVE = re.compile(r"([0-5])(?:\s*/\s*5|\s*stars?|\s*[星级]|[.,]0+)?", re.IGNORECASE)


class RatingType(OneCell):
    """A rating of 0 to 5 stars."""

    kind: ClassVar[str] = "rating"
    operators: ClassVar[tuple[str, ...]] = NUMBER_OPERATORS
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("", "INTEGER"),)

    def parse(self, text: str, ctx: TextContext) -> int | None:
        body = plain(text)
        if not body:
            return None
        stars = _STARS.fullmatch(body)
        if stars is not None:
            return self.check(len(stars[1]))
        number = _OUT_OF_FIVE.fullmatch(body)
        if number is None:
            raise ValueRefused(
                _("“{text}” is not a rating.").format(text=text.strip()),
                hint=_("Type a number from 0 to 5, or as many stars."),
            )
        return int(number[1])

    def show(self, value: int | None, ctx: TextContext) -> str:
        return "" if value is None else _RATINGS.get(value, str(value))

    def edit_text(self, value: int | None, ctx: TextContext) -> str:
        return "" if value is None else str(value)

    def check(self, value: Any) -> int | None:
        if value is None:
            return None
        whole = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
        if not whole or value not in (0, 1, 2, 3, 4, 5):
            raise refuse_type(value, _("a rating from 0 to 5"))
        return int(value)


_RATINGS = {stars: "★" * stars + "☆" * (5 - stars) for stars in range(6)}

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")


class ColourType(OneCell):
    """A colour, kept as #rrggbb."""

    kind: ClassVar[str] = "colour"
    operators: ClassVar[tuple[str, ...]] = PICK_OPERATORS

    def parse(self, text: str, ctx: TextContext) -> str | None:
        return self.check(text)

    def show(self, value: str | None, ctx: TextContext) -> str:
        return value or ""

    def check(self, value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise refuse_type(value, _("a colour"))
        body = plain(value).lower()
        if not body:
            return None
        digits = _HEX.fullmatch(body)
        if digits is not None:
            code = digits[1]
            return "#" + (code if len(code) == 6 else "".join(letter * 2 for letter in code))
        parts = _RGB.fullmatch(body)
        if parts is not None and all(int(part) < 256 for part in parts.groups()):
            return "#" + "".join(f"{int(part):02x}" for part in parts.groups())
        raise ValueRefused(
            _("“{text}” is not a colour.").format(text=value.strip()[:40]),
            hint=_("Write it like #2f6fed."),
        )
