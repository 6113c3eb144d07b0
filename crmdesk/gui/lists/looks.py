"""How the list in front is looked at: its head and filter bar, and what they change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.gui.lists.filterbar import FilterBar
from crmdesk.gui.lists.head import ListHead
from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.schema.query import Condition, Sort, Where, default_sort
from crmdesk.schema.registry import Field
from crmdesk.schema.values import AnyRef
from crmdesk.schema.viewdata import Density, ViewColumn, ViewSpec, columns_of

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.cube.listing import ListFront
    from crmdesk.gui.grid.source import GridCell
    from crmdesk.ops.changes import Announcement


_PAINTED = frozenset({"choice", "choices", "boolean", "rating", "colour"})
"""What is painted as something else than text, and cannot wear a colour."""


class Looks(QObject):
    """Head and filter bar of a list; what is done in them becomes another view of it."""

    def __init__(self, bridge: Bridge, listing: ListFront) -> None:
        super().__init__(listing)
        self._bridge = bridge
        self._listing = listing
        self._registry = bridge.registry
        self.head = ListHead(bridge, listing, listing.tools)
        self.bar = FilterBar(bridge, listing)
        self.popover: Popover | None = None
        head = self.head
        head.sort.clicked.connect(self.open_sort)
        head.group.clicked.connect(self.open_groups)
        head.columns.clicked.connect(self.open_columns)
        head.view_clicked.connect(self.open_views)
        head.save_clicked.connect(self.save)
        head.form_chosen.connect(lambda form: self.change(form=form))
        self.bar.changed.connect(lambda where: self.change(where=where))
        listing.view.menu_about_to_show.connect(self._add_to_menu)
        listing.view.columns_changed.connect(self._columns_moved)
        listing.view.header.menu_requested.connect(self._header_menu)
        bridge.announced.connect(self._heard)
        self._fill_more()

    @property
    def spec(self) -> ViewSpec:
        """How the list is looked at now."""
        return self._listing.spec

    def show(self) -> None:
        """Show in head and bar how the list is looked at."""
        listing, bridge = self._listing, self._bridge
        spec = listing.spec
        entity = bridge.registry.entity(spec.entity)
        stand = listing.stand
        view = bridge.views.get(stand.view)
        self.head.show_view(entity, spec, view, bool(stand.changed))
        self.bar.show_where(spec.entity, spec.where)

    def translate(self) -> None:
        """Speak the language that is set now."""
        self.bar.translate()
        self.show()

    def change(self, **changes: object) -> None:
        """Look at the list in another way."""
        self._listing.change(replace(self.spec, **changes))  # type: ignore[arg-type]

    # -- filter

    def begin_filter(self) -> None:
        """Ask for another filter."""
        if not self.bar.isHidden():
            self.bar.begin()

    def filter_by(self, where: Where) -> None:
        """Narrow the list further."""
        self.bar.add_part(where)

    def _add_to_menu(self, menu: QMenu) -> None:
        listing = self._listing
        row, column = listing.view.current()
        if not 0 <= row < listing.total or column < 0:
            return
        spec = listing.pane.model.columns[column]
        found = self._bridge.registry.resolve(self.spec.entity, spec.path).field
        cell = listing.pane.model.cell(row, column)
        where = same_value(found, spec.path, cell)
        if where is None:
            return
        text = _("Filter by this value")
        action = menu.addAction(icons.icon("funnel"), text)
        action.triggered.connect(lambda _on=False: self.filter_by(where))
        if where.op == "is":
            other = Condition(where.path, "is_not", where.value)
            action = menu.addAction(icons.icon("funnel-simple"), _("Filter out this value"))
            action.triggered.connect(lambda _on=False: self.filter_by(other))

    # -- sort

    def open_sort(self) -> None:
        """Open the popover of the order."""
        # Late, for the start's sake, here and below: no start changes a view.
        from crmdesk.gui.lists.sortbox import SortBox

        sort = self.spec.sort or default_sort(self._bridge.registry.entity(self.spec.entity))
        box = SortBox(self._listing, self._bridge, self.spec.entity, sort)
        box.changed.connect(self.sort_by)
        self._open(box, self.head.sort)

    def sort_by(self, sort: tuple[Sort, ...]) -> None:
        """Sort by these; the order of the declaration is that of a plain view."""
        plain = default_sort(self._bridge.registry.entity(self.spec.entity))
        self.change(sort=() if sort == plain else sort)

    def open_groups(self) -> None:
        """Open the popover of the groups."""
        # Late, as said above.
        from crmdesk.gui.lists.groupbox import GroupBox

        box = GroupBox(self._listing, self._bridge, self.spec.entity, self.spec.group)
        box.changed.connect(lambda group: self.change(group=group, collapsed=()))
        self._open(box, self.head.group)

    # -- columns

    def open_columns(self) -> None:
        """Open the popover of the columns."""
        # Late, as said above.
        from crmdesk.gui.lists.columnsbox import ColumnsBox

        columns = columns_of(self._bridge.registry.entity(self.spec.entity), self.spec)
        box = ColumnsBox(self._listing, self._bridge, self.spec.entity, columns)
        box.changed.connect(lambda columns: self.change(columns=columns))
        box.field_wanted.connect(self.open_new_field)
        self._open(box, self.head.columns)

    def open_new_field(self) -> None:
        """Ask for a new field, which becomes the last column."""
        # Late, as said above.
        from crmdesk.gui.lists.fieldbox import FieldBox

        entity = self.spec.entity
        box = FieldBox(self._listing, self._bridge, entity)

        made: list[str] = []

        def add(path: str) -> None:
            if self.spec.entity == entity:
                made.append(path)
                columns = columns_of(self._bridge.registry.entity(entity), self.spec)
                self.change(columns=(*columns, ViewColumn(path)))

        box.made.connect(add)
        self._open(box, self.head.columns)
        # Last of all: the popover gives the focus back when it goes.
        box.closed.connect(lambda: self._show_column(made[0]) if made else None)

    def _show_column(self, path: str) -> None:
        """Go to a column that has just been added, its title whole, and stay in the grid."""
        view = self._listing.view
        paths = [one.path for one in view.grid.columns]
        if path in paths:
            view.columns.fit_content(paths.index(path))
            view.go(max(view.current()[0], 0), paths.index(path))
            view.setFocus()

    def _header_menu(self, path: str, at: QPoint) -> None:
        # Late, as said above.
        from crmdesk.gui.lists.headermenu import HeaderMenu

        HeaderMenu(self._bridge, self._listing, path).menu().popup(at)

    def _columns_moved(self) -> None:
        """Keep the order and the widths that the hand gave the columns in the header."""
        entity = self._bridge.registry.entity(self.spec.entity)
        before = {one.path: one for one in columns_of(entity, self.spec)}
        state = self._listing.view.columns.state()
        shown = [replace(before.get(path, ViewColumn(path)), width=width) for path, width in state]
        hidden = [one for path, one in before.items() if path not in dict(state)]
        self._listing.take_columns((*shown, *hidden))

    # -- colours, height, files

    def open_colours(self) -> None:
        """Open the popover of the rules of colours."""
        # Late, as said above.
        from crmdesk.gui.lists.coloursbox import ColoursBox

        registry, spec = self._bridge.registry, self.spec
        shown = [one.path for one in columns_of(registry.entity(spec.entity), spec)
                 if not one.hidden]  # fmt: skip
        plain = [path for path in shown
                 if registry.resolve(spec.entity, path).field.kind not in _PAINTED]  # fmt: skip
        box = ColoursBox(
            self._listing, self._bridge, spec.entity, self.bar.titles, spec.colours, tuple(plain)
        )
        box.changed.connect(lambda rules: self.change(colours=rules))
        self._open(box, self.head.more)

    def export(self) -> None:
        """Write what is seen to a file."""
        # Late, as said above.
        from crmdesk.gui.lists.exporting import export_list

        export_list(self._bridge, self._listing)

    def _fill_more(self) -> None:
        head = self.head
        head.add_more(lambda: _("Colours…"), "paint-brush", self.open_colours)
        heights = QMenu(head.more_menu)
        head.add_menu(lambda: _("Row height"), "rows", heights)
        names: dict[Density, Callable[[], str]] = {
            "compact": lambda: _("Compact"),
            "normal": lambda: _("Normal"),
            "relaxed": lambda: _("Relaxed"),
        }

        def fill() -> None:
            heights.clear()
            for density, words in names.items():
                action = heights.addAction(words())
                action.setCheckable(True)
                action.setChecked(self.spec.density == density)
                action.triggered.connect(
                    lambda _on=False, density=density: self.change(density=density)
                )

        heights.aboutToShow.connect(fill)
        head.add_more(lambda: _("Export…"), "export", self.export)

    # -- views

    def open_views(self) -> None:
        """Open the menu of the saved views."""
        # Late, as said above.
        from crmdesk.gui.lists.viewmenu import ViewMenu

        ViewMenu(self._bridge, self._listing, self.head.view).open()

    def save(self) -> None:
        """Save what was changed, in the view that it was changed of or in a new one."""
        # Late, as said above.
        from crmdesk.gui.lists.viewmenu import ViewMenu

        ViewMenu(self._bridge, self._listing, self.head.view).save()

    def _open(self, box: Popover, anchor: QWidget) -> None:
        self.popover = box

        def gone() -> None:
            if self.popover is box:
                self.popover = None

        box.closed.connect(gone)
        box.open_under(anchor)

    def _heard(self, announcement: Announcement) -> None:
        # Late, as said above.
        from crmdesk.schema.crm.facts import SavedViews

        anew = self._registry is not self._bridge.registry
        self._registry = self._bridge.registry
        if (
            anew
            or announcement.everything
            or any(one.entity == SavedViews.ENTITY for one in announcement.changes)
        ):
            self._listing.show_stand(self._listing.stand)
            self.show()


def same_value(field: Field, path: str, cell: GridCell) -> Condition | None:
    """The condition of all records with the value of a cell, None where there is no such one."""
    value = cell.value
    if field.kind in ("data", "file"):
        return None
    if value is None or value in ("", ()):
        return Condition(path, "empty")
    if field.kind == "choices":
        return Condition(path, "contains", value)
    if field.kind == "longtext":
        return None
    if field.kind == "anyref":
        return None if cell.ref is None else Condition(path, "is", AnyRef(*cell.ref))
    return Condition(path, "is", value)
