"""Tables out of spreadsheets: what their cells say, and files that are none."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from crmdesk.errors import KnownError
from crmdesk.features.exchange import workbook
from crmdesk.features.exchange.importing import plan_import, run_import
from crmdesk.features.exchange.reading import Table, read_table
from crmdesk.features.exchange.sheets import export_view
from crmdesk.jobs import Cancelled, CancelToken
from crmdesk.ops.changes import CreateMany
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.values import Money
from crmdesk.schema.viewdata import ViewSpec
from tests.unit.ops.workspaces import fresh

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Workspace]:
    with fresh(tmp_path / "store") as workspace:
        yield workspace


def written(folder: Path, fill: Callable[[Any, Any], None], **options: Any) -> Table:
    """The table of a sheet that `fill` writes with the formats of its book."""
    path = folder / "book.xlsx"
    book = xlsxwriter.Workbook(str(path), options)
    fill(book.add_worksheet(), book.add_format)
    book.close()
    return read_table(path)


def by_hand(
    folder: Path, rows: str, *, before: str = "", more: dict[str, str] | None = None
) -> Path:
    """A workbook with these rows, as another program may write it."""
    path = folder / "hand.xlsx"
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" '
        'Target="/xl/worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}'
        "</sheetData></worksheet>",
    } | (more or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return path


def test_cells_become_texts_of_one_reading(tmp_path: Path) -> None:
    def fill(sheet: Any, form: Callable[[dict[str, Any]], Any]) -> None:
        sheet.write_row(0, 0, ["A", "B", "C", "D"])
        at = datetime(2026, 3, 4, 15, 30)
        sheet.write_datetime(1, 0, at, form({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write_datetime(1, 1, date(2026, 3, 4), form({"num_format": 14}))
        sheet.write_datetime(1, 2, date(2026, 3, 4), form({"num_format": '[$-804]yyyy"年"m"月"'}))
        sheet.write_number(1, 3, 0.3125, form({"num_format": "hh:mm"}))
        sheet.write_number(2, 0, 1234.5, form({"num_format": "#,##0.00"}))
        sheet.write_number(2, 1, 0.125, form({"num_format": "0.0 %"}))
        sheet.write_number(2, 2, 1.5, form({"num_format": "[h]:mm"}))
        sheet.write_number(2, 3, 49.9, form({"num_format": "#,##0.00 [$€-407]"}))
        sheet.write_boolean(3, 0, True)
        sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(3, 2, '="a"&"b"', None, "ab")
        sheet.write_string(3, 3, "=1+1")
        sheet.write_number(4, 0, 1.234)
        sheet.write_number(4, 1, 0.1 + 0.2)
        sheet.write_number(4, 2, 123456789012)
        sheet.write_number(4, 3, 7, form({"num_format": '#,##0 "JPY"'}))
        sheet.write_rich_string(5, 0, "bold", form({"bold": True}), " and plain")
        sheet.write_string(5, 1, "two\nlines")

    assert written(tmp_path, fill).rows == [
        ["2026-03-04 15:30", "2026-03-04", "2026-03-04", "07:30:00"],
        ["1234.5", "12.5%", "36:00:00", "49.9 EUR"],
        ["true", "", "ab", "=1+1"],
        ["1.2340", "0.3", "123456789012", "7 JPY"],
        ["bold and plain", "two\nlines", "", ""],
    ]


def test_days_may_be_counted_from_1904(tmp_path: Path) -> None:
    def fill(sheet: Any, form: Callable[[dict[str, Any]], Any]) -> None:
        sheet.write_row(0, 0, ["A", "B"])
        sheet.write_datetime(1, 1, date(2026, 3, 4), form({"num_format": 14}))

    assert written(tmp_path, fill, date_1904=True).rows == [["", "2026-03-04"]]


def test_rows_are_named_by_their_place_in_the_sheet(tmp_path: Path) -> None:
    def fill(sheet: Any, _form: Any) -> None:
        sheet.write_row(2, 0, ["Name", "City"])
        sheet.write_row(3, 0, ["A"])
        sheet.write_row(7, 0, ["B", "Bonn", "beyond"])

    table = written(tmp_path, fill)
    assert (table.header, table.lines) == (("Name", "City"), [4, 8])
    assert table.rows == [["A", ""], ["B", "Bonn"]]
    assert (table.ragged, table.extra) == ({8: 3}, {8: "beyond"})


def test_the_first_sheet_that_holds_anything_and_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "sheets.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Nothing")
    hidden = book.add_worksheet("Hidden")
    hidden.write_row(0, 0, ["Secret", "x"])
    hidden.hide()
    book.add_worksheet("Shown").write_row(0, 0, ["Name", "City"])
    book.close()
    assert read_table(path).header == ("Name", "City")


def test_cells_without_a_place_and_with_their_text_inside(tmp_path: Path) -> None:
    rows = (
        '<row><c t="inlineStr"><is><t>Name</t></is></c><c t="inlineStr"><is><t>City</t></is></c>'
        '</row><row r="5"><c r="B5" t="inlineStr"><is><r><t>Bo</t></r><r><t>nn_x000A_</t></r>'
        "<rPh><t>read aloud</t></rPh></is></c></row>"
    )
    table = read_table(by_hand(tmp_path, rows))
    assert (table.header, table.rows, table.lines) == (("Name", "City"), [["", "Bonn\n"]], [5])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old kind"),
        (b"PK\x03\x04 and nothing more", "damaged"),
    ],
)
def test_what_is_no_workbook_is_told(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    with pytest.raises(KnownError, match=why):
        read_table(path)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"before": '<!DOCTYPE x [<!ENTITY a "aaaa">]>'}, "no plain XML"),
        ({"rows": "<row><c"}, "damaged"),
        ({"rows": '<row><c r="ZZZ1"><v>1</v></c></row>'}, "cells"),
        ({"rows": '<row><c t="s"><v>7</v></c></row>'}, "damaged"),
        ({"rows": '<row><c><v>x</v></c></row>'}, "damaged"),
        ({"rows": ""}, "no header"),
    ],
)  # fmt: skip
def test_broken_sheets_are_told(tmp_path: Path, options: dict[str, str], why: str) -> None:
    with pytest.raises(KnownError, match=why):
        read_table(by_hand(tmp_path, **{"rows": "<row/>", **options}))


def test_what_grows_when_it_is_unpacked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_BYTES", 100_000)
    path = by_hand(tmp_path, "<row/>", more={"xl/media/image.png": "0" * 200_000})
    assert path.stat().st_size < 2000
    with pytest.raises(KnownError, match="too large"):
        read_table(path)


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c><v>{n}</v></c></row>' for n in range(1, 3000))
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        read_table(by_hand(tmp_path, rows), check=cancel.check)


def test_what_was_exported_is_the_same_when_it_is_imported(crm: Workspace, tmp_path: Path) -> None:
    crm.run(CreateMany("company", [
        {"name": "海泰 Pumps", "city": "Köln", "founded": 1998, "employees": 120,
         "revenue": Money(Decimal("1234567.80"), "EUR"), "country": "DE", "rating": 3},
        {"name": "00123", "revenue": Money(Decimal(5), "JPY"), "description": "=1+1"},
    ]))  # fmt: skip
    target = tmp_path / "companies.xlsx"
    ctx = crm.text_context("en", "en_US", zone="UTC", currency="USD", region="US")
    assert export_view(crm, ViewSpec("company"), target, ctx) == 2
    report = run_import(crm, plan_import([target], crm, ctx))
    assert not report.changed, report
    assert report.unchanged == {"company": 2}
    assert not report.rejected
