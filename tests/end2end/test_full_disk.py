"""A disk that is full or read-only at every write: a clear error, and nothing half-done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crmdesk.errors import KnownError
from crmdesk.ops.changes import (
    BulkUpdate,
    Command,
    Create,
    CreateMany,
    Delete,
    Group,
    Merge,
    Restore,
    Update,
)
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.store import driver
from crmdesk.store.failures import StoreFull, StoreReadOnly, StoreUnreachable

resource = pytest.importorskip("resource", reason="file sizes are limited by setrlimit")

LONG = "Kestrel pumps for the hall 西湖水务 " * 400
"""More than one page of the file."""

A, B, C, D = (f"00000000-0000-7000-8000-00000000000{n}" for n in "abcd")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Three companies, a deleted one, a contact, and something to undo and to redo."""
    made = open_workspace(tmp_path / "full.sqlite3", create=True)
    for record, name in ((A, "Kestrel"), (B, "Westlake"), (C, "Hanse")):
        made.run(Create("company", {"name": name, "city": "Hamburg"}, id=record))
    made.run(Create("contact", {"name": "王小明", "company": B}))
    made.run(Create("company", {"name": "Gone", "description": LONG}, id=D))
    made.run(Delete("company", (D,)))
    made.run(Update("company", A, {"city": "Bremen"}))
    made.run(Update("company", A, {"city": "Kiel", "description": LONG}))
    made.undo()
    yield made
    made.close()


def dump(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, the search index's own included."""
    with workspace.reader() as conn:
        raw = driver.raw_of(conn)
        # The virtual tables stand in ordinary ones, which are read.
        names = raw.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        ).fetchall()
        return {
            name: sorted(raw.execute(f"SELECT * FROM {driver.quoted(name)}").fetchall(), key=repr)
            for (name,) in names
        }


Act = Callable[[Workspace], object]


def command(made: Command) -> Act:
    return lambda workspace: workspace.run(made)


ACTS: dict[str, Act] = {
    "create": command(Create("company", {"name": "New", "description": LONG})),
    "create many": command(
        CreateMany("company", [{"name": f"Firm {n}", "city": f"City {n}"} for n in range(60)])
    ),
    "update": command(Update("company", A, {"name": "Other", "description": LONG})),
    "bulk update": command(BulkUpdate("company", (A, B, C), {"description": LONG})),
    "delete": command(Delete("company", (A, B))),
    "restore": command(Restore("company", D)),
    "merge": command(Merge("company", A, (B,), {"description": LONG})),
    "group": command(
        Group(
            "Several",
            (
                Create("contact", {"name": "Ana", "company": A}),
                Update("company", C, {"description": LONG}),
                Delete("company", (B,)),
            ),
        )
    ),
    "undo": Workspace.undo,
    "redo": Workspace.redo,
}


def refused(workspace: Workspace, act: Act, *kinds: type[KnownError]) -> bool:
    """Whether the act was refused as it should be; False when it went through."""
    try:
        act(workspace)
    except KnownError as error:
        refusal = error
    else:
        return False
    assert isinstance(refusal, kinds)
    assert str(workspace.path) in refusal.message
    assert refusal.kept
    assert refusal.hint
    return True


def untouched(
    workspace: Workspace, before: dict[str, list[tuple[object, ...]]], labels: tuple[object, ...]
) -> None:
    assert dump(workspace) == before
    assert (workspace.undo_label, workspace.redo_label) == labels
    assert workspace.check() == []


@contextmanager
def at_most(workspace: Workspace, pages: int) -> Iterator[None]:
    """The database may grow to so many pages and no further, as on a full disk."""
    with workspace.store.connections.outside_transaction() as raw:
        raw.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        with workspace.store.connections.outside_transaction() as raw:
            raw.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.parametrize("name", ACTS)
def test_full_at_every_page(workspace: Workspace, name: str) -> None:
    """The limit rises page by page until the act goes through."""
    with workspace.store.connections.outside_transaction() as raw:
        # Pages that are free would be used before the file grows.
        raw.execute("VACUUM")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
    before = dump(workspace)
    labels = (workspace.undo_label, workspace.redo_label)
    announced: list[object] = []
    workspace.subscribe(announced.append)
    fulls = 0
    for more in range(400):
        with at_most(workspace, pages + more):
            full = refused(workspace, ACTS[name], StoreFull)
        if not full:
            break
        fulls += 1
        assert announced == []
        untouched(workspace, before, labels)
    else:
        pytest.fail("The act needs more pages than a small store has.")
    assert len(announced) == 1
    assert workspace.check() == []
    if name not in {"delete", "undo"}:
        assert fulls, "the act was to need a new page"


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """The system refuses to let this process write any file beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", ACTS)
def test_the_system_refuses_at_every_write(workspace: Workspace, name: str) -> None:
    """Each write to the log of the file fails in turn: at its header, and inside each page."""
    with workspace.store.connections.outside_transaction() as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = raw.execute("PRAGMA page_size").fetchone()[0]
    before = dump(workspace)
    labels = (workspace.undo_label, workspace.redo_label)
    limit, tries = 0, 0
    while True:
        with no_file_beyond(limit):
            stopped = refused(workspace, ACTS[name], StoreFull, StoreUnreachable)
        if not stopped:
            break
        untouched(workspace, before, labels)
        # Two thirds of a page: some limits fall into a page's head, some into its middle.
        limit, tries = limit + page * 2 // 3, tries + 1
        assert tries < 1000
    assert tries > 3
    assert workspace.check() == []


@pytest.mark.parametrize("name", ACTS)
def test_a_store_that_may_only_be_read(workspace: Workspace, name: str) -> None:
    before = dump(workspace)
    labels = (workspace.undo_label, workspace.redo_label)
    with workspace.store.connections.outside_transaction() as raw:
        raw.execute("PRAGMA query_only = ON")
    assert refused(workspace, ACTS[name], StoreReadOnly)
    untouched(workspace, before, labels)
    with workspace.store.connections.outside_transaction() as raw:
        raw.execute("PRAGMA query_only = OFF")
    ACTS[name](workspace)
    assert workspace.check() == []


def test_an_imported_thousand_stops_whole(workspace: Workspace) -> None:
    """Full in the middle of many records: none of them is there, and the next try succeeds."""
    with workspace.store.connections.outside_transaction() as raw:
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
    before = dump(workspace)
    many = CreateMany("contact", [{"name": f"Person {n}", "company": A} for n in range(1000)])
    with at_most(workspace, pages + 40), pytest.raises(StoreFull):
        workspace.run(many)
    assert dump(workspace) == before
    assert len(workspace.run(many).created) == 1000
    assert workspace.check() == []
