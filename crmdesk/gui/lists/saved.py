"""The saved views of a store, read once and again after they were changed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from crmdesk.ops.savedviews import SavedView, read_views
from crmdesk.schema.crm.facts import SavedViews
from crmdesk.schema.viewdata import ViewSpec, view_from_text

if TYPE_CHECKING:
    from crmdesk.features.cube.stand import Stand
    from crmdesk.ops.changes import Announcement
    from crmdesk.ops.workspace import Workspace


class Views:
    """The saved views; they are few and asked for while painting, so they are kept.

    Any thread may ask.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._all: tuple[SavedView, ...] | None = None
        self._registry = workspace.registry
        self._round = 0

    def heard(self, announcement: Announcement) -> bool:
        """Forget what an announcement may have changed; whether it did."""
        stale = announcement.everything or any(
            one.entity == SavedViews.ENTITY for one in announcement.changes
        )
        if stale:
            with self._lock:
                self._round += 1
                self._all = None
        return stale

    def all(self) -> tuple[SavedView, ...]:
        """Every saved view, in order."""
        found = self._all
        if found is None or self._registry is not self._workspace.registry:
            number, registry = self._round, self._workspace.registry
            found = read_views(self._workspace)
            with self._lock:
                if number == self._round:
                    self._all, self._registry = found, registry
        return found

    def of(self, entity: str) -> tuple[SavedView, ...]:
        """The saved views of an entity."""
        return tuple(one for one in self.all() if one.entity == entity)

    def get(self, view: str) -> SavedView | None:
        """The saved view of that id, None where there is none (any more)."""
        return next((one for one in self.all() if one.id == view), None) if view else None

    def starts(self) -> dict[str, str]:
        """The view that a list begins with, by entity."""
        return {one.entity: one.id for one in self.all() if one.first}

    def kept(self, stand: Stand) -> ViewSpec:
        """The view of a list as it is saved."""
        saved = self.get(stand.view)
        if saved is None or saved.entity != stand.entity:
            return ViewSpec(stand.entity)
        return saved.spec

    def spec(self, stand: Stand) -> ViewSpec:
        """The view that a list shows, with what was changed and not saved."""
        if stand.changed:
            found = view_from_text(self._workspace.registry, stand.changed)
            if found is not None and found.entity == stand.entity:
                return found
        return self.kept(stand)
