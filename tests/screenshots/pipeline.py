"""The store that is photographed: a real pipeline, and what a salesperson keeps around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from crmdesk.features.exchange.importing import plan_import, run_import
from crmdesk.features.samples.sample import make_sample
from crmdesk.ops.changes import Command, Create, Group, UpdateMany
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import All, Condition, Query, Sort
from crmdesk.schema.values import Instant, Money, Phone

FILES = Path(__file__).parents[3] / "shared" / "corpus" / "crm" / "maven-crm-opportunities"
CONTACTS = 300
SEED = 20

PEOPLE = (
    ("Lindqvist", "Karin", "Head of Purchasing", "+46 8 5550 1441"),
    ("陈", "立华", "设备部经理", "+86 574 5550 2718"),
    ("Okafor", "Daniel", "Plant Engineer", "+1 312 555 0143"),
    ("Moreau", "Inès", "Finance Director", "+33 1 55 50 31 41"),
)
STAGES = ("Negotiation", "Qualified", "Engaging", "Proposal", "Engaging", "Qualified", "Verbal")

TASKS = (
    ("Send revised quote with a longer warranty", "to_do", -1, False),
    ("Call 陈立华 about the pilot line", "call", 0, False),
    ("Prepare site visit", "visit", 3, False),
    ("Check delivery dates with the factory", "to_do", 6, False),
    ("Introduce the service team", "email", -9, True),
    ("Collect drawings of hall 3", "to_do", -16, True),
)
NOTES = (
    ("Budget", "Approved for this quarter; anything above needs the finance director."),
    ("Competitor", "They have an offer from a second supplier, 8 % lower, without service."),
    ("试点", "客户希望先在三号车间试运行两周，再决定整条线。"),
)
TALKS = (
    ("Call: pilot on one line first", "call", 25, 1),
    ("Visit: measured the pump room", "meeting", 90, 8),
    ("Asked for references", "email", 5, 12),
)


@dataclass(frozen=True)
class Shown:
    """The records that are photographed, by id."""

    opportunity: str
    company: str
    contact: str


def fill(workspace: Workspace) -> Shown:
    """Bring in the pipeline where its files are here, sample data otherwise."""
    if not FILES.is_dir():
        make_sample(workspace, contacts=CONTACTS, seed=SEED)
        return _busiest(workspace)
    ctx = workspace.text_context("en", "en_US", zone="UTC", currency="USD", region="US")
    run_import(workspace, plan_import(sorted(FILES.glob("*.csv")), workspace, ctx))
    return _live_in(workspace)


def _ids(workspace: Workspace, query: Query, limit: int) -> list[str]:
    with workspace.reader() as conn:
        rowids = workspace.select.first(conn, query, workspace.query_context(), limit)
        named = workspace.select.record_ids(conn, query.entity, rowids)
    return [named[rowid] for rowid in rowids]


def _busiest(workspace: Workspace) -> Shown:
    """An open opportunity of the sample data that has a contact and much going on."""
    where = All((
        Condition("status", "is", "open"), Condition("contact", "not_empty"),
        Condition("company", "not_empty"),
    ))  # fmt: skip
    found = _ids(workspace, Query("opportunity", where=where, sort=(Sort("amount", True),)), 40)

    def related(record: str) -> int:
        with workspace.reader() as conn:
            return sum(workspace.select.related_counts(conn, "opportunity", record).values())

    record = max(found, key=related)
    values = workspace.get("opportunity", record) or {}
    return Shown(record, values["company"], values["contact"])


def _live_in(workspace: Workspace) -> Shown:
    """Give the newest open opportunities what an export leaves out, and one of them a life."""
    where = All((Condition("status", "is", "open"), Condition("company", "not_empty")))
    order = (Sort("engaged_on", True), Sort("name"))
    fresh = _ids(workspace, Query("opportunity", where=where, sort=order), 60)
    today = datetime.now(UTC).date()
    stages = [_stage(workspace, name) for name in STAGES]
    steps = ("Send quote", "Call back", "Arrange visit", "报价", "Wait for drawings")
    changes: dict[str, dict[str, Any]] = {
        record: {
            "amount": Money(Decimal(64_800 - number * 970), "USD"),
            "close_date": today + timedelta(number * 5 % 90 - 6),
            "next_step": steps[number % len(steps)],
            "stage": stages[number % len(stages)],
        }
        for number, record in enumerate(fresh)
    }
    workspace.run(UpdateMany("opportunity", changes))
    record = fresh[0]
    company = (workspace.get("opportunity", record) or {})["company"]
    made = workspace.run(Group("People", tuple(_people(company))))
    contact = made.created[0]
    workspace.run(Group("Work", tuple(_work(record, company, made.created, today))))
    return Shown(record, company, contact)


def _stage(workspace: Workspace, name: str) -> str:
    (found,) = _ids(workspace, Query("stage", Condition("name", "is", name)), 1)
    return found


def _people(company: str) -> Iterator[Command]:
    for family, given, title, phone in PEOPLE:
        name = f"{family}{given}" if not family.isascii() else f"{given} {family}"
        values = {
            "name": name, "family_name": family, "given_name": given, "job_title": title,
            "phone": Phone(phone, "+" + "".join(filter(str.isdigit, phone))),
            "company": company, "city": "Chicago",
        }  # fmt: skip
        yield Create("contact", values)


def _work(
    opportunity: str, company: str, people: tuple[str, ...], today: date
) -> Iterator[Command]:
    hung = {"opportunity": opportunity, "company": company}
    now = datetime.now(UTC).replace(hour=9, minute=30, second=0, microsecond=0)
    roles = ("decision_maker", "user", "influencer", "blocker")
    for person, role in zip(people, roles, strict=True):
        link = {"opportunity": opportunity, "contact": person, "role": role}
        yield Create("opportunity_contact", link)
    for number, (subject, kind, days, done) in enumerate(TASKS):
        values = {
            "subject": subject, "due": today + timedelta(days), "done": done,
            "contact": people[number % len(people)], **hung,
        }  # fmt: skip
        yield Create("task", values | ({"kind": kind} if kind in {"call", "email"} else {}))
    for number, (subject, body) in enumerate(NOTES):
        at = Instant(now - timedelta(days=4 * number + 2), "UTC")
        yield Create("note", {"subject": subject, "body": body, "at": at, **hung})
    for summary, channel, minutes, days in TALKS:
        at = Instant(now - timedelta(days=days), "UTC")
        yield Create("interaction", {
            "summary": summary, "channel": channel, "minutes": minutes, "at": at,
            "contact": people[0], **hung,
        })  # fmt: skip
    for quote, amount in (("Q26-A-0041", 38_400), ("Q26-A-0044", 36_900)):
        yield Create("quote", {
            "number": quote, "name": "Pilot line", "amount": Money(Decimal(amount), "USD"),
            "contact": people[0], "valid_until": today + timedelta(30), **hung,
        })  # fmt: skip
