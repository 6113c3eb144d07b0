"""The grid: a table that paints itself, is edited in place, and turns the cube."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QWidget

from crmdesk.gui.grid import keys
from crmdesk.gui.grid.columns import Columns
from crmdesk.gui.grid.delegate import GridDelegate
from crmdesk.gui.grid.folding import Folding
from crmdesk.gui.grid.frame import Frame
from crmdesk.gui.grid.frozen import FreezingTable
from crmdesk.gui.grid.handle import FillDrag
from crmdesk.gui.grid.header import GridHeader, RowNumbers
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.notes import RefusalNote
from crmdesk.gui.grid.paint import CellPainter
from crmdesk.gui.grid.place import Place
from crmdesk.gui.grid.pointing import Pointing
from crmdesk.gui.grid.ranges import Block, Ranges
from crmdesk.gui.grid.source import Option
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import ROW_COMPACT, ROW_NORMAL, ROW_RELAXED
from crmdesk.i18n import _

Index = QModelIndex | QPersistentModelIndex
_DENSITIES = {"compact": ROW_COMPACT, "normal": ROW_NORMAL, "relaxed": ROW_RELAXED}


class GridView(FreezingTable):
    """One grid for lists, faces and query results.

    The selection model is Qt's own and selects cells, so that ranges, copy and fill can be built
    on it. `enter_turns` makes Enter turn to the row itself, as in a side face; otherwise Enter
    edits. The keys are told in `keys`.
    """

    # A reference, or the row itself, is to become the front: its entity and id.
    turned = Signal(str, str)
    # The current row: its rowid (None on the new line or on none) and its record's id.
    current_changed = Signal(object, str)
    # A column's path, and whether its sort is added to those there are.
    sort_requested = Signal(str, bool)
    # The rows are to be grouped by a column, or no longer: its path.
    group_requested = Signal(str)
    # Widths or order of the columns were changed by hand.
    columns_changed = Signal()
    # The row menu is about to be shown and may be added to.
    menu_about_to_show = Signal(object)
    # A word for the status line: why nothing happened.
    told = Signal(str)
    # A word for the status line: what was done.
    said = Signal(str)
    # The bar that finds in the cells is wanted; True: the one that replaces as well.
    find_requested = Signal(bool)
    # The next (1) or previous (-1) cell that holds what is looked for is wanted.
    match_requested = Signal(int)
    # The selection's extent changed: rows, cells.
    selection_counted = Signal(int, int)

    def __init__(
        self,
        model: GridModel,
        *,
        numbers: bool = False,
        enter_turns: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.enter_turns = enter_turns
        self.grid = model
        self._options: dict[int, dict[object, Option]] = {}
        self.cells = CellPainter(theme().tokens, self.options)
        self.frame = Frame(self)
        self.pointing = Pointing(self)
        self.ranges: Ranges = Ranges(self)
        self.fill_drag = FillDrag(self)
        self.line_height = ROW_NORMAL
        self.wrapped: frozenset[str] = frozenset()
        # What was copied or cut, while its outline is shown.
        self.marked: Block | None = None
        # The cells, by rowid and column, that hold what is looked for.
        self.found: frozenset[tuple[int, int]] = frozenset()
        # The column in which a run of Tabs began, to which Enter returns.
        self.tab_from: int | None = None
        self._told: tuple[int | None, str] = (None, "")
        self.setAccessibleName(name or _("Records"))
        self._prepare(numbers)
        self.note = RefusalNote(self)
        self.delegate = GridDelegate(self)
        self.setItemDelegate(self.delegate)
        self.setModel(model)
        self.place = Place(self)
        self.folding = Folding(self)
        self.columns = Columns(self)
        self._connect()
        self.columns.take()

    # -- making

    def _prepare(self, numbers: bool) -> None:
        header = GridHeader(self)
        self.setHorizontalHeader(header)
        rows = RowNumbers(self)
        self.setVerticalHeader(rows)
        rows.setVisible(numbers)
        self.set_row_height(ROW_NORMAL)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.viewport().setMouseTracking(True)
        # The frame is painted from edge to edge in paintEvent; Qt need not clear it before.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)

    def _connect(self) -> None:
        header = self.header
        header.sort_requested.connect(self.sort_requested)
        self.frozen.follow(self.columns)
        self.grid.refused.connect(self._show_refusal)
        self.grid.created.connect(self._record_made)
        self.grid.failed.connect(self.told)
        self.grid.dataChanged.connect(self._data_changed)
        self.grid.modelReset.connect(self._rows_changed)
        self.grid.rowsInserted.connect(self._rows_changed)
        self.grid.rowsRemoved.connect(self._rows_changed)
        self.selectionModel().selectionChanged.connect(self._selection_moved)
        theme().changed.connect(self._dress)

    @property
    def header(self) -> GridHeader:
        """The column titles."""
        found = self.horizontalHeader()
        assert isinstance(found, GridHeader)
        return found

    def set_density(self, density: str) -> None:
        """The height of the rows: "compact", "normal" or "relaxed"."""
        self.set_row_height(_DENSITIES[density])

    def set_row_height(self, height: int) -> None:
        """24 compact, 30 normal, 36 relaxed; in device-independent pixels, without wrapping."""
        self.line_height = height
        self._lay_rows()

    def set_wrap(self, paths: Iterable[str]) -> None:
        """Show these columns' texts in several lines; each row grows as its texts need."""
        self.wrapped = frozenset(paths)
        self._lay_rows()

    def _lay_rows(self) -> None:
        self.lay_rows(self.line_height)
        if self.wrapped and self.heights is None:
            # Late, for the start's sake: a list is seldom wrapped.
            from crmdesk.gui.grid.heights import Heights

            self.heights = Heights(self)
        self.measure()

    def set_sorts(self, sorts: Sequence[tuple[str, bool]]) -> None:
        """Show how the rows are sorted: (path, descending), the first sort first."""
        self.header.set_sorts(sorts)

    def options(self, column: int) -> dict[object, Option]:
        """The options of a choice column by key, read from the source once."""
        found = self._options.get(column)
        if found is None:
            listed = self.grid.source.choices(self.grid.columns[column].path)
            found = self._options[column] = {option.id: option for option in listed}
        return found

    def forget_options(self) -> None:
        """Read the choices again when they are next needed: they were renamed or recoloured."""
        self._options.clear()
        self.viewport().update()

    # -- asking

    def current(self) -> tuple[int, int]:
        """The current cell's row and column, (-1, -1) where there is none."""
        index = self.currentIndex()
        return index.row(), index.column()

    def selected_ranges(self) -> list[QItemSelectionRange]:
        """The selected rectangles of cells."""
        # PySide6's stubs do not know that a selection is a list of its ranges.
        return list(cast(Sequence[QItemSelectionRange], self.selectionModel().selection()))

    def selected_rows(self) -> list[int]:
        """The rows that have a selected cell, or the current row, without the new line."""
        return [row for span in self.selected_spans() for row in span]

    def selected_spans(self) -> list[range]:
        """The selected rows as stretches that do not overlap, from the top."""
        total = self.grid.total
        found: list[range] = []
        for part in sorted(self.selected_ranges(), key=lambda part: part.top()):
            start, stop = part.top(), min(part.bottom() + 1, total)
            if found and start <= found[-1].stop:
                found[-1] = range(found[-1].start, max(stop, found[-1].stop))
            elif start < stop:
                found.append(range(start, stop))
        row = self.currentIndex().row()
        return found or ([range(row, row + 1)] if 0 <= row < total else [])

    def whole_rows_selected(self) -> bool:
        """Whether every selected cell belongs to a wholly selected row."""
        seen = self.columns.in_sight()
        found = self.ranges.blocks()
        return len(seen) > 1 and bool(found) and all(block.columns == seen for block in found)

    # -- doing

    def go(self, row: int, column: int, *, extend: bool = False) -> None:
        """Make that cell the current one and show it; `extend` selects from here to there."""
        rows = self.grid.rowCount()
        if not rows or not self.grid.columns:
            return
        row = min(max(row, 0), rows - 1)
        column = min(max(column, 0), len(self.grid.columns) - 1)
        if extend and self.currentIndex().isValid():
            self.ranges.extend_to(row, column)
            return
        target = self.grid.index(row, column)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(target, flag)
        self.scrollTo(target)

    def start_edit(self, text: str | None = None) -> bool:
        """Edit the current cell; `text` replaces what is in it, None keeps it."""
        index = self.currentIndex()
        if not index.isValid():
            return False
        if self.state() == QAbstractItemView.State.EditingState:
            return True
        spec = self.grid.columns[index.column()]
        self.marked = None
        if not spec.editable:
            return keys.edit_otherwise(self, spec, typed=text is not None)
        if spec.kind == "boolean":
            self.grid.toggle(index.row(), index.column())
            return True
        self.delegate.starting_text = text
        self.edit(index)
        self.delegate.starting_text = None
        self.delegate.settle()
        return True

    def turn(self, *, row_itself: bool = False) -> bool:
        """Turn to the current cell's reference, else (or if asked) to the row itself."""
        row, column = self.current()
        if row < 0 or row >= self.grid.total:
            return False
        ref = None if row_itself else self.grid.cell(row, column).ref
        if ref is None:
            id_ = self.grid.id_at(row)
            if not id_:
                return False
            ref = (self.grid.source.entity, id_)
        self.turned.emit(*ref)
        return True

    def clear_selected(self) -> None:
        """Empty the selected cells as one step."""
        from crmdesk.gui.grid.filling import clear_selection  # Late, for the start's sake.

        clear_selection(self)

    def copy(self, *, cut: bool = False) -> bool:
        """Put the selected cells on the clipboard; what is cut moves with the next paste."""
        from crmdesk.gui.grid.copying import copy  # Late, for the start's sake.

        return copy(self, cut=cut)

    def paste(self) -> bool:
        """Paste the clipboard at the selection as one step."""
        from crmdesk.gui.grid.pasting import paste  # Late, for the start's sake.

        return paste(self)

    def delete_selected_rows(self) -> None:
        """Delete the records of the selected rows as one step."""
        rows = self.selected_rows()
        if rows:
            self.grid.delete_rows(rows)

    def go_to_new_line(self) -> bool:
        """Make the new line's first cell that can be typed into current."""
        row = self.grid.new_row
        if row < 0:
            return False
        self.go(row, self.columns.first_typed())
        return True

    # -- following the model and the theme

    def _dress(self) -> None:
        self.cells.dress(theme().tokens)
        self.viewport().update()

    def _data_changed(self, top: QModelIndex, bottom: QModelIndex) -> None:
        self.note.follow()
        if top.row() <= self.currentIndex().row() <= bottom.row():
            self._tell_current()

    def _rows_changed(self) -> None:
        numbers = self.verticalHeader()
        if isinstance(numbers, RowNumbers) and not numbers.isHidden():
            width = numbers.width_for(self.grid.total)
            if numbers.width() != width:
                numbers.setFixedWidth(width)
                self.updateGeometries()
        self.pointing.hovered = None
        self._tell_current()
        self.note.follow()
        self.viewport().update()

    def _show_refusal(self, row: int, column: int, reason: str) -> None:
        if row == self.grid.new_row and self.currentIndex().row() == row:
            # The record was not made: go to the cell that stands in the way.
            self.go(row, column)
        self.note.follow()

    def _record_made(self, row: int, id_: str) -> None:
        if self.currentIndex().row() >= row:
            self.go_to_new_line()

    def _selection_moved(self) -> None:
        found = self.selected_ranges()
        rows = sum(part.height() for part in found)
        cells = sum(part.height() * part.width() for part in found)
        self.selection_counted.emit(rows, cells)
        # A row's tint reaches past its selected cells.
        self.viewport().update()
        self.verticalHeader().viewport().update()

    def _tell_current(self) -> None:
        row = self.currentIndex().row()
        rowid = self.grid.rowid_at(row)
        now = (rowid, self.grid.id_at(row))
        # The id of a row that has not been read yet follows when it has.
        if now != self._told and (rowid is None or now[1]):
            self._told = now
            self.current_changed.emit(*now)

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self.frame.paint(painter, event.rect())
        painter.end()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        left = previous.row()
        if left >= 0 and left == self.grid.new_row and current.row() != left:
            # Leaving the new line makes the record of it.
            self.grid.create()
        self._tell_current()
        self.note.follow()

    def event(self, event: QEvent) -> bool:
        # Qt would use Tab to leave the grid before the grid is asked.
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
        ):
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def keyboardSearch(self, search: str) -> None:
        # Qt would look through the whole column, a million rows of it, for what is typed.
        return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.folding.key(event) and not keys.press(self, event):
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        keys.compose(self, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            # Late, for the start's sake: nothing is followed before something is read.
            from crmdesk.gui.links import grid as links

            if links.clicked(self, event):
                return
        if self.fill_drag.pressed(event) or self.folding.pressed(event):
            return
        self.pointing.pressed(event)
        if not self.ranges.pressed(event):
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.fill_drag.released(event):
            return
        self.ranges.released()
        super().mouseReleaseEvent(event)
        self.pointing.released(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if self.folding.pressed(event):
            return
        kind = self.grid.columns[index.column()].kind if index.isValid() else ""
        if kind == "boolean":
            # Two clicks on a box are two clicks.
            self.mousePressEvent(event)
        elif kind != "file" or not self.start_edit():
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.fill_drag.moved(event):
            return
        if not self.ranges.dragged(event):
            super().mouseMoveEvent(event)
        self.pointing.moved(event)
        self.folding.moved(event.position().toPoint())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.pointing.hover(None)
            self.folding.moved(None)
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # Late, for the start's sake: the first paint needs no menu.
        from crmdesk.gui.grid.menu import row_menu

        index = self.indexAt(event.pos())
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.go(index.row(), index.column())
        menu = row_menu(self)
        self.menu_about_to_show.emit(menu)
        menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "columns"):
            self.columns.fit()
            self.frozen.lay()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.pointing.hover(None)
        self.note.follow()

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        if not self.currentIndex().isValid() and self.grid.total:
            self.go(0, self.columns.first())
        self.viewport().update()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.viewport().update()

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        # Where to go after an edit is decided by keys, not by Qt's hints.
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        self.delegate.closed()
        self.grid.release()
        self.note.follow()
