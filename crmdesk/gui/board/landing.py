"""Where in a lane a card will stand: found by asking the store how few of them are ordered."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crmdesk.schema.crm.facts import UPDATED_AT
from crmdesk.schema.query import ID, Condition, Query

if TYPE_CHECKING:
    from crmdesk.store.select import Select

_PROBES = 24
"""Cards that the moved one is ordered among at a time."""


def landing(
    select: Select, conn: Any, ctx: Any, query: Query, lane: str, ids: array[int], rowid: int
) -> int:
    """The place among `ids`, the records of a lane in their order, that a record will take.

    `query` gives the order, `lane` is the field whose value the move changes: all cards of a
    lane have the same, so it orders none of them. The store itself compares, a few records at
    a time, so that a lane of any length takes but a handful of short questions.
    """
    sort = tuple(one for one in query.sort if one.path.partition(".")[0] != lane)
    if sort and sort[0].path == UPDATED_AT:
        # The move is the latest change of all.
        return 0 if sort[0].descending else len(ids)
    own = select.record_ids(conn, query.entity, [rowid])
    if not own:
        return 0
    among = replace(query, where=None, search="", group=(), sort=sort)
    low, high = 0, len(ids)
    while low < high:
        step = max(1, (high - low) // (_PROBES + 1))
        places = list(range(low + (step - 1 if step > 1 else 0), high, step))[: _PROBES + 1]
        known = select.record_ids(conn, query.entity, [ids[place] for place in places])
        # A card that was deleted meanwhile tells nothing of the order.
        places = [place for place in places if ids[place] in known and ids[place] != rowid]
        if not places:
            break
        wanted = Condition(ID, "in", (*known.values(), *own.values()))
        order = list(select.ids(conn, replace(among, where=wanted), ctx))
        if rowid not in order:
            break
        before = set(order[: order.index(rowid)])
        under = [place for place in places if ids[place] in before]
        above = [place for place in places if ids[place] not in before]
        low = under[-1] + 1 if under else low
        high = above[0] if above else high
    return low
