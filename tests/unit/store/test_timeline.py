"""What a timeline is narrowed to: one kind, what has happened, what is planned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crmdesk.schema.timetypes import stamp_text
from crmdesk.schema.values import Instant
from crmdesk.store.engine import Store
from tests.unit.store import askbook
from tests.unit.store.askbook import Book

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with askbook.opened(Path(tmp_path_factory.mktemp("line"))) as store:
        yield store


@pytest.fixture
def book(store: Store) -> Iterator[Book]:
    with askbook.taken_back(store) as conn:
        yield Book(conn, askbook.registry())


@pytest.fixture
def deal(book: Book) -> str:
    """A deal with a call behind it, tasks before and behind, and three visits ahead."""
    deal: str = book.add("opportunity", name="D")
    book.add("interaction", summary="called", opportunity=deal, channel="call",
             at=Instant(NOW - timedelta(hours=1)))  # fmt: skip
    book.add("interaction", summary="wrote", opportunity=deal, channel="email",
             at=Instant(NOW - timedelta(hours=2)))  # fmt: skip
    book.add("task", subject="today", opportunity=deal, kind="call", due=date(2026, 11, 22))
    book.add("task", subject="tomorrow", opportunity=deal, kind="call", due=date(2026, 11, 23))
    for days in (2, 3, 4):
        book.add("event", subject=f"visit {days}", opportunity=deal,
                 starts=Instant(NOW + timedelta(days=days)))  # fmt: skip
    return deal


def titles(book: Book, deal: str, limit: int = 9, **narrowed: str) -> list[str]:
    found = book.select.timeline(book.conn, "opportunity", deal, limit, **narrowed)
    return [one.title for one in found]


def test_what_has_happened_and_what_is_planned_are_all_there_is(book: Book, deal: str) -> None:
    now = stamp_text(NOW)
    past, ahead = titles(book, deal, until=now), titles(book, deal, since=now)
    # A day by its date alone has begun when it is there.
    assert past == ["called", "wrote", "today"]
    assert ahead == ["visit 4", "visit 3", "visit 2", "tomorrow"]
    assert ahead + past == titles(book, deal)


def test_of_what_is_planned_the_nearest_is_found(book: Book, deal: str) -> None:
    assert titles(book, deal, 2, since=stamp_text(NOW)) == ["visit 2", "tomorrow"]


def test_one_kind_is_found_whatever_the_record_is(book: Book, deal: str) -> None:
    assert titles(book, deal, kind="call") == ["tomorrow", "called", "today"]
    assert titles(book, deal, kind="email") == ["wrote"]
    assert titles(book, deal, kind="letter") == []
    assert titles(book, deal, kind="call", until=stamp_text(NOW)) == ["called", "today"]


def test_pages_go_on_within_what_has_happened(book: Book, deal: str) -> None:
    now = stamp_text(NOW)
    first = book.select.timeline(book.conn, "opportunity", deal, 2, until=now)
    rest = book.select.timeline(book.conn, "opportunity", deal, 9, first[-1].mark, until=now)
    assert [one.title for one in (*first, *rest)] == ["called", "wrote", "today"]
