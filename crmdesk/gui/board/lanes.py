"""What a board of an entity shows: its lanes, and what stands on a card."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crmdesk.gui.sources import QuerySource
from crmdesk.ops.changes import Update
from crmdesk.schema.query import Condition, both
from crmdesk.schema.registry import Entity, Field, Registry
from crmdesk.schema.viewdata import ViewSpec

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.grid.source import Cancel

MOST_SUMS = 2
"""So many sums stand at the top of a lane."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One column of a board: the value that its records have, and how it is shown.

    `key` is a choice's key or a step's id, "" for records without one. `end` lanes are where
    records leave the board; they are narrow until one opens them.
    """

    key: str
    title: str
    colour: str | None = None
    end: bool = False


@dataclass(frozen=True, slots=True)
class CardPaths:
    """The paths of what stands on a card; "" for what the entity does not have."""

    title: tuple[str, ...]
    about: str
    amount: str
    day: str
    owner: str
    sums: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """What is read for a card, each once."""
        single = filter(None, (self.about, self.amount, self.day, self.owner))
        return tuple(dict.fromkeys((*self.title, *single, *self.sums)))


def board_field(registry: Registry, entity: str, group: Sequence[str] = ()) -> Field | None:
    """The field by which the records of an entity are put on a board, None where there is none.

    The first field grouped by is it, where it is a choice or a step, else the entity's status.
    """
    declared = registry.entity(entity)
    for name in (*group[:1], declared.status):
        field = declared.by_name.get(name) if name else None
        if field is not None and _makes_lanes(registry, field) and not field.read_only:
            return field
    return None


def _makes_lanes(registry: Registry, field: Field) -> bool:
    if field.kind == "choice":
        return True
    return field.kind == "reference" and registry.entity(field.target).steps is not None


def ways_of(bridge: Bridge, field: Field) -> tuple[str, ...]:
    """The ways whose steps make lanes, as pipelines do; () for a plain choice."""
    if not field.target:
        return ()
    return tuple(dict.fromkeys(step.way for step in bridge.picks.steps(field.target)))


def lanes_of(bridge: Bridge, field: Field, way: str) -> tuple[Lane, ...]:
    """The lanes of a field, of one way where it has several."""
    if not field.target:
        options = bridge.picks.of_field(field)
        return tuple(Lane(one.id, one.title, one.colour) for one in options)
    return tuple(
        Lane(step.option.id, step.option.title, step.option.colour, step.end)
        for step in bridge.picks.steps(field.target)
        if step.way == way
    )


def card_paths(registry: Registry, entity: Entity, field: Field) -> CardPaths:
    """What stands on a card of an entity, by what its declaration shows first."""
    shown = [name for name in entity.grid if "." not in name and name in entity.by_name]
    fields = [entity.field(name) for name in shown if name != field.name]
    users = {one.name for one in registry.entities.values() if one.area == "system"}
    people = [one.name for one in fields if one.target in users]
    about = [
        one.name for one in fields if one.target and one.target not in users
        and one.name not in entity.title
    ]  # fmt: skip
    money = [one.name for one in fields if one.kind == "money"]
    days = [one.name for one in fields if one.kind in {"date", "moment", "instant"}]
    day = entity.due.field if entity.due is not None else next(iter(days), "")
    return CardPaths(
        tuple(entity.title),
        next(iter(about), ""),
        next(iter(money), ""),
        day,
        next(iter(people), ""),
        tuple(money[:MOST_SUMS]),
    )


class BoardSource(QuerySource):
    """The records of a board: a QuerySource grouped by the field of its lanes."""

    def __init__(
        self, bridge: Bridge, spec: ViewSpec, field: Field, way: str = "", search: str = ""
    ) -> None:
        registry = bridge.registry
        entity = registry.entity(spec.entity)
        self.field = field
        self.way = way
        self.card = card_paths(registry, entity, field)
        query = replace(spec.query(registry, search), group=(field.name,))
        if way:
            steps = registry.entity(field.target).steps
            assert steps is not None
            where = both(query.where, Condition(steps.way, "is", way))
            query = replace(query, where=where)
        # Subtotals of the lanes only: the rest would be worked out for nothing.
        none = tuple((path, "none") for path in self.card.all if path not in self.card.sums)
        super().__init__(bridge, query, self.card.all, totals=none)

    def move(
        self,
        row_id: str,
        key: str,
        done: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Give a record the value of a lane, the same step as an edit of that field."""
        change = Update(self.entity, row_id, {self.field.name: key or None})
        self._bridge.write(change, lambda _outcome: done(), failed)

    def landing(self, ids: array[int], rowid: int, done: Callable[[int], None]) -> Cancel:
        """Ask where among the records of a lane a card will stand once it is moved there."""
        # Late, for the start's sake, as the board itself.
        from crmdesk.gui.board.landing import landing

        bridge, query, lane = self._bridge, self.query, self.field.name
        select, ctx, ids = bridge.workspace.select, bridge.query_context(), ids[:]

        def ask(conn: Any, _job: object) -> int:
            return landing(select, conn, ctx, query, lane, ids, rowid)

        return bridge.read(ask, done)

    @property
    def title_path(self) -> str:
        """The field that a title on a card is written into, "" for none."""
        typed = [
            field
            for field in map(self._entity.field, self.card.title)
            if field.kind == "text" and not field.read_only
        ]
        typed.sort(key=lambda field: not field.required)
        return typed[0].name if typed else ""
