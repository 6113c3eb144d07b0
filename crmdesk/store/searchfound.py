"""What the search index will hold of records that are not there yet.

Words, how they sound and their marks are worked out from the cells of a row alone, so another
process can do it while this one inserts the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from crmdesk.schema.registry import Registry
from crmdesk.store.searchcells import Cells, digest_of, indexed_cells, plans

Doc = tuple[str, str, Cells, int]
"""A record that can be found: its entity, id, the cells of the index, their fingerprint."""


@dataclass(frozen=True)
class Found:
    """What the index is to hold of `count` new records, worked out beforehand.

    `codes` are the entities' codes that it was worked out with, `docs` the records of which
    there is anything to find, oldest first, and `words` those of their words that no earlier
    `Found` of the same finder had.
    """

    codes: Mapping[str, int]
    count: int
    docs: Sequence[Doc]
    words: set[str]


class Finder:
    """Works out what the index will hold of rows that are about to be inserted."""

    def __init__(self, registry: Registry, codes: Mapping[str, int]) -> None:
        self._plans = {plan.entity.name: plan for plan in plans(registry)}
        self._codes = codes
        self._words: set[str] = set()

    def find(self, entity: str, columns: Sequence[str], many: Sequence[Sequence[Any]]) -> Found:
        """For rows of cells in the order of `columns`, which has "id" among them."""
        plan, code = self._plans.get(entity), self._codes.get(entity)
        docs: list[Doc] = []
        words: set[str] = set()
        if plan is not None and code is not None:
            at = {name: number for number, name in enumerate(columns)}
            # The last place of a row that has one cell more is NULL for what is not given.
            picked = itemgetter(*(at.get(name, len(columns)) for name in plan.columns))
            for row in many:
                indexed = indexed_cells(plan, code, picked((*row, None)))
                if indexed is not None:
                    docs.append((entity, row[at["id"]], indexed[0], digest_of(indexed[0])))
                    words |= indexed[1]
        words -= self._words
        self._words |= words
        return Found(self._codes, len(many), docs, words)
