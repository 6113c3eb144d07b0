from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.store import capture, changelog, driver, replay, rows
from tests.unit.store.small import SMALL, new_store, with_rank


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[driver.RawConnection]:
    made = new_store(tmp_path / "s.crmdesk")
    yield made
    made.close()


@pytest.fixture
def told(raw: driver.RawConnection) -> driver.RawConnection:
    """A store with a short history: two transactions and a change by nobody known."""
    raw.execute("BEGIN IMMEDIATE")
    with capture.signed(raw, "t1", "u1"):
        rows.insert(raw, "company", "c", {"name": "C", "city": "X"})
        rows.insert(raw, "person", "p", {"name": "P", "company": "c"})
    with capture.signed(raw, "t2", None):
        rows.update(raw, "company", "c", {"size": 5})
        rows.update(raw, "company", "c", {"city": None, "size": 6})
        rows.delete(raw, "person", "p")
    raw.execute("COMMIT")
    rows.update(raw, "company", "c", {"name": "D"})
    return raw


def _numbers(changes: Iterator[changelog.Change]) -> list[int]:
    return [change.n for change in changes]


def test_an_empty_log_has_no_last_number(raw: driver.RawConnection) -> None:
    assert changelog.last(raw) == 0
    assert list(changelog.since(raw, 0)) == []
    assert changelog.newest_of(raw, "company", "c") is None


def test_the_log_is_read_from_a_number_on(told: driver.RawConnection) -> None:
    assert changelog.last(told) == 6
    assert _numbers(changelog.since(told, 0)) == [1, 2, 3, 4, 5, 6]
    assert _numbers(changelog.since(told, 4)) == [5, 6]
    assert _numbers(changelog.since(told, 1, limit=2)) == [2, 3]
    assert _numbers(changelog.of_range(told, 2, 4)) == [2, 3, 4]


def test_the_changes_of_a_transaction_are_read(told: driver.RawConnection) -> None:
    assert _numbers(changelog.of_txn(told, "t2")) == [3, 4, 5]
    assert _numbers(changelog.of_txn(told, "t2", first=4)) == [4, 5]
    assert _numbers(changelog.of_txn(told, "t3")) == []


def test_the_history_of_a_record_and_of_a_field_is_read(told: driver.RawConnection) -> None:
    assert _numbers(changelog.of_record(told, "company", "c")) == [1, 3, 4, 6]
    assert _numbers(changelog.of_record(told, "person", "c")) == []
    assert _numbers(changelog.of_field(told, "company", "c", ["city"])) == [1, 4]
    assert _numbers(changelog.of_field(told, "company", "c", ["city", "name"])) == [1, 4, 6]
    assert _numbers(changelog.of_field(told, "person", "p", ["company"])) == [2, 5]


def test_a_change_tells_everything_of_itself(told: driver.RawConnection) -> None:
    first, change = (list(changelog.of_record(told, "company", "c"))[at] for at in (1, 2))
    assert (change.op, change.txn, change.actor) == ("U", "t2", None)
    assert (change.after, change.before) == ({"city": None, "size": 6}, {"city": "X", "size": 5})
    assert change.prev_hlc == first.hlc < change.hlc
    assert change.at == change.hlc >> 16
    assert set(change.columns) == {"city", "size"}
    assert changelog.newest_of(told, "company", "c").after == {"name": "D"}


def test_more_changes_than_are_fetched_at_once_are_read_in_order(
    raw: driver.RawConnection,
) -> None:
    rows.insert_many(raw, "person", ("id", "name"), ((f"p{at}", "P") for at in range(2500)))
    assert _numbers(changelog.since(raw, 0)) == list(range(1, 2501))


def test_the_trash_has_what_is_still_gone_newest_first(told: driver.RawConnection) -> None:
    for id in ("a", "b", "d"):
        rows.insert(told, "person", id, {"name": id})
    rows.delete(told, "person", ["a", "b", "d"])
    rows.insert(told, "person", "b", {"name": "again"})
    gone = list(changelog.deleted(told, "person"))
    assert [change.record for change in gone] == ["d", "a", "p"]
    assert gone[-1].before["company"] == "c"
    first = next(changelog.deleted(told, "person", limit=1))
    assert [c.record for c in changelog.deleted(told, "person", before=first.n)] == ["a", "p"]
    assert list(changelog.deleted(told, "company")) == []
    plan = str(told.execute(
        "EXPLAIN QUERY PLAN SELECT n FROM change_log WHERE entity = ? AND op = 'D' AND n < ? "
        "ORDER BY n DESC", ("person", 99),
    ).fetchall())  # fmt: skip
    assert "ix_change_log__deleted" in plan
    assert "TEMP B-TREE" not in plan


