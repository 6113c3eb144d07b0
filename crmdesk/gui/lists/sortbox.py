"""By which fields a list is sorted, in a popover: the first one counts most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from crmdesk.gui.lists.fields import FieldPicker
from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.lists.reorder import Row, Rows
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.schema.query import Sort, resolve
from crmdesk.schema.querywords import path_title
from crmdesk.schema.registry import Field

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge


class SortBox(Popover):
    """Edits an order; every change is told at once."""

    # The steps of the order, () for that of the declaration.
    changed = Signal(object)

    def __init__(
        self, parent: QWidget, bridge: Bridge, entity: str, sort: tuple[Sort, ...]
    ) -> None:
        super().__init__(parent, _("Sort"), width=340)
        self._bridge = bridge
        self._entity = entity
        self.sort = sort
        self._empty = QLabel(_("Sorted as usual. Add a field to sort by it."), self)
        self._empty.setProperty("look", "muted")
        self._empty.setWordWrap(True)
        self.rows = Rows(self)
        self.rows.moved.connect(self._move)
        self.add = QPushButton(_("+ Sort by"), self)
        self.rows.emptied.connect(self.add.setFocus)
        self.add.setProperty("look", "link")
        self.add.clicked.connect(self._choose)
        self.clear = QPushButton(_("Clear"), self)
        self.clear.setProperty("look", "link")
        self.clear.clicked.connect(lambda: self._put(()))
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addStretch()
        foot.addWidget(self.clear)
        self.box.addWidget(self._empty)
        self.box.addWidget(self.rows)
        self.box.addLayout(foot)
        self._show()
        self.add.setFocus()

    def _show(self) -> None:
        self._empty.setVisible(not self.sort)
        self.clear.setVisible(bool(self.sort))
        self.rows.show_rows([self._row(at, step) for at, step in enumerate(self.sort)])
        if self.isVisible():
            self.place()

    def _row(self, at: int, step: Sort) -> Row:
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
        away = QToolButton(row)
        icons.set_icon(away, "x", size=13)
        away.setAccessibleName(_("Do not sort by “{name}”").format(name=title))
        away.setToolTip(away.accessibleName())
        away.clicked.connect(lambda: self._put(self.sort[:at] + self.sort[at + 1 :]))
        row.line.addWidget(name, 1)
        row.line.addWidget(way)
        row.line.addWidget(away)
        return row

    def _put(self, sort: tuple[Sort, ...]) -> None:
        self.sort = sort
        self._show()
        self.changed.emit(sort)

    def _turn(self, at: int) -> None:
        steps = list(self.sort)
        steps[at] = Sort(steps[at].path, not steps[at].descending)
        self._put(tuple(steps))

    def _move(self, start: int, to: int) -> None:
        steps = list(self.sort)
        steps.insert(to, steps.pop(start))
        self._put(tuple(steps))

    def _choose(self) -> None:
        taken = {step.path for step in self.sort}
        picker = FieldPicker(self, self._bridge, self._entity, without=taken)
        picker.picked.connect(lambda path: self._put((*self.sort, Sort(path))))
        picker.open_under(self.add)


def direction(field: Field, *, descending: bool) -> str:
    """What an order is called for that field."""
    if field.kind in ("date", "instant", "moment", "stamp"):
        return _("newest first") if descending else _("oldest first")
    if field.type.numeric or field.kind in ("rating", "duration", "boolean"):
        return _("9 → 1") if descending else _("1 → 9")
    return _("Z → A") if descending else _("A → Z")
