"""What can be picked: choices of lists, and the steps of ways, with the colours they wear."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from crmdesk import i18n
from crmdesk.gui.grid.source import Option
from crmdesk.schema.crm.system import CHOICE, CHOICE_LIST
from crmdesk.schema.query import Query, Sort
from crmdesk.schema.registry import Entity, Field

if TYPE_CHECKING:
    from crmdesk.ops.changes import Announcement
    from crmdesk.ops.workspace import Workspace

T = TypeVar("T")

# Open steps go from quiet to strong along the way.
_ON_THE_WAY = ("note", "company", "opportunity")


@dataclass(frozen=True)
class Step:
    """One step of a way: `way` is the record it belongs to; `end` tells whether it is one."""

    option: Option
    way: str
    position: int
    end: bool
    aside: bool


class Picks:
    """Options by list and by entity, read once and again after they were changed.

    They are few and asked for while painting and typing, so they are kept; any thread may ask.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._lists: dict[str, tuple[Option, ...]] = {}
        self._steps: dict[str, tuple[Step, ...]] = {}
        self._by_id: dict[str, Mapping[str, Option]] = {}
        # What was read before the last `forget` is not kept.
        self._round = 0

    def forget(self) -> None:
        """Read everything again when it is next asked for."""
        with self._lock:
            self._round += 1
            self._lists.clear()
            self._steps.clear()
            self._by_id.clear()

    def heard(self, announcement: Announcement) -> None:
        """Forget what an announcement may have changed."""
        if announcement.everything or any(
            self.is_watched(one.entity) for one in announcement.changes
        ):
            self.forget()

    def is_watched(self, entity: str) -> bool:
        """Whether records of an entity are what is picked here."""
        declared = self._workspace.registry.entities.get(entity)
        steps = declared is not None and declared.steps is not None
        return steps or entity in (CHOICE, CHOICE_LIST)

    def of_field(self, field: Field) -> tuple[Option, ...]:
        """What a field offers: its list's choices, or the steps that it points at."""
        list_name = getattr(field.type, "list_name", "")
        if list_name:
            return self.of_list(list_name)
        if self.is_step(field):
            return tuple(step.option for step in self.steps(field.target))
        return ()

    def is_step(self, field: Field) -> bool:
        """Whether a field points at the steps of a way, and is shown as a choice of them."""
        return bool(field.target) and self._entity(field.target).steps is not None

    def of_list(self, list_name: str) -> tuple[Option, ...]:
        """The choices of a list, in order, in the current language."""
        found = self._lists.get(list_name)
        if found is None:
            number, language = self._round, i18n.language()
            found = tuple(
                Option(item.key, item.label(language), colour=item.colour or None)
                for item in self._workspace.choices(list_name)
            )
            self._keep(self._lists, list_name, found, number)
        return found

    def option(self, entity: str, record_id: str) -> Option | None:
        """The step of that id."""
        known = self._by_id.get(entity)
        if known is None:
            number = self._round
            known = {step.option.id: step.option for step in self.steps(entity)}
            self._keep(self._by_id, entity, known, number)
        return known.get(record_id)

    def steps(self, entity: str) -> tuple[Step, ...]:
        """All steps of an entity in their order."""
        found = self._steps.get(entity)
        if found is None:
            number = self._round
            found = self._read(self._entity(entity))
            self._keep(self._steps, entity, found, number)
        return found

    def _keep(self, where: dict[str, T], key: str, found: T, number: int) -> None:
        with self._lock:
            if number == self._round:
                where[key] = found

    def _entity(self, name: str) -> Entity:
        return self._workspace.registry.entity(name)

    def _read(self, entity: Entity) -> tuple[Step, ...]:
        marks = entity.steps
        if marks is None:
            return ()
        paths = (*marks.names, *entity.title)
        query = Query(entity.name, sort=(Sort(marks.way), Sort(marks.position)))
        select = self._workspace.select
        with self._workspace.reader() as conn:
            rowids = select.ids(conn, query, self._workspace.query_context())
            rows = select.rows(conn, entity.name, rowids, paths)
        list_name = getattr(entity.field(marks.outcome).type, "list_name", "")
        outcomes = {one.id: one.colour for one in self.of_list(list_name)}
        ways = [row.cells[0].id if row.cells[0] else "" for row in rows]
        many = len(set(ways)) > 1
        chinese = i18n.language() == "zh"
        open_in = {way: _count(rows, ways, way, marks.open) for way in ways}
        made: list[Step] = []
        seen: dict[str, int] = {}
        for row, way in zip(rows, ways, strict=True):
            pipeline, position, outcome, own, zh, *title = row.cells
            name = (zh if chinese and zh else "") or " ".join(str(part) for part in title if part)
            end = outcome is not None and outcome != marks.open
            at = seen[way] = seen.get(way, -1) + 1
            colour = own or (outcomes.get(outcome) if end else _shade(at, open_in[way]))
            option = Option(row.id, name, pipeline.title if many and pipeline else "", colour)
            made.append(Step(option, way, position or 0, end, outcome in marks.aside))
        return tuple(made)


def _count(rows: Iterable[Any], ways: Iterable[str], way: str, still_open: str) -> int:
    return sum(
        one == way and row.cells[2] in (still_open, None)
        for row, one in zip(rows, ways, strict=True)
    )


def _shade(at: int, count: int) -> str:
    return _ON_THE_WAY[min(at * len(_ON_THE_WAY) // max(count, 1), len(_ON_THE_WAY) - 1)]
