"""Dates and points in time as people write them, from ISO to "fri 3pm" and 明天下午3点.

A time is a wall time in the reader's zone unless the text names another one
("2026-11-22 15:30 Europe/Berlin", "…+01:00", "…Z"). A wall time that the clocks
jump over is refused with the times before and after named; one that happens twice
is the first of the two.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from crmdesk.i18n import _
from crmdesk.schema.dayphrases import relative_day, relative_instant
from crmdesk.schema.daytext import parse_day, parse_digits, refused_date
from crmdesk.schema.numbertext import plain
from crmdesk.schema.rarephrases import rare_phrase
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.timeofday import Clock, split_clock
from crmdesk.schema.values import Instant, ValueRefused, zone_of

_LONGEST = 80
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)"
    r"(?: ?(Z|z|[+-]\d\d:?\d\d(?::\d\d)?))?(?: ([A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*))?",
    re.ASCII,
)
_ZONE = re.compile(r"(.*\S) ([A-Za-z_]+/[A-Za-z0-9_/+-]+|UTC|GMT)", re.DOTALL)


def parse_date(text: str, ctx: TextContext) -> date:
    """The day that a text says; a time of day in it is refused unless it is midnight."""
    body = _body(text)
    iso = _ISO.fullmatch(body)
    if iso is not None:
        day, clock = _iso_day(iso[1], text), Clock(*_times(iso[2])) if iso[2] else None
    else:
        numeric = parse_digits(body, ctx)
        if numeric is not None:
            return numeric
        day_text, clock = split_clock(body.casefold())
        found = _day(day_text, ctx, text) if day_text else ctx.today()
        if isinstance(found, datetime):
            raise _has_time(text)
        day = found
    if clock is not None and any(clock):
        raise _has_time(text)
    return day


def parse_moment(text: str, ctx: TextContext, *, rare: bool = True) -> date | Instant:
    """The day, or the point in time where there is a time of day, that a text says.

    Without `rare` the phrases that need a library to be loaded are not read.
    """
    body = _body(text)
    iso = _ISO.fullmatch(body)
    try:
        if iso is not None:
            return _iso_instant(iso, ctx, text)
        numeric = parse_digits(body, ctx)
        if numeric is not None:
            return numeric
        named = _ZONE.fullmatch(body)
        zone, tz = ctx.zone, ctx.tz
        if named is not None:
            body, zone, tz = named[1], named[2], zone_of(named[2])
        body = body.casefold()
        soon = relative_instant(body, ctx)
        if soon is not None:
            return Instant(_thousandths(soon), zone)
        day_text, clock = split_clock(body)
        found = _day(day_text, ctx, text, rare) if day_text else ctx.today()
        if isinstance(found, datetime):
            return Instant(_thousandths(found), zone)
        if clock is None:
            return found
        return Instant(wall_to_utc(_at(found, clock), tz, text), zone)
    except OverflowError as error:
        raise refused_date(text) from error


def parse_instant(text: str, ctx: TextContext) -> Instant:
    """The point in time that a text says; a day alone is its first moment."""
    value = parse_moment(text, ctx)
    if isinstance(value, Instant):
        return value
    return first_moment(value, ctx)


def first_moment(day: date, ctx: TextContext) -> Instant:
    """When the day begins in the reader's zone, also where its midnight is skipped."""
    # In a gap fold=0 lands behind it, which is where such a day begins.
    wall = datetime(day.year, day.month, day.day, tzinfo=ctx.tz)
    try:
        return Instant(wall.astimezone(UTC), ctx.zone)
    except OverflowError as error:
        raise refused_date(day.isoformat()) from error


def wall_to_utc(wall: datetime, tz: tzinfo, text: str = "") -> datetime:
    """The UTC time of a naive wall time in a zone; raises ValueRefused where there is none."""
    utc = wall.replace(tzinfo=tz).astimezone(UTC)
    if utc.astimezone(tz).replace(tzinfo=None) == wall:
        return utc
    before = wall.replace(tzinfo=tz, fold=1).astimezone(UTC).astimezone(tz)
    after = utc.astimezone(tz)
    readings = tuple(f"{each:%Y-%m-%d %H:%M}" for each in (before, after))
    raise ValueRefused(
        _("“{text}” does not exist: the clocks are put forward then.").format(
            text=text.strip() or f"{wall:%Y-%m-%d %H:%M}"
        ),
        readings=readings,
        hint=_("Type {before} or {after}.").format(before=readings[0], after=readings[1]),
    )


def _body(text: str) -> str:
    body = plain(text)
    if not body or len(body) > _LONGEST:
        raise refused_date(text)
    return " ".join(body.split())


def _day(body: str, ctx: TextContext, text: str, rare: bool = True) -> date | datetime:
    """The day of a text without time of day; a UTC time where a phrase counts hours."""
    try:
        day = (
            parse_digits(body, ctx)
            or relative_day(body, ctx)
            or parse_day(body, ctx)
            or (rare_phrase(body, ctx) if rare else None)
        )
    except OverflowError as error:
        raise refused_date(text) from error
    if day is None:
        raise refused_date(text)
    return day


def _iso_day(digits: str, text: str) -> date:
    try:
        return date.fromisoformat(digits)
    except ValueError as error:
        raise refused_date(text) from error


def _times(digits: str) -> tuple[int, ...]:
    whole, _dot, part = digits.replace(",", ".").partition(".")
    numbers = [int(number) for number in whole.split(":")]
    return (*numbers, *([0] * (3 - len(numbers))), int(part.ljust(3, "0")[:3] or 0))


def _iso_instant(match: re.Match[str], ctx: TextContext, text: str) -> Instant:
    day, time, offset, name = match.groups()
    zone = name or ctx.zone
    tz = zone_of(zone)
    hour, minute, second, part = _times(time)
    try:
        if offset is not None:
            shown = datetime.fromisoformat(
                f"{day}T{hour:02d}:{minute:02d}:{second:02d}.{part:03d}{offset.upper()}"
            )
            return Instant(shown.astimezone(UTC), zone)
        wall = datetime.fromisoformat(day).replace(
            hour=hour % 24, minute=minute, second=second, microsecond=part * 1000
        )
    except ValueError as error:
        raise refused_date(text) from error
    if hour == 24:
        wall = _at(wall.date(), Clock(24))
    elif hour > 24:
        raise refused_date(text)
    return Instant(wall_to_utc(wall, tz, text), zone)


def _at(day: date, clock: Clock) -> datetime:
    if clock.hour == 24:
        return datetime(day.year, day.month, day.day) + timedelta(days=1)
    return datetime(
        day.year, day.month, day.day, clock.hour, clock.minute, clock.second,
        clock.millisecond * 1000,
    )  # fmt: skip


def _thousandths(utc: datetime) -> datetime:
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def _has_time(text: str) -> ValueRefused:
    return ValueRefused(
        _("“{text}” has a time of day; only a day can be kept here.").format(text=text.strip()),
        hint=_("Type the day alone."),
    )
