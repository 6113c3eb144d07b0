"""The saved views in the rail, with how many records each has now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from crmdesk.errors import KnownError
from crmdesk.gui.shell.rail import RailItem
from crmdesk.gui.shell.rail_content import VIEWS
from crmdesk.schema.crm.facts import SavedViews

if TYPE_CHECKING:
    from crmdesk.gui.grid.source import Cancel
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.ops.changes import Announcement

_COUNT_MS = 400


class RailViews(QObject):
    """Lists the saved views; a click shows one in front. Counts follow the store."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = window.bridge
        self.counts: dict[str, int] = {}
        self._counting: Cancel | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_COUNT_MS)
        self._timer.timeout.connect(self._count)
        records = window.rail.current

        def current() -> tuple[str, str]:
            stand = window.cube.stand
            shown = stand.listing and self._bridge.views.get(stand.view) is not None
            return (VIEWS, stand.view) if shown else records()

        window.rail.current = current
        window.rail.put(VIEWS, self._items, self._go)
        self._bridge.announced.connect(self._heard)
        self._timer.start()

    def _items(self) -> list[RailItem]:
        language = self._bridge.language
        return [
            RailItem(one.title(language), one.id, "", self.counts.get(one.id))
            for one in self._bridge.views.all()
        ]

    def _go(self, view: str) -> None:
        found = self._bridge.views.get(view)
        if found is not None:
            self._window.view.show_list(found.entity, view)

    def _heard(self, announcement: Announcement) -> None:
        if announcement.everything or any(
            one.entity == SavedViews.ENTITY for one in announcement.changes
        ):
            self._window.cube.start_views = self._bridge.views.starts()
            self._window.rail.show()
        self._timer.start()

    def _count(self) -> None:
        if self._counting is not None:
            self._counting()
        bridge = self._bridge
        select, ctx, registry = bridge.workspace.select, bridge.query_context(), bridge.registry

        def ask(conn: Any, _job: object) -> dict[str, int]:
            found = {}
            for view in bridge.views.all():
                try:
                    found[view.id] = select.count(conn, view.spec.query(registry), ctx)
                except KnownError:
                    # What it asks about is not there any more; it says so when it is shown.
                    continue
            return found

        self._counting = bridge.read(ask, self._show)

    def _show(self, counts: Mapping[str, int]) -> None:
        self.counts = dict(counts)
        for view, count in counts.items():
            self._window.ui.rail.set_count(f"{VIEWS}:{view}", count)
