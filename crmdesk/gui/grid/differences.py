"""What lies between two lists of rowids, so that a grid moves only what moved."""

from __future__ import annotations

from array import array
from typing import NamedTuple

# Above this many changed rows a reset costs the view less than taking out and putting in.
_WHOLESALE = 5_000


class Span(NamedTuple):
    """`removed` rows at `start` are replaced by `added` ones."""

    start: int
    removed: int
    added: int

    @property
    def wholesale(self) -> bool:
        """Whether so much changed that nothing is gained by telling what."""
        return self.removed > 0 and self.removed + self.added > _WHOLESALE


def changed_span(old: array[int], new: array[int]) -> Span | None:
    """The one stretch in which `old` and `new` differ, None where they are the same."""
    if old == new:
        return None
    short = min(len(old), len(new))
    head = _common_head(old, new, short)
    tail = _common_tail(old, new, short - head)
    return Span(head, len(old) - head - tail, len(new) - head - tail)


def _common_head(old: array[int], new: array[int], limit: int) -> int:
    # Halving with whole slices: arrays compare in C, a million rows in some milliseconds.
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_tail(old: array[int], new: array[int], limit: int) -> int:
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return low
