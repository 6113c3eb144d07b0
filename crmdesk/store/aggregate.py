"""Groups of records, their counts and sums, with subtotals on every level.

SQLite adds up the finest groups once; subtotals are added up from those. Amounts are
never added across currencies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

import sqlalchemy as sa

from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import _
from crmdesk.schema.choicetypes import ChoiceType
from crmdesk.schema.fieldtypes import folded
from crmdesk.schema.moneytypes import MoneyType
from crmdesk.schema.periods import BUCKETS
from crmdesk.schema.query import DAY_AND_TIME_KINDS, ID, TEXT_KINDS, QueryContext, Sort
from crmdesk.schema.registry import Field
from crmdesk.store.ordering import Order, choice_keys, ordering_fields
from crmdesk.store.reading import Linked
from crmdesk.store.sources import ASCII_LOWER, NOCASE, Column, Names, Source, Truth, members
from crmdesk.store.titles import Titles

Function = Literal["count", "empty", "sum", "avg", "min", "max"]
_MEASURED = frozenset({"rating", "date", *DAY_AND_TIME_KINDS})
_DAY_LENGTH, _MONTH_LENGTH = len("2026-11-22"), len("2026-11")

MOST_GROUPS = 50_000
"""The most groups that records are put into; beyond that they are no help to anybody."""


@dataclass(frozen=True)
class Measure:
    """What to work out for a group: a function of the values of a path.

    `count` counts the filled values, `empty` the others; `sum` and `avg` take numbers, `min`
    and `max` also ratings and times.
    """

    path: str
    function: Function = "sum"


@dataclass(frozen=True, slots=True)
class Group:
    """One group on one level, with the values of its measures.

    `keys` are the values grouped by, as many as its `level`: a Python value, a `Linked`
    for a reference, the first day of the span for a time, None for empty. Level 0 is the
    total. A value is None where nothing was filled; those of amounts are a tuple of
    `Money`, one for each currency.
    """

    level: int
    keys: tuple[Any, ...]
    count: int
    values: tuple[Any, ...]


@dataclass
class _Tally:
    """What a measure has seen so far, in one currency ("" for other numbers)."""

    filled: int = 0
    total: int = 0
    least: Any = None
    most: Any = None

    def add(self, filled: int, total: Any, least: Any, most: Any) -> None:
        self.filled += filled
        self.total += total or 0
        if least is not None and (self.least is None or least < self.least):
            self.least = least
        if most is not None and (self.most is None or most > self.most):
            self.most = most


@dataclass
class _Node:
    """A group being added up, with its subgroups."""

    count: int = 0
    tallies: dict[tuple[int, str], _Tally] = field(default_factory=dict)
    below: dict[Any, _Node] = field(default_factory=dict)

    def add(self, count: int, seen: Iterable[tuple[int, str, tuple[Any, ...]]]) -> None:
        self.count += count
        for measure, currency, numbers in seen:
            self.tallies.setdefault((measure, currency), _Tally()).add(*numbers)


class By:
    """One level: its SQL, the value of a raw key, and the order of its groups."""

    def __init__(
        self, order: Order, entity: str, source: Source, text: str, ctx: QueryContext
    ) -> None:
        path, _colon, bucket = text.partition(":")
        self.field, holder = order.reach(entity, source, path)
        self._ctx = ctx
        self._bucket = BUCKETS.get(bucket or "day")
        self._is_time = self.field.kind in ("date", *DAY_AND_TIME_KINDS)
        if self._bucket is None or (bucket and not self._is_time):
            raise KnownError(_("“{by}” cannot be grouped by.").format(by=text))
        column = holder[self.field.name]
        self._by_letters = self.field.kind in TEXT_KINDS
        self._plain: list[Column] = [holder[spec.name] for spec in self.field.columns]
        self.shown: list[Column] = list(self._plain)
        self.grouped: list[Column] = list(self._plain)
        if self.field.kind in DAY_AND_TIME_KINDS:
            self.shown = self.grouped = [_quarter_hour(column)]
        elif bucket in ("month", "quarter", "year"):
            # SQLite makes twelve groups of a year rather than one of each day.
            month = sa.func.substr(column, 1, _MONTH_LENGTH, type_=sa.String)
            self.shown = self.grouped = [month.concat("-01")]
        elif self.field.kind in TEXT_KINDS:
            self.shown = [sa.func.min(one) for one in self.shown]
            self.grouped = [sa.collate(column, NOCASE)]

    @property
    def cells(self) -> list[Column]:
        """What is read of one record to tell its group."""
        return self.grouped if self._is_time else self._plain[: 1 if self._by_letters else None]

    def same_of_row(self, cells: Sequence[Any]) -> Any:
        """What is the same for all records of a group, of a record with these cells."""
        if self._by_letters:
            # SQLite takes the letters of ASCII for the same, whatever their case.
            return cells[0] and cells[0].translate(ASCII_LOWER)
        return self.key(cells)

    def same_of(self, key: Any) -> Any:
        """The `same_of_row` of the records of the group with that raw key."""
        return self.same_of_row(self.field.type.to_stored(key)) if self._by_letters else key

    def at(self, key: Any) -> Truth | None:
        """The records of the group with that raw key, None where SQL cannot tell."""
        column = self._plain[0]
        if key is None:
            return column.is_(None)
        if self._is_time or self._by_letters or len(self._plain) > 1:
            return None
        return column == self.field.type.to_stored(key)[0]

    def key(self, cells: Sequence[Any]) -> Any:
        if cells[0] is None:
            return None
        if self._is_time and self._bucket is not None:
            return self._bucket(self._day(cells[0]), self._ctx.week_start)
        return self.field.type.from_stored(*cells)

    def _day(self, text: str) -> date:
        if len(text) == _DAY_LENGTH:
            return date.fromisoformat(text)
        return datetime.fromisoformat(text + ":00+00:00").astimezone(self._ctx.tz).date()

    def arranged(
        self, conn: sa.Connection, names: Names, titles: Titles, keys: Iterable[Any]
    ) -> dict[Any, Any]:
        """What each raw key is shown as, in the order of the groups, empty last."""
        filled = [key for key in keys if key is not None]
        shown: dict[Any, Any] = {}
        if self.field.kind == "reference":
            shown = _references(conn, names, titles, self.field, filled)
        elif isinstance(self.field.type, ChoiceType):
            places = {
                key: place
                for place, key in enumerate(choice_keys(conn, names, self.field.type.list_name))
            }
            filled.sort(key=lambda key: (places.get(key, len(places)), key))
        elif self.field.kind in ("text", "email", "url", "longtext"):
            filled.sort(key=lambda key: (folded(key), key))
        else:
            filled.sort(key=self.field.type.sort_key if not self._is_time else None)
        for key in filled:
            shown.setdefault(key, key)
        return {**shown, None: None}


def group_rows(
    conn: sa.Connection,
    names: Names,
    titles: Titles,
    entity: str,
    source: Source,
    truth: Truth,
    ctx: QueryContext,
    by: tuple[str, ...],
    measures: tuple[Measure, ...],
) -> list[Group]:
    """The total, then every group followed by its subgroups; empty keys come last.

    Raises KnownError where there are more than `MOST_GROUPS`.
    """
    return [
        group
        for group, _way in group_ways(conn, names, titles, entity, source, truth, ctx, by, measures)
    ]


def group_ways(
    conn: sa.Connection,
    names: Names,
    titles: Titles,
    entity: str,
    source: Source,
    truth: Truth,
    ctx: QueryContext,
    by: tuple[str, ...],
    measures: tuple[Measure, ...],
) -> list[tuple[Group, tuple[Any, ...]]]:
    """Every group with the raw keys of its way down."""
    order = Order(names, conn, entity, source, ())
    levels = [By(order, entity, source, each, ctx) for each in by]
    counted = [_Counted(order, entity, source, measure) for measure in measures]
    currencies = list(dict.fromkeys(one.currency for one in counted if one.currency is not None))
    shown = [column for level in levels for column in level.shown]
    grouped = [column for level in levels for column in level.grouped] + currencies
    numbers = [column for one in counted for column in one.numbers]
    statement = (
        sa.select(
            *(
                column.label(f"c{place}")
                for place, column in enumerate([*shown, *currencies, sa.func.count(), *numbers])
            )
        )
        .select_from(order.frm)
        .where(truth)
    )
    if grouped:
        statement = statement.group_by(*grouped)
    total = _Node()
    # A group of two currencies comes as two rows, which may spell its key in two ways.
    spelled: list[dict[Any, Any]] = [{} for _level in levels]
    for row in conn.execute(statement):
        keys, at = [], 0
        for level, spellings in zip(levels, spelled, strict=True):
            width = len(level.shown)
            key = level.key(row[at : at + width])
            keys.append(spellings.setdefault(level.same_of(key), key))
            at += width
        known = dict(zip((id(one) for one in currencies), row[at:], strict=False))
        at += len(currencies)
        count, at = row[at], at + 1
        seen = [
            (place, known.get(id(one.currency)) or "", tuple(row[start : start + 4]))
            for place, one in enumerate(counted)
            for start in (at + 4 * place,)
        ]
        node = total
        node.add(count, seen)
        for key in keys:
            node = node.below.setdefault(key, _Node())
            node.add(count, seen)
    arranged = [
        {
            key: (place, shown)
            for place, (key, shown) in enumerate(
                level.arranged(conn, names, titles, dict.fromkeys(_keys_at(total, depth))).items()
            )
        }
        for depth, level in enumerate(levels)
    ]
    if sum(map(len, arranged)) > MOST_GROUPS + len(levels):
        raise KnownError(
            _("These are more than {most} groups.").format(most=f"{MOST_GROUPS:,}"),
            hint=_("Group by something that several records have in common."),
        )
    return list(_flat(total, 0, (), (), arranged, counted))


class _Counted:
    """The SQL of one measure and the value of what was counted."""

    def __init__(self, order: Order, entity: str, source: Source, measure: Measure) -> None:
        self.field, holder = order.reach(entity, source, measure.path)
        self.function = measure.function
        kind, column = self.field.kind, holder[self.field.name]
        numeric = self.field.type.numeric
        allowed = (
            self.function in ("count", "empty")
            or numeric
            or (kind == "rating" and self.function == "avg")
            or (kind in _MEASURED and self.function in ("min", "max"))
        )
        if not allowed:
            raise KnownError(
                _("“{name}” has no {function}.").format(
                    name=self.field.name, function=self.function
                )
            )
        nothing: Column = sa.null()
        adds = self.function in ("sum", "avg")
        ends = self.function in ("min", "max")
        self.numbers: tuple[Column, ...] = (
            sa.func.count() - sa.func.count(column)
            if self.function == "empty"
            else sa.func.count(column),
            sa.func.sum(column) if adds else nothing,
            sa.func.min(column) if ends else nothing,
            sa.func.max(column) if ends else nothing,
        )
        self.currency: Column | None = None
        counts = self.function in ("count", "empty")
        if isinstance(self.field.type, MoneyType) and not counts:
            self.currency = holder[self.field.columns[1].name]

    def value(self, tallies: Mapping[str, _Tally]) -> Any:
        if self.function in ("count", "empty"):
            return sum(tally.filled for tally in tallies.values())
        found = {code: tally for code, tally in sorted(tallies.items()) if tally.filled}
        if not found:
            return None
        if self.currency is None:
            return self._worked_out(found[""])
        return tuple(self._worked_out(tally, code) for code, tally in found.items())

    def _worked_out(self, tally: _Tally, *currency: str) -> Any:
        kept: Callable[..., Any] = self.field.type.from_stored
        match self.function:
            case "sum":
                return kept(tally.total, *currency)
            case "avg":
                mean = Decimal(tally.total) / tally.filled
                if self.field.kind in ("integer", "rating"):
                    return mean
                return kept(int(mean.to_integral_value(ROUND_HALF_UP)), *currency)
            case "min":
                return self._end(tally.least, currency)
            case "max":
                return self._end(tally.most, currency)
        raise BugError(f"There is no measure {self.function!r}.")

    def _end(self, cell: Any, currency: tuple[str, ...]) -> Any:
        others = currency or (None,) * (len(self.field.columns) - 1)
        return self.field.type.from_stored(cell, *others)


def _keys_at(node: _Node, depth: int) -> Iterable[Any]:
    if depth == 0:
        return node.below
    return (key for each in node.below.values() for key in _keys_at(each, depth - 1))


def _flat(
    node: _Node,
    level: int,
    keys: tuple[Any, ...],
    way: tuple[Any, ...],
    arranged: Sequence[Mapping[Any, tuple[int, Any]]],
    counted: Sequence[_Counted],
) -> Iterator[tuple[Group, tuple[Any, ...]]]:
    values = tuple(
        one.value(
            {code: tally for (measure, code), tally in node.tallies.items() if measure == place}
        )
        for place, one in enumerate(counted)
    )
    yield Group(level, keys, node.count, values), way
    if level < len(arranged):
        for key, (_place, shown) in _below(node, arranged[level]):
            yield from _flat(
                node.below[key], level + 1, (*keys, shown), (*way, key), arranged, counted
            )


def _below(node: _Node, order: Mapping[Any, tuple[int, Any]]) -> Iterable[tuple[Any, Any]]:
    """The subgroups of a group in order: sorted, not looked for among those of all others."""
    mine = [(key, order[key]) for key in node.below]
    mine.sort(key=lambda one: one[1][0])
    return mine


def _references(
    conn: sa.Connection, names: Names, titles: Titles, field: Field, ids: Sequence[str]
) -> dict[Any, Any]:
    target = field.target
    far = names.alias(target)
    # In the order in which references to these records are sorted.
    order = Order(names, conn, target, far, [Sort(one.name) for one in ordering_fields(
        names.registry.entity(target)
    )])  # fmt: skip
    statement = (
        sa.select(far[ID])
        .select_from(order.frm)
        .where(far[ID].in_(members(json.dumps(list(ids)))))
        .order_by(*order.clauses)
    )
    called = titles.of(conn, target, ids)
    found = {
        one: Linked(target, one, called.get(one, "")) for one in conn.execute(statement).scalars()
    }
    for lost in ids:
        found.setdefault(lost, Linked(target, lost, ""))
    return dict(found)


def _quarter_hour(column: Column) -> Column:
    """A time cut to the quarter of an hour, which lies in one local day in every zone."""
    minutes = sa.cast(sa.func.substr(column, 15, 2), sa.Integer)
    # "//" is SQLite's own division of whole numbers.
    quarter = sa.func.printf("%02d", minutes // 15 * 15, type_=sa.String)
    cut = sa.func.substr(column, 1, 14, type_=sa.String).concat(quarter)
    return sa.case((sa.func.length(column) == _DAY_LENGTH, column), else_=cut)
