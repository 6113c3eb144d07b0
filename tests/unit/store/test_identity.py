"""A copied, restored or cloned store starts a new stream; the store that we left does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crmdesk.store.engine import Store
from crmdesk.store.identity import Tokens, hardware_mark, read_info
from tests.unit.store.smallstore import add, filled, make, registry, reopen, tokens


def _state(store: Store) -> tuple[str, int]:
    with store.reader() as reader:
        row = reader.exec_driver_sql("SELECT stream, seq FROM capture_state WHERE id = 1").one()
    return str(row[0]), int(row[1])


def test_the_store_that_we_left_goes_on_in_its_stream(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with make(path) as store:
        stream, device = store.stream, store.device
        assert _state(store) == (stream, 0)
        assert store.identity.fresh == "the store is new"
    for _ in range(3):
        with reopen(path) as store:
            assert (store.stream, store.device) == (stream, device)
            assert store.identity.fresh == ""


def test_two_programs_have_it_open_in_one_stream(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 1)
    with reopen(path) as first, reopen(path) as second:
        assert first.stream == second.stream
        stream = first.stream
    with reopen(path) as store:
        assert store.stream == stream


def test_a_program_that_died_goes_on_in_its_stream(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 1)
    dead = reopen(path)
    stream = dead.stream
    dead.connections.close()
    with reopen(path) as store:
        assert store.stream == stream


def test_a_new_stream_counts_from_one_and_keeps_the_clock(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 1)
    with reopen(path) as store, store.write() as connection:
        connection.exec_driver_sql("UPDATE capture_state SET seq = 17, hlc = 4711")
        old = store.stream
    with reopen(path, tokens=tokens(path, "elsewhere")) as store:
        assert store.stream != old
        assert _state(store) == (store.stream, 0)
        with store.reader() as reader:
            clock = reader.exec_driver_sql("SELECT hlc FROM capture_state").scalar_one()
        assert int(clock) == 4711


def test_on_another_machine_it_is_another_device(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 1)
    with reopen(path) as store:
        stream, device = store.stream, store.device
    # The whole home folder came along, tokens and all.
    with reopen(path, tokens=tokens(path, "elsewhere")) as store:
        assert store.stream != stream
        assert store.device != device
        assert "another machine" in store.identity.fresh
    # Or only the store did.
    with reopen(path, tokens=Tokens(tmp_path / "other tokens", "third")) as store:
        assert "not on this device" in store.identity.fresh


def test_an_older_copy_put_back_is_a_new_stream(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 1)
    saved = tmp_path / "saved"
    shutil.copyfile(path, saved)
    with reopen(path) as store:
        stream = store.stream
    shutil.copyfile(saved, path)
    with reopen(path) as store:
        assert store.stream != stream
        assert "restored" in store.identity.fresh
        later = store.stream
    with reopen(path) as store:
        assert store.stream == later


def test_a_copy_taken_while_it_was_open_is_known_too(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 1)
    saved = tmp_path / "saved"
    with reopen(path) as store:
        stream = store.stream
        with store.connections.outside_transaction() as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(path, saved)
        with store.write() as connection:
            add(connection, "after the copy")
    shutil.copyfile(saved, path)
    with reopen(path) as store:
        assert store.stream != stream


def test_a_backup_opened_as_a_store_is_a_new_stream_once(tmp_path: Path) -> None:
    with reopen(filled(tmp_path / "a.sqlite3", 1)) as store:
        saved, stream, known = store.back_up(), store.stream, store.identity.store
    with reopen(saved, tokens=tokens(tmp_path / "a.sqlite3")) as store:
        assert "backup" in store.identity.fresh
        assert store.identity.store == known
        first = store.stream
        assert first != stream
    with reopen(saved, tokens=tokens(tmp_path / "a.sqlite3")) as store:
        assert store.stream == first


@pytest.mark.parametrize("content", ["", "[]", '{"stream": 1}', "{", '{"opens": "x"}'])
def test_a_damaged_token_costs_a_new_stream_and_no_more(tmp_path: Path, content: str) -> None:
    path = filled(tmp_path / "a.sqlite3", 1)
    with reopen(path) as store:
        stream = store.stream
    for token in (tmp_path / "tokens").iterdir():
        token.write_text(content, encoding="utf-8")
    with reopen(path) as store:
        assert store.stream != stream


def test_what_the_store_knows_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with make(path) as store, store.reader() as reader:
        info = read_info(reader)
        assert info["stream"] == store.stream
        assert info["device"] == store.device
        assert info["store"] == store.identity.store
        assert info["created_at"].endswith("Z")


def test_two_stores_are_two(tmp_path: Path) -> None:
    with make(tmp_path / "a.sqlite3") as one, make(tmp_path / "b.sqlite3") as two:
        assert one.identity.store != two.identity.store
        assert one.stream != two.stream
        assert one.device == two.device


def test_the_machine_is_told_by_a_mark_that_stays(tmp_path: Path) -> None:
    assert hardware_mark() == hardware_mark()
    own = Path("/etc/machine-id")
    if own.is_file():
        assert own.read_text(encoding="ascii").strip() not in hardware_mark()
    path = tmp_path / "a.sqlite3"
    with Store.create(path, registry(), tokens=Tokens(tmp_path / "t")) as store:
        stream = store.stream
    with Store.open(path, registry(), tokens=Tokens(tmp_path / "t")) as store:
        assert store.stream == stream
