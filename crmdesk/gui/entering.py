"""What was typed or picked becomes a value; a refusal becomes a reason to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crmdesk.errors import KnownError
from crmdesk.gui.grid.source import Chosen, Entry, Fresh
from crmdesk.gui.picks import Picks
from crmdesk.schema.registry import Field
from crmdesk.schema.textcontext import TextContext, own_currency
from crmdesk.schema.values import AnyRef, ValueRefused

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge


class EntriesRefused(KnownError):
    """Some entries of a record are no values; `problems` has a reason for each, by field."""

    def __init__(self, record: str, reasons: Mapping[str, str]) -> None:
        super().__init__(" ".join(dict.fromkeys(reasons.values())))
        self.problems = {record: dict(reasons)}


def values_of(
    bridge: Bridge, entity: str, row_id: str, entries: Mapping[str, Entry]
) -> dict[str, Any]:
    """The values of entries by field, for the record `row_id` ("" for a new one).

    Raises EntriesRefused with a reason for each that is none. Not for the main thread.
    """
    declared = bridge.registry.entity(entity)
    fields = {name: declared.field(name) for name in entries}
    now: Mapping[str, Any] = {}
    if row_id and any(one.kind == "money" for one in fields.values()):
        now = bridge.workspace.get(entity, row_id) or {}
    values: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for name, entry in entries.items():
        try:
            values[name] = value_of(fields[name], entry, bridge.ctx, bridge.picks, now.get(name))
        except ValueRefused as refusal:
            reasons[name] = str(refusal)
    if reasons:
        raise EntriesRefused(row_id, reasons)
    return values


def value_of(
    field: Field, entry: Entry, ctx: TextContext, picks: Picks, current: Any = None
) -> Any:
    """The value of an entry; raises ValueRefused with the reason.

    `current` is the value that stands there now: a bare number stays in its currency. It may
    look for records by their titles, so it does not belong on the main thread.
    """
    if isinstance(entry, Chosen):
        return _picked(field, entry.value)
    if isinstance(entry, Fresh):
        # Where no record can be made along with the value, one of that title may be there.
        entry = entry.text
    if picks.is_step(field):
        typed = entry.strip().casefold()
        same = [one.id for one in picks.of_field(field) if one.title.casefold() == typed]
        if len(same) == 1:
            return same[0]
    return field.type.parse(entry, own_currency(ctx, current))


def _picked(field: Field, value: object) -> Any:
    if field.kind == "anyref" and isinstance(value, str):
        entity, _, record_id = value.partition(":")
        return AnyRef(entity, record_id)
    return field.type.check(value)


def reason_of(error: Exception, field: str = "") -> str:
    """Why a write was refused, in words for the user; for `field` where it has its own."""
    mine = reasons_of(error)
    if field in mine:
        return mine[field]
    return " ".join(dict.fromkeys(filter(None, mine.values()))) or str(error)


def reasons_of(error: Exception) -> dict[str, str]:
    """The reasons by field; "" for the record as a whole."""
    found: dict[str, str] = {}
    for by_field in getattr(error, "problems", {}).values():
        for name, reason in by_field.items():
            found.setdefault(name, reason)
    return found or {"": str(error) if isinstance(error, KnownError) else repr(error)}
