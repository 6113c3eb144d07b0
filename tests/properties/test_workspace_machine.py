"""Any commands in any order: what is undone is undone, what is redone is redone.

Entities, fields and values come from the registry. After every run: undo all is the start,
redo all is the end, the log makes the same store again, the search index is as if made
anew, and the store is sound. A refused command changes nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from crmdesk.ops.changes import (
    BulkUpdate,
    Command,
    CommandRefused,
    Create,
    CreateMany,
    Delete,
    Group,
    Link,
    Merge,
    Restore,
    Unlink,
    Update,
    UpdateMany,
)
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.work import cells_of
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.crm.facts import CustomFields
from crmdesk.schema.crm.system import CUSTOM_FIELD
from crmdesk.schema.kinds import FIELD_TYPES
from crmdesk.schema.registry import Entity
from crmdesk.store import changelog, driver, replay, rows, search
from crmdesk.store.driver import quoted, raw_of
from crmdesk.store.engine import Store
from crmdesk.store.identity import Tokens
from crmdesk.store.tables import Tables
from tests.properties.fieldvalues import values_of

DECLARED = crm_registry()
counted: Counter[str] = Counter()
_folder = Path()
_TEXT_KINDS = sorted(set(FIELD_TYPES) - {"stamp", "choice", "choices", "reference", "anyref"})

State = dict[str, dict[str, dict[str, Any]]]


def state_of(raw: driver.RawConnection, workspace: Workspace) -> State:
    """Every record of every entity, by id."""
    return {
        name: dict(replay.state_from_rows(raw, entity))
        for name, entity in workspace.registry.entities.items()
    }


class WorkspaceMachine(RuleBasedStateMachine):
    """A workspace on a store of its own, under any commands."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=_folder))
        self.path = self.folder / "machine.crmdesk"
        shutil.copy(_folder / "template.crmdesk", self.path)
        self.tokens = Tokens(self.folder / "tokens", "here")
        self.open()
        self.start = self.state()
        self.used = [name for name in DECLARED.entities if name != CUSTOM_FIELD]

    def open(self) -> None:
        self.workspace = open_workspace(
            self.path, user_name="tester", tokens=self.tokens, zone="UTC"
        )

    def state(self) -> State:
        with self.workspace.reader() as conn:
            return state_of(raw_of(conn), self.workspace)

    def ids(self, entity: str) -> list[str]:
        with self.workspace.reader() as conn:
            found = raw_of(conn).execute(f"SELECT id FROM {quoted(entity)} ORDER BY created_at, id")
            return [id for (id,) in found]

    def targets(self, entity: Entity) -> dict[str, list[str]]:
        """What the references of an entity can point at; the last made are met most."""
        names = {one.target for one in entity.references}
        if any(one.kind == "anyref" for one in entity.fields):
            names |= set(self.few)
        return {name: self.ids(name)[-4:] for name in names}

    def values(self, data: st.DataObject, entity: Entity, *, whole: bool) -> dict[str, Any]:
        """Values for a new record (`whole`: what is required is there), or for a change."""
        targets = self.targets(entity)
        made: dict[str, Any] = {}
        fields = [one for one in entity.fields if not one.read_only]
        chosen = data.draw(
            st.lists(st.sampled_from([one.name for one in fields]), max_size=5, unique=True)
        )
        for one in fields:
            if not (one.name in chosen or (whole and one.required)):
                continue
            strategy = values_of(one, self.workspace.registry, targets)
            if strategy is None:
                continue
            if not one.required:
                strategy = st.none() | strategy
            made[one.name] = data.draw(strategy)
        return made

    def one_of(self, data: st.DataObject) -> tuple[Entity, str] | None:
        """A record that is there, of the entities of this run."""
        some = [(name, id) for name in self.few for id in self.ids(name)[-4:]]
        if not some:
            return None
        name, id = data.draw(st.sampled_from(some))
        return self.workspace.registry.entity(name), id

    def run(self, command: Command) -> None:
        kind = type(command).__name__
        try:
            self.workspace.run(command)
        except CommandRefused as refusal:
            counted[f"{kind} refused" if refusal.problems else "refused without a reason"] += 1
        else:
            counted[kind] += 1

    # ------------------------------------------------------------ commands

    @initialize(data=st.data())
    def choose(self, data: st.DataObject) -> None:
        # Few entities, so that the same records are met again and again.
        registry = self.workspace.registry
        start = data.draw(st.sampled_from(sorted(self.used)))
        near = {one.target for one in registry.entity(start).references}
        near |= {one.holder for one in registry.relations(start).values() if one.many}
        near -= {CUSTOM_FIELD, start}
        some = (
            data.draw(st.lists(st.sampled_from(sorted(near)), min_size=1, max_size=4, unique=True))
            if near
            else []
        )
        self.few = [start, *some]
        # What is pointed at first, so that there is something to point at and to link.
        for name in reversed(self.few):
            self.run(Create(name, self.values(data, registry.entity(name), whole=True)))

    def creation(self, data: st.DataObject) -> Create | CreateMany:
        entity = self.workspace.registry.entity(data.draw(st.sampled_from(self.few)))
        if data.draw(st.booleans()):
            return Create(entity.name, self.values(data, entity, whole=True))
        number = data.draw(st.integers(1, 3))
        return CreateMany(
            entity.name, [self.values(data, entity, whole=True) for _ in range(number)]
        )

    def deed(self, data: st.DataObject) -> Command:
        """A command on a record that is there, or the making of one."""
        found = self.one_of(data)
        if found is None:
            return self.creation(data)
        entity, id = found
        others = self.ids(entity.name)[-4:]
        some = data.draw(st.lists(st.sampled_from(others), min_size=1, max_size=3, unique=True))
        relations = sorted(self.workspace.registry.relations(entity.name))
        what = data.draw(
            st.sampled_from(["update", "each", "bulk", "delete", "merge", "link", "unlink"])
        )
        if what == "update":
            return Update(entity.name, id, self.values(data, entity, whole=False))
        if what == "each":
            return UpdateMany(
                entity.name, {one: self.values(data, entity, whole=False) for one in some}
            )
        if what == "bulk":
            return BulkUpdate(entity.name, some, self.values(data, entity, whole=False))
        if what == "delete":
            return Delete(entity.name, some)
        if what == "merge":
            return Merge(entity.name, id, [one for one in some if one != id])
        relation = data.draw(st.sampled_from(relations)) if relations else ""
        if not relation:
            return Delete(entity.name, [id])
        target = self.workspace.registry.relation(entity.name, relation).target
        far = self.ids(target)[-4:]
        if not far or CUSTOM_FIELD in (target, entity.name):
            return Delete(entity.name, [id])
        other = data.draw(st.sampled_from(far))
        if what == "link":
            return Link(entity.name, id, relation, other)
        return Unlink(entity.name, id, relation, other)

    @rule(data=st.data())
    def create(self, data: st.DataObject) -> None:
        self.run(self.creation(data))

    @rule(data=st.data())
    def do(self, data: st.DataObject) -> None:
        before = self.state()
        command = self.deed(data)
        refused = sum(count for name, count in counted.items() if name.endswith("refused"))
        self.run(command)
        if sum(n for name, n in counted.items() if name.endswith("refused")) > refused:
            assert self.state() == before

    @rule(data=st.data(), number=st.integers(1, 3))
    def group(self, data: st.DataObject, number: int) -> None:
        before = self.state()
        commands = [
            self.creation(data) if data.draw(st.booleans()) else self.deed(data)
            for _ in range(number)
        ]
        try:
            self.workspace.run(Group("several", commands))
        except CommandRefused:
            counted["Group refused"] += 1
            assert self.state() == before
        else:
            counted["Group"] += 1

    def tied(self) -> list[Unlink]:
        """How the last made records of this run can be untied from what they are tied to."""
        registry = self.workspace.registry
        found: list[Unlink] = []
        with self.workspace.reader() as conn:
            raw = raw_of(conn)
            for name in self.few:
                for relation, one in registry.relations(name).items():
                    if CUSTOM_FIELD in (name, one.target):
                        continue
                    # From this record's side: its own reference, or the rows that hold it.
                    holder, field = quoted(one.holder), quoted(one.field)
                    here, there = ("id", field) if not one.many else (field, "id")
                    if one.far:
                        there = quoted(one.far)
                    pairs = raw.execute(
                        f"SELECT {here}, {there} FROM {holder if one.many else quoted(name)}"
                        f" WHERE {field} IS NOT NULL AND {there} IS NOT NULL"
                        " ORDER BY rowid DESC LIMIT 2"
                    )
                    found += [Unlink(name, id, relation, other) for id, other in pairs]
        return found

    def untied(self) -> list[Link]:
        """How the last made records of this run can be tied to each other."""
        registry = self.workspace.registry
        last = {name: self.ids(name)[-2:] for name in self.few}
        return [
            Link(name, id, relation, other)
            for name in self.few
            for relation, one in registry.relations(name).items()
            if CUSTOM_FIELD not in (name, one.target)
            for id in last[name]
            for other in last.get(one.target, ())
        ]

    @rule(data=st.data())
    def untie(self, data: st.DataObject) -> None:
        """Untie two records that are tied, or tie two that may be."""
        tied = self.tied()
        if not tied:
            some = self.untied()
            if some:
                self.run(data.draw(st.sampled_from(some)))
            tied = self.tied()
        if not tied:
            return
        one = data.draw(st.sampled_from(tied))
        before = self.state()
        self.run(one)
        after = self.state()
        if after != before and data.draw(st.booleans()):
            self.run(Link(one.entity, one.id, one.relation, one.other))
            counted["tied again"] += 1

    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        trashed = self.workspace.trash(5)
        if trashed:
            one = data.draw(st.sampled_from(trashed))
            self.run(Restore(one.entity, one.id))

    @rule(data=st.data())
    def custom_field(self, data: st.DataObject) -> None:
        if self.ids(CUSTOM_FIELD) and data.draw(st.booleans()):
            self.run(Delete(CUSTOM_FIELD, [data.draw(st.sampled_from(self.ids(CUSTOM_FIELD)))]))
            return
        entity, target = data.draw(st.sampled_from(self.few)), data.draw(st.sampled_from(self.few))
        kind = data.draw(st.sampled_from([*_TEXT_KINDS, "reference"]))
        self.run(Create(CUSTOM_FIELD, {
            CustomFields.ENTITY: entity, CustomFields.LABEL: data.draw(st.sampled_from("abc字")),
            CustomFields.KIND: kind, CustomFields.TARGET: target,
        }))  # fmt: skip

    # ------------------------------------------------------------ steps

    @rule()
    def undo(self) -> None:
        if self.workspace.undo_label is not None:
            self.workspace.undo()
            counted["undo"] += 1

    @precondition(lambda self: self.workspace.redo_label is not None)
    @rule()
    def redo(self) -> None:
        self.workspace.redo()
        counted["redo"] += 1

    @rule()
    def undo_and_redo(self) -> None:
        if self.workspace.undo_label is not None:
            before = self.state()
            self.workspace.undo()
            self.workspace.redo()
            assert self.state() == before
            counted["undo and redo"] += 1

    # ------------------------------------------------------------ others

    @rule(wanted=st.integers(0, 3))
    def reopen(self, wanted: int) -> None:
        if wanted:
            # Opening takes longer than all else; a few times are enough.
            return
        self.workspace.poll()
        before = self.state(), self.workspace.undo_label, self.workspace.redo_label
        self.workspace.close()
        self.open()
        after = self.state(), self.workspace.undo_label, self.workspace.redo_label
        assert after == before
        counted["reopen"] += 1

    @rule(data=st.data(), polled=st.booleans())
    def outside(self, data: st.DataObject, polled: bool) -> None:
        """A program that knows nothing of the workspace writes rows."""
        found = self.one_of(data)
        entity = found[0] if found else self.workspace.registry.entity(self.few[0])
        verb = data.draw(st.sampled_from(["insert", "update", "delete"]))
        # As any program has it that is told of foreign keys.
        values = self.values(data, entity, whole=True)
        raw = driver.connect(self.path)
        try:
            raw.execute("BEGIN IMMEDIATE")
            try:
                cells = cells_of(
                    entity, {name: entity.field(name).type.check(one)
                             for name, one in values.items()}
                )  # fmt: skip
                if verb == "insert" or found is None:
                    rows.insert(raw, entity.name, rows.new_id(), cells)
                elif verb == "update":
                    rows.update(raw, entity.name, found[1], cells)
                elif found[1] != self.workspace.user:
                    rows.delete(raw, entity.name, found[1])
                raw.execute("COMMIT")
            except driver.DriverError as error:
                raw.execute("ROLLBACK")
                if not any(word in str(error) for word in ("NULL", "FOREIGN KEY")):
                    raise
        finally:
            raw.close()
        counted["outside"] += 1
        if polled:
            self.workspace.poll()

    # ------------------------------------------------------------ what must hold

    def teardown(self) -> None:
        try:
            if hasattr(self, "few"):
                self.hold()
        finally:
            self.workspace.close()
            shutil.rmtree(self.folder)

    def hold(self) -> None:
        workspace = self.workspace
        workspace.poll()
        while workspace.redo_label is not None:
            workspace.redo()
        end = self.state()
        while workspace.undo_label is not None:
            workspace.undo()
        assert self.state() == self.start
        self.sound()
        while workspace.redo_label is not None:
            workspace.redo()
        assert self.state() == end
        self.sound()
        counted["runs"] += 1

    def sound(self) -> None:
        workspace = self.workspace
        # A made-up file has no content; all else is sound.
        problems = [one for one in workspace.check() if "missing or damaged" not in one]
        assert not problems, problems
        other = self.folder / "again.crmdesk"
        shutil.copy(_folder / "empty.crmdesk", other)
        raw = driver.connect(other)
        try:
            # The writer's, since the index is asked to check itself by a statement that writes.
            with workspace.store.write() as conn:
                mine = raw_of(conn)
                assert search.same_as_rebuilt(mine, workspace.registry, deep=True) == []
                changes = list(changelog.since(mine, 0))
                raw.execute("PRAGMA foreign_keys = OFF")
                raw.execute("BEGIN IMMEDIATE")
                Tables(workspace.registry).add_missing(raw)
                replay.replay_into(raw, workspace.registry, changes)
                raw.execute("COMMIT")
                assert state_of(raw, workspace) == state_of(mine, workspace)
        finally:
            raw.close()
            for path in self.folder.glob("again.crmdesk*"):
                path.unlink()


@pytest.fixture(autouse=True, scope="module")
def _template() -> Any:
    """A new store with its seeds, and an empty one, to be copied."""
    global _folder  # noqa: PLW0603 - state machines take no fixtures
    _folder = Path(tempfile.mkdtemp(prefix="crmdesk-machine-"))
    tokens = Tokens(_folder / "tokens", "here")
    path = _folder / "template.crmdesk"
    open_workspace(path, create=True, user_name="tester", tokens=tokens, zone="UTC").close()
    Store.create(_folder / "empty.crmdesk", DECLARED, tokens=tokens).close()
    yield
    shutil.rmtree(_folder)


def test_any_commands(capsys: pytest.CaptureFixture[str]) -> None:
    counted.clear()
    most = settings.get_profile(settings._current_profile).max_examples
    run_state_machine_as_test(
        WorkspaceMachine, settings=settings(max_examples=max(most // 5, 1), stateful_step_count=12)
    )
    with capsys.disabled():
        told = ", ".join(f"{name} {count}" for name, count in sorted(counted.items()))
        print(f"\nworkspace machine: {told}")
    assert counted["runs"]
    assert not counted["refused without a reason"]
