"""Facts that follow from others and are kept by the same door.

What a stage says about its opportunity and when it got there, that a task is done, what a
contact is called, how a way to reach somebody is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from crmdesk.ops import stagehistory
from crmdesk.ops.work import Work, value_of
from crmdesk.schema.contacttypes import e164_of
from crmdesk.schema.crm.facts import (
    Companies,
    ContactPoints,
    Contacts,
    Opportunities,
    Pipelines,
    Sales,
    Stages,
    Tasks,
)
from crmdesk.schema.fieldtypes import folded
from crmdesk.schema.values import Cell
from crmdesk.store import rows
from crmdesk.store.driver import quoted

Changes = MutableMapping[str, Any]
Before = Mapping[str, Any]


class Lacks(NamedTuple):
    """What a record lacks for the step that it enters: the step's id, the empty fields."""

    step: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """How the derived facts of one entity are kept.

    `create` and `update` complete the values in place before they are written, `created`
    and `updated` write other rows that follow from them. `fields` are those that `create`
    may fill in. With `clears` what was read for other rules is read anew afterwards.
    """

    fields: frozenset[str] = frozenset()
    create: Callable[[Work, Changes, Mapping[str, Any], bool], None] | None = None
    update: Callable[[Work, Before, Changes, bool], None] | None = None
    created: (
        Callable[[Work, Sequence[tuple[str, Before]], Sequence[Mapping[str, Any]], bool], None]
        | None
    ) = None
    updated: Callable[[Work, Sequence[tuple[str, Before, Before]], bool], None] | None = None
    clears: bool = False
    # What is missing for a change that was completed. It holds up what people do; of what is
    # brought in with its history it is only told.
    gate: Callable[[Work, Before, Before], Lacks | None] | None = None

    def forget(self, work: Work) -> None:
        """Let what was read for other rules be read anew, where this one makes it another."""
        if self.clears:
            work.facts.clear()


@dataclass(frozen=True)
class StageFacts:
    """What an opportunity takes from its stage."""

    id: str
    pipeline: str
    probability: Decimal | None
    outcome: str
    forecast: str | None
    needed: tuple[str, ...] = ()


# ------------------------------------------------------------ opportunities


def _stages(work: Work) -> dict[str, StageFacts]:
    """All stages in the order of their pipelines."""
    known: dict[str, StageFacts] | None = work.facts.get(Stages.ENTITY)
    if known is None:
        entity = work.registry.entity(Stages.ENTITY)
        known = {}
        for cells in _all_rows(work, Stages.ENTITY, Stages.POSITION):
            id = str(cells["id"])
            known[id] = StageFacts(
                id,
                str(cells[Stages.PIPELINE]),
                value_of(entity.field(Stages.PROBABILITY), cells),
                str(cells[Stages.OUTCOME] or Stages.OPEN),
                value_of(entity.field(Stages.FORECAST), cells),
                tuple(value_of(entity.field(Stages.NEEDED), cells) or ()),
            )
        work.facts[Stages.ENTITY] = known
    return known


def _default_pipeline(work: Work) -> str | None:
    """The pipeline marked so, or the first one."""
    if Pipelines.ENTITY not in work.facts:
        found = list(_all_rows(work, Pipelines.ENTITY, Pipelines.POSITION))
        marked = [cells for cells in found if cells[Pipelines.DEFAULT]]
        work.facts[Pipelines.ENTITY] = next((cells["id"] for cells in marked or found), None)
    pipeline: str | None = work.facts[Pipelines.ENTITY]
    return pipeline


def _all_rows(work: Work, entity: str, order: str) -> list[dict[str, Cell]]:
    ids = work.raw.execute(f"SELECT id FROM {quoted(entity)} ORDER BY {quoted(order)}, id")
    return list(rows.get_many(work.raw, entity, [id for (id,) in ids]).values())


def _first_stage(work: Work, pipeline: str | None, outcome: str | None = None) -> StageFacts | None:
    for stage in _stages(work).values():
        if stage.pipeline == pipeline and outcome in (None, stage.outcome):
            return stage
    return None


def _create_opportunity(
    work: Work, values: Changes, given: Mapping[str, Any], history: bool
) -> None:
    of = Opportunities
    told = given.get(of.STATUS) if history else None
    stage = _stages(work).get(values[of.STAGE])
    if stage is None and values[of.STAGE] is None:
        pipeline = values[of.PIPELINE] or _default_pipeline(work)
        stage = _first_stage(work, pipeline, told) or _first_stage(work, pipeline)
    if stage is None:
        return
    values[of.STAGE], values[of.PIPELINE] = stage.id, stage.pipeline
    if told is None:
        values[of.STATUS] = stage.outcome
    if values[of.PROBABILITY] is None:
        values[of.PROBABILITY] = stage.probability
    if not (history and of.OVERRIDDEN in given):
        values[of.OVERRIDDEN] = values[of.PROBABILITY] != stage.probability
    if values[of.FORECAST] is None:
        values[of.FORECAST] = stage.forecast
    if values[of.STATUS] == Stages.OPEN:
        values[of.CLOSED_ON] = None
    elif values[of.CLOSED_ON] is None:
        values[of.CLOSED_ON] = work.today


