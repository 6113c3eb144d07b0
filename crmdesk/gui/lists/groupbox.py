"""By which fields the records of a list are grouped, in a popover: the outermost first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QWidget

from crmdesk.gui.lists.combo import Combo
from crmdesk.gui.lists.entriesbox import EntriesBox
from crmdesk.gui.lists.fields import FieldPicker
from crmdesk.gui.lists.reorder import Row
from crmdesk.i18n import _
from crmdesk.schema.query import DAY_AND_TIME_KINDS, resolve
from crmdesk.schema.querywords import path_title

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

MOST = 4
_SPANS = ("day", "week", "month", "quarter", "year")
_FIRST_SPAN = "month"


class GroupBox(EntriesBox[str]):
    """Edits the groups of a view: paths, each of a time with its span, "close_date:month"."""

    def __init__(
        self, parent: QWidget, bridge: Bridge, entity: str, group: tuple[str, ...]
    ) -> None:
        super().__init__(parent, bridge, entity, _("Group"), group)
        self.begin(_("The records are not grouped."), _("+ Group by"))

    def show_entries(self) -> None:
        self.add.setEnabled(len(self.entries) < MOST)
        super().show_entries()

    def _is_time(self, path: str) -> bool:
        kind = resolve(self._bridge.registry, self._entity, path).field.kind
        return kind in ("date", *DAY_AND_TIME_KINDS)

    def row(self, at: int, entry: str) -> Row:
        path, _colon, span = entry.partition(":")
        title = path_title(self._bridge.registry, self._entity, path, self._bridge.language)
        row = Row(self.rows, title)
        name = QLabel(title, row)
        name.setMinimumWidth(40)
        row.line.addWidget(name, 1)
        if self._is_time(path):
            words = {
                "day": _("by day"), "week": _("by week"), "month": _("by month"),
                "quarter": _("by quarter"), "year": _("by year"),
            }  # fmt: skip
            spans = Combo(row)
            spans.setAccessibleName(_("Span of “{name}”").format(name=title))
            for one in _SPANS:
                spans.addItem(words[one], one)
            spans.setCurrentIndex(_SPANS.index(span or "day"))
            spans.activated.connect(lambda _at: self.set_entry(at, f"{path}:{spans.currentData()}"))
            row.line.addWidget(spans)
        row.line.addWidget(self.away(row, at, _("Do not group by “{name}”").format(name=title)))
        return row

    def choose(self) -> None:
        taken = {one.partition(":")[0] for one in self.entries}
        picker = FieldPicker(self, self._bridge, self._entity, without=taken)
        picker.picked.connect(self._add)
        picker.open_under(self.add)

    def _add(self, path: str) -> None:
        span = f":{_FIRST_SPAN}" if self._is_time(path) else ""
        self.put((*self.entries, f"{path}{span}"))
