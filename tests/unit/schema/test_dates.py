"""Dates and points in time, read against one Sunday morning: 22 November 2026."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.timetypes import DateType, InstantType, MomentType, StampType
from crmdesk.schema.values import Instant, ValueRefused

SUNDAY = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
WEDNESDAY = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def context(locale: str = "en_US", zone: str = "Asia/Shanghai", **more: object) -> TextContext:
    language = "zh" if locale.startswith("zh") else "en"
    return TextContext(locale, language, zone, **{"now": SUNDAY, **more})  # type: ignore[arg-type]


def read(text: str, ctx: TextContext) -> str:
    """The day as ISO, or the time on the reader's clock."""
    value = MomentType().parse(text, ctx)
    if isinstance(value, Instant):
        return f"{value.utc.astimezone(ctx.tz):%Y-%m-%d %H:%M}"
    return str(value)


ENGLISH = {
    "2026-11-22": "2026-11-22", "20261122": "2026-11-22", "11/22/2026": "2026-11-22",
    "22/11/2026": "2026-11-22", "22.11.2026": "2026-11-22", "22 Nov 2026": "2026-11-22",
    "22. November 2026": "2026-11-22", "Nov 22nd, 2026": "2026-11-22", "22-nov-26": "2026-11-22",
    "Sun, 22 Nov 2026": "2026-11-22", "the 5th of Dec": "2026-12-05", "11/22/26": "2026-11-22",
    "11/22/96": "1996-11-22", "11/22/56": "1956-11-22", "11/22/55": "2055-11-22",
    "Nov 22": "2026-11-22", "Nov 20": "2026-11-20", "Jan 5": "2027-01-05", "Sept 1": "2026-09-01",
    "29 Feb": "2028-02-29",
    "today": "2026-11-22", "tomorrow": "2026-11-23", "Yesterday": "2026-11-21",
    "day after tomorrow": "2026-11-24",
    "fri": "2026-11-27", "Friday": "2026-11-27", "sun": "2026-11-29", "on mon": "2026-11-23",
    "this fri": "2026-11-20", "next fri": "2026-11-27", "last fri": "2026-11-20",
    "last sun": "2026-11-15",
    "in 2 weeks": "2026-12-06", "in a month": "2026-12-22", "3 days ago": "2026-11-19",
    "two weeks from now": "2026-12-06", "in 1 year": "2027-11-22",
    "end of month": "2026-11-30", "eom": "2026-11-30", "end of next month": "2026-12-31",
    "start of next month": "2026-12-01", "end of the quarter": "2026-12-31",
    "beginning of next quarter": "2027-01-01", "end of year": "2026-12-31",
    "fri 3pm": "2026-11-27 15:00", "3pm fri": "2026-11-27 15:00",
    "tomorrow 15:30": "2026-11-23 15:30", "tomorrow at 5 p.m.": "2026-11-23 17:00",
    "today noon": "2026-11-22 12:00", "tomorrow midnight": "2026-11-23 00:00",
    "12am tomorrow": "2026-11-23 00:00", "12:30 pm": "2026-11-22 12:30",
    "tomorrow at 15": "2026-11-23 15:00", "now": "2026-11-22 10:00",
    "in 2 hours": "2026-11-22 12:00", "in half an hour": "2026-11-22 10:30",
    "in 90 min": "2026-11-22 11:30", "22 Nov 2026 3:30pm": "2026-11-22 15:30",
    "2026-11-22T15:30": "2026-11-22 15:30", "2026-11-22 15:30:10.5": "2026-11-22 15:30",
    "2026-11-22T00:00:00Z": "2026-11-22 08:00", "2026-11-22 24:00": "2026-11-23 00:00",
    "2026-11-22T08:00+0100": "2026-11-22 15:00",
    "2026-11-22 15:30 Europe/Berlin": "2026-11-22 22:30",
    "11/22/2026 14:05": "2026-11-22 14:05",
}  # fmt: skip

