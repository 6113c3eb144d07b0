"""What the window can do: each act once, with its key, for menu, buttons and search box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.gui.theme import icons
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.palette.lines import Command

LANGUAGES = (("en", "English"), ("zh", "中文"))

# Words that people type for a setting, whatever the language of the window.
_SETTINGS = ("settings", "preferences", "options", "设置", "选项")
_ALSO = {
    "dark": ("dark", "night", "深色", "夜间"), "light": ("light", "浅色"),
    "system": ("system", "系统"), "en": ("english", "英文", "英语"),
    "zh": ("chinese", "中文", "简体", "汉语"),
}  # fmt: skip

SECTIONS = ("undo", "go", "record", "view", "files")
"""The parts of the menu into which acts are put; theme, language and the rest follow them."""


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


@dataclass(frozen=True, slots=True)
class _Act:
    """One action, what it is called, and its stretch of the menu ("" for none)."""

    action: QAction
    words: Callable[[], str]
    section: str


class Actions(QObject):
    """The actions of a window; `translate` names them in the language that is set.

    What a window can do besides these is put in by `add`: menu, search box and the page of
    shortcuts show it then.
    """

    def __init__(self, window: QWidget, acts: Acts) -> None:
        super().__init__(window)
        self._window = window
        self._acts = acts
        self._all: list[_Act] = []
        self._submenus: list[QMenu] = []
        self._steps: tuple[str | None, str | None] = (None, None)
        add = self.add
        self.undo = add(self._undo_words, acts.undo, "arrow-u-up-left", "Ctrl+Z", section="undo")
        self.redo = add(self._redo_words, acts.redo, "arrow-u-up-right", "Ctrl+Y", "Ctrl+Shift+Z",
                        section="undo")  # fmt: skip
        self.find = add(lambda: _("Search"), acts.find, "magnifying-glass", "Ctrl+K", section="go")
        self.previous = add(lambda: _("Previous record"), acts.previous, "caret-up", "Ctrl+PgUp",
                            section="go")  # fmt: skip
        self.next = add(lambda: _("Next record"), acts.next, "caret-down", "Ctrl+PgDown",
                        section="go")  # fmt: skip
        self.refresh = add(lambda: _("Read again"), acts.refresh, "arrow-clockwise", "F5",
                           section="go")  # fmt: skip
        self.new = add(lambda: _("New record"), acts.new, "plus", "Ctrl+N", section="record")
        self.bring_in = add(lambda: _("Import files…"), acts.bring_in, "upload-simple",
                            section="files")  # fmt: skip
        self.sample = add(lambda: _("Add sample data…"), acts.sample, "flask", section="files")
        self.report = add(lambda: _("Copy report"), acts.report, "copy")
        self.about = add(lambda: _("About CRMDesk"), acts.about, "info")
        self.quit = add(lambda: _("Quit"), acts.quit, "power", "Ctrl+Q")
        self._themes = self._choices(("system", "light", "dark"), acts.theme)
        self._languages = self._choices(tuple(key for key, _name in LANGUAGES), acts.language)
        self.translate()

    def add(
        self,
        words: Callable[[], str],
        act: Callable[[], object],
        icon: str,
        *keys: str,
        section: str = "",
    ) -> QAction:
        """Put in something that the window can do; the first of its keys is the one shown.

        `words` names it in the language that is set when it is called, `icon` is a name of
        `theme.icons`, `section` one of `SECTIONS` or "help", "" to keep it out of the menu.
        """
        action = QAction(words(), self._window)
        action.setProperty("picture", icon)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(lambda _checked=False: act())
        # Belongs to the window, so that its keys count without an open menu.
        self._window.addAction(action)
        self._all.append(_Act(action, words, section))
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

    def translate(self) -> None:
        """Name everything in the language that is set now."""
        for one in self._all:
            one.action.setText(one.words())
        for key, name in (("system", _("As the system")), ("light", _("Light")),
                          ("dark", _("Dark"))):  # fmt: skip
            self._themes[key].setText(name)
        for key, name in LANGUAGES:
            self._languages[key].setText(name)

    def name_steps(self, undo: str | None, redo: str | None) -> None:
        """Say what undo and redo would do; None where there is nothing."""
        self._steps = (undo, redo)
        self.undo.setText(self._undo_words())
        self.redo.setText(self._redo_words())
        self.undo.setEnabled(bool(undo))
        self.redo.setEnabled(bool(redo))

    def _undo_words(self) -> str:
        step = self._steps[0]
        return _("Undo “{step}”").format(step=step) if step else _("Undo")

    def _redo_words(self) -> str:
        step = self._steps[1]
        return _("Redo “{step}”").format(step=step) if step else _("Redo")

    def check(self, mode: str, language: str) -> None:
        """Mark the theme and the language that are chosen."""
        self._themes[mode].setChecked(True)
        self._languages[language].setChecked(True)

    def fill(self, menu: QMenu) -> None:
        """Put everything into the menu of the window."""
        menu.clear()
        # It is filled anew each time it is opened.
        while self._submenus:
            self._submenus.pop().deleteLater()
        # Drawn when a menu is opened, in the colours of the theme: a start shows none of them.
        for one in self._all:
            one.action.setIcon(icons.icon(one.action.property("picture")))

        def put(title: str, icon: str, section: str, *more: QAction) -> None:
            acts = [one.action for one in self._all if one.section == section]
            menu.addMenu(self._submenu(menu, title, icon, [*acts, *more]))

        menu.addActions([one.action for one in self._all if one.section == "undo"])
        menu.addSeparator()
        put(_("Record"), "cards", "record")
        put(_("Go to"), "arrow-right", "go")
        put(_("View"), "layout", "view")
        put(_("Files and data"), "database", "files")
        menu.addSeparator()
        menu.addMenu(self._submenu(menu, _("Theme"), "moon", list(self._themes.values())))
        menu.addMenu(
            self._submenu(menu, _("Language"), "translate", list(self._languages.values()))
        )
        put(_("Help"), "question", "help", self.report, self.about)
        menu.addSeparator()
        menu.addAction(self.quit)

    def _submenu(self, menu: QMenu, title: str, icon: str, acts: Sequence[QAction]) -> QMenu:
        made = QMenu(title, menu)
        made.setIcon(icons.icon(icon))
        made.addActions(acts)
        self._submenus.append(made)
        return made

    def shortcuts(self) -> list[tuple[str, str]]:
        """What has a key, and the key as it is shown."""
        native = QKeySequence.SequenceFormat.NativeText
        return [
            (one.action.text(), one.action.shortcut().toString(native))
            for one in self._all
            if not one.action.shortcut().isEmpty()
        ]

    def keyed(self) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
        """What has keys, and all of them as they are shown, by its stretch of the menu."""
        native = QKeySequence.SequenceFormat.NativeText
        found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for one in self._all:
            keys = tuple(key.toString(native) for key in one.action.shortcuts())
            if keys:
                # Not the step that it would undo now: the keys are the same for all.
                words = {self.undo: _("Undo"), self.redo: _("Redo")}.get(one.action)
                found.setdefault(one.section, []).append((words or one.words(), keys))
        return found

    def commands(self) -> list[Command]:
        """What the search box offers to do, with its keys."""
        # Late, for the start's sake: it brings all that paints what is found.
        from crmdesk.gui.palette.lines import Command

        native = QKeySequence.SequenceFormat.NativeText
        offered = []
        for one in self._all:
            action = one.action
            if action is self.find or not action.isEnabled():
                continue
            picture, key = action.property("picture"), action.shortcut()
            # Neither changes with the language, so that it can be remembered by them.
            name = f"{picture} {key.toString()}".strip()
            shown, own = key.toString(native), one.section == "record"
            offered.append(Command(action.text(), picture, action.trigger, shown, name, own))
        names = {"zh": _("Chinese")}
        for choices, icon, words, also in (
            (self._themes, "moon", _("Theme: {name}"), ("theme", "主题")),
            (self._languages, "translate", _("Language: {name}"), ("language", "语言")),
        ):
            for kind, act in choices.items():
                # A language is called what its own people call it, and what others do.
                other = names.get(kind, act.text())
                name = act.text() if other == act.text() else f"{act.text()} ({other})"
                found_by = " ".join((_("settings"), *_SETTINGS, *also, *_ALSO.get(kind, ())))
                offered.append(
                    Command(words.format(name=name), icon, act.trigger, name=f"{icon} {kind}",
                            also=found_by)
                )  # fmt: skip
        return offered
