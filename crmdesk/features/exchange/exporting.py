"""Records out into a table that people, spreadsheets and `importing` can read.

References are written by their titles (by their id where a title has several), days and
numbers in the one form that has one reading everywhere, amounts with their currency in a
column of its own. Text that a spreadsheet would run as a formula is masked.
"""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crmdesk.errors import KnownError
from crmdesk.features.exchange.columns import masked
from crmdesk.features.exchange.mapping import CURRENCY, label_of
from crmdesk.features.exchange.shelf import Shelf
from crmdesk.i18n import _
from crmdesk.jobs import CancelToken
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.fieldtypes import clean_text
from crmdesk.schema.moneytypes import MoneyType
from crmdesk.schema.query import ID, Query, resolve
from crmdesk.schema.registry import Entity
from crmdesk.schema.registry import Path as FieldPath
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Money

Progress = Callable[[int, int, str], None]

_BETWEEN = " / "
_TELL_EVERY = 1000
_ID_FORM = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
# No locale: days in ISO form, numbers without grouping and with a point.
_PLAIN_LOCALE = "C"
# A zone that nothing was entered in, so that every time is written with its own.
_NO_ZONE = "Etc/UTC"


@dataclass(frozen=True)
class ExportOptions:
    """How to write: with the ids of the records, and as Chinese Excel needs it (a byte
    order mark, without which it takes UTF-8 for its own encoding)."""

    ids: bool = True
    mark: bool = True
    delimiter: str = ","


def export_paths(entity: Entity) -> tuple[str, ...]:
    """The paths to export where nobody chose any: all that people fill in or see derived."""
    return tuple(one.name for one in entity.fields if not one.hidden)


def export(
    workspace: Workspace,
    query: Query,
    paths: Sequence[str],
    target: Path,
    ctx: TextContext,
    options: ExportOptions | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Write the records of a query to a file, all or nothing; how many there were.

    An earlier file of that name is replaced when the new one is complete. Raises
    KnownError where it cannot be written and Cancelled where that was asked.
    """
    options = options or ExportOptions()
    tell = progress or _untold
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise _unwritable(target, error) from error
    written = Path(name)
    try:
        encoding = "utf-8-sig" if options.mark else "utf-8"
        with open(handle, "w", encoding=encoding, newline="") as out:
            writer = csv.writer(out, delimiter=options.delimiter)
            count = 0
            with workspace.reader(cancel) as conn:
                rows = _Rows(workspace, conn, query, paths, ctx, options.ids)
                total = workspace.select.count(conn, query, workspace.query_context())
                writer.writerow(rows.header)
                for cells in rows:
                    writer.writerow(cells)
                    count += 1
                    if count % _TELL_EVERY == 0:
                        if cancel is not None:
                            cancel.check()
                        tell(count, total, target.name)
        os.replace(written, target)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise _unwritable(target, error) from error
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    tell(count, count, target.name)
    return count


class _Rows:
    """The header and the cells of the records of a query."""

    def __init__(
        self,
        workspace: Workspace,
        conn: Any,
        query: Query,
        paths: Sequence[str],
        ctx: TextContext,
        ids: bool,
    ) -> None:
        self._workspace = workspace
        self._conn = conn
        self._query = query
        self._paths = tuple(path for path in paths if path != ID)
        self._ids = ids or ID in paths
        self._ctx = replace(
            ctx, locale=_PLAIN_LOCALE, strict=True, zone=_NO_ZONE, choices=workspace.choices
        )
        registry = workspace.registry
        self._resolved = [resolve(registry, query.entity, path) for path in self._paths]
        self._shelves: dict[str, Shelf] = {}
        self._linked: dict[str, str] = {}

    @property
    def header(self) -> list[str]:
        names = [ID] if self._ids else []
        for path in self._resolved:
            label = self._label(path)
            names.append(label)
            if isinstance(path.field.type, MoneyType):
                names.append(f"{label} {CURRENCY.text(self._ctx.language)}")
        return [masked(name) for name in names]

    def _label(self, path: FieldPath) -> str:
        entity = self._workspace.registry.entity(path.entity)
        labels = []
        for step in path.steps:
            labels.append(label_of(entity, step, self._ctx.language))
            entity = self._workspace.registry.entity(step.target)
        if path.field.name == ID:
            return _BETWEEN.join((*labels, ID))
        return _BETWEEN.join((*labels, label_of(entity, path.field, self._ctx.language)))

    def __iter__(self) -> Iterator[list[str]]:
        writers = [self._writer(path) for path in self._resolved]
        select, asked = self._workspace.select, self._workspace.query_context()
        for row in select.stream(self._conn, self._query, asked, self._paths):
            cells = [row.id] if self._ids else []
            for write, value in zip(writers, row.cells, strict=True):
                cells += write(value)
            yield cells

    def _writer(self, path: FieldPath) -> Callable[[Any], tuple[str, ...]]:
        field, ctx = path.field, self._ctx
        edit_text, numeric = field.type.edit_text, field.type.numeric
        if field.name == ID or field.kind == "reference":
            return lambda value: (self._reference(value),)
        if field.kind == "anyref":
            return lambda value: (f"{value.entity}:{value.id}" if value else "",)
        if field.kind == "file":
            return lambda value: (masked(field.type.show(value, ctx)),)
        if isinstance(field.type, MoneyType):

            def amount(value: Money | None) -> tuple[str, ...]:
                if value is None:
                    return "", ""
                text = edit_text(value, replace(ctx, currency=value.currency))
                return masked(text, numeric=True), value.currency

            return amount
        if field.kind in ("text", "longtext", "email", "url"):
            return lambda value: (masked(value) if value else "",)
        known: dict[Any, str] = {}

        def other(value: Any) -> tuple[str, ...]:
            if value is None:
                return ("",)
            key = repr(value) if isinstance(value, dict | list) else value
            text = known.get(key)
            if text is None:
                text = known[key] = masked(edit_text(value, ctx), numeric=numeric)
            return (text,)

        return other

    def _reference(self, value: Any) -> str:
        if value is None:
            return ""
        text = self._linked.get(value.id)
        if text is None:
            title = clean_text(value.title)
            only = title and not _ID_FORM.fullmatch(title.lower())
            if only:
                shelf = self._shelves.get(value.entity)
                if shelf is None:
                    entity = self._workspace.registry.entity(value.entity)
                    shelf = Shelf(self._workspace, self._conn, entity)
                    self._shelves[value.entity] = shelf
                only = shelf.titled(title) == [value.id]
            text = self._linked[value.id] = masked(title) if only else value.id
        return text


def _unwritable(target: Path, error: OSError) -> KnownError:
    return KnownError(
        _("{file} cannot be written: {why}.").format(file=target, why=error.strerror or str(error)),
        kept=_("A file of that name was left as it was."),
        hint=_("Choose another folder."),
    )


def _untold(done: int, total: int, text: str) -> None:
    """No one watches."""
