"""Points in time as people write them: a day and a time of day in a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

from crmdesk.i18n import _
from crmdesk.schema.datetext import edit_date, parse_date, show_date
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Instant, ValueRefused


def parse_moment(text: str, ctx: TextContext) -> date | Instant:
    """The day, or the point in time, that a text says."""
    body = text.strip()
    if len(body) <= 10:
        return parse_date(body, ctx)
    try:
        wall = datetime.fromisoformat(body)
    except ValueError as error:
        raise ValueRefused(_("“{text}” is not a point in time.").format(text=body[:80])) from error
    if wall.tzinfo is None:
        wall = wall.replace(tzinfo=ctx.tz)
    return Instant(wall.astimezone(UTC), ctx.zone)


def parse_instant(text: str, ctx: TextContext) -> Instant:
    """The point in time that a text says; a day alone is its first moment."""
    value = parse_moment(text, ctx)
    if isinstance(value, Instant):
        return value
    return Instant(
        datetime(value.year, value.month, value.day, tzinfo=ctx.tz).astimezone(UTC), ctx.zone
    )


def show_instant(value: Instant, ctx: TextContext) -> str:
    """The point in time in the reader's zone."""
    wall = value.utc.astimezone(ctx.tz)
    return f"{show_date(wall, ctx)} {wall.hour:02d}:{wall.minute:02d}"


def edit_instant(value: Instant, ctx: TextContext) -> str:
    """The point in time to start an edit with."""
    wall = value.utc.astimezone(ctx.tz)
    return f"{edit_date(wall.date(), ctx)} {wall.hour:02d}:{wall.minute:02d}"
