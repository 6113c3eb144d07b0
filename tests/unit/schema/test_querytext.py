"""Filters as people type them, and the place in the text of what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.filtertokens import FilterRefused
from crmdesk.schema.query import ME, All, Condition, Either, Has, Not, Sort, Where
from crmdesk.schema.querytext import sort_from_text, where_from_text
from crmdesk.schema.querywriting import sort_to_text, where_to_text
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Money

REGISTRY = crm_registry()
WON = "01900000-0000-7000-8000-000000000001"
CONTEXT = TextContext(
    now=datetime(2026, 11, 22, 9, tzinfo=UTC),
    choices=lambda name: REGISTRY.choice_lists[name].items,
    find=lambda entity, text: [WON] if text == "Won" else [],
)


def read(text: str, entity: str = "opportunity") -> Where | None:
    return where_from_text(REGISTRY, entity, text, CONTEXT)


def usd(amount: int) -> Money:
    return Money(Decimal(amount), "USD")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", None),
        ("   ", None),
        ("all", All(())),
        (
            'stage = Won and close_date within this_quarter and not (company.city contains "Ham")',
            All((
                Condition("stage", "is", WON),
                Condition("close_date", "within", "this_quarter"),
                Not(Condition("company.city", "contains", "Ham")),
            )),
        ),
        ("amount > 5,000", Condition("amount", "gt", usd(5000))),
        ("amount>=5000", Condition("amount", "ge", usd(5000))),
        ("amount ≤ 5000", Condition("amount", "le", usd(5000))),
        ("amount between 1 and 5 and name = x", All((
            Condition("amount", "between", (usd(1), usd(5))), Condition("name", "is", "x"),
        ))),
        ("owner is me", Condition("owner", "is", ME)),
        ("OWNER IS NOT ME", Condition("owner", "is_not", ME)),
        ("status in (won, Lost)", Condition("status", "in", ("won", "lost"))),
        ("status not in (won)", Condition("status", "not_in", ("won",))),
        ('name in ("a, b", c d)', Condition("name", "in", ("a, b", "c d"))),
        ("name = Closed Deal", Condition("name", "is", "Closed Deal")),
        ("name = O'Brien & Co", Condition("name", "is", "O'Brien & Co")),
        (r'name = "say \"and\" \\"', Condition("name", "is", 'say "and" \\')),
        ("name = “北京”", Condition("name", "is", "北京")),
        ("name = 'and'", Condition("name", "is", "and")),
        ("name starts with Ge", Condition("name", "starts", "Ge")),
        ("name ends with GmbH", Condition("name", "ends", "GmbH")),
        ("name does not contain x", Condition("name", "not_contains", "x")),
        ("name not contains x", Condition("name", "not_contains", "x")),
        ("next_step is empty", Condition("next_step", "empty")),
        ("next_step is not empty", Condition("next_step", "not_empty")),
        ("close_date is overdue", Condition("close_date", "within", "overdue")),
        ("close_date = last 30 days", Condition("close_date", "within", "last_n_days:30")),
        ("close_date within next 7 days", Condition("close_date", "within", "next_n_days:7")),
        ("close_date before 2026-12-01", Condition("close_date", "lt", date(2026, 12, 1))),
        ("close_date after tomorrow", Condition("close_date", "gt", date(2026, 11, 23))),
        ("created_at >= 2026-11-01", Condition("created_at", "ge", date(2026, 11, 1))),
        ("probability >= 50 %", Condition("probability", "ge", Decimal(50))),
        ("tasks has (done = no)", Has("tasks", Condition("done", "is", False))),
        ("contacts has any", Has("contacts")),
        ("contacts has (role = blocker)", Has("contacts", Condition("role", "is", "blocker"))),
        ("not not name = x", Not(Not(Condition("name", "is", "x")))),
        ("name = a or name = b and name = c", Either((
            Condition("name", "is", "a"),
            All((Condition("name", "is", "b"), Condition("name", "is", "c"))),
        ))),
        ("(name = a or name = b) and name = c", All((
            Either((Condition("name", "is", "a"), Condition("name", "is", "b"))),
            Condition("name", "is", "c"),
        ))),
    ],
)  # fmt: skip
def test_filters(text: str, where: Where | None) -> None:
    assert read(text) == where
    if where is not None:
        assert read(where_to_text(REGISTRY, "opportunity", where, CONTEXT)) == where


@pytest.mark.parametrize(
    ("text", "position", "why"),
    [
        ("amount >", 8, "value"),
        ("amount", 6, "operator"),
        ("amount 5", 7, "operator"),
        ("amount > abc", 9, "not a number"),
        ("colour = red", 0, "no field"),
        ("name = x and", 12, "name of a field"),
        ("name = x and colour = red", 13, "no field"),
        ("(name = x", 9, "“\\)”"),
        ("name = x)", 8, "“and”"),
        ('name = "x', 7, "quote"),
        ("name = (x)", 7, "value"),
        ("name > x", 5, "gt"),
        ("status = lots", 9, "not one of"),
        ("status in won", 10, "brackets"),
        ("status in (won lost", 11, "not one of"),
        ("status in (won", 14, "“,”"),
        ("close_date within some day", 11, "period"),
        ("amount between 1", 16, "and"),
        ("stage = Lost", 8, "no record"),
        ("gone has any", 0, "relation"),
        ("tasks has done", 10, "brackets"),
        ('"name" = x', 0, "field"),
        ("name = ''", 7, "value"),
        ("company.city.x = 1", 0, "no field"),
        ("not " * 60 + "name = x", 204, "brackets"),
        ("name = " + "x" * 20_000, 20_000, "long"),
    ],
)
def test_what_is_refused_and_where(text: str, position: int, why: str) -> None:
    with pytest.raises(FilterRefused, match=why) as refused:
        read(text)

    assert refused.value.position == position
    assert f"(at character {position + 1})" in str(refused.value)


def test_orders() -> None:
    assert sort_from_text(REGISTRY, "opportunity", " -amount, company.name,stage desc ") == (
        Sort("amount", True), Sort("company.name"), Sort("stage", True),
    )  # fmt: skip
    assert sort_from_text(REGISTRY, "opportunity", "") == ()
    sort = (Sort("amount", True), Sort("name"))
    assert sort_from_text(REGISTRY, "opportunity", sort_to_text(sort)) == sort
    with pytest.raises(FilterRefused, match="colour"):
        sort_from_text(REGISTRY, "opportunity", "amount, colour")
    with pytest.raises(FilterRefused, match="no order"):
        sort_from_text(REGISTRY, "opportunity", "amount upwards")
