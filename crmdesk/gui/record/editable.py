"""A value of a form that is edited in its own place: keys, mouse, and the editor over it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QFont, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from crmdesk.gui.grid.delegate import left_by_undo, lends
from crmdesk.gui.grid.editors import CellEditor, LineEditor, LongEditor
from crmdesk.gui.grid.notes import ReasonNote, changed_words
from crmdesk.gui.grid.opening import make_editor
from crmdesk.gui.grid.source import EMPTY, Chosen, GridCell, GridColumn
from crmdesk.gui.record.record import Record
from crmdesk.i18n import _

_ROUND = 4
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_OPENS = _ENTER | {Qt.Key.Key_Space}
_EDITORS_OWN = _ENTER | {Qt.Key.Key_Escape}
_CTRL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_LEFT = Qt.MouseButton.LeftButton


class Editable(QWidget):
    """One field of a record on the screen; what it looks like is its subclasses' business.

    | key | does |
    |---|---|
    | F2, Enter, a click | edits what is there |
    | any character, Backspace | edits; what was there is replaced |
    | Space on a yes/no | turns it over |
    | Enter, Tab, Shift+Tab in the editor | commits; Tab goes on to the next field |
    | Esc | restores; on a refused value: drops it |
    | Delete | empties the field |
    | F2, Enter, a click on a file | offers to open, save, choose or take it out |
    | Ctrl+Enter, a click on a reference | turns to the record |
    | arrows up and down | go to the field before or after |
    """

    # The reference's entity and id.
    turned = Signal(str, str)
    # A word for the status line: why nothing happened.
    told = Signal(str)

    def __init__(self, record: Record, column: int, note: ReasonNote, ground: QWidget) -> None:
        """`ground` is what editors lie on: they may grow beyond the field."""
        super().__init__(ground)
        self.record = record
        self.column = column
        self.hovered = False
        self.on_reference = False
        self._note = note
        self._ground = ground
        self._editor: QWidget | None = None
        # What was stored when the editor was opened.
        self._begun = EMPTY
        self._pressed: tuple[str, str] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    # -- what subclasses say

    def editor_font(self) -> QFont:
        """The font that is edited in."""
        return self.font()

    def editor_rect(self) -> QRect:
        """Where the editor lies, in the field's own coordinates."""
        return self.rect()

    def reference_rect(self) -> QRect:
        """Where the reference lies that turns the cube."""
        return QRect()

    # -- asking

    @property
    def spec(self) -> GridColumn:
        """The column that this field shows."""
        return self.record.columns[self.column]

    @property
    def cell(self) -> GridCell:
        """What the field shows."""
        return self.record.cell(self.column)

    @property
    def editing(self) -> bool:
        """Whether an editor is open."""
        return self._editor is not None

    def refresh(self) -> None:
        """Show what the record holds now."""
        self.setAccessibleName(self.spoken())
        if self.hasFocus() or self.editing:
            self._tell_reason()
        self.update()

    def spoken(self) -> str:
        """What a screen reader says of the field."""
        cell, title = self.cell, self.spec.title
        text = cell.text
        if self.spec.kind == "boolean":
            text = _("yes") if cell.value else _("no")
        if cell.state == "refused":
            return f"{title}: {text}. {cell.reason}"
        text = text or _("empty")
        return f"{title}: {text}"

    # -- editing

    def start_edit(self, text: str | None = None) -> bool:
        """Open the editor; `text` replaces what is there, None keeps it."""
        if not self.record.id or self.editing:
            return self.editing
        if self.spec.kind == "file":
            return self._offer()
        if not self.spec.editable:
            self.told.emit(_("“{title}” cannot be changed here.").format(title=self.spec.title))
            return False
        if self.spec.kind == "boolean":
            self.record.enter(self.column, Chosen(not self.cell.value))
            return True
        made = make_editor(
            self._ground, self.spec, self.record, self.editor_font(), lambda _one: self._commit()
        )
        self._editor = made
        self._begun = self.record.stored(self.column)
        cell = self.cell
        made.setProperty("refused", cell.state == "refused")
        made.setStyleSheet(f"border-radius: {_ROUND}px;")
        made.installEventFilter(self)
        editor = cast(CellEditor, made)
        rect = self.editor_rect()
        editor.lay(QRect(self.mapTo(self._ground, rect.topLeft()), rect.size()))
        made.show()
        made.raise_()
        made.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(cell.value, (tuple, list)):
            editor.begin_ticked([str(key) for key in cell.value])
        editor.begin(cell.text if cell.edit is None else cell.edit, text)
        self._keep_typed(made, refused=cell.state == "refused")
        self.update()
        return True

    def _keep_typed(self, made: QWidget, *, refused: bool) -> None:
        """Keep what is being typed, in case that the program ends before it is entered."""
        if not isinstance(made, (LineEditor, LongEditor)):
            return
        if refused:
            made.renew()

        def keep() -> None:
            text = made.text() if isinstance(made, LineEditor) else made.toPlainText()
            self.record.typed(self.column, text)

        made.textChanged.connect(keep)
        if isinstance(made, LineEditor):
            made.kept.connect(self._keep_part)

    def _keep_part(self) -> None:
        """Enter what counts already; the editor stays open."""
        entry = None if self._editor is None else cast(CellEditor, self._editor).entry()
        if entry is not None:
            self.record.enter(self.column, entry)

    def _offer(self) -> bool:
        """Offer what can be done with a file; True where there is anything."""
        # Late, for the start's sake: few records have files in their fields.
        from crmdesk.gui.record import files

        menu = files.menu_of(self.record, self.column, self)
        if menu.isEmpty():
            menu.deleteLater()
            self.told.emit(_("“{title}” cannot be changed here.").format(title=self.spec.title))
            return False
        menu.popup(self.mapToGlobal(self.editor_rect().bottomLeft()))
        return True

    def _commit(self) -> None:
        if self._editor is None:
            return
        entry = cast(CellEditor, self._editor).entry()
        self._close()
        if entry is not None:
            self.record.enter(self.column, entry)

    def _close(self) -> None:
        editor, self._editor = self._editor, None
        if editor is None:
            return
        had_focus = editor.hasFocus()
        self.record.typed(self.column, None)
        editor.removeEventFilter(self)
        editor.hide()
        editor.deleteLater()
        if had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        # A word about what was edited belongs to the editor.
        self._tell_reason() if self.hasFocus() else self._note.hide()
        self.update()

    def lay_editor(self) -> None:
        """Put the editor where the field is now."""
        if self._editor is not None:
            rect = self.editor_rect()
            top_left = self.mapTo(self._ground, rect.topLeft())
            cast(CellEditor, self._editor).lay(QRect(top_left, rect.size()))

    def _editor_key(self, editor: QWidget, event: QKeyEvent) -> bool:
        key, held = Qt.Key(event.key()), event.modifiers()
        if key == Qt.Key.Key_Escape or left_by_undo(editor, event):
            self._close()
            return True
        if key in _ENTER:
            # What was typed may first be added to the choices.
            if not held and cast(CellEditor, editor).take_key(key):
                return True
            if held & _ALT and isinstance(editor, LongEditor):
                editor.insertPlainText("\n")
            else:
                self._commit()
            return True
        if key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab} and not held & _CTRL:
            self._commit()
            back = key == Qt.Key.Key_Backtab or bool(held & Qt.KeyboardModifier.ShiftModifier)
            self.focusNextPrevChild(not back)
            return True
        return not held & (_CTRL | _ALT) and cast(CellEditor, editor).take_key(key)

    def turn(self) -> bool:
        """Turn to the record that the field refers to, where it does."""
        ref = self.cell.ref
        if ref is not None:
            self.turned.emit(*ref)
        return ref is not None

    def _writes(self) -> bool:
        """Whether the field is typed into."""
        return self.spec.editable and self.spec.kind != "boolean"

    def _tell_reason(self) -> None:
        cell, now = self.cell, self.record.stored(self.column)
        rect = self.editor_rect()
        place = QRect(self.mapTo(self._ground, rect.topLeft()), rect.size())
        if self.editing and (now.text, now.edit) != (self._begun.text, self._begun.edit):
            self._note.tell(changed_words(now), place, calm=True)
        elif cell.state == "refused" and cell.reason:
            self._note.tell(cell.reason, place)
        else:
            self._note.hide()

    # -- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._editor and isinstance(watched, (LineEditor, LongEditor)):
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._editor_key(watched, event)
            if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
                if Qt.Key(event.key()) in _EDITORS_OWN:
                    event.accept()
                    return True
            elif event.type() == QEvent.Type.FocusOut and not lends(watched):
                self._commit()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers()
        plain = not held & (_CTRL | _ALT)
        if key in _ENTER and held & _CTRL:
            if not self.turn():
                super().keyPressEvent(event)
        elif key == Qt.Key.Key_F2 or (key in _OPENS and plain):
            self.start_edit()
        elif key == Qt.Key.Key_Escape and self.record.discard(self.column):
            self._tell_reason()
        elif key == Qt.Key.Key_Delete and plain and self.spec.editable:
            self.record.enter(self.column, "")
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down} and plain:
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        elif key == Qt.Key.Key_Backspace and plain:
            self.start_edit("")
        elif plain and event.text().isprintable() and event.text():
            if self.spec.kind != "boolean":
                self.start_edit(event.text())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if event.button() == _LEFT and self.reference_rect().contains(event.position().toPoint()):
            self._pressed = self.cell.ref

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        at = event.position().toPoint()
        if event.button() != _LEFT or not self.rect().contains(at):
            return
        if pressed is not None and self.reference_rect().contains(at):
            self.turned.emit(*pressed)
        elif self.editor_rect().contains(at):
            self.start_edit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(event.position().toPoint())

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered = True
        self._point(event.position().toPoint())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = self.on_reference = False
        self.update()

    def _point(self, at: QPoint) -> None:
        found = self.reference_rect().contains(at)
        shape = Qt.CursorShape
        types = self._writes() and self.editor_rect().contains(at)
        over = shape.IBeamCursor if types else shape.ArrowCursor
        self.setCursor(shape.PointingHandCursor if found else over)
        if found != self.on_reference:
            self.on_reference = found
            self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._tell_reason()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.editing:
            self._note.hide()
        self.update()
