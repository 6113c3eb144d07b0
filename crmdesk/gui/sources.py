"""A query's records as the data of a grid: read beside the window, written by commands."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crmdesk.errors import KnownError
from crmdesk.gui.cells import CellMaker
from crmdesk.gui.completing import Completer, any_record, front_of, in_common
from crmdesk.gui.depending import Depends
from crmdesk.gui.entering import reason_of, reasons_of, values_of
from crmdesk.gui.firstpage import FirstPage
from crmdesk.gui.grid.source import (
    Batch,
    Cancel,
    Entry,
    Failed,
    Fresh,
    GridColumn,
    GridRow,
    Option,
    ReadText,
    Spot,
    Written,
)
from crmdesk.gui.grouped import GroupedQuery
from crmdesk.gui.offering import Offering
from crmdesk.gui.wearing import dressed
from crmdesk.i18n import _
from crmdesk.ops.changes import Create, Delete, Update
from crmdesk.schema.crm.facts import Tasks
from crmdesk.schema.query import (
    Condition,
    Query,
    Sort,
    default_sort,
    related_query,
)
from crmdesk.schema.registry import Entity, Field, Registry, Relation
from crmdesk.schema.values import AnyRef
from crmdesk.schema.viewdata import (
    ColourRule,
    ViewColumn,
    ViewSpec,
    view_from_data,
    view_to_data,
)

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.lining import LineReader
    from crmdesk.ops.changes import Announcement

FIRST = 100
"""How many rows are shown before all ids are there."""

Rows = Sequence[GridRow]


@dataclass(frozen=True)
class Stale:
    """What an announcement means for a grid.

    `reload`: records came, went or moved. `rows` are the ids to be read again, None for all.
    `options`: what choice columns offer has changed. `totals`: what the records come to.
    """

    reload: bool = False
    rows: frozenset[str] | None = frozenset()
    options: bool = False
    totals: bool = False


class QuerySource(GroupedQuery, Offering):
    """The records of a query, as a GridSource.

    `paths` are the columns, by default those that the declaration shows first. `linked` makes it
    a face: a relation to many and the id of the record in front, to which new records are tied.
    """

    def __init__(
        self,
        bridge: Bridge,
        query: Query,
        paths: Sequence[str] | None = None,
        linked: tuple[Relation, str] | None = None,
        totals: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self._bridge = bridge
        self.query = query
        self.linked = linked
        self._page: FirstPage | None = None
        self.totals = totals
        # Rules by which rows wear colours.
        self.colours: tuple[ColourRule, ...] = ()
        # The record whose company's records a picker offers first.
        self.front = None if linked is None else (linked[0].source, linked[1])
        self.paths: tuple[str, ...] = tuple(
            first_paths(bridge.registry, query.entity, linked and linked[0])
            if paths is None
            else paths
        )
        self.translate()

    @classmethod
    def face(cls, bridge: Bridge, relation: Relation, record_id: str) -> QuerySource:
        """The records on the face of a relation to many."""
        query = related_query(bridge.registry, relation, record_id)
        return cls(bridge, query, linked=(relation, record_id))

    @classmethod
    def all_of(cls, bridge: Bridge, entity: str) -> QuerySource:
        """Every record of an entity in its own order."""
        return cls(bridge, Query(entity, sort=default_sort(bridge.registry.entity(entity))))

    def translate(self) -> None:
        """Take on the bridge's language and declaration: other titles, other texts."""
        bridge = self._bridge
        self._drop_gone()
        self._entity: Entity = bridge.registry.entity(self.query.entity)
        self.maker = CellMaker(
            bridge.registry, bridge.picks, bridge.ctx, self._entity.name, self.paths
        )
        tied = () if self.linked is None else (self.linked[0].field,)
        self._columns = self.maker.columns(locked=tied)

    @property
    def shape(self) -> tuple[object, ...]:
        """What has to be the same of two sources whose rows can take each other's place."""
        return self.entity, self.paths, self.query.group, self.linked, self.maker.registry

    def _drop_gone(self) -> None:
        """Leave out what a field is needed for that is declared no more."""
        maker: CellMaker | None = getattr(self, "maker", None)
        registry, query = self._bridge.registry, self.query
        if maker is None or maker.registry is registry:
            return
        before = ViewSpec(
            query.entity, where=query.where, sort=query.sort, group=query.group,
            columns=tuple(ViewColumn(path) for path in self.paths), colours=self.colours,
            totals=self.totals,  # type: ignore[arg-type]
        )  # fmt: skip
        left = view_from_data(registry, view_to_data(maker.registry, before))
        if left is not None:
            self.query = replace(query, where=left.where, sort=left.sort, group=left.group)
            self.paths = tuple(one.path for one in left.columns)
            self.colours, self.totals = left.colours, left.totals

    @property
    def outdated(self) -> bool:
        """Whether fields were declared since, so that `translate` is needed."""
        return self.maker.registry is not self._bridge.registry

    # -- what a grid asks

    @property
    def entity(self) -> str:
        return self._entity.name

    @property
    def columns(self) -> Sequence[GridColumn]:
        return self._columns

    @property
    def can_create(self) -> bool:
        return not self._entity.internal

    @property
    def new_label(self) -> str:
        """What the line that makes a record says: the name of one such record."""
        relation = self.linked[0] if self.linked else None
        name = relation.target if relation and relation.far else self.entity
        return self._bridge.registry.entity(name).label.text(self._bridge.language)

    @property
    def draft_key(self) -> str:
        """Under which name the line for a new record is kept while it is not stored."""
        return self.entity if self.front is None else f"{self.entity}@{self.front[1]}"

    @property
    def sorts(self) -> list[tuple[str, bool]]:
        """The order as a header shows it: (path, descending).

        Of the order that is declared, which nobody asked for, the last step says enough.
        """
        sort = self.query.sort
        shown = sort[-1:] if sort == default_sort(self._entity) else sort
        return [(one.path, one.descending) for one in shown]

    def ids(self, done: Callable[[array[int]], None]) -> Cancel:
        page = self._page
        if page is None or page.query != self.query:
            return self._all_ids(done)
        # The page that is on its way may be all there is; a face seldom has more.
        return page.wait(done, self._all_ids)

    def _all_ids(self, done: Callable[[array[int]], None]) -> Cancel:
        select, query = self._bridge.workspace.select, self.query
        ctx = self._bridge.query_context()
        return self._bridge.read(lambda conn, _job: select.ids(conn, query, ctx), done)

    def first_page(self, done: Callable[[Rows], None]) -> Cancel:
        query, ctx = self.query, self._bridge.query_context()
        select = self._bridge.workspace.select
        make = self._make
        page = self._page = FirstPage(query, FIRST)

        def ask(conn: Any, _job: object) -> Rows:
            return make(conn, select.first(conn, query, ctx, FIRST))

        def arrived(rows: Rows) -> None:
            if self._page is page:
                self._page = None
            done(rows)
            page.arrived(rows)

        def failed(error: Exception) -> None:
            if self._page is page:
                self._page = None
            page.arrived(None)
            if not isinstance(error, KnownError):
                raise error

        reading = self._bridge.read(ask, arrived, failed)

        def cancel() -> None:
            # It never arrives: who asks for the ids now must not wait for it.
            if self._page is page:
                self._page = None
            reading()

        return cancel

    def rows(self, rowids: Sequence[int], done: Callable[[Rows], None]) -> Cancel:
        return self._bridge.read(lambda conn, _job: self._make(conn, rowids), done)

    def choices(self, path: str) -> Sequence[Option]:
        return self._bridge.picks.of_field(self._field(path))

    def complete(self, path: str, text: str, done: Callable[[Sequence[Option]], None]) -> Cancel:
        field = self._field(path)
        if not field.target:
            return self._bridge.read(lambda _conn, _job: any_record(self._bridge, text), done)
        bridge, front = self._bridge, self.front

        def ask(conn: Any, _job: object) -> list[Option]:
            close = {} if front is None else front_of(bridge, conn, *front)
            return Completer(bridge, field.target, close).options(conn, text)

        return bridge.read(ask, done)

    def find(self, text: str, done: Callable[[Sequence[Spot]], None]) -> Cancel:
        # Late, for the start's sake: nothing is looked for before the first paint.
        from crmdesk.gui.locating import locate

        bridge, query, maker = self._bridge, self.query, self.maker
        return bridge.read(lambda conn, _job: locate(bridge, conn, query, maker, text), done)

    def edge(
        self, path: str, lines: array[int], at: int, step: int, done: Callable[[int], None]
    ) -> Cancel:
        # Late, for the start's sake.
        from crmdesk.gui.grid.edges import edge_in

        select, ctx = self._bridge.workspace.select, self._bridge.query_context()
        empty = Query(self.entity, Condition(path, "empty"))

        def ask(conn: Any, _job: object) -> int:
            return edge_in(lines, frozenset(select.ids(conn, empty, ctx)), at, step)

        return self._bridge.read(ask, done)

    def commit(
        self,
        row_id: str,
        path: str,
        entry: Entry,
        done: Callable[[GridRow | None], None],
        failed: Failed,
    ) -> None:
        def do(_job: object) -> GridRow | None:
            if isinstance(entry, Fresh):
                # Late, for the start's sake: the first paint writes nothing.
                from crmdesk.gui.writing import point_at_new

                point_at_new(self._bridge, self.entity, row_id, path, entry)
            else:
                values = self._values(row_id, {path: entry})
                self._bridge.workspace.run(Update(self.entity, row_id, values))
            return next(iter(self._read([row_id])), None)

        self._bridge.work(do, done, lambda error: failed(reason_of(error, path)))

    def write(self, batch: Batch, done: Callable[[Written], None], failed: Failed) -> None:
        # Late, for the start's sake: the first paint writes nothing.
        from crmdesk.gui.writing import write_batch

        self._bridge.work(
            lambda _job: write_batch(self._bridge, self.entity, batch, self._tied, self._beside),
            done,
            lambda error: failed(reason_of(error)),
        )

    def create(
        self,
        values: Mapping[str, Entry],
        done: Callable[[GridRow], None],
        failed: Callable[[Mapping[str, str]], None],
    ) -> None:
        def do(_job: object) -> GridRow:
            entered, tied = self._values("", values), self._tied()
            entered |= self._said(values, tied)
            outcome = self._bridge.workspace.run(Create(self.entity, {**tied, **entered}))
            return self._read(outcome.created[:1])[0]

        self._bridge.work(do, done, lambda error: failed(reasons_of(error)))

    def delete(self, ids: Sequence[str], done: Callable[[], None], failed: Failed) -> None:
        self._bridge.write(
            Delete(self.entity, tuple(ids)),
            lambda _outcome: done(),
            lambda error: failed(reason_of(error)),
        )

    # -- what a face and its window ask besides

    def front_of(self, row: GridRow) -> tuple[str, str]:
        """The record that a row turns to: itself, or what it links to."""
        relation = self.linked[0] if self.linked else None
        if relation is not None and relation.far and relation.far in self.paths:
            ref = row.cells[self.paths.index(relation.far)].ref
            if ref is not None:
                return ref
        return self.entity, row.id

    def sort_by(self, path: str, *, add: bool = False) -> None:
        """Sort by a column; again turns the order, a third time leaves it out."""
        now = {one.path: one.descending for one in self.query.sort}
        kept = tuple(one for one in self.query.sort if one.path != path) if add else ()
        if path not in now or (not add and len(now) > 1):
            steps = (*kept, Sort(path))
        elif not now[path]:
            steps = tuple(
                Sort(one.path, one.path == path or one.descending)
                for one in self.query.sort
                if add or one.path == path
            )
        else:
            steps = kept or (() if add else default_sort(self._entity))
        self.query = replace(self.query, sort=steps)

    def affected(self, announcement: Announcement) -> Stale:
        """What has to be read again after an announcement."""
        if announcement.everything:
            return Stale(True, None, True, True)
        shown, deciding = self._depends()
        reload = options = totals = False
        rows: set[str] | None = set()
        for one in announcement.changes:
            if one.entity == self.entity:
                totals = True
                moved = one.op != "U" or bool(self.query.search)
                reload = reload or moved or not deciding.own.isdisjoint(one.fields)
                if rows is not None:
                    rows.add(one.id)
            if shown.touched_by(one):
                # What is shown of it, or colours by it, stands in rows that nobody knows by id.
                rows, totals = None, True
            reload = reload or deciding.touched_by(one)
            if self._bridge.picks.is_watched(one.entity):
                rows, options = None, True
        # Subtotals stand in the rows of the groups, which come with the order.
        reload = reload or (totals and bool(self.groups))
        return Stale(reload, None if rows is None else frozenset(rows), options, totals)

    # -- within

    def _depends(self) -> tuple[Depends, Depends]:
        """What the rows show and wear, and what decides which are here and in which order."""
        # As it was when the source was made: what is asked may be declared no more.
        registry = self.maker.registry
        shown, deciding = Depends(registry, self.entity), Depends(registry, self.entity)
        shown.on_paths(self.paths)
        for rule in self.colours:
            shown.on_where(rule.where)
        deciding.on_where(self.query.where)
        deciding.on_paths(one.path for one in self.query.sort)
        deciding.on_paths(path.partition(":")[0] for path in self.query.group)
        return shown, deciding

    def _field(self, path: str) -> Field:
        return self._bridge.registry.resolve(self.entity, path).field

    def _make(self, conn: Any, rowids: Sequence[int]) -> list[GridRow]:
        maker = self.maker
        found = self._bridge.workspace.select.rows(conn, self.entity, rowids, maker.read)
        return self._dressed(conn, [maker.row(row) for row in found])

    def _read(self, ids: Sequence[str]) -> list[GridRow]:
        maker, select = self.maker, self._bridge.workspace.select
        with self._bridge.workspace.reader() as conn:
            rows = (select.by_id(conn, self.entity, id_, maker.read) for id_ in ids)
            return self._dressed(conn, [maker.row(row) for row in rows if row is not None])

    def _dressed(self, conn: Any, rows: list[GridRow]) -> list[GridRow]:
        return dressed(self._bridge, conn, self.entity, self.paths, self.colours, rows)

    def _values(self, row_id: str, entries: Mapping[str, Entry]) -> dict[str, Any]:
        """The values of entries; raises EntriesRefused with a reason for each that is none."""
        return values_of(self._bridge, self.entity, row_id, entries)

    def _tied(self) -> dict[str, Any]:
        """What a new record of a face begins with: the record in front, and what that is tied to.

        A task made beside an opportunity belongs to the opportunity's company as well.
        """
        if self.linked is None:
            return {}
        relation, front_id = self.linked
        return tied_values(self._entity, relation, front_id, self._beside())

    def _said(self, values: Mapping[str, Entry], tied: Mapping[str, Any]) -> dict[str, Any]:
        """What the line of a new task says, where nothing but that was entered."""
        if self.entity != Tasks.ENTITY:
            return {}
        # Late, for the start's sake: the first paint makes nothing.
        from crmdesk.gui.lining import typed_alone, values_of_line

        text = typed_alone(values)
        line = self._line_reader().line(text, tied) if text else None
        return {} if line is None else values_of_line(line)

    def _line_reader(self) -> LineReader:
        # Late, for the start's sake.
        from crmdesk.gui.lining import LineReader

        fixed = "" if self.linked is None else self.linked[0].field
        return LineReader(self._bridge, self.front, fixed)

    def line_reader(self, path: str) -> ReadText | None:
        """What reads a line that is typed for a whole record; None where there is no such."""
        if self.entity != Tasks.ENTITY or path != Tasks.SUBJECT:
            return None
        # Late, for the start's sake.
        from crmdesk.gui.lining import ask_reader

        return ask_reader(self._bridge, self._line_reader(), self._tied)

    @property
    def new_hint(self) -> str:
        """What the line that makes a record understands, by an example; "" for nothing special."""
        return _("“call Li Wei fri 3pm”") if self.entity == Tasks.ENTITY else ""

    def _beside(self) -> Mapping[str, tuple[str, str]]:
        """What the record in front points at, by field, and itself; empty for a list."""
        if self.front is None:
            return {}
        with self._bridge.workspace.reader() as conn:
            return front_of(self._bridge, conn, *self.front)


def tied_values(
    holder: Entity, relation: Relation, front_id: str, front: Mapping[str, tuple[str, str]]
) -> dict[str, Any]:
    """The references of a new record beside a front: to it, and those that both have by name."""
    made: dict[str, Any] = in_common(holder, front)
    made.pop(relation.far, None)
    field = holder.field(relation.field)
    made[field.name] = AnyRef(relation.source, front_id) if field.kind == "anyref" else front_id
    return made


def first_paths(registry: Registry, entity: str, relation: Relation | None) -> list[str]:
    """The columns first shown: the declared ones, on a face without the way back to the front.

    Of a link, the record at the other end comes first, then the link's own fields.
    """
    declared = list(registry.entity(entity).grid)
    if relation is None:
        return declared
    kept = [path for path in declared if path.partition(".")[0] != relation.field]
    if relation.far and relation.far not in kept:
        kept.insert(0, relation.far)

    def place(path: str) -> int:
        return 0 if path == relation.far else 2 if "." in path else 1

    return sorted(kept, key=place) if relation.far else kept or declared
