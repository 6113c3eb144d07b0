"""What the window can do: each act once, with its key, for menu, buttons and search box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.gui.search_popup import Command
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _

LANGUAGES = (("en", "English"), ("zh", "中文"))


@dataclass(frozen=True, slots=True)
class Acts:
    """What is called for each act."""

    new: Callable[[], object]
    undo: Callable[[], object]
    redo: Callable[[], object]
    find: Callable[[], object]
    refresh: Callable[[], object]
    next: Callable[[], object]
    previous: Callable[[], object]
    bring_in: Callable[[], object]
    sample: Callable[[], object]
    theme: Callable[[str], object]
    language: Callable[[str], object]
    report: Callable[[], object]
    about: Callable[[], object]
    quit: Callable[[], object]


class Actions(QObject):
    """The actions of a window; `translate` names them in the language that is set.

    An object of Qt, so that the theme lets go of it when the window goes.
    """

    def __init__(self, window: QWidget, acts: Acts) -> None:
        super().__init__(window)
        self._window = window
        self._acts = acts
        self.new = self._make(acts.new, "plus", "Ctrl+N")
        self.undo = self._make(acts.undo, "arrow-u-up-left", "Ctrl+Z")
        self.redo = self._make(acts.redo, "arrow-u-up-right", "Ctrl+Y", "Ctrl+Shift+Z")
        self.find = self._make(acts.find, "magnifying-glass", "Ctrl+K", "Ctrl+F")
        self.refresh = self._make(acts.refresh, "arrow-clockwise", "F5")
        self.next = self._make(acts.next, "caret-down", "Ctrl+PgDown")
        self.previous = self._make(acts.previous, "caret-up", "Ctrl+PgUp")
        self.bring_in = self._make(acts.bring_in, "upload-simple")
        self.sample = self._make(acts.sample, "flask")
        self.report = self._make(acts.report, "copy")
        self.about = self._make(acts.about, "info")
        self.quit = self._make(acts.quit, "power", "Ctrl+Q")
        self._themes = self._choices(("system", "light", "dark"), acts.theme)
        self._languages = self._choices(tuple(key for key, _name in LANGUAGES), acts.language)
        theme().changed.connect(self.dress)
        self.translate()

    def _make(self, act: Callable[[], object], icon: str, *keys: str) -> QAction:
        action = QAction(self._window)
        action.setProperty("picture", icon)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(lambda _checked=False: act())
        # Belongs to the window, so that its keys count without an open menu.
        self._window.addAction(action)
        return action

    def _choices(
        self, keys: tuple[str, ...], choose: Callable[[str], object]
    ) -> dict[str, QAction]:
        group = QActionGroup(self._window)
        found: dict[str, QAction] = {}
        for key in keys:
            action = QAction(group)
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, key=key: choose(key))
            found[key] = action
        return found

    def _simple(self) -> tuple[QAction, ...]:
        return (
            self.new, self.undo, self.redo, self.find, self.refresh, self.next, self.previous,
            self.bring_in, self.sample, self.report, self.about, self.quit,
        )  # fmt: skip

    def translate(self) -> None:
        """Name everything in the language that is set now."""
        names = {
            self.new: _("New record"),
            self.undo: _("Undo"),
            self.redo: _("Redo"),
            self.find: _("Search"),
            self.refresh: _("Read again"),
            self.next: _("Next record"),
            self.previous: _("Previous record"),
            self.bring_in: _("Import files…"),
            self.sample: _("Add sample data…"),
            self.report: _("Copy report"),
            self.about: _("About CRMDesk"),
            self.quit: _("Quit"),
        }
        for action, name in names.items():
            action.setText(name)
        for key, name in (("system", _("As the system")), ("light", _("Light")),
                          ("dark", _("Dark"))):  # fmt: skip
            self._themes[key].setText(name)
        for key, name in LANGUAGES:
            self._languages[key].setText(name)
        self.dress()

    def dress(self) -> None:
        """Draw the icons in the colours of the theme."""
        for action in self._simple():
            action.setIcon(icons.icon(action.property("picture")))

    def name_steps(self, undo: str | None, redo: str | None) -> None:
        """Say what undo and redo would do; None where there is nothing."""
        self.undo.setText(_("Undo “{step}”").format(step=undo) if undo else _("Undo"))
        self.redo.setText(_("Redo “{step}”").format(step=redo) if redo else _("Redo"))
        self.undo.setEnabled(bool(undo))
        self.redo.setEnabled(bool(redo))

    def check(self, mode: str, language: str) -> None:
        """Mark the theme and the language that are chosen."""
        self._themes[mode].setChecked(True)
        self._languages[language].setChecked(True)

    def fill(self, menu: QMenu) -> None:
        """Put everything into the menu of the window."""
        menu.clear()
        menu.addActions([self.new, self.undo, self.redo])
        menu.addSeparator()
        menu.addActions([self.find, self.previous, self.next, self.refresh])
        menu.addSeparator()
        menu.addActions([self.bring_in, self.sample])
        menu.addSeparator()
        menu.addMenu(self._submenu(menu, _("Theme"), "moon", self._themes))
        menu.addMenu(self._submenu(menu, _("Language"), "translate", self._languages))
        menu.addSeparator()
        menu.addActions([self.report, self.about])
        menu.addSeparator()
        menu.addAction(self.quit)

    def _submenu(self, menu: QMenu, title: str, icon: str, choices: dict[str, QAction]) -> QMenu:
        made = QMenu(title, menu)
        made.setIcon(icons.icon(icon))
        made.addActions(list(choices.values()))
        return made

    def commands(self) -> list[Command]:
        """What the search box offers to do."""
        offered = [
            Command(action.text(), action.property("picture"), action.trigger)
            for action in self._simple()
            if action is not self.find
        ]
        for choices, icon in ((self._themes, "moon"), (self._languages, "translate")):
            offered += [Command(one.text(), icon, one.trigger) for one in choices.values()]
        return offered
