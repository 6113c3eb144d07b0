"""Workspaces of the declared CRM for tests, copied from one that was made once."""

from __future__ import annotations

import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from crmdesk.ops.changes import Create
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.values import Instant
from crmdesk.store import driver, replay
from crmdesk.store.driver import raw_of
from crmdesk.store.identity import Tokens


@lru_cache(maxsize=1)
def _template() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="crmdesk-ops-")
    path = Path(folder.name, "template.crmdesk")
    opened(path, create=True).close()
    return folder


def opened(path: Path, **options: Any) -> Workspace:
    """The workspace of this store, as one device and one user."""
    tokens = Tokens(path.parent / "tokens", "here")
    return open_workspace(path, user_name="anna", tokens=tokens, zone="Asia/Shanghai", **options)


def fresh(folder: Path) -> Workspace:
    """A new workspace with nothing but its seeds."""
    shutil.copytree(_template().name, folder, dirs_exist_ok=True)
    return opened(folder / "template.crmdesk")


def made(workspace: Workspace, entity: str, **values: Any) -> str:
    """The id of a record made of these values."""
    return workspace.run(Create(entity, values)).created[0]


def stages(workspace: Workspace) -> dict[str, str]:
    """The ids of the seeded stages by name."""
    with workspace.reader() as conn:
        return {name: id for id, name in raw_of(conn).execute("SELECT id, name FROM stage")}


def everything(workspace: Workspace) -> dict[str, Any]:
    """All rows, steps, search documents and how long the log is."""
    with workspace.reader() as conn:
        raw = raw_of(conn)
        state: dict[str, Any] = {
            name: list(replay.state_from_rows(raw, entity))
            for name, entity in workspace.registry.entities.items()
        }
        for table in ("undo_step", "search_doc", "search_state", "capture_state"):
            state[table] = raw.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
        state["log"] = raw.execute("SELECT count(*), max(n) FROM change_log").fetchone()
        return state


def outside(workspace: Workspace, *statements: str) -> None:
    """Another program writes to the file and knows nothing of the workspace."""
    raw = driver.connect(workspace.path)
    try:
        for statement in statements:
            raw.execute(statement)
    finally:
        raw.close()


def moment(value: Instant | None) -> str:
    """An instant as text, for comparing."""
    assert value is not None
    return value.utc.isoformat()
