"""Older stores are backed up, then migrated in order; what is only added needs no step."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from crmdesk.errors import BugError
from crmdesk.i18n import Label
from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.fieldtypes import TextType
from crmdesk.schema.registry import Field
from crmdesk.store import driver, migrations
from crmdesk.store.engine import NewerStore, Store
from crmdesk.store.migrations import MIGRATIONS, MigrationFailed, Migrations
from crmdesk.store.tables import index_name
from tests.unit.store.smallstore import add, filled, names, registry, reopen, snapshot, tokens

FIRST = Migrations()
"""A program of the first version, which has no steps."""


def _recorded(store: Store) -> list[str]:
    with store.reader() as reader:
        rows = reader.exec_driver_sql("SELECT name FROM migration ORDER BY rowid")
        return list(rows.scalars())


def _version(path: Path) -> int:
    raw = driver.connect(path)
    version: int = raw.execute("PRAGMA user_version").fetchone()[0]
    raw.close()
    return version


def _steps() -> Migrations:
    steps = Migrations()

    @steps.step(2)
    def shout_the_names(connection: sa.Connection) -> None:
        connection.exec_driver_sql("UPDATE firm SET name = upper(name)")

    @steps.step(3)
    def add_a_mark(connection: sa.Connection) -> None:
        connection.exec_driver_sql("UPDATE firm SET name = name || '!'")

    return steps


def test_a_new_store_has_what_all_steps_lead_to(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 2, steps=_steps())
    assert _version(path) == 3
    with reopen(path, steps=_steps()) as store:
        assert _recorded(store) == ["create", "shout_the_names", "add_a_mark"]
        assert all(name.startswith("firm") for name in names(store))
    assert not (tmp_path / "backups").exists()


def test_an_older_store_is_backed_up_and_brought_up_in_order(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 2, steps=FIRST)
    with reopen(path, steps=FIRST) as store:
        before = names(store)
    with reopen(path, steps=_steps()) as store:
        assert names(store) == [name.upper() + "!" for name in before]
        assert _recorded(store) == ["create", "shout_the_names", "add_a_mark"]
    assert _version(path) == 3
    with reopen(path, steps=_steps()) as store, store.reader() as reader:
        state = "SELECT schema_version FROM capture_state"
        assert reader.exec_driver_sql(state).scalar_one() == 3
    (saved,) = (tmp_path / "backups").iterdir()
    assert "-v1." in saved.name
    with Store.open(saved, registry(), tokens=tokens(saved), steps=FIRST) as old:
        assert names(old) == before
        assert _recorded(old) == ["create"]
    # Done once only, and the older program now refuses it.
    with reopen(path, steps=_steps()) as store:
        assert names(store) == [name.upper() + "!" for name in before]
    unchanged = snapshot(tmp_path)
    with pytest.raises(NewerStore, match="version 3"):
        reopen(path, steps=FIRST)
    assert snapshot(tmp_path) == unchanged


def test_a_step_that_fails_is_undone_whole_and_comes_again(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 2, steps=FIRST)
    with reopen(path, steps=FIRST) as store:
        before = names(store)
    steps = _steps()
    broken = True

    @steps.step(4)
    def stumble(connection: sa.Connection) -> None:
        connection.exec_driver_sql("DELETE FROM firm")
        if broken:
            connection.exec_driver_sql("SELECT * FROM nowhere")

    with pytest.raises(MigrationFailed, match="stumble") as caught:
        reopen(path, steps=steps)
    assert "backup" in caught.value.kept
    assert _version(path) == 3
    with reopen(path, steps=_steps()) as store:
        assert names(store) == [name.upper() + "!" for name in before]
    broken = False
    with reopen(path, steps=steps) as store:
        assert names(store) == []
        assert _recorded(store)[-1] == "stumble"


def test_no_backup_no_migration(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 2, steps=FIRST)
    (tmp_path / "backups").write_text("in the way", encoding="utf-8")
    before = snapshot(tmp_path)
    with pytest.raises(Exception, match="backups"):
        reopen(path, steps=_steps())
    assert snapshot(tmp_path) == before


def test_a_step_may_rebuild_a_table_that_others_refer_to(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 3, steps=FIRST)
    raw = driver.connect(path)
    raw.execute("CREATE TABLE visit (id TEXT PRIMARY KEY, firm TEXT REFERENCES firm(id))")
    raw.execute("INSERT INTO visit SELECT id, id FROM firm")
    raw.close()
    steps = Migrations()

    @steps.step(2, rebuilds=True)
    def rebuild(connection: sa.Connection) -> None:
        made = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE name = 'firm'"
        ).scalar_one()
        connection.exec_driver_sql("CREATE TEMP TABLE saved AS SELECT * FROM firm")
        connection.exec_driver_sql("DROP TABLE firm")
        connection.exec_driver_sql(str(made))
        connection.exec_driver_sql("INSERT INTO firm SELECT * FROM saved")
        connection.exec_driver_sql("DROP TABLE saved")

    with reopen(path, steps=steps) as store:
        assert len(names(store)) == 3
        with store.reader() as reader:
            assert reader.exec_driver_sql("SELECT count(*) FROM visit").scalar_one() == 3
        with store.write() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_a_rebuild_that_breaks_references_is_undone(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 3, steps=FIRST)
    raw = driver.connect(path)
    raw.execute("CREATE TABLE visit (id TEXT PRIMARY KEY, firm TEXT REFERENCES firm(id))")
    raw.execute("INSERT INTO visit SELECT id, id FROM firm")
    raw.close()
    steps = Migrations()

    @steps.step(2, rebuilds=True)
    def lose(connection: sa.Connection) -> None:
        connection.exec_driver_sql("DELETE FROM firm")

    with pytest.raises(BugError, match="broken references"):
        reopen(path, steps=steps)
    assert _version(path) == 1
    with reopen(path, steps=FIRST) as store:
        assert len(names(store)) == 3


def test_steps_are_declared_without_gaps_and_names_twice() -> None:
    steps = _steps()
    with pytest.raises(BugError, match="follow"):
        steps.step(5)(lambda _: None)

    def add_a_mark(_connection: sa.Connection) -> None:
        """Another of that name."""

    with pytest.raises(BugError, match="Two migrations"):
        steps.step(4)(add_a_mark)
    assert MIGRATIONS.version == migrations.FIRST_VERSION + len(MIGRATIONS.pending(0))


def test_a_picture_that_was_kept_in_the_store_goes(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 2, steps=FIRST)
    raw = driver.connect(path)
    raw.execute("INSERT INTO store_info (key, value) VALUES ('glimpse', '{}')")
    before = dict(raw.execute("SELECT key, value FROM store_info").fetchall())
    raw.close()
    with reopen(path, steps=MIGRATIONS) as store, store.reader() as reader:
        left = dict(tuple(row) for row in reader.exec_driver_sql("SELECT * FROM store_info"))
        assert set(left) == set(before) - {"glimpse"}
        assert _recorded(store)[:2] == ["create", "take_the_picture_out"]
        assert len(names(store)) == 2


def test_indexes_of_due_dates_give_way_to_those_with_the_state(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with Store.create(path, crm_registry(), tokens=tokens(path), steps=FIRST):
        pass
    old, new = index_name("task", "due"), index_name("task", "due", "done")
    raw = driver.connect(path)
    raw.execute(f"DROP INDEX {new}")
    raw.execute(f"CREATE INDEX {old} ON task (due)")
    raw.close()
    with Store.open(path, crm_registry(), tokens=tokens(path)) as store:
        assert "index_what_is_late" in _recorded(store)
        with store.reader() as reader:
            there = reader.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'")
            indexes = set(there.scalars())
    assert new in indexes
    assert old not in indexes


# ------------------------------------------------------------------ what is only added


def test_a_newly_declared_field_is_added_and_the_data_stays(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 3)
    later = registry(
        Field("city", TextType(), Label("City", "城市"), indexed=True),
        Field("staff", TextType(), Label("Staff", "员工")),
        Field("loud", TextType(), Label("Loud", "大声"), computed="upper(name)"),
    )
    with Store.open(path, later, tokens=tokens(path)) as store:
        assert {"firm.city", "firm.staff", "firm.loud"} <= set(store.brought)
        with store.write() as connection:
            connection.exec_driver_sql("UPDATE firm SET city = 'Hamburg', staff = 3")
            add(connection, "zz")
            rows = connection.exec_driver_sql(
                "SELECT city, staff, loud FROM firm ORDER BY name"
            ).fetchall()
        assert rows[0][0] == "Hamburg"
        assert rows[0][2].startswith("FIRM 0")
        assert tuple(rows[-1]) == (None, None, "ZZ")
    with Store.open(path, later, tokens=tokens(path)) as store:
        assert store.brought == ()
    # An older declaration leaves alone what it does not know.
    with reopen(path) as store:
        assert store.brought == () or all("triggers" in line for line in store.brought)
        assert len(names(store)) == 4
