"""A new field of an entity, made where it is missed: in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from crmdesk.gui.lists.combo import Combo
from crmdesk.gui.lists.fields import kind_icon
from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.ops.changes import Outcome
from crmdesk.ops.newfields import KINDS, OF_CHOICES, FieldWish, new_field
from crmdesk.schema.crm.facts import CustomFields
from crmdesk.schema.crm.rail import MAIN, MORE
from crmdesk.schema.crm.system import CUSTOM_FIELD

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

_KIND_LIST = "field_kind"


class FieldBox(Popover):
    """Asks for name, kind and what goes with the kind; `made` tells the new field's path."""

    made = Signal(str)

    def __init__(self, parent: QWidget, bridge: Bridge, entity: str) -> None:
        super().__init__(parent, _("New field"), width=380)
        self._bridge = bridge
        self._entity = entity
        registry, language = bridge.registry, bridge.language
        self.label = QLineEdit(self)
        self.label.setMaxLength(80)
        self.label.textChanged.connect(lambda _text: self._follow())
        self.kind = Combo(self)
        kinds = {one.key: one.label(language) for one in bridge.workspace.choices(_KIND_LIST)}
        for kind in KINDS:
            self.kind.addItem(icons.icon(kind_icon(kind), size=15), kinds.get(kind, kind), kind)
        self.kind.currentIndexChanged.connect(lambda _at: self._follow())
        self.target = Combo(self)
        for name in (*MAIN, *MORE):
            self.target.addItem(registry.entity(name).label.text(language), name)
        self.list = Combo(self)
        self.list.addItem(_("New choices"), "")
        for name, declared in registry.choice_lists.items():
            self.list.addItem(declared.label.text(language), name)
        self.list.currentIndexChanged.connect(lambda _at: self._follow())
        self.options = QPlainTextEdit(self)
        self.options.setPlaceholderText(_("One choice a line"))
        self.options.setFixedHeight(92)
        self.options.setTabChangesFocus(True)
        self.options.textChanged.connect(self._follow)
        self.required = QCheckBox(_("Has to be filled in"), self)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(12)
        self.form.setVerticalSpacing(8)
        for words, widget in (
            (_("Name"), self.label),
            (_("Kind"), self.kind),
            (_("Points at"), self.target),
            (_("Choices"), self.list),
            ("", self.options),
            ("", self.required),
        ):
            head = QLabel(words, self)
            head.setProperty("look", "muted")
            head.setBuddy(widget)
            widget.setAccessibleName(words or _("Choices"))
            self.form.addRow(head, widget)
        self.required.setAccessibleName(self.required.text())
        self.box.addLayout(self.form)
        self.note = QLabel(self)
        self.note.setProperty("look", "error")
        self.note.setWordWrap(True)
        self.note.hide()
        self.box.addWidget(self.note)
        self.take = QPushButton(_("Make the field"), self)
        self.take.setProperty("look", "primary")
        self.take.clicked.connect(self.make)
        self.label.returnPressed.connect(self.make)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(self.take)
        self.box.addLayout(foot)
        self._follow()
        self.label.setFocus()

    @property
    def wish(self) -> FieldWish:
        """The field as it stands."""
        return FieldWish(
            self._entity,
            self.label.text(),
            self.kind.currentData(),
            self.target.currentData(),
            self.list.currentData(),
            tuple(self.options.toPlainText().splitlines()),
            self.required.isChecked(),
        )

    def _follow(self) -> None:
        """Show what the kind needs."""
        kind = self.kind.currentData()
        new_list = kind in OF_CHOICES and not self.list.currentData()
        self.form.setRowVisible(self.target, kind == "reference")
        self.form.setRowVisible(self.list, kind in OF_CHOICES)
        self.form.setRowVisible(self.options, new_list)
        filled = bool(self.label.text().strip())
        self.take.setEnabled(filled and (not new_list or bool(self.options.toPlainText().strip())))
        if self.isVisible():
            self.place()

    def make(self) -> None:
        """Make the field; what stands in the way is said here."""
        if not self.take.isEnabled():
            return
        wish = self.wish
        self.take.setEnabled(False)
        self._bridge.write(lambda: new_field(wish), self._done, self._refused)

    def _done(self, outcome: Outcome) -> None:
        workspace, record = self._bridge.workspace, outcome.created[0]

        def tell(values: dict[str, object] | None) -> None:
            if values is not None:
                self.made.emit(str(values[CustomFields.NAME]))
            self.dismiss()

        self._bridge.read(lambda _conn, _job: workspace.get(CUSTOM_FIELD, record), tell)

    def _refused(self, error: Exception) -> None:
        self.note.setText(str(error))
        self.note.show()
        self.take.setEnabled(True)
        self.place()
