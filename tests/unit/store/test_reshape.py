"""Tables that another program rebuilt, and what it missed to log meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.store import capture, changelog, driver, replay, reshape, rows
from crmdesk.store.engine import Store
from crmdesk.store.identity import Tokens
from crmdesk.store.tables import Tables
from tests.unit.store.small import (
    SMALL,
    elsewhere,
    logged,
    new_store,
    repair,
    sound,
    with_newer,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.crmdesk"


@pytest.fixture
def raw(path: Path) -> Iterator[driver.RawConnection]:
    made = new_store(path)
    yield made
    made.close()


def test_a_rebuilt_table_is_made_right_and_what_was_missed_is_logged(
    raw: driver.RawConnection, path: Path
) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    rows.insert(raw, "deal", "d", {"company": "c", "amount": 10, "amount_currency": "EUR"})
    rows.insert(raw, "deal", "e", {"company": "c", "name": "E"})
    rows.insert(raw, "item", "i", {"deal": "d"})
    shape = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'deal'").fetchone()
    rowids = raw.execute("SELECT id, rowid FROM deal ORDER BY id").fetchall()
    n = changelog.last(raw)
    elsewhere(path, "sqlite_utils", """
deal = db["deal"]
deal.transform(rename={"name": "was_name"})
deal.transform(rename={"was_name": "name"})
assert not deal.triggers
deal.insert({"id": "f", "company": "c", "amount": 7})
deal.update("d", {"amount": 20})
deal.delete("e")
""")  # fmt: skip
    assert changelog.last(raw) == n
    assert reshape.misshapen(raw, SMALL) == ["deal"]
    assert repair(raw) == ["deal"]
    assert [(one[:3]) for one in logged(raw, n)] == [
        ("U", "deal", "d"), ("D", "deal", "e"), ("I", "deal", "f"),
    ]  # fmt: skip
    assert logged(raw, n)[0][3:] == ({"amount": 20}, {"amount": 10})
    assert {c.actor for c in changelog.since(raw, n)} == {capture.PUT_BACK}
    assert reshape.misshapen(raw, SMALL) == []
    assert raw.execute("SELECT sql FROM sqlite_master WHERE name = 'deal'").fetchone() == shape
    assert dict(raw.execute("SELECT id, rowid FROM deal")).items() >= {rowids[0]}
    assert rows.get(raw, "deal", "d")["worth"] == 10
    assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    rows.delete(raw, "deal", "d")
    assert [one[:3] for one in logged(raw)[-2:]] == [("D", "item", "i"), ("D", "deal", "d")]
    sound(raw)
    assert repair(raw) == []


def test_a_table_made_anew_without_its_shape_is_made_right(
    raw: driver.RawConnection, path: Path
) -> None:
    rows.insert(raw, "person", "p", {"name": "P"})
    rows.insert(raw, "person", "q", {"name": "Q", "boss": "p"})
    elsewhere(path, "sqlite3", """
raw.execute("CREATE TABLE other AS SELECT * FROM person")
raw.execute("ALTER TABLE other ADD COLUMN hobby VARCHAR(20)")
raw.execute("UPDATE other SET hobby = 'chess'")
raw.execute("DROP TABLE person")
raw.execute("ALTER TABLE other RENAME TO person")
""")  # fmt: skip
    assert repair(raw) == ["person"]
    assert reshape.misshapen(raw, SMALL) == []
    assert raw.execute("SELECT name, boss, hobby FROM person ORDER BY id").fetchall() == [
        ("P", None, "chess"), ("Q", "p", "chess"),
    ]  # fmt: skip
    rows.delete(raw, "person", "p")
    assert rows.get(raw, "person", "q")["boss"] is None
    sound(raw)


def test_what_a_table_has_beyond_the_declaration_stays(
    raw: driver.RawConnection, path: Path
) -> None:
    newer = with_newer()
    Tables(newer).add_missing(raw)
    capture.ensure_triggers(raw, newer)
    rows.insert(raw, "company", "c", {"name": "C"})
    rows.insert(raw, "person", "p", {"name": "P", "employer": "c", "motto": "on"})
    assert reshape.misshapen(raw, SMALL) == []
    raw.execute("CREATE INDEX of_others ON person (motto)")
    elsewhere(path, "sqlite_utils", "db['person'].transform(rename={'motto': 'motto'})")
    assert repair(raw) == ["person"]
    assert reshape.misshapen(raw, SMALL) == []
    raw.execute("BEGIN IMMEDIATE")
    assert Tables(newer).add_missing(raw) == ["person.shout"]
    assert capture.ensure_triggers(raw, newer) == []
    raw.execute("COMMIT")
    assert reshape.misshapen(raw, newer) == []
    found = rows.get(raw, "person", "p")
    assert (found["motto"], found["employer"], found["shout"]) == ("on", "c", "P")
    assert raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'of_others'").fetchone()
    assert replay.differences(raw, newer) == []


def test_a_table_whose_cells_do_not_fit_is_left_and_named(
    raw: driver.RawConnection, path: Path
) -> None:
    rows.insert(raw, "company", "c", {"name": "C", "size": 3})
    elsewhere(path, "sqlite_utils", """
db["company"].transform(types={"size": str})
db["company"].update("c", {"size": "many"})
""")  # fmt: skip
    raw.execute("BEGIN IMMEDIATE")
    assert capture.ensure_triggers(raw, SMALL) == ["company"]
    raw.execute("COMMIT")
    assert reshape.reshape(raw, SMALL) == ([], ["company"])
    assert rows.get(raw, "company", "c")["size"] == "many"
    rows.update(raw, "company", "c", {"size": None})
    assert reshape.reshape(raw, SMALL) == (["company"], [])
    assert raw.execute("PRAGMA foreign_keys").fetchone() == (1,)
    sound(raw)


def test_a_required_cell_that_was_emptied_does_not_stand_in_the_way(
    raw: driver.RawConnection, path: Path
) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    elsewhere(path, "sqlite_utils", """
db["company"].transform(not_null={"name": False})
db["company"].update("c", {"name": None})
db["company"].transform(drop={"active"})
""")  # fmt: skip
    assert repair(raw) == ["company"]
    assert reshape.misshapen(raw, SMALL) == []
    assert rows.get(raw, "company", "c")["name"] is None
    sound(raw)


def test_opening_a_store_mends_what_another_program_rebuilt(path: Path, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens", "machine")
    with Store.create(path, SMALL, tokens=tokens) as store, store.write() as connection:
        rows.insert(driver.raw_of(connection), "company", "c", {"name": "C"})
    elsewhere(path, "sqlite_utils", """
db["company"].transform(types={"size": str})
db["company"].update("c", {"size": "12"})
""")  # fmt: skip
    with Store.open(path, SMALL, tokens=tokens) as store:
        assert store.brought == ("triggers of company", "table of company")
        with store.reader() as reading:
            raw = driver.raw_of(reading)
            assert rows.get(raw, "company", "c")["size"] == 12
            assert [change.op for change in changelog.since(raw, 0)] == ["I", "U"]
    with Store.open(path, SMALL, tokens=tokens) as store:
        assert store.brought == ()
