"""Whatever is written, and however: the log is what the rows are, and makes them again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.schema.crm.declare import crm_registry
from crmdesk.schema.registry import Entity, Registry
from crmdesk.store import changelog, driver, replay, rows
from tests.unit.store.small import SMALL, new_store

REGISTRIES = {"small": SMALL, "crm": crm_registry()}
_IDS = tuple("abcde")
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_NUMBERS = st.integers(-(2**63), 2**63 - 1)


class Deed(NamedTuple):
    """One statement: a verb, the entity, the id, and cells by column."""

    verb: str
    entity: Entity
    id: str
    cells: dict[str, Any]


def _types(entity: Entity) -> dict[str, str]:
    return {
        spec.name: spec.sqltype
        for field in entity.all_fields
        if not field.computed
        for spec in field.columns
    }


@st.composite
def _deeds(draw: st.DrawFn, registry: Registry) -> list[Deed]:
    # Few entities, so that references and the same records are met again and again.
    some = draw(st.lists(st.sampled_from(sorted(registry.entities)), min_size=1, max_size=3))
    made = []
    for _ in range(draw(st.integers(1, 25))):
        entity = registry.entity(draw(st.sampled_from(some)))
        types = _types(entity)
        cells = {}
        for name in draw(st.lists(st.sampled_from(sorted(types)), max_size=5, unique=True)):
            field = entity.by_name.get(name)
            if field is not None and field.target:
                cells[name] = draw(st.none() | st.sampled_from(_IDS))
            else:
                cells[name] = draw(st.none() | (_TEXTS if types[name] == "TEXT" else _NUMBERS))
        verb = draw(st.sampled_from(["insert", "replace", "ignore", "upsert", "update", "delete"]))
        made.append(Deed(verb, entity, draw(st.sampled_from(_IDS)), cells))
    return made


def _do(raw: driver.RawConnection, deed: Deed) -> None:
    """Do it, or nothing where the table does not take it."""
    table, cells = deed.entity.name, deed.cells
    names = ", ".join(map(driver.quoted, ("id", *cells)))
    marks = ", ".join("?" * (len(cells) + 1))
    values = (deed.id, *cells.values())
    sets = ", ".join(f"{driver.quoted(c)} = excluded.{driver.quoted(c)}" for c in cells)
    into = f"INTO {driver.quoted(table)} ({names}) VALUES ({marks})"
    try:
        if deed.verb == "update":
            rows.update(raw, table, deed.id, cells)
        elif deed.verb == "delete":
            rows.delete(raw, table, deed.id)
        elif deed.verb == "upsert":
            raw.execute(
                f"INSERT {into} ON CONFLICT (id) DO "
                + (f"UPDATE SET {sets}" if sets else "NOTHING"),
                values,
            )
        else:
            verb = {"insert": "INSERT", "replace": "REPLACE", "ignore": "INSERT OR IGNORE"}
            raw.execute(f"{verb[deed.verb]} {into}", values)
    except driver.DriverError as error:
        if not any(word in str(error) for word in ("FOREIGN KEY", "NOT NULL", "UNIQUE")):
            raise


@pytest.fixture(scope="module")
def templates() -> Iterator[dict[str, Path]]:
    """An empty store of each registry, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="crmdesk-replay-"))
    made = {}
    for name, registry in REGISTRIES.items():
        made[name] = folder / f"{name}.crmdesk"
        new_store(made[name], registry).close()
    yield made
    shutil.rmtree(folder)


@contextmanager
def _copy(template: Path) -> Iterator[driver.RawConnection]:
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        raw = driver.connect(Path(shutil.copy(template, Path(folder, "s.crmdesk"))))
        raw.execute("PRAGMA synchronous = OFF")
        try:
            yield raw
        finally:
            raw.close()


def _everything(raw: driver.RawConnection, registry: Registry) -> dict[str, list[Any]]:
    return {one.name: list(replay.state_from_rows(raw, one)) for one in registry.entities.values()}


@pytest.mark.parametrize("name", sorted(REGISTRIES))
@given(data=st.data(), recursive=st.booleans(), foreign_keys=st.booleans())
def test_the_log_makes_the_same_store_again(
    templates: dict[str, Path],
    name: str,
    data: st.DataObject,
    recursive: bool,
    foreign_keys: bool,
) -> None:
    registry = REGISTRIES[name]
    deeds = data.draw(_deeds(registry))
    with _copy(templates[name]) as raw:
        # As other programs have them set.
        raw.execute(f"PRAGMA recursive_triggers = {int(recursive)}")
        raw.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
        for deed in deeds:
            _do(raw, deed)
        assert replay.differences(raw, registry) == []
        changes = list(changelog.since(raw, 0))
        assert [one.seq for one in changes] == list(range(1, len(changes) + 1))
        assert all(one.hlc > before.hlc for before, one in pairwise(changes))
        with _copy(templates[name]) as other:
            # What foreign keys did is in the log; done again by keys it would come twice.
            other.execute("PRAGMA foreign_keys = OFF")
            other.execute("BEGIN IMMEDIATE")
            replay.replay_into(other, registry, changes)
            other.execute("COMMIT")
            assert _everything(other, registry) == _everything(raw, registry)
            assert replay.differences(other, registry) == []


@given(data=st.data(), missed=st.integers(0, 25))
def test_what_was_missed_is_found(
    templates: dict[str, Path], data: st.DataObject, missed: int
) -> None:
    deeds = data.draw(_deeds(SMALL))
    with _copy(templates["small"]) as raw:
        for deed in deeds[:missed]:
            _do(raw, deed)
        raw.execute("UPDATE capture_state SET silent = 1")
        for deed in deeds[missed:]:
            _do(raw, deed)
        raw.execute("UPDATE capture_state SET silent = 0")
        apart = len(replay.differences(raw, SMALL, limit=10_000))
        before = _everything(raw, SMALL)
        assert replay.find_missed(raw, SMALL, SMALL.entities, "finder") == apart
        assert replay.differences(raw, SMALL) == []
        assert _everything(raw, SMALL) == before
