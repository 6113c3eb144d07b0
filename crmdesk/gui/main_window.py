"""The main window: top bar, rail, the cube, and the status line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QMessageBox, QToolButton, QWidget

from crmdesk.errors import KnownError
from crmdesk.features.cube.cube import Cube
from crmdesk.gui import access, doing, qttexts, recordmenu, selecting, shortcuts, undoing
from crmdesk.gui.actions import Actions, Acts
from crmdesk.gui.board import acts as boardacts
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube import faceacts
from crmdesk.gui.cube.view import CubeView
from crmdesk.gui.forms.main_window import Ui_MainWindow
from crmdesk.gui.lists import acts as listacts
from crmdesk.gui.pressing import press_focused
from crmdesk.gui.record import acts as recordacts
from crmdesk.gui.shell import kept, store_state
from crmdesk.gui.shell.rail_content import RECORDS, RailContent
from crmdesk.gui.shell.side_buttons import SideButtons
from crmdesk.gui.shell.status import StatusLine
from crmdesk.gui.shell.trail import Crumb
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _
from crmdesk.ops.stepwords import said_now
from crmdesk.schema.crm.rail import MAIN
from crmdesk.settings import LANGUAGE, THEME, WINDOW_STATE, Settings

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from crmdesk.gui.problems import Problems
    from crmdesk.gui.search_popup import SearchPopup
    from crmdesk.ops.changes import Announcement

_COUNT_MS = 150


class MainWindow(QMainWindow):
    """One window on one store; it takes over the bridge and closes it when it is closed."""

    # The first list has been painted with its rows.
    ready = Signal()

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        problems: Problems | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.settings = settings
        self._problems = problems
        self._steps: tuple[str | None, str | None] = (None, None)
        self.steps_read = False
        self._side_buttons: SideButtons | None = None
        self.ui = Ui_MainWindow()
        access.install()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.status = StatusLine(self.ui.saved, self.ui.place, self.ui.storeState, self)
        # Before anybody else hears of a step, and has a word to say about it.
        bridge.announced.connect(self._move_on)
        state = settings.get(WINDOW_STATE)
        self.cube = Cube(bridge.registry, MAIN[0], bridge.views.starts())
        cubes = state.get("cubes")
        mine = cubes.get(str(bridge.workspace.path)) if isinstance(cubes, dict) else None
        mine = mine if isinstance(mine, dict) else {}
        self.cube.restore(mine)
        self.view = CubeView(bridge, self.cube)
        self.ui.faceBox.addWidget(self.view)
        self.rail = RailContent(bridge, self.ui.rail, self.view.show_list)
        self.rail.current = lambda: (RECORDS, self.cube.stand.entity)
        shut = state.get("rail")
        if isinstance(shut, list):
            self.rail.shut = {one for one in shut if isinstance(one, str)}
        self._restore(state)
        self._count_timer = QTimer(self)
        self._count_timer.setSingleShot(True)
        self._count_timer.setInterval(_COUNT_MS)
        self._count_timer.timeout.connect(self.rail.count)
        self._make_top()
        self._connect()
        windows = mine.get("windows")
        if isinstance(windows, list) and windows:
            self.ready.connect(
                lambda: self.faces.windows.restore(windows), Qt.ConnectionType.SingleShotConnection
            )
        self._translate()
        self.rail.count()
        self._read_steps()

    # -- making

    def _make_top(self) -> None:
        ui = self.ui
        for button, icon in (
            (ui.back, "caret-left"),
            (ui.forward, "caret-right"),
            (ui.home, "house"),
            (ui.add, "plus"),
        ):
            icons.set_icon(button, icon)
        # It rings for reminders; there are none to ring for yet.
        ui.bell.hide()
        self.menu_button = QToolButton(ui.topBar)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        icons.set_icon(self.menu_button, "list")
        ui.topRow.addWidget(self.menu_button)
        self.menu = QMenu(self)
        self.menu_button.setMenu(self.menu)
        self.add_menu = QMenu(self)
        ui.add.setMenu(self.add_menu)
        self.acts = Actions(
            self,
            Acts(
                new=self.view.new_record,
                undo=self.undo,
                redo=self.redo,
                find=self.go_to_search,
                refresh=self.refresh,
                next=lambda: self.view.step(1),
                previous=lambda: self.view.step(-1),
                bring_in=self.bring_in,
                sample=self.add_sample,
                theme=self.set_theme,
                language=self.set_language,
                report=self.copy_report,
                about=self.about,
                quit=lambda: self.window().close(),
            ),
        )
        self.faces = faceacts.install(self)
        self.kept = kept.install(self)
        self.store_state = store_state.install(self)
        self.doing = doing.install(self)
        self.record_menu = recordmenu.install(self)
        self.record_acts = recordacts.install(self)
        self.shortcuts = shortcuts.install(self)
        self.selection = selecting.install(self)
        self.list_acts = listacts.install(self)
        self.board_acts = boardacts.install(self)
        self.undoing = undoing.install(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.add_menu.aboutToShow.connect(self._fill_add_menu)
        ui.rail.setMinimumHeight(0)

    def _connect(self) -> None:
        ui, view, bridge = self.ui, self.view, self.bridge
        ui.back.clicked.connect(view.back)
        ui.forward.clicked.connect(view.forward)
        ui.home.clicked.connect(view.go_home)
        for button, go in ((ui.back, view.back), (ui.forward, view.forward),
                           (ui.home, view.go_home)):  # fmt: skip
            # A button answers its key by an animated click, a tenth of a second late.
            keys = button.shortcut()
            button.setShortcut(QKeySequence())
            QShortcut(keys, self, go)
        ui.trail.chosen.connect(view.go_to_crumb)
        view.stood.connect(self._show_stand)
        view.placed.connect(self._show_place)
        view.told.connect(self.status.tell)
        view.listing.said.connect(self.status.say)
        view.asked_to_import.connect(self.bring_in)
        view.listing.loaded.connect(self.ready)
        bridge.failed.connect(self.status.tell)
        bridge.announced.connect(self._hear)
        bridge.language_changed.connect(self._translate)
        if self._problems is not None:
            self._problems.told.connect(self.status.tell)

    def _restore(self, state: Mapping[str, Any]) -> None:
        geometry = state.get("geometry")
        # In the frame of the application it is that one's place that counts.
        if isinstance(geometry, str) and self.parentWidget() is None:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))

    # -- showing

    def _translate(self) -> None:
        self.ui.retranslateUi(self)  # type: ignore[no-untyped-call]
        self.menu_button.setToolTip(_("Menu"))
        self.menu_button.setAccessibleName(_("Menu"))
        self.acts.translate()
        self._name_steps()
        self.acts.check(str(theme().mode), self.bridge.language)
        self.rail.show()
        self._show_stand()
        self.status.show_saved()

    def _show_stand(self) -> None:
        cube, registry, language = self.cube, self.bridge.registry, self.bridge.language
        crumbs = []
        for stand in cube.trail:
            entity = registry.entity(stand.entity)
            title = entity.plural.text(language) if stand.listing else stand.title
            crumbs.append(Crumb(title or entity.label.text(language), entity.colour))
        self.ui.trail.set_crumbs(crumbs)
        self.ui.back.setEnabled(cube.can_go_back)
        self.ui.forward.setEnabled(cube.can_go_forward)
        self.rail.mark()
        beside = not cube.stand.listing
        self.acts.next.setEnabled(beside)
        self.acts.previous.setEnabled(beside)
        self.setWindowTitle(f"{crumbs[-1].title} – CRMDesk")
        self._show_place()

    def _show_place(self) -> None:
        stand, language = self.cube.stand, self.bridge.language
        view = self.bridge.views.get(self.view.listing.stand.view)
        plural = self.bridge.registry.entity(stand.entity).plural.text(language)
        listed = view.title(language) if view is not None else plural
        self.status.show_place(*self.view.place(), listed)

    def show_selection(self, words: str) -> None:
        """Say what is selected, or again where one is."""
        if words:
            self.ui.place.setText(words)
        else:
            self._show_place()

    def tell(self, words: str) -> None:
        """Show for some seconds in the status line what did not go."""
        self.status.tell(words)

    # -- hearing

    def _move_on(self, announcement: Announcement) -> None:
        self.status.move_on(own=announcement.origin == "own")

    def _hear(self, _announcement: Announcement) -> None:
        self._read_steps()
        self._count_timer.start()

    def _read_steps(self) -> None:
        workspace = self.bridge.workspace

        def ask(_conn: Any, _job: object) -> tuple[str | None, str | None]:
            return workspace.undo_label, workspace.redo_label

        self.bridge.read(ask, self._show_steps)

    def _show_steps(self, steps: tuple[str | None, str | None]) -> None:
        self._steps = steps
        self.steps_read = True
        self._name_steps()

    def _name_steps(self) -> None:
        # They are kept in the words of the day on which they were done.
        registry = self.bridge.registry
        undo, redo = (step and said_now(registry, step) for step in self._steps)
        self.acts.name_steps(undo, redo)
        self.status.set_step(undo)

    # -- doing

    def undo(self) -> None:
        """Take back what was done last, and say what it was."""
        self.undoing.undo()

    def redo(self) -> None:
        """Do again what was taken back, and say what it was."""
        self.undoing.redo()

    def said(self, words: str, step: str) -> None:
        """Show for some seconds what was done."""
        self.status.say(words.format(step=step))

    def go_to_search(self) -> None:
        """Put the cursor into the search box."""
        self.ui.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.ui.search.selectAll()

    def refresh(self) -> None:
        """Read everything again, and what other programs wrote."""
        self.view.reload()
        self.rail.count()
        self._read_steps()

    def bring_in(self) -> None:
        """Choose files and bring them in."""
        # Late, for the start's sake, here and below: no start imports a file.
        from crmdesk.gui import long_work

        paths = long_work.choose_files(self)
        if paths:
            long_work.import_files(self.bridge, paths, self)

    def add_sample(self) -> None:
        """Add the sample data, after asking: it lies among the user's own records."""
        # Late, as said above.
        from crmdesk.gui import long_work

        answer = QMessageBox.question(
            self,
            _("Add sample data"),
            _("The sample's firms, people and deals are put among your own records. One undo "
              "takes them all back. Go on?"),
        )  # fmt: skip
        if answer == QMessageBox.StandardButton.Yes:
            long_work.add_sample(self.bridge, self)

    def set_theme(self, mode: str) -> None:
        """Dress in another theme and remember it."""
        theme().apply(mode)
        self._keep(lambda: self.settings.set(THEME, mode))
        self.acts.check(mode, self.bridge.language)

    def set_language(self, language: str) -> None:
        """Speak another language at once and remember it."""
        qttexts.install(language)
        self.bridge.set_language(language)
        self._keep(lambda: self.settings.set(LANGUAGE, language))

    def copy_report(self) -> None:
        """Put the report of the last faults on the clipboard."""
        # Late, as said above.
        from crmdesk.gui.problems import surroundings

        report = surroundings() if self._problems is None else self._problems.last_report()
        QGuiApplication.clipboard().setText(report)
        self.said("{step}", _("The report is on the clipboard"))

    def about(self) -> None:
        """Say what this is."""
        # Late, as said above.
        from crmdesk.gui.problems import surroundings

        words = _("A customer desk that works offline. Everything stays in one file on this "
                  "computer.")  # fmt: skip
        QMessageBox.about(self, _("About CRMDesk"), f"{words}\n\n{surroundings()}")

    def _keep(self, keep: Any) -> None:
        try:
            keep()
        except KnownError as error:
            self.tell(str(error))

    def _fill_menu(self) -> None:
        self.acts.check(str(theme().mode), self.bridge.language)
        self.acts.fill(self.menu)

    def _fill_add_menu(self) -> None:
        self.add_menu.clear()
        registry, language = self.bridge.registry, self.bridge.language
        for name in MAIN:
            action = self.add_menu.addAction(registry.entity(name).label.text(language))
            action.triggered.connect(lambda _checked=False, name=name: self.add_record(name))

    def add_record(self, entity: str) -> None:
        """Begin a new record of that kind in the line at the end of its list."""
        self.view.show_list(entity)
        self.view.new_record()

    @property
    def search_popup(self) -> SearchPopup | None:
        """What hangs under the search box, None before it was used."""
        return self.doing.popup

    # -- Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.focusWidget() is None:
            self.view.focus_front()
        if self._side_buttons is None:
            handle = self.window().windowHandle()
            self._side_buttons = SideButtons(handle, self.view.back, self.view.forward)

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Late, for the start's sake: nobody tabs before the first paint.
        from crmdesk.gui.shell import tabbing

        ui = self.ui
        faces = tabbing.as_read(self, self.view.area.faces())
        parts = [ui.topBar, ui.rail, *faces]
        return tabbing.go(self, parts, forward=forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_focused(self, event):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.view.keep_place()
        cubes = self.settings.get(WINDOW_STATE).get("cubes")
        cubes = cubes if isinstance(cubes, dict) else {}
        mine = {**self.cube.to_data(), "windows": self.faces.close_windows()}
        cubes[str(self.bridge.workspace.path)] = mine
        geometry = bytes(self.window().saveGeometry().toBase64().data()).decode("ascii")
        state = {"geometry": geometry, "cubes": cubes, "rail": sorted(self.rail.shut)}
        self._keep(lambda: self.settings.set(WINDOW_STATE, state))
        self.bridge.close()
        super().closeEvent(event)
