"""Colours that rows wear by rule: asked of the store for the rows that are read, and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crmdesk.errors import KnownError
from crmdesk.gui.grid.source import GridRow
from crmdesk.schema.query import ID, All, Condition, Query
from crmdesk.schema.viewdata import ColourRule

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge


def dressed(
    bridge: Bridge,
    conn: Any,
    entity: str,
    paths: Sequence[str],
    rules: Sequence[ColourRule],
    rows: list[GridRow],
) -> list[GridRow]:
    """The rows in the colours of the rules that hold for them; for a reading thread."""
    if not rules or not rows:
        return rows
    tint: dict[int, str] = {}
    cells: dict[int, dict[int, str]] = {}
    places: Mapping[str, int] = {path: at for at, path in enumerate(paths)}
    ids = tuple(row.id for row in rows)
    select, ctx = bridge.workspace.select, bridge.query_context()
    for rule in rules:
        if rule.path and rule.path not in places:
            continue
        where = All((Condition(ID, "in", ids), rule.where))
        try:
            held = select.ids(conn, Query(entity, where), ctx)
        except KnownError:
            # It asks for what is not there any more; the box of the rules shows it.
            continue
        for rowid in held:
            # The first rule that holds wins, of the row and of each of its cells.
            if rule.path:
                cells.setdefault(rowid, {}).setdefault(places[rule.path], rule.colour)
            else:
                tint.setdefault(rowid, rule.colour)
    return [_worn(row, tint.get(row.rowid, ""), cells.get(row.rowid, {})) for row in rows]


def _worn(row: GridRow, tint: str, inks: Mapping[int, str]) -> GridRow:
    if inks:
        worn = tuple(
            cell._replace(state=inks[at]) if at in inks else cell
            for at, cell in enumerate(row.cells)
        )
        row = row._replace(cells=worn)
    return row._replace(tint=tint) if tint else row
