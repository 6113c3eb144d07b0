"""What a record belongs to that nothing belongs to: a note, a call, a line of a quote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.source import Cancel
from crmdesk.schema.query import USER
from crmdesk.store.reading import Linked


class Parent(NamedTuple):
    """The record that another one belongs to, with its title."""

    entity: str
    id: str
    title: str


def ask_parent(
    bridge: Bridge, entity: str, record: str, done: Callable[[Parent | None], None]
) -> Cancel:
    """Tell what a record belongs to, None where it points at nothing.

    Of several, it is the one that its declaration names last: a company comes first there, then
    the person, then the deal that both are about.
    """
    references = [one for one in bridge.registry.entity(entity).references if one.target != USER]

    def ask(conn: Any, _job: object) -> Parent | None:
        select = bridge.workspace.select
        row = select.by_id(conn, entity, record, [one.name for one in references])
        found = [cell for cell in row.cells if isinstance(cell, Linked)] if row else []
        if not found:
            return None
        last = found[-1]
        title = select.titles(conn, last.entity, [last.id], bridge.ctx).get(last.id, "")
        return Parent(last.entity, last.id, title)

    return bridge.read(ask, done)
