"""Commands: what they do, what they refuse, and that a failure leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from crmdesk.jobs import Cancelled
from crmdesk.ops import doing, following, undo
from crmdesk.ops.changes import (
    BulkUpdate,
    CommandRefused,
    Create,
    CreateMany,
    Delete,
    Group,
    Link,
    Merge,
    Restore,
    Unlink,
    Update,
    UpdateMany,
)
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.values import AnyRef, Instant, Money
from crmdesk.store import rows, search
from crmdesk.store.driver import raw_of
from tests.unit.ops.workspaces import everything, fresh, made, opened, stages


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Workspace]:
    with fresh(tmp_path) as workspace:
        yield workspace


def test_a_record_is_made_checked_and_with_its_defaults(crm: Workspace) -> None:
    outcome = crm.run(Create("company", {"name": "  Acme  ", "employees": 12}))

    values = crm.get("company", outcome.created[0])
    assert values is not None
    assert values["name"] == "Acme"
    assert values["kind"] == "prospect"
    assert values["created_by"] == crm.user
    assert values["created_at"] == values["updated_at"]
    assert [(one.entity, one.op) for one in outcome.changes] == [("company", "I")]
    assert "employees" in outcome.changes[0].fields
    assert crm.search("acme")[0].id == outcome.created[0]
    assert crm.undo_label == "New company"


def test_every_problem_is_told_at_once(crm: Workspace) -> None:
    before = everything(crm)
    with pytest.raises(CommandRefused) as refused:
        crm.run(CreateMany("company", [
            {"name": "fine"},
            {"employees": "many", "parent": "nobody"},
        ]))  # fmt: skip
    assert set(refused.value.problems) == {("company", 1)}
    assert set(refused.value.problems["company", 1]) == {"name", "employees", "parent"}
    assert everything(crm) == before


@pytest.mark.parametrize(
    ("entity", "values", "field"),
    [
        ("company", {"name": "x", "nothing": 1}, "nothing"),
        ("opportunity", {"name": "x", "weighted": Money(Decimal(1), "USD")}, "weighted"),
        ("opportunity", {"name": "x", "status": "won"}, "status"),
        ("company", {"name": "x", "updated_at": None}, "updated_at"),
        ("reminder", {"about": AnyRef("company", "nobody")}, "about"),
    ],
)
def test_what_nobody_may_set_is_refused(
    crm: Workspace, entity: str, values: dict[str, object], field: str
) -> None:
    with pytest.raises(CommandRefused) as refused:
        crm.run(Create(entity, values))
    assert list(refused.value.problems[entity, 0]) == [field]


def test_only_what_differs_is_written(crm: Workspace) -> None:
    company = made(crm, "company", name="Acme", city="Berlin")
    length = everything(crm)["log"]
    outcome = crm.run(Update("company", company, {"name": "Acme", "city": "Berlin"}))
    assert outcome.changes == ()
    assert everything(crm)["log"] == length
    assert crm.undo_label == "New company"
    outcome = crm.run(Update("company", company, {"name": "Acme", "city": "Hamburg"}))
    assert outcome.changes[0].fields == ("city", "updated_at")
    assert crm.undo_label == "Change Name, City"


def test_many_are_made_and_changed_at_once(crm: Workspace) -> None:
    when = Instant(datetime(2024, 5, 1, tzinfo=UTC))
    ids = crm.run(
        CreateMany("contact", [
            {"name": "A", "id": "0190d5f0-0000-7000-8000-000000000001", "created_at": when},
            {"family_name": "王", "given_name": "小明"},
            {"family_name": "Miller", "given_name": "Ann", "reports_to":
             "0190d5f0-0000-7000-8000-000000000001"},
        ])
    ).created  # fmt: skip
    assert crm.undo_label == "New 3 contacts"
    first, second, third = (crm.get("contact", id) for id in ids)
    assert first is not None
    assert second is not None
    assert third is not None
    assert first["created_at"].utc == when.utc == first["updated_at"].utc
    assert second["name"] == "王小明"
    assert third["name"] == "Ann Miller"
    crm.run(UpdateMany("contact", {ids[0]: {"city": "Bonn"}, ids[2]: {"name": None}}))
    crm.run(BulkUpdate("contact", ids, {"job_title": "CEO"}))
    assert crm.undo_label == "Change Title of 3 contacts"
    assert {(crm.get("contact", id) or {})["job_title"] for id in ids} == {"CEO"}
    assert (crm.get("contact", ids[2]) or {})["name"] == "Ann Miller"


def test_an_id_is_given_once(crm: Workspace) -> None:
    made(crm, "company", name="Acme", id="one")
    for command in (
        Create("company", {"name": "x"}, id="one"),
        CreateMany("company", [{"name": "x", "id": "two"}, {"name": "y", "id": "two"}]),
        Create("company", {"name": "x"}, id=" "),
    ):
        with pytest.raises(CommandRefused):
            crm.run(command)


def test_a_delete_takes_along_what_belongs_and_restore_brings_it_back(crm: Workspace) -> None:
    company = made(crm, "company", name="Acme")
    contact = made(crm, "contact", name="Ann", company=company)
    deal = made(crm, "opportunity", name="Deal", company=company)
    crm.run(Link("company", company, "people", contact, {"role": "CEO"}))
    crm.run(Create("contact_point", {"company": company, "kind": "web", "value": "acme.com"}))
    before = crm.get("opportunity", deal)
    crm.run(Delete("company", [company]))
    assert (crm.get("contact", contact) or {})["company"] is None
    assert [(one.entity, one.title) for one in crm.trash()] == [("company", "Acme")]

    crm.run(Restore("company", company))

    assert (crm.get("contact", contact) or {})["company"] == company
    assert (crm.get("opportunity", deal) or {})["company"] == (before or {})["company"]
    with crm.reader() as conn:
        assert rows.count(raw_of(conn), "affiliation") == 1
        assert rows.count(raw_of(conn), "contact_point") == 1
    assert crm.trash() == []
    with pytest.raises(CommandRefused, match="not in the trash"):
        crm.run(Restore("company", company))


def test_a_restored_reference_does_not_overwrite_a_newer_one(crm: Workspace) -> None:
    company, other = made(crm, "company", name="Acme"), made(crm, "company", name="Other")
    contact = made(crm, "contact", name="Ann", company=company)
    crm.run(Delete("company", [company]))
    crm.run(Update("contact", contact, {"company": other}))
    crm.run(Restore("company", company))
    assert (crm.get("contact", contact) or {})["company"] == other


def test_links_of_every_sort(crm: Workspace) -> None:
    company, contact = made(crm, "company", name="Acme"), made(crm, "contact", name="Ann")
    deal = made(crm, "opportunity", name="Deal")
    crm.run(Link("opportunity", deal, "company", company))
    assert (crm.get("opportunity", deal) or {})["company"] == company
    crm.run(Unlink("company", company, "opportunities", deal))
    assert (crm.get("opportunity", deal) or {})["company"] is None
    first = crm.run(Link("opportunity", deal, "contacts", contact, {"role": "user"})).created
    assert first == (rows.link_id("opportunity_contact", deal, contact),)
    # Linked again, the link takes the new values.
    crm.run(Link("contact", contact, "opportunities", deal, {"role": "blocker"}))
    assert (crm.get("opportunity_contact", first[0]) or {})["role"] == "blocker"
    with pytest.raises(CommandRefused, match="linked already"):
        crm.run(Create("opportunity_contact", {"opportunity": deal, "contact": contact}))
    crm.run(Unlink("opportunity", deal, "contacts", contact))
    assert crm.get("opportunity_contact", first[0]) is None
    with pytest.raises(CommandRefused, match="not linked"):
        crm.run(Unlink("opportunity", deal, "contacts", contact))


def test_a_merge_moves_all_and_fills_what_is_empty(crm: Workspace) -> None:
    keep = made(crm, "company", name="Acme", city="Berlin")
    drop = made(crm, "company", name="ACME Inc", city="Bonn", employees=5, parent=keep)
    contact = made(crm, "contact", name="Ann", company=drop)
    for one in (keep, drop):
        crm.run(Link("company", one, "people", contact))
    reminder = made(crm, "reminder", about=AnyRef("company", drop))
    before = everything(crm)

    crm.run(Merge("company", keep, [drop], {"phone": None, "website": "acme.com"}))

    values = crm.get("company", keep) or {}
    assert (values["name"], values["city"], values["employees"]) == ("Acme", "Berlin", 5)
    assert values["parent"] is None
    assert crm.get("company", drop) is None
    assert (crm.get("contact", contact) or {})["company"] == keep
    assert (crm.get("reminder", reminder) or {})["about"] == AnyRef("company", keep)
    with crm.reader() as conn:
        assert rows.count(raw_of(conn), "affiliation") == 1
    crm.undo()
    after = everything(crm)
    assert all(after[name] == before[name] for name in crm.registry.entities)
    with pytest.raises(CommandRefused):
        crm.run(Merge("company", keep, [keep]))


def test_a_group_is_one_step_or_nothing(crm: Workspace) -> None:
    before = everything(crm)
    with pytest.raises(CommandRefused):
        crm.run(Group("both", [Create("company", {"name": "qqq"}), Create("company", {})]))
    assert everything(crm) == before
    crm.run(Group("both", [Create("company", {"name": "qqq"}), Create("product", {"name": "y"})]))
    assert crm.undo_label == "both"
    crm.undo()
    assert crm.undo_label is None
    assert crm.search("qqq") == []


def test_yourself_and_what_is_gone_cannot_be_deleted(crm: Workspace) -> None:
    with pytest.raises(CommandRefused, match="yourself"):
        crm.run(Delete("user", [crm.user]))
    with pytest.raises(CommandRefused, match="no such record"):
        crm.run(Delete("company", ["nobody"]))
    with pytest.raises(CommandRefused, match="no such record"):
        crm.run(Update("company", "nobody", {"name": "x"}))


def test_imports_tell_what_happened_elsewhere(crm: Workspace) -> None:
    stage = stages(crm)
    ids = crm.run(CreateMany("opportunity", [
        {"name": "a", "stage": stage["Won"], "closed_on": date(2017, 3, 1)},
        {"name": "b", "stage": stage["Proposal"]},
    ], history=True)).created  # fmt: skip
    won, still_open = crm.get("opportunity", ids[0]) or {}, crm.get("opportunity", ids[1]) or {}
    assert (won["status"], won["closed_on"]) == ("won", date(2017, 3, 1))
    assert (still_open["status"], still_open["closed_on"]) == ("open", None)
    crm.run(UpdateMany("opportunity", {ids[1]: {
        "stage": stage["Lost"], "closed_on": date(2018, 1, 2)}}, history=True))  # fmt: skip
    assert (crm.get("opportunity", ids[1]) or {})["closed_on"] == date(2018, 1, 2)


# ------------------------------------------------------------ failures


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (doing, "perform"),
        (undo, "record"),
        (search, "catch_up"),
        (following, "mark"),
        (following, "touched"),
    ],
)
def test_a_failure_at_any_step_leaves_nothing(
    crm: Workspace, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    deal = made(crm, "opportunity", name="Deal")
    before, heard = everything(crm), []
    crm.subscribe(heard.append)
    working = getattr(module, name)

    def fail(*args: object, **more: object) -> None:
        working(*args, **more)
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(module, name, fail)
        with pytest.raises(RuntimeError):
            crm.run(
                Update("opportunity", deal, {"stage": stages(crm)["Lost"], "lost_reason": "price"})
            )
    assert everything(crm) == before
    assert not heard
    crm.run(Update("opportunity", deal, {"name": "Other"}))
    assert [one.label for one in heard] == ["Change Opportunity"]
    assert crm.check() == []


def test_a_statement_that_fails_anywhere_leaves_nothing(crm: Workspace) -> None:
    """SQLite is interrupted at more and more of its steps, until the command gets through."""
    deal, stage = made(crm, "opportunity", name="Deal"), stages(crm)
    command = Group("all", [
        Update("opportunity", deal, {"stage": stage["Lost"], "lost_reason": "price"}),
        Create("task", {"subject": "Write", "opportunity": deal}),
        Delete("opportunity", [deal]),
    ])  # fmt: skip
    before = everything(crm)
    writer = crm.store.connections
    failed = 0
    for steps in range(1, 4000, 97):
        left = [steps]

        def stop(left: list[int] = left) -> int:
            left[0] -= 1
            return int(left[0] < 0)

        with writer.outside_transaction() as raw:
            raw.set_progress_handler(stop, 10)
        try:
            crm.run(command)
        except Cancelled:
            failed += 1
        finally:
            with writer.outside_transaction() as raw:
                raw.set_progress_handler(None, 0)
        if crm.undo_label == "all":
            break
        assert everything(crm) == before
    assert failed > 3
    assert crm.undo_label == "all"
    crm.undo()
    assert crm.check() == []


def test_everything_is_there_again_after_a_restart(crm: Workspace, tmp_path: Path) -> None:
    company = made(crm, "company", name="Acme")
    crm.run(Update("company", company, {"name": "Other"}))
    crm.undo()
    state = everything(crm)
    crm.close()
    with opened(tmp_path / "template.crmdesk") as again:
        after = everything(again)
        assert {name: after[name] for name in again.registry.entities} == {
            name: state[name] for name in again.registry.entities
        }
        assert (again.undo_label, again.redo_label) == ("New company", "Change Name")
        again.redo()
        assert (again.get("company", company) or {})["name"] == "Other"