CHINESE = {
    "2026年11月22日": "2026-11-22", "11月22日": "2026-11-22", "1月5号": "2027-01-05",
    "26年11月22日": "2026-11-22",
    "二〇二六年十一月二十二日": "2026-11-22", "明年3月5日": "2027-03-05",
    "２０２６年１１月２２日": "2026-11-22", "26-11-22": "2026-11-22", "3/4": "2027-03-04",
    "今天": "2026-11-22", "明天": "2026-11-23", "后天": "2026-11-24", "大后天": "2026-11-25",
    "昨天": "2026-11-21", "前天": "2026-11-20",
    "周五": "2026-11-27", "星期天": "2026-11-29", "本周五": "2026-11-20", "这周日": "2026-11-22",
    "下周一": "2026-11-23", "下周日": "2026-11-29",
    "下下周二": "2026-12-01", "上周五": "2026-11-13",
    "上个星期三": "2026-11-11", "礼拜六": "2026-11-28",
    "月底": "2026-11-30", "本月底": "2026-11-30", "下月底": "2026-12-31", "下个月初": "2026-12-01",
    "年底": "2026-12-31", "季度末": "2026-12-31",
    "三天后": "2026-11-25", "3天前": "2026-11-19", "两周后": "2026-12-06", "一个月后": "2026-12-22",
    "半年后": "2027-05-22", "一年半后": "2028-05-22", "再过十天": "2026-12-02", "十天": None,
    "5号": "2026-12-05", "30号": "2026-11-30", "下个月5号": "2026-12-05", "本月3日": "2026-11-03",
    "明天下午3点": "2026-11-23 15:00", "明天下午三点半": "2026-11-23 15:30",
    "下周三上午9点半": "2026-11-25 09:30", "下午3点一刻": "2026-11-22 15:15",
    "今晚8点": "2026-11-22 20:00", "明早9点": "2026-11-23 09:00", "后天中午": "2026-11-24 12:00",
    "明天15点": "2026-11-23 15:00",
    "今天 15:30": "2026-11-22 15:30", "今天15:30": "2026-11-22 15:30",
    "晚上12点": "2026-11-23 00:00", "凌晨两点": "2026-11-22 02:00", "夜里2点": "2026-11-22 02:00",
    "11月30日 15:30": "2026-11-30 15:30", "十二月二十四日下午三点": "2026-12-24 15:00",
    "半小时后": "2026-11-22 10:30",
    "一个半小时后": "2026-11-22 11:30", "两小时后": "2026-11-22 12:00",
    "明天下午2点20": "2026-11-23 14:20", "现在": "2026-11-22 10:00",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ENGLISH.items())
def test_english(text: str, expected: str) -> None:
    assert read(text, context()) == expected


@pytest.mark.parametrize(("text", "expected"), CHINESE.items())
def test_chinese(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueRefused):
            read(text, context("zh_CN"))
    else:
        assert read(text, context("zh_CN")) == expected


@pytest.mark.parametrize(
    ("locale", "text", "expected"),
    [
        ("en_US", "a fortnight ago", "2026-11-08"),
        ("en_US", "next month", "2026-12-22"),
        ("de_DE", "morgen", "2026-11-23"),
        ("de_DE", "übermorgen 9.30 Uhr", "2026-11-24 09:30"),
        ("de_DE", "in 3 Tagen", "2026-11-25"),
        ("de_DE", "22. Dez. 2026", "2026-12-22"),
        ("de_DE", "Freitag 15 Uhr", "2026-11-27 15:00"),
        ("fr_FR", "demain", "2026-11-23"),
        ("fr_FR", "22 déc. 2026", "2026-12-22"),
        ("fr_FR", "vendredi 15h30", "2026-11-27 15:30"),
        ("zh_CN", "国庆节", "2027-10-01"),
        ("zh_CN", "除夕", "2027-02-05"),
        ("zh_CN", "2027年春节", "2027-02-06"),
        ("zh_CN", "冬至", "2026-12-22"),
        ("zh_CN", "清明节", "2027-04-05"),
        ("zh_CN", "去年清明", "2025-04-04"),
        ("zh_CN", "明年中秋节", "2027-09-15"),
        ("zh_CN", "农历八月廿三", "2027-09-23"),
        ("zh_CN", "正月初一", "2027-02-06"),
        ("zh_CN", "腊月二十三", "2027-01-30"),
        ("zh_CN", "圣诞节下午3点", "2026-12-25 15:00"),
        ("zh_CN", "明年元旦", "2027-01-01"),
    ],
)
def test_rarer_phrases_and_other_languages(locale: str, text: str, expected: str) -> None:
    assert read(text, context(locale)) == expected


