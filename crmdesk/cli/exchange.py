"""Commands that bring records in and out: import, export, sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from crmdesk.cli import output
from crmdesk.cli.naming import entity_named, paths_named
from crmdesk.cli.records import query_of
from crmdesk.cli.session import Session, json_option, pass_session
from crmdesk.features.exchange.exporting import ExportOptions, export, export_paths
from crmdesk.features.exchange.importing import ImportOptions, plan_import, run_import
from crmdesk.features.exchange.report import ImportReport, write_rejected
from crmdesk.features.exchange.sheets import XLSX, export_view
from crmdesk.features.samples.sample import CONTACTS, make_sample
from crmdesk.i18n import _
from crmdesk.ops.savedviews import view_named
from crmdesk.schema.query import both
from crmdesk.schema.viewdata import ViewColumn, ViewSpec

_FILE = click.Path(path_type=Path)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--entity", default="", help="What the rows are, where the file does not tell.")
@click.option("--dates", default="", help="Order of dates such as 03/04/2026: dmy, mdy or ymd.")
@click.option("--numbers", default="", help="How numbers are written, such as 1.234,56")
@click.option("--encoding", default="")
@click.option("--delimiter", default="")
@click.option("--blanks", is_flag=True, help="Empty cells empty the fields that they stand for.")
@click.option("--mode", type=click.Choice(["both", "create", "update"]), default="both")
@click.option("--rejected", type=_FILE, help="Write the rows that were refused to this file.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done, and do nothing.")
@json_option
@pass_session
def import_files(
    session: Session,
    /,
    files: tuple[Path, ...],
    entity: str,
    rejected: Path | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Import files in one step; the store is made where there is none.

    What the files are is told by their headers. A second import of the same files
    changes nothing.
    """
    with session.workspace(create=not dry_run) as workspace:
        name = entity_named(workspace.registry, entity).name if entity else ""
        ctx = session.text(workspace)
        plan = plan_import(files, workspace, ctx, ImportOptions(entity=name, **options))
        report = run_import(workspace, plan, output.progress_line(), trial=dry_run)
    if rejected is not None and report.rejected:
        write_rejected(report.rejected, rejected)
    if session.as_json:
        output.tell_json(_plain(report) | ({"dry_run": True} if dry_run else {}))
        return
    if dry_run:
        output.say(_("Nothing was written. This is what the import would do:"))
    for line in _told(report):
        output.say(line)


def _plain(report: ImportReport) -> dict[str, Any]:
    return {
        "label": report.label,
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "made": report.made,
        "problem_count": report.problem_count,
        "problems": [
            {"file": one.file, "field": one.field, "text": one.text, "reason": one.reason,
             "kept": one.kept, "hint": one.hint, "count": one.count, "lines": one.lines}
            for one in report.problems
        ],
        "rejected": [
            {"file": one.file, "line": one.line, "reason": one.reason} for one in report.rejected
        ],
        "ignored": report.ignored,
        "seconds": round(report.seconds, 3),
    }  # fmt: skip


def _told(report: ImportReport) -> list[str]:
    parts = (
        (_("Created"), report.created), (_("Updated"), report.updated),
        (_("Unchanged"), report.unchanged), (_("Made on the way"), report.made),
    )  # fmt: skip
    lines = [
        f"{name}: " + ", ".join(f"{entity} {count:,}" for entity, count in counts.items())
        for name, counts in parts
        if counts
    ]
    if not report.changed:
        lines.append(_("Nothing was changed."))
    if report.problems:
        lines.append(_("Problems ({count}):").format(count=f"{report.problem_count:,}"))
        lines += [f"  {one}" for one in report.problems]
    lines += [
        _("{file}: not taken: {headers}").format(file=file, headers=", ".join(headers))
        for file, headers in report.ignored.items()
    ]
    return lines


@click.command("export")
@click.argument("entity")
@click.argument("file", type=_FILE, required=False)
@click.option("--to", "to", type=_FILE, help="The file; .xlsx makes a spreadsheet, else CSV.")
@click.option("--view", default="", help="A saved view: its filter, order, groups and columns.")
@click.option("--where", default="", help="Condition, as for list.")
@click.option("--sort", default="", help="Order, as for list.")
@click.option("--columns", default="", help="Fields and paths, as for list; otherwise all.")
@click.option("--no-ids", is_flag=True, help="Leave the ids out.")
@click.option("--delimiter", default=",", show_default=True)
@json_option
@pass_session
def export_records(
    session: Session,
    entity: str,
    file: Path | None,
    to: Path | None,
    view: str,
    where: str,
    sort: str,
    columns: str,
    no_ids: bool,
    delimiter: str,
) -> None:
    """Export the records of ENTITY to a file: CSV, or a spreadsheet where it ends in .xlsx."""
    file = to or file
    if file is None:
        raise click.UsageError(_("Name the file, with --to FILE."))
    with session.workspace() as workspace:
        ctx = session.text(workspace)
        registry = workspace.registry
        declared = entity_named(registry, entity)
        query = query_of(registry, declared, where, sort, "", ctx)
        paths = paths_named(declared, columns)
        tell = output.progress_line()
        if view or file.suffix.lower() == XLSX:
            spec = ViewSpec(declared.name)
            if view:
                spec = view_named(workspace, declared.name, view).spec
            elif not paths:
                paths = export_paths(declared)
            spec = replace(
                spec,
                where=both(spec.where, query.where),
                sort=query.sort if sort else spec.sort,
                columns=tuple(ViewColumn(path) for path in paths) or spec.columns,
            )
            count = export_view(workspace, spec, file, ctx, progress=tell)
        else:
            options = ExportOptions(ids=not no_ids, delimiter=delimiter)
            paths = paths or export_paths(declared)
            count = export(workspace, query, paths, file, ctx, options, tell)
    if session.as_json:
        output.tell_json({"entity": declared.name, "file": file, "records": count})
    else:
        output.say(_("{count} records written to {file}").format(count=f"{count:,}", file=file))


@click.command("sample")
@click.option("--contacts", type=click.IntRange(1), default=CONTACTS, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day, by default today.")
@json_option
@pass_session
def sample(session: Session, contacts: int, seed: int, until: datetime | None) -> None:
    """Add sample data; the store is made where there is none."""
    with session.workspace(create=True) as workspace:
        made = make_sample(
            workspace, contacts=contacts, seed=seed, until=until.date() if until else None,
            progress=output.progress_line(),
        )  # fmt: skip
    if session.as_json:
        output.tell_json({"records": made.total, "steps": made.steps, "counts": made.counts})
        return
    counts = ", ".join(f"{entity} {count:,}" for entity, count in made.counts.items())
    output.say(_("{count} records: {counts}").format(count=f"{made.total:,}", counts=counts))
