"""What people may call entities, fields and records."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crmdesk.cli.naming import entity_named, field_named, paths_named, record_named
from crmdesk.errors import KnownError
from crmdesk.ops.changes import CreateMany
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.declare import crm_registry

KESTREL = "aaaa0000-0000-4000-8000-000000000001"
KITE = "aaaa0000-0000-4000-8000-000000000002"
HERON = "bbbb0000-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    path = tmp_path_factory.mktemp("naming") / "s"
    with open_workspace(path, create=True, user_name="tester") as opened:
        opened.run(CreateMany("company", [
            {"id": KESTREL, "name": "Kestrel Pumps"},
            {"id": KITE, "name": "宁波海泰"},
            {"id": HERON, "name": "Heron"},
            {"name": "Twin"},
            {"name": "Twin"},
        ]))  # fmt: skip
        yield opened


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("company", "company"),
        ("Companies", "company"),
        ("COMPANY", "company"),
        ("公司", "company"),
        ("商机", "opportunity"),
        ("opportunities", "opportunity"),
        ("opportunity_line", "opportunity_line"),
        ("opportunity-contacts", "opportunity_contact"),
        ("stage history", "stage_history"),
        ("Products", "product"),
        ("Service", "request"),
        ("users", "user"),
    ],
)
def test_entities(text: str, name: str) -> None:
    assert entity_named(crm_registry(), text).name == name


def test_every_entity_is_found_by_its_name() -> None:
    registry = crm_registry()
    for entity in registry.entities.values():
        if not entity.internal:
            assert entity_named(registry, entity.name) is entity


def test_an_unknown_entity_is_told_with_what_is_near() -> None:
    with pytest.raises(KnownError, match=r"called “compny”\. Did you mean company"):
        entity_named(crm_registry(), "compny")


def test_fields() -> None:
    company = crm_registry().entity("company")
    assert field_named(company, "revenue").name == "revenue"
    assert field_named(company, "Annual revenue").name == "revenue"
    assert field_named(company, "年收入").name == "revenue"
    assert paths_named(company, "id, Name,owner.name") == ("id", "name", "owner.name")
    with pytest.raises(KnownError, match=r"no field “revenu”\. Did you mean revenue"):
        field_named(company, "revenu")


def test_records_by_id_beginning_and_title(workspace: Workspace) -> None:
    ctx = workspace.text_context()
    company = workspace.registry.entity("company")
    for text in (KESTREL, KESTREL.upper(), "Kestrel Pumps", "kestrel pumps"):
        assert record_named(workspace, company, text, ctx) == KESTREL
    assert record_named(workspace, company, "bbbb", ctx) == HERON
    assert record_named(workspace, company, "宁波海泰", ctx) == KITE
    user = workspace.registry.entity("user")
    assert record_named(workspace, user, "me", ctx) == workspace.user
    assert record_named(workspace, user, "tester", ctx) == workspace.user


def test_several_are_never_guessed_among(workspace: Workspace) -> None:
    ctx = workspace.text_context()
    company = workspace.registry.entity("company")
    with pytest.raises(KnownError, match="can be 2 records") as told:
        record_named(workspace, company, "aaaa", ctx)
    assert KESTREL in str(told.value)
    assert KITE in str(told.value)
    with pytest.raises(KnownError, match=r"can be 2 records.*Name it by its id"):
        record_named(workspace, company, "Twin", ctx)


def test_none_is_told_with_what_is_near(workspace: Workspace) -> None:
    ctx = workspace.text_context()
    company = workspace.registry.entity("company")
    with pytest.raises(KnownError, match=r"no company called “Kestrel”\. Near: Kestrel Pumps"):
        record_named(workspace, company, "Kestrel", ctx)
    with pytest.raises(KnownError, match="no company with the id"):
        record_named(workspace, company, KESTREL[:-1] + "9", ctx)
