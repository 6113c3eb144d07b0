"""The records of one entity while an import runs: those of the store and those to be made.

Nothing is written here; what is asked for is read once and kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.forms import PLACES
from crmdesk.schema.query import ID, All, Condition, Query, Where
from crmdesk.schema.registry import Entity
from crmdesk.store.reading import Linked
from crmdesk.store.rows import new_id

Key = tuple[str, ...]
_CHUNK = 2000


class Shelf:
    """Finds records by keys and titles and collects what is to be made and changed."""

    def __init__(self, workspace: Workspace, conn: Any, entity: Entity) -> None:
        self.entity = entity
        self.created: dict[str, dict[str, Any]] = {}
        self.changed: dict[str, dict[str, Any]] = {}
        self._workspace = workspace
        self._conn = conn
        self._ctx = workspace.query_context()
        self._keys: dict[Key, dict[tuple[Any, ...], list[str]]] = {}
        self._rowids: dict[str, int] = {}
        self._titles: dict[str, list[str]] | None = None
        # New records come into an index when it is next asked: most are never asked again.
        self._order: list[str] = []
        self._put_in: dict[Key | None, int] = {}
        self.parent = self._default_parent()

    def _default_parent(self) -> str:
        """The record among whose children titles are looked for, "" where among all."""
        place = PLACES.get(self.entity.name)
        if place is None:
            return ""
        target = self.entity.field(place.parent).target
        for where in (Condition(place.default, "is", True), None):
            for row in self._workspace.select.stream(
                self._conn, Query(target, where), self._ctx, ()
            ):
                return row.id
        return ""

    # ------------------------------------------------------------ finding

    def find(self, key: Key, values: tuple[Any, ...]) -> list[str]:
        """The ids of the records with these values in the fields of a key, oldest first."""
        return self._index(key).get(tuple(map(comparable, values)), [])

    def titled(self, text: str) -> list[str]:
        """The ids of the records with that title, without regard to case."""
        if self._titles is None:
            self._titles = self._read_titles()
        for id in self._news(None):
            title = comparable(self._made_title(self.created[id]))
            self._titles.setdefault(title, []).append(id)
        return self._titles.get(comparable(text), [])

    def all_titles(self) -> list[str]:
        """Every title, for suggestions."""
        title = self.entity.title
        if len(title) == 1:
            wanted = list(self._values(title, None))
            found = [str(cells[0]) for _id, cells in wanted if cells[0] is not None]
            return found + [str(made.get(title[0], "")) for made in self.created.values()]
        return []

    def _index(self, key: Key) -> dict[tuple[Any, ...], list[str]]:
        index = self._keys.get(key)
        if index is None:
            index = self._keys[key] = {}
            if key == (ID,):
                for id, _cells in self._values((), None):
                    index[(id,)] = [id]
            else:
                for id, cells in self._values(key, None):
                    _put(index, cells, id)
        for id in self._news(key):
            _put(index, self._of_made(key, id, self.created[id]), id)
        return index

    def _news(self, key: Key | None) -> list[str]:
        """The new records that the index of a key does not have yet."""
        known = self._put_in.get(key, 0)
        self._put_in[key] = len(self._order)
        return self._order[known:]

    def _values(self, paths: Key, where: Where | None) -> Iterable[tuple[str, tuple[Any, ...]]]:
        select = self._workspace.select
        for row in select.stream(self._conn, Query(self.entity.name, where), self._ctx, paths):
            self._rowids[row.id] = row.rowid
            yield row.id, tuple(map(plain_value, row.cells))

    @staticmethod
    def _of_made(key: Key, id: str, made: Mapping[str, Any]) -> tuple[Any, ...]:
        return (id,) if key == (ID,) else tuple(map(made.get, key))

    def _read_titles(self) -> dict[str, list[str]]:
        place = PLACES.get(self.entity.name)
        among = Condition(place.parent, "is", self.parent) if place and self.parent else None
        titles: dict[str, list[str]] = {}
        if len(self.entity.title) == 1:
            for id, (cell,) in self._values(self.entity.title, among):
                if cell is not None:
                    titles.setdefault(comparable(str(cell)), []).append(id)
        else:
            ids = [id for id, _cells in self._values((), among)]
            for start in range(0, len(ids), _CHUNK):
                part = ids[start : start + _CHUNK]
                found = self._workspace.select.titles(self._conn, self.entity.name, part)
                for id, title in found.items():
                    titles.setdefault(comparable(title), []).append(id)
        return titles

    def _made_title(self, made: Mapping[str, Any]) -> str:
        parts = [made.get(name) for name in self.entity.title]
        return " ".join(part for part in parts if isinstance(part, str))

    def present(self, ids: Sequence[str], fields: Key) -> dict[str, tuple[Any, ...]]:
        """The values of some fields of records by id, with what is to be made or changed."""
        found: dict[str, tuple[Any, ...]] = {}
        there = [id for id in ids if id not in self.created]
        unknown = [id for id in there if id not in self._rowids]
        if unknown:
            for id, _cells in self._values((), Condition(ID, "in", tuple(unknown))):
                self._rowids.setdefault(id, 0)
        by_rowid = [self._rowids[id] for id in there if id in self._rowids]
        select = self._workspace.select
        for start in range(0, len(by_rowid), _CHUNK):
            for row in select.rows(
                self._conn, self.entity.name, by_rowid[start : start + _CHUNK], fields
            ):
                found[row.id] = tuple(map(plain_value, row.cells))
        for id in ids:
            own = self.created.get(id)
            if own is not None:
                found[id] = tuple(map(own.get, fields))
            elif id in self.changed and id in found:
                changed = self.changed[id]
                found[id] = tuple(
                    changed.get(name, cell) for name, cell in zip(fields, found[id], strict=True)
                )
        return found

    # ------------------------------------------------------------ making

    def make(self, values: dict[str, Any], id: str = "") -> str:
        """Note a new record, found from now on; its id."""
        id = id or new_id()
        self.created[id] = values
        self._order.append(id)
        return id

    def change(self, id: str, values: Mapping[str, Any]) -> None:
        """Note new values of a record."""
        if id in self.created:
            self.created[id].update(values)
        else:
            self.changed.setdefault(id, {}).update(values)

    def make_room(self, values: dict[str, Any]) -> None:
        """Give a record that is made among others its parent and its place in their order."""
        place = PLACES.get(self.entity.name)
        if place is None or not self.parent:
            return
        values.setdefault(place.parent, self.parent)
        among = Condition(place.parent, "is", self.parent)
        ids = [id for id, _cells in self._values((), All((among,)))] + [
            id for id, made in self.created.items() if made.get(place.parent) == self.parent
        ]
        order = sorted(
            (
                (position or 0, id, rank)
                for id, (position, rank) in self.present(ids, (place.position, place.rank)).items()
            ),
        )
        own = values.get(place.rank)
        behind = [
            at for at, (_p, _id, rank) in enumerate(order)
            if own is not None and rank is not None and rank > own
        ]  # fmt: skip
        at = behind[0] if behind else len(order)
        before = order[at - 1][0] if at else -1
        position = before + 1
        values[place.position] = position
        for present, id, _rank in order[at:]:
            if present > position:
                break
            position = max(present, position) + 1
            self.change(id, {place.position: position})


def comparable(value: Any) -> Any:
    """A value as keys compare it: text without case, data by what it says."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return value


def plain_value(cell: Any) -> Any:
    """The field's value of a cell that was read: references by their ids."""
    return cell.id if isinstance(cell, Linked) else cell


def _put(index: dict[tuple[Any, ...], list[str]], cells: tuple[Any, ...], id: str) -> None:
    index.setdefault(tuple(map(comparable, cells)), []).append(id)
