"""The link to a record, as text to be kept elsewhere and found again by the search box."""

from __future__ import annotations

import re

SCHEME = "crmdesk:"
_LINK = re.compile(re.escape(SCHEME) + r"/{0,2}([a-z][a-z0-9_]*)/([0-9A-Za-z-]{1,64})")


def link_of(entity: str, record: str) -> str:
    """The link to a record of this store, such as `crmdesk:contact/01a2…`."""
    return f"{SCHEME}{entity}/{record}"


def record_of(text: str) -> tuple[str, str] | None:
    """The entity and id that a link names, None for any other text."""
    found = _LINK.fullmatch(text.strip())
    return None if found is None else (found[1], found[2])