def test_next_friday_is_the_friday_of_next_week() -> None:
    ctx = context(now=WEDNESDAY)
    assert [read(text, ctx) for text in ("fri", "this fri", "next fri", "last fri", "wed")] == [
        "2026-11-27", "2026-11-27", "2026-12-04", "2026-11-20", "2026-12-02",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "text", "readings"),
    [
        ("en", "03/04/2026", ("4 Mar 2026", "3 Apr 2026")),
        ("zh_CN", "03/04/2026", ("2026年3月4日", "2026年4月3日")),
        ("en", "3/4", ("4 Mar 2027", "3 Apr 2027")),
        ("en_US", "26-11-22", ("26 Nov 2022", "22 Nov 2026")),
        ("en_US", "fri at 3", ("fri 03:00", "fri 15:00")),
        ("en_US", "3 o'clock", ("03:00", "15:00")),
        ("zh_CN", "明天3点", ("明天 03:00", "明天 15:00")),
        ("zh_CN", "3点半", ("03:30", "15:30")),
    ],
)
def test_two_readings_are_named_and_can_be_typed(
    locale: str, text: str, readings: tuple[str, ...]
) -> None:
    ctx = context(locale)
    with pytest.raises(ValueRefused) as caught:
        read(text, ctx)
    assert caught.value.readings == readings
    assert all(reading in str(caught.value) for reading in readings)
    assert len({read(reading, ctx) for reading in readings}) == 2


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("en_US", "2026-03-04"), ("en_GB", "2026-04-03"), ("de", "2026-04-03"), ("fr_CA", None)],
)
def test_the_region_settles_the_order(locale: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueRefused):
            read("03/04/2026", context(locale))
    else:
        assert read("03/04/2026", context(locale)) == expected


@pytest.mark.parametrize(
    "text",
    ["31/02/2026", "2026-02-30", "2026-13-01", "Nov 2026", "32 Nov", "hello", "may", "10", "2026",
     "Mon 22 Nov 2026", "2 days from tomorrow", "tomorrow1015", "3days10",
     "2026-11-22 25:00", "13pm", "fri 3:75",
     "你好", "张三节", "3月前", "10日前", "每天", "每周一节", "上午下午", "下个月第一个周一",
     "13月1日", "2月30日", "31号31号", "-", "/", "in 99999999999 years", "in 9999 years",
     "9999年后", "2026-11-22 15:30 Nowhere/Land", "1" * 100],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    for locale in ("en_US", "zh_CN"):
        with pytest.raises(ValueRefused):
            read(text, context(locale))


def test_a_date_takes_no_time_but_midnight() -> None:
    ctx = context()
    assert DateType().parse("2026-11-22 00:00:00", ctx) == date(2026, 11, 22)
    for text in ("2026-11-22 13:45", "fri 3pm", "in 2 hours"):
        with pytest.raises(ValueRefused):
            DateType().parse(text, ctx)


def test_a_time_that_the_clocks_skip_is_refused_with_its_neighbours() -> None:
    ctx = context("de_DE", "Europe/Berlin")
    with pytest.raises(ValueRefused) as caught:
        InstantType().parse("2026-03-29 02:30", ctx)
    assert caught.value.readings == ("2026-03-29 01:30", "2026-03-29 03:30")


def test_a_time_that_comes_twice_is_the_first_and_the_second_can_be_kept() -> None:
    ctx = context("en_US", "America/New_York")
    first = InstantType().parse("2026-11-01 01:30", ctx)
    assert first == Instant(datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "America/New_York")
    second = Instant(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "America/New_York")
    assert InstantType().show(second, ctx) == "1 Nov 2026 01:30"
    assert InstantType().parse(InstantType().edit_text(second, ctx), ctx) == second


def test_a_day_alone_is_its_first_moment_also_without_midnight() -> None:
    ctx = context("pt_BR", "America/Sao_Paulo")
    value = InstantType().parse("2018-11-04", ctx)  # the clocks went from 00:00 to 01:00
    assert value == Instant(datetime(2018, 11, 4, 3, 0, tzinfo=UTC), "America/Sao_Paulo")


def test_two_hours_are_two_hours_across_a_clock_change() -> None:
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 01:30, half an hour before the jump
    ctx = context("en_US", "Europe/Berlin", now=before)
    assert read("in 2 hours", ctx) == "2026-03-29 04:30"
    assert read("in 1.5 hours", ctx) == "2026-03-29 04:00"


def test_the_zone_of_entry_stays_with_an_instant() -> None:
    ctx = context()
    value = InstantType().parse("2026-11-22 15:30 Europe/Berlin", ctx)
    assert value == Instant(datetime(2026, 11, 22, 14, 30, tzinfo=UTC), "Europe/Berlin")
    assert InstantType().show(value, ctx) == "22 Nov 2026 22:30"
    assert InstantType().edit_text(value, ctx) == "2026-11-22 15:30 Europe/Berlin"
    assert InstantType().to_stored(value) == ("2026-11-22T14:30:00.000Z", "Europe/Berlin")


def test_a_stamp_is_stored_without_a_zone_and_shown_on_the_readers_clock() -> None:
    stamp = StampType()
    value = Instant(datetime(2026, 11, 22, 2, 0, 5, 123000, tzinfo=UTC))
    assert stamp.to_stored(value) == ("2026-11-22T02:00:05.123Z",)
    assert stamp.from_stored("2026-11-22T02:00:05.123Z") == value
    assert stamp.show(value, context("zh_CN")) == "2026年11月22日 10:00"


def test_a_moment_keeps_a_day_apart_from_a_midnight() -> None:
    moment, ctx = MomentType(), context()
    day, midnight = moment.parse("2026-11-22", ctx), moment.parse("2026-11-22 00:00", ctx)
    assert moment.to_stored(day) == ("2026-11-22", None)
    assert moment.to_stored(midnight) == ("2026-11-21T16:00:00.000Z", "Asia/Shanghai")
    assert sorted([midnight, day], key=moment.sort_key) == [day, midnight]


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), "2026-01-01", 5])
def test_a_date_field_refuses_other_values(value: object) -> None:
    with pytest.raises(ValueRefused):
        DateType().check(value)


