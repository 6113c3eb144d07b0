"""The yardstick of the start: a bare PySide6 main window with an empty table.

Imports nothing else. Says on standard output, as JSON, when it was painted (the system's
monotonic clock), the processor's seconds until then, and the process's memory in bytes.
"""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtGui import QPaintEvent, QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

COLUMNS = 8


class Table(QTableView):
    """Notes when it has been painted."""

    painted = 0.0
    used = 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        Table.painted = time.monotonic()
        Table.used = time.process_time()


def resident() -> int:
    """The memory of this process that is in RAM, in bytes; its peak where only that is known."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:
        import resource  # only here, as it is missing on some systems

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    """Show the window, paint it, tell, and end."""
    application = QApplication(sys.argv)
    window = QMainWindow()
    table = Table()
    table.setModel(QStandardItemModel(0, COLUMNS))
    window.setCentralWidget(table)
    window.resize(1440, 900)
    window.show()
    while not Table.painted:
        application.processEvents()
    told = {"usable": Table.painted, "usable_cpu": Table.used, "memory": resident()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
