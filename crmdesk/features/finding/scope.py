"""What a search is kept to by a word before a colon: contact: zhang · 电话：8080 · city: hull."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from crmdesk.schema.crm.words import TAGS
from crmdesk.schema.fieldtypes import folded
from crmdesk.schema.registry import Registry

_PREFIX = re.compile(r"\s*([^:：]{1,40}?)\s*[:：]\s*(.*)", re.DOTALL)
_LANGUAGES = ("en", "zh")

# Words that people type for kinds of fields, besides the fields' own labels.
_KINDS = {
    "phone": ("phone", "tel", "telephone", "mobile", "电话", "手机", "号码"),
    "email": ("email", "e-mail", "mail", "邮箱", "邮件", "电子邮件"),
    "url": ("web", "website", "url", "网址", "网站"),
}
_TAGS = ("tag", "tags", "标签")


@dataclass(frozen=True, slots=True)
class Scope:
    """What was typed behind the colon, the entities to look in, and in which of their fields.

    `fields` is empty where the whole record counts. `word` is what stood before the colon.
    """

    text: str
    entities: tuple[str, ...]
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    word: str = ""

    def fields_of(self, entity: str) -> tuple[str, ...]:
        """The fields of an entity that must have the text."""
        return dict(self.fields).get(entity, ())


def scope_of(text: str, registry: Registry, looked: Collection[str]) -> Scope:
    """Read a typed text; without a word that is known before a colon all of it is looked for.

    Entities are known by their names and labels in both languages, fields by their labels.
    """
    everything = Scope(text, tuple(looked))
    match = _PREFIX.fullmatch(text)
    if match is None:
        return everything
    word, rest = folded(match[1]), match[2]
    entities = tuple(name for name in looked if word in _names(registry, name))
    if entities:
        return Scope(rest, entities, word=match[1])
    fields = {
        name: found for name in looked if (found := _fields(registry, name, word))
    }  # fmt: skip
    if fields:
        return Scope(rest, tuple(fields), tuple(fields.items()), match[1])
    return everything


def _names(registry: Registry, entity: str) -> set[str]:
    declared = registry.entity(entity)
    labels = (declared.label, declared.plural)
    return {folded(name) for label in labels for language in _LANGUAGES
            for name in (label.text(language),)} | {entity}  # fmt: skip


def _fields(registry: Registry, entity: str, word: str) -> tuple[str, ...]:
    kinds = {kind for kind, words in _KINDS.items() if word in words}
    found = [TAGS] if word in _TAGS and TAGS in registry.entity(entity).by_name else []
    for field in registry.entity(entity).fields:
        labels = {folded(field.label.text(language)) for language in _LANGUAGES} | {field.name}
        if field.name not in found and (
            word in labels or (field.kind in kinds and field.searchable)
        ):
            found.append(field.name)
    return tuple(found)
