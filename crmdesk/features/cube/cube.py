"""The cube: which record is in front, what stands beside it, and the way one came.

No window in it: the state, the rules of what stays in sight when the cube is turned, the
trail with back and forward, and what each kind of record remembers of its faces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypedDict

from crmdesk.errors import BugError
from crmdesk.features.cube.looks import KeptLooks
from crmdesk.features.cube.stand import SIDES, TIMELINE, Side, Stand, stand_of
from crmdesk.schema.registry import Registry, Relation


class Faces(TypedDict):
    """What stands on the sides."""

    right: str
    bottom: str


RECENT = 12
"""Records that were in front and are remembered."""
LONGEST = 60
"""Steps of the trail that are kept; the oldest are forgotten first."""


class Cube:
    """The state of one cube over the records of a registry.

    It begins with the list of `home`. Nobody is told of a change: who calls a method shows
    what came of it.
    """

    def __init__(
        self, registry: Registry, home: str, start_views: Mapping[str, str] | None = None
    ) -> None:
        self.registry = registry
        self.home = home
        # The saved view that a list begins with, by entity.
        self.start_views: Mapping[str, str] = start_views or {}
        # What was chosen by hand for an entity, by side.
        self._chosen: dict[str, dict[Side, str]] = {}
        # How lists and faces were last looked at.
        self.looks = KeptLooks()
        self._trail: list[Stand] = [self._list_of(home)]
        self._at = 0
        # The records that were in front, the last one first.
        self._recent: list[tuple[str, str]] = []
        # Which faces are shut, and how far each edge was dragged, by entity.
        self._shut: dict[str, frozenset[str]] = {}
        self._sizes: dict[str, dict[str, float]] = {}
        # The sides of the present stand that show what is declared first, for want of better.
        self._open: frozenset[Side] = frozenset()

    # -- asking

    @property
    def stand(self) -> Stand:
        """What stands where now."""
        return self._trail[self._at]

    @property
    def can_go_back(self) -> bool:
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        return self._at < len(self._trail) - 1

    @property
    def trail(self) -> tuple[Stand, ...]:
        """The way here from the last list on, the present stand last: the breadcrumbs."""
        return tuple(self._trail[self._first_crumb() : self._at + 1])

    @property
    def steps(self) -> tuple[Stand, ...]:
        """All steps that can be gone to, the oldest first."""
        return tuple(self._trail)

    @property
    def recent(self) -> tuple[tuple[str, str], ...]:
        """The records (entity, id) that were in front, the last one first, each once."""
        return tuple(self._recent)

    def relations(self, entity: str) -> tuple[Relation, ...]:
        """The relations that a face of that entity can show, the declared ones first."""
        return self.registry.faces(entity)

    def relation(self, side: Side) -> Relation | None:
        """The relation on that side, None for the timeline or nothing."""
        name = self.stand.face(side)
        if name in {"", TIMELINE}:
            return None
        return self.registry.relation(self.stand.entity, name)

    # -- going

    def turn(self, entity: str, record: str, from_face: Side | None = None) -> Stand:
        """Turn the cube: that record becomes the front.

        Through a side face (`from_face`) the process stays in sight: what that face showed
        stays there, now of the new front, and the other face shows the kind of record one
        came from; either only where the new front has such a relation. From the front the
        faces chosen for the entity come, or else those that are there already.
        """
        if not record:
            raise BugError("The cube was to be turned to no record.")
        stay = self._staying(entity, from_face)
        stand = Stand(entity, record, listing=False, **self._faces(entity, stay))
        # What is in sight only because it was there may give way to what has records.
        kept = {*(stay if from_face is not None else ()), *self._chosen.get(entity, ())}
        moved = not stand.same_front(self.stand)
        self._open = frozenset(side for side in SIDES if moved and side not in kept)
        return self._go(stand)

    def show_list(self, entity: str, view: str | None = None) -> Stand:
        """Make the list of an entity the front, as it was when it was last in front.

        `view` is the id of a saved view of it, "" for the plain one; None is the view that was
        last in front, or the one that was set to begin with.
        """
        for stand in reversed(self._trail):
            if stand.listing and stand.entity == entity and view in (None, stand.view):
                return self._go(replace(stand, **self._faces(entity)))
        return self._go(self._list_of(entity, view))

    def go_home(self) -> Stand:
        """Make the first list the front."""
        return self.show_list(self.home)

    def back(self) -> Stand:
        """Go one step back, if there is one."""
        self._at = max(0, self._at - 1)
        return self.stand

    def forward(self) -> Stand:
        """Go forward again, if one went back."""
        self._at = min(len(self._trail) - 1, self._at + 1)
        return self.stand

    def resume(self, stand: Stand) -> Stand:
        """Bring a front back as it was, after it had been forgotten."""
        return self._go(stand)

    def go_to_crumb(self, number: int) -> Stand:
        """Go back to a step of `trail`; what lies after it can be gone to by `forward`."""
        first = self._first_crumb()
        if not 0 <= number <= self._at - first:
            raise BugError(f"The trail has no step {number}.")
        self._at = first + number
        return self.stand

    # -- staying and changing

    def choose_face(self, side: Side, face: str) -> Stand:
        """Put a relation or the timeline on a side, now and whenever the entity is in front.

        What stands on the other side already changes places with what stood here.
        """
        entity = self.stand.entity
        if face != TIMELINE:
            self.registry.relation(entity, face)
        other: Side = "bottom" if side == "right" else "right"
        chosen = self._chosen.setdefault(entity, {})
        here = self.stand.face(side)
        if self.stand.face(other) == face and here not in {"", face}:
            chosen[other] = here
            self._open -= {other}
            self._put(**{other: here})
        chosen[side] = face
        self._open -= {side}
        return self._put(**{side: face})

    def swap(self) -> Stand:
        """Let right and bottom change places, now and whenever the entity is in front.

        What is in sight only because nothing else had records is not kept by that.
        """
        stand = self.stand
        usual = self._faces(stand.entity)
        self._chosen[stand.entity] = {"right": usual["bottom"], "bottom": usual["right"]}
        self._open = frozenset()
        return self._put(right=stand.bottom, bottom=stand.right)

    @property
    def shut(self) -> frozenset[str]:
        """The faces of the front's entity of which only the head is shown."""
        return self._shut.get(self.stand.entity, frozenset())

    def set_shut(self, face: str, shut: bool) -> None:
        """Shut a face or open it, now and whenever the entity is in front."""
        now = self.shut
        self._shut[self.stand.entity] = now | {face} if shut else now - {face}

    @property
    def sizes(self) -> Mapping[str, float]:
        """How far each edge between faces was dragged for the front's entity."""
        return self._sizes.get(self.stand.entity, {})

    def keep_sizes(self, sizes: Mapping[str, float]) -> None:
        """Keep where the edges are whenever the entity is in front."""
        self._sizes[self.stand.entity] = dict(sizes)

    def settle(self, counts: Mapping[str, int]) -> bool:
        """Let faces that nobody chose show something: whether one was changed.

        Where a record came to the front and a side shows what is declared first, or what was
        there before, but there are no such records, the next declared kind of which there are
        some stands there instead.
        """
        stand, sides, self._open = self.stand, self._open, frozenset()
        if stand.listing:
            return False
        declared = self.registry.entity(stand.entity).faces
        changed = False
        for side in reversed(SIDES):
            if side not in sides or counts.get(self.stand.face(side), 1):
                continue
            shown = {self.stand.right, self.stand.bottom}
            better = next((one for one in declared if counts.get(one) and one not in shown), "")
            if better:
                self._put(**{side: better})
                changed = True
        return changed

    def point_at(self, record: str) -> Stand:
        """The current row of the list in front is another one: no step of the trail."""
        if not self.stand.listing:
            raise BugError("Only a list has a current row.")
        return self._put(record=record)

    def step_to(self, record: str) -> Stand:
        """Show the next or previous record of the list in place of the one in front."""
        if self.stand.listing:
            raise BugError("A list has no neighbours.")
        self._put(record=record, title="", row=-1, scroll=0)
        self._remember()
        return self.stand

    def name(self, title: str) -> Stand:
        """Tell what the record in front is called."""
        return self._put(title=title)

    def keep_place(self, row: int, column: int, scroll: int) -> Stand:
        """Tell where in the list one is, so that back returns there."""
        return self._put(row=row, column=column, scroll=scroll)

    def arrange(
        self, *, view: str | None = None, changed: str | None = None, find: str | None = None
    ) -> Stand:
        """Look at the list in front in another way, or for a text in it: no step of the trail.

        `view` is the saved view that it is from now on, `changed` what is not saved of it.
        """
        stand = self.stand
        if view is not None and view != stand.view:
            # What was changed is saved in another view now.
            self.looks.keep_list(stand.entity, stand.view, "")
        if changed is not None:
            self.looks.keep_list(stand.entity, stand.view if view is None else view, changed)
        given = {"view": view, "changed": changed, "find": find}
        return self._put(**{name: value for name, value in given.items() if value is not None})

    def forget(self, entity: str, gone: Callable[[str], bool]) -> Stand:
        """Take deleted records out of the trail; the stand is a list where nothing is left.

        `gone` tells whether a record of the entity is there no more.
        """
        left: list[Stand] = []
        at = 0
        for number, stand in enumerate(self._trail):
            lost = stand.entity == entity and bool(stand.record) and gone(stand.record)
            if lost and not stand.listing:
                continue
            if number <= self._at:
                at = len(left)
            left.append(replace(stand, record="", row=-1) if lost else stand)
        self._trail = left or [self._list_of(entity)]
        self._at = min(at, len(self._trail) - 1)
        return self.stand

    # -- remembering

    def to_data(self) -> dict[str, Any]:
        """The trail and the chosen faces as plain data for the settings."""
        return {
            "trail": [stand.to_data() for stand in self._trail],
            "at": self._at,
            "faces": {entity: dict(faces) for entity, faces in self._chosen.items()},
            "recent": [list(one) for one in self._recent],
            "shut": {entity: sorted(shut) for entity, shut in self._shut.items() if shut},
            "sizes": {entity: dict(sizes) for entity, sizes in self._sizes.items()},
            "looks": self.looks.to_data(),
        }

    def restore(self, data: Mapping[str, Any]) -> Stand:
        """Take up what `to_data` wrote; what no longer fits the registry is left out."""
        chosen = data.get("faces")
        if isinstance(chosen, Mapping):
            for entity, faces in chosen.items():
                if entity not in self.registry.entities or not isinstance(faces, Mapping):
                    continue
                for side in SIDES:
                    face = faces.get(side)
                    if isinstance(face, str) and self._fits(entity, face):
                        self._chosen.setdefault(entity, {})[side] = face
        self._restore_sizes(data)
        self.looks.restore(data.get("looks"))
        recent = data.get("recent")
        if isinstance(recent, list):
            self._recent = [
                (one[0], one[1])
                for one in recent
                if isinstance(one, list) and len(one) == 2 and one[0] in self.registry.entities
            ][:RECENT]
        stands = data.get("trail")
        at = data.get("at")
        if isinstance(stands, list) and isinstance(at, int):
            read = [stand_of(one) for one in stands]
            # Steps that are left out must not move the present one.
            before = [one for one in read[: at + 1] if one is not None and self._valid(one)]
            after = [one for one in read[at + 1 :] if one is not None and self._valid(one)]
            if before:
                self._trail = before + after
                self._at = len(before) - 1
        return self.stand

    def _restore_sizes(self, data: Mapping[str, Any]) -> None:
        shut, sizes = data.get("shut"), data.get("sizes")
        if isinstance(shut, Mapping):
            for entity, faces in shut.items():
                if isinstance(faces, list) and all(isinstance(one, str) for one in faces):
                    self._shut[entity] = frozenset(faces)
        if isinstance(sizes, Mapping):
            for entity, edges in sizes.items():
                if isinstance(edges, Mapping):
                    self._sizes[entity] = {
                        edge: share for edge, share in edges.items() if isinstance(share, float)
                    }

    def _valid(self, stand: Stand) -> bool:
        return (
            stand.entity in self.registry.entities
            and (stand.listing or bool(stand.record))
            and all(self._fits(stand.entity, stand.face(side)) for side in SIDES)
        )

    def _fits(self, entity: str, face: str) -> bool:
        if face in {"", TIMELINE}:
            return True
        relation = self.registry.relations(entity).get(face)
        return relation is not None and relation.many

    # -- the rules of what stays

    def _staying(self, entity: str, from_face: Side | None) -> dict[Side, str]:
        """What stays on the sides, or was chosen for them, when that entity comes to the front."""
        came = self.stand
        stay: dict[Side, str] = {}
        if from_face is None:
            chosen = self._chosen.get(entity, {})
            # A list and its records have the same faces, whoever brought them there.
            into_list = came.listing and came.entity == entity
            for side in SIDES:
                face = chosen.get(side, "")
                if not face and not into_list:
                    face = self._same_kind(entity, side)
                if face and face not in stay.values():
                    stay[side] = face
            return stay
        other: Side = "bottom" if from_face == "right" else "right"
        through = self.relation(from_face)
        if through is not None and through.target == entity:
            # To one of the face's own records: they were the process, and one of them is in
            # front now. Where it points back by itself, its own page shows where one was.
            kept = ""
            points_back = any(
                not one.many and one.target == came.entity
                for one in self.registry.relations(entity).values()
            )
            back = "" if points_back else self._showing(entity, came.entity)
        else:
            kept = self._same_kind(entity, from_face)
            back = self._showing(entity, came.entity)
        if kept:
            stay[from_face] = kept
        if back and back != kept:
            stay[other] = back
        return stay

    def _same_kind(self, entity: str, side: Side) -> str:
        """The face of `entity` that shows what that side shows now, "" where it has none."""
        if self.stand.face(side) == TIMELINE:
            return TIMELINE
        relation = self.relation(side)
        if relation is None:
            return ""
        if entity == self.stand.entity:
            return relation.name
        return self._showing(entity, relation.target)

    def _showing(self, entity: str, kind: str) -> str:
        """The first relation of `entity` whose records are of that kind.

        Records of its own kind that belong to it, such as the people who report to one, are
        something else than those that were in sight before.
        """
        for relation in self.relations(entity):
            if kind == relation.target and kind != entity:
                return relation.name
        return ""

    def _faces(self, entity: str, stay: Mapping[Side, str] | None = None) -> Faces:
        """What each side shows: what stays, what was chosen, else what is declared first."""
        found: dict[Side, str] = dict(stay or {})
        for side in SIDES:
            chosen = self._chosen.get(entity, {}).get(side, "")
            if side not in found and chosen and chosen not in found.values():
                found[side] = chosen
        offered = [relation.name for relation in self.relations(entity)] + [TIMELINE]
        # The bottom is the wider face of the two and gets the first.
        for side in reversed(SIDES):
            if side not in found:
                found[side] = next((one for one in offered if one not in found.values()), "")
        return {"right": found["right"], "bottom": found["bottom"]}

    # -- the trail

    def _list_of(self, entity: str, view: str | None = None) -> Stand:
        begun = self.start_views.get(entity, "") if view is None else view
        changed = self.looks.of_list(entity, begun)
        return Stand(entity, view=begun, changed=changed, **self._faces(entity))

    def _first_crumb(self) -> int:
        for number in range(self._at, -1, -1):
            if self._trail[number].listing:
                return number
        return 0

    def _go(self, stand: Stand) -> Stand:
        if stand.same_front(self.stand):
            return self._put(right=stand.right, bottom=stand.bottom)
        del self._trail[self._at + 1 :]
        self._trail.append(stand)
        del self._trail[:-LONGEST]
        self._at = len(self._trail) - 1
        self._remember()
        return self.stand

    def _remember(self) -> None:
        stand = self.stand
        if not stand.listing:
            one = (stand.entity, stand.record)
            self._recent = [one, *(each for each in self._recent if each != one)][:RECENT]

    def _put(self, **changes: Any) -> Stand:
        self._trail[self._at] = replace(self.stand, **changes)
        return self.stand