def test_a_change_that_no_trigger_saw_is_appended(told: driver.RawConnection) -> None:
    before = changelog.newest_of(told, "company", "c")
    changelog.append(told, "company", "c", "U", {"size": 2**60}, {"size": None}, "finder")
    change = changelog.newest_of(told, "company", "c")
    assert (change.n, change.seq, change.prev_hlc) == (7, 7, before.hlc)
    assert (change.after, change.before, change.actor) == (
        {"size": 2**60}, {"size": None}, "finder",
    )  # fmt: skip
    changelog.append(told, "company", "c", "D", {}, {"name": "D\x00"}, "finder")
    assert changelog.newest_of(told, "company", "c").before == {"name": "D\x00"}


def test_the_log_tells_what_each_record_is(told: driver.RawConnection) -> None:
    ((id, state),) = replay.state_from_log(told, "company")
    assert (id, state) == next(replay.state_from_rows(told, SMALL.entity("company")))
    assert (state["name"], state["size"], "city" in state) == ("D", 6, False)
    assert list(replay.state_from_log(told, "person")) == []
    ((_, then),) = replay.state_from_log(told, "company", until=3)
    assert (then["name"], then["size"], then["city"]) == ("C", 5, "X")
    assert [id for id, _ in replay.state_from_log(told, "person", until=3)] == ["p"]


def test_where_rows_and_log_differ_is_told(told: driver.RawConnection) -> None:
    assert replay.differences(told, SMALL) == []
    rows.insert_many(told, "person", ("id", "name"), [("q", "Q"), ("r", "R"), ("s", "S")])
    told.execute("BEGIN IMMEDIATE")
    with capture.silenced(told):
        rows.insert(told, "person", "a", {"name": "A", "created_at": "x", "updated_at": "y"})
        rows.update(told, "person", "q", {"name": None})
        rows.delete(told, "person", "s")
    told.execute("COMMIT")
    found = replay.differences(told, SMALL)
    assert [(one.op, one.record) for one in found] == [("I", "a"), ("U", "q"), ("D", "s")]
    assert (found[1].row, found[1].log) == ({"name": None}, {"name": "Q"})
    assert [str(one) for one in found] == [
        "person a is there, but the log has no such record",
        "person q differs from the log in name",
        "person s is in the log, but there is no such row",
    ]
    assert len(replay.differences(told, SMALL, limit=2)) == 2
    assert replay.find_missed(told, SMALL, ["person"], "finder") == 3
    assert replay.differences(told, SMALL) == []
    assert [c.op for c in changelog.since(told, 9)] == ["I", "U", "D"]


def test_very_many_missed_changes_are_found(
    raw: driver.RawConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "_CHUNK", 7)
    ids = [f"p{at:03}" for at in range(100)]
    rows.insert_many(raw, "person", ("id", "name"), ((id, id) for id in ids[:50]))
    raw.execute("BEGIN IMMEDIATE")
    with capture.silenced(raw):
        rows.delete(raw, "person", ids[:25])
        rows.insert_many(raw, "person", ("id", "name"), ((id, id) for id in ids[50:]))
        raw.execute("UPDATE person SET name = name || '!' WHERE id < 'p030'")
    raw.execute("COMMIT")
    assert replay.find_missed(raw, SMALL, ["person"], "finder") == 80
    assert changelog.last(raw) == 130
    assert replay.differences(raw, SMALL) == []


def test_a_log_done_again_makes_the_same_store(told: driver.RawConnection, tmp_path: Path) -> None:
    rows.insert(told, "deal", "d", {"company": "c", "amount": 5, "chance": None})
    rows.insert(told, "item", "i", {"deal": "d"})
    rows.delete(told, "deal", "d")
    rows.insert(told, "company", "k", {"name": "K", "parent": "c", "active": None})
    rows.delete(told, "company", "c")
    other = new_store(tmp_path / "other.crmdesk")
    try:
        other.execute("BEGIN IMMEDIATE")
        done = replay.replay_into(other, SMALL, changelog.since(told, 0))
        other.execute("COMMIT")
        assert done == changelog.last(told)
        for entity in SMALL.entities.values():
            assert list(replay.state_from_rows(other, entity)) == list(
                replay.state_from_rows(told, entity)
            )
        assert replay.differences(other, SMALL) == []
    finally:
        other.close()


def test_a_column_that_is_no_longer_declared_is_passed_over(
    tmp_path: Path,
) -> None:
    registry = with_rank()
    raw = new_store(tmp_path / "ranked.crmdesk", registry)
    other = new_store(tmp_path / "plain.crmdesk")
    try:
        rows.insert(raw, "company", "c", {"name": "C", "x_rank": 1})
        rows.update(raw, "company", "c", {"x_rank": 2})
        assert replay.differences(raw, registry) == []
        assert replay.differences(raw, SMALL) == []
        other.execute("BEGIN IMMEDIATE")
        replay.replay_into(other, SMALL, changelog.since(raw, 0))
        other.execute("COMMIT")
        assert rows.get(other, "company", "c")["name"] == "C"
    finally:
        raw.close()
        other.close()
