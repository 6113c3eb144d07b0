"""Which fields of which records a list depends on: what it shows, asks, orders and colours by."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crmdesk.ops.changes import Touched
from crmdesk.schema.query import (
    All,
    Condition,
    Either,
    Has,
    Not,
    Where,
    ends_of,
    resolve,
)
from crmdesk.schema.registry import Field, Registry

_WORD = re.compile(r"[a-z_][a-z0-9_]*")
# A title may be made of the title of another record, and that of a third.
_DEEPEST = 3


class Depends:
    """What something of the records of one entity depends on.

    `own` are fields of these records themselves, `far` those of others by their entity; of
    entities in `counted` it matters as well that records come.
    """

    def __init__(self, registry: Registry, entity: str) -> None:
        self._registry = registry
        self._entity = entity
        self.own: set[str] = set()
        self.far: dict[str, set[str]] = {}
        self.counted: set[str] = set()

    def on_paths(self, paths: Iterable[str]) -> None:
        """On what stands in these paths; of a reference also on what its record is called."""
        for path in paths:
            found = self._path(self._entity, path, own=True)
            if found.target:
                self._title(found.target)

    def on_where(self, where: Where | None) -> None:
        """On what a condition asks."""
        self._where(self._entity, where, own=True)

    def touched_by(self, change: Touched) -> bool:
        """Whether a change of another record may change what depends on it."""
        fields = self.far.get(change.entity)
        if fields is None:
            return False
        if change.op == "I":
            # Nothing points at a new record yet.
            return change.entity in self.counted
        return change.op == "D" or not fields.isdisjoint(change.fields)

    # -- within

    def _where(
        self, entity: str, where: Where | None, link: str = "", *, own: bool = False
    ) -> None:
        match where:
            case Condition(path):
                self._path(entity, path, link, own=own)
            case All(parts) | Either(parts):
                for part in parts:
                    self._where(entity, part, link, own=own)
            case Not(part):
                self._where(entity, part, link, own=own)
            case Has(name, inner):
                relation = self._registry.relation(entity, name)
                target, through = ends_of(relation)
                if relation.many:
                    self.counted.add(relation.holder)
                    self._fields(relation.holder).update(
                        name for name in (relation.field, relation.far) if name
                    )
                else:
                    self._fields(entity, own=own).add(relation.field)
                self._where(target, inner, through)

    def _path(self, entity: str, path: str, link: str = "", *, own: bool = False) -> Field:
        found = resolve(self._registry, entity, path, link)
        holder = found.entity
        for step in found.steps:
            self._fields(holder, own=own).add(step.name)
            holder, own = step.target, False
        self._field(holder, found.field, self._fields(holder, own=own))
        return found.field

    def _title(self, entity: str, depth: int = 0) -> None:
        """By what references to records of the entity are shown and ordered."""
        declared = self._registry.entity(entity)
        order = (one.removeprefix("-") for one in declared.order)
        for name in {*declared.title, *order}:
            field = declared.by_name.get(name)
            if field is None:
                continue
            self._field(entity, field, self._fields(entity))
            if field.target and depth < _DEEPEST:
                self._title(field.target, depth + 1)

    def _field(self, entity: str, field: Field, into: set[str]) -> None:
        """The field, and what it is computed from: only that is in the log."""
        into.add(field.name)
        for word in _WORD.findall(field.computed):
            used = self._registry.entity(entity).by_name.get(word)
            if used is not None and used.name not in into:
                self._field(entity, used, into)

    def _fields(self, entity: str, *, own: bool = False) -> set[str]:
        return self.own if own else self.far.setdefault(entity, set())
