"""References to other records, and attached files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from crmdesk.i18n import _
from crmdesk.schema.fieldtypes import PICK_OPERATORS, FieldType, OneCell, clean_text, refuse_type
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import AnyRef, Cell, FileRef, ValueRefused

_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ANY = re.compile(rf"([a-z][a-z0-9_]*)[:/ ]({_ID.pattern})")


@dataclass(frozen=True)
class ReferenceType(OneCell):
    """A record of one entity; the value is its id, the text its title (or the id)."""

    kind: ClassVar[str] = "reference"
    operators: ClassVar[tuple[str, ...]] = PICK_OPERATORS
    target: str = ""

    def parse(self, text: str, ctx: TextContext) -> str | None:
        word = clean_text(text)
        if not word:
            return None
        if _ID.fullmatch(word.lower()):
            return word.lower()
        return _one(ctx.find(self.target, word), word)

    def show(self, value: str | None, ctx: TextContext) -> str:
        return "" if value is None else ctx.titles(self.target, value) or value

    def edit_text(self, value: str | None, ctx: TextContext) -> str:
        if value is None:
            return ""
        title = clean_text(ctx.titles(self.target, value))
        if not title or _ID.fullmatch(title.lower()):
            return value
        return title if list(ctx.find(self.target, title)) == [value] else value

    def check(self, value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise refuse_type(value, _("the id of a record"))
        return clean_text(value) or None


def _one(ids: Sequence[str], word: str) -> str:
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise ValueRefused(
            _("{count} records are called “{text}”.").format(count=len(ids), text=word),
            readings=ids,
            hint=_("Choose one from the list."),
        )
    raise ValueRefused(
        _("There is no record called “{text}”.").format(text=word),
        hint=_("Choose one from the list, or create it."),
    )


class AnyReferenceType(FieldType):
    """A record of any entity."""

    kind: ClassVar[str] = "anyref"
    operators: ClassVar[tuple[str, ...]] = PICK_OPERATORS
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("", "TEXT"), ("entity", "TEXT"))

    def to_stored(self, value: AnyRef | None) -> tuple[Cell, ...]:
        return (None, None) if value is None else (value.id, value.entity)

    def from_stored(self, *cells: Any) -> AnyRef | None:
        record_id, entity = cells
        return None if record_id is None else AnyRef(entity, record_id)

    def parse(self, text: str, ctx: TextContext) -> AnyRef | None:
        word = clean_text(text)
        if not word:
            return None
        match = _ANY.fullmatch(word)
        if match is None:
            raise ValueRefused(
                _("“{text}” does not name a record and its kind.").format(text=word[:80]),
                hint=_("Choose a record from the list."),
            )
        return AnyRef(match[1], match[2])

    def show(self, value: AnyRef | None, ctx: TextContext) -> str:
        return "" if value is None else ctx.titles(value.entity, value.id) or value.id

    def edit_text(self, value: AnyRef | None, ctx: TextContext) -> str:
        return "" if value is None else f"{value.entity}:{value.id}"

    def check(self, value: Any) -> AnyRef | None:
        if value is None:
            return None
        if not isinstance(value, AnyRef) or not value.entity or not value.id:
            raise refuse_type(value, _("a record and its kind"))
        return value

    def sort_key(self, value: AnyRef | None) -> tuple[Any, ...]:
        return () if value is None else (value.entity, value.id)


class FileType(FieldType):
    """An attached file, by the hash of its content and the name it came with."""

    kind: ClassVar[str] = "file"
    operators: ClassVar[tuple[str, ...]] = ("empty", "not_empty")
    parts: ClassVar[tuple[tuple[str, str], ...]] = (("", "TEXT"), ("name", "TEXT"))

    def to_stored(self, value: FileRef | None) -> tuple[Cell, ...]:
        return (None, None) if value is None else (value.sha256, value.name)

    def from_stored(self, *cells: Any) -> FileRef | None:
        sha256, name = cells
        return None if sha256 is None else FileRef(sha256, name or "")

    def parse(self, text: str, ctx: TextContext) -> FileRef | None:
        if not text.strip():
            return None
        raise ValueRefused(
            _("A file cannot be typed."), hint=_("Drop it here, or choose it from a folder.")
        )

    def show(self, value: FileRef | None, ctx: TextContext) -> str:
        return "" if value is None else value.name

    def check(self, value: Any) -> FileRef | None:
        if value is None:
            return None
        if not isinstance(value, FileRef) or not re.fullmatch("[0-9a-f]{64}", value.sha256):
            raise refuse_type(value, _("an attached file"))
        # A name from elsewhere never becomes a path.
        name = clean_text(value.name).replace("\\", "/").rpartition("/")[2]
        return FileRef(value.sha256, name or _("file"))

    def sort_key(self, value: FileRef | None) -> tuple[Any, ...]:
        return () if value is None else (value.name.casefold(), value.sha256)
