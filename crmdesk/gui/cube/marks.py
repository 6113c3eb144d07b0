"""Which icon of our family stands for an entity; the declaration names them more generally."""

from __future__ import annotations

from crmdesk.schema.registry import Entity

CHANGED = "pencil-simple"
MOVED = "arrow-up-right"

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
    "paperclip": "paperclip",
    "phone": "phone",
    "receipt": "receipt",
    "square-check": "check-square",
}

# By the key of the choice that says how something came about.
_WAYS = {
    "call": "phone",
    "calls": "phone",
    "chat": "chat-circle",
    "email": "envelope-simple",
    "letter": "envelope-open",
    "meeting": "users-three",
    "visit": "map-pin",
    "web": "globe",
}


def way_picture(key: object) -> str:
    """The icon of a way in which something came about, "" where the record's own will do."""
    return _WAYS.get(key, "") if isinstance(key, str) else ""


def picture(entity: Entity) -> str:
    """The icon of an entity, one for all where the family has none for it."""
    return _PICTURES.get(entity.icon, "circle")
