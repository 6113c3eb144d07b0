"""Records by a field that the search index does not hold: stage: won · owner: anna · due: fri."""

from __future__ import annotations

from typing import Any

from crmdesk.features.finding.scope import Scope
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.fieldtypes import folded
from crmdesk.schema.query import Condition, Either, Query, Where, default_sort
from crmdesk.schema.registry import Field, Registry
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import ValueRefused


def asked_records(
    workspace: Workspace, conn: Any, scope: Scope, ctx: TextContext, most: int
) -> list[tuple[str, str, str]]:
    """Records as (entity, id, field) whose named field means what was typed, in list order."""
    found: list[tuple[str, str, str]] = []
    for entity, names in scope.fields:
        declared = workspace.registry.entity(entity)
        for name in names:
            where = _meaning(workspace.registry, declared.field(name), scope.text, ctx)
            if where is None or len(found) >= most:
                continue
            query = Query(entity, where, default_sort(declared))
            rowids = workspace.select.first(
                conn, query, workspace.query_context(), most - len(found)
            )
            ids = workspace.select.record_ids(conn, entity, rowids)
            found += [(entity, ids[rowid], name) for rowid in rowids if rowid in ids]
    return list(dict.fromkeys(found))


def indexed(registry: Registry, scope: Scope) -> bool:
    """Whether the search index holds any of the named fields."""
    return any(
        registry.entity(entity).field(name).searchable
        for entity, names in scope.fields
        for name in names
    )


def _meaning(registry: Registry, field: Field, text: str, ctx: TextContext) -> Where | None:
    """The condition that a text means for a field, None where it means nothing."""
    if field.target:
        target = registry.entity(field.target)
        titles = [one for one in target.title if target.field(one).kind == "text"]
        parts = tuple(Condition(f"{field.name}.{one}", "contains", text) for one in titles)
        return Either(parts) if parts else None
    list_name = getattr(field.type, "list_name", "")
    if list_name:
        wanted = folded(text)
        keys = [
            item.key
            for item in ctx.choices(list_name)
            if any(wanted in folded(label) for label in (item.key, item.label_en, item.label_zh))
        ]
        if field.kind == "choices":
            each = tuple(Condition(field.name, "contains", (key,)) for key in keys)
            return Either(each) if each else None
        return Condition(field.name, "in", tuple(keys)) if keys else None
    try:
        value = field.type.parse(text, ctx)
    except ValueRefused:
        return None
    if value is None or "is" not in field.type.operators:
        return None
    return Condition(field.name, "is", value)
