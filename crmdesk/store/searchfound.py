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
from crmdesk.store.searchcells import digest_of, indexed_cells, packed, plans


@dataclass(frozen=True)
class Found:
    """What the index is to hold of `count` new records, worked out beforehand.

    `codes` are the entities' codes that it was worked out with. The records of which there is
    anything to find are numbered from 0, oldest first: `docs` has (number, entity's code,
    packed id, fingerprint) of each, `titles` (number, title, sound), `texts` (number, text).
    `words` are those of their words that no earlier `Found` of the same finder had.
    """

    codes: Mapping[str, int]
    count: int
    docs: Sequence[tuple[int, int, bytes | str, int]]
    titles: Sequence[tuple[int, str, str]]
    texts: Sequence[tuple[int, str]]
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
        docs: list[tuple[int, int, bytes | str, int]] = []
        titles: list[tuple[int, str, str]] = []
        texts: list[tuple[int, str]] = []
        found = Found(self._codes, len(many), docs, titles, texts, set())
        if plan is None or code is None:
            return found
        at = {name: number for number, name in enumerate(columns)}
        if not any(plan.columns[place] in at for _field, place in (*plan.title, *plan.body)):
            return found
        # A row gets one cell more, NULL, for the columns that are not given.
        picked = itemgetter(*(at.get(name, len(columns)) for name in plan.columns))
        for row in many:
            cells = picked((*row, None))
            indexed = indexed_cells(plan, code, cells)
            if indexed is not None:
                (title, sound, text), words = indexed
                number = len(docs)
                docs.append((number, code, packed(cells[0]), digest_of(indexed[0])))
                if title:
                    titles.append((number, title, sound))
                texts.append((number, text))
                found.words.update(words)
        found.words.difference_update(self._words)
        self._words |= found.words
        return found
