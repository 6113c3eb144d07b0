"""What to ask of the records of an entity: conditions, order, groups; plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crmdesk.errors import KnownError


@dataclass(frozen=True)
class Condition:
    """A field, reached by a path, compared with a value by an operator.

    Values are Python values of the field's type; `between` takes a pair, `in` a
    tuple, `within` the name of a relative period such as "this_quarter".
    """

    path: str
    op: str
    value: Any = None


@dataclass(frozen=True)
class All:
    """Every part holds; true where there is none."""

    parts: tuple[Where, ...]


@dataclass(frozen=True)
class Either:
    """At least one part holds; false where there is none."""

    parts: tuple[Where, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold (an empty field does not hold anything)."""

    part: Where


@dataclass(frozen=True)
class Has:
    """There is a related record, by a relation to one or many, for which `where` holds."""

    relation: str
    where: Where | None = None


Where = Condition | All | Either | Not | Has


@dataclass(frozen=True)
class Sort:
    """One step of an order; the path may go through references."""

    path: str
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """Which records of an entity, in which order, grouped by which fields."""

    entity: str
    where: Where | None = None
    sort: tuple[Sort, ...] = ()
    group: tuple[str, ...] = ()
    search: str = ""


def both(first: Where | None, second: Where | None) -> Where | None:
    """Both conditions at once, where either may be missing."""
    if first is None or second is None:
        return first or second
    return All((first, second))


def where_from_data(data: Any) -> Where:
    """The condition that `where_to_data` wrote; raises KnownError for anything else."""
    match data:
        case {"path": str(path), "op": str(op), **rest}:
            value = rest.get("value")
            return Condition(path, op, tuple(value) if isinstance(value, list) else value)
        case {"all": [*parts]}:
            return All(tuple(where_from_data(part) for part in parts))
        case {"either": [*parts]}:
            return Either(tuple(where_from_data(part) for part in parts))
        case {"not": part}:
            return Not(where_from_data(part))
        case {"has": str(relation), **rest}:
            inner = rest.get("where")
            return Has(relation, None if inner is None else where_from_data(inner))
    raise KnownError(f"A saved filter cannot be read: {str(data)[:80]!r}.")


def where_to_data(where: Where) -> Mapping[str, Any]:
    """The condition as JSON data; values must be JSON data already (stored forms)."""
    match where:
        case Condition(path, op, value):
            plain = list(value) if isinstance(value, Sequence) and not isinstance(
                value, str
            ) else value  # fmt: skip
            return {"path": path, "op": op, "value": plain}
        case All(parts):
            return {"all": [where_to_data(part) for part in parts]}
        case Either(parts):
            return {"either": [where_to_data(part) for part in parts]}
        case Not(part):
            return {"not": where_to_data(part)}
        case Has(relation, inner):
            return {"has": relation, "where": None if inner is None else where_to_data(inner)}
