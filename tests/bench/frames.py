"""`python -m tests.bench.frames STORE`: how many frames of a turn are seen, and what one costs.

A process of its own, for a screen and its fineness are chosen before there is an application.
It prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

TURNS = 18
DUE_MS = 1000 / 60
"""Milliseconds from one picture of a screen to the next."""


@dataclass(frozen=True)
class Shown:
    """Of some turns: frames that moved, frames that were due meanwhile, milliseconds of this
    thread's processor time that a frame took, with all that the window did between two, and
    milliseconds from the call to the first frame (median)."""

    frames: int
    due: float
    cost: float
    first: float


@contextmanager
def screen(wide: int, high: int) -> Iterator[str]:
    """The name of an X display of its own, "" where none can be had."""
    found = shutil.which("Xvfb")
    if found is None:
        yield ""
        return
    with subprocess.Popen(
        [found, "-displayfd", "1", "-screen", "0", f"{wide}x{high}x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as server:  # fmt: skip
        try:
            number = server.stdout.readline().strip() if server.stdout is not None else ""
            yield f":{number}" if number else ""
        finally:
            server.terminate()


def on_screen(store: Path, size: tuple[int, int], scale: float, display: str) -> Shown:
    """Measure in a process of its own: on that display, without one on none."""
    place = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display} if display else {
        "QT_QPA_PLATFORM": "offscreen"
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.frames", str(store), *map(str, size)],
        env={**os.environ, **place, "QT_SCALE_FACTOR": f"{scale:g}"},
        check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return Shown(**json.loads(told.stdout.splitlines()[-1]))


def measure(store: Path, size: tuple[int, int], folder: Path) -> Shown:
    """Turns in a window of that size, in this process."""
    # Not before the screen is chosen.
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtGui import QPaintEvent

    from crmdesk.gui.cube.turning import Turning
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.settings import MOTION, Settings
    from tests.bench.desk import bridge_on, settle
    from tests.bench.turning import targets

    class Watched(Turning):
        """Notes at each frame that moves when it was, and what the thread had used by then."""

        seen: list[tuple[float, float]]

        def paintEvent(self, event: QPaintEvent) -> None:
            before = self.frames
            super().paintEvent(event)
            if self.frames > before:
                self.seen.append((time.perf_counter(), time.thread_time()))

    settings = Settings(folder / "frames.json")
    settings.set(MOTION, "on")
    frames, due, used, first = 0, 0.0, 0.0, []
    with bridge_on(store) as bridge:
        window = MainWindow(bridge, settings)
        window.resize(*size)
        window.show()
        settle(bridge)
        turning = window.view.ways.shown = Watched(window.view.area)
        loop = QEventLoop()
        turning.finished.connect(loop.quit)
        for number, to in enumerate(targets(bridge)[: TURNS + 3]):
            turning.seen = []
            called = time.perf_counter()
            window.view.turn(*to)
            loop.exec()
            ended = time.perf_counter(), time.thread_time()
            seen = turning.seen
            # Each kind's form is made at its first turn.
            if number >= 3 and seen:
                frames += len(seen)
                due += (ended[0] - seen[0][0]) * 1000 / DUE_MS
                used += (ended[1] - seen[0][1]) * 1000
                first.append((seen[0][0] - called) * 1000)
            # What stands there is painted, and rests.
            QTimer.singleShot(60, loop.quit)
            loop.exec()
        window.view.deleteLater()
        window.hide()
    first.sort()
    return Shown(frames, due, used / max(frames, 1), first[len(first) // 2] if first else 0.0)


def main(given: list[str] | None = None) -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser("python -m tests.bench.frames", description="Frames of turns.")
    parser.add_argument("store", type=Path)
    parser.add_argument("wide", type=int, nargs="?", default=1440)
    parser.add_argument("high", type=int, nargs="?", default=900)
    asked = parser.parse_args(given)
    with tempfile.TemporaryDirectory(prefix="crmdesk-frames-") as folder:
        print(json.dumps(asdict(measure(asked.store, (asked.wide, asked.high), Path(folder)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
