"""Finds the cells of a list that hold a text, by queries over the whole list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from crmdesk.errors import KnownError
from crmdesk.gui.cells import Shown
from crmdesk.gui.grid.source import Spot
from crmdesk.schema.currencies import COMMON
from crmdesk.schema.fieldtypes import folded
from crmdesk.schema.query import Condition, Either, Query, Where, both
from crmdesk.schema.registry import Field
from crmdesk.schema.values import Money

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

MOST = 100_000
"""The most cells that are told for one text."""

_TEXTS = frozenset({"text", "longtext", "email", "url", "phone"})
_READ = frozenset(
    {"integer", "decimal", "percent", "money", "rating", "date", "instant", "moment", "duration"}
)


def locate(
    bridge: Bridge,
    conn: Any,
    query: Query,
    shown: Iterable[Shown],
    text: str,
) -> list[Spot]:
    """The cells that hold `text`, row by row in the order of the list, at most `MOST`.

    Texts, titles of references and choices by any part of them; numbers, amounts and times by
    their value as it is typed, a bare amount in any usual currency.
    """
    select, ctx = bridge.workspace.select, bridge.query_context()
    found: dict[int, list[str]] = {}
    count = 0
    for one in shown:
        where = condition(bridge, one, text)
        if where is None or count >= MOST:
            continue
        path = ".".join([*(step.name for step in one.path.steps), one.field.name])
        narrow = Query(query.entity, both(query.where, where), search=query.search)
        for rowid in select.ids(conn, narrow, ctx)[: MOST - count]:
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
