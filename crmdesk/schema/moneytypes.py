"""Money: an exact amount with its currency."""

from __future__ import annotations

from typing import Any, ClassVar

from crmdesk.i18n import _
from crmdesk.schema.currencies import is_currency, shown_sign, split_currency
from crmdesk.schema.fieldtypes import NUMBER_OPERATORS, FieldType, refuse_type, unreadable
from crmdesk.schema.localeforms import forms_of
from crmdesk.schema.numbertext import edit_number, group_digits, parse_number, plain
from crmdesk.schema.numbertypes import UNITS, exact
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import MINOR_DIGITS, Cell, Money, ValueRefused, minor_digits

_CENT = UNITS[2]
_UNIT_OF = {currency: UNITS[digits] for currency, digits in MINOR_DIGITS.items()}


class MoneyType(FieldType):
    """An amount in a currency, stored in the currency's minor units (cents)."""

    kind: ClassVar[str] = "money"
    operators: ClassVar[tuple[str, ...]] = NUMBER_OPERATORS
    numeric: ClassVar[bool] = True
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("", "INTEGER"), ("currency", "TEXT"))

    def to_stored(self, value: Money | None) -> tuple[Cell, ...]:
        if value is None:
            return (None, None)
        return int(value.amount.scaleb(minor_digits(value.currency))), value.currency

    def from_stored(self, *cells: Any) -> Money | None:
        minor, currency = cells
        if minor is None:
            return None
        try:
            return Money(minor * _UNIT_OF.get(currency, _CENT), currency)
        except TypeError as error:
            raise unreadable(cells) from error

    def parse(self, text: str, ctx: TextContext) -> Money | None:
        body = plain(text)
        if not body:
            return None
        number, currency = split_currency(body, ctx)
        return self.check(Money(parse_number(number, ctx), currency))

    def show(self, value: Money | None, ctx: TextContext) -> str:
        if value is None:
            return ""
        locale = ctx.locale
        digits = group_digits(value.amount, locale, minor_digits(value.currency))
        sign = shown_sign(value.currency, ctx.currency, ctx.language)
        if forms_of(locale).currency_first:
            if digits[0] == "-":
                return f"-{sign}\u00a0{digits[1:]}"
            return f"{sign}\u00a0{digits}"
        return f"{digits}\u00a0{sign}"

    def edit_text(self, value: Money | None, ctx: TextContext) -> str:
        if value is None:
            return ""
        digits = edit_number(value.amount, ctx)
        return digits if value.currency == ctx.currency else f"{value.currency} {digits}"

    def check(self, value: Any) -> Money | None:
        if value is None:
            return None
        if not isinstance(value, Money):
            raise refuse_type(value, _("an amount with its currency"))
        currency = value.currency
        if not is_currency(currency):
            raise ValueRefused(
                _("“{code}” is not a currency.").format(code=currency),
                hint=_("Use a code of three letters such as USD, EUR or CNY."),
            )
        return Money(exact(value.amount, minor_digits(currency)), currency)

    def sort_key(self, value: Money | None) -> tuple[Any, ...]:
        return () if value is None else (value.currency, value.amount)
