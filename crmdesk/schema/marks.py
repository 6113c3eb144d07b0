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
class Told:
    """How a record is told of among all activity, beyond its title and its date.

    `head` is the field that stands first, "" for the title; `who` the reference to the person
    it was with, `kind` the choice that says how it came about: a time line can be narrowed to
    one of them. `after` are the paths shown after the head, `minutes` the number of minutes
    that it took and `until` the moment when it ended. `under` is the longer text below; where
    it is the head, the kind and the person stand in its place. A step is told by where it was
    (`was`) and where it is `now`. Where a step ends its way, it is told as well of the records
    that `through` leads to: a deal that is won, of its company.
    """

    head: str = ""
    who: str = ""
    kind: str = ""
    after: tuple[str, ...] = ()
    minutes: str = ""
    until: str = ""
    under: str = ""
    was: str = ""
    now: str = ""
    through: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """What is read to tell of a record."""
        single = (self.head, self.who, self.kind, self.minutes, self.until, self.under)
        ways = (path.partition(".")[0] for path in self.through)
        return tuple(filter(None, (*single, self.was, self.now, *self.after, *ways)))


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
