"""Finds the records that many typed or pasted texts mean, by title or e-mail, in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from crmdesk.i18n import _
from crmdesk.schema.fieldtypes import clean_text, folded
from crmdesk.schema.query import Condition, Either, Query
from crmdesk.schema.values import ValueRefused

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

# Beyond so many texts that no title matches, the rest is refused without a further search.
_SEARCHED = 200

Found = str | ValueRefused


class Matches:
    """The records of one entity by text: an id, or why the text names none."""

    def __init__(self, bridge: Bridge, conn: Any, target: str, texts: Iterable[str]) -> None:
        self._bridge = bridge
        self._target = target
        self._entity = bridge.registry.entity(target)
        wanted = {clean_text(text) for text in texts}
        wanted.discard("")
        self._ids = self._read(conn, wanted)
        self._searched = 0

    def get(self, text: str) -> Found | None:
        """What the text means; None where only a closer look can tell."""
        ids = self._ids.get(folded(clean_text(text)), ())
        if len(ids) == 1:
            return next(iter(ids))
        if ids:
            return ValueRefused(
                _("{count} records are called “{text}”.").format(count=len(ids), text=text),
                readings=sorted(ids),
                hint=_("Choose one from the list."),
            )
        self._searched += 1
        if self._searched <= _SEARCHED:
            return None
        return ValueRefused(
            _("There is no record called “{text}”.").format(text=text),
            hint=_("Choose one from the list, or create it."),
        )

    def _read(self, conn: Any, wanted: set[str]) -> Mapping[str, set[str]]:
        names = [
            field.name
            for field in self._entity.fields
            if (field.name in self._entity.title or field.kind == "email")
            and field.kind in {"text", "email"}
        ]
        found: dict[str, set[str]] = {}
        if not wanted or not names:
            return found
        mails = {text for text in wanted if "@" in text}
        parts = [
            Condition(name, "in", sorted(values))
            for name in names
            if (values := wanted if self._entity.field(name).kind == "text" else mails)
        ]
        bridge = self._bridge
        select = bridge.workspace.select
        query = Query(self._target, Either(tuple(parts)))
        rowids = select.ids(conn, query, bridge.query_context())
        for row in select.rows(conn, self._target, rowids, names):
            for value in row.cells:
                if isinstance(value, str):
                    found.setdefault(folded(value), set()).add(row.id)
        return found


def any_match(bridge: Bridge, text: str) -> tuple[str, str] | None:
    """The one record of any kind with exactly that title: its entity and id."""
    wanted = folded(clean_text(text))
    hits = [one for one in bridge.workspace.search(text, None, 20) if folded(one.title) == wanted]
    return (hits[0].entity, hits[0].id) if len(hits) == 1 else None
