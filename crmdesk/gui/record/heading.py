"""What the head of a form says of a record: whom it belongs to, its steps, its key figures."""

from __future__ import annotations

from crmdesk.gui.record.figures import KeyFigure
from crmdesk.gui.record.record import Record
from crmdesk.gui.record.references import Mention
from crmdesk.gui.record.stagebar import State, Stop
from crmdesk.i18n import _, ngettext
from crmdesk.schema.query import USER
from crmdesk.schema.registry import SYSTEM_FIELDS
from crmdesk.schema.values import Instant

_FIGURES = frozenset({"money", "percent", "date", "moment", "instant", "integer", "decimal"})
_MOST_FIGURES = 5
_MOST_STOPS = 9
_CREATED, _BY, _UPDATED = (one.name for one in SYSTEM_FIELDS)


def mentions(record: Record) -> list[Mention]:
    """What the record belongs to, who is responsible, and how old it is."""
    entity = record.entity
    made: list[Mention] = []
    for path in entity.header if entity else ():
        column = record.number(path)
        cell = record.valid(column)
        if not cell.text:
            continue
        if cell.ref is not None:
            made.append(Mention(cell.text, cell.ref, cell.colour or record.columns[column].entity))
        elif record.field(column).target == USER:
            title = record.columns[column].title.lower()
            made.append(Mention(_("{role} {name}").format(role=title, name=cell.text)))
        else:
            made.append(Mention(cell.text))
    age = _age(record)
    return [*made, Mention(age)] if age else made


def _age(record: Record) -> str:
    value = record.valid(record.number(_CREATED)).value
    if not isinstance(value, Instant):
        return ""
    ctx = record.bridge.ctx
    days = (ctx.today() - value.utc.astimezone(ctx.tz).date()).days
    if days < 1:
        return ""
    return ngettext("{count} day old", "{count} days old", days).format(count=f"{days:,}")


def stops(record: Record) -> list[Stop]:
    """The steps of the record's status, those before the present one marked as done.

    Only the steps of a way have an order that says what is done; of choices none is.
    """
    entity = record.entity
    column = record.number(entity.status) if entity is not None and entity.status else -1
    if entity is None or column < 0:
        return []
    now = record.valid(column).value
    field, picks = record.field(column), record.bridge.picks
    if not picks.is_step(field):
        # Choices that are no way, such as what a firm is to us, are no steps to go along.
        return []
    offered = {one.id for one in record.choices(entity.status)}
    steps = [
        step
        for step in picks.steps(field.target)
        if step.option.id in offered and (not step.aside or step.option.id == now)
    ]
    ids = [step.option.id for step in steps]
    at = ids.index(str(now)) if now in ids else -1
    # Off the way nothing was reached.
    reached = -1 if at >= 0 and steps[at].aside else at
    found = []
    for n, step in enumerate(steps):
        state: State = "now" if n == at else "done" if n < reached else "ahead"
        ends = state == "now" and step.end
        colour = (step.option.colour if ends else None) or entity.colour
        found.append(Stop(step.option.id, step.option.title, state, colour))
    return found if 1 < len(found) <= _MOST_STOPS else []


def figures(record: Record) -> list[KeyFigure]:
    """The first amounts, shares and days that a list of such records shows."""
    entity = record.entity
    found: list[KeyFigure] = []
    for path in entity.grid if entity else ():
        column = record.number(path)
        if column < 0 or record.columns[column].kind not in _FIGURES:
            continue
        cell = record.cell(column)
        if cell.text:
            title = record.columns[column].title
            found.append(KeyFigure(column, title, cell.text, cell.state))
    return found[:_MOST_FIGURES]


def footing(record: Record) -> str:
    """When the record was made and changed, and by whom."""
    made = record.cell(record.number(_CREATED)).text
    by = record.cell(record.number(_BY)).text
    changed = record.cell(record.number(_UPDATED)).text
    if not made:
        return ""
    first = _("Created {when} by {who}") if by else _("Created {when}")
    parts = [first.format(when=made, who=by)]
    if changed and changed != made:
        parts.append(_("Changed {when}").format(when=changed))
    return " · ".join(parts)
