"""Since when opportunities are in their stages, and how prospects become customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmdesk.ops.changes import Create, CreateMany, Group, Update, UpdateMany
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import Query, Sort
from crmdesk.schema.values import Money, zone_of
from tests.unit.ops.workspaces import fresh, made, stages

ENGAGED, CLOSED = date(2025, 3, 10), date(2025, 5, 2)


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Workspace]:
    with fresh(tmp_path) as workspace:
        yield workspace


def history(crm: Workspace) -> list[tuple[Any, ...]]:
    """Previous stage, stage, the days of entering and leaving; today is None."""
    zone = zone_of(crm.zone)
    today = crm.query_context().today()

    def day(at: Any) -> date | None:
        found = None if at is None else at.utc.astimezone(zone).date()
        return None if found == today else found

    paths = ("previous.name", "stage.name", "at", "left_at")
    query = Query("stage_history", sort=(Sort("at"), Sort("id")))
    with crm.reader() as conn:
        return [
            (*row.cells[:2], day(row.cells[2]), day(row.cells[3]))
            for row in crm.select.stream(conn, query, crm.query_context(), paths)
        ]


def brought_in(crm: Workspace, **values: Any) -> str:
    given = {"name": "Deal", "engaged_on": ENGAGED, **values}
    return crm.run(CreateMany("opportunity", [given], history=True)).created[0]


def with_engaging(crm: Workspace) -> str:
    (pipeline,) = {crm.get("stage", id)["pipeline"] for id in stages(crm).values()}  # type: ignore[index]
    return made(crm, "stage", name="Engaging", pipeline=pipeline, outcome="open")


def test_what_is_brought_in_was_closed_on_its_day(crm: Workspace) -> None:
    brought_in(crm, stage=stages(crm)["Won"], closed_on=CLOSED)
    assert history(crm) == [(None, "Won", CLOSED, None)]


def test_it_was_engaged_where_the_pipeline_has_a_stage_for_that(crm: Workspace) -> None:
    with_engaging(crm)
    brought_in(crm, stage=stages(crm)["Lost"], closed_on=CLOSED)
    assert history(crm) == [
        (None, "Engaging", ENGAGED, CLOSED), ("Engaging", "Lost", CLOSED, None),
    ]  # fmt: skip
    crm.undo()
    assert history(crm) == []
    assert crm.check() == []


def test_an_open_one_is_in_its_stage_since_it_was_engaged(crm: Workspace) -> None:
    brought_in(crm, stage=with_engaging(crm))
    assert history(crm) == [(None, "Engaging", ENGAGED, None)]


def test_days_in_the_wrong_order_make_no_stage_before(crm: Workspace) -> None:
    with_engaging(crm)
    brought_in(crm, stage=stages(crm)["Won"], closed_on=CLOSED, engaged_on=date(2025, 6, 1))
    assert history(crm) == [(None, "Won", CLOSED, None)]


def test_what_somebody_makes_is_in_its_stage_from_now_on(crm: Workspace) -> None:
    made(crm, "opportunity", name="Deal", engaged_on=ENGAGED)
    assert history(crm) == [(None, "Prospecting", None, None)]


def test_a_later_file_says_when_it_was_closed(crm: Workspace) -> None:
    id = brought_in(crm, stage=with_engaging(crm))
    change = {"stage": stages(crm)["Won"], "closed_on": CLOSED}
    crm.run(UpdateMany("opportunity", {id: change}, history=True))
    assert history(crm) == [
        (None, "Engaging", ENGAGED, CLOSED), ("Engaging", "Won", CLOSED, None),
    ]  # fmt: skip


def test_no_stage_is_left_before_it_was_entered(crm: Workspace) -> None:
    id = brought_in(crm, stage=with_engaging(crm))
    change = {"stage": stages(crm)["Won"], "closed_on": date(2025, 1, 1)}
    crm.run(UpdateMany("opportunity", {id: change}, history=True))
    assert history(crm) == [
        (None, "Engaging", ENGAGED, None), ("Engaging", "Won", None, None),
    ]  # fmt: skip


def test_many_are_noted_at_once(crm: Workspace) -> None:
    rows = [{"name": f"Deal {n}", "engaged_on": ENGAGED} for n in range(300)]
    crm.run(CreateMany("opportunity", rows, history=True))
    assert history(crm) == [(None, "Prospecting", ENGAGED, None)] * 300
    assert crm.check() == []
    crm.undo()
    assert history(crm) == []


# ------------------------------------------------------------ customers


def kind(crm: Workspace, company: str) -> Any:
    values = crm.get("company", company)
    assert values is not None
    return values["kind"]


def test_a_prospect_that_buys_becomes_a_customer_in_the_same_step(crm: Workspace) -> None:
    company = made(crm, "company", name="Firm")
    deal = made(crm, "opportunity", name="Deal", company=company)
    assert kind(crm, company) == "prospect"
    needed = {"amount": Money(Decimal(9), "EUR"), "close_date": CLOSED}
    crm.run(Update("opportunity", deal, {"stage": stages(crm)["Won"], **needed}))
    assert kind(crm, company) == "customer"
    crm.undo()
    assert kind(crm, company) == "prospect"
    crm.redo()
    assert kind(crm, company) == "customer"
    assert crm.check() == []


def test_a_sale_makes_a_customer(crm: Workspace) -> None:
    company = made(crm, "company", name="Firm")
    made(crm, "sale", company=company, sold_on=CLOSED, amount=Money(Decimal(9), "EUR"))
    assert kind(crm, company) == "customer"


def test_a_won_deal_that_is_given_to_a_company_makes_it_a_customer(crm: Workspace) -> None:
    company = made(crm, "company", name="Firm")
    deal = made(crm, "opportunity", name="Deal", stage=stages(crm)["Won"])
    crm.run(Update("opportunity", deal, {"company": company}))
    assert kind(crm, company) == "customer"


@pytest.mark.parametrize("other", ["partner", "former", "competitor"])
def test_who_is_no_prospect_stays_what_it_is(crm: Workspace, other: str) -> None:
    company = made(crm, "company", name="Firm", kind=other)
    made(crm, "opportunity", name="Deal", company=company, stage=stages(crm)["Won"])
    assert kind(crm, company) == other


def test_a_lost_deal_makes_no_customer(crm: Workspace) -> None:
    company = made(crm, "company", name="Firm")
    made(crm, "opportunity", name="Deal", company=company, stage=stages(crm)["Lost"])
    assert kind(crm, company) == "prospect"


def test_what_a_step_says_of_a_company_stays(crm: Workspace) -> None:
    crm.run(Group("Import", [
        CreateMany("company", [{"id": "one", "name": "One", "kind": "prospect"}], history=True),
        Create("company", {"name": "Two"}, "two"),
        CreateMany("opportunity", [
            {"name": "A", "company": "one", "stage": stages(crm)["Won"]},
            {"name": "B", "company": "two", "stage": stages(crm)["Won"]},
        ], history=True),
    ]))  # fmt: skip
    assert (kind(crm, "one"), kind(crm, "two")) == ("prospect", "customer")
