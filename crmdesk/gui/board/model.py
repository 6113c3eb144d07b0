"""The records of a board by lane: ids of all, a cache of the cards seen, moves under way."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.gui.board.lanes import BoardSource, Lane
from crmdesk.gui.entering import reason_of
from crmdesk.gui.grid.groups import Head, Prepared
from crmdesk.gui.grid.source import Cancel, Chosen, Entry, GridRow
from crmdesk.i18n import _
from crmdesk.ops.changes import GateRefused

_KEPT = 3_000


@dataclass(slots=True)
class LaneRows:
    """A lane with the rowids of its records, how many there are, and what they come to."""

    lane: Lane
    ids: array[int] = field(default_factory=lambda: array("q"))
    count: int = 0
    sums: tuple[str, ...] = ()


class BoardModel(QObject):
    """What a board shows; old cards stay until the new ones are there.

    A card that is moved stands in its new lane at once and goes back where the move is refused.
    """

    # Cards or lanes are other ones: paint anew.
    changed = Signal()
    # All records of the newest load are there.
    loaded = Signal()
    told = Signal(str)
    # A card that was moved stands in its place: its rowid.
    settled = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source: BoardSource | None = None
        self.lanes: list[LaneRows] = []
        self.ready = False
        self._declared: Sequence[Lane] = ()
        self._load = 0
        self._cancel: Cancel | None = None
        self._rows: dict[int, GridRow] = {}
        self._asked: set[int] = set()
        self._wanted: set[int] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._fetch)

        # The lanes, by key, into which cards were moved and that are not written yet.
        self._moving: dict[int, list[str]] = {}

    # -- loading

    def show(self, source: BoardSource, lanes: Sequence[Lane]) -> None:
        """Show other records, or the same ones by other lanes."""
        self.source, self._declared = source, lanes
        self.lanes = [LaneRows(lane) for lane in lanes]
        self._rows.clear()
        self._asked.clear()
        self._wanted.clear()
        self._moving.clear()
        self.ready = False
        self.changed.emit()
        self.reload()

    def reload(self) -> None:
        """Ask for the lanes again."""
        if self.source is None:
            return
        if self._cancel is not None:
            self._cancel()
        self._load += 1
        number = self._load
        self._cancel = self.source.grouped(
            partial(self._heads_arrived, number), partial(self._arrived, number), self.told.emit
        )

    def refresh(self, ids: Sequence[str] | None) -> None:
        """Read cards again that may have changed; None means all."""
        wanted = None if ids is None else set(ids)
        stale = [rowid for rowid, row in self._rows.items() if wanted is None or row.id in wanted]
        if stale and self.source is not None:
            self._asked.update(stale)
            self.source.rows(stale, partial(self._read, self.source, stale))

    def _heads_arrived(self, number: int, prepared: Prepared) -> None:
        if number == self._load and not self.ready:
            self.lanes = self._by_lane(prepared.heads, array("q"))
            self.changed.emit()

    def _arrived(self, number: int, prepared: Prepared) -> None:
        if number == self._load:
            self.lanes = self._by_lane(prepared.heads, prepared.ids)
            self._keep_moving()
            self.ready = True
            self.changed.emit()
            self.loaded.emit()

    def _keep_moving(self) -> None:
        """Leave cards where they were moved that are not written yet: what came is older."""
        place_of = {rows.lane.key: number for number, rows in enumerate(self.lanes)}
        for rowid, keys in self._moving.items():
            now, at = self.where(rowid)
            lane = place_of.get(keys[-1], -1)
            if now >= 0 and lane >= 0 and now != lane:
                self._shift(rowid, now, at, lane)

    def _by_lane(self, heads: Sequence[Head], ids: array[int]) -> list[LaneRows]:
        source = self.source
        assert source is not None
        found: dict[str, LaneRows] = {}
        start = 0
        for head in heads:
            below = source.head_cells(head)
            key = head.way[0]
            cells = below.below
            found[key] = LaneRows(
                Lane(key, below.label.text, below.label.colour),
                ids[start : start + head.size],
                head.size,
                tuple(cells[path] for path in source.card.sums if path in cells),
            )
            start += head.size
        lanes = []
        for lane in self._declared:
            rows = found.pop(lane.key, LaneRows(lane))
            rows.lane = lane
            lanes.append(rows)
        # Records without a step stand first, those with one that is no longer offered last.
        none = found.pop("", None)
        return [*([none] if none else []), *lanes, *found.values()]

    # -- asking

    @property
    def total(self) -> int:
        """The number of records on the board."""
        return sum(lane.count for lane in self.lanes)

    def row(self, rowid: int) -> GridRow | None:
        """A card if it has been read; it is asked for if not."""
        found = self._rows.get(rowid)
        if found is None and rowid not in self._asked:
            self._wanted.add(rowid)
            if not self._soon.isActive():
                self._soon.start()
        return found

    def where(self, rowid: int) -> tuple[int, int]:
        """The lane and the place in it of a record, (-1, -1) where it is not on the board."""
        for number, lane in enumerate(self.lanes):
            try:
                return number, lane.ids.index(rowid)
            except ValueError:
                continue
        return -1, -1

    def _fetch(self) -> None:
        wanted = list(self._wanted)
        self._wanted.clear()
        if wanted and self.source is not None:
            self._asked.update(wanted)
            self.source.rows(wanted, partial(self._read, self.source, wanted))

    def _read(self, source: BoardSource, wanted: Sequence[int], rows: Sequence[GridRow]) -> None:
        if source is not self.source:
            return
        self._asked.difference_update(wanted)
        for row in rows:
            self._rows.pop(row.rowid, None)
            self._rows[row.rowid] = row
        for rowid in list(self._rows)[: max(0, len(self._rows) - _KEPT)]:
            del self._rows[rowid]
        self.changed.emit()

    # -- doing

    def landing(self, rowid: int, lane: int, done: Callable[[int], None]) -> Cancel:
        """Ask where in a lane a card would stand, by the order of the list."""
        source = self.source
        if source is None:
            return lambda: None
        ids, number = self.lanes[lane].ids, self._load

        def tell(at: int) -> None:
            # Lanes that were read again since have an order of their own.
            if number == self._load:
                done(at)

        return source.landing(ids, rowid, tell)

    def move(self, rowid: int, lane: int, place: int | None = None) -> bool:
        """Give a record the value of a lane; False where it has it or cannot get it.

        It stands at once where the order of the list puts it: at `place` where that is known.
        """
        row, source = self._rows.get(rowid), self.source
        now, at = self.where(rowid)
        if row is None or source is None or now in {-1, lane}:
            return False
        key = self.lanes[lane].lane.key
        if place is None:
            self.landing(rowid, lane, partial(self._settle, rowid, lane))
        self._shift(rowid, now, at, lane, place or 0)
        self._moving.setdefault(rowid, []).append(key)
        done, refused = partial(self._written, rowid), partial(self._refused, rowid, now, at)
        source.move(row.id, key, done, refused)
        if place is not None:
            self.settled.emit(rowid)
        return True

    def _settle(self, rowid: int, lane: int, place: int) -> None:
        """Put a card that was moved where the order of the list has it."""
        now, at = self.where(rowid)
        if now == lane:
            self._shift(rowid, lane, at, lane, place)
            self.settled.emit(rowid)

    def _shift(self, rowid: int, lane: int, at: int, to: int, place: int = 0) -> None:
        self.lanes[lane].ids.pop(at)
        self.lanes[lane].count -= 1
        self.lanes[to].ids.insert(place, rowid)
        self.lanes[to].count += 1
        self.changed.emit()

    def _written(self, rowid: int) -> None:
        """The oldest move of a card that was not answered is."""
        keys = self._moving.get(rowid, [])
        del keys[:1]
        if not keys:
            self._moving.pop(rowid, None)

    def _refused(self, rowid: int, lane: int, before: int, error: Exception) -> None:
        self._written(rowid)
        now, at = self.where(rowid)
        if now >= 0 and lane < len(self.lanes) and now != lane:
            self._shift(rowid, now, at, lane, before)
        if not isinstance(error, GateRefused):
            # What a step needs is asked for in place.
            self.told.emit(reason_of(error))
        self.reload()

    def rename(self, rowid: int, path: str, text: str) -> None:
        """Write another title."""
        row, source = self._rows.get(rowid), self.source
        if row is not None and source is not None:
            source.commit(row.id, path, text, lambda _row: None, self.told.emit)

    def create(self, lane: int, path: str, text: str, done: Callable[[int], None]) -> None:
        """Make a record in a lane, with a title."""
        source = self.source
        if source is None:
            return
        values: dict[str, Entry] = {**self._values(lane), path: text}

        def made(row: GridRow) -> None:
            self._rows[row.rowid] = row
            done(row.rowid)

        def failed(reasons: Mapping[str, str]) -> None:
            self.told.emit(" ".join(reasons.values()))

        source.create(values, made, failed)

    def _values(self, lane: int) -> dict[str, Entry]:
        source = self.source
        assert source is not None
        shown = self.lanes[lane].lane
        return {source.field.name: Chosen(shown.key, shown.title)} if shown.key else {}

    def delete(self, rowid: int) -> None:
        """Delete a record; undo brings it back."""
        row, source = self._rows.get(rowid), self.source
        if row is not None and source is not None:
            source.delete([row.id], lambda: None, self.told.emit)

    def spoken(self, lane: int, at: int) -> str:
        """A card in words: its lane, its title and what stands on it."""
        rows = self.lanes[lane]
        row = self._rows.get(rows.ids[at]) if at < len(rows.ids) else None
        texts = [] if row is None else [cell.text for cell in row.cells if cell.text]
        place = _("{place} of {count}").format(place=at + 1, count=f"{rows.count:,}")
        return ", ".join([*texts, rows.lane.title, place])
