"""A small declaration with every kind of reference, and programs that know nothing of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from crmdesk.i18n import Label
from crmdesk.schema.kinds import FIELD_TYPES
from crmdesk.schema.registry import Default, Entity, Field, Registry
from crmdesk.store import capture, changelog, driver, replay, reshape
from crmdesk.store.tables import Tables

_L = Label("x", "x")


def field(name: str, kind: str = "text", **more: Any) -> Field:
    """A field of a kind with its plain settings."""
    return Field(name, FIELD_TYPES[kind](), _L, **more)


def _ref(name: str, target: str, **more: Any) -> Field:
    return Field(name, FIELD_TYPES["reference"](target=target), _L, **more)


def entity(name: str, *fields: Field, **more: Any) -> Entity:
    """An entity titled by its first field."""
    return Entity(name, _L, _L, "test", fields, title=(fields[0].name,), grid=(), **more)


SMALL = Registry.of(
    [
        entity("user", field("name")),
        entity(
            "company",
            field("name", required=True),
            field("city", default="Saint-Denis: l'Île"),
            field("size", "integer", indexed=True),
            field("active", "boolean", default=True),
            field("founded", "date", default=Default.TODAY),
            field("revenue", "money"),
            _ref("parent", "company", inverse="children"),
        ),
        entity(
            "person",
            field("name"),
            _ref("company", "company", inverse="people"),
            _ref("boss", "person", inverse="reports"),
            field("about", "anyref"),
        ),
        entity(
            "deal",
            field("name"),
            _ref("company", "company", inverse="deals", required=True, on_delete="refuse"),
            field("amount", "money"),
            field("chance", "percent", default=Decimal(50)),
            field("worth", "money", computed="amount * chance / 10000"),
            field("seen", "instant", default=Default.NOW),
            timeline="seen",
        ),
        entity(
            "item",
            field("text", "longtext"),
            _ref("deal", "deal", inverse="items", on_delete="cascade"),
        ),
    ]
)


def with_rank(registry: Registry = SMALL) -> Registry:
    """The declaration with a custom field on companies."""
    return registry.with_custom([("company", field("x_rank", "integer", indexed=True))])


def with_newer(registry: Registry = SMALL) -> Registry:
    """The declaration of a later version: another table, and more fields on persons."""
    newer = dict(registry.entities)
    person = newer["person"]
    newer["person"] = replace(
        person,
        declared=(
            *person.declared,
            field("motto", required=True, default="none"),
            _ref("employer", "company", inverse="employed", on_delete="cascade"),
            field("shout", computed="upper(name)"),
        ),
    )
    return Registry.of([*newer.values(), entity("note", field("text"))])


def new_store(path: Path, registry: Registry = SMALL) -> driver.RawConnection:
    """A store without the engine's identity: its tables and its triggers."""
    raw = driver.connect(path, create=True)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("BEGIN IMMEDIATE")
    Tables(registry).create_all(raw)
    capture.ensure_triggers(raw, registry)
    raw.execute("COMMIT")
    return raw


def logged(raw: driver.RawConnection, n: int = 0) -> list[tuple[Any, ...]]:
    """What was logged behind a number, without the stamps of the rows."""
    stamps = {"created_at", "updated_at"}
    return [
        (c.op, c.entity, c.record,
         {k: v for k, v in c.after.items() if k not in stamps},
         {k: v for k, v in c.before.items() if k not in stamps})
        for c in changelog.since(raw, n)
    ]  # fmt: skip


def sound(raw: driver.RawConnection) -> None:
    """The log says what the rows say, and its numbers have no gap."""
    assert replay.differences(raw, SMALL) == []
    stream, seq = raw.execute("SELECT stream, seq FROM capture_state").fetchone()
    changes = list(changelog.since(raw, 0))
    assert [c.seq for c in changes] == list(range(1, seq + 1))
    assert {c.stream for c in changes} <= {stream}
    assert all(a.hlc < b.hlc for a, b in pairwise(changes))
    before: dict[tuple[str, str], int] = {}
    for change in changes:
        key = change.entity, change.record
        assert change.prev_hlc == before.get(key)
        before[key] = change.hlc


def repair(raw: driver.RawConnection) -> list[str]:
    """What opening does."""
    raw.execute("BEGIN IMMEDIATE")
    Tables(SMALL).add_missing(raw)
    lost = capture.ensure_triggers(raw, SMALL)
    raw.execute("COMMIT")
    reshape.reshape(raw, SMALL)
    return lost


_HEADS = {
    "sqlite3": "import sqlite3\nraw = sqlite3.connect(path, isolation_level=None)\n",
    "sqlcipher3": "from sqlcipher3 import dbapi2\n"
    "raw = dbapi2.connect(path, isolation_level=None)\n",
    "sqlite_utils": "import sqlite_utils\ndb = sqlite_utils.Database(path)\n",
}


def elsewhere(path: Path, tool: str, code: str) -> str:
    """Run code in another process on a plain connection `raw`, or on sqlite-utils' `db`."""
    head = f"import sys\npath = sys.argv[1]\n{_HEADS[tool]}"
    done = subprocess.run(
        [sys.executable, "-c", head + code, str(path)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
