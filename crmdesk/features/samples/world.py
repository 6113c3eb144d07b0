"""Who there is in a sample: users, companies and contacts, and what the rest needs of them.

Rows name fields as the declaration does; the door refuses a name that is not declared.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from crmdesk.features.samples.calendar import DAYS, Calendar
from crmdesk.features.samples.lands import Firm, Land, Person, lands
from crmdesk.schema.values import Money
from crmdesk.store.rows import new_id

Row = dict[str, Any]
Batch = tuple[str, list[Row]]
"""An entity, and rows of it as `CreateMany` takes them."""

CHUNK = 20_000
"""Rows that are made, and given to the door, at a time."""

_KINDS = ("customer", "prospect", "former", "partner", "supplier", "competitor")
_KIND_SHARES = (40, 43, 5, 5, 4, 3)
BUYERS = {"customer": 3.0, "prospect": 1.0, "former": 1.5}
"""The kinds of company that deals are made with, and how often."""


@dataclass(slots=True)
class Stage:
    """A stage of the store's pipeline."""

    id: str
    pipeline: str
    probability: Decimal
    outcome: str
    forecast: str | None


@dataclass(slots=True)
class Company:
    """A company with what its deals and activities need to know."""

    id: str
    land: Land
    firm: Firm
    kind: str
    owner: str
    day: int
    people: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Deal:
    """An opportunity with the span of days it was worked on."""

    id: str
    company: Company
    contact: str
    owner: str
    start: int
    end: int
    product: int
    quantity: int
    amount: Money
    reached: int
    """How many open stages it went through."""
    outcome: str


