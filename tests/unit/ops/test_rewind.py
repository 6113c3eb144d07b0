"""Going back further: a record to a time, many steps at once, several out of the trash."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.ops import rewind
from crmdesk.ops.changes import CommandRefused, Delete, Link, Update
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.facts import Opportunities
from crmdesk.schema.values import Money
from crmdesk.store.driver import raw_of
from tests.unit.ops.workspaces import everything, fresh, made, outside, stages


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Workspace]:
    with fresh(tmp_path) as workspace:
        yield workspace


def numbers(crm: Workspace, entity: str, id: str) -> list[int]:
    """The numbers of a record's changes, oldest first."""
    return [one.n for one in reversed(crm.history(entity, id))]


def test_a_record_goes_back_to_a_time_in_one_step(crm: Workspace) -> None:
    other = made(crm, "company", name="Kestrel")
    id = made(crm, "contact", name="Li Wei", job_title="Buyer")
    crm.run(Update("contact", id, {"job_title": "Head", "city": "Hull"}))
    crm.run(Update("contact", id, {"company": other, "name": "Li Wei 李伟"}))
    made_at, promoted, _last = numbers(crm, "contact", id)
    crm.run(rewind.back_to(crm, "contact", id, promoted))
    now = crm.get("contact", id)
    assert now is not None
    assert (now["name"], now["job_title"], now["city"], now["company"]) == (
        "Li Wei", "Head", "Hull", None,
    )  # fmt: skip
    crm.run(rewind.back_to(crm, "contact", id, made_at))
    now = crm.get("contact", id)
    assert now is not None
    assert (now["job_title"], now["city"]) == ("Buyer", None)
    assert crm.undo().label == "Undo Contact as it was"
    now = crm.get("contact", id)
    assert now is not None
    assert now["job_title"] == "Head"


def test_what_follows_from_a_stage_goes_back_by_the_door(crm: Workspace) -> None:
    stage = stages(crm)
    planned = {"amount": Money(Decimal(9), "EUR"), "close_date": date(2026, 12, 1)}
    id = made(crm, "opportunity", name="Pumps", stage=stage["Proposal"], **planned)
    crm.run(Update("opportunity", id, {"stage": stage["Won"]}))
    crm.run(rewind.back_to(crm, "opportunity", id, numbers(crm, "opportunity", id)[0]))
    now = crm.get("opportunity", id)
    assert now is not None
    assert (now["stage"], now["status"], now["closed_on"]) == (stage["Proposal"], "open", None)
    assert now[Opportunities.PROBABILITY] == 50


def test_a_deleted_record_comes_back_as_it_was_earlier(crm: Workspace) -> None:
    id = made(crm, "company", name="first")
    crm.run(Update("company", id, {"name": "second"}))
    crm.run(Delete("company", [id]))
    crm.run(rewind.back_to(crm, "company", id, numbers(crm, "company", id)[0]))
    now = crm.get("company", id)
    assert now is not None
    assert now["name"] == "first"
    crm.undo()
    assert crm.get("company", id) is None


def test_a_time_without_the_record_or_without_a_difference_is_refused(crm: Workspace) -> None:
    id = made(crm, "company", name="first")
    crm.run(Delete("company", [id]))
    made_at, gone_at = numbers(crm, "company", id)
    before = everything(crm)
    with pytest.raises(CommandRefused, match="not there at that time"):
        rewind.back_to(crm, "company", id, made_at - 1)
    with pytest.raises(CommandRefused, match="not there at that time"):
        rewind.back_to(crm, "company", id, gone_at)
    assert everything(crm) == before
    crm.undo()
    with pytest.raises(CommandRefused, match="as it was then already"):
        rewind.back_to(crm, "company", id, made_at)


def test_what_the_record_pointed_at_must_still_be_there(crm: Workspace) -> None:
    company = made(crm, "company", name="Kestrel")
    id = made(crm, "contact", name="Li Wei", company=company)
    crm.run(Delete("company", [company]))
    command = rewind.back_to(crm, "contact", id, numbers(crm, "contact", id)[0])
    before = everything(crm)
    with pytest.raises(CommandRefused):
        crm.run(command)
    assert everything(crm) == before


def test_several_come_back_at_once_the_later_deleted_first(crm: Workspace) -> None:
    opportunity = made(crm, "opportunity", name="Pumps")
    line = made(crm, "opportunity_line", opportunity=opportunity, name="P-400")
    crm.run(Delete("opportunity_line", [line]))
    crm.run(Delete("opportunity", [opportunity]))
    listed = [(one.entity, one.id) for one in crm.trash()]
    assert listed[0] == ("opportunity", opportunity)
    crm.run(rewind.restore_all(crm, listed))
    assert crm.get("opportunity_line", line) is not None
    assert crm.trash() == []
    assert crm.undo().label == "Undo Restore of 2 records"
    assert (crm.get("opportunity", opportunity), crm.get("opportunity_line", line)) == (None, None)


