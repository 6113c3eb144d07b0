"""Days of the calendar as people write them: 22/11/2026 · 2026年11月22日 · 22 Nov · 11/22.

Numeric dates are read in the order of the locale's region. Where the locale does
not settle the order (plain "en"; day, month and a year at the end in a locale that
puts the year first; a strict context) every order is tried: a single valid reading
is taken, several are refused with all of them named. The same goes for a date that
does not fit the locale's order.

A year of two digits lies between 70 years back and 29 years ahead. A date without
a year is the one nearest to today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from crmdesk.i18n import _
from crmdesk.schema.dateshow import show_day
from crmdesk.schema.localeforms import babel_locale, forms_of
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import ValueRefused
from crmdesk.schema.zhnumerals import with_digits

_YEARS_BACK, _YEARS_AHEAD = 70, 29
_ORDERS = ("dmy", "mdy", "ymd")

_THREE = re.compile(r"(\d{1,4})(\s?[./-]\s?)(\d{1,2})\2(\d{1,4})\.?", re.ASCII)
_TWO = re.compile(r"(\d{1,2})[./-](\d{1,2})\.?", re.ASCII)
_EIGHT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_HAN = re.compile(
    r"(?:(\d{4}|\d{2}|[今明后去前]) ?年 ?)?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号號]?", re.ASCII
)
_HAN_YEARS = {"今": 0, "明": 1, "后": 2, "去": -1, "前": -2}
_TOKENS = re.compile(r"[\s,./-]+")
_ORDINAL = re.compile(r"(\d{1,4})(?:st|nd|rd|th|er|\.º|º|ª)?", re.ASCII)
_FILLERS = frozenset({"the", "of", "on", "den", "der", "am", "le", "de", "del", "el", "г", "a"})

_EN_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_EN_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EXTRA_DAYS = {"tues": 1, "wednes": 2, "thur": 3, "thurs": 3}


def refused_date(text: str) -> ValueRefused:
    """The refusal of a text that says no day."""
    return ValueRefused(
        _("“{text}” is not a date.").format(text=text.strip()[:80]),
        hint=_("Write it like 2026-11-22, tomorrow or next Friday."),
    )


def parse_digits(body: str, ctx: TextContext) -> date | None:
    """The day of a text of digits and signs (or 年月日) alone; None where it has none.

    Raises ValueRefused where the text has several readings or names no real day.
    """
    last = body[-1]
    if last in "日号號" and body[0].isdigit() and "月" in body:
        return _han(body, ctx)
    if not body[0].isdigit() or not (last.isdigit() or last == "."):
        return None
    three = _THREE.fullmatch(body)
    if three is not None:
        return _settle(body, _numeric((three[1], three[3], three[4]), ctx), ctx)
    eight = _EIGHT.fullmatch(body)
    if eight is not None:
        return _real(body, int(eight[1]), int(eight[2]), int(eight[3]))
    two = _TWO.fullmatch(body)
    if two is not None:
        return _settle(body, _without_year(int(two[1]), int(two[2]), ctx), ctx)
    return None


def parse_day(body: str, ctx: TextContext) -> date | None:
    """The day of a plain, case-folded text with the month's name or 月; None where it has none.

    Raises ValueRefused where it names no real day.
    """
    if "月" in body:
        return _han(with_digits(body), ctx)
    return _named(body, ctx)


def _settle(body: str, found: dict[str, date], ctx: TextContext) -> date:
    """The reading of the locale's own order, or the only one there is."""
    own = forms_of(ctx.locale).order
    if not ctx.strict and own in found:
        return found[own]
    days = sorted(set(found.values()))
    if len(days) == 1:
        return days[0]
    if not days:
        raise refused_date(body)
    raise ambiguous(body, (spelled(day, ctx) for day in days))


def ambiguous(text: str, readings: Iterable[str]) -> ValueRefused:
    """The refusal of a text with several readings."""
    named = tuple(readings)
    return ValueRefused(
        _("“{text}” can be read as {readings}.").format(
            text=text.strip(), readings=_(" or ").join(named)
        ),
        readings=named,
        hint=_("Type one of them."),
    )


def spelled(day: date, ctx: TextContext) -> str:
    """The day in a form that has one reading only."""
    return show_day(day, ctx) if ctx.language == "zh" or _in_words(ctx) else day.isoformat()


def _in_words(ctx: TextContext) -> bool:
    return "{3}" in forms_of(ctx.locale).date_pattern


def _numeric(parts: tuple[str, str, str], ctx: TextContext) -> dict[str, date]:
    if len(parts[0]) >= 3:
        orders: tuple[str, ...] = ("ymd",)
    elif len(parts[2]) >= 3:
        orders = ("dmy", "mdy")
    else:
        orders = _ORDERS
    found = {}
    for order in orders:
        value = dict(zip(order, parts, strict=True))
        year = full_year(value["y"], ctx)
        if year is None:
            continue
        try:
            found[order] = date(year, int(value["m"]), int(value["d"]))
        except ValueError:
            continue
    return found


