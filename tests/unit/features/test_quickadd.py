"""Quick add: lines in English and Chinese, and what a task is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.features.quickadd.asking import Reader
from crmdesk.features.quickadd.dates import other_days
from crmdesk.features.quickadd.line import NAMED, Line
from crmdesk.ops.changes import Create
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.facts import Tasks
from crmdesk.schema.query import Condition, Query
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Instant

ZONE = "Asia/Shanghai"
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
"""A Wednesday, ten in the morning in Shanghai."""


@dataclass(frozen=True)
class Desk:
    """A small store, its reader, and its records by a short name."""

    workspace: Workspace
    reader: Reader
    ids: dict[str, str]
    ctx: TextContext

    def read(self, text: str, **more: Any) -> Line:
        return self.reader.read(text, self.ctx, **more)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    path: Path = tmp_path_factory.mktemp("quick") / "desk.crm"
    workspace = open_workspace(path, create=True, user_name="Anna Berg", zone=ZONE)
    ids: dict[str, str] = {}

    def make(short: str, entity: str, **values: Any) -> None:
        (ids[short],) = workspace.run(Create(entity, values)).created

    ids["lost"] = stage(workspace, "Lost")
    make("kestrel", "company", name="Kestrel Pumps")
    make("haitai", "company", name="宁波海泰机械")
    make("nordlicht", "company", name="Nordlicht GmbH")
    make("liwei", "contact", name="Li Wei 李伟", company=ids["haitai"])
    make("zhangsan", "contact", name="张三", company=ids["haitai"])
    make("zhangwei", "contact", name="张伟", company=ids["kestrel"])
    make("jonas", "contact", name="Jonas Keller", company=ids["kestrel"])
    make("chen", "contact", name="陈静")
    make("anna1", "contact", name="Anna Schmidt", company=ids["kestrel"])
    make("anna2", "contact", name="Anna Schmidt", company=ids["nordlicht"])
    make("skid", "opportunity", name="Dosing skid", company=ids["haitai"])
    make("hall", "opportunity", name="Hall 3 filters", company=ids["kestrel"])
    make("sewage", "opportunity", name="污水泵站二期")
    # Deals of which people say a part; those that are lost, or of others, are meant less.
    make(
        "hx",
        "opportunity",
        name="2 × Heat exchanger HX-150 · Kestrel",
        company=ids["kestrel"],
        contact=ids["anna1"],
    )
    make("foreign", "opportunity", name="Heat exchanger HX-150", company=ids["nordlicht"])
    make("pump", "opportunity", name="40 Pump units", company=ids["nordlicht"])
    make("gone", "opportunity", name="Pump service", company=ids["nordlicht"], stage=ids["lost"])
    make("exchanger", "opportunity", name="二车间换热器改造", company=ids["haitai"])
    ctx = workspace.text_context("en", "en_US", zone=ZONE, now=NOW)
    yield Desk(workspace, Reader(workspace), ids, ctx)
    workspace.close()


def stage(workspace: Workspace, name: str) -> str:
    """The id of the seeded stage of that name."""
    query = Query("stage", Condition("name", "is", name))
    with workspace.reader() as conn:
        (rowid,) = workspace.select.ids(conn, query, workspace.query_context())
        return workspace.select.record_ids(conn, "stage", [rowid])[rowid]


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> Instant:
    """A wall time in Shanghai."""
    wall = datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)
    return Instant(wall, ZONE)


def day(number: int, month: int = 11, year: int = 2026) -> date:
    return date(year, month, number)


WED, THU, FRI, SAT, MON, TUE = 18, 19, 20, 21, 23, 24
H = timedelta(hours=1)

# Line, subject, and what else was read (records by their short names).
LINES: list[tuple[str, str, dict[str, Any]]] = [
    ("call Li Wei tomorrow 3pm about the pumps", "Call Li Wei about the pumps",
     {"kind": "call", "due": at(THU, 15), "contact": "liwei", "company": "haitai"}),
    ("email Kestrel re: quote fri", "Email Kestrel re: quote",
     {"kind": "email", "due": day(FRI), "company": "kestrel"}),
    ("visit 宁波海泰 next monday 9:30 2h", "Visit 宁波海泰",
     {"kind": "visit", "due": at(MON, 9, 30), "length": 2 * H, "company": "haitai"}),
    ("call jonas", "Call jonas", {"kind": "call", "contact": "jonas", "company": "kestrel"}),
    ("call keller on friday", "Call keller",
     {"kind": "call", "due": day(FRI), "contact": "jonas", "company": "kestrel"}),
    ("meeting with Jonas Keller at Nordlicht tue 10am", "Meeting with Jonas Keller at Nordlicht",
     {"due": at(TUE, 10), "contact": "jonas", "company": "nordlicht"}),
    ("call zhang wei about dosing skid", "Call zhang wei about dosing skid",
     {"kind": "call", "contact": "zhangwei", "company": "kestrel", "opportunity": "skid"}),
    ("call zhangsan 16:00", "Call zhangsan",
     {"kind": "call", "due": at(WED, 16), "contact": "zhangsan", "company": "haitai"}),
    ("prepare quote for hall 3 filters fri !!", "Prepare quote for hall 3 filters",
     {"due": day(FRI), "opportunity": "hall", "company": "kestrel", "priority": "high"}),
    ("buy milk", "Buy milk", {}),
    ("call Bob tomorrow", "Call Bob", {"kind": "call", "due": day(THU)}),
    ("tomorrow 3pm", "tomorrow 3pm", {"due": at(THU, 15)}),
    ("call tonight at 8", "Call", {"kind": "call", "due": at(WED, 20)}),
    ("call at 3", "Call", {"kind": "call", "due": at(WED, 15)}),
    ("call Li Wei 9am", "Call Li Wei",
     {"kind": "call", "due": at(THU, 9), "contact": "liwei", "company": "haitai"}),
    ("send 40 pumps", "Send 40 pumps", {}),
    ("lunch on 22 Nov", "Lunch", {"due": day(22)}),
    ("lunch Nov 5", "Lunch", {"due": day(5, year=2027)}),
    ("offer by end of month", "Offer", {"due": day(30)}),
    ("call in 2 hours", "Call", {"kind": "call", "due": at(WED, 12)}),
    ("review in 3 days", "Review", {"due": day(21)}),
    ("review the contract next week", "Review the contract", {"due": day(MON)}),
    ("call 24/7 hotline", "Call 24/7 hotline", {"kind": "call"}),
    ("tomorrow morning at 9 visit Kestrel", "Visit Kestrel",
     {"kind": "visit", "due": at(THU, 9), "company": "kestrel"}),
    ("visit for half an hour on friday", "Visit",
     {"kind": "visit", "due": day(FRI), "length": H / 2}),
    ("meet Anna Schmidt from Nordlicht", "Meet Anna Schmidt from Nordlicht",
     {"kind": "visit", "contact": "anna2", "company": "nordlicht"}),
    ("call friday about the meeting at 3pm", "Call about the meeting",
     {"kind": "call", "due": at(FRI, 15)}),
    ("follow up in a fortnight", "Follow up", {"due": day(2, 12)}),
    ("demo 2026-12-01 14:30 90 min", "Demo",
     {"kind": "demo", "due": at(1, 14, 30, 12), "length": 1.5 * H}),
    ("call Anna Müller", "Call Anna Müller", {"kind": "call"}),
    ("call Peter Keller", "Call Peter Keller", {"kind": "call"}),
    ("call zhang yong", "Call zhang yong", {"kind": "call"}),
    ("we may call off the march", "We may call off the march", {}),
    ("明天下午3点给张三打电话谈报价", "给张三打电话谈报价",
     {"kind": "call", "due": at(THU, 15), "contact": "zhangsan", "company": "haitai"}),
    ("下周一上午10点拜访宁波海泰机械", "拜访宁波海泰机械",
     {"kind": "visit", "due": at(MON, 10), "company": "haitai"}),
    ("拜访海泰", "拜访海泰", {"kind": "visit", "company": "haitai"}),
    ("周五前交报价", "交报价", {"due": day(FRI)}),
    ("后天提醒陈静付款", "提醒陈静付款", {"due": day(FRI), "contact": "chen"}),
    ("半小时后给李伟回电", "给李伟回电", {"kind": "call", "due": at(WED, 10, 30),
                               "contact": "liwei", "company": "haitai"}),
    ("致电张伟 10:30 30分钟", "致电张伟",
     {"kind": "call", "due": at(WED, 10, 30), "length": H / 2, "contact": "zhangwei",
      "company": "kestrel"}),
    ("12月3日下午两点半演示 1.5小时", "演示",
     {"kind": "demo", "due": at(3, 14, 30, 12), "length": 1.5 * H}),
    ("20号前发邮件给陈静", "发邮件给陈静",
     {"kind": "email", "due": day(20), "contact": "chen"}),
    ("3天后回访", "回访", {"kind": "visit", "due": day(SAT)}),
    ("月底之前跟张三确认污水泵站二期", "跟张三确认污水泵站二期",
     {"due": day(30), "contact": "zhangsan", "company": "haitai", "opportunity": "sewage"}),
    ("今晚8点打电话", "打电话", {"kind": "call", "due": at(WED, 20)}),
    ("周末去工厂", "去工厂", {"due": day(SAT)}),
    ("谈一点细节", "谈一点细节", {}),
    ("买牛奶", "买牛奶", {}),
    ("下周给张三打电话", "给张三打电话",
     {"kind": "call", "due": day(MON), "contact": "zhangsan", "company": "haitai"}),
    ("明天１５：３０拜访宁波海泰，谈合同", "拜访宁波海泰，谈合同",
     {"kind": "visit", "due": at(THU, 15, 30), "company": "haitai"}),
    ("11月25号9点半上门拜访Kestrel 两个小时", "上门拜访Kestrel",
     {"kind": "visit", "due": at(25, 9, 30), "length": 2 * H, "company": "kestrel"}),
]  # fmt: skip


TOPICS = [
    ("call Jonas Keller tomorrow 3pm about heat exchanger HX-150", "hx"),
    ("call Jonas Keller about the HX-150 fri", "hx"),
    ("visit Nordlicht re heat exchanger", "foreign"),
    ("email Nordlicht about the pumps", "pump"),
    ("email Nordlicht on pumps", None),
    ("call Nordlicht about the invoice", None),
    ("call Li Wei about the pumps", None),
    ("call Li Wei about dosing, then drive home", "skid"),
    ("给张三打电话谈换热器", "exchanger"),
    ("call Bob about the pumps", None),
]


@pytest.mark.parametrize(("text", "deal"), TOPICS)
def test_a_part_of_a_name_is_enough_among_the_deals_of_whom_a_line_names(
    desk: Desk, text: str, deal: str | None
) -> None:
    line = desk.read(text)
    assert line.value(Tasks.OPPORTUNITY) == (desk.ids[deal] if deal else None)


def test_of_the_company_in_front_a_part_is_enough_too(desk: Desk) -> None:
    line = desk.read("offer about heat exchanger", front=("company", desk.ids["kestrel"]))
    assert line.value(Tasks.OPPORTUNITY) == desk.ids["hx"]
    without = desk.read("call Jonas Keller about the HX-150", without=[Tasks.OPPORTUNITY])
    assert without.part(Tasks.OPPORTUNITY) is None


@pytest.mark.parametrize(("text", "subject", "wanted"), LINES, ids=[line[0] for line in LINES])
def test_lines_are_read(desk: Desk, text: str, subject: str, wanted: dict[str, Any]) -> None:
    line = desk.read(text)
    records = {id: short for short, id in desk.ids.items()}
    found = {
        part.role: records.get(part.best.value, part.best.value)
        if part.role in NAMED
        else part.best.value
        for part in line.parts
    }
    assert (line.subject, found) == (subject, wanted)


def test_an_ambiguous_name_shows_whom_it_may_mean_by_their_firms(desk: Desk) -> None:
    part = desk.read("call Anna Schmidt").part(Tasks.CONTACT)
    assert part is not None
    assert {one.firm[1] for one in part.readings} == {"Kestrel Pumps", "Nordlicht GmbH"}


def test_choosing_another_namesake_changes_the_company_that_follows(desk: Desk) -> None:
    line = desk.read("call Anna Schmidt")
    for contact, company in (("anna1", "kestrel"), ("anna2", "nordlicht")):
        part = line.part(Tasks.CONTACT)
        assert part is not None
        reading = next(one for one in part.readings if one.value == desk.ids[contact])
        chosen = line.choosing(Tasks.CONTACT, reading)
        assert chosen.value(Tasks.CONTACT) == desk.ids[contact]
        assert chosen.value(Tasks.COMPANY) == desk.ids[company]


@pytest.mark.parametrize("short", ["kestrel", "nordlicht"])
def test_of_namesakes_those_of_the_company_in_front_come_first(desk: Desk, short: str) -> None:
    contact = {"kestrel": "anna1", "nordlicht": "anna2"}[short]
    for front in (("company", desk.ids[short]), ("contact", desk.ids[contact])):
        line = desk.read("call Anna Schmidt", front=front)
        assert line.value(Tasks.CONTACT) == desk.ids[contact]
    assert desk.read("call Jonas", front=("task", "gone")).value(Tasks.CONTACT)


def test_an_hour_with_two_readings_offers_both(desk: Desk) -> None:
    part = desk.read("call at 3").part(Tasks.DUE)
    assert part is not None
    assert [one.text[-5:] for one in part.readings] == ["15:00", "03:00"]


def test_the_days_that_are_meant_instead_keep_the_time(desk: Desk) -> None:
    others = other_days(at(FRI, 9, 30), desk.ctx)
    assert [one.value for one in others] == [
        at(WED, 9, 30), at(THU, 9, 30), at(MON, 9, 30), day(FRI),
    ]  # fmt: skip
    assert [one.value for one in other_days(day(THU), desk.ctx)] == [day(WED), day(MON)]


def test_what_is_left_out_stays_in_the_subject(desk: Desk) -> None:
    line = desk.read("call Li Wei tomorrow", without=[Tasks.DUE])
    assert line.part(Tasks.DUE) is None
    assert line.subject == "Call Li Wei tomorrow"


def test_a_line_becomes_a_task_in_one_step(desk: Desk) -> None:
    line = desk.read("call Li Wei tomorrow 3pm about the pumps")
    outcome = desk.workspace.run(line.command())
    task = desk.workspace.get("task", outcome.created[0])
    assert task is not None
    assert (task["subject"], task["kind"]) == ("Call Li Wei about the pumps", "call")
    assert (task["due"], task["contact"]) == (at(THU, 15), desk.ids["liwei"])
    desk.workspace.undo()
    assert desk.workspace.get("task", outcome.created[0]) is None


def test_new_names_are_found_after_forgetting(desk: Desk) -> None:
    assert desk.read("call Olga").part(Tasks.CONTACT) is None
    made = desk.workspace.run(Create("contact", {"name": "Olga Petrova"})).created[0]
    desk.reader.forget()
    assert desk.read("call Olga").value(Tasks.CONTACT) == made
    desk.workspace.undo()
    desk.reader.forget()


_WORDS = st.sampled_from(
    "call email tomorrow fri 3pm at 9 2h 明天 下午3点 给 张三 打电话 2月30日 25:99 "
    "24号 !! Li Wei Kestrel "
    "in 3 days 99/99 0点 半小时 下周八 ， ( ) of end month ４点".split()
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=st.lists(_WORDS, max_size=8), glued=st.booleans())
def test_any_words_make_a_task_that_loses_none_of_them(
    desk: Desk, words: list[str], glued: bool
) -> None:
    text = ("" if glued else " ").join(words)
    line = desk.read(text)
    read = (
        " ".join(line.text[start:end] for part in line.parts for start, end in part.spans)
        + line.subject
    )
    assert line.subject or not words
    kept = sorted(letter for letter in read.casefold() if letter.isalnum())
    for letter in {one for one in line.text.casefold() if one.isalnum()}:
        assert kept.count(letter) >= line.text.casefold().count(letter)
