"""What a declaration says about the meaning of an entity's fields, beyond their types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Due:
    """By when a record is to be dealt with.

    `field` holds the day or the time; it counts while the field `open` has one of `values`.
    """

    field: str
    open: str
    values: tuple[Any, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that are read to tell whether a record is late."""
        return self.field, self.open


@dataclass(frozen=True)
class Steps:
    """How to read records that are the steps of a way, as stages are those of a pipeline.

    `way` is the reference that a step shares by name with what goes that way, `position` the
    step's place on it. `outcome` is the choice that says how a step ends the way; `open` is its
    value for one that does not, `aside` those of the ends that do not lie ahead. `colour` may
    hold #rrggbb, `chinese` the step's Chinese name.
    """

    way: str
    position: str
    outcome: str
    colour: str
    chinese: str
    open: str
    aside: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields by which steps are ordered, named and coloured."""
        return self.way, self.position, self.outcome, self.colour, self.chinese
