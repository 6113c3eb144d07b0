"""One condition in a popover: its field, how it is compared, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from crmdesk.errors import KnownError
from crmdesk.gui.lists.combo import Combo
from crmdesk.gui.lists.fields import FieldPicker
from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.lists.titles import RecordTitles
from crmdesk.gui.lists.values import ValueEditor, editor_for
from crmdesk.i18n import _
from crmdesk.schema.query import PART_OF_TEXT, TEXT_KINDS, Condition, checked_value, resolve
from crmdesk.schema.querywords import operator_words, path_title
from crmdesk.schema.registry import Field

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

# What comes first for a field whose condition is new.
_FIRST = {
    "boolean": "is", "choice": "in", "reference": "in", "anyref": "in", "choices": "contains",
    "date": "within", "instant": "within", "moment": "within", "stamp": "within",
    "integer": "ge", "decimal": "ge", "money": "ge", "percent": "ge", "duration": "ge",
    "rating": "ge", "file": "not_empty",
}  # fmt: skip
_PICKED = frozenset({"choice", "reference", "anyref"})


def operators_of(field: Field) -> list[str]:
    """The operators that are offered; of several forms of one the widest."""
    offered = [op for op in field.type.operators if op not in ("in", "not_in")]
    if field.kind in _PICKED:
        return ["in", "not_in", "empty", "not_empty"]
    if field.kind == "boolean":
        return ["is"]
    return offered


class ConditionBox(Popover):
    """Edits a condition as one clicks: every whole one is told by `changed` at once."""

    # The condition, whole.
    changed = Signal(object)
    removed = Signal()

    def __init__(
        self,
        parent: QWidget,
        bridge: Bridge,
        entity: str,
        titles: RecordTitles,
        condition: Condition,
        *,
        link: str = "",
    ) -> None:
        super().__init__(parent, width=320)
        self.setAccessibleName(_("Filter"))
        self._bridge = bridge
        self._entity = entity
        self._link = link
        self._titles = titles
        self._path = condition.path
        self.field_button = QPushButton(self)
        self.field_button.setStyleSheet("text-align: left;")
        self.field_button.clicked.connect(self._choose_field)
        self.operator = Combo(self)
        self.operator.setAccessibleName(_("How it is compared"))
        self.operator.currentIndexChanged.connect(lambda _at: self._operator_chosen())
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.field_button, 3)
        top.addWidget(self.operator, 2)
        self.box.addLayout(top)
        self.editor: ValueEditor | None = None
        self._form = ""
        self._leaving = False
        self.remove = QPushButton(_("Remove"), self)
        self.remove.setProperty("look", "link")
        self.remove.clicked.connect(self._remove)
        self.done = QPushButton(_("Done"), self)
        self.done.clicked.connect(self.dismiss)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.remove)
        self._foot.addStretch()
        self._foot.addWidget(self.done)
        self.box.addLayout(self._foot)
        self._take_field(condition.path, condition)

    @property
    def field(self) -> Field:
        """The field that is asked about."""
        return resolve(self._bridge.registry, self._entity, self._path, self._link).field

    @property
    def condition(self) -> Condition | None:
        """The condition as it stands, None while it is not whole."""
        op = self.operator.currentData()
        value: Any = None
        if self.editor is not None:
            value = self.editor.value
            if value is None:
                return None
        if op in ("in", "not_in") and isinstance(value, tuple) and len(value) == 1:
            op, value = ("is" if op == "in" else "is_not"), value[0]
        try:
            return Condition(self._path, op, checked_value(self.field, op, value))
        except KnownError:
            return None

    def _take_field(self, path: str, condition: Condition | None) -> None:
        self._path = path
        field = self.field
        language = self._bridge.language
        title = path_title(self._bridge.registry, self._entity, path, language)
        shown = self.field_button.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, 140)
        self.field_button.setText(shown.replace("&", "&&"))
        self.field_button.setToolTip(title)
        self.field_button.setAccessibleName(_("Field: {name}").format(name=title))
        offered = operators_of(field)
        op, value = _shape(field, condition)
        self.operator.blockSignals(True)
        self.operator.clear()
        for one in offered:
            self.operator.addItem(operator_words(field, one), one)
        self.operator.setCurrentIndex(max(0, offered.index(op) if op in offered else 0))
        self.operator.setVisible(len(offered) > 1)
        self.operator.blockSignals(False)
        self._show_editor(value)

    def _show_editor(self, value: Any) -> None:
        if self.editor is not None:
            self.box.removeWidget(self.editor)
            self.editor.hide()
            self.editor.deleteLater()
        op = self.operator.currentData()
        self._form = _form(self.field, op)
        self.editor = editor_for(self, self._bridge, self.field, op, self._titles, value)
        if self.editor is not None:
            self.box.insertWidget(1, self.editor)
            self.editor.changed.connect(self._tell)
            self.editor.settled.connect(self._settled)
            self.editor.setFocus()
        else:
            self.done.setFocus()
        if self.isVisible():
            self.place()

    def _operator_chosen(self) -> None:
        form = _form(self.field, self.operator.currentData())
        kept = self.editor.value if self.editor is not None and form == self._form else None
        self._show_editor(kept)
        self._tell()

    def _tell(self) -> None:
        made = self.condition
        if made is not None:
            self.changed.emit(made)
        if self.isVisible():
            self.place()

    def _choose_field(self) -> None:
        picker = FieldPicker(self, self._bridge, self._entity)
        picker.picked.connect(self._change_field)
        picker.open_under(self.field_button)

    def _change_field(self, path: str) -> None:
        self._take_field(path, None)
        self._tell()

    def _remove(self) -> None:
        self.removed.emit()
        self.dismiss()

    def dismiss(self) -> None:
        """Close, as soon as what was typed last has been read; what is no value stays once."""
        if self.editor is not None and not self._leaving and not self.editor.settle():
            self._leaving = True
            return
        super().dismiss()

    def _settled(self, good: bool) -> None:
        if self._leaving:
            self._leaving = False
            if good:
                super().dismiss()

    # -- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.dismiss()
            return
        super().keyPressEvent(event)


def _form(field: Field, op: str) -> str:
    """What form an operand has: operators of the same form can share one."""
    if op in ("within", "between"):
        return op
    return "part" if op in PART_OF_TEXT and field.kind not in TEXT_KINDS else "value"


def first_condition(field: Field, path: str) -> Condition:
    """What a new condition on a field begins with; it may not be whole yet."""
    op = _FIRST.get(field.kind, operators_of(field)[0])
    value = True if field.kind == "boolean" else None
    return Condition(path, op, value)


def _shape(field: Field, condition: Condition | None) -> tuple[str, Any]:
    """The operator and operand as the editors have them."""
    if condition is None:
        made = first_condition(field, field.name)
        return made.op, made.value
    op, value = condition.op, condition.value
    if field.kind == "boolean" and op == "is_not":
        return "is", not value
    if value is None and op in ("is", "is_not") and field.kind != "boolean":
        return ("empty" if op == "is" else "not_empty"), None
    if field.kind in _PICKED and op in ("is", "is_not"):
        return ("in" if op == "is" else "not_in"), (value,)
    return op, value
