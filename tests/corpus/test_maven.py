"""A real sales pipeline of four files, imported in one call and asked for every known fact."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmdesk.features.exchange.importing import ImportOptions, plan_import, run_import
from crmdesk.features.exchange.report import ImportReport
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import All, Condition, Query
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Money, zone_of
from crmdesk.store import changelog
from crmdesk.store.aggregate import Group, Measure
from crmdesk.store.driver import raw_of

NAMES = ("sales_pipeline.csv", "accounts.csv", "products.csv", "sales_teams.csv")


@pytest.fixture(scope="module")
def files(corpus: Path) -> list[Path]:
    return [corpus / "crm" / "maven-crm-opportunities" / name for name in NAMES]


@pytest.fixture(scope="module")
def facts(corpus: Path) -> dict[str, Any]:
    path = corpus / "expected" / "crm-facts-shared" / "maven.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def context(workspace: Workspace) -> TextContext:
    return workspace.text_context("en", "en_US", zone="UTC", currency="USD", region="US")


def bring_in(
    workspace: Workspace, paths: list[Path], options: ImportOptions | None = None
) -> ImportReport:
    return run_import(workspace, plan_import(paths, workspace, context(workspace), options))


@pytest.fixture(scope="module")
def imported(
    files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workspace, ImportReport]]:
    path = tmp_path_factory.mktemp("maven") / "store.db"
    workspace = open_workspace(path, create=True, user_name="tester")
    # The file that refers to all others comes first: the order is found.
    yield workspace, bring_in(workspace, files)
    workspace.close()


@pytest.fixture
def workspace(imported: tuple[Workspace, ImportReport]) -> Workspace:
    return imported[0]


@pytest.fixture
def report(imported: tuple[Workspace, ImportReport]) -> ImportReport:
    return imported[1]


def count(workspace: Workspace, entity: str, *where: Condition) -> int:
    query = Query(entity, All(where) if where else None)
    with workspace.reader() as conn:
        return workspace.select.count(conn, query, workspace.query_context())


def groups(
    workspace: Workspace, entity: str, by: str, *where: Condition, measure: str = ""
) -> list[Group]:
    query = Query(entity, All(where) if where else None)
    measures = [Measure(measure)] if measure else []
    with workspace.reader() as conn:
        found = workspace.select.group(conn, query, workspace.query_context(), [by], measures)
    return [group for group in found if group.level == 1]


WON = Condition("stage.name", "is", "Won")
LOST = Condition("stage.name", "is", "Lost")


def test_every_fact_of_the_pipeline(workspace: Workspace, facts: dict[str, Any]) -> None:
    told: dict[str, Any] = {"opps": count(workspace, "opportunity")}
    told["stages"] = {
        group.keys[0].title: group.count for group in groups(workspace, "opportunity", "stage")
    }
    with workspace.reader() as conn:
        total = workspace.select.totals(
            conn, Query("opportunity", WON), workspace.query_context(), [Measure("amount")]
        )
    ((won,),) = total.values
    told["won_value"] = str(won.amount.quantize(1))
    closed = told["stages"]["Won"] + told["stages"]["Lost"]
    told["win_rate_closed"] = round(told["stages"]["Won"] / closed, 6)
    told["blank_account"] = count(workspace, "opportunity", Condition("company", "empty"))
    told["blank_engage"] = count(workspace, "opportunity", Condition("engaged_on", "empty"))
    outside = Condition("product.in_catalogue", "is", False)
    told["products_not_in_catalog"] = {
        group.keys[0].title: group.count
        for group in groups(workspace, "opportunity", "product", outside)
    }
    told["accounts"] = count(workspace, "company")
    told["accounts_not_in_master"] = [
        group.keys[0].title
        for group in groups(workspace, "company", "name", Condition("industry", "empty"))
    ]
    told["agents_master"] = count(workspace, "user", Condition("manager", "not_empty"))
    told["agents_with_opps"] = len(groups(workspace, "opportunity", "owner"))

    def top(by: str) -> str:
        best = max(
            (
                group
                for group in groups(workspace, "opportunity", by, WON, measure="amount")
                if group.keys[0] is not None
            ),
            key=lambda group: group.values[0][0].amount,
        )
        return f"{best.keys[0].title} {best.values[0][0].amount.quantize(1)}"

    told["top_account"], told["top_agent"] = top("company"), top("owner")
    nothing = Condition("amount", "is", Money(Decimal(0), "USD"))
    told["zero_close_lost"] = count(workspace, "opportunity", LOST, nothing)
    told["subsidiaries"] = count(workspace, "company", Condition("parent", "not_empty"))
    told["sectors"] = sorted(group.keys[0] for group in groups(workspace, "company", "industry"))
    assert told == facts


def test_what_is_doubtful_is_kept_and_told(report: ImportReport) -> None:
    assert report.rejected == ()
    assert report.ignored == {}
    told = {(group.field, group.text): group for group in report.problems}
    product = told["product", "GTXPro"]
    assert (product.file, product.count) == ("sales_pipeline.csv", 1480)
    assert product.lines[0] == 3
    assert "GTX Pro" in product.hint
    assert "In the catalogue: No" in product.kept
    assert told["account", ""].count == 1425
    sector = told["sector", "technolgy"]
    assert sector.count == 12
    assert "Technology" in sector.hint
    assert told["deal_stage", "Engaging"].count == 1589


def test_the_counts_of_the_report(report: ImportReport) -> None:
    assert report.created == {"user": 41, "company": 85, "product": 7, "opportunity": 8800}
    assert report.made == {"choice": 4, "product": 1, "stage": 1}
    assert not report.updated
    assert not report.unchanged
    assert report.rows["sales_pipeline.csv"] == 8800
    assert report.label == "Import of 4 files"


def record(workspace: Workspace, entity: str, name: str, *paths: str) -> tuple[Any, ...]:
    query = Query(entity, Condition("name", "is", name))
    with workspace.reader() as conn:
        (row,) = workspace.select.stream(conn, query, workspace.query_context(), paths)
    return row.cells


def test_records_say_what_the_files_say(workspace: Workspace) -> None:
    industry, founded, revenue, employees, country, parent = record(
        workspace, "company", "Bluth Company",
        "industry", "founded", "revenue", "employees", "country", "parent",
    )  # fmt: skip
    assert (industry, founded, employees, country) == ("technolgy", 1993, 3027, "United States")
    # The data dictionary of the set: revenue is in millions of US dollars.
    assert revenue == Money(Decimal("1242320000.00"), "USD")
    assert parent.title == "Acme Corporation"
    series, price, listed = record(
        workspace, "product", "GTX Plus Basic", "series", "price", "in_catalogue"
    )
    assert (series, price, listed) == ("GTX", Money(Decimal("1096.00"), "USD"), True)
    team, manager = record(workspace, "user", "Moses Frase", "team", "manager")
    assert (team, manager.title) == ("Central", "Dustin Brinkmann")
    assert record(workspace, "user", "Dustin Brinkmann", "team", "manager") == ("Central", None)


def test_stages_were_entered_when_the_files_say(workspace: Workspace, corpus: Path) -> None:
    wanted = []
    with (corpus / "crm" / "maven-crm-opportunities" / NAMES[0]).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            engaged, closed = row["engage_date"] or None, row["close_date"] or None
            deal = row["opportunity_id"]
            if row["deal_stage"] == "Prospecting":
                wanted.append((deal, "Prospecting", "today", None))
            else:
                wanted.append((deal, "Engaging", engaged, closed))
            if closed:
                wanted.append((deal, row["deal_stage"], closed, None))
    zone = zone_of(workspace.zone)
    today = workspace.query_context().today()

    def day(at: Any) -> str | None:
        if at is None:
            return None
        found = at.utc.astimezone(zone).date()
        return "today" if abs((found - today).days) <= 1 else found.isoformat()

    paths = ("opportunity.external_id", "stage.name", "at", "left_at")
    with workspace.reader() as conn:
        rows = workspace.select.stream(
            conn, Query("stage_history"), workspace.query_context(), paths
        )
        found = [(row.cells[0], row.cells[1], day(row.cells[2]), day(row.cells[3])) for row in rows]
    assert sorted(found) == sorted(wanted)


def test_who_bought_is_a_customer(workspace: Workspace) -> None:
    kinds = {group.keys[0]: group.count for group in groups(workspace, "company", "kind")}
    bought = {
        group.keys[0].id
        for group in groups(workspace, "opportunity", "company", WON)
        if group.keys[0] is not None
    }
    assert kinds == {"customer": len(bought)} | (
        {"prospect": 85 - len(bought)} if len(bought) < 85 else {}
    )
    assert count(workspace, "company", Condition("kind", "is", "customer")) == len(bought)


def test_a_stage_that_is_known_has_its_chinese_name(workspace: Workspace) -> None:
    assert record(workspace, "stage", "Engaging", "name_zh") == ("接洽",)


def test_an_opportunity_has_all_its_links_and_dates(workspace: Workspace) -> None:
    query = Query("opportunity", Condition("external_id", "is", "1C1I7A6R"))
    paths = ("name", "company", "product", "owner", "stage", "status", "engaged_on",
             "close_date", "closed_on", "amount", "probability", "pipeline")  # fmt: skip
    with workspace.reader() as conn:
        (row,) = workspace.select.stream(conn, query, workspace.query_context(), paths)
    cells = dict(zip(paths, row.cells, strict=True))
    titles = [cells[name].title for name in ("company", "product", "owner", "stage", "pipeline")]
    assert titles == ["Cancity", "GTX Plus Basic", "Moses Frase", "Won", "Sales"]
    assert cells["name"] == "GTX Plus Basic – Cancity"
    assert cells["status"] == "won"
    days = [cells[name].isoformat() for name in ("engaged_on", "close_date", "closed_on")]
    assert days == ["2016-10-20", "2017-03-01", "2017-03-01"]
    assert cells["amount"] == Money(Decimal(1054), "USD")
    assert cells["probability"] == 100


def test_an_opportunity_without_account_is_called_by_its_number(workspace: Workspace) -> None:
    query = Query("opportunity", Condition("company", "empty"))
    with workspace.reader() as conn:
        rows = workspace.select.stream(
            conn, query, workspace.query_context(), ("name", "external_id")
        )
        names = [row.cells for row in rows]
    assert len(names) == 1425
    assert all(name.endswith(f" – {number}") for name, number in names)


def test_the_new_stage_stands_among_the_open_ones(workspace: Workspace) -> None:
    query = Query("stage")
    with workspace.reader() as conn:
        rows = workspace.select.stream(
            conn, query, workspace.query_context(), ("position", "name", "outcome", "probability")
        )
        stages = sorted(row.cells for row in rows)
    assert [name for _position, name, _outcome, _probability in stages] == [
        "Prospecting", "Qualified", "Engaging", "Proposal", "Negotiation", "Verbal", "Won", "Lost",
    ]  # fmt: skip
    assert stages[2][2:] == ("open", Decimal(25))
    assert len({position for position, *_rest in stages}) == 8


def last_change(workspace: Workspace) -> int:
    with workspace.reader() as conn:
        return changelog.last(raw_of(conn))


def test_a_second_run_changes_nothing(
    workspace: Workspace, files: list[Path], report: ImportReport
) -> None:
    before, step = last_change(workspace), workspace.undo_steps()
    again = bring_in(workspace, files[::-1])
    assert not again.changed
    assert again.label == ""
    assert again.unchanged == report.created
    assert last_change(workspace) == before
    assert workspace.undo_steps() == step
    # What was doubtful is still so.
    assert ("GTXPro", 1480) in {(group.text, group.count) for group in again.problems}


def test_a_changed_file_changes_what_it_says_otherwise(
    imported: tuple[Workspace, ImportReport], files: list[Path], tmp_path: Path
) -> None:
    workspace, _report = imported
    copy = Path(shutil.copy(files[1], tmp_path))
    with copy.open(newline="", encoding="utf-8") as source:
        rows = list(csv.reader(source))
    number = next(at for at, row in enumerate(rows) if row[0] == "Codehow")
    rows[number][4], rows[number][6] = "2700", ""
    with copy.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(rows)
    kept = bring_in(workspace, [copy])
    assert kept.updated == {"company": 1}
    assert kept.unchanged == {"company": 84}
    assert kept.label == "Import of accounts.csv"
    employees, parent = record(workspace, "company", "Codehow", "employees", "parent")
    assert employees == 2700
    # An empty cell says nothing, unless it is told to.
    assert parent.title == "Acme Corporation"
    cleared = bring_in(workspace, [copy], ImportOptions(blanks=True))
    assert cleared.updated == {"company": 1}
    assert record(workspace, "company", "Codehow", "parent") == (None,)
    workspace.undo()
    workspace.undo()
    assert record(workspace, "company", "Codehow", "employees")[0] == 2641
    assert record(workspace, "company", "Codehow", "parent")[0].title == "Acme Corporation"


@pytest.mark.slow
def test_the_import_is_one_step_back(files: list[Path], tmp_path: Path) -> None:
    with open_workspace(tmp_path / "store.db", create=True, user_name="tester") as workspace:
        stages = count(workspace, "stage")
        bring_in(workspace, files)
        assert workspace.undo_label == "Import of 4 files"
        workspace.undo()
        assert count(workspace, "opportunity") == 0
        assert count(workspace, "company") == 0
        assert count(workspace, "stage") == stages
