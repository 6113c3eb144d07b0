"""The side pane at the right of the window: history, trash and undo list, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from crmdesk.gui.faces.pills import PillTabs, Tab
from crmdesk.gui.panels.history import HistoryPage
from crmdesk.gui.panels.steps import StepsPage
from crmdesk.gui.panels.trash import TrashPage
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.ops.changes import Announcement

HISTORY, TRASH, STEPS = "history", "trash", "steps"
WIDE = 360
_WAIT_MS = 60


class SidePane(QFrame):
    """Stands beside the cube and blocks nothing; Esc gives the place back."""

    told = Signal(str)
    # It was closed, and what had the focus before is not there to have it again.
    closed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sidePane")
        self.setFixedWidth(WIDE)
        self._front = ("", "")
        # What had the focus before the pane was opened.
        self._came_from: QWidget | None = None
        self.tabs = PillTabs(self)
        self.shut = QToolButton(self)
        icons.set_icon(self.shut, "x", size=16)
        # A click on it leaves the focus where it is: it is about to go back.
        self.shut.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.shut.clicked.connect(self.close_up)
        self.history = HistoryPage(bridge, self)
        self.trash = TrashPage(bridge, self)
        self.steps = StepsPage(bridge, self)
        self._pages: dict[str, HistoryPage | TrashPage | StepsPage] = {
            HISTORY: self.history, TRASH: self.trash, STEPS: self.steps,
        }  # fmt: skip
        self._stack = QStackedWidget(self)
        head = QHBoxLayout()
        head.setContentsMargins(8, 8, 8, 0)
        head.addWidget(self.tabs, 1)
        head.addWidget(self.shut)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._stack, 1)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_WAIT_MS)
        self._again.timeout.connect(self._reload)
        for page in self._pages.values():
            self._stack.addWidget(page)
        self.steps.told.connect(self.told)
        self.trash.history_asked.connect(self.show_history)
        self.tabs.chosen.connect(self.show_page)
        bridge.announced.connect(self._heard)
        bridge.language_changed.connect(self._translate)
        theme().changed.connect(self._dress)
        self._dress()
        self._translate()
        self.hide()

    @property
    def page(self) -> str:
        """The page that is shown."""
        shown = self._stack.currentWidget()
        return next(key for key, page in self._pages.items() if page is shown)

    def open_up(self, page: str) -> None:
        """Show a page and go into it; the page that has the focus already closes the pane.

        What had the focus gets it back when the pane is closed.
        """
        if self.isVisible() and self.page == page and self._inside():
            self.close_up()
            return
        if not self._inside():
            self._came_from = QApplication.focusWidget()
        self.show()
        self.show_page(page)

    def show_page(self, page: str) -> None:
        """Show another page."""
        self.tabs.set_tabs(self._tabs(), page, "note")
        self._stack.setCurrentWidget(self._pages[page])
        if page == HISTORY:
            self.history.show_record(*self._front)
        self._reload()
        self._pages[page].setFocus()

    def follow(self, entity: str, record: str) -> None:
        """Show the history of what is in front now."""
        self._front = (entity, record)
        if self.isVisible() and self.page == HISTORY:
            self._again.start()

    def close_up(self) -> None:
        """Hide the pane; the cube has the room again."""
        inside = self._inside()
        before, self._came_from = self._came_from, None
        back = before is not None and isValid(before) and before.isVisible()
        # Before it is hidden: Qt would hand the focus to whatever comes next by Tab.
        if inside and before is not None and back:
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        if inside and not back:
            self.closed.emit()

    def _inside(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def show_history(self, entity: str, record: str) -> None:
        """Show the history of a record that is not in front, such as a deleted one."""
        self._front = (entity, record)
        self.show_page(HISTORY)

    def _heard(self, _announcement: Announcement) -> None:
        if self.isVisible():
            self._again.start()

    def _reload(self) -> None:
        if self.page == HISTORY and self.history.record != self._front:
            self.history.show_record(*self._front)
        else:
            self._pages[self.page].reload()

    def _tabs(self) -> list[Tab]:
        names = {HISTORY: _("History"), TRASH: _("Trash"), STEPS: _("Undo list")}
        return [Tab(key, name) for key, name in names.items()]

    def _translate(self) -> None:
        self.setAccessibleName(_("Side pane"))
        self.shut.setToolTip(_("Close (Esc)"))
        self.shut.setAccessibleName(_("Close the side pane"))
        self.tabs.set_tabs(self._tabs(), self.page, "note")
        self.tabs.setAccessibleName(_("What stands in the side pane"))
        for page in self._pages.values():
            page.translate()

    def _dress(self) -> None:
        tokens = theme().tokens
        self.setStyleSheet(
            f"#sidePane {{ background: {tokens.surface}; border: 0;"
            f" border-left: 1px solid {tokens.line}; }}"
        )

    # -- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
            return
        super().keyPressEvent(event)
