"""For random conditions over random records the SQL says the same as plain Python."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.schema.query import (
    ME,
    All,
    Condition,
    Either,
    Has,
    Not,
    Query,
    QueryContext,
    Sort,
    Where,
    ends_of,
    resolve,
)
from crmdesk.schema.querydata import query_from_data, query_to_data
from crmdesk.schema.querytext import where_from_text
from crmdesk.schema.querywriting import where_to_text
from crmdesk.schema.registry import Field
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Instant, Money, Phone
from crmdesk.store import alike
from crmdesk.store.engine import Store
from tests.properties.naive import Naive
from tests.unit.store import askbook
from tests.unit.store.askbook import Book

REGISTRY = askbook.registry()
USERS, COMPANIES, CONTACTS, DEALS, TASKS = (
    [f"0190000{kind}-0000-7000-8000-{number:012d}" for number in range(count)]
    for kind, count in enumerate((3, 5, 4, 6, 8))
)
IDS = {
    "user": USERS, "company": COMPANIES, "contact": CONTACTS, "opportunity": DEALS, "task": TASKS,
}  # fmt: skip

_TEXTS = (
    "Hamburg", "hamburg", "HAMburg", "München", "MÜNCHEN", "Műnchen", "北京", "北京市", "100%",
    "100_", "A*[x]?", "a*[X]?", "École", "école", "O'Brien", "ямы", "ЯМЫ", "a\\b", "-", "^]",
)  # fmt: skip
_PARTS = (*_TEXTS, "ham", "BURG", "ü", "ÜN", "京", "%", "_", "*[", "é", "É", "Я", "\\", "]", "")
_DAYS = tuple(
    date(2026, 11, 22) + timedelta(days)
    for days in (-400, -90, -31, -30, -8, -7, -6, -2, -1, 0, 1, 2, 6, 7, 8, 30, 40, 90, 400)
)
_INSTANTS = tuple(
    Instant(datetime(2026, 11, 22, tzinfo=UTC) + timedelta(hours=hours), zone)
    for hours, zone in (
        (-9000, "UTC"), (-25, "UTC"), (-24, "UTC"), (-2, "Asia/Shanghai"), (-1, "UTC"), (0, "UTC"),
        (9, "Europe/Berlin"), (9.5, "UTC"), (10, "UTC"), (22.5, "UTC"), (23, "UTC"), (24, "UTC"),
        (47, "America/New_York"), (200, "UTC"), (9000, "UTC"),
    )
)  # fmt: skip
_PHONES = (
    Phone("040 123456", "+4940123456"), Phone("+49 (40) 12 34 56", "+4940123456"),
    Phone("010-8888", None), Phone("+86 10 8888 9999", "+861088889999"), Phone("ext 12", None),
)  # fmt: skip
_PHONE_PARTS = ("040", "+49", "123456", "12 34", "1234", "88", "8888", "ext", "+86 10", "(40)")
_POOLS: dict[str, tuple[Any, ...]] = {
    "text": _TEXTS,
    "longtext": _TEXTS,
    "email": ("a@b.com", "A@b.com", "ü@x.org"),
    "url": ("www.a.com", "https://A.com"),
    "integer": (-5, 0, 1, 2, 1000, 10**15),
    "rating": (0, 1, 3, 5),
    "decimal": (Decimal("-1.50"), Decimal("0.00"), Decimal("2.25"), Decimal("1000.00")),
    "percent": (Decimal("0.00"), Decimal("12.50"), Decimal("100.00")),
    "money": (
        Money(Decimal("10.00"), "USD"), Money(Decimal("10.00"), "EUR"), Money(Decimal(10), "JPY"),
        Money(Decimal(1000), "JPY"), Money(Decimal("-3.20"), "EUR"), Money(Decimal("0.00"), "USD"),
    ),
    "date": _DAYS,
    "instant": _INSTANTS,
    "moment": (*_DAYS, *_INSTANTS),
    "duration": (timedelta(0), timedelta(minutes=30), timedelta(days=2)),
    "boolean": (True, False),
    "phone": _PHONES,
    "choices": (("retail",), ("retail", "energy"), ("finance",), ("energy", "finance", "retail")),
}  # fmt: skip
_PERIODS = (
    "today", "yesterday", "tomorrow", "overdue", "last_n_days:1", "last_n_days:30",
    "next_n_days:7", *(f"{which}_{unit}" for which in ("last", "this", "next")
                       for unit in ("week", "month", "quarter", "year")),
)  # fmt: skip
_FIELDS = {
    "user": ("name", "team", "active", "manager"),
    "company": ("name", "city", "kind", "industry", "phone", "email", "website", "employees",
                "revenue", "rating", "owner", "parent", "description", "x_tags", "x_seen"),
    "contact": ("name", "company", "birthday", "do_not_contact", "owner", "mobile", "reports_to"),
    "opportunity": ("name", "company", "contact", "amount", "probability", "close_date",
                    "quantity", "owner", "status", "competitor"),
    "task": ("subject", "done", "due", "length", "company", "contact", "opportunity", "owner",
             "priority", "done_at"),
    "opportunity_contact": ("opportunity", "contact", "role"),
}  # fmt: skip
_RELATIONS = {
    "user": ("owned_tasks", "reports"),
    "company": ("contacts", "opportunities", "subsidiaries", "parent", "owner", "tasks"),
    "contact": ("opportunities", "company", "tasks", "reports"),
    "opportunity": ("contacts", "tasks", "company", "owner"),
    "task": ("company", "opportunity", "contact"),
}


def _pool(field: Field) -> tuple[Any, ...]:
    if field.target:
        return tuple(IDS[field.target])
    if field.kind == "choice":
        return tuple(item.key for item in REGISTRY.choice_lists[field.type.list_name].items)[:3]  # type: ignore[attr-defined]
    return _POOLS[field.kind]


def fill(book: Book, seed: int) -> None:
    """Records of every entity with about half of their fields filled."""
    rnd = random.Random(seed)
    made = [*((entity, one) for entity, ids in IDS.items() for one in ids)]
    made += [("opportunity_contact", f"0190000f-0000-7000-8000-{n:012d}") for n in range(7)]
    for entity, record_id in made:
        values = {}
        for name in _FIELDS[entity]:
            field = REGISTRY.entity(entity).field(name)
            if field.required or rnd.random() < 0.6:
                values[name] = rnd.choice(_pool(field))
        book.add(entity, record_id, **values)


@st.composite
def conditions(draw: st.DrawFn, entity: str, link: str = "") -> Condition:
    through = draw(st.integers(0, 2))
    current, names = entity, []
    while through and any(
        REGISTRY.entity(current).field(name).target in IDS for name in _FIELDS[current]
    ):
        steps = [n for n in _FIELDS[current] if REGISTRY.entity(current).field(n).target in IDS]
        names.append(draw(st.sampled_from(steps)))
        current = REGISTRY.entity(current).field(names[-1]).target
        through -= 1
    own = [*_FIELDS[current], "id"]
    if link and not names:
        own += [name for name in _FIELDS[link] if name not in REGISTRY.entity(entity).by_name]
    path = ".".join([*names, draw(st.sampled_from(own))])
    field = resolve(REGISTRY, entity, path, link).field
    op = draw(st.sampled_from(field.type.operators))
    pool = _pool(field)
    if field.target == "user" and op != "between":
        pool = (*pool, ME)
    if field.kind in ("instant", "stamp"):
        pool = (*pool, *_DAYS)
    one = st.sampled_from(pool)
    if op in ("empty", "not_empty"):
        return Condition(path, op)
    if op == "within":
        return Condition(path, op, draw(st.sampled_from(_PERIODS)))
    if op in ("in", "not_in"):
        return Condition(path, op, tuple(draw(st.lists(one, max_size=3))))
    if op == "between":
        ends = draw(st.tuples(st.none() | one, one) | st.tuples(one, st.none()))
        return Condition(path, op, ends)
    if field.kind == "choices":
        return Condition(path, op, draw(one))
    if op in ("contains", "not_contains", "starts", "ends"):
        parts = _PHONE_PARTS if field.kind == "phone" else _PARTS
        return Condition(path, op, draw(st.sampled_from(parts)))
    return Condition(path, op, draw(one))


@st.composite
def wheres(draw: st.DrawFn, entity: str, link: str = "", depth: int = 3) -> Where:
    kinds = ["condition"] * 3 + (["all", "either", "not", "has"] if depth else [])
    match draw(st.sampled_from(kinds)):
        case "all":
            return All(tuple(draw(st.lists(wheres(entity, link, depth - 1), max_size=3))))
        case "either":
            return Either(tuple(draw(st.lists(wheres(entity, link, depth - 1), max_size=3))))
        case "not":
            return Not(draw(wheres(entity, link, depth - 1)))
        case "has" if entity in _RELATIONS:
            name = draw(st.sampled_from(_RELATIONS[entity]))
            target, by = ends_of(REGISTRY.relation(entity, name))
            inner = st.none() | wheres(target, by, depth - 1)
            return Has(name, draw(inner))
    return draw(conditions(entity, link))


@st.composite
def asked(draw: st.DrawFn) -> Query:
    entity = draw(st.sampled_from(tuple(IDS)))
    paths = list(_FIELDS[entity])
    paths += [
        f"{name}.{far}"
        for name in _FIELDS[entity]
        if (target := REGISTRY.entity(entity).field(name).target) in IDS
        for far in _FIELDS[target]
    ]
    sort = draw(st.lists(st.builds(Sort, st.sampled_from(paths), st.booleans()), max_size=3))
    return Query(entity, draw(wheres(entity) | st.none()), tuple(sort))


contexts = st.builds(
    QueryContext,
    user=st.sampled_from(USERS),
    zone=st.sampled_from(("UTC", "Europe/Berlin", "Asia/Shanghai", "America/New_York")),
    week_start=st.sampled_from((0, 5, 6)),
    now=st.just(askbook.NOW),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with askbook.opened(Path(tmp_path_factory.mktemp("ask"))) as store:
        yield store


@settings(
    suppress_health_check=[HealthCheck.too_slow],
    # Many kinds times many operators: three times what the profile asks for.
    max_examples=3 * settings().max_examples,
)
@given(query=asked(), ctx=contexts, seed=st.integers(0, 10**6), limit=st.integers(1, 4))
def test_sql_says_what_python_says(
    store: Store, query: Query, ctx: QueryContext, seed: int, limit: int
) -> None:
    with askbook.taken_back(store) as conn:
        book = Book(conn, REGISTRY, ctx)
        fill(book, seed)
        naive = Naive(REGISTRY, book.data, ctx)
        expected = {
            record
            for record in IDS[query.entity]
            if query.where is None or naive.holds(query.where, query.entity, record)
        }

        found = book.ids(query)

        assert set(found) == expected
        assert len(found) == len(expected) == book.select.count(conn, query, ctx)
        _pages_agree(book, query, limit)


@given(query=asked(), ctx=contexts, seed=st.integers(0, 10**6), limit=st.integers(1, 4))
def test_first_rows_are_the_same_along_any_index(
    store: Store, query: Query, ctx: QueryContext, seed: int, limit: int
) -> None:
    """As where each value is had by more rows than are read and sorted."""
    whole = replace(query, where=None)
    with pytest.MonkeyPatch.context() as patch, askbook.taken_back(store) as conn:
        patch.setattr(alike, "MANY", 1)
        patch.setattr(alike, "FAR", seed % 4)
        book = Book(conn, REGISTRY, ctx)
        fill(book, seed)
        rowids = book.select.ids(conn, whole, ctx)
        assert book.select.first(conn, whole, ctx, limit) == list(rowids[:limit])


def _pages_agree(book: Book, query: Query, limit: int) -> None:
    """Pages by key, the first page and positions are those of the whole list."""
    select, conn, ctx = book.select, book.conn, book.ctx
    rowids = select.ids(conn, query, ctx)
    paged = select.first(conn, query, ctx, limit)
    assert paged == list(rowids[:limit])
    while paged and len(paged) <= len(rowids):
        key = select.key_of(conn, query, ctx, paged[-1])
        assert key is not None
        page = select.after(conn, query, ctx, key, limit)
        if not page:
            break
        paged += page
    assert paged == list(rowids)
    for place, rowid in enumerate(rowids):
        assert select.position(conn, query, ctx, rowid) == place
    backwards = replace(query, sort=tuple(Sort(s.path, not s.descending) for s in query.sort))
    assert sorted(select.ids(conn, backwards, ctx)) == sorted(rowids)
    assert all(before != after for before, after in pairwise(rowids))


@given(query=asked())
def test_a_query_is_the_same_after_json(query: Query) -> None:
    assert query_from_data(REGISTRY, query_to_data(REGISTRY, query)) == query


def _text_context() -> TextContext:
    return TextContext(
        zone="Europe/Berlin",
        now=askbook.NOW,
        region="DE",
        choices=lambda name: REGISTRY.choice_lists[name].items,
    )


@given(query=asked().filter(lambda query: query.where is not None))
def test_a_condition_means_the_same_after_text(query: Query) -> None:
    """Written and read again it is the same text, and the same condition but for what text
    does not tell apart: brackets around one part, and zones of points in time."""
    ctx = _text_context()
    assert query.where is not None
    text = where_to_text(REGISTRY, query.entity, query.where, ctx)

    again = where_from_text(REGISTRY, query.entity, text, ctx)

    assert again is not None
    assert where_to_text(REGISTRY, query.entity, again, ctx) == text
