"""Relative periods: the days they are, in every zone and with every first day of the week."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from crmdesk.errors import KnownError
from crmdesk.schema.periods import (
    BUCKETS,
    PERIODS,
    Days,
    day_span,
    day_start,
    days_of,
    instants_of,
    period_name,
)

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "first", "end"),
    [
        ("today", "2026-11-22", "2026-11-23"),
        ("yesterday", "2026-11-21", "2026-11-22"),
        ("tomorrow", "2026-11-23", "2026-11-24"),
        ("this_week", "2026-11-16", "2026-11-23"),
        ("last_week", "2026-11-09", "2026-11-16"),
        ("next_week", "2026-11-23", "2026-11-30"),
        ("this_month", "2026-11-01", "2026-12-01"),
        ("next_month", "2026-12-01", "2027-01-01"),
        ("last_month", "2026-10-01", "2026-11-01"),
        ("this_quarter", "2026-10-01", "2027-01-01"),
        ("next_quarter", "2027-01-01", "2027-04-01"),
        ("last_quarter", "2026-07-01", "2026-10-01"),
        ("this_year", "2026-01-01", "2027-01-01"),
        ("last_year", "2025-01-01", "2026-01-01"),
        ("next_year", "2027-01-01", "2028-01-01"),
        ("last_n_days:1", "2026-11-22", "2026-11-23"),
        ("last_n_days:30", "2026-10-24", "2026-11-23"),
        ("next_n_days:7", "2026-11-22", "2026-11-29"),
    ],
)
def test_the_days_of_a_period(name: str, first: str, end: str) -> None:
    assert days_of(name, SUNDAY) == (date.fromisoformat(first), date.fromisoformat(end))


def test_every_period_has_days() -> None:
    for name in PERIODS:
        written = f"{name}:3" if name.endswith("_n_days") else name
        days = days_of(written, SUNDAY)
        assert days.end is not None
        assert days.first is None or days.first < days.end


@pytest.mark.parametrize(
    ("week_start", "first"),
    [(0, "2026-11-16"), (6, "2026-11-22"), (5, "2026-11-21")],
)
def test_the_week_begins_where_the_reader_says(week_start: int, first: str) -> None:
    assert days_of("this_week", SUNDAY, week_start).first == date.fromisoformat(first)


def test_overdue_is_before_today_and_before_now() -> None:
    assert days_of("overdue", SUNDAY) == (None, SUNDAY)
    now = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert instants_of("overdue", now, ZoneInfo("Asia/Shanghai")).stored == (
        None, "2026-11-22T09:30:00.000Z",
    )  # fmt: skip


def test_days_are_the_readers_and_follow_the_clocks() -> None:
    now = datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert instants_of("today", now, ZoneInfo("Asia/Shanghai")).stored == (
        "2026-11-22T16:00:00.000Z", "2026-11-23T16:00:00.000Z",
    )  # fmt: skip
    berlin = ZoneInfo("Europe/Berlin")
    spring = day_span(Days(date(2026, 3, 29), date(2026, 3, 30)), berlin)
    assert spring.first is not None
    assert spring.end is not None
    assert (spring.end - spring.first).total_seconds() == 23 * 3600


def test_a_midnight_that_the_clocks_leave_out() -> None:
    # Chile's clocks go from 23:59:59 to 01:00 on this day.
    assert day_start(date(2026, 9, 6), ZoneInfo("America/Santiago")) == datetime(
        2026, 9, 6, 4, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("This Week", "this_week"),
        ("next-quarter", "next_quarter"),
        ("last 30 days", "last_n_days:30"),
        ("past 1 day", "last_n_days:1"),
        ("next 7 days", "next_n_days:7"),
        ("last_n_days:030", "last_n_days:30"),
        ("本季度", "this_quarter"),
        ("已逾期", "overdue"),
    ],
)
def test_periods_as_people_write_them(text: str, name: str) -> None:
    assert period_name(text) == name


@pytest.mark.parametrize(
    "text", ["", "some day", "last_n_days", "last_n_days:0", "next 99999 days", "this_decade"]
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(KnownError):
        days_of(text, SUNDAY)


def test_a_period_outside_of_the_calendar() -> None:
    with pytest.raises(KnownError, match="calendar"):
        days_of("last_n_days:36500", date(50, 1, 1))
    with pytest.raises(KnownError, match="calendar"):
        days_of("next_year", date(9999, 5, 1))


def test_the_spans_of_days() -> None:
    found = {name: bucket(SUNDAY, 6) for name, bucket in BUCKETS.items()}
    assert found == {
        "day": SUNDAY, "week": SUNDAY, "month": date(2026, 11, 1), "quarter": date(2026, 10, 1),
        "year": date(2026, 1, 1),
    }  # fmt: skip
