"""Whether a file may be opened as a store, judged before SQLite touches it.

Merely opening a file with SQLite can write beside it and into it; a file that is
something else, damaged or in the wrong place is refused from its first bytes.
"""

from __future__ import annotations

import ctypes
import os
import re
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.store import failures
from crmdesk.store.driver import APPLICATION_ID

MAGIC = b"SQLite format 3\x00"
HEADER_BYTES = 100
_PAGE_SIZES = frozenset({1, 512, 1024, 2048, 4096, 8192, 16384, 32768})
_MOUNTS = Path("/proc/mounts")
_DRIVE_REMOTE = 4

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "davfs"}
)
_NETWORK_FUSE = ("sshfs", "rclone", "gvfsd", "davfs", "glusterfs", "s3fs", "smb", "kio", "drive")
"""What the kind of a network file system in user space (fuse.…) has in its name."""

# What a program that keeps folders in step leaves in the top of its folder.
_MARKED = (
    (".stfolder", "Syncthing"),
    (".dropbox.cache", "Dropbox"),
    (".sync_*.db", "Nextcloud"),
    ("._sync_*.db", "Nextcloud"),
    (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"),
    (".tmp.driveupload", "Google Drive"),
    (".tmp.drivedownload", "Google Drive"),
    (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"),
    (".sync/ID", "Resilio Sync"),
)

# Folders that such a program makes under a name of its own.
_NAMED = (
    ("mobile documents", "iCloud Drive"),
    ("iclouddrive", "iCloud Drive"),
    ("cloudstorage", "the system's cloud storage"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("onedrive", "OneDrive"),
)


@dataclass(frozen=True)
class Header:
    """What the first 100 bytes of a file say (sqlite.org/fileformat2.html §1.3)."""

    encrypted: bool
    application_id: int = 0
    user_version: int = 0
    pages: int = 0
    """Size in pages; 0 where the header does not vouch for it."""
    page_size: int = 0


class UnsafePlace(KnownError):
    """The folder is one where a live store would be damaged."""


def read_header(path: Path) -> Header:
    """What kind of file this is; raises KnownError when it cannot be a store at all.

    A file without SQLite's first bytes counts as encrypted if it has the size of
    one; only its key can tell.
    """
    if not path.exists():
        raise failures.NotAStore(
            _("There is no store at {path}.").format(path=path),
            hint=_("Check the path, or make a new store there."),
        )
    if not path.is_file():
        raise failures.not_a_store(path, _("it is not a file"))
    with failures.explained(path), path.open("rb") as file:
        head = file.read(HEADER_BYTES)
        size = os.fstat(file.fileno()).st_size
    if not head:
        raise failures.not_a_store(path, _("it is empty"))
    if not head.startswith(MAGIC):
        if size < HEADER_BYTES or size % 512:
            raise failures.not_a_store(path, _("it is no SQLite file"))
        return Header(encrypted=True)
    if len(head) < HEADER_BYTES:
        raise failures.damaged(path, _("it ends within its first page"))
    (page_size,) = struct.unpack_from(">H", head, 16)
    change, pages = struct.unpack_from(">II", head, 24)
    (user_version,) = struct.unpack_from(">I", head, 60)
    (application_id,) = struct.unpack_from(">I", head, 68)
    (valid_for,) = struct.unpack_from(">I", head, 92)
    if application_id != APPLICATION_ID:
        raise failures.not_a_store(path, _("it is an SQLite file of another program"))
    if page_size not in _PAGE_SIZES:
        raise failures.damaged(
            path,
            _("its header gives an impossible page size ({page_size})").format(page_size=page_size),
        )
    page_size = 65536 if page_size == 1 else page_size
    vouched = pages if change == valid_for else 0
    if size < vouched * page_size and not has_log(path):
        raise failures.damaged(
            path,
            _("it has {size:,} bytes of the {promised:,} that its header promises").format(
                size=size, promised=vouched * page_size
            ),
        )
    return Header(False, application_id, user_version, vouched, page_size)


def has_log(path: Path) -> bool:
    """Whether a write-ahead log with content stands beside the file."""
    log = Path(f"{path}-wal")
    return log.exists() and log.stat().st_size > 0


def refuse_read_only(path: Path) -> None:
    """Raise KnownError when the file or its folder cannot be written by this user."""
    effective = os.access in os.supports_effective_ids
    for part in (path, path.parent):
        if part.exists() and not os.access(part, os.W_OK, effective_ids=effective):
            raise failures.read_only(part)


def refuse_unsafe(path: Path, mounts: Path = _MOUNTS) -> None:
    """Raise KnownError when the file is, or would be, in a network or synced folder."""
    full = Path(os.path.realpath(path))
    network = network_of(full, mounts)
    if network:
        raise UnsafePlace(
            _(
                "{folder} is a network folder ({network}). Locks do not hold there, "
                "and two programs that write would damage the store."
            ).format(folder=full.parent, network=network),
            kept=_("Nothing was changed."),
            hint=_("Keep the store on a disk of this computer; share it with others by export."),
        )
    synced = synced_by(full.parent)
    if synced:
        name, root = synced
        raise UnsafePlace(
            _(
                "{root} is kept in step by {name}. It would copy the store in the "
                "middle of a change and bring back old or torn copies."
            ).format(root=root, name=name),
            kept=_("Nothing was changed."),
            hint=_("Keep the store in a folder that is not synced; put backups into this one."),
        )


def synced_by(folder: Path) -> tuple[str, Path] | None:
    """The program that syncs this folder and the top of what it syncs, or None."""
    for parent in (folder, *folder.parents):
        for pattern, name in _MARKED:
            if any(parent.glob(pattern)):
                return name, parent
        # A home folder has a *folder* ".dropbox" for the program's settings.
        if (parent / ".dropbox").is_file():
            return "Dropbox", parent
        lowered = parent.name.lower()
        for known, name in _NAMED:
            if lowered == known or lowered.startswith(f"{known} - "):
                return name, parent
    return None


def network_of(full: Path, mounts: Path = _MOUNTS) -> str | None:
    """The kind of network file system that an absolute path is on, or None.

    Known on Linux from the table of mounts and on Windows from the path and the
    drive; elsewhere never found.
    """
    if sys.platform == "win32":
        return _network_drive(full)
    try:
        table = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    best, found = "", None
    for line in table.splitlines():
        device, point, kind, options = line.split(" ")[:4]
        point = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), point)
        inside = full.is_relative_to(point)
        # Later lines cover earlier ones at the same point.
        if inside and len(point) >= len(best):
            # 9p is a network only for the Windows drives of a Linux inside Windows.
            windows = kind == "9p" and ("drvfs" in options or device.startswith("drvfs"))
            fuse = kind.startswith("fuse.") and any(name in kind for name in _NETWORK_FUSE)
            best, found = point, kind if kind in _NETWORK or fuse or windows else None
    return found


def _network_drive(full: Path) -> str | None:
    if full.drive.startswith("\\\\"):
        return _("a Windows share")
    # Only Windows has this function; its types are known only there.
    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009
    kind = kernel.GetDriveTypeW(f"{full.drive}\\")
    return _("a network drive") if kind == _DRIVE_REMOTE else None
