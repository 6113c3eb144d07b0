"""Opening a store as a workspace: custom fields, search index, seeds, what others wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tzlocal

from crmdesk import paths
from crmdesk.ops import customfields, following, seeds
from crmdesk.ops.work import Work
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.registry import Registry
from crmdesk.store import capture, changelog, identity, rows, search
from crmdesk.store.driver import StoreKey, raw_of
from crmdesk.store.engine import Store
from crmdesk.store.identity import Tokens


def open_workspace(
    path: Path,
    *,
    create: bool = False,
    key: StoreKey | None = None,
    user_name: str | None = None,
    registry: Registry | None = None,
    tokens: Tokens | None = None,
    zone: str | None = None,
) -> Workspace:
    """Open the store at `path`; with `create` a new one is made where there is none.

    `user_name` is the login name of who works, by default that of the system; `registry`
    the declaration without custom fields; `zone` where the user is. Raises KnownError as
    `Store.open` and `Store.create` do.
    """
    declared = registry if registry is not None else crm_registry()
    name = user_name or seeds.login_name()
    if create and not Path(path).exists():
        Store.create(Path(path), declared, key=key, tokens=tokens).close()
    named = paths.program_mark("schema", "store") if registry is None else ""
    store = Store.open(Path(path), declared, key=key, tokens=tokens, extend=_extend, declared=named)
    try:
        user = seeds.user_id(name)
        here = zone or _system_zone()
        with store.write() as conn:
            seen = _bring_up(conn, store.registry, user, name, here)
        return Workspace(store, user, here, seen=seen)
    except BaseException:
        store.close()
        raise


def _extend(conn: Any, registry: Registry) -> Registry:
    return customfields.extended(raw_of(conn), registry)


def _bring_up(conn: Any, registry: Registry, user: str, name: str, zone: str) -> int:
    """Seeds, user and search index; the number of the log up to which all was followed."""
    raw = raw_of(conn)
    work = Work(raw, registry, user, zone)
    search.create_tables(raw)
    following.take_in(work, changelog.last(raw))
    planted = identity.read_info(conn).get(seeds.SEEDED)
    wanted = seeds.version(registry)
    with capture.signed(raw, rows.new_id(), user):
        if planted != wanted:
            seeds.plant(work)
            identity.write_info(conn, seeds.SEEDED, wanted)
        seeds.ensure_user(work, name)
    if search.is_current(raw):
        search.catch_up(raw, registry)
    else:
        search.rebuild(raw, registry)
    last = changelog.last(raw)
    following.mark(raw, last)
    return last


def _system_zone() -> str:
    try:
        return tzlocal.get_localzone_name() or "UTC"
    except (LookupError, OSError, ValueError):
        return "UTC"
