"""Queries as JSON data, for saved views and segments; values are in their stored form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import _
from crmdesk.schema.query import (
    DAY_AND_TIME_KINDS,
    ME,
    PART_OF_TEXT,
    USER,
    All,
    Condition,
    Either,
    Has,
    Not,
    Query,
    Sort,
    Where,
    checked_value,
    ends_of,
    no_path,
    resolve,
)
from crmdesk.schema.registry import Field, Registry

_DAY_LENGTH = len("2026-11-22")


def query_to_data(registry: Registry, query: Query) -> dict[str, Any]:
    """The query as JSON data for a saved view; `query_from_data` makes the same of it."""
    data: dict[str, Any] = {"entity": query.entity}
    if query.where is not None:
        data["where"] = where_to_data(registry, query.entity, query.where)
    if query.sort:
        data["sort"] = [("-" if one.descending else "") + one.path for one in query.sort]
    if query.group:
        data["group"] = list(query.group)
    if query.search:
        data["search"] = query.search
    return data


def query_from_data(registry: Registry, data: Any) -> Query:
    """The query that `query_to_data` wrote; raises KnownError for anything else.

    Fields that this registry does not have (a custom field since removed) are told
    by name.
    """
    match data:
        case {"entity": str(entity)} if entity in registry.entities:
            pass
        case _:
            raise _unreadable(data)
    where = data.get("where")
    sort, group, search = data.get("sort", []), data.get("group", []), data.get("search", "")
    if not (_are_texts(sort) and _are_texts(group) and isinstance(search, str)):
        raise _unreadable(data)
    steps = tuple(Sort(one.removeprefix("-"), one.startswith("-")) for one in sort)
    for path in (*(step.path for step in steps), *(one.partition(":")[0] for one in group)):
        try:
            resolve(registry, entity, path)
        except BugError as error:
            raise no_path(registry, entity, path) from error
    return Query(
        entity,
        None if where is None else where_from_data(registry, entity, where),
        steps,
        tuple(group),
        search,
    )


def where_to_data(registry: Registry, entity: str, where: Where, link: str = "") -> dict[str, Any]:
    """The condition as JSON data, its values in their stored form."""
    match where:
        case Condition(path, op, value):
            field = resolve(registry, entity, path, link).field
            value = checked_value(field, op, value)
            data: dict[str, Any] = {"path": path, "op": op}
            if value is not None:
                data["value"] = _operand(field, op, value, _value_to_data)
            return data
        case All(parts):
            return {"all": [where_to_data(registry, entity, part, link) for part in parts]}
        case Either(parts):
            return {"either": [where_to_data(registry, entity, part, link) for part in parts]}
        case Not(part):
            return {"not": where_to_data(registry, entity, part, link)}
        case Has(name, inner):
            if inner is None:
                return {"has": name}
            target, by = ends_of(registry.relation(entity, name))
            return {"has": name, "where": where_to_data(registry, target, inner, by)}


def where_from_data(registry: Registry, entity: str, data: Any, link: str = "") -> Where:
    """The condition that `where_to_data` wrote; raises KnownError for anything else."""
    match data:
        case {"path": str(path), "op": str(op), **rest}:
            try:
                field = resolve(registry, entity, path, link).field
            except BugError as error:
                raise no_path(registry, entity, path) from error
            value = rest.get("value")
            if value is not None:
                try:
                    value = _operand(field, op, value, _value_from_data)
                except (TypeError, ValueError, LookupError, ArithmeticError) as error:
                    raise _unreadable(data) from error
            return Condition(path, op, checked_value(field, op, value))
        case {"all": [*parts]}:
            return All(tuple(where_from_data(registry, entity, part, link) for part in parts))
        case {"either": [*parts]}:
            return Either(tuple(where_from_data(registry, entity, part, link) for part in parts))
        case {"not": part}:
            return Not(where_from_data(registry, entity, part, link))
        case {"has": str(name), **rest}:
            relation = registry.relations(entity).get(name)
            if relation is None:
                raise no_path(registry, entity, name)
            inner = rest.get("where")
            target, by = ends_of(relation)
            if inner is None:
                return Has(name)
            return Has(name, where_from_data(registry, target, inner, by))
    raise _unreadable(data)


def _operand(field: Field, op: str, value: Any, convert: Callable[[Field, Any], Any]) -> Any:
    if op == "within" or op in PART_OF_TEXT:
        if field.kind == "choices":
            return list(value) if convert is _value_to_data else tuple(value)
        return value
    if op == "between":
        low, high = value
        pair = [None if one is None else convert(field, one) for one in (low, high)]
        return pair if convert is _value_to_data else tuple(pair)
    if op in ("in", "not_in"):
        many = [convert(field, one) for one in value]
        return many if convert is _value_to_data else tuple(many)
    return convert(field, value)


def _value_to_data(field: Field, value: Any) -> Any:
    if value == ME and field.target == USER:
        return ME
    if field.kind in DAY_AND_TIME_KINDS and type(value) is date:
        return value.isoformat()
    cells = field.type.to_stored(value)
    return cells[0] if len(cells) == 1 else list(cells)


def _value_from_data(field: Field, data: Any) -> Any:
    if data == ME and field.target == USER:
        return ME
    if field.kind in DAY_AND_TIME_KINDS and isinstance(data, str) and len(data) == _DAY_LENGTH:
        return date.fromisoformat(data)
    cells = data if isinstance(data, list) else [data]
    if len(cells) != len(field.columns):
        raise ValueError(data)
    return field.type.from_stored(*cells)


def _are_texts(data: Any) -> bool:
    return isinstance(data, list) and all(isinstance(one, str) for one in data)


def _unreadable(data: Any) -> KnownError:
    text = str(dict(data) if isinstance(data, Mapping) else data)
    return KnownError(_("A saved filter cannot be read: {data}.").format(data=text[:80]))
