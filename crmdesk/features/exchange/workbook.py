"""Tables out of spreadsheets: the first sheet of an XLSX file that holds anything.

Cells become the text that they would have in a CSV file with one reading: days in ISO form,
numbers with a point, texts as they are. A workbook is a zip of XML files from a stranger:
its size is bounded, and XML that declares a document type is refused. Source: ECMA-376,
part 1, §18 (SpreadsheetML).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as XML

from crmdesk.errors import KnownError
from crmdesk.i18n import _

MOST_BYTES = 1 << 30
"""The most that a workbook may hold once it is unpacked."""

MOST_COLUMNS = 2000
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_HEAD = 64 << 10
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# The formats with a number of their own that show days and times (§18.8.30).
_DAYS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_PERCENTS = frozenset({9, 10})
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DAY_CODE = re.compile(r"[dmyhs]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_CURRENCY = re.compile(r'"\s*([A-Z]{3})\s*"|\[\$([A-Z]{3})(?:-[^\]]*)?\]|\[\$[€£](?:-[^\]]*)?\]')
# Those that one currency alone is written with.
_SIGNS = {"€": "EUR", "£": "GBP"}
_PLACE = re.compile(r"([A-Z]{1,3})\d+")


def is_workbook(raw: bytes) -> bool:
    """Whether these bytes begin like a spreadsheet, of any program and age."""
    return raw.startswith((_ZIP, _OLD))


def sheet_rows(
    raw: bytes, path: Path, check: Callable[[], None]
) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet with anything in it, each with its number.

    Raises KnownError for what is no XLSX file, or is too large or broken.
    """
    if raw.startswith(_OLD):
        raise _refused(path, _("it is a spreadsheet of the old kind (.xls)"))
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            if sum(one.file_size for one in book.infolist()) > MOST_BYTES:
                raise _refused(path, _("it is too large when it is unpacked"))
            if "xl/workbook.xml" not in book.namelist():
                raise _refused(path, _("it is no XLSX workbook"))
            width = 0
            for number, cells in _Book(book, path, check).rows():
                # A sheet ends each row with its last cell that is not empty.
                width = width or len(cells)
                yield number, cells + [""] * (width - len(cells))
    except (
        zipfile.BadZipFile, XML.ParseError, LookupError, ValueError, OverflowError, RuntimeError,
    ) as error:  # fmt: skip
        # RuntimeError is what zipfile says of a password, and of a compression of tomorrow.
        raise _refused(path, _("it is damaged or protected ({why})").format(why=error)) from error


