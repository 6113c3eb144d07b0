"""Custom fields that must be given: asked for in new records, kept in old ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.ops.changes import CommandRefused, Create, Update
from crmdesk.ops.workspace import Workspace
from tests.unit.ops.workspaces import fresh


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Workspace]:
    """A store with a firm, and since then a field that every firm must have."""
    crm = fresh(tmp_path)
    crm.run(Create("company", {"name": "Before"}))
    crm.run(
        Create("custom_field", {
            "entity": "company", "label": "Region code", "kind": "text", "required": True,
            "name": "x_region_code",
        })
    )  # fmt: skip
    yield crm
    crm.close()


def test_a_new_record_must_have_what_a_custom_field_asks_for(asking: Workspace) -> None:
    with pytest.raises(CommandRefused) as refused:
        asking.run(Create("company", {"name": "New"}))
    assert list(refused.value.problems.values()) == [{"x_region_code": "Region code is needed."}]
    (made,) = asking.run(Create("company", {"name": "New", "x_region_code": "N1"})).created
    found = asking.get("company", made)
    assert found is not None
    assert found["x_region_code"] == "N1"


def test_it_cannot_be_taken_out_again_but_old_records_may_lack_it(asking: Workspace) -> None:
    (made,) = asking.run(Create("company", {"name": "New", "x_region_code": "N1"})).created
    with pytest.raises(CommandRefused):
        asking.run(Update("company", made, {"x_region_code": None}))
    asking.run(Update("company", made, {"x_region_code": "N2"}))
    old = next(hit.id for hit in asking.search("Before") if hit.entity == "company")
    asking.run(Update("company", old, {"city": "Hull"}))
    found = asking.get("company", old)
    assert found is not None
    assert (found["city"], found["x_region_code"]) == ("Hull", None)


def test_it_follows_the_field(asking: Workspace) -> None:
    field = asking.registry.entity("company").field("x_region_code")
    assert field.needed
    assert not field.required
    asking.undo()
    asking.run(Create("company", {"name": "New"}))
