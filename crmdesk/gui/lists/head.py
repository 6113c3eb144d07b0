"""What stands beside the title of a list: its view, its form, and buttons for how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from crmdesk.gui.faces.pills import Pill, PillTabs, Tab
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.schema.querywords import path_title
from crmdesk.schema.registry import Entity
from crmdesk.schema.viewdata import FORMS, ViewSpec

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.ops.savedviews import SavedView

UNSAVED = " •"
_LISTED = ", "


class ListHead(QObject):
    """Fills the head of a list's face and tells what is clicked there.

    `tools` is the row of buttons at the right; whoever has one more puts it in by `add_tool`.
    """

    view_clicked = Signal()
    form_chosen = Signal(str)
    save_clicked = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget, row: QHBoxLayout) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._parent = parent
        self.view = Pill(parent, Tab("", ""), "")
        self.view.caret = True
        self.view.clicked.connect(self._clicked)
        self.save = QPushButton(parent)
        self.save.setProperty("look", "link")
        self.save.setFixedHeight(24)
        self.save.setStyleSheet("QPushButton { min-height: 20px; }")
        self.save.clicked.connect(self.save_clicked)
        self.forms = PillTabs(parent)
        self.forms.chosen.connect(self.form_chosen)
        self.sort = self._button("arrows-down-up")
        self.group = self._button("rows")
        self.columns = self._button("columns")
        self.more = self._button("dots-three")
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        # The form pills take what the others leave; what comes and goes stands after them, so
        # that they stay where they are.
        row.addWidget(self.view)
        row.addWidget(self.forms, 1)
        row.addWidget(self.save)
        self._row = row
        for button in (self.sort, self.group, self.columns, self.more):
            row.addWidget(button)
        self.more_menu = QMenu(self.more)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self.more_menu)
        self._more: list[tuple[Callable[[], str], str]] = []
        self._menus: list[QMenu] = []
        self.more_menu.aboutToShow.connect(self._name_more)

    def add_tool(self, icon: str, before: QToolButton | None = None) -> QToolButton:
        """A further button with that icon, left of another one (the last by default)."""
        made = self._button(icon)
        self._row.insertWidget(self._row.indexOf(before or self.columns), made)
        return made

    def add_more(self, words: Callable[[], str], icon: str, act: Callable[[], object]) -> QAction:
        """A further line of the menu at the right; `words` names it when it is shown."""
        action = self.more_menu.addAction(words())
        action.triggered.connect(lambda _on=False: act())
        self._more.append((words, icon))
        return action

    def add_menu(self, words: Callable[[], str], icon: str, menu: QMenu) -> None:
        """A further menu inside the menu at the right."""
        # Kept: its action goes with it, and Python would let it go.
        self._menus.append(menu)
        self.more_menu.addMenu(menu)
        self._more.append((words, icon))

    def _name_more(self) -> None:
        # Asked of the menu: it owns them.
        for action, (words, icon) in zip(self.more_menu.actions(), self._more, strict=True):
            action.setText(words())
            action.setIcon(icons.icon(icon))

    def show_view(
        self, entity: Entity, spec: ViewSpec, view: SavedView | None, changed: bool
    ) -> None:
        """Show which view of an entity's records stands here, and how it is sorted."""
        language = self._bridge.language
        title = _("All") if view is None else view.title(language)
        self.view.show_tab(Tab("", title + (UNSAVED if changed else "")), entity.colour)
        self.view.setChecked(True)
        spoken = _("View: {name} (changed, not saved)") if changed else _("View: {name}")
        spoken = spoken.format(name=title)
        self.view.setAccessibleName(spoken)
        self.view.setToolTip(spoken)
        self.view.setFixedSize(self.view.sizeHint())
        self.save.setVisible(changed)
        self.save.setText(_("Save") if view is not None else _("Save as view"))
        self.save.setAccessibleName(self.save.text())
        forms = {"list": _("List"), "board": _("Board")}
        tabs = [Tab(form, forms[form]) for form in FORMS] if entity.status else []
        self.forms.set_tabs(tabs, spec.form if tabs else "", entity.colour)
        self.forms.setAccessibleName(_("Shown as"))
        count = len(spec.sort)
        self.sort.setText(_("Sort {count}").format(count=count) if count else _("Sort"))
        self.sort.setToolTip(_("By which columns the list is sorted"))
        self.group.setText(_("Group"))
        if spec.group:
            paths = (one.partition(":")[0] for one in spec.group)
            registry = self._bridge.registry
            names = [path_title(registry, entity.name, path, language) for path in paths]
            self.group.setText(_("Group {fields}").format(fields=_LISTED.join(names)))
        self.group.setToolTip(_("By which fields the records are grouped"))
        self.columns.setText(_("Columns"))
        self.columns.setToolTip(_("Which columns are shown, and in which order"))
        self.more.setToolTip(_("More for this list"))
        self._name_more()
        for button in (self.sort, self.group, self.columns, self.more):
            button.setAccessibleName(button.text() or button.toolTip())

    def _clicked(self) -> None:
        # It tells what is shown and is never off.
        self.view.setChecked(True)
        self.view_clicked.emit()

    def _button(self, icon: str) -> QToolButton:
        made = QToolButton(self._parent)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        icons.set_icon(made, icon, size=15)
        return made
