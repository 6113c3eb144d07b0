"""A side face: the records of one relation of the front, or its timeline, with a picker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton

from crmdesk.features.cube.looks import KeptLooks
from crmdesk.features.cube.stand import TIMELINE
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube.narrow import shared
from crmdesk.gui.cube.sidelooks import SideLooks
from crmdesk.gui.cube.timeline import ALL, TimelineList, kinds
from crmdesk.gui.faces.face import Face
from crmdesk.gui.faces.pills import Tab
from crmdesk.gui.feed import Feed
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.pane import EmptyWord, GridPane
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.sources import QuerySource
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.schema.crm.facts import Attachments
from crmdesk.schema.registry import Relation

if TYPE_CHECKING:
    from crmdesk.gui.files.gallery import FilesFace


class SideFace(QObject):
    """One of the two faces beside the front; `face` is its widget.

    Its grid is made when the first relation is shown and kept: a turn only gives it another
    source.
    """

    # The key of the relation (or the timeline) that was chosen in the picker.
    picked = Signal(str)
    # A reference, or a row, is to become the front.
    turned = Signal(str, str)
    told = Signal(str)
    # The menu of a row is about to be shown, with the entity and id that the row means.
    row_menu = Signal(object, str, str)

    def __init__(
        self, bridge: Bridge, parent: QObject | None = None, looks: KeptLooks | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._kept = looks or KeptLooks()
        self.face = Face()
        self.face.picked.connect(self.picked)
        self._pane: GridPane | None = None
        self._timeline: TimelineList | None = None
        # Makes what shows files as tiles; without it they are rows like all others.
        self.make_files: Callable[[], FilesFace] | None = None
        self._files: FilesFace | None = None
        self._entity = ""
        self._record = ""
        self._key = ""
        self._relation: Relation | None = None
        self._feed: Feed | None = None
        # What stands here while no record is in front.
        self._idle: EmptyWord | None = None
        self.looks: SideLooks | None = None
        self._counts: dict[str, int] = {}
        # What the timeline is narrowed to.
        self._kind = ALL
        self.narrow = QToolButton(self.face)
        self.narrow.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.narrow.setCursor(Qt.CursorShape.PointingHandCursor)
        self._kinds = QMenu(self.narrow)
        self._kinds.aboutToShow.connect(self._fill_kinds)
        self.narrow.setMenu(self._kinds)
        self.narrow.hide()
        self.face.tools.addWidget(self.narrow)

    @property
    def view(self) -> GridView | None:
        """The grid, None while nothing was shown."""
        return None if self._pane is None else self._pane.view

    @property
    def timeline(self) -> TimelineList | None:
        """The timeline, None while it was never chosen."""
        return self._timeline

    @property
    def key(self) -> str:
        """The relation that is shown, or the timeline."""
        return self._key

    # -- showing

    def show(self, entity: str, record: str, key: str) -> None:
        """Show what `key` has for that record; an empty record shows an empty face."""
        self._dress(entity, key)
        before = (self._entity, self._record, self._key)
        self._entity, self._record, self._key = entity, record, key
        if before == (entity, record, key):
            return
        if key == TIMELINE:
            line = self._timeline_list()
            self.face.set_body(line)
            line.show_record(entity, record, kind=self._kind)
        elif self._relation is not None and record:
            if self._relation.target == Attachments.ENTITY and self.make_files is not None:
                self._show_files(self._relation, record, self.make_files)
            else:
                self._show_rows(self._relation, record)
        else:
            self.face.set_body(None)

    def show_nothing(self) -> None:
        """Say that there is no record to show something of: the list in front is empty."""
        if not self._record:
            if self._idle is None:
                self._idle = EmptyWord(self.face)
            self._say_nothing(self._idle)
            self.face.set_body(self._idle)

    def _say_nothing(self, word: EmptyWord) -> None:
        kind = self._bridge.registry.entity(self._entity).label.text(self._bridge.language)
        hint = _("What belongs to the current row of the list stands here.")
        word.say(_("No {kind} is chosen").format(kind=kind.lower()), hint)

    def translate(self) -> None:
        """Take up the language that is set now; the grid does so by itself."""
        if self._timeline is not None:
            self._timeline.translate()
            if self._key == TIMELINE:
                self._timeline.reload()
        if self._entity:
            self._dress(self._entity, self._key)
            self.face.set_tabs(self._tabs(self._entity), self._key)
        self.face.set_maximised(self.face.is_maximised)
        if self._idle is not None:
            self._say_nothing(self._idle)
        if self._files is not None:
            self._files.translate()
        if self.looks is not None:
            self.looks.translate()
        if self._relation is not None and self._pane is not None:
            self._name_grid(self._pane, self._relation)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many records each relation has."""
        self._counts = dict(counts)
        if self._entity:
            faces = self._bridge.registry.faces(self._entity)
            self.face.set_counts({one.name: counts.get(one.name, 0) for one in faces})

    def clear_counts(self) -> None:
        """Show no counts: those of the next front are not known yet."""
        self._counts = {}
        if self._entity:
            faces = self._bridge.registry.faces(self._entity)
            self.face.set_counts(dict.fromkeys(one.name for one in faces))

    def reload(self) -> None:
        """Read what is shown again."""
        if self._key == TIMELINE and self._timeline is not None:
            self._timeline.reload()
        elif self._pane is not None and self._record:
            self._pane.model.forget_made()
            self._pane.model.reload()
            self._pane.model.refresh()

    def go_to_new_line(self) -> bool:
        """Begin a new, linked record; False where this face makes none."""
        view = self.view
        return view is not None and self._relation is not None and view.go_to_new_line()

    # -- making

    def _dress(self, entity: str, key: str) -> None:
        registry = self._bridge.registry
        relations = registry.faces(entity)
        self._relation = next((one for one in relations if one.name == key), None)
        if self._relation is not None:
            colour = registry.entity(self._relation.target).colour
            self.face.dress(self._relation.label.text(self._bridge.language), colour)
        else:
            self.face.dress(_("Timeline"), "note")
        self.narrow.setVisible(key == TIMELINE)
        if key == TIMELINE:
            icons.set_icon(self.narrow, "funnel", size=16)
            words = _("Show only: {what}").format(what=dict(kinds())[self._kind])
            self.narrow.setToolTip(words)
            self.narrow.setAccessibleName(words)
        if entity != self._entity or key != self._key:
            self.face.set_tabs(self._tabs(entity), key)
        if entity != self._entity:
            self._counts = {}

    def _tabs(self, entity: str) -> list[Tab]:
        registry, language = self._bridge.registry, self._bridge.language
        # Counts of another kind of front say nothing of this one.
        counts = self._counts if entity == self._entity else {}
        tabs = [
            Tab(
                one.name,
                one.label.text(language),
                counts.get(one.name),
                registry.entity(one.target).colour,
            )
            for one in registry.faces(entity)
        ]
        return [*tabs, Tab(TIMELINE, _("Timeline"), None, "note")]

    def _name_grid(self, pane: GridPane, relation: Relation) -> None:
        pane.view.setAccessibleName(relation.label.text(self._bridge.language))
        if self.looks is not None and self.looks.spec.where is not None:
            hint = _("No record is what is asked for above.")
            pane.empty.say(_("Nothing found"), hint, icon="tray")
            return
        hint = _("Type in the line above: what you add is linked at once.")
        pane.empty.say(_("Nothing here yet"), hint, icon="tray")

    def _show_rows(self, relation: Relation, record: str) -> None:
        pane = self._pane
        if pane is None or self.looks is None or self._feed is None:
            plain = QuerySource.face(self._bridge, relation, record)
            model = GridModel(plain, parent=self)
            view = GridView(model, enter_turns=True)
            view.turned.connect(self._turn)
            view.told.connect(self.told)
            view.menu_about_to_show.connect(self._add_to_menu)
            view.columns.sharing = shared
            pane = self._pane = GridPane(view)
            self._feed = feed = Feed(self._bridge, view)
            self.looks = SideLooks(self._bridge, self._kept, pane, feed.ask)
            source = self.looks.source(relation, record)
            if (source.query, source.paths) != (plain.query, plain.paths):
                feed.show(source)
            else:
                model.reload(fresh=True)
        else:
            self._feed.show(self.looks.source(relation, record))
        self.looks.arrange()
        self._name_grid(pane, relation)
        self.face.set_body(pane)

    def offer_files(self, make_files: Callable[[], FilesFace] | None) -> None:
        """Show files as tiles from now on, also those that are shown as rows already."""
        self.make_files = make_files
        relation = self._relation
        files = relation is not None and relation.target == Attachments.ENTITY
        if make_files is not None and relation is not None and files and self._record:
            self._show_files(relation, self._record, make_files)

    @property
    def files(self) -> FilesFace | None:
        """The tiles of files, None while they were never chosen."""
        return self._files

    def _show_files(
        self, relation: Relation, record: str, make_files: Callable[[], FilesFace]
    ) -> None:
        if self._files is None:
            self._files = make_files()
            self._files.turned.connect(self.turned)
        self._files.show_of(relation, record)
        self.face.set_body(self._files)

    def _timeline_list(self) -> TimelineList:
        if self._timeline is None:
            self._timeline = TimelineList(self._bridge)
            self._timeline.turned.connect(self.turned)
        return self._timeline

    def _fill_kinds(self) -> None:
        self._kinds.clear()
        for kind, title in kinds():
            action = self._kinds.addAction(title)
            action.setCheckable(True)
            action.setChecked(kind == self._kind)
            action.triggered.connect(partial(self._narrow, kind))

    def _narrow(self, kind: str, _on: bool = False) -> None:
        self._kind = kind
        self._timeline_list().show_record(self._entity, self._record, kind=kind)
        self._dress(self._entity, self._key)

    def _add_to_menu(self, menu: QMenu) -> None:
        view = self.view
        source = None if self._feed is None else self._feed.source
        row = None if view is None else view.grid.row_at(view.current()[0])
        if source is not None and row is not None:
            self.row_menu.emit(menu, *source.front_of(row))

    def _turn(self, entity: str, record: str) -> None:
        view = self.view
        source = None if self._feed is None else self._feed.source
        if view is not None and source is not None and entity == source.entity:
            row = view.grid.row_at(view.grid.row_of_id(record))
            if row is not None:
                # A row that only ties two records together means the one at its far end.
                self.turned.emit(*source.front_of(row))
                return
        self.turned.emit(entity, record)
