"""Changes one field of all selected records at once: one value, one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from crmdesk.gui.grid.editors import CellEditor
from crmdesk.gui.grid.opening import make_editor
from crmdesk.gui.grid.source import Batch, Chosen, Entry, GridColumn, RowEntries, Written
from crmdesk.gui.lists.combo import Combo
from crmdesk.gui.theme.tokens import HEADING
from crmdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_HIGH = 32
# Room for what floats under the value.
_BELOW = 240


@runtime_checkable
class Fields(Protocol):
    """A source that knows more fields than it shows."""

    def editable_columns(self) -> Sequence[GridColumn]:
        """All fields of its records that people enter."""


class _Ground(QWidget):
    """Where the editor of the value lies."""

    editor: QWidget | None = None

    def put(self, editor: QWidget) -> None:
        if self.editor is not None:
            self.editor.hide()
            self.editor.deleteLater()
        self.editor = editor
        editor.setProperty("look", "")
        self.lay()
        editor.show()

    def lay(self) -> None:
        if self.editor is not None:
            cast(CellEditor, self.editor).lay(QRect(0, 0, self.width(), _HIGH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay()


class BulkDialog(QDialog):
    """Which field, and which value; Enter in the value changes the records."""

    def __init__(self, view: GridView, rowids: Sequence[int]) -> None:
        super().__init__(view.window())
        self._view = view
        self._rowids = rowids
        source = view.grid.source
        listed = source.editable_columns() if isinstance(source, Fields) else view.grid.columns
        self._columns = [spec for spec in listed if spec.editable]
        count = f"{len(rowids):,}"
        words = ngettext("Change {count} record", "Change {count} records", len(rowids))
        self.setWindowTitle(words.format(count=count))
        self.setMinimumWidth(420)
        heading = QLabel(self.windowTitle(), self)
        heading.setProperty("look", "heading")
        font = heading.font()
        font.setPixelSize(HEADING)
        heading.setFont(font)
        self.field = Combo(self)
        self.field.setAccessibleName(_("Field"))
        self.field.addItems([spec.title for spec in self._columns])
        self.ground = _Ground(self)
        self.ground.setFixedHeight(_HIGH)
        self.empty = QCheckBox(_("Empty the field"), self)
        self.empty.toggled.connect(self.ground.setDisabled)
        self.told = QLabel(self)
        self.told.setProperty("look", "error")
        self.told.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.change = QPushButton(words.format(count=count), self)
        self.change.setDefault(True)
        buttons.addButton(self.change, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(10)
        box.addWidget(heading)
        for words, widget in ((_("Field"), self.field), (_("New value"), self.ground)):
            caption = QLabel(words, self)
            caption.setProperty("look", "caption")
            caption.setBuddy(widget)
            box.addWidget(caption)
            box.addWidget(widget)
        box.addWidget(self.empty)
        box.addWidget(self.told)
        box.addStretch(1)
        box.addWidget(buttons)
        self.resize(440, 260 + _BELOW)
        self.field.currentIndexChanged.connect(lambda _at: self._open())
        current = view.grid.columns[max(view.current()[1], 0)].path
        paths = [spec.path for spec in self._columns]
        self.field.setCurrentIndex(paths.index(current) if current in paths else 0)
        self._open()

    @property
    def editor(self) -> QWidget:
        """The editor of the value."""
        assert self.ground.editor is not None
        return self.ground.editor

    def _spec(self) -> GridColumn:
        return self._columns[self.field.currentIndex()]

    def _open(self) -> None:
        spec = self._spec()
        made: QWidget
        if spec.kind == "boolean":
            box = _YesNo(self.ground, spec.title)
            made = box
        else:
            made = make_editor(
                self.ground, spec, self._view.grid.source, self.font(),
                lambda _one: self.change.setFocus(), self.told.setText,
            )  # fmt: skip
        self.ground.put(made)
        cast(CellEditor, made).begin("", "")
        self.told.setText("")

    def entry(self) -> Entry | None:
        """What was entered, "" to empty the field, None for nothing yet."""
        if self.empty.isChecked():
            return ""
        found = cast(CellEditor, self.editor).entry()
        return None if found == "" else found

    # -- Qt

    def accept(self) -> None:
        """Change the records; what is refused is told, and the dialog stays."""
        entry, spec = self.entry(), self._spec()
        if entry is None:
            self.told.setText(_("Enter a value, or tick that the field becomes empty."))
            return
        rows = [RowEntries(rowid, {spec.path: entry}) for rowid in self._rowids]

        def label(count: int) -> str:
            text = ngettext(
                "Change {field} of {count} record", "Change {field} of {count} records", count
            )
            return text.format(field=spec.title, count=f"{count:,}")

        self.change.setEnabled(False)
        self._view.grid.source.write(Batch(rows, label), self._done, self._failed)

    def _done(self, written: Written) -> None:
        if not isValid(self):
            # Closed meanwhile: what was to be written is.
            return
        self._view.grid.refresh()
        if written.refused and not written.cells:
            self._failed(written.refused[0].reason)
            return
        if written.refused:
            self._view.told.emit(
                _("{count} records were left as they are: {reason}").format(
                    count=f"{len(written.refused):,}", reason=written.refused[0].reason
                )
            )
        super().accept()
        self._view.setFocus()

    def _failed(self, reason: str) -> None:
        if isValid(self):
            self.change.setEnabled(True)
            self.told.setText(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _ENTER and not self.field.hasFocus():
            self.accept()
            return
        super().keyPressEvent(event)


class _YesNo(Combo):
    """Yes or no, as an editor."""

    typed = False

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.addItems([_("Yes"), _("No")])

    def begin(self, text: str, replace: str | None) -> None:
        """There is nothing to begin with."""

    def entry(self) -> Entry | None:
        return Chosen(self.currentIndex() == 0)

    def lay(self, rect: QRect) -> None:
        self.setGeometry(rect)


def change_records(view: GridView) -> None:
    """Ask which field of the selected records gets which value."""
    grid = view.grid
    rowids = [rowid for row in view.selected_rows() if (rowid := grid.rowid_at(row)) is not None]
    if rowids:
        dialog = BulkDialog(view, rowids)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        dialog.editor.setFocus()
