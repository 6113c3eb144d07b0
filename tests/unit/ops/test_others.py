"""What other programs and processes write: seen, indexed, undoable, announced."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from crmdesk.ops.changes import Announcement, CommandRefused, Create, Update
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.system import CUSTOM_FIELD
from crmdesk.schema.values import Money
from tests.unit.ops.workspaces import fresh, made, opened, outside

STAMPS = "'2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'"
INSERT = (
    "INSERT INTO company (id, name, created_at, updated_at) "
    f"VALUES ('stranger', 'Strangers Ltd', {STAMPS})"
)


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Workspace]:
    with fresh(tmp_path) as workspace:
        yield workspace


@pytest.fixture
def heard(crm: Workspace) -> list[Announcement]:
    found: list[Announcement] = []
    crm.subscribe(found.append)
    return found


def test_nothing_new(crm: Workspace, heard: list[Announcement]) -> None:
    assert crm.poll() is False
    made(crm, "company", name="Acme")
    heard.clear()
    assert crm.poll() is False
    assert not heard


def test_another_program_is_seen_found_and_undone(
    crm: Workspace, heard: list[Announcement]
) -> None:
    outside(crm, INSERT)
    assert crm.poll() is True
    assert [(one.origin, [(c.id, c.op) for c in one.changes]) for one in heard] == [
        ("other", [("stranger", "I")])
    ]
    assert crm.search("strangers")[0].id == "stranger"
    assert crm.undo_label == "Changes by another program"
    crm.undo()
    assert crm.get("company", "stranger") is None
    crm.redo()
    assert crm.get("company", "stranger") is not None
    assert crm.check() == []


def test_a_command_first_takes_in_what_others_wrote(
    crm: Workspace, heard: list[Announcement]
) -> None:
    outside(crm, INSERT)
    crm.run(Update("company", "stranger", {"city": "Bonn"}))
    assert [one.origin for one in heard] == ["other", "own"]
    crm.undo()
    crm.undo()
    assert crm.get("company", "stranger") is None
    assert crm.undo_label is None


def test_what_was_written_while_closed_is_a_step(crm: Workspace, tmp_path: Path) -> None:
    crm.close()
    outside(crm, INSERT)
    with opened(tmp_path / "template.crmdesk") as again:
        assert again.search("strangers")
        again.undo()
        assert again.get("company", "stranger") is None


def test_another_workspace_keeps_its_own_steps(
    crm: Workspace, heard: list[Announcement], tmp_path: Path
) -> None:
    with opened(tmp_path / "template.crmdesk") as other:
        company = made(other, "company", name="Acme")
        assert crm.poll() is True
        assert [one.origin for one in heard] == ["other"]
        assert crm.undo_label == "New company"
        crm.undo()
        assert other.poll() is True
        assert other.get("company", company) is None
        assert len(other.undo_steps()) == 1


def test_a_rebuilt_table_is_mended_while_the_store_is_open(
    crm: Workspace, heard: list[Announcement]
) -> None:
    company = made(crm, "company", name="Acme")
    outside(crm, "DROP TRIGGER capture_company_update")
    outside(crm, f"UPDATE company SET name = 'Unseen' WHERE id = '{company}'")
    assert crm.poll() is True
    assert crm.search("unseen")[0].id == company
    assert heard[-1].origin == "other"
    assert crm.check() == []
    crm.undo()
    assert (crm.get("company", company) or {})["name"] == "Acme"


def test_a_listener_that_fails_keeps_nobody_from_hearing(
    crm: Workspace, heard: list[Announcement], expect_log: Callable[..., None]
) -> None:
    def fail(_what: Announcement) -> None:
        raise RuntimeError("deaf")

    expect_log("A listener failed", logging.ERROR)
    end = crm.subscribe(fail)
    last: list[Announcement] = []
    crm.subscribe(last.append)
    made(crm, "company", name="Acme")
    assert len(heard) == len(last) == 1
    end()
    made(crm, "company", name="Other")


def test_choices_follow_their_rows(crm: Workspace) -> None:
    first = crm.choices("industry")[0]
    assert first.key == "manufacturing"
    outside(crm, "UPDATE choice SET label = 'Makers' WHERE key = 'manufacturing'")
    crm.poll()
    assert crm.choices("industry")[0].label_en == "Makers"
    outside(crm, "UPDATE choice SET archived = 1 WHERE key = 'manufacturing'")
    crm.poll()
    assert crm.choices("industry")[0].key == "technology"
    assert crm.text_context().choices("industry")[0].key == "manufacturing"


def test_titles_are_shown_and_found(crm: Workspace) -> None:
    company = made(crm, "company", name="Acme GmbH")
    ctx = crm.text_context("zh", "zh_CN")
    reference = crm.registry.entity("contact").field("company").type
    assert reference.show(company, ctx) == "Acme GmbH"
    assert reference.parse("acme gmbh", ctx) == company


# ------------------------------------------------------------ custom fields


def test_a_custom_field_is_a_column_at_once(crm: Workspace, tmp_path: Path) -> None:
    crm.run(Create(CUSTOM_FIELD, {"entity": "company", "label": "Höhe", "kind": "money"}))
    field = crm.registry.entity("company").field("x_hohe")
    assert (field.label.en, field.kind) == ("Höhe", "money")
    company = made(crm, "company", name="Acme", x_hohe=Money(Decimal(5), "EUR"))
    assert (crm.get("company", company) or {})["x_hohe"] == Money(Decimal(5), "EUR")
    assert crm.select.registry is crm.registry
    crm.close()
    with opened(tmp_path / "template.crmdesk") as again:
        assert (again.get("company", company) or {})["x_hohe"] == Money(Decimal(5), "EUR")
        assert again.check() == []
        again.undo()
        again.undo()
        assert "x_hohe" not in again.registry.entity("company").by_name
        again.redo()
        again.redo()
        assert (again.get("company", company) or {})["x_hohe"] == Money(Decimal(5), "EUR")
        assert again.check() == []


def test_a_custom_text_is_found_by_search(crm: Workspace) -> None:
    crm.run(Create(CUSTOM_FIELD, {"entity": "company", "label": "颜色", "kind": "text"}))
    name = crm.registry.entity("company").custom[0].name
    company = made(crm, "company", name="Acme", **{name: "turquoise"})
    assert crm.search("turquoise")[0].id == company
    assert crm.check() == []


def test_a_custom_field_from_outside(crm: Workspace) -> None:
    outside(
        crm,
        "INSERT INTO custom_field (id, entity, name, label, kind, created_at, updated_at)"
        f" VALUES ('f', 'company', 'x_size', 'Size', 'integer', {STAMPS})",
        "INSERT INTO custom_field (id, entity, name, label, kind, created_at, updated_at)"
        f" VALUES ('g', 'company', 'name', 'Bad', 'integer', {STAMPS})",
    )
    assert crm.poll() is True
    assert [one.name for one in crm.registry.entity("company").custom] == ["x_size"]
    made(crm, "company", name="Acme", x_size=4)


@pytest.mark.parametrize(
    "values",
    [
        {"entity": "nothing", "label": "A", "kind": "text"},
        {"entity": "company", "label": "A", "kind": "reference"},
        {"entity": "company", "label": "A", "kind": "text", "name": "name"},
        {"entity": "company", "label": "A", "kind": "nothing"},
    ],
)
def test_what_makes_no_field_is_refused(crm: Workspace, values: dict[str, str]) -> None:
    with pytest.raises(CommandRefused, match="custom_field"):
        crm.run(Create(CUSTOM_FIELD, values))
    assert not crm.registry.entity("company").custom


def test_the_kind_of_a_field_stays(crm: Workspace) -> None:
    values = {"entity": "company", "label": "A", "kind": "text"}
    id = crm.run(Create(CUSTOM_FIELD, values)).created[0]
    with pytest.raises(CommandRefused, match="make another field"):
        crm.run(Update(CUSTOM_FIELD, id, {"kind": "date"}))
    crm.run(Update(CUSTOM_FIELD, id, {"label": "B"}))
    assert crm.registry.entity("company").custom[0].label.en == "B"
