"""The menu of a column's title: sort, filter, group, hide, freeze, and one's own fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from crmdesk.gui.lists.viewmenu import NameBox
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.ops import newfields
from crmdesk.schema.query import Sort, resolve
from crmdesk.schema.viewdata import ViewColumn, columns_of

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.cube.listing import ListFront

_WRAPS = frozenset({"text", "longtext", "choices"})


class HeaderMenu:
    """What can be done with one column of the list in front."""

    def __init__(self, bridge: Bridge, listing: ListFront, path: str) -> None:
        self._bridge = bridge
        self._listing = listing
        self._looks = listing.looks
        self._path = path
        self._entity = bridge.registry.entity(listing.spec.entity)
        self._field = resolve(bridge.registry, self._entity.name, path).field

    @property
    def _columns(self) -> tuple[ViewColumn, ...]:
        return columns_of(self._entity, self._listing.spec)

    def menu(self) -> QMenu:
        """The menu as it is now."""
        listing, looks, path = self._listing, self._looks, self._path
        menu = QMenu(listing)
        menu.aboutToHide.connect(menu.deleteLater)

        def line(text: str, icon: str, act: Callable[[], object], *, on: bool = True) -> None:
            action = menu.addAction(icons.icon(icon), text)
            action.setEnabled(on)
            action.triggered.connect(lambda _on=False: act())

        line(_("Sort ascending"), "sort-ascending", lambda: looks.sort_by((Sort(path),)))
        line(_("Sort descending"), "sort-descending", lambda: looks.sort_by((Sort(path, True),)))
        line(_("Filter…"), "funnel", lambda: looks.bar.begin_with(path))
        grouped = path in {one.partition(":")[0] for one in listing.spec.group}
        line(_("Do not group by this") if grouped else _("Group by this"), "rows",
             lambda: listing.view.group_requested.emit(path))  # fmt: skip
        menu.addSeparator()
        shown = [one for one in self._columns if not one.hidden]
        line(_("Hide column"), "eye-slash", lambda: self._put(hidden=True), on=len(shown) > 1)
        mine = next((one for one in shown if one.path == path), ViewColumn(path))
        line(_("Let it scroll") if mine.frozen else _("Keep at the left"), "push-pin",
             self._freeze)  # fmt: skip
        if self._field.kind in _WRAPS:
            line(_("One line") if mine.wrap else _("Wrap text"), "text-align-left",
                 lambda: self._put(wrap=not mine.wrap))  # fmt: skip
        line(_("Columns…"), "columns", looks.open_columns)
        menu.addSeparator()
        line(_("New field…"), "plus", looks.open_new_field)
        if self._field.custom and "." not in path:
            line(_("Rename field…"), "pencil-simple", self.rename)
            line(_("Delete field"), "trash", self.delete)
        return menu

    def rename(self) -> None:
        """Ask for another name of the field."""
        title = self._field.label.text(self._bridge.language)
        box = NameBox(self._listing, _("Rename the field"), title, _("Rename"), _("Name"))
        workspace, entity, name = self._bridge.workspace, self._entity.name, self._field.name
        box.named.connect(
            lambda label: self._bridge.write(
                lambda: newfields.renamed(workspace, entity, name, label)
            )
        )
        box.open_under(self._looks.head.columns)

    def delete(self) -> None:
        """Remove the field; undo brings it back with all that was in it."""
        workspace, entity, name = self._bridge.workspace, self._entity.name, self._field.name
        self._bridge.write(lambda: newfields.removed(workspace, entity, name))

    def _put(self, **changes: bool) -> None:
        self._looks.change(
            columns=tuple(
                replace(one, **changes) if one.path == self._path else one  # type: ignore[arg-type]
                for one in self._columns
            )
        )

    def _freeze(self) -> None:
        """Keep this column at the left, or let it scroll again."""
        columns = [
            replace(one, frozen=not one.frozen) if one.path == self._path else one
            for one in self._columns
        ]
        self._looks.change(columns=tuple(sorted(columns, key=lambda one: not one.frozen)))
