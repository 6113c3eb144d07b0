"""What a condition means, worked out in Python record by record: the yardstick for the SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from crmdesk.schema.query import (
    ID,
    ME,
    All,
    Condition,
    Either,
    Has,
    Not,
    QueryContext,
    Where,
    ends_of,
    resolve,
)
from crmdesk.schema.registry import Registry
from crmdesk.schema.values import Instant, Money, Phone

Data = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Values by entity, id and field."""


class Naive:
    """Evaluates conditions over plain dictionaries."""

    def __init__(self, registry: Registry, data: Data, ctx: QueryContext) -> None:
        self.registry = registry
        self.data = data
        self.ctx = ctx

    def holds(
        self, where: Where, entity: str, record: str, link: tuple[str, str] | None = None
    ) -> bool:
        match where:
            case All(parts):
                return all(self.holds(part, entity, record, link) for part in parts)
            case Either(parts):
                return any(self.holds(part, entity, record, link) for part in parts)
            case Not(part):
                return not self.holds(part, entity, record, link)
            case Has(name, inner):
                relation = self.registry.relation(entity, name)
                target, by = ends_of(relation)
                if not relation.many:
                    found = [(self.value(entity, record, relation.field), None)]
                else:
                    holders = self.data.get(relation.holder, {})
                    mine = [
                        one for one, row in holders.items() if row.get(relation.field) == record
                    ]
                    found = [
                        (holders[one].get(relation.far), (by, one)) if by else (one, None)
                        for one in mine
                    ]
                return any(
                    far is not None and (inner is None or self.holds(inner, target, far, via))
                    for far, via in found
                )
            case Condition(path, op, value):
                found_path = resolve(self.registry, entity, path, link[0] if link else "")
                if link and found_path.entity == link[0]:
                    entity, record = link
                current: str | None = record
                for step in found_path.steps:
                    current = current and self.value(entity, current, step.name)
                    entity = step.target
                field = found_path.field
                held = current
                if field.name != ID:
                    held = self.value(entity, current, field.name) if current else None
                return self.compared(field.kind, held, op, value)
        raise AssertionError(where)

    def value(self, entity: str, record: str, name: str) -> Any:
        return self.data[entity][record].get(name)

    def compared(self, kind: str, held: Any, op: str, value: Any) -> bool:
        negative = {"is_not": "is", "not_contains": "contains", "not_in": "in"}
        if op in negative:
            return not self.compared(kind, held, negative[op], value)
        if kind == "boolean" and op == "is" and value is not None:
            return bool(held) == value
        if op == "empty" or (op == "is" and value is None):
            return held is None
        if op == "not_empty":
            return held is not None
        if held is None:
            return False
        if value == ME:
            value = self.ctx.user
        if op == "in":
            return any(self.compared(kind, held, "is", one) for one in value)
        if op == "between":
            low, high = value
            return (low is None or self.compared(kind, held, "ge", low)) and (
                high is None or self.compared(kind, held, "le", high)
            )
        if op == "within":
            return self._within(held, value)
        if op in ("contains", "starts", "ends"):
            return _part(kind, held, op, value)
        if kind == "phone":
            same = held.raw.lower() == value.raw.lower()
            return same or (value.e164 is not None and value.e164 == held.e164)
        if isinstance(held, str):
            assert op == "is"
            return held.lower() == value.lower() if kind in ("text", "email") else held == value
        if isinstance(held, Money):
            return held.currency == value.currency and _ordered(held.amount, op, value.amount)
        if isinstance(held, (date, Instant)):
            return self._time(held, op, value)
        return _ordered(held, op, value)

    def _local(self, instant: Instant) -> date:
        return instant.utc.astimezone(self.ctx.tz).date()

    def _time(self, held: Any, op: str, value: Any) -> bool:
        if isinstance(held, Instant) and isinstance(value, Instant):
            return _ordered(held.utc, op, value.utc)
        if isinstance(value, Instant):
            # A whole day is never equal to a point in time.
            return op != "is" and _ordered(held, op, self._local(value))
        return _ordered(self._local(held) if isinstance(held, Instant) else held, op, value)

    def _within(self, held: Any, period: str) -> bool:
        now: datetime = self.ctx.present()
        today = self.ctx.today()
        if period == "overdue":
            return held.utc < now if isinstance(held, Instant) else held < today
        day = self._local(held) if isinstance(held, Instant) else held
        counted = re.fullmatch(r"(last|next)_n_days:(\d+)", period)
        if counted:
            ago = (today - day if counted[1] == "last" else day - today).days
            return 0 <= ago < int(counted[2])
        if period in ("yesterday", "today", "tomorrow"):
            return (day - today).days == {"yesterday": -1, "today": 0, "tomorrow": 1}[period]
        which, unit = period.split("_")
        return _count(day, unit, self.ctx) - _count(today, unit, self.ctx) == {
            "last": -1, "this": 0, "next": 1,
        }[which]  # fmt: skip


def _count(day: date, unit: str, ctx: QueryContext) -> int:
    """A running number of the week, month, quarter or year that a day is in."""
    if unit == "week":
        # Day 1 of the calendar is a Monday.
        return (day.toordinal() - 1 - ctx.week_start) // 7
    months = day.year * 12 + day.month - 1
    return months // {"month": 1, "quarter": 3, "year": 12}[unit]


def _ordered(held: Any, op: str, value: Any) -> bool:
    return {
        "is": held == value, "gt": held > value, "ge": held >= value,
        "lt": held < value, "le": held <= value,
    }[op]  # fmt: skip


def _part(kind: str, held: Any, op: str, value: Any) -> bool:
    if kind == "choices":
        return set((value,) if isinstance(value, str) else value) <= set(held)
    if isinstance(held, Phone):
        digits = "".join(letter for letter in value if letter in "0123456789")
        written = all(letter in "+0123456789 ()./-" for letter in value)
        if len(digits) >= 3 and written and held.e164:
            plus = "+" if op == "starts" and value.startswith("+") else ""
            if _found(held.e164, op, plus + digits):
                return True
        held = held.raw
    return _found(held.lower(), op, value.lower())


def _found(text: str, op: str, part: str) -> bool:
    return {
        "contains": part in text, "starts": text.startswith(part), "ends": text.endswith(part),
    }[op]  # fmt: skip
