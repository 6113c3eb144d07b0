"""A store that is known is not compared with the declaration again until something changes."""

from __future__ import annotations

from pathlib import Path

from crmdesk.i18n import Label
from crmdesk.schema.fieldtypes import TextType
from crmdesk.schema.registry import Field
from crmdesk.store import driver
from crmdesk.store.engine import Store
from tests.unit.store.smallstore import add, filled, registry, reopen, tokens


def _changed(path: Path, sql: str) -> None:
    raw = driver.connect(path)
    raw.execute(sql)
    raw.close()


def _triggers(store: Store) -> int:
    with store.reader() as reader:
        found = reader.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
        return int(found.scalar_one())


def test_a_known_store_is_not_compared_again_until_its_schema_changes(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 2)
    with reopen(path, declared="first") as store:
        whole = _triggers(store)
    # Past SQLite's count of changes, as no program does: what is known is not looked at.
    raw = driver.connect(path)
    raw.execute("PRAGMA writable_schema = ON")
    raw.execute("DELETE FROM sqlite_master WHERE name = 'capture_firm_update'")
    raw.close()
    with reopen(path, declared="first") as store:
        assert store.brought == ()
        assert _triggers(store) == whole - 1
    with reopen(path, declared="second") as store:
        assert store.brought == ("triggers of firm",)
        assert _triggers(store) == whole
    _changed(path, "DROP TRIGGER capture_firm_update")
    with reopen(path, declared="second") as store:
        assert store.brought == ("triggers of firm",)
        assert _triggers(store) == whole
    with reopen(path, declared="second") as store:
        assert store.brought == ()


def test_a_known_store_gets_what_a_wider_declaration_adds(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 2)
    reopen(path, declared="first").close()
    wider = registry(Field("city", TextType(), Label("City", "城市")))
    with Store.open(path, wider, tokens=tokens(path), declared="wider") as store:
        assert "firm.city" in store.brought
    with reopen(path, declared="first") as store, store.write() as connection:
        connection.exec_driver_sql("DELETE FROM capture_state")
    with reopen(path, declared="first") as store, store.write() as connection:
        add(connection, "new")
        logged = connection.exec_driver_sql("SELECT count(*) FROM change_log").scalar_one()
        assert logged == 3
