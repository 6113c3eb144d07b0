"""Facts that follow from others: stages, tasks, names, ways to reach somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmdesk.ops.changes import BulkUpdate, CreateMany, GateRefused, Update, UpdateMany
from crmdesk.ops.derived import composed_name, normalised
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm import facts
from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.query import Query, Sort
from crmdesk.schema.values import Money
from tests.unit.ops.workspaces import fresh, made, stages


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Workspace]:
    with fresh(tmp_path) as workspace:
        yield workspace


def deal(crm: Workspace, id: str) -> dict[str, Any]:
    values = crm.get("opportunity", id)
    assert values is not None
    return values


def test_every_name_of_a_derived_fact_is_declared() -> None:
    registry = crm_registry()
    for holder in (
        facts.Opportunities, facts.Pipelines, facts.Stages, facts.StageHistory, facts.Tasks,
        facts.Contacts, facts.ContactPoints, facts.Users,
    ):  # fmt: skip
        names = {key: value for key, value in vars(holder).items() if key.isupper()}
        entity = registry.entity(names.pop("ENTITY"))
        keys = {item.key for one in registry.choice_lists.values() for item in one.items}
        assert {value for value in names.values() if value not in keys} <= set(entity.by_name)


def test_a_new_opportunity_begins_at_the_first_stage(crm: Workspace) -> None:
    values = deal(crm, made(crm, "opportunity", name="Deal"))
    assert values["stage"] == stages(crm)["Prospecting"]
    assert values["pipeline"] is not None
    assert (values["status"], values["probability"]) == ("open", Decimal(10))
    assert (values["forecast_category"], values["closed_on"]) == ("pipeline", None)


def test_a_stage_says_status_probability_and_category(crm: Workspace) -> None:
    id, stage = (
        made(
            crm,
            "opportunity",
            name="Deal",
            amount=Money(Decimal(9), "EUR"),
            close_date=date(2026, 12, 1),
        ),
        stages(crm),
    )
    crm.run(Update("opportunity", id, {"stage": stage["Won"]}))
    won = deal(crm, id)
    assert (won["status"], won["probability"], won["forecast_category"]) == (
        "won", Decimal(100), "closed",
    )  # fmt: skip
    assert won["closed_on"] is not None
    crm.run(Update("opportunity", id, {"stage": stage["Proposal"]}))
    again = deal(crm, id)
    assert (again["status"], again["closed_on"]) == ("open", None)
    assert again["forecast_category"] == "best_case"


def test_an_own_probability_and_category_stay(crm: Workspace) -> None:
    id, stage = made(crm, "opportunity", name="Deal"), stages(crm)
    crm.run(Update("opportunity", id, {"probability": Decimal(33), "forecast_category": "commit"}))
    crm.run(Update("opportunity", id, {"stage": stage["Qualified"]}))
    values = deal(crm, id)
    assert (values["probability"], values["probability_overridden"]) == (Decimal(33), True)
    assert values["forecast_category"] == "commit"
    crm.run(Update("opportunity", id, {"probability": None}))
    values = deal(crm, id)
    assert (values["probability"], values["probability_overridden"]) == (Decimal(25), False)


def test_the_history_of_stages(crm: Workspace) -> None:
    id, stage = made(crm, "opportunity", name="Deal", amount=Money(Decimal(9), "EUR")), stages(crm)
    for name in ("Qualified", "Qualified", "Won"):
        crm.run(Update("opportunity", id, {"stage": stage[name]}))
    with crm.reader() as conn:
        found = crm.select.ids(
            conn, Query("stage_history", sort=(Sort("created_at"),)), crm.query_context()
        )
        rows = crm.select.rows(
            conn, "stage_history", found, ("previous.name", "stage.name", "left_at")
        )
    told = sorted((before or "", now, left is None) for before, now, left in
                  (one.cells for one in rows))  # fmt: skip
    assert told == [
        ("", "Prospecting", False), ("Prospecting", "Qualified", False), ("Qualified", "Won", True),
    ]  # fmt: skip


def test_another_pipeline_begins_at_its_first_stage(crm: Workspace) -> None:
    id = made(crm, "opportunity", name="Deal")
    pipeline = made(crm, "pipeline", name="Partners")
    first = made(crm, "stage", name="First", pipeline=pipeline, probability=Decimal(5))
    crm.run(Update("opportunity", id, {"pipeline": pipeline}))
    assert deal(crm, id)["stage"] == first
    assert deal(crm, id)["probability"] == Decimal(5)


def test_a_task_is_done_by_tick_or_status(crm: Workspace) -> None:
    ids = crm.run(
        CreateMany("task", [{"subject": "a"}, {"subject": "b", "done": True},
                            {"subject": "c", "status": "done"}])
    ).created  # fmt: skip
    told = [
        (one["done"], one["status"], one["done_at"] is not None)
        for one in (crm.get("task", id) or {} for id in ids)
    ]
    assert told == [(False, "open", False), (True, "done", True), (True, "done", True)]
    changes = {
        ids[0]: {"status": "done"}, ids[1]: {"done": False}, ids[2]: {"status": "waiting"}
    }  # fmt: skip
    crm.run(UpdateMany("task", changes))
    told = [
        (one["done"], one["status"], one["done_at"] is not None)
        for one in (crm.get("task", id) or {} for id in ids)
    ]
    assert told == [(True, "done", True), (False, "open", False), (False, "waiting", False)]


@pytest.mark.parametrize(
    ("family", "given", "name"),
    [("王", "小明", "王小明"), ("Miller", "Ann", "Ann Miller"), (None, "Ann", "Ann"),
     ("김", "민준", "김민준"), (None, None, None)],
)  # fmt: skip
def test_full_names(family: str | None, given: str | None, name: str | None) -> None:
    assert composed_name(family, given) == name


def test_a_name_follows_its_parts_unless_it_is_another(crm: Workspace) -> None:
    id = made(crm, "contact", family_name="Miller", given_name="Ann")
    crm.run(Update("contact", id, {"family_name": "Smith"}))
    assert (crm.get("contact", id) or {})["name"] == "Ann Smith"
    crm.run(Update("contact", id, {"name": "Annie"}))
    crm.run(Update("contact", id, {"family_name": "Jones"}))
    assert (crm.get("contact", id) or {})["name"] == "Annie"


@pytest.mark.parametrize(
    ("kind", "value", "form"),
    [("email", "Ann@ACME.com", "ann@acme.com"), ("phone", "+49 (89) 1234567", "+49891234567"),
     ("phone", "089 1234567", "0891234567"), ("web", "https://www.Acme.com/", "acme.com"),
     ("address", "Hauptstraße  1", "hauptstrasse 1"), ("web", None, None)],
)  # fmt: skip
def test_ways_to_reach_somebody_are_compared(kind: str, value: str | None, form: str) -> None:
    assert normalised(kind, value) == form


def test_a_contact_point_keeps_its_form(crm: Workspace) -> None:
    id = made(crm, "contact_point", kind="email", value="Ann@ACME.com")
    assert (crm.get("contact_point", id) or {})["normalised"] == "ann@acme.com"
    crm.run(Update("contact_point", id, {"value": "Bob@acme.com"}))
    assert (crm.get("contact_point", id) or {})["normalised"] == "bob@acme.com"


def test_a_stage_is_entered_with_what_it_needs(crm: Workspace) -> None:
    id, stage = made(crm, "opportunity", name="Deal"), stages(crm)
    before = crm.get("opportunity", id)
    with pytest.raises(GateRefused) as refused:
        crm.run(Update("opportunity", id, {"stage": stage["Proposal"], "next_step": "Call"}))
    assert refused.value.missing == {id: ("amount", "close_date")}
    assert refused.value.changes == {id: {"stage": stage["Proposal"], "next_step": "Call"}}
    assert set(refused.value.problems["opportunity", id]) == {"amount", "close_date"}
    assert crm.get("opportunity", id) == before
    given = {"amount": Money(Decimal(9), "EUR"), "close_date": date(2026, 12, 1)}
    crm.run(Update("opportunity", id, {"stage": stage["Proposal"], **given}))
    with pytest.raises(GateRefused, match="Close date is needed"):
        crm.run(Update("opportunity", id, {"stage": stage["Verbal"], "close_date": None}))
    # It stands there already: what it lacks now is no matter of entering.
    crm.run(Update("opportunity", id, {"stage": stage["Proposal"], "close_date": None}))
    crm.run(Update("opportunity", id, {"stage": stage["Qualified"]}))


def test_many_records_enter_a_stage_together_or_not_at_all(crm: Workspace) -> None:
    stage = stages(crm)
    ready = made(crm, "opportunity", name="Ready", lost_reason="price")
    other = made(crm, "opportunity", name="Other")
    with pytest.raises(GateRefused) as refused:
        crm.run(BulkUpdate("opportunity", (ready, other), {"stage": stage["Lost"]}))
    assert refused.value.missing == {other: ("lost_reason",)}
    assert set(refused.value.changes) == {ready, other}
    assert {deal(crm, id)["status"] for id in (ready, other)} == {"open"}


def test_what_a_stage_needs_is_data(crm: Workspace) -> None:
    id, stage = made(crm, "opportunity", name="Deal"), stages(crm)
    crm.run(Update("stage", stage["Qualified"], {"required_fields": ("company",)}))
    with pytest.raises(GateRefused) as refused:
        crm.run(Update("opportunity", id, {"stage": stage["Qualified"]}))
    assert refused.value.missing == {id: ("company",)}
    crm.run(Update("stage", stage["Qualified"], {"required_fields": None}))
    crm.run(Update("opportunity", id, {"stage": stage["Qualified"]}))


def test_what_is_brought_in_enters_any_stage(crm: Workspace) -> None:
    id, stage = made(crm, "opportunity", name="Deal"), stages(crm)
    crm.run(UpdateMany("opportunity", {id: {"stage": stage["Lost"]}}, history=True))
    assert deal(crm, id)["status"] == "lost"
