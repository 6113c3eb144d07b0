"""Finding when in a line: the stretches that say a day, a time of day, a length of time.

What a stretch means is read by the schema's own natural dates (and by dateparser and jionlp
for the rarer phrases); here it is only found, and a task looks ahead: a day without a year is
the next one that comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from crmdesk.features.quickadd.line import Part, Reading
from crmdesk.features.quickadd.whens import (
    ENGLISH_LENGTH,
    HAN,
    HAN_LENGTH,
    HAN_MEANS,
    is_anchor,
    may_belong,
    meant,
)
from crmdesk.schema.crm.facts import Tasks
from crmdesk.schema.datetext import parse_moment, wall_to_utc
from crmdesk.schema.durationtext import parse_duration, show_duration
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.timeofday import split_clock
from crmdesk.schema.timetypes import MomentType
from crmdesk.schema.values import Instant, ValueRefused

Span = tuple[int, int]
When = date | Instant

_TOKEN = re.compile(r"[^\s,;]+")
_LONGEST = 9
_MOST_HOURS = 12
_MOMENT = MomentType()
_MONTH = re.compile(r"\d{1,2}\s?月|\d{1,2}[./-]\d{1,2}\.?$|jan|feb|mar|apr|may|jun|jul|aug|sep|oct"
                    r"|nov|dec")  # fmt: skip
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)|[今明后去]年|\d[./-]\d{1,2}[./-]\d")
_DAY_OF_MONTH = re.compile(r"\d{1,2}\s?[日号]")


@dataclass(frozen=True, slots=True)
class _Found:
    """A stretch that says when: its readings, and whether it names a day and a time."""

    span: Span
    text: str
    values: tuple[When, ...]
    day: bool
    clock: bool


def due_of(text: str, ctx: TextContext) -> Part | None:
    """When a line says that its task is due; a day here and a time there belong together."""
    found = sorted((*_english(text, ctx), *_han(text, ctx)), key=lambda one: one.span)
    if not found:
        return None
    first = next((one for one in found if one.day), found[0])
    spans: tuple[Span, ...] = (first.span,)
    values = first.values
    if first.day and not first.clock:
        clock = next((one for one in found if one.clock and not one.day), None)
        if clock is not None:
            both = _values(f"{first.text} {clock.text}", ctx)
            if both:
                spans, values = (first.span, clock.span), both
    readings = tuple(Reading(value, _MOMENT.show(value, ctx)) for value in dict.fromkeys(values))
    return Part(Tasks.DUE, readings, spans)


def other_days(value: When, ctx: TextContext) -> list[Reading]:
    """The same time on the days that are meant most often instead: today, tomorrow, Monday;
    and the day without its time."""
    today = ctx.today()
    days = [today, today + timedelta(days=1), today + timedelta(days=7 - today.weekday())]
    values = [_moved(value, day, ctx) for day in days]
    if isinstance(value, Instant):
        values.append(value.utc.astimezone(ctx.tz).date())
    return [Reading(one, _MOMENT.show(one, ctx)) for one in dict.fromkeys(values) if one != value]


def length_of(text: str, ctx: TextContext) -> Part | None:
    """How long the task takes, where the line says so."""
    for pattern in (ENGLISH_LENGTH, HAN_LENGTH):
        for match in pattern.finditer(text):
            try:
                value = parse_duration(match["length"], ctx)
            except ValueRefused:
                continue
            if timedelta() < value <= timedelta(hours=_MOST_HOURS):
                shown = show_duration(value, ctx.language)
                return Part(Tasks.LENGTH, (Reading(value, shown),), (match.span(),))
    return None


# ------------------------------------------------------------------ English


def _english(text: str, ctx: TextContext) -> Iterator[_Found]:
    tokens = [(match.group().strip('().!?"“”'), match.span()) for match in _TOKEN.finditer(text)]
    at = 0
    while at < len(tokens):
        ends = _run(tokens, at, ctx)
        found = next(
            (made for end in range(ends, at, -1) if (made := _window(text, tokens[at:end], ctx))),
            None,
        )
        if found is None:
            at += 1
            continue
        yield found
        at = next(n for n in range(at, len(tokens) + 1)
                  if n == len(tokens) or tokens[n][1][0] >= found.span[1])  # fmt: skip


def _run(tokens: list[tuple[str, Span]], at: int, ctx: TextContext) -> int:
    """Where the tokens that may belong to a date end."""
    end = at
    while end < len(tokens) and end - at < _LONGEST and may_belong(tokens[end][0], ctx):
        end += 1
    return end


def _window(text: str, tokens: list[tuple[str, Span]], ctx: TextContext) -> _Found | None:
    words = [word.casefold() for word, _span in tokens]
    if not any(is_anchor(words, at, ctx) for at in range(len(words))):
        return None
    said = meant(words)
    if said is None:
        return None
    values = _values(said, ctx)
    if not values:
        return None
    day, clock = _has(said)
    return _Found((tokens[0][1][0], tokens[-1][1][1]), said, values, day, clock)


# ------------------------------------------------------------------ Chinese


def _han(text: str, ctx: TextContext) -> Iterator[_Found]:
    for match in HAN.finditer(text):
        day, period, clock = match["day"], match["period"] or "", match["clock"]
        if not day and not clock:
            continue
        if not day and not period and clock[:2] in ("一点", "两点"):
            continue  # 一点 is a little bit as well
        day = day or ""
        if day[-1:] in ("晚", "早") and len(day) == 2 and day[0] in "今明后":
            day, period = {"今": "今天", "明": "明天", "后": "后天"}[day[0]], period or day[-1]
        day = HAN_MEANS.get(day, day)
        said = day + (period + clock if clock else "")
        if period in ("中午", "正午") and not clock:
            said = day + period
        values = _values(said, ctx)
        if values:
            yield _Found(match.span(), said, values, bool(day), bool(clock))


# ------------------------------------------------------------------ reading


def _values(said: str, ctx: TextContext) -> tuple[When, ...]:
    """The readings of a stretch, the likeliest first; () where it is no date."""
    try:
        return (_ahead(parse_moment(said, ctx, rare=_is_rare(said)), said, ctx),)
    except ValueRefused as refused:
        texts = refused.readings
    values = []
    for one in texts:
        try:
            values.append(_ahead(parse_moment(one, ctx, rare=False), said, ctx))
        except ValueRefused:
            continue
    # Of 3 and 15 o'clock the one at which people work.
    return tuple(sorted(values, key=lambda value: not _at_work(value, ctx)))


def _is_rare(said: str) -> bool:
    return "fortnight" in said or bool(re.search("[节旦夕至]|清明|端午|七夕|中秋|重阳", said))


def _at_work(value: When, ctx: TextContext) -> bool:
    if not isinstance(value, Instant):
        return True
    return 7 <= value.utc.astimezone(ctx.tz).hour <= 18


def _has(said: str) -> tuple[bool, bool]:
    """Whether a stretch names a day, and a time of day."""
    if re.match(r"in\s.*(hour|hr|min|h\b)", said) or said == "now":
        return True, True
    try:
        day, clock = split_clock(said)
    except ValueRefused:
        # An hour with two readings: what is left without it is the day.
        return len(said.split()) > 2 or not said.startswith(("at ", "@")), True
    return bool(day), clock is not None


def _ahead(value: When, said: str, ctx: TextContext) -> When:
    """The value, or the next such day where what was named has passed."""
    now = ctx.present()
    day = value if not isinstance(value, Instant) else value.utc.astimezone(ctx.tz).date()
    lowered = said.casefold()
    if not _has(lowered)[0]:
        past = isinstance(value, Instant) and value.utc < now
        return _moved(value, day + timedelta(days=1), ctx) if past else value
    if day >= now.date() or _YEAR.search(lowered):
        return value
    if _MONTH.search(lowered):
        return _moved(value, _year_on(day), ctx)
    if _DAY_OF_MONTH.search(lowered):
        return _moved(value, _month_on(day), ctx)
    return value


def _moved(value: When, day: date, ctx: TextContext) -> When:
    if not isinstance(value, Instant):
        return day
    wall = datetime.combine(day, value.utc.astimezone(ctx.tz).time())
    return replace(value, utc=wall_to_utc(wall, ctx.tz))


def _year_on(day: date) -> date:
    # The next 29 February may be years away.
    return next(
        made for years in range(1, 9) if (made := _valid(day.year + years, day.month, day.day))
    )


def _month_on(day: date) -> date:
    months = range(day.month, day.month + 12)
    return next(
        made
        for month in months
        if (made := _valid(day.year + month // 12, month % 12 + 1, day.day))
    )


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
