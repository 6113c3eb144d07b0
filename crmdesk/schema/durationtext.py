"""Lengths of time as people write them: 1h 30m · 90 min · 1:30 · 1小时30分 · 半小时."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from crmdesk.i18n import _
from crmdesk.schema.numbertext import parse_number, plain
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import ValueRefused
from crmdesk.schema.zhnumerals import with_digits

_SECONDS = {
    "w": 604800, "week": 604800, "周": 604800, "星期": 604800, "礼拜": 604800,
    "d": 86400, "day": 86400, "tag": 86400, "天": 86400, "日": 86400,
    "h": 3600, "hr": 3600, "hour": 3600, "std": 3600,
    "小时": 3600, "小時": 3600, "钟头": 3600, "时": 3600,
    "m": 60, "min": 60, "minute": 60, "分": 60, "分钟": 60, "分鐘": 60,
    "s": 1, "sec": 1, "second": 1, "秒": 1, "秒钟": 1,
    "刻钟": 900, "刻": 900,
}  # fmt: skip

_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d))?")
_PIECE = re.compile(
    r"(?:and\s+|零)?(半|\d[\d.,]*)\s*(半)?\s*([^\W\d]+?)\.?(?=[\s,零\d半]|$)(半)?[\s,]*"
)
_UNITS = {"minutes": 60, "hours": 3600}


def parse_duration(text: str, ctx: TextContext, unit: str = "minutes") -> timedelta:
    """The length of time a text says; `unit` is what a bare number counts."""
    body = plain(text).casefold()
    negative = body.startswith("-")
    body = body.lstrip("-+").strip()
    if not body or len(body) > 80:
        raise _no_duration(text)
    clock = _CLOCK.fullmatch(body)
    if clock is not None:
        hours, minutes, seconds = clock.groups("0")
        total = Decimal(int(hours) * 3600 + int(minutes) * 60 + int(seconds))
    elif body[-1].isdigit() and re.fullmatch(r"[\d.,' ]+", body):
        total = parse_number(body, ctx) * _UNITS[unit]
    else:
        total = _pieces(body, text, ctx)
    if total > 10**12:
        raise ValueRefused(_("The length of time is too large to be kept."))
    seconds_whole = int(total.to_integral_value())
    return timedelta(seconds=-seconds_whole if negative else seconds_whole)


def _pieces(body: str, text: str, ctx: TextContext) -> Decimal:
    body = re.sub(r"^(?:half an?|an? half)\s+", "半", body)
    body = re.sub(r"^an?\s+", "1 ", body)
    body = re.sub(r"(\d\s*(?:h|小时|个小时)\s*[0-5]?\d)$", r"\1m", body)  # 1h30
    if not body.isascii():
        body = with_digits(body).replace("个半", "半").replace("個半", "半")
    total = Decimal(0)
    at = 0
    while at < len(body):
        piece = _PIECE.match(body, at)
        if piece is None:
            raise _no_duration(text)
        number, half_before, word, half_after = piece.groups()
        word = word.lstrip("个個")
        seconds = _SECONDS.get(word) or _SECONDS.get(word.removesuffix("s"))
        if seconds is None:
            raise _no_duration(text)
        count = Decimal("0.5") if number == "半" else parse_number(number.rstrip(","), ctx)
        halves = Decimal("0.5") if half_before or half_after else Decimal(0)
        total += (count + halves) * seconds
        at = piece.end()
    return total


def _no_duration(text: str) -> ValueRefused:
    return ValueRefused(
        _("“{text}” is not a length of time.").format(text=text.strip()[:80]),
        hint=_("Write it like 1h 30m, 90 min or 1:30."),
    )


_WORDS = {"en": ("d", "h", "m", "s", " "), "zh": ("天", "小时", "分", "秒", "")}


def show_duration(value: timedelta, language: str) -> str:
    """The length of time in days, hours, minutes and seconds, as far as they are not zero."""
    days, hours, minutes, seconds, between = _WORDS["zh" if language == "zh" else "en"]
    sign = "-" if value.days < 0 else ""
    rest = abs(value)
    whole_hours, left = divmod(rest.seconds, 3600)
    whole_minutes, whole_seconds = divmod(left, 60)
    parts = [
        f"{count}{word}"
        for count, word in (
            (rest.days, days),
            (whole_hours, hours),
            (whole_minutes, minutes),
            (whole_seconds, seconds),
        )
        if count
    ]
    return sign + between.join(parts) if parts else f"0{minutes}"
