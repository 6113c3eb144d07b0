"""The start: from the process's beginning to the picture and to the live window; and its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.measure import Line, median

ROOT = Path(__file__).parents[2]
RUNS = 7

_IMPORTS = """
import json, time
began = time.process_time()
import PySide6.QtWidgets
theirs = time.process_time()
import crmdesk.app, crmdesk.ops.opening, crmdesk.gui.main_window
print(json.dumps({"bare": theirs - began, "all": time.process_time() - began}))
"""


def starting(store: Path, *, judged: bool) -> list[Line]:
    """Starts on the store and bare windows by turns, after one of each to warm the disk.

    The store is opened and closed by a window each time and changed by nobody in between, as
    on most mornings: its picture is then still true and is shown first. Python finds its modules
    compiled, as installers leave them.
    """
    bare = str(Path(__file__).with_name("bare.py"))
    ours: list[dict[str, float]] = []
    theirs: list[dict[str, float]] = []
    imports: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="crmdesk-compiled-") as compiled:
        for number in range(RUNS + 1):
            own = _once(compiled, "-m", "tests.bench.probe", str(store))
            other = _once(compiled, bare)
            if number:
                ours.append(own)
                theirs.append(other)
                imports.append(_told(compiled, "-c", _IMPORTS))
    least, least_cpu = _ms(theirs, "usable"), _ms(theirs, "usable_cpu")
    pictures = [told for told in ours if "picture" in told]
    live = _ms(ours, "live")
    whole = median(max(0, told["whole"] - told["live"]) * 1000 for told in ours)
    lines = []
    if pictures:
        lines.append(
            Line(
                "start to the picture", _ms(pictures, "picture"), "ms", "-", None, least,
                f"median of {len(pictures)} processes by turns; it shows what the last window "
                "showed and is no window yet: what is clicked and typed is done when that is "
                f"live; {_ms(pictures, 'picture_cpu'):.0f} ms of the processor; a bare PySide6 "
                f"main window with an empty table, to its first paint, {least_cpu:.0f} ms of the "
                "processor",
            )
        )  # fmt: skip
    return [
        *lines,
        Line(
            "start to the live window", live, "ms", "<= 1.5 x",
            live <= 1.5 * least if judged else None, least,
            f"its first rows are painted and it answers; {_ms(ours, 'live_cpu'):.0f} ms of the "
            f"processor; all ids of the list, both faces, counts and totals {whole:.0f} ms later; "
            "the bare window's",
        ),
        Line(
            "the imports of a start", _ms(imports, "all"), "ms", "-", None, _ms(imports, "bare"),
            "of the processor; importing PySide6.QtWidgets, which is among them",
        ),
        Line(
            "memory with the store open", median(told["memory"] for told in ours) / 1e6, "MB",
            "<= 250 MB",
            median(told["memory"] for told in ours) <= 250e6 if judged else None,
            median(told["memory"] for told in theirs) / 1e6,
            "resident, a second after the start; the bare window's",
        ),
    ]  # fmt: skip


def _once(compiled: str, *arguments: str) -> dict[str, float]:
    """The figures of a process, its times in seconds from its beginning."""
    began = time.monotonic()
    told = _told(compiled, *arguments)
    for name in ("usable", "picture", "live", "whole"):
        if name in told:
            told[name] -= began
    return told


def _told(compiled: str, *arguments: str) -> dict[str, float]:
    surroundings = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, check=True, capture_output=True, text=True, env=surroundings,
    )  # fmt: skip
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _ms(many: list[dict[str, float]], name: str) -> float:
    return median(told[name] for told in many) * 1000
