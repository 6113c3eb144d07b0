"""Names of files: what a file from anywhere is called here, and what is safe on a disk."""

from __future__ import annotations

import re
import unicodedata

from crmdesk.i18n import _

LONGEST = 180
"""Characters of a name that are kept; the end with its dot stays."""

_MOST_BYTES = 240
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)

# What a system would run instead of show when it is opened.
_RUNS = frozenset(
    "exe com bat cmd msi scr pif ps1 psm1 vbs vbe js jse wsf wsh hta cpl jar lnk url reg inf msc "
    "gadget application appref-ms desktop sh bash zsh csh run appimage deb rpm command tool app "
    "workflow action scpt applescript py pyw pyc rb pl php scf settingcontent-ms iso img vhd "
    "vhdx".split()
)


def shown_name(name: str) -> str:
    """A name as it is kept and shown: its last part, on one line, without what is not seen."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Marks that turn the direction of text make exe.gpj of jpg.exe.
    plain = "".join(
        letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs")
    )
    return _shortened(" ".join(plain.split())) or _("file")


def disk_name(name: str) -> str:
    """The name as a file on any system may bear it; never a path, never hidden."""
    safe = _UNSAFE.sub("_", shown_name(name)).strip(" .")
    if not safe or _RESERVED.fullmatch(safe):
        safe = f"_{safe}"
    while len(safe.encode()) > _MOST_BYTES:
        stem, dot, end = safe.rpartition(".")
        safe = f"{stem[:-1]}.{end}" if dot and len(stem) > len(end) else safe[:-1]
    return safe


def runs(name: str) -> bool:
    """Whether a system might run a file of that name when it is opened."""
    return disk_name(name).rpartition(".")[2].casefold() in _RUNS


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, end = name.rpartition(".")
    if not dot or len(end) > 12:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(end) - 1]}.{end}"


def shown_size(size: int) -> str:
    """A number of bytes for people: 820 B, 14 KB, 3.2 MB."""
    if size < 1000:
        return f"{size} B"
    number = float(size)
    for unit in ("KB", "MB", "GB", "TB"):
        number /= 1000
        if number < 1000 or unit == "TB":
            break
    return f"{number:.1f} {unit}" if number < 10 else f"{number:.0f} {unit}"
