"""Which icon of our family stands for an entity; the declaration names them more generally."""

from __future__ import annotations

from crmdesk.schema.registry import Entity

CHANGED = "pencil-simple"

# By the name in the declaration.
_PICTURES = {
    "arrow-right": "arrow-up-right",
    "building": "buildings",
    "bullhorn": "megaphone",
    "bullseye": "target",
    "cake-candles": "cake",
    "calendar": "calendar-blank",
    "chart-simple": "chart-bar",
    "circle-user": "user-circle",
    "clipboard-check": "clipboard-text",
    "coins": "stack",
    "comment": "chat-circle",
    "cubes": "cube",
    "envelope-open-text": "envelope-open",
    "file-invoice": "file-text",
    "file-lines": "file-text",
    "file-signature": "file-text",
    "filter": "funnel",
    "id-badge": "identification-badge",
    "layer-group": "stack",
    "life-ring": "lifebuoy",
    "note-sticky": "note",
    "phone": "phone",
    "receipt": "receipt",
    "square-check": "check-square",
}


def picture(entity: Entity) -> str:
    """The icon of an entity, one for all where the family has none for it."""
    return _PICTURES.get(entity.icon, "circle")
