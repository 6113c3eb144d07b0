"""The writer that tests/end2end/test_killed.py kills.

A server that has imported everything: for each line on standard input, a store and a seed, it
forks a child that opens the store and runs a stream of random commands. The child says on
standard output before each command what the store must hold after it ("try"), and afterwards
that the command was acknowledged ("ok"). The server says whom it started and that it has ended.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crmdesk.ops.changes import BulkUpdate, Command, Create, Delete, Group, Update
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace

State = dict[str, dict[str, str] | None]
"""What the store must hold of some records: fields by "entity id", None for one that is gone."""

FIELDS = {
    "company": ("name", "city"),
    "contact": ("name", "job_title"),
    "note": ("subject", "body"),
}
WORDS = "Kestrel Westlake Hanse 宁波海泰 Óscar pump valve 报价 O'Neill line".split()


class Writer:
    """Random commands on one workspace, and what they must come to."""

    def __init__(self, workspace: Workspace, seed: int) -> None:
        self.workspace = workspace
        self.random = random.Random(seed)
        self.live: State = {}
        # What each step that can be undone changed: before and after.
        self.done: list[tuple[State, State]] = []
        self.undone: list[tuple[State, State]] = []

    def step(self) -> None:
        """One command, announced before and acknowledged after."""
        turn = self.random.random()
        if turn < 0.12 and self.done:
            self.undone.append(self.done.pop())
            self._run(self.workspace.undo, self.undone[-1][0])
        elif turn < 0.18 and self.undone:
            self.done.append(self.undone.pop())
            self._run(self.workspace.redo, self.done[-1][1])
        else:
            command, after = self._command()
            before = {key: self.live.get(key) for key in after}
            self.done.append((before, after))
            self.undone.clear()
            self._run(lambda: self.workspace.run(command), after)

    def _run(self, act: Any, after: Mapping[str, Any]) -> None:
        say("try", dict(after))
        act()
        say("ok", None)
        self.live.update(after)

    def _command(self) -> tuple[Command, State]:
        kinds = [self._create, self._create, self._update, self._update, self._delete]
        kinds += [self._bulk, self._group]
        made = self.random.choice(kinds)()
        return made if made is not None else self._create()

    def _text(self) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(1, 4)))

    def _existing(self) -> list[str]:
        return [key for key, values in self.live.items() if values is not None]

    def _create(self) -> tuple[Command, State]:
        entity = self.random.choice(list(FIELDS))
        record = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        values = {field: self._text() for field in FIELDS[entity]}
        return Create(entity, values, id=record), {f"{entity} {record}": values}

    def _update(self) -> tuple[Command, State] | None:
        if not (existing := self._existing()):
            return None
        key = self.random.choice(existing)
        entity, record = key.split()
        changed = {self.random.choice(FIELDS[entity]): f"{self._text()} {self.random.random()}"}
        return Update(entity, record, changed), {key: {**(self.live[key] or {}), **changed}}

    def _delete(self) -> tuple[Command, State] | None:
        if not (existing := self._existing()):
            return None
        key = self.random.choice(existing)
        entity, record = key.split()
        return Delete(entity, (record,)), {key: None}

    def _bulk(self) -> tuple[Command, State] | None:
        entity = self.random.choice(list(FIELDS))
        keys = [key for key in self._existing() if key.startswith(f"{entity} ")]
        if not keys:
            return None
        keys = self.random.sample(keys, min(len(keys), 5))
        changed = {FIELDS[entity][1]: f"{self._text()} {self.random.random()}"}
        ids = tuple(key.split()[1] for key in keys)
        after: State = {key: {**(self.live[key] or {}), **changed} for key in keys}
        return BulkUpdate(entity, ids, changed), after

    def _group(self) -> tuple[Command, State]:
        after: State = {}
        commands = []
        for _ in range(self.random.randint(2, 4)):
            command, part = self._create()
            commands.append(command)
            after.update(part)
        return Group("Several", tuple(commands)), after


def say(what: str, detail: object) -> None:
    """One line to the parent, in its hands when this returns."""
    os.write(1, (json.dumps([what, detail], ensure_ascii=False) + "\n").encode())


def write_for_ever(path: Path, seed: int) -> None:
    """Run commands until this process is killed."""
    writer = Writer(open_workspace(path), seed)
    say("open", None)
    while True:
        writer.step()


def main() -> None:
    """Serve rounds until standard input ends."""
    # Whatever is made once in a process is made here; no connection is open when it forks.
    with tempfile.TemporaryDirectory() as folder:
        open_workspace(Path(folder, "first.sqlite3"), create=True).close()
    for line in sys.stdin:
        path, seed = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                write_for_ever(Path(path), seed)
            except BaseException as error:
                say("failed", repr(error))
                raise
            finally:
                os._exit(1)
        say("started", child)
        os.waitpid(child, 0)
        say("ended", None)


if __name__ == "__main__":
    main()
