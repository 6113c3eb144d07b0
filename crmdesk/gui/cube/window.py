"""Faces of the cube in windows of their own, which stay live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from crmdesk.features.cube.stand import TIMELINE
from crmdesk.gui.cube.area import Place
from crmdesk.gui.cube.side import SideFace
from crmdesk.gui.faces.face import Face
from crmdesk.gui.grid.pane import EmptyWord
from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.record.form import RecordForm
from crmdesk.gui.theme import icons
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.features.cube.looks import KeptLooks
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.ops.changes import Announcement

_SIZE, _ASIDE = QSize(620, 460), QPoint(28, 28)

FORM = "form"
"""What a window shows of a record besides its relations and its timeline: the record itself."""


class FaceWindow(QWidget):
    """One face of one record; it can follow the record that is in front of the cube."""

    turned = Signal(str, str)
    told = Signal(str)
    # It is being closed: of which entity it was, and what it showed of it.
    closing = Signal(str, str)

    def __init__(self, bridge: Bridge, parent: QWidget, looks: KeptLooks | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._bridge = bridge
        self._entity = ""
        self._record = ""
        self._key = ""
        self._title = ""
        self._reading: Cancel | None = None
        # Whether the record was deleted, which is said until it is back.
        self._gone = False
        self._word: EmptyWord | None = None
        self._side = SideFace(bridge, self, looks)
        self._side.picked.connect(self._pick)
        self._side.turned.connect(self.turned)
        self._side.told.connect(self.told)
        self._form_face: Face | None = None
        self._form: RecordForm | None = None
        self.face.maximise.hide()
        self.follow = QToolButton(self)
        self.follow.setCheckable(True)
        self.follow.setCursor(Qt.CursorShape.PointingHandCursor)
        self.follow.toggled.connect(self._dress_follow)
        self.face.tools.addWidget(self.follow)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(8, 8, 8, 8)
        self._box.addWidget(self.face)
        self.resize(_SIZE)
        QShortcut(QKeySequence("Ctrl+W"), self, self.close)
        bridge.announced.connect(self._hear)
        bridge.language_changed.connect(self._translate)
        self._dress_follow()

    @property
    def face(self) -> Face:
        """The face with what stands beside a record."""
        return self._side.face

    @property
    def side(self) -> SideFace:
        """What fills that face."""
        return self._side

    @property
    def form(self) -> RecordForm | None:
        """The form of a record that has a window of its own, None while there was none."""
        return self._form

    @property
    def shown(self) -> tuple[str, str, str]:
        """The entity and id of the record, and what of it is shown; empty when closed."""
        return self._entity, self._record, self._key

    def show_face(self, entity: str, record: str, key: str) -> None:
        """Show a relation of a record, its timeline, or the record itself."""
        if (entity, record) != (self._entity, self._record):
            self._title = ""
        self._entity, self._record, self._key = entity, record, key
        self._show_body()
        self._read()

    def _show_body(self) -> None:
        entity, record, key = self.shown
        self._gone = False
        if self._word is not None:
            self._word.hide()
        if key == FORM:
            self._show_form()
        else:
            if self._form_face is not None:
                self._form_face.hide()
            self.face.show()
            self._side.show(entity, record, key)

    @property
    def gone(self) -> bool:
        """Whether the record was deleted while it was shown."""
        return self._gone

    def _say_gone(self) -> None:
        """Say that the record was deleted; undo and the trash bring it back, here too."""
        if self._word is None:
            self._word = EmptyWord(self)
            self._box.addWidget(self._word)
        self._gone = True
        self.face.hide()
        if self._form_face is not None:
            self._form_face.hide()
        self._word.say(
            _("“{title}” was deleted").format(title=self._title),
            _("Undo and the trash bring it back."), icon="trash",
        )  # fmt: skip
        self._word.show()
        self.setWindowTitle(_("{title} (deleted)").format(title=self._title))

    def focus_body(self) -> None:
        """Put the focus into what is shown."""
        body = self._form if self._key == FORM else self.face.body
        if body is not None:
            body.setFocus()

    def _show_form(self) -> None:
        if self._form_face is None or self._form is None:
            self._form_face = Face(can_maximise=False, head=False)
            self._form = RecordForm(self._bridge)
            self._form.turned.connect(self.turned)
            self._form.told.connect(self.told)
            self._form_face.set_body(self._form)
            self._box.addWidget(self._form_face)
        entity = self._bridge.registry.entity(self._entity)
        self._form_face.dress(entity.label.text(self._bridge.language), entity.colour)
        self.face.hide()
        self._form_face.show()
        self._form.show_record(self._entity, self._record)

    def follow_front(self, entity: str, record: str) -> None:
        """Show the same of the record that is in front now, where it has such a face."""
        if not self.follow.isChecked() or not record or self._key == FORM:
            return
        key = self._key
        if entity != self._entity and key != TIMELINE:
            registry = self._bridge.registry
            kind = registry.relation(self._entity, key).target
            faces = registry.faces(entity)
            key = next((one.name for one in faces if one.target == kind), "")
        if key and (entity, record, key) != self.shown:
            self.show_face(entity, record, key)

    # -- reading

    def _read(self) -> None:
        """Read the counts of the picker and what the record is called."""
        if self._reading is not None:
            self._reading()
        self._reading = None
        entity, record = self._entity, self._record
        if not record:
            return
        select, ctx = self._bridge.workspace.select, self._bridge.ctx

        def ask(conn: Any, _job: object) -> tuple[Mapping[str, int], str | None]:
            title = select.titles(conn, entity, [record], ctx).get(record)
            return select.related_counts(conn, entity, record), title

        self._reading = self._bridge.read(ask, self._show_read)

    def _show_read(self, read: tuple[Mapping[str, int], str | None]) -> None:
        self._reading = None
        counts, title = read
        if title is None:
            if self._title or self._gone:
                self._say_gone()
            else:
                # It was gone before this was opened again: there is nothing to tell of it.
                self.close()
            return
        self._title = title or self._bridge.registry.entity(self._entity).label.text(
            self._bridge.language
        )
        if self._gone:
            self._show_body()
        self._side.set_counts(counts)
        self._name()

    def _name(self) -> None:
        what = "" if self._key == FORM else self.face.title.text()
        self.setWindowTitle(" – ".join(filter(None, [what, self._title])))

    def _pick(self, key: str) -> None:
        self.show_face(self._entity, self._record, key)

    # -- hearing

    def _hear(self, announcement: Announcement) -> None:
        if not self._record:
            return
        if not self._gone and self._side.timeline is not None and self._key == TIMELINE:
            self._side.timeline.reload()
        self._read()

    def _translate(self) -> None:
        self._side.translate()
        self._dress_follow()
        if self._record:
            self._read()

    def _dress_follow(self) -> None:
        on = self.follow.isChecked()
        icons.set_icon(self.follow, "link" if on else "link-break", size=16)
        words = (
            _("Shows what is in front of the cube. Click to keep this record here.")
            if on
            else _("Stays with this record. Click to follow the front of the cube.")
        )
        self.follow.setToolTip(words)
        self.follow.setAccessibleName(_("Follow the front"))

    # -- Qt

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit(self._entity, self._key)
        # The window is kept for the next face: what is still being read may come yet.
        if self._reading is not None:
            self._reading()
            self._reading = None
        self._gone, self._title = False, ""
        self._entity = self._record = self._key = ""
        self.follow.setChecked(False)
        super().closeEvent(event)


class FaceWindows(QObject):
    """The faces of a main window that stand in windows of their own."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._view = window.view
        self._made: list[FaceWindow] = []
        # How large and where the last window of its kind was, by entity and what it showed.
        self._places: dict[tuple[str, str], str] = {}
        self._view.stood.connect(self._follow)
        self._view.pointed.connect(self._follow)

    @property
    def open_ones(self) -> list[FaceWindow]:
        """The windows that are open, the oldest first."""
        return [one for one in self._made if one.shown[1]]

    def open(self, place: Place) -> FaceWindow | None:
        """Open what stands at that place in a window of its own; None where there is nothing."""
        stand = self._view.cube.stand
        if not stand.record:
            return None
        if place == "front":
            key = FORM
        else:
            key = TIMELINE if place == "third" else self._view.sides[place].key
        return self._open(stand.entity, stand.record, key) if key else None

    def open_record(self, entity: str, record: str) -> FaceWindow:
        """Open any record in a window of its own."""
        return self._open(entity, record, FORM)

    def _open(
        self, entity: str, record: str, key: str, geometry: str = "", *, active: bool = True
    ) -> FaceWindow:
        found = next((one for one in self._made if one.shown == (entity, record, key)), None)
        if found is None:
            found = next((one for one in self._made if not one.shown[1]), None) or self._make()
            found.show_face(entity, record, key)
            self._put(found, geometry or self._places.get((entity, key), ""))
        found.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not active)
        found.show()
        if active:
            found.raise_()
            found.activateWindow()
            found.focus_body()
        return found

    def _make(self) -> FaceWindow:
        made = FaceWindow(self._window.bridge, self._window, self._view.cube.looks)
        made.turned.connect(partial(self._turn, made))
        made.told.connect(self._window.status.tell)
        made.closing.connect(partial(self._keep_place, made))
        made.side.make_files = self._view.sides["right"].make_files
        made.side.row_menu.connect(self._window.record_menu.add)
        # The keys of the main window that act on the store act here too.
        acts = self._window.acts
        made.addActions([acts.undo, acts.redo])
        self._made.append(made)
        return made

    def _keep_place(self, window: FaceWindow, entity: str, key: str) -> None:
        if entity:
            self._places[entity, key] = _geometry(window)

    def _put(self, window: FaceWindow, geometry: str) -> None:
        """Give a window the size and place that were kept, else ones of its own."""
        if geometry:
            window.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))
        else:
            window.resize(_SIZE)
        others = [one for one in self.open_ones if one is not window and one.isVisible()]
        while any(one.pos() == window.pos() for one in others):
            # Not exactly over another one, which nobody would find below it.
            window.move(window.pos() + _ASIDE)

    def _turn(self, _from: FaceWindow, entity: str, record: str) -> None:
        self._view.turn(entity, record)
        self._window.window().activateWindow()

    def _follow(self) -> None:
        stand = self._view.cube.stand
        for one in self.open_ones:
            one.follow_front(stand.entity, stand.record)

    # -- remembering

    def to_data(self) -> list[dict[str, str]]:
        """The open windows as plain data for the settings; closed ones have no record."""
        open_now = [
            {
                "entity": one.shown[0],
                "record": one.shown[1],
                "face": one.shown[2],
                "geometry": _geometry(one),
            }
            for one in self.open_ones
            if not one.gone
        ]
        closed = [
            {"entity": entity, "record": "", "face": face, "geometry": geometry}
            for (entity, face), geometry in self._places.items()
        ]
        return open_now + closed

    def restore(self, data: Sequence[object]) -> None:
        """Open again the windows that `to_data` told; what no longer fits is left out."""
        registry = self._window.bridge.registry
        for one in data:
            if not isinstance(one, Mapping) or not all(
                isinstance(one.get(name), str) for name in ("entity", "record", "face", "geometry")
            ):
                continue
            entity, face = one["entity"], one["face"]
            if entity not in registry.entities:
                continue
            if face not in {FORM, TIMELINE, *(each.name for each in registry.faces(entity))}:
                continue
            if not one["record"]:
                self._places[entity, face] = one["geometry"]
                continue
            # The main window is where one goes on.
            self._open(entity, one["record"], face, one["geometry"], active=False)


def _geometry(window: QWidget) -> str:
    return bytes(window.saveGeometry().toBase64().data()).decode("ascii")
