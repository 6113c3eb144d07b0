"""Starts the real window on a store, tells when it could be used, and closes it.

`python -m tests.bench.probe STORE` goes the way of `crmdesk --smoke`. Says on standard output,
as JSON, when the first rows were painted and the event loop was free again (`usable`), when all
was there (`whole`), both by the system's monotonic clock, and the memory in bytes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QCloseEvent

from crmdesk import app
from crmdesk.gui.main_window import MainWindow
from tests.bench.bare import resident

SETTLED_MS = 1000

told: dict[str, float] = {}


class Watched(MainWindow):
    """The main window, with an eye on the first paint of rows, and closed a moment later."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._closing = False
        self.view.listing.view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        rows = self.view.listing.view.grid
        if event.type() == QEvent.Type.Paint and rows.row_at(0) is not None:
            watched.removeEventFilter(self)
            # Runs when this paint is done and the event loop is free.
            QTimer.singleShot(0, lambda: told.setdefault("usable", time.monotonic()))
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._closing:
            told["memory"] = resident()
            super().closeEvent(event)
            return
        self._closing = True
        told["whole"] = time.monotonic()
        event.ignore()
        QTimer.singleShot(SETTLED_MS, self.close)


def main() -> int:
    """Start, wait, tell; the exit code of the window."""
    vars(app)["MainWindow"] = Watched
    code = app.run(Path(sys.argv[1]), smoke=True)
    print(json.dumps(told))
    return code


if __name__ == "__main__":
    sys.exit(main())
