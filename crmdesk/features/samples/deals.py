"""What is sold in a sample: products, opportunities with their history, quotes, sales."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from heapq import nlargest

from crmdesk.features.samples.calendar import DAYS
from crmdesk.features.samples.lands import Land
from crmdesk.features.samples.world import (
    BUYERS,
    CHUNK,
    Batch,
    Company,
    Deal,
    Row,
    Stage,
    World,
)
from crmdesk.schema.values import Instant, Money
from crmdesk.store.rows import new_id

NEWEST = 6
"""How many deals, those that the list has first, show what all belongs to a deal."""

_SERIES = ("CP", "GV", "HX", "AC", "FM", "FU", "CC", "SC")
_SIZES = (15, 20, 25, 32, 40, 50, 65, 80, 100, 125, 150, 200, 250, 300, 400)
_BASE_PRICES = (420, 95, 760, 1900, 310, 640, 2300, 1200)

# Which open stages a deal goes through, by number; many are entered late or skip some.
_ROUTES = ((0, 2), (1, 2), (2,), (0, 1, 2), (1, 2, 3), (0, 2, 3), (1, 3, 4), (0, 1, 2, 3, 4))
_ROUTE_SHARES = (22, 22, 20, 12, 9, 8, 4, 3)
_LOST_ROUTES = ((0,), (1,), (0, 1), (0, 2), (2,), (1, 2, 3))
_LOST_SHARES = (30, 25, 15, 14, 12, 4)
_SOURCES = ("referral", "web", "fair", "call", "campaign", "partner", "existing")
_REASONS = ("price", "competitor", "no_budget", "no_decision", "timing", "product")
_ROLES = ("decision_maker", "influencer", "user", "decision_maker")


class Selling:
    """Makes the selling side of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.products: list[str] = []
        self.codes: list[str] = []
        self._prices: list[int] = []
        self._names: dict[str, list[list[str]]] = {}
        self._history: list[Row] = []
        self._links: list[Row] = []

    def catalogue(self) -> Iterator[Batch]:
        """120 products in eight series."""
        english = self._world.lands[2].words["series"]
        rows: list[Row] = []
        for series, (prefix, base) in enumerate(zip(_SERIES, _BASE_PRICES, strict=True)):
            for size in _SIZES:
                price = round(base * (1 + size / 60))
                code = f"{prefix}-{size}"
                rows.append({
                    "id": new_id(), "name": f"{english[series]} {code}", "code": code,
                    "series": english[series], "unit": "pcs",
                    "price": Money(Decimal(price), "EUR"),
                    "cost": Money(Decimal(price * 62 // 100), "EUR"),
                    "active": size != 15,
                })  # fmt: skip
                self.products.append(rows[-1]["id"])
                self.codes.append(code)
                self._prices.append(price)
        for land in self._world.lands:
            self._names[land.key] = [
                [f"{text} {code}" for text in land.deals[number // len(_SIZES)]]
                for number, code in enumerate(self.codes)
            ]
        yield "product", rows

    def opportunities(self) -> Iterator[Batch]:
        """Twice as many as contacts, each batch followed by its history and its people."""
        world, rng, calendar = self._world, self._world.rng, self._world.calendar
        buyers = [one for one in world.companies if one.kind in BUYERS and one.people]
        buyers = buyers or [one for one in world.companies if one.people]
        weights = [BUYERS.get(one.kind, 1.0) for one in buyers]
        rivals = [one.id for one in world.companies if one.kind == "competitor"]
        total = world.contacts * 2
        chosen = rng.choices(buyers, weights, k=total) if buyers else []
        starts = [one.day + int(rng.random() * (DAYS - 1 - one.day)) for one in chosen]
        order = sorted(range(len(chosen)), key=starts.__getitem__)
        world.newest = set(nlargest(
            NEWEST, range(len(order)),
            key=lambda number: calendar.stamp(starts[order[number]], number).utc,
        ))  # fmt: skip
        rows: list[Row] = []
        for number, at in enumerate(order):
            rows.append(self._opportunity(chosen[at], starts[at], number, rivals))
            if len(rows) == CHUNK:
                yield from self._flush(rows)
                rows = []
        yield from self._flush(rows)

    def _flush(self, rows: list[Row]) -> Iterator[Batch]:
        yield "opportunity", rows
        history, self._history = self._history, []
        yield "stage_history", history
        links, self._links = self._links, []
        yield "opportunity_contact", links

    def _opportunity(self, company: Company, start: int, number: int, rivals: list[str]) -> Row:
        world, rng, calendar = self._world, self._world.rng, self._world.calendar
        land, today = company.land, DAYS - 1
        length = 12 + int(min(rng.expovariate(1 / 70), 300))
        end = start + length
        closes = end < today
        wins = closes and company.kind != "prospect" and rng.random() < 0.55
        outcome = ("won" if wins else "lost") if closes else "open"
        route: tuple[int, ...] = (
            rng.choices(_LOST_ROUTES, _LOST_SHARES) if outcome == "lost"
            else rng.choices(_ROUTES, _ROUTE_SHARES)
        )[0]  # fmt: skip
        steps = [start + length * step // len(route) for step in range(len(route))]
        reached = sum(day <= today for day in steps)
        product = int(rng.random() * len(self.products))
        quantity = 2 + int(rng.expovariate(0.09))
        amount = self._amount(land, product, quantity)
        contact = company.people[number % len(company.people)]
        deal = Deal(
            new_id(), company, contact, company.owner if number % 9 else world.me,
            start, end if closes else today, product, quantity, amount, reached, outcome,
        )  # fmt: skip
        world.deals.append(deal)
        stage = self._stages(deal, route, steps)
        last = end if closes else min(today, steps[reached - 1])
        names = self._names[land.key][product]
        people = company.people if number in world.newest else (contact,)
        for at, person in enumerate(people[:3]):
            self._links.append({
                "opportunity": deal.id, "contact": person, "role": _ROLES[(number + at) % 4],
            })  # fmt: skip
        is_lost = outcome == "lost"
        return {
            "id": deal.id,
            "created_at": calendar.stamp(start, number),
            "updated_at": calendar.stamp(last, number),
            "name": names[number % len(names)], "company": company.id, "contact": contact,
            "pipeline": stage.pipeline, "stage": stage.id, "status": outcome,
            "amount": amount, "probability": stage.probability,
            "forecast_category": stage.forecast,
            "close_date": calendar.dates[calendar.workdays[end]],
            "closed_on": calendar.dates[end] if closes else None,
            "engaged_on": calendar.dates[start],
            "next_step": None if closes else land.words["next"][number % 10],
            "product": self.products[product], "quantity": Decimal(quantity),
            "source": _SOURCES[number * 5 % 7],
            "lost_reason": _REASONS[number % 6] if is_lost else None,
            "competitor": rivals[number % len(rivals)] if rivals and is_lost and number % 3 == 0
            else None,
            "owner": deal.owner,
            "description": land.words["lost"] if is_lost and number % 4 == 0 else None,
        }  # fmt: skip

    def _amount(self, land: Land, product: int, quantity: int) -> Money:
        each = self._prices[product] * int(land.words["rate"])
        return Money(Decimal(each * quantity), land.currency)

    def _stages(self, deal: Deal, route: tuple[int, ...], steps: list[int]) -> Stage:
        """Write down each stage that the deal entered, and give the one it is in."""
        world, calendar, history = self._world, self._world.calendar, self._history
        stages = world.open_stages
        seconds = deal.product
        passed = [stages[min(at, len(stages) - 1)] for at in route[: deal.reached]]
        days = steps[: deal.reached]
        final = {"won": world.won, "lost": world.lost}.get(deal.outcome)
        if final is not None:
            passed.append(final)
            days.append(deal.end)
        times = [calendar.at(day, seconds + at) for at, day in enumerate(days)]
        previous: Stage | None = None
        for at, stage in enumerate(passed):
            left: Instant | None = times[at + 1] if at + 1 < len(times) else None
            history.append({
                "opportunity": deal.id, "stage": stage.id,
                "previous": previous.id if previous is not None else None,
                "at": times[at], "left_at": left, "amount": deal.amount,
                "created_at": times[at], "updated_at": left or times[at],
            })  # fmt: skip
            previous = stage
        return passed[-1]

    # ------------------------------------------------------------ papers

    def papers(self) -> Iterator[Batch]:
        """Quotes of the deals that got that far; sales, contracts and machines of the won."""
        quotes: list[Row] = []
        lines: list[Row] = []
        sales: list[Row] = []
        contracts: list[Row] = []
        assets: list[Row] = []
        for number, deal in enumerate(self._world.deals):
            if deal.reached > 1 and number % 4 == 0:
                self._quote(deal, len(quotes), quotes, lines)
            if deal.outcome == "won":
                self._won(deal, number, sales, contracts, assets)
        for entity, rows in (
            ("quote", quotes), ("quote_line", lines), ("sale", sales),
            ("contract", contracts), ("asset", assets),
        ):  # fmt: skip
            for at in range(0, len(rows), CHUNK):
                yield entity, rows[at : at + CHUNK]

    def _quote(self, deal: Deal, number: int, quotes: list[Row], lines: list[Row]) -> None:
        calendar, company, land = self._world.calendar, deal.company, deal.company.land
        day = calendar.workdays[(deal.start + deal.end) // 2]
        old = day + 45 < DAYS
        status = {"won": "accepted", "lost": "declined"}.get(
            deal.outcome, "expired" if old else "sent" if number % 3 else "draft"
        )
        stamp = calendar.stamp(day, number)
        quotes.append({
            "id": new_id(), "created_at": stamp, "updated_at": stamp,
            "number": f"Q-{calendar.dates[day].year}-{number + 1:05d}",
            "name": self._names[land.key][deal.product][number % 16],
            "opportunity": deal.id, "company": company.id, "contact": deal.contact,
            "status": status, "issued_on": calendar.dates[day],
            "valid_until": calendar.dates[day + 45], "amount": deal.amount,
            "owner": deal.owner, "terms": land.words["terms"],
        })  # fmt: skip
        rest = deal.quantity
        for position in range(1, 3 if rest > 1 else 2):
            quantity = rest // 2 if position == 1 and rest > 1 else rest
            rest -= quantity
            lines.append({
                "quote": quotes[-1]["id"], "position": position,
                "product": self.products[deal.product],
                "name": f"{land.words['series'][deal.product // 15]} {self.codes[deal.product]}",
                "quantity": Decimal(quantity), "price": self._amount(land, deal.product, 1),
                "discount": Decimal(0), "created_at": stamp, "updated_at": stamp,
            })  # fmt: skip

    def _won(
        self, deal: Deal, number: int, sales: list[Row], contracts: list[Row], assets: list[Row]
    ) -> None:
        calendar, company, land = self._world.calendar, deal.company, deal.company.land
        stamp = calendar.stamp(deal.end, number)
        day = calendar.dates[deal.end]
        product = self.products[deal.product]
        cost = deal.amount.amount * (55 + number % 20) // 100
        sales.append({
            "number": f"S-{day.year}-{len(sales) + 1:05d}", "company": company.id,
            "contact": deal.contact, "opportunity": deal.id, "product": product,
            "sold_on": day, "quantity": Decimal(deal.quantity), "amount": deal.amount,
            "product_cost": Money(cost, land.currency), "owner": deal.owner,
            "created_at": stamp, "updated_at": stamp,
        })  # fmt: skip
        if number % 3 == 0 or deal.product // 15 == 7:
            ended = deal.end + 365 < DAYS
            contracts.append({
                "number": f"C-{day.year}-{len(contracts) + 1:05d}",
                "name": self._names[land.key][deal.product][number % 16],
                "company": company.id, "opportunity": deal.id,
                "status": "ended" if ended else "active", "starts_on": day,
                "ends_on": calendar.dates[deal.end + 365], "amount": deal.amount,
                "owner": deal.owner, "terms": land.words["terms"],
                "created_at": stamp, "updated_at": stamp,
            })  # fmt: skip
        if number % 8 == 0:
            code = self.codes[deal.product]
            assets.append({
                "id": new_id(),
                "name": f"{land.words['series'][deal.product // 15]} {code}",
                "company": company.id, "product": product,
                "serial": f"{code}-{day.year % 100:02d}{number:06d}", "installed_on": day,
                "warranty_until": calendar.dates[min(deal.end + 730, len(calendar.dates) - 1)],
                "created_at": stamp, "updated_at": stamp,
            })  # fmt: skip
