"""One field of a row compared with a value, as SQL; only what holds for filled fields.

The negative operators and what an empty field means are made of these by
`store.conditions`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crmdesk.errors import BugError
from crmdesk.schema.periods import OVERDUE, Days, day_span, days_of, instants_of
from crmdesk.schema.query import DAY_AND_TIME_KINDS, ME, TEXT_KINDS, USER, QueryContext
from crmdesk.schema.registry import Field
from crmdesk.schema.timetypes import stamp_text
from crmdesk.schema.values import Instant, Phone
from crmdesk.store.sources import NOCASE, Column, Source, Truth, members

_DAY_LENGTH = len("2026-11-22")
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
}
_FEWEST_DIGITS = 3


def compare(source: Source, field: Field, op: str, value: Any, ctx: QueryContext) -> Truth:
    """The field compared by a positive operator with a checked value (`checked_value`)."""
    first = source[field.name]
    if op == "not_empty":
        return sa.and_(first.is_not(None), first != "") if field.kind in TEXT_KINDS else (
            first.is_not(None)
        )  # fmt: skip
    if field.kind in ("date", *DAY_AND_TIME_KINDS):
        return _time(first, field.kind, op, value, ctx)
    if op in ("contains", "starts", "ends"):
        return _part(source, field, first, op, value)
    if op == "in":
        return _among(source, field, first, value, ctx)
    if op == "is":
        return _equal(source, field, first, value, ctx)
    if op == "between":
        low, high = value
        parts = [
            _ordered(source, field, first, each, end)
            for each, end in (("ge", low), ("le", high))
            if end is not None
        ]
        return sa.and_(*parts)
    return _ordered(source, field, first, op, value)


# ---------------------------------------------------------------- text


def _part(source: Source, field: Field, first: Column, op: str, value: Any) -> Truth:
    if field.kind == "choices":
        # Keys hold neither commas nor quotes, so a quoted key is found nowhere else.
        found = [sa.func.instr(first, json.dumps(key, ensure_ascii=False)) > 0 for key in value]
        return sa.and_(first.is_not(None), *found)
    said = like(first, op, value)
    if field.kind == "phone":
        digits = re.sub(r"\D", "", value, flags=re.ASCII)
        if len(digits) >= _FEWEST_DIGITS and re.fullmatch(r"[+\d\s()./-]*", value):
            dialled = source[field.columns[1].name]
            plus = "+" if op == "starts" and value.lstrip().startswith("+") else ""
            return sa.or_(said, like(dialled, op, plus + digits))
    return said


def like(column: Column, op: str, text: str) -> Truth:
    """The column contains, starts or ends with the text, whatever their case.

    LIKE ignores the case of ASCII letters alone; where the text has others, a GLOB with
    both cases of every letter asks for the same, without calling back into Python.
    """
    before = "" if op in ("starts", "is") else "%"
    after = "" if op in ("ends", "is") else "%"
    if _needs_glob(text):
        many = {"%": "*", "": ""}
        return column.bool_op("GLOB")(many[before] + _glob(text) + many[after])
    escaped = re.sub(r"([\\%_])", r"\\\1", text)
    return column.like(f"{before}{escaped}{after}", escape="\\")


def _needs_glob(text: str) -> bool:
    return not text.isascii() and any(
        letter > "\x7f" and letter.lower() != letter.upper() for letter in text
    )


def _glob(text: str) -> str:
    return "".join(map(_either_case, text))


def _either_case(letter: str) -> str:
    cases = {letter, *(each for each in (letter.lower(), letter.upper()) if len(each) == 1)}
    if len(cases) == 1 and letter not in "*?[":
        return letter
    return f"[{''.join(sorted(cases))}]"


# ---------------------------------------------------------------- equal, among


def _equal(source: Source, field: Field, first: Column, value: Any, ctx: QueryContext) -> Truth:
    if field.kind == "phone":
        return _same_phone(source, field, first, value)
    if field.kind in TEXT_KINDS:
        if _needs_glob(value):
            return like(first, "is", value)
        same: Truth = sa.collate(first, NOCASE) == value
        return same
    cells = _cells(field, value, ctx)
    return sa.and_(
        *(source[spec.name] == stored for spec, stored in zip(field.columns, cells, strict=True))
    )


def _same_phone(source: Source, field: Field, first: Column, value: Phone) -> Truth:
    typed = sa.collate(first, NOCASE) == value.raw
    if value.e164 is None:
        return typed
    return sa.or_(typed, source[field.columns[1].name] == value.e164)


def _among(
    source: Source, field: Field, first: Column, values: Iterable[Any], ctx: QueryContext
) -> Truth:
    values = tuple(values)
    plain = len(field.columns) == 1 and not (
        field.kind in TEXT_KINDS and any(_needs_glob(one) for one in values)
    )
    if not plain:
        return sa.or_(sa.false(), *(_equal(source, field, first, one, ctx) for one in values))
    column = sa.collate(first, NOCASE) if field.kind in TEXT_KINDS else first
    stored = [_cells(field, one, ctx)[0] for one in values]
    return column.in_(members(json.dumps(stored, ensure_ascii=False)))


def _cells(field: Field, value: Any, ctx: QueryContext) -> tuple[Any, ...]:
    if value == ME and field.target == USER:
        return (ctx.user,)
    return field.type.to_stored(value)


# ---------------------------------------------------------------- order


def _ordered(source: Source, field: Field, first: Column, op: str, value: Any) -> Truth:
    stored, *others = field.type.to_stored(value)
    said: Truth = _COMPARE[op](first, stored)
    if not others:
        return said
    # An amount: the same currency only.
    same = (
        source[spec.name] == other for spec, other in zip(field.columns[1:], others, strict=True)
    )
    return sa.and_(*same, said)


# ---------------------------------------------------------------- times


def _time(first: Column, kind: str, op: str, value: Any, ctx: QueryContext) -> Truth:
    if op == "within":
        return _within(first, kind, value, ctx)
    if op == "between":
        low, high = value
        ends = [(each, end) for each, end in (("ge", low), ("le", high)) if end is not None]
        return sa.and_(*(_time(first, kind, each, end, ctx) for each, end in ends))
    if isinstance(value, Instant):
        return _against_instant(first, kind, op, value, ctx)
    if kind == "date":
        day = value.isoformat()
        return first == day if op == "is" else _COMPARE[op](first, day)  # type: ignore[no-any-return]
    return _range(first, kind, _days_for(op, value), ctx)


def _days_for(op: str, day: date) -> Days:
    """The days that a comparison with a whole day leaves."""
    next_day = day + timedelta(1) if day < date.max else day
    match op:
        case "is":
            return Days(day, next_day)
        case "gt":
            return Days(next_day, None)
        case "ge":
            return Days(day, None)
        case "lt":
            return Days(None, day)
        case "le":
            return Days(None, next_day)
    raise BugError(f"A time cannot be compared by {op!r}.")


def _within(first: Column, kind: str, period: str, ctx: QueryContext) -> Truth:
    days = days_of(period, ctx.today(), ctx.week_start)
    if period != OVERDUE or kind == "date":
        return _range(first, kind, days, ctx)
    _start, now = instants_of(period, ctx.present(), ctx.tz, ctx.week_start).stored
    if kind != "moment":
        return first < now
    return _split(first, first < str(days.end), first < now)


def _range(first: Column, kind: str, days: Days, ctx: QueryContext) -> Truth:
    as_days = (
        None if days.first is None else days.first.isoformat(),
        None if days.end is None else days.end.isoformat(),
    )
    if kind == "date":
        return _limits(first, *as_days)
    as_instants = day_span(days, ctx.tz).stored
    if kind != "moment":
        return _limits(first, *as_instants)
    outer = (
        min(filter(None, (as_days[0], as_instants[0])), default=None),
        max(filter(None, (as_days[1], as_instants[1])), default=None),
    )
    # The outer limits let an index find the few rows that are then looked at closely.
    return sa.and_(
        _limits(first, *outer),
        _split(first, _limits(first, *as_days), _limits(first, *as_instants)),
    )


def _limits(first: Column, low: str | None, end: str | None) -> Truth:
    parts = [first >= low] if low is not None else []
    if end is not None:
        parts.append(first < end)
    return sa.and_(*parts) if parts else first.is_not(None)


def _split(first: Column, of_days: Truth, of_instants: Truth) -> Truth:
    """One condition for moments that are days, another for those that are points in time."""
    is_day = sa.func.length(first) == _DAY_LENGTH
    return sa.or_(sa.and_(is_day, of_days), sa.and_(~is_day, of_instants))


def _against_instant(first: Column, kind: str, op: str, value: Instant, ctx: QueryContext) -> Truth:
    text = stamp_text(value.utc)
    said: Truth = (first == text) if op == "is" else _COMPARE[op](first, text)
    if kind != "moment":
        return said
    # A whole day beside a point in time: before it where the day is earlier, and equal to none.
    day = value.utc.astimezone(ctx.tz).date()
    if op == "is":
        return said
    return _split(first, _range(first, "date", _days_for(op, day), ctx), said)
