"""How a list or a board of records is looked at: what is in it, in which order, how it is shown.

A view is plain data, so that it can be saved as a record, kept in the trail and sent along.
Reading is tolerant: what a later version wrote or a deleted field left behind is passed over and
told by name, and the rest of the view still works.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from crmdesk.errors import BugError, KnownError
from crmdesk.schema.periods import BUCKETS
from crmdesk.schema.query import (
    All,
    Either,
    Not,
    Query,
    Sort,
    Where,
    default_sort,
    resolve,
)
from crmdesk.schema.querydata import where_from_data, where_to_data
from crmdesk.schema.registry import Entity, Registry

Form = Literal["list", "board"]
Density = Literal["compact", "normal", "relaxed"]
Function = Literal["count", "empty", "sum", "avg", "min", "max", "none"]

FORMS: tuple[Form, ...] = get_args(Form)
ROW_HEIGHT: Mapping[Density, int] = {"compact": 24, "normal": 30, "relaxed": 36}
"""The height of a row in device-independent pixels, by density."""

FUNCTIONS: tuple[Function, ...] = get_args(Function)
"""What can stand under a column and in the line of a group: the measures of the store, or none
where something would stand by itself."""

COLOURS = ("danger", "warning", "good", "accent", "opportunity", "task", "event", "note")
"""The theme's tokens that a rule can colour with."""

WIDEST = 2000
"""The widest a column can be kept, in device-independent pixels."""

_MOST = 500


@dataclass(frozen=True)
class ViewColumn:
    """One column of a view: its path, and the width set by hand (0: none was).

    A hidden column keeps its place and width for when it is shown again; frozen ones stay at
    the left while the others scroll; `wrap` lets long text take several lines.
    """

    path: str
    width: int = 0
    hidden: bool = False
    frozen: bool = False
    wrap: bool = False


@dataclass(frozen=True)
class ColourRule:
    """Records for which `where` holds wear a colour, one of `COLOURS`.

    With `path` that cell's text wears it, without the whole row is tinted. The first rule that
    holds wins.
    """

    where: Where
    colour: str
    path: str = ""


@dataclass(frozen=True)
class ViewSpec:
    """One way to look at the records of an entity.

    `group` are paths as in a `Query`; of a board the first one makes the columns. `collapsed`
    are the groups that are closed, each by the keys of its way down, outermost first, as texts.
    Without `columns` those that the declaration shows first are meant, without `sort` its
    order. `totals` says by path what stands under a column. Of a board, `way` is the one of
    several ways whose steps make the lanes (a pipeline's id, "" for the first), and `opened`
    are the lanes at its end that were opened.
    """

    entity: str
    form: Form = "list"
    where: Where | None = None
    sort: tuple[Sort, ...] = ()
    group: tuple[str, ...] = ()
    collapsed: tuple[tuple[str, ...], ...] = ()
    columns: tuple[ViewColumn, ...] = ()
    density: Density = "normal"
    colours: tuple[ColourRule, ...] = ()
    totals: tuple[tuple[str, Function], ...] = ()
    way: str = ""
    opened: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The paths of the columns in sight, () for those of the declaration."""
        return tuple(one.path for one in self.columns if not one.hidden)

    def total_of(self, path: str) -> Function | None:
        """What is to stand under that column, if anything was chosen."""
        return dict(self.totals).get(path)

    def query(self, registry: Registry, search: str = "") -> Query:
        """What is to be asked for this view, narrowed by a text to look for."""
        sort = self.sort or default_sort(registry.entity(self.entity))
        return Query(self.entity, self.where, sort, self.group, search)


def columns_of(entity: Entity, spec: ViewSpec) -> tuple[ViewColumn, ...]:
    """The columns of a view, those of the declaration where it names none."""
    return spec.columns or tuple(ViewColumn(path) for path in entity.grid)


# -- as data


def view_to_data(registry: Registry, spec: ViewSpec) -> dict[str, Any]:
    """The view as JSON data; `view_from_data` makes the same of it. What is plain is left out."""
    data: dict[str, Any] = {"entity": spec.entity}
    if spec.form != "list":
        data["form"] = spec.form
    if spec.where is not None:
        data["where"] = where_to_data(registry, spec.entity, spec.where)
    if spec.sort:
        data["sort"] = [("-" if one.descending else "") + one.path for one in spec.sort]
    if spec.group:
        data["group"] = list(spec.group)
    if spec.collapsed:
        data["collapsed"] = [list(keys) for keys in spec.collapsed]
    if spec.columns:
        data["columns"] = [_column_to_data(one) for one in spec.columns]
    if spec.density != "normal":
        data["density"] = spec.density
    if spec.colours:
        data["colours"] = [_rule_to_data(registry, spec.entity, one) for one in spec.colours]
    if spec.totals:
        data["totals"] = dict(spec.totals)
    if spec.way:
        data["way"] = spec.way
    if spec.opened:
        data["opened"] = list(spec.opened)
    return data


def view_to_text(registry: Registry, spec: ViewSpec) -> str:
    """The view as one line of JSON, to be kept where a text can be kept."""
    return json.dumps(view_to_data(registry, spec), ensure_ascii=False, separators=(",", ":"))


def view_from_data(registry: Registry, data: Any, lost: list[str] | None = None) -> ViewSpec | None:
    """The view that `view_to_data` wrote, None where the data is none of this registry's.

    Parts that cannot be read any more are left out; what they named is put into `lost`.
    """
    gone = [] if lost is None else lost
    if not isinstance(data, Mapping):
        return None
    entity = data.get("entity")
    if not isinstance(entity, str) or entity not in registry.entities:
        return None
    form, density = data.get("form"), data.get("density")
    totals, way = data.get("totals"), data.get("way")
    return ViewSpec(
        entity,
        form if form in FORMS else "list",
        _where(registry, entity, data.get("where"), gone),
        tuple(_sorts(registry, entity, data.get("sort"), gone)),
        tuple(_groups(registry, entity, data.get("group"), gone)),
        tuple(_collapsed(data.get("collapsed"))),
        tuple(_columns(registry, entity, data.get("columns"), gone)),
        next((one for one in ROW_HEIGHT if one == density), "normal"),
        tuple(_rules(registry, entity, data.get("colours"), gone)),
        tuple(
            (path, function)
            for path, function in sorted(totals.items() if isinstance(totals, Mapping) else ())
            if function in FUNCTIONS and _is_path(registry, entity, path, gone)
        ),
        way if isinstance(way, str) else "",
        tuple(_texts(data.get("opened"))),
    )


def view_from_text(registry: Registry, text: str, lost: list[str] | None = None) -> ViewSpec | None:
    """The view that `view_to_text` wrote, None for anything else."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return view_from_data(registry, data, lost)


