"""When opportunities entered and left their stages, and who became a customer by it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from crmdesk.ops.work import SYSTEM_COLUMNS, Work, insert_cells, insert_rows
from crmdesk.schema.crm.facts import (
    CREATED_AT,
    UPDATED_AT,
    Companies,
    Opportunities,
    StageHistory,
    Stages,
)
from crmdesk.schema.crm.stagewords import ENGAGING
from crmdesk.schema.query import ID
from crmdesk.schema.values import Cell, Instant, zone_of
from crmdesk.store import rows
from crmdesk.store.driver import quoted
from crmdesk.store.rows import new_id

Values = Mapping[str, Any]


def created(
    work: Work, made: Sequence[tuple[str, Values]], given: Sequence[Values], history: bool
) -> None:
    """Note the stage that each new opportunity is in.

    Of those that are brought in with their history it is known since when: they were engaged
    on one day and closed on another. The stage in which they were engaged is noted as well
    where the pipeline has one of that name.
    """
    of = Opportunities
    engaging = _engaging(work) if history else {}
    entity = work.registry.entity(StageHistory.ENTITY)
    fields = [entity.field(name) for name in (
        StageHistory.OPPORTUNITY, StageHistory.STAGE, StageHistory.PREVIOUS, StageHistory.AT,
        StageHistory.LEFT_AT, StageHistory.AMOUNT,
    )]  # fmt: skip
    to_point, to_sum = fields[3].type.to_stored, fields[5].type.to_stored
    # Days, moments and amounts come again and again, the very same ones; they live as long.
    begin = cache(lambda day: to_point(_begin(work, day)))
    point = cache(to_point)
    sums: dict[int, tuple[Cell, ...]] = {}
    never = to_point(None)
    usual = (work.stamp, work.user, work.stamp)
    entered: list[tuple[Cell, ...]] = []
    for (record, values), row in zip(made, given, strict=True):
        stage = values[of.STAGE]
        if stage is None:
            continue
        amount = values.get(of.AMOUNT)
        cells = sums.get(id(amount))
        if cells is None:
            cells = sums[id(amount)] = to_sum(amount)
        at = point(row.get(CREATED_AT) or work.now)
        engaged, closed = (
            (values.get(of.ENGAGED_ON), values[of.CLOSED_ON]) if history else (None,) * 2
        )
        if closed is None:
            since = at if engaged is None else begin(engaged)
            entered.append((new_id(), *usual, record, stage, None, *since, *never, *cells))
            continue
        end = begin(closed) if row.get(of.CLOSED_ON) is not None else at
        before = engaging.get(values[of.PIPELINE])
        if engaged is None or before is None or engaged > closed:
            entered.append((new_id(), *usual, record, stage, None, *end, *never, *cells))
        else:
            since = begin(engaged)
            entered.append((new_id(), *usual, record, before, None, *since, *end, *cells))
            entered.append((new_id(), *usual, record, stage, before, *end, *never, *cells))
    if entered:
        columns = (ID, *SYSTEM_COLUMNS, *(spec.name for one in fields for spec in one.columns))
        insert_cells(work, entity, columns, entered)
    _won(work, (values for _id, values in made))


def updated(work: Work, done: Sequence[tuple[str, Values, Values]], history: bool) -> None:
    """Note the stages that opportunities left and entered, those of an import when it says."""
    of = Opportunities
    moved = [
        (id, before, changes)
        for id, before, changes in done
        if of.STAGE in changes and changes[of.STAGE] != before[of.STAGE]
    ]
    if moved:
        _move(work, moved, history)
    _won(work, (
        {name: changes.get(name, before[name]) for name in (of.STATUS, of.COMPANY)}
        for _id, before, changes in done
        if of.STATUS in changes or of.COMPANY in changes
    ))  # fmt: skip


def _move(work: Work, moved: Sequence[tuple[str, Values, Values]], history: bool) -> None:
    of = Opportunities
    entity = work.registry.entity(StageHistory.ENTITY)
    entered, left = (entity.field(name) for name in (StageHistory.AT, StageHistory.LEFT_AT))
    columns = [spec.name for spec in left.columns]
    there = work.raw.execute(
        f"SELECT id, {quoted(StageHistory.OPPORTUNITY)}, {quoted(entered.name)}"
        f" FROM {quoted(entity.name)} WHERE {quoted(columns[0])} IS NULL"
        f" AND {quoted(StageHistory.OPPORTUNITY)} IN (SELECT value FROM json_each(?))",
        (json.dumps([id for id, _, _ in moved]),),
    ).fetchall()
    since = {opportunity: stamp for _id, opportunity, stamp in there}
    when: dict[str, Instant] = {}
    for id, _before, changes in moved:
        closed = changes.get(of.CLOSED_ON) if history else None
        told = _begin(work, closed) if closed is not None and closed != work.today else work.now
        # Nothing is left before it was entered, whatever a file says.
        known = since.get(id)
        when[id] = told if known is None or left.type.to_stored(told)[0] > known else work.now
    rows.update_many(
        work.raw,
        entity.name,
        (*columns, UPDATED_AT),
        [(*left.type.to_stored(when[of_]), work.stamp, id) for id, of_, _stamp in there],
    )
    insert_rows(work, StageHistory.ENTITY, [
        {
            StageHistory.OPPORTUNITY: id,
            StageHistory.STAGE: changes[of.STAGE],
            StageHistory.PREVIOUS: before[of.STAGE],
            StageHistory.AT: when[id],
            StageHistory.AMOUNT: changes.get(of.AMOUNT, before[of.AMOUNT]),
        }
        for id, before, changes in moved
    ])  # fmt: skip


def _begin(work: Work, day: date) -> Instant:
    """The begin of a day where the user is."""
    begin = datetime.combine(day, time(), zone_of(work.zone))
    return Instant(begin.astimezone(UTC), work.zone)


def _engaging(work: Work) -> dict[str, str]:
    """The stage of each pipeline in which opportunities are that were engaged."""
    found: dict[str, str] = work.facts.get(ENGAGING) or {}
    if ENGAGING not in work.facts:
        sql = (
            f"SELECT {quoted(Stages.PIPELINE)}, id FROM {quoted(Stages.ENTITY)}"
            f" WHERE lower({quoted(Stages.NAME)}) = ? AND {quoted(Stages.OUTCOME)} = ?"
        )
        found = dict(work.raw.execute(sql, (ENGAGING, Stages.OPEN)).fetchall())
        work.facts[ENGAGING] = found
    return found


# ------------------------------------------------------------ customers


def _won(work: Work, opportunities: Iterable[Values]) -> None:
    of = Opportunities
    make_customers(
        work, (one.get(of.COMPANY) for one in opportunities if one[of.STATUS] == Stages.WON)
    )


def make_customers(work: Work, companies: Iterable[str | None]) -> None:
    """Make customers of those companies that were prospects, for they bought something.

    A company of which the same step says what it is stays that.
    """
    of = Companies
    ids = {one for one in companies if one is not None} - work.told.get(of.ENTITY, set())
    if not ids:
        return
    found = work.raw.execute(
        f"SELECT id FROM {quoted(of.ENTITY)} WHERE {quoted(of.KIND)} = ?"
        " AND id IN (SELECT value FROM json_each(?))",
        (of.PROSPECT, json.dumps(sorted(ids))),
    ).fetchall()
    rows.update_many(
        work.raw,
        of.ENTITY,
        (of.KIND, UPDATED_AT),
        [(of.CUSTOMER, work.stamp, id) for (id,) in found],
    )


def tell_companies(work: Work, told: Iterable[tuple[str, Values]]) -> None:
    """Note of which companies a step says itself what they are."""
    known = work.told.setdefault(Companies.ENTITY, set())
    known.update(id for id, values in told if values.get(Companies.KIND) is not None)
