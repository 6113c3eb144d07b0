"""What a list shows, out into a file: its columns, its order, its filter; CSV or XLSX.

In XLSX days are dates, amounts are numbers with their currency in the format, texts are texts
whatever they begin with. CSV is written as `exporting` does, so that it can be read back.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmdesk.errors import KnownError
from crmdesk.features.exchange.exporting import ExportOptions, Progress, export
from crmdesk.i18n import _
from crmdesk.jobs import CancelToken
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import Query, Sort, resolve
from crmdesk.schema.querywords import path_title
from crmdesk.schema.registry import Field
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Instant, Money, minor_digits
from crmdesk.schema.viewdata import ViewColumn, ViewSpec, columns_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

XLSX = ".xlsx"
MOST_ROWS = 1_048_575
"""The rows that a sheet has room for below its header."""

_LONGEST = 32_767
_TELL_EVERY = 1000
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FIRST_DAY = date(1900, 3, 1)
"""Excel takes 1900 for a leap year: what is before has no number of its own."""

_PIXELS_A_LETTER = 7
_WIDTH = {"text": 28, "longtext": 48, "reference": 26, "money": 16, "date": 12, "moment": 17,
          "instant": 17, "stamp": 17, "boolean": 8, "percent": 9, "integer": 10}  # fmt: skip


def export_view(
    workspace: Workspace,
    spec: ViewSpec,
    target: Path,
    ctx: TextContext,
    *,
    search: str = "",
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Write what a view shows to a file, all or nothing; how many records there were.

    What the records are grouped by comes first, so that nothing of the picture is lost. The
    name's ending decides the form: .xlsx, anything else is CSV. An earlier file of that name is
    replaced when the new one is complete. Raises KnownError where it cannot be written and
    Cancelled where that was asked.
    """
    columns = seen_columns(workspace, spec)
    query = flattened(workspace, spec, search)
    if target.suffix.lower() == XLSX:
        return _Sheet(workspace, query, columns, ctx, cancel).write(target, progress or _untold)
    paths = [one.path for one in columns]
    return export(workspace, query, paths, target, ctx, ExportOptions(ids=False), progress, cancel)


def seen_columns(workspace: Workspace, spec: ViewSpec) -> tuple[ViewColumn, ...]:
    """The columns in sight, after those that the records are grouped by."""
    entity = workspace.registry.entity(spec.entity)
    shown = [one for one in columns_of(entity, spec) if not one.hidden]
    named = {one.path for one in shown}
    grouped = dict.fromkeys(one.partition(":")[0] for one in spec.group)
    return (*(ViewColumn(path) for path in grouped if path not in named), *shown)


def flattened(workspace: Workspace, spec: ViewSpec, search: str = "") -> Query:
    """The query of a view with its groups as the first steps of its order."""
    plain = spec.query(workspace.registry, search)
    groups = tuple(Sort(one.partition(":")[0]) for one in spec.group)
    paths = {one.path for one in groups}
    order = (*groups, *(one for one in plain.sort if one.path not in paths))
    return Query(spec.entity, spec.where, order, search=search)


