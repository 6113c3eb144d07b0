"""Lets the faces be painted once, when what was asked for all of them has come."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from crmdesk.gui import collecting

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

LONGEST = 0.08
"""Seconds of waiting after which what is there is painted, whatever is still on its way."""

_QUIET = 2


class Calm(QObject):
    """Holds some widgets still while the answers to a turn come in.

    Each answer would have its part painted by itself, and what several touch several times over;
    held, one sees the old faces a moment longer and then all the new ones at once.
    """

    # All that was asked for has come, and is about to be painted.
    rested = Signal()

    def __init__(self, bridge: Bridge, parts: Sequence[QWidget], parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = bridge.jobs
        self._parts = tuple(parts)
        self._before: frozenset[object] = frozenset()
        self.longest = LONGEST
        self._until: float | None = None
        self._quiet = 0
        self._timer = QTimer(self)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._look)

    def hold(self) -> None:
        """Paint nothing until all that is asked from now on has been answered."""
        collecting.later()
        self._before = self._jobs.under_way
        # From the first look on: what asks may take a while, and that is not waiting.
        self._until = None
        self._quiet = 0
        for part in self._parts:
            part.setUpdatesEnabled(False)
        self._timer.start()

    @property
    def holding(self) -> bool:
        """Whether something is still waited for."""
        return self._timer.isActive()

    def let_go(self) -> None:
        """Paint what is there."""
        if self._timer.isActive():
            self._timer.stop()
            for part in self._parts:
                part.setUpdatesEnabled(True)
            self.rested.emit()

    def _look(self) -> None:
        # An answer may ask for more; at the second quiet look it has not.
        self._quiet = 0 if self._jobs.under_way - self._before else self._quiet + 1
        if self._until is None:
            self._until = perf_counter() + self.longest
        if self._quiet >= _QUIET or perf_counter() >= self._until:
            self.let_go()
