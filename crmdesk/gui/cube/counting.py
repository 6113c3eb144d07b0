"""How many records each face of the front would show; faces that nobody chose follow it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from crmdesk.features.cube.cube import Cube
from crmdesk.features.cube.stand import Side
from crmdesk.gui.cube.side import SideFace
from crmdesk.gui.grid.source import Cancel

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge


class Counting:
    """Counts what belongs to the record in front, beside the window."""

    def __init__(self, bridge: Bridge, cube: Cube, sides: Mapping[Side, SideFace]) -> None:
        self._bridge = bridge
        self._cube = cube
        self._sides = sides
        self._counted = ("", "")
        # What was counted of it, None while that is on its way.
        self._counts: Mapping[str, int] | None = None
        self._cancel: Cancel | None = None

    def count(self, *, anew: bool = False) -> None:
        """Tell the faces how many there are; of the same record only `anew`."""
        stand = self._cube.stand
        wanted = (stand.entity, stand.record)
        if wanted == self._counted and not anew:
            # The current row of a list came to the front: its faces may be others now.
            if self._counts is not None:
                self._settle(self._counts)
            return
        self._counted = wanted
        self._counts = None
        if self._cancel is not None:
            self._cancel()
        if not stand.record:
            for face in self._sides.values():
                face.clear_counts()
            return
        select = self._bridge.workspace.select

        def ask(conn: Any, _job: object) -> Mapping[str, int]:
            return select.related_counts(conn, *wanted)

        self._cancel = self._bridge.read(ask, partial(self._show, wanted))

    def _show(self, asked: tuple[str, str], counts: Mapping[str, int]) -> None:
        # The front may have moved on while the answer was on its way.
        if asked != self._counted:
            return
        self._counts = counts
        self._settle(counts)
        for face in self._sides.values():
            face.set_counts(counts)

    def _settle(self, counts: Mapping[str, int]) -> None:
        if self._cube.settle(counts):
            stand = self._cube.stand
            for side, face in self._sides.items():
                face.show(stand.entity, stand.record, stand.face(side))
