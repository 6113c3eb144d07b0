"""Cells as text for the clipboard and back, as spreadsheets write and read it; without Qt.

A row is a line that ends in CRLF, cells are parted by tabs. A cell that holds a tab, a line
break or begins with a quote stands in quotes, its own quotes doubled: what Excel and LibreOffice
put on the clipboard and take from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

Table = list[list[str]]
_END = re.compile("[\t\n\r]")

MOST_CELLS = 1_000_000
"""The most cells that are taken from a text; what follows is left out."""


def encode(table: Sequence[Sequence[str]]) -> str:
    """The text of a table; `decode` gives the same table again.

    A line feed within a cell stays one, as Excel has it. A single cell that holds plain text is
    that text alone, so that it can be pasted anywhere.
    """
    if len(table) == 1 and len(table[0]) == 1 and not _needs_quotes(table[0][0]):
        return table[0][0]
    return "".join("\t".join(map(_quoted, row)) + "\r\n" for row in table)


def _needs_quotes(text: str) -> bool:
    return text.startswith('"') or any(letter in text for letter in "\t\n\r")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _needs_quotes(text) else text


def decode(text: str) -> Table:
    """The table in a text: rows of equal length, the missing cells empty.

    A quote counts only at the beginning of a cell, and only where a second one closes it before
    a tab, a line's end or the end; any other is a letter like others.
    """
    if '"' not in text and len(text) < MOST_CELLS:
        # The usual case, ten times as fast.
        plain = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
        return squared([line.split("\t") for line in plain.split("\n")]) if text else []
    rows: Table = []
    row: list[str] = []
    at, end, cells = 0, len(text), 0
    while at < end and cells < MOST_CELLS:
        cell, at = _cell(text, at)
        row.append(cell)
        cells += 1
        mark = text[at : at + 1]
        if mark == "\t":
            at += 1
            if at == end:
                row.append("")
            continue
        rows.append(row)
        row = []
        at += 2 if text[at : at + 2] == "\r\n" else 1
    if row:
        rows.append(row)
    return squared(rows)


def _cell(text: str, at: int) -> tuple[str, int]:
    """The cell that begins at `at`, and where it ends."""
    if text[at : at + 1] == '"':
        found = _quoted_cell(text, at)
        if found is not None:
            return found
    found_end = _END.search(text, at)
    end = len(text) if found_end is None else found_end.start()
    return text[at:end], end


def _quoted_cell(text: str, at: int) -> tuple[str, int] | None:
    seek = at + 1
    while True:
        close = text.find('"', seek)
        if close < 0:
            return None
        follows = text[close + 1 : close + 2]
        if follows == '"':
            seek = close + 2
            continue
        if follows in ("", "\t", "\n", "\r"):
            return text[at + 1 : close].replace('""', '"'), close + 1
        return None


def squared(rows: Table) -> Table:
    """The rows with all as many cells as the longest one."""
    width = max(map(len, rows), default=0)
    for row in rows:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    return rows


# ---------------------------------------------------------------- HTML


class _Tables(HTMLParser):
    """Reads the cells of the tables in a page; text outside of tables is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: Table = []
        self._cell: list[str] | None = None
        self._span = 1
        self._cells = 0
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"style", "script", "head"}:
            self._hidden += 1
        elif tag == "tr":
            self._close()
            self.rows.append([])
        elif tag in {"td", "th"}:
            self._close()
            if not self.rows:
                self.rows.append([])
            self._cell = []
            span = dict(attrs).get("colspan") or ""
            self._span = min(int(span), 1_000) if span.isascii() and span.isdigit() else 1
        elif tag in {"br", "p", "div"} and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "head"}:
            self._hidden = max(0, self._hidden - 1)
        elif tag in {"td", "th", "tr", "table"}:
            self._close()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._hidden:
            # A line break of the page's source is a space; a break is a tag.
            lead = " " if data[:1].isspace() else ""
            tail = " " if data[-1:].isspace() else ""
            self._cell.append(f"{lead}{' '.join(data.split())}{tail}")

    def close(self) -> None:
        super().close()
        self._close()

    def _close(self) -> None:
        if self._cell is None:
            return
        lines = "".join(self._cell).replace("\u00a0", " ").split("\n")
        text = "\n".join(line.strip() for line in lines).strip()
        self._cell = None
        if self._cells < MOST_CELLS:
            self._cells += self._span
            self.rows[-1] += [text, *[""] * (self._span - 1)]


def decode_html(page: str) -> Table:
    """The rows of the tables in a page, for where only that is offered; empty without a table."""
    reader = _Tables()
    reader.feed(page)
    reader.close()
    return squared([row for row in reader.rows if row])


def encode_html(table: Sequence[Sequence[str]]) -> str:
    """A table for programs that take only HTML: letters, documents."""
    rows = (
        "<tr>" + "".join(f"<td>{escape(cell).replace(chr(10), '<br>')}</td>" for cell in row)
        + "</tr>"
        for row in table
    )  # fmt: skip
    return f"<table>{''.join(rows)}</table>"
