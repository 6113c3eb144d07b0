"""How the dates and numbers of a column are written is found from all of it, or asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crmdesk.errors import KnownError
from crmdesk.features.exchange.columns import (
    Habits,
    decimal_sign_of,
    habits_of,
    masked,
    read_amounts,
    read_texts,
    unmasked,
)
from crmdesk.i18n import Label
from crmdesk.schema.kinds import FIELD_TYPES
from crmdesk.schema.registry import Field
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Money

CTX = TextContext()


def field(kind: str) -> Field:
    return Field("x", FIELD_TYPES[kind](), Label("X", "X"))


def habits(kind: str, *texts: str, told: Habits | None = None) -> Habits:
    return habits_of(field(kind), texts, told or Habits(), "file.csv", "When")


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (("2016-10-20", "2017-03-01"), ""),
        (("03/04/2016", "25/12/2016"), "dmy"),
        (("03/04/2016", "12/25/2016"), "mdy"),
        (("3.4.16", "25.12.16"), "dmy"),
        (("05/05/2016", "11/11/2016"), "dmy"),
        (("22 Nov 2016", "明天", ""), ""),
        (("16-11-22", "16-11-30"), ""),
    ],
)
def test_the_order_of_dates(texts: tuple[str, ...], order: str) -> None:
    if texts[0] == "16-11-22":
        # 2016-11-22 or 22 November … 16: two readings.
        with pytest.raises(KnownError, match="can be read as"):
            habits("date", *texts)
        return
    assert habits("date", *texts).dates == order


def test_dates_with_two_readings_are_asked_for() -> None:
    with pytest.raises(KnownError) as caught:
        habits("date", "03/04/2016", "05/06/2016")
    told = str(caught.value)
    assert "file.csv, column “When”: “03/04/2016”" in told
    assert "2016-04-03 (dmy) or 2016-03-04 (mdy)" in told
    assert "--dates dmy or --dates mdy" in told
    assert habits("date", "03/04/2016", told=Habits(dates="mdy")).dates == "mdy"


@pytest.mark.parametrize(("order", "day"), [("dmy", date(2016, 4, 3)), ("mdy", date(2016, 3, 4))])
def test_dates_are_read_in_the_order_of_the_column(order: str, day: date) -> None:
    values, refused = read_texts(
        field("date"), ["03/04/2016", "x"], CTX, Habits(dates=order), Decimal(1)
    )
    assert values == {"03/04/2016": day}
    assert list(refused) == ["x"]


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (("1100.04", "251.41"), "."),
        (("1.234,56", "1.000"), ","),
        (("1,234.56", "1,000"), "."),
        (("1.234.567",), ","),
        (("12", "1000"), ""),
        (("0.125",), "."),
        (("1 234,5",), ","),
    ],
)
def test_the_decimal_sign(texts: tuple[str, ...], sign: str) -> None:
    assert habits("decimal", *texts).numbers == sign


def test_numbers_with_two_readings_are_asked_for() -> None:
    with pytest.raises(KnownError) as caught:
        habits("money", "1.234", "5.678")
    told = str(caught.value)
    assert "1234 or 1.234" in told
    assert "--numbers 1,234.56 or --numbers 1.234,56" in told
    assert decimal_sign_of("1.234,56") == ","
    assert decimal_sign_of("1,234.56") == "."
    with pytest.raises(KnownError):
        decimal_sign_of("1234")


def test_a_point_in_a_whole_number_is_a_group() -> None:
    assert habits("integer", "1.234").numbers == ","
    values, _ = read_texts(field("integer"), ["1.234"], CTX, Habits(numbers=","), Decimal(1))
    assert values == {"1.234": 1234}


def test_a_factor_is_applied_exactly() -> None:
    values, _ = read_texts(
        field("money"), ["1100.04", ""], CTX, Habits(numbers="."), Decimal(1_000_000)
    )
    assert values == {"1100.04": Money(Decimal("1100040000.00"), "USD"), "": None}


def test_amounts_take_the_currency_beside_them() -> None:
    values, refused = read_amounts(
        field("money"), [("12.5", "eur"), ("12.5", ""), ("7", "???")], CTX,
        Habits(numbers="."), Decimal(1),
    )  # fmt: skip
    assert values == {
        ("12.5", "eur"): Money(Decimal("12.50"), "EUR"),
        ("12.5", ""): Money(Decimal("12.50"), "USD"),
    }
    assert list(refused) == [("7", "???")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=SUM(A1)", "'=SUM(A1)"),
        ("'=x", "''=x"),
        ("@a", "'@a"),
        ("\tx", "'\tx"),
        ("plain", "plain"),
        ("'quoted'", "'quoted'"),
    ],
)
def test_formulas_are_masked(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert unmasked(shown) == text


def test_numbers_of_numeric_columns_are_not_masked() -> None:
    assert masked("-12.5", numeric=True) == "-12.5"
    assert masked("-12.5") == "'-12.5"
    assert masked("-1+2", numeric=True) == "'-1+2"
