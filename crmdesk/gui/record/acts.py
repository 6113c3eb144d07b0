"""What can be done with the record in front: by its menu, in the window's menu, by search."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.gui.record.form import RecordForm


class RecordActs(QObject):
    """Puts the acts on the record in front where they are looked for.

    The form offers its buttons and its menu; the window's menu and the search box have the same
    acts while a record is in front.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._form: RecordForm | None = None
        menu = window.record_menu

        def add(words: Callable[[], str], act: Callable[[str, str], None], icon: str) -> QAction:
            return window.acts.add(words, lambda: self._with_front(act), icon, section="record")

        # Whatever names a record by "this" is only there while one is in front.
        self._acts = (
            add(lambda: _("Duplicate this record"), menu.duplicate, "copy-simple"),
            add(lambda: _("Copy a link to this record"), menu.copy_link, "link"),
            add(lambda: _("Open this record in a window"), menu.open_window, "arrow-square-out"),
            add(lambda: _("Delete this record"), menu.delete, "trash"),
        )
        window.view.stood.connect(self._follow)
        window.view.placed.connect(self._place)
        window.bridge.language_changed.connect(self._translate)
        self._follow()

    def _with_front(self, act: Callable[[str, str], None]) -> None:
        stand = self._window.cube.stand
        if not stand.listing and stand.record:
            act(stand.entity, stand.record)

    # -- the form

    def _follow(self) -> None:
        stand = self._window.cube.stand
        for one in self._acts:
            one.setEnabled(not stand.listing)
        form = self._window.view.record_form
        if form is not None and form is not self._form:
            self._form = form
            tools = form.offer_tools()
            tools.stepped.connect(self._window.view.step)
            tools.menu_asked.connect(self._show_menu)
            form.menu_asked.connect(self._show_menu)
            form.delete_asked.connect(lambda: self._with_front(self._window.record_menu.delete))
        self._place()

    def _place(self) -> None:
        tools = None if self._form is None else self._form.tools
        if tools is not None:
            tools.show_place(*self._window.view.place())

    def _translate(self) -> None:
        if self._form is not None and self._form.tools is not None:
            self._form.tools.translate()

    # -- the menu

    def _show_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def menu(self) -> QMenu:
        """What can be done with the record in front."""
        window, stand = self._window, self._window.cube.stand
        made = QMenu(window)
        if stand.record:
            window.record_menu.add(made, stand.entity, stand.record, deletes=True)
            made.addSeparator()
            made.addActions([window.acts.previous, window.acts.next])
        return made


def install(window: MainWindow) -> RecordActs:
    """Give a window these acts."""
    return RecordActs(window)
