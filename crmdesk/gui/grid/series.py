"""Continues a series of values, as a spreadsheet does when it is filled; without Qt."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from crmdesk.schema.values import Instant, Money, zone_of

_NUMBERED = re.compile(r"(.*?)(\d{1,15})(\D*)", re.DOTALL)
_MONTHS = 12


def continued(values: Sequence[Any], count: int) -> list[Any] | None:
    """The next `count` values where two or more have one step, None where they have none.

    Numbers, amounts of one currency, durations and days by their difference; days of the same
    day of the month, or all the last of it, by months; texts by the number in them.
    """
    if len(values) < 2 or any(value is None for value in values):
        return None
    try:
        return _continued(list(values), count)
    except (OverflowError, ValueError):
        # Beyond the last day of the calendar.
        return None


def _continued(values: list[Any], count: int) -> list[Any] | None:
    first = values[0]
    if any(type(value) is not type(first) for value in values):
        return None
    if isinstance(first, bool):
        return None
    if isinstance(first, (int, Decimal, timedelta)):
        return _stepped(values, count)
    if isinstance(first, Money):
        if len({value.currency for value in values}) > 1:
            return None
        amounts = _stepped([value.amount for value in values], count)
        return amounts and [Money(amount, first.currency) for amount in amounts]
    if isinstance(first, date):
        return _days(values, count)
    if isinstance(first, Instant):
        return _instants(values, count)
    if isinstance(first, str):
        return _texts(values, count)
    return None


def _stepped(values: Sequence[Any], count: int) -> list[Any] | None:
    step = values[1] - values[0]
    pairs = pairwise(values)
    if any(after - before != step for before, after in pairs):
        return None
    return [values[-1] + step * n for n in range(1, count + 1)]


def _days(values: Sequence[date], count: int) -> list[date] | None:
    months = [day.year * _MONTHS + day.month for day in values]
    ends = all(day.day == _last_day(day.year, day.month) for day in values)
    if months[0] != months[-1] and (ends or len({day.day for day in values}) == 1):
        following = _stepped(months, count)
        if following is not None:
            return [_in_month(month, 31 if ends else values[0].day) for month in following]
    return _stepped(values, count)


def _in_month(month: int, day: int) -> date:
    year, rest = divmod(month - 1, _MONTHS)
    return date(year, rest + 1, min(day, _last_day(year, rest + 1)))


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _instants(values: Sequence[Instant], count: int) -> list[Instant] | None:
    # By the clock on the wall: nine o'clock stays nine o'clock over the change of the clocks.
    zone = values[0].zone
    walls = [value.local(zone).replace(tzinfo=None) for value in values]
    following = _stepped(walls, count)
    if following is None:
        return None
    made: Callable[[datetime], datetime] = lambda wall: wall.replace(tzinfo=zone_of(zone))  # noqa: E731
    return [Instant(made(wall).astimezone(UTC), zone) for wall in following]


def _texts(values: Sequence[str], count: int) -> list[str] | None:
    found = [_NUMBERED.fullmatch(value) for value in values]
    parts = [one.groups() for one in found if one is not None]
    if len(parts) < len(values) or len({(before, after) for before, _n, after in parts}) > 1:
        return None
    before, digits, after = parts[0]
    numbers = _stepped([int(number) for _b, number, _a in parts], count)
    if numbers is None or min(numbers, default=0) < 0:
        return None
    width = len(digits) if digits.startswith("0") else 0
    return [f"{before}{number:0{width}d}{after}" for number in numbers]