def test_steps_are_undone_and_redone_through_one(crm: Workspace) -> None:
    id = made(crm, "company", name="0")
    for number in range(1, 6):
        crm.run(Update("company", id, {"name": str(number)}))
    steps = crm.undo_steps()
    gone = rewind.undo_through(crm, steps[2].n)
    assert (len(gone.labels), gone.stopped) == (3, None)
    assert (crm.get("company", id) or {})["name"] == "2"
    gone = rewind.redo_through(crm, steps[1].n)
    assert (len(gone.labels), gone.stopped) == (2, None)
    assert (crm.get("company", id) or {})["name"] == "4"


def test_the_walk_stops_with_the_reason_where_something_stands_in_the_way(crm: Workspace) -> None:
    first = made(crm, "company", name="a")
    second = made(crm, "company", name="b")
    crm.run(Update("company", first, {"name": "aa"}))
    crm.run(Update("company", second, {"name": "bb"}))
    outside(crm, f"UPDATE company SET name = 'by another' WHERE id = '{first}'")
    crm.poll()
    # The other program's change is a step itself; without it the older one cannot go back.
    steps = crm.undo_steps()
    assert steps[0].kind == "outside"
    with crm.store.write() as conn:
        conn.exec_driver_sql("UPDATE undo_step SET state = 'dropped' WHERE n = ?", (steps[0].n,))
    gone = rewind.undo_through(crm, steps[-1].n)
    assert gone.labels == ("Change Name",)
    assert gone.stopped is not None
    assert "by another" in str(gone.stopped)
    assert (crm.get("company", second) or {})["name"] == "b"


_CHANGES = st.lists(
    st.dictionaries(
        st.sampled_from(["name", "city", "employees", "kind", "description", "tags"]),
        st.integers(0, 3),
        min_size=1,
        max_size=3,
    ),
    min_size=1,
    max_size=6,
)
_VALUES: dict[str, tuple[Any, ...]] = {
    "name": ("a", "b", "宁波", "d"),
    "city": (None, "Hull", "Bonn", "宁波"),
    "employees": (None, 0, 7, 420),
    "kind": (None, "customer", "prospect", "partner"),
    "description": (None, "x", "two\nlines", "设备部"),
    "tags": (None, ("vip",), ("vip", "重点"), ("late",)),
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with fresh(tmp_path_factory.mktemp("rewind")) as workspace:
        yield workspace


@settings(max_examples=25, deadline=None)
@given(changes=_CHANGES, at=st.integers(0, 6))
def test_any_time_comes_back_as_it_was_and_undo_takes_that_back(
    kept: Workspace, changes: list[dict[str, int]], at: int
) -> None:
    id = made(kept, "company", name="first")

    def seen() -> dict[str, Any]:
        values = kept.get("company", id)
        assert values is not None
        return {name: values[name] for name in _VALUES}

    states = [(kept.history("company", id)[0].n, seen())]
    for change in changes:
        values = {name: _VALUES[name][number] for name, number in change.items()}
        kept.run(Update("company", id, values))
        newest = kept.history("company", id)[0].n
        if newest != states[-1][0]:
            states.append((newest, seen()))
    n, wanted = states[min(at, len(states) - 1)]
    now = seen()
    if wanted == now:
        with pytest.raises(CommandRefused):
            rewind.back_to(kept, "company", id, n)
        return
    kept.run(rewind.back_to(kept, "company", id, n))
    assert seen() == wanted
    kept.undo()
    assert seen() == now


def test_the_trash_has_only_what_people_deleted(crm: Workspace) -> None:
    stage = stages(crm)
    firm = made(crm, "company", name="Kestrel")
    person = made(crm, "contact", name="Li Wei")
    deal = made(crm, "opportunity", name="Pumps", company=firm)
    crm.run(Update("opportunity", deal, {"stage": stage["Qualified"]}))
    tie = crm.run(Link("opportunity", deal, "contacts", person, {}))
    assert tie.label == "Link contact"
    (link,) = [one.id for one in tie.changes]
    crm.run(Update("opportunity_contact", link, {"role": "influencer"}))
    assert crm.undo().label == "Undo Change Role"
    assert crm.run(Delete("opportunity_contact", (link,))).label == "Delete linked contact"
    crm.undo()
    # The link and the change of the stage go, too, but they are no records to anybody.
    crm.undo()
    crm.undo()
    made(crm, "note", body="never mind")
    crm.undo()
    assert crm.trash() == []
    # What was made, taken back and made again is somebody's when it is deleted.
    made(crm, "task", subject="Call")
    crm.undo()
    crm.redo()
    with crm.reader() as conn:
        (again,) = raw_of(conn).execute("SELECT id FROM task").fetchone()
    crm.run(Delete("task", (again,)))
    crm.run(Delete("opportunity", (deal,)))
    assert [one.title for one in crm.trash()] == ["Pumps", "Call"]
    crm.undo()
    assert [one.title for one in crm.trash()] == ["Call"]
