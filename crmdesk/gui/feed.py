"""Keeps a grid in step with its source, the store and the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from crmdesk.gui.sources import QuerySource
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.grid.view import GridView
    from crmdesk.ops.changes import Announcement


class Feed(QObject):
    """Shows sources in a view, and reads again what was changed, by whomever.

    Where the reader sorts by a header, the source's query is changed and read anew. It belongs
    to the view and ends with it.
    """

    def __init__(self, bridge: Bridge, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        source = view.grid.source
        self._source = source if isinstance(source, QuerySource) else None
        # Records that were changed while rows were on their way; None for all.
        self._missed: frozenset[str] | None = frozenset()
        view.sort_requested.connect(self._sort)
        view.grid.loaded.connect(self._loaded)
        bridge.announced.connect(self._heard)
        bridge.language_changed.connect(self._translate)
        if self._source is not None:
            self._dress(self._source)

    @property
    def source(self) -> QuerySource | None:
        """What is shown now."""
        return self._source

    def show(self, source: QuerySource) -> None:
        """Show another source in the view."""
        self._source = source
        self._dress(source)
        self._view.grid.set_source(source)
        self._view.forget_options()

    def ask(self, source: QuerySource) -> None:
        """Show what another source asks for; of the same columns, the old rows stay till then."""
        now = self._source
        if now is None or now.shape != source.shape:
            self.show(source)
            return
        now.query, now.totals, now.colours = source.query, source.totals, source.colours
        self._view.set_sorts(now.sorts)
        self._view.grid.reload(fresh=True)

    def _dress(self, source: QuerySource) -> None:
        self._view.grid.new_label = _("New {kind}").format(kind=source.new_label.lower())
        self._view.set_sorts(source.sorts)

    def _sort(self, path: str, add: bool) -> None:
        if self._source is not None:
            self._source.sort_by(path, add=add)
            self._view.set_sorts(self._source.sorts)
            self._view.grid.reload(fresh=True)

    def _heard(self, announcement: Announcement) -> None:
        if self._source is None:
            return
        if self._source.outdated:
            self._translate()
            return
        stale = self._source.affected(announcement)
        grid = self._view.grid
        if stale.options:
            self._view.forget_options()
        if stale.rows is None or stale.rows:
            grid.refresh(stale.rows)
            if grid.loading:
                # Rows that come with the load may have been read before the change.
                missed = self._missed if stale.rows is not None else None
                self._missed = None if missed is None else missed | (stale.rows or frozenset())
        if stale.reload:
            grid.reload()
        elif stale.totals:
            grid.added.emit()

    def _loaded(self) -> None:
        missed, self._missed = self._missed, frozenset()
        if missed is None or missed:
            self._view.grid.refresh(missed)

    def _translate(self) -> None:
        if self._source is not None:
            place = self._view.current()
            self._source.translate()
            self.show(self._source)
            if place[0] >= 0:
                self._view.go(*place)
