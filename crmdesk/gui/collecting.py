"""Collects Python's unreachable cycles in the window's own thread alone.

Python collects in whichever thread happens to allocate. Where that is a reading thread and the
garbage has objects of Qt, their destructors run there: they hold a lock of Qt while they wait
for the interpreter, and the window's thread holds the interpreter while it waits for that lock.
Both then wait for ever. So the automatic collection is off while there is a window, and a timer
of the window's thread does the same work by the same thresholds.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QTimer

_EVERY_MS = 400
_OLDEST = 2
_MANY = 100_000
"""New objects beyond which a round is not put off any more."""

_timer: list[QTimer] = []


def begin() -> None:
    """Collect in this thread, that of the application, from now on; a second call does nothing."""
    if _timer:
        return
    gc.disable()
    timer = QTimer(QCoreApplication.instance())
    timer.timeout.connect(collect)
    timer.start(_EVERY_MS)
    _timer.append(timer)


def put_off() -> None:
    """Collect nothing until `go_on`: while the window is made, a round finds next to nothing.

    It would look through all that was imported, which takes a tenth of a start.
    """
    if _timer:
        _timer[0].stop()


def go_on() -> None:
    """Collect from now on, without looking again at what there is: that stays."""
    if _timer and not _timer[0].isActive():
        gc.freeze()
        _timer[0].start(_EVERY_MS)


def later() -> None:
    """Let what was asked for now come first, unless that has been said for long."""
    if _timer and _timer[0].isActive() and gc.get_count()[0] < _MANY:
        _timer[0].start(_EVERY_MS)


def end() -> None:
    """Leave it to Python again, as before `begin`."""
    if _timer:
        _timer.pop().stop()
        gc.unfreeze()
        gc.enable()


def collect() -> None:
    """Collect the oldest generation that is due, by the thresholds of the interpreter."""
    due = [
        generation
        for generation, (count, most) in enumerate(
            zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        if count > most > 0
    ]
    if not due:
        return
    gc.collect(due[-1])
    if due[-1] == _OLDEST and not gc.get_freeze_count():
        # What the program itself consists of stays: looking through it each time held the
        # window up for 60 ms, without it a full round takes 2.
        gc.freeze()
