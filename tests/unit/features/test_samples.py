"""Sample data: the same for a seed, plausible, whole, and one step of undo."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest

from crmdesk.errors import BugError
from crmdesk.features.samples import making, sample
from crmdesk.features.samples.lands import lands
from crmdesk.features.samples.making import stored
from crmdesk.features.samples.plan import batches
from crmdesk.features.samples.sample import Sample, make_sample, wanted
from crmdesk.jobs import Cancelled, CancelToken
from crmdesk.ops.changes import CreateMany, Load
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import Query, Sort, default_sort, related_query
from crmdesk.schema.querytext import where_from_text
from crmdesk.schema.values import zone_of
from crmdesk.store.reading import Row

UNTIL = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=zone_of("UTC"))
CONTACTS = 60


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Sample]]:
    path = tmp_path_factory.mktemp("sample") / "s.crmdesk"
    with open_workspace(path, create=True, user_name="tester", zone="UTC") as workspace:
        yield workspace, make_sample(workspace, contacts=CONTACTS, seed=7, until=UNTIL)


def rows(workspace: Workspace, entity: str, *paths: str, sort: str = "id") -> list[Row]:
    with workspace.reader() as conn:
        query = Query(entity, sort=(Sort(sort),))
        context = workspace.query_context(NOON)
        return list(workspace.select.stream(conn, query, context, paths))


def count(workspace: Workspace, entity: str, where: str) -> int:
    context = workspace.text_context(now=NOON)
    with workspace.reader() as conn:
        query = Query(entity, where_from_text(workspace.registry, entity, where, context))
        return workspace.select.count(conn, query, workspace.query_context(NOON))


def test_there_is_as_much_as_was_asked_for(filled: tuple[Workspace, Sample]) -> None:
    counts = filled[1].counts
    assert counts["contact"] == CONTACTS
    assert counts["company"] == CONTACTS // 2
    assert counts["opportunity"] == CONTACTS * 2
    activities = sum(counts[one] for one in ("task", "event", "interaction", "note"))
    assert activities == CONTACTS * 10
    assert counts["product"] == 120
    assert {"quote", "quote_line", "sale", "campaign", "campaign_member", "request"} <= set(counts)
    for entity, number in counts.items():
        more = 1 if entity == "user" else 0
        assert len(rows(filled[0], entity)) == number + more, entity


def test_people_and_firms_of_four_countries_are_mixed(filled: tuple[Workspace, Sample]) -> None:
    names = [row.cells[0] for row in rows(filled[0], "company", "name")]
    assert len(set(names)) == len(names)
    chinese = [name for name in names if re.search("[一-龥]", name)]
    assert 0.15 < len(chinese) / len(names) < 0.75
    assert any("GmbH" in name or name.endswith((" AG", " KG")) for name in names)


def test_stages_follow_each_other_and_end_where_the_deal_is(
    filled: tuple[Workspace, Sample],
) -> None:
    deals = {
        row.id: row.cells
        for row in rows(filled[0], "opportunity", "stage", "status", "closed_on", "engaged_on")
    }
    history: dict[str, list[Any]] = {}
    for row in rows(
        filled[0], "stage_history", "opportunity", "stage", "previous", "at", "left_at", sort="at"
    ):
        history.setdefault(row.cells[0].id, []).append(row.cells[1:])
    assert history.keys() == deals.keys()
    for id, steps in history.items():
        stage, status, closed, engaged = deals[id]
        for (before, _, _, left), (_, previous, at, _) in itertools.pairwise(steps):
            assert previous == before
            assert left == at
        assert steps[0][1] is None
        assert steps[-1][0] == stage
        assert steps[-1][3] is None
        assert (status == "open") == (closed is None)
        assert closed is None or engaged < closed <= UNTIL
    assert {one[1] for one in deals.values()} == {"open", "won", "lost"}


def test_what_was_won_was_sold(filled: tuple[Workspace, Sample]) -> None:
    won = {
        row.id: row.cells[1]
        for row in rows(filled[0], "opportunity", "status", "amount")
        if row.cells[0] == "won"
    }
    sold = {
        row.cells[0].id: row.cells[1] for row in rows(filled[0], "sale", "opportunity", "amount")
    }
    assert sold == won
    of = Counter(row.cells[0].id for row in rows(filled[0], "contract", "opportunity"))
    assert set(of) <= set(won)
    assert of


def test_there_is_something_to_do(filled: tuple[Workspace, Sample]) -> None:
    workspace = filled[0]
    assert count(workspace, "task", "done = no and due is overdue")
    assert count(workspace, "task", "done = no and due > 2026-11-20")
    assert count(workspace, "task", "done = yes and due > 2026-11-22") == 0
    assert count(workspace, "event", "starts > 2026-11-20")
    assert count(workspace, "interaction", "at > 2026-11-20") == 0
    assert count(workspace, "opportunity", "owner is me")


@pytest.mark.parametrize("contacts", [12, 200])
def test_the_deal_that_one_sees_first_has_people_and_something_to_do(
    tmp_path: Path, contacts: int
) -> None:
    with open_workspace(tmp_path / "s", create=True, user_name="t", zone="UTC") as workspace:
        make_sample(workspace, contacts=contacts, until=UNTIL)
        entity = workspace.registry.entity("opportunity")
        with workspace.reader() as conn:
            query = Query("opportunity", sort=default_sort(entity))
            rowids = workspace.select.first(conn, query, workspace.query_context(NOON), 3)
            ids = workspace.select.record_ids(conn, "opportunity", rowids)
        for rowid in rowids:
            tied = {}
            for face in ("contacts", "tasks", "interactions"):
                relation = workspace.registry.relation("opportunity", face)
                with workspace.reader() as conn:
                    query = related_query(workspace.registry, relation, ids[rowid])
                    context = workspace.query_context(NOON)
                    tied[face] = workspace.select.count(conn, query, context)
            assert min(tied.values()) > 0, tied


def test_people_work_by_day_where_the_store_is_kept(tmp_path: Path) -> None:
    zone = "Asia/Shanghai"
    with open_workspace(tmp_path / "s", create=True, user_name="t", zone=zone) as workspace:
        make_sample(workspace, contacts=20, until=UNTIL)
        for entity, field in (
            ("interaction", "at"), ("event", "starts"), ("note", "at"), ("stage_history", "at"),
        ):  # fmt: skip
            times = [row.cells[0] for row in rows(workspace, entity, field)]
            assert times
            hours = {one.utc.astimezone(zone_of(zone)).hour for one in times}
            assert hours <= set(range(8, 19)), (entity, hours)


def test_nobody_can_be_called_or_written_to(filled: tuple[Workspace, Sample]) -> None:
    """Numbers are of ranges kept for fiction or never given out, hosts are example ones."""
    nobody = re.compile(
        r"\+861[2]\d{9}|\+86\d{2,3}1\d{7}|\+49(3023125|4066969|6990009|8999998|2214710)\d{3}"
        r"|\+491713920\d{3}|\+44(20794|1134|1144|1154|1164|1174|1184|1214|1314|1414|1514|1614)\d+"
        r"|\+44(191498|29|28)\d+|\+447700900\d{3}|\+1\d{3}55501\d{2}"
    )
    for entity, paths in (("company", ("phone",)), ("contact", ("phone", "mobile"))):
        for row in rows(filled[0], entity, *paths):
            for phone in row.cells:
                assert nobody.fullmatch(phone.e164), phone
    for entity in ("company", "contact", "user"):
        assert {row.cells[0] for row in rows(filled[0], entity, "email")} - {None}
        for row in rows(filled[0], entity, "email"):
            assert row.cells[0] is None or row.cells[0].endswith(".example")


def test_the_store_is_sound(filled: tuple[Workspace, Sample]) -> None:
    assert filled[0].check() == []
    assert filled[0].search("Kreiselpumpe") or filled[0].search("离心泵")


def test_what_is_loaded_is_what_the_door_would_have_made(tmp_path: Path) -> None:
    with (
        open_workspace(tmp_path / "a", create=True, user_name="t", zone="UTC") as checked,
        open_workspace(tmp_path / "b", create=True, user_name="t", zone="UTC") as loaded,
    ):
        asked = wanted(loaded, 12, 5, UNTIL)
        me, others = asked.me, checked.user
        given: dict[str, set[str]] = {}
        for entity, made in batches(12, 5, UNTIL, me, asked.stages, asked.zone):
            given.setdefault(entity, set()).update(key for row in made for key in row)
            columns, cells = stored(loaded.registry.entity(entity), made, asked)
            loaded.run(Load(entity, columns, cells))
            # The same people and stages have other ids in the other store.
            checked.run(CreateMany(entity, [theirs(row, me, others) for row in made], "whole"))
        assert loaded.check() == checked.check() == []
        for entity, keys in given.items():
            kept = [
                name
                for name in ("id", *loaded.registry.entity(entity).columns)
                if name in keys or name not in ("id", "created_at", "updated_at")
            ]
            sql = f'SELECT {", ".join(kept)} FROM "{entity}" ORDER BY rowid'
            with checked.reader() as one, loaded.reader() as other:
                first, second = (list(conn.exec_driver_sql(sql)) for conn in (one, other))
            assert [[me if cell == others else cell for cell in row] for row in first] == [
                list(row) for row in second
            ], entity


def theirs(row: dict[str, Any], me: str, other: str) -> dict[str, Any]:
    return {key: other if value == me else value for key, value in row.items()}


def test_a_large_sample_comes_from_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "AWAY", 10)
    monkeypatch.setattr(sample, "STEP", 500)
    with open_workspace(tmp_path / "s", create=True, user_name="t", zone="UTC") as workspace:
        told: list[int] = []
        made = make_sample(
            workspace,
            contacts=30,
            until=UNTIL,
            progress=lambda done, total, text: told.append(done),
        )
        assert made.counts["contact"] == len(rows(workspace, "contact")) == 30
        assert made.steps > 1
        assert told == sorted(told)
        assert told[-1] == made.total
        assert workspace.check() == []
        for _ in range(made.steps):
            workspace.undo()
        assert rows(workspace, "contact") == []
        assert workspace.check() == []


def test_a_process_that_dies_is_told() -> None:
    ours, theirs = Pipe(duplex=False)
    theirs.close()
    with pytest.raises(BugError, match="ended before"):
        next(making.received(ours))
    ours.close()


def test_the_same_seed_makes_the_same_sample(tmp_path: Path) -> None:
    told = []
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        with open_workspace(tmp_path / name, create=True, user_name="t", zone="UTC") as workspace:
            make_sample(workspace, contacts=8, seed=seed, until=UNTIL)
            told.append([
                sorted(str(row.cells) for row in rows(workspace, entity, *paths))
                for entity, paths in (
                    ("contact", ("name", "email", "company.name")),
                    ("opportunity", ("name", "amount", "closed_on", "company.name")),
                    ("note", ("body", "at")),
                )
            ])  # fmt: skip
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_it_is_one_step_of_undo(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "s", create=True, user_name="t", zone="UTC") as workspace:
        made = make_sample(workspace, contacts=5, until=UNTIL)
        assert made.steps == 1
        workspace.undo()
        assert rows(workspace, "contact") == []
        assert workspace.undo_label is None
        workspace.redo()
        assert len(rows(workspace, "contact")) == 5
        assert workspace.check() == []


def test_a_cancelled_sample_stops(tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with open_workspace(tmp_path / "s", create=True, user_name="t", zone="UTC") as workspace:
        with pytest.raises(Cancelled):
            make_sample(workspace, contacts=5, until=UNTIL, cancel=cancel)
        assert rows(workspace, "contact") == []


def test_every_country_has_words_for_everything() -> None:
    needed = set(lands()[0].words)
    for land in lands():
        assert needed <= set(land.words) | {"same_as"}, land.key
        assert len(land.words["series"]) == 8
        assert len(land.words["projects"]) == 16
        assert len(land.words["next"]) == len(land.words["requests"]) == 10
