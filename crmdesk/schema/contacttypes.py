"""Ways to reach somebody: e-mail addresses, phone numbers, web addresses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urlsplit

from crmdesk.i18n import _
from crmdesk.schema.fieldtypes import (
    TEXT_OPERATORS,
    FieldType,
    TextType,
    clean_text,
    folded,
    refuse_type,
)
from crmdesk.schema.numbertext import plain
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Cell, Phone, ValueRefused

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}\.?")
_LOCAL = re.compile(r"[^\s@,;:<>()\[\]\\\".]+(?:\.[^\s@,;:<>()\[\]\\\".]+)*|\"[^\"\\\r\n]+\"")
_NAMED = re.compile(r"[^<>]*<([^<>]+)>")


class EmailType(TextType):
    """An e-mail address; the part before the @ keeps its case, the host is lower case."""

    kind: ClassVar[str] = "email"

    def show(self, value: str | None, ctx: TextContext) -> str:
        return value or ""

    def check(self, value: Any) -> str | None:
        text = super().check(value)
        if text is None:
            return None
        named = _NAMED.fullmatch(text)
        address = (named[1] if named else text).strip()
        if address[:7].lower() == "mailto:":
            address = address[7:]
        local, at, host = plain_at(address).rpartition("@")
        host = host.lower()
        sound = at and len(local.encode()) <= 64 and len(address) <= 254
        if not sound or not _LOCAL.fullmatch(local) or not _HOST.fullmatch(host):
            raise ValueRefused(
                _("“{text}” is not an e-mail address.").format(text=text[:80]),
                hint=_("Write it like name@company.com."),
            )
        return f"{local}@{host}"


def plain_at(address: str) -> str:
    """The address with the full-width at sign and dot of Chinese keyboards made plain."""
    return address.replace("＠", "@").replace("。", ".").replace("．", ".")


_SCHEMES = frozenset({"http", "https", "ftp", "ftps"})
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?=//|\D)", re.IGNORECASE)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]|localhost", re.IGNORECASE)


class UrlType(TextType):
    """A web address, kept as typed; `url_target` is what to open."""

    kind: ClassVar[str] = "url"

    def check(self, value: Any) -> str | None:
        text = super().check(value)
        if text is None:
            return None
        if _reachable(text):
            return text
        raise ValueRefused(
            _("“{text}” is not a web address.").format(text=text[:80]),
            hint=_("Write it like www.company.com or https://company.com/page."),
        )


def url_target(value: str) -> str:
    """The address to open for a web address: https is meant where none was typed."""
    return value if _SCHEME.match(value) else f"https://{value}"


def _reachable(text: str) -> bool:
    if any(letter.isspace() for letter in text) or len(text) > 2000:
        return False
    try:
        parts = urlsplit(url_target(text))
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme not in _SCHEMES:
        return False
    return bool(_HOST.fullmatch(host) or _ADDRESS.fullmatch(host) or ":" in host)


_WITH_E164 = re.compile(r"(.*\S)\s*\[(\+\d{3,15})\]", re.DOTALL)


class PhoneType(FieldType):
    """A phone number: what was typed, beside E.164 for searching, matching and dialling.

    A text that could not be understood when it was typed is understood when it is
    read again in a context that can.
    """

    kind: ClassVar[str] = "phone"
    operators: ClassVar[tuple[str, ...]] = TEXT_OPERATORS
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("", "TEXT"), ("e164", "TEXT"))

    def to_stored(self, value: Phone | None) -> tuple[Cell, ...]:
        return (None, None) if value is None else (value.raw, value.e164)

    def from_stored(self, *cells: Any) -> Phone | None:
        raw, e164 = cells
        return None if raw is None else Phone(raw, e164)

    def parse(self, text: str, ctx: TextContext) -> Phone | None:
        raw = clean_text(text)
        if not raw:
            return None
        given = _WITH_E164.fullmatch(raw)
        if given is not None:
            return self.check(Phone(given[1], given[2]))
        return self.check(Phone(raw, e164_of(raw, ctx.region)))

    def show(self, value: Phone | None, ctx: TextContext) -> str:
        return "" if value is None else value.raw

    def edit_text(self, value: Phone | None, ctx: TextContext) -> str:
        if value is None:
            return ""
        if value.e164 is None or e164_of(value.raw, ctx.region) == value.e164:
            return value.raw
        # Read in another region than it was typed in: say what it stands for.
        return f"{value.raw} [{value.e164}]"

    def check(self, value: Any) -> Phone | None:
        if value is None:
            return None
        if not isinstance(value, Phone):
            raise refuse_type(value, _("a phone number"))
        raw = " ".join(clean_text(value.raw).split())
        if not raw:
            return None
        if not any(letter.isdigit() for letter in raw):
            raise ValueRefused(
                _("“{text}” has no digits.").format(text=raw[:40]),
                hint=_("Write the number like +49 89 1234567."),
            )
        if value.e164 is not None and not re.fullmatch(r"\+\d{3,15}", value.e164, re.ASCII):
            raise refuse_type(value.e164, _("a phone number"))
        return Phone(raw, value.e164)

    def sort_key(self, value: Phone | None) -> tuple[Any, ...]:
        return () if value is None else (value.e164 or "", folded(value.raw))


# Shorter ones are extensions and emergency numbers, which the library lets pass.
_SHORTEST_E164 = 8


@lru_cache(maxsize=4096)
def e164_of(raw: str, region: str) -> str | None:
    """The number in E.164 as dialled from the region (ISO 3166), None if it is no number."""
    # Late: 30 ms that a start does not need.
    import phonenumbers

    try:
        number = phonenumbers.parse(plain(raw), region or None)
    except phonenumbers.NumberParseException:
        return None
    # Possible, not valid: ranges are opened faster than the library learns of them.
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    if phonenumbers.is_possible_number_with_reason(number) != possible:
        return None
    e164 = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return e164 if len(e164) >= _SHORTEST_E164 else None
