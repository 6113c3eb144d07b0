"""Runs the plain scripts of `plain.py` in a process and on a file of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("plain.py")


def plain(folder: Path, act: str, *more: object) -> list[float]:
    """The figures of one act, done in `folder`, which is on the disk of the store."""
    file = folder / f"plain-{act}.sqlite3"
    try:
        done = subprocess.run(
            [sys.executable, str(SCRIPT), act, str(file), *map(str, more)],
            check=True,
            capture_output=True,
            text=True,
        )
    finally:
        for left in folder.glob(f"{file.name}*"):
            left.unlink()
    found: list[float] = json.loads(done.stdout)
    return found
