"""One command at work: its transaction, its clock, and what it found wrong so far."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from crmdesk.ops.changes import CommandRefused
from crmdesk.schema.crm.facts import CREATED_AT, CREATED_BY, UPDATED_AT
from crmdesk.schema.registry import Entity, Field, Registry
from crmdesk.schema.timetypes import stamp_text
from crmdesk.schema.values import Cell, Instant, zone_of
from crmdesk.store import bulk, rows, search
from crmdesk.store.driver import RawConnection, quoted
from crmdesk.store.searchfound import Finder, Found

if TYPE_CHECKING:
    from crmdesk.ops.undo import Turned


class Work:
    """What the parts of a command share while it runs inside its transaction.

    `user` is who does it, `zone` where; `now` is one instant for all that it writes.
    """

    def __init__(self, raw: RawConnection, registry: Registry, user: str, zone: str) -> None:
        self.raw = raw
        self.registry = registry
        self.user = user
        self.zone = zone
        now = datetime.now(UTC)
        self.now = Instant(now.replace(microsecond=now.microsecond // 1000 * 1000), zone)
        self.stamp = stamp_text(self.now.utc)
        self.created: list[str] = []
        self.duplicates: list[tuple[str, str, str]] = []
        self.facts: dict[str, Any] = {}
        self.found: list[tuple[range, Found]] = []
        self.told: dict[str, set[str]] = {}
        # The step that is undone or done again, where it is no command that works.
        self.turned: Turned | None = None
        self._problems: dict[tuple[str, str | int], dict[str, str]] = {}
        self._known: dict[str, set[str]] = {}
        self._finder: tuple[Registry, Finder] | None = None

    @property
    def today(self) -> date:
        """The day that it is where the user is."""
        return self.now.utc.astimezone(zone_of(self.zone)).date()

    def problem(self, entity: str, record: str | int, name: str, reason: str) -> None:
        """Note why a field is refused; `refuse` then tells all at once."""
        self._problems.setdefault((entity, record), {})[name] = reason

    def refuse(self) -> None:
        """Raise CommandRefused if anything was wrong."""
        if self._problems:
            raise CommandRefused(self._problems)

    def existing(self, entity: str, ids: Collection[str]) -> set[str]:
        """Which of these records there are."""
        known = self._known.setdefault(entity, set())
        unknown = [one for one in ids if one not in known]
        known.update(existing(self.raw, entity, unknown))
        return known.intersection(ids)

    def made(self, entity: str, ids: Collection[str]) -> None:
        """Tell that these records are there now."""
        self._known.setdefault(entity, set()).update(ids)

    @property
    def finder(self) -> Finder:
        """What works out what the search index will hold of new records."""
        # A new field begins another registry, by which other cells are found.
        if self._finder is None or self._finder[0] is not self.registry:
            finder = Finder(self.registry, search.entity_codes(self.raw))
            self._finder = (self.registry, finder)
        return self._finder[1]

    def forget(self) -> None:
        """Tell that records went away or that facts changed."""
        self._known.clear()
        self.facts.clear()


def existing(raw: RawConnection, entity: str, ids: Collection[str]) -> set[str]:
    """Which of these records there are in the store."""
    if not ids:
        return set()
    found = raw.execute(
        f"SELECT id FROM {quoted(entity)} WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {one for (one,) in found}


def value_of(field: Field, cells: Mapping[str, Cell]) -> Any:
    """The Python value of a field in a row of cells."""
    columns = field.columns
    first = cells.get(columns[0].name)
    if first is None:
        return None
    return field.type.from_stored(first, *(cells.get(spec.name) for spec in columns[1:]))


def cells_of(entity: Entity, values: Mapping[str, Any]) -> dict[str, Cell]:
    """The cells of checked values."""
    made: dict[str, Cell] = {}
    for name, value in values.items():
        field = entity.field(name)
        for spec, cell in zip(field.columns, field.type.to_stored(value), strict=True):
            made[spec.name] = cell
    return made


def insert_rows(work: Work, entity: str, many: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of checked values that the program itself makes, all with the same fields."""
    if not many:
        return
    declared = work.registry.entity(entity)
    fields = [declared.field(name) for name in many[0]]
    plan: list[tuple[Callable[[Any], tuple[Cell, ...]], dict[int, tuple[Cell, ...]]]] = [
        (one.type.to_stored, {}) for one in fields
    ]
    usual = (work.stamp, work.user, work.stamp)
    made: list[list[Cell]] = []
    for values in many:
        cells: list[Cell] = [rows.new_id(), *usual]
        for (to_stored, seen), value in zip(plan, values.values(), strict=True):
            # Days and amounts come again and again; all of them live until the last row is made.
            stored = seen.get(id(value))
            if stored is None:
                stored = seen[id(value)] = to_stored(value)
            cells += stored
        made.append(cells)
    columns = ("id", *SYSTEM_COLUMNS, *(spec.name for one in fields for spec in one.columns))
    insert_cells(work, declared, columns, made)


BULK = 200
"""So many new records or more are logged by one statement instead of one by one."""


def insert_cells(
    work: Work,
    entity: Entity,
    columns: Sequence[str],
    many: Sequence[Sequence[Cell]],
    found: Found | None = None,
) -> None:
    """Insert rows of cells in the order of `columns`, which has "id" among them.

    Of many of them it is noted what the search index will hold; `found` says it already.
    """
    if len(many) < BULK:
        rows.insert_many(work.raw, entity.name, columns, many)
        return
    told = bulk.insert_many(work.raw, entity, columns, many, len(many))
    if told is not None:
        work.found.append((told, found or work.finder.find(entity.name, columns, many)))


SYSTEM_COLUMNS = (CREATED_AT, CREATED_BY, UPDATED_AT)