def _update_opportunity(work: Work, before: Before, changes: Changes, history: bool) -> None:
    of = Opportunities
    stages = _stages(work)
    old = stages.get(before[of.STAGE])
    if of.STAGE not in changes and changes.get(of.PIPELINE) not in (None, before[of.PIPELINE]):
        # Into another pipeline: it begins at that one's first stage.
        first = _first_stage(work, changes[of.PIPELINE])
        changes[of.STAGE] = first.id if first else None
    if of.STAGE in changes and changes[of.STAGE] != before[of.STAGE]:
        stage = stages.get(changes[of.STAGE])
        _enter_stage(before, changes, old, stage, history)
    else:
        stage = old
        if of.PIPELINE in changes and stage is not None:
            changes[of.PIPELINE] = stage.pipeline
        if of.PROBABILITY in changes:
            if changes[of.PROBABILITY] is None and stage is not None:
                changes[of.PROBABILITY] = stage.probability
            changes[of.OVERRIDDEN] = (
                stage is not None and changes[of.PROBABILITY] != stage.probability
            )
    status = changes.get(of.STATUS, before[of.STATUS])
    if status == before[of.STATUS] or (history and of.CLOSED_ON in changes):
        return
    closed = status in (Stages.WON, Stages.LOST)
    changes[of.CLOSED_ON] = work.today if closed else None


def _enter_stage(
    before: Before,
    changes: Changes,
    old: StageFacts | None,
    stage: StageFacts | None,
    history: bool,
) -> None:
    of = Opportunities
    if not (history and of.STATUS in changes):
        changes[of.STATUS] = stage.outcome if stage else Stages.OPEN
    if stage is None:
        return
    changes[of.PIPELINE] = stage.pipeline
    if changes.get(of.PROBABILITY) is not None:
        changes[of.OVERRIDDEN] = changes[of.PROBABILITY] != stage.probability
    elif of.PROBABILITY in changes or not before[of.OVERRIDDEN]:
        changes[of.PROBABILITY], changes[of.OVERRIDDEN] = stage.probability, False
    category = before[of.FORECAST]
    usual = category is None or (old is not None and category == old.forecast)
    if of.FORECAST not in changes and usual:
        changes[of.FORECAST] = stage.forecast


def _gate_opportunity(work: Work, before: Before, changes: Before) -> Lacks | None:
    """The fields that the stage it is to enter needs and that are empty."""
    to = changes.get(Opportunities.STAGE)
    stage = _stages(work).get(to) if to is not None else None
    if stage is None or not stage.needed or stage.id == before[Opportunities.STAGE]:
        return None
    fields = work.registry.entity(Opportunities.ENTITY).by_name
    empty = tuple(
        name
        for name in stage.needed
        if name in fields and (changes[name] if name in changes else before[name]) is None
    )
    return Lacks(stage.id, empty) if empty else None


# ------------------------------------------------------------ companies and what they bought


def _companies_created(
    work: Work,
    made: Sequence[tuple[str, Before]],
    given: Sequence[Mapping[str, Any]],
    history: bool,
) -> None:
    ids = (id for id, _values in made)
    stagehistory.tell_companies(work, zip(ids, given, strict=True))


def _companies_updated(
    work: Work, done: Sequence[tuple[str, Before, Before]], history: bool
) -> None:
    stagehistory.tell_companies(work, ((id, changes) for id, _before, changes in done))


def _sales_created(
    work: Work,
    made: Sequence[tuple[str, Before]],
    given: Sequence[Mapping[str, Any]],
    history: bool,
) -> None:
    stagehistory.make_customers(work, (values.get(Sales.COMPANY) for _id, values in made))


# ------------------------------------------------------------ tasks


def _create_task(work: Work, values: Changes, given: Mapping[str, Any], history: bool) -> None:
    if given.get(Tasks.DONE):
        values[Tasks.STATUS] = Tasks.STATUS_DONE
    values[Tasks.DONE] = values[Tasks.STATUS] == Tasks.STATUS_DONE
    if not values[Tasks.DONE]:
        values[Tasks.DONE_AT] = None
    elif values[Tasks.DONE_AT] is None:
        values[Tasks.DONE_AT] = work.now


