"""Tables out of text files (and spreadsheets): which encoding, which delimiter, which rows.

Nothing is guessed about the content here: cells are the text that the file has. The
encoding is told by a byte order mark, else UTF-8 is tried, else the bytes are looked
at (charset-normalizer); the delimiter is the one that cuts the first rows into the
most equal columns. Rows of another length than the header are kept and named.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from crmdesk.errors import KnownError
from crmdesk.features.exchange import workbook
from crmdesk.i18n import _

MOST_BYTES = 512 << 20
"""The largest file that is read; it is held in memory while it is imported."""

MOST_LETTERS = 4 << 20
"""The longest cell, in characters: a longer one is a quote that was never closed."""

MOST_COLUMNS = 2000

DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_ROWS = 50
_SAMPLE_BYTES = 64 << 10
_CHECK_EVERY = 1000
_DECLARED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """One file: its header, its rows as wide as the header, and the line each begins in.

    `ragged` has the number of cells of rows that were longer or shorter, by line;
    `extra` what stood beyond the header in longer ones.
    """

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    ragged: dict[int, int] = field(default_factory=dict)
    extra: dict[int, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file as reports call it."""
        return self.path.name


def read_table(
    path: Path,
    *,
    encoding: str = "",
    delimiter: str = "",
    check: Callable[[], None] = lambda: None,
) -> Table:
    """The table in a text file or workbook; `check` is called now and then and may raise to stop.

    Raises KnownError, naming file and line, for what is no table: an empty file, a NUL,
    a cell without an end, bytes of no known encoding.
    """
    raw = read_bytes(path)
    if workbook.is_workbook(raw):
        return _of_rows(Table(path, "xlsx", "\t", (), [], []),
                        workbook.sheet_rows(raw, path, check), 0, check)  # fmt: skip
    text, found = decode(raw, path, encoding)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refused(path, line, _("there is a NUL character; this is not a text file"))
    if not text.strip():
        raise KnownError(
            _("{file} is empty.").format(file=path.name), kept=_("Nothing was imported.")
        )
    declared = _DECLARED.match(text)
    if declared:
        # Excel's own way to name the delimiter.
        delimiter, text = delimiter or declared[1], text[declared.end() :]
    sign = delimiter or sniff(text)
    before = 1 if declared else 0
    empty = Table(path, found, sign, (), [], [])
    return _of_rows(empty, _rows(text, sign, path, before), before, check)


def _of_rows(
    empty: Table,
    rows: Iterator[tuple[int, list[str]]],
    before: int,
    check: Callable[[], None],
) -> Table:
    """The table of these rows, the first that holds anything being its header."""
    header: tuple[str, ...] = ()
    for _line, first in rows:
        if any(cell.strip() for cell in first):
            header = tuple(cell.strip() for cell in first)
            break
    if not header:
        raise _refused(empty.path, before + 1, _("there is no header"))
    table = replace(empty, header=header)
    _fill(table, rows, check)
    return table


def _fill(table: Table, rows: Iterable[tuple[int, list[str]]], check: Callable[[], None]) -> None:
    width = len(table.header)
    kept, lines = table.rows, table.lines
    for number, (line, found) in enumerate(rows):
        row = found
        if number % _CHECK_EVERY == 0:
            check()
        if len(row) != width:
            if not any(row):
                continue
            table.ragged[line] = len(row)
            if len(row) > width:
                if any(row[width:]):
                    table.extra[line] = table.delimiter.join(row[width:])
                row = row[:width]
            else:
                row = row + [""] * (width - len(row))
        elif not any(row):
            continue
        kept.append(row)
        lines.append(line)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; KnownError where it cannot be read or is too large."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise KnownError(
                _("{file} is larger than {most} MB.").format(file=path.name, most=MOST_BYTES >> 20),
                kept=_("Nothing was imported."),
                hint=_("Divide it into several files."),
            )
        return path.read_bytes()
    except OSError as error:
        raise KnownError(
            _("{file} cannot be read: {why}.").format(file=path, why=error.strerror or str(error)),
            kept=_("Nothing was imported."),
        ) from error


