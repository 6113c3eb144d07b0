"""One position of the cube: what stands in front and what on the faces beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Side = Literal["right", "bottom"]
SIDES: tuple[Side, ...] = ("right", "bottom")

TIMELINE = "timeline"
"""What a side face shows instead of a relation: all activity, newest first."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A front with its side faces, as back and forward bring them back.

    A list (`listing`) has the record of its current row, "" while there is none; a record
    front always has one. `title` is what the trail calls a record. `right` and `bottom` are
    relations of the entity or `TIMELINE`, "" where the entity has none to show. `view` is
    the id of the saved view that a list shows, "" for the plain one, and `changed` that view
    as it was changed and not saved (`viewdata.view_to_text`), "" while it was not. `find` is
    a list's own; `row`, `column` and `scroll` say where in it one was (`row` -1: not known).
    """

    entity: str
    record: str = ""
    listing: bool = True
    title: str = ""
    right: str = ""
    bottom: str = ""
    view: str = ""
    changed: str = ""
    find: str = ""
    row: int = -1
    column: int = 0
    scroll: int = 0

    def face(self, side: Side) -> str:
        """What that side shows."""
        return self.right if side == "right" else self.bottom

    def same_front(self, other: Stand) -> bool:
        """Whether both have the same view of a list or the same record in front."""
        return self._front == other._front

    @property
    def _front(self) -> tuple[str, bool, str]:
        return self.entity, self.listing, self.view if self.listing else self.record

    def to_data(self) -> dict[str, Any]:
        """The stand as plain data for the settings; `stand_of` reads it."""
        return {
            "entity": self.entity,
            "record": self.record,
            "listing": self.listing,
            "title": self.title,
            "right": self.right,
            "bottom": self.bottom,
            "view": self.view,
            "changed": self.changed,
            "find": self.find,
            "row": self.row,
            "column": self.column,
            "scroll": self.scroll,
        }


def stand_of(data: object) -> Stand | None:
    """The stand that `to_data` wrote, None for anything else."""
    if not isinstance(data, Mapping):
        return None
    blank = Stand("").to_data()
    values = {name: data.get(name, default) for name, default in blank.items()}
    if any(type(values[name]) is not type(default) for name, default in blank.items()):
        return None
    return Stand(**values)
