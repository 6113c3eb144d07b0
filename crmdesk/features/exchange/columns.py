"""Columns of text into values: each column's habits are found once, from all of it.

A cell alone often has two readings (03/04/2016, 1.234); the other cells of its column
usually settle it. Where they do not, the import is refused with both readings and the
option that says which is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.schema.query import DAY_AND_TIME_KINDS
from crmdesk.schema.registry import Field
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Money, ValueRefused

DATE_ORDERS = ("dmy", "mdy", "ymd")
DECIMAL_SIGNS = (".", ",")

_ORDER_LOCALES = {"dmy": "en_GB", "mdy": "en_US", "ymd": "zh_CN"}
_SIGN_LOCALES = {".": "en_US", ",": "de_DE"}
_WRITTEN = {".": "1,234.56", ",": "1.234,56"}

_TRIPLE = re.compile(r"(?<!\d)(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?!\d)", re.ASCII)
_DIGITS = re.compile(r"\d[\d.,]*\d|[.,]\d+|\d", re.ASCII)
_GROUP_OF_THREE = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_SPACES = re.compile(r"(?<=\d)[' \u00a0\u202f](?=\d)")
_TIMES = frozenset({"date", *DAY_AND_TIME_KINDS})
_MASKED = re.compile(r"'+[=+\-@\t\r]")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?", re.ASCII)


def masked(text: str, *, numeric: bool = False) -> str:
    """The text so that no spreadsheet takes it for a formula: an apostrophe before it.

    The plain numbers of numeric columns stay numbers. `unmasked` takes it back.
    """
    if not text or text[0] not in "=+-@\t\r'":
        return text
    if numeric and _PLAIN_NUMBER.fullmatch(text):
        return text
    return "'" + text if _FORMULA.match(text) else text


def unmasked(text: str) -> str:
    """The text as it was before `masked`."""
    return text[1:] if text[:1] == "'" and _MASKED.match(text) else text


@dataclass(frozen=True)
class Habits:
    """How the numbers and dates of a column are written; "" where every cell says it."""

    dates: str = ""
    numbers: str = ""


def habits_of(field: Field, texts: Iterable[str], told: Habits, file: str, header: str) -> Habits:
    """The habits of a column's texts; KnownError where they have two readings.

    `told` is what the user has said; it decides wherever it is not "".
    """
    if field.kind in _TIMES:
        return Habits(dates=told.dates or _date_order(texts, file, header))
    if field.type.numeric and field.kind != "duration":
        whole = field.kind in ("integer", "rating")
        return Habits(numbers=told.numbers or _decimal_sign(texts, whole, file, header))
    return Habits()


def read_texts(
    field: Field, texts: Iterable[str], ctx: TextContext, habits: Habits, factor: Decimal
) -> tuple[dict[str, Any], dict[str, ValueRefused]]:
    """The values of different texts, and why others have none."""
    if habits.dates:
        ctx = replace(ctx, locale=_ORDER_LOCALES[habits.dates], strict=False)
    elif habits.numbers:
        ctx = replace(ctx, locale=_SIGN_LOCALES[habits.numbers], strict=False)
    values: dict[str, Any] = {}
    refused: dict[str, ValueRefused] = {}
    parse, check = field.type.parse, field.type.check
    for text in texts:
        try:
            value = parse(unmasked(text), ctx)
            values[text] = value if factor == 1 else check(_times(value, factor))
        except ValueRefused as error:
            refused[text] = error
    return values, refused


def read_amounts(
    field: Field,
    pairs: Iterable[tuple[str, str]],
    ctx: TextContext,
    habits: Habits,
    factor: Decimal,
) -> tuple[dict[tuple[str, str], Any], dict[tuple[str, str], ValueRefused]]:
    """The amounts of texts with the currency that stands in a column of its own."""
    values: dict[tuple[str, str], Any] = {}
    refused: dict[tuple[str, str], ValueRefused] = {}
    by_currency: dict[str, list[str]] = {}
    for text, currency in pairs:
        by_currency.setdefault(currency, []).append(text)
    for currency, texts in by_currency.items():
        own = replace(ctx, currency=currency.strip().upper() or ctx.currency)
        good, bad = read_texts(field, texts, own, habits, factor)
        values.update(((text, currency), value) for text, value in good.items())
        refused.update(((text, currency), error) for text, error in bad.items())
    return values, refused


def _times(value: Any, factor: Decimal) -> Any:
    if value is None:
        return None
    if isinstance(value, Money):
        return Money(value.amount * factor, value.currency)
    return value * factor


def _date_order(texts: Iterable[str], file: str, header: str) -> str:
    possible = set(DATE_ORDERS)
    doubtful: dict[str, dict[str, date]] = {}
    seen = False
    for text in texts:
        match = _TRIPLE.search(text)
        if match is None or len(match[1]) > 2:
            continue
        readings = _readings((match[1], match[2], match[3]))
        if "." in match[0]:
            # 25.12.16 is written by those who put the day first, or the month.
            readings.pop("ymd", None)
        if not readings:
            continue
        seen = True
        possible &= set(readings)
        if len(set(readings.values())) > 1:
            doubtful[text] = readings
    if not seen or not possible:
        return ""
    left = [order for order in DATE_ORDERS if order in possible]
    if len(left) > 1:
        for text, readings in doubtful.items():
            if len({readings[order] for order in left}) > 1:
                raise _two_readings(
                    file, header, text,
                    [f"{readings[order].isoformat()} ({order})" for order in left],
                    _("Say which with --dates {orders}.").format(
                        orders=_(" or --dates ").join(left)
                    ),
                )  # fmt: skip
    return left[0]


def _readings(parts: tuple[str, str, str]) -> dict[str, date]:
    orders = ("dmy", "mdy") if len(parts[2]) > 2 else DATE_ORDERS
    found = {}
    for order in orders:
        value = dict(zip(order, map(int, parts), strict=True))
        year = value["y"] if value["y"] > 99 else 2000 + value["y"]
        try:
            found[order] = date(year, value["m"], value["d"])
        except ValueError:
            continue
    return found


def _decimal_sign(texts: Iterable[str], whole: bool, file: str, header: str) -> str:
    evidence: set[str] = set()
    doubtful: dict[str, str] = {}
    for text in texts:
        if "." not in text and "," not in text:
            continue
        match = _DIGITS.search(_SPACES.sub("", text))
        if match is None:
            continue
        sign = _told_by(match[0])
        if sign:
            evidence.add(sign)
        elif "." in match[0] or "," in match[0]:
            group = "." if "." in match[0] else ","
            if whole:
                evidence.add("," if group == "." else ".")
            else:
                doubtful.setdefault(group, text)
    if len(evidence) == 1:
        return evidence.pop()
    if evidence or not doubtful:
        return ""
    for group, text in doubtful.items():
        digits = _SPACES.sub("", text)
        readings = [digits.replace(group, ""), digits.replace(group, ".")]
        raise _two_readings(
            file, header, text, readings,
            _("Say which with --numbers {point} or --numbers {comma}.").format(
                point=_WRITTEN["."], comma=_WRITTEN[","]
            ),
        )  # fmt: skip
    return ""


def _told_by(digits: str) -> str:
    """The decimal sign that digits show, "" where they fit both."""
    point, comma = digits.count("."), digits.count(",")
    if point and comma:
        return "." if digits.rindex(".") > digits.rindex(",") else ","
    if point > 1 or comma > 1:
        return "," if point else "."
    if (point or comma) and not _GROUP_OF_THREE.fullmatch(digits):
        return "." if point else ","
    return ""


def decimal_sign_of(written: str) -> str:
    """The decimal sign in an example such as 1.234,56; KnownError for another text."""
    sign = _told_by(written) if written not in DECIMAL_SIGNS else written
    if not sign:
        raise KnownError(
            _("“{text}” does not show how numbers are written.").format(text=written),
            hint=_("Write 1,234.56 or 1.234,56."),
        )
    return sign


def _two_readings(file: str, header: str, text: str, readings: list[str], hint: str) -> KnownError:
    return KnownError(
        _("{file}, column “{header}”: “{text}” can be read as {readings}.").format(
            file=file, header=header, text=text, readings=_(" or ").join(readings)
        ),
        kept=_("Nothing was imported."),
        hint=hint,
    )
