"""The picture that a window leaves of its store: shown as long as it is true, and never else."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crmdesk import paths
from crmdesk.ops.changes import Create
from crmdesk.ops.workspace import Workspace
from crmdesk.store import driver, glimpse
from crmdesk.store.encryption import encrypt
from tests.unit.ops.workspaces import fresh
from tests.unit.store.test_keys import MemoryVault

PICTURE = glimpse.Picture(3, 2, 1.5, bytes(range(24)))
OTHER = glimpse.Picture(3, 2, 1.5, bytes(24))
ABOUT = {"language": "en", "theme": "dark"}
SEEN = glimpse.Glimpse(PICTURE, ABOUT)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Workspace]:
    with fresh(tmp_path) as workspace:
        workspace.run(Create("company", {"name": "Kestrel Pumps"}))
        yield workspace


@pytest.fixture
def store(desk: Workspace) -> Path:
    """A store that was closed."""
    desk.close()
    return desk.path


def kept() -> list[Path]:
    """The files of all pictures."""
    return sorted(paths.cache_dir().iterdir())


def test_it_is_seen_while_nothing_has_changed(store: Path) -> None:
    assert glimpse.look(store) is None
    before = store.read_bytes()
    glimpse.keep(store, PICTURE, ABOUT)
    assert glimpse.look(store) == SEEN
    assert glimpse.look(store) == SEEN
    assert store.read_bytes() == before
    assert not list(store.parent.glob(f"{store.name}-*"))


def test_any_change_ends_it(store: Path) -> None:
    glimpse.keep(store, PICTURE, ABOUT)
    # As another program writes, which knows nothing of windows.
    other = driver.connect(store)
    other.execute("UPDATE company SET city = 'Hull'")
    assert glimpse.look(store) is None
    other.close()
    assert glimpse.look(store) is None
    glimpse.keep(store, PICTURE, ABOUT)
    assert glimpse.look(store) == SEEN


def test_none_is_left_while_another_program_writes(store: Path) -> None:
    glimpse.keep(store, PICTURE, ABOUT)
    other = driver.connect(store)
    other.execute("UPDATE company SET city = 'Hull'")
    glimpse.keep(store, PICTURE, ABOUT)
    assert kept() == []
    other.close()


def test_another_day_ends_it(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    glimpse.keep(store, PICTURE, ABOUT)

    class Tomorrow(date):
        @classmethod
        def today(cls) -> Tomorrow:
            return cls.fromordinal(date.today().toordinal() + 1)

    monkeypatch.setattr(glimpse, "date", Tomorrow)
    assert glimpse.look(store) is None


def test_the_same_picture_is_written_once(store: Path) -> None:
    glimpse.keep(store, PICTURE, ABOUT)
    about, pixels = kept()
    first = pixels.stat()
    driver.connect(store).execute("UPDATE company SET city = 'Hull'").connection.close()
    glimpse.keep(store, PICTURE, {"theme": "light"})
    # A file that is written anew is another file.
    assert pixels.stat().st_ino == first.st_ino
    assert pixels.stat().st_mtime_ns == first.st_mtime_ns
    assert glimpse.look(store) == glimpse.Glimpse(PICTURE, {"theme": "light"})
    glimpse.keep(store, OTHER, ABOUT)
    assert glimpse.look(store) == glimpse.Glimpse(OTHER, ABOUT)
    assert kept() == [about, pixels]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_others_cannot_read_it(store: Path) -> None:
    glimpse.keep(store, PICTURE, ABOUT)
    assert [file.stat().st_mode & 0o077 for file in kept()] == [0, 0]


@pytest.mark.parametrize("content", [b"", b"Dear Sir"])
def test_what_is_no_store_has_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    glimpse.keep(path, PICTURE, ABOUT)
    assert glimpse.look(path) is None
    assert path.read_bytes() == content
    assert not list(tmp_path.glob("letter.txt-*"))
    assert glimpse.look(tmp_path / "none") is None
    assert kept() == []


def test_a_damaged_one_is_none(store: Path) -> None:
    glimpse.keep(store, PICTURE, ABOUT)
    about, pixels = kept()
    whole = json.loads(about.read_bytes())
    for value in ("no json", "[]", '{"log": 1}', json.dumps({**whole, "size": [9, 9, 1.0]})):
        about.write_text(value)
        assert glimpse.look(store) is None
    about.write_text(json.dumps(whole))
    assert glimpse.look(store) == SEEN
    pixels.write_bytes(pixels.read_bytes()[:-1])
    assert glimpse.look(store) is None
    glimpse.keep(store, PICTURE, ABOUT)
    pixels.unlink()
    assert glimpse.look(store) is None


def test_that_of_a_store_that_is_gone_goes(store: Path, tmp_path: Path) -> None:
    glimpse.keep(store, PICTURE, ABOUT)
    moved = store.rename(tmp_path / "moved.crmdesk")
    assert glimpse.look(moved) is None
    glimpse.keep(moved, PICTURE, ABOUT)
    assert glimpse.look(moved) == SEEN
    assert len(kept()) == 2
    glimpse.forget(moved)
    assert kept() == []


def test_an_encrypted_store_leaves_none_in_the_clear(store: Path) -> None:
    glimpse.keep(store, PICTURE, ABOUT)
    assert glimpse.is_plain(store)
    assert glimpse.is_plain(store.with_name("none"))
    encrypt(store, "a recovery passphrase", MemoryVault())
    assert kept() == []
    assert not glimpse.is_plain(store)
    glimpse.keep(store, PICTURE, ABOUT)
    assert glimpse.look(store) is None
    assert kept() == []
