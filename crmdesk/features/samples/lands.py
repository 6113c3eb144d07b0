"""The countries that sample data comes from: their words, and names and numbers made of them.

The words are in resources/samples, one file a country. Phone numbers are of ranges that
belong to nobody: those that Ofcom, the Bundesnetzagentur and the North American plan keep for
fiction, and Chinese ones that begin as no subscriber's number can. Mail and web addresses
are under `.example` (RFC 2606).
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Any

from crmdesk import paths
from crmdesk.schema.values import Phone

FILES = ("cn", "de", "gb", "us")

# Places in Germany whose area code has a range for fiction, with that range.
_GERMAN = {
    "30": "30 23125 {:03d}", "40": "40 66969 {:03d}", "69": "69 90009 {:03d}",
    "89": "89 99998 {:03d}", "221": "221 4710 {:03d}",
}  # fmt: skip


@dataclass(frozen=True)
class City:
    """A place with its phone area."""

    name: str
    region: str
    postcode: str
    area: str


@dataclass(frozen=True)
class Person:
    """A name and what it is called in an address."""

    name: str
    family: str
    given: str
    is_woman: bool
    slug: str


@dataclass(frozen=True)
class Firm:
    """A firm's name, its trade and the host of its addresses."""

    name: str
    industry: str
    host: str
    city: City


@dataclass(frozen=True)
class Land:
    """The words of one country, and pools of what is made of them."""

    key: str
    words: dict[str, Any]
    cities: tuple[City, ...]
    deals: tuple[tuple[str, ...], ...] = field(repr=False)

    @property
    def currency(self) -> str:
        return str(self.words["currency"])

    @property
    def language(self) -> str:
        return str(self.words["language"])

    @property
    def country(self) -> str:
        return str(self.words["country"])

    def firms(self, rng: random.Random, count: int) -> list[Firm]:
        """So many firms of different names."""
        stems = [
            (first, last)
            for first, last in product(self.words["stems_a"], self.words["stems_b"])
            if first[0] != last[0]
        ]
        kinds = (stems, self.words["trades"], self.words["forms"], self.cities)
        made: list[Firm] = []
        taken: dict[str, int] = {}
        hosts: dict[str, int] = {}
        joint = "" if self.words["joined"] else " "
        for stem, trade, form, city in zip(
            *(rng.choices(kind, k=count) for kind in kinds), strict=True
        ):
            first, last = stem
            stem_text = (first[0] + joint + last[0]).strip()
            name = self.words["firm"].format(
                stem=stem_text, trade=trade[0], form=form, city=city.name
            )
            again = taken[name] = taken.get(name, 0) + 1
            if again > 1:
                # As firms do that find their name taken in the register.
                name = f"{name} ({city.name})" if again == 2 else f"{name} {again}"
            slug = f"{first[1]}{joint and '-'}{last[1]}".strip("-")
            same = hosts[slug] = hosts.get(slug, 0) + 1
            host = f"{slug}{same if same > 1 else ''}.{self.words['domain']}.example"
            made.append(Firm(name, trade[1], host, city))
        return made

    def people(self, rng: random.Random, count: int) -> list[Person]:
        """So many people; as in life, several have the same name."""
        pattern = self.words["name"]
        pool = [
            Person(pattern.format(family=family[0], given=given[0]), family[0], given[0],
                   is_woman, f"{given[1]}.{family[1]}")
            for is_woman, names in ((False, self.words["men"]), (True, self.words["women"]))
            for family in self.words["family"]
            for given in names
        ]  # fmt: skip
        return rng.choices(pool, k=count)

    def phone(self, city: City, number: int) -> Phone:
        """A number in the city's area that is nobody's."""
        if self.key == "cn":
            raw = f"+86 {city.area} 1{number % 1000:03d} {number // 7 % 10_000:04d}"
        elif self.key == "de":
            raw = "+49 " + _GERMAN[city.area].format(number % 1000)
        elif self.key == "gb":
            raw = f"+44 {city.area}{number % 1000:03d}"
        else:
            raw = f"+1 {city.area} 555 01{number % 100:02d}"
        return Phone(raw, raw.replace(" ", ""))

    def mobile(self, city: City, number: int) -> Phone:
        """A mobile number that is nobody's."""
        if self.key == "cn":
            raw = f"+86 12{number % 10} {number // 10 % 10_000:04d} {number // 3 % 10_000:04d}"
        elif self.key == "de":
            raw = f"+49 171 39200 {number % 100:02d}"
        elif self.key == "gb":
            raw = f"+44 7700 900{number % 1000:03d}"
        else:
            raw = f"+1 {city.area} 555 01{number % 100:02d}"
        return Phone(raw, raw.replace(" ", ""))

    def texts(self, rng: random.Random, count: int) -> list[str]:
        """Texts of two or three sentences, as one writes after a meeting."""
        sentences = self.words["sentences"]
        joint = "" if self.language == "zh" else " "
        return [joint.join(rng.sample(sentences, 2 + number % 2)) for number in range(count)]


@lru_cache(maxsize=1)
def lands() -> tuple[Land, ...]:
    """All countries, each with its weight in `words`."""
    return tuple(_land(key) for key in FILES)


def _read(key: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads(
        paths.resource("samples", f"{key}.json").read_text(encoding="utf-8")
    )
    if "same_as" in words:
        words = _read(words["same_as"]) | words
    return words


def _land(key: str) -> Land:
    words = _read(key)
    joint = "" if words["joined"] and words["language"] == "zh" else " "
    deals = tuple(
        tuple(f"{project}{joint or ' '}{series}" for project in words["projects"])
        for series in words["series"]
    )
    return Land(key, words, tuple(City(*one) for one in words["cities"]), deals)
