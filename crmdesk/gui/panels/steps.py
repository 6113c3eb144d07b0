"""The undo list: every step with its time, to go back or forth over several at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.panels.finding import FindLine
from crmdesk.gui.panels.lines import PaneLine, PaneList
from crmdesk.gui.panels.words import Titles, when
from crmdesk.gui.theme import icons
from crmdesk.i18n import _, ngettext
from crmdesk.jobs import Job
from crmdesk.ops import rewind
from crmdesk.ops.rewind import Gone
from crmdesk.ops.stepwords import said_now
from crmdesk.ops.undo import DONE, Step
from crmdesk.schema.query import USER
from crmdesk.schema.timetypes import StampType
from crmdesk.schema.values import Instant

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

MOST = 10_000
"""Steps that are listed, the last ones."""

_STAMP = StampType()


class StepsPage(QWidget):
    """The steps, the newest first: those that can be done again, then those to be undone."""

    told = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._cancel: Cancel | None = None
        self._all: list[PaneLine] = []
        self.list = PaneList(self)
        self.search = FindLine(self, self.list)
        self.search.textChanged.connect(lambda _text: self._filter())
        self.stopped = QLabel(self)
        self.stopped.setProperty("look", "error")
        self.stopped.setWordWrap(True)
        self.stopped.setContentsMargins(12, 8, 12, 0)
        self.stopped.hide()
        self.button = QPushButton(self)
        self.button.setProperty("look", "primary")
        self.button.clicked.connect(lambda: self.go(self.list.row))
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 12)
        foot.addStretch()
        foot.addWidget(self.button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 0)
        top.addWidget(self.search)
        box.addLayout(top)
        box.addWidget(self.stopped)
        box.addWidget(self.list, 1)
        box.addLayout(foot)
        self.setFocusProxy(self.list)
        self.list.chosen.connect(self.go)
        self.list.menu_asked.connect(self._menu)
        self.list.selectionModel().currentChanged.connect(lambda *_both: self._name())
        self.translate()

    def translate(self) -> None:
        """Take up the language that is set now."""
        self.list.setAccessibleName(_("Undo list"))
        self.search.setPlaceholderText(_("Find a step…"))
        self.search.setAccessibleName(_("Find a step"))
        self._say_empty()
        self._name()
        if self.isVisible():
            self.reload()

    def _say_empty(self) -> None:
        if self.search.narrows:
            self.list.empty.say(_("Nothing found"), icon="magnifying-glass")
        else:
            self.list.empty.say(
                _("Nothing to undo"), _("Every step stands here, also after a restart."),
                icon="arrow-u-up-left",
            )  # fmt: skip

    def reload(self) -> None:
        """Read the steps again."""
        if self._cancel is not None:
            self._cancel()
        self._cancel = self._bridge.read(self._ask, self._show)

    def _ask(self, conn: Any, _job: object) -> list[PaneLine]:
        steps = self._bridge.workspace.undo_steps(MOST)
        titles = Titles(self._bridge, conn, {(USER, one.actor) for one in steps if one.actor})
        return [self._line(one, titles) for one in steps]

    def _line(self, step: Step, titles: Titles) -> PaneLine:
        at = _STAMP.from_stored(step.at)
        done = step.state == DONE
        return PaneLine(
            said_now(self._bridge.registry, step.label),
            titles.person(step.actor or "") if done else _("Undone"),
            when(at, self._bridge.ctx) if isinstance(at, Instant) else "",
            icon="arrow-u-up-left" if done else "arrow-u-up-right",
            faint=not done,
            data=step,
        )

    def _show(self, lines: list[PaneLine]) -> None:
        self._cancel = None
        self._all = lines
        self._filter()

    def _filter(self) -> None:
        self._say_empty()
        self.list.show_lines(self.search.found(self._all))
        self._name()

    # -- going

    def _reach(self, row: int) -> tuple[bool, int]:
        """Whether a line is undone (or done again) from here, and how many steps that takes."""
        shown = self.list.lines
        if not 0 <= row < len(shown):
            return True, 0
        # Those that are not shown for what is looked for are steps as well.
        at = row if not self.search.narrows else self._all.index(shown[row])
        undone = sum(line.data.state != DONE for line in self._all)
        return (True, at - undone + 1) if at >= undone else (False, undone - at)

    def _words(self, row: int) -> str:
        back, count = self._reach(row)
        if back:
            return ngettext("Undo this step", "Undo {count} steps", count).format(count=count)
        return ngettext("Redo this step", "Redo {count} steps", count).format(count=count)

    def _name(self) -> None:
        row = self.list.row
        self.button.setEnabled(row >= 0 and self._reach(row)[1] > 0)
        self.button.setText(self._words(row) if row >= 0 else _("Undo"))

    def go(self, row: int) -> None:
        """Undo the steps down to that line, or do them again up to it."""
        if not 0 <= row < len(self.list.lines):
            return
        step: Step = self.list.lines[row].data
        walk = rewind.undo_through if self._reach(row)[0] else rewind.redo_through
        workspace = self._bridge.workspace

        def do(job: Job[Any]) -> Gone:
            return walk(workspace, step.n, progress=job.progress, cancel=job)

        self.button.setEnabled(False)
        self._bridge.work(do, self._gone, label=self._words(row))

    def _gone(self, gone: Gone) -> None:
        self.stopped.setVisible(gone.stopped is not None)
        if gone.stopped is not None:
            self.stopped.setText(_("It stopped here: {why}").format(why=gone.stopped.message))
        if gone.labels:
            count = len(gone.labels)
            words = ngettext("{count} step: {step}", "{count} steps, the last: {step}", count)
            self.told.emit(words.format(count=count, step=gone.labels[-1]))
        self.reload()

    def _menu(self, row: int, at: QPoint) -> None:
        menu = QMenu(self)
        back = self._reach(row)[0]
        action = menu.addAction(
            icons.icon("arrow-u-up-left" if back else "arrow-u-up-right"), self._words(row)
        )
        action.triggered.connect(partial(self._go, row))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _go(self, row: int, _checked: bool = False) -> None:
        self.go(row)
