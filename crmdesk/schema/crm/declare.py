"""Every record type of CRMDesk in one registry."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from crmdesk.schema.crm import (
    activity,
    insight,
    marketing,
    money,
    people,
    selling,
    service,
    system,
)
from crmdesk.schema.crm.rail import SYSTEM
from crmdesk.schema.crm.words import tags
from crmdesk.schema.registry import Entity, Registry

_AREAS = (people, selling, activity, service, marketing, money, insight, system)


@lru_cache(maxsize=1)
def crm_registry() -> Registry:
    """The registry of a store without custom fields; checked when it is made."""
    return Registry.of(
        (_tagged(entity) for area in _AREAS for entity in area.ENTITIES),
        (choices for area in _AREAS for choices in area.CHOICES),
    )


def _tagged(entity: Entity) -> Entity:
    """The entity with tags; not what only ties two records together or is the program's own."""
    if entity.link or entity.internal or entity.area == SYSTEM:
        return entity
    return replace(entity, declared=(*entity.declared, tags()))
