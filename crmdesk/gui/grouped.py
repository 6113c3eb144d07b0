"""The records of a query put into groups and added up, for a grid and its totals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from crmdesk.gui.grid.groups import Head, HeadCells, Prepared, Way, prepare
from crmdesk.gui.grid.source import Cancel, Chosen, Entry, GridCell
from crmdesk.gui.grid.totals import BETWEEN, NO_TOTAL
from crmdesk.i18n import _
from crmdesk.schema.dateshow import show_day
from crmdesk.schema.localeforms import forms_of
from crmdesk.schema.moneytypes import MoneyType
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Money
from crmdesk.store.reading import Linked

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.cells import CellMaker, Shown
    from crmdesk.schema.query import Query
    from crmdesk.store.aggregate import Function, Group

# What stands under a column of a kind where nobody chose anything.
_USUAL: Mapping[str, Function] = {
    "money": "sum", "duration": "sum", "decimal": "sum", "percent": "avg",
}  # fmt: skip
# From here on a sum is shown without its cents.
_WHOLE = 1000


class GroupedQuery:
    """What a QuerySource answers about groups and totals.

    `totals` are the functions chosen for columns, by path.
    """

    query: Query
    maker: CellMaker
    totals: tuple[tuple[str, str], ...] = ()
    _bridge: Bridge

    @property
    def groups(self) -> tuple[str, ...]:
        """The paths by which the records are grouped."""
        return self.query.group

    def functions(self) -> dict[str, Function]:
        """What is worked out for each column that has a total."""
        chosen: dict[str, Any] = dict(self.totals)
        found: dict[str, Function] = {}
        for path, shown in zip(self.maker.paths, self.maker.shown, strict=True):
            function = chosen.get(path) or _USUAL.get(shown.kind)
            if function and function != NO_TOTAL:
                found[path] = function
        return found

    def grouped(
        self,
        heads: Callable[[Prepared], None],
        done: Callable[[Prepared], None],
        failed: Callable[[str], None],
        closed: frozenset[Way] = frozenset(),
    ) -> Cancel:
        """Ask for groups and rowids in their order; `heads` gets the groups sooner."""
        # Late, for the start's sake: the first paint adds nothing up.
        from crmdesk.store.aggregate import Measure

        query, ctx = self.query, self._bridge.query_context()
        select = self._bridge.workspace.select
        measures = [Measure(path, function) for path, function in self.functions().items()]
        counted: list[Prepared] = []

        picks, fields = self._bridge.picks, [shown.field for shown in self.maker.shown]

        def ask(conn: Any, job: Any) -> Prepared:
            for field in fields:
                # The group rows are painted before any record was made ready; the window
                # would read what choices are called while it paints.
                picks.of_field(field)

            def hear(groups: list[Group], first: list[int]) -> None:
                counted.append(prepare(heads_of(groups), None, closed, first))
                job.progress(1, 2)

            found = select.grouped(conn, query, ctx, measures, hear)
            return prepare(counted[0].heads, found.ids, closed)

        return self._bridge.read(
            ask,
            done,
            lambda error: failed(str(error)),
            progressed=lambda _done, _total, _text: heads(counted[0]),
        )

    def add_up(self, done: Callable[[Mapping[str, str]], None]) -> Cancel:
        """Work out what stands under each column: texts by path, over all records."""
        # Late, for the start's sake: rows are painted before they are added up.
        from crmdesk.store.aggregate import Measure

        functions = self.functions()
        if not functions:
            done({})
            return lambda: None
        query, ctx = self.query, self._bridge.query_context()
        select = self._bridge.workspace.select
        measures = [Measure(path, function) for path, function in functions.items()]

        def ask(conn: Any, _job: object) -> Mapping[str, str]:
            return self._texts(select.totals(conn, query, ctx, measures).values, functions)

        return self._bridge.read(ask, done)

    def head_cells(self, head: Head) -> HeadCells:
        """A group row as it is painted."""
        path, _colon, bucket = self.query.group[head.level].partition(":")
        shown = self.maker.look(path)
        below = self._texts(head.values, self.functions())
        if head.key is None:
            name = shown.field.label.text(self.maker.ctx.language).lower()
            none = GridCell(_("No {field}").format(field=name), state="faint")
            return HeadCells(none, "text", "", below)
        label, kind = self._label(shown, head.key, bucket)
        return HeadCells(label, kind, self.maker.colour(shown.field.target), below)

    def entries_of(self, head: Head, ways: Sequence[Head]) -> Mapping[str, Entry]:
        """What a new record in that group is to have, where that can be said."""
        found: dict[str, Entry] = {}
        for one in (*ways, head):
            text = self.query.group[one.level]
            if ":" in text or "." in text or one.key is None:
                continue
            shown = self.maker.look(text)
            if shown.field.read_only or isinstance(one.key, datetime):
                continue
            key = one.key.id if isinstance(one.key, Linked) else one.key
            found[text] = Chosen(key, self._label(shown, one.key, "")[0].text)
        return found

    def _label(self, shown: Shown, key: Any, bucket: str) -> tuple[GridCell, str]:
        if isinstance(key, date) and not isinstance(key, datetime):
            return GridCell(span_text(key, bucket, self.maker.ctx)), "text"
        if shown.kind == "boolean":
            return GridCell(_("Yes") if key else _("No")), "text"
        cell = self.maker.cell(shown, key)
        if shown.kind == "choice" and cell.colour is None:
            option = {one.id: one for one in self._bridge.picks.of_field(shown.field)}.get(str(key))
            cell = cell._replace(colour=option.colour if option else None)
        return cell, shown.kind

    def _texts(self, values: Sequence[Any], functions: Mapping[str, Function]) -> dict[str, str]:
        found = {}
        for (path, function), value in zip(functions.items(), values, strict=True):
            text = self.total_text(path, function, value)
            if text:
                found[path] = text
        return found

    def total_text(self, path: str, function: Function, value: Any) -> str:
        """What was worked out for a column, as it is shown; amounts by currency."""
        if value is None:
            return ""
        if function in ("count", "empty"):
            return f"{value:,}"
        shown = self.maker.look(path)
        if isinstance(value, tuple):
            # Never added across currencies.
            return BETWEEN.join(self._money(shown, one) for one in value)
        if isinstance(value, Decimal) and shown.kind in ("integer", "rating"):
            return f"{value:,.1f}"
        return shown.field.type.show(value, self.maker.ctx)

    def _money(self, shown: Shown, value: Money) -> str:
        assert isinstance(shown.field.type, MoneyType)
        if abs(value.amount) >= _WHOLE:
            value = Money(value.amount.quantize(Decimal(1), ROUND_HALF_UP), value.currency)
        return shown.field.type.show(value, self.maker.ctx)


def heads_of(groups: Sequence[Group]) -> Sequence[Head]:
    """The group rows of the store's groups, without the total."""
    return [
        Head(
            group.level - 1,
            tuple(text_of(key) for key in group.keys),
            group.count,
            group.keys[-1],
            group.values,
        )
        for group in groups
        if group.level
    ]


def text_of(key: Any) -> str:
    """A group's key as a text by which it is known again: "" for empty."""
    match key:
        case None:
            return ""
        case Linked():
            return key.id
        case bool():
            return "1" if key else "0"
        case date():
            return key.isoformat()
        case Money():
            return f"{key.amount} {key.currency}"
    return str(key)


def span_text(first: date, bucket: str, ctx: TextContext) -> str:
    """The span of days that begins with a day: November 2026, Q4 2026, 2026."""
    chinese = ctx.language == "zh"
    if bucket == "year":
        return f"{first.year}年" if chinese else str(first.year)
    if bucket == "quarter":
        quarter = (first.month - 1) // 3 + 1
        return f"{first.year}年第{quarter}季度" if chinese else f"Q{quarter} {first.year}"
    if bucket == "month":
        month = forms_of("zh_CN" if chinese else ctx.locale).months[first.month - 1]
        return f"{first.year}年{month}" if chinese else f"{month} {first.year}"
    if bucket == "week":
        return _("Week of {day}").format(day=show_day(first, ctx))
    return show_day(first, ctx)
