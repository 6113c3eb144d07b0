"""What a timeline says of the changes of the record itself: each field as it was and as it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmdesk.gui.panels.words import Titles, referred, shown
from crmdesk.i18n import _, ngettext
from crmdesk.ops.history import Entry
from crmdesk.schema.query import USER

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

# A text that is longer would push out of the line what it became.
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Said:
    """A change in words: what comes before the new value, that value, how many fields more
    were changed, who did it, and all of the fields, one a line."""

    before: str
    now: str
    more: str
    actor: str
    all: str


def said(
    bridge: Bridge, conn: Any, entity: str, record: str, numbers: Collection[int]
) -> Mapping[int, Said]:
    """The changes of a record with these numbers in the log; on a reading thread."""
    wanted = set(numbers)
    entries = [one for one in bridge.workspace.history(entity, record) if one.n in wanted]
    declared = bridge.registry.entity(entity)
    refs = {(USER, one.actor) for one in entries if one.actor}
    for entry in entries:
        for change in entry.fields:
            field = declared.field(change.field)
            refs.update(
                filter(None, (referred(field, one) for one in (change.before, change.after)))
            )
    titles = Titles(bridge, conn, refs)
    return {one.n: _said(bridge, entity, one, titles) for one in entries}


def _said(bridge: Bridge, entity: str, entry: Entry, titles: Titles) -> Said:
    actor = titles.person(entry.actor) if entry.actor else ""
    if entry.op != "U":
        return Said(_("Created") if entry.op == "I" else _("Deleted"), "", "", actor, "")
    declared, ctx = bridge.registry.entity(entity), bridge.ctx
    changes = []
    for change in entry.fields:
        field = declared.field(change.field)
        if not field.hidden:
            label = field.label.text(ctx.language)
            values = (shown(field, one, ctx, titles) for one in (change.before, change.after))
            changes.append((label, *values))
    if not changes:
        return Said(_("Changed"), "", "", actor, "")
    label, was, now = changes[0]
    others = len(changes) - 1
    more = ngettext(" and {count} more", " and {count} more", others).format(count=others)
    return Said(
        _("{field}: {before} → ").format(field=label, before=_short(was)),
        now,
        more if others else "",
        actor,
        "\n".join(
            _("{field}: {before} → {after}").format(field=name, before=one, after=other)
            for name, one, other in changes
        ),
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