class World:
    """The people of a sample of one size and seed; the other parts draw on it."""

    def __init__(
        self, contacts: int, seed: int, until: date, me: str, stages: list[Stage], zone: str
    ) -> None:
        self.rng = random.Random(seed)
        self.contacts = contacts
        self.lands = lands()
        self.calendar = Calendar(until, zone)
        self.me = me
        self.open_stages = [one for one in stages if one.outcome == "open"]
        self.won, self.lost = (
            next((one for one in stages if one.outcome == outcome), None)
            for outcome in ("won", "lost")
        )
        self.companies: list[Company] = []
        self.deals: list[Deal] = []
        # The numbers of the deals that stand first in the list, where one looks first.
        self.newest: set[int] = set()
        self.owners: dict[str, list[str]] = {}

    def users(self) -> Iterator[Batch]:
        """A team for each country, its first member the manager of the others."""
        rows: list[Row] = []
        for land in self.lands:
            count = min(5, 2 + self.contacts // 20_000)
            ids = [new_id() for _ in range(count)]
            for number, person in enumerate(land.people(self.rng, count)):
                rows.append({
                    "id": ids[number], "name": person.name,
                    "email": f"{person.slug}@crmdesk-sample.example",
                    "phone": land.phone(land.cities[0], number + 1),
                    "team": land.words["team"],
                    "manager": ids[0] if number else None,
                })  # fmt: skip
            # Whoever tries the sample finds records of their own in it.
            self.owners[land.key] = [*ids, self.me]
        yield "user", rows

    def firms(self) -> Iterator[Batch]:
        """Half as many companies as contacts, in the shares of their countries."""
        rng, total = self.rng, max(1, self.contacts // 2)
        weights = [land.words["weight"] for land in self.lands]
        counts = dict.fromkeys((land.key for land in self.lands), 0)
        for land in rng.choices(self.lands, weights, k=total):
            counts[land.key] += 1
        firms = [(land, firm) for land in self.lands for firm in land.firms(rng, counts[land.key])]
        rng.shuffle(firms)
        kinds = rng.choices(_KINDS, _KIND_SHARES, k=total)
        days = sorted(int(DAYS * 0.95 * rng.random() ** 1.7) for _ in range(total))
        parents: dict[str, Company] = {}
        sizes = [int(8 * 1.08**step) for step in range(100)]
        rows: list[Row] = []
        for number, ((land, firm), kind, day) in enumerate(zip(firms, kinds, days, strict=True)):
            one = Company(new_id(), land, firm, kind, rng.choice(self.owners[land.key]), day)
            self.companies.append(one)
            parent = parents.get(land.key)
            rows.append(self._company(one, number, rng.choice(sizes), parent))
            if number % 17 == 0:
                parents[land.key] = one
            if len(rows) == CHUNK:
                yield "company", rows
                rows = []
        yield "company", rows

    def _company(self, one: Company, number: int, size: int, parent: Company | None) -> Row:
        land, firm, rng = one.land, one.firm, self.rng
        stamp = self.calendar.stamp(one.day, number)
        revenue = size * int(land.words["rate"]) * rng.randrange(90, 260) * 1000
        return {
            "id": one.id, "created_at": stamp, "updated_at": stamp,
            "name": firm.name, "kind": one.kind, "industry": firm.industry,
            "parent": parent.id if parent is not None and number % 13 == 5 else None,
            "phone": land.phone(firm.city, number), "email": f"info@{firm.host}",
            "website": f"www.{firm.host}", "street": self._street(land, number),
            "postcode": firm.city.postcode, "city": firm.city.name,
            "region": firm.city.region, "country": land.country,
            "founded": 1950 + number * 7 % 74, "employees": size,
            "revenue": Money(Decimal(revenue), land.currency),
            "rating": number * 11 % 5 + 1 if number % 3 else None, "owner": one.owner,
        }  # fmt: skip

    def persons(self) -> Iterator[Batch]:
        """The contacts: one for each company first, the others anywhere."""
        rng, total = self.rng, self.contacts
        pools = {land.key: iter(_endless(land, rng)) for land in self.lands}
        more = rng.choices(self.companies, k=max(0, total - len(self.companies)))
        rows: list[Row] = []
        for number, company in enumerate(islice((*self.companies, *more), total)):
            person = next(pools[company.land.key])
            rows.append(self._contact(company, person, number))
            if len(rows) == CHUNK:
                yield "contact", rows
                rows = []
        yield "contact", rows

    def _contact(self, company: Company, person: Person, number: int) -> Row:
        land, city = company.land, company.firm.city
        jobs = land.words["jobs"]
        job, department = jobs[number * 31 % 97 % len(jobs)]
        day = min(DAYS - 2, company.day + number % 60)
        stamp = self.calendar.stamp(day, number)
        again = len(company.people)
        row = {
            "id": new_id(), "created_at": stamp, "updated_at": stamp,
            "name": person.name, "family_name": person.family, "given_name": person.given,
            "salutation": "ms" if person.is_woman else "mr",
            "job_title": job, "department": department, "company": company.id,
            "reports_to": company.people[0] if again and number % 3 else None,
            "phone": land.phone(city, number + 3), "mobile": land.mobile(city, number * 13),
            "email": f"{person.slug}{again + 1 if again else ''}@{company.firm.host}",
            "city": city.name, "region": city.region, "country": land.country,
            "birthday": date(1958 + number * 17 % 44, number % 12 + 1, number * 5 % 28 + 1)
            if number % 4 == 0 else None,
            "language": land.language, "owner": company.owner,
        }  # fmt: skip
        company.people.append(row["id"])
        return row

    def affiliations(self) -> Iterator[Batch]:
        """Where people work, and the few who sit on the board of a second company."""
        rows: list[Row] = []
        for number, company in enumerate(self.companies[:: max(1, len(self.companies) // 400)]):
            other = self.companies[number * 53 % len(self.companies)]
            if company.people and other is not company:
                rows.append({
                    "contact": company.people[0], "company": other.id,
                    "role": company.land.words["jobs"][1][0],
                    "started_on": self.calendar.dates[max(company.day, other.day)],
                    "is_primary": False,
                })  # fmt: skip
        yield "affiliation", rows

    def _street(self, land: Land, number: int) -> str:
        streets = land.words["streets"]
        street = streets[number * 13 % len(streets)]
        return str(land.words["street"].format(street=street, number=number * 29 % 240 + 1))


def _endless(land: Land, rng: random.Random) -> Iterator[Person]:
    while True:
        yield from land.people(rng, 5000)
