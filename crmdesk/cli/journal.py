"""Commands about what was done and where things are: search, history, undo, redo."""

from __future__ import annotations

from typing import Any

import click

from crmdesk.cli import output
from crmdesk.cli.naming import entity_named, field_named, record_named
from crmdesk.cli.session import Session, json_option, pass_session
from crmdesk.i18n import _
from crmdesk.ops.history import Entry
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import ID, USER
from crmdesk.schema.registry import Entity
from crmdesk.schema.textcontext import TextContext

_OPS = {"I": "created", "U": "changed", "D": "deleted"}


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--entity", "entities", multiple=True, help="Keep to these records.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@json_option
@pass_session
def search(session: Session, words: tuple[str, ...], entities: tuple[str, ...], limit: int) -> None:
    """Find records of all kinds by words, in any order; beginnings of words will do."""
    with session.workspace() as workspace:
        kinds = [entity_named(workspace.registry, one).name for one in entities] or None
        hits = workspace.search(" ".join(words), kinds, limit)
        labels = {one.entity: workspace.registry.entity(one.entity).label.text() for one in hits}
    if session.as_json:
        output.tell_json([
            {"entity": one.entity, ID: one.id, "title": one.title, "field": one.where,
             "snippet": one.snippet}
            for one in hits
        ])  # fmt: skip
        return
    rows = [[labels[one.entity], one.title, one.snippet] for one in hits]
    for line in output.table([_("Kind"), _("Title"), _("Found in")], rows):
        output.say(line)


@click.command("history")
@click.argument("entity")
@click.argument("record")
@click.option("--field", default="", help="Keep to the changes of this field.")
@json_option
@pass_session
def history(session: Session, entity: str, record: str, field: str) -> None:
    """Tell how a record came to be as it is, newest first; a deleted one by its id."""
    with session.workspace() as workspace:
        ctx = session.text(workspace)
        declared = entity_named(workspace.registry, entity)
        if workspace.history(declared.name, record):
            id = record
        else:
            id = record_named(workspace, declared, record, ctx)
        if field:
            name = field_named(declared, field).name
            entries = workspace.field_history(declared.name, id, name)
        else:
            entries = workspace.history(declared.name, id)
        if session.as_json:
            output.tell_json([_plain(workspace, one, ctx) for one in entries])
            return
        for entry in entries:
            output.say(_told(workspace, declared, entry, ctx))


def _plain(workspace: Workspace, entry: Entry, ctx: TextContext) -> dict[str, Any]:
    return {
        "at": entry.at,
        "by": {ID: entry.actor, "title": ctx.titles(USER, entry.actor)} if entry.actor else None,
        "what": _OPS[entry.op],
        "txn": entry.txn,
        "fields": {one.field: {"before": one.before, "after": one.after} for one in entry.fields},
    }


def _told(workspace: Workspace, entity: Entity, entry: Entry, ctx: TextContext) -> str:
    who = ctx.titles(USER, entry.actor) if entry.actor else _("another program")
    what = {"I": _("created"), "U": _("changed"), "D": _("deleted")}[entry.op]
    at = entry.at.local(ctx.zone).strftime("%Y-%m-%d %H:%M:%S")
    lines = [f"{at}  {who}  {what}"]
    for one in entry.fields:
        field = entity.by_name.get(one.field)
        if field is None or field.hidden:
            continue
        before, after = (
            output.cut(ctx.titles(field.target, value) or value)
            if field.target and value
            else output.cut(field.type.show(value, ctx))
            for value in (one.before, one.after)
        )
        change = f"{before} → {after}" if entry.op == "U" else after or before
        lines.append(f"    {field.label.text()}: {change}")
    return "\n".join(lines)


@click.command("undo")
@click.option("--steps", type=click.IntRange(1), default=1, show_default=True)
@json_option
@pass_session
def undo(session: Session, steps: int) -> None:
    """Take the newest step back, whoever did it and whenever it was."""
    _turn(session, steps, back=True)


@click.command("redo")
@click.option("--steps", type=click.IntRange(1), default=1, show_default=True)
@json_option
@pass_session
def redo(session: Session, steps: int) -> None:
    """Do again what was undone last."""
    _turn(session, steps, back=False)


def _turn(session: Session, steps: int, *, back: bool) -> None:
    labels = []
    with session.workspace() as workspace:
        for _number in range(steps):
            labels.append((workspace.undo() if back else workspace.redo()).label)
            if not session.as_json:
                output.say(labels[-1])
        following = {"undo": workspace.undo_label, "redo": workspace.redo_label}
    if session.as_json:
        output.tell_json({"done": labels, **following})
