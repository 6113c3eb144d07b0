"""Every record type of CRMDesk in one registry."""

from __future__ import annotations

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
from crmdesk.schema.registry import Registry

_AREAS = (people, selling, activity, service, marketing, money, insight, system)


@lru_cache(maxsize=1)
def crm_registry() -> Registry:
    """The registry of a store without custom fields; checked when it is made."""
    return Registry.of(
        (entity for area in _AREAS for entity in area.ENTITIES),
        (choices for area in _AREAS for choices in area.CHOICES),
    )
