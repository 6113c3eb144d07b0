"""Conditions and orders as text that `schema.querytext` reads as the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    Sort,
    Where,
    checked_value,
    ends_of,
    resolve,
)
from crmdesk.schema.registry import Field, Registry
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.timetypes import DateType, MomentType
from crmdesk.schema.values import Instant, Phone

_WRITTEN = {
    "is": "=", "is_not": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<=",
    "not_contains": "not contains", "not_in": "not in", "empty": "is empty",
    "not_empty": "is not empty",
}  # fmt: skip


def where_to_text(
    registry: Registry, entity: str, where: Where, ctx: TextContext, link: str = ""
) -> str:
    """The condition as text that `where_from_text` reads as the same condition."""
    return _written(registry, entity, where, ctx, link, outer="")


def sort_to_text(sort: Sequence[Sort]) -> str:
    """The order as text that `sort_from_text` reads as the same order."""
    return ", ".join(("-" if one.descending else "") + one.path for one in sort)


def _written(
    registry: Registry, entity: str, where: Where, ctx: TextContext, link: str, outer: str
) -> str:
    match where:
        case Condition(path, op, value):
            field = resolve(registry, entity, path, link).field
            return _condition_text(field, path, op, checked_value(field, op, value), ctx)
        case All(()):
            return "(all)"
        case Either(()):
            return "(none)"
        case All(parts) | Either(parts):
            word = "and" if isinstance(where, All) else "or"
            texts = [
                _written(registry, entity, part, ctx, link, word if len(parts) > 1 else outer)
                for part in parts
            ]
            text = f" {word} ".join(texts)
            return f"({text})" if outer and len(parts) > 1 else text
        case Not(part):
            return f"not {_written(registry, entity, part, ctx, link, 'not')}"
        case Has(name, inner):
            if inner is None:
                return f"{name} has any"
            target, by = ends_of(registry.relation(entity, name))
            return f"{name} has ({_written(registry, target, inner, ctx, by, '')})"


def _condition_text(field: Field, path: str, op: str, value: Any, ctx: TextContext) -> str:
    if value is None and op in ("is", "is_not"):
        op = "empty" if op == "is" else "not_empty"
    said = _WRITTEN.get(op, op)
    if op in ("empty", "not_empty"):
        return f"{path} {said}"
    if op == "within":
        return f"{path} {said} {value}"
    if op == "between":
        low, high = value
        if low is None or high is None:
            end, only = (">=", low) if high is None else ("<=", high)
            return f"{path} {end} {_value_text(field, op, only, ctx)}"
        return (
            f"{path} {said} {_value_text(field, op, low, ctx)}"
            f" and {_value_text(field, op, high, ctx)}"
        )
    if op in ("in", "not_in"):
        return f"{path} {said} ({', '.join(_value_text(field, op, one, ctx) for one in value)})"
    return f"{path} {said} {_value_text(field, op, value, ctx)}"


def _value_text(field: Field, op: str, value: Any, ctx: TextContext) -> str:
    if op in PART_OF_TEXT and field.kind != "choices":
        return _in_quotes(value.raw if isinstance(value, Phone) else value)
    if value == ME and field.target == USER:
        return ME
    if field.kind in DAY_AND_TIME_KINDS:
        type_ = MomentType() if isinstance(value, Instant) else DateType()
        return _in_quotes(type_.edit_text(value, ctx))
    return _in_quotes(field.type.edit_text(value, ctx))


def _in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
