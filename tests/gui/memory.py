"""Rows kept in memory, read by a grid as it reads a store's: for what needs no store."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence

from crmdesk.gui.grid.source import (
    Batch,
    Cancel,
    Chosen,
    Entry,
    Failed,
    Fresh,
    GridCell,
    GridColumn,
    GridRow,
    Option,
    Refusal,
    Spot,
    Unmade,
    Written,
)

STAGES = (
    Option("prospecting", "Prospecting", colour="note"),
    Option("proposal", "Proposal", colour="opportunity"),
    Option("negotiation", "Negotiation", colour="good"),
)


class Rows:
    """A small table with real parsing: amounts are numbers, stages are choices, names required.

    With `later` set, answers wait in `waiting` until they are called.
    """

    entity = "opportunity"
    can_create = True

    def __init__(self, columns: Sequence[GridColumn], records: Sequence[dict[str, object]]) -> None:
        self.columns = tuple(columns)
        self.records: dict[int, dict[str, object]] = dict(enumerate(records, start=1))
        self.order = list(self.records)
        self.later = False
        self.waiting: list[Callable[[], None]] = []
        self.reads: list[int] = []
        self.steps: list[str] = []

    # -- reading

    def _answer(self, tell: Callable[[], None]) -> Cancel:
        if self.later:
            self.waiting.append(tell)
        else:
            tell()
        return lambda: None

    def row(self, rowid: int) -> GridRow:
        record = self.records[rowid]
        return GridRow(rowid, f"id{rowid}", tuple(self.cell(c, record) for c in self.columns))

    def cell(self, column: GridColumn, record: Mapping[str, object]) -> GridCell:
        value = record.get(column.path)
        state = str(record.get("state", "")) if column.path == "close" else ""
        if value is None:
            return GridCell("")
        if column.kind == "boolean":
            return GridCell("", bool(value))
        if column.kind == "money":
            return GridCell(f"¥ {int(str(value)):,}", value, edit=str(value))
        if column.kind == "reference":
            return GridCell(str(value), value, (column.entity, f"{column.entity}:{value}"))
        if column.kind == "choice":
            title = next((o.title for o in STAGES if o.id == value), str(value))
            return GridCell(title, value)
        return GridCell(str(value), value, state=state)

    def ids(self, done: Callable[[array[int]], None]) -> Cancel:
        found = array("q", self.order)
        return self._answer(lambda: done(found))

    def first_page(self, done: Callable[[Sequence[GridRow]], None]) -> Cancel:
        found = [self.row(rowid) for rowid in self.order[:50]]
        return self._answer(lambda: done(found))

    def rows(self, rowids: Sequence[int], done: Callable[[Sequence[GridRow]], None]) -> Cancel:
        self.reads.append(len(rowids))
        found = [self.row(rowid) for rowid in rowids if rowid in self.records]
        return self._answer(lambda: done(found))

    def choices(self, path: str) -> Sequence[Option]:
        return STAGES if path == "stage" else ()

    def complete(self, path: str, text: str, done: Callable[[Sequence[Option]], None]) -> Cancel:
        names = sorted({str(r[path]) for r in self.records.values() if r.get(path)})
        found = [Option(n, n, "Hamburg") for n in names if text.casefold() in n.casefold()]
        return self._answer(lambda: done(found[:20]))

    def find(self, text: str, done: Callable[[Sequence[Spot]], None]) -> Cancel:
        found = [
            (rowid, column.path)
            for rowid in self.order
            for column, cell in zip(self.columns, self.row(rowid).cells, strict=True)
            if text.casefold() in cell.text.casefold() or text == cell.edit
        ]
        return self._answer(lambda: done(found))

    # -- writing

    def parse(self, path: str, entry: Entry) -> object:
        if isinstance(entry, Chosen):
            return entry.value
        if isinstance(entry, Fresh):
            return entry.text
        if not entry:
            if path == "name":
                raise ValueError("A name is needed.")
            return None
        column = next(c for c in self.columns if c.path == path)
        if column.kind == "money":
            return int(entry.replace(",", ""))
        if column.kind == "choice":
            keys = [o.id for o in STAGES if o.title == entry]
            if not keys:
                raise ValueError(f"There is no stage “{entry}”.")
            return keys[0]
        return entry

    def commit(
        self,
        row_id: str,
        path: str,
        entry: Entry,
        done: Callable[[GridRow | None], None],
        failed: Failed,
    ) -> None:
        rowid = int(row_id.removeprefix("id"))
        try:
            value = self.parse(path, entry)
        except ValueError as refusal:
            reason = str(refusal)
            self._answer(lambda: failed(reason))
            return
        self.records[rowid][path] = value
        self.steps.append(f"set {path}")
        self._answer(lambda: done(self.row(rowid)))

    def write(self, batch: Batch, done: Callable[[Written], None], failed: Failed) -> None:
        refused: list[Refusal] = []
        unmade: list[Unmade] = []
        created: list[int] = []
        cells = 0
        for rowid, entries in batch.rows:
            for path, entry in entries.items():
                try:
                    self.records[rowid][path] = self.parse(path, entry)
                    cells += 1
                except ValueError as refusal:
                    refused.append(Refusal(rowid, path, entry, str(refusal)))
        for values in batch.new:
            record, reasons = self.read(values)
            if reasons:
                unmade.append(Unmade(values, reasons))
                continue
            created.append(max(self.records, default=0) + 1)
            self.records[created[-1]] = record
            self.order.append(created[-1])
            cells += len(record)
        for rowid, entries in batch.emptied[1]:
            self.records[rowid].update(dict.fromkeys(entries))
        if cells:
            self.steps.append(batch.label(cells))
        self._answer(lambda: done(Written(cells, created, refused, unmade)))

    def create(
        self,
        values: Mapping[str, Entry],
        done: Callable[[GridRow], None],
        failed: Callable[[Mapping[str, str]], None],
    ) -> None:
        record, reasons = self.read(values)
        if reasons:
            self._answer(lambda: failed(reasons))
            return
        rowid = max(self.records, default=0) + 1
        self.records[rowid] = record
        self.order.append(rowid)
        self.steps.append("create")
        self._answer(lambda: done(self.row(rowid)))

    def read(self, values: Mapping[str, Entry]) -> tuple[dict[str, object], dict[str, str]]:
        reasons: dict[str, str] = {}
        record: dict[str, object] = {}
        for path, entry in values.items():
            try:
                record[path] = self.parse(path, entry)
            except ValueError as refusal:
                reasons[path] = str(refusal)
        if not record.get("name"):
            reasons.setdefault("name", "A name is needed.")
        return record, reasons

    def delete(self, ids: Sequence[str], done: Callable[[], None], failed: Failed) -> None:
        for id_ in ids:
            rowid = int(id_.removeprefix("id"))
            del self.records[rowid]
            self.order.remove(rowid)
        self.steps.append(f"delete {len(ids)}")
        self._answer(done)


COLUMNS = (
    GridColumn("name", "Opportunity", stretch=True, width=220),
    GridColumn("company", "Company", "reference", width=170, entity="company"),
    GridColumn("stage", "Stage", "choice", width=120),
    GridColumn("amount", "Amount", "money", numeric=True, width=120),
    GridColumn("hot", "Hot", "boolean", width=60),
    GridColumn("close", "Close", "date", width=110),
    GridColumn("note", "Note", "longtext", width=160),
    GridColumn("age", "Age", "integer", numeric=True, editable=False, width=70),
)

_NAMES = (
    "Pump line retrofit – 40 units",
    "Hall 3 filters",
    "冷却塔改造",
    "Spare parts frame contract",
    "污水泵站二期",
    "Heat exchanger HX-9 for the north hall, with spare seals and a service contract of ten years",
)
_FIRMS = ("Kestrel Pumps", "宁波海泰机械", "Westlake 西湖水务", "Hanse Werke", "苏州明远科技")


def records(count: int) -> list[dict[str, object]]:
    """So many opportunities, the same ones every time."""
    return [
        {
            "name": _NAMES[n % len(_NAMES)],
            "company": _FIRMS[n * 3 % len(_FIRMS)],
            "stage": STAGES[n % 3].id,
            "amount": 40_000 + n * 7919 % 900_000,
            "hot": n % 4 == 0,
            "close": f"{1 + n * 5 % 28} Dec 2026",
            "state": "late" if n % 5 == 1 else "",
            "note": ("Send quote", "报价", "Visit plant", "")[n % 4],
            "age": n * 3 % 100,
        }
        for n in range(count)
    ]


def table(count: int = 12) -> Rows:
    """A small pipeline."""
    return Rows(COLUMNS, records(count))
