"""What can be done with the faces of the cube, by menu and by keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from crmdesk.gui import chips
from crmdesk.gui.cube.area import PLACES, Place
from crmdesk.gui.cube.view import CubeView
from crmdesk.gui.faces.face import Face
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _
from crmdesk.settings import MOTION

if TYPE_CHECKING:
    from crmdesk.gui.cube.window import FaceWindows
    from crmdesk.gui.main_window import MainWindow


class FaceActs(QObject):
    """Acts on the face that has the focus, or on the one whose menu is open."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._view: CubeView = window.view
        self._window = window
        self._windows: FaceWindows | None = None
        # The face that was collapsed last by its key, which opens it again.
        self._shut: Place | None = None
        self._view.installEventFilter(self)
        self._view.menu_asked.connect(self._show_menu)
        add = partial(window.acts.add, section="view")
        names: tuple[Callable[[], str], ...] = (
            lambda: _("Go to the front"),
            lambda: _("Go to the right face"),
            lambda: _("Go to the bottom face"),
            lambda: _("Go to the third face"),
        )
        for number, place in enumerate(PLACES, 1):
            # Not in the menu: whoever opens that has a pointer.
            window.acts.add(names[number - 1], partial(self.focus, place), "cube", f"Ctrl+{number}")
        self._fill = add(
            lambda: _("Fill the window with the face"), self.toggle_filled,
            "arrows-out-simple", "F11", "Ctrl+Shift+M",
        )  # fmt: skip
        add(lambda: _("Swap the side faces"), self._view.swap, "arrows-left-right",
            "Ctrl+Shift+S")  # fmt: skip
        add(lambda: _("Collapse or open the face"), self.toggle_shut, "arrow-line-up",
            "Ctrl+Shift+J")  # fmt: skip
        add(lambda: _("Open the face in a window of its own"), self.open_window,
            "arrow-square-out", "Ctrl+Shift+O")  # fmt: skip
        add(lambda: _("Face menu"), self.show_menu, "dots-three", "Ctrl+.")

        self._view.ways.animated = self._animated
        self._motion = window.acts.add(self._motion_words, self.next_motion, "cube", section="view")

    def _animated(self) -> bool:
        # Late, for the start's sake: nobody turns before the window is there.
        from crmdesk.gui.cube.motion import animates

        return animates(self._window.settings)

    def _motion_words(self) -> str:
        names = {"system": _("as the system"), "on": _("on"), "off": _("off")}
        mode = names[self._window.settings.get(MOTION)]
        return _("Animate the turn: {mode}").format(mode=mode)

    def next_motion(self) -> None:
        """Animate the turn as the system asks, always or never: the next of these."""
        modes = MOTION.choices
        now = modes.index(self._window.settings.get(MOTION))
        self._window.settings.set(MOTION, modes[(now + 1) % len(modes)])
        self._motion.setText(self._motion_words())
        self._window.status.say(self._motion_words())

    @property
    def windows(self) -> FaceWindows:
        """The faces that stand in windows of their own."""
        if self._windows is None:
            # Late, for the start's sake: a start opens no second window.
            from crmdesk.gui.cube.window import FaceWindows

            self._windows = FaceWindows(self._window)
        return self._windows

    def close_windows(self) -> list[dict[str, str]]:
        """Close the windows of faces; they are told as `FaceWindows.restore` takes them."""
        if self._windows is None:
            return []
        told = self._windows.to_data()
        for one in self._windows.open_ones:
            one.close()
        return told

    # -- which face

    def focused(self) -> Place:
        """The place of the face that has the focus, else the front."""
        widget: QWidget | None = QApplication.focusWidget()
        while widget is not None:
            for place in PLACES:
                if self._view.face(place) is widget:
                    return place
            widget = widget.parentWidget()
        return "front"

    def focus(self, place: Place) -> None:
        """Put the focus into a face; one that is shut is opened."""
        if self._view.area.filled not in (None, place):
            self._view.fill(None)
        if place in self._view.cube.shut:
            self._view.set_shut(place, False)
        face = self._view.face(place)
        if face is None or not self._view.area.is_shown(place):
            return
        if place == "front":
            self._view.focus_front()
        elif face.body is not None:
            face.body.setFocus()
        else:
            face.tabs.setFocus()

    # -- acting

    def toggle_filled(self) -> None:
        """Let the face with the focus fill the cube, or put all back."""
        filled = self._view.area.filled
        self._view.fill(self.focused() if filled is None else None)

    def toggle_shut(self, place: Place | None = None) -> None:
        """Show only the head of a face, or all of it again."""
        place = place or self.focused()
        if place == "front":
            # After a face was collapsed the keys are in the front: again opens it.
            if self._shut is None or self._shut not in self._view.cube.shut:
                self._window.tell(_("The front cannot be collapsed; go to a face with Ctrl+2, "
                                    "Ctrl+3 or Ctrl+4."))  # fmt: skip
                return
            place = self._shut
        shut = place not in self._view.cube.shut
        self._view.set_shut(place, shut)
        self._shut = place if shut else None
        if shut:
            self._view.focus_front()
        else:
            self.focus(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # What nobody in the face had a use for comes up to the cube.
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self._view.area.filled is not None
        ):
            place = self._view.area.filled
            self._view.fill(None)
            self.focus(place)
            return True
        return super().eventFilter(watched, event)

    def open_window(self, place: Place | None = None) -> None:
        """Open the face in a window of its own."""
        self.windows.open(place or self.focused())

    # -- the menu

    def show_menu(self) -> None:
        """Open the menu of the face that has the focus."""
        place = self.focused()
        face = self._view.face(place)
        if place == "front":
            self._front_menu()
        elif face is not None:
            self._show_menu(place, face.more.mapToGlobal(face.more.rect().bottomLeft()))

    def _front_menu(self) -> None:
        """The front's own: what can be done with the list, or with the record."""
        form, listing = self._view.record_form, self._view.cube.stand.listing
        if listing:
            more = self._view.listing.looks.head.more
            self._view.listing.looks.head.more_menu.popup(
                more.mapToGlobal(more.rect().bottomLeft())
            )
        elif form is not None and form.tools is not None:
            form.tools.ask_menu()

    def _show_menu(self, place: str, at: QPoint) -> None:
        for known in PLACES:
            face = self._view.face(known)
            if known == place and face is not None:
                self.menu(known, face).popup(at)

    def menu(self, place: Place, face: Face) -> QMenu:
        """What can be done with a face: what stands on it, and where."""
        menu = QMenu(face)
        menu.aboutToHide.connect(menu.deleteLater)
        for tab in face.tabs.tabs():
            text = tab.title if tab.count is None else f"{tab.title}\t{tab.count:,}"
            action = menu.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(tab.key == face.tabs.key)
            if tab.key == face.tabs.key:
                # The square of its colour stands where a tick would.
                strong = action.font()
                strong.setBold(True)
                action.setFont(strong)
            if tab.colour:
                shade = theme().tokens.colour(tab.colour)
                action.setIcon(chips.square(shade, 10, 3.0, face.devicePixelRatioF()))
            action.triggered.connect(lambda _on=False, key=tab.key: face.tabs.choose(key))
        menu.addSeparator()

        def put(words: str, icon: str, keys: str, act: Callable[[], object]) -> QAction:
            made = menu.addAction(icons.icon(icon), f"{words}\t{keys}" if keys else words)
            made.triggered.connect(lambda _on=False: act())
            return made

        filled = self._view.area.filled == place
        put(
            _("Back to its place") if filled else _("Fill the window"),
            "arrows-in-simple" if filled else "arrows-out-simple", "F11",
            lambda: self._view.fill(None if filled else place),
        )  # fmt: skip
        shut = place in self._view.cube.shut
        put(
            _("Open the face") if shut else _("Collapse"),
            "caret-down" if shut else "arrow-line-up", "Ctrl+Shift+J",
            lambda: self.toggle_shut(place),
        )  # fmt: skip
        if place != "third":
            put(_("Swap right and bottom"), "arrows-left-right", "Ctrl+Shift+S", self._view.swap)
        put(_("Open in a window"), "arrow-square-out", "Ctrl+Shift+O",
            lambda: self.open_window(place))  # fmt: skip
        return menu


def install(window: MainWindow) -> FaceActs:
    """Put the acts of the faces into a window."""
    return FaceActs(window)
