"""What a list shows, as a spreadsheet: typed cells, safe texts, whole or not at all."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from crmdesk.errors import KnownError
from crmdesk.features.exchange.sheets import export_view
from crmdesk.jobs import Cancelled, CancelToken
from crmdesk.ops.changes import CreateMany
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.savedviews import view_named
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import Condition, Sort
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Instant, Money
from crmdesk.schema.viewdata import ViewColumn, ViewSpec

_NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_EXCEL_EPOCH = date(1899, 12, 30)


class Sheet:
    """A written sheet, read back without the library that wrote it."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as book:
            assert book.testzip() is None
            self.root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
            styles = ElementTree.fromstring(book.read("xl/styles.xml"))
            workbook = ElementTree.fromstring(book.read("xl/workbook.xml"))
        codes = {one.get("numFmtId"): one.get("formatCode", "")
                 for one in styles.findall(".//m:numFmt", _NS)}  # fmt: skip
        self.forms = styles.findall("m:cellXfs/m:xf", _NS)
        self.codes = [codes.get(one.get("numFmtId"), "General") for one in self.forms]
        self.bold = [font.find("m:b", _NS) is not None
                     for font in styles.findall("m:fonts/m:font", _NS)]  # fmt: skip
        found = workbook.find(".//m:sheet", _NS)
        assert found is not None
        self.name = found.get("name")

    def cell(self, ref: str) -> ElementTree.Element:
        found = self.root.find(f".//m:c[@r='{ref}']", _NS)
        assert found is not None, f"no cell {ref}"
        return found

    def value(self, ref: str) -> object:
        cell = self.cell(ref)
        if cell.get("t") == "inlineStr":
            return "".join(cell.itertext())
        raw = cell.findtext("m:v", None, _NS)
        assert raw is not None
        return bool(int(raw)) if cell.get("t") == "b" else float(raw)

    def form(self, ref: str) -> str:
        return self.codes[int(self.cell(ref).get("s", "0"))]

    def column(self, letter: str) -> list[object]:
        refs = [one.get("r", "") for one in self.root.findall(".//m:c", _NS)]
        return [self.value(ref) for ref in refs if re.fullmatch(rf"{letter}\d+", ref)]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "store.db", create=True, user_name="tester") as opened:
        opened.run(
            CreateMany(
                "opportunity",
                [
                    {"name": "=1+1", "amount": Money(Decimal("-5.50"), "EUR"),
                     "close_date": date(2026, 11, 22), "quantity": Decimal("2.50")},
                    {"name": "Pumps", "amount": Money(Decimal(7000), "JPY"), "next_step": "Call"},
                    {"name": "@SUM(A1) second line", "close_date": date(1850, 1, 1)},
                ],
            )
        )  # fmt: skip
        opened.run(
            CreateMany(
                "task",
                [{"subject": "Call", "done": True, "length": timedelta(hours=30),
                  "due": Instant(datetime(2026, 11, 22, 8, 30, tzinfo=UTC), "UTC")},
                 {"subject": "Plan", "due": date(2026, 12, 1)}],
            )
        )  # fmt: skip
        yield opened


def ctx(workspace: Workspace, language: str = "en") -> TextContext:
    return workspace.text_context(language, "en_US", zone="Asia/Shanghai")


def columns(*paths: str) -> tuple[ViewColumn, ...]:
    return tuple(ViewColumn(path) for path in paths)


DEALS = ViewSpec(
    "opportunity",
    sort=(Sort("name"),),
    columns=(*columns("name", "amount", "close_date", "probability", "quantity", "stage"),
             ViewColumn("owner", hidden=True)),
)  # fmt: skip


