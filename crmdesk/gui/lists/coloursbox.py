"""Colours that records wear while a condition holds, in a popover: the first that holds wins."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from crmdesk.gui import chips
from crmdesk.gui.lists.chip import FilterChip
from crmdesk.gui.lists.combo import Combo
from crmdesk.gui.lists.condition import ConditionBox, first_condition
from crmdesk.gui.lists.entriesbox import EntriesBox
from crmdesk.gui.lists.fields import RELATED, FieldPicker
from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.lists.reorder import Row
from crmdesk.gui.lists.titles import RecordTitles
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _
from crmdesk.schema.query import All, Condition, Has, Where, resolve
from crmdesk.schema.querywords import Wording, path_title
from crmdesk.schema.viewdata import COLOURS, ColourRule

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge


def colour_names() -> dict[str, str]:
    """What the colours of rules are called."""
    return {
        "danger": _("Red"), "warning": _("Yellow"), "good": _("Green"), "accent": _("Blue"),
        "opportunity": _("Violet"), "task": _("Orange"), "event": _("Pink"), "note": _("Grey"),
    }  # fmt: skip


class ColoursBox(EntriesBox[ColourRule]):
    """Edits the rules of a view."""

    def __init__(
        self,
        parent: QWidget,
        bridge: Bridge,
        entity: str,
        titles: RecordTitles,
        rules: tuple[ColourRule, ...],
        columns: tuple[str, ...],
    ) -> None:
        super().__init__(parent, bridge, entity, _("Colours"), rules, width=480)
        self._titles = titles
        self._columns = columns
        # The popover for the condition of one of the rules.
        self.inner: Popover | None = None
        titles.came.connect(self.show_entries)
        self.begin(_("A rule colours the records for which a condition holds."), _("+ Rule"))

    def row(self, at: int, entry: ColourRule) -> Row:
        bridge = self._bridge
        words = Wording(bridge.registry, bridge.ctx, self._titles.title).words(
            self._entity, entry.where
        )
        row = Row(self.rows, words.line)
        chip = FilterChip(row)
        chip.say(words)
        chip.setMaximumWidth(200)
        chip.clicked.connect(lambda: self._edit(at, chip))
        chip.removed.connect(lambda: self.take_out(at))
        where = Combo(row)
        where.setAccessibleName(_("What is coloured"))
        where.addItem(_("Row"), "")
        for path in self._columns:
            title = path_title(bridge.registry, self._entity, path, bridge.language)
            where.addItem(title, path)
        where.setCurrentIndex(max(0, where.findData(entry.path)))
        where.setMaximumWidth(130)
        where.activated.connect(lambda _at: self._change(at, path=where.currentData()))
        colour = Combo(row)
        colour.setAccessibleName(_("Colour"))
        tokens = theme().tokens
        for key, name in colour_names().items():
            square = chips.square(tokens.colour(key), 12, 3.0, self.devicePixelRatioF())
            colour.addItem(square, name, key)
        colour.setCurrentIndex(COLOURS.index(entry.colour))
        colour.activated.connect(lambda _at: self._change(at, colour=colour.currentData()))
        row.line.addWidget(chip, 1)
        row.line.addStretch()
        row.line.addWidget(where)
        row.line.addWidget(colour)
        return row

    # -- changing

    def _change(self, at: int, **changes: str) -> None:
        self.set_entry(at, replace(self.entries[at], **changes))  # type: ignore[arg-type]

    def _set_where(self, at: int, where: Where | None) -> None:
        if where is None:
            self.take_out(at)
        elif at < len(self.entries):
            self.set_entry(at, replace(self.entries[at], where=where))
        else:
            self.put((*self.entries, ColourRule(where, "danger")))

    def choose(self) -> None:
        picker = FieldPicker(self, self._bridge, self._entity, related=True)
        picker.picked.connect(self._begin_with)
        picker.open_under(self.add)

    def _begin_with(self, path: str) -> None:
        at = len(self.entries)
        if path.startswith(RELATED):
            self._set_where(at, Has(path.removeprefix(RELATED)))
            return
        field = resolve(self._bridge.registry, self._entity, path).field
        self._open(at, first_condition(field, path), self.add)

    def _edit(self, at: int, anchor: QWidget) -> None:
        where = self.entries[at].where
        if isinstance(where, Condition):
            self._open(at, where, anchor)
            return
        # Late: most rules are one condition.
        from crmdesk.gui.lists.builder import Builder
        from crmdesk.gui.lists.tree import group_of

        whole = where if group_of(where) is not None else All((where,))
        box = Builder(self, self._bridge, self._entity, self._titles, whole)
        box.changed.connect(partial(self._set_where, at))
        self.inner = box
        box.open_under(anchor)

    def _open(self, at: int, condition: Condition, anchor: QWidget) -> None:
        box = ConditionBox(self, self._bridge, self._entity, self._titles, condition)
        box.changed.connect(partial(self._set_where, at))
        box.removed.connect(lambda: self._set_where(at, None) if at < len(self.entries) else None)
        self.inner = box
        box.open_under(anchor)
        if box.condition is not None and at == len(self.entries):
            self._set_where(at, box.condition)
