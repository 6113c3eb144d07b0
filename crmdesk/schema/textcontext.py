"""What typed and shown text depends on: locale, language, zone, now, currency, choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property

from crmdesk.schema.values import Money, zone_of


@dataclass(frozen=True, slots=True)
class ChoiceItem:
    """One entry of a choice list: the stored key, what people read, its colour (#rrggbb)."""

    key: str
    label_en: str
    label_zh: str = ""
    colour: str = ""

    def label(self, language: str) -> str:
        """The label in the language, or the one there is."""
        if language == "zh":
            return self.label_zh or self.label_en or self.key
        return self.label_en or self.label_zh or self.key


def _no_choices(list_name: str) -> Sequence[ChoiceItem]:
    return ()


def _no_title(entity: str, record_id: str) -> str:
    return ""


def _find_none(entity: str, text: str) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class TextContext:
    """The circumstances under which text is read and shown.

    `locale` decides numbers and the order of dates, `language` ("en", "zh") the
    words; `zone` is the reader's IANA zone, `currency` and `region` fill in what
    an amount or a phone number leaves out. `now` is fixed in tests and imports;
    None asks the clock each time. With `strict` the locale is not taken as proof
    of the writer's habits (a file of unknown origin): every text with two
    readings is refused.

    `choices` gives the entries of a list, `titles` the title of a record by
    entity and id, `find` the ids of an entity's records with exactly that title.
    """

    locale: str = "en_US"
    language: str = "en"
    zone: str = "UTC"
    now: datetime | None = None
    currency: str = "USD"
    region: str = "US"
    choices: Callable[[str], Sequence[ChoiceItem]] = _no_choices
    titles: Callable[[str, str], str] = _no_title
    find: Callable[[str, str], Sequence[str]] = _find_none
    strict: bool = False

    @cached_property
    def tz(self) -> tzinfo:
        """The reader's time zone; ValueRefused where its name is none."""
        return zone_of(self.zone)

    def present(self) -> datetime:
        """The current time as a wall clock in the reader's zone shows it (aware)."""
        return (self.now or datetime.now(UTC)).astimezone(self.tz)

    def today(self) -> date:
        """Today's date in the reader's zone."""
        return self.present().date()


def own_currency(ctx: TextContext, value: object) -> TextContext:
    """The context in which a bare number is an amount in the currency that stands there."""
    if isinstance(value, Money) and value.currency != ctx.currency:
        return replace(ctx, currency=value.currency)
    return ctx
