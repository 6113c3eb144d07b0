"""How a side face is looked at: order, groups, columns, filter; kept for the kind in front."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QMenu, QVBoxLayout

from crmdesk.gui.sources import QuerySource
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.schema.query import Condition, Sort, Where, both, default_sort
from crmdesk.schema.viewdata import ViewColumn, ViewSpec, view_from_text, view_to_text

if TYPE_CHECKING:
    from crmdesk.features.cube.looks import KeptLooks
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.grid.pane import GridPane
    from crmdesk.gui.lists.filterbar import FilterBar
    from crmdesk.gui.lists.popover import Popover
    from crmdesk.schema.registry import Relation

Show = Callable[[QuerySource], None]


class SideLooks(QObject):
    """Changes how the records of a relation are looked at, and keeps that for its front.

    What is done in the header and the menu of the grid counts; a filter stands in a bar above
    the rows, which takes no room while there is none.
    """

    def __init__(self, bridge: Bridge, kept: KeptLooks, pane: GridPane, show: Show) -> None:
        super().__init__(pane)
        self._bridge = bridge
        self._kept = kept
        self._pane = pane
        self._ask = show
        self._relation: Relation | None = None
        self._record = ""
        self._bar: FilterBar | None = None
        self.spec = ViewSpec("")
        self.popover: Popover | None = None
        # Whether the columns stand otherwise than the source gives them.
        self._arranged = False
        view = pane.view
        view.sort_requested.connect(self._sorted)
        view.group_requested.connect(self._group)
        view.columns_changed.connect(self._columns_moved)
        view.header.menu_requested.connect(self._header_menu)
        view.menu_about_to_show.connect(self._add_to_menu)
        pane.model.folded.connect(self._folded)

    @property
    def bar(self) -> FilterBar | None:
        """The filter above the rows, None while there never was one."""
        return self._bar

    # -- showing

    def source(self, relation: Relation, record: str) -> QuerySource:
        """The records of a relation as they were last looked at beside such a record."""
        plain = QuerySource.face(self._bridge, relation, record)
        entity = plain.query.entity
        text = self._kept.of_face(relation.source, relation.name)
        found = view_from_text(self._bridge.registry, text) if text else None
        self.spec = found if found is not None and found.entity == entity else ViewSpec(entity)
        self._relation, self._record = relation, record
        spec, query = self.spec, plain.query
        model = self._pane.model
        if model.groups.closed != set(spec.collapsed):
            model.set_closed(spec.collapsed)
        if spec == ViewSpec(entity):
            return plain
        query = replace(
            query, where=both(query.where, spec.where) if spec.where is not None else query.where,
            sort=spec.sort or query.sort, group=spec.group,
        )  # fmt: skip
        paths = spec.shown or plain.paths
        return QuerySource(self._bridge, query, paths, plain.linked, spec.totals)

    def arrange(self) -> None:
        """Put columns, groups and filter as they were left; after a source was shown."""
        view, spec = self._pane.view, self.spec
        columns = [one for one in spec.columns if not one.hidden]
        if columns:
            view.columns.restore([(one.path, one.width) for one in columns])
        elif self._arranged:
            view.columns.plain()
        self._arranged = bool(columns)
        view.set_frozen(sum(one.frozen for one in columns))
        view.set_wrap(one.path for one in columns if one.wrap)
        self._show_filter()

    def _show_filter(self) -> None:
        bar = self._bar
        if bar is None and self.spec.where is not None:
            bar = self._made_bar()
        if bar is not None:
            bar.show_where(self.spec.entity, self.spec.where)
            bar.setVisible(self.spec.where is not None)

    def _made_bar(self) -> FilterBar:
        if self._bar is None:
            # Late, for the start's sake, here and below: few faces are narrowed.
            from crmdesk.gui.lists.filterbar import FilterBar

            self._bar = FilterBar(self._bridge, self._pane)
            self._bar.changed.connect(lambda where: self.change(where=where))
            box = self._pane.layout()
            assert isinstance(box, QVBoxLayout)
            box.insertWidget(0, self._bar)
        return self._bar

    def translate(self) -> None:
        """Speak the language that is set now."""
        if self._bar is not None:
            self._bar.translate()

    # -- changing

    def change(self, **changes: Any) -> None:
        """Look at the records in another way, and keep it."""
        self._take(replace(self.spec, **changes))
        if self._relation is not None:
            self._ask(self.source(self._relation, self._record))
            self.arrange()

    def _take(self, spec: ViewSpec) -> None:
        relation, self.spec = self._relation, spec
        if relation is not None:
            registry = self._bridge.registry
            text = "" if spec == ViewSpec(spec.entity) else view_to_text(registry, spec)
            self._kept.keep_face(relation.source, relation.name, text)

    def filter_by(self, where: Where) -> None:
        """Narrow the face further."""
        bar = self._made_bar()
        bar.show_where(self.spec.entity, self.spec.where)
        bar.show()
        bar.add_part(where)

    def begin_filter(self, path: str = "") -> None:
        """Ask for a filter, on a field where one is given."""
        bar = self._made_bar()
        bar.show_where(self.spec.entity, self.spec.where)
        bar.show()
        # Laid out before something hangs below it.
        box = self._pane.layout()
        assert box is not None
        box.activate()
        if path:
            bar.begin_with(path)
        else:
            bar.begin()
        self._watch_bar()

    def _watch_bar(self) -> None:
        """Hide the bar again when the last popover of it closes and nothing was asked for."""
        popover = None if self._bar is None else self._bar.popover
        if popover is None:
            self._show_filter()
        else:
            # Another one may open in its place.
            popover.closed.connect(lambda: QTimer.singleShot(0, self, self._watch_bar))

    def sort_by(self, sort: tuple[Sort, ...]) -> None:
        """Sort by these; the order of the declaration is the plain one."""
        plain = default_sort(self._bridge.registry.entity(self.spec.entity))
        self.change(sort=() if sort == plain else sort)

    def _sorted(self, _path: str, _add: bool) -> None:
        # The feed has sorted already.
        source = self._pane.model.source
        if isinstance(source, QuerySource):
            plain = default_sort(self._bridge.registry.entity(self.spec.entity))
            sort = source.query.sort
            self._take(replace(self.spec, sort=() if sort == plain else sort))

    def _group(self, path: str) -> None:
        now = self.spec.group
        mine = tuple(one for one in now if one.partition(":")[0] == path)
        group = tuple(one for one in now if one not in mine) if mine else (*now, path)
        self.change(group=group, collapsed=())

    def _folded(self, closed: tuple[tuple[str, ...], ...]) -> None:
        if len(closed) <= 500 and self.spec.entity:
            self._take(replace(self.spec, collapsed=closed))

    # -- columns

    @property
    def columns(self) -> tuple[ViewColumn, ...]:
        """The columns of the face, hidden ones too."""
        if self.spec.columns or self._relation is None:
            return self.spec.columns
        plain = QuerySource.face(self._bridge, self._relation, self._record)
        return tuple(ViewColumn(path) for path in plain.paths)

    def _columns_moved(self) -> None:
        before = {one.path: one for one in self.columns}
        state = self._pane.view.columns.state()
        shown = [replace(before.get(path, ViewColumn(path)), width=width) for path, width in state]
        hidden = [one for path, one in before.items() if path not in dict(state)]
        self._arranged = True
        self._take(replace(self.spec, columns=(*shown, *hidden)))

    def open_columns(self) -> None:
        """Open the popover of the columns."""
        # Late, as said above.
        from crmdesk.gui.lists.columnsbox import ColumnsBox

        box = ColumnsBox(self._pane, self._bridge, self.spec.entity, self.columns)
        box.changed.connect(lambda columns: self.change(columns=columns))
        box.field_wanted.connect(self.open_new_field)
        self._open(box)

    def open_new_field(self) -> None:
        """Ask for a new field of these records, which becomes the last column."""
        # Late, as said above.
        from crmdesk.gui.lists.fieldbox import FieldBox

        entity = self.spec.entity
        box = FieldBox(self._pane, self._bridge, entity)

        def add(path: str) -> None:
            if self.spec.entity == entity:
                self.change(columns=(*self.columns, ViewColumn(path)))

        box.made.connect(add)
        self._open(box)

    def _open(self, box: Popover) -> None:
        self.popover = box
        box.closed.connect(self._closed)
        box.open_under(self._pane.view.header)

    def _closed(self) -> None:
        self.popover = None

    # -- menus

    def _header_menu(self, path: str, at: QPoint) -> None:
        self.header_menu(path).popup(at)

    def header_menu(self, path: str) -> QMenu:
        """What can be done with a column of the face."""
        menu = QMenu(self._pane)
        menu.aboutToHide.connect(menu.deleteLater)

        def line(text: str, icon: str, act: Callable[[], object], *, on: bool = True) -> None:
            action = menu.addAction(icons.icon(icon), text)
            action.setEnabled(on)
            action.triggered.connect(lambda _on=False: act())

        line(_("Sort ascending"), "sort-ascending", lambda: self.sort_by((Sort(path),)))
        line(_("Sort descending"), "sort-descending", lambda: self.sort_by((Sort(path, True),)))
        line(_("Filter…"), "funnel", lambda: self.begin_filter(path))
        grouped = path in {one.partition(":")[0] for one in self.spec.group}
        line(_("Do not group by this") if grouped else _("Group by this"), "rows",
             lambda: self._group(path))  # fmt: skip
        menu.addSeparator()
        shown = [one for one in self.columns if not one.hidden]
        line(_("Hide column"), "eye-slash", lambda: self._put(path, hidden=True),
             on=len(shown) > 1)  # fmt: skip
        line(_("Columns…"), "columns", self.open_columns)
        menu.addSeparator()
        line(_("As it was"), "arrow-counter-clockwise", self.forget,
             on=self.spec != ViewSpec(self.spec.entity))  # fmt: skip
        return menu

    def forget(self) -> None:
        """Look at the face as it is declared again."""
        self._take(ViewSpec(self.spec.entity))
        self.change()

    def _put(self, path: str, **changes: bool) -> None:
        columns = tuple(
            replace(one, **changes) if one.path == path else one  # type: ignore[arg-type]
            for one in self.columns
        )
        self.change(columns=columns)

    def _add_to_menu(self, menu: QMenu) -> None:
        """Narrowing to the value of the cell belongs into the menu of a row."""
        # Late, as said above.
        from crmdesk.gui.lists.looks import same_value

        view, model = self._pane.view, self._pane.model
        row, column = view.current()
        if not 0 <= row < model.total or column < 0:
            return
        spec = model.columns[column]
        field = self._bridge.registry.resolve(self.spec.entity, spec.path).field
        where = same_value(field, spec.path, model.cell(row, column))
        if where is None:
            return
        menu.addSeparator()
        action = menu.addAction(icons.icon("funnel"), _("Filter by this value"))
        action.triggered.connect(lambda _on=False: self.filter_by(where))
        if where.op == "is":
            other = Condition(where.path, "is_not", where.value)
            action = menu.addAction(icons.icon("funnel-simple"), _("Filter out this value"))
            action.triggered.connect(lambda _on=False: self.filter_by(other))
