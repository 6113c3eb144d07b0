"""By which fields the records of a list are grouped, in a popover: the outermost first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from crmdesk.gui.lists.combo import Combo
from crmdesk.gui.lists.fields import FieldPicker
from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.lists.reorder import Row, Rows
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.schema.query import DAY_AND_TIME_KINDS, resolve
from crmdesk.schema.querywords import path_title

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

MOST = 4
_SPANS = ("day", "week", "month", "quarter", "year")
_FIRST_SPAN = "month"


class GroupBox(Popover):
    """Edits the groups of a view; every change is told at once."""

    # The paths, each of a time with its span: "close_date:month".
    changed = Signal(object)

    def __init__(
        self, parent: QWidget, bridge: Bridge, entity: str, group: tuple[str, ...]
    ) -> None:
        super().__init__(parent, _("Group"), width=340)
        self._bridge = bridge
        self._entity = entity
        self.group = group
        self._empty = QLabel(_("The records are not grouped."), self)
        self._empty.setProperty("look", "muted")
        self._empty.setWordWrap(True)
        self.rows = Rows(self)
        self.rows.moved.connect(self._move)
        self.add = QPushButton(_("+ Group by"), self)
        self.rows.emptied.connect(self.add.setFocus)
        self.add.setProperty("look", "link")
        self.add.clicked.connect(self._choose)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addStretch()
        self.box.addWidget(self._empty)
        self.box.addWidget(self.rows)
        self.box.addLayout(foot)
        self._show()
        self.add.setFocus()

    def _show(self) -> None:
        self._empty.setVisible(not self.group)
        self.add.setEnabled(len(self.group) < MOST)
        self.rows.show_rows([self._row(at, one) for at, one in enumerate(self.group)])
        if self.isVisible():
            self.place()

    def _is_time(self, path: str) -> bool:
        kind = resolve(self._bridge.registry, self._entity, path).field.kind
        return kind in ("date", *DAY_AND_TIME_KINDS)

    def _row(self, at: int, group: str) -> Row:
        path, _colon, span = group.partition(":")
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
            spans.activated.connect(lambda _at: self._set(at, f"{path}:{spans.currentData()}"))
            row.line.addWidget(spans)
        away = QToolButton(row)
        icons.set_icon(away, "x", size=13)
        away.setAccessibleName(_("Do not group by “{name}”").format(name=title))
        away.setToolTip(away.accessibleName())
        away.clicked.connect(lambda: self._put(self.group[:at] + self.group[at + 1 :]))
        row.line.addWidget(away)
        return row

    def _put(self, group: tuple[str, ...]) -> None:
        self.group = group
        self._show()
        self.changed.emit(group)

    def _set(self, at: int, group: str) -> None:
        self._put((*self.group[:at], group, *self.group[at + 1 :]))

    def _move(self, start: int, to: int) -> None:
        groups = list(self.group)
        groups.insert(to, groups.pop(start))
        self._put(tuple(groups))

    def _choose(self) -> None:
        taken = {one.partition(":")[0] for one in self.group}
        picker = FieldPicker(self, self._bridge, self._entity, without=taken)
        picker.picked.connect(self._add)
        picker.open_under(self.add)

    def _add(self, path: str) -> None:
        span = f":{_FIRST_SPAN}" if self._is_time(path) else ""
        self._put((*self.group, f"{path}{span}"))
