"""Search: every way to find a record, the order of what is found, and following the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.jobs import Cancelled, CancelToken
from crmdesk.store import search
from crmdesk.store.searchsound import readings
from crmdesk.store.searchtext import fold, words
from tests.unit.store.searchbook import REGISTRY, Book

JOHN = "John Smith"
WEI = "张伟"
HUAWEI = "重庆华为技术有限公司"
MUELLER = "Müller & Söhne GmbH"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """A few records that are only read."""
    made = Book(tmp_path_factory.mktemp("search") / "store.crm")
    made.add(
        "contact", name=JOHN, family_name="Smith", given_name="John", job_title="Sales Manager",
        email="john.smith@acme-tools.com", phone="0574-8080 1234", phone_e164="+8657480801234",
        description="Wants a zebra crossing. Straße 5, or call +49 (30) 1234 567 on Monday.",
    )  # fmt: skip
    made.add(
        "contact", name=WEI, job_title="销售经理", city="宁波", mobile="138 0013 8000",
        mobile_e164="+8613800138000", description="已经电话沟通，下周报价。",
    )  # fmt: skip
    made.add("company", name=HUAWEI, city="重庆")
    made.add("company", name=MUELLER, phone="030 / 99 88 77", phone_e164=None)
    made.add("contact", name="单田芳")
    made.add("contact", name="曾国藩")
    made.add("contact", name="吕布")
    made.add("product", name="GTX500 Plus")
    made.add("company", name="Ærø & Łódź İnşaat")
    made.add("note", subject="Встреча в Москве", body="Ελληνικός καφές, ＡＢＣ１２３ カタカナ")
    made.catch_up()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        # the beginning of a word, in any field, without regard to case
        ("j", JOHN), ("joh", JOHN), ("SMI", JOHN), ("john smi", JOHN), ("smith john", JOHN),
        ("manager", JOHN), ("zeb", JOHN), ("acme", JOHN), ("john.smith@acme-tools.com", JOHN),
        ("smith@acme", JOHN),
        # inside a word from three characters
        ("mit", JOHN), ("ebra", JOHN), ("cme-too", JOHN), ("X50", "GTX500 Plus"),
        # Chinese: one character, any run, several runs
        ("张", WEI), ("伟", WEI), ("张伟", WEI), ("伟 张", WEI), ("售经", WEI), ("话沟", WEI),
        ("技术有限", HUAWEI), ("华为 重庆", HUAWEI),
        # pinyin: whole, spaced, unfinished, from the middle, initials, further readings
        ("zhangwei", WEI), ("ZhangWei", WEI), ("zhang wei", WEI), ("zhangw", WEI), ("wei", WEI),
        ("zw", WEI), ("ningbo", WEI), ("huawei", HUAWEI), ("chongqing", HUAWEI), ("hw", HUAWEI),
        ("cqhw", HUAWEI), ("hwjsyxgs", HUAWEI), ("shantianfang", "单田芳"), ("stf", "单田芳"),
        ("zengguofan", "曾国藩"), ("lvbu", "吕布"), ("lubu", "吕布"),
        # digits of a phone in any format
        ("8080", JOHN), ("080", JOHN), ("+86 574 8080", JOHN), ("0574-8080", JOHN),
        ("(0574) 8080", JOHN), ("05748080", JOHN), ("0086 574 8080", JOHN), ("57480", JOHN),
        ("574 80801234", JOHN), ("+8657480801234", JOHN), ("138 0013", WEI), ("13800138000", WEI),
        ("138-0013-8000", WEI), ("30 1234", JOHN), ("301234567", JOHN), ("030 998", MUELLER),
        ("99 88 77", MUELLER), ("998877", MUELLER),
        # accents, ligatures, width, other scripts
        ("muller", MUELLER), ("MÜLLER", MUELLER), ("mu\u0308ller", MUELLER), ("mueller", MUELLER),
        ("sohne", MUELLER), ("strasse", JOHN), ("straße", JOHN), ("STRASSE", JOHN),
        ("aero", "Ærø & Łódź İnşaat"), ("ærø", "Ærø & Łódź İnşaat"),
        ("lodz", "Ærø & Łódź İnşaat"), ("insaat", "Ærø & Łódź İnşaat"),
        ("ｊｏｈｎ", JOHN), ("москв", "Встреча в Москве"), ("ελληνικοσ", "Встреча в Москве"),
        ("abc123", "Встреча в Москве"), ("タカ", "Встреча в Москве"),
        # terms may be spread over fields
        ("john 8080", JOHN), ("zhangwei 8000", WEI), ("zw 1380", WEI), ("张伟 138 0013", WEI),
        ("zebra john", JOHN),
    ],
)  # fmt: skip
def test_finds(book: Book, typed: str, title: str) -> None:
    assert title in book.titles(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "johnny",
        "smith jane",
        "张三",
        "伟张",
        "zhangsan",
        "zz",
        "9999",
        "xyz",
        "kangaroo",
        "8080 jane",
    ],
)
def test_does_not_find_what_is_not_there(book: Book, typed: str) -> None:
    assert book.titles(typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        '"', "'", "*", "-", ":", "^", "(", ")", "()", "NEAR", "NEAR(", "AND", "OR NOT", "a OR",
        '"a', 'a"b', "a* b*", "title:john", "{title}:x", "a + b", "-john", "^john", "\x00",
        "john\x00smith", "'; DROP TABLE contact; --", "%", "_", "\\", "\ud800", "\U0010ffff",
        "\ue001", "(((((", "a" * 5000, "1" * 300, "张" * 300, "a b " * 200, "0", "00", "+", "+0",
        "NEAR(john smith, 5)",
    ],
)  # fmt: skip
def test_no_text_is_taken_for_syntax(book: Book, typed: str) -> None:
    assert isinstance(book.find(typed), list)
    assert isinstance(book.find(typed, user="u", entities=["contact"]), list)


@given(st.text(max_size=30))
def test_any_text_can_be_typed(book: Book, typed: str) -> None:
    assert isinstance(book.find(typed), list)


@pytest.mark.parametrize("typed", ["", "   ", "\n", "...", "\x00", "()"])
def test_an_empty_text_finds_nothing(book: Book, typed: str) -> None:
    assert book.find(typed) == []


def test_says_where_and_shows_the_words_around(book: Book) -> None:
    (hit,) = book.find("zebra")
    assert (hit.entity, hit.title, hit.where) == ("contact", JOHN, "description")
    assert hit.snippet.startswith("Wants a zebra crossing.")
    assert "Monday" not in hit.snippet
    assert hit.snippet.endswith("…")
    (hit,) = book.find("monday")
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("Monday.")
    assert [(hit.where, hit.snippet) for hit in book.find("smith")] == [("name", "")]
    assert [hit.where for hit in book.find("+86 574 8080")] == ["phone"]
    assert [hit.where for hit in book.find("zhangw")] == ["name"]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path / "store.crm")
    yield made
    made.close()


def test_order_whole_title_then_its_beginning_then_words_then_body(empty: Book) -> None:
    empty.add("note", subject="Minutes", body="met with ann")
    empty.add("company", name="Ann")
    empty.add("company", name="Ann Arbor Tools")
    empty.add("contact", name="Mary Ann")
    empty.add("contact", name="Joanna Lee")
    empty.add("note", subject="Other minutes", body="told joanna")
    empty.add("contact", name="Anna Old")
    empty.add("contact", name="Anna New")
    empty.catch_up()
    assert empty.titles("ann") == [
        "Ann", "Anna New", "Anna Old", "Ann Arbor Tools", "Mary Ann", "Joanna Lee", "Minutes",
        "Other minutes",
    ]  # fmt: skip


def test_the_whole_title_comes_first_among_many(empty: Book) -> None:
    empty.add("company", name="Kim")
    empty.add("contact", name="李娜")
    for number in range(80):
        empty.add("contact", name=f"Kim Number{number}")
        empty.add("company", name=f"李娜商店{number}")
    empty.catch_up()
    assert empty.titles("kim", limit=5)[0] == "Kim"
    assert empty.titles("李娜", limit=5)[0] == "李娜"
    assert len(empty.find("kim", limit=5)) == 5


def test_own_records_come_before_others_and_recent_before_old(empty: Book) -> None:
    for number in range(4):
        empty.add("company", name=f"Trade {number}", owner="me" if number < 2 else "other")
    empty.catch_up()
    assert empty.titles("trade") == ["Trade 3", "Trade 2", "Trade 1", "Trade 0"]
    assert empty.titles("trade", user="me") == ["Trade 1", "Trade 0", "Trade 3", "Trade 2"]


def test_a_changed_owner_counts(empty: Book) -> None:
    record = empty.add("company", name="Trade 0", owner="other")
    empty.add("company", name="Trade 1", owner="other")
    empty.catch_up()
    empty.change("company", record, owner="me")
    empty.catch_up()
    assert empty.titles("trade", user="me") == ["Trade 0", "Trade 1"]
    assert empty.differences() == []


def test_keeps_to_the_entities_asked_for(empty: Book) -> None:
    for number in range(60):
        empty.add("company", name=f"Delta {number}")
    empty.add("contact", name="Delta Person")
    for number in range(60):
        empty.add("task", subject=f"Delta task {number}")
    empty.catch_up()
    assert empty.titles("delta", entities=["contact"]) == ["Delta Person"]
    found = empty.find("delta", entities=["company", "contact"], limit=100)
    assert {hit.entity for hit in found} == {"company", "contact"}
    assert len(found) == 61
    assert empty.find("delta", entities=[]) == []
    assert empty.find("delta", entities=["product"]) == []
    assert empty.find("delta", entities=["nothing of that name"]) == []


def test_matching_gives_all_ids_of_an_entity_newest_first(empty: Book) -> None:
    assert search.matching(empty.raw, "delta", "company") == []
    named = [empty.add("company", name=f"Delta {number}") for number in range(120)]
    told = empty.add("company", name="Other", description="of the delta, 张伟")
    empty.add("contact", name="Delta Person")
    empty.catch_up()
    for typed in ("delta", "elt", "de"):
        assert search.matching(empty.raw, typed, "company") == [told, *reversed(named)]
    assert search.matching(empty.raw, "delta", "company", limit=2) == [told, named[-1]]
    assert search.matching(empty.raw, "张伟", "company") == [told]
    assert search.matching(empty.raw, " ", "company") == []
    assert search.matching(empty.raw, "delta", "nothing of that name") == []
    empty.remove("company", told)
    empty.catch_up()
    assert told not in search.matching(empty.raw, "delta", "company")


def test_follows_creates_changes_and_deletes(empty: Book) -> None:
    record = empty.add("company", name="Alpha")
    assert empty.catch_up() == 1
    assert empty.catch_up() == 0
    assert empty.titles("alpha") == ["Alpha"]
    empty.change("company", record, name="Beta", description="was alpha")
    assert empty.titles("alpha") == ["Beta"]  # the index is behind, the record is not
    empty.catch_up()
    assert [hit.where for hit in empty.find("alpha")] == ["description"]
    assert empty.titles("beta") == ["Beta"]
    empty.remove("company", record)
    assert empty.titles("beta") == []
    empty.catch_up()
    assert empty.raw.execute("SELECT count(*) FROM search_doc").fetchone()[0] == 0
    assert empty.differences() == []


def test_a_record_written_and_deleted_again_leaves_nothing(empty: Book) -> None:
    record = empty.add("company", name="Gone")
    empty.remove("company", record)
    empty.catch_up()
    assert empty.titles("gone") == []
    assert empty.differences() == []


def test_ids_of_any_kind(empty: Book) -> None:
    ids = ["u1", "0123456789ABCDEF0123456789ABCDEF", "00000000-0000-7000-8000-00000000ABCD", "客户"]
    for one in ids:
        empty.add("company", id=one, name="Same")
    empty.catch_up()
    assert {hit.id for hit in empty.find("same")} == set(ids)
    assert empty.differences() == []


def test_stops_where_it_is_told(empty: Book) -> None:
    empty.add("company", name="First")
    empty.add("company", name="Second")
    empty.raw.execute("BEGIN")
    assert search.catch_up(empty.raw, REGISTRY, upto=1) == 1
    empty.raw.execute("COMMIT")
    assert (empty.titles("first"), empty.titles("second")) == (["First"], [])
    assert empty.catch_up() == 1
    assert empty.titles("second") == ["Second"]


def test_goes_back_with_the_transaction(empty: Book) -> None:
    empty.add("company", name="Kept")
    empty.catch_up()
    empty.raw.execute("BEGIN IMMEDIATE")
    empty.add("company", name="Unheardof")
    search.catch_up(empty.raw, REGISTRY)
    assert empty.titles("unheardof") == ["Unheardof"]
    empty.raw.execute("ROLLBACK")
    assert empty.titles("unheardof") == []
    assert empty.differences() == []
    empty.add("company", name="Unheardof again")
    empty.catch_up()
    assert empty.titles("heardof") == ["Unheardof again"]


def test_a_touched_record_becomes_recent(empty: Book) -> None:
    first = empty.add("company", name="Trade 1")
    for number in range(1100):
        empty.add("task", subject=f"Minutes {number}")
    empty.add("company", name="Trade 2")
    empty.catch_up()
    empty.change("company", first, founded=1900)
    empty.catch_up()
    assert empty.titles("trade") == ["Trade 1", "Trade 2"]
    assert empty.differences() == []


def test_rebuild_makes_the_same_index_and_can_be_cancelled(empty: Book) -> None:
    records = [empty.add("company", name=f"Firm {number} 公司") for number in range(1500)]
    empty.catch_up()
    for record in records[::3]:
        empty.remove("company", record)
    empty.raw.execute("DELETE FROM search_doc WHERE doc % 7 = 0")
    assert empty.differences() != []
    token = CancelToken()
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        token.cancel()

    empty.raw.execute("BEGIN IMMEDIATE")
    assert search.rebuild(empty.raw, REGISTRY, progress) == 1000
    empty.raw.execute("COMMIT")
    assert told == [(1000, 1000)]
    assert empty.differences() == []
    assert empty.titles("firm", limit=2) == ["Firm 1499 公司", "Firm 1498 公司"]
    empty.raw.execute("BEGIN IMMEDIATE")
    with pytest.raises(Cancelled):
        search.rebuild(empty.raw, REGISTRY, None, token.check)
    empty.raw.execute("ROLLBACK")
    assert empty.differences() == []
    assert empty.catch_up() == 0


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM search_doc WHERE doc = 1", "is not in the search index"),
        ("UPDATE search_doc SET digest = digest + 1", "has other words"),
        ("DELETE FROM search_text WHERE rowid = 1", "search_text holds ''"),
        ("DELETE FROM search_title WHERE rowid = 1", "search_title holds ''"),
        ("DELETE FROM search_word WHERE word = 'damaged'", "'damaged' is not known"),
        ("DELETE FROM company", "does not exist"),
        ("UPDATE company SET name = 'Other'", "has other words"),
        ("UPDATE search_doc SET entity = 99", "no known entity"),
        ("UPDATE search_state SET rules = 0", "other rules"),
        ("INSERT INTO search_text (rowid, text) VALUES (77, 'ghost')", "is nobody's"),
        ("DELETE FROM search_text_data WHERE id > 10", "damaged"),
    ],
)
def test_check_tells_every_difference(empty: Book, damage: str, told: str) -> None:
    empty.add("company", name="Damaged firm", city="Ulm")
    empty.catch_up()
    assert empty.differences() == []
    empty.raw.execute(damage)
    assert told in " ".join(search.same_as_rebuilt(empty.raw, REGISTRY, deep="data" not in damage))


_TITLES = st.text(
    st.one_of(
        st.characters(codec="utf-8", categories=("L", "N")),
        st.sampled_from("abcXYZ äöüßÆŁéñ -.'&张伟重庆单0123"),
    ),
    min_size=1,
    max_size=40,
)


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """An empty store; each example is a draft on it."""
    made = Book(tmp_path_factory.mktemp("drafts") / "store.crm")
    yield made
    made.close()


@given(st.lists(_TITLES, min_size=1, max_size=5))
def test_any_beginning_of_any_word_of_a_title_finds_it(drafts: Book, titles: list[str]) -> None:
    with drafts.draft():
        ids = [drafts.add("company", name=title) for title in titles]
        drafts.catch_up()
        for title, record in zip(titles, ids, strict=True):
            for word in words(fold(title)):
                for end in {1, 2, 3, 4, len(word)}:
                    hits = drafts.find(word[:end])
                    assert [hit.rank < 3 for hit in hits if hit.id == record] == [True]


@given(_TITLES, st.integers(0, 40), st.integers(3, 8))
def test_any_inner_part_of_a_word_finds_it(
    drafts: Book, title: str, start: int, length: int
) -> None:
    with drafts.draft():
        drafts.add("note", body=title)
        drafts.catch_up()
        for word in words(fold(title)):
            part = word[start : start + length]
            if len(part) >= 3:
                assert len(drafts.find(part)) == 1


@given(st.text("张伟李娜王芳重庆单曾行长乐", min_size=1, max_size=6), st.data())
def test_any_run_of_chinese_and_its_sound_finds_it(
    drafts: Book, name: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    sounds = [readings(one)[0] for one in name[start:end]]
    with drafts.draft():
        drafts.add("contact", name=name)
        drafts.catch_up()
        for typed in (name[start:end], "".join(sounds), " ".join(sounds)):
            assert len(drafts.find(typed)) == 1, typed
        if end - start > 1:
            assert len(drafts.find("".join(sound[0] for sound in sounds))) == 1


_CELLS = st.fixed_dictionaries(
    {},
    optional={
        "name": _TITLES,
        "description": st.one_of(st.none(), st.text(max_size=60)),
        "phone": st.one_of(st.none(), st.from_regex(r"\+?[0-9 ()-]{3,18}", fullmatch=True)),
        "owner": st.sampled_from(["me", "other", None]),
    },
)
_STEP = st.tuples(st.sampled_from(["add", "change", "remove", "follow"]), st.integers(0, 9), _CELLS)


@given(st.lists(_STEP, max_size=25))
def test_following_any_changes_is_the_same_as_rebuilding(
    drafts: Book, steps: list[tuple[str, int, dict[str, Any]]]
) -> None:
    with drafts.draft():
        live: list[str] = []
        for step, number, cells in steps:
            if step == "follow":
                drafts.catch_up()
            elif step == "add" or not live:
                live.append(drafts.add("company", **{"name": "x", **cells}))
            elif step == "remove":
                drafts.remove("company", live.pop(number % len(live)))
            elif cells:
                drafts.change("company", live[number % len(live)], **cells)
        drafts.catch_up()
        assert drafts.differences() == []
        search.rebuild(drafts.raw, REGISTRY)
        assert drafts.differences() == []


def test_a_number_is_found_by_its_groups_as_they_are_written(empty: Book) -> None:
    empty.add("note", subject="Drawing", body="See plate 1204 3350 9 of the pump")
    empty.add("note", subject="Other", body="See plate 3350 and then 1204, 9 of them")
    empty.catch_up()
    assert empty.titles("1204 3350 9") == ["Drawing"]
    # The last group may be unfinished.
    assert "Drawing" in empty.titles("1204 335")
    assert empty.titles("3350 1204 9") == []
