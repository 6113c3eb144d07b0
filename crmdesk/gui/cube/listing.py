"""The list as the front: a grid of an entity's records, sorted and searched in place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from crmdesk.features.cube.stand import Stand
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube.findbox import FindBox
from crmdesk.gui.faces.face import Face
from crmdesk.gui.feed import Feed
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.pane import GridPane
from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.lists.looks import Looks
from crmdesk.gui.sources import QuerySource
from crmdesk.i18n import _, ngettext
from crmdesk.schema.query import default_sort
from crmdesk.schema.viewdata import (
    ROW_HEIGHT,
    Function,
    ViewColumn,
    ViewSpec,
    columns_of,
    view_to_text,
)

if TYPE_CHECKING:
    from crmdesk.gui.board.pane import BoardPane

_TYPING_MS = 120
MOST_CLOSED = 500
"""So many closed groups are kept with a view."""


def _asks(spec: ViewSpec) -> tuple[object, ...]:
    """What of a view is asked of the store; the rest is painted otherwise at once."""
    way = spec.way if spec.form == "board" else ""
    return spec.entity, spec.form, spec.where, spec.sort, spec.group, frozenset(spec.shown), way


class ListFront(Face):
    """A face with the list of one entity; it tells which row is current."""

    turned = Signal(str, str)
    # The record of the current row.
    pointed = Signal(str)
    # The row and the number of rows changed.
    placed = Signal()
    # The view was changed (its text, "" where it is as saved), or searched for a text.
    changed = Signal(str)
    # Another saved view of the list is wanted ("" the plain one).
    view_chosen = Signal(str)
    # What is shown is saved in that view now.
    kept = Signal(str)
    searched = Signal(str)
    told = Signal(str)
    # A word for the status line: what was done.
    said = Signal(str)
    asked_to_import = Signal()
    # All records of the newest load are there.
    loaded = Signal()
    # The menu of a row or a card is about to be shown, with the entity and id of its record.
    row_menu = Signal(object, str, str)

    def __init__(self, bridge: Bridge, stand: Stand, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._stand = stand
        self._restore: Cancel | None = None
        # A record that was gone to before its row was read: its id and rowid.
        self._reached: tuple[str, int] = ("", 0)
        # Whether one was led to a row of this list, and whether a new record is wanted instead.
        self._begun = False
        self._new = False
        self._board: BoardPane | None = None
        self.tabs.hide()
        self.search_box = FindBox(self)
        self.search_box.setClearButtonEnabled(True)
        self.search_box.setFixedWidth(170)
        self.search_box.setProperty("look", "quiet")
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._search)
        self.search_box.textEdited.connect(lambda _text: self._typing.start())
        self.search_box.textChanged.connect(lambda text: None if text else self._typing.start())
        self._spec = bridge.views.spec(stand)
        self._model = GridModel(self._source(), parent=self)
        self.view = GridView(self._model, numbers=True)
        self.pane = GridPane(self.view)
        self._feed = Feed(bridge, self.view)
        self.looks = Looks(bridge, self)
        self.looks.bar.add_beside(self.search_box)
        body = QWidget(self)
        box = self._stack = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.looks.bar)
        box.addWidget(self.pane, 1)
        body.setFocusProxy(self.pane)
        self.set_body(body)
        self.search_box.left.connect(self.focus_body)
        self.view.turned.connect(self.turned)
        self.view.told.connect(self.told)
        self.view.current_changed.connect(self._current)
        self.view.sort_requested.connect(self._sort)
        self.pane.empty.asked.connect(self.asked_to_import)
        self._model.loaded.connect(self._loaded)
        self._model.loaded.connect(self.loaded)
        self._model.modelReset.connect(self._begin)
        self._connect_groups()
        self._dress_list()
        self._arrange_columns()
        self.looks.show()
        self._show_form()
        if self.board is None:
            self._model.reload(fresh=True)

    def _connect_groups(self) -> None:
        self.view.menu_about_to_show.connect(self._add_to_menu)
        self.view.group_requested.connect(self._group)
        self._model.folded.connect(self._folded)
        self._model.set_closed(self._spec.collapsed)
        self.pane.totals.add_up(self.view)
        self.pane.totals.chosen.connect(self._choose_total)

    @property
    def stand(self) -> Stand:
        """The stand that this list shows."""
        return self._stand

    @property
    def spec(self) -> ViewSpec:
        """How the records are looked at, with what is not saved."""
        return self._spec

    @property
    def total(self) -> int:
        """The number of records in the list, also of those in closed groups."""
        return self._model.records if self.board is None else self.board.total

    @property
    def row(self) -> int:
        """Which of the records is current, from 0; -1 for none, the new line or a group."""
        if self.board is not None:
            return self.board.row
        return self._model.number_of(self.view.current()[0])

    @property
    def board(self) -> BoardPane | None:
        """The board, while the records are shown as one."""
        return self._board if self._spec.form == "board" else None

    @property
    def filled(self) -> bool:
        """Whether there is something to be seen, or nothing that could be."""
        if self.board is not None:
            return self.board.model.ready
        model = self._model
        return model.ready or model.row_at(0) is not None or model.head_at(0) is not None

    @property
    def body_view(self) -> QWidget:
        """What takes the keys: the grid, or the board in its place."""
        return self.view if self.board is None else self.board.view

    # -- showing

    def show_stand(self, stand: Stand) -> None:
        """Show the list of a stand; the one that is shown already stays as it is."""
        before, self._stand = self._stand, stand
        spec, now = self._bridge.views.spec(stand), self._spec
        self._spec = spec
        if _asks(spec) != _asks(now) or before.find != stand.find:
            self._show_source()
        elif spec != now:
            self._arrange_columns()
            self._take_groups(now)
            if self.board is not None:
                self.board.take(spec)
        self.looks.show()
        self._return_to_record()

    @property
    def record(self) -> str:
        """The record of the current row, empty while there is none."""
        if self.board is not None:
            row = self.board.view.current_row()
            return "" if row is None else row.id
        return self._model.id_at(self.view.current()[0])

    @property
    def is_empty(self) -> bool:
        """Whether the list has been read and has no record."""
        if self.board is not None:
            return not any(rows.count for rows in self.board.model.lanes)
        return self._model.ready and not self._model.records

    def is_at(self, record: str) -> bool:
        """Whether that record is the current row."""
        if self.board is not None:
            return bool(record) and self.board.is_at(record)
        row = self.view.current()[0]
        rowid = self._model.rowid_at(row)
        if rowid is None or not record:
            return False
        return self._model.id_at(row) == record or self._reached == (record, rowid)

    def go_to_record(self, record: str) -> None:
        """Make that record the current row, if the list has it."""
        self._stand = replace(self._stand, record=record)
        self._return_to_record()

    def follow_stand(self, stand: Stand) -> None:
        """Take note of the stand after its current row moved here."""
        self._stand = stand

    def translate(self) -> None:
        """Take up the language that is set now; the grid does so by itself."""
        self._dress_list()
        self.looks.translate()
        self._say_total()
        self.set_maximised(False)

    def reload(self) -> None:
        """Read what is shown again."""
        if self.board is not None:
            self.board.reload()
            return
        self._model.forget_made()
        self._model.reload()
        self._model.refresh()

    def place(self) -> tuple[int, int, int]:
        """Row, column and scroll, to come back to."""
        row, column = self.view.current()
        return row, max(column, 0), self.view.verticalScrollBar().value()

    def new_record(self) -> bool:
        """Begin a new record in the line at the end, or in a lane of the board."""
        if self.board is not None:
            return self.board.new_record()
        self.view.setFocus()
        # Rows that are still on their way must not take the place back.
        self._new = not self._model.ready
        return self.view.go_to_new_line()

    def rowid_beside(self, step: int) -> int | None:
        """The rowid of the next (1) or previous (-1) row, which becomes current."""
        if self.board is not None:
            return self.board.rowid_beside(step)
        row = self.view.current()[0] + step
        while self._model.head_at(row) is not None:
            row += step
        if not 0 <= row < self._model.total:
            return None
        self.view.go(row, max(self.view.current()[1], 0))
        return self._model.rowid_at(row)

    def _show_source(self) -> None:
        self._begun = self._new = False
        self._dress_list()
        self._show_form()
        if self.board is None:
            self._model.set_closed(self._spec.collapsed)
            self._feed.ask(self._source())
            self._arrange_columns()

    def focus_body(self) -> None:
        """Put the focus into the rows or the cards."""
        self.body_view.setFocus()

    def _show_form(self) -> None:
        """Put the board into the place of the grid, or the other way round."""
        spec, stand = self._spec, self._stand
        had_focus = self.view.hasFocus() or (self._board is not None
                                             and self._board.view.hasFocus())  # fmt: skip
        if spec.form == "board" and self._board is None:
            # Late, for the start's sake: most lists are no boards.
            from crmdesk.gui.board.pane import BoardPane

            self._board = made = BoardPane(self._bridge, self)
            made.turned.connect(self.turned)
            made.told.connect(self.told)
            made.pointed.connect(self.pointed)
            made.placed.connect(self.placed)
            made.view.menu_about_to_show.connect(self._add_to_menu)
            made.arranged.connect(lambda changes: self.looks.change(**changes))
            made.model.loaded.connect(self.loaded)
            self._stack.addWidget(made, 1)
        board = self.board
        if board is not None and not board.show_spec(spec, stand.find, stand.record):
            # A saved board of an entity without a step: its list says more than nothing.
            self._spec, board = replace(spec, form="list"), None
        if self._board is not None:
            self._board.setVisible(board is not None)
            self.pane.setVisible(board is None)
            if had_focus:
                self.body_view.setFocus()

    def _arrange_columns(self) -> None:
        entity = self._bridge.registry.entity(self._spec.entity)
        columns = [one for one in columns_of(entity, self._spec) if not one.hidden]
        self.view.columns.restore([(one.path, one.width) for one in columns])
        self.view.set_frozen(sum(one.frozen for one in columns))
        self.view.set_wrap(one.path for one in columns if one.wrap)
        if self.view.line_height != ROW_HEIGHT[self._spec.density]:
            self.view.set_row_height(ROW_HEIGHT[self._spec.density])
        source = self._feed.source
        if source is not None and source.colours != self._spec.colours:
            source.colours = self._spec.colours
            self._model.refresh()

    def take_columns(self, columns: tuple[ViewColumn, ...]) -> None:
        """Take note of columns that were moved or resized in the header."""
        self._spec = replace(self._spec, columns=columns)
        self.change(self._spec)

    def _source(self) -> QuerySource:
        spec, bridge = self._spec, self._bridge
        made = QuerySource(
            bridge, spec.query(bridge.registry, self._stand.find), spec.shown or None,
            totals=spec.totals,
        )  # fmt: skip
        made.colours = spec.colours
        return made

    def change(self, spec: ViewSpec) -> None:
        """Look at the records in another way, which is not saved yet."""
        self.changed.emit(self._text_of(spec))

    def _text_of(self, spec: ViewSpec) -> str:
        registry = self._bridge.registry
        text = view_to_text(registry, spec)
        return "" if text == view_to_text(registry, self._bridge.views.kept(self._stand)) else text

    def _dress_list(self) -> None:
        entity = self._bridge.registry.entity(self._stand.entity)
        title = entity.plural.text(self._bridge.language)
        self.dress(title, entity.colour)
        self.title.setProperty("look", "heading")
        self.title.style().polish(self.title)
        self.search_box.setPlaceholderText(_("Find in list…"))
        self.search_box.setAccessibleName(_("Find in list"))
        if self.search_box.text() != self._stand.find:
            self.search_box.setText(self._stand.find)
            self._typing.stop()
        self.view.setAccessibleName(title)
        if self._stand.find or self._spec.where is not None:
            self.pane.empty.say(_("Nothing found"), _("No record is what is asked for above."))
        else:
            self.pane.empty.say(
                _("{title}: none yet").format(title=title),
                _("Type or paste into the line above, or bring in files."),
                button=_("Import files…"),
            )

    # -- following

    def _begin(self) -> None:
        """Go to the row where one was, else to the first one, once rows are there."""
        if not self._model.total:
            return
        if self._new:
            self.view.go_to_new_line()
        if self._begun or self._stand.record:
            # With a record to return to, that is looked for when all rows are there.
            return
        self._begun = True
        # Qt makes the only row of an empty grid current when it gets the focus: the new line.
        if self.row >= 0 or self._new:
            return
        stand = self._stand
        if 0 <= stand.row < self._model.total:
            self.view.go(stand.row, min(stand.column, len(self._model.columns) - 1))
            self.view.verticalScrollBar().setValue(stand.scroll)
        else:
            self.view.go(self._model.first_record, self.view.columns.first())

    def _loaded(self) -> None:
        self._begin()
        self._new = False
        self._say_total()
        self.placed.emit()
        self._return_to_record()

    def _say_total(self) -> None:
        count = self._model.records
        self.pane.totals.say(
            ngettext("{count} record", "{count} records", count).format(count=f"{count:,}")
            if count
            else ""
        )

    def _return_to_record(self) -> None:
        """Go to the record of the stand, wherever in the list it is now."""
        record = self._stand.record
        if self._restore is not None:
            self._restore()
            self._restore = None
        if self.board is not None:
            self.board.go_to_record(record)
            return
        if not record or self.is_at(record) or not self._model.ready:
            return
        select = self._bridge.workspace.select
        entity = self._stand.entity

        def ask(conn: Any, _job: object) -> int | None:
            return select.rowid_of(conn, entity, record)

        def go(rowid: int | None) -> None:
            self._restore = None
            found = -1 if rowid is None else self._model.row_of(rowid)
            if rowid is not None and found >= 0 and record == self._stand.record:
                self._reached = (record, rowid)
                column = self.view.current()[1]
                last = len(self._model.columns) - 1
                self.view.go(found, column if column >= 0 else min(self._stand.column, last))
                self.placed.emit()
            elif self.row < 0 and self._model.total and not self._new:
                # It is not in this list any more: as near as one can get.
                # A list that has become much shorter is looked at from its beginning.
                row, last = max(self._stand.row, 0), self._model.total - 1
                row = row if row <= last else last if row == last + 1 else 0
                self.view.go(row, self.view.columns.first())

        self._restore = self._bridge.read(ask, go)

    def _current(self, rowid: int | None, id_: str) -> None:
        self.placed.emit()
        if self._restore is not None:
            return
        if rowid is not None and id_:
            self.pointed.emit(id_)
        elif self._model.ready and self.view.current()[0] == self._model.new_row:
            # What is typed there belongs to no record yet.
            self.pointed.emit("")

    def _sort(self, _path: str, _add: bool) -> None:
        # The feed has sorted already.
        if self._feed.source is not None:
            sort = self._feed.source.query.sort
            if sort == default_sort(self._bridge.registry.entity(self._stand.entity)):
                sort = ()
            self._spec = replace(self._spec, sort=sort)
            self.change(self._spec)

    def _group(self, path: str) -> None:
        """Group by a column, or no longer."""
        now = self._spec.group
        mine = tuple(one for one in now if one.partition(":")[0] == path)
        group = tuple(one for one in now if one not in mine) if mine else (*now, path)
        self.change(replace(self._spec, group=group, collapsed=()))

    def _folded(self, closed: tuple[tuple[str, ...], ...]) -> None:
        # More of them stay closed as long as this list is shown, and are not kept.
        if len(closed) <= MOST_CLOSED:
            self._spec = replace(self._spec, collapsed=closed)
            self.change(self._spec)

    def _choose_total(self, path: str, function: Function) -> None:
        totals = tuple(one for one in self._spec.totals if one[0] != path)
        self.change(replace(self._spec, totals=tuple(sorted((*totals, (path, function))))))

    def _take_groups(self, before: ViewSpec) -> None:
        """Take up which groups are closed and what the columns come to."""
        if self._spec.collapsed != before.collapsed:
            self._model.set_closed(self._spec.collapsed)
        source = self._feed.source
        if source is not None and source.totals != self._spec.totals:
            source.totals = self._spec.totals
            self.pane.totals.refresh()
            if source.groups:
                self._model.reload()

    def _add_to_menu(self, menu: QMenu) -> None:
        board, at = self.board, self.view.current()[0]
        row = self._model.row_at(at) if board is None else board.view.current_row()
        if row is not None:
            self.row_menu.emit(menu, self._stand.entity, row.id)

    def _search(self) -> None:
        text = self.search_box.text().strip()
        if text != self._stand.find:
            self.searched.emit(text)
