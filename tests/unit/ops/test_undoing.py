"""Undo and redo: what is taken back, what refuses and says why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.ops.changes import Create, Delete, Link, UndoRefused, Update
from crmdesk.ops.workspace import Workspace
from crmdesk.store import rows
from crmdesk.store.driver import raw_of
from tests.unit.ops.workspaces import fresh, made, outside, stages


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Workspace]:
    with fresh(tmp_path) as workspace:
        yield workspace


def value(crm: Workspace, entity: str, id: str, field: str) -> object:
    values = crm.get(entity, id)
    return None if values is None else values[field]


def test_to_any_depth_and_back(crm: Workspace) -> None:
    company = made(crm, "company", name="0")
    for number in range(1, 6):
        crm.run(Update("company", company, {"name": str(number)}))
    for number in range(4, -1, -1):
        crm.undo()
        assert value(crm, "company", company, "name") == str(number)
    crm.undo()
    assert crm.get("company", company) is None
    with pytest.raises(UndoRefused, match="nothing to undo"):
        crm.undo()
    for number in range(6):
        crm.redo()
        assert value(crm, "company", company, "name") == str(number)
    with pytest.raises(UndoRefused, match="nothing to redo"):
        crm.redo()


def test_a_new_command_ends_redo(crm: Workspace) -> None:
    company = made(crm, "company", name="a")
    crm.run(Update("company", company, {"name": "b"}))
    crm.undo()
    assert crm.redo_label == "Change Name"
    crm.run(Update("company", company, {"city": "Bonn"}))
    assert crm.redo_label is None
    assert [(one.label, one.state) for one in crm.undo_steps()] == [
        ("Change City", "done"),
        ("New company", "done"),
    ]


def test_undo_is_heard_of(crm: Workspace) -> None:
    company = made(crm, "company", name="a")
    heard = []
    crm.subscribe(heard.append)
    outcome = crm.undo()
    assert outcome.label == "Undo New company"
    assert [(one.origin, one.label) for one in heard] == [("own", "Undo New company")]
    assert [(one.id, one.op) for one in heard[0].changes] == [(company, "D")]


def test_a_value_changed_since_is_named(crm: Workspace) -> None:
    company = made(crm, "company", name="Acme", city="Berlin")
    crm.run(Update("company", company, {"city": "Bonn"}))
    # By something that left no step: the log alone knows of it.
    outside(
        crm,
        "UPDATE capture_state SET txn = 'elsewhere'",
        f"UPDATE company SET city = 'Hamburg' WHERE id = '{company}'",
        "UPDATE capture_state SET txn = NULL",
    )
    with pytest.raises(UndoRefused, match=r"City of Company “Acme”.*“Hamburg”") as refused:
        crm.undo()
    assert (refused.value.field, refused.value.value) == ("city", "Hamburg")
    assert value(crm, "company", company, "city") == "Hamburg"
    assert crm.undo_label == "Change City"


def test_a_record_that_others_refer_to_stays(crm: Workspace) -> None:
    company = made(crm, "company", name="Acme")
    contact = made(crm, "contact", name="Ann")
    crm.undo()
    outside(
        crm,
        "UPDATE capture_state SET txn = 'elsewhere'",
        "INSERT INTO contact (id, name, company, created_at, updated_at)"
        f" VALUES ('c', 'Bob', '{company}', '2026-01-01', '2026-01-01')",
        "UPDATE capture_state SET txn = NULL",
    )
    with pytest.raises(UndoRefused, match="Contact “Bob” refers to Company “Acme”"):
        crm.undo()
    assert crm.get("company", company) is not None
    assert crm.get("contact", contact) is None


def test_a_reference_to_what_is_gone_is_not_brought_back(crm: Workspace) -> None:
    company = made(crm, "company", name="Acme")
    contact = made(crm, "contact", name="Ann", company=company)
    crm.run(Delete("contact", [contact]))
    outside(
        crm,
        "PRAGMA foreign_keys = ON",
        "UPDATE capture_state SET txn = 'elsewhere'",
        f"DELETE FROM company WHERE id = '{company}'",
        "UPDATE capture_state SET txn = NULL",
    )
    with pytest.raises(UndoRefused, match="belongs to company"):
        crm.undo()
    assert crm.get("contact", contact) is None


def test_a_delete_with_all_that_went_along_comes_back(crm: Workspace) -> None:
    company = made(crm, "company", name="Acme")
    contact = made(crm, "contact", name="Ann", company=company)
    crm.run(Link("company", company, "people", contact))
    crm.run(Delete("company", [company]))
    crm.undo()
    assert value(crm, "contact", contact, "company") == company
    with crm.reader() as conn:
        assert rows.count(raw_of(conn), "affiliation") == 1
    crm.redo()
    assert crm.get("company", company) is None
    assert value(crm, "contact", contact, "company") is None


def test_what_follows_from_a_stage_is_taken_back_too(crm: Workspace) -> None:
    deal = made(crm, "opportunity", name="Deal")
    before = crm.get("opportunity", deal)
    crm.run(Update("opportunity", deal, {"stage": stages(crm)["Lost"], "lost_reason": "price"}))
    crm.undo()
    assert crm.get("opportunity", deal) == before
    with crm.reader() as conn:
        assert rows.count(raw_of(conn), "stage_history") == 1


def test_histories(crm: Workspace) -> None:
    company = made(crm, "company", name="Acme", city="Berlin")
    crm.run(Update("company", company, {"city": "Bonn"}))
    outside(crm, f"UPDATE company SET city = NULL WHERE id = '{company}'")
    crm.run(Delete("company", [company]))
    entries = crm.history("company", company)
    assert [(one.op, one.actor == crm.user) for one in entries] == [
        ("D", True), ("U", False), ("U", True), ("I", True),
    ]  # fmt: skip
    cities = crm.field_history("company", company, "city")
    assert [(one.fields[0].before, one.fields[0].after) for one in cities] == [
        ("Bonn", None), ("Berlin", "Bonn"), (None, "Berlin"),
    ]  # fmt: skip


def test_undo_of_many(crm: Workspace) -> None:
    crm.run(Create("company", {"name": "first"}))
    ids = [made(crm, "company", name=f"c{n}") for n in range(3)]
    crm.run(Update("company", ids[0], {"parent": ids[2]}))
    crm.run(Delete("company", ids))
    crm.undo()
    assert value(crm, "company", ids[0], "parent") == ids[2]
