"""A strategy of values for every kind of field, drawn from the registry alone."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from crmdesk.schema.registry import Field, Registry
from crmdesk.schema.values import AnyRef, FileRef, Instant, Money, Phone

Ids = Mapping[str, Sequence[str]]

_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=8
).map(lambda word: f"a{word}")
_TEXTS = st.lists(_WORDS, min_size=1, max_size=3).map(" ".join)
_INSTANTS = st.builds(
    lambda when, zone: Instant(when.replace(microsecond=0, tzinfo=UTC), zone),
    st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1)),
    st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]),
)
_DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
_NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=8)
_HASHES = st.just("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


def _decimals(places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(-(10**6), 10**6, places=places, allow_nan=False, allow_infinity=False)


_BY_KIND: dict[str, Callable[[Field], st.SearchStrategy[Any]]] = {
    "text": lambda one: _TEXTS,
    "longtext": lambda one: st.lists(_TEXTS, min_size=1, max_size=2).map("\n".join),
    "integer": lambda one: st.integers(-(10**9), 10**9),
    "decimal": lambda one: _decimals(getattr(one.type, "places", 2)),
    "percent": lambda one: st.decimals(0, 100, places=2),
    "money": lambda one: st.builds(
        Money, _decimals(2).map(lambda n: n.quantize(Decimal(1))), st.sampled_from(["USD", "CNY"])
    ),
    "date": lambda one: _DAYS,
    "instant": lambda one: _INSTANTS,
    "stamp": lambda one: _INSTANTS,
    "moment": lambda one: _DAYS | _INSTANTS,
    "duration": lambda one: st.integers(0, 10**6).map(lambda n: timedelta(seconds=n)),
    "boolean": lambda one: st.booleans(),
    "rating": lambda one: st.integers(0, 5),
    "email": lambda one: _NAMES.map(lambda name: f"{name}@example.com"),
    "phone": lambda one: st.integers(10**6, 10**9).map(lambda n: Phone(f"+49 {n}", f"+49{n}")),
    "url": lambda one: _NAMES.map(lambda name: f"https://{name}.example.com"),
    "colour": lambda one: st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}"),
    "file": lambda one: st.builds(FileRef, _HASHES, _NAMES.map(lambda name: f"{name}.txt")),
    "data": lambda one: st.dictionaries(_NAMES, st.integers(0, 9) | _NAMES, max_size=2),
}


def values_of(field: Field, registry: Registry, ids: Ids) -> st.SearchStrategy[Any] | None:
    """Values that the field takes, None where there are none (nothing to refer to)."""
    if field.kind == "reference":
        targets = ids.get(field.target) or ()
        return st.sampled_from(list(targets)) if targets else None
    if field.kind == "anyref":
        refs = [AnyRef(entity, id) for entity, some in ids.items() for id in some]
        return st.sampled_from(refs) if refs else None
    if field.kind in ("choice", "choices"):
        items = registry.choice_lists[getattr(field.type, "list_name", "")].items
        if not items:
            # A list that begins empty, such as that of tags.
            return None
        keys = st.sampled_from([item.key for item in items])
        return keys if field.kind == "choice" else st.lists(keys, max_size=3).map(tuple)
    return _BY_KIND[field.kind](field)
