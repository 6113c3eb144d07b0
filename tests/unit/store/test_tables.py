from __future__ import annotations

import re
from pathlib import Path

import pytest

from crmdesk.errors import BugError
from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.registry import Registry
from crmdesk.store import driver, reshape
from crmdesk.store.tables import Tables, index_name
from tests.unit.store.small import (
    SMALL,
    elsewhere,
    entity,
    field,
    new_store,
    with_newer,
    with_rank,
)  # fmt: skip


@pytest.fixture
def raw(tmp_path: Path) -> driver.RawConnection:
    made = new_store(tmp_path / "s.crmdesk")
    yield made
    made.close()


def _columns(raw: driver.RawConnection, table: str) -> dict[str, tuple[str, int, int]]:
    """Type, whether NULL is refused, and whether it is computed, by column."""
    rows = raw.execute("SELECT name, type, [notnull], hidden FROM pragma_table_xinfo(?)", (table,))
    return {name: (kind.split()[0], notnull, hidden) for name, kind, notnull, hidden in rows}


def test_a_table_has_a_column_for_each_column_of_its_fields(raw: driver.RawConnection) -> None:
    for one in SMALL.entities.values():
        specs = [spec for each in one.all_fields for spec in each.columns]
        assert list(_columns(raw, one.name)) == ["id", *(spec.name for spec in specs)]
    deal = _columns(raw, "deal")
    assert deal["id"] == ("TEXT", 1, 0)
    assert deal["company"] == ("TEXT", 1, 0)
    assert deal["amount"] == ("INTEGER", 0, 0)
    assert deal["worth"] == ("INTEGER", 0, 2)
    assert deal["worth_currency"] == ("TEXT", 0, 2)


def test_computed_columns_are_what_their_row_makes_them(raw: driver.RawConnection) -> None:
    raw.execute("INSERT INTO company (id, name) VALUES ('c', 'C')")
    raw.execute(
        "INSERT INTO deal (id, company, amount, amount_currency) VALUES ('d', 'c', 1001, 'EUR')"
    )
    assert raw.execute("SELECT worth, worth_currency FROM deal").fetchone() == (500, "EUR")
    raw.execute("UPDATE deal SET amount = NULL, amount_currency = NULL")
    assert raw.execute("SELECT worth, worth_currency FROM deal").fetchone() == (None, None)


def test_a_computed_amount_needs_an_amount_for_its_currency() -> None:
    lone = Registry.of(
        [SMALL.entity("user"), entity("sum", field("total", "money", computed="1 + 1"))]
    )
    with pytest.raises(BugError, match=r"sum\.total"):
        Tables(lone).table("sum")


@pytest.mark.parametrize("tool", ["sqlite3", "sqlcipher3"])
def test_others_may_leave_out_the_id_and_what_has_a_default(
    raw: driver.RawConnection, tmp_path: Path, tool: str
) -> None:
    elsewhere(tmp_path / "s.crmdesk", tool, "for at in range(300):\n"
              "    raw.execute(\"INSERT INTO company (name) VALUES ('x')\")")  # fmt: skip
    ids = [one for (one,) in raw.execute("SELECT id FROM company")]
    assert len(set(ids)) == 300
    for one in ids:
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                            one)  # fmt: skip
    stamps, city, active, founded = raw.execute(
        "SELECT created_at = updated_at, city, active, founded = date('now') FROM company LIMIT 1"
    ).fetchone()
    assert (stamps, city, active, founded) == (1, "Saint-Denis: l'Île", 1, 1)
    (created,) = raw.execute("SELECT created_at FROM company").fetchone()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", created)


def test_ids_made_by_sql_carry_the_time(raw: driver.RawConnection) -> None:
    raw.execute("INSERT INTO company (name) VALUES ('x')")
    id, now = raw.execute("SELECT id, strftime('%s', 'now') FROM company").fetchone()
    assert abs(int(id.replace("-", "")[:12], 16) / 1000 - int(now)) < 5


@pytest.mark.parametrize("cell", [b"\x00", 1.5])
def test_a_cell_is_text_or_a_whole_number(raw: driver.RawConnection, cell: object) -> None:
    with pytest.raises(driver.DriverError, match="cannot store"):
        raw.execute("INSERT INTO company (name, size) VALUES ('x', ?)", (cell,))


