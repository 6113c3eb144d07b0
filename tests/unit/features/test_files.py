"""Attachments: their names, how they come in and go out, and what is refused."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.errors import KnownError
from crmdesk.features.files.attaching import Pasted, attach, can_attach
from crmdesk.features.files.copies import Copies
from crmdesk.features.files.names import LONGEST, disk_name, runs, shown_name, shown_size
from crmdesk.jobs import Cancelled
from crmdesk.ops.changes import Create
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.values import FileRef
from crmdesk.store.blobs import AttachmentDamaged, AttachmentTooLarge, BlobFolder


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "desk.crm", create=True, user_name="anna") as workspace:
        yield workspace


def made(crm: Workspace, entity: str, **values: Any) -> str:
    return crm.run(Create(entity, values)).created[0]


@pytest.mark.parametrize(
    ("name", "shown", "on_disk"),
    [
        ("Offer 12.pdf", "Offer 12.pdf", "Offer 12.pdf"),
        ("报价单.xlsx", "报价单.xlsx", "报价单.xlsx"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("C:\\Windows\\system.ini", "system.ini", "system.ini"),
        ("a\nb\x00c.txt", "abc.txt", "abc.txt"),
        ("..", "..", "_"),
        (".bashrc", ".bashrc", "bashrc"),
        ("con.txt", "con.txt", "_con.txt"),
        ('what?".txt', 'what?".txt', "what__.txt"),
        ("photo\u202egpj.exe", "photogpj.exe", "photogpj.exe"),
        ("", "file", "file"),
    ],
)
def test_names_become_no_paths(name: str, shown: str, on_disk: str) -> None:
    assert (shown_name(name), disk_name(name)) == (shown, on_disk)


@given(st.text(max_size=300))
def test_any_name_stays_inside_its_folder(name: str) -> None:
    safe = disk_name(name)
    assert safe
    assert Path("folder", safe).parent == Path("folder")
    assert safe not in (".", "..")
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 240


def test_a_long_name_keeps_its_end() -> None:
    name = shown_name("x" * 400 + ".pdf")
    assert len(name) == LONGEST
    assert name.endswith("x.pdf")
    assert disk_name("报" * 170 + ".pdf").endswith("报.pdf")


def test_sizes_are_told_for_people() -> None:
    sizes = [shown_size(n) for n in (0, 999, 1000, 14_200, 3_200_000, 2 * 1024**3)]
    assert sizes == ["0 B", "999 B", "1.0 KB", "14 KB", "3.2 MB", "2.1 GB"]


def test_files_hang_on_the_record_and_on_what_it_belongs_to(crm: Workspace, tmp_path: Path) -> None:
    company = made(crm, "company", name="Kestrel")
    deal = made(crm, "opportunity", name="Pumps", company=company)
    offer = tmp_path / "Offer.pdf"
    offer.write_bytes(b"offer" * 1000)
    told: list[tuple[int, int, str]] = []
    outcome = attach(
        crm, "opportunity", deal, [offer, Pasted("Image.png", b"png")],
        progress=lambda *how_far: told.append(how_far),
    )  # fmt: skip
    assert outcome.label == "Attach 2 files"
    first, second = (crm.get("attachment", id) or {} for id in outcome.created)
    assert (first["name"], first["size"], first["media_type"]) == (
        "Offer.pdf", 5000, "application/pdf",
    )  # fmt: skip
    assert (first["opportunity"], first["company"]) == (deal, company)
    assert second["media_type"] == "image/png"
    assert told[-1][:2] == (5003, 5003)
    assert crm.check() == []
    crm.undo()
    assert crm.get("attachment", outcome.created[0]) is None


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    crm: Workspace, tmp_path: Path
) -> None:
    company = made(crm, "company", name="Kestrel")
    large = tmp_path / "film.mp4"
    with large.open("wb") as file:
        file.truncate(5 * 1024**3)  # five gigabytes that take no room
    with pytest.raises(AttachmentTooLarge, match=r"film\.mp4 has 5\.4 GB.* 2\.1 GB at most"):
        attach(crm, "company", company, [large])
    assert not BlobFolder(crm.path).folder.exists()
    assert crm.undo_label == "New company"


def test_folders_and_files_that_are_gone_are_refused(crm: Workspace, tmp_path: Path) -> None:
    company = made(crm, "company", name="Kestrel")
    with pytest.raises(KnownError, match="is a folder"):
        attach(crm, "company", company, [tmp_path])
    with pytest.raises(KnownError, match=r"gone\.txt cannot be read"):
        attach(crm, "company", company, [tmp_path / "gone.txt"])
    gone = made(crm, "company", name="Gone")
    crm.undo()
    (tmp_path / "a.txt").write_bytes(b"a")
    with pytest.raises(KnownError, match="not there any more"):
        attach(crm, "company", gone, [tmp_path / "a.txt"])


def test_a_cancel_leaves_nothing(crm: Workspace, tmp_path: Path) -> None:
    company = made(crm, "company", name="Kestrel")
    big = tmp_path / "big.bin"
    big.write_bytes(os.urandom(3 * 1024 * 1024))

    def stop(done: int, total: int, text: str) -> None:
        if done > 1024 * 1024:
            raise Cancelled

    with pytest.raises(Cancelled):
        attach(crm, "company", company, [big], progress=stop)
    assert list(BlobFolder(crm.path).kept()) == []
    assert crm.undo_label == "New company"


def test_what_files_hang_on(crm: Workspace) -> None:
    can = {name for name in crm.registry.entities if can_attach(crm.registry, name)}
    assert {"company", "contact", "opportunity", "task", "request", "contract"} <= can
    assert not can & {"user", "choice", "stage"}


def test_a_copy_to_look_at_is_read_only_and_goes_with_the_window(crm: Workspace) -> None:
    ref = crm.attach(b"hello", "../../Note to all.txt")
    copies = Copies(crm.path)
    path = copies.open_copy(ref)
    assert (path.name, path.read_bytes()) == ("Note to all.txt", b"hello")
    assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    assert Path(tempfile.gettempdir()).resolve() in path.resolve().parents
    assert copies.open_copy(ref) == path
    other = copies.open_copy(crm.attach(b"other", "Note to all.txt"))
    assert other != path
    copies.close()
    assert not path.exists()
    assert not other.exists()


def test_programs_are_not_started(crm: Workspace) -> None:
    copies = Copies(crm.path)
    for name in ("setup.exe", "run.SH", "invoice.pdf.js", "a.desktop", "x.lnk", "b.bat. "):
        assert runs(name)
        with pytest.raises(KnownError, match="does not start programs"):
            copies.open_copy(crm.attach(b"x", name))
    assert not runs("invoice.pdf")


def test_a_damaged_file_is_not_handed_out(crm: Workspace, tmp_path: Path) -> None:
    ref = crm.attach(b"hello", "note.txt")
    BlobFolder(crm.path).path_of(ref.sha256).write_bytes(b"other")
    copies = Copies(crm.path)
    with pytest.raises(AttachmentDamaged):
        copies.open_copy(ref)
    with pytest.raises(AttachmentDamaged):
        copies.save_copy(ref, tmp_path / "saved.txt")
    assert not (tmp_path / "saved.txt").exists()
    assert copies.read(FileRef(crm.attach(b"12345", "n").sha256, "n"), 4) is None
    copies.close()
