"""Backups are whole, verified, taken while others write, and never half there."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.jobs import Cancelled
from crmdesk.store import backup, driver
from tests.unit.store.smallstore import add, filled, names, reopen


def test_a_backup_is_the_store_of_one_moment(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.sqlite3", 3000)
    told: list[tuple[int, int]] = []
    with reopen(path) as store:
        before = names(store)

        def write_meanwhile(done: int, total: int, _text: str) -> None:
            told.append((done, total))
            with store.write() as connection:
                add(connection, f"later {len(told)}")

        saved = store.back_up(progress=write_meanwhile)
        assert names(store) != before
    assert told[-1][0] == told[-1][1] > 0
    assert saved.parent == tmp_path / "backups"
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]
    with reopen(saved) as copy:
        assert names(copy) == before


def test_backups_in_one_second_do_not_overwrite_each_other(tmp_path: Path) -> None:
    with reopen(filled(tmp_path / "a.sqlite3", 1)) as store:
        saved = [store.back_up() for _ in range(3)]
        assert backup.copies_of(store.path) == saved


def test_a_cancelled_backup_leaves_nothing(tmp_path: Path) -> None:
    with reopen(filled(tmp_path / "a.sqlite3", 100)) as store:

        def cancel(*_: object) -> None:
            raise Cancelled

        with pytest.raises(Cancelled):
            store.back_up(progress=cancel)
        assert list((tmp_path / "backups").iterdir()) == []
        assert len(names(store)) == 100


def _lose_rows(path: Path) -> None:
    raw = driver.connect(path)
    raw.execute("DELETE FROM firm WHERE name LIKE 'firm 1%'")
    raw.close()


def _flip_bytes(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 4096)
        file.write(b"\xff" * 300)


def _drop_table(path: Path) -> None:
    raw = driver.connect(path)
    raw.execute("DROP TABLE firm")
    raw.close()


@pytest.mark.parametrize("spoil", [_lose_rows, _flip_bytes, _drop_table])
def test_a_copy_that_is_not_the_store_is_not_believed(tmp_path: Path, spoil: object) -> None:
    with reopen(filled(tmp_path / "a.sqlite3", 400)) as store:
        saved = store.back_up()
        with store.reader() as reader:
            expected = backup.row_counts(reader)
    # The mark that will start a new stream.
    expected["store_info"] += 1
    backup.verify_copy(saved, expected, None)
    spoil(saved)  # type: ignore[operator]
    with pytest.raises(backup.BackupFailed):
        backup.verify_copy(saved, expected, None)
