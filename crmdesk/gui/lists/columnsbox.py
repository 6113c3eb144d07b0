"""Which columns a list has, in a popover: choose, order, freeze, wrap, reach through references."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from crmdesk.gui.lists.fields import field_lines
from crmdesk.gui.lists.linelist import LineList
from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.lists.reorder import Row, Rows
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.schema.query import resolve
from crmdesk.schema.querywords import path_title
from crmdesk.schema.viewdata import ViewColumn

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

_HIGH = 300
_WRAPS = frozenset({"text", "longtext", "choices"})


class ColumnsBox(Popover):
    """Edits columns; every change is told at once."""

    # The columns, () for those of the declaration.
    changed = Signal(object)
    # A new field is wanted.
    field_wanted = Signal()

    def __init__(
        self, parent: QWidget, bridge: Bridge, entity: str, columns: tuple[ViewColumn, ...]
    ) -> None:
        super().__init__(parent, _("Columns"), width=340)
        self._bridge = bridge
        self._entity = entity
        self.columns = columns
        self.rows = Rows(self)
        self.rows.moved.connect(self._move)
        self._scroll = QScrollArea(self)
        # The lines in it take the focus.
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.rows)
        self._scroll.viewport().setAutoFillBackground(False)
        self.rows.setAutoFillBackground(False)
        self.box.addWidget(self._scroll)
        self.more = LineList(self, _("Add a column…"))
        self.more.picked.connect(self._add)
        self.box.addWidget(self.more)
        self.new = QPushButton(_("New field…"), self)
        self.new.setProperty("look", "link")
        self.new.clicked.connect(self._new_field)
        self.reset = QPushButton(_("As it was"), self)
        self.reset.setProperty("look", "link")
        self.reset.setToolTip(_("Show the columns that every list of this kind begins with"))
        self.reset.clicked.connect(self._reset)
        foot = QHBoxLayout()
        foot.addWidget(self.new)
        foot.addStretch()
        foot.addWidget(self.reset)
        self.box.addLayout(foot)
        self._show()
        self.more.setFocus()

    @property
    def shown(self) -> list[ViewColumn]:
        """The columns in sight."""
        return [one for one in self.columns if not one.hidden]

    def _show(self) -> None:
        self.rows.show_rows([self._row(one) for one in self.shown])
        self.rows.adjustSize()
        self._scroll.setFixedHeight(min(self.rows.sizeHint().height() + 2, _HIGH))
        taken = {one.path for one in self.shown}
        lines = [
            one for one in field_lines(self._bridge, self._entity, deep=2) if one.key not in taken
        ]
        self.more.show_lines(lines, rows=6)
        if self.isVisible():
            self.place()

    def _row(self, column: ViewColumn) -> Row:
        registry, language = self._bridge.registry, self._bridge.language
        title = path_title(registry, self._entity, column.path, language)
        row = Row(self.rows, title)
        name = QLabel(title, row)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setMinimumWidth(40)
        name.setToolTip(title)
        row.line.addWidget(name, 1)
        if resolve(registry, self._entity, column.path).field.kind in _WRAPS:
            self._flag(row, column, "wrap", "text-align-left", _("Wrap “{name}”"), title)
        self._flag(row, column, "frozen", "push-pin", _("Keep “{name}” at the left"), title)
        away = QToolButton(row)
        icons.set_icon(away, "x", size=13)
        away.setAccessibleName(_("Hide “{name}”").format(name=title))
        away.setToolTip(away.accessibleName())
        away.setEnabled(len(self.shown) > 1)
        away.clicked.connect(lambda: self._put(column, hidden=True))
        row.line.addWidget(away)
        return row

    def _flag(
        self, row: Row, column: ViewColumn, flag: str, icon: str, words: str, title: str
    ) -> None:
        button = QToolButton(row)
        on = bool(getattr(column, flag))
        icons.set_icon(button, icon, "accent" if on else "muted", 14)
        button.setCheckable(True)
        button.setChecked(on)
        button.setAccessibleName(words.format(name=title))
        button.setToolTip(button.accessibleName())
        button.clicked.connect(lambda on: self._put(column, **{flag: on}))
        row.line.addWidget(button)

    def _tell(self, columns: tuple[ViewColumn, ...]) -> None:
        self.columns = columns
        self._show()
        self.changed.emit(columns)

    def _put(self, column: ViewColumn, **changes: bool) -> None:
        made = tuple(
            replace(one, **changes) if one.path == column.path else one  # type: ignore[arg-type]
            for one in self.columns
        )
        if "frozen" in changes:
            # What stays at the left stands there.
            made = tuple(sorted(made, key=lambda one: not one.frozen))
        self._tell(made)

    def _add(self, path: str) -> None:
        kept = tuple(one for one in self.columns if one.path != path)
        before = next((one for one in self.columns if one.path == path), ViewColumn(path))
        shown = [one for one in kept if not one.hidden]
        hidden = [one for one in kept if one.hidden]
        self.more.search.clear()
        self._tell((*shown, replace(before, hidden=False), *hidden))

    def _move(self, start: int, to: int) -> None:
        shown = self.shown
        shown.insert(to, shown.pop(start))
        self._tell((*shown, *(one for one in self.columns if one.hidden)))

    def _reset(self) -> None:
        grid = self._bridge.registry.entity(self._entity).grid
        self.columns = tuple(ViewColumn(path) for path in grid)
        self._show()
        self.changed.emit(())

    def _new_field(self) -> None:
        self.dismiss()
        self.field_wanted.emit()
