"""Tables out of text files: encodings, delimiters, rows of any shape, bounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmdesk.errors import KnownError
from crmdesk.features.exchange import reading
from crmdesk.features.exchange.reading import Table, decode, read_table
from crmdesk.jobs import Cancelled, CancelToken


def table_of(folder: Path, raw: bytes | str, **more: str) -> Table:
    path = folder / "table.csv"
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return read_table(path, **more)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("gb18030", "gb18030"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, found: str) -> None:
    text = "name\tcity\tremark\n" + "张伟\t北京市朝阳区\t客户要求下周二之前收到报价单\n" * 20
    table = table_of(tmp_path, text.encode(encoding))
    assert table.encoding == found
    assert table.delimiter == "\t"
    assert table.header == ("name", "city", "remark")
    assert table.rows[0] == ["张伟", "北京市朝阳区", "客户要求下周二之前收到报价单"]


def test_legacy_encodings_of_the_corpus(corpus: Path) -> None:
    """Each file has a twin in UTF-8 that says what it must read as."""
    folder = corpus / "csv" / "cpython-cjkencodings"
    told = {"big5hkscs": "big5hkscs", "hz": "hz"}  # which only who wrote them can know
    for path in sorted(folder.glob("*-utf8.txt")):
        name = path.stem.removesuffix("-utf8")
        twin = folder / f"{name}.txt"
        text, _encoding = decode(twin.read_bytes(), twin, told.get(name, ""))
        assert text == path.read_text(encoding="utf-8"), name


def test_csv_spectrum(corpus: Path) -> None:
    folder = corpus / "csv" / "csv-spectrum"
    seen = 0
    for path in sorted(folder.glob("*.csv")):
        table = read_table(path)
        rows = [dict(zip(table.header, row, strict=True)) for row in table.rows]
        wanted = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        wanted = wanted if isinstance(wanted, list) else [wanted]
        for row in [*rows, *wanted]:
            # The set's own answer has another number here than its file.
            row.pop("Contact Phone Number", None)
        if "newlines" not in path.stem:
            assert rows == wanted, path.name
        else:
            # The line ends inside quotes are the file's own.
            assert [
                {key: value.replace("\r\n", "\n") for key, value in row.items()} for row in rows
            ] == [
                {key: value.replace("\r\n", "\n") for key, value in row.items()} for row in wanted
            ]
        seen += 1
    assert seen > 10


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, sign: str) -> None:
    rows = [["name", "note"], ["Ann, Lee; Co", "1.234,56"], ["Bo|b", 'say "hi"']]
    text = "\r\n".join(
        sign.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows
    )
    table = table_of(tmp_path, text)
    assert table.delimiter == sign
    assert [list(table.header), *table.rows] == rows


def test_excel_names_the_delimiter(tmp_path: Path) -> None:
    table = table_of(tmp_path, "sep=|\nname|city\nAnn|Rome\n")
    assert (table.delimiter, table.header, table.lines) == ("|", ("name", "city"), [3])


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'name,note\n"a","two\nlines"\n\nb,x\n')
    assert table.rows == [["a", "two\nlines"], ["b", "x"]]
    assert table.lines == [2, 5]


def test_ragged_rows_are_kept_and_named(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a,b,c\n1,2\n1,2,3\n1,2,3,4,5\n")
    assert table.rows == [["1", "2", ""], ["1", "2", "3"], ["1", "2", "3"]]
    assert table.ragged == {2: 2, 4: 5}
    assert table.extra == {4: "4,5"}


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    table = table_of(tmp_path, "name,city")
    assert (table.header, table.rows) == (("name", "city"), [])


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b",,\n,,\n", "no header"),
        (b"name,city\nAnn,Ro\x00me\n", "line 2: there is a NUL"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, raw: bytes, told: str) -> None:
    with pytest.raises(KnownError, match=told) as caught:
        table_of(tmp_path, raw)
    assert "table.csv" in str(caught.value)
    assert "Nothing was imported." in str(caught.value)


def test_a_wrong_encoding_is_told_by_line(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match=r"line 2: the bytes are not ascii"):
        table_of(tmp_path, "name\nÄnne\n", encoding="ascii")
    with pytest.raises(KnownError, match="is not an encoding"):
        table_of(tmp_path, "name\nÄnne\n", encoding="klingon")


def test_an_open_quotation_mark_is_told_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_LETTERS", 1000)
    text = "name,city\nAnn,Rome\nBob,'" + '"' + "\n" + 'Bo,"' + "x" * 2000
    with pytest.raises(KnownError, match=r"line 4: the table breaks off"):
        table_of(tmp_path, text)


def test_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_COLUMNS", 10)
    with pytest.raises(KnownError, match="line 1: there are more than 10 cells"):
        table_of(tmp_path, "a," * 11 + "\n")
    monkeypatch.setattr(reading, "MOST_BYTES", 1 << 20)
    with pytest.raises(KnownError, match="larger than 1 MB"):
        table_of(tmp_path, "a\n" * (1 << 20))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="cannot be read: No such file"):
        read_table(tmp_path / "none.csv")


def test_reading_can_be_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "1,2\n" * 5000)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        read_table(path, check=cancel.check)
