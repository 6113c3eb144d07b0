"""What selected cells come to: by rows or for a whole list, and amounts by their currency."""

from __future__ import annotations

from array import array
from datetime import date
from decimal import Decimal

import pytest

from crmdesk.gui.adding import come_to
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.summing import Selected
from crmdesk.ops.changes import CreateMany
from crmdesk.schema.query import Query, Sort
from crmdesk.schema.values import Money

DEALS = Query("opportunity", sort=(Sort("name"),))


@pytest.fixture
def rowids(bridge: Bridge) -> dict[str, int]:
    """Four deals in two currencies beside those of the small store, by name."""
    rows = [
        {"name": "A", "amount": Money(Decimal(100), "EUR"), "probability": Decimal(20)},
        {"name": "B", "amount": Money(Decimal(300), "EUR"), "probability": Decimal(45)},
        {"name": "C", "amount": Money(Decimal(50), "CNY"), "close_date": date(2026, 3, 1)},
        {"name": "D", "close_date": date(2026, 1, 9)},
    ]
    bridge.workspace.run(CreateMany("opportunity", rows))
    select = bridge.workspace.select
    with bridge.workspace.reader() as conn:
        ids = select.ids(conn, DEALS, bridge.query_context())
        return {row.cells[0]: row.rowid for row in select.rows(conn, "opportunity", ids, ["name"])}


def told(bridge: Bridge, *blocks: Selected, query: Query = DEALS) -> list[str]:
    with bridge.workspace.reader() as conn:
        words = come_to(bridge, conn, query, blocks)
    return [one.replace("\u00a0", " ") for one in words]


def of(rowids: dict[str, int], names: str, *paths: str) -> Selected:
    found = array("q", (rowids[name] for name in names))
    return Selected(len(found), found, paths)


def test_numbers_of_one_kind(bridge: Bridge, rowids: dict[str, int]) -> None:
    assert told(bridge, of(rowids, "AB", "amount")) == [
        "Sum € 400", "Average € 200", "Smallest € 100", "Largest € 300",
    ]  # fmt: skip


def test_amounts_are_told_by_currency(bridge: Bridge, rowids: dict[str, int]) -> None:
    words = told(bridge, of(rowids, "ABCD", "amount"))
    assert words[0] == "Filled 3"
    assert words[1] == "Sum CN¥ 50 + € 400"
    assert words[2] == "Average CN¥ 50, € 200"


def test_blocks_of_other_columns_are_added_together(bridge: Bridge, rowids: dict[str, int]) -> None:
    words = told(bridge, of(rowids, "A", "amount"), of(rowids, "BC", "name", "amount"))
    assert words[0] == "Sum € 400 + CN¥ 50"
    everything = told(bridge, Selected(len(rowids), None, ("amount",)))
    assert everything[1].startswith("Sum CN¥ 577,550 + € 400")
    narrow = Query("opportunity", search="Dosing")
    assert told(bridge, Selected(1, None, ("amount",)), query=narrow) == ["Filled 0"]


def test_days_have_a_first_and_a_last(bridge: Bridge, rowids: dict[str, int]) -> None:
    assert told(bridge, of(rowids, "CD", "close_date")) == [
        "Smallest 9 Jan 2026", "Largest 1 Mar 2026",
    ]  # fmt: skip
    # Beside numbers they only count.
    both = told(bridge, of(rowids, "CD", "close_date", "amount"))
    assert both[:2] == ["Filled 3", "Sum CN¥ 50"]
    assert both[-1] == "Largest CN¥ 50"


def test_texts_are_only_counted(bridge: Bridge, rowids: dict[str, int]) -> None:
    assert told(bridge, of(rowids, "ABCD", "name")) == []
    assert told(bridge, of(rowids, "ABCD", "name", "next_step")) == ["Filled 4"]
    assert told(bridge, of(rowids, "AB", "company.name")) == ["Filled 0"]
