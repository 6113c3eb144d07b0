"""The registry finds what does not agree, and the CRM's own declaration does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crmdesk.errors import BugError
from crmdesk.i18n import Label
from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.crm.words import choice, entity, ref, text
from crmdesk.schema.registry import Entity, Field, Registry

NAME = text("name", "Name", "名称", required=True)


def made(name: str, *fields: Field, **more: object) -> Entity:
    return entity(
        name, (name, name), (name, name), "test", [NAME, *fields], title="name", grid="name",
        **more,
    )  # fmt: skip


def test_every_entity_of_the_design_is_declared() -> None:
    names = set(crm_registry().entities)
    wanted = """company contact affiliation contact_point life_event pipeline stage opportunity
    opportunity_contact stage_history product price_book price quote quote_line proposal contract
    sale task event interaction note attachment reminder request asset segment campaign
    campaign_member template partnership expense cost_pool cost_driver capacity scorecard criterion
    evaluation assessment answer keyword_rule forecast_snapshot forecast_row value_run value_row
    quality_target user role permission choice_list custom_field saved_view setting"""
    assert set(wanted.split()) - names == set()


def test_everything_has_a_label_in_both_languages() -> None:
    registry = crm_registry()
    bare = [
        f"{one.name}.{field.name}"
        for one in registry.entities.values()
        for field in one.all_fields
        if not (field.label.en and field.label.zh)
    ]
    bare += [one.name for one in registry.entities.values() if not (one.label.zh and one.plural.zh)]
    bare += [
        f"{listed.name}.{item.key}"
        for listed in registry.choice_lists.values()
        for item in listed.items
        if not (item.label_en and item.label_zh)
    ]
    assert bare == []


def test_activities_hang_on_all_that_the_design_names() -> None:
    registry = crm_registry()
    for activity in ("task", "event", "interaction", "note", "attachment"):
        targets = {field.target for field in registry.entity(activity).references}
        assert targets >= {"company", "contact", "opportunity", "request", "campaign", "contract"}


def test_each_reference_has_its_way_back() -> None:
    registry = crm_registry()
    for one in registry.entities.values():
        for field in one.references:
            back = registry.relation(field.target, field.inverse)
            assert (back.many, back.holder, back.field) == (True, one.name, field.name)


def test_a_link_entity_leads_to_the_other_end() -> None:
    contacts = crm_registry().relation("opportunity", "contacts")
    assert (contacts.holder, contacts.far, contacts.target) == (
        "opportunity_contact", "contact", "contact",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("entities", "told"),
    [
        ([made("a", ref("b", "B", "B", "missing", "as"))], "'missing', which is not declared"),
        ([made("a", ref("b", "B", "B", "a", ""))], "a.b names no inverse"),
        ([made("a"), made("a")], "declared twice"),
        ([made("a", text("name", "N", "N"))], "column 'name' of another field"),
        ([made("a", ref("b", "B", "B", "a", "name2"), ref("c", "C", "C", "a", "name2"))],
         "two relations 'name2'"),
        ([made("a", choice("c", "C", "C", "nothing"))], "choices of 'nothing'"),
        ([replace(made("a"), title=("gone",))], "'gone', which is not its field"),
        ([replace(made("a"), grid=("gone.name",))], "has no field 'gone'"),
        ([made("a", faces="gone")], "no relation 'gone'"),
        ([made("A b")], "no name for an entity"),
    ],
)  # fmt: skip
def test_what_does_not_agree_is_named(entities: list[Entity], told: str) -> None:
    with pytest.raises(BugError, match="(?s)" + told.replace(".", r"\.")):
        Registry.of([*entities, made("user")])


def test_a_path_is_followed_through_references() -> None:
    path = crm_registry().resolve("opportunity", "company.parent.city")
    assert [step.name for step in path.steps] == ["company", "parent"]
    assert (path.field.name, path.text) == ("city", "company.parent.city")
    with pytest.raises(BugError, match="not a reference"):
        crm_registry().resolve("opportunity", "amount.city")


def test_custom_fields_join_the_declared_ones() -> None:
    extra = text("x_vat", "VAT", "税号")
    registry = crm_registry().with_custom([("company", extra)])
    assert registry.entity("company").field("x_vat").label == Label("VAT", "税号")
    assert registry.entity("company").fields[-1].custom
    assert "x_vat" not in crm_registry().entity("company").by_name
