"""What a step was called when it was done, said in the language that is set now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from crmdesk.i18n import LANGUAGES, Language, language, message_in
from crmdesk.schema.registry import Entity, Registry

# As they stand in `labels` and where steps are named besides; the longer ones first.
_NAMES = (
    "Change {field} of {what}", "New {what}", "Change {field}", "Change {what}",
    "Delete {what}", "Restore {what}", "Link {what}", "Unlink {what}", "Merge {what}",
    "Duplicate {kind}", "{kind} as it was",
    "Restore of {count} records", "Changes by another program", "Sample data", "Pin", "Unpin",
)  # fmt: skip
_LINKED = "linked {what}"
_COUNTED = "{count} {plural}"
_HOLE = re.compile(r"\\\{(\w+)\\\}")


def said_now(registry: Registry, label: str) -> str:
    """The label in the present language, as far as its words are known; else as it was kept."""
    for other in LANGUAGES:
        if other == language():
            continue
        for name in _NAMES:
            found = _pattern(name, other).fullmatch(label)
            if found is None:
                continue
            kinds, fields = _words(tuple(registry.entities.values()), other, language())
            parts = {
                key: _part(text, fields if key == "field" else kinds, other)
                for key, text in found.groupdict().items()
            }
            if all(part is not None for part in parts.values()):
                return message_in(name, language()).format(**parts)
    return label


@lru_cache(maxsize=64)
def _pattern(name: str, lang: Language) -> re.Pattern[str]:
    message = message_in(name, lang, counted=name == _COUNTED)
    return re.compile(_HOLE.sub(r"(?P<\1>.+)", re.escape(message)))


def _part(text: str, words: Mapping[str, str], other: Language) -> str | None:
    """The name of a kind, of fields or of a number of records; None where it is not known."""
    if text in words:
        return words[text]
    if re.fullmatch(r"[\d,]+", text):
        return text
    counted = _pattern(_COUNTED, other).fullmatch(text)
    if counted is not None and f"#{counted['plural']}" in words:
        message = message_in(_COUNTED, language(), counted=True)
        return message.format(count=counted["count"], plural=words[f"#{counted['plural']}"])
    linked = _pattern(_LINKED, other).fullmatch(text)
    if linked is not None and linked["what"] in words:
        return message_in(_LINKED, language()).format(what=words[linked["what"]])
    several = text.split(", ")
    if len(several) > 1 and all(one in words for one in several):
        return ", ".join(words[one] for one in several)
    return None


@lru_cache(maxsize=4)
def _words(
    entities: tuple[Entity, ...], other: Language, now: Language
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Kinds of records in small letters, and fields, from one language to the other."""
    kinds: dict[str, str] = {}
    fields: dict[str, str] = {}
    for entity in entities:
        kinds[entity.plural.text(other).lower()] = entity.plural.text(now).lower()
        for field in entity.all_fields:
            fields.setdefault(field.label.text(other), field.label.text(now))
    plurals = dict(kinds)
    for entity in entities:
        # In Chinese one of them is called as many are.
        kinds[entity.label.text(other).lower()] = entity.label.text(now).lower()
    return kinds | {f"#{one}": text for one, text in plurals.items()}, fields