def test_an_instant_needs_a_zone_and_a_time_with_its_offset() -> None:
    for utc, zone in ((datetime(2026, 1, 1), "UTC"), (SUNDAY, "Nowhere/Land")):
        with pytest.raises(ValueRefused):
            InstantType().check(Instant(utc, zone))


def test_instants_stay_within_what_every_zone_can_show() -> None:
    for text in ("0001-06-01 12:00", "9999-06-01 12:00"):
        with pytest.raises(ValueRefused):
            InstantType().parse(text, context())


def test_showing_by_locale() -> None:
    day = date(2026, 12, 18)
    shown = {locale: DateType().show(day, context(locale)) for locale in
             ("en_US", "en_GB", "zh_CN", "de_DE", "fr_FR", "ja_JP")}  # fmt: skip
    assert shown == {
        "en_US": "18 Dec 2026", "en_GB": "18 Dec 2026", "zh_CN": "2026年12月18日",
        "de_DE": "18.12.2026", "fr_FR": "18 déc. 2026", "ja_JP": "2026/12/18",
    }  # fmt: skip


def test_the_libraries_stay_unloaded_and_silent_until_they_are_needed() -> None:
    script = """
import sys
from crmdesk.schema.kinds import FIELD_TYPES
from crmdesk.schema.textcontext import TextContext
from datetime import date
heavy = {"babel", "dateparser", "phonenumbers", "jionlp", "numpy"}
zh, en = TextContext("zh_CN", "zh", currency="CNY"), TextContext()
for ctx, text in ((en, "next fri 3pm"), (zh, "下周三上午9点半")):
    FIELD_TYPES["moment"]().parse(text, ctx)
    FIELD_TYPES["date"]().show(date(2026, 12, 18), ctx)
    money = FIELD_TYPES["money"]()
    money.show(money.parse("1,200.50", ctx), ctx)
print(sorted(heavy & set(sys.modules)))
FIELD_TYPES["moment"]().parse("国庆节", zh)
print("jionlp" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True, timeout=120,
        encoding="utf-8",
    )  # fmt: skip
    assert done.stdout == "[]\nTrue\n"
