"""The start: from the process's beginning to a window that can be used, and its memory."""

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
    """Starts on the store and bare windows by turns, after one of each to warm the disk."""
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
    whole = median(max(0, told["whole"] - told["usable"]) * 1000 for _, told in ours)
    memory = median(told["memory"] for _, told in ours) / 1e6
    return [
        Line(
            "start to usable window", usable, "ms", "<= 1.5 x",
            usable <= 1.5 * least if judged else None, least,
            f"median of {RUNS} processes by turns, to the first rows painted; all ids of the "
            f"list and both faces {whole:.0f} ms later; a bare PySide6 main window with an "
            "empty table, to its first paint",
        ),
        Line(
            "memory with the store open", memory, "MB", "<= 250 MB",
            memory <= 250 if judged else None,
            median(told["memory"] for _, told in theirs) / 1e6,
            "resident, a second after the start; the bare window's",
        ),
    ]  # fmt: skip
