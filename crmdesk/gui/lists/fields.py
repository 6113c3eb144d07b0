"""Picking a field: an entity's own, those behind its references, and what relates to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crmdesk.gui.lists.linelist import LineItem, LineList
from crmdesk.gui.lists.popover import Popover
from crmdesk.i18n import _
from crmdesk.schema.querywords import THROUGH
from crmdesk.schema.registry import Entity, Field

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

RELATED = "+"
"""What the key of a relation to many begins with, among the keys of fields."""

_ICONS = {
    "text": "text-aa", "longtext": "text-align-left", "integer": "hash", "decimal": "hash",
    "money": "currency-circle-dollar", "percent": "percent", "date": "calendar-blank",
    "instant": "clock", "moment": "calendar-blank", "stamp": "clock", "duration": "timer",
    "boolean": "check-square", "choice": "circle-half", "choices": "tag", "rating": "star",
    "email": "envelope", "phone": "phone", "url": "link", "reference": "arrow-up-right",
    "anyref": "arrow-up-right", "colour": "palette", "file": "paperclip",
}  # fmt: skip


def kind_icon(kind: str) -> str:
    """The icon of a kind of field."""
    return _ICONS.get(kind, "circle")


def visible(entity: Entity) -> Iterator[Field]:
    """The fields that people may look at, in the order of the declaration."""
    return (one for one in entity.all_fields if not one.hidden and one.kind != "data")


def field_lines(bridge: Bridge, entity: str, *, deep: int = 1) -> list[LineItem]:
    """A line for each field of an entity, then for those `deep` references away."""
    registry, language = bridge.registry, bridge.language
    declared = registry.entity(entity)
    lines = [
        LineItem(one.name, one.label.text(language), icon=kind_icon(one.kind))
        for one in visible(declared)
    ]
    for step in declared.references if deep else ():
        if step.hidden or registry.entity(step.target).internal:
            continue
        begin = step.label.text(language)
        for line in field_lines(bridge, step.target, deep=deep - 1):
            title = f"{begin}{THROUGH}{line.title}"
            lines.append(LineItem(f"{step.name}.{line.key}", title, icon=line.icon))
    return lines


def relation_lines(bridge: Bridge, entity: str) -> list[LineItem]:
    """A line for each relation to many: whether there are such records can be asked."""
    found = []
    for relation in bridge.registry.faces(entity):
        target = bridge.registry.entity(relation.target)
        title = relation.label.text(bridge.language)
        found.append(
            LineItem(f"{RELATED}{relation.name}", title, _("related records"), colour=target.colour)
        )
    return found


class FieldPicker(Popover):
    """A popover in which a field is picked; it closes then."""

    # The path of the field, or `RELATED` and the name of a relation.
    picked = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        bridge: Bridge,
        entity: str,
        *,
        without: Collection[str] = (),
        related: bool = False,
        several: str = "",
        deep: int = 1,
    ) -> None:
        """`related` offers relations to many as well, `several` (a key) a group of conditions."""
        super().__init__(parent, width=300)
        self.setAccessibleName(_("Choose a field"))
        self.list = LineList(self, _("Find a field…"))
        lines = [one for one in field_lines(bridge, entity, deep=deep) if one.key not in without]
        own = sum("." not in one.key for one in lines)
        if related:
            # After the own fields: they are asked for more often than what is far away.
            lines[own:own] = relation_lines(bridge, entity)
        if several:
            title = _("Any of several conditions…")
            # The words by which one looks for it.
            words = _("or any all none group nested brackets either not")
            lines.insert(own, LineItem(several, title, icon="brackets-curly", words=words))
        self.list.show_lines(lines, rows=11)
        self.list.picked.connect(self._pick)
        self.box.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.setFocus()

    def _pick(self, path: str) -> None:
        self.dismiss()
        self.picked.emit(path)
