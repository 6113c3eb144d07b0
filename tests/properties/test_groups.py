"""Groups of records and the lines of a grouped grid are what a plain model says."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crmdesk.gui.grid.groups import Groups, Head, Way, prepare
from crmdesk.schema.query import TEXT_KINDS, Query, QueryContext, resolve
from crmdesk.schema.values import Money
from crmdesk.store.aggregate import Group, Measure
from crmdesk.store.engine import Store
from crmdesk.store.reading import Linked
from tests.properties.naive import Naive
from tests.properties.test_select import REGISTRY, USERS, asked, contexts, fill
from tests.unit.store import askbook
from tests.unit.store.askbook import Book

BY = {
    "user": ("team", "active", "manager", "manager.name"),
    "company": ("city", "kind", "rating", "owner", "parent", "parent.city", "owner.team", "email"),
    "contact": ("company", "company.city", "owner", "do_not_contact", "birthday", "mobile"),
    "opportunity": ("company", "company.kind", "status", "close_date", "owner", "name"),
    "task": ("done", "company", "contact.company", "priority", "owner", "subject"),
}
SUMS = {"company": "revenue", "opportunity": "amount"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with askbook.opened(Path(tmp_path_factory.mktemp("groups"))) as store:
        yield store


@st.composite
def grouped(draw: st.DrawFn) -> Query:
    query = draw(asked())
    by = draw(st.lists(st.sampled_from(BY[query.entity]), min_size=1, max_size=2, unique=True))
    return replace(query, group=tuple(by))


def same(query: Query, path: str, value: Any) -> Any:
    """What is the same for all records of a group, of a value."""
    if isinstance(value, Linked):
        return value.id
    kind = resolve(REGISTRY, query.entity, path).field.kind
    if value is not None and kind in TEXT_KINDS:
        text = getattr(value, "raw", value)
        return "".join(letter.lower() if letter.isascii() else letter for letter in text)
    return value


def value_at(naive: Naive, entity: str, record: str, path: str) -> Any:
    """The value at the end of a path, None where a reference on the way is empty."""
    name, _dot, rest = path.partition(".")
    value = naive.value(entity, record, name)
    if not rest or value is None:
        return value
    return value_at(naive, REGISTRY.entity(entity).field(name).target, value, rest)


# Two spellings of an address whose amounts are in two currencies.
@example(
    query=Query("company", group=("email",)),
    ctx=QueryContext(user=USERS[0], zone="UTC", week_start=0, now=askbook.NOW),
    seed=0,
)
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(query=grouped(), ctx=contexts, seed=st.integers(0, 10**6))
def test_groups_hold_the_records_with_their_values(
    store: Store, query: Query, ctx: QueryContext, seed: int
) -> None:
    with askbook.taken_back(store) as conn:
        book = Book(conn, REGISTRY, ctx)
        fill(book, seed)
        naive = Naive(REGISTRY, book.data, ctx)
        money = SUMS.get(query.entity, "")
        measures = (Measure(money), Measure(money, "count"), Measure(money, "empty"))
        heard: list[tuple[list[Group], list[int]]] = []

        found = book.select.grouped(
            conn, query, ctx, measures if money else (), lambda *one: heard.append(one)
        )

        ((groups, first),) = heard
        assert groups == found.groups
        assert first == list(found.ids[: len(first)])
        order = book.select.ids(conn, query, ctx)
        names = book.select.record_ids(conn, query.entity, order)
        expected: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for rowid in order:
            values = (value_at(naive, query.entity, names[rowid], path) for path in query.group)
            keys = zip(query.group, values, strict=True)
            expected[tuple(same(query, *one) for one in keys)].append(rowid)
        start = 0
        leaves = [group for group in found.groups if group.level == len(query.group)]
        assert len(leaves) == len(expected)
        for group in leaves:
            key = tuple(same(query, *one) for one in zip(query.group, group.keys, strict=True))
            mine = list(found.ids[start : start + group.count])
            assert mine == expected[key]
            start += group.count
            if money:
                _adds_up(naive, query, group, [names[rowid] for rowid in mine], money)
        assert start == len(found.ids) == len(order)


def _adds_up(naive: Naive, query: Query, group: Group, records: list[str], money: str) -> None:
    """Amounts are added up by currency, and never across."""
    sums: dict[str, Decimal] = {}
    values = [naive.value(query.entity, record, money) for record in records]
    for value in values:
        if value is not None:
            sums[value.currency] = sums.get(value.currency, Decimal(0)) + value.amount
    wanted = tuple(Money(sums[code], code) for code in sorted(sums)) or None
    empty = sum(value is None for value in values)
    assert group.values == (wanted, len(values) - empty, empty)


# -- the lines of a grid


@st.composite
def heads(draw: st.DrawFn) -> list[Head]:
    """Groups on one to three levels; those of the last one hold records."""
    depth = draw(st.integers(0, 2))

    def grow(level: int, way: Way) -> tuple[list[Head], int]:
        made: list[Head] = []
        count = 0
        for key in range(draw(st.integers(1, 3))):
            mine = (*way, str(key))
            below, size = ([], draw(st.integers(1, 4))) if level == depth else grow(
                level + 1, mine
            )  # fmt: skip
            made += [Head(level, mine, size, key, ()), *below]
            count += size
        return made, count

    return grow(0, ())[0]


def plain(tree: list[Head], ids: list[int], closed: set[Way]) -> list[Way | int]:
    """The lines in sight, said the long way round."""
    depth = max(head.level for head in tree)
    found: list[Way | int] = []
    start = 0
    for head in tree:
        hidden = any(head.way[: n + 1] in closed for n in range(len(head.way) - 1))
        if not hidden:
            found.append(head.way)
        if head.level == depth:
            if not hidden and head.way not in closed:
                found += ids[start : start + head.size]
            start += head.size
    return found


@given(tree=heads(), data=st.data())
def test_lines_are_those_of_a_plain_model_under_folds(
    tree: list[Head], data: st.DataObject
) -> None:
    depth = max(head.level for head in tree)
    count = sum(head.size for head in tree if head.level == depth)
    ids = data.draw(st.permutations(range(1, count + 1)))
    groups = Groups()
    lines = groups.take(prepare(tree, array("q", ids)))
    ways = st.sampled_from([head.way for head in tree])
    for way in data.draw(st.lists(ways, max_size=6)):
        groups.fold([way])
        lines = groups.lines()
    wanted = plain(tree, ids, groups.closed)

    told = [head.way if (head := groups.head_of(line)) else line for line in lines]
    assert told == wanted
    for row, one in enumerate(wanted):
        number = groups.number_of(row)
        assert number == (ids.index(one) if isinstance(one, int) else -1)
        if isinstance(one, int):
            above = [way for way in wanted[:row] if isinstance(way, tuple)][-1]
            assert groups.above(row)[-1].way == above == groups.holding(one)[-1].way
        else:
            assert groups.above(row)[-1].way == one
            assert groups.line_of(one) == lines[row]
    for rowid in ids:
        assert [head.way for head in groups.holding(rowid)] == [
            groups.holding(rowid)[-1].way[: n + 1] for n in range(depth + 1)
        ]


@given(before=heads(), after=heads())
def test_a_group_keeps_its_line_when_others_come_and_go(
    before: list[Head], after: list[Head]
) -> None:
    groups = Groups()
    groups.take(prepare(before, None))
    old = {head.way: groups.line_of(head.way) for head in before}
    groups.take(prepare(after, None))
    new = {head.way: groups.line_of(head.way) for head in after}
    assert all(old[way] == new[way] for way in old.keys() & new.keys())
    assert len(set(new.values())) == len(new)
    assert all(groups.line_of(way) is None for way in old.keys() - new.keys())
