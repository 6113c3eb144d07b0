"""Making, changing and deleting records: values checked, defaults filled in, facts derived."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from crmdesk.i18n import _
from crmdesk.ops.changes import GateRefused, History, Lacking, Load, Values
from crmdesk.ops.derived import RULES, Rule
from crmdesk.ops.work import SYSTEM_COLUMNS, Work, existing, insert_cells, value_of
from crmdesk.schema.crm.facts import CREATED_AT, CREATED_BY, UPDATED_AT
from crmdesk.schema.fieldtypes import OneCell, clean_text
from crmdesk.schema.linktypes import AnyReferenceType
from crmdesk.schema.query import ID
from crmdesk.schema.registry import Default, Entity, Field
from crmdesk.schema.values import AnyRef, Cell, Instant, ValueRefused
from crmdesk.store import rows
from crmdesk.store.driver import quoted

_MISSING: Any = object()
_NOTHING: Mapping[str, Any] = defaultdict(lambda: None)
"""What a record was before it was made."""


def create_many(
    work: Work,
    name: str,
    given: Sequence[Values],
    *,
    history: History = False,
    lacking: Lacking | None = None,
) -> list[str]:
    """Make records of these values; returns their ids. Raises CommandRefused with all reasons."""
    told = bool(history)
    entity = work.registry.entity(name)
    if not given:
        return []
    keys = dict.fromkeys(key for row in given for key in row)
    _refuse_unknown(work, entity, given, keys, told)
    rule = RULES.get(name)
    defaults = _defaults(work, entity, told)
    used = [
        one
        for one in entity.fields
        if not one.computed
        and (
            one.name in keys
            or defaults[one.name] is not None
            or one.needed
            or (rule is not None and one.name in rule.fields)
        )
    ]
    plan: list[tuple[str, Callable[[Any], Any], Any, bool, dict[str | int, Any]]] = [
        (one.name, one.type.check, defaults[one.name], one.required, {}) for one in used
    ]
    # What is brought in with its history is as it is, but for what the file itself asks for.
    required = [one.name for one in used if one.required or (one.wanted and not told)]
    made: list[dict[str, Any]] = []
    for at, row in enumerate(given):
        values: dict[str, Any] = {}
        get = row.get
        for field, check, default, needed, seen in plan:
            value = get(field, _MISSING)
            if value is _MISSING:
                values[field] = default
                continue
            if value is not None:
                # The same choices, references and texts come again and again, and of a file
                # the very same values where its cells are alike.
                key = value if type(value) is str else id(value)
                checked = seen.get(key)
                if checked is None:
                    try:
                        # With the value itself: no other one gets its place in memory.
                        checked = seen[key] = (check(value), value)
                    except ValueRefused as error:
                        work.problem(name, at, field, str(error))
                        values[field] = None
                        continue
                value = checked[0]
            values[field] = default if value is None and needed else value
        if rule is not None and rule.create is not None:
            rule.create(work, values, row, told)
        for field in required:
            if values[field] is None:
                work.problem(name, at, field, _missing(entity.field(field)))
        made.append(values)
    ids = _ids(work, entity, given, made)
    _check_references(work, entity, used, made, range(len(made)), ids)
    work.refuse()
    system = _system_cells(work, entity, given, keys, told)
    columns = (ID, *SYSTEM_COLUMNS, *(spec.name for one in used for spec in one.columns))
    insert_cells(work, entity, columns, list(_cells(used, made, ids, system)))
    work.made(name, ids)
    note_duplicates(work, entity, used, ids)
    if rule is not None:
        new = list(zip(ids, made, strict=True))
        _tell_lacking(work, rule, ((id, _NOTHING, values) for id, values in new), lacking)
        if rule.created is not None and history != "whole":
            rule.created(work, new, given, told)
        rule.forget(work)
    return ids


def _defaults(work: Work, entity: Entity, told: bool) -> dict[str, Any]:
    """What the fields of a new record hold where nothing is said."""
    found = {one.name: default_of(work, one) for one in entity.fields if not one.computed}
    if told:
        # Nobody made what comes from elsewhere: it is in nobody's hands unless it says so.
        mine = (one for one in entity.fields if one.default is Default.ME and not one.required)
        found |= dict.fromkeys((one.name for one in mine), None)
    return found


def load(work: Work, command: Load) -> None:
    """Insert rows of cells as they are; see `Load`."""
    entity = work.registry.entity(command.entity)
    place = command.columns.index(ID)
    insert_cells(work, entity, command.columns, command.rows, command.found)
    work.created += [str(row[place]) for row in command.rows]
    work.forget()


def default_of(work: Work, field: Field) -> Any:
    """What a field of a new record holds where nothing is said."""
    default = field.default
    if default is None or default is Default.CURRENT_ZONE:
        return work.zone if default is Default.CURRENT_ZONE else None
    if default is Default.TODAY:
        return work.today
    if default is Default.NOW:
        return work.today if field.kind == "date" else work.now
    if default is Default.ME:
        return work.user if work.existing(field.target, [work.user]) else None
    return field.type.check(default)


def update_many(
    work: Work,
    name: str,
    changes: Mapping[str, Values],
    *,
    history: bool = False,
    lacking: Lacking | None = None,
) -> list[str]:
    """Change these records; returns the ids of those that are other than before."""
    entity = work.registry.entity(name)
    if not changes:
        return []
    keys = dict.fromkeys(key for values in changes.values() for key in values)
    _refuse_unknown(work, entity, list(changes.values()), keys, history, list(changes))
    now = rows.get_many(work.raw, name, changes)
    for id in changes:
        if id not in now:
            work.problem(name, id, "", _("There is no such record."))
    work.refuse()
    rule = RULES.get(name)
    used = [entity.field(key) for key in keys]
    checked: dict[str, dict[str, Any]] = {}
    same: tuple[Values, dict[str, Any]] | None = None
    for id, values in changes.items():
        # The rows of a bulk update share their values, which are then checked once.
        if same is None or same[0] is not values:
            same = values, _checked(work, entity, id, values)
        checked[id] = dict(same[1])
        if rule is not None and rule.update is not None:
            rule.update(work, Present(entity, now[id]), checked[id], history)
        for field, value in checked[id].items():
            declared = entity.field(field)
            if value is None and (declared.required or (declared.wanted and not history)):
                work.problem(name, id, field, _missing(entity.field(field)))
    _check_references(work, entity, used, list(checked.values()), list(checked))
    work.refuse()
    # What is brought in with its history is as it is.
    _pass_gate(work, entity, {} if history else changes, now, checked)
    groups: dict[tuple[str, ...], list[list[Cell]]] = {}
    changed = []
    for id, fields in checked.items():
        cells: dict[str, Cell] = {}
        before = now[id]
        for field, value in fields.items():
            declared = entity.by_name[field]
            for spec, cell in zip(declared.columns, declared.type.to_stored(value), strict=True):
                if before[spec.name] != cell:
                    cells[spec.name] = cell
        if cells:
            cells.setdefault(UPDATED_AT, work.stamp)
            groups.setdefault(tuple(cells), []).append([*cells.values(), id])
            changed.append(id)
    for columns, many in groups.items():
        rows.update_many(work.raw, name, columns, many)
    note_duplicates(work, entity, used, changed)
    if rule is not None:
        done = [(id, Present(entity, now[id]), checked[id]) for id in changed]
        _tell_lacking(work, rule, done, lacking)
        if rule.updated is not None:
            rule.updated(work, done, history)
        rule.forget(work)
    return changed


def _pass_gate(
    work: Work,
    entity: Entity,
    changes: Mapping[str, Values],
    now: Mapping[str, Mapping[str, Cell]],
    checked: Mapping[str, Mapping[str, Any]],
) -> None:
    """Raise GateRefused where a record is to enter a step and lacks what that needs."""
    rule = RULES.get(entity.name)
    if rule is None or rule.gate is None:
        return
    missing = {
        id: lacks.fields
        for id in changes
        if (lacks := rule.gate(work, Present(entity, now[id]), checked[id])) is not None
    }
    if missing:
        reasons: dict[tuple[str, str | int], dict[str, str]] = {}
        for id, names in missing.items():
            reasons[entity.name, id] = {name: _missing(entity.field(name)) for name in names}
        raise GateRefused(reasons, entity.name, changes, missing)


def _tell_lacking(
    work: Work,
    rule: Rule,
    records: Iterable[tuple[str, Mapping[str, Any], Mapping[str, Any]]],
    lacking: Lacking | None,
) -> None:
    """Tell which records came past the gate without what their step asks for."""
    if rule.gate is not None and lacking is not None:
        for id, before, values in records:
            lacks = rule.gate(work, before, values)
            if lacks is not None:
                lacking(id, *lacks)


def note_duplicates(
    work: Work, entity: Entity, fields: Iterable[Field], ids: Sequence[str]
) -> None:
    """Note records whose field should be theirs alone and is another's too.

    Told, never refused: two laptops that never met may both be right.
    """
    table = quoted(entity.name)
    for field in fields:
        if field.unique:
            column = quoted(field.name)
            found = work.raw.execute(
                f"SELECT id FROM {table} t WHERE id IN (SELECT value FROM json_each(?)) AND EXISTS"
                f" (SELECT 1 FROM {table} o WHERE o.{column} = t.{column} AND o.id <> t.id)",
                (json.dumps(list(ids)),),
            )
            work.duplicates += [(entity.name, id, field.name) for (id,) in found]


class Present(Mapping[str, Any]):
    """The values of a row as it is, each read from its cells when it is asked for."""

    def __init__(self, entity: Entity, cells: Mapping[str, Cell]) -> None:
        self._entity = entity
        self.cells = cells

    def __getitem__(self, name: str) -> Any:
        return value_of(self._entity.by_name[name], self.cells)

    def __iter__(self) -> Any:
        return iter(self._entity.by_name)

    def __len__(self) -> int:
        return len(self._entity.by_name)


def delete_many(work: Work, name: str, ids: Iterable[str]) -> None:
    """Delete these records; refused where others that must not lose them refer to them."""
    entity = work.registry.entity(name)
    wanted = tuple(dict.fromkeys(ids))
    there = existing(work.raw, name, wanted)
    for id in wanted:
        if id not in there:
            work.problem(name, id, "", _("There is no such record."))
        elif id == work.user and any(one.target == name for one in entity.all_fields if one.system):
            work.problem(name, id, "", _("You cannot delete yourself."))
    for holder, field in work.registry.pointing_at(name):
        if field.on_delete == "refuse" and not field.system:
            _refuse_needed(work, name, wanted, holder, field)
    work.refuse()
    rows.delete(work.raw, name, wanted)
    work.forget()


def _refuse_needed(work: Work, name: str, ids: Sequence[str], holder: Entity, field: Field) -> None:
    for id in ids:
        others = set(rows.referring_ids(work.raw, holder.name, field.name, id))
        if holder.name == name:
            others.difference_update(ids)
        if others:
            work.problem(
                name, id, "",
                _("{count} records refer to it ({what}).").format(
                    count=len(others), what=holder.plural.text()
                ),
            )  # fmt: skip


def _checked(work: Work, entity: Entity, id: str, values: Values) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in values.items():
        try:
            made[name] = entity.by_name[name].type.check(value)
        except ValueRefused as error:
            work.problem(entity.name, id, name, str(error))
    return made


def _missing(field: Field) -> str:
    return _("{field} is needed.").format(field=field.label.text())


def _refuse_unknown(
    work: Work,
    entity: Entity,
    given: Sequence[Values],
    keys: Iterable[str],
    history: bool,
    records: Sequence[str] = (),
) -> None:
    """Note fields that there are not, and those that nobody may set."""
    for key in keys:
        field = entity.by_name.get(key)
        if field is None:
            if key == ID and not records:
                continue
            reason = _("There is no field “{name}”.").format(name=key)
        elif field.computed:
            reason = _("It is computed.")
        elif field.name == CREATED_AT and not records:
            continue
        elif field.read_only and not history:
            reason = _("It is kept by the program.")
        else:
            continue
        for at, row in enumerate(given):
            if key in row:
                work.problem(entity.name, records[at] if records else at, key, reason)
    work.refuse()


def _ids(
    work: Work, entity: Entity, given: Sequence[Values], made: Sequence[Mapping[str, Any]]
) -> list[str]:
    """The ids of new records: as given, those of links made from what they link, or new."""
    ids: list[str] = []
    asked: dict[str, int] = {}
    for at, row in enumerate(given):
        id = row.get(ID)
        if id is not None:
            if not isinstance(id, str) or not id or clean_text(id) != id or len(id) > 100:
                work.problem(entity.name, at, ID, _("This cannot be the id of a record."))
            elif id in asked:
                work.problem(entity.name, at, ID, _("The same id is given twice."))
            else:
                asked[id] = at
        elif entity.link is not None:
            ends = [str(made[at][end]) for end in entity.link if made[at].get(end)]
            if len(ends) == len(entity.link):
                id = rows.link_id(entity.name, *ends)
                if id in asked:
                    work.problem(entity.name, at, "", _("They are linked already."))
                else:
                    asked[id] = at
        ids.append(id if isinstance(id, str) else rows.new_id())
    for id, present in rows.get_many(work.raw, entity.name, asked).items():
        at = asked[id]
        if ID in given[at] or entity.link is None:
            work.problem(entity.name, at, ID, _("There is a record with this id already."))
        elif all(present[end] == made[at].get(end) for end in entity.link):
            work.problem(entity.name, at, "", _("They are linked already."))
        else:
            # The row of this id links others by now.
            ids[at] = rows.new_id()
    return ids


def _check_references(
    work: Work,
    entity: Entity,
    fields: Iterable[Field],
    made: Sequence[Mapping[str, Any]],
    keys: Sequence[str | int],
    own: Iterable[str] = (),
) -> None:
    """Note references to records that there are not; `own` are about to be made."""
    for field in fields:
        name = field.name
        if field.target:
            wanted = {row[name] for row in made if row.get(name) is not None}
            if field.target == entity.name:
                wanted.difference_update(own)
            gone = wanted - work.existing(field.target, wanted) if wanted else wanted
            if gone:
                for key, row in zip(keys, made, strict=True):
                    if row.get(name) in gone:
                        work.problem(entity.name, key, name, _no_such(work, field.target))
        elif isinstance(field.type, AnyReferenceType):
            for key, row in zip(keys, made, strict=True):
                one: AnyRef | None = row.get(name)
                if one is None:
                    continue
                if one.entity not in work.registry.entities:
                    work.problem(entity.name, key, name, _("There is no such kind of record."))
                elif not work.existing(one.entity, [one.id]):
                    work.problem(entity.name, key, name, _no_such(work, one.entity))


def _no_such(work: Work, entity: str) -> str:
    return _("There is no such record ({what}).").format(
        what=work.registry.entity(entity).label.text()
    )


def _system_cells(
    work: Work, entity: Entity, given: Sequence[Values], keys: Mapping[str, Any], history: bool
) -> list[tuple[Cell, ...]]:
    """When and by whom each record was created and updated."""
    usual = (work.stamp, work.user, work.stamp)
    if not any(name in keys for name in SYSTEM_COLUMNS):
        return [usual] * len(given)
    made: list[tuple[Cell, ...]] = []
    stamp = entity.by_name[CREATED_AT].type
    for at, row in enumerate(given):
        try:
            created: Instant | None = stamp.check(row.get(CREATED_AT))
            updated: Instant | None = stamp.check(row.get(UPDATED_AT)) or created
        except ValueRefused as error:
            work.problem(entity.name, at, CREATED_AT, str(error))
            continue
        first = stamp.to_stored(created)[0] if created else usual[0]
        last = stamp.to_stored(updated)[0] if updated else usual[2]
        made.append((first, row.get(CREATED_BY) or usual[1], last))
    work.refuse()
    return made


def _cells(
    fields: Sequence[Field],
    made: Sequence[Mapping[str, Any]],
    ids: Sequence[str],
    system: Sequence[tuple[Cell, ...]],
) -> Iterable[list[Cell]]:
    """The cells of new rows, in the order of their columns."""
    plan: list[tuple[str, Callable[[Any], tuple[Cell, ...]] | None, dict[int, Any]]] = [
        (
            one.name,
            None if type(one.type).to_stored is OneCell.to_stored else one.type.to_stored,
            {},
        )
        for one in fields
    ]
    for record, stamps, values in zip(ids, system, made, strict=True):
        cells: list[Cell] = [record, *stamps]
        for name, to_stored, seen in plan:
            value = values[name]
            if to_stored is None:
                cells.append(value)
                continue
            # By their place in memory: all of them live until the last row is made.
            stored = seen.get(id(value))
            if stored is None:
                stored = seen[id(value)] = to_stored(value)
            cells += stored
        yield cells
