"""Numbers: whole ones, ones with a fixed count of decimals, percentages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from crmdesk.i18n import _
from crmdesk.schema.fieldtypes import NUMBER_OPERATORS, FieldType, OneCell, refuse_type, unreadable
from crmdesk.schema.localeforms import forms_of
from crmdesk.schema.numbertext import edit_number, group_digits, parse_number, plain
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Cell, ValueRefused

_LARGEST = 2**63 - 1  # SQLite's integers have 64 bits


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
    rounded = number.quantize(UNITS[places], ROUND_HALF_UP)
    fits(int(rounded.scaleb(places)))
    return rounded


UNITS = tuple(Decimal(1).scaleb(-places) for places in range(13))
"""The value of one in the last place, by the count of decimals."""


@dataclass(frozen=True)
class IntegerType(OneCell):
    """A whole number of up to 18 digits.

    Without `grouping` its thousands stand together: a year, a number of a house.
    """

    grouping: bool = True
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
        if not self.grouping:
            return str(value)
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
        try:
            return None if cells[0] is None else cells[0] * UNITS[self.places]
        except TypeError as error:
            raise unreadable(cells) from error

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
