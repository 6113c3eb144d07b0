"""A window's surroundings for measuring: the application, a bridge on a store, and waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.theme.theme import theme
from crmdesk.ops.opening import open_workspace

LONGEST = 60.0
"""Seconds after which waiting is given up."""


def application() -> QApplication:
    """The one application of this process, in the light theme."""
    made = QApplication.instance()
    if isinstance(made, QApplication):
        return made
    made = QApplication(["bench"])
    theme().apply("light")
    return made


@contextmanager
def bridge_on(store: Path) -> Iterator[Bridge]:
    """A bridge that does not ask for the changes of others while it is measured."""
    application()
    bridge = Bridge(open_workspace(store), language="en", locale="en_US", zone="UTC", poll_ms=0)
    try:
        yield bridge
    finally:
        bridge.close()


def pump() -> float:
    """Let the event loop do what is due; how long it was blocked by that, in milliseconds."""
    began = time.perf_counter()
    QApplication.processEvents()
    took = (time.perf_counter() - began) * 1000
    # The readers need the interpreter as well; a window that waits leaves it to them.
    time.sleep(0.0001)
    return took


def until(reached: Callable[[], bool]) -> float:
    """Pump until something is so; the longest block meanwhile, in milliseconds."""
    longest = 0.0
    began = time.perf_counter()
    while not reached():
        if time.perf_counter() - began > LONGEST:
            raise TimeoutError(f"Not reached within {LONGEST:.0f} s.")
        longest = max(longest, pump())
    return longest


def settle(bridge: Bridge) -> float:
    """Pump until no work is left and all is painted; the longest block meanwhile."""
    longest = 0.0
    quiet = 0
    began = time.perf_counter()
    # An answer may ask for more; the second quiet pass has painted what the first delivered.
    while quiet < 2:
        if time.perf_counter() - began > LONGEST:
            raise TimeoutError(f"Still at work after {LONGEST:.0f} s.")
        busy = bridge.jobs.busy
        longest = max(longest, pump())
        quiet = 0 if busy or bridge.jobs.busy else quiet + 1
    return longest
