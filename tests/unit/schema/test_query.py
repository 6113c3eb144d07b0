"""Queries as data: checking, paths, and their JSON form."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import Label
from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.fieldtypes import TextType
from crmdesk.schema.query import (
    ME,
    All,
    Condition,
    Either,
    Has,
    Not,
    Query,
    Sort,
    both,
    checked_where,
    default_sort,
    paths_of,
    related_query,
    resolve,
)
from crmdesk.schema.querydata import query_from_data, query_to_data
from crmdesk.schema.registry import Field
from crmdesk.schema.values import AnyRef, Instant, Money, Phone

REGISTRY = crm_registry()
ID = "01900000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("entity", "condition", "stored"),
    [
        ("company", Condition("name", "is", "A"), "A"),
        ("company", Condition("name", "in", ("A", "B")), ["A", "B"]),
        ("company", Condition("revenue", "gt", Money(Decimal("1.50"), "EUR")), [150, "EUR"]),
        ("company", Condition("phone", "is", Phone("1", "+491")), ["1", "+491"]),
        ("company", Condition("phone", "contains", "123"), "123"),
        ("company", Condition("owner", "is", ME), "me"),
        ("company", Condition("owner", "in", (ME, ID)), ["me", ID]),
        ("company", Condition("created_at", "within", "last_n_days:3"), "last_n_days:3"),
        ("company", Condition("created_at", "ge", date(2026, 1, 2)), "2026-01-02"),
        ("opportunity", Condition("probability", "between", (None, Decimal(50))), [None, 5000]),
        ("task", Condition("due", "lt", date(2026, 1, 2)), "2026-01-02"),
        ("task", Condition("due", "lt", Instant(datetime(2026, 1, 2, tzinfo=UTC), "Asia/Tokyo")),
         ["2026-01-02T00:00:00.000Z", "Asia/Tokyo"]),
        ("task", Condition("done", "is", False), 0),
        ("reminder", Condition("about", "is", AnyRef("task", ID)), [ID, "task"]),
    ],
)  # fmt: skip
def test_values_are_kept_in_their_stored_form(
    entity: str, condition: Condition, stored: Any
) -> None:
    query = Query(entity, condition)
    data = query_to_data(REGISTRY, query)

    assert data["where"]["value"] == stored
    assert query_from_data(REGISTRY, json.loads(json.dumps(data))) == query


def test_a_whole_query_comes_back() -> None:
    query = Query(
        "opportunity",
        All((
            Either((Condition("owner", "is", ME), Not(Condition("company.city", "empty")))),
            Has("contacts", Condition("role", "is", "blocker")),
            Has("tasks"),
        )),
        (Sort("stage"), Sort("company.name", True)),
        ("owner", "close_date:month"),
        "north",
    )  # fmt: skip

    data = json.loads(json.dumps(query_to_data(REGISTRY, query)))

    assert query_from_data(REGISTRY, data) == query
    assert data["sort"] == ["stage", "-company.name"]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"entity": "nothing"},
        {"entity": "company", "where": 3},
        {"entity": "company", "where": {"path": "name"}},
        {"entity": "company", "where": {"path": "gone", "op": "empty"}},
        {"entity": "company", "where": {"path": "name", "op": "gt", "value": "A"}},
        {"entity": "company", "where": {"path": "revenue", "op": "gt", "value": 5}},
        {"entity": "company", "where": {"path": "revenue", "op": "gt", "value": ["x", "EUR"]}},
        {"entity": "company", "where": {"path": "employees", "op": "between", "value": [1]}},
        {"entity": "company", "where": {"path": "employees", "op": "in", "value": 7}},
        {"entity": "company", "where": {"path": "created_at", "op": "ge", "value": "2026-13-01"}},
        {"entity": "company", "where": {"path": "created_at", "op": "within", "value": "soon"}},
        {"entity": "company", "where": {"has": "gone"}},
        {"entity": "company", "where": {"all": [{"not": None}]}},
        {"entity": "company", "sort": ["-gone"]},
        {"entity": "company", "sort": "name"},
        {"entity": "company", "group": ["gone:month"]},
        {"entity": "company", "search": 5},
    ],
)
def test_data_that_is_no_query_is_refused(data: Any) -> None:
    with pytest.raises(KnownError):
        query_from_data(REGISTRY, data)


def test_a_removed_custom_field_is_told_by_name() -> None:
    field = Field("x_size", TextType(), Label("Size", "大小"))
    with_field = REGISTRY.with_custom([("company", field)])
    data = query_to_data(with_field, Query("company", Condition("x_size", "is", "L")))

    assert query_from_data(with_field, data).where == Condition("x_size", "is", "L")
    with pytest.raises(KnownError, match="x_size"):
        query_from_data(REGISTRY, data)


def test_operands_are_checked_and_put_in_their_normal_form() -> None:
    where = All((
        Condition("name", "contains", "Mu\u0308n "),
        Condition("created_at", "within", "This Week"),
        Condition("employees", "in", (1, None)),
    ))  # fmt: skip

    assert checked_where(REGISTRY, "company", where) == All((
        Condition("name", "contains", "Mün "),
        Condition("created_at", "within", "this_week"),
        Condition("employees", "in", (1,)),
    ))  # fmt: skip
    with pytest.raises(KnownError, match="no field"):
        checked_where(REGISTRY, "company", Has("contacts", Condition("gone", "empty")))
    with pytest.raises(KnownError, match="gone"):
        checked_where(REGISTRY, "company", Has("gone"))


def test_paths_lead_through_references_to_fields_and_ids() -> None:
    path = resolve(REGISTRY, "opportunity", "company.parent.city")
    assert [step.name for step in path.steps] == ["company", "parent"]
    assert resolve(REGISTRY, "opportunity", "company.id").field.target == "company"
    assert resolve(REGISTRY, "contact", "role", "opportunity_contact").entity == (
        "opportunity_contact"
    )
    assert resolve(REGISTRY, "contact", "name", "opportunity_contact").entity == "contact"
    for wrong in ("name.id", "gone", "company.gone", "gone.id"):
        with pytest.raises(BugError):
            resolve(REGISTRY, "opportunity", wrong)


def test_a_face_shows_what_points_at_the_record() -> None:
    relation = REGISTRY.relation("company", "tasks")

    query = related_query(REGISTRY, relation, ID)

    assert query == Query("task", Condition("company", "is", ID), (Sort("done"), Sort("due")))
    with pytest.raises(BugError):
        related_query(REGISTRY, REGISTRY.relation("company", "owner"), ID)


def test_small_words() -> None:
    one, two = Condition("name", "empty"), Condition("city", "empty")
    assert both(None, None) is None
    assert both(one, None) == one
    assert both(None, two) == two
    assert both(one, two) == All((one, two))
    assert default_sort(REGISTRY.entity("opportunity")) == (Sort("created_at", True),)
    assert list(paths_of(All((one, Not(two), Has("tasks", one))))) == ["name", "city", "tasks"]
