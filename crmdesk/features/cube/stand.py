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
    relations of the entity or `TIMELINE`, "" where the entity has none to show. `sort`
    ("-name" descending) and `find` are a list's own; `row`, `column` and `scroll` say where
    in it one was (`row` -1: not known).
    """

    entity: str
    record: str = ""
    listing: bool = True
    title: str = ""
    right: str = ""
    bottom: str = ""
    sort: tuple[str, ...] = ()
    find: str = ""
    row: int = -1
    column: int = 0
    scroll: int = 0

    def face(self, side: Side) -> str:
        """What that side shows."""
        return self.right if side == "right" else self.bottom

    def same_front(self, other: Stand) -> bool:
        """Whether both have the same list or the same record in front."""
        mine = (self.entity, self.listing, "" if self.listing else self.record)
        return mine == (other.entity, other.listing, "" if other.listing else other.record)

    def to_data(self) -> dict[str, Any]:
        """The stand as plain data for the settings; `stand_of` reads it."""
        return {
            "entity": self.entity,
            "record": self.record,
            "listing": self.listing,
            "title": self.title,
            "right": self.right,
            "bottom": self.bottom,
            "sort": list(self.sort),
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
    values["sort"] = tuple(one for one in values["sort"] if isinstance(one, str))
    return Stand(**values)
