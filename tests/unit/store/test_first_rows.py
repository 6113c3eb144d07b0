"""The first rows of a list, which come before all of them are found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmdesk.schema.query import Condition, Query
from crmdesk.schema.values import Instant
from crmdesk.store import rows
from crmdesk.store.driver import raw_of
from crmdesk.store.engine import Store
from tests.unit.store import askbook
from tests.unit.store.askbook import Book, by


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with askbook.opened(Path(tmp_path_factory.mktemp("first"))) as store:
        yield store


@pytest.fixture
def book(store: Store) -> Iterator[Book]:
    with askbook.taken_back(store) as conn:
        yield Book(conn, askbook.registry())


def test_a_filter_that_begins_far_down_the_order_has_first_rows(book: Book) -> None:
    # More rows than are looked at before the list is found as a whole, none of them its own.
    rows.insert_many(raw_of(book.conn), "task", ["id", "subject", "due", "priority", "done"], (
        (f"{number:08}", f"T{number}", f"2026-01-01T00:{number // 600:02}:{number % 60:02}.000Z",
         "high" if number >= 6_000 else "low", 0)
        for number in range(9_000)
    ))  # fmt: skip
    query = Query("task", Condition("priority", "is", "high"), by("due"))

    first = book.select.first(book.conn, query, book.ctx, 50)

    assert len(first) == 50
    assert first == list(book.select.ids(book.conn, query, book.ctx))[:50]


@pytest.mark.parametrize("order", [("done", "due"), ("-done", "due"), ("done", "-due", "subject")])
@pytest.mark.parametrize("where", [None, Condition("subject", "contains", "1")])
def test_an_order_by_yes_and_no_first_begins_as_the_whole_list_does(
    book: Book, order: tuple[str, ...], where: Condition | None
) -> None:
    for number in range(30):
        day = Instant(datetime(2026, 1, 1 + number * 7 % 28, tzinfo=UTC))
        book.add("task", subject=f"T{number}", due=day if number % 5 else None,
                 done=[True, False, None][number % 3])  # fmt: skip
    query = Query("task", where, by(*order))
    whole = list(book.select.ids(book.conn, query, book.ctx))

    for limit in (1, 4, 12, 100):
        assert book.select.first(book.conn, query, book.ctx, limit) == whole[:limit]
