"""Dates, points in time, and lengths of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from crmdesk.i18n import _
from crmdesk.schema.dateshow import edit_day, edit_instant, show_day, show_instant
from crmdesk.schema.durationtext import parse_duration, show_duration
from crmdesk.schema.fieldtypes import (
    NUMBER_OPERATORS,
    TIME_OPERATORS,
    FieldType,
    refuse_type,
    unreadable,
)
from crmdesk.schema.numbertypes import fits
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Cell, Instant, ValueRefused, zone_of

_WITH_ZONE = (("", "TEXT"), ("zone", "TEXT"))


# A year short of what dates can hold, so that every zone can show the instant.
_FIRST_YEAR, _LAST_YEAR = 2, 9998


def stamp_text(utc: datetime) -> str:
    """A UTC time as it is stored: YYYY-MM-DDTHH:MM:SS.mmmZ."""
    return utc.isoformat("T", "milliseconds")[:23] + "Z"


def _check_instant(value: Any) -> Instant:
    if not isinstance(value, Instant):
        raise refuse_type(value, _("a point in time"))
    if value.utc.tzinfo is None:
        raise refuse_type(value.utc, _("a time with its zone"))
    zone_of(value.zone)
    utc = value.utc
    is_normal = utc.tzinfo is UTC and not (utc.microsecond % 1000 or utc.fold)
    if is_normal and _FIRST_YEAR <= utc.year <= _LAST_YEAR:
        return value
    utc = utc.astimezone(UTC)
    if not _FIRST_YEAR <= utc.year <= _LAST_YEAR:
        raise ValueRefused(_("The year {year} is out of reach.").format(year=utc.year))
    thousandths = utc.microsecond // 1000 * 1000
    return Instant(utc.replace(microsecond=thousandths, fold=0), value.zone)


class DateType(FieldType):
    """A day of the calendar, the same day in every time zone."""

    kind: ClassVar[str] = "date"
    operators: ClassVar[tuple[str, ...]] = TIME_OPERATORS

    def to_stored(self, value: date | None) -> tuple[Cell, ...]:
        return (None,) if value is None else (value.isoformat(),)

    def from_stored(self, *cells: Any) -> date | None:
        try:
            return None if cells[0] is None else date.fromisoformat(cells[0])
        except (TypeError, ValueError) as error:
            raise unreadable(cells) from error

    def parse(self, text: str, ctx: TextContext) -> date | None:
        if not text or text.isspace():
            return None
        if len(text) == 10 and text[4] == "-" == text[7]:
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass  # not quite: the grammar finds the reason
        # Late: the patterns of typed dates cost 15 ms, and a start types none.
        from crmdesk.schema.datetext import parse_date

        return parse_date(text, ctx)

    def show(self, value: date | None, ctx: TextContext) -> str:
        return "" if value is None else show_day(value, ctx)

    def edit_text(self, value: date | None, ctx: TextContext) -> str:
        return "" if value is None else edit_day(value, ctx)

    def check(self, value: Any) -> date | None:
        if value is None or type(value) is date:
            return value
        if isinstance(value, datetime):
            # Never by cutting: which day it is depends on a zone that is not told here.
            raise refuse_type(value, _("a date without a time"))
        raise refuse_type(value, _("a date"))


class InstantType(FieldType):
    """A point in time and the zone it was entered in."""

    kind: ClassVar[str] = "instant"
    operators: ClassVar[tuple[str, ...]] = TIME_OPERATORS
    parts: ClassVar[tuple[tuple[str, str], ...]] = _WITH_ZONE

    def to_stored(self, value: Instant | None) -> tuple[Cell, ...]:
        return (None, None) if value is None else (stamp_text(value.utc), value.zone)

    def from_stored(self, *cells: Any) -> Instant | None:
        text, zone = cells
        try:
            return None if text is None else Instant(datetime.fromisoformat(text), zone or "UTC")
        except (TypeError, ValueError) as error:
            raise unreadable(cells) from error

    def parse(self, text: str, ctx: TextContext) -> Instant | None:
        if not text or text.isspace():
            return None
        # Late: the patterns of typed dates cost 15 ms, and a start types none.
        from crmdesk.schema.datetext import parse_instant

        return self.check(parse_instant(text, ctx))

    def show(self, value: Instant | None, ctx: TextContext) -> str:
        return "" if value is None else show_instant(value, ctx)

    def edit_text(self, value: Instant | None, ctx: TextContext) -> str:
        return "" if value is None else edit_instant(value, ctx)

    def check(self, value: Any) -> Instant | None:
        return None if value is None else _check_instant(value)

    def sort_key(self, value: Instant | None) -> tuple[Any, ...]:
        return () if value is None else (value.utc,)


class StampType(InstantType):
    """A point in time kept by the program itself, without a zone."""

    kind: ClassVar[str] = "stamp"
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("", "TEXT"),)

    def to_stored(self, value: Instant | None) -> tuple[Cell, ...]:
        return (None,) if value is None else (stamp_text(value.utc),)

    def from_stored(self, *cells: Any) -> Instant | None:
        return super().from_stored(cells[0], None)

    def parse(self, text: str, ctx: TextContext) -> Instant | None:
        return self.check(super().parse(text, ctx))

    def edit_text(self, value: Instant | None, ctx: TextContext) -> str:
        return "" if value is None else edit_instant(Instant(value.utc, ctx.zone), ctx)

    def check(self, value: Any) -> Instant | None:
        checked = super().check(value)
        return None if checked is None else Instant(checked.utc)


class MomentType(FieldType):
    """Either a whole day or a point in time; a day is never a midnight."""

    kind: ClassVar[str] = "moment"
    operators: ClassVar[tuple[str, ...]] = TIME_OPERATORS
    parts: ClassVar[tuple[tuple[str, str], ...]] = _WITH_ZONE

    def to_stored(self, value: date | Instant | None) -> tuple[Cell, ...]:
        if value is None:
            return (None, None)
        if isinstance(value, Instant):
            return stamp_text(value.utc), value.zone
        return value.isoformat(), None

    def from_stored(self, *cells: Any) -> date | Instant | None:
        text, zone = cells
        if text is None:
            return None
        try:
            if len(text) == 10:
                return date.fromisoformat(text)
            return Instant(datetime.fromisoformat(text), zone or "UTC")
        except (TypeError, ValueError) as error:
            raise unreadable(cells) from error

    def parse(self, text: str, ctx: TextContext) -> date | Instant | None:
        if not text or text.isspace():
            return None
        # Late: the patterns of typed dates cost 15 ms, and a start types none.
        from crmdesk.schema.datetext import parse_moment

        return self.check(parse_moment(text, ctx))

    def show(self, value: date | Instant | None, ctx: TextContext) -> str:
        if value is None:
            return ""
        if isinstance(value, Instant):
            return show_instant(value, ctx)
        return show_day(value, ctx)

    def edit_text(self, value: date | Instant | None, ctx: TextContext) -> str:
        if value is None:
            return ""
        return edit_instant(value, ctx) if isinstance(value, Instant) else edit_day(value, ctx)

    def check(self, value: Any) -> date | Instant | None:
        if value is None or type(value) is date:
            return value
        return _check_instant(value)

    def sort_key(self, value: date | Instant | None) -> tuple[Any, ...]:
        if value is None:
            return ()
        if isinstance(value, Instant):
            return (value.local().date(), 1, value.utc)
        return (value, 0)


@dataclass(frozen=True)
class DurationType(FieldType):
    """A length of time in whole seconds; a day is 24 hours.

    `unit` is what a number without a unit counts: "minutes" or "hours".
    """

    kind: ClassVar[str] = "duration"
    operators: ClassVar[tuple[str, ...]] = NUMBER_OPERATORS
    numeric: ClassVar[bool] = True
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("", "INTEGER"),)
    unit: str = "minutes"

    def to_stored(self, value: timedelta | None) -> tuple[Cell, ...]:
        return (None,) if value is None else (value.days * 86400 + value.seconds,)

    def from_stored(self, *cells: Any) -> timedelta | None:
        try:
            return None if cells[0] is None else timedelta(0, cells[0])
        except (TypeError, OverflowError) as error:
            raise unreadable(cells) from error

    def parse(self, text: str, ctx: TextContext) -> timedelta | None:
        if not text or text.isspace():
            return None
        return self.check(parse_duration(text, ctx, self.unit))

    def show(self, value: timedelta | None, ctx: TextContext) -> str:
        return "" if value is None else show_duration(value, ctx.language)

    def check(self, value: Any) -> timedelta | None:
        if value is None:
            return None
        if not isinstance(value, timedelta):
            raise refuse_type(value, _("a length of time"))
        seconds = value.days * 86400 + value.seconds + (value.microseconds >= 500_000)
        return timedelta(seconds=fits(seconds))
