"""By which fields a list is sorted, in a popover: the first one counts most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from crmdesk.gui.lists.entriesbox import EntriesBox
from crmdesk.gui.lists.fields import FieldPicker
from crmdesk.gui.lists.reorder import Row
from crmdesk.i18n import _
from crmdesk.schema.query import Sort, resolve
from crmdesk.schema.querywords import path_title
from crmdesk.schema.registry import Field

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge


class SortBox(EntriesBox[Sort]):
    """Edits an order, () for that of the declaration."""

    def __init__(
        self, parent: QWidget, bridge: Bridge, entity: str, sort: tuple[Sort, ...]
    ) -> None:
        super().__init__(parent, bridge, entity, _("Sort"), sort)
        self.clear = QPushButton(_("Clear"), self)
        self.clear.setProperty("look", "link")
        self.clear.clicked.connect(lambda: self.put(()))
        self.foot.addWidget(self.clear)
        self.begin(_("Sorted as usual. Add a field to sort by it."), _("+ Sort by"))

    def show_entries(self) -> None:
        self.clear.setVisible(bool(self.entries))
        super().show_entries()

    def row(self, at: int, step: Sort) -> Row:
        registry = self._bridge.registry
        title = path_title(registry, self._entity, step.path, self._bridge.language)
        row = Row(self.rows, title)
        name = QLabel(title, row)
        name.setMinimumWidth(40)
        way = QPushButton(direction(resolve(registry, self._entity, step.path).field,
                                    descending=step.descending), row)  # fmt: skip
        way.setAccessibleName(f"{title}: {way.text()}")
        way.setToolTip(_("Turn the order round"))
        way.clicked.connect(lambda: self._turn(at))
        row.line.addWidget(name, 1)
        row.line.addWidget(way)
        row.line.addWidget(self.away(row, at, _("Do not sort by “{name}”").format(name=title)))
        return row

    def _turn(self, at: int) -> None:
        step = self.entries[at]
        self.set_entry(at, Sort(step.path, not step.descending))

    def choose(self) -> None:
        taken = {step.path for step in self.entries}
        picker = FieldPicker(self, self._bridge, self._entity, without=taken)
        picker.picked.connect(lambda path: self.put((*self.entries, Sort(path))))
        picker.open_under(self.add)


def direction(field: Field, *, descending: bool) -> str:
    """What an order is called for that field."""
    if field.kind in ("date", "instant", "moment", "stamp"):
        return _("newest first") if descending else _("oldest first")
    if field.type.numeric or field.kind in ("rating", "duration", "boolean"):
        return _("9 → 1") if descending else _("1 → 9")
    return _("Z → A") if descending else _("A → Z")
