"""Commands that look after a store: reindex, check, stats, encrypt, decrypt, backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from crmdesk.cli import output
from crmdesk.cli.session import Session, json_option, pass_session, passphrase_of
from crmdesk.i18n import _
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.facts import Opportunities, Stages
from crmdesk.schema.query import Condition, Query
from crmdesk.store import changelog, encryption, keys
from crmdesk.store.aggregate import Measure
from crmdesk.store.driver import raw_of
from crmdesk.store.encryption import Conversion

_ALL_STEPS = 1_000_000


@click.command("reindex")
@json_option
@pass_session
def reindex(session: Session) -> None:
    """Make the search index anew."""
    with session.workspace() as workspace:
        count = workspace.reindex(output.progress_line())
    if session.as_json:
        output.tell_json({"indexed": count})
    else:
        output.say(_("{count} records indexed.").format(count=f"{count:,}"))


@click.command("check")
@json_option
@pass_session
def check(session: Session) -> None:
    """Check file, references, search index, log and attachments; exit code 1 for problems."""
    with session.workspace() as workspace:
        problems = workspace.check(output.progress_line())
    if session.as_json:
        output.tell_json({"sound": not problems, "problems": problems})
    else:
        for line in problems or [_("The store is sound.")]:
            output.say(line)
    if problems:
        raise click.exceptions.Exit(1)


@click.command("stats")
@json_option
@pass_session
def stats(session: Session) -> None:
    """Count what is in the store."""
    with session.workspace() as workspace:
        ctx = session.text(workspace)
        counts, log_rows = _counts(workspace)
        steps = len(workspace.undo_steps(_ALL_STEPS))
        stages = _pipeline(workspace)
        size = workspace.path.stat().st_size
        labels = {name: workspace.registry.entity(name).plural.text() for name in counts}
        amount = workspace.registry.entity(Opportunities.ENTITY).field(Opportunities.AMOUNT).type
    if session.as_json:
        output.tell_json({
            "path": session.path.resolve(), "bytes": size, "records": counts,
            "log_rows": log_rows, "undo_steps": steps, "pipeline": stages,
        })  # fmt: skip
        return
    output.say(f"{session.path.resolve()}  {size / 1e6:,.1f} MB")
    output.say(
        _("Changes in the log: {changes} · steps that can be undone: {steps}").format(
            changes=f"{log_rows:,}", steps=f"{steps:,}"
        )
    )
    rows = [[labels[name], f"{count:,}"] for name, count in counts.items()]
    for line in output.table([_("Records"), _("Count")], rows, [False, True]):
        output.say(line)
    if stages:
        output.say("")
        lines = [
            [one["stage"], f"{one['count']:,}",
             " + ".join(amount.show(sum_, ctx) for sum_ in one["sums"][Opportunities.AMOUNT] or ())]
            for one in stages
        ]  # fmt: skip
        headers = [_("Open pipeline"), _("Count"), _("Amount")]
        for line in output.table(headers, lines, [False, True, True]):
            output.say(line)


def _counts(workspace: Workspace) -> tuple[dict[str, int], int]:
    """The number of records of each entity that has any, and of rows of the log."""
    asked = workspace.query_context()
    with workspace.reader() as conn:
        counts = {
            name: workspace.select.count(conn, Query(name), asked)
            for name, entity in workspace.registry.entities.items()
            if not entity.internal
        }
        log_rows = changelog.last(raw_of(conn))
    return {name: count for name, count in counts.items() if count}, log_rows


def _pipeline(workspace: Workspace) -> list[dict[str, Any]]:
    """Count and sums of the open opportunities by stage, an amount for each currency."""
    of = Opportunities
    entity = workspace.registry.entity(of.ENTITY)
    names = [one.name for one in entity.fields if one.kind == "money" and not one.custom]
    query = Query(of.ENTITY, Condition(of.STATUS, "is", Stages.OPEN))
    measures = [Measure(name) for name in names]
    with workspace.reader() as conn:
        groups = workspace.select.group(
            conn, query, workspace.query_context(), (of.STAGE,), measures
        )
    return [
        {
            "stage": one.keys[0].title if one.keys[0] else "",
            "count": one.count,
            "sums": dict(zip(names, one.values, strict=True)),
        }
        for one in groups
        if one.level == 1
    ]


_PASSPHRASE_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("encrypt")
@click.option("--passphrase-file", type=_PASSPHRASE_FILE, help="Its first line is taken.")
@click.option("--keyring-only", is_flag=True, help="No passphrase: opens on this computer alone.")
@json_option
@pass_session
def encrypt(session: Session, passphrase_file: Path | None, keyring_only: bool) -> None:
    """Encrypt the store; its key goes into the system's keyring, sealed by a passphrase."""
    session.refuse_missing()
    given = passphrase_file or session.passphrase_file
    if given is not None and keyring_only:
        raise click.UsageError(_("Use either --passphrase-file or --keyring-only."))
    passphrase: str | None = None
    if given is not None:
        passphrase = passphrase_of(given)
    elif not keyring_only:
        passphrase = str(
            click.prompt(_("Recovery passphrase"), hide_input=True, confirmation_prompt=True,
                         err=True)
        )  # fmt: skip
    done = encryption.encrypt(session.path, passphrase, keys.system_vault())
    _tell_conversion(session, done, _("The store is encrypted."))


@click.command("decrypt")
@json_option
@pass_session
def decrypt(session: Session) -> None:
    """Make an encrypted store a plain one."""
    session.refuse_missing()
    key = session.key()
    if key is None:
        # Says that it is plain already.
        key = keys.new_key()
    done = encryption.decrypt(session.path, key, keys.system_vault())
    _tell_conversion(session, done, _("The store is plain."))


def _tell_conversion(session: Session, done: Conversion, text: str) -> None:
    if session.as_json:
        output.tell_json({
            "path": done.path, "encrypted": done.key is not None, "left_plain": done.left_plain,
        })  # fmt: skip
        return
    output.say(text)
    if done.key is not None and done.left_plain:
        output.say(_("These are not encrypted; delete them if they must not be read:"))
        for path in done.left_plain:
            output.say(f"  {path}")


@click.command("backup")
@json_option
@pass_session
def backup(session: Session) -> None:
    """Copy the store into the folder “backups” beside it, and verify the copy."""
    with session.workspace() as workspace:
        copy = workspace.store.back_up(progress=output.progress_line())
    if session.as_json:
        output.tell_json({"path": copy, "bytes": copy.stat().st_size})
    else:
        output.say(str(copy))
