"""Custom fields: rows that add real columns, which then behave like declared ones."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from crmdesk.errors import BugError
from crmdesk.i18n import Label
from crmdesk.schema.choicetypes import ChoicesType, ChoiceType
from crmdesk.schema.crm.facts import CustomFields
from crmdesk.schema.crm.system import CUSTOM_FIELD
from crmdesk.schema.kinds import FIELD_TYPES
from crmdesk.schema.linktypes import ReferenceType
from crmdesk.schema.numbertypes import DecimalType
from crmdesk.schema.registry import Entity, Field, Registry
from crmdesk.schema.values import Cell
from crmdesk.store import capture, replay, rows, search
from crmdesk.store.driver import DriverError, RawConnection, quoted
from crmdesk.store.tables import Tables

log = logging.getLogger(__name__)

PREFIX = "x_"
"""What the columns of custom fields begin with; no declared one does."""

FIXED = (CustomFields.ENTITY, CustomFields.NAME, CustomFields.KIND, CustomFields.TARGET,
         CustomFields.PLACES)  # fmt: skip
"""What cannot be changed of a custom field, because its cells are stored by it."""

_NAME = re.compile(r"x_[a-z0-9_]+")
_LONGEST = 40


def extended(raw: RawConnection, declared: Registry) -> Registry:
    """The declaration with the custom fields that a store has rows for.

    A row that another program wrote and that makes no sound field is passed over.
    """
    if CUSTOM_FIELD not in declared.entities:
        return declared
    kept: list[tuple[str, Field]] = []
    registry = bare(declared)
    for cells in _rows(raw):
        made = field_of(cells, declared)
        if made is None:
            log.info("The custom field %s is not one that can be shown.", cells.get("id"))
            continue
        try:
            registry = registry.with_custom([*kept, made])
        except BugError as error:
            log.info("The custom field %s is passed over: %s", cells.get("id"), error)
        else:
            kept.append(made)
    return registry


def bare(registry: Registry) -> Registry:
    """The declaration without any custom field."""
    if not any(entity.custom for entity in registry.entities.values()):
        # As at most starts, which need not check the whole declaration a second time.
        return registry
    return registry.with_custom(())


def _rows(raw: RawConnection) -> Iterator[Mapping[str, Cell]]:
    table, position = quoted(CUSTOM_FIELD), quoted(CustomFields.POSITION)
    try:
        ids = raw.execute(f"SELECT id FROM {table} ORDER BY {position}, id").fetchall()
    except DriverError:
        # An older store, whose table is only made after this.
        return
    yield from rows.get_many(raw, CUSTOM_FIELD, [id for (id,) in ids]).values()


def field_of(cells: Mapping[str, Any], registry: Registry) -> tuple[str, Field] | None:
    """The entity and the field that a row means, None where it makes none."""
    of = CustomFields
    name, entity = cells.get(of.NAME), cells.get(of.ENTITY)
    kind, target = cells.get(of.KIND), cells.get(of.TARGET) or ""
    if entity not in registry.entities or kind not in FIELD_TYPES or kind == "stamp":
        return None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return None
    cls = FIELD_TYPES[kind]
    inverse = ""
    if cls is ReferenceType:
        if target not in registry.entities:
            return None
        made: Any = ReferenceType(target)
        inverse = f"{name}_of_{entity}"
    elif cls is ChoiceType:
        made = ChoiceType(cells.get(of.LIST) or name)
    elif cls is ChoicesType:
        made = ChoicesType(cells.get(of.LIST) or name)
    elif cls is DecimalType:
        places = cells.get(of.PLACES)
        made = DecimalType(places if isinstance(places, int) and 0 <= places <= 12 else 2)
    else:
        made = cls()
    label = Label(
        cells.get(of.LABEL) or name, cells.get(of.LABEL_ZH) or cells.get(of.LABEL) or name
    )
    # Not required in the file: the rows that are there have no value, nor have others' rows.
    return str(entity), Field(
        name, made, label, custom=True, inverse=inverse,
        wanted=bool(cells.get(of.REQUIRED)),
        inverse_label=registry.entity(str(entity)).plural if inverse else None,
    )  # fmt: skip


def columns_there(raw: RawConnection, entity: str) -> dict[str, str]:
    """The columns that a table has in the file, those of hidden fields too, with their types."""
    return dict(raw.execute("SELECT name, type FROM pragma_table_xinfo(?)", (entity,)))


def column_name(raw: RawConnection, label: str, entity: Entity) -> str:
    """A free column for a field of that label: x_ and what of it can be in a name."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = PREFIX + (re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST] or "field")
    # What a deleted field has left is still there and may come back.
    taken = columns_there(raw, entity.name)
    name, number = stem, 2
    while name in taken or any(other.startswith(f"{name}_") for other in taken):
        name, number = f"{stem}{number}", number + 1
    return name


def bring_up(raw: RawConnection, before: Registry, after: Registry) -> None:
    """Add the columns of new custom fields and let triggers and search follow.

    Inside the caller's write transaction.
    """
    there = {
        name: set(columns_there(raw, name))
        for name in after.entities
        if before.entity(name).custom != after.entity(name).custom
    }
    Tables(after).add_missing(raw)
    capture.ensure_triggers(raw, after)
    again = False
    back: set[str] = set()
    for name, columns in there.items():
        old = {one.name for one in before.entity(name).custom}
        new = {one.name for one in after.entity(name).custom}
        for column in (old ^ new) & columns:
            sql = f"SELECT 1 FROM {quoted(name)} WHERE {quoted(column)} IS NOT NULL LIMIT 1"
            if raw.execute(sql).fetchone():
                again = True
            if column in new:
                back.add(name)
    if back:
        # While a field was hidden no trigger watched its column.
        replay.find_missed(raw, after, back, capture.PUT_BACK)
    if again:
        search.rebuild(raw, after)


def same(one: Registry, other: Registry) -> bool:
    """Whether two registries have the same custom fields."""
    return all(entity.custom == other.entity(name).custom for name, entity in one.entities.items())
