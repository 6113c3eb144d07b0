"""Columns that line up whatever the script, and JSON that loses nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from crmdesk.cli import output
from crmdesk.schema.values import AnyRef, Instant, Money, Phone
from crmdesk.store.reading import Linked


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("海泰", 4), ("é", 1), ("e\u0301", 1), ("ab海", 4)]
)
def test_width(text: str, columns: int) -> None:
    assert output.width(text) == columns


def test_columns_line_up_with_chinese_characters() -> None:
    lines = output.table(["Name", "Sum"], [["宁波海泰", "1"], ["Kestrel", "1,000"]], [False, True])
    assert lines == [
        "Name        Sum",
        "────────  ─────",
        "宁波海泰      1",
        "Kestrel   1,000",
    ]
    assert {output.width(line) for line in lines} == {15}


def test_a_table_without_rows_still_has_its_headers() -> None:
    assert output.table(["A", "B"], []) == ["A  B", "─  ─"]


def test_long_cells_are_cut_and_breaks_become_spaces() -> None:
    assert output.cut("one\ntwo") == "one two"
    assert output.cut("海" * 10, 7) == "海海海…"
    assert output.width(output.cut("x" * 500)) == output.WIDEST


def test_values_in_json() -> None:
    value = {
        "money": Money(Decimal("1234.50"), "EUR"),
        "at": Instant(datetime(2026, 11, 22, 8, 30, tzinfo=UTC), "Asia/Shanghai"),
        "day": date(2026, 11, 22),
        "share": Decimal("12.5"),
        "length": timedelta(minutes=90),
        "phone": Phone("+44 7700 900123", "+447700900123"),
        "company": Linked("company", "c1", "海泰"),
        "about": AnyRef("task", "t1"),
        "kinds": ("a", "b"),
        "none": None,
        "done": True,
        "count": 3,
    }
    assert json.loads(json.dumps(output.plain(value))) == {
        "money": {"amount": "1234.50", "currency": "EUR"},
        "at": "2026-11-22T08:30:00.000Z",
        "day": "2026-11-22",
        "share": "12.5",
        "length": 5400,
        "phone": "+44 7700 900123",
        "company": {"entity": "company", "id": "c1", "title": "海泰"},
        "about": {"entity": "task", "id": "t1"},
        "kinds": ["a", "b"],
        "none": None,
        "done": True,
        "count": 3,
    }
