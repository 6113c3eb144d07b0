"""The cube on the screen: the front with its faces, turned by references and rows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from crmdesk.features.cube.cube import Cube
from crmdesk.features.cube.stand import SIDES, TIMELINE, Side, Stand
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube.area import PLACES, FaceArea, Place
from crmdesk.gui.cube.calm import Calm
from crmdesk.gui.cube.counting import Counting
from crmdesk.gui.cube.leaving import Leaving
from crmdesk.gui.cube.listing import ListFront
from crmdesk.gui.cube.parent import Parent, ask_parent
from crmdesk.gui.cube.secondclick import SecondClick
from crmdesk.gui.cube.side import SideFace
from crmdesk.gui.cube.ways import Ways
from crmdesk.gui.faces.face import Face
from crmdesk.gui.grid.source import Cancel

if TYPE_CHECKING:
    from crmdesk.gui.cube.third import TimelineFace
    from crmdesk.gui.record.form import RecordForm
    from crmdesk.ops.changes import Announcement

FOLLOW_MS = 40
"""How long the current row of a list must stay before the faces follow it."""


class CubeView(QWidget):
    """Shows a cube and does to it what is done in its faces."""

    # Another front, or another name of it: trail, rail and buttons follow.
    stood = Signal()
    # The place in the list changed: row and number of rows are told by `place`.
    placed = Signal()
    told = Signal(str)
    asked_to_import = Signal()
    # Another row of the list in front is the current one, and the faces follow it.
    pointed = Signal()
    # What can be done with a face is asked for: its place, and the point of the screen.
    menu_asked = Signal(str, object)

    def __init__(self, bridge: Bridge, cube: Cube, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.cube = cube
        stand = cube.stand
        first = stand if stand.listing else Stand(stand.entity)
        self.listing = ListFront(bridge, first)
        self._record: RecordForm | None = None
        self._third: TimelineFace | None = None
        self._record_face = Face(can_maximise=False, head=False)
        self._front = QStackedWidget()
        self._front.addWidget(self.listing)
        self._front.addWidget(self._record_face)
        self.sides: dict[Side, SideFace] = {
            side: SideFace(bridge, self, cube.looks) for side in SIDES
        }
        self._third_box = QWidget()
        box = QVBoxLayout(self._third_box)
        box.setContentsMargins(0, 0, 0, 0)
        self.area = FaceArea(
            {
                "front": self._front,
                "right": self.sides["right"].face,
                "bottom": self.sides["bottom"].face,
                "third": self._third_box,
            }
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(FOLLOW_MS)
        self._follow.timeout.connect(self._show_followed)
        self._follow.timeout.connect(self.pointed)
        self.ways = Ways(self.area)
        self._second_click = SecondClick(self)
        self._calm = Calm(
            bridge, [self._front, *(one.face for one in self.sides.values()), self._third_box], self
        )
        self._calm.rested.connect(self.ways.bring)
        self.leaving = Leaving(self)
        self._counting = Counting(bridge, cube, self.sides)
        self._naming: Cancel | None = None
        self._asking_parent: Cancel | None = None
        self._connect()
        self._show()

    def _connect(self) -> None:
        listing = self.listing
        listing.turned.connect(self.turn)
        listing.pointed.connect(self._pointed)
        listing.loaded.connect(self._listed)
        listing.placed.connect(self.placed)
        listing.changed.connect(lambda text: self._arrange(changed=text))
        listing.view_chosen.connect(lambda view: self.show_list(self.cube.stand.entity, view))
        listing.kept.connect(lambda view: self._arrange(view=view, changed=""))
        listing.searched.connect(lambda text: self._arrange(find=text))
        listing.told.connect(self.told)
        listing.asked_to_import.connect(self.asked_to_import)
        listing.maximised.connect(partial(self._maximised, "front"))
        for side, face in self.sides.items():
            face.picked.connect(partial(self._pick, side))
            face.turned.connect(partial(self._turn_through, side))
            face.told.connect(self.told)
            self._connect_face(side, face.face)
        self.area.changed.connect(lambda: self.cube.keep_sizes(self.area.shares()))
        self.area.unfilled.connect(lambda: self.fill(None))
        self.bridge.announced.connect(self._hear)
        self.bridge.language_changed.connect(self._translate)

    def _connect_face(self, place: Place, face: Face) -> None:
        face.maximised.connect(partial(self._maximised, place))
        face.opened.connect(lambda: self.set_shut(place, False))
        face.menu_asked.connect(lambda at: self.menu_asked.emit(place, at))
        face.offer_menu()

    # -- asking

    def face(self, place: Place) -> Face | None:
        """The face at a place, None while none was shown there."""
        if place == "front":
            return self.listing if self.cube.stand.listing else self._record_face
        return self._third if place == "third" else self.sides[place].face

    @property
    def rests(self) -> bool:
        """Whether all that was asked for is there and can be painted."""
        return not self._calm.holding

    @property
    def record_form(self) -> RecordForm | None:
        """The form of a record front, None while none was shown."""
        return self._record

    @property
    def timeline_face(self) -> TimelineFace | None:
        """The third face beside a record, None while none was shown."""
        return self._third

    def place(self) -> tuple[int, int]:
        """The current row of the list (0 the first, -1 none) and the number of its rows.

        Beside a record of the same list they say where in it one is.
        """
        stand = self.cube.stand
        if self.listing.stand.entity != stand.entity:
            return -1, 0
        if not stand.listing and not self.listing.is_at(stand.record):
            return -1, 0
        return self.listing.row, self.listing.total

    # -- going

    def turn(self, entity: str, record: str, from_face: Side | None = None) -> None:
        """Make that record the front."""
        self._leave()
        self._second_click.expect()
        before = self.cube.stand
        if not self.cube.turn(entity, record, from_face).same_front(before):
            self.ways.turn(self.cube.stand, from_face)
        self._show()

    def show_list(self, entity: str, view: str | None = None) -> None:
        """Make the list of an entity the front, by a saved view of it ("" by the plain one)."""
        self._leave()
        self.cube.show_list(entity, view)
        self._show()

    def go_home(self) -> None:
        """Make the first list the front."""
        self.show_list(self.cube.home)

    def back(self) -> None:
        """Go one step back."""
        self._leave()
        if self.cube.can_go_back:
            self.ways.back(self.cube.stand)
        self.cube.back()
        self._show()

    def forward(self) -> None:
        """Go one step forward."""
        self._leave()
        if self.cube.can_go_forward:
            self.ways.again(self.cube.forward())
        self._show()

    def go_to_crumb(self, number: int) -> None:
        """Go back to a step of the trail."""
        self._leave()
        before = self.cube.stand
        if not self.cube.go_to_crumb(number).same_front(before):
            self.ways.back(before)
        self._show()

    def step(self, step: int) -> None:
        """Go to the next (1) or previous (-1) record of the list one came from."""
        stand = self.cube.stand
        if stand.listing or self.listing.stand.entity != stand.entity:
            return
        rowid = self.listing.rowid_beside(step)
        if rowid is None:
            return
        select, entity = self.bridge.workspace.select, stand.entity

        def ask(conn: Any, _job: object) -> str:
            return select.record_ids(conn, entity, [rowid]).get(rowid, "")

        def go(record: str) -> None:
            now = self.cube.stand
            if record and not now.listing and now.entity == entity:
                self.cube.step_to(record)
                self._show()

        self.bridge.read(ask, go)

    def new_record(self) -> None:
        """Begin a new record of the kind in front, in the line at the end of its list."""
        stand = self.cube.stand
        if not stand.listing:
            self.show_list(stand.entity)
        self.listing.new_record()

    def reload(self) -> None:
        """Read everything again."""
        self.listing.reload()
        for side in self.sides.values():
            side.reload()
        if self._third is not None:
            self._third.list.reload()
        if self._record is not None and not self.cube.stand.listing:
            self._record.reload()
        self._counting.count(anew=True)

    # -- showing

    def _leave(self) -> None:
        """Keep the place in the list before something else is shown."""
        self.fill(None)
        self.keep_place()

    def keep_place(self) -> None:
        """Keep where in the list one is."""
        if self.cube.stand.listing:
            self.cube.keep_place(*self.listing.place())

    def show_front(self) -> None:
        """Show the stand of the cube, after it was changed from outside."""
        self._show()

    def _show(self) -> None:
        stand = self.cube.stand
        self._follow.stop()
        if self.isVisible():
            self._calm.hold()
        if stand.listing:
            self._front.setCurrentWidget(self.listing)
            self.listing.show_stand(stand)
            if not stand.record and self.listing.record:
                # The list stood there already: no row of it will be told as the current one.
                stand = self.cube.point_at(self.listing.record)
                self.listing.follow_stand(stand)
        else:
            form = self._form()
            self._front.setCurrentWidget(self._record_face)
            form.show_record(stand.entity, stand.record)
            if self.listing.stand.entity == stand.entity:
                self.listing.go_to_record(stand.record)
        self.area.show_listing(stand.listing)
        self._arrange_faces()
        self._show_faces()
        self._name()
        self.stood.emit()
        if self.isVisible():
            self.focus_front()

    def focus_front(self) -> None:
        """Put the focus into the front."""
        front = self.listing.body_view if self.cube.stand.listing else self._record
        if front is not None:
            front.setFocus()

    def _show_faces(self) -> None:
        stand = self.cube.stand
        for side, face in self.sides.items():
            face.show(stand.entity, stand.record, stand.face(side))
        alone = not self.bridge.registry.faces(stand.entity)
        self.area.show_sides(not alone)
        # Two of the same beside each other say no more than one.
        self.area.show_third(not alone and TIMELINE not in (stand.right, stand.bottom))
        if self._asking_parent is not None:
            self._asking_parent()
            self._asking_parent = None
        if not stand.listing and self._third is not None:
            if alone:
                asked = ask_parent(self.bridge, stand.entity, stand.record, self._show_parent)
                self._asking_parent = asked
            else:
                self._third.name_after("")
                self._third.show_record(stand.entity, stand.record)
        self._counting.count()

    def _show_parent(self, parent: Parent | None) -> None:
        """Beside a record that nothing belongs to: what happened around the one it belongs to."""
        self._asking_parent = None
        self.area.show_third(parent is not None)
        if parent is not None and self._third is not None:
            self._third.name_after(parent.title)
            self._third.show_record(parent.entity, parent.id)

    def _form(self) -> RecordForm:
        if self._record is None:
            # Late, for the start's sake: a start shows a list.
            from crmdesk.gui.cube.third import TimelineFace
            from crmdesk.gui.record.form import RecordForm

            self._record = RecordForm(self.bridge)
            self._record.turned.connect(self.turn)
            self._record.told.connect(self.told)
            self._record.gone.connect(self.leaving.missing)
            self._record_face.set_body(self._record)
            self._third = TimelineFace(self.bridge)
            self._third.turned.connect(self.turn)
            self._connect_face("third", self._third)
            layout = self._third_box.layout()
            if layout is not None:
                layout.addWidget(self._third)
        stand = self.cube.stand
        entity = self.bridge.registry.entity(stand.entity)
        self._record_face.dress(entity.label.text(self.bridge.language), entity.colour)
        return self._record

    def _name(self) -> None:
        """Read what the record in front is called, for the trail."""
        stand = self.cube.stand
        if self._naming is not None:
            self._naming()
            self._naming = None
        if stand.listing:
            return
        select, ctx = self.bridge.workspace.select, self.bridge.ctx
        entity, record = stand.entity, stand.record

        def ask(conn: Any, _job: object) -> str:
            return select.titles(conn, entity, [record], ctx).get(record, "")

        def show(title: str) -> None:
            now = self.cube.stand
            if title and (now.entity, now.record, now.listing) == (entity, record, False):
                self.cube.name(title)
                self.stood.emit()

        self._naming = self.bridge.read(ask, show)

    # -- what is done in the faces

    def _pointed(self, record: str) -> None:
        stand = self.cube.stand
        if stand.listing and stand.entity == self.listing.stand.entity and record != stand.record:
            self.cube.point_at(record)
            self.listing.follow_stand(self.cube.stand)
            self._follow.start()

    def _listed(self) -> None:
        stand = self.cube.stand
        if stand.listing and stand.entity == self.listing.stand.entity and self.listing.is_empty:
            # No row is left that the faces could belong to.
            self.listing.follow_stand(self.cube.point_at(""))
            self._show_followed()

    def _show_followed(self) -> None:
        """Let the faces follow the list: to its current row, or to none on its new line."""
        self._show_faces()
        stand = self.cube.stand
        if stand.listing and not stand.record:
            for face in self.sides.values():
                face.show_nothing()

    def _arrange(self, **changes: str) -> None:
        if self.cube.stand.listing:
            self.listing.show_stand(self.cube.arrange(**changes))

    def _pick(self, side: Side, key: str) -> None:
        self.cube.choose_face(side, key)
        self._show_faces()
        self._counting.count(anew=True)

    def _turn_through(self, side: Side, entity: str, record: str) -> None:
        self.turn(entity, record, side)

    # -- arranging

    def fill(self, place: Place | None) -> None:
        """Let one face fill the whole cube, or put all of them back."""
        before = self.area.filled
        if place == before:
            return
        if place is not None and place in self.cube.shut:
            self.set_shut(place, False)
        self.area.fill(place)
        for one in (before, place):
            face = None if one is None else self.face(one)
            if face is not None:
                face.set_maximised(one == place)

    def set_shut(self, place: Place, shut: bool) -> None:
        """Show only the head of a side face, or all of it."""
        self.fill(None)
        self.cube.set_shut(place, shut)
        self._arrange_faces()

    def swap(self) -> None:
        """Let the right and the bottom face change places."""
        self.cube.swap()
        self._show_faces()
        self._counting.count(anew=True)

    def _arrange_faces(self) -> None:
        """Lay the faces out as they were left for this kind of record."""
        self.area.set_shares(self.cube.sizes)
        shut = self.cube.shut
        for place in PLACES[1:]:
            face = self.face(place)
            if face is not None:
                face.set_shut(place in shut)
        self.area.set_shut(shut)

    def _maximised(self, place: Place, on: bool) -> None:
        self.fill(place if on else None)
        # The button that was pressed does nothing more: the keys go on in the face.
        face = self.face(place)
        if place == "front" or face is None or face.body is None:
            self.focus_front()
        else:
            face.body.setFocus()

    # -- hearing

    def _hear(self, announcement: Announcement) -> None:
        stand = self.cube.stand
        moved = self.leaving.hear(announcement)
        # Grids and form hear for themselves.
        for face in self.sides.values():
            if face.timeline is not None and face.key == TIMELINE:
                face.timeline.reload()
        if self._third is not None:
            self._third.read_again(shown=not stand.listing)
        if moved:
            self._show()
            return
        self._counting.count(anew=True)
        self._name()

    def _translate(self) -> None:
        self.listing.translate()
        for face in self.sides.values():
            face.translate()
        if self._third is not None:
            self._third.translate()
        self._counting.count(anew=True)
        self._name()
        self.stood.emit()
