"""The line under the head of a list: what it is narrowed to, as pills, and a way to add more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from crmdesk.gui.lists.chip import HEIGHT, LINE, FilterChip, Flow
from crmdesk.gui.lists.titles import RecordTitles
from crmdesk.gui.lists.tree import joined, parts_of
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _
from crmdesk.schema.query import Condition, Either, Has, Where, resolve
from crmdesk.schema.querywords import Wording

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.lists.popover import Popover

SEVERAL = "|"
"""What the field picker offers besides fields: a group of conditions."""


class FilterBar(QWidget):
    """Shows a condition as pills and lets it be changed by clicking; `changed` tells it anew."""

    # The whole condition, None for none.
    changed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._entity = ""
        self._where: Where | None = None
        self.titles = RecordTitles(bridge, self)
        self.titles.came.connect(self._say)
        self.chips: list[FilterChip] = []
        # The popover that is open; at most one at a time.
        self.popover: Popover | None = None
        self.flow = Flow(self)
        self.add = QToolButton(self.flow)
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setStyleSheet("QToolButton { padding: 0 6px; min-height: 20px; }")
        self.add.setFixedHeight(HEIGHT)
        icons.set_icon(self.add, "plus", size=13)
        self.add.clicked.connect(self.begin)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(11, 2, 8, 3)
        self.row.setSpacing(8)
        self.setProperty("readAcross", True)
        self.row.addWidget(self.flow, 1)
        theme().changed.connect(self.update)
        self.translate()

    def add_beside(self, widget: QWidget) -> None:
        """Put something at the right, its words level with those of the first line of filters."""
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addSpacing((LINE - HEIGHT) // 2)
        column.addWidget(widget)
        column.addStretch()
        self.row.addLayout(column)

    @property
    def where(self) -> Where | None:
        """The condition that is shown."""
        return self._where

    def show_where(self, entity: str, where: Where | None) -> None:
        """Show the condition of a list of that entity."""
        self._entity = entity
        self._where = where
        count = len(parts_of(where))
        while len(self.chips) > count:
            gone = self.chips.pop()
            gone.hide()
            gone.deleteLater()
        while len(self.chips) < count:
            at = len(self.chips)
            chip = FilterChip(self.flow)
            chip.clicked.connect(lambda _on=False, at=at: self.edit(at))
            chip.removed.connect(partial(self.remove, at))
            self.chips.append(chip)
        self._say()

    def translate(self) -> None:
        """Speak the language that is set now."""
        self.add.setText(_("Filter"))
        self.add.setToolTip(_("Add a filter (Ctrl+Shift+L)"))
        self.add.setAccessibleName(_("Add a filter"))
        self._say()

    def _say(self) -> None:
        if self._entity:
            bridge = self._bridge
            wording = Wording(bridge.registry, bridge.ctx, self.titles.title)
            for chip, part in zip(self.chips, parts_of(self._where), strict=True):
                chip.say(wording.words(self._entity, part))
        self.flow.hold([*self.chips, self.add])

    # -- changing

    def _tell(self, parts: tuple[Where, ...]) -> None:
        self.show_where(self._entity, joined(parts))
        self.changed.emit(self._where)

    def remove(self, at: int) -> None:
        """Take that filter away."""
        parts = parts_of(self._where)
        self._tell(parts[:at] + parts[at + 1 :])
        self.add.setFocus()

    def put(self, at: int, part: Where) -> None:
        """Put a filter in the place of another, or after all of them."""
        parts = parts_of(self._where)
        self._tell((*parts[:at], part, *parts[at + 1 :]))

    def add_part(self, part: Where) -> None:
        """Narrow the list further, unless it is so already."""
        if part not in parts_of(self._where):
            self.put(len(self.chips), part)

    def begin(self) -> None:
        """Ask for the field of another filter."""
        # Late, for the start's sake, here and below: no start changes a filter.
        from crmdesk.gui.lists.fields import FieldPicker

        picker = FieldPicker(self, self._bridge, self._entity, related=True, several=SEVERAL)
        picker.picked.connect(self.begin_with)
        self._open(picker, self.add)

    def begin_with(self, path: str) -> None:
        """Ask for the rest of a filter on that field."""
        # Late, as said above.
        from crmdesk.gui.lists.condition import first_condition
        from crmdesk.gui.lists.fields import RELATED

        at = len(self.chips)
        if path == SEVERAL:
            self._edit_group(at, Either(()), self.add)
            return
        if path.startswith(RELATED):
            part = Has(path.removeprefix(RELATED))
            self.put(at, part)
            self._edit_group(at, part, self.chips[at])
            return
        field = resolve(self._bridge.registry, self._entity, path).field
        self._edit_condition(at, first_condition(field, path), self.add)

    def edit(self, at: int) -> None:
        """Open a filter for changing."""
        part = parts_of(self._where)[at]
        if isinstance(part, Condition):
            self._edit_condition(at, part, self.chips[at])
        else:
            self._edit_group(at, part, self.chips[at])

    def _edit_condition(self, at: int, condition: Condition, anchor: QWidget) -> None:
        # Late, as said above.
        from crmdesk.gui.lists.condition import ConditionBox

        box = ConditionBox(self, self._bridge, self._entity, self.titles, condition)
        box.changed.connect(partial(self.put, at))
        box.removed.connect(partial(self._drop, at))
        self._open(box, anchor)
        if box.condition is not None and at == len(self.chips):
            self.put(at, box.condition)

    def _edit_group(self, at: int, part: Where, anchor: QWidget) -> None:
        # Late, as said above.
        from crmdesk.gui.lists.builder import Builder

        box = Builder(self, self._bridge, self._entity, self.titles, part)

        def take(where: Where | None) -> None:
            if where is not None:
                self.put(at, where)
            else:
                self._drop(at)

        box.changed.connect(take)
        self._open(box, anchor)

    def _drop(self, at: int) -> None:
        if at < len(self.chips):
            self.remove(at)

    def _open(self, box: Popover, anchor: QWidget) -> None:
        self.popover = box

        def gone() -> None:
            if self.popover is box:
                self.popover = None

        box.closed.connect(gone)
        box.open_under(anchor)

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(theme().tokens.line))
        painter.end()
