"""Steps that were named in one language, told in the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crmdesk import i18n
from crmdesk.ops.changes import Command, Create, Delete, Update, UpdateMany
from crmdesk.ops.labels import label_of
from crmdesk.ops.stepwords import said_now
from crmdesk.schema.crm.declare import crm_registry

REGISTRY = crm_registry()
COMMANDS: tuple[Command, ...] = (
    Create("opportunity", {}),
    Create("opportunity_contact", {}),
    Delete("contact", ("1",)),
    Delete("task", ("1", "2", "3")),
    Update("opportunity", "1", {"amount": None}),
    Update("opportunity", "1", {"amount": None, "stage": None}),
    UpdateMany("company", {"1": {}, "2": {}}),
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    yield
    i18n.set_language(before)


@pytest.mark.parametrize("command", COMMANDS, ids=str)
@pytest.mark.parametrize(("kept", "now"), [("en", "zh"), ("zh", "en")])
def test_a_step_is_told_as_if_it_were_named_now(command: Command, kept: str, now: str) -> None:
    i18n.set_language(kept)
    label = label_of(REGISTRY, command)
    i18n.set_language(now)
    assert said_now(REGISTRY, label) == label_of(REGISTRY, command)
    assert said_now(REGISTRY, label) != label


@pytest.mark.parametrize("label", ["", "New “Newco Ltd”", "Paste of 5 cells", "Delete", "新"])
def test_what_is_not_known_stays(label: str) -> None:
    for lang in i18n.LANGUAGES:
        i18n.set_language(lang)
        assert said_now(REGISTRY, label) == label
