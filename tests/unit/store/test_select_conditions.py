"""What conditions find: text, empty fields, amounts, times, references, relations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmdesk.errors import BugError, KnownError
from crmdesk.schema.query import (
    ME,
    All,
    Condition,
    Either,
    Has,
    Not,
    Query,
    Where,
)
from crmdesk.schema.values import AnyRef, Instant, Money, Phone
from crmdesk.store.engine import Store
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


def companies(book: Book, where: Where) -> str:
    """The names of the companies found, A to Z, as one text."""
    return "".join(book.names(Query("company", where, by("name"))))


@pytest.mark.parametrize(
    ("op", "value", "found"),
    [
        ("contains", "ham", "AB"),
        ("contains", "MÜN", "C"),
        ("contains", "%", "D"),
        ("contains", "_", ""),
        ("contains", "*[", "E"),
        ("contains", "京", "F"),
        ("not_contains", "ham", "CDEFG"),
        ("starts", "ham", "AB"),
        ("starts", "amb", ""),
        ("ends", "URG", "AB"),
        ("ends", "Ü", ""),
        ("is", "hamburg", "AB"),
        ("is", "münchen", "C"),
        ("is_not", "HAMBURG", "CDEFG"),
        ("is", None, "G"),
        ("is_not", None, "ABCDEF"),
        ("in", ("hamburg", "MÜNCHEN"), "ABC"),
        ("in", (), ""),
        ("not_in", ("hamburg",), "CDEFG"),
        ("not_in", (), "ABCDEFG"),
        ("empty", None, "G"),
        ("not_empty", None, "ABCDEF"),
    ],
)
def test_text(book: Book, op: str, value: Any, found: str) -> None:
    cities = ("Hamburg", "HAMBURG", "München", "100%", "A*[x]", "北京", None)
    for name, city in zip("ABCDEFG", cities, strict=True):
        book.add("company", name=name, city=city)

    assert companies(book, Condition("city", op, value)) == found


def test_a_text_that_another_program_left_blank_is_empty(book: Book) -> None:
    book.add("company", name="A", city="Bern")
    book.add("company", name="B")
    book.conn.exec_driver_sql("UPDATE company SET city = '' WHERE name = 'B'")

    assert companies(book, Condition("city", "empty")) == "B"
    assert companies(book, Condition("city", "not_empty")) == "A"


@pytest.mark.parametrize(
    ("op", "value", "found"),
    [
        ("is", Money(Decimal(10), "USD"), "A"),
        ("is_not", Money(Decimal(10), "USD"), "BCD"),
        ("gt", Money(Decimal(5), "USD"), "A"),
        ("le", Money(Decimal(5000), "JPY"), "C"),
        ("between", (Money(Decimal(1), "EUR"), Money(Decimal(10), "EUR")), "B"),
        ("between", (None, Money(Decimal(10), "EUR")), "B"),
        ("in", (Money(Decimal(10), "EUR"), Money(Decimal(1000), "JPY")), "BC"),
        ("empty", None, "D"),
    ],
)
def test_amounts_compare_in_their_own_currency(book: Book, op: str, value: Any, found: str) -> None:
    amounts = (("10.00", "USD"), ("10.00", "EUR"), ("1000", "JPY"))
    for name, (amount, currency) in zip("ABC", amounts, strict=True):
        book.add("company", name=name, revenue=Money(Decimal(amount), currency))
    book.add("company", name="D")

    assert companies(book, Condition("revenue", op, value)) == found


def test_an_empty_yes_or_no_counts_as_no(book: Book) -> None:
    for name, value in (("A", True), ("B", False), ("C", None)):
        book.add("contact", name=name, do_not_contact=value)

    def found(op: str, value: bool | None = None) -> list[str]:
        return book.names(Query("contact", Condition("do_not_contact", op, value), by("name")))

    assert found("is", True) == ["A"]
    assert found("is", False) == ["B", "C"]
    assert found("is_not", True) == ["B", "C"]
    assert found("is_not", False) == ["A"]
    assert found("empty") == ["C"]


def test_several_choices(book: Book) -> None:
    for name, tags in (("A", ("retail",)), ("B", ("retail", "energy")), ("C", None)):
        book.add("company", name=name, **{askbook.TAGS: tags})

    assert companies(book, Condition(askbook.TAGS, "contains", "retail")) == "AB"
    assert companies(book, Condition(askbook.TAGS, "contains", ("energy", "retail"))) == "B"
    assert companies(book, Condition(askbook.TAGS, "not_contains", "energy")) == "AC"
    # "retail" is not found inside of another key.
    assert companies(book, Condition(askbook.TAGS, "contains", "tail")) == ""


def test_phones_are_found_as_typed_and_as_dialled(book: Book) -> None:
    book.add("company", name="A", phone=Phone("(040) 12-34", "+49401234"))
    book.add("company", name="B", phone=Phone("ext 7"))

    assert companies(book, Condition("phone", "contains", "401234")) == "A"
    assert companies(book, Condition("phone", "contains", "40 12 34")) == "A"
    assert companies(book, Condition("phone", "contains", "12-34")) == "A"
    assert companies(book, Condition("phone", "starts", "+49 40")) == "A"
    assert companies(book, Condition("phone", "contains", "EXT")) == "B"
    assert companies(book, Condition("phone", "is", Phone("0401234", "+49401234"))) == "A"
    assert companies(book, Condition("phone", "not_contains", "1234")) == "B"


# ---------------------------------------------------------------- times

_DUE = {
    "A": date(2026, 11, 21),
    "B": date(2026, 11, 22),
    "C": date(2026, 11, 23),
    "D": Instant(datetime(2026, 11, 22, 3, tzinfo=UTC), "UTC"),
    "E": Instant(datetime(2026, 11, 22, 20, tzinfo=UTC), "UTC"),
    "F": Instant(datetime(2026, 11, 23, 3, tzinfo=UTC), "UTC"),
    "G": None,
}


@pytest.mark.parametrize(
    ("zone", "op", "value", "found"),
    [
        ("UTC", "within", "today", "BDE"),
        # In New York it is the 22nd from 05:00 UTC on, in Shanghai from 16:00 of the 21st.
        ("America/New_York", "within", "today", "BEF"),
        ("America/New_York", "within", "yesterday", "AD"),
        ("Asia/Shanghai", "within", "today", "BD"),
        ("Asia/Shanghai", "within", "tomorrow", "CEF"),
        ("UTC", "within", "overdue", "AD"),
        ("Asia/Shanghai", "within", "overdue", "AD"),
        ("America/New_York", "is", date(2026, 11, 22), "BEF"),
        ("America/New_York", "is_not", date(2026, 11, 22), "ACDG"),
        ("America/New_York", "gt", date(2026, 11, 22), "C"),
        ("America/New_York", "ge", date(2026, 11, 22), "BCEF"),
        ("America/New_York", "lt", date(2026, 11, 22), "AD"),
        ("America/New_York", "le", date(2026, 11, 22), "ABDEF"),
        ("UTC", "between", (date(2026, 11, 21), date(2026, 11, 22)), "ABDE"),
        ("UTC", "gt", Instant(datetime(2026, 11, 22, 3, tzinfo=UTC)), "CEF"),
        ("UTC", "is", Instant(datetime(2026, 11, 22, 3, tzinfo=UTC)), "D"),
        ("UTC", "empty", None, "G"),
    ],
)
def test_days_and_points_in_time_beside_each_other(
    book: Book, zone: str, op: str, value: Any, found: str
) -> None:
    for name, due in _DUE.items():
        book.add("task", subject=name, due=due)
    book.ctx = replace(book.ctx, zone=zone)

    query = Query("task", Condition("due", op, value), by("subject"))

    assert "".join(book.names(query, "subject")) == found


def test_a_day_asked_of_a_point_in_time_is_the_local_day(book: Book) -> None:
    for name, hour in (("A", 4), ("B", 6)):
        seen = Instant(datetime(2026, 11, 22, hour, tzinfo=UTC), "Asia/Shanghai")
        book.add("company", name=name, **{askbook.SEEN: seen})
    book.ctx = replace(book.ctx, zone="America/New_York")

    assert companies(book, Condition(askbook.SEEN, "is", date(2026, 11, 21))) == "A"
    assert companies(book, Condition(askbook.SEEN, "ge", date(2026, 11, 22))) == "B"
    assert companies(book, Condition("created_at", "within", "this_month")) == "AB"


# ---------------------------------------------------------------- references


def test_me_and_ids(book: Book) -> None:
    ann, bob = book.add("user", name="Ann"), book.add("user", name="Bob")
    first = book.add("company", name="A", owner=ann)
    book.add("company", name="B", owner=bob)
    book.add("company", name="C")
    book.ctx = replace(book.ctx, user=ann)

    assert companies(book, Condition("owner", "is", ME)) == "A"
    assert companies(book, Condition("owner", "is_not", ME)) == "BC"
    assert companies(book, Condition("owner", "in", (ME, bob))) == "AB"
    assert companies(book, Condition("owner.name", "is", "bob")) == "B"
    assert companies(book, Condition("owner.id", "is", bob)) == "B"
    assert companies(book, Condition("id", "is", first)) == "A"
    assert companies(book, Condition("id", "not_in", (first,))) == "BC"
    with pytest.raises(KnownError, match="me"):
        companies(book, Condition("parent", "is", ME))


def test_any_references(book: Book) -> None:
    company, user = book.add("company", name="A"), book.add("user", name="Ann")
    task = book.add("task", subject="Call")
    for record in (AnyRef("company", company), AnyRef("task", task)):
        book.add("reminder", about=record, owner=user)

    where = Condition("about", "is", AnyRef("task", task))
    rowids = book.select.ids(book.conn, Query("reminder", where), book.ctx)
    (row,) = book.select.rows(book.conn, "reminder", rowids, ("about",))

    assert row.cells == (("task", task, "Call"),)


def test_an_empty_reference_on_the_way_is_empty(book: Book) -> None:
    far = book.add("company", name="P", city="Bonn")
    near = book.add("company", name="Q", parent=far)
    book.add("contact", name="A", company=near)
    book.add("contact", name="B", company=far)
    book.add("contact", name="C")

    def found(op: str, value: Any = None) -> str:
        where = Condition("company.parent.city", op, value)
        return "".join(book.names(Query("contact", where, by("name"))))

    assert found("is", "Bonn") == "A"
    assert found("is_not", "Bonn") == "BC"
    assert found("not_contains", "B") == "BC"
    assert found("empty") == "BC"
    assert found("not_empty") == "A"


def test_has_looks_at_relations_to_one_to_many_and_through_links(book: Book) -> None:
    company = book.add("company", name="A")
    book.add("company", name="B")
    deal = book.add("opportunity", name="Deal", company=company)
    ann, bob = book.add("contact", name="Ann"), book.add("contact", name="Bob", company=company)
    book.add("opportunity_contact", opportunity=deal, contact=ann, role="user")
    book.add("opportunity_contact", opportunity=deal, contact=bob, role="blocker")

    def deals(where: Where) -> int:
        return book.select.count(book.conn, Query("opportunity", where), book.ctx)

    assert companies(book, Has("opportunities")) == "A"
    assert companies(book, Not(Has("opportunities"))) == "B"
    assert companies(book, Has("contacts", Condition("name", "is", "Ann"))) == ""
    assert deals(Has("company", Condition("name", "is", "A"))) == 1
    # Both of one link: the contact's field and the link's own.
    ann_uses = All((Condition("name", "is", "Ann"), Condition("role", "is", "user")))
    ann_blocks = All((Condition("name", "is", "Ann"), Condition("role", "is", "blocker")))
    assert deals(Has("contacts", ann_uses)) == 1
    assert deals(Has("contacts", ann_blocks)) == 0
    assert companies(book, Has("opportunities", Has("contacts", Has("company")))) == "A"


def test_nothing_to_hold_and_nothing_to_choose(book: Book) -> None:
    book.add("company", name="A")

    assert companies(book, All(())) == "A"
    assert companies(book, Either(())) == ""
    assert companies(book, Not(Either(()))) == "A"


@pytest.mark.parametrize(
    ("condition", "error", "why"),
    [
        (Condition("nothing", "is", 1), BugError, "nothing"),
        (Condition("name.city", "is", "x"), BugError, "reference"),
        (Condition("name", "gt", "x"), KnownError, "gt"),
        (Condition("employees", "is", "many"), KnownError, "many"),
        (Condition("name", "contains", None), KnownError, "value"),
        (Condition("name", "contains", "a\0b"), KnownError, "NUL"),
        (Condition("name", "contains", "a" * 1001), KnownError, "1000"),
        (Condition("employees", "between", (None, None)), KnownError, "end"),
        (Condition("created_at", "within", "some day"), KnownError, "some day"),
    ],
)
def test_what_cannot_be_asked(
    book: Book, condition: Condition, error: type[Exception], why: str
) -> None:
    with pytest.raises(error, match=why):
        companies(book, condition)
