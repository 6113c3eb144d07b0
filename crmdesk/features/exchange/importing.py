"""Bringing files in: planned from whole columns, matched with what is there, one step.

Everything is worked out before anything is written; what then changes the store is one
command, so that an import is in the log, the search index and the undo stack as a whole
or not at all. The same files once more change nothing.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from crmdesk.errors import KnownError
from crmdesk.features.exchange.columns import DATE_ORDERS, Habits, decimal_sign_of
from crmdesk.features.exchange.mapping import PlannedFile, in_order, plan_file
from crmdesk.features.exchange.matching import Matching
from crmdesk.features.exchange.reading import read_table
from crmdesk.features.exchange.report import ImportReport, Problems
from crmdesk.features.exchange.shelves import Shelves
from crmdesk.features.exchange.writing import Writing
from crmdesk.i18n import _
from crmdesk.jobs import CancelToken
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.textcontext import TextContext

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class ImportOptions:
    """What the user says about the files; "" leaves it to be found.

    `dates` is the order of numeric dates (dmy, mdy, ymd), `numbers` an example such as
    1.234,56. With `blanks` empty cells empty fields that hold something. `mode` says
    whether records are made, changed, or both.
    """

    entity: str = ""
    encoding: str = ""
    delimiter: str = ""
    dates: str = ""
    numbers: str = ""
    blanks: bool = False
    mode: str = "both"


@dataclass(frozen=True)
class ImportPlan:
    """Files that were read, and what is to become of them."""

    files: tuple[PlannedFile, ...]
    ctx: TextContext
    options: ImportOptions = ImportOptions()

    @property
    def rows(self) -> int:
        return sum(len(file.table.rows) for file in self.files)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage in circles: a file is many small values, looked at again and again."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_uncollected()
def plan_import(
    paths: Sequence[Path],
    workspace: Workspace,
    ctx: TextContext,
    options: ImportOptions | None = None,
    cancel: CancelToken | None = None,
) -> ImportPlan:
    """Read files and find out what they are; nothing is written.

    Raises KnownError for a file that cannot be read, whose records cannot be told, or
    with a column whose dates or numbers have two readings.
    """
    options = options or ImportOptions()
    if options.dates not in ("", *DATE_ORDERS):
        raise KnownError(
            _("“{text}” is not an order of dates.").format(text=options.dates),
            hint=_("Use one of: {orders}.").format(orders=", ".join(DATE_ORDERS)),
        )
    if options.mode not in ("both", "create", "update"):
        raise KnownError(_("“{text}” is not a way to import.").format(text=options.mode))
    told = Habits(options.dates, decimal_sign_of(options.numbers) if options.numbers else "")
    check = cancel.check if cancel else _nothing
    files = []
    for path in paths:
        check()
        table = read_table(
            Path(path), encoding=options.encoding, delimiter=options.delimiter, check=check
        )
        files.append(plan_file(table, workspace.registry, told, options.entity))
    if not files:
        raise KnownError(_("There is no file to import."))
    return ImportPlan(tuple(files), ctx, options)


@_uncollected()
def run_import(
    workspace: Workspace,
    plan: ImportPlan,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    *,
    trial: bool = False,
) -> ImportReport:
    """Do what was planned, in one transaction and one undo step.

    A `trial` reports the same and leaves the store as it was. Raises Cancelled where `cancel`
    was pressed, with nothing changed. Rows that are refused are left out and named in the
    report; the rest is imported.
    """
    begun = time.perf_counter()
    check = cancel.check if cancel else _nothing
    tell = progress or _untold
    problems = Problems()
    label = _label(plan)
    # Each row is counted twice: when it is matched and when it is written.
    total = 2 * plan.rows
    with workspace.reader(cancel) as conn:
        # What is shown for choices comes from this store, whatever the context knew.
        ctx = replace(plan.ctx, choices=workspace.choices)
        shelves = Shelves(workspace, conn, ctx, problems)
        matching = Matching(shelves, problems, plan.options.mode, plan.options.blanks, check)
        done = 0
        for file, part in in_order(plan.files, workspace.registry):
            tell(done, total, file.table.name)
            check()
            matching.take(file, part)
            done += len(file.table.rows) // len(file.parts)
    for file in plan.files:
        _tell_ragged(file, problems)
    writing = Writing(workspace, shelves, matching, problems, check)
    writing.run(label, lambda written: tell(plan.rows + written, total, label), trial=trial)
    writing.tell_lacking()
    tell(total, total, label)
    counts = matching.counts
    return ImportReport(
        _filled(counts.created),
        _filled(counts.updated),
        _filled(counts.unchanged),
        dict(shelves.made),
        {file.table.name: len(file.table.rows) for file in plan.files},
        problems.groups(),
        tuple(problems.rejected),
        {file.table.name: file.ignored for file in plan.files if file.ignored},
        label if writing.written else "",
        time.perf_counter() - begun,
    )


def _label(plan: ImportPlan) -> str:
    if len(plan.files) == 1:
        return _("Import of {file}").format(file=plan.files[0].table.name)
    return _("Import of {count} files").format(count=len(plan.files))


def _tell_ragged(file: PlannedFile, problems: Problems) -> None:
    width = len(file.table.header)
    for line, found in file.table.ragged.items():
        reason = _("The row has {found} cells and the header {width}.")
        if found > width:
            kept = _("The cells beyond the header were left out.")
        else:
            kept = _("The missing cells were taken as empty.")
        beyond = file.table.extra.get(line, "")
        problems.add(
            file.table.name, line, "", beyond, reason.format(found=found, width=width), kept
        )


def _filled(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def _nothing() -> None:
    """No one waits to cancel."""


def _untold(done: int, total: int, text: str) -> None:
    """No one watches."""
