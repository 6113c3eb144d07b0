"""Starts the real window on a store, tells when it could be used, and closes it.

`python -m tests.bench.probe STORE` goes the way of `crmdesk --smoke --store STORE`. Says on
standard output, as JSON, when the picture that the last window left was painted (`picture`, where
there is one), when the window behind it had taken over with its first rows painted (`live`), when
all was there (`whole`), all by the system's monotonic clock, the processor's seconds at each
(`…_cpu`), and the memory in bytes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from crmdesk import app

SETTLED_MS = 1000
SIZE = (1440, 900)

told: dict[str, float] = {}


def tell(what: str) -> None:
    """Note that this has been reached."""
    told.setdefault(what, time.monotonic())
    told.setdefault(f"{what}_cpu", time.process_time())


class Watched(app.Start):
    """A start with an eye on its steps, closed a moment after all is there."""

    def _painted(self) -> None:
        frame = self._frame
        if frame is not None and frame.veil is not None and frame.veil.has_picture:
            tell("picture")

    def _show(self, application: object) -> None:
        super()._show(application)
        if self._frame is not None:
            # As large as the yardstick's; a screen that nobody sees is smaller.
            self._frame.resize(*SIZE)
        if self._frame is not None and self._frame.veil is not None:
            self._frame.veil.shown.connect(self._painted)

    def _seen_live(self) -> None:
        tell("live")
        self._settle()

    def _settle(self) -> None:
        # Here, as the first paint waits for every import.
        from PySide6.QtCore import QTimer

        window = self._window
        if window is not None and window.bridge.jobs.busy:
            QTimer.singleShot(5, self._settle)
            return
        tell("whole")
        QTimer.singleShot(SETTLED_MS, self._end)

    def _end(self) -> None:
        # Here, as said above.
        from tests.bench.bare import resident

        told["memory"] = resident()
        super()._seen_live()


def main() -> int:
    """Start, wait, tell; the exit code of the window."""
    vars(app)["Start"] = Watched
    code = app.run(Path(sys.argv[1]), smoke=True)
    print(json.dumps(told))
    return code


if __name__ == "__main__":
    sys.exit(main())