def _update_task(work: Work, before: Before, changes: Changes, history: bool) -> None:
    done = before[Tasks.DONE]
    if Tasks.DONE in changes and bool(changes[Tasks.DONE]) != bool(done):
        if changes[Tasks.DONE]:
            changes[Tasks.STATUS] = Tasks.STATUS_DONE
        elif changes.get(Tasks.STATUS, before[Tasks.STATUS]) == Tasks.STATUS_DONE:
            changes[Tasks.STATUS] = Tasks.STATUS_OPEN
    elif Tasks.STATUS in changes and changes[Tasks.STATUS] != before[Tasks.STATUS]:
        changes[Tasks.DONE] = changes[Tasks.STATUS] == Tasks.STATUS_DONE
    if bool(changes.get(Tasks.DONE, done)) != bool(done) and not (
        history and Tasks.DONE_AT in changes
    ):
        changes[Tasks.DONE_AT] = work.now if changes[Tasks.DONE] else None


# ------------------------------------------------------------ contacts and how to reach them

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def composed_name(family: str | None, given: str | None) -> str | None:
    """The full name: given name first, or family first and without a space in Chinese."""
    family, given = family or "", given or ""
    if _CJK.search(family + given):
        return family + given or None
    return f"{given} {family}".strip() or None


def _create_contact(work: Work, values: Changes, given: Mapping[str, Any], history: bool) -> None:
    if values[Contacts.NAME] is None:
        values[Contacts.NAME] = composed_name(values[Contacts.FAMILY], values[Contacts.GIVEN])


def _update_contact(work: Work, before: Before, changes: Changes, history: bool) -> None:
    if changes.get(Contacts.NAME) is not None or not (
        {Contacts.NAME, Contacts.FAMILY, Contacts.GIVEN} & changes.keys()
    ):
        return
    old = composed_name(before[Contacts.FAMILY], before[Contacts.GIVEN])
    new = composed_name(
        changes.get(Contacts.FAMILY, before[Contacts.FAMILY]),
        changes.get(Contacts.GIVEN, before[Contacts.GIVEN]),
    )
    if new is not None and (Contacts.NAME in changes or before[Contacts.NAME] == old):
        changes[Contacts.NAME] = new


def normalised(kind: str | None, value: str | None) -> str | None:
    """The form by which two ways to reach somebody are the same one."""
    if value is None:
        return None
    if kind == ContactPoints.PHONE:
        digits = "".join(letter for letter in value if letter.isdecimal())
        return e164_of(value, "") or digits or folded(value)
    if kind == ContactPoints.WEB:
        return re.sub(r"^https?://(www\.)?|/$", "", value.lower())
    return " ".join(folded(value).split())


def _create_point(work: Work, values: Changes, given: Mapping[str, Any], history: bool) -> None:
    points = ContactPoints
    values[points.NORMALISED] = normalised(values[points.KIND], values[points.VALUE])


def _update_point(work: Work, before: Before, changes: Changes, history: bool) -> None:
    points = ContactPoints
    if points.KIND in changes or points.VALUE in changes:
        kind = changes.get(points.KIND, before[points.KIND])
        changes[points.NORMALISED] = normalised(
            kind, changes.get(points.VALUE, before[points.VALUE])
        )


RULES: dict[str, Rule] = {
    Opportunities.ENTITY: Rule(
        frozenset((
            Opportunities.STAGE, Opportunities.PIPELINE, Opportunities.STATUS,
            Opportunities.PROBABILITY, Opportunities.OVERRIDDEN, Opportunities.FORECAST,
            Opportunities.CLOSED_ON, Opportunities.AMOUNT,
        )),
        _create_opportunity, _update_opportunity, stagehistory.created, stagehistory.updated,
        gate=_gate_opportunity,
    ),
    Companies.ENTITY: Rule(created=_companies_created, updated=_companies_updated),
    Sales.ENTITY: Rule(created=_sales_created),
    Tasks.ENTITY: Rule(
        frozenset((Tasks.DONE, Tasks.STATUS, Tasks.DONE_AT)), _create_task, _update_task
    ),
    Contacts.ENTITY: Rule(
        frozenset((Contacts.NAME, Contacts.FAMILY, Contacts.GIVEN)),
        _create_contact, _update_contact,
    ),
    ContactPoints.ENTITY: Rule(
        frozenset((ContactPoints.KIND, ContactPoints.VALUE, ContactPoints.NORMALISED)),
        _create_point, _update_point,
    ),
    Stages.ENTITY: Rule(clears=True),
    Pipelines.ENTITY: Rule(clears=True),
}  # fmt: skip
"""The rules by entity."""
