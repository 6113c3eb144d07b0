"""Another process writes while a workspace is open: it is seen, found, and can be undone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crmdesk.ops.changes import Announcement, Create, Update
from crmdesk.ops.opening import open_workspace

ROOT = Path(__file__).parents[2]
ID = "00000000-0000-7000-8000-0000000000aa"
OTHER = "00000000-0000-7000-8000-0000000000bb"


class Two:
    """A workspace in this process, and what others do to its store."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.workspace = open_workspace(path, create=True)
        self.heard: list[Announcement] = []
        self.workspace.subscribe(self.heard.append)
        self.workspace.run(Create("company", {"name": "Kestrel Pumps", "city": "Hull"}, id=ID))
        self.workspace.poll()
        self.heard.clear()

    def command(self, *arguments: str) -> str:
        """What `crmdesk` answers to these arguments."""
        return self._python("-m", "crmdesk", "--store", str(self.path), *arguments)

    def sql(self, statement: str, *values: object) -> None:
        """A statement by the standard library's sqlite3, as any script may do it."""
        self._python("-c", _SQL, str(self.path), statement, json.dumps(values))

    def tools(self, code: str) -> None:
        """Code on sqlite-utils' `db`."""
        self._python("-c", _TOOLS + code, str(self.path))

    def _python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def news(self) -> set[tuple[str, str, str]]:
        """What the next poll announces: entity, id, operation."""
        self.heard.clear()
        assert self.workspace.poll()
        assert {one.origin for one in self.heard} == {"other"}
        told = {(one.entity, one.id, one.op) for each in self.heard for one in each.changes}
        self.heard.clear()
        assert not self.workspace.poll()
        assert self.heard == []
        return told

    def found(self, text: str) -> set[str]:
        return {hit.id for hit in self.workspace.search(text)}

    def value(self, field: str, record: str = ID) -> object:
        values = self.workspace.get("company", record)
        return None if values is None else values[field]


_SQL = """
import json, sqlite3, sys
raw = sqlite3.connect(sys.argv[1])
raw.execute(sys.argv[2], json.loads(sys.argv[3]))
raw.commit()
"""
_TOOLS = """
import sqlite3, sys
import sqlite_utils
assert sqlite_utils.utils.sqlite3 is sqlite3, "another driver than every script's own"
db = sqlite_utils.Database(sqlite3.connect(sys.argv[1]))
"""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path / "two.sqlite3")
    yield made
    assert made.workspace.check() == []
    made.workspace.close()


def test_quiet_when_nobody_wrote(two: Two) -> None:
    assert not two.workspace.poll()
    assert two.heard == []


EDITS: dict[str, Callable[[Two], object]] = {
    "crmdesk": lambda two: two.command("set", "company", ID, "name=Westlake Valves"),
    "sqlite-utils": lambda two: two.tools(
        f"db['company'].update('{ID}', {{'name': 'Westlake Valves'}})"
    ),
    "sql": lambda two: two.sql("UPDATE company SET name = ? WHERE id = ?", "Westlake Valves", ID),
}


@pytest.mark.parametrize("tool", EDITS)
def test_an_edit_is_seen_found_and_undone(two: Two, tool: str) -> None:
    EDITS[tool](two)
    assert ("company", ID, "U") in two.news()
    assert two.value("name") == "Westlake Valves"
    assert ID in two.found("valv")
    assert ID not in two.found("kestrel")
    two.workspace.undo()
    assert two.value("name") == "Kestrel Pumps"
    assert ID in two.found("kestrel")
    two.workspace.redo()
    assert two.value("name") == "Westlake Valves"


NEW: dict[str, Callable[[Two], object]] = {
    "crmdesk": lambda two: two.command("new", "company", "name=宁波海泰机械"),
    "sqlite-utils": lambda two: two.tools(
        f"db['company'].insert({{'id': '{OTHER}', 'name': '宁波海泰机械'}})"
    ),
    "sql": lambda two: two.sql(
        "INSERT INTO company (id, name) VALUES (?, ?)", OTHER, "宁波海泰机械"
    ),
}


@pytest.mark.parametrize("tool", NEW)
def test_a_new_record_is_seen_found_and_undone(two: Two, tool: str) -> None:
    NEW[tool](two)
    ((entity, record, op),) = [one for one in two.news() if one[0] == "company"]
    assert (entity, op) == ("company", "I")
    assert two.value("name", record) == "宁波海泰机械"
    assert record in two.found("海泰")
    assert record in two.found("nbht")
    two.workspace.undo()
    assert two.workspace.get("company", record) is None
    assert record not in two.found("海泰")


GONE: dict[str, Callable[[Two], object]] = {
    "crmdesk": lambda two: two.command("delete", "company", ID),
    "sqlite-utils": lambda two: two.tools(f"db['company'].delete('{ID}')"),
    "sql": lambda two: two.sql("DELETE FROM company WHERE id = ?", ID),
}


@pytest.mark.parametrize("tool", GONE)
def test_a_delete_is_seen_and_undone(two: Two, tool: str) -> None:
    GONE[tool](two)
    assert ("company", ID, "D") in two.news()
    assert two.workspace.get("company", ID) is None
    assert ID not in two.found("kestrel")
    two.workspace.undo()
    assert two.value("name") == "Kestrel Pumps"
    assert two.value("city") == "Hull"
    assert ID in two.found("kestrel")


def test_many_rows_of_a_script_are_one_announcement(two: Two) -> None:
    two.tools(
        "db['company'].insert_all(\n"
        "    {'id': f'00000000-0000-7000-8000-{n:012x}', 'name': f'Firm {n}'}\n"
        "    for n in range(1000, 1300)\n"
        ")"
    )
    assert two.workspace.poll()
    (told,) = two.heard
    assert told.everything or len(told.changes) == 300
    assert two.found("firm 1042")
    two.workspace.undo()
    assert not two.found("firm 1042")


def test_steps_of_both_are_undone_in_the_order_they_were_done(two: Two) -> None:
    two.workspace.run(Update("company", ID, {"city": "York"}))
    two.command("set", "company", ID, "city=Leeds")
    two.news()
    two.workspace.run(Update("company", ID, {"city": "Bath"}))
    cities = []
    for _ in range(3):
        two.workspace.undo()
        cities.append(two.value("city"))
    assert cities == ["Leeds", "York", "Hull"]


def test_the_command_line_undoes_what_the_window_did(two: Two) -> None:
    two.workspace.run(Update("company", ID, {"city": "York"}))
    two.command("undo")
    assert ("company", ID, "U") in two.news()
    assert two.value("city") == "Hull"
    assert two.workspace.redo_label is not None
    two.workspace.redo()
    assert two.value("city") == "York"


def test_a_command_runs_while_other_changes_are_not_yet_polled(two: Two) -> None:
    """The own command catches up first: search and undo know of both."""
    two.sql("UPDATE company SET city = 'Leeds' WHERE id = ?", ID)
    two.workspace.run(Update("company", ID, {"name": "Kestrel Valves"}))
    assert (two.value("name"), two.value("city")) == ("Kestrel Valves", "Leeds")
    assert ID in two.found("leeds")
    two.workspace.undo()
    two.workspace.undo()
    assert (two.value("name"), two.value("city")) == ("Kestrel Pumps", "Hull")
