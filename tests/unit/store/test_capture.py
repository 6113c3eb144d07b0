"""What the triggers log, whoever writes: the workspace's connection and other programs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.store import capture, changelog, driver, replay, rows
from crmdesk.store.tables import Tables
from tests.unit.store.small import (
    SMALL,
    elsewhere,
    logged,
    new_store,
    repair,
    sound,
    with_newer,
    with_rank,
)

TOOLS = ("sqlite3", "sqlcipher3")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.crmdesk"


@pytest.fixture
def raw(path: Path) -> Iterator[driver.RawConnection]:
    made = new_store(path)
    yield made
    made.close()


def test_an_insert_logs_the_cells_that_hold_something(raw: driver.RawConnection) -> None:
    rows.insert(raw, "company", "c", {"name": "C", "city": None, "size": 0})
    raw.execute("UPDATE company SET founded = '2026-01-01'")
    assert logged(raw)[0] == (
        "I", "company", "c",
        {"name": "C", "size": 0, "active": 1, "founded": logged(raw)[0][3]["founded"]}, {},
    )  # fmt: skip
    change = next(changelog.since(raw, 0))
    assert set(change.after) >= {"created_at", "updated_at"}
    sound(raw)


def test_an_update_logs_only_what_changed(raw: driver.RawConnection) -> None:
    rows.insert(raw, "company", "c", {"name": "C", "city": "X", "size": 3})
    rows.update(raw, "company", "c", {"name": "C", "city": None, "size": 4})
    rows.update(raw, "company", "c", {"city": "Y"})
    assert logged(raw, 1) == [
        ("U", "company", "c", {"city": None, "size": 4}, {"city": "X", "size": 3}),
        ("U", "company", "c", {"city": "Y"}, {"city": None}),
    ]
    sound(raw)


def test_an_update_that_changes_nothing_logs_nothing(raw: driver.RawConnection) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    rows.update(raw, "company", "c", {"name": "C", "parent": None})
    raw.execute("UPDATE company SET active = active")
    assert changelog.last(raw) == 1
    rows.update(raw, "company", "c", {"name": "c"})
    assert changelog.last(raw) == 2


def test_a_delete_logs_the_record(raw: driver.RawConnection) -> None:
    rows.insert(raw, "person", "p", {"name": "P", "about": "x", "about_entity": "company"})
    rows.delete(raw, "person", "p")
    assert logged(raw, 1) == [
        ("D", "person", "p", {}, {"name": "P", "about": "x", "about_entity": "company"})
    ]
    sound(raw)


def test_computed_columns_are_never_logged(raw: driver.RawConnection) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    rows.insert(raw, "deal", "d", {"company": "c", "amount": 10, "amount_currency": "EUR"})
    rows.update(raw, "deal", "d", {"amount": 20})
    assert not any("worth" in change.columns for change in changelog.since(raw, 0))
    assert rows.get(raw, "deal", "d")["worth"] == 10


@pytest.mark.parametrize(
    "cell",
    [
        'quote " back \\ slash / tab \t line \n return \r',
        "\x00 at both ends \x00", "\x01\x1f\x7f",
        "{}", '{"a": [1, 2]}', "null", "", " ", "1", "1e400", "北京 😀 e\u0301", "\u2028\ufeff",
        "x" * 200_000,
    ],
)  # fmt: skip
def test_every_text_comes_back_from_the_log(raw: driver.RawConnection, cell: str) -> None:
    rows.insert(raw, "person", "p", {"name": cell})
    rows.update(raw, "person", "p", {"name": "other"})
    rows.update(raw, "person", "p", {"name": cell})
    assert [c.after["name"] for c in changelog.since(raw, 0)] == [cell, "other", cell]
    sound(raw)


@pytest.mark.parametrize("number", [0, -1, 2**53 + 1, 2**63 - 1, -(2**63)])
def test_every_whole_number_comes_back_from_the_log(raw: driver.RawConnection, number: int) -> None:
    rows.insert(raw, "company", "c", {"name": "C", "size": number})
    rows.update(raw, "company", "c", {"size": None})
    change = list(changelog.since(raw, 0))[1]
    assert change.before == {"size": number}
    sound(raw)


def test_the_id_of_a_record_cannot_be_changed(raw: driver.RawConnection) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    for verb in ("UPDATE", "UPDATE OR IGNORE", "UPDATE OR REPLACE"):
        with pytest.raises(driver.DriverError, match="cannot be changed"):
            raw.execute(f"{verb} company SET id = 'other'")
    raw.execute("UPDATE company SET id = 'c', name = 'D'")
    assert [one[0] for one in logged(raw)] == ["I", "U"]
    sound(raw)


def test_what_foreign_keys_do_is_logged(raw: driver.RawConnection) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    rows.insert(raw, "company", "c2", {"name": "C2", "parent": "c"})
    rows.insert(raw, "deal", "d", {"company": "c2"})
    rows.insert(raw, "item", "i", {"deal": "d", "text": "T"})
    n = changelog.last(raw)
    rows.delete(raw, "deal", "d")
    rows.delete(raw, "company", "c")
    assert [one[:3] for one in logged(raw, n)] == [
        ("D", "item", "i"), ("D", "deal", "d"), ("U", "company", "c2"), ("D", "company", "c"),
    ]  # fmt: skip
    assert logged(raw, n)[2][3:] == ({"parent": None}, {"parent": "c"})
    sound(raw)


def test_a_transaction_is_signed_and_others_are_not(raw: driver.RawConnection, path: Path) -> None:
    raw.execute("BEGIN IMMEDIATE")
    with capture.signed(raw, "t1", "u1"):
        rows.insert(raw, "company", "c", {"name": "C"})
        rows.update(raw, "company", "c", {"name": "D"})
    raw.execute("COMMIT")
    elsewhere(path, "sqlite3", "raw.execute(\"UPDATE company SET name = 'E'\")")
    assert [(c.txn, c.actor) for c in changelog.since(raw, 0)] == [
        ("t1", "u1"), ("t1", "u1"), (None, None),
    ]  # fmt: skip
    sound(raw)


def test_a_rolled_back_transaction_leaves_no_gap(raw: driver.RawConnection) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    raw.execute("BEGIN IMMEDIATE")
    with capture.signed(raw, "t1", "u1"):
        rows.insert(raw, "company", "c2", {"name": "C"})
    raw.execute("ROLLBACK")
    rows.insert(raw, "company", "c3", {"name": "C"})
    assert [c.txn for c in changelog.since(raw, 0)] == [None, None]
    sound(raw)


def test_changes_from_elsewhere_are_not_logged_again(raw: driver.RawConnection) -> None:
    raw.execute("BEGIN IMMEDIATE")
    with capture.silenced(raw):
        rows.insert(raw, "company", "c", {"name": "C"})
        rows.update(raw, "company", "c", {"name": "D"})
        rows.delete(raw, "company", "c")
    raw.execute("COMMIT")
    assert changelog.last(raw) == 0
    rows.insert(raw, "company", "c", {"name": "C"})
    assert changelog.last(raw) == 1


def test_the_clock_is_the_walls_and_never_goes_back(raw: driver.RawConnection) -> None:
    start = time.time() * 1000
    rows.insert(raw, "company", "c", {"name": "C"})
    change = next(changelog.since(raw, 0))
    assert start - 2 <= change.at <= time.time() * 1000 + 2
    ahead = (change.at + 86_400_000) << 16
    raw.execute("UPDATE capture_state SET hlc = ?", (ahead,))
    rows.insert_many(raw, "company", ("id", "name"), [(f"x{at}", "X") for at in range(3)])
    assert [c.hlc - ahead for c in changelog.since(raw, 1)] == [1, 2, 3]


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_replaced_row_is_logged_as_deleted_and_inserted(
    raw: driver.RawConnection, path: Path, tool: str, recursive: str
) -> None:
    rows.insert(raw, "person", "p", {"name": "P", "about": '\u00e9 " x'})
    rows.update(raw, "person", "p", {"name": "Q", "about_entity": "company"})
    rows.update(raw, "person", "p", {"about_entity": None})
    n = changelog.last(raw)
    elsewhere(path, tool, f"""
