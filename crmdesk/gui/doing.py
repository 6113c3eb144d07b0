"""What a window can do with what it found: quick add, history, trash, undo list, files.

Everything here is made when it is first asked for, for the start's sake.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.schema.crm.facts import Tasks
from crmdesk.settings import COMMANDS_USED

if TYPE_CHECKING:
    from crmdesk.gui.files.desk import FileDesk
    from crmdesk.gui.files.dropping import Dropping
    from crmdesk.gui.files.gallery import FilesFace
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.gui.panels.pane import SidePane
    from crmdesk.gui.quick.sheet import QuickAdd
    from crmdesk.gui.search_popup import SearchPopup
    from crmdesk.ops.changes import Outcome

HISTORY, TRASH, STEPS = "history", "trash", "steps"
_PASTE = QKeySequence.StandardKey.Paste
_ON_PURPOSE = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ShortcutFocusReason)


class Doing(QObject):
    """The acts of a window besides those of its frame."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._quick: QuickAdd | None = None
        self._pane: SidePane | None = None
        self._followed = ("", "")
        add = window.acts.add
        add(lambda: _("Undo list"), partial(self.open_pane, STEPS), "list", "Ctrl+Alt+Z",
            section="undo")  # fmt: skip
        add(lambda: _("Trash"), partial(self.open_pane, TRASH), "trash", "Ctrl+Shift+T",
            section="go")  # fmt: skip
        add(lambda: _("Quick add…"), self.quick_add, "lightning", "Ctrl+Shift+N",
            section="record")  # fmt: skip
        add(lambda: _("History"), partial(self.open_pane, HISTORY), "clock-counter-clockwise",
            "Ctrl+Shift+H", section="record")  # fmt: skip
        add(lambda: _("Attach files…"), self.attach_files, "paperclip", "Ctrl+Shift+A",
            section="record")  # fmt: skip
        add(lambda: _("Attach from the clipboard"), self.paste_files, "clipboard-text",
            "Ctrl+Shift+V", section="record")  # fmt: skip
        add(lambda: _("Open phone, e-mail or address"), self.open_link, "arrow-square-out",
            "Ctrl+O", section="record")  # fmt: skip
        self._popup: SearchPopup | None = None
        self._dropping: Dropping | None = None
        window.view.setAcceptDrops(True)
        window.view.installEventFilter(self)
        for side in window.view.sides.values():
            side.offer_files(self._make_files)
        window.ui.search.installEventFilter(self)
        window.ui.search.textEdited.connect(lambda _text: self._search())
        window.view.stood.connect(self._follow)
        window.view.placed.connect(self._follow)

    # -- finding

    def _search(self) -> None:
        """See to it that something hangs under the search box when it is used."""
        if self._popup is not None:
            return
        # Late, for the start's sake: the popup is made when the box is first used.
        from crmdesk.gui.search_popup import SearchPopup

        window = self._window
        popup = self._popup = SearchPopup(window.bridge, window.ui.search, window)
        popup.set_memory(lambda: window.cube.recent, lambda: window.settings.get(COMMANDS_USED))
        popup.set_commands(window.acts.commands)
        popup.set_known(self._known)
        popup.set_make(self._make)
        popup.chosen.connect(self._go)
        popup.list_asked.connect(self._go_in_list)
        popup.view_asked.connect(window.view.show_list)
        popup.menu_asked.connect(self._show_menu)
        popup.used.connect(self._count_use)
        popup.left.connect(window.view.focus_front)
        popup.begin(window.ui.search.text())

    @property
    def popup(self) -> SearchPopup | None:
        """What hangs under the search box, None before it was used."""
        return self._popup

    def _known(self) -> set[tuple[str, str]]:
        pins = {(one.entity, one.id) for one in self._window.kept.pinned}
        return pins | set(self._window.cube.recent)

    def _make(self, entity: str, name: str) -> None:
        """Make a record that is called so, and go to it; of a task all of the line is read."""
        window = self._window
        if entity == Tasks.ENTITY:
            self.quick_add()
            if self._quick is not None:
                self._quick.line.setText(name)
            return
        # Late, for the start's sake.
        from crmdesk.ops.changes import Create

        title = window.bridge.registry.entity(entity).title[0]

        def made(outcome: Outcome) -> None:
            window.view.turn(entity, outcome.created[0])

        window.bridge.write(Create(entity, {title: name}), made)

    def _go(self, entity: str, record: str) -> None:
        view = self._window.view
        if record:
            view.turn(entity, record)
        else:
            view.show_list(entity)

    def _show_menu(self, entity: str, record: str, at: QPoint) -> None:
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        self._window.record_menu.add(menu, entity, record, opens=True, deletes=True)
        if self._popup is not None:
            popup = self._popup
            menu.triggered.connect(lambda _action: popup.close_up())
        menu.popup(at)

    def _go_in_list(self, entity: str, record: str) -> None:
        view = self._window.view
        view.show_list(entity, "")
        view.listing.go_to_record(record)

    def _count_use(self, name: str) -> None:
        settings = self._window.settings
        used = settings.get(COMMANDS_USED)
        before = used.get(name)
        used[name] = (before if isinstance(before, int) else 0) + 1
        with suppress(KnownError):  # what is remembered here is not worth a word
            settings.set(COMMANDS_USED, used)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and self._popup is None:
            box = self._window.ui.search
            if watched is box and isinstance(event, QFocusEvent) and event.reason() in _ON_PURPOSE:
                # After the box has taken the focus.
                QTimer.singleShot(0, self, self._search)
        if (
            watched is self._window.view
            and self._dropping is None
            and (
                isinstance(event, QDragEnterEvent)
                or (isinstance(event, QKeyEvent) and event.matches(_PASTE))
            )
        ):
            # Made now, it is asked next: filters are asked from the last one on.
            return self._made_dropping().eventFilter(watched, event)
        return super().eventFilter(watched, event)

    # -- quick add

    def quick_add(self) -> None:
        """Make a task of one line."""
        if self._quick is None:
            # Late, for the start's sake.
            from crmdesk.gui.quick.sheet import QuickAdd

            self._quick = QuickAdd(self._window.bridge, self._window)
            self._quick.made.connect(self._made)
        stand = self._window.cube.stand
        # A list's current row is not what one is looking at.
        self._quick.open_for(stand.entity, "" if stand.listing else stand.record)

    @property
    def quick(self) -> QuickAdd | None:
        """The sheet of quick add, None before it was asked for."""
        return self._quick

    def _made(self, label: str, _task: str) -> None:
        self._window.said(_("Saved: {step}"), label)

    # -- files

    @property
    def desk(self) -> FileDesk:
        """What attaches files and hands them out."""
        return self._made_dropping().desk

    def _made_dropping(self) -> Dropping:
        if self._dropping is None:
            # Late, for the start's sake.
            from crmdesk.gui.files.desk import FileDesk
            from crmdesk.gui.files.dropping import Dropping

            window = self._window
            desk = FileDesk(window.bridge, window.settings, window)
            desk.told.connect(lambda words: window.said("{step}", words))
            desk.refused.connect(window.status.tell)
            self._dropping = Dropping(window.view, desk)
        return self._dropping

    def attach_files(self) -> None:
        """Choose files and hang them on the record in front."""
        stand = self._window.cube.stand
        if self.desk.can_attach(stand.entity):
            self.desk.choose(stand.entity, stand.record)
        else:
            self._window.status.tell(_("Files cannot hang on records of this kind."))

    def paste_files(self) -> None:
        """Hang the files or the image of the clipboard on the record in front."""
        if not self._made_dropping().paste():
            self._window.status.tell(_("There is no file and no image on the clipboard."))

    def _make_files(self) -> FilesFace:
        # Late, for the start's sake.
        from crmdesk.gui.files.gallery import FilesFace

        return FilesFace(self._window.bridge, self.desk)

    # -- links

    def open_link(self) -> None:
        """Let the system open what the cell, the field or the file with the focus leads to."""
        # Late, for the start's sake.
        from crmdesk.gui.links.focus import open_focused

        if not open_focused():
            self._window.status.tell(_("Nothing here leads to a phone, an e-mail or the web."))

    # -- the side pane

    def open_pane(self, page: str) -> None:
        """Show the history of the record in front, the trash or the undo list."""
        if self._pane is None:
            # Late, for the start's sake.
            from crmdesk.gui.panels.pane import SidePane

            window = self._window
            self._pane = SidePane(window.bridge, window.ui.middle)
            self._pane.told.connect(lambda words: window.said("{step}", words))
            self._pane.closed.connect(window.view.focus_front)
            window.ui.middleRow.addWidget(self._pane)
        stand = self._window.cube.stand
        self._followed = (stand.entity, stand.record)
        self._pane.follow(*self._followed)
        self._pane.open_up(page)

    @property
    def pane(self) -> SidePane | None:
        """The side pane, None before it was asked for."""
        return self._pane

    def history_of(self, entity: str, record: str) -> None:
        """Show the history of any record, until another one comes to the front."""
        stand = self._window.cube.stand
        if self._pane is None or not self._pane.isVisible() or self._pane.page != HISTORY:
            self.open_pane(HISTORY)
        if self._pane is not None and (stand.entity, stand.record) != (entity, record):
            self._pane.show_history(entity, record)

    def _follow(self) -> None:
        stand = self._window.cube.stand
        now = (stand.entity, stand.record)
        # A list that was only read again leaves the history of another record where it is.
        if self._pane is not None and now != self._followed:
            self._followed = now
            self._pane.follow(*now)


def install(window: MainWindow) -> Doing:
    """Give a window these acts."""
    return Doing(window)
