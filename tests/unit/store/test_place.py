"""Folders in which a live store would be damaged are refused, and only those."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from crmdesk.store import place
from tests.unit.store.smallstore import filled, make, reopen, snapshot, tokens


@pytest.mark.parametrize(
    ("marker", "program"),
    [
        (".stfolder/", "Syncthing"),
        (".stfolder", "Syncthing"),
        (".dropbox", "Dropbox"),
        (".dropbox.cache/", "Dropbox"),
        (".sync_0a1b2c3d4e5f.db", "Nextcloud"),
        (".owncloudsync.log", "ownCloud"),
        (".tmp.drivedownload/", "Google Drive"),
        (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"),
    ],
)
def test_a_synced_folder_is_refused(tmp_path: Path, marker: str, program: str) -> None:
    deep = tmp_path / "work" / "crm"
    deep.mkdir(parents=True)
    path = filled(deep / "a.sqlite3", 1, tokens=tokens(tmp_path / "x"))
    if marker.endswith("/"):
        (tmp_path / marker).mkdir()
    else:
        (tmp_path / marker).touch()
    before = snapshot(tmp_path)
    for act in (reopen, make):
        with pytest.raises(place.UnsafePlace, match=program):
            act(path if act is reopen else deep / "b.sqlite3", tokens=tokens(tmp_path / "x"))
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    "name", ["OneDrive", "OneDrive - Adler GmbH", "Google Drive", "Mobile Documents"]
)
def test_a_folder_named_like_a_synced_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(place.UnsafePlace):
        make(tmp_path / name / "a.sqlite3")


def test_a_home_folder_with_the_settings_of_dropbox_is_no_synced_folder(tmp_path: Path) -> None:
    (tmp_path / ".dropbox").mkdir()
    (tmp_path / ".sync").mkdir()
    assert place.synced_by(tmp_path) is None


def test_a_link_into_a_synced_folder_is_seen_through(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / ".stfolder").mkdir()
    (tmp_path / "plain").symlink_to(tmp_path / "shared")
    with pytest.raises(place.UnsafePlace):
        make(tmp_path / "plain" / "a.sqlite3")


MOUNTS = r"""
/dev/sda1 / ext4 rw,relatime 0 0
server:/team /srv/team nfs4 rw 0 0
//server/share /mnt/the\040share cifs rw 0 0
me@host:/ /mnt/ssh fuse.sshfs rw 0 0
/dev/sdb1 /srv/team/stick ext4 rw 0 0
C:\134 /mnt/c 9p rw,aname=drvfs;path=C:\;uid=1000 0 0
root / 9p rw 0 0
/dev/sdc1 /mnt/usb fuseblk rw 0 0
""".strip()


@pytest.mark.skipif(sys.platform == "win32", reason="a table of mounts")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/me/a", None),
        ("/srv/teammate/a", None),
        ("/srv/team/a", "nfs4"),
        ("/srv/team/stick/a", None),
        ("/mnt/the share/x/a", "cifs"),
        ("/mnt/ssh/a", "fuse.sshfs"),
        ("/mnt/c/Users/a", "9p"),
        ("/mnt/usb/a", None),
    ],
)
def test_network_file_systems_are_known(tmp_path: Path, path: str, kind: str | None) -> None:
    table = tmp_path / "mounts"
    table.write_text(MOUNTS + "\n", encoding="utf-8")
    assert place.network_of(Path(path), table) == kind
    if kind:
        with pytest.raises(place.UnsafePlace, match="network"):
            place.refuse_unsafe(Path(path), table)