raw.execute("PRAGMA recursive_triggers = {recursive}")
raw.execute("INSERT OR REPLACE INTO person (id, name) VALUES ('p', 'R'), ('q', 'S')")
raw.execute("REPLACE INTO person (id, name) VALUES ('p', 'T')")
""")  # fmt: skip
    assert logged(raw, n) == [
        ("D", "person", "p", {}, {"name": "Q", "about": '\u00e9 " x'}),
        ("I", "person", "p", {"name": "R"}, {}),
        ("I", "person", "q", {"name": "S"}, {}),
        ("D", "person", "p", {}, {"name": "R"}),
        ("I", "person", "p", {"name": "T"}, {}),
    ]
    sound(raw)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_replaced_parent_lets_go_of_its_children_as_foreign_keys_say(
    raw: driver.RawConnection, path: Path, tool: str
) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    rows.insert(raw, "person", "p", {"company": "c"})
    n = changelog.last(raw)
    elsewhere(path, tool, """
raw.execute("PRAGMA foreign_keys = ON")
raw.execute("INSERT OR REPLACE INTO company (id, name) VALUES ('c', 'D')")
""")  # fmt: skip
    assert [one[:3] for one in logged(raw, n)] == [
        ("U", "person", "p"), ("D", "company", "c"), ("I", "company", "c"),
    ]  # fmt: skip
    sound(raw)


@pytest.mark.parametrize("tool", TOOLS)
def test_upserts_and_ignored_inserts_are_logged_as_what_they_do(
    raw: driver.RawConnection, path: Path, tool: str
) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    elsewhere(path, tool, """
raw.execute("INSERT OR IGNORE INTO company (id, name) VALUES ('c', 'no')")
raw.execute("INSERT INTO company (id, name) VALUES ('c', 'D'), ('d', 'E') "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name")
raw.execute("INSERT INTO company (id, name) VALUES ('d', 'F') ON CONFLICT DO NOTHING")
""")  # fmt: skip
    assert [(one[0], one[2], one[3].get("name")) for one in logged(raw, 1)] == [
        ("U", "c", "D"), ("I", "d", "E"),
    ]  # fmt: skip
    sound(raw)


def test_what_sqlite_utils_writes_is_logged(raw: driver.RawConnection, path: Path) -> None:
    elsewhere(path, "sqlite_utils", """
company = db["company"]
company.insert({"id": "c", "name": "C", "size": 2**53 + 1})
company.insert_all([{"id": f"m{at}", "name": f"M{at}"} for at in range(150)])
company.upsert({"id": "c", "name": "D"}, pk="id")
company.insert({"id": "c", "name": "E"}, replace=True)
company.insert({"id": "c", "name": "no"}, ignore=True)
company.update("c", {"city": "Köln"})
company.delete("m149")
company.insert({"name": "without an id"})
""")  # fmt: skip
    found = logged(raw)
    assert [one[0] for one in found if one[2] == "c"] == ["I", "U", "D", "I", "U"]
    assert found[0][3]["size"] == 2**53 + 1
    assert sum(one[0] == "I" for one in found) == 153
    assert found[-1][3]["name"] == "without an id"
    sound(raw)


@pytest.mark.parametrize("tool", TOOLS)
def test_without_foreign_keys_what_dangles_is_found(
    raw: driver.RawConnection, path: Path, tool: str
) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    rows.insert(raw, "person", "p", {"company": "c"})
    rows.insert(raw, "deal", "d", {"company": "c"})
    elsewhere(path, tool, "raw.execute('PRAGMA foreign_keys = OFF')\n"
              "raw.execute('DELETE FROM company')")  # fmt: skip
    assert logged(raw)[-1][:3] == ("D", "company", "c")
    assert list(rows.dangling(raw, SMALL)) == [
        ("person", "p", "company", "c"), ("deal", "d", "company", "c"),
    ]  # fmt: skip
    assert len(raw.execute("PRAGMA foreign_key_check").fetchall()) == 2
    sound(raw)


def test_a_table_that_was_emptied_or_dropped_is_found(
    raw: driver.RawConnection, path: Path
) -> None:
    rows.insert_many(raw, "person", ("id", "name"), [(f"p{at}", "P") for at in range(12)])
    elsewhere(path, "sqlite3", "raw.execute('DROP TABLE person')")
    assert repair(raw) == ["person"]
    assert [one[0] for one in logged(raw, 12)] == ["D"] * 12
    sound(raw)


def test_one_lost_or_changed_trigger_is_enough_to_look(raw: driver.RawConnection) -> None:
    rows.insert(raw, "person", "p", {"name": "P"})
    raw.execute("DROP TRIGGER capture_person_update")
    rows.update(raw, "person", "p", {"name": "Q"})
    assert repair(raw) == ["person"]
    raw.execute("DROP TRIGGER capture_person_delete")
    raw.execute("CREATE TRIGGER capture_person_delete AFTER DELETE ON person BEGIN SELECT 1; END")
    rows.delete(raw, "person", "p")
    assert repair(raw) == ["person"]
    assert [one[0] for one in logged(raw)] == ["I", "U", "D"]
    sound(raw)


def test_the_trigger_for_replaced_rows_is_put_back(raw: driver.RawConnection, path: Path) -> None:
    rows.insert(raw, "person", "p", {"name": "P"})
    raw.execute("DROP TRIGGER capture_replaced")
    assert repair(raw) == []
    elsewhere(path, "sqlite3", "raw.execute(\"REPLACE INTO person (id) VALUES ('p')\")")
    assert [one[0] for one in logged(raw)] == ["I", "D", "I"]


def test_triggers_of_an_older_declaration_are_replaced_without_a_search(
    raw: driver.RawConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    for registry in (with_rank(), with_newer()):
        Tables(registry).add_missing(raw)
        # A new table had no triggers, so it alone is looked through.
        new = sorted(set(registry.entities) - set(SMALL.entities))
        assert capture.ensure_triggers(raw, registry) == new
    Tables(with_rank()).add_missing(raw)
    assert capture.ensure_triggers(raw, with_rank()) == []
    rows.update(raw, "company", "c", {"x_rank": 5})
    assert logged(raw)[-1] == ("U", "company", "c", {"x_rank": 5}, {"x_rank": None})
    assert replay.differences(raw, with_rank()) == []


def test_the_log_tells_the_version_of_the_store(raw: driver.RawConnection) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    raw.execute("PRAGMA user_version = 7")
    repair(raw)
    rows.delete(raw, "company", "c")
    assert [c.schema_version for c in changelog.since(raw, 0)] == [1, 7]


@pytest.mark.parametrize("damage", ["{", "[]", "null", "7"])
def test_a_damaged_memory_of_the_triggers_is_written_anew(
    raw: driver.RawConnection, damage: str
) -> None:
    raw.execute("UPDATE store_info SET value = ? WHERE key = 'capture'", (damage,))
    assert repair(raw) == []
    assert raw.execute("SELECT value FROM store_info WHERE key = 'capture'").fetchone() != (damage,)
    assert repair(raw) == []
