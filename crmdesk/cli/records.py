"""Commands that show and change records: list, show, set, new, delete."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import click

from crmdesk.cli import output
from crmdesk.cli.naming import entity_named, field_named, paths_named, record_named
from crmdesk.cli.session import Session, json_option, pass_session
from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import _
from crmdesk.ops.changes import Create, Delete, Update
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import ID, ME, USER, Query, default_sort, no_path, resolve
from crmdesk.schema.querytext import sort_from_text, where_from_text
from crmdesk.schema.registry import Entity, Field, Registry
from crmdesk.schema.textcontext import TextContext, own_currency
from crmdesk.store.reading import Linked

LIMIT = 100
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@click.command("list")
@click.argument("entity")
@click.option("--where", default="", help="Condition, such as: stage = won and amount > 5000")
@click.option("--sort", default="", help="Order, such as: amount desc, name")
@click.option("--search", default="", help="Keep to records found by these words.")
@click.option("--columns", default="", help="Fields and paths, such as: name,company.city")
@click.option("--limit", type=click.IntRange(0), default=LIMIT, show_default=True, help="0: all.")
@click.option("--ids", is_flag=True, help="Show the ids, too.")
@json_option
@pass_session
def list_records(
    session: Session,
    entity: str,
    where: str,
    sort: str,
    search: str,
    columns: str,
    limit: int,
    ids: bool,
) -> None:
    """List the records of ENTITY (companies, opportunity, 联系人, ...)."""
    with session.workspace() as workspace:
        registry, ctx = workspace.registry, session.text(workspace)
        declared = entity_named(registry, entity)
        query = query_of(registry, declared, where, sort, search, ctx)
        paths = paths_named(declared, columns) or declared.grid
        fields = [_field_at(registry, declared, path) for path in paths]
        asked = workspace.query_context()
        with workspace.reader() as conn:
            total = workspace.select.count(conn, query, asked)
            rowids = (
                workspace.select.first(conn, query, asked, limit)
                if limit
                else workspace.select.ids(conn, query, asked)
            )
            rows = workspace.select.rows(conn, declared.name, rowids, paths)
        lines = [
            [output.shown(field, cell, ctx) for field, cell in zip(fields, row.cells, strict=True)]
            for row in ([] if session.as_json else rows)
        ]
    if session.as_json:
        output.tell_json({
            "entity": declared.name, "total": total,
            "records": [
                {ID: row.id, **dict(zip(paths, row.cells, strict=True))} for row in rows
            ],
        })  # fmt: skip
        return
    headers = [_heading(declared, path, field) for path, field in zip(paths, fields, strict=True)]
    right = [field.type.numeric for field in fields]
    if ids:
        headers, right = [_("Id"), *headers], [False, *right]
        lines = [[row.id, *line] for row, line in zip(rows, lines, strict=True)]
    for line in output.table(headers, lines, right):
        output.say(line)
    output.say(_("{shown} of {total}").format(shown=f"{len(rows):,}", total=f"{total:,}"))


def query_of(
    registry: Registry, entity: Entity, where: str, sort: str, search: str, ctx: TextContext
) -> Query:
    """The query that these options mean; raises KnownError with the place of a mistake."""
    return Query(
        entity.name,
        where_from_text(registry, entity.name, where, ctx),
        sort_from_text(registry, entity.name, sort) or default_sort(entity),
        search=search,
    )


def _field_at(registry: Registry, entity: Entity, path: str) -> Field:
    try:
        return resolve(registry, entity.name, path).field
    except BugError as error:
        raise no_path(registry, entity.name, path) from error


def _heading(entity: Entity, path: str, field: Field) -> str:
    first, dot, _rest = path.partition(".")
    own = field.label.text()
    return f"{entity.field(first).label.text()} · {own}" if dot else own


@click.command("show")
@click.argument("entity")
@click.argument("record")
@click.option("--all", "every", is_flag=True, help="Show empty fields, too.")
@json_option
@pass_session
def show(session: Session, entity: str, record: str, every: bool) -> None:
    """Show every field of RECORD (an id, the beginning of one, or a title) of ENTITY."""
    with session.workspace() as workspace:
        ctx = session.text(workspace)
        declared = entity_named(workspace.registry, entity)
        id = record_named(workspace, declared, record, ctx)
        fields = [one for one in declared.all_fields if not one.hidden]
        with workspace.reader() as conn:
            row = workspace.select.by_id(conn, declared.name, id, [one.name for one in fields])
            counts = workspace.select.related_counts(conn, declared.name, id)
        title = ctx.titles(declared.name, id)
        lines = [
            [field.label.text(), output.shown(field, value, ctx)]
            for field, value in zip(fields, row.cells if row else (), strict=bool(row))
        ]
    related = {name: count for name, count in counts.items() if count}
    if session.as_json:
        values = dict(zip((one.name for one in fields), row.cells if row else (), strict=bool(row)))
        output.tell_json({
            "entity": declared.name, ID: id, "title": title, "fields": values, "related": related,
        })  # fmt: skip
        return
    output.say(f"{declared.label.text()}: {title}")
    output.say(id)
    widest = max(output.width(name) for name, _value in lines)
    for name, value in lines:
        if value or every:
            body = value.replace("\n", "\n" + " " * (widest + 2))
            output.say(f"{name}{' ' * (widest - output.width(name))}  {body}")
    for name, count in related.items():
        label = workspace.registry.relation(declared.name, name).label.text()
        output.say(f"{label}{' ' * max(0, widest - output.width(label))}  {count:,} ▸")


@click.command("set")
@click.argument("entity")
@click.argument("record")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@json_option
@pass_session
def set_values(session: Session, entity: str, record: str, values: tuple[str, ...]) -> None:
    """Change fields of RECORD; nothing after the sign empties a field."""
    with session.workspace() as workspace:
        ctx = session.text(workspace)
        declared = entity_named(workspace.registry, entity)
        id = record_named(workspace, declared, record, ctx)
        typed = _typed(workspace, declared, values, ctx, workspace.get(declared.name, id) or {})
        done = workspace.run(Update(declared.name, id, typed))
        changed = sorted({name for one in done.changes if one.id == id for name in one.fields})
        _tell_record(session, workspace, declared, id, ctx, done.label, changed)


@click.command("new")
@click.argument("entity")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@json_option
@pass_session
def new(session: Session, entity: str, values: tuple[str, ...]) -> None:
    """Make a record of ENTITY."""
    with session.workspace() as workspace:
        ctx = session.text(workspace)
        declared = entity_named(workspace.registry, entity)
        typed = _typed(workspace, declared, values, ctx)
        done = workspace.run(Create(declared.name, typed))
        _tell_record(session, workspace, declared, done.created[0], ctx, done.label, sorted(typed))


@click.command("delete")
@click.argument("entity")
@click.argument("records", nargs=-1, required=True, metavar="RECORD...")
@json_option
@pass_session
def delete(session: Session, entity: str, records: tuple[str, ...]) -> None:
    """Delete records; “crmdesk undo” brings them back with what went along."""
    with session.workspace() as workspace:
        ctx = session.text(workspace)
        declared = entity_named(workspace.registry, entity)
        ids = [record_named(workspace, declared, one, ctx) for one in records]
        done = workspace.run(Delete(declared.name, ids))
    if session.as_json:
        output.tell_json({"label": done.label, "deleted": ids})
    else:
        output.say(done.label)


def _typed(
    workspace: Workspace,
    entity: Entity,
    texts: tuple[str, ...],
    ctx: TextContext,
    now: Mapping[str, Any] = _NOTHING,
) -> dict[str, Any]:
    """The values of FIELD=VALUE arguments, each read as its field reads what is typed.

    `now` is what the record has: a bare number stays in the currency of its amount.
    """
    values: dict[str, Any] = {}
    for text in texts:
        name, sign, typed = text.partition("=")
        if not sign:
            raise click.UsageError(_("“{text}” is not FIELD=VALUE.").format(text=text))
        field = field_named(entity, name.strip())
        if field.name in values:
            raise click.UsageError(_("“{name}” is given twice.").format(name=field.name))
        try:
            own = own_currency(ctx, now.get(field.name))
            values[field.name] = _value(workspace, field, typed, own)
        except KnownError as error:
            raise KnownError(
                f"{field.name}: {error.message}", kept=_("Nothing was changed."), hint=error.hint
            ) from error
    return values


def _value(workspace: Workspace, field: Field, typed: str, ctx: TextContext) -> Any:
    if field.target and typed.strip():
        if field.target == USER and typed.strip().lower() == ME:
            return workspace.user
        return record_named(workspace, workspace.registry.entity(field.target), typed, ctx)
    return field.type.parse(typed, ctx)


def _tell_record(
    session: Session,
    workspace: Workspace,
    entity: Entity,
    id: str,
    ctx: TextContext,
    label: str,
    names: list[str],
) -> None:
    with workspace.reader() as conn:
        row = workspace.select.by_id(conn, entity.name, id, names)
    cells: tuple[Any | Linked, ...] = row.cells if row else ()
    if session.as_json:
        output.tell_json({
            "label": label, "entity": entity.name, ID: id,
            "title": ctx.titles(entity.name, id),
            "fields": dict(zip(names, cells, strict=bool(row))),
        })  # fmt: skip
        return
    output.say(f"{ctx.titles(entity.name, id)} ({id})")
    for name, cell in zip(names, cells, strict=bool(row)):
        field = entity.field(name)
        if not field.system and not field.hidden:
            output.say(f"  {field.label.text()}: {output.shown(field, cell, ctx)}")
