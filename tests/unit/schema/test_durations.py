"""Lengths of time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.timetypes import DurationType
from crmdesk.schema.values import ValueRefused

EN = TextContext()
DE = TextContext("de_DE")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1h 30m", 90), ("1h30m", 90), ("1h30", 90), ("90 min", 90), ("90m", 90), ("90", 90),
        ("1:30", 90), ("0:05", 5), ("1:30:30", 90.5), ("1.5h", 90), ("1.5 hours", 90),
        ("half an hour", 30), ("an hour", 60), ("2 hours and 5 minutes", 125), ("2d", 2880),
        ("1 week", 10080), ("30 sec", 0.5), ("-2h", -120), ("2 hrs, 15 mins", 135),
        ("1小时30分", 90), ("半小时", 30), ("半个小时", 30), ("一个半小时", 90), ("两小时", 120),
        ("3小时半", 210), ("一刻钟", 15), ("四十五分钟", 45), ("两天", 2880), ("2个小时", 120),
        ("１小时", 60), ("1天2小时", 1560), ("两周", 20160),
    ],
)  # fmt: skip
def test_reading(text: str, minutes: float) -> None:
    assert DurationType().parse(text, EN) == timedelta(minutes=minutes)


def test_the_locale_decides_the_decimal_sign() -> None:
    assert DurationType().parse("1,5 h", DE) == timedelta(minutes=90)


def test_the_field_says_what_a_bare_number_counts() -> None:
    assert DurationType(unit="hours").parse("1.5", EN) == timedelta(minutes=90)


@pytest.mark.parametrize(
    "text", ["1 month", "h", "1:75", "soon", "1h 30x", "-", "半", "9" * 30 + "h"]
)
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused):
        DurationType().parse(text, EN)


def test_showing_and_storing() -> None:
    field_type, value = DurationType(), timedelta(days=1, hours=2, minutes=30, seconds=5)
    assert field_type.show(value, EN) == "1d 2h 30m 5s"
    assert field_type.show(value, TextContext("zh_CN", "zh")) == "1天2小时30分5秒"
    assert field_type.show(-timedelta(minutes=90), EN) == "-1h 30m"
    assert field_type.show(timedelta(0), EN) == "0m"
    assert field_type.to_stored(-timedelta(minutes=90)) == (-5400,)
    assert field_type.from_stored(-5400) == -timedelta(minutes=90)
    assert field_type.check(timedelta(seconds=1, milliseconds=500)) == timedelta(seconds=2)
    with pytest.raises(ValueRefused):
        field_type.check(90)
