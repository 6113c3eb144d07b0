"""Checks find what is wrong; upkeep keeps what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.errors import BugError
from crmdesk.store import driver, maintenance
from tests.unit.store.smallstore import add, filled, names, reopen


def test_a_sound_store_has_no_problems(tmp_path: Path) -> None:
    with reopen(filled(tmp_path / "a.sqlite3")) as store:
        assert maintenance.problems(store.connections) == []


def test_a_broken_reference_and_a_spoiled_page_are_found(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3")
    raw = driver.connect(path)
    raw.execute("PRAGMA foreign_keys = OFF")
    raw.execute("CREATE TABLE visit (id TEXT PRIMARY KEY, firm TEXT REFERENCES firm(id))")
    raw.execute("INSERT INTO visit VALUES ('v', 'nobody')")
    root = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'firm'").fetchone()[0]
    raw.close()
    with reopen(path) as store:
        assert maintenance.problems(store.connections) == [
            "visit: row 1 refers to a row of firm that is not there"
        ]
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\x07" * 64)
    with reopen(path) as store:
        assert maintenance.problems(store.connections)


def test_vacuum_gives_room_back_and_keeps_the_rows(tmp_path: Path) -> None:
    with reopen(filled(tmp_path / "a.sqlite3", 4000)) as store:
        with store.write() as connection:
            connection.exec_driver_sql("DELETE FROM firm WHERE name NOT LIKE 'firm 11%'")
        kept = names(store)
        assert maintenance.vacuum(store.connections) > 100_000
        assert names(store) == kept
        assert maintenance.problems(store.connections) == []
        with pytest.raises(BugError), store.write():
            maintenance.vacuum(store.connections)


def test_statistics_and_the_text_index(tmp_path: Path) -> None:
    with reopen(filled(tmp_path / "a.sqlite3")) as store:
        with store.write() as connection:
            connection.exec_driver_sql("CREATE VIRTUAL TABLE words USING fts5(a)")
            connection.exec_driver_sql("CREATE VIRTUAL TABLE bare USING fts5(a, content='')")
        for number in range(5):
            with store.write() as connection:
                for table in ("words", "bare"):
                    connection.exec_driver_sql(
                        f"INSERT INTO {table} (rowid, a) VALUES (?, ?)", (number, f"word{number}")
                    )
        with store.reader() as reader:
            parts = "SELECT count(DISTINCT segid) FROM {}_idx"
            assert reader.exec_driver_sql(parts.format("words")).scalar_one() > 1
        merged = maintenance.merge_search(store.connections)
        assert {"words", "bare"} <= set(merged)
        with store.reader() as reader:
            for table in ("words", "bare"):
                assert reader.exec_driver_sql(parts.format(table)).scalar_one() == 1
                found = f"SELECT rowid FROM {table} WHERE {table} MATCH 'word3'"
                assert reader.exec_driver_sql(found).scalar_one() == 3
        maintenance.optimize(store.connections)
        maintenance.analyze(store.connections)
        with store.write() as connection:
            add(connection, "after")
            assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_stat1").scalar_one()