def test_cells_have_their_types(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "deals.xlsx"
    assert export_view(workspace, DEALS, target, ctx(workspace)) == 3
    sheet = Sheet(target)
    assert sheet.name == "Opportunities"
    assert [sheet.value(f"{letter}1") for letter in "ABCDEF"] == [
        "Opportunity", "Amount", "Close date", "Probability", "Quantity", "Stage",
    ]  # fmt: skip
    assert sheet.value("A2") == "=1+1"
    assert (sheet.value("B2"), sheet.form("B2")) == (-5.5, '#,##0.00 "EUR"')
    assert _EXCEL_EPOCH + timedelta(int(float(str(sheet.value("C2"))))) == date(2026, 11, 22)
    assert sheet.form("C2") == "yyyy-mm-dd"
    assert (sheet.value("D2"), sheet.form("D2")) == (0.1, "0.##%")
    assert (sheet.value("E2"), sheet.form("E2")) == (2.5, "#,##0.00")
    assert sheet.value("F2") == "Prospecting"
    # What spreadsheets have no number for is text.
    assert sheet.value("C3") == "1850-01-01"
    assert (sheet.value("B4"), sheet.form("B4")) == (7000, '#,##0 "JPY"')


def test_texts_are_no_formulas_and_the_head_stays(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "deals.xlsx"
    export_view(workspace, DEALS, target, ctx(workspace))
    sheet = Sheet(target)
    assert sheet.root.findall(".//m:f", _NS) == []
    assert sheet.value("A3") == "@SUM(A1) second line"
    for ref in ("A2", "A3"):
        form = sheet.forms[int(sheet.cell(ref).get("s", "0"))]
        assert form.get("quotePrefix") == "1"
    pane = sheet.root.find(".//m:pane", _NS)
    assert pane is not None
    assert (pane.get("state"), pane.get("ySplit"), pane.get("topLeftCell")) == ("frozen", "1", "A2")
    assert sheet.bold[int(sheet.forms[int(sheet.cell("A1").get("s", "0"))].get("fontId", "0"))]


def test_times_lengths_and_ticks(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "tasks.XLSX"
    spec = ViewSpec("task", sort=(Sort("subject"),), columns=columns("subject", "done", "due",
                                                                    "length"))  # fmt: skip
    export_view(workspace, spec, target, ctx(workspace, "zh"))
    sheet = Sheet(target)
    assert sheet.value("B2") is True
    # 08:30 in UTC is 16:30 where the reader is.
    assert float(str(sheet.value("C2"))) % 1 == pytest.approx(16.5 / 24)
    assert sheet.form("C2") == "yyyy-mm-dd hh:mm"
    assert sheet.form("C3") == "yyyy-mm-dd"
    assert (sheet.value("D2"), sheet.form("D2")) == (1.25, "[h]:mm")
    assert sheet.name == "任务"


def test_filter_order_and_groups_are_what_is_seen(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "deals.csv"
    spec = ViewSpec(
        "opportunity",
        where=Condition("name", "is_not", "=1+1"),
        sort=(Sort("name", True),),
        group=("close_date:month",),
        columns=columns("name", "next_step"),
    )
    assert export_view(workspace, spec, target, ctx(workspace)) == 2
    with target.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    assert rows[0] == ["Close date", "Opportunity", "Next step"]
    assert sorted(row[1] for row in rows[1:]) == ["'@SUM(A1) second line", "Pumps"]
    found = export_view(
        workspace, spec, tmp_path / "found.xlsx", ctx(workspace), search="pumps"
    )  # fmt: skip
    assert found == 1
    assert Sheet(tmp_path / "found.xlsx").column("B") == ["Opportunity", "Pumps"]


def test_nothing_half_written_is_left(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "deals.xlsx"
    target.write_bytes(b"before")
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        export_view(workspace, DEALS, target, ctx(workspace), cancel=cancel)
    assert target.read_bytes() == b"before"
    with pytest.raises(KnownError):
        export_view(workspace, DEALS, tmp_path / "none" / "deals.xlsx", ctx(workspace))
    assert {one.name for one in tmp_path.iterdir() if one.suffix == ".xlsx"} == {"deals.xlsx"}


def test_a_saved_view_by_its_name(workspace: Workspace, tmp_path: Path) -> None:
    view = view_named(workspace, "opportunity", "no next step")
    assert view_named(workspace, "opportunity", "缺少下一步") == view
    assert view_named(workspace, "opportunity", view.id) == view
    assert export_view(workspace, view.spec, tmp_path / "open.xlsx", ctx(workspace)) == 2
    with pytest.raises(KnownError, match="There is no view"):
        view_named(workspace, "task", "No next step")
