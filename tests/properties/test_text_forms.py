"""What is stored comes back, what an editor shows reads as the same value, nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmdesk.schema.fieldtypes import FieldType
from crmdesk.schema.kinds import FIELD_TYPES
from crmdesk.schema.textcontext import ChoiceItem, TextContext
from crmdesk.schema.values import (
    AnyRef,
    FileRef,
    Instant,
    Money,
    Phone,
    ValueRefused,
    minor_digits,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "America/Sao_Paulo")
ITEMS = (
    ChoiceItem("new", "New", "新建"),
    ChoiceItem("won", "Closed, won", "赢单"),
    ChoiceItem("lost", "Closed", "丢单"),
    ChoiceItem("closed", "Closing", "收尾"),
    ChoiceItem("odd key", "", ""),
)


def choices(list_name: str) -> Sequence[ChoiceItem]:
    return ITEMS


CONTEXTS = {
    locale: TextContext(
        locale=locale,
        language="zh" if locale.startswith("zh") else "en",
        zone=zone,
        now=NOW,
        currency=currency,
        region=region,
        choices=choices,
    )
    for locale, zone, currency, region in (
        ("en_US", "America/New_York", "USD", "US"),
        ("de_DE", "Europe/Berlin", "EUR", "DE"),
        ("zh_CN", "Asia/Shanghai", "CNY", "CN"),
        ("fr_FR", "Europe/Paris", "EUR", "FR"),
        ("en_IN", "Asia/Kolkata", "INR", "IN"),
        ("de_CH", "Europe/Zurich", "CHF", "CH"),
        ("en", "UTC", "CNY", "US"),
    )
}
LOOSE = st.sampled_from(list(CONTEXTS.values()))
STRICT = LOOSE.map(
    lambda ctx: TextContext(
        **{
            name: getattr(ctx, name)
            for name in ("locale", "language", "zone", "now", "currency", "region", "choices")
        },
        strict=True,
    )
)
ANY_CONTEXT = LOOSE | STRICT

SAFE_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


def numbers(places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(-(10**15), 10**15).map(lambda n: Decimal(n).scaleb(-places))


INSTANTS = st.builds(
    Instant,
    st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)).map(
        lambda each: each.replace(tzinfo=UTC, microsecond=each.microsecond // 1000 * 1000)
    ),
    st.sampled_from(ZONES),
)
UUIDS = st.uuids().map(str)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": SAFE_TEXT,
    "longtext": SAFE_TEXT,
    "integer": st.integers(-(10**17), 10**17),
    "decimal": numbers(2),
    "percent": numbers(2),
    "money": st.sampled_from(["USD", "EUR", "CNY", "JPY", "TND", "CLF", "SEK", "XAF"]).flatmap(
        lambda code: numbers(minor_digits(code)).map(lambda amount: Money(amount, code))
    ),
    "date": st.dates(),
    "instant": INSTANTS,
    "stamp": INSTANTS.map(lambda each: Instant(each.utc)),
    "moment": st.dates() | INSTANTS,
    "duration": st.integers(-(10**9), 10**9).map(lambda n: timedelta(seconds=n)),
    "boolean": st.booleans(),
    "choice": st.sampled_from(ITEMS).map(lambda item: item.key),
    "choices": st.lists(st.sampled_from(ITEMS), min_size=1, unique=True).map(
        lambda items: tuple(item.key for item in items)
    ),
    "rating": st.integers(0, 5),
    "email": st.sampled_from(["Ann.Lee@example.com", "o'neil+x@sub.example.org", "张伟@例子.中国"]),
    # A number that nothing is known of is one that no region can read.
    "phone": st.just(Phone("ext. 12"))
    | st.builds(
        Phone,
        st.sampled_from(["(650) 253-0000", "+86 138 0013 8000", "089 1234567", "ext. 12", "110"]),
        st.sampled_from(["+16502530000", "+8613800138000", "+49891234567"]),
    ),
    "url": st.sampled_from(["example.com", "https://例子.中国/a?b=c", "HTTP://x.example:80/"]),
    "reference": UUIDS,
    "anyref": st.builds(AnyRef, st.sampled_from(["contact", "opportunity_contact"]), UUIDS),
    "colour": st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}"),
    "file": st.builds(FileRef, st.just("ab" * 32), st.sampled_from(["a.pdf", "报价 1.xlsx"])),
    "data": st.recursive(
        st.booleans()
        | st.integers(-(10**9), 10**9)
        | st.floats(allow_nan=False, allow_infinity=False)
        | SAFE_TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SAFE_TEXT, inner, max_size=3),
        max_leaves=6,
    ),
}  # fmt: skip
SHOWN_EXACTLY = (
    "text", "longtext", "integer", "decimal", "percent", "money", "date", "duration", "boolean",
    "rating", "colour", "email", "url", "data",
)  # fmt: skip


def made(kind: str) -> FieldType:
    return FIELD_TYPES[kind]()


def test_every_kind_is_tried() -> None:
    assert set(VALUES) == set(FIELD_TYPES)


@pytest.mark.parametrize("kind", FIELD_TYPES)
@given(data=st.data())
def test_what_is_stored_comes_back(kind: str, data: st.DataObject) -> None:
    field_type = made(kind)
    value = field_type.check(data.draw(VALUES[kind]))
    cells = field_type.to_stored(value)
    columns = field_type.columns("it")
    assert len(cells) == len(columns)
    for cell, column in zip(cells, columns, strict=True):
        assert cell is None or isinstance(cell, int if column.sqltype == "INTEGER" else str)
    assert field_type.from_stored(*cells) == value
    assert field_type.check(value) == value


@pytest.mark.parametrize("kind", [kind for kind in FIELD_TYPES if kind != "file"])
@given(data=st.data())
def test_the_text_of_an_editor_reads_as_the_value(kind: str, data: st.DataObject) -> None:
    field_type = made(kind)
    ctx = data.draw(ANY_CONTEXT)
    value = field_type.check(data.draw(VALUES[kind]))
    assert field_type.parse(field_type.edit_text(value, ctx), ctx) == value


@pytest.mark.parametrize("kind", SHOWN_EXACTLY)
@given(data=st.data())
def test_what_is_shown_reads_as_the_value(kind: str, data: st.DataObject) -> None:
    field_type = made(kind)
    ctx = data.draw(LOOSE)
    value = field_type.check(data.draw(VALUES[kind]))
    assert field_type.parse(field_type.show(value, ctx), ctx) == value


@pytest.mark.parametrize("kind", FIELD_TYPES)
@given(data=st.data())
def test_values_have_an_order_with_none_first(kind: str, data: st.DataObject) -> None:
    field_type = made(kind)
    strategy = VALUES[kind]
    if kind == "data":
        strategy = st.integers()
    values = [field_type.check(each) for each in data.draw(st.lists(strategy, max_size=5))]
    keys = sorted(field_type.sort_key(value) for value in [*values, None])
    assert keys[0] == ()


WORDS = st.lists(
    st.sampled_from(
        (
            "1 2 12 31 2026 99999 . , / - : ' ( ) % $ ¥ € k 万 亿 元 月 日 年 号 点 半 周 下 上 "
            "本 后 前 天 个 小时 h m am pm at in next last fri nov of T Z + UTC Europe/Berlin "
            "１ ２ ． e 三 十 两 刻"
        ).split()
    )
    | st.sampled_from([" ", "\u202f"]),
    max_size=9,
).map("".join)


@pytest.mark.parametrize("kind", FIELD_TYPES)
@settings(max_examples=100)
@given(data=st.data())
def test_any_text_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    field_type = made(kind)
    ctx = data.draw(ANY_CONTEXT)
    text = data.draw(WORDS | SAFE_TEXT)
    try:
        value = field_type.parse(text, ctx)
    except ValueRefused:
        return
    assert field_type.check(value) == value
    assert field_type.from_stored(*field_type.to_stored(value)) == value
    assert isinstance(field_type.show(value, ctx), str)


@given(day=st.integers(1, 12), month=st.integers(1, 12), year=st.integers(1900, 2100))
def test_an_ambiguous_date_is_refused_with_both_readings(day: int, month: int, year: int) -> None:
    assume(day != month)
    both = {date(year, month, day), date(year, day, month)}
    text = f"{day:02d}/{month:02d}/{year}"
    dates = made("date")
    for ctx in (CONTEXTS["en"], CONTEXTS["zh_CN"], TextContext("de_DE", now=NOW, strict=True)):
        with pytest.raises(ValueRefused) as caught:
            dates.parse(text, ctx)
        assert {dates.parse(reading, ctx) for reading in caught.value.readings} == both
    assert dates.parse(text, CONTEXTS["de_DE"]) == date(year, month, day)
    assert dates.parse(text, CONTEXTS["en_US"]) == date(year, day, month)


@given(day=st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_date_with_one_reading_is_read_everywhere(day: date) -> None:
    assume(day.day > 12)
    dates = made("date")
    for ctx in CONTEXTS.values():
        for text in (f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}", f"{day:%d.%m.%Y}", f"{day:%Y%m%d}",
                     f"{day:%Y/%m/%d}", f"{day:%d %b %Y}", f"{day:%B %d, %Y}",
                     f"{day.year}年{day.month}月{day.day}日"):  # fmt: skip
            assert dates.parse(text, ctx) == day


@given(whole=st.integers(1, 999), rest=st.integers(0, 999))
def test_an_ambiguous_number_is_refused_with_both_readings(whole: int, rest: int) -> None:
    text = f"{whole}.{rest:03d}"
    numbers_of_3 = FIELD_TYPES["decimal"](3)  # type: ignore[call-arg]
    both = {Decimal(text), Decimal(text.replace(".", ""))}
    with pytest.raises(ValueRefused) as caught:
        numbers_of_3.parse(text, CONTEXTS["fr_FR"])
    readings = {numbers_of_3.parse(each, CONTEXTS["fr_FR"]) for each in caught.value.readings}
    assert readings == both
    assert numbers_of_3.parse(text, CONTEXTS["en_US"]) == Decimal(text)
    assert numbers_of_3.parse(text, CONTEXTS["de_DE"]) == Decimal(text.replace(".", ""))


@given(value=numbers(2))
def test_a_number_in_another_convention_is_read_where_it_has_one_reading(value: Decimal) -> None:
    assume(abs(value) >= 1000)
    decimals = made("decimal")
    english, german = (f"{value:,.2f}", decimals.show(value, CONTEXTS["de_DE"]))
    german = german if "," in german else f"{german},00"
    for ctx in CONTEXTS.values():
        assert decimals.parse(english, ctx) == value
        assert decimals.parse(german, ctx) == value
