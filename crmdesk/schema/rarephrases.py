"""The rarer phrases for days: a fortnight ago · übermorgen · 国庆节 · 正月初一.

What people type daily is read by `dayphrases`, at once; these go to `dateparser` and
`jionlp`, which take 0.2 s and more to load and misread some of the daily ones
(dateparser: 明天下午3点, 三天后; jionlp: 明早9点, 月底, 两周后).
"""

from __future__ import annotations

import contextlib
import io
import re
from datetime import UTC, date, datetime

from crmdesk.schema.dayphrases import CJK, DAYS
from crmdesk.schema.daytext import weekday_names
from crmdesk.schema.textcontext import TextContext

# What jionlp is asked: feasts, solar terms and lunar dates, which it knows well. In other
# texts it skips what it cannot read, and it logs tracebacks of its own.
_FEAST = re.compile(
    r"(?:[今明后去前]年|[12]\d{3}年)?(?:"
    r"(?:国庆|劳动|春|元宵|清明|端午|七夕|中秋|重阳|妇女|青年|儿童|教师|建军|腊八|情人|母亲|父亲|万圣"
    r"|感恩|圣诞)节|元旦|除夕|国庆|元宵|清明|端午|七夕|中秋|重阳|圣诞|平安夜|五一|双十一"
    r"|立[春夏秋冬]|[夏冬]至|[春秋]分"
    r"|(?:农历|阴历)?(?:正|腊)月(?:初|十|廿|二十|三十)[一二三四五六七八九十]?"
    r"|(?:农历|阴历)[一二三四五六七八九十]{1,2}月(?:初|十|廿|二十|三十)[一二三四五六七八九十]?)"
)
_YEAR = re.compile(r"([今明后去前]年|\d{4}年)?(农历|阴历)?(.+)")
_YEARS_AWAY = {"今": 0, "明": 1, "后": 2, "去": -1, "前": -2}
# Words and numbers set apart: dateparser skips over what is glued together.
_PHRASE = re.compile(
    r"(?:[^\W\d_][^\W\d_'’-]*\.?|\d{1,4})(?: (?:[^\W\d_][^\W\d_'’-]*\.?|\d{1,4}))*"
)


def rare_phrase(body: str, ctx: TextContext) -> date | datetime | None:
    """What the libraries read in a phrase: a day, a point in time (UTC), or None."""
    if len(body) > 40:
        return None
    if CJK.search(body):
        return _by_jionlp(body, ctx) if _FEAST.fullmatch(body) else None
    if _PHRASE.fullmatch(body) is None:
        return None
    if any(word in DAYS or word in weekday_names("en") for word in body.split()):
        return None  # known words in an order that is not: dateparser skips what it cannot read
    return _by_dateparser(body, ctx)


def _by_dateparser(body: str, ctx: TextContext) -> date | datetime | None:
    # Late: 0.1 s, and 0.3 s more at its first use.
    from dateparser.date import DateDataParser

    now = ctx.present()
    wall = now.replace(tzinfo=None, microsecond=0)
    languages = ["en"] if ctx.locale[:2] == "en" else [ctx.locale[:2], "en"]
    try:
        parser = DateDataParser(
            languages=languages,
            settings={
                "RELATIVE_BASE": wall,
                # Its other parsers guess: "10" is an October, "may" a day in May.
                "PARSERS": ["relative-time"],
                "PREFER_DATES_FROM": "future",
                "RETURN_TIME_AS_PERIOD": True,
            },
        )
    except ValueError:  # a language it does not know
        return None
    try:
        data = parser.get_date_data(body)
    except (OverflowError, ValueError):
        return None
    found: datetime | None = data.date_obj
    if found is None:
        return None
    if data.period == "time":
        # Hours and minutes pass in real time, also across a change of the clocks.
        return now.astimezone(UTC) + (found.replace(tzinfo=None) - wall)
    return found.date()


def _by_jionlp(body: str, ctx: TextContext) -> date | None:
    with contextlib.redirect_stdout(io.StringIO()):  # it greets on standard output
        # Late: 0.2 to 0.6 s, for phrases such as 国庆节 alone.
        import jionlp

    today = ctx.today()
    year, lunar, feast = _YEAR.fullmatch(body).groups()  # type: ignore[union-attr]
    lunar = "农历" if lunar or "月" in feast else ""
    if year is None:
        years = [today.year - 1, today.year, today.year + 1]
    else:
        years = [today.year + _YEARS_AWAY[year[0]] if year[0] in _YEARS_AWAY else int(year[:4])]
    for each in years:
        # Always with the year in digits: it reads 明年清明 as this year's.
        try:
            found = jionlp.parse_time(f"{lunar}{each}年{feast}")
            first, last = (datetime.fromisoformat(end) for end in found["time"])
        except Exception:  # it raises whatever comes to hand for a text it does not know
            return None
        if found["type"] != "time_point" or first.date() != last.date():
            return None
        if year is not None or first.date() >= today:
            return first.date()
    return None
