"""The timeline on a real store: what it says, what it narrows to, where its lines lead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube.telling import near
from crmdesk.gui.cube.timeline import CALLS, CHANGES, FIRST, TimelineList
from crmdesk.ops.changes import Create, CreateMany, Update
from crmdesk.schema.values import Instant, Money
from tests.gui.conftest import Pipeline, stage

NOW = datetime.now(UTC)


@pytest.fixture
def told(qtbot: QtBot, bridge: Bridge, pipeline: Pipeline) -> TimelineList:
    """The timeline of the retrofit, with a call, a plan, a quote and a change of stage."""
    run = bridge.workspace.run
    deal = pipeline.retrofit
    run(Create("interaction", {
        "summary": "希望 12 月交货", "at": Instant(NOW - timedelta(hours=30)), "channel": "call",
        "minutes": 12, "opportunity": deal, "contact": pipeline.chenjing,
    }))  # fmt: skip
    run(Create("quote", {
        "number": "Q26-0017", "name": "Pump line retrofit – 40 units", "status": "sent",
        "amount": Money(Decimal(512_000), "CNY"), "opportunity": deal,
        "issued_on": date(2020, 2, 2),
    }))  # fmt: skip
    run(Update("opportunity", deal, {"stage": stage(bridge.workspace, "Negotiation")}))
    for days in range(1, 6):
        run(Create("event", {
            "subject": f"Visit {days}", "opportunity": deal, "location": "Hall 3",
            "starts": Instant(NOW + timedelta(days=days)),
            "ends": Instant(NOW + timedelta(days=days, hours=2)),
        }))  # fmt: skip
    made = TimelineList(bridge)
    qtbot.addWidget(made)
    made.resize(520, 640)
    made.show_record("opportunity", deal)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: bool(made.lines))
    return made


def line_of(told: TimelineList, words: str) -> int:
    """The row of the line that says `words`."""
    (row,) = (n for n, line in enumerate(told.lines) if words in line.title)
    return row


def click(told: TimelineList, row: int, x: int) -> None:
    rect = told.visualRect(told.model().index(row, 0))
    at = QPoint(x, rect.top() + 17)
    none = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(told.viewport(), Qt.MouseButton.LeftButton, none, at)


def test_what_is_planned_stands_above_today_the_nearest_next_to_it(
    told: TimelineList, qtbot: QtBot
) -> None:
    titles = [line.title for line in told.lines]
    assert titles[0] == "Planned"
    assert titles[4] == "Today"
    assert [title.split(" · ")[0] for title in titles[1:4]] == ["Visit 3", "Visit 2", "Visit 1"]
    assert all(line.planned for line in told.lines[1:4])
    assert not any(line.planned for line in told.lines[5:])
    # All of them are shown by a click on the heading, which says how many there are.
    assert told.lines[0].when == "Show all 5"
    click(told, 0, 60)
    assert [line.title for line in told.lines].index("Today") == 6


def test_a_line_says_how_with_whom_how_long_and_what(told: TimelineList) -> None:
    line = told.lines[line_of(told, "Call with")]
    assert (line.title, line.under) == ("Call with 陈静 · 12 min", "希望 12 月交货")
    assert told.lines[line_of(told, "Visit 1")].title == "Visit 1 · Hall 3 · 2h"
    # A quote that is called like the deal in front is told of by its number.
    assert told.lines[line_of(told, "Quote")].title == "Quote Q26-0017 · Sent · CN¥\u00a0512,000"
    moved = told.lines[line_of(told, "→ Negotiation")]
    assert moved.title == "Stage Proposal → Negotiation · Anna Berg"
    assert moved.when.startswith("Today ")
    # What should have been done long ago is marked so, what was done is not.
    assert told.lines[line_of(told, "Call about")].late
    assert not told.lines[line_of(told, "Intro call")].late


def test_the_newest_comes_first_below_today(told: TimelineList) -> None:
    past = [line.title for line in told.lines[5:]]
    order = ["→ Negotiation", "Call with", "Call about", "Quote", "Intro call"]
    found = [next(n for n, title in enumerate(past) if words in title) for words in order]
    assert found == sorted(found)


def test_a_person_in_a_line_turns_to_the_person_the_line_to_what_happened(
    told: TimelineList, pipeline: Pipeline, qtbot: QtBot
) -> None:
    row = line_of(told, "Call with")
    before = told.fontMetrics().horizontalAdvance("Call with ")
    with qtbot.waitSignal(told.turned) as turned:
        click(told, row, 12 + 22 + 10 + before + 20)
    assert turned.args == ["contact", pipeline.chenjing]
    with qtbot.waitSignal(told.turned) as turned:
        click(told, row, 50)
    assert turned.args == ["interaction", told.lines[row].id]
    told.setFocus()
    told.setCurrentIndex(told.model().index(row, 0))
    with qtbot.waitSignal(told.turned) as turned:
        QTest.keyClick(told, Qt.Key.Key_Return)
    assert turned.args == ["interaction", told.lines[row].id]
    with qtbot.waitSignal(told.turned) as turned:
        QTest.keyClick(told, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert turned.args == ["contact", pipeline.chenjing]


def test_it_narrows_to_calls_and_to_changes(
    told: TimelineList, pipeline: Pipeline, qtbot: QtBot
) -> None:
    told.show_record("opportunity", pipeline.retrofit, kind=CALLS)
    qtbot.waitUntil(lambda: [line.title for line in told.lines] == ["Call with 陈静 · 12 min"])
    told.show_record("opportunity", pipeline.retrofit, kind=CHANGES)
    qtbot.waitUntil(lambda: len(told.lines) == 2)
    # The probability follows the stage.
    assert told.lines[0].title == "Stage: Proposal → Negotiation and 1 more · Anna Berg"
    assert told.lines[0].full.splitlines()[:2] == [
        "Stage: Proposal → Negotiation", "Probability: 50% → 70%",
    ]  # fmt: skip
    assert told.lines[1].title == "Created · Anna Berg"


def test_a_change_says_what_it_was_and_what_it_became(
    told: TimelineList, pipeline: Pipeline, qtbot: QtBot
) -> None:
    run = told._bridge.workspace.run
    long = "As we said on the telephone, the second pump comes with the first one"
    for change in (
        {"amount": Money(Decimal(12_000), "CNY")}, {"amount": Money(Decimal(15_000), "CNY")},
        {"company": pipeline.kestrel}, {"company": None},
        {"next_step": long}, {"next_step": "Done"},
    ):  # fmt: skip
        run(Update("opportunity", pipeline.retrofit, change))
    told.show_record("opportunity", pipeline.retrofit, kind=CHANGES)
    qtbot.waitUntil(lambda: len(told.lines) == 8)
    said = [line.title.removesuffix(" · Anna Berg") for line in told.lines[:6]][::-1]
    assert said[1:5] == [
        "Amount: CN¥ 12,000 → CN¥ 15,000", "Company: 宁波海泰机械 → Kestrel Pumps",
        "Company: Kestrel Pumps → —", f"Next step: Send revised quote → {long}",
    ]  # fmt: skip
    # What it was is cut before what it became.
    assert said[5] == "Next step: As we said on the telephone, the second… → Done"


def test_more_is_read_at_the_end(told: TimelineList, pipeline: Pipeline, qtbot: QtBot) -> None:
    run = told._bridge.workspace.run
    for number in range(100):
        run(Create("note", {
            "body": f"N{number}", "contact": pipeline.jonas,
            "at": Instant(NOW - timedelta(hours=number + 1)),
        }))  # fmt: skip
    told.show_record("contact", pipeline.jonas)
    qtbot.waitUntil(lambda: len(told.lines) == FIRST)
    # The face is full: nothing more is read before it is asked for.
    qtbot.wait(100)
    assert len(told.lines) == FIRST
    bar = told.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: len(told.lines) == 100)
    assert told.lines[-1].under == "N99"
    assert bar.value() > 0
    # What is read anew stays as long as it was.
    run(Create("note", {"body": "Now", "contact": pipeline.jonas, "at": Instant(NOW)}))
    told.reload()
    qtbot.waitUntil(lambda: told.lines[0].under == "Now")
    assert len(told.lines) == 100


def test_a_high_face_is_filled_without_being_scrolled(
    told: TimelineList, pipeline: Pipeline, qtbot: QtBot
) -> None:
    run = told._bridge.workspace.run
    rows = [
        {"body": f"N{n}", "contact": pipeline.jonas, "at": Instant(NOW - timedelta(hours=n + 1))}
        for n in range(60)
    ]
    run(CreateMany("note", rows))
    told.resize(520, 3400)
    told.show_record("contact", pipeline.jonas)
    qtbot.waitUntil(lambda: len(told.lines) == 60)


def test_days_are_named_as_one_says_them(bridge: Bridge) -> None:
    ctx = bridge.ctx
    today = ctx.today()
    assert near(today, ctx) == "Today"
    assert near(today - timedelta(days=1), ctx) == "Yesterday"
    weekday = today - timedelta(days=3)
    assert near(weekday, ctx) == f"{weekday:%a}"
    assert near(date(2020, 3, 1), ctx) == "1 Mar 2020"
    assert near(None, ctx) == ""
    bridge.set_language("zh")
    assert near(date(2020, 3, 1), bridge.ctx) == "2020年3月1日"


def test_a_company_and_a_contact_are_told_of_the_deals_that_ended(
    qtbot: QtBot, bridge: Bridge, pipeline: Pipeline
) -> None:
    run = bridge.workspace.run
    run(Update("opportunity", pipeline.retrofit, {"stage": stage(bridge.workspace, "Won")}))
    run(Update("opportunity", pipeline.skid, {
        "stage": stage(bridge.workspace, "Lost"), "lost_reason": "price",
    }))  # fmt: skip
    made = TimelineList(bridge)
    qtbot.addWidget(made)
    made.resize(520, 640)
    made.show()
    qtbot.waitExposed(made)

    def ends() -> list[str]:
        return [line.title for line in made.lines if "→" in line.title]

    made.show_record("company", pipeline.haitai)
    # What goes on inside of a deal is told of the deal alone.
    wanted = ["Stage Prospecting → Lost · Dosing skid · Anna Berg",
              "Stage Proposal → Won · Pump line retrofit – 40 units · Anna Berg"]  # fmt: skip
    qtbot.waitUntil(lambda: len(ends()) == 2)
    assert ends() == wanted
    (deal,) = (part.ref for part in made.lines[line_of(made, "Won")].parts if part.ref)
    assert deal == ("opportunity", pipeline.retrofit)
    made.show_record("contact", pipeline.liwei)
    qtbot.waitUntil(lambda: ends() == wanted[1:])
    made.show_record("company", pipeline.kestrel)
    qtbot.waitUntil(lambda: not made.lines and not ends())
    made.show_record("opportunity", pipeline.retrofit)
    qtbot.waitUntil(lambda: len(ends()) == 2)
    assert all("Pump line" not in line for line in ends())
