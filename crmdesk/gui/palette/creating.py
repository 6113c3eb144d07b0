"""What the search box offers to make where nothing is called as was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crmdesk.gui.palette.lines import Command, Found
from crmdesk.i18n import _
from crmdesk.schema.crm.rail import MAIN
from crmdesk.schema.registry import Entity, Registry

Make = Callable[[str, str], None]
"""Makes a record of an entity that is called by that text."""

OFFERED = MAIN[:4]
"""The record types that people have most of."""
_LONGEST = 200


def offers(
    registry: Registry, language: str, text: str, make: Make, kept: Sequence[str] = ()
) -> list[Found]:
    """A line for each record type that is made of its name alone; of those in `kept`, if any."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return []
    found = []
    for name in OFFERED:
        entity = registry.entities.get(name)
        if entity is None or (kept and name not in kept) or not _named_alone(entity):
            continue
        title = _("Create {kind} “{name}”").format(
            kind=entity.label.text(language).lower(), name=text
        )
        command = Command(title, "plus", lambda name=name: make(name, text), asks=True)  # type: ignore[misc]
        found.append(Found(title, command=command))
    return found


def _named_alone(entity: Entity) -> bool:
    """Whether a record needs no more than its title."""
    if len(entity.title) != 1 or entity.field(entity.title[0]).kind != "text":
        return False
    return not any(
        one.needed and one.default is None and one.name not in entity.title for one in entity.fields
    )
