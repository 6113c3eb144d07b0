"""Attachments: kept once, verified when read, bounded, and never half there."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from pathlib import Path

import pytest

from crmdesk.errors import BugError
from crmdesk.jobs import Cancelled
from crmdesk.store import failures
from crmdesk.store.blobs import AttachmentDamaged, AttachmentTooLarge, BlobFolder

CONTENT = b"An offer for 12 pumps.\n" * 1000
HASH = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "a.sqlite3")


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_content_goes_in_and_comes_out(blobs: BlobFolder, tmp_path: Path) -> None:
    stored = blobs.add(io.BytesIO(CONTENT))
    assert (stored.sha256, stored.size) == (HASH, len(CONTENT))
    assert _files(tmp_path) == [f"a.sqlite3.files/{HASH[:2]}/{HASH}"]
    with blobs.open(HASH) as file:
        assert file.read() == CONTENT
    blobs.copy_to(HASH, tmp_path / "offer.txt")
    assert (tmp_path / "offer.txt").read_bytes() == CONTENT


def test_the_same_content_is_kept_once(blobs: BlobFolder, tmp_path: Path) -> None:
    first = tmp_path / "one.txt"
    first.write_bytes(CONTENT)
    assert blobs.add_file(first) == blobs.add(io.BytesIO(CONTENT))
    assert list(blobs.kept()) == [HASH]
    assert len(_files(blobs.folder)) == 1


def test_an_empty_file_is_a_file(blobs: BlobFolder) -> None:
    stored = blobs.add(io.BytesIO(b""))
    assert stored.size == 0
    with blobs.open(stored.sha256) as file:
        assert file.read() == b""


def test_a_flipped_byte_is_found_and_named(blobs: BlobFolder, tmp_path: Path) -> None:
    blobs.add(io.BytesIO(CONTENT))
    path = blobs.path_of(HASH)
    path.write_bytes(CONTENT[:100] + b"\x00" + CONTENT[101:])
    with pytest.raises(AttachmentDamaged, match=r"offer\.pdf") as caught:
        blobs.open(HASH, "offer.pdf")
    assert str(path) in str(caught.value)
    with pytest.raises(AttachmentDamaged):
        blobs.copy_to(HASH, tmp_path / "out.pdf", "offer.pdf")
    assert not (tmp_path / "out.pdf").exists()
    assert list(blobs.damaged()) == [HASH]
    # The same content, given again, mends it.
    blobs.add(io.BytesIO(CONTENT))
    assert list(blobs.damaged()) == []


def test_missing_content_is_told(blobs: BlobFolder) -> None:
    assert not blobs.has(HASH)
    with pytest.raises(AttachmentDamaged, match="missing"):
        blobs.open(HASH, "offer.pdf")


def test_what_is_too_large_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path / "a.sqlite3", limit=len(CONTENT))
    blobs.add(io.BytesIO(CONTENT))
    with pytest.raises(AttachmentTooLarge, match=r"film\.mp4"):
        blobs.add(io.BytesIO(CONTENT + b"x"), "film.mp4")
    assert len(_files(blobs.folder)) == 1


@pytest.mark.parametrize("error", [Cancelled, OSError(28, "No space left on device")])
def test_an_interrupted_copy_leaves_nothing(blobs: BlobFolder, error: Exception) -> None:
    def stop(_size: int) -> None:
        raise error

    with pytest.raises((Cancelled, failures.StoreFull)):
        blobs.add(io.BytesIO(CONTENT), progress=stop)
    assert _files(blobs.folder) == []


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "", "ab", HASH.upper(), HASH + "/x", HASH + "\n"]
)
def test_a_name_never_becomes_a_path(blobs: BlobFolder, name: str) -> None:
    with pytest.raises(BugError):
        blobs.open(name)


def test_a_source_that_is_not_there(blobs: BlobFolder, tmp_path: Path) -> None:
    with pytest.raises(failures.StoreUnreachable, match=r"gone\.txt"):
        blobs.add_file(tmp_path / "gone.txt")


def test_large_content_is_streamed(blobs: BlobFolder, tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(48 << 20)
    tracemalloc.start()
    try:
        stored = blobs.add_file(large)
        blobs.copy_to(stored.sha256, tmp_path / "again.bin")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert stored.size == 48 << 20
    assert peak < 12 << 20
