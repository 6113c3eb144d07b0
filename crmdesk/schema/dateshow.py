"""How days and points in time are shown, and the text that an edit of them starts with."""

from __future__ import annotations

from datetime import date

from crmdesk.schema.localeforms import forms_of
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Instant, zone_of


def show_day(value: date, ctx: TextContext) -> str:
    """The day as people read it: 18 Dec 2026, 2026年12月18日, 18.12.2026."""
    forms = forms_of(ctx.locale)
    if ctx.language == "zh" and forms.language != "zh":
        forms = forms_of("zh_CN")
    month = value.month
    return forms.date_pattern.format(value.year, month, value.day, forms.months[month - 1])


def edit_day(value: date, ctx: TextContext) -> str:
    """The day to start an edit with: with the month's name where the locale does so, else ISO.

    Digits in another order than year, month, day are avoided even where the locale
    has one, so that a copied text means the same day everywhere.
    """
    return show_day(value, ctx) if ctx.locale in _WORDED else value.isoformat()


_WORDED = frozenset({"en_US", "en_GB", "en"})


def show_instant(value: Instant, ctx: TextContext) -> str:
    """The point in time on the reader's clock, to the minute."""
    wall = value.utc.astimezone(ctx.tz)
    return f"{show_day(wall, ctx)} {wall.hour:02d}:{wall.minute:02d}"


def edit_instant(value: Instant, ctx: TextContext) -> str:
    """The point in time to start an edit with: exact, in the zone it was entered in."""
    tz = ctx.tz if value.zone == ctx.zone else zone_of(value.zone)
    wall = value.utc.astimezone(tz)
    zone = "" if value.zone == ctx.zone else f" {value.zone}"
    if wall.fold or wall.year < 1000:
        # The second of two equal wall times can only be told by its offset.
        return f"{value.utc.isoformat(' ', 'milliseconds')[:23]}Z{zone}"
    day = wall.date().isoformat() if zone else edit_day(wall.date(), ctx)
    if wall.microsecond:
        return f"{day} {wall.isoformat(' ', 'milliseconds')[11:23]}{zone}"
    if wall.second:
        return f"{day} {wall:%H:%M:%S}{zone}"
    return f"{day} {wall.hour:02d}:{wall.minute:02d}{zone}"
