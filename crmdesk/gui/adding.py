"""What selected cells come to, in words: how many are filled, sum, average, smallest, largest."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmdesk.gui.grid.summing import Selected
from crmdesk.gui.grid.totals import function_word
from crmdesk.schema.query import Query
from crmdesk.schema.textcontext import TextContext
from crmdesk.store.adding import Added

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

_FEW = 2
"""Of more currencies or kinds of numbers only the sums are told."""


def come_to(bridge: Bridge, conn: Any, query: Query, blocks: Sequence[Selected]) -> list[str]:
    """The words for some blocks of cells of a list, in the order in which they are told."""
    select, ctx = bridge.workspace.select, bridge.query_context()
    found: list[Added] = []
    filled = cells = 0
    for block in blocks:
        cells += block.rows * len(block.paths)
        for one in select.added(conn, query, ctx, block.paths, block.rowids):
            filled += one.filled
            mate = next((other for other in found if other.goes_with(one)), None)
            if mate is not None:
                mate.add(one)
            elif one.filled and one.ordered:
                found.append(one)
    numbers = [one for one in found if one.numeric]
    said = [] if filled == cells else [f"{function_word('count')} {filled:,}"]
    for function in ("sum", "avg", "min", "max"):
        told = numbers if numbers or function in ("sum", "avg") else found
        if function == "sum":
            # Shares of different things come to nothing.
            told = [one for one in told if one.field.kind != "percent"]
        if not told or (function != "sum" and len(told) > _FEW):
            continue
        texts = [_text(one, function, bridge.ctx) for one in told]
        joint = " + " if function == "sum" else ", "
        said.append(f"{function_word(function)} {joint.join(texts)}")
    return said


def _text(one: Added, function: str, ctx: TextContext) -> str:
    value = one.value(function)
    if one.field.kind == "integer" and isinstance(value, Decimal):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return one.field.type.show(value, ctx)
