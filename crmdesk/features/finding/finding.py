"""What one box finds: records of all kinds, with where they matched."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crmdesk.features.finding.asking import asked_records, indexed
from crmdesk.features.finding.recordlink import record_of
from crmdesk.features.finding.scope import Scope, scope_of
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.rail import MAIN, MORE
from crmdesk.schema.fieldtypes import folded
from crmdesk.schema.query import USER
from crmdesk.schema.registry import Registry
from crmdesk.schema.textcontext import TextContext
from crmdesk.store.reading import Linked

MOST = 30
_SIFTED = 150
"""How many records are looked through where only one of their fields counts."""

_SUBTITLES = 2

BODY = 4
"""The rank from which on a record was found by what stands in it, not by its title."""


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record: its title, what tells it from others, and the field that matched below it.

    `rank` is that of `store.search.Hit`: from `BODY` on it is not the title that matched.
    """

    entity: str
    id: str
    title: str
    subtitle: str = ""
    where: str = ""
    snippet: str = ""
    rank: int = 0


def find_records(
    workspace: Workspace, conn: Any, typed: str, looked: Collection[str], ctx: TextContext
) -> tuple[Scope, list[FoundRecord]]:
    """The records that have what was typed, best first, and what the search was kept to."""
    linked = record_of(typed)
    if linked is not None:
        return scope_of("", workspace.registry, looked), told_records(
            workspace, conn, [linked], ctx
        )
    scope = scope_of(typed, workspace.registry, looked)
    if scope.word and not scope.text.strip():
        return scope, []
    if scope.fields and not indexed(workspace.registry, scope):
        asked = asked_records(workspace, conn, scope, ctx, MOST)
        told = told_records(workspace, conn, [(entity, id) for entity, id, _name in asked], ctx)
        names_of = {(entity, id): name for entity, id, name in asked}
        return scope, [
            _with_value(workspace, conn, one, names_of[one.entity, one.id], ctx) for one in told
        ]
    most = _SIFTED if scope.fields else MOST
    hits = workspace.search(scope.text, scope.entities, most)
    if len(hits) == most and not scope.word:
        # So many lines of quotes may be called so that no other record is among the first.
        own = [one for one in scope.entities if is_whole(one)]
        more = workspace.search(scope.text, own, most)
        seen = {(one.entity, one.id) for one in more}
        hits = [*more, *(one for one in hits if (one.entity, one.id) not in seen)]
    found: list[FoundRecord] = []
    for hit in hits:
        where, snippet = hit.where, hit.snippet
        names = scope.fields_of(hit.entity)
        if names:
            inside = _inside(workspace, conn, hit.entity, hit.id, names, scope.text, ctx)
            if inside is None:
                continue
            where, snippet = inside
        field = workspace.registry.entity(hit.entity).by_name.get(where)
        if field is not None and field.kind == "choices" and not names:
            # What is stored are keys.
            inside = _inside(workspace, conn, hit.entity, hit.id, (where,), scope.text, ctx)
            snippet = inside[1] if inside else ""
        label = field.label.text(ctx.language) if field is not None and snippet else ""
        found.append(FoundRecord(hit.entity, hit.id, hit.title, "", label, snippet, hit.rank))
        if len(found) == (MOST if scope.word else 2 * MOST):
            break
    return scope, _with_subtitles(workspace, conn, found, ctx)


def is_whole(entity: str) -> bool:
    """Whether records of that kind are looked for by themselves, not as parts of others."""
    return entity in (*MAIN, *MORE)


def told_records(
    workspace: Workspace, conn: Any, records: Sequence[tuple[str, str]], ctx: TextContext
) -> list[FoundRecord]:
    """Records by entity and id, such as those seen lately; what is gone is left out."""
    titles: dict[str, dict[str, str]] = {}
    for entity in dict.fromkeys(entity for entity, _id in records):
        if entity in workspace.registry.entities:
            ids = [id for of, id in records if of == entity]
            titles[entity] = workspace.select.titles(conn, entity, ids, ctx)
    found = [
        FoundRecord(entity, id, titles[entity][id])
        for entity, id in records
        if id in titles.get(entity, {})
    ]
    return _with_subtitles(workspace, conn, found, ctx)


def _with_subtitles(
    workspace: Workspace, conn: Any, found: Sequence[FoundRecord], ctx: TextContext
) -> list[FoundRecord]:
    """The records with what they belong to, from the heads of their forms; read by kind."""
    by_entity: dict[str, list[str]] = {}
    for one in found:
        by_entity.setdefault(one.entity, []).append(one.id)
    texts: dict[tuple[str, str], str] = {}
    for entity, ids in by_entity.items():
        names = list(_named(workspace.registry, entity))
        rows = workspace.select.by_ids(conn, entity, ids, names) if names else {}
        for id, row in rows.items():
            parts = (
                _shown(workspace.registry, entity, name, value, ctx)
                for name, value in zip(names, row.cells, strict=True)
                if value is not None
            )
            texts[entity, id] = " · ".join(filter(None, parts))
    return [replace(one, subtitle=texts.get((one.entity, one.id), "")) for one in found]


def _with_value(
    workspace: Workspace, conn: Any, one: FoundRecord, name: str, ctx: TextContext
) -> FoundRecord:
    """The record with the value of the field by which it was found."""
    row = workspace.select.by_id(conn, one.entity, one.id, [name])
    field = workspace.registry.entity(one.entity).field(name)
    value = _shown(workspace.registry, one.entity, name, row.cells[0], ctx) if row else ""
    return replace(one, where=field.label.text(ctx.language), snippet=value)


def _inside(
    workspace: Workspace,
    conn: Any,
    entity: str,
    id: str,
    names: Sequence[str],
    text: str,
    ctx: TextContext,
) -> tuple[str, str] | None:
    """The first of these fields that has what was typed, and its value."""
    row = workspace.select.by_id(conn, entity, id, names)
    if row is None:
        return None
    for name, value in zip(names, row.cells, strict=True):
        shown = _shown(workspace.registry, entity, name, value, ctx)
        if shown and _has(shown, text):
            return name, shown
    return None


def _has(shown: str, text: str) -> bool:
    plain = folded(shown)
    if all(word in plain for word in folded(text).split()):
        return True
    digits = re.sub(r"\D", "", text, flags=re.ASCII)
    dialled = re.sub(r"\D", "", shown, flags=re.ASCII)
    return len(digits) > 2 and (digits in dialled or digits.lstrip("0") in dialled)


def _shown(registry: Registry, entity: str, name: str, value: Any, ctx: TextContext) -> str:
    if isinstance(value, Linked):
        return value.title
    return registry.entity(entity).field(name).type.show(value, ctx)


def _named(registry: Registry, entity: str) -> Iterator[str]:
    declared = registry.entity(entity)
    paths = [
        path for path in declared.header
        if "." not in path and declared.field(path).target != USER
    ]  # fmt: skip
    yield from paths[:_SUBTITLES]
