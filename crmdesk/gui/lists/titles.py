"""The titles of the records that conditions name, read when they are first needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.ops.changes import Announcement

Record = tuple[str, str]


class RecordTitles(QObject):
    """Titles by entity and id; what is not known yet is read and told by `came`."""

    came = Signal()

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._known: dict[Record, str] = {}
        self._asked: set[Record] = set()
        bridge.announced.connect(self._heard)
        bridge.language_changed.connect(self._forget)

    def know(self, entity: str, record: str, title: str) -> None:
        """Take note of a title that is at hand."""
        self._known[entity, record] = title

    def title(self, entity: str, record: str) -> str:
        """The title, "" while it is not known."""
        known = self._known.get((entity, record))
        if known is not None:
            return known
        picks = self._bridge.picks
        if self._bridge.registry.entity(entity).steps is not None:
            step = picks.option(entity, record)
            return "" if step is None else step.title
        self.need([(entity, record)])
        return ""

    def need(self, records: Iterable[Record]) -> None:
        """Read the titles of these, unless they are known."""
        missing = {one for one in records if one not in self._known} - self._asked
        if not missing:
            return
        self._asked |= missing
        select, ctx = self._bridge.workspace.select, self._bridge.ctx
        by_entity: dict[str, list[str]] = {}
        for entity, record in missing:
            by_entity.setdefault(entity, []).append(record)

        def ask(conn: Any, _job: object) -> dict[Record, str]:
            return {
                (entity, record): title
                for entity, records in by_entity.items()
                for record, title in select.titles(conn, entity, records, ctx).items()
            }

        def take(found: Mapping[Record, str]) -> None:
            self._known.update(found)
            self._asked -= missing
            # What has gone has no title, and is not asked for again and again.
            self._known.update(dict.fromkeys(missing - found.keys(), "?"))
            self.came.emit()

        self._bridge.read(ask, take)

    def _heard(self, announcement: Announcement) -> None:
        touched = {(one.entity, one.id) for one in announcement.changes}
        if announcement.everything or not touched.isdisjoint(self._known):
            self._forget()

    def _forget(self) -> None:
        self._known.clear()
        self._asked.clear()
        self.came.emit()
