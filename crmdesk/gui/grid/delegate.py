"""Opens the right editor in a cell and carries what was entered to the model.

Painting is not here: the view draws whole columns at once, which costs a third of asking a
delegate for each cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QApplication,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from crmdesk.gui.grid import keys
from crmdesk.gui.grid.editors import CellEditor, LineEditor, LongEditor
from crmdesk.gui.grid.opening import make_editor
from crmdesk.gui.grid.source import GridCell

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

Index = QModelIndex | QPersistentModelIndex
_STAY = QAbstractItemDelegate.EndEditHint.NoHint
_REVERT = QAbstractItemDelegate.EndEditHint.RevertModelCache
_CARET = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
_EDITORS_OWN = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter})
_WHERE = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class GridDelegate(QStyledItemDelegate):
    """The editors of a grid, by kind of column."""

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        # What an edit begins with instead of the cell's text, set for the moment of opening.
        self.starting_text: str | None = None
        self._opened: QWidget | None = None
        # The editor that is open now.
        self._editor: QWidget | None = None
        # The cell, by rowid and column, whose editor is open.
        self._typing: tuple[int, int] | None = None
        # What was stored in the cell, by rowid and column, when its editor was opened.
        self._begun: tuple[int, int, GridCell] | None = None
        view.grid.modelAboutToBeReset.connect(self.finish)

    def settle(self) -> None:
        """Put the caret where the editor just opened wants it; Qt has selected all of its text."""
        opened, self._opened = self._opened, None
        if isinstance(opened, LineEditor) and opened.typed:
            opened.end(False)

    # -- keys in an editor

    def _key(self, editor: QWidget, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        held = event.modifiers()
        ctrl = bool(held & Qt.KeyboardModifier.ControlModifier)
        shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        alt = bool(held & Qt.KeyboardModifier.AltModifier)
        cell = cast(CellEditor, editor)
        if key == Qt.Key.Key_Escape or left_by_undo(editor, event):
            self.closeEditor.emit(editor, _REVERT)
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not (ctrl or alt or shift) and cell.take_key(key):
                return True
            if alt and isinstance(editor, LongEditor):
                editor.insertPlainText("\n")
            elif ctrl and self._view.ranges.many():
                self._finish_everywhere(editor)
            else:
                self._finish(editor, 0 if ctrl else (-1 if shift else 1), 0)
            return True
        if key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab} and not ctrl:
            self._finish(editor, 0, -1 if shift or key == Qt.Key.Key_Backtab else 1)
            return True
        if not ctrl and not alt and not shift and cell.take_key(key):
            return True
        if key == Qt.Key.Key_F2 and not shift:
            cell.typed = not cell.typed
            return True
        if cell.typed and key in _CARET and not (ctrl or alt or shift):
            down, right = _WHERE[key]
            view = self._view
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, _STAY)
            keys.step(view, down, right)
            return True
        return False

    def _finish(self, editor: QWidget, down: int, right: int) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, _STAY)
        keys.after_edit(self._view, down, right)

    def _finish_everywhere(self, editor: QWidget) -> None:
        """Enter what is in the editor into all selected cells, as Excel does."""
        # Late, for the start's sake: the first paint fills nothing.
        from crmdesk.gui.grid.filling import fill_selection

        entry = cast(CellEditor, editor).entry()
        self.closeEditor.emit(editor, _REVERT)
        if entry is None:
            # Nothing was typed: what stands in the cell goes everywhere.
            row, column = self._view.current()
            entry = self._view.grid.cell(row, column).edit or self._view.grid.cell(row, column).text
        fill_selection(self._view, entry)

    # -- Qt

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = index.column()
        spec = self._view.grid.columns[column]
        font = self._view.cells.font(spec)
        grid = self._view.grid
        alone = not grid.preset and set(grid.draft) <= {column}
        made = make_editor(
            parent,
            spec,
            grid.source,
            font,
            lambda one: self._finish(one, 0, 0),
            self._view.told.emit,
            whole=index.row() == grid.new_row and alone,
        )
        cell = self._view.grid.cell(index.row(), column)
        if cell.state == "refused":
            made.setProperty("refused", True)
        if isinstance(made, LineEditor):
            made.kept.connect(lambda: self.commitData.emit(made))
        self._opened = self._editor = made
        self._view.grid.hold()
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        cell = self._view.grid.cell(index.row(), index.column())
        if editor.property("begun"):
            # The rows were read again while one types: what is typed stays.
            return
        editor.setProperty("begun", True)
        row = self._view.grid.row_at(index.row())
        if row is not None:
            self._begun = (row.rowid, index.column(), row.cells[index.column()])
        if isinstance(cell.value, (tuple, list)):
            cast(CellEditor, editor).begin_ticked([str(key) for key in cell.value])
        text = cell.text if cell.edit is None else cell.edit
        cast(CellEditor, editor).begin(text, self.starting_text)
        if cell.state == "refused" and isinstance(editor, (LineEditor, LongEditor)):
            editor.renew()
        self._watch(editor, index)

    def _watch(self, editor: QWidget, index: Index) -> None:
        """Keep what is being typed, in case that the program ends before it is entered."""
        rowid = self._view.grid.rowid_at(index.row())
        if rowid is None or not isinstance(editor, (LineEditor, LongEditor)):
            return
        column, entries = index.column(), self._view.grid.entries

        def keep() -> None:
            text = editor.text() if isinstance(editor, LineEditor) else editor.toPlainText()
            entries.typed(rowid, column, text)

        editor.textChanged.connect(keep)
        self._typing = (rowid, column)

    def finish(self) -> None:
        """Enter what stands in an open editor: its rows are about to go."""
        if self._editor is not None:
            editor = self._editor
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, _STAY)

    def closed(self) -> None:
        """The editor was closed: what stood in it is entered, refused or dropped by now."""
        self._editor = None
        self._begun = None
        typing, self._typing = self._typing, None
        if typing is not None:
            self._view.grid.entries.typed(*typing, None)

    def changed_meanwhile(self) -> GridCell | None:
        """What is stored in the cell that is being edited, where others have changed it since."""
        if self._begun is None:
            return None
        rowid, column, begun = self._begun
        grid = self._view.grid
        row = grid.row_at(grid.row_of(rowid))
        if row is None or column >= len(row.cells):
            return None
        now = row.cells[column]
        return now if (now.text, now.edit) != (begun.text, begun.edit) else None

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        entry = cast(CellEditor, editor).entry()
        if entry is not None:
            self._view.grid.enter(index.row(), index.column(), entry)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        rect = self._view.cell_rect(index.row(), index.column())
        cast(CellEditor, editor).lay(rect.adjusted(0, 0, 0, -1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and isinstance(watched, (LineEditor, LongEditor))
            and self._key(watched, event)
        ):
            return True
        if event.type() == QEvent.Type.FocusOut and lends(watched):
            # What changes a choice has the focus for a while; the picker stays open.
            return True
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and Qt.Key(event.key()) in _EDITORS_OWN
        ):
            # They belong to the editor while it is open, whoever else wants them.
            event.accept()
            return True
        return super().eventFilter(watched, event)


def left_by_undo(editor: QWidget, event: QKeyEvent) -> bool:
    """Whether an undo closes the editor: nothing was typed in it that it could take back."""
    if not event.matches(QKeySequence.StandardKey.Undo):
        return False
    if isinstance(editor, LineEditor):
        return not editor.isUndoAvailable()
    return isinstance(editor, LongEditor) and not editor.document().isUndoAvailable()


def lends(editor: QObject) -> bool:
    """Whether the focus is in a panel that belongs to the editor."""
    found = QApplication.focusWidget()
    while found is not None:
        if getattr(found, "editor", None) is editor:
            return True
        found = found.parentWidget()
    return False