class _Sheet:
    """Writes the records of a query into the one sheet of a workbook, row by row."""

    def __init__(
        self,
        workspace: Workspace,
        query: Query,
        columns: Sequence[ViewColumn],
        ctx: TextContext,
        cancel: CancelToken | None,
    ) -> None:
        self._workspace = workspace
        self._query = query
        self._columns = columns
        self._ctx = ctx
        self._cancel = cancel
        registry = workspace.registry
        self._fields = [resolve(registry, query.entity, one.path).field for one in columns]
        self._formats: dict[str, Format] = {}

    def write(self, target: Path, progress: Progress) -> int:
        # Late: only who exports to a spreadsheet needs it.
        from xlsxwriter.workbook import Workbook

        with replacing(target) as path, self._workspace.reader(self._cancel) as conn:
            select, asked = self._workspace.select, self._workspace.query_context()
            total = select.count(conn, self._query, asked)
            if total > MOST_ROWS:
                raise KnownError(
                    _("{count} records do not fit into a sheet.").format(count=f"{total:,}"),
                    hint=_("Filter the list, or write a CSV file."),
                )
            book = Workbook(
                str(path), {"constant_memory": True, "tmpdir": str(path.parent),
                            "strings_to_formulas": False, "strings_to_urls": False,
                            "strings_to_numbers": False},
            )  # fmt: skip
            sheet = self._begin(book)
            put = [self._putter(book, sheet, at, field) for at, field in enumerate(self._fields)]
            paths = [one.path for one in self._columns]
            count = 0
            for row in select.stream(conn, self._query, asked, paths):
                count += 1
                for write, value in zip(put, row.cells, strict=True):
                    if value is not None:
                        write(count, value)
                if count % _TELL_EVERY == 0:
                    if self._cancel is not None:
                        self._cancel.check()
                    progress(count, total, target.name)
            sheet.autofilter(0, 0, max(count, 1), len(self._columns) - 1)
            book.close()
        progress(count, count, target.name)
        return count

    def _begin(self, book: Workbook) -> Any:
        registry, language = self._workspace.registry, self._ctx.language
        entity = registry.entity(self._query.entity)
        name = _NO_SHEET_NAME.sub(" ", entity.plural.text(language)).strip()[:31]
        sheet = book.add_worksheet(name or None)
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True, "bottom": 1, "valign": "vcenter"})
        for at, (column, field) in enumerate(zip(self._columns, self._fields, strict=True)):
            wide = column.width / _PIXELS_A_LETTER if column.width else _WIDTH.get(field.kind, 20)
            sheet.set_column(at, at, wide)
            title = path_title(registry, entity.name, column.path, language)
            sheet.write_string(0, at, title, bold)
        return sheet

    def _format(self, book: Workbook, form: str, **more: Any) -> Format:
        key = f"{form}{more}"
        found = self._formats.get(key)
        if found is None:
            found = self._formats[key] = book.add_format({"num_format": form, **more})
        return found

    def _putter(
        self, book: Workbook, sheet: Any, at: int, field: Field
    ) -> Callable[[int, Any], None]:
        """What writes a value of the field into a row."""
        kind, ctx = field.kind, self._ctx
        text_format = self._format(book, "General")
        masked = self._format(book, "General", quote_prefix=True)
        day, time = self._format(book, "yyyy-mm-dd"), self._format(book, "yyyy-mm-dd hh:mm")
        wrapped = self._format(book, "General", text_wrap=True)

        def put_text(row: int, text: str) -> None:
            text = text[:_LONGEST]
            form = masked if text.startswith(_FORMULA) else wrapped if "\n" in text else text_format
            sheet.write_string(row, at, text, form)

        def put_time(row: int, value: Any) -> None:
            if isinstance(value, Instant):
                moment = value.utc.astimezone(ctx.tz).replace(tzinfo=None)
            elif isinstance(value, datetime):
                moment = value.astimezone(ctx.tz).replace(tzinfo=None)
            else:
                moment = None
            if (moment.date() if moment else value) < _FIRST_DAY:
                put_text(row, (moment or value).isoformat())
            elif moment is not None:
                sheet.write_datetime(row, at, moment, time)
            else:
                sheet.write_datetime(row, at, value, day)

        def put_money(row: int, value: Money) -> None:
            places = minor_digits(value.currency)
            form = f'#,##0{"." + "0" * places if places else ""} "{value.currency}"'
            sheet.write_number(row, at, float(value.amount), self._format(book, form))

        def put_number(row: int, value: Any) -> None:
            exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
            places = -exponent if isinstance(exponent, int) else 0
            form = "#,##0" + ("." + "0" * places if places > 0 else "")
            sheet.write_number(row, at, float(value), self._format(book, form))

        def put_percent(row: int, value: Decimal) -> None:
            sheet.write_number(row, at, float(value / 100), self._format(book, "0.##%"))

        def put_length(row: int, value: timedelta) -> None:
            sheet.write_number(row, at, value / timedelta(days=1), self._format(book, "[h]:mm"))

        def put_linked(row: int, value: Any) -> None:
            put_text(row, value.title)

        def put_shown(row: int, value: Any) -> None:
            put_text(row, field.type.show(value, ctx))

        special: dict[str, Callable[[int, Any], None]] = {
            "text": put_text, "longtext": put_text, "email": put_text, "url": put_text,
            "date": put_time, "instant": put_time, "moment": put_time, "stamp": put_time,
            "money": put_money, "integer": put_number, "decimal": put_number,
            "rating": put_number, "percent": put_percent, "duration": put_length,
            "reference": put_linked, "anyref": put_linked,
            "boolean": lambda row, value: sheet.write_boolean(row, at, value),
        }  # fmt: skip
        return special.get(kind, put_shown)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place when all went well, and goes otherwise."""
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{target.stem}.", suffix=target.suffix, dir=target.parent
        )
        os.close(handle)
    except OSError as error:
        raise _unwritable(target, error) from error
    written = Path(name)
    try:
        yield written
        os.replace(written, target)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise _unwritable(target, error) from error
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def _unwritable(target: Path, error: OSError) -> KnownError:
    return KnownError(
        _("{file} cannot be written: {why}.").format(file=target, why=error.strerror or str(error)),
        kept=_("A file of that name was left as it was."),
        hint=_("Choose another folder."),
    )


def _untold(done: int, total: int, text: str) -> None:
    """No one watches."""
