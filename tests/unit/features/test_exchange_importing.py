"""Files of any program: recognised by their headers, matched, explained, one step."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crmdesk.errors import KnownError
from crmdesk.features.exchange.importing import (
    ImportOptions,
    ImportPlan,
    plan_import,
    run_import,
)
from crmdesk.features.exchange.report import ImportReport, write_rejected
from crmdesk.jobs import Cancelled, CancelToken
from crmdesk.ops.changes import CreateMany
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import Query
from crmdesk.store import changelog
from crmdesk.store.driver import raw_of
from crmdesk.store.reading import Linked
from crmdesk.store.rows import link_id


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store to copy: making one takes longer than most imports here."""
    path = tmp_path_factory.mktemp("empty") / "store.db"
    open_workspace(path, create=True, user_name="tester").close()
    return path


@pytest.fixture
def workspace(empty_store: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copy(empty_store, tmp_path)
    with open_workspace(tmp_path / "store.db", user_name="tester") as opened:
        yield opened


def plan_of(
    workspace: Workspace, folder: Path, text: str, name: str, options: ImportOptions | None
) -> ImportPlan:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    ctx = workspace.text_context("en", "en_US", zone="UTC", currency="USD", region="US")
    return plan_import([path], workspace, ctx, options)


def bring_in(
    workspace: Workspace,
    folder: Path,
    text: str,
    name: str = "contacts.csv",
    **options: Any,
) -> ImportReport:
    return run_import(workspace, plan_of(workspace, folder, text, name, ImportOptions(**options)))


def rows(workspace: Workspace, entity: str, *paths: str) -> list[tuple[Any, ...]]:
    with workspace.reader() as conn:
        found = workspace.select.stream(conn, Query(entity), workspace.query_context(), paths)
        return [
            tuple(cell.title if isinstance(cell, Linked) else cell for cell in row.cells)
            for row in found
        ]


CONTACTS = (
    "First Name,Last Name,Account Name,E-mail Address,Mobile Phone,Shoe size\n"
    "Ann,Lee,Acme,ann@acme.com,+1 212 555 0123,38\n"
    "伟,张,Acme,zhang@acme.com,,44\n"
)


def test_the_headers_of_other_programs(workspace: Workspace, tmp_path: Path) -> None:
    report = bring_in(workspace, tmp_path, CONTACTS)
    assert report.created == {"contact": 2}
    assert report.made == {"company": 1}
    assert report.ignored == {"contacts.csv": ("Shoe size",)}
    found = rows(workspace, "contact", "name", "given_name", "company", "email")
    assert found == [
        ("Ann Lee", "Ann", "Acme", "ann@acme.com"),
        ("张伟", "伟", "Acme", "zhang@acme.com"),
    ]
    again = bring_in(workspace, tmp_path, CONTACTS)
    assert not again.changed
    assert again.unchanged == {"contact": 2}


def test_chinese_headers(workspace: Workspace, tmp_path: Path) -> None:
    text = "姓名,公司,手机号,职务\n李娜,华东机械,13800138000,经理\n"
    report = bring_in(workspace, tmp_path, text, "联系人.csv")
    assert report.created == {"contact": 1}
    assert rows(workspace, "contact", "name", "company", "job_title") == [
        ("李娜", "华东机械", "经理")
    ]


def test_the_headers_tell_the_entity(workspace: Workspace, tmp_path: Path) -> None:
    report = bring_in(workspace, tmp_path, "Name,Employees,Industry\nAcme,12,Software\n", "x.csv")
    assert report.created == {"company": 1}
    with pytest.raises(KnownError, match="cannot be told") as caught:
        bring_in(workspace, tmp_path, "Name,City\nAnn,Rome\n", "x.csv")
    assert "--entity" in str(caught.value)
    report = bring_in(workspace, tmp_path, "Name,City\nAnn,Rome\n", "x.csv", entity="contact")
    assert report.created == {"contact": 1}
    with pytest.raises(KnownError, match="no column is a field"):
        bring_in(workspace, tmp_path, "Foo,Bar\n1,2\n", "x.csv", entity="contact")


def test_two_people_of_one_name_stay_two(workspace: Workspace, tmp_path: Path) -> None:
    text = "Name,Company,Title\nAnn Lee,Acme,Head\nAnn Lee,Bolt,Clerk\nAnn Lee,Acme,Clerk\n"
    assert bring_in(workspace, tmp_path, text).created == {"contact": 3}
    again = bring_in(workspace, tmp_path, text)
    assert again.unchanged == {"contact": 3}
    assert not again.changed
    # Which of the two at Acme is meant cannot be told, so neither is touched.
    unclear = bring_in(workspace, tmp_path, "Name,Company,Title\nAnn Lee,Acme,Boss\n")
    assert not unclear.changed
    assert [row.cells[2] for row in unclear.rejected] == ["Boss"]
    assert "2 records fit" in unclear.rejected[0].reason


def test_external_ids_match_before_names(workspace: Workspace, tmp_path: Path) -> None:
    head = "External id,Name,City\n"
    bring_in(workspace, tmp_path, head + "7,Acme,Rome\n8,Acme,Oslo\n", "companies.csv")
    report = bring_in(
        workspace, tmp_path,
        head + "8,Acme Nord,Oslo\n9,Acme,Bonn\n8,Twice,Rome\n", "companies.csv",
    )  # fmt: skip
    assert report.updated == {"company": 1}
    assert report.created == {"company": 1}
    assert "that of line 2 already" in report.rejected[0].reason
    assert sorted(rows(workspace, "company", "external_id", "name", "city")) == [
        ("7", "Acme", "Rome"), ("8", "Acme Nord", "Oslo"), ("9", "Acme", "Bonn"),
    ]  # fmt: skip


def test_the_number_of_another_program_is_no_id_of_ours(
    workspace: Workspace, tmp_path: Path
) -> None:
    bring_in(workspace, tmp_path, "Id,Name\n17,Acme\n", "companies.csv")
    assert rows(workspace, "company", "external_id", "name") == [("17", "Acme")]


def test_modes(workspace: Workspace, tmp_path: Path) -> None:
    bring_in(workspace, tmp_path, "Name,City\nAcme,Rome\n", "companies.csv")
    both = "Name,City\nAcme,Oslo\nBolt,Bonn\n"
    created = bring_in(workspace, tmp_path, both, "companies.csv", mode="create")
    assert (created.created, created.updated, len(created.rejected)) == ({"company": 1}, {}, 1)
    updated = bring_in(
        workspace, tmp_path, "Name,City\nAcme,Oslo\nNew,Bonn\n", "companies.csv", mode="update"
    )
    assert (updated.created, updated.updated, len(updated.rejected)) == ({}, {"company": 1}, 1)


def test_cells_that_cannot_be_read_are_told_and_the_rest_is_kept(
    workspace: Workspace, tmp_path: Path
) -> None:
    report = bring_in(
        workspace, tmp_path,
        "Name,Founded,Industry,Owner\nAcme,soon,Softwares,Nobody\n,1990,,\n", "companies.csv",
    )  # fmt: skip
    assert report.created == {"company": 1}
    told = {group.field: group for group in report.problems}
    assert told["Founded"].lines == (2,)
    assert "“soon” is not a number" in told["Founded"].reason
    assert "“Softwares” is not one of the choices" in told["Industry"].reason
    assert "“Nobody” is not among the Users" in told["Owner"].reason
    assert [(row.line, row.reason) for row in report.rejected] == [(3, "Name is needed.")]
    target = tmp_path / "rejected.csv"
    write_rejected(report.rejected, target)
    with target.open(encoding="utf-8-sig", newline="") as source:
        header, row = csv.reader(source)
    assert header == ["Reason", "File", "Line", "Name", "Founded", "Industry", "Owner"]
    assert row == ["Name is needed.", "companies.csv", "3", "", "1990", "", ""]


def test_equal_problems_are_one_line(workspace: Workspace, tmp_path: Path) -> None:
    text = "Name,Founded\n" + "".join(f"C{number},soon\n" for number in range(100))
    (group,) = bring_in(workspace, tmp_path, text, "companies.csv").problems
    assert group.count == 100
    assert len(list(group.each())) == 100
    assert "companies.csv, 100 × (line 2, 3, 4, 5, 6, …): Founded: “soon”" in str(group)


def test_a_parent_may_come_later_and_in_a_ring(workspace: Workspace, tmp_path: Path) -> None:
    text = "Name,Parent company\nA,B\nB,C\nC,A\nD,Elsewhere\n"
    report = bring_in(workspace, tmp_path, text, "companies.csv")
    assert report.created == {"company": 4}
    assert report.made == {"company": 1}
    assert set(rows(workspace, "company", "name", "parent")) == {
        ("A", "B"), ("B", "C"), ("C", "A"), ("D", "Elsewhere"), ("Elsewhere", None),
    }  # fmt: skip
    assert not bring_in(workspace, tmp_path, text, "companies.csv").changed


def test_records_without_a_key_are_the_same_where_all_is_the_same(
    workspace: Workspace, tmp_path: Path
) -> None:
    text = "Title,Text\nCall,Asked for a price\nCall,Asked for a price\nCall,Said no\n"
    entity = "note"
    report = bring_in(workspace, tmp_path, text, "notes.csv", entity=entity)
    again = bring_in(workspace, tmp_path, text, "notes.csv", entity=entity)
    assert report.created == {"note": 3}
    assert not again.changed


def test_ragged_rows_are_told(workspace: Workspace, tmp_path: Path) -> None:
    report = bring_in(workspace, tmp_path, "Name,City\nAcme\nBolt,Oslo,More\n", "companies.csv")
    assert report.created == {"company": 2}
    assert [(group.lines, group.text) for group in report.problems] == [((2,), ""), ((3,), "More")]


def test_an_ambiguous_column_refuses_the_import(workspace: Workspace, tmp_path: Path) -> None:
    text = "Name,Birthday\nAnn Lee,03/04/1990\n"
    with pytest.raises(KnownError, match="1990-04-03"):
        bring_in(workspace, tmp_path, text)
    assert rows(workspace, "contact", "name") == []
    bring_in(workspace, tmp_path, text, dates="dmy")
    ((birthday,),) = rows(workspace, "contact", "birthday")
    assert birthday.isoformat() == "1990-04-03"
    with pytest.raises(KnownError, match="not an order of dates"):
        bring_in(workspace, tmp_path, text, dates="dym")


def last_change(workspace: Workspace) -> int:
    with workspace.reader() as conn:
        return changelog.last(raw_of(conn))


def test_cancelled_while_writing_nothing_is_left(workspace: Workspace, tmp_path: Path) -> None:
    text = "Name,Company\n" + "".join(f"Person {at},Company {at % 7}\n" for at in range(5000))
    plan = plan_of(workspace, tmp_path, text, "contacts.csv", None)
    before, cancel = last_change(workspace), CancelToken()
    seen: list[int] = []

    def progress(done: int, total: int, text: str) -> None:
        seen.append(done)
        if done > plan.rows:
            cancel.cancel()

    with pytest.raises(Cancelled):
        run_import(workspace, plan, progress, cancel)
    assert max(seen) > plan.rows
    assert last_change(workspace) == before
    assert rows(workspace, "contact", "name") == []
    assert workspace.undo_label is None
    assert run_import(workspace, plan).created == {"contact": 5000}


def test_a_trial_tells_the_same_and_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    text = "Name,Company\n" + "".join(f"Person {at},Company {at % 7}\n" for at in range(300))
    plan = plan_of(workspace, tmp_path, text, "contacts.csv", None)
    before = last_change(workspace)
    tried = run_import(workspace, plan, trial=True)
    assert last_change(workspace) == before
    assert rows(workspace, "contact", "name") == rows(workspace, "company", "name") == []
    assert workspace.undo_label is None
    assert workspace.search("person") == []
    assert workspace.check() == []
    done = run_import(workspace, plan)
    assert (tried.created, tried.made, tried.problems) == (done.created, done.made, done.problems)
    assert done.created == {"contact": 300}
    assert not run_import(workspace, plan, trial=True).changed


def test_progress_goes_up_to_the_end(workspace: Workspace, tmp_path: Path) -> None:
    text = "Name\n" + "".join(f"Company {at}\n" for at in range(3000))
    plan = plan_of(workspace, tmp_path, text, "companies.csv", None)
    seen: list[tuple[int, int]] = []
    run_import(workspace, plan, lambda done, total, text: seen.append((done, total)))
    done = [each for each, _total in seen]
    assert done == sorted(done)
    assert seen[-1] == (6000, 6000)


def test_reference_by_a_title_of_two_records(workspace: Workspace, tmp_path: Path) -> None:
    workspace.run(CreateMany("company", [{"name": "Acme"}, {"name": "acme"}]))
    report = bring_in(workspace, tmp_path, "Name,Company\nAnn Lee,Acme\n")
    assert report.created == {"contact": 1}
    assert "2 records are called “Acme”" in report.problems[0].reason
    assert rows(workspace, "contact", "company") == [(None,)]


def test_links_have_the_id_that_every_device_gives_them(
    workspace: Workspace, tmp_path: Path
) -> None:
    bring_in(workspace, tmp_path, CONTACTS)
    text = "Contact,Company,Role\nAnn Lee,Acme,Head\nAnn Lee,Acme,Clerk\n"
    report = bring_in(workspace, tmp_path, text, "affiliations.csv")
    assert report.created == {"affiliation": 1}
    assert [row.reason for row in report.rejected] == ["They are linked already."]
    with workspace.reader() as conn:
        (row,) = workspace.select.stream(
            conn, Query("affiliation"), workspace.query_context(), ("contact", "company")
        )
    assert row.id == link_id("affiliation", *(cell.id for cell in row.cells))


def test_rows_that_the_store_refuses_are_left_out_and_the_rest_is_kept(
    workspace: Workspace, tmp_path: Path
) -> None:
    bring_in(workspace, tmp_path, "Name\nAcme\n", "companies.csv")
    with workspace.reader() as conn:
        (acme,) = workspace.select.stream(conn, Query("company"), workspace.query_context(), ())
    gone = "00000000-0000-4000-8000-000000000000"
    text = f"About,When,Text\ncompany:{acme.id},2026-11-22,good\ncompany:{gone},2026-11-22,bad\n"
    report = bring_in(workspace, tmp_path, text, "x.csv", entity="reminder")
    assert report.created == {"reminder": 1}
    assert [(row.line, row.cells[2]) for row in report.rejected] == [(3, "bad")]
    assert "no such record" in report.rejected[0].reason
    assert len(rows(workspace, "reminder", "about")) == 1


def test_suggestions_are_titles_of_before_the_file(workspace: Workspace, tmp_path: Path) -> None:
    workspace.run(CreateMany("company", [{"name": "Acme Nord"}]))
    text = "Name,Company\nAnn,AcmeNord\nBob,Bolt 1\nCid,Bolt 2\n"
    report = bring_in(workspace, tmp_path, text)
    assert {group.text: group.hint for group in report.problems} == {
        "AcmeNord": "Is “Acme Nord” meant?", "Bolt 1": "", "Bolt 2": "",
    }  # fmt: skip


def test_what_the_program_keeps_itself_is_not_taken(workspace: Workspace, tmp_path: Path) -> None:
    report = bring_in(
        workspace, tmp_path, "Opportunity,Status,Weighted\nDeal,won,5\n", "opportunities.csv"
    )
    assert report.ignored == {"opportunities.csv": ("Status", "Weighted")}
    assert rows(workspace, "opportunity", "name", "status") == [("Deal", "open")]


DEALS = (
    "opportunity_id,opportunity,stage,amount,lost_reason\r\n"
    "1,Pumps,Lost,,\r\n"
    "2,Valves,Won,700,\r\n"
    "3,Seals,Lost,,price\r\n"
    "4,Hoses,Won,,\r\n"
    "5,Belts,Lost,,\r\n"
)


def lacking(report: ImportReport) -> dict[tuple[str, str], tuple[int, ...]]:
    return {
        (group.field, group.reason): group.lines
        for group in report.problems
        if group.kept == "The row was imported without it."
    }


def test_rows_that_lack_what_their_stage_asks_for_are_kept_and_told(
    workspace: Workspace, tmp_path: Path
) -> None:
    trial = run_import(
        workspace, plan_of(workspace, tmp_path, DEALS, "deals.csv", None), trial=True
    )
    assert rows(workspace, "opportunity", "name") == []

    report = bring_in(workspace, tmp_path, DEALS, "deals.csv")

    assert report.created["opportunity"] == 5
    assert not report.rejected
    assert lacking(report) == lacking(trial) == {
        ("Lost because", "“Lost” asks for it."): (2, 6),
        ("Amount", "“Won” asks for it."): (5,),
    }  # fmt: skip
    assert rows(workspace, "opportunity", "name", "stage") == [
        ("Pumps", "Lost"), ("Valves", "Won"), ("Seals", "Lost"), ("Hoses", "Won"),
        ("Belts", "Lost"),
    ]  # fmt: skip
    assert lacking(bring_in(workspace, tmp_path, DEALS, "deals.csv")) == {}

    moved = DEALS.replace("2,Valves,Won,700,", "2,Valves,Lost,,")
    assert lacking(bring_in(workspace, tmp_path, moved, "deals.csv")) == {
        ("Lost because", "“Lost” asks for it."): (3,)
    }
