"""The start: from the process's beginning to rows that can be read and a window, and its memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.measure import Line, median

ROOT = Path(__file__).parents[2]
RUNS = 7


def _once(*arguments: str) -> tuple[float, dict[str, float]]:
    """Milliseconds from the beginning of a process to what it calls usable, and its figures."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return (told["usable"] - began) * 1000, told


def starting(store: Path, *, judged: bool) -> list[Line]:
    """Starts on the store and bare windows by turns, after one of each to warm the disk.

    The store is opened and closed by a window each time and changed by nobody in between, as
    on most mornings: its picture is then still true and is shown first.
    """
    bare = str(Path(__file__).with_name("bare.py"))
    ours: list[tuple[float, dict[str, float]]] = []
    theirs: list[tuple[float, dict[str, float]]] = []
    for number in range(RUNS + 1):
        pair = _once("-m", "tests.bench.probe", str(store)), _once(bare)
        if number:
            ours.append(pair[0])
            theirs.append(pair[1])
    usable = median(took for took, _ in ours)
    least = median(took for took, _ in theirs)
    live = usable + median((told["live"] - told["usable"]) * 1000 for _, told in ours)
    whole = median(max(0, told["whole"] - told["live"]) * 1000 for _, told in ours)
    cpu = median(told["usable_cpu"] for _, told in ours) * 1000
    bare_cpu = median(told["usable_cpu"] for _, told in theirs) * 1000
    pictures = sum(told.get("picture", 0) > 0 for _, told in ours)
    memory = median(told["memory"] for _, told in ours) / 1e6
    return [
        Line(
            "start to first rows painted", usable, "ms", "<= 1.5 x",
            usable <= 1.5 * least if judged else None, least,
            f"median of {RUNS} processes by turns, {pictures} of them by the picture that the last "
            f"window left; what is clicked and typed from then on is done; {cpu:.0f} ms of the "
            f"processor; a bare PySide6 main window with an empty table, to its first paint, "
            f"{bare_cpu:.0f} ms of the processor",
        ),
        Line(
            "start to the live window", live, "ms", "-", None, least,
            "until the window behind the picture has taken over, also where there is no true "
            f"picture; all ids of the list, both faces, counts and totals {whole:.0f} ms later",
        ),
        Line(
            "memory with the store open", memory, "MB", "<= 250 MB",
            memory <= 250 if judged else None,
            median(told["memory"] for _, told in theirs) / 1e6,
            "resident, a second after the start; the bare window's",
        ),
    ]  # fmt: skip