def _column_to_data(column: ViewColumn) -> dict[str, Any]:
    data: dict[str, Any] = {"path": column.path}
    if column.width:
        data["width"] = column.width
    for name in ("hidden", "frozen", "wrap"):
        if getattr(column, name):
            data[name] = True
    return data


def _rule_to_data(registry: Registry, entity: str, rule: ColourRule) -> dict[str, Any]:
    data = {"where": where_to_data(registry, entity, rule.where), "colour": rule.colour}
    return data | ({"path": rule.path} if rule.path else {})


def _is_path(registry: Registry, entity: str, path: Any, lost: list[str]) -> bool:
    if not isinstance(path, str):
        return False
    try:
        resolve(registry, entity, path)
    except BugError:
        lost.append(path)
        return False
    return True


def _each(data: Any) -> Sequence[Any]:
    return data[:_MOST] if isinstance(data, list) else ()


def _texts(data: Any) -> Iterator[str]:
    return (one for one in _each(data) if isinstance(one, str))


def _sorts(registry: Registry, entity: str, data: Any, lost: list[str]) -> Iterator[Sort]:
    for one in _texts(data):
        path = one.removeprefix("-")
        if _is_path(registry, entity, path, lost):
            yield Sort(path, one.startswith("-"))


def _groups(registry: Registry, entity: str, data: Any, lost: list[str]) -> Iterator[str]:
    for one in _texts(data):
        path, _colon, span = one.partition(":")
        if (not span or span in BUCKETS) and _is_path(registry, entity, path, lost):
            yield one


def _collapsed(data: Any) -> Iterator[tuple[str, ...]]:
    for one in _each(data):
        keys = tuple(_texts(one))
        if keys and len(keys) == len(one):
            yield keys


def _columns(registry: Registry, entity: str, data: Any, lost: list[str]) -> Iterator[ViewColumn]:
    seen: set[str] = set()
    for one in _each(data):
        if not isinstance(one, Mapping):
            continue
        path, width = one.get("path"), one.get("width", 0)
        if not isinstance(path, str) or path in seen or not _is_path(registry, entity, path, lost):
            continue
        seen.add(path)
        kept = width if type(width) is int and 0 <= width <= WIDEST else 0
        flags = {name: one.get(name) is True for name in ("hidden", "frozen", "wrap")}
        yield ViewColumn(path, kept, **flags)


def _rules(registry: Registry, entity: str, data: Any, lost: list[str]) -> Iterator[ColourRule]:
    for one in _each(data):
        if not isinstance(one, Mapping) or one.get("colour") not in COLOURS:
            continue
        path = one.get("path", "")
        where = _where(registry, entity, one.get("where"), lost)
        if where is not None and (path == "" or _is_path(registry, entity, path, lost)):
            yield ColourRule(where, one["colour"], path)


def _where(registry: Registry, entity: str, data: Any, lost: list[str]) -> Where | None:
    """The condition of the data, without the parts that cannot be read."""
    if data is None:
        return None
    try:
        return where_from_data(registry, entity, data)
    except (KnownError, BugError, RecursionError):
        pass
    match data:
        case {"all": [*parts]}:
            kept = _kept(_where(registry, entity, part, lost) for part in parts)
            return All(kept) if kept else None
        case {"either": [*parts]}:
            kept = _kept(_where(registry, entity, part, lost) for part in parts)
            return Either(kept) if kept else None
        case {"not": part}:
            inner = _where(registry, entity, part, lost)
            return None if inner is None else Not(inner)
        case {"path": str(name)} | {"has": str(name)}:
            lost.append(name)
    return None


def _kept(parts: Iterable[Where | None]) -> tuple[Where, ...]:
    return tuple(part for part in parts if part is not None)
