"""Days named from today: tomorrow · next fri · in 2 weeks · end of month · 下周一 · 三天后.

A bare weekday is the next such day after today. "this fri" and 本周五 are the Friday
of this week, "next fri" and 下周五 the Friday of the next week (weeks begin on
Monday), so on a Wednesday "next fri" is in nine days. "last fri" is the latest
Friday before today, 上周五 the Friday of the last week.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from crmdesk.schema.daytext import refused_date, weekday_names
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.zhnumerals import with_digits

DAYS = {
    "today": 0, "tod": 0, "tomorrow": 1, "tmr": 1, "tmrw": 1, "yesterday": -1,
    "the day after tomorrow": 2, "day after tomorrow": 2,
    "the day before yesterday": -2, "day before yesterday": -2,
    "今天": 0, "今日": 0, "今": 0, "当天": 0, "明天": 1, "明日": 1, "明": 1, "后天": 2, "後天": 2,
    "大后天": 3, "大後天": 3, "昨天": -1, "昨日": -1, "昨": -1, "前天": -2, "大前天": -3,
}  # fmt: skip

_WEEKDAY = re.compile(r"(?:(this|next|last|coming|on)\s+)?([^\W\d_]+)\.?")
_HAN_WEEKDAY = re.compile(
    r"(这个?|這個?|本|下下个?|下个?|下個?|上上个?|上个?|上個?)?(?:周|週|星期|礼拜|禮拜)([1-6日天])"
)
_EDGE = re.compile(
    r"(?:the\s+)?(end|start|beginning) of (?:the\s+)?(?:(this|next|last)\s+)?(month|quarter|year)"
)
_EDGE_WORDS = {"eom": ("end", "month"), "eoq": ("end", "quarter"), "eoy": ("end", "year")}
_HAN_EDGE = re.compile(
    r"(本|这个?|今|下个?|上个?|明|去)?(?:(月)(底|末|初)|(季度?)(底|末|初)|(年)(底|末|初))"
)
_HAN_DAY_OF_MONTH = re.compile(r"(?:(本|这个?|下个?|下下个?|上个?)月)?(\d{1,2})[日号號]")
_STEPS = {"本": 0, "这": 0, "這": 0, "今": 0, "下": 1, "明": 1, "上": -1, "去": -1}
_EN_STEPS = {"this": 0, "next": 1, "last": -1}

_AWAY = re.compile(
    r"(?:in\s+)?(an?|one|two|three|four|five|six|\d{1,4})\s+"
    r"(day|week|month|year)s?(\s+ago|\s+from now)?"
)
_HAN_AWAY = re.compile(
    r"(?P<after>再?过)?(?P<count>半|\d{1,4})个?(?P<half>半)?个?(?P<unit>天|周|星期|礼拜|月|年)(?P<more>半)?"
    r"(?:之|以)?(?P<away>后|後|前)?"
)
_SOON = re.compile(
    r"(?:in\s+)?(half an?|an?|one|two|three|four|five|six|\d{1,4}(?:\.\d{1,2})?)"
    r"\s*(h|hours?|hrs?|min|mins|minutes?)(\s+ago|\s+from now)?"
)
_HAN_SOON = re.compile(
    r"(?P<after>再?过)?(?P<count>半|\d{1,4})个?(?P<half>半)?个?(?P<unit>小时|钟头|分钟|刻钟)(?P<more>半)?"
    r"(?:之|以)?(?P<away>后|後|前)?"
)
_COUNTS = {"half a": 0.5, "half an": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3,
           "four": 4, "five": 5, "six": 6, "半": 0.5}  # fmt: skip
_HAN_UNITS = {"天": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month",
              "年": "year", "小时": "h", "钟头": "h", "分钟": "min", "刻钟": "quarter"}  # fmt: skip
_SECONDS = {"h": 3600, "min": 60, "quarter": 900}

CJK = re.compile("[\u4e00-\u9fff]")


def relative_day(body: str, ctx: TextContext) -> date | None:
    """The day that a plain, case-folded phrase names, None where it names none."""
    days = DAYS.get(body)
    if days is not None:
        return ctx.today() + timedelta(days=days)
    try:
        if CJK.search(body):
            return _han_day(with_digits(body).replace(" ", ""), ctx)
        return _english_day(body, ctx)
    except (OverflowError, ValueError) as error:  # a year past 9999
        raise refused_date(body) from error


def relative_instant(body: str, ctx: TextContext) -> datetime | None:
    """The point in time (UTC) that a phrase such as "in 2 hours" or 半小时后 names, or None."""
    if body in ("now", "现在", "現在"):
        return ctx.present().astimezone(UTC)
    if CJK.search(body):
        match = _HAN_SOON.fullmatch(with_digits(body).replace(" ", ""))
        if match is None or not (match["after"] or match["away"]):
            return None
        count, unit, back = _count(match["count"]), _HAN_UNITS[match["unit"]], match["away"] == "前"
        count += 0.5 if match["half"] or match["more"] else 0
    else:
        match = _SOON.fullmatch(body)
        if match is None or (match[3] is None and not body.startswith("in ")):
            return None
        back = (match[3] or "").strip() == "ago"
        count, unit = _count(match[1]), "h" if match[2].startswith("h") else "min"
    seconds = count * _SECONDS[unit]
    away = timedelta(seconds=-seconds if back else seconds)
    return (ctx.present().astimezone(UTC) + away).replace(second=0, microsecond=0)


def _count(word: str) -> float:
    return _COUNTS[word] if word in _COUNTS else float(word)


def _english_day(body: str, ctx: TextContext) -> date | None:
    today = ctx.today()
    weekday = _WEEKDAY.fullmatch(body)
    if weekday is not None:
        number = weekday_names(ctx.locale).get(weekday[2])
        if number is not None:
            return _weekday(number, weekday[1], today)
    edge = _EDGE.fullmatch(body)
    if edge is not None:
        return _edge(edge[1] == "end", edge[3], _EN_STEPS[edge[2] or "this"], today)
    if body in _EDGE_WORDS:
        which, unit = _EDGE_WORDS[body]
        return _edge(which == "end", unit, 0, today)
    away = _AWAY.fullmatch(body)
    if away is not None:
        count = int(_count(away[1]))
        return _moved(today, -count if (away[3] or "").strip() == "ago" else count, away[2])
    return None


def _weekday(number: int, which: str | None, today: date) -> date:
    if which in ("this", "next"):
        return _in_week(number, _EN_STEPS[which], today)
    if which == "last":
        return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _in_week(number: int, weeks: int, today: date) -> date:
    return today + timedelta(days=number - today.weekday() + 7 * weeks)


def _edge(end: bool, unit: str, step: int, today: date) -> date:
    if unit == "year":
        return date(today.year + step, 12, 31) if end else date(today.year + step, 1, 1)
    length = 3 if unit == "quarter" else 1
    first = today.replace(day=1, month=(today.month - 1) // length * length + 1)
    first = _moved(first, step * length, "month")
    if not end:
        return first
    return _moved(first, length, "month") - timedelta(days=1)


def _moved(day: date, count: int, unit: str) -> date:
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    years, month = divmod(day.month - 1 + count * (12 if unit == "year" else 1), 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _han_day(body: str, ctx: TextContext) -> date | None:
    today = ctx.today()
    weekday = _HAN_WEEKDAY.fullmatch(body)
    if weekday is not None:
        number = 6 if weekday[2] in "日天" else int(weekday[2]) - 1
        if weekday[1] is None:
            return _weekday(number, None, today)
        weeks = _STEPS[weekday[1][0]] * (2 if weekday[1][:2] in ("下下", "上上") else 1)
        return _in_week(number, weeks, today)
    edge = _HAN_EDGE.fullmatch(body)
    if edge is not None:
        unit = "month" if edge[2] else "quarter" if edge[4] else "year"
        last = edge[3] or edge[5] or edge[7]
        return _edge(last != "初", unit, _STEPS[(edge[1] or "本")[0]], today)
    numbered = _HAN_DAY_OF_MONTH.fullmatch(body)
    if numbered is not None:
        return _numbered(numbered[1], int(numbered[2]), today)
    away = _HAN_AWAY.fullmatch(body)
    if away is not None and (away["after"] or away["away"]):
        return _han_away(away, today)
    return None


def _numbered(which: str | None, day: int, today: date) -> date | None:
    if which is None:
        near = [each for step in (-1, 0, 1) if (each := _day_of(_moved(today, step, "month"), day))]
        return min(near, key=lambda each: (abs(each - today), each < today)) if near else None
    step = _STEPS[which[0]] * (2 if which.startswith("下下") else 1)
    return _day_of(_moved(today, step, "month"), day)


def _day_of(month: date, day: int) -> date | None:
    return month.replace(day=day) if 1 <= day <= monthrange(month.year, month.month)[1] else None


def _han_away(match: re.Match[str], today: date) -> date | None:
    if match["unit"] == "月" and "个" not in match[0]:
        return None  # 3月前 is before March as well
    count, unit = _count(match["count"]), _HAN_UNITS[match["unit"]]
    count += 0.5 if match["half"] or match["more"] else 0
    if unit == "year":
        count, unit = count * 12, "month"
    if count != int(count):
        return None
    return _moved(today, -int(count) if match["away"] == "前" else int(count), unit)
