"""How the columns of a grid share a narrow face: they shrink, then the last ones step aside."""

from __future__ import annotations

from collections.abc import Sequence

from crmdesk.gui.grid.source import GridColumn

_LEAST = {
    "boolean": 52, "integer": 64, "decimal": 72, "percent": 90, "rating": 84, "money": 118,
    "date": 96, "duration": 68, "choice": 104,
    "choices": 112, "reference": 108, "anyref": 108, "phone": 140, "email": 150, "url": 112,
    "longtext": 120, "colour": 60, "text": 112,
}  # fmt: skip
_TITLE, _TIGHT = 172, 112
_FIRST = 3
"""So many columns are what a list of such records is read for: a task's due day is the third."""


def least(spec: GridColumn, *, tight: bool = False) -> int:
    """The width below which a column says too little to be shown, in device-independent pixels.

    `tight` is for a face that has no room for more than the first columns.
    """
    if spec.kind in {"instant", "moment", "stamp"}:
        # Half a time says less than none.
        return spec.width
    title = _TIGHT if tight else _TITLE
    return min(spec.width, title if spec.stretch else _LEAST.get(spec.kind, 112))


def shared(specs: Sequence[GridColumn], room: int) -> list[int]:
    """The width of each column in so much room, 0 for one that has no place.

    Every column has its own width where all of them fit, and what is left goes to those that
    stretch. Where they do not, they shrink alike towards the least they can do with; where even
    that is too much, the columns declared last step aside: not the first three before their
    titles are cut short, and never the first two.
    """
    shown = list(range(len(specs)))
    while len(shown) > _FIRST and sum(least(specs[n]) for n in shown) > room:
        shown.pop()
    tight = sum(least(specs[n]) for n in shown) > room
    while len(shown) > 2 and sum(least(specs[n], tight=tight) for n in shown) > room:
        shown.pop()
    widths = [0] * len(specs)
    wanted = sum(specs[n].width for n in shown)
    floor = sum(least(specs[n], tight=tight) for n in shown)
    if wanted <= room:
        for n in shown:
            widths[n] = specs[n].width
    else:
        share = max(0.0, (room - floor) / (wanted - floor)) if wanted > floor else 0.0
        for n in shown:
            low = least(specs[n], tight=tight)
            widths[n] = low + int((specs[n].width - low) * share)
    left = room - sum(widths)
    free = [n for n in shown if specs[n].stretch or specs[n].kind == "longtext"] or shown[-1:]
    if left > 0 and free:
        each, more = divmod(left, len(free))
        for place, n in enumerate(free):
            widths[n] += each + (place < more)
    return widths
