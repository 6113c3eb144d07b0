"""Making, opening and refusing stores; the writer, the readers and cancel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import Label
from crmdesk.jobs import Cancelled, CancelToken
from crmdesk.schema.fieldtypes import TextType
from crmdesk.schema.registry import Field
from crmdesk.store import driver, failures
from crmdesk.store.engine import NewerStore, Store
from crmdesk.store.migrations import MIGRATIONS
from tests.unit.store.smallstore import (
    add,
    filled,
    make,
    names,
    registry,
    reopen,
    snapshot,
    tokens,
    unprivileged_folder,
)

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_a_new_store_has_the_settings_that_the_design_asks_for(tmp_path: Path) -> None:
    with make(tmp_path / "a.sqlite3") as store, store.write() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "recursive_triggers",
                "application_id",
                "user_version",
            )
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "application_id": driver.APPLICATION_ID,
        "user_version": MIGRATIONS.version,
    }


def test_what_is_written_is_there_after_closing(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with make(path) as store, store.write() as connection:
        add(connection, "Beyer", "Adler")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.sqlite3", "tokens"]
    with reopen(path) as store:
        assert names(store) == ["Adler", "Beyer"]


def test_a_path_with_odd_letters_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "客户 50%? #1 ä" / "my store?mode=ro.sqlite3"
    with make(path) as store, store.write() as connection:
        add(connection, "Adler")
    assert path.is_file()
    with reopen(path) as store:
        assert names(store) == ["Adler"]


def test_create_takes_no_place_that_is_taken(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 1)
    before = snapshot(tmp_path)
    with pytest.raises(KnownError, match="exists already"):
        make(path)
    assert snapshot(tmp_path) == before
    # A log left of another store would be played into the new one.
    Path(f"{tmp_path / 'b.sqlite3'}-wal").write_bytes(b"left")
    with pytest.raises(KnownError, match="exists already"):
        make(tmp_path / "b.sqlite3")
    assert not (tmp_path / "b.sqlite3").exists()


def test_a_failure_while_making_leaves_nothing(tmp_path: Path) -> None:
    broken = registry(Field("rate", TextType(), Label("Rate", "率"), computed="no_such(1) +"))
    with pytest.raises(driver.DriverError):
        Store.create(tmp_path / "a.sqlite3", broken, tokens=tokens(tmp_path / "a.sqlite3"))
    assert snapshot(tmp_path) == {}


class _Stop(RuntimeError):
    """Injected."""


def _add_and_stop(store: Store, name: str) -> None:
    with store.write() as connection:
        add(connection, name)
        raise _Stop


def test_an_error_rolls_the_whole_transaction_back(tmp_path: Path) -> None:
    with make(tmp_path / "a.sqlite3") as store:
        with pytest.raises(_Stop):
            _add_and_stop(store, "Adler")
        assert names(store) == []
        with store.write() as outer:
            add(outer, "Beyer")
            with pytest.raises(_Stop):
                _add_and_stop(store, "Czerny")
        assert names(store) == ["Beyer"]


def test_readers_see_one_state_and_do_not_wait_for_the_writer(tmp_path: Path) -> None:
    with make(tmp_path / "a.sqlite3") as store:
        with store.write() as connection:
            add(connection, "Adler")
            assert names(store) == []
        with store.reader() as reader:
            count = sa.text("SELECT count(*) FROM firm")
            assert reader.execute(count).scalar_one() == 1
            with store.write() as connection:
                add(connection, "Beyer")
            assert reader.execute(count).scalar_one() == 1
        assert names(store) == ["Adler", "Beyer"]


def test_more_readers_than_the_pool_keeps(tmp_path: Path) -> None:
    with make(tmp_path / "a.sqlite3") as store:
        opened = [store.reader() for _ in range(12)]
        for each in opened:
            assert each.__enter__().exec_driver_sql("SELECT 1").scalar_one() == 1
        for each in opened:
            each.__exit__(None, None, None)


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    with make(tmp_path / "a.sqlite3") as store:
        with pytest.raises(BugError, match="reader"), store.reader() as reader:
            add(reader, "Adler")
        assert names(store) == []


def test_writers_of_one_process_take_turns(tmp_path: Path) -> None:
    with make(tmp_path / "a.sqlite3") as store:

        def work(number: int) -> None:
            for step in range(10):
                with store.write() as connection:
                    add(connection, f"{number}-{step}")

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(names(store)) == 40


def test_a_long_query_is_cancelled_from_another_thread(tmp_path: Path) -> None:
    with make(tmp_path / "a.sqlite3") as store:
        token = CancelToken()
        timer = threading.Timer(0.05, token.cancel)
        timer.start()
        with pytest.raises(Cancelled), store.reader(token) as reader:
            reader.exec_driver_sql(ENDLESS).scalar_one()
        timer.join()
        # The connection goes on to serve others, and a late cancel does not touch them.
        token.cancel()
        for _ in range(8):
            assert names(store) == []
        with pytest.raises(Cancelled), store.reader(token):
            pytest.fail("a cancelled reader was opened")


def test_a_cancel_before_the_query_is_not_lost(tmp_path: Path) -> None:
    with make(tmp_path / "a.sqlite3") as store:
        token = CancelToken()
        with store.reader(token) as reader:
            token.cancel()
            with pytest.raises(sa.exc.OperationalError, match="interrupted"):
                reader.exec_driver_sql(ENDLESS).scalar_one()


def test_a_store_that_another_program_writes_to_is_locked(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 3)
    with reopen(path, busy_ms=50) as store:
        other = driver.connect(path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(failures.StoreLocked) as caught, store.write():
            pytest.fail("wrote into a locked store")
        assert str(path) in str(caught.value)
        assert caught.value.kept
        assert caught.value.hint
        with pytest.raises(failures.StoreLocked):
            reopen(path, busy_ms=50)
        assert len(names(store)) == 3
        other.execute("ROLLBACK")
        other.close()
        with store.write() as connection:
            add(connection, "z")
        assert len(names(store)) == 4


def test_use_after_closing_is_a_bug(tmp_path: Path) -> None:
    store = make(tmp_path / "a.sqlite3")
    store.close()
    store.close()
    with pytest.raises(BugError), store.reader():
        pytest.fail("read a closed store")
    with pytest.raises(BugError), store.write():
        pytest.fail("wrote a closed store")


def test_a_reader_that_outlives_the_store_leaves_no_file_open(tmp_path: Path) -> None:
    store = make(tmp_path / "a.sqlite3")
    with store.reader() as reader:
        reader.exec_driver_sql("SELECT 1")
        store.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.sqlite3", "tokens"]


# ------------------------------------------------------------------ files that are refused


def _not_sqlite(path: Path) -> None:
    path.write_bytes(b"Name,City\nAdler,Hamburg\n" * 50)


def _like_encrypted(path: Path) -> None:
    path.write_bytes(os.urandom(8192))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _of_another_program(path: Path) -> None:
    raw = driver.dbapi2.connect(str(path))
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("CREATE TABLE visits (a)")
    raw.close()


def _ours_by_the_header_alone(path: Path) -> None:
    raw = driver.dbapi2.connect(str(path))
    raw.execute(f"PRAGMA application_id = {driver.APPLICATION_ID}")
    raw.execute("CREATE TABLE visits (a)")
    raw.close()


def _truncated(path: Path) -> None:
    filled(path)
    os.truncate(path, path.stat().st_size - 4096)


def _cut_in_the_header(path: Path) -> None:
    filled(path)
    os.truncate(path, 60)


def _schema_overwritten(path: Path) -> None:
    filled(path)
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3000)


def _bad_page_size(path: Path) -> None:
    filled(path)
    with path.open("r+b") as file:
        file.seek(16)
        file.write(b"\x12\x34")


def _newer(path: Path) -> None:
    filled(path)
    raw = driver.connect(path)
    raw.execute("PRAGMA user_version = 4711")
    raw.close()


@pytest.mark.parametrize(
    ("spoil", "error", "says"),
    [
        (_not_sqlite, failures.NotAStore, "no SQLite file"),
        (_like_encrypted, failures.NotAStore, "key file"),
        (_empty, failures.NotAStore, "empty"),
        (_of_another_program, failures.NotAStore, "another program"),
        (_ours_by_the_header_alone, failures.StoreDamaged, "table migration is missing"),
        (_truncated, failures.StoreDamaged, "bytes"),
        (_cut_in_the_header, failures.StoreDamaged, "first page"),
        (_schema_overwritten, failures.StoreDamaged, "malformed"),
        (_bad_page_size, failures.StoreDamaged, "page size"),
        (_newer, NewerStore, "4711"),
    ],
)
def test_a_file_that_cannot_be_opened_is_left_byte_for_byte(
    tmp_path: Path, spoil: object, error: type[KnownError], says: str
) -> None:
    path = tmp_path / "a.sqlite3"
    spoil(path)  # type: ignore[operator]
    before = snapshot(tmp_path)
    with pytest.raises(error) as caught:
        reopen(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.kept
    assert caught.value.hint
    assert snapshot(tmp_path) == before


def test_no_file_and_no_plain_file(tmp_path: Path) -> None:
    with pytest.raises(failures.NotAStore, match="There is no store"):
        reopen(tmp_path / "a.sqlite3")
    with pytest.raises(failures.NotAStore, match="not a file"):
        reopen(tmp_path)
    assert snapshot(tmp_path) == {}


def test_a_newer_version_that_is_still_in_the_log_is_refused(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3")
    other = driver.connect(path)
    other.execute("PRAGMA user_version = 4711")
    with pytest.raises(NewerStore):
        reopen(path)
    assert other.execute("SELECT count(*) FROM firm").fetchone()[0] == 200
    other.close()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions of POSIX")
@pytest.mark.parametrize("part", ["file", "folder"])
def test_a_read_only_file_or_folder_is_refused(part: str) -> None:
    with unprivileged_folder() as folder:
        home = folder / "data"
        home.mkdir()
        path = filled(home / "a.sqlite3", 3, tokens=tokens(folder / "x"))
        target, mode = (path, 0o444) if part == "file" else (home, 0o555)
        before = snapshot(home)
        target.chmod(mode)
        try:
            with pytest.raises(failures.StoreReadOnly) as caught:
                reopen(path, tokens=tokens(folder / "x"))
            assert str(target) in str(caught.value)
            if part == "folder":
                with pytest.raises(failures.StoreReadOnly):
                    make(home / "b.sqlite3", tokens=tokens(folder / "x"))
        finally:
            target.chmod(0o755)
        assert snapshot(home) == before
        with reopen(path, tokens=tokens(folder / "x")) as store:
            assert len(names(store)) == 3


def test_a_full_disk_keeps_what_was_saved(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 50)
    with reopen(path) as store:
        with store.connections.outside_transaction() as raw:
            pages = raw.execute("PRAGMA page_count").fetchone()[0]
            raw.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(failures.StoreFull) as caught, store.write() as connection:
            add(connection, *("y" * 3000 for _ in range(50)))
        assert caught.value.hint
        assert len(names(store)) == 50
    with reopen(path) as store:
        assert len(names(store)) == 50


_FULL = """
    import os, resource, signal, sys
    from pathlib import Path
    from crmdesk.errors import KnownError
    from crmdesk.store import failures
    from tests.unit.store.smallstore import add, make, names, reopen

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    path = Path(sys.argv[1])
    if sys.argv[2] == "write":
        store = reopen(path)
        assert len(names(store)) == 50
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    try:
        if sys.argv[2] == "write":
            with store.write() as connection:
                add(connection, *("y" * 3000 for _ in range(2000)))
        elif sys.argv[2] == "open":
            reopen(path)
        else:
            make(path)
    except KnownError as error:
        print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of file sizes that fails like a disk")
