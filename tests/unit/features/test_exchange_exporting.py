"""Tables out of a store: readable, safe for spreadsheets, whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from crmdesk.errors import KnownError
from crmdesk.features.exchange.exporting import ExportOptions, export, export_paths
from crmdesk.jobs import Cancelled, CancelToken
from crmdesk.ops.changes import CreateMany
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import Query, Sort
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Money


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "store.db", create=True, user_name="tester") as opened:
        (acme,) = opened.run(CreateMany("company", [{"name": "Acme", "city": "Rome"}])).created
        (old,) = opened.run(CreateMany("company", [{"name": "Bolt", "city": "Bonn"}])).created
        opened.run(
            CreateMany(
                "opportunity",
                [
                    {"name": "=1+1", "company": acme, "amount": Money(Decimal("-5.50"), "EUR")},
                    {"name": "Big, deal", "company": old},
                ],
            )
        )
        yield opened


def ctx(workspace: Workspace, language: str = "en") -> TextContext:
    locale = "zh_CN" if language == "zh" else "en_US"
    return workspace.text_context(language, locale, zone="UTC", currency="USD", region="US")


def written(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source))


QUERY = Query("opportunity", sort=(Sort("name"),))


def test_titles_paths_and_amounts(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    paths = ("name", "company", "company.city", "amount", "stage")
    count = export(workspace, QUERY, paths, target, ctx(workspace), ExportOptions(ids=False))
    assert count == 2
    assert written(target) == [
        ["Opportunity", "Company", "Company / City", "Amount", "Amount currency", "Stage"],
        ["'=1+1", "Acme", "Rome", "-5.5", "EUR", "Prospecting"],
        ["Big, deal", "Bolt", "Bonn", "", "", "Prospecting"],
    ]
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")


def test_chinese_labels_and_ids(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    export(
        workspace, QUERY, ("name", "status", "amount"), target, ctx(workspace, "zh"),
        ExportOptions(mark=False),
    )  # fmt: skip
    header, first, _second = written(target)
    assert header == ["id", "商机", "状态", "金额", "金额 货币"]
    assert len(first[0]) == 36
    assert first[2] == "进行中"
    assert not target.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_title_of_two_records_is_written_as_an_id(workspace: Workspace, tmp_path: Path) -> None:
    workspace.run(CreateMany("company", [{"name": "ACME"}]))
    target = tmp_path / "out.csv"
    export(workspace, QUERY, ("company",), target, ctx(workspace), ExportOptions(ids=False))
    assert [len(row[0]) for row in written(target)[1:]] == [36, 4]


def test_every_entity_can_be_written(workspace: Workspace, tmp_path: Path) -> None:
    for name, entity in workspace.registry.entities.items():
        target = tmp_path / f"{name}.csv"
        count = export(
            workspace, Query(name), export_paths(entity), target, ctx(workspace)
        )  # fmt: skip
        rows = written(target)
        assert len(rows) == count + 1
        assert len(set(rows[0])) == len(rows[0]), name


def test_a_failure_leaves_the_earlier_file(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    many = [{"name": f"C{number}"} for number in range(3000)]
    workspace.run(CreateMany("company", many))
    cancel = CancelToken()

    def progress(done: int, total: int, text: str) -> None:
        assert total == 3002
        cancel.cancel()

    with pytest.raises(Cancelled):
        export(
            workspace, Query("company"), ("name",), target, ctx(workspace),
            progress=progress, cancel=cancel,
        )  # fmt: skip
    assert target.read_text() == "before"
    assert not list(tmp_path.glob(".out*"))


def test_a_folder_that_is_not_there(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="cannot be written: No such file"):
        export(workspace, QUERY, ("name",), tmp_path / "none" / "out.csv", ctx(workspace))
