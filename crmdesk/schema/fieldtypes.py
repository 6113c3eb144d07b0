"""What a field can hold: the base of all field types, and those of text and numbers.

Each type has three explicit forms: *stored* (cells of one or two columns), *text*
(as typed and as shown) and *value* (Python). The table of all kinds is in
`schema.kinds`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar, NamedTuple

from crmdesk.i18n import _
from crmdesk.schema.localeforms import forms_of
from crmdesk.schema.numbertext import edit_number, group_digits, parse_number, plain
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Cell, ValueRefused

EMPTY_OPERATORS = ("empty", "not_empty")
TEXT_OPERATORS = ("contains", "not_contains", "starts", "ends", "is", "is_not", "in", "not_in",
                  *EMPTY_OPERATORS)  # fmt: skip
NUMBER_OPERATORS = ("is", "is_not", "gt", "ge", "lt", "le", "between", "in", "not_in",
                    *EMPTY_OPERATORS)  # fmt: skip
TIME_OPERATORS = ("within", "is", "is_not", "gt", "ge", "lt", "le", "between", *EMPTY_OPERATORS)
PICK_OPERATORS = ("is", "is_not", "in", "not_in", *EMPTY_OPERATORS)

_LARGEST = 2**63 - 1  # SQLite's integers have 64 bits


class ColumnSpec(NamedTuple):
    """One column that a field is stored in."""

    name: str
    sqltype: str


@dataclass(frozen=True)
class FieldType(ABC):
    """What a field can hold, and its forms in the store, in text and in Python."""

    kind: ClassVar[str]
    operators: ClassVar[tuple[str, ...]] = TEXT_OPERATORS
    numeric: ClassVar[bool] = False
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("", "TEXT"),)

    def columns(self, name: str) -> tuple[ColumnSpec, ...]:
        """The columns of a field of that name; the first one is named like the field."""
        return tuple(
            ColumnSpec(f"{name}_{suffix}" if suffix else name, sqltype)
            for suffix, sqltype in self.parts
        )

    @abstractmethod
    def to_stored(self, value: Any) -> tuple[Cell, ...]:
        """The cells of a checked value, one for each column; all None for None."""

    @abstractmethod
    def from_stored(self, *cells: Any) -> Any:
        """The value of the cells that `to_stored` made."""

    @abstractmethod
    def parse(self, text: str, ctx: TextContext) -> Any:
        """The value of a text as typed, None for an empty one; raises ValueRefused."""

    @abstractmethod
    def show(self, value: Any, ctx: TextContext) -> str:
        """The value as people read it; "" for None."""

    def edit_text(self, value: Any, ctx: TextContext) -> str:
        """The text an editor starts with; `parse` makes the same value of it."""
        return self.show(value, ctx)

    @abstractmethod
    def check(self, value: Any) -> Any:
        """The value in its normal form, None where it says nothing; raises ValueRefused."""

    def sort_key(self, value: Any) -> tuple[Any, ...]:
        """A key that puts values in order in Python; None comes first."""
        return () if value is None else (value,)


def refuse_type(value: object, wanted: str) -> ValueRefused:
    """The refusal of a Python value of a wrong type."""
    return ValueRefused(
        _("“{value}” cannot be kept here: {wanted} is needed.").format(
            value=str(value)[:80], wanted=wanted
        )
    )


def clean_text(value: str) -> str:
    """The text in NFC, without surrounding space, NUL and broken surrogates refused."""
    if value.isascii():
        if "\0" in value:
            raise ValueRefused(_("The text contains a NUL character."))
        return value.strip()
    if "\0" in value:
        raise ValueRefused(_("The text contains a NUL character."))
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueRefused(_("The text contains a broken character.")) from error
    return unicodedata.normalize("NFC", value).strip()


def folded(text: str) -> str:
    """The text without case and diacritics, for comparing."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def fits(number: int) -> int:
    """The whole number, or a refusal where 64 bits do not hold it."""
    if -_LARGEST <= number <= _LARGEST:
        return number
    raise ValueRefused(_("The number is too large to be kept."))


def exact(value: Any, places: int) -> Decimal:
    """A finite number rounded half up to so many places; raises ValueRefused."""
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, float)):
        raise refuse_type(value, _("a number"))
    # Through text, so that the float 0.1 is the 0.1 that was meant.
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite() or number.adjusted() > 19:
        raise ValueRefused(_("The number is too large to be kept."))
    rounded = number.quantize(_unit(places), ROUND_HALF_UP)
    fits(int(rounded.scaleb(places)))
    return rounded


_UNITS = tuple(Decimal(1).scaleb(-places) for places in range(13))


def _unit(places: int) -> Decimal:
    return _UNITS[places]


@dataclass(frozen=True)
class OneCell(FieldType):
    """Base of the types whose value is what one column holds."""

    def to_stored(self, value: Any) -> tuple[Cell, ...]:
        return (value,)

    def from_stored(self, *cells: Any) -> Any:
        return cells[0]


_BREAKS = re.compile(r"[\t ]*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+[\t ]*")