@pytest.mark.parametrize("act", ["write", "open", "create"])
def test_writes_that_the_system_refuses_are_told_and_undone(tmp_path: Path, act: str) -> None:
    path = tmp_path / "a.sqlite3"
    if act != "create":
        filled(path, 50)
    before = snapshot(tmp_path)
    limit = 0 if act == "open" else 20_000
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_FULL), str(path), act, str(limit)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.strip() in ("StoreUnreachable", "StoreFull"), done.stderr
    if act == "create":
        assert snapshot(tmp_path) == {}
        return
    if act == "open":
        assert {k: v for k, v in snapshot(tmp_path).items() if "-" not in k} == before
    with reopen(path) as store:
        assert len(names(store)) == 50


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Path:
    """A real file system of 1 MiB, where this process may mount one."""
    where = tmp_path / "disk"
    where.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("cannot mount a small disk")
    options = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(where)]
    if subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("cannot mount a small disk")
    return where


def _write_on(store: Store) -> None:
    for number in range(2000):
        with store.write() as connection:
            add(connection, f"{number:04d}" + "y" * 3000)


def test_a_disk_that_is_really_full(tiny_disk: Path, tmp_path: Path) -> None:
    path = tiny_disk / "a.sqlite3"
    try:
        with make(path, tokens=tokens(tmp_path / "x")) as store:
            with pytest.raises(failures.StoreFull), store.write() as connection:
                add(connection, *("y" * 3000 for _ in range(2000)))
            assert names(store) == []
            with pytest.raises(failures.StoreFull):
                _write_on(store)
            kept = len(names(store))
            assert kept > 0
        with reopen(path, tokens=tokens(tmp_path / "x")) as store:
            assert [name[:4] for name in names(store)] == [f"{n:04d}" for n in range(kept)]
    finally:
        subprocess.run(["umount", str(tiny_disk)], check=True)


# ------------------------------------------------------------------ what is known as laid out
