"""kill -9 at a random moment: what was acknowledged is there, and the store is sound."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from tests.end2end.killed_child import FIELDS, State

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the writer is forked")

ROOT = Path(__file__).parents[2]
OPENING = 0.1
"""Seconds in which a writer opens its store; some are killed meanwhile."""

MOST = 25
"""Commands that a writer has at most been heard to do before it is killed."""

WRITING = 0.01
"""Seconds after that to the latest kill: some more commands, the last of them cut off."""


class Server:
    """The process that forks the writers, and what they say."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.end2end.killed_child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.said: SimpleQueue[list[Any]] = SimpleQueue()
        self.early: list[list[Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.put(json.loads(line))
        self.said.put(["gone", None])

    def begin(self, path: Path, seed: int) -> int:
        """Start a writer; its process id."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([str(path), seed]) + "\n")
        self.process.stdin.flush()
        return int(self.wait_for("started")[1])

    def wait_for(self, what: str, times: int = 1) -> list[Any]:
        """The line that says `what` so many times; server and writer may speak in any order."""
        said = [line for line in self.early if line[0] == what]
        while len(said) < times:
            line = self.next()
            self.early.append(line)
            if line[0] == what:
                said.append(line)
        return said[times - 1]

    def next(self) -> list[Any]:
        """What is said next."""
        try:
            line = self.said.get(timeout=60)
        except Empty:
            pytest.fail("The writer said nothing for a minute.")
        assert line[0] not in {"failed", "gone"}, f"The writer ended by itself: {line}"
        return line

    def until_ended(self) -> Iterator[list[Any]]:
        """All that the killed writer had said."""
        yield from self.early
        self.early.clear()
        while (line := self.next())[0] != "ended":
            yield line

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0
        self._reader.join(timeout=60)
        assert self.process.stdout is not None
        self.process.stdout.close()


def held(workspace: Workspace, keys: State) -> State:
    """What the store holds of these records."""
    found: State = {}
    for key in keys:
        entity, record = key.split()
        values = workspace.get(entity, record)
        found[key] = None if values is None else {field: values[field] for field in FIELDS[entity]}
    return found


def run(folder: Path, rounds: int, seed: int) -> tuple[int, int]:
    """Kill `rounds` writers, one after another, of one store, and look after each kill.

    Gives how many commands were acknowledged, and how many kills came inside a command.
    """
    path = folder / "killed.sqlite3"
    open_workspace(path, create=True).close()
    chance = random.Random(seed)
    known: State = {}
    acknowledged = inside = 0
    server = Server()
    try:
        for number in range(rounds):
            child = server.begin(path, seed * 100_000 + number)
            if chance.random() < 0.15:
                time.sleep(chance.uniform(0, OPENING))
            else:
                server.wait_for("open")
                if commands := chance.randrange(MOST):
                    server.wait_for("ok", commands)
                time.sleep(chance.uniform(0, WRITING))
            os.kill(child, signal.SIGKILL)
            trying: State | None = None
            for what, detail in server.until_ended():
                if what == "try":
                    trying = detail
                elif what == "ok":
                    assert trying is not None
                    known.update(trying)
                    trying = None
                    acknowledged += 1
            workspace = open_workspace(path)
            try:
                if trying is not None:
                    # Not acknowledged: it is there whole or not at all.
                    inside += 1
                    before = {key: known.get(key) for key in trying}
                    found = held(workspace, trying)
                    assert found in (before, trying), f"round {number}: half a command"
                    known.update(found)
                assert held(workspace, known) == known, f"round {number}: a change was lost"
                assert workspace.check() == [], f"round {number}"
            finally:
                workspace.close()
    finally:
        server.close()
    return acknowledged, inside


def test_ten_kills_lose_nothing(tmp_path: Path) -> None:
    acknowledged, _ = run(tmp_path, rounds=10, seed=1)
    assert acknowledged


@pytest.mark.slow
def test_two_hundred_kills_lose_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """In twenty stores of ten kills each, so that looking after each stays quick."""
    acknowledged = inside = 0
    for number in range(20):
        folder = tmp_path / str(number)
        folder.mkdir()
        ran = run(folder, rounds=10, seed=100 + number)
        acknowledged += ran[0]
        inside += ran[1]
    record_property("acknowledged", acknowledged)
    record_property("killed inside a command", inside)
    assert acknowledged > 1000
    assert inside
