"""Finds the cells of a list that hold a text, by queries over the whole list."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmdesk.errors import KnownError
from crmdesk.gui.cells import CellMaker, Shown
from crmdesk.gui.grid.source import MOST_FOUND, Spot
from crmdesk.schema.currencies import COMMON
from crmdesk.schema.fieldtypes import folded
from crmdesk.schema.numbertext import plain
from crmdesk.schema.query import Condition, Either, Query, Where, both
from crmdesk.schema.registry import Field
from crmdesk.schema.values import Instant, Money

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

_TEXTS = frozenset({"text", "longtext", "email", "url", "phone"})
_NUMBERS = frozenset({"integer", "decimal", "percent", "money"})
_DAYS = frozenset({"date", "instant", "stamp", "moment"})
_READ = _NUMBERS | _DAYS | {"rating", "duration"}
_DIGIT = re.compile("[0-9]")


def locate(
    bridge: Bridge,
    conn: Any,
    query: Query,
    maker: CellMaker,
    text: str,
) -> list[Spot]:
    """The cells that hold `text`, row by row in the order of the list, at most `MOST_FOUND`.

    Texts, titles of references, choices, numbers and times by any part of what is shown, or of
    what one would type; numbers, amounts and times also by their value however it is written, a
    bare amount in any usual currency.
    """
    select, ctx = bridge.workspace.select, bridge.query_context()
    found: dict[int, list[str]] = {}
    count = 0
    for one in maker.shown:
        if count >= MOST_FOUND:
            break
        path = ".".join([*(step.name for step in one.path.steps), one.field.name])
        there = array("q")
        where = condition(bridge, one, text)
        if where is not None:
            narrow = Query(query.entity, both(query.where, where), search=query.search)
            there += select.ids(conn, narrow, ctx)
        test = shown_test(maker, one, text)
        if test is not None:
            everywhere = Query(query.entity, query.where, search=query.search)
            figures = "".join(_DIGIT.findall(text)) if one.kind in _NUMBERS else ""
            there += select.passing(conn, everywhere, ctx, path, test, figures)
        for rowid in list(dict.fromkeys(there))[: MOST_FOUND - count]:
            found.setdefault(rowid, []).append(path)
            count += 1
    if not found:
        return []
    order = select.ids(conn, query, ctx)
    return [(rowid, path) for rowid in order if rowid in found for path in found[rowid]]


def condition(bridge: Bridge, shown: Shown, text: str) -> Where | None:
    """What a record must have for the text to be in its cell; None where no value has it."""
    field = shown.field
    path = ".".join([*(step.name for step in shown.path.steps), field.name])
    if field.kind in _TEXTS:
        return Condition(path, "contains", text)
    if field.kind in {"choice", "choices"} or shown.is_step:
        wanted = folded(text)
        keys = [one.id for one in bridge.picks.of_field(field) if wanted in folded(one.title)]
        if not keys:
            return None
        if field.kind == "choices":
            return Either(tuple(Condition(path, "contains", (key,)) for key in keys))
        return Condition(path, "in", tuple(keys))
    if field.target:
        titles = bridge.registry.entity(field.target)
        names = [name for name in titles.title if titles.field(name).kind in _TEXTS]
        parts = tuple(Condition(f"{path}.{name}", "contains", text) for name in names)
        return Either(parts) if parts else None
    if field.kind in _READ:
        parts = tuple(Condition(path, "is", value) for value in _values(bridge, field, text))
        return Either(parts) if parts else None
    return None


def shown_test(maker: CellMaker, shown: Shown, text: str) -> Callable[[Any], bool] | None:
    """Whether a value shows the text; None where no value of the field can."""
    if shown.kind not in _READ:
        return None
    sought = plain(text).casefold()

    def test(value: Any) -> bool:
        cell = maker.cell(shown, value)
        texts = (cell.text,) if cell.edit is None else (cell.text, cell.edit)
        return any(sought in plain(one).casefold() for one in texts)

    if not _DIGIT.search(sought) and not any(map(test, _samples(maker, shown))):
        return None
    return test


def _samples(maker: CellMaker, shown: Shown) -> Iterator[Any]:
    """Values that together show every word and sign that a value of this field can show."""
    zone, today = maker.ctx.zone, maker.ctx.today()
    days = [date(today.year, month, 1) for month in range(1, 13)]
    days += [today + timedelta(number) for number in (-1, 0, 1)]
    match shown.kind:
        case "money":
            yield from (Money(Decimal(0), currency) for currency in COMMON)
        case "percent" | "decimal":
            yield Decimal(0)
        case "duration":
            yield timedelta(days=1, hours=1, minutes=1, seconds=1)
        case "date":
            yield from days
        case "instant" | "stamp" | "moment":
            for day in days:
                yield Instant(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), zone)
        case kind:
            yield 1 if kind == "rating" else 0


def _values(bridge: Bridge, field: Field, text: str) -> Iterator[Any]:
    try:
        value = field.type.parse(text, bridge.ctx)
    except KnownError:
        return
    if value is None:
        return
    yield value
    if isinstance(value, Money) and not any(map(str.isalpha, text)):
        for currency in sorted(COMMON - {value.currency}):
            yield Money(value.amount, currency)
