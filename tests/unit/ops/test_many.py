"""Many records at once: the same log, index and undo as of one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crmdesk.ops.changes import Command, CreateMany, Delete, Group, Load, Update
from crmdesk.ops.work import BULK
from crmdesk.ops.workspace import Workspace
from crmdesk.store import bulk
from tests.unit.ops.workspaces import everything, fresh

MANY = BULK + 50


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Workspace]:
    with fresh(tmp_path) as workspace:
        yield workspace


def firms(count: int = MANY) -> CreateMany:
    return CreateMany("company", [{"id": f"f{n:04d}", "name": f"Firm {n}"} for n in range(count)])


def found(crm: Workspace, text: str) -> list[str]:
    return [hit.id for hit in crm.search(text)]


def test_they_are_found_and_taken_back_as_one_step(crm: Workspace) -> None:
    crm.run(firms())
    assert found(crm, "firm 249") == ["f0249"]
    assert crm.check() == []
    crm.undo()
    assert found(crm, "firm 249") == []
    assert crm.check() == []
    crm.redo()
    assert found(crm, "firm 249") == ["f0249"]
    assert crm.check() == []


@pytest.mark.parametrize(
    "after",
    [
        Update("company", "f0003", {"name": "Renamed"}),
        Delete("company", ["f0003"]),
        Group("", [Delete("company", ["f0003"]),
                   CreateMany("company", [{"id": "f0003", "name": "Renamed"}])]),
    ],
)  # fmt: skip
def test_what_happens_to_them_in_the_same_step_counts(crm: Workspace, after: Command) -> None:
    crm.run(Group("Step", [firms(), after]))
    assert "f0003" not in found(crm, "firm 3")
    assert found(crm, "renamed") == ([] if isinstance(after, Delete) else ["f0003"])
    assert crm.check() == []
    crm.undo()
    assert crm.check() == []


def test_ids_that_were_there_before_are_found_once(crm: Workspace) -> None:
    crm.run(firms())
    crm.run(Delete("company", [f"f{n:04d}" for n in range(MANY)]))
    crm.run(firms())
    assert found(crm, "firm 249") == ["f0249"]
    crm.run(Group("Again", [Delete("company", [f"f{n:04d}" for n in range(MANY)]), firms()]))
    assert found(crm, "firm 249") == ["f0249"]
    assert crm.check() == []


def test_a_failure_leaves_everything_as_it_was(
    crm: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LARGE", 100)
    before = everything(crm)
    with pytest.raises(Exception, match=r"NOT NULL|needed"):
        crm.run(Group("Step", [firms(), CreateMany("company", [{"name": None}])]))
    assert everything(crm) == before
    assert crm.check() == []


def test_cells_that_are_loaded_are_logged_indexed_and_taken_back(crm: Workspace) -> None:
    columns = ("id", "created_at", "created_by", "updated_at", "name")
    stamp = "2026-01-02T03:04:05.000Z"
    rows: list[list[Any]] = [
        [f"n{n:04d}", stamp, crm.user, stamp, f"Loaded {n}"] for n in range(MANY)
    ]
    outcome = crm.run(Load("company", columns, rows))
    assert outcome.created == tuple(row[0] for row in rows)
    values = crm.get("company", "n0007")
    assert values is not None
    assert values["name"] == "Loaded 7"
    # What is not given is what the table says.
    assert values["kind"] == "prospect"
    assert found(crm, "loaded 249") == ["n0249"]
    assert crm.check() == []
    crm.undo()
    assert crm.get("company", "n0007") is None
    assert crm.check() == []