@dataclass(frozen=True)
class TextType(OneCell):
    """One line of text."""

    kind: ClassVar[str] = "text"

    def parse(self, text: str, ctx: TextContext) -> str | None:
        return self.check(text)

    def show(self, value: str | None, ctx: TextContext) -> str:
        return value or ""

    def check(self, value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise refuse_type(value, _("a text"))
        text = clean_text(value)
        if not text.isprintable():
            text = _BREAKS.sub(" ", text)
        return text or None

    def sort_key(self, value: str | None) -> tuple[Any, ...]:
        return () if value is None else (folded(value), value)


@dataclass(frozen=True)
class LongTextType(TextType):
    """Text of several lines; lines end in a line feed."""

    kind: ClassVar[str] = "longtext"
    operators: ClassVar[tuple[str, ...]] = (
        "contains", "not_contains", "starts", "ends", *EMPTY_OPERATORS,
    )  # fmt: skip

    def check(self, value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise refuse_type(value, _("a text"))
        text = clean_text(value)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text or None


@dataclass(frozen=True)
class IntegerType(OneCell):
    """A whole number of up to 18 digits."""

    kind: ClassVar[str] = "integer"
    operators: ClassVar[tuple[str, ...]] = NUMBER_OPERATORS
    numeric: ClassVar[bool] = True
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("", "INTEGER"),)

    def parse(self, text: str, ctx: TextContext) -> int | None:
        if text.isascii() and text.isdigit() and len(text) < 19:
            return int(text)
        if not text.strip():
            return None
        return self.check(parse_number(text, ctx))

    def show(self, value: int | None, ctx: TextContext) -> str:
        if value is None:
            return ""
        if ctx.locale in _COMMA_GROUPS:
            return f"{value:,}"
        return group_digits(Decimal(value), ctx.locale)

    def edit_text(self, value: int | None, ctx: TextContext) -> str:
        return "" if value is None else str(value)

    def check(self, value: Any) -> int | None:
        if value is None or (type(value) is int and -_LARGEST <= value <= _LARGEST):
            return value
        number = exact(value, 0)
        if number != value:
            raise ValueRefused(
                _("{value} is not a whole number.").format(value=value),
                hint=_("Leave out the decimals."),
            )
        return int(number)


_COMMA_GROUPS = frozenset({"en_US", "zh_CN", "en_GB", "en"})


@dataclass(frozen=True)
class DecimalType(FieldType):
    """A number with a fixed count of decimals; more of them are rounded half up."""

    kind: ClassVar[str] = "decimal"
    operators: ClassVar[tuple[str, ...]] = NUMBER_OPERATORS
    numeric: ClassVar[bool] = True
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("", "INTEGER"),)
    places: int = 2

    def to_stored(self, value: Decimal | None) -> tuple[Cell, ...]:
        return (None,) if value is None else (int(value.scaleb(self.places)),)

    def from_stored(self, *cells: Any) -> Decimal | None:
        return None if cells[0] is None else cells[0] * _UNITS[self.places]

    def parse(self, text: str, ctx: TextContext) -> Decimal | None:
        if not text or not text.strip():
            return None
        return self.check(parse_number(text, ctx))

    def show(self, value: Decimal | None, ctx: TextContext) -> str:
        return "" if value is None else group_digits(value, ctx.locale, self.places)

    def edit_text(self, value: Decimal | None, ctx: TextContext) -> str:
        return "" if value is None else edit_number(value, ctx)

    def check(self, value: Any) -> Decimal | None:
        return None if value is None else exact(value, self.places)


@dataclass(frozen=True)
class PercentType(DecimalType):
    """A percentage; the value 50 is 50 %, stored in hundredths of a percent."""

    kind: ClassVar[str] = "percent"

    def parse(self, text: str, ctx: TextContext) -> Decimal | None:
        body = plain(text)
        if body.endswith("%"):
            body = body[:-1]
        elif body.startswith(("%", "百分之")):
            body = body.removeprefix("%").removeprefix("百分之")
        elif not body:
            return None
        return self.check(parse_number(body, ctx))

    def show(self, value: Decimal | None, ctx: TextContext) -> str:
        if value is None:
            return ""
        sign = "\u00a0%" if forms_of(ctx.locale).percent_space else "%"
        return group_digits(value, ctx.locale, self.places) + sign


@dataclass(frozen=True)
class DataType(OneCell):
    """Data for programs: any JSON value, kept with sorted keys."""

    kind: ClassVar[str] = "data"
    operators: ClassVar[tuple[str, ...]] = ("contains", "not_contains", *EMPTY_OPERATORS)

    def to_stored(self, value: Any) -> tuple[Cell, ...]:
        if value is None:
            return (None,)
        return (_json(value),)

    def from_stored(self, *cells: Any) -> Any:
        return None if cells[0] is None else json.loads(cells[0])

    def parse(self, text: str, ctx: TextContext) -> Any:
        if not text.strip():
            return None
        try:
            return self.check(json.loads(text, parse_constant=_no_constant))
        except (ValueError, RecursionError) as error:
            raise ValueRefused(
                _("The text is not JSON: {why}").format(why=error),
                hint=_("Write it like {example}.").format(example='{"key": "value"}'),
            ) from error

    def show(self, value: Any, ctx: TextContext) -> str:
        return "" if value is None else _json(value)

    def check(self, value: Any) -> Any:
        try:
            text = _json(value)
            text.encode()
            return json.loads(text)
        except (TypeError, ValueError, RecursionError) as error:
            raise refuse_type(value, _("JSON data")) from error

    def sort_key(self, value: Any) -> tuple[Any, ...]:
        return () if value is None else (_json(value),)


def _json(value: Any) -> str:
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def _no_constant(name: str) -> None:
    raise ValueError(name)
