"""The picture that a window leaves in its store: shown as long as it is true, and never else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crmdesk.ops.changes import Create
from crmdesk.ops.workspace import Workspace
from crmdesk.store import glimpse
from crmdesk.store.driver import raw_of
from crmdesk.store.encryption import encrypt
from tests.unit.ops.workspaces import fresh
from tests.unit.store.test_keys import MemoryVault

PICTURE = glimpse.Picture(3, 2, 1.5, bytes(range(24)))
ABOUT = {"language": "en", "theme": "dark"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Workspace]:
    with fresh(tmp_path) as workspace:
        workspace.run(Create("company", {"name": "Kestrel Pumps"}))
        yield workspace


def leave(desk: Workspace) -> None:
    """Keep a glimpse as a window does that is closed."""
    with desk.store.write() as conn:
        glimpse.keep(raw_of(conn), PICTURE, ABOUT)


def test_it_is_seen_while_nothing_has_changed(desk: Workspace) -> None:
    assert glimpse.look(desk.path) is None
    leave(desk)
    assert glimpse.look(desk.path) == glimpse.Glimpse(PICTURE, ABOUT)
    desk.close()
    assert glimpse.look(desk.path) == glimpse.Glimpse(PICTURE, ABOUT)
    leave_size = desk.path.stat().st_size
    glimpse.look(desk.path)
    assert desk.path.stat().st_size == leave_size


def test_any_change_ends_it(desk: Workspace) -> None:
    leave(desk)
    with desk.store.write() as conn:
        # As another program writes it, which knows nothing of windows.
        raw_of(conn).execute("UPDATE company SET city = 'Hull'")
    assert glimpse.look(desk.path) is None
    leave(desk)
    assert glimpse.look(desk.path) is not None
    desk.undo()
    assert glimpse.look(desk.path) is None


def test_another_day_ends_it(desk: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(desk)

    class Tomorrow(date):
        @classmethod
        def today(cls) -> Tomorrow:
            return cls.fromordinal(date.today().toordinal() + 1)

    monkeypatch.setattr(glimpse, "date", Tomorrow)
    assert glimpse.look(desk.path) is None


@pytest.mark.parametrize("content", [b"", b"Dear Sir", b"SQLite format 3\x00" + b"\x00" * 4000])
def test_what_is_no_store_has_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    assert glimpse.look(path) is None
    assert path.read_bytes() == content
    assert not list(tmp_path.glob("letter.txt-*"))
    assert glimpse.look(tmp_path / "none") is None


def test_a_damaged_one_is_none(desk: Workspace) -> None:
    leave(desk)
    for value in ("no json", "[]", '{"log": 1}'):
        with desk.store.write() as conn:
            raw_of(conn).execute("UPDATE store_info SET value = ? WHERE key = 'glimpse'", (value,))
        assert glimpse.look(desk.path) is None


def test_an_encrypted_store_shows_none(desk: Workspace) -> None:
    leave(desk)
    path = desk.path
    assert glimpse.is_plain(path)
    assert glimpse.is_plain(path.with_name("none"))
    desk.close()
    encrypt(path, "a recovery passphrase", MemoryVault())
    assert not glimpse.is_plain(path)
    assert glimpse.look(path) is None
