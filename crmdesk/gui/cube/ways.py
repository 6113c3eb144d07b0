"""The ways in which the cube is turned, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from crmdesk.features.cube.cube import LONGEST
from crmdesk.features.cube.stand import Side, Stand

if TYPE_CHECKING:
    from crmdesk.gui.cube.turning import Turning

Way = Literal["left", "right", "up", "down"]
"""Where the old face goes: the right face comes to the front by a turn to the left."""

_BACK: dict[Way, Way] = {"left": "right", "right": "left", "up": "down", "down": "up"}


class Ways(QObject):
    """Knows how the cube was turned to each front, and shows the turns where that is wanted."""

    def __init__(self, area: QWidget) -> None:
        super().__init__(area)
        self._area = area
        self._ways: dict[Stand, Way] = {}
        self.shown: Turning | None = None
        # Whether a turn is to be seen as one.
        self.animated: Callable[[], bool] = lambda: False

    def turn(self, stand: Stand, side: Side | None) -> None:
        """The cube is turned to a front, by a reference there or on one of its sides."""
        way: Way = "up" if side == "bottom" else "left"
        self._ways[stand] = way
        if len(self._ways) > LONGEST:
            del self._ways[next(iter(self._ways))]
        self._show(way)

    def back(self, stand: Stand) -> None:
        """One goes back from a front: the other way round."""
        self._show(_BACK[self._to(stand)])

    def again(self, stand: Stand) -> None:
        """One goes forward to a front again."""
        self._show(self._to(stand))

    def _to(self, stand: Stand) -> Way:
        ways = (way for to, way in self._ways.items() if to.same_front(stand))
        return next(ways, "left")

    def _show(self, way: Way) -> None:
        """Begin to show a turn; what is done to the faces meanwhile waits for nothing."""
        if not self._area.isVisible() or not self.animated():
            return
        if self.shown is None:
            # Late, for the start's sake: nobody turns before the window is there.
            from crmdesk.gui.cube.turning import Turning

            self.shown = Turning(self._area)
        self.shown.begin(way)

    def bring(self) -> None:
        """All of the new front is there: what is shown of the turn may go on with it."""
        if self.shown is not None:
            self.shown.bring()
