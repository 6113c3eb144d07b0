from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from crmdesk.store import changelog, driver, rows
from tests.unit.store.small import SMALL, new_store


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[driver.RawConnection]:
    made = new_store(tmp_path / "s.crmdesk")
    yield made
    made.close()


def test_ids_are_new_and_in_order() -> None:
    ids = [rows.new_id() for _ in range(1000)]
    assert ids == sorted(set(ids))
    assert {UUID(id).version for id in ids} == {7}


def test_the_id_of_a_link_follows_from_what_it_links() -> None:
    made = rows.link_id("membership", "a", "b")
    assert made == rows.link_id("membership", "a", "b")
    assert UUID(made).version == 5
    others = {rows.link_id("membership", "b", "a"), rows.link_id("other", "a", "b"),
              rows.link_id("membership", "ab", "")}  # fmt: skip
    assert len(others | {made}) == 4


def test_a_row_comes_back_as_it_was_put_in(raw: driver.RawConnection) -> None:
    rows.insert(raw, "company", "c", {"name": "C", "size": 2**60, "city": None})
    found = rows.get(raw, "company", "c")
    assert (found["id"], found["name"], found["size"], found["city"]) == ("c", "C", 2**60, None)
    # Named by nobody, so the default of the table.
    assert found["active"] == 1
    assert rows.get(raw, "company", "d") is None
    assert rows.exists(raw, "company", "c")
    assert not rows.exists(raw, "company", "d")


def test_an_id_is_taken_once(raw: driver.RawConnection) -> None:
    rows.insert(raw, "company", "c", {"name": "C"})
    with pytest.raises(driver.DriverError, match="UNIQUE"):
        rows.insert(raw, "company", "c", {"name": "D"})


def test_a_row_put_back_has_no_defaults(raw: driver.RawConnection) -> None:
    rows.insert(raw, "company", "c", {"name": "C", "active": None, "city": None})
    rows.delete(raw, "company", "c")
    image = changelog.newest_of(raw, "company", "c").before
    rows.reinsert(raw, SMALL.entity("company"), "c", image)
    found = rows.get(raw, "company", "c")
    assert (found["active"], found["city"]) == (None, None)
    assert {k: v for k, v in found.items() if v is not None} == {**image, "id": "c"}


def test_many_rows_go_in_at_once(raw: driver.RawConnection) -> None:
    rows.insert_many(
        raw, "company", ("name", "id", "size"), ((f"C{at}", f"c{at}", at) for at in range(1200))
    )
    assert rows.count(raw, "company") == 1200
    found = rows.get_many(
        raw, "company", ["c7", "none", "c3", "c7", *(f"c{n}" for n in range(700))]
    )
    assert list(found)[:3] == ["c7", "c3", "c0"]
    assert len(found) == 700
    assert found["c7"]["size"] == 7
    assert rows.delete(raw, "company", [f"c{at}" for at in range(1150)] + ["none"]) == 1150
    assert rows.count(raw, "company") == 50


def test_cells_are_set(raw: driver.RawConnection) -> None:
    rows.insert_many(raw, "company", ("id", "name"), [("c", "C"), ("d", "D")])
    assert rows.update(raw, "company", "c", {"name": "X", "size": 1})
    assert not rows.update(raw, "company", "none", {"name": "X"})
    assert rows.update(raw, "company", "c", {})
    assert not rows.update(raw, "company", "none", {})
    rows.update_many(raw, "company", ("size",), [(5, "c"), (6, "d")])
    assert [one["size"] for one in rows.get_many(raw, "company", ["c", "d"]).values()] == [5, 6]
    assert rows.get(raw, "company", "d")["name"] == "D"
    assert rows.delete(raw, "company", "c") == 1
    assert rows.delete(raw, "company", "c") == 0


def test_names_and_values_are_never_sql(raw: driver.RawConnection) -> None:
    evil = "'); DROP TABLE company; --"
    rows.insert(raw, "company", evil, {"name": evil})
    assert rows.get(raw, "company", evil)["name"] == evil
    with pytest.raises(driver.DriverError, match="no such table"):
        rows.get(raw, 'company"; DROP TABLE company; --', "c")
    with pytest.raises(driver.DriverError, match="no column named"):
        rows.insert(raw, "company", "c", {'name") VALUES (1); --': "C"})
    assert rows.count(raw, "company") == 1


def test_what_points_at_a_record_is_counted(raw: driver.RawConnection) -> None:
    rows.insert(raw, "user", "u", {"name": "U"})
    rows.insert_many(
        raw, "company", ("id", "name", "created_by"), [("c", "C", "u"), ("d", "D", "u")]
    )
    rows.update(raw, "company", "d", {"parent": "c"})
    rows.insert_many(raw, "person", ("id", "company"), [("p", "c"), ("q", "c"), ("r", "d")])
    rows.insert(raw, "deal", "x", {"company": "c"})
    assert rows.references_to(raw, SMALL, "company", "c") == [
        ("company", "parent", 1), ("person", "company", 2), ("deal", "company", 1),
    ]  # fmt: skip
    assert rows.referring_ids(raw, "person", "company", "c") == ["p", "q"]
    assert rows.references_to(raw, SMALL, "user", "u") == []
    assert list(rows.dangling(raw, SMALL)) == []
