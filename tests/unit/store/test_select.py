"""Ids, pages, rows, titles, counts, groups and time lines of a real store."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from crmdesk.errors import KnownError
from crmdesk.jobs import Cancelled, CancelToken
from crmdesk.schema.query import All, Condition, Query, QueryContext
from crmdesk.schema.values import AnyRef, Instant, Money
from crmdesk.store import alike, rows, search
from crmdesk.store.aggregate import Measure
from crmdesk.store.driver import raw_of
from crmdesk.store.engine import Store
from crmdesk.store.reading import Linked
from crmdesk.store.select import Select
from crmdesk.store.timeline import CHANGE, Mark
from tests.unit.store import askbook
from tests.unit.store.askbook import Book, by


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with askbook.opened(Path(tmp_path_factory.mktemp("ask"))) as store:
        yield store


@pytest.fixture
def book(store: Store) -> Iterator[Book]:
    with askbook.taken_back(store) as conn:
        yield Book(conn, askbook.registry())


def usd(amount: int) -> Money:
    return Money(Decimal(amount), "USD")


# ---------------------------------------------------------------- order and pages


@pytest.mark.parametrize(
    ("entity", "path"),
    [
        ("opportunity", "close_date"),
        ("opportunity", "-amount"),
        ("opportunity", "name"),
        ("company", "-name"),
        ("company", "city"),
        ("task", "due"),
        ("task", "-created_at"),
        ("contact", "name"),
    ],
)
def test_ids_of_a_sorted_list_come_from_the_index_alone(book: Book, entity: str, path: str) -> None:
    with askbook.watched(book.conn) as statements:
        book.select.ids(book.conn, Query(entity, sort=by(path)), book.ctx)

    plan = askbook.plan_of(book.conn, statements)
    assert "COVERING INDEX" in plan
    # Rows of one day are put in the order of their rowids: their index has their state first.
    assert "TEMP B-TREE" not in plan.replace("TEMP B-TREE FOR LAST TERM", "")


def test_what_is_late_is_found_in_one_index(book: Book) -> None:
    late = All((Condition("done", "is", False), Condition("due", "within", "overdue")))
    with askbook.watched(book.conn) as statements:
        book.select.ids(book.conn, Query("task", late, by("due")), book.ctx)

    assert "COVERING INDEX ix_task__due__done" in askbook.plan_of(book.conn, statements)


def _tasks(book: Book) -> None:
    """Many tasks that are alike in what lists are first sorted by."""
    owners = [book.add("user", name=name) for name in ("Ada", "ada", "Ben")]
    firms = [book.add("company", name=f"F{n}", city=city) for n, city in
             enumerate(("Hull", "hull", None, "Ayr"))]  # fmt: skip
    for number in range(240):
        book.add(
            "task",
            subject=f"T{number % 7}",
            done=(None, True, False, False)[number % 4],
            priority=("low", "high", "normal", None, "odd")[number * 7 % 5],
            due=None if number % 9 == 0 else date(2026, 1, 1 + number * 11 % 28),
            owner=(*owners, None)[number * 5 % 4],
            company=(*firms, None)[number * 3 % 5],
        )


@pytest.mark.parametrize(
    "order",
    [
        ("priority", "-due"), ("-priority", "due"), ("done", "due"), ("-done", "-due"),
        ("owner", "due"), ("-owner", "due", "subject"), ("company", "-subject"),
        ("company.city", "due"), ("-company.city", "-due"), ("due", "priority"),
        ("-due", "subject"), ("priority", "owner", "due"), ("owner", "company"),
        ("priority", "done"), ("length", "due"), ("created_by", "due"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("many", [1, 30, alike.MANY])
def test_first_rows_of_many_that_are_alike(
    book: Book, monkeypatch: pytest.MonkeyPatch, order: tuple[str, ...], many: int
) -> None:
    """Along whatever index they are found, they are the first of the whole list."""
    _tasks(book)
    monkeypatch.setattr(alike, "MANY", many)
    query = Query("task", sort=by(*order))
    whole = list(book.select.ids(book.conn, query, book.ctx))

    assert len(whole) == 240
    for limit in (1, 7, 60, 100, 239, 240, 300):
        assert book.select.first(book.conn, query, book.ctx, limit) == whole[:limit]


def test_first_rows_of_many_that_are_alike_are_not_all_read(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tasks(book)
    monkeypatch.setattr(alike, "MANY", 10)
    with askbook.watched(book.conn) as statements:
        query = Query("task", sort=by("priority", "due"))
        assert len(book.select.first(book.conn, query, book.ctx, 5)) == 5

    plans = [askbook.plan_of(book.conn, [one]) for one in statements]
    assert any("COVERING INDEX ix_task__due__done" in plan for plan in plans)
    # Only the names of choices, which are few, are sorted.
    sorting = [plan for plan in plans if "TEMP B-TREE FOR ORDER BY" in plan]
    assert all("choice" in plan for plan in sorting)


def test_empty_comes_last_either_way(book: Book) -> None:
    for name, day in (("A", 3), ("B", None), ("C", 1), ("D", None), ("E", 2)):
        due = None if day is None else date(2026, 11, day)
        book.add("opportunity", name=name, close_date=due)

    assert book.names(Query("opportunity", sort=by("close_date", "name"))) == list("CEABD")
    assert book.names(Query("opportunity", sort=by("-close_date", "-name"))) == list("AECDB")


def test_text_is_ordered_without_regard_to_case(book: Book) -> None:
    for name in ("b", "A", "C", "a"):
        book.add("company", name=name)

    assert book.names(Query("company", sort=by("name"))) == ["A", "a", "b", "C"]


def test_references_are_ordered_by_place_or_title(book: Book) -> None:
    pipeline = book.add("pipeline", name="P")
    stages = {
        name: book.add("stage", name=name, pipeline=pipeline, position=place, outcome="open",
                       probability=Decimal(10))
        for place, name in enumerate(("Won", "Lead", "Alpha"))
    }  # fmt: skip
    firms = {name: book.add("company", name=name) for name in ("Zoo", "abc")}
    for name, stage, firm in (("1", "Alpha", "Zoo"), ("2", "Won", "abc"), ("3", "Lead", "")):
        book.add("opportunity", name=name, stage=stages[stage], company=firms.get(firm))

    assert book.names(Query("opportunity", sort=by("stage"))) == ["2", "3", "1"]
    assert book.names(Query("opportunity", sort=by("company"))) == ["2", "1", "3"]
    assert book.names(Query("opportunity", sort=by("-company"))) == ["1", "2", "3"]
    assert book.names(Query("opportunity", sort=by("-company.name", "name"))) == ["1", "2", "3"]


def test_choices_are_ordered_as_declared_until_the_user_orders_them(book: Book) -> None:
    for name, status in (("A", "done"), ("B", "open"), ("C", None), ("D", "active"), ("E", "old")):
        book.add("task", subject=name, status=status)
    query = Query("task", sort=by("status"))

    assert book.names(query, "subject") == ["B", "D", "A", "E", "C"]

    made = book.add("choice_list", name="task_status")
    for place, key in enumerate(("done", "active", "open")):
        book.add("choice", list=made, key=key, label=key, position=place)
    assert book.names(query, "subject") == ["A", "D", "B", "E", "C"]


def test_pages_by_key_survive_a_deleted_row(book: Book) -> None:
    made = [book.add("company", name=f"C{number}") for number in range(7)]
    query = Query("company", sort=by("name"))
    first = book.select.first(book.conn, query, book.ctx, 3)
    key = book.select.key_of(book.conn, query, book.ctx, first[-1])
    assert key is not None

    rows.delete(raw_of(book.conn), "company", made[2])

    following = book.select.after(book.conn, query, book.ctx, key, 3)
    found = book.select.rows(book.conn, "company", following, ("name",))
    assert [row.cells[0] for row in found] == ["C3", "C4", "C5"]
    assert book.select.key_of(book.conn, query, book.ctx, first[-1]) is None
    assert book.select.position(book.conn, query, book.ctx, first[-1]) is None


def test_a_page_by_key_is_a_range_of_the_index(book: Book) -> None:
    for number in range(5):
        book.add("company", name=f"C{number}")
    query = Query("company", sort=by("name"))
    (rowid, *_rest) = book.select.ids(book.conn, query, book.ctx)
    key = book.select.key_of(book.conn, query, book.ctx, rowid)
    assert key is not None

    with askbook.watched(book.conn) as statements:
        book.select.after(book.conn, query, book.ctx, key, 2)

    for number in range(len(statements)):
        plan = askbook.plan_of(book.conn, statements[: number + 1])
        assert "SEARCH t1 USING COVERING INDEX" in plan
        assert "TEMP B-TREE" not in plan


def test_a_search_narrows_a_query(store: Store) -> None:
    with askbook.taken_back(store) as conn:
        book = Book(conn, askbook.registry())
        for name in ("Nordwind Logistik", "Südwind", "Ostfriesen"):
            book.add("company", name=name)
        searched = Query("company", sort=by("name"), search="nordwind")
        search.create_tables(raw_of(conn))
        search.catch_up(raw_of(conn), book.registry)

        assert book.names(searched) == ["Nordwind Logistik"]
        assert book.select.count(conn, replace(searched, search="nothing like it"), book.ctx) == 0


# ---------------------------------------------------------------- rows and titles


def test_rows_come_in_the_order_asked_with_titles(book: Book) -> None:
    ann = book.add("user", name="Ann")
    firm = book.add("company", name="Zoo", city="Bern", owner=ann)
    deal = book.add("opportunity", name="Big", company=firm, amount=usd(100),
                    probability=Decimal(25), close_date=date(2026, 12, 1))  # fmt: skip
    small = book.add("opportunity", name="Small")
    rowids = [book.select.rowid_of(book.conn, "opportunity", one) for one in (small, deal)]
    wanted = [rowid for rowid in rowids if rowid is not None]
    paths = ("name", "company", "company.city", "company.owner", "amount", "weighted")

    found = book.select.rows(book.conn, "opportunity", [10**9, *wanted], paths)

    assert [row.id for row in found] == [small, deal]
    assert found[0].cells == ("Small", None, None, None, None, None)
    assert found[1].cells == (
        "Big", Linked("company", firm, "Zoo"), "Bern", Linked("user", ann, "Ann"), usd(100),
        usd(25),
    )  # fmt: skip
    assert book.select.by_id(book.conn, "opportunity", deal, paths) == found[1]
    assert book.select.by_id(book.conn, "opportunity", "gone", paths) is None
    assert book.select.rowid_of(book.conn, "opportunity", "gone") is None


def test_titles_join_fields_and_follow_references(book: Book) -> None:
    contact, firm = book.add("contact", name="Ann"), book.add("company", name="Zoo")
    link = book.add("affiliation", contact=contact, company=firm)
    quote = book.add("quote", number="Q1", name="Offer", status="draft")
    user = book.add("user", name="Bob")
    reminder = book.add("reminder", about=AnyRef("contact", contact), owner=user)
    titles = book.select.titles

    assert titles(book.conn, "affiliation", [link, "gone"]) == {link: "Ann · Zoo"}
    assert titles(book.conn, "quote", [quote]) == {quote: "Q1 Offer"}
    assert titles(book.conn, "reminder", [reminder]) == {reminder: "Ann"}
    assert titles(book.conn, "company", []) == {}


def test_a_long_text_stands_in_for_a_title_that_is_missing(book: Book) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    named = book.add("note", subject="Trial", body="They want one.", at=Instant(now))
    plain = book.add("note", body="\n Call back\nafter lunch", at=Instant(now))
    long = book.add("note", body="of a word " * 20, at=Instant(now))
    chinese = book.add("note", body="客户希望十二月交货" * 10, at=Instant(now))
    titles = book.select.titles(book.conn, "note", [named, plain, long, chinese])

    assert titles[named] == "Trial"
    assert titles[plain] == "Call back"
    assert titles[long] == f"{'of a word ' * 5}of a word…"
    assert titles[chinese] == f"{('客户希望十二月交货' * 10)[:60]}…"


def test_a_stream_reads_everything_in_chunks(book: Book) -> None:
    for number in range(25):
        book.add("company", name=f"C{number:02}")

    streamed = book.select.stream(
        book.conn, Query("company", sort=by("-name")), book.ctx, ("name",), chunk=10
    )

    assert [row.cells[0] for row in streamed] == [f"C{n:02}" for n in reversed(range(25))]


# ---------------------------------------------------------------- what belongs to a record


def test_related_counts_are_those_of_the_faces(book: Book) -> None:
    firm, other = book.add("company", name="A"), book.add("company", name="B", parent=None)
    book.add("company", name="C", parent=firm)
    deal = book.add("opportunity", name="D", company=firm)
    for _ in range(3):
        book.add("task", subject="T", company=firm, opportunity=deal)
    ann = book.add("contact", name="Ann", company=firm)
    book.add("opportunity_contact", opportunity=deal, contact=ann)
    book.add("affiliation", contact=ann, company=firm)

    for entity, record in (("company", firm), ("company", other), ("opportunity", deal)):
        counts = book.select.related_counts(book.conn, entity, record)
        relations = book.registry.relations(entity).values()
        assert set(counts) == {one.name for one in relations if one.many}
        for name, count in counts.items():
            query = book.select.related_query(entity, name, record)
            assert book.select.count(book.conn, query, book.ctx) == count
    counts = book.select.related_counts(book.conn, "company", firm)
    assert {name: count for name, count in counts.items() if count} == {
        "subsidiaries": 1, "opportunities": 1, "tasks": 3, "contacts": 1, "people": 1,
    }  # fmt: skip


def test_related_counts_are_one_statement_on_indexes(book: Book) -> None:
    firm = book.add("company", name="A")

    with askbook.watched(book.conn) as statements:
        book.select.related_counts(book.conn, "company", firm)

    assert len(statements) == 1
    plan = askbook.plan_of(book.conn, statements)
    assert "USING COVERING INDEX" in plan
    assert all("SCAN CONSTANT ROW" in step or "SCAN" not in step for step in plan.split("; "))


# ---------------------------------------------------------------- groups


def test_groups_have_subtotals_and_amounts_by_currency(book: Book) -> None:
    ann, bob = book.add("user", name="ann"), book.add("user", name="Bob")
    eur = Money(Decimal(7), "EUR")
    for owner, day, amount in (
        (bob, 1, usd(10)), (ann, 1, usd(20)), (ann, 2, eur), (ann, 2, usd(3)), (None, 1, None),
    ):  # fmt: skip
        close = date(2026, day, 15)
        book.add("opportunity", name="x", owner=owner, close_date=close, amount=amount)
    measures = (Measure("amount"), Measure("amount", "avg"), Measure("amount", "max"),
                Measure("amount", "count"), Measure("close_date", "min"))  # fmt: skip

    total, *groups = book.select.group(
        book.conn, Query("opportunity"), book.ctx, ("owner", "close_date:month"), measures
    )

    assert total.level == 0
    assert (total.keys, total.count) == ((), 5)
    assert total.values == (
        (eur, usd(33)), (eur, usd(11)), (eur, usd(20)), 4, date(2026, 1, 15),
    )  # fmt: skip
    ann_, bob_ = Linked("user", ann, "ann"), Linked("user", bob, "Bob")
    first, second = date(2026, 1, 1), date(2026, 2, 1)
    assert [(one.level, one.keys, one.count, one.values[0]) for one in groups] == [
        (1, (ann_,), 3, (eur, usd(23))),
        (2, (ann_, first), 1, (usd(20),)),
        (2, (ann_, second), 2, (eur, usd(3))),
        (1, (bob_,), 1, (usd(10),)),
        (2, (bob_, first), 1, (usd(10),)),
        (1, (None,), 1, None),
        (2, (None, first), 1, None),
    ]
    assert book.select.totals(book.conn, Query("opportunity"), book.ctx, measures) == total


def test_groups_follow_the_order_of_choices_and_the_local_day(book: Book) -> None:
    for status, hour in (("done", 1), ("open", 23), ("open", 22), (None, 3)):
        due = Instant(datetime(2026, 11, 22, hour, tzinfo=UTC))
        book.add("task", subject="x", status=status, due=due)

    def keys(*paths: str) -> list[tuple[object, ...]]:
        found = book.select.group(book.conn, Query("task"), book.ctx, paths)
        return [(*one.keys, one.count) for one in found[1:]]

    assert keys("status") == [("open", 2), ("done", 1), (None, 1)]
    # In Berlin 23:00 UTC is the next day.
    assert keys("due") == [(date(2026, 11, 22), 3), (date(2026, 11, 23), 1)]
    assert keys("due:year") == [(date(2026, 1, 1), 4)]


def test_groups_of_text_and_numbers(book: Book) -> None:
    for city, rating in (("Bonn", 1), ("bonn", 2), ("Ulm", None), (None, 5)):
        book.add("company", name="x", city=city, rating=rating)
    query = Query("company")

    found = book.select.group(
        book.conn, query, book.ctx, ("city",), (Measure("rating", "avg"), Measure("rating", "max"))
    )

    assert [(one.keys[0].casefold() if one.keys[0] else None, one.count, one.values)
            for one in found[1:]] == [
        ("bonn", 2, (Decimal("1.5"), 2)), ("ulm", 1, (None, None)), (None, 1, (Decimal(5), 5)),
    ]  # fmt: skip
    with pytest.raises(KnownError, match="sum"):
        book.select.totals(book.conn, query, book.ctx, (Measure("name"),))
    with pytest.raises(KnownError, match="grouped"):
        book.select.group(book.conn, query, book.ctx, ("name:month",))


def test_totals_of_nothing(book: Book) -> None:
    none = Query("opportunity", Condition("name", "is", "none"))

    total = book.select.totals(book.conn, none, book.ctx, (Measure("amount"),))

    assert (total.count, total.values) == (0, (None,))


# ---------------------------------------------------------------- time line


def test_a_timeline_is_newest_first_and_pages_by_mark(book: Book) -> None:
    firm = book.add("company", name="A")
    deal = book.add("opportunity", name="D", company=firm)
    pipeline = book.add("pipeline", name="P")
    stage = book.add("stage", name="Won", pipeline=pipeline, outcome="won",
                     probability=Decimal(100))  # fmt: skip
    call = book.add("task", subject="Call", opportunity=deal, due=date(2026, 11, 20))
    plan = book.add("task", subject="Plan", opportunity=deal)
    quote = book.add("quote", name="Q", opportunity=deal, status="draft",
                     issued_on=date(2026, 11, 19))  # fmt: skip
    moved = book.add("stage_history", opportunity=deal, stage=stage,
                     at=Instant(datetime(2026, 11, 21, 8, tzinfo=UTC)))  # fmt: skip
    book.add("task", subject="Elsewhere", company=firm, due=date(2026, 11, 20))

    def lines(limit: int) -> list[tuple[str, str]]:
        found = book.select.timeline(book.conn, "opportunity", deal, limit)
        return [(one.entity, one.id) for one in found]

    everything = [
        ("stage_history", moved), ("task", call), ("quote", quote), ("task", plan),
    ]  # fmt: skip
    assert lines(10) == everything
    assert lines(2) == everything[:2]
    seen: list[tuple[str, str]] = []
    before: Mark | None = None
    while page := book.select.timeline(book.conn, "opportunity", deal, 1, before):
        seen += [(one.entity, one.id) for one in page]
        before = page[-1].mark
    assert seen == everything
    (first, *_) = book.select.timeline(book.conn, "opportunity", deal, 1)
    assert (first.at, first.title) == ("2026-11-21T08:00:00.000Z", "D · Won")
    # The record was made just now, after all that it is told of.
    (change, *_rest) = book.select.timeline(book.conn, "opportunity", deal, 9, changes=True)
    assert (change.entity, change.id, change.op) == (CHANGE, deal, "I")
    assert "name" in change.fields


# ---------------------------------------------------------------- cancelling


@pytest.mark.parametrize("what", ["ids", "count", "group"])
def test_a_long_query_can_be_cancelled(tmp_path: Path, what: str) -> None:
    with askbook.opened(tmp_path) as store:
        with store.write() as conn:
            raw_of(conn).execute("UPDATE capture_state SET silent = 1")
            raw_of(conn).execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
                " INSERT INTO task (id, subject, created_at, updated_at)"
                " SELECT printf('%d', i), hex(randomblob(40)), '2026', '2026' FROM n"
            )
        select, ctx, token = Select(askbook.registry()), QueryContext(), CancelToken()
        long = Query(
            "task",
            Condition("description", "not_contains", "ü"),
            by("description", "-recurrence", "length"),
        )
        token_set = threading.Event()

        def cancel() -> None:
            token_set.set()
            token.cancel()

        def ask_for_ever() -> None:
            with store.reader(token) as conn:
                while True:
                    if what == "ids":
                        select.ids(conn, long, ctx)
                    elif what == "count":
                        select.count(conn, long, ctx)
                    else:
                        select.group(conn, long, ctx, ("subject",), (Measure("length"),))

        threading.Timer(0.01, cancel).start()
        with pytest.raises(Cancelled):
            ask_for_ever()
        assert token_set.is_set()
