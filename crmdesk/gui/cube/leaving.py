"""Records that go while they stand in the trail: out of the front with a word, and back again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from crmdesk.features.cube.stand import Stand
from crmdesk.gui.grid.source import Cancel

if TYPE_CHECKING:
    from crmdesk.gui.cube.view import CubeView
    from crmdesk.ops.changes import Announcement

Lost = dict[str, set[str]]


class Leaving(QObject):
    """Keeps the trail of a cube free of records that are not there any more.

    One that was in front makes room for what was there before it; where it comes back while
    that still stands there, it is the front again.
    """

    # The record in front went: what it was called, and the announcement that told of it (None
    # where it was found missing).
    left = Signal(str, object)

    def __init__(self, view: CubeView) -> None:
        super().__init__(view)
        self._view = view
        # The front that went, and what came in its place.
        self._gone: tuple[Stand, Stand] | None = None
        self._checking: Cancel | None = None

    def hear(self, announcement: Announcement) -> bool:
        """Follow what was deleted or came back; whether the front is another one now."""
        if announcement.everything:
            self._check(announcement)
            return False
        lost: Lost = {}
        for one in announcement.changes:
            if one.op == "D":
                lost.setdefault(one.entity, set()).add(one.id)
            elif one.op == "I":
                lost.get(one.entity, set()).discard(one.id)
        made = {(one.entity, one.id) for one in announcement.changes if one.op == "I"}
        return self._forget(lost, announcement) or self._bring_back(made)

    def missing(self, entity: str, record: str) -> None:
        """A record that was to be shown is not there."""
        if self._checking is None and self._forget({entity: {record}}, None):
            self._view.show_front()

    def _check(self, announcement: Announcement) -> None:
        """Look which records of the trail are there; too much was changed to be told one by one."""
        wanted: Lost = {}
        for stand in (*self._view.cube.steps, *(self._gone or ())):
            if stand.record:
                wanted.setdefault(stand.entity, set()).add(stand.record)
        bridge = self._view.bridge
        select, ctx = bridge.workspace.select, bridge.ctx

        def ask(conn: Any, _job: object) -> set[tuple[str, str]]:
            return {
                (entity, record)
                for entity, records in wanted.items()
                for record in select.titles(conn, entity, sorted(records), ctx)
            }

        if self._checking is not None:
            self._checking()
        self._checking = bridge.read(ask, partial(self._checked, wanted, announcement))

    def _checked(
        self, wanted: Lost, announcement: Announcement, there: set[tuple[str, str]]
    ) -> None:
        self._checking = None
        lost = {
            entity: {record for record in records if (entity, record) not in there}
            for entity, records in wanted.items()
        }
        if self._forget(lost, announcement) or self._bring_back(there):
            self._view.show_front()

    def _forget(self, lost: Lost, announcement: Announcement | None) -> bool:
        cube = self._view.cube
        before = cube.stand
        for entity, records in lost.items():
            if records:
                cube.forget(entity, records.__contains__)
        if before.listing or before.record not in lost.get(before.entity, ()):
            return not cube.stand.same_front(before)
        self._gone = (before, cube.stand)
        self.left.emit(before.title, announcement)
        return True

    def _bring_back(self, there: set[tuple[str, str]]) -> bool:
        if self._gone is None:
            return False
        front, instead = self._gone
        if (front.entity, front.record) not in there:
            return False
        self._gone = None
        cube = self._view.cube
        if not cube.stand.same_front(instead):
            # One has gone on since.
            return False
        cube.resume(front)
        return True
