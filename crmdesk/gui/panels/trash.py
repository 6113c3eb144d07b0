"""The trash: what was deleted, by whom and when, to be brought back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.panels.finding import FindLine
from crmdesk.gui.panels.lines import PaneLine, PaneList
from crmdesk.gui.panels.words import Titles, when
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.ops import rewind
from crmdesk.ops.history import Trashed
from crmdesk.schema.query import USER

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

MOST = 20_000
"""Deleted records that are listed, the last ones."""

FIRST = 200
"""So many of them are shown before the others are read."""


class TrashPage(QWidget):
    """Deleted records, the last first; found by typing, restored one or several at once."""

    # The history of a deleted record is asked for: entity and id.
    history_asked = Signal(str, str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._cancel: Cancel | None = None
        self._all: list[PaneLine] = []
        self.list = PaneList(self, several=True)
        self.search = FindLine(self, self.list)
        self.restore_button = QPushButton(self)
        self.restore_button.setProperty("look", "primary")
        self.restore_button.clicked.connect(self.restore)
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 0)
        top.addWidget(self.search)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 12)
        foot.addStretch()
        foot.addWidget(self.restore_button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(top)
        box.addWidget(self.list, 1)
        box.addLayout(foot)
        self.setFocusProxy(self.list)
        self.search.textChanged.connect(self._filter)
        self.list.chosen.connect(lambda _row: self.restore())
        self.list.menu_asked.connect(self._menu)
        self.list.selectionModel().selectionChanged.connect(lambda *_both: self._count())
        self.translate()

    def translate(self) -> None:
        """Take up the language that is set now."""
        self.list.setAccessibleName(_("Trash"))
        self.search.setPlaceholderText(_("Find in the trash…"))
        self.search.setAccessibleName(_("Find in the trash"))
        self._say_empty()
        self._count()
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read the trash again."""
        if self._cancel is not None:
            self._cancel()
        first: list[list[PaneLine]] = []

        def ask(conn: Any, job: Any) -> list[PaneLine]:
            if not self._all:
                # What fits the pane stands there at once.
                first.append(self._read(conn, FIRST))
                job.progress(1, 2)
            return self._read(conn, MOST)

        def begun(_done: int, _total: int, _text: str) -> None:
            if not self._all:
                self._all = first[0]
                self._filter()

        self._cancel = self._bridge.read(ask, self._show, progressed=begun)

    def _read(self, conn: Any, most: int) -> list[PaneLine]:
        bridge = self._bridge
        # What the program keeps for itself, such as a pin, is nobody's loss.
        trash = bridge.workspace.trash(most)
        found = [one for one in trash if not bridge.registry.entity(one.entity).internal]
        titles = Titles(bridge, conn, {(USER, one.actor) for one in found if one.actor})
        return [self._line(one, titles) for one in found]

    def _line(self, one: Trashed, titles: Titles) -> PaneLine:
        entity = self._bridge.registry.entity(one.entity)
        kind = entity.label.text(self._bridge.language)
        detail = f"{kind} · {titles.person(one.actor)}"
        return PaneLine(
            one.title or kind, detail, when(one.at, self._bridge.ctx), entity.colour, data=one
        )

    def _show(self, lines: list[PaneLine]) -> None:
        self._cancel = None
        self._all = lines
        self._filter()

    def _filter(self) -> None:
        self._say_empty()
        self.list.show_lines(self.search.found(self._all))
        self._count()

    def _say_empty(self) -> None:
        if self.search.narrows:
            self.list.empty.say(_("Nothing found"), icon="magnifying-glass")
        else:
            self.list.empty.say(
                _("The trash is empty"), _("What you delete can be brought back from here."),
                icon="trash",
            )  # fmt: skip

    # -- restoring

    @property
    def chosen(self) -> list[Trashed]:
        """The records that are selected, the one deleted last first."""
        return [self.list.lines[row].data for row in self.list.selected()]

    def restore(self) -> None:
        """Bring the selected records back, with their links, as one step."""
        records = [(one.entity, one.id) for one in self.chosen]
        if records:
            workspace = self._bridge.workspace
            self._bridge.write(lambda: rewind.restore_all(workspace, records))

    def _count(self) -> None:
        count = len(self.list.selected())
        words = _("Restore {count}").format(count=f"{count:,}") if count > 1 else _("Restore")
        self.restore_button.setText(words)
        self.restore_button.setEnabled(count > 0)

    def _menu(self, row: int, at: QPoint) -> None:
        one: Trashed = self.list.lines[row].data
        menu = QMenu(self)
        restore = menu.addAction(icons.icon("arrow-u-up-left"), self.restore_button.text())
        restore.triggered.connect(lambda _checked=False: self.restore())
        history = menu.addAction(icons.icon("clock-counter-clockwise"), _("History"))
        history.triggered.connect(partial(self._history, one))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _history(self, one: Trashed, _checked: bool = False) -> None:
        self.history_asked.emit(one.entity, one.id)
