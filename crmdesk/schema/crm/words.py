"""The words that declarations are written in: one short function for each kind of field."""

from __future__ import annotations

from typing import Any, Protocol

from crmdesk.i18n import Label
from crmdesk.schema.choicetypes import ChoicesType, ChoiceType
from crmdesk.schema.kinds import FIELD_TYPES
from crmdesk.schema.linktypes import ReferenceType
from crmdesk.schema.numbertypes import DecimalType, IntegerType
from crmdesk.schema.registry import ChoiceList, Default, Entity, Field
from crmdesk.schema.textcontext import ChoiceItem

TAGS, TAG_LIST = "tags", "tag"
"""The field that tags a record, and the list of choices from which its tags are."""


class Maker(Protocol):
    """Makes a field of one kind from its name and its label in both languages."""

    def __call__(self, name: str, en: str, zh: str, **more: Any) -> Field: ...


def _maker(kind: str) -> Maker:
    made = FIELD_TYPES[kind]()

    def make(name: str, en: str, zh: str, **more: Any) -> Field:
        return Field(name, made, Label(en, zh), **more)

    return make


text, longtext, email, url, phone = map(_maker, ("text", "longtext", "email", "url", "phone"))
money, percent, rating = map(_maker, ("money", "percent", "rating"))
date, instant, moment, stamp = map(_maker, ("date", "instant", "moment", "stamp"))
duration, boolean, colour, file = map(_maker, ("duration", "boolean", "colour", "file"))
anyref, data = map(_maker, ("anyref", "data"))


def integer(name: str, en: str, zh: str, *, grouping: bool = True, **more: Any) -> Field:
    """A field of whole numbers; a year is one without `grouping`."""
    return Field(name, IntegerType(grouping), Label(en, zh), **more)


def decimal(name: str, en: str, zh: str, places: int = 2, **more: Any) -> Field:
    """A field of the kind decimal with that many places."""
    return Field(name, DecimalType(places), Label(en, zh), **more)


def choice(name: str, en: str, zh: str, list_name: str, **more: Any) -> Field:
    """A field that takes one entry of a choice list."""
    return Field(name, ChoiceType(list_name), Label(en, zh), **more)


def choices(name: str, en: str, zh: str, list_name: str, **more: Any) -> Field:
    """A field that takes several entries of a choice list."""
    return Field(name, ChoicesType(list_name), Label(en, zh), **more)


def ref(name: str, en: str, zh: str, target: str, inverse: str, **more: Any) -> Field:
    """A reference to a record of `target`, whose relation back is called `inverse`."""
    return Field(name, ReferenceType(target), Label(en, zh), inverse=inverse, **more)


def owned(name: str, en: str, zh: str, target: str, inverse: str, **more: Any) -> Field:
    """A required reference to the record that this one belongs to and goes with."""
    return ref(name, en, zh, target, inverse, required=True, on_delete="cascade", **more)


def entity(
    name: str,
    singular: tuple[str, str],
    plural: tuple[str, str],
    area: str,
    fields: list[Field],
    *,
    title: str,
    grid: str,
    **more: Any,
) -> Entity:
    """An entity; `title` and `grid` are field paths separated by spaces."""
    for option in ("order", "faces", "header"):
        if option in more:
            more[option] = tuple(more[option].split())
    return Entity(
        name, Label(*singular), Label(*plural), area, tuple(fields),
        tuple(title.split()), tuple(grid.split()), **more,
    )  # fmt: skip


def choice_list(name: str, en: str, zh: str, *items: tuple[str, ...]) -> ChoiceList:
    """A choice list of (key, English, Chinese[, colour]) entries."""
    return ChoiceList(name, Label(en, zh), tuple(ChoiceItem(*item) for item in items))


def tags() -> Field:
    """The tags of a record: one list for all record types, added to by typing a new one.

    Their keys are made of what was typed, so that a search finds them as words.
    """
    return choices(TAGS, "Tags", "标签", TAG_LIST, searched=True)


def external_id() -> Field:
    """The id that a record has in the file or system it came from."""
    return text("external_id", "External id", "外部编号", indexed=True)


def owner(entity_plural: str) -> Field:
    """Who is responsible for the record, at first who made it; the relation back is `owned_…`."""
    return ref("owner", "Owner", "负责人", "user", f"owned_{entity_plural}", default=Default.ME)


def address(prefix: str = "") -> list[Field]:
    """The fields of a postal address."""
    return [
        text(f"{prefix}street", "Street", "街道"),
        text(f"{prefix}postcode", "Postcode", "邮编"),
        text(f"{prefix}city", "City", "城市", indexed=not prefix),
        text(f"{prefix}region", "Region", "省/州"),
        text(f"{prefix}country", "Country", "国家"),
    ]


def hangs_on(inverse: str) -> list[Field]:
    """The references of an activity to the records it can hang on."""
    return [
        ref("company", "Company", "公司", "company", inverse),
        ref("contact", "Contact", "联系人", "contact", inverse),
        ref("opportunity", "Opportunity", "商机", "opportunity", inverse),
        ref("request", "Service request", "服务请求", "request", inverse),
        ref("campaign", "Campaign", "营销活动", "campaign", inverse),
        ref("contract", "Contract", "合同", "contract", inverse),
    ]
