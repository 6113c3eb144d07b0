"""A record made like another one: fields and parts, in one step."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from crmdesk.ops.changes import CommandRefused, Link
from crmdesk.ops.copying import duplicate
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import Condition, Query
from crmdesk.schema.values import Money
from tests.unit.ops.workspaces import everything, fresh, made


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Workspace]:
    with fresh(tmp_path) as workspace:
        yield workspace


def held(crm: Workspace, entity: str, field: str, id: str) -> list[str]:
    with crm.reader() as conn:
        query = Query(entity, Condition(field, "is", id))
        rowids = crm.select.ids(conn, query, crm.query_context())
        return list(crm.select.record_ids(conn, entity, list(rowids)).values())


def test_a_deal_is_duplicated_with_its_people_and_without_its_tasks(crm: Workspace) -> None:
    firm = made(crm, "company", name="Kestrel")
    person = made(crm, "contact", name="Li Wei", company=firm)
    amount = Money(Decimal(9), "EUR")
    deal = made(crm, "opportunity", name="Pumps", company=firm, amount=amount)
    crm.run(Link("opportunity", deal, "contacts", person, {"role": "influencer"}))
    made(crm, "task", subject="Call", opportunity=deal)
    before = everything(crm)
    command, new = duplicate(crm, "opportunity", deal)
    crm.run(command)
    copy, first = crm.get("opportunity", new), crm.get("opportunity", deal)
    assert copy is not None
    assert first is not None
    assert (copy["name"], copy["company"], copy["amount"]) == ("Pumps (copy)", firm, amount)
    assert first["name"] == "Pumps"
    (tie,) = held(crm, "opportunity_contact", "opportunity", new)
    linked = crm.get("opportunity_contact", tie)
    assert linked is not None
    assert (linked["contact"], linked["role"]) == (person, "influencer")
    assert held(crm, "task", "opportunity", new) == []
    # Its way through the stages is its own.
    assert len(held(crm, "stage_history", "opportunity", new)) == 1
    assert crm.undo().label == "Undo Duplicate opportunity"
    after = everything(crm)
    assert crm.get("opportunity", new) is None
    assert {k: v for k, v in after.items() if k in crm.registry.entities} == {
        k: v for k, v in before.items() if k in crm.registry.entities
    }


def test_the_lines_of_a_quote_come_along(crm: Workspace) -> None:
    quote = made(crm, "quote", name="Pumps")
    for count in (2, 5):
        made(crm, "quote_line", quote=quote, name=f"line {count}", quantity=Decimal(count))
    command, new = duplicate(crm, "quote", quote)
    crm.run(command)
    lines = [crm.get("quote_line", one) for one in held(crm, "quote_line", "quote", new)]
    assert sorted(one["name"] for one in lines if one is not None) == ["line 2", "line 5"]
    assert len(held(crm, "quote_line", "quote", quote)) == 2


def test_what_is_gone_is_not_duplicated(crm: Workspace) -> None:
    with pytest.raises(CommandRefused):
        duplicate(crm, "company", "01a2")
