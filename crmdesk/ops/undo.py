"""The steps that can be undone and redone, kept in the store; they survive a restart.

A step names a stretch of the change log. Undoing it writes the old values as new changes,
all or none, and only where the present values are those that the step left behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crmdesk.i18n import _
from crmdesk.ops.changes import UndoRefused
from crmdesk.ops.work import Work, existing, value_of
from crmdesk.schema.crm.facts import UPDATED_AT
from crmdesk.schema.registry import Entity
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Cell, ValueRefused
from crmdesk.store import changelog, rows
from crmdesk.store.changelog import Change
from crmdesk.store.driver import RawConnection, quoted

DONE, UNDONE, DROPPED = "done", "undone", "dropped"
OWN, OUTSIDE = "own", "outside"

_COLUMNS = "n, txn, label, actor, at, kind, first_n, last_n, state"


@dataclass(frozen=True)
class Step:
    """A step as it is kept: what it is called, who did it when, and where in the log it is."""

    n: int
    txn: str | None
    label: str
    actor: str | None
    at: str
    kind: str
    first_n: int
    last_n: int
    state: str


@dataclass(frozen=True)
class Turned:
    """A step that was taken back (`back`) or done again, and how many records that changed."""

    step: Step
    back: bool
    records: int


def record(work: Work, txn: str | None, label: str, kind: str, first_n: int, last_n: int) -> None:
    """Keep a step that was just done; what could be redone cannot any more."""
    work.raw.execute("UPDATE undo_step SET state = ? WHERE state = ?", (DROPPED, UNDONE))
    work.raw.execute(
        "INSERT INTO undo_step (txn, label, actor, at, kind, first_n, last_n, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (txn, label, work.user if kind == OWN else None, work.stamp, kind, first_n, last_n, DONE),
    )


def set_state(raw: RawConnection, step: Step, state: str) -> None:
    raw.execute("UPDATE undo_step SET state = ? WHERE n = ?", (state, step.n))


def to_undo(raw: RawConnection) -> Step | None:
    """The newest step that is done."""
    return next(_read(raw, "state = ? ORDER BY n DESC LIMIT 1", (DONE,)), None)


def to_redo(raw: RawConnection) -> Step | None:
    """The step that was undone last."""
    return next(_read(raw, "state = ? ORDER BY n LIMIT 1", (UNDONE,)), None)


def taken_back(raw: RawConnection) -> list[tuple[int, int]]:
    """The stretches of the log, in order, that steps wrote which were then taken back."""
    return list(
        raw.execute(
            "SELECT first_n, last_n FROM undo_step WHERE state <> ? ORDER BY first_n", (DONE,)
        )
    )


def steps(raw: RawConnection, limit: int) -> list[Step]:
    """The steps that are done or can be redone, newest first."""
    return list(_read(raw, "state <> ? ORDER BY n DESC LIMIT ?", (DROPPED, limit)))


def _read(raw: RawConnection, tail: str, values: tuple[object, ...]) -> Iterator[Step]:
    for row in raw.execute(f"SELECT {_COLUMNS} FROM undo_step WHERE {tail}", values):
        yield Step(*row)


@dataclass
class Net:
    """What a step did to one record: how it was before and after, as far as the step tells.

    A whole image tells all columns, those that are NULL by leaving them out.
    """

    existed: bool
    exists: bool
    before: dict[str, Cell] = field(default_factory=dict)
    after: dict[str, Cell] = field(default_factory=dict)
    first: bool = True

    def add(self, change: Change) -> None:
        """Take in the next change of the record."""
        if change.op == "I":
            self.exists, self.after = True, dict(change.after)
        elif change.op == "U":
            if self.first:
                for column, cell in change.before.items():
                    self.before.setdefault(column, cell)
            self.after.update(change.after)
        else:
            if self.first and self.existed:
                self.before = {**change.before, **self.before}
            self.exists, self.after, self.first = False, {}, False


def net_of(changes: Iterable[Change]) -> dict[tuple[str, str], Net]:
    """What a stretch of the log did to each record, in the order of their first changes."""
    found: dict[tuple[str, str], Net] = {}
    for change in changes:
        key = change.entity, change.record
        net = found.get(key)
        if net is None:
            existed = change.op != "I"
            net = found[key] = Net(existed, existed, first=existed)
        net.add(change)
    return found


def apply_step(work: Work, step: Step, *, back: bool) -> int:
    """Undo a step (`back`) or do it again; how many records that changes.

    Raises UndoRefused and is then rolled back.
    """
    changes = (
        one
        for one in changelog.of_range(work.raw, step.first_n, step.last_n)
        if one.txn == step.txn and one.entity in work.registry.entities
    )
    found = net_of(changes)
    moves: dict[str, dict[str, Move]] = {}
    for (entity, id), net in found.items():
        made = Move.back(net) if back else Move.forth(net)
        if made.there or made.wanted:
            moves.setdefault(entity, {})[id] = made
    _Application(work, step, moves, back).run()
    return sum(map(len, moves.values()))


@dataclass
class Move:
    """From what must be there to what shall be there, of one record."""

    there: bool
    wanted: bool
    expected: dict[str, Cell]
    target: dict[str, Cell]
    whole: bool
    """Whether both images tell every column."""

    @classmethod
    def back(cls, net: Net) -> Move:
        return cls(net.exists, net.existed, net.after, net.before, not net.first)

    @classmethod
    def forth(cls, net: Net) -> Move:
        return cls(net.existed, net.exists, net.before, net.after, not net.first)


class _Application:
    """Verifies all records of a step, then changes them."""

    def __init__(
        self, work: Work, step: Step, moves: dict[str, dict[str, Move]], back: bool
    ) -> None:
        self._work = work
        self._step = step
        self._moves = moves
        self._back = back

    def run(self) -> None:
        raw, registry = self._work.raw, self._work.registry
        now = {name: rows.get_many(raw, name, moves) for name, moves in self._moves.items()}
        for name, moves in self._moves.items():
            entity = registry.entity(name)
            for id, move in moves.items():
                self._verify(entity, id, move, now[name].get(id))
        gone = {
            name: [id for id, move in moves.items() if move.there and not move.wanted]
            for name, moves in self._moves.items()
        }
        for name, ids in gone.items():
            self._refuse_referred(registry.entity(name), ids)
        for name, moves in self._moves.items():
            entity = registry.entity(name)
            for id, move in moves.items():
                if move.wanted and not move.there:
                    rows.reinsert(raw, entity, id, move.target)
        for name, moves in self._moves.items():
            self._update(registry.entity(name), moves, now[name])
        # The last made first, so that what belongs to others goes before them.
        for name in reversed(gone):
            rows.delete(raw, name, reversed(gone[name]))
        self._work.forget()
        for name, moves in self._moves.items():
            self._refuse_dangling(registry.entity(name), moves)

    def _verify(self, entity: Entity, id: str, move: Move, now: dict[str, Cell] | None) -> None:
        if now is None:
            if move.there:
                raise self._refused(
                    _("{record} is not there any more.").format(record=_called(entity, {})),
                    entity, id,
                )  # fmt: skip
            return
        if not move.there:
            raise self._refused(
                _("{record} is there already.").format(record=_called(entity, now)), entity, id
            )
        columns: Iterable[str] = move.expected
        if not move.wanted or move.whole:
            columns = entity.columns
        elif not columns:
            return
        for column in columns:
            if column == UPDATED_AT or column not in now:
                continue
            if now[column] != move.expected.get(column):
                self._refuse_changed(entity, id, column, now)

    def _refuse_changed(self, entity: Entity, id: str, column: str, now: dict[str, Cell]) -> None:
        one = next(
            one for one in entity.all_fields if column in (spec.name for spec in one.columns)
        )
        try:
            value = value_of(one, now)
            shown = one.type.show(value, TextContext())
        except ValueRefused:
            value, shown = now[column], str(now[column])
        raise UndoRefused(
            _("{field} of {record} was changed since: it is “{value}” now.").format(
                field=one.label.text(), record=_called(entity, now), value=shown
            ),
            entity.name, id, one.name, value,
        )  # fmt: skip

    def _update(
        self, entity: Entity, moves: dict[str, Move], now: dict[str, dict[str, Cell]]
    ) -> None:
        known = frozenset(entity.columns)
        groups: dict[tuple[str, ...], list[list[Cell]]] = {}
        for id, move in moves.items():
            if not (move.wanted and move.there):
                continue
            columns = known if move.whole else known.intersection(move.target)
            cells = {
                column: move.target.get(column)
                for column in entity.columns
                if column in columns and now[id][column] != move.target.get(column)
            }
            if now[id][UPDATED_AT] != move.expected.get(UPDATED_AT, now[id][UPDATED_AT]):
                # Something else of it was changed since: the record is as new as that.
                cells[UPDATED_AT] = self._work.stamp
            if cells:
                groups.setdefault(tuple(cells), []).append([*cells.values(), id])
        for names, many in groups.items():
            rows.update_many(self._work.raw, entity.name, names, many)

    def _refuse_referred(self, entity: Entity, ids: list[str]) -> None:
        """Refuse to take records away that others refer to since."""
        if not ids:
            return
        wanted = json.dumps(ids)
        for holder, one in self._work.registry.pointing_at(entity.name):
            if one.system:
                continue
            own = self._moves.get(holder.name, {})
            found = self._work.raw.execute(
                f"SELECT id, {quoted(one.name)} FROM {quoted(holder.name)}"
                f" WHERE {quoted(one.name)} IN (SELECT value FROM json_each(?))",
                (wanted,),
            )
            for id, target in found:
                move = own.get(id)
                if move is not None and move.there:
                    if not move.wanted:
                        continue
                    if (move.whole or one.name in move.target) and (
                        move.target.get(one.name) != target
                    ):
                        continue
                there = rows.get(self._work.raw, entity.name, target) or {}
                cells = rows.get(self._work.raw, holder.name, id) or {}
                raise self._refused(
                    _("{other} refers to {record} since.").format(
                        other=_called(holder, cells), record=_called(entity, there)
                    ),
                    entity, target,
                )  # fmt: skip

    def _refuse_dangling(self, entity: Entity, moves: dict[str, Move]) -> None:
        """Refuse to bring references back to what is gone meanwhile."""
        for one in entity.references:
            wanted = {
                move.target[one.name]: id
                for id, move in moves.items()
                if move.wanted and move.target.get(one.name) is not None
            }
            missing = wanted.keys() - existing(
                self._work.raw, one.target, [str(target) for target in wanted]
            )
            for target in missing:
                id = wanted[target]
                cells = rows.get(self._work.raw, entity.name, id) or {}
                if cells.get(one.name) == target:
                    raise self._refused(
                        _("{record} belongs to {what} that is not there any more.").format(
                            record=_called(entity, cells),
                            what=self._work.registry.entity(one.target).label.text().lower(),
                        ),
                        entity, id,
                    )  # fmt: skip

    def _refused(self, message: str, entity: Entity, id: str) -> UndoRefused:
        return UndoRefused(message, entity.name, id)


def _called(entity: Entity, cells: dict[str, Cell]) -> str:
    """A record as it is named in a refusal: its kind and the text of its title."""
    for name in entity.title:
        cell = cells.get(name)
        if cell is not None and not entity.field(name).target:
            return f"{entity.label.text()} “{cell}”"
    return entity.label.text()
