"""Many rows at once leave the log that triggers would have left."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.store import bulk, capture, changelog, rows
from tests.unit.store.small import SMALL, logged, new_store, sound

COLUMNS = ("id", "name", "size", "revenue", "revenue_currency", "parent")


def companies(count: int, first: int = 0) -> list[tuple[object, ...]]:
    return [
        (f"c{number}", f"Firm “{number}” 海泰", number or None, 100 * number, "EUR", None)
        for number in range(first, first + count)
    ]


def test_the_log_is_the_one_that_triggers_write(tmp_path: Path) -> None:
    logs = []
    for name in ("bulk", "single"):
        raw = new_store(tmp_path / name)
        rows.insert(raw, "company", "before", {"name": "B"})
        raw.execute("BEGIN IMMEDIATE")
        with capture.signed(raw, "t1", "me"):
            if name == "bulk":
                bulk.insert_many(raw, SMALL.entity("company"), COLUMNS, companies(5))
            else:
                rows.insert_many(raw, "company", COLUMNS, companies(5))
        raw.execute("COMMIT")
        rows.update(raw, "company", "c1", {"name": "Other"})
        sound(raw)
        logs.append(logged(raw))
        assert [one.txn for one in changelog.since(raw, 1)] == ["t1"] * 5 + [None]
        raw.close()
    assert logs[0] == logs[1]


def test_a_record_that_was_deleted_knows_its_delete(tmp_path: Path) -> None:
    raw = new_store(tmp_path / "s")
    rows.insert(raw, "company", "c1", {"name": "Old"})
    rows.delete(raw, "company", "c1")
    bulk.insert_many(raw, SMALL.entity("company"), COLUMNS, companies(3))
    sound(raw)
    raw.close()


def test_what_is_silenced_is_not_logged(tmp_path: Path) -> None:
    raw = new_store(tmp_path / "s")
    with capture.silenced(raw):
        bulk.insert_many(raw, SMALL.entity("company"), COLUMNS, companies(3))
    assert logged(raw) == []
    assert rows.count(raw, "company") == 3
    raw.close()


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    raw = new_store(tmp_path / "s")
    rows.insert(raw, "company", "c2", {"name": "There"})
    raw.execute("BEGIN IMMEDIATE")
    with pytest.raises(Exception, match="UNIQUE constraint failed"):
        bulk.insert_many(raw, SMALL.entity("company"), COLUMNS, companies(4))
    raw.execute("ROLLBACK")
    assert rows.count(raw, "company") == 1
    sound(raw)
    raw.close()


def test_a_large_load_leaves_log_and_triggers_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LARGE", 5)
    logs = []
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    for name in ("bulk", "single"):
        raw = new_store(tmp_path / name)
        before = raw.execute(triggers).fetchall()
        raw.execute("BEGIN IMMEDIATE")
        with capture.signed(raw, "t1", "me"):
            if name == "bulk":
                bulk.insert_many(raw, SMALL.entity("company"), COLUMNS, companies(6), 6)
            else:
                rows.insert_many(raw, "company", COLUMNS, companies(6))
        raw.execute("COMMIT")
        assert raw.execute(triggers).fetchall() == before
        rows.insert(raw, "company", "after", {"name": "A"})
        sound(raw)
        logs.append(logged(raw))
        raw.close()
    assert logs[0] == logs[1]


def test_rows_are_logged_where_their_numbers_come_to_an_end(tmp_path: Path) -> None:
    raw = new_store(tmp_path / "s")
    greatest = 2**63 - 1
    raw.execute("INSERT INTO company (rowid, id, name) VALUES (?, 'end', 'E')", (greatest - 2,))
    rows.insert(raw, "company", "next", {"name": "N"})
    bulk.insert_many(raw, SMALL.entity("company"), COLUMNS, companies(3))
    assert rows.count(raw, "company") == 5
    sound(raw)
    raw.close()


def test_what_the_table_fills_in_is_logged(tmp_path: Path) -> None:
    raw = new_store(tmp_path / "s")
    bulk.insert_many(raw, SMALL.entity("company"), ("id", "name"), [("c1", "A"), ("c2", "B")])
    (first, second) = changelog.since(raw, 0)
    assert first.after["city"] == second.after["city"] == "Saint-Denis: l'Île"
    assert "founded" in first.after
    sound(raw)
    raw.close()
