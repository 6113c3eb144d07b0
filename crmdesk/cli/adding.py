"""The command that makes a task of one line, and tells how it was read."""

from __future__ import annotations

import click

from crmdesk.cli import output
from crmdesk.cli.session import Session, json_option, pass_session
from crmdesk.features.quickadd.asking import Reader
from crmdesk.features.quickadd.line import Line, Part, Reading
from crmdesk.i18n import _
from crmdesk.schema.crm.facts import Tasks
from crmdesk.schema.query import ID
from crmdesk.schema.registry import Entity


@click.command("add")
@click.argument("words", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only tell how the line is read.")
@json_option
@pass_session
def add(session: Session, words: tuple[str, ...], dry_run: bool) -> None:
    """Make a task of one line, such as: call Li Wei tomorrow 3pm about the pumps"""
    with session.workspace() as workspace:
        ctx = session.text(workspace)
        line = Reader(workspace).read(" ".join(words), ctx)
        made = None if dry_run else workspace.run(line.command()).created[0]
        entity = workspace.registry.entity(Tasks.ENTITY)
    if session.as_json:
        output.tell_json({
            ID: made,
            Tasks.SUBJECT: line.subject,
            "read": {
                part.role: {
                    "value": part.best.value,
                    "text": part.best.text,
                    "others": [one.text for one in part.readings[1:]]
                    if part.role != Tasks.KIND else [],
                }
                for part in line.parts
            },
        })  # fmt: skip
        return
    if made is not None:
        output.say(f"{entity.label.text()}: {made}")
    for label, text in _told(entity, line):
        output.say(f"  {label}: {text}")


def _told(entity: Entity, line: Line) -> list[tuple[str, str]]:
    """What was read, by the labels of the fields."""
    lines = [(entity.field(Tasks.SUBJECT).label.text(), line.subject)]
    lines += [(entity.field(part.role).label.text(), _shown(part)) for part in line.parts]
    return lines


def _shown(part: Part) -> str:
    others = [] if part.role == Tasks.KIND else [_with_firm(one) for one in part.readings[1:4]]
    text = _with_firm(part.best)
    return text if not others else _("{text} (or {others})").format(
        text=text, others=_(" or ").join(others)
    )  # fmt: skip


def _with_firm(reading: Reading) -> str:
    return " · ".join(filter(None, (reading.text, reading.firm[1])))
