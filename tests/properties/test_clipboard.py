"""Cells on the clipboard: what is written as text is read again, and strange texts are read."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.gui.grid.clipboard import decode, decode_html, encode, encode_html

CELLS = st.text(
    st.sampled_from("ab \"\t\r\n,;é宁\u2028='") | st.characters(codec="utf-8"), max_size=8
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 4))
    row = st.lists(CELLS, min_size=width, max_size=width)
    return draw(st.lists(row, min_size=1, max_size=5))


@given(tables())
def test_what_is_copied_is_pasted(table: list[list[str]]) -> None:
    if table == [[""]]:
        assert encode(table) == ""
        return
    assert decode(encode(table)) == table


@given(tables())
def test_a_spreadsheet_reads_what_is_copied(table: list[list[str]]) -> None:
    # The reader of CSV files takes quotes as Excel does; NUL and a lone CR it does not know.
    table = [[cell.replace("\0", "").replace("\r", "") for cell in row] for row in table]
    if len(table) == 1 and len(table[0]) == 1:
        return
    text = encode(table)
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    assert [row or [""] for row in read] == table


@given(st.text())
def test_any_text_is_a_table(text: str) -> None:
    table = decode(text)
    assert len({len(row) for row in table}) <= 1
    assert bool(table) == bool(text)


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\tb\nc\td", [["a", "b"], ["c", "d"]]),
        ('"two\nlines"\tx\r\n', [["two\nlines", "x"]]),
        ('"say ""hi"""\r\n', [['say "hi"']]),
        # An inch is not a quotation.
        ('3" pipe\t5\r\n', [['3" pipe', "5"]]),
        ('"open\tx\n', [['"open', "x"]]),
        ("a\n\nb", [["a"], [""], ["b"]]),
        ("a\t", [["a", ""]]),
        ("a\tb\tc\nd", [["a", "b", "c"], ["d", "", ""]]),
    ],
)
def test_texts_of_other_programs(text: str, table: list[list[str]]) -> None:
    assert decode(text) == table


def test_a_table_of_a_page() -> None:
    page = (
        "<html><head><style>td {x}</style></head><body><p>before</p><table><tr><th>Name</th>"
        "<th colspan=2>Kestrel &amp;\n Co</th></tr><tr><td>a<br>b</td><td> 1&nbsp;000 <td></tr>"
        "</table></body></html>"
    )
    assert decode_html(page) == [["Name", "Kestrel & Co", ""], ["a\nb", "1 000", ""]]
    assert decode_html("<p>no table</p>") == []


@given(st.lists(st.lists(st.text("ab<&>\n", max_size=5).map(str.strip), min_size=2, max_size=2),
                min_size=1, max_size=3))  # fmt: skip
def test_a_table_for_letters_reads_back(table: list[list[str]]) -> None:
    wanted = [["\n".join(line.strip() for line in cell.split("\n")) for cell in r] for r in table]
    assert decode_html(encode_html(table)) == wanted
