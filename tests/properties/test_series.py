"""Series that are filled on: steps of numbers, days, months and numbered texts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.gui.grid.series import continued
from crmdesk.schema.values import Instant, Money


@given(st.integers(-1000, 1000), st.integers(-50, 50), st.integers(2, 6), st.integers(0, 20))
def test_numbers_go_on_by_their_step(first: int, step: int, given_: int, count: int) -> None:
    values = [first + step * n for n in range(given_ + count)]
    assert continued(values[:given_], count) == values[given_:]
    # Backwards is the same series from its other end.
    assert continued(values[:given_][::-1], 1) == [first - step]


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 27), st.integers(1, 30))
def test_days_go_on_by_days(first: date, step: int, count: int) -> None:
    found = continued([first, first + timedelta(step)], count)
    assert found == [first + timedelta(step * n) for n in range(2, count + 2)]


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("values", "following"),
    [
        ([day("2026-01-15"), day("2026-02-15")], [day("2026-03-15"), day("2026-04-15")]),
        ([day("2026-01-31"), day("2026-02-28")], [day("2026-03-31"), day("2026-04-30")]),
        ([day("2025-12-30"), day("2026-01-30")], [day("2026-02-28"), day("2026-03-30")]),
        ([day("2024-03-01"), day("2025-03-01")], [day("2026-03-01"), day("2027-03-01")]),
        ([Money(Decimal("1.50"), "EUR"), Money(Decimal(2), "EUR")],
         [Money(Decimal("2.50"), "EUR"), Money(Decimal("3.00"), "EUR")]),
        ([timedelta(minutes=30), timedelta(minutes=45)],
         [timedelta(minutes=60), timedelta(minutes=75)]),
        (["Lot 8", "Lot 9"], ["Lot 10", "Lot 11"]),
        (["A-007", "A-008"], ["A-009", "A-010"]),
        ([1, 3, 5], [7, 9]),
    ],
)  # fmt: skip
def test_series(values: list[Any], following: list[Any]) -> None:
    assert continued(values, 2) == following


@pytest.mark.parametrize(
    "values",
    [
        [1],
        [1, 2, 4],
        [1, None],
        [True, False],
        ["a", "b"],
        ["Lot 1", "Box 2"],
        [Money(Decimal(1), "EUR"), Money(Decimal(2), "USD")],
        [date(9999, 12, 30), date(9999, 12, 31)],
        [1, Decimal(2)],
    ],
)
def test_what_has_no_step_is_repeated(values: list[Any]) -> None:
    assert continued(values, 3) is None


def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change() -> None:
    zone = "Europe/Berlin"
    days = [Instant(datetime(2026, 10, day, 7, tzinfo=UTC), zone) for day in (23, 24)]
    assert continued(days, 1) == [Instant(datetime(2026, 10, 25, 8, tzinfo=UTC), zone)]
