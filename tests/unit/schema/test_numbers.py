"""Numbers, percentages and money: read by locale, kept exactly, shown by locale."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.core import get_global

from crmdesk.schema.moneytypes import MoneyType
from crmdesk.schema.numbertypes import DecimalType, IntegerType, PercentType
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Money, ValueRefused, minor_digits

EN = TextContext("en_US")
DE = TextContext("de_DE", currency="EUR")
FR = TextContext("fr_FR", currency="EUR")
ZH = TextContext("zh_CN", "zh", currency="CNY")
IN = TextContext("en_IN", currency="INR")


@pytest.mark.parametrize(
    ("ctx", "text", "expected"),
    [
        (EN, "1,234.56", "1234.56"),
        (DE, "1.234,56", "1234.56"),
        (FR, "1\u202f234,56", "1234.56"),
        (FR, "1 234,56", "1234.56"),
        (TextContext("de_CH"), "1’234.56", "1234.56"),
        (TextContext("de_CH"), "1'234.56", "1234.56"),
        (IN, "12,34,567.5", "1234567.5"),
        (EN, "1.234,56", "1234.56"),
        (DE, "1,234.56", "1234.56"),
        (EN, "1.5", "1.5"),
        (DE, "1.5", "1.5"),
        (DE, "1,234", "1.23"),
        (EN, "1,234", "1234"),
        (DE, "1.234", "1234"),
        (EN, "1,5", "1.5"),
        (EN, "１２３．５", "123.5"),
        (ZH, "１，２３４", "1234"),
        (EN, ".5", "0.5"),
        (DE, "5,", "5"),
        (EN, "(123)", "-123"),
        (EN, "-1,234", "-1234"),
        (EN, "−5", "-5"),
        (EN, "5-", "-5"),
        (EN, "+5", "5"),
        (ZH, "1.2万", "12000"),
        (ZH, "3亿", "300000000"),
        (ZH, "3亿5000万", "350000000"),
        (ZH, "1亿2", "100000002"),
        (EN, "1.5k", "1500"),
        (EN, "2 M", "2000000"),
        (DE, "1,5 Mio.", "1500000"),
        (EN, "1.2E+5", "120000"),
        (EN, "2.345", "2.35"),
        (EN, "-2.345", "-2.35"),
    ],
)
def test_numbers(ctx: TextContext, text: str, expected: str) -> None:
    assert DecimalType(2).parse(text, ctx) == Decimal(expected)


@pytest.mark.parametrize(
    ("ctx", "text", "readings"),
    [
        (FR, "1.234", ("1,234", "1\u202f234")),
        (TextContext("de_CH"), "1,234", ("1.234", "1’234")),
        (TextContext("en_US", strict=True), "1,234", ("1.234", "1,234")),
        (TextContext("de_DE", strict=True), "1.234", ("1,234", "1.234")),
    ],
)
def test_two_readings_of_a_number_are_named(
    ctx: TextContext, text: str, readings: tuple[str, ...]
) -> None:
    with pytest.raises(ValueRefused) as caught:
        DecimalType(2).parse(text, ctx)
    assert caught.value.readings == readings
    assert all(reading in str(caught.value) for reading in readings)


@pytest.mark.parametrize(
    "text",
    ["abc", "1.2.3", "1,2,3", "--5", "1 2", ".", "%", "5 apples", "1e99", "9" * 30, "١x", "NaN"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    for ctx in (EN, DE, FR, ZH):
        with pytest.raises(ValueRefused):
            DecimalType(2).parse(text, ctx)


@pytest.mark.parametrize("ctx", [EN, DE, ZH])
@pytest.mark.parametrize("text", ["", "   ", "\u3000"])
def test_empty_text_is_no_value(ctx: TextContext, text: str) -> None:
    for each in (DecimalType(), IntegerType(), PercentType(), MoneyType()):
        assert each.parse(text, ctx) is None


def test_whole_numbers() -> None:
    whole = IntegerType()
    assert whole.parse("1,234", EN) == 1234
    assert whole.parse("5.00", EN) == 5
    assert whole.show(1234567, IN) == "12,34,567"
    assert whole.show(-1234567, DE) == "-1.234.567"
    for text in ("1.5", "99999999999999999999"):
        with pytest.raises(ValueRefused):
            whole.parse(text, EN)
    for value in (True, "5", 1.5, float("nan"), 2**63):
        with pytest.raises(ValueRefused):
            whole.check(value)


@pytest.mark.parametrize("text", ["50 %", "50", "50%", "50 ％", "百分之50", "%50"])
def test_percentages(text: str) -> None:
    value = PercentType().parse(text, DE)
    assert value == Decimal(50)
    assert PercentType().to_stored(value) == (5000,)


def test_showing_numbers_by_locale() -> None:
    half = Decimal("1234567.50")
    assert [DecimalType().show(half, ctx) for ctx in (EN, DE, FR, IN)] == [
        "1,234,567.50", "1.234.567,50", "1\u202f234\u202f567,50", "12,34,567.50",
    ]  # fmt: skip
    assert DecimalType().show(Decimal("5.00"), EN) == "5"
    assert [PercentType().show(Decimal("12.5"), ctx) for ctx in (EN, DE)] == [
        "12.50%",
        "12,50\u00a0%",
    ]


@pytest.mark.parametrize(
    ("ctx", "text", "amount", "currency"),
    [
        (ZH, "¥ 1,200", "1200", "CNY"),
        (ZH, "￥1200", "1200", "CNY"),
        (TextContext("ja_JP", currency="USD"), "¥1200", "1200", "JPY"),
        (TextContext("en_US", currency="JPY"), "¥1200", "1200", "JPY"),
        (TextContext("zh_CN", currency="USD"), "¥1200", "1200", "CNY"),
        (DE, "1.200 €", "1200", "EUR"),
        (EN, "CNY 3000", "3000", "CNY"),
        (EN, "3000 cny", "3000", "CNY"),
        (EN, "3000元", "3000", "CNY"),
        (ZH, "3万元", "30000", "CNY"),
        (ZH, "人民币 1,200.50", "1200.50", "CNY"),
        (ZH, "500日元", "500", "JPY"),
        (EN, "$1.5k", "1500", "USD"),
        (TextContext("en_CA", currency="EUR"), "$5", "5", "CAD"),
        (ZH, "$5", "5", "USD"),
        (EN, "CA$ 5", "5", "CAD"),
        (EN, "-$5.20", "-5.20", "USD"),
        (EN, "$-5.20", "-5.20", "USD"),
        (EN, "($ 5.20)", "-5.20", "USD"),
        (DE, "5,5 k€", "5500", "EUR"),
        (IN, "Rs. 500", "500", "INR"),
        (EN, "1.234 TND", "1.234", "TND"),
        (EN, "1200", "1200", "USD"),
        (EN, "1,200.505", "1200.51", "USD"),
    ],
)
def test_money(ctx: TextContext, text: str, amount: str, currency: str) -> None:
    assert MoneyType().parse(text, ctx) == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("ctx", "text", "readings"),
    [
        (EN, "¥ 1,200", ("CNY", "JPY")),
        (DE, "12 kr", ("SEK", "NOK", "DKK")),
        (TextContext("en_CA", currency="EUR", strict=True), "$5", ("USD", "CAD", "AUD")),
    ],
)
def test_a_sign_of_several_currencies_is_refused(
    ctx: TextContext, text: str, readings: tuple[str, ...]
) -> None:
    with pytest.raises(ValueRefused) as caught:
        MoneyType().parse(text, ctx)
    assert caught.value.readings == readings


@pytest.mark.parametrize("text", ["ZZZ 5", "5 apples", "€", "five", "€ 5 $"])
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused):
        MoneyType().parse(text, EN)


def test_money_is_stored_in_minor_units() -> None:
    money = MoneyType()
    for value, cells in (
        (Money(Decimal("1200.50"), "USD"), (120050, "USD")),
        (Money(Decimal(1200), "JPY"), (1200, "JPY")),
        (Money(Decimal("1.234"), "TND"), (1234, "TND")),
        (None, (None, None)),
    ):
        assert money.to_stored(value) == cells
        assert money.from_stored(*cells) == value
    assert [column.name for column in money.columns("amount")] == ["amount", "amount_currency"]


def test_showing_money() -> None:
    money, amount = MoneyType(), Decimal("486000.00")
    assert money.show(Money(amount, "CNY"), ZH) == "¥\u00a0486,000"
    assert money.show(Money(Decimal("-486000.50"), "CNY"), ZH) == "-¥\u00a0486,000.50"
    assert money.show(Money(amount, "CNY"), EN) == "CN¥\u00a0486,000"
    # Who reads Chinese takes ¥ for yuan, on a machine with an American locale too.
    reader = TextContext("en_US", language="zh")
    assert money.show(Money(amount, "CNY"), reader) == "¥\u00a0486,000"
    assert money.parse("¥ 486,000", reader) == Money(amount, "CNY")
    own_yen = TextContext("en_US", language="zh", currency="JPY")
    assert money.show(Money(amount, "CNY"), own_yen) == "CN¥\u00a0486,000"
    assert money.show(Money(amount, "EUR"), DE) == "486.000\u00a0€"
    assert money.show(Money(amount, "SEK"), DE) == "486.000\u00a0SEK"
    assert money.edit_text(Money(amount, "EUR"), DE) == "486000"
    assert money.edit_text(Money(amount, "USD"), DE) == "USD 486000"


@pytest.mark.parametrize(
    "value", [5, Decimal(5), Money(Decimal("NaN"), "USD"), Money(Decimal(5), "ABC"),
              Money(Decimal(5), "usd"), Money(Decimal(10) ** 18, "USD")],
)  # fmt: skip
def test_money_refuses_other_values(value: object) -> None:
    with pytest.raises(ValueRefused):
        MoneyType().check(value)


def test_minor_units_of_law_are_never_fewer_than_the_locale_data_shows() -> None:
    """The data may show fewer decimals than exist (ALL, IQD); it must not need more of them."""
    fractions = get_global("currency_fractions")
    in_use = {code for uses in get_global("territory_currencies").values()
              for code, _since, until, tender in uses if until is None and tender}  # fmt: skip
    for code in in_use:
        assert minor_digits(code) >= fractions.get(code, fractions["DEFAULT"])[0], code