class _Book:
    def __init__(self, book: zipfile.ZipFile, path: Path, check: Callable[[], None]) -> None:
        self._book = book
        self._path = path
        self._check = check
        self._texts = self._shared()
        self._formats = self._styles()
        self._first = datetime(1899, 12, 30)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows of the first sheet that has any."""
        for name in self._sheets():
            rows = self._of_sheet(name)
            first = next(rows, None)
            if first is not None:
                yield first
                yield from rows
                return

    def _sheets(self) -> Iterator[str]:
        """The files of the sheets in their order, hidden ones last."""
        root = self._tree("xl/workbook.xml")
        assert root is not None
        properties = root.find(f"{_MAIN}workbookPr")
        if properties is not None and properties.get("date1904") in ("1", "true"):
            self._first = datetime(1904, 1, 1)
        links = self._tree("xl/_rels/workbook.xml.rels")
        targets = {} if links is None else {
            one.get("Id", ""): one.get("Target", "") for one in links
        }  # fmt: skip
        sheets = list(root.iter(f"{_MAIN}sheet"))
        sheets.sort(key=lambda one: one.get("state", "visible") != "visible")
        for one in sheets:
            target = targets.get(one.get(_LINKED, ""), "").removeprefix("/")
            name = target if target.startswith("xl/") else f"xl/{target}"
            if name in self._book.namelist():
                yield name

    def _of_sheet(self, name: str) -> Iterator[tuple[int, list[str]]]:
        number = 0
        with self._opened(name) as file:
            for _event, row in XML.iterparse(file):
                if row.tag != f"{_MAIN}row":
                    continue
                number = int(row.get("r", number + 1))
                if number % 1000 == 0:
                    self._check()
                cells: list[str] = []
                for at, cell in enumerate(row.iter(f"{_MAIN}c")):
                    place = _column(cell.get("r", ""), max(at, len(cells)))
                    if place >= MOST_COLUMNS:
                        raise _refused(
                            self._path,
                            _("there are more than {most} cells").format(most=MOST_COLUMNS),
                        )
                    cells += [""] * (place - len(cells))
                    cells.append(self._text(cell))
                row.clear()
                if any(cells):
                    yield number, cells

    def _text(self, cell: XML.Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inside = cell.find(f"{_MAIN}is")
            return "" if inside is None else _joined(inside)
        found = cell.find(f"{_MAIN}v")
        value = "" if found is None or found.text is None else found.text
        if kind == "s":
            return self._texts[int(value)] if value else ""
        if kind == "b":
            return "true" if value == "1" else "false" if value else ""
        if kind == "e":
            # The mistake of a formula is no value.
            return ""
        if kind == "n" and value:
            return self._number(float(value), value, int(cell.get("s", 0)))
        return value

    def _number(self, number: float, written: str, style: int) -> str:
        shown = self._formats[style] if style < len(self._formats) else ""
        if shown == "elapsed":
            seconds = round(number * 86_400)
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        if shown == "day":
            return self._day(number)
        exact = Decimal(written) if "e" not in written.lower() else Decimal(repr(number))
        if len(written) > 15:
            # What a binary fraction leaves behind: 49.899999999999999 is 49.9.
            exact = Decimal(repr(number))
        if shown == "percent":
            return f"{(exact * 100).normalize():f}%"
        text = f"{exact:f}"
        _whole, point, places = text.partition(".")
        if point and len(places) == 3:
            # 1.234 has two readings, 1.2340 has one.
            text += "0"
        return f"{text} {shown}" if shown else text

    def _day(self, number: float) -> str:
        moment = self._first + timedelta(seconds=round(number * 86_400))
        if number < 1:
            return f"{moment:%H:%M:%S}"
        if number == int(number):
            return moment.date().isoformat()
        return f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00")

    # ------------------------------------------------------------ what cells refer to

    def _shared(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self._book.namelist():
            return []
        texts = []
        with self._opened("xl/sharedStrings.xml") as file:
            for _event, one in XML.iterparse(file):
                if one.tag == f"{_MAIN}si":
                    texts.append(_joined(one))
                    one.clear()
        return texts

    def _styles(self) -> list[str]:
        """What each style of a cell makes of a number: a day, a span of time, a percentage, or
        an amount in the currency of that code."""
        root = self._tree("xl/styles.xml")
        if root is None:
            return []
        own = {
            int(one.get("numFmtId", 0)): one.get("formatCode", "")
            for one in root.iter(f"{_MAIN}numFmt")
        }
        styles = root.find(f"{_MAIN}cellXfs")
        ids = [] if styles is None else [int(one.get("numFmtId", 0)) for one in styles]
        return [_shown(one, own.get(one, "")) for one in ids]

    def _tree(self, name: str) -> XML.Element | None:
        if name not in self._book.namelist():
            return None
        with self._opened(name) as file:
            return XML.parse(file).getroot()

    def _opened(self, name: str) -> IO[bytes]:
        """A file of the workbook, which is plain XML: no types, whose names can grow."""
        with self._book.open(name) as file:
            head = file.read(_HEAD)
        if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or b"<!DOCTYPE" in head:
            raise _refused(self._path, _("{part} is no plain XML").format(part=name))
        return self._book.open(name)


def _shown(number: int, code: str) -> str:
    if number in _PERCENTS or (code and "%" in _NO_CODE.sub("", code)):
        return "percent"
    if number == 46 or _ELAPSED.search(code):
        return "elapsed"
    bare = _NO_CODE.sub("", code.partition(";")[0])
    if number in _DAYS or (_DAY_CODE.search(bare) and "general" not in bare.lower()):
        return "day"
    currency = _CURRENCY.search(code)
    if currency is None:
        return ""
    return next(filter(None, currency.groups()), "") or _SIGNS[currency[0].strip("[$]-")[:1]]


def _joined(text: XML.Element) -> str:
    """The text of a string with its runs, without how Japanese is read aloud."""
    parts = []
    for one in text:
        if one.tag == f"{_MAIN}t":
            parts.append(one.text or "")
        elif one.tag == f"{_MAIN}r":
            parts += [inner.text or "" for inner in one.iter(f"{_MAIN}t")]
    # Excel writes a control character as _x000D_.
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda one: chr(int(one[1], 16)), "".join(parts))


def _column(reference: str, usual: int) -> int:
    """The number of a cell's column from 0; cells may leave out where they are."""
    match = _PLACE.fullmatch(reference)
    if match is None:
        return usual
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _refused(path: Path, why: str) -> KnownError:
    return KnownError(
        _("{file} cannot be read: {why}.").format(file=path.name, why=why),
        kept=_("Nothing was imported."),
        hint=_("Save it as .xlsx or CSV in the program that it comes from."),
    )