def test_deleting_clears_cascades_or_is_refused(raw: driver.RawConnection) -> None:
    for statement in (
        "INSERT INTO company (id, name) VALUES ('c', 'C'), ('c2', 'C2')",
        "INSERT INTO person (id, company) VALUES ('p', 'c2')",
        "INSERT INTO deal (id, company) VALUES ('d', 'c')",
        "INSERT INTO item (id, deal) VALUES ('i', 'd')",
    ):
        raw.execute(statement)
    with pytest.raises(driver.DriverError, match="FOREIGN KEY"):
        raw.execute("DELETE FROM company WHERE id = 'c'")
    raw.execute("DELETE FROM company WHERE id = 'c2'")
    assert raw.execute("SELECT company FROM person").fetchone() == (None,)
    raw.execute("DELETE FROM deal")
    assert raw.execute("SELECT count(*) FROM item").fetchone() == (0,)


def test_references_are_checked_at_the_end_of_the_transaction(raw: driver.RawConnection) -> None:
    raw.execute("BEGIN")
    raw.execute("INSERT INTO deal (id, company) VALUES ('d', 'c')")
    raw.execute("INSERT INTO company (id, name) VALUES ('c', 'C')")
    raw.execute("COMMIT")
    raw.execute("BEGIN")
    raw.execute("DELETE FROM company")
    raw.execute("DELETE FROM deal")
    raw.execute("COMMIT")
    assert raw.execute("SELECT count(*) FROM company").fetchone() == (0,)


def test_who_created_a_record_outlives_the_user(raw: driver.RawConnection) -> None:
    raw.execute("INSERT INTO user (id) VALUES ('u')")
    raw.execute("INSERT INTO company (id, name, created_by) VALUES ('c', 'C', 'u')")
    raw.execute("DELETE FROM user")
    assert raw.execute("SELECT created_by FROM company").fetchone() == ("u",)


def test_references_titles_and_times_are_indexed(raw: driver.RawConnection) -> None:
    found = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    for table, column in (
        ("company", "parent"), ("company", "name"), ("company", "size"), ("deal", "seen"),
        ("deal", "company"), ("item", "created_at"), ("item", "deal"),
    ):  # fmt: skip
        assert index_name(table, column) in found
    plan = str(raw.execute(
        "EXPLAIN QUERY PLAN SELECT rowid FROM company ORDER BY name"
    ).fetchall())  # fmt: skip
    assert "COVERING INDEX ix_company__name" in plan


def test_nothing_is_missing_in_a_new_store(raw: driver.RawConnection) -> None:
    assert Tables(SMALL).add_missing(raw) == []


def test_a_custom_field_is_added_as_a_column_with_its_index(raw: driver.RawConnection) -> None:
    raw.execute("INSERT INTO company (id, name) VALUES ('c', 'C')")
    assert Tables(with_rank()).add_missing(raw) == [
        "company.x_rank", "index ix_company__x_rank",
    ]  # fmt: skip
    raw.execute("UPDATE company SET x_rank = 7")
    assert Tables(with_rank()).add_missing(raw) == []
    # What is no longer declared stays.
    assert Tables(SMALL).add_missing(raw) == []
    assert raw.execute("SELECT x_rank FROM company").fetchone() == (7,)


def test_a_later_declaration_is_added_and_no_row_is_changed(raw: driver.RawConnection) -> None:
    raw.execute("INSERT INTO person (id, name) VALUES ('p', 'Pia')")
    newer = with_newer()
    assert Tables(newer).add_missing(raw) == [
        "person.motto", "person.employer", "person.shout", "note",
        "index ix_person__employer", "index ix_note__created_at", "index ix_note__updated_at",
        "index ix_note__text",
    ]  # fmt: skip
    assert raw.execute("SELECT motto, employer, shout FROM person").fetchone() == (
        None, None, "PIA",
    )  # fmt: skip
    raw.execute("INSERT INTO company (id, name) VALUES ('c', 'C')")
    raw.execute("UPDATE person SET employer = 'c'")
    raw.execute("DELETE FROM company")
    assert raw.execute("SELECT count(*) FROM person").fetchone() == (0,)
    assert reshape.misshapen(raw, newer) == []


def test_every_declaredentity_becomes_a_table(tmp_path: Path) -> None:
    registry = crm_registry()
    raw = new_store(tmp_path / "s.crmdesk", registry)
    try:
        for one in registry.entities.values():
            if all(each.default is not None for each in one.fields if each.required):
                raw.execute(f'INSERT INTO "{one.name}" DEFAULT VALUES')
            raw.execute(f'SELECT * FROM "{one.name}"').fetchall()
        assert Tables(registry).add_missing(raw) == []
        assert reshape.misshapen(raw, registry) == []
    finally:
        raw.close()
