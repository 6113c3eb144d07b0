"""The driver's and the system's errors, brought about for real, as the user hears them."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from crmdesk.errors import KnownError
from crmdesk.jobs import Cancelled
from crmdesk.store import driver, failures
from crmdesk.store.failures import explain, explained


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.sqlite3"
    raw = driver.connect(path, create=True)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("CREATE TABLE thing (a TEXT UNIQUE)")
    raw.execute("INSERT INTO thing VALUES ('x')")
    raw.close()
    return path


@pytest.fixture
def raw(file: Path) -> Iterator[driver.RawConnection]:
    connection = driver.connect(file, busy_ms=20)
    yield connection
    connection.close()


def _fail(raw: driver.RawConnection, sql: str) -> BaseException:
    with pytest.raises(driver.DriverError) as caught:
        raw.execute(sql).fetchall()
    return caught.value


def test_locked(file: Path, raw: driver.RawConnection) -> None:
    other = driver.connect(file)
    other.execute("BEGIN IMMEDIATE")
    known = explain(_fail(raw, "INSERT INTO thing VALUES ('y')"), file)
    other.close()
    assert isinstance(known, failures.StoreLocked)


def test_full(file: Path, raw: driver.RawConnection) -> None:
    raw.execute("PRAGMA max_page_count = 3")
    known = explain(_fail(raw, "INSERT INTO thing VALUES (randomblob(100000))"), file)
    assert isinstance(known, failures.StoreFull)


def test_read_only(file: Path, raw: driver.RawConnection) -> None:
    raw.execute("PRAGMA query_only = ON")
    known = explain(_fail(raw, "INSERT INTO thing VALUES ('y')"), file)
    assert isinstance(known, failures.StoreReadOnly)


def test_damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    spoiled = driver.connect(file)
    known = explain(_fail(spoiled, "SELECT * FROM thing"), file)
    spoiled.close()
    assert isinstance(known, failures.StoreDamaged)


def test_no_database(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Name\n" * 1000)
    with pytest.raises(failures.NotAStore), explained(path):
        driver.connect(path).execute("SELECT * FROM sqlite_master")


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(failures.StoreUnreachable), explained(tmp_path):
        driver.connect(tmp_path / "nowhere" / "a.sqlite3", create=True)


def test_interrupted_is_a_cancel_and_no_error(file: Path, raw: driver.RawConnection) -> None:
    raw.set_progress_handler(lambda: 1, 1)
    assert isinstance(explain(_fail(raw, "SELECT count(*) FROM thing"), file), Cancelled)


def test_mistakes_of_ours_are_not_blamed_on_the_disk(file: Path, raw: driver.RawConnection) -> None:
    assert explain(_fail(raw, "SELECT nonsense"), file) is None
    assert explain(_fail(raw, "INSERT INTO thing VALUES ('x')"), file) is None
    assert explain(ValueError(), file) is None
    with pytest.raises(driver.DriverError), explained(file):
        raw.execute("SELECT nonsense")


def test_errors_that_sqlalchemy_wraps_are_the_same(file: Path) -> None:
    engine = driver.engine(lambda: driver.connect(file, readonly=True), sa.pool.NullPool)
    with engine.connect() as connection, pytest.raises(failures.StoreReadOnly), explained(file):
        connection.exec_driver_sql("DELETE FROM thing")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, failures.StoreFull),
        (errno.EDQUOT, failures.StoreFull),
        (errno.EACCES, failures.StoreReadOnly),
        (errno.EROFS, failures.StoreReadOnly),
        (errno.EIO, failures.StoreUnreachable),
    ],
)
def test_errors_of_the_system(code: int, kind: type[KnownError]) -> None:
    known = explain(OSError(code, "said the system", "/data/file"), Path("/data"))
    assert isinstance(known, kind)
    assert "/data/file" in str(known)
    assert known.kept
    assert known.hint


def test_an_sqlite_that_can_damage_stores_is_refused() -> None:
    driver.refuse_old_sqlite()
    with pytest.raises(KnownError, match=r"3\.51\.2"):
        driver.refuse_old_sqlite((3, 51, 2))
