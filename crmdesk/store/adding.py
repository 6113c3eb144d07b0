"""What some cells of a list come to: of chosen rows or of all, for each of some columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from crmdesk.schema.moneytypes import MoneyType
from crmdesk.schema.query import DAY_AND_TIME_KINDS
from crmdesk.schema.registry import Field
from crmdesk.store.ordering import Order
from crmdesk.store.sources import ROWID, Column, Names, Source, Truth, members

_TIMES = frozenset({"date", *DAY_AND_TIME_KINDS})


@dataclass
class Added:
    """The filled cells of a column, those of an amount in one currency."""

    field: Field
    currency: str = ""
    filled: int = 0
    total: int = 0
    least: Any = None
    most: Any = None

    @property
    def numeric(self) -> bool:
        """Whether there is a sum and a mean."""
        return self.field.type.numeric

    @property
    def ordered(self) -> bool:
        """Whether there is a smallest and a largest."""
        return self.numeric or self.field.kind in _TIMES

    def goes_with(self, other: Added) -> bool:
        """Whether the cells of both can be added up to one sum."""
        return self.field.type == other.field.type and self.currency == other.currency

    def add(self, other: Added) -> None:
        """Take in the cells of another column that goes with this one."""
        self.filled += other.filled
        self.total += other.total
        ends = [end for end in (self.least, other.least) if end is not None]
        self.least = min(ends, default=None)
        ends = [end for end in (self.most, other.most) if end is not None]
        self.most = max(ends, default=None)

    def value(self, function: str) -> Any:
        """The "sum", "avg", "min" or "max" as the field's Python value; of whole numbers the
        mean is a Decimal."""
        match function:
            case "sum":
                return self._kept(self.total)
            case "avg":
                mean = Decimal(self.total) / self.filled
                if self.field.kind == "integer":
                    return mean
                return self._kept(int(mean.to_integral_value(ROUND_HALF_UP)))
        return self._kept(self.least if function == "min" else self.most)

    def _kept(self, cell: Any) -> Any:
        others = (self.currency,) if self.currency else (None,) * (len(self.field.columns) - 1)
        return self.field.type.from_stored(cell, *others)


def add_up(
    conn: sa.Connection,
    names: Names,
    entity: str,
    source: Source,
    truth: Truth,
    paths: Sequence[str],
    among: Sequence[int] | None,
) -> Iterator[Added]:
    """What the columns come to: of all rows, or of those `among` these rowids."""
    order = Order(names, conn, entity, source, ())
    reached = [order.reach(entity, source, path) for path in paths]
    if among is not None:
        truth = sa.and_(truth, source[ROWID].in_(members(json.dumps(list(among)))))
    amounts = [one for one in reached if isinstance(one[0].type, MoneyType)]
    others = [one for one in reached if not isinstance(one[0].type, MoneyType)]
    if others:
        columns = [column for field, holder in others for column in _numbers(field, holder)]
        statement = sa.select(*_named(columns)).select_from(order.frm).where(truth)
        row = tuple(conn.execute(statement).one())
        for at, (field, _holder) in enumerate(others):
            filled, total, least, most = row[4 * at : 4 * at + 4]
            yield Added(field, "", filled, total or 0, least, most)
    for field, holder in amounts:
        currency = holder[field.columns[1].name]
        statement = (
            sa.select(*_named([currency, *_numbers(field, holder)]))
            .select_from(order.frm)
            .where(truth, holder[field.name].is_not(None))
            .group_by(currency)
            .order_by(currency)
        )
        for code, filled, total, least, most in conn.execute(statement):
            yield Added(field, code or "", filled, total or 0, least, most)


def _numbers(field: Field, holder: Source) -> list[Column]:
    column, nothing = holder[field.name], sa.null()
    ordered = field.type.numeric or field.kind in _TIMES
    return [
        sa.func.count(column),
        sa.func.sum(column) if field.type.numeric else nothing,
        sa.func.min(column) if ordered else nothing,
        sa.func.max(column) if ordered else nothing,
    ]


def _named(columns: Sequence[Column]) -> list[Any]:
    return [column.label(f"c{place}") for place, column in enumerate(columns)]
