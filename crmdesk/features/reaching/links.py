"""Where a phone number, an e-mail or a web address leads; and those inside of long texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from crmdesk.schema.contacttypes import url_target
from crmdesk.schema.values import Phone

SCHEMES = frozenset({"tel", "mailto", "https", "http"})
"""What may be handed to the system; nothing else ever is, least of all files."""

KINDS = frozenset({"phone", "email", "url"})
"""The kinds of fields whose values lead somewhere."""

_LONGEST = 2000
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'“”‘’，。；、（）《》【】]+", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Without a plus a number needs its groups or eleven digits: years and amounts have neither.
_PHONE = re.compile(
    r"(?<![\w./-])(?:\+\d[\d ()./-]{6,18}\d|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}|1[3-9]\d{9})(?![\w-])"
)
_TRAILING = ".,;:!?)]}'\""


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of a text that leads somewhere."""

    start: int
    end: int
    target: str


def target_of(kind: str, value: Any) -> str:
    """What to hand to the system for a value of that kind of field, "" for nothing.

    A phone leads to tel:, an e-mail to mailto:, a web address to https: (or http: where it is
    written so).
    """
    if value is None or value == "":
        return ""
    if kind == "phone":
        raw = value.e164 or value.raw if isinstance(value, Phone) else str(value)
        digits = re.sub(r"[^\d+*#]", "", raw.replace("(0)", ""))
        return checked(f"tel:{digits}") if re.search(r"\d{3}", digits) else ""
    if kind == "email":
        text = str(value).strip()
        # What comes after a question mark would be a subject, a body, a copy to others.
        return checked(f"mailto:{quote(text, safe='@+._-')}") if "@" in text else ""
    if kind == "url":
        return checked(url_target(str(value).strip()))
    return ""


def checked(target: str) -> str:
    """The target if the system may be asked to open it, else ""."""
    if len(target) > _LONGEST or any(letter < "!" for letter in target):
        return ""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    if parts.scheme.lower() not in SCHEMES:
        return ""
    if parts.scheme.lower() in ("https", "http") and not parts.hostname:
        return ""
    return target


def links_in(text: str) -> list[Link]:
    """The web addresses, e-mails and phone numbers in a text, in order, none overlapping."""
    found: list[Link] = []

    def add(match: re.Match[str], kind: str) -> None:
        written = match.group().rstrip(_TRAILING)
        end = match.start() + len(written)
        if any(match.start() < one.end and one.start < end for one in found):
            return
        if kind == "url" and not written.lower().startswith("http"):
            target = checked(f"https://{written}")
        else:
            target = target_of(kind, written)
        if target:
            found.append(Link(match.start(), end, target))

    for pattern, kind in ((_URL, "url"), (_EMAIL, "email"), (_PHONE, "phone")):
        for match in pattern.finditer(text[:100_000]):
            add(match, kind)
    return sorted(found, key=lambda one: one.start)
