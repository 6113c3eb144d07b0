"""The time of day in a text: 15:30 · 3pm · 9.30 Uhr · 下午3点半 · noon.

An hour from 1 to 11 without "am", "pm", minutes or a word such as 下午 ("at 3",
3点) has two readings and is refused with both named; 3:30 is the 24-hour clock.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crmdesk.i18n import _
from crmdesk.schema.daytext import ambiguous
from crmdesk.schema.values import ValueRefused
from crmdesk.schema.zhnumerals import with_digits


class Clock(NamedTuple):
    """A time of day; 24:00 is the end of the day."""

    hour: int
    minute: int = 0
    second: int = 0
    millisecond: int = 0


_TIME = (
    r"(?:(?:at|um|à|a las|@)\s*)?(?:(?P<noon>noon|midday)|(?P<midnight>midnight)"
    r"|(?P<hour>\d{1,2})(?:[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,6}))?)?"
    r"|\.(?P<dotted>\d{2})(?=\s*(?:uhr|[ap])))?"
    r"\s*(?P<half>[ap]\.?\s?m\.?|uhr|h|o'clock)?)"
)
_LAST = re.compile(rf"(?:^|.*?[\s,]|.*\dt(?=\d)|.*[^\W\d_](?=@))(?P<all>{_TIME})", re.DOTALL)
_FIRST = re.compile(rf"(?P<all>{_TIME})[\s,]+(?:on\s+)?(?=[^\s])", re.DOTALL)
_HAN = re.compile(
    r"(?P<period>凌晨|清晨|早上|早晨|早|上午|中午|正午|下午|午后|傍晚|晚上|晚间|晚|夜里|半夜|深夜|夜)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[点點时時](?:(?P<half>半)|(?P<quarter>[13])刻|(?P<minute>\d{1,2})分?|整|钟)?"
    r"|[::](?P<colon>\d{2}))$"
)
_LATE = frozenset({"下午", "午后", "傍晚", "晚上", "晚间", "晚", "半夜", "深夜", "夜里", "夜"})
_NIGHT = frozenset({"半夜", "深夜", "夜里", "夜", "晚上", "晚间", "晚"})


def split_clock(body: str) -> tuple[str, Clock | None]:
    """A plain, case-folded text without its time of day, and that time where it has one."""
    if not body.isascii():
        found = _han_clock(body)
        if found is not None:
            return found
    match = _LAST.fullmatch(body)
    clock = _clock(match, body) if match is not None else None
    if match is not None and clock is not None:
        day = body[: match.start("all")].rstrip(" ,@")
        return (day[:-1] if day[-2:-1].isdigit() and day.endswith("t") else day), clock
    match = _FIRST.match(body)
    clock = _clock(match, body) if match is not None else None
    if match is not None and clock is not None:
        return body[match.end() :], clock
    return body, None


def _clock(match: re.Match[str], body: str) -> Clock | None:
    if match["noon"]:
        return Clock(12)
    if match["midnight"]:
        return Clock(0)
    hour = int(match["hour"])
    minute = match["minute"] or match["dotted"]
    half = (match["half"] or "").replace(".", "").replace(" ", "")
    if minute is None and not half:
        if not match["all"].startswith(("at", "@", "um", "à")):
            return None
        half = "o'clock"
    if half == "o'clock" and 1 <= hour <= 11:
        raise _two_hours(body, body.replace(match["all"], " ").strip(), hour, 0)
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise _no_time(body)
        hour = hour % 12 + (12 if half == "pm" else 0)
    part = int((match["part"] or "").ljust(3, "0")[:3] or 0)
    return _sound(Clock(hour, int(minute or 0), int(match["second"] or 0), part), body)


def _han_clock(body: str) -> tuple[str, Clock] | None:
    if body.endswith(("中午", "正午")):
        return body[:-2].rstrip(" ,的"), Clock(12)
    digits = body if ":" in body else with_digits(body)
    match = _HAN.search(digits)
    if match is None:
        return None
    hour, period = int(match["hour"]), match["period"]
    minute = int(match["minute"] or match["colon"] or 0)
    if match["half"]:
        minute = 30
    elif match["quarter"]:
        minute = 15 * int(match["quarter"])
    if period is None and match["colon"] is None and 1 <= hour <= 11:
        raise _two_hours(body, digits[: match.start()].strip(), hour, minute)
    if period in ("中午", "正午"):
        hour += 12 if hour < 3 else 0
    elif period in _LATE and hour < 12:
        # 夜里2点 is two in the morning, 晚上8点 eight in the evening.
        hour += 0 if period in _NIGHT and hour < 5 else 12
    elif period in _NIGHT and hour == 12:
        hour = 24
    elif period == "凌晨" and hour == 12:
        hour = 0
    clock = _sound(Clock(hour, minute), body)
    return digits[: match.start()].rstrip(" ,的"), clock


def _two_hours(body: str, day: str, hour: int, minute: int) -> ValueRefused:
    hours = (hour, hour + 12)
    return ambiguous(body, (f"{day} {each:02d}:{minute:02d}".strip() for each in hours))


def _sound(clock: Clock, body: str) -> Clock:
    day_end = clock.hour == 24 and clock.minute == clock.second == clock.millisecond == 0
    if (clock.hour > 23 and not day_end) or clock.minute > 59 or clock.second > 59:
        raise _no_time(body)
    return clock


def _no_time(body: str) -> ValueRefused:
    return ValueRefused(
        _("“{text}” has no time of day that exists.").format(text=body),
        hint=_("Write it like 15:30 or 3:30 pm."),
    )
