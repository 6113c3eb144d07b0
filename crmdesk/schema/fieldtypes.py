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
from typing import Any, ClassVar, NamedTuple

from crmdesk.i18n import _
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Cell, ValueRefused

EMPTY_OPERATORS = ("empty", "not_empty")
TEXT_OPERATORS = ("contains", "not_contains", "starts", "ends", "is", "is_not", "in", "not_in",
                  *EMPTY_OPERATORS)  # fmt: skip
NUMBER_OPERATORS = ("is", "is_not", "gt", "ge", "lt", "le", "between", "in", "not_in",
                    *EMPTY_OPERATORS)  # fmt: skip
TIME_OPERATORS = ("within", "is", "is_not", "gt", "ge", "lt", "le", "between", *EMPTY_OPERATORS)
PICK_OPERATORS = ("is", "is_not", "in", "not_in", *EMPTY_OPERATORS)


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
        """The value of the cells that `to_stored` made.

        Raises ValueRefused for cells that no value has (another program may have
        written them).
        """

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


def unreadable(cells: tuple[object, ...]) -> ValueRefused:
    """The refusal of cells that do not come from a value."""
    return ValueRefused(
        _("“{cell}” in the store cannot be read.").format(cell=str(cells[0])[:80]),
        kept=_("It was left as it is."),
        hint=_("Type the value again."),
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


class OneCell(FieldType):
    """Base of the types whose value is what one column holds."""

    def to_stored(self, value: Any) -> tuple[Cell, ...]:
        return (value,)

    def from_stored(self, *cells: Any) -> Any:
        return cells[0]


_BREAKS = re.compile(r"[\t ]*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+[\t ]*")


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


class DataType(OneCell):
    """Data for programs: any JSON value, kept with sorted keys."""

    kind: ClassVar[str] = "data"
    operators: ClassVar[tuple[str, ...]] = ("contains", "not_contains", *EMPTY_OPERATORS)

    def to_stored(self, value: Any) -> tuple[Cell, ...]:
        if value is None:
            return (None,)
        return (_json(value),)

    def from_stored(self, *cells: Any) -> Any:
        try:
            return None if cells[0] is None else json.loads(cells[0])
        except (TypeError, ValueError, RecursionError) as error:
            raise unreadable(cells) from error

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
