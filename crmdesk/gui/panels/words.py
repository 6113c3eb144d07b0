"""Values, people and times of the log in words, read on a reading thread."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crmdesk.i18n import _
from crmdesk.schema.query import USER
from crmdesk.schema.registry import Field
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import AnyRef, Instant

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

EMPTY = "—"
_LONGEST = 300


class Titles:
    """The titles of the records that values refer to, asked for together."""

    def __init__(self, bridge: Bridge, conn: Any, wanted: Iterable[tuple[str, str]]) -> None:
        by_entity: dict[str, set[str]] = {}
        for entity, id in wanted:
            by_entity.setdefault(entity, set()).add(id)
        self._titles: dict[tuple[str, str], str] = {}
        select = bridge.workspace.select
        for entity, ids in by_entity.items():
            if entity in bridge.registry.entities:
                found = select.titles(conn, entity, sorted(ids), bridge.ctx)
                self._titles.update({(entity, id): title for id, title in found.items()})

    def of(self, entity: str, id: str) -> str:
        """The title of a record; of one that is gone, that it is."""
        return self._titles.get((entity, id), _("(deleted)"))

    def person(self, actor: str) -> str:
        """Who did something; what no user did, another program did."""
        return self._titles.get((USER, actor), actor) if actor else _("Another program")


def referred(field: Field, value: Any) -> tuple[str, str] | None:
    """The record that a value refers to."""
    if value is None:
        return None
    if isinstance(value, AnyRef):
        return value.entity, value.id
    return (field.target, str(value)) if field.target else None


def shown(field: Field, value: Any, ctx: TextContext, titles: Titles) -> str:
    """A value of the log in words, on one line."""
    record = referred(field, value)
    if record is not None:
        return titles.of(*record)
    if value is None or value == "":
        return EMPTY
    try:
        text = field.type.show(value, ctx)
    except (TypeError, ValueError, AttributeError):
        text = str(value)
    return " ".join(text.split())[:_LONGEST] or EMPTY


def when(at: Instant, ctx: TextContext) -> str:
    """A time near today by its word: Today 14:05, Yesterday 9:12, 3 Nov 2026 14:05."""
    wall = at.utc.astimezone(ctx.tz)
    days = (wall.date() - ctx.today()) // timedelta(days=1)
    word = {0: _("Today"), -1: _("Yesterday")}.get(days)
    if word is not None:
        return f"{word} {wall:%H:%M}"
    from_now = ctx.today() - wall.date()
    if from_now < timedelta(days=300):
        return f"{wall.month}月{wall.day}日 {wall:%H:%M}" if ctx.language == "zh" else (
            f"{wall.day} {wall:%b %H:%M}"
        )  # fmt: skip
    return f"{wall:%Y-%m-%d}"
