"""What a workspace reads for those who show and type values: records, choices, titles."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from crmdesk.ops.work import value_of
from crmdesk.schema.crm import choices
from crmdesk.schema.crm.facts import Choices
from crmdesk.schema.fieldtypes import folded
from crmdesk.schema.registry import Registry
from crmdesk.schema.textcontext import ChoiceItem
from crmdesk.schema.values import ValueRefused
from crmdesk.store import rows, search
from crmdesk.store.driver import quoted, raw_of
from crmdesk.store.sources import Sources
from crmdesk.store.titles import Titles

_MOST_FOUND = 20

Read = Callable[[], AbstractContextManager[Any]]
"""Lends a reading connection."""


class Shown:
    """Choices and titles of one store; choices are kept until `forget`."""

    def __init__(self, read: Read, registry: Registry) -> None:
        self._read = read
        self._registry = registry
        self._titles = Titles(Sources(registry))
        self._lists: dict[tuple[str, bool], tuple[ChoiceItem, ...]] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Read the choice lists anew when they are next asked for."""
        with self._lock:
            self._lists = {}

    def choices(self, list_name: str, archived: bool = False) -> tuple[ChoiceItem, ...]:
        """The entries of a list in order; the declared ones where the store has no such list."""
        known = self._lists
        found = known.get((list_name, archived))
        if found is None:
            found = self._read_list(list_name, archived)
            known[list_name, archived] = found
        return found

    def _read_list(self, list_name: str, archived: bool) -> tuple[ChoiceItem, ...]:
        with self._read() as conn:
            raw = raw_of(conn)
            lists = raw.execute(
                f"SELECT id FROM {quoted(choices.LISTS)} WHERE {quoted(choices.LIST_NAME)} = ?",
                (list_name,),
            ).fetchall()
            ids = [
                id
                for (of,) in lists
                for (id,) in raw.execute(
                    f"SELECT id FROM {quoted(choices.ITEMS)} WHERE {quoted(choices.ITEM_LIST)} = ?"
                    f" ORDER BY {quoted(choices.ITEM_POSITION)}, id",
                    (of,),
                )
            ]
            found = list(rows.get_many(raw, choices.ITEMS, ids).values())
        if not lists:
            declared = self._registry.choice_lists.get(list_name)
            return declared.items if declared else ()
        return tuple(
            ChoiceItem(
                str(one[choices.ITEM_KEY]),
                str(one[Choices.LABEL] or ""),
                str(one[Choices.LABEL_ZH] or ""),
                str(one[Choices.COLOUR] or ""),
            )
            for one in found
            if archived or not one[Choices.ARCHIVED]
        )

    def all_choices(self, list_name: str) -> Sequence[ChoiceItem]:
        """The entries of a list with those that are not offered any more."""
        return self.choices(list_name, archived=True)

    def title(self, entity: str, record: str) -> str:
        """The title of a record, "" where there is none."""
        with self._read() as conn:
            return self._titles.of(conn, entity, [record]).get(record, "")

    def find(self, entity: str, text: str) -> list[str]:
        """The ids of the records with exactly that title, in any case."""
        wanted = folded(text)
        declared = self._registry.entity(entity)
        with self._read() as conn:
            raw = raw_of(conn)
            if len(declared.title) == 1 and declared.field(declared.title[0]).kind == "text":
                column = quoted(declared.title[0])
                found = raw.execute(
                    f"SELECT id, {column} FROM {quoted(entity)} WHERE {column} = ? COLLATE NOCASE"
                    " LIMIT ?",
                    (text, _MOST_FOUND),
                ).fetchall()
                if found:
                    return [id for id, _ in found]
            hits = search.search(raw, self._registry, text, entities=(entity,), limit=_MOST_FOUND)
            titles = self._titles.of(conn, entity, [hit.id for hit in hits])
        return [id for id, title in titles.items() if folded(title) == wanted]

    def record(self, entity: str, id: str) -> dict[str, Any] | None:
        """The values of a record by field, None where there is none.

        A cell that another program wrote and that is no value of its field is None.
        """
        declared = self._registry.entity(entity)
        with self._read() as conn:
            cells = rows.get(raw_of(conn), entity, id)
        if cells is None:
            return None
        values: dict[str, Any] = {}
        for field in declared.all_fields:
            try:
                values[field.name] = value_of(field, cells)
            except ValueRefused:
                values[field.name] = None
        return values
