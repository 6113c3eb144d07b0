"""Writes many cells of a grid as one step; what is no value is left out and told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from crmdesk.gui.completing import front_of, in_common
from crmdesk.gui.entering import EntriesRefused, value_of
from crmdesk.gui.grid.source import Batch, Entry, Fresh, Refusal, RowEntries, Unmade, Written
from crmdesk.gui.matching import Matches, any_match
from crmdesk.gui.offering import new_choice
from crmdesk.i18n import _
from crmdesk.ops.changes import (
    Command,
    CommandRefused,
    Create,
    CreateMany,
    GateRefused,
    Group,
    UpdateMany,
)
from crmdesk.schema.query import ID
from crmdesk.schema.registry import Entity, Field
from crmdesk.schema.values import AnyRef, Money, ValueRefused
from crmdesk.store.rows import new_id

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

Near = Callable[[], Mapping[str, tuple[str, str]]]
"""Tells what a record points at, as (entity, id) by field."""

# Every round leaves out what the last one refused; there is an end to it.
_ROUNDS = 12


@dataclass
class _NewRow:
    """A record to be made: what was entered, its values, and what of it was no value."""

    id: str
    entries: Mapping[str, Entry]
    values: dict[str, Any]
    refused: dict[str, str] = field(default_factory=dict)


class Writing:
    """One batch on its way into the store; used once, on the writing thread.

    `tied` are the values that new records of a face begin with, `beside` what its front points at.
    """

    def __init__(
        self,
        bridge: Bridge,
        entity: str,
        batch: Batch,
        tied: Callable[[], Mapping[str, Any]],
        beside: Near,
    ) -> None:
        self._bridge = bridge
        self._entity: Entity = bridge.registry.entity(entity)
        self._batch = batch
        self._tied = tied
        self._beside = beside
        self._changes: dict[str, dict[str, Any]] = {}
        self._rowid_of: dict[str, int] = {}
        self._entered: dict[tuple[str, str], Entry] = {}
        self._emptied: dict[str, dict[str, Any]] = {}
        self._new: list[_NewRow] = []
        self._unmade: list[Unmade] = []
        self._refused: list[Refusal] = []
        # Records to be made because a reference points at them: id and title by entity.
        self._fresh: dict[tuple[str, str], tuple[str, str]] = {}
        # What such a record is tied to besides, as the one that asks for it is.
        self._fresh_ties: dict[tuple[str, str], dict[str, str]] = {}
        # Choices to be added to their lists: the key and the command, by list and title.
        self._choices: dict[tuple[str, str], tuple[str, Create]] = {}
        self._parsed: dict[tuple[str, str, str], Any] = {}
        self._matches: dict[str, Matches] = {}
        self._gates: list[GateRefused] = []
        self._txn = ""

    def run(self) -> Written:
        """Write what can be written; tells what was not, and why."""
        self._read()
        created: tuple[str, ...] = ()
        for _round in range(_ROUNDS):
            command = self._command()
            if command is None:
                break
            try:
                outcome = self._bridge.workspace.run(command, self._batch.label(self._count()))
            except CommandRefused as refusal:
                if isinstance(refusal, GateRefused):
                    self._gates.append(refusal)
                if not self._leave_out(refusal):
                    raise
                continue
            self._txn = outcome.txn
            fresh = {id_ for id_, _title in self._fresh.values()}
            created = tuple(id_ for id_ in outcome.created if id_ not in fresh)
            self._find_links(created)
            break
        for gate in self._gates:
            # The rest is written: what these records lack is asked for by itself.
            self._bridge.gated.emit(gate.alone())
        return self._written(created)

    def _find_links(self, created: Sequence[str]) -> None:
        """Take up the ids of new links, which get theirs when they are made."""
        if self._entity.link is not None and len(created) == len(self._new):
            for one, id_ in zip(self._new, created, strict=True):
                one.id = id_

    # -- reading what was entered

    def _read(self) -> None:
        bridge, select = self._bridge, self._bridge.workspace.select
        with bridge.workspace.reader() as conn:
            rowids = [row.rowid for row in self._batch.rows]
            ids = select.record_ids(conn, self._entity.name, rowids)
            self._match(conn)
            now = self._money_now(conn, rowids)
            self._emptied = self._emptied_rows(conn)
        for row in self._batch.rows:
            record = ids.get(row.rowid)
            if record is None:
                continue
            self._rowid_of[record] = row.rowid
            values = self._changes.setdefault(record, {})
            for name, entry in row.entries.items():
                try:
                    values[name] = self._value(name, entry, now.get((row.rowid, name)))
                    self._entered[record, name] = entry
                except ValueRefused as refusal:
                    self._refused.append(Refusal(row.rowid, name, entry, str(refusal)))
            if not values:
                del self._changes[record]
        for entries in self._batch.new:
            made = _NewRow(new_id(), entries, {})
            for name, entry in entries.items():
                try:
                    value = self._value(name, entry, None)
                    if value is not None:
                        made.values[name] = value
                except ValueRefused as refusal:
                    made.refused[name] = str(refusal)
            if made.values or made.refused:
                self._new.append(made)
        self._tie_fresh()

    def _tie_fresh(self) -> None:
        """Tie each record that is made for a reference to what its first asker belongs to.

        A person entered beside an opportunity belongs to the opportunity's company as well.
        """
        if not self._fresh:
            return
        for record, values in self._changes.items():
            self._tie(values, partial(self._around, record))
        for one in self._new:
            self._tie(one.values, self._beside)

    def _tie(self, values: Mapping[str, Any], near: Near) -> None:
        for key, (id_, _title) in self._fresh.items():
            if key not in self._fresh_ties and id_ in values.values():
                made = self._bridge.registry.entity(key[0])
                self._fresh_ties[key] = in_common(made, near())

    def _around(self, record: str) -> Mapping[str, tuple[str, str]]:
        with self._bridge.workspace.reader() as conn:
            return front_of(self._bridge, conn, self._entity.name, record)

    def _fields(self) -> dict[str, Field]:
        names = {name for row in self._batch.rows for name in row.entries}
        names.update(name for entries in self._batch.new for name in entries)
        return {name: self._entity.field(name) for name in names}

    def _match(self, conn: Any) -> None:
        """Look up all texts of references at once."""
        targets = {
            name: one.target
            for name, one in self._fields().items()
            if one.target and not self._bridge.picks.is_step(one)
        }
        texts: dict[str, set[str]] = {}
        given = [row.entries for row in self._batch.rows] + list(self._batch.new)
        for entries in given:
            for name, entry in entries.items():
                if isinstance(entry, str) and entry and name in targets:
                    texts.setdefault(targets[name], set()).add(entry)
        for target, wanted in texts.items():
            self._matches[target] = Matches(self._bridge, conn, target, wanted)

    def _money_now(self, conn: Any, rowids: list[int]) -> dict[tuple[int, str], Any]:
        """The amounts that stand there: a bare number stays in their currency."""
        names = [name for name, one in self._fields().items() if one.kind == "money"]
        if not names:
            return {}
        rows = self._bridge.workspace.select.rows(conn, self._entity.name, rowids, names)
        return {
            (row.rowid, name): value
            for row in rows
            for name, value in zip(names, row.cells, strict=True)
        }

    def _emptied_rows(self, conn: Any) -> dict[str, dict[str, Any]]:
        entity, rows = self._batch.emptied
        if not rows:
            return {}
        select = self._bridge.workspace.select
        ids = select.record_ids(conn, entity, [row.rowid for row in rows])
        return {
            ids[row.rowid]: dict.fromkeys(row.entries) for row in rows if row.rowid in ids
        }  # fmt: skip

    def _value(self, name: str, entry: Entry, now: Any) -> Any:
        one = self._entity.field(name)
        if isinstance(entry, Fresh):
            return self._make(one, entry.text)
        if not isinstance(entry, str):
            return value_of(one, entry, self._bridge.ctx, self._bridge.picks)
        currency = now.currency if isinstance(now, Money) else ""
        key = (name, entry, currency)
        if key not in self._parsed:
            try:
                self._parsed[key] = self._parse(one, entry, now)
            except ValueRefused as refusal:
                self._parsed[key] = refusal
        found = self._parsed[key]
        if isinstance(found, ValueRefused):
            raise found
        return found

    def _parse(self, one: Field, text: str, now: Any) -> Any:
        matches = self._matches.get(one.target) if text.strip() else None
        if matches is not None:
            found = matches.get(text)
            if isinstance(found, ValueRefused):
                raise found
            if found is not None:
                return found
        if one.kind == "anyref" and text.strip():
            pair = any_match(self._bridge, text)
            if pair is not None:
                return AnyRef(*pair)
        return value_of(one, text, self._bridge.ctx, self._bridge.picks, now)

    def _make(self, one: Field, text: str) -> str:
        list_name = getattr(one.type, "list_name", "")
        if list_name:
            place = (list_name, text.strip().casefold())
            if place not in self._choices:
                option, create = new_choice(self._bridge, list_name, text.strip())
                self._choices[place] = (option.id, create)
            return self._choices[place][0]
        key = (one.target, text.strip().casefold())
        if key not in self._fresh:
            self._fresh[key] = (new_id(), text.strip())
        return self._fresh[key][0]

    # -- doing

    def _command(self) -> Command | None:
        commands: list[Command] = [create for _key, create in self._choices.values()]
        for key, (id_, title) in self._fresh.items():
            first = self._bridge.registry.entity(key[0]).title[0]
            commands.append(Create(key[0], {**self._fresh_ties.get(key, {}), first: title}, id_))
        changes = {record: dict(values) for record, values in self._changes.items()}
        if self._emptied and self._batch.emptied[0] == self._entity.name:
            merged = {record: dict(values) for record, values in self._emptied.items()}
            for record, values in changes.items():
                merged.setdefault(record, {}).update(values)
            changes = merged
        elif self._emptied:
            commands.append(UpdateMany(self._batch.emptied[0], self._emptied))
        if changes:
            commands.append(UpdateMany(self._entity.name, changes))
        if self._new:
            link = self._entity.link is not None
            tied = dict(self._tied())
            rows = [
                {**tied, **one.values} if link else {**tied, **one.values, ID: one.id}
                for one in self._new
            ]
            commands.append(CreateMany(self._entity.name, rows))
        if not commands or self._count() == 0:
            return None
        return commands[0] if len(commands) == 1 else Group("", commands)

    def _count(self) -> int:
        """The cells that are written, or emptied where nothing else is."""
        cells = sum(map(len, self._changes.values())) + sum(len(one.values) for one in self._new)
        return cells or sum(map(len, self._emptied.values()))

    def _leave_out(self, refusal: CommandRefused) -> bool:
        """Take out what was refused; False if it is nothing of this batch."""
        found = False
        unmade: set[int] = set()
        for (entity, record), reasons in refusal.problems.items():
            if isinstance(record, str):
                if entity == self._entity.name:
                    found |= self._leave_out_cells(record, reasons)
                if entity == self._batch.emptied[0]:
                    found |= self._emptied.pop(record, None) is not None
            elif any(target == entity for target, _text in self._fresh):
                found |= self._leave_out_fresh(entity, reasons)
            elif entity == self._entity.name and record < len(self._new):
                found = True
                if self._leave_out_new(self._new[record], reasons):
                    unmade.add(record)
        self._new = [one for at, one in enumerate(self._new) if at not in unmade]
        return found

    def _leave_out_cells(self, record: str, reasons: Mapping[str, str]) -> bool:
        values = self._changes.get(record, {})
        named = [name for name in reasons if name in values]
        # A reason that belongs to no cell of ours concerns the row as a whole.
        for name in named or list(values):
            reason = reasons.get(name) or " ".join(dict.fromkeys(reasons.values()))
            self._refuse(record, name, reason)
            del values[name]
        if not values:
            self._changes.pop(record, None)
        emptied = self._emptied.get(record, {}) if not named else {}
        for name in [name for name in reasons if name in emptied]:
            del emptied[name]
            named.append(name)
        return bool(named) or record not in self._changes

    def _refuse(self, record: str, name: str, reason: str) -> None:
        rowid, entry = self._rowid_of[record], self._entered[record, name]
        self._refused.append(Refusal(rowid, name, entry, reason))

    def _leave_out_fresh(self, entity: str, reasons: Mapping[str, str]) -> bool:
        gone = {key: one for key, one in self._fresh.items() if key[0] == entity}
        ids = {id_ for id_, _title in gone.values()}
        reason = " ".join(dict.fromkeys(reasons.values()))
        for record, values in list(self._changes.items()):
            for name in [name for name, value in values.items() if _among(value, ids)]:
                self._refuse(record, name, reason)
                del values[name]
            if not values:
                del self._changes[record]
        for one in self._new:
            for name in [name for name, value in one.values.items() if _among(value, ids)]:
                one.refused[name] = reason
                del one.values[name]
        for key in gone:
            del self._fresh[key]
        return bool(gone)

    def _leave_out_new(self, one: _NewRow, reasons: Mapping[str, str]) -> bool:
        """Whether the row cannot be made at all."""
        given = [name for name in reasons if name in one.values]
        for name in given:
            one.refused[name] = reasons[name]
            del one.values[name]
        if given and len(given) == len(reasons):
            return False
        self._unmade.append(Unmade(one.entries, {**one.refused, **reasons}))
        return True

    # -- telling

    def _written(self, created: Iterable[str]) -> Written:
        select = self._bridge.workspace.select
        made: list[int] = []
        name = self._entity.name
        with self._bridge.workspace.reader() as conn:
            by_id = {}
            for id_ in created:
                rowid = select.rowid_of(conn, name, id_)
                if rowid is not None:
                    made.append(rowid)
                    by_id[id_] = rowid
        for one in self._new:
            if one.id in by_id:
                self._refused += [
                    Refusal(by_id[one.id], path, one.entries[path], reason)
                    for path, reason in one.refused.items()
                ]
        return Written(
            self._count(), tuple(made), tuple(self._refused), tuple(self._unmade), self._txn
        )


def _among(value: object, ids: set[str]) -> bool:
    return isinstance(value, str) and value in ids


def point_at_new(bridge: Bridge, entity: str, record: str, path: str, entry: Fresh) -> None:
    """Make what an entry names and have one record point at it, in one step.

    Raises EntriesRefused with the reason where that cannot be.
    """
    with bridge.workspace.reader() as conn:
        rowid = bridge.workspace.select.rowid_of(conn, entity, record)
    label = _("New “{title}”").format(title=entry.text)
    rows = [] if rowid is None else [RowEntries(rowid, {path: entry})]
    written = write_batch(bridge, entity, Batch(rows, lambda _count: label), dict, dict)
    if written.refused:
        raise EntriesRefused(record, {path: written.refused[0].reason})


def write_batch(
    bridge: Bridge, entity: str, batch: Batch, tied: Callable[[], Mapping[str, Any]], beside: Near
) -> Written:
    """Write a batch as one step; raises KnownError where the store refuses all of it."""
    return Writing(bridge, entity, batch, tied, beside).run()
