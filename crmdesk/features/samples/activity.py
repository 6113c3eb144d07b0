"""What people did in a sample, and plan to: interactions, tasks, notes, events, requests.

Most belong to a deal and lie in the time in which it was worked on.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

from crmdesk.features.samples.calendar import AHEAD, DAYS
from crmdesk.features.samples.lands import Land
from crmdesk.features.samples.world import CHUNK, Batch, Company, Deal, Row, World
from crmdesk.schema.values import Money
from crmdesk.store.rows import new_id

ACTIVITIES = 10
"""How many of them there are for each contact."""

# Of each hundred.
_SHARES = (("interaction", 43), ("task", 26), ("note", 20), ("event", 11))
_CHANNELS = ("call", "email", "call", "visit", "email", "chat", "call", "meeting")
_LENGTHS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 90))
_TEXTS = 1500
"""Different texts of notes in each language."""

_Place = tuple[Company, str, Deal | None]
_CODE = 1 << 40


class Activity:
    """Makes the activity side of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._texts = {land.key: land.texts(world.rng, _TEXTS) for land in world.lands}

    def all(self) -> Iterator[Batch]:
        """Interactions, tasks, notes and events, each kind oldest first."""
        makers: dict[str, Callable[[int, int, _Place], Row]] = {
            "interaction": self._interaction, "task": self._task,
            "note": self._note, "event": self._event,
        }  # fmt: skip
        total = self._world.contacts * ACTIVITIES
        for entity, share in _SHARES:
            count = total * share // 100
            planned = {"task": 0.06, "event": 0.05}.get(entity, 0.0)
            make = makers[entity]
            rows: list[Row] = []
            for number, key in enumerate(self._days(count, planned)):
                rows.append(make(number, key // _CODE, self._place(key % _CODE)))
                if len(rows) == CHUNK:
                    yield entity, rows
                    rows = []
            yield entity, rows

    def _days(self, count: int, planned: float) -> array[int]:
        """Days and places in order of the days; a share of them is still to come."""
        rng, world = self._world.rng, self._world
        deals, companies = len(world.deals), world.companies
        people = [at for at, one in enumerate(companies) if one.people]
        recent = [at for at, one in enumerate(world.deals) if one.outcome == "open"]
        if not people:
            return array("q")
        keys = self._first_seen(planned > 0)[: count // 4]
        for _ in range(count - len(keys)):
            draw = rng.random()
            if draw < planned:
                day = DAYS - 1 + int(rng.random() ** 2 * AHEAD * 0.6)
                if recent:
                    keys.append(day * _CODE + recent[int(rng.random() * len(recent))])
                    continue
                at = people[int(rng.random() * len(people))]
                keys.append(day * _CODE + deals + at)
            elif draw < 0.7 and deals:
                at = int(rng.random() * deals)
                deal = world.deals[at]
                span = min(deal.end, DAYS - 2) - deal.start
                keys.append((deal.start + int(rng.random() * (span + 1))) * _CODE + at)
            else:
                at = people[int(rng.random() * len(people))]
                first = min(companies[at].day, DAYS - 2)
                day = first + int(rng.random() * (DAYS - 1 - first))
                keys.append(day * _CODE + deals + at)
        keys.sort()
        return array("q", keys)

    def _first_seen(self, to_come: bool) -> list[int]:
        """Something that is to be done, or was done, for each of the deals that stand first."""
        deals, keys = self._world.deals, []
        for at in sorted(self._world.newest, reverse=True):
            is_open = deals[at].outcome == "open"
            ahead = (DAYS, DAYS + 5) if to_come and is_open else ()
            keys += [day * _CODE + at for day in ahead or (min(deals[at].end, DAYS - 2),)]
        return keys

    def _place(self, code: int) -> _Place:
        """What a place stands for: a deal, or a company without one."""
        deals = self._world.deals
        if code < len(deals):
            deal = deals[code]
            return deal.company, deal.contact, deal
        company = self._world.companies[code - len(deals)]
        return company, company.people[code % len(company.people)], None

    def _row(self, number: int, day: int, place: _Place) -> Row:
        """What every activity has: whom it concerns, whose it is, when it was written down."""
        company, contact, deal = place
        known = deal.start if deal is not None else company.day
        stamp = self._world.calendar.stamp(min(max(day, known), DAYS - 2), number)
        return {
            "company": company.id,
            "contact": contact,
            "opportunity": deal.id if deal is not None else None,
            "owner": deal.owner if deal is not None else company.owner,
            "created_at": stamp,
            "updated_at": stamp,
        }

    def _interaction(self, number: int, day: int, place: _Place) -> Row:
        land, calendar = place[0].land, self._world.calendar
        channel = _CHANNELS[number * 7 % 8]
        lines = land.words["talks"][channel]
        row = self._row(number, day, place)
        row["summary"] = lines[number * 3 % len(lines)]
        row["at"] = calendar.at(calendar.workdays[day] if day < DAYS - 4 else day, number * 7)
        row["channel"] = channel
        row["direction"] = "in" if number % 3 == 0 else "out"
        row["minutes"] = number * 13 % 55 + 3 if channel != "email" else None
        if number % 5 == 0:
            texts = self._texts[land.key]
            row["description"] = texts[number // 5 % _TEXTS]
        return row

    def _task(self, number: int, day: int, place: _Place) -> Row:
        land, calendar = place[0].land, self._world.calendar
        kind, subject = land.words["tasks"][number * 5 % len(land.words["tasks"])]
        due = calendar.workdays[day]
        # One in thirty was forgotten, half of those long ago; what is near is still open.
        late = (day > DAYS - 25 and number % 6 == 0) or number % 150 == 0
        is_done = day < DAYS - 1 and not late
        row = self._row(number, day - 6, place)
        row["subject"] = subject
        row["kind"] = kind
        row["due"] = calendar.dates[due] if number % 4 else calendar.at(due, number * 7)
        row["priority"] = ("normal", "normal", "high", "low")[number * 3 % 7 % 4]
        row["done"] = is_done
        row["status"] = "done" if is_done else ("open", "open", "active", "waiting")[number % 4]
        if is_done:
            row["done_at"] = row["updated_at"] = calendar.stamp(min(due, DAYS - 2), number)
        if kind in ("visit", "demo"):
            row["length"] = _LENGTHS[number % 4]
        return row

    def _note(self, number: int, day: int, place: _Place) -> Row:
        land, calendar = place[0].land, self._world.calendar
        subjects = land.words["notes"]
        row = self._row(number, day, place)
        row["subject"] = subjects[number * 3 % len(subjects)] if number % 4 else None
        row["body"] = self._texts[land.key][number * 7 % _TEXTS]
        row["at"] = calendar.at(day, number * 11)
        return row

    def _event(self, number: int, day: int, place: _Place) -> Row:
        land, calendar = place[0].land, self._world.calendar
        subjects, places = land.words["events"], land.words["places"]
        row = self._row(number, day - 10, place)
        begin = number * 17 % 96
        when = calendar.workdays[day]
        row["subject"] = subjects[number * 3 % len(subjects)]
        row["starts"] = calendar.at(when, begin)
        row["ends"] = calendar.at(when, begin + 12)
        row["location"] = places[number * 3 % len(places)]
        row["status"] = "tentative" if day > DAYS and number % 4 == 0 else "confirmed"
        return row

    # ------------------------------------------------------------ service and campaigns

    def requests(self) -> Iterator[Batch]:
        """Service requests of customers, the older ones solved."""
        world, rng = self._world, self._world.rng
        customers = [one for one in world.companies if one.kind == "customer" and one.people]
        rows: list[Row] = []
        count = world.contacts // 8 if customers else 0
        chosen = [
            (one.day + int(rng.random() * (DAYS - 1 - one.day)), number % len(one.people), one)
            for number, one in enumerate(rng.choices(customers, k=count) if count else ())
        ]
        for number, (day, person, one) in enumerate(sorted(chosen, key=lambda each: each[0])):
            rows.append(self._request(number, day, one.people[person], one, one.land))
        for at in range(0, len(rows), CHUNK):
            yield "request", rows[at : at + CHUNK]

    def _request(self, number: int, day: int, person: str, one: Company, land: Land) -> Row:
        calendar = self._world.calendar
        kind, subject = land.words["requests"][number * 7 % 10]
        taken = number % 9
        solved = day + taken < DAYS - 2
        end = min(day + taken, DAYS - 2)
        stamp = calendar.stamp(end if solved else day, number)
        return {
            "number": f"R-{calendar.dates[day].year}-{number + 1:05d}", "subject": subject,
            "kind": kind, "priority": ("normal", "high", "normal", "low")[number % 4],
            "status": ("closed", "resolved")[number % 2] if solved
            else ("new", "active", "waiting")[number % 3],
            "company": one.id, "contact": person, "owner": one.owner,
            "received_at": calendar.at(day, number * 3),
            "due_at": calendar.at(day + 7, number * 3),
            "resolved_at": calendar.at(end + 1, number) if solved else None,
            "satisfaction": 5 - number * 7 % 11 % 4 if solved and number % 3 else None,
            "solution": land.words["solved"] if solved else None,
            "description": self._texts[land.key][number % _TEXTS],
            "created_at": calendar.stamp(day, number), "updated_at": stamp,
        }  # fmt: skip

    def campaigns(self) -> Iterator[Batch]:
        """Twelve campaigns in each country, with who was asked and who answered."""
        world = self._world
        rows: list[Row] = []
        members: list[Row] = []
        for land in world.lands:
            asked = [one for one in world.companies if one.land is land and one.people]
            for number, (kind, name) in enumerate(land.words["campaigns"] * 2):
                start = number * 97 % (DAYS + 40)
                rows.append(self._campaign(land, kind, name, number, start))
                for at, one in enumerate(asked[number :: len(asked) // 200 + 5]):
                    members.append(self._member(rows[-1]["id"], one.people[0], at, start))
        yield "campaign", rows
        yield "campaign_member", members

    def _campaign(self, land: Land, kind: str, name: str, number: int, start: int) -> Row:
        calendar = self._world.calendar
        is_over, is_on = start + 30 < DAYS, start < DAYS
        budget = (number % 5 + 2) * 2000 * int(land.words["rate"])
        cost = budget * (80 + number * 3) // 100
        stamp = calendar.stamp(min(max(0, start - 30), DAYS - 2), number)
        return {
            "id": new_id(), "name": f"{name} {calendar.dates[start].year}", "kind": kind,
            "status": "done" if is_over else "active" if is_on else "planned",
            "starts_on": calendar.dates[start], "ends_on": calendar.dates[start + 30],
            "budget": Money(Decimal(budget), land.currency),
            "cost": Money(Decimal(cost), land.currency) if is_over else None,
            "expected_response": Decimal(number % 6 + 2),
            "owner": self._world.owners[land.key][0],
            "created_at": stamp, "updated_at": stamp,
        }  # fmt: skip

    def _member(self, campaign: str, contact: str, number: int, start: int) -> Row:
        calendar = self._world.calendar
        is_on = start < DAYS - 12
        answer = {0: "responded", 1: "declined"}.get(number % 7, "sent") if is_on else "planned"
        stamp = calendar.stamp(min(start, DAYS - 2), number)
        return {
            "campaign": campaign, "contact": contact, "status": answer,
            "responded_at": calendar.at(start + number % 9, number)
            if answer in ("responded", "declined") else None,
            "created_at": stamp, "updated_at": stamp,
        }  # fmt: skip