def full_year(digits: str, ctx: TextContext) -> int | None:
    """The year of two or four digits; None for any other count."""
    if len(digits) == 4:
        return int(digits)
    if len(digits) != 2:
        return None
    today = ctx.today().year
    year = today // 100 * 100 + int(digits)
    if year > today + _YEARS_AHEAD:
        return year - 100
    return year + 100 if year < today - _YEARS_BACK else year


def _without_year(first: int, second: int, ctx: TextContext) -> dict[str, date]:
    found = {}
    # Where the year comes first, month and day follow in that order.
    for order, month, day in (("dmy", second, first), ("mdy", first, second)):
        near = nearest(month, day, ctx.today())
        if near is not None:
            found[order] = near
    if "mdy" in found:
        found["ymd"] = found["mdy"]
    return found


def nearest(month: int, day: int, today: date) -> date | None:
    """The day of that month nearest to today, the later of two; None if no year has it."""
    near = []
    for year in range(today.year - 4, today.year + 5):  # four years: 29 February
        try:
            near.append(date(year, month, day))
        except ValueError:
            continue
    return min(near, key=lambda each: (abs(each - today), each < today)) if near else None


def _real(body: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise refused_date(body) from error


def _han(body: str, ctx: TextContext) -> date | None:
    match = _HAN.fullmatch(body)
    if match is None:
        return None
    year, month, day = match[1], int(match[2]), int(match[3])
    if year is None:
        near = nearest(month, day, ctx.today())
        if near is None:
            raise refused_date(body)
        return near
    if year in _HAN_YEARS:
        return _real(body, ctx.today().year + _HAN_YEARS[year], month, day)
    return _real(body, full_year(year, ctx) or 0, month, day)


def _named(body: str, ctx: TextContext) -> date | None:
    """A date with the month's name: 22 Nov 2026, Nov 22, Fri 22 November."""
    tokens = [token for token in _TOKENS.split(body) if token and token not in _FILLERS]
    if not 2 <= len(tokens) <= 4:
        return None
    months, weekdays = month_names(ctx.locale), weekday_names(ctx.locale)
    month: int | None = None
    weekday: int | None = None
    numbers: list[str] = []
    for token in tokens:
        if token in months and month is None:
            month = months[token]
        elif token in weekdays and weekday is None:
            weekday = weekdays[token]
        else:
            number = _ORDINAL.fullmatch(token.lstrip("'"))
            if number is None:
                return None
            numbers.append(number[1])
    if month is None or not 1 <= len(numbers) <= 2:
        return None
    if len(numbers) == 1:
        found = nearest(month, int(numbers[0]), ctx.today()) if len(numbers[0]) < 3 else None
    else:
        day, year = numbers if len(numbers[0]) < 3 else reversed(numbers)
        found = _real(body, full_year(year, ctx) or 0, month, int(day))
    if found is None:
        raise refused_date(body)
    if weekday is not None and found.weekday() != weekday:
        raise ValueRefused(
            _("“{text}”: {day} is another day of the week.").format(
                text=body, day=spelled(found, ctx)
            )
        )
    return found


@lru_cache(maxsize=16)
def month_names(locale: str) -> dict[str, int]:
    """The number of a month by its names in English and in the locale's language."""
    names = _starts(_EN_MONTHS, 1)
    names["sept"] = 9
    for width, number, name in _babel_names("months", locale):
        if width != "narrow":
            names.setdefault(name, number)
    return names


@lru_cache(maxsize=16)
def weekday_names(locale: str) -> dict[str, int]:
    """The number of a weekday (Monday 0) by its names in English and the locale's language."""
    names = _starts(_EN_DAYS, 0) | _EXTRA_DAYS
    for width, number, name in _babel_names("days", locale):
        if width != "narrow" and len(name) > 1:
            names.setdefault(name, number)
    return names


def _starts(words: tuple[str, ...], base: int) -> dict[str, int]:
    names = {word[:3]: number for number, word in enumerate(words, base)}
    return names | {word: number for number, word in enumerate(words, base)}


def _babel_names(what: str, locale: str) -> Iterable[tuple[str, int, str]]:
    if locale[:2] in ("en", "zh"):
        return  # English is known, and Chinese dates have a grammar of their own
    found = babel_locale(locale)
    if found is None:
        return
    for form in ("format", "stand-alone"):
        for width, named in getattr(found, what)[form].items():
            for number, name in named.items():
                yield width, number, name.casefold().rstrip(".")
