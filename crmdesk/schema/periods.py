"""Relative periods such as "this quarter": which days, and which points in time, they are.

All periods are half-open: the first day belongs to them, the end does not. Weeks
begin on the reader's `week_start` (0 = Monday … 6 = Sunday), days at midnight of the
reader's zone, or at the first moment of a day whose midnight the clocks leave out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from crmdesk.errors import KnownError
from crmdesk.i18n import Label, _
from crmdesk.schema.timetypes import stamp_text

OVERDUE = "overdue"
LAST_DAYS = "last_n_days"
NEXT_DAYS = "next_n_days"
MOST_DAYS = 36_500

PERIODS: dict[str, Label] = {
    "today": Label("Today", "今天"),
    "yesterday": Label("Yesterday", "昨天"),
    "tomorrow": Label("Tomorrow", "明天"),
    "this_week": Label("This week", "本周"),
    "last_week": Label("Last week", "上周"),
    "next_week": Label("Next week", "下周"),
    "this_month": Label("This month", "本月"),
    "last_month": Label("Last month", "上个月"),
    "next_month": Label("Next month", "下个月"),
    "this_quarter": Label("This quarter", "本季度"),
    "last_quarter": Label("Last quarter", "上季度"),
    "next_quarter": Label("Next quarter", "下季度"),
    "this_year": Label("This year", "今年"),
    "last_year": Label("Last year", "去年"),
    "next_year": Label("Next year", "明年"),
    LAST_DAYS: Label("Last … days", "最近…天"),
    NEXT_DAYS: Label("Next … days", "未来…天"),
    OVERDUE: Label("Overdue", "已逾期"),
}
"""Every period by name; the two that count days are written `last_n_days:30`."""

_COUNTED = re.compile(rf"({LAST_DAYS}|{NEXT_DAYS}):(\d{{1,6}})")
_WORDED = re.compile(r"(last|past|next)[ _](\d{1,6})[ _]days?")


class Days(NamedTuple):
    """Days from `first` up to but not including `end`; None where there is no limit."""

    first: date | None
    end: date | None


class Instants(NamedTuple):
    """Points in time from `first` up to but not including `end`, in UTC; None: no limit."""

    first: datetime | None
    end: datetime | None

    @property
    def stored(self) -> tuple[str | None, str | None]:
        """Both limits in the form in which points in time are stored."""
        first, end = self
        return (
            None if first is None else stamp_text(first),
            None if end is None else stamp_text(end),
        )


def period_name(text: str) -> str:
    """The name of the period that a text means, such as "this quarter" or "last 30 days".

    Raises KnownError where it means none.
    """
    word = "_".join(text.strip().casefold().replace("-", "_").split())
    if word in PERIODS and word not in (LAST_DAYS, NEXT_DAYS):
        return word
    counted = _COUNTED.fullmatch(word)
    if counted is not None:
        return f"{counted[1]}:{_count(counted[2])}"
    worded = _WORDED.fullmatch(word)
    if worded is not None:
        return f"{NEXT_DAYS if worded[1] == 'next' else LAST_DAYS}:{_count(worded[2])}"
    for name, label in PERIODS.items():
        if text.strip() == label.zh and name not in (LAST_DAYS, NEXT_DAYS):
            return name
    raise KnownError(
        _("“{text}” is not a period of time.").format(text=text.strip()[:40]),
        hint=_("Write one like {examples}.").format(
            examples="today, this_week, last_month, next_quarter, last_n_days:30, overdue"
        ),
    )


def days_of(name: str, today: date, week_start: int = 0) -> Days:
    """The days of a period as seen on `today`; raises KnownError for an unknown name.

    `last_n_days:30` are the 30 days that end with today, `next_n_days:7` the 7 days
    that begin with it; `overdue` is every day before today.
    """
    name = period_name(name)
    if name == OVERDUE:
        return Days(None, today)
    counted = _COUNTED.fullmatch(name)
    try:
        if counted is not None:
            count = timedelta(int(counted[2]))
            if counted[1] == LAST_DAYS:
                return Days(today - count + timedelta(1), today + timedelta(1))
            return Days(today, today + count)
        if name in _NEAR:
            first = today + timedelta(_NEAR[name])
            return Days(first, first + timedelta(1))
        which, unit = name.split("_")
        offset = {"last": -1, "this": 0, "next": 1}[which]
        if unit == "week":
            monday = today - timedelta((today.weekday() - week_start) % 7)
            first = monday + timedelta(7 * offset)
            return Days(first, first + timedelta(7))
        months = _MONTHS[unit]
        begin = month_start(today, months)
        return Days(_later(begin, months * offset), _later(begin, months * (offset + 1)))
    except (OverflowError, ValueError) as error:
        raise KnownError(_("The period “{name}” leaves the calendar.").format(name=name)) from error


def instants_of(name: str, now: datetime, zone: tzinfo, week_start: int = 0) -> Instants:
    """The points in time of a period as seen at `now` (aware) in the reader's zone.

    `overdue` ends now and not at midnight.
    """
    if period_name(name) == OVERDUE:
        return Instants(None, now.astimezone(UTC))
    return day_span(days_of(name, now.astimezone(zone).date(), week_start), zone)


def day_span(days: Days, zone: tzinfo) -> Instants:
    """The points in time that are these days in the zone."""
    first, end = days
    return Instants(
        None if first is None else day_start(first, zone),
        None if end is None else day_start(end, zone),
    )


def day_start(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day in the zone, in UTC."""
    # Of a midnight left out by the clocks the zone's old offset makes the very moment of
    # the change; of a midnight that comes twice it makes the first.
    try:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        limit = datetime.min if day.year == 1 else datetime.max
        return limit.replace(tzinfo=UTC)


def month_start(day: date, months: int = 1) -> date:
    """The first day of the month, quarter (3) or year (12) of a day."""
    return date(day.year, (day.month - 1) // months * months + 1, 1)


BUCKETS: dict[str, Callable[[date, int], date]] = {
    "day": lambda day, _start: day,
    "week": lambda day, start: day - timedelta((day.weekday() - start) % 7),
    "month": lambda day, _start: month_start(day),
    "quarter": lambda day, _start: month_start(day, 3),
    "year": lambda day, _start: month_start(day, 12),
}
"""The spans of days by which times are grouped; each gives the first day of a day's span."""

_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _later(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _count(digits: str) -> int:
    count = int(digits)
    if 0 < count <= MOST_DAYS:
        return count
    raise KnownError(
        _("{count} days are no period that can be asked for.").format(count=count),
        hint=_("Write a number from 1 to {most}.").format(most=MOST_DAYS),
    )