def decode(raw: bytes, path: Path, encoding: str = "") -> tuple[str, str]:
    """The text of a file and the encoding it was read in; KnownError where there is none."""
    if encoding:
        return _decoded(raw, path, encoding), encoding
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return _decoded(raw, path, name), name
    wide = _unmarked_wide(raw)
    if wide:
        return _decoded(raw, path, wide), wide
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _looked_at(raw, path)


def _decoded(raw: bytes, path: Path, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except LookupError as error:
        raise KnownError(
            _("“{name}” is not an encoding.").format(name=encoding),
            hint=_("Use a name such as utf-8, gb18030, big5 or cp1252."),
        ) from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused(
            path, line, _("the bytes are not {encoding}").format(encoding=encoding)
        ) from error


def _unmarked_wide(raw: bytes) -> str:
    """UTF-16 without its mark, told by the zeros beside the ASCII of delimiters and digits."""
    sample = raw[:4096]
    if len(sample) < 4 or len(raw) % 2:
        return ""
    half = len(sample) // 2
    if sample[1::2].count(0) > half * 0.4 and sample[::2].count(0) == 0:
        return "utf-16-le"
    if sample[::2].count(0) > half * 0.4 and sample[1::2].count(0) == 0:
        return "utf-16-be"
    return ""


def _looked_at(raw: bytes, path: Path) -> tuple[str, str]:
    # Late: only files of the old encodings need it.
    from charset_normalizer import from_bytes

    best = from_bytes(_sample(raw)).best()
    if best is None:
        raise KnownError(
            _("The encoding of {file} cannot be told.").format(file=path.name),
            kept=_("Nothing was imported."),
            hint=_("Name it, for example gb18030, big5 or cp1252."),
        )
    encoding = best.encoding.replace("_", "-")
    if encoding in ("gb2312", "gbk", "hz"):
        encoding = "gb18030"  # which has all of them, and more of what the file may have
    return _decoded(raw, path, encoding), encoding


def _sample(raw: bytes) -> bytes:
    """Whole lines from where the file stops being ASCII: what there is to tell it by."""
    if len(raw) <= _SAMPLE_BYTES:
        return raw
    lines, size = [], 0
    for line in raw.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > _SAMPLE_BYTES:
                break
    return b"".join(lines)


def sniff(text: str) -> str:
    """The delimiter that cuts the first rows into the most columns of equal number."""
    best, most = ",", (0.0, 0)
    for sign in DELIMITERS:
        reader = csv.reader(io.StringIO(text[:_SAMPLE_BYTES], newline=""), delimiter=sign)
        try:
            widths = [len(row) for row in islice(reader, _SAMPLE_ROWS) if row]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        equal = sum(width == widths[0] for width in widths) / len(widths)
        if (equal, widths[0]) > most:
            best, most = sign, (equal, widths[0])
    return best


def _rows(text: str, sign: str, path: Path, before: int) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line it begins in."""
    previous = csv.field_size_limit(MOST_LETTERS)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
        line = before + 1
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _refused(
                    path, line,
                    _("the table breaks off ({why}); is a quotation mark left open?").format(
                        why=error
                    ),
                ) from error  # fmt: skip
            if len(row) > MOST_COLUMNS:
                raise _refused(
                    path, line, _("there are more than {most} cells").format(most=MOST_COLUMNS)
                )
            yield line, row
            line = before + reader.line_num + 1
    finally:
        csv.field_size_limit(previous)


def _refused(path: Path, line: int, why: str) -> KnownError:
    return KnownError(
        _("{file}, line {line}: {why}.").format(file=path.name, line=line, why=why),
        kept=_("Nothing was imported."),
    )
