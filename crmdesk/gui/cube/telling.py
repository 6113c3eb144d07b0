"""What a timeline says of each thing that happened: words, references, day, second line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QLocale

from crmdesk.gui.cells import CellMaker
from crmdesk.gui.cube.marks import CHANGED, MOVED, picture, way_picture
from crmdesk.gui.grid.source import EMPTY, GridCell
from crmdesk.i18n import _, ngettext
from crmdesk.schema.dateshow import show_day
from crmdesk.schema.marks import Told
from crmdesk.schema.registry import Entity
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.timetypes import DurationType, MomentType
from crmdesk.schema.values import Instant
from crmdesk.store.reading import Row
from crmdesk.store.timeline import CHANGE, Happening

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.cube.changed import Said

_WHEN = MomentType()
_LASTED = DurationType()
_WEEK = 6


class Part(NamedTuple):
    """A stretch of words: "text", "strong" or "muted"; a reference has the record."""

    text: str
    look: str = "text"
    ref: tuple[str, str] | None = None
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, ready to be painted: the record it turns to (none for a change of itself).

    `parts` follow each other, `under` is the second line. `planned` is what has not happened
    yet. A heading has no icon.
    """

    icon: str
    colour: str
    parts: tuple[Part, ...]
    kind: str
    when: str
    entity: str = ""
    id: str = ""
    under: str = ""
    planned: bool = False
    late: bool = False
    full: str = ""

    @property
    def title(self) -> str:
        """All that the line says, in words alone."""
        return "".join(part.text for part in self.parts)


class Teller:
    """Tells of happenings around one record; made for a reading, on the thread that reads."""

    def __init__(self, bridge: Bridge, entity: str, record: str) -> None:
        self._bridge = bridge
        self._ctx: TextContext = bridge.ctx
        self._registry = bridge.registry
        self._front = (entity, record)
        self._front_title = ""

    def lines(self, conn: Any, found: Sequence[Happening], *, planned: bool = False) -> list[Line]:
        """A line for each happening, in their order."""
        select, ctx = self._bridge.workspace.select, self._ctx
        entity, record = self._front
        self._front_title = select.titles(conn, entity, [record], ctx).get(record, "")
        rows: dict[tuple[str, str], tuple[CellMaker, Row]] = {}
        by_entity: dict[str, list[Happening]] = {}
        for one in found:
            by_entity.setdefault(one.entity, []).append(one)
        changes = by_entity.pop(CHANGE, [])
        for name, those in by_entity.items():
            told = self._registry.entity(name).told
            paths = _paths(told)
            maker = CellMaker(self._registry, self._bridge.picks, ctx, name, paths)
            numbers = [one.mark.number for one in those]
            for row in select.rows(conn, name, numbers, maker.read):
                rows[name, row.id] = maker, row
        told_changes: Mapping[int, Said] = {}
        if changes:
            # Late, for the start's sake: few ask for the changes.
            from crmdesk.gui.cube.changed import said

            numbers = [one.mark.number for one in changes]
            told_changes = said(self._bridge, conn, entity, record, numbers)
        return [
            self._change(one, told_changes.get(one.mark.number))
            if one.entity == CHANGE
            else self._record(one, rows.get((one.entity, one.id)), planned)
            for one in found
        ]

    # -- one record

    def _record(self, one: Happening, read: tuple[CellMaker, Row] | None, planned: bool) -> Line:
        holder = self._registry.entity(one.entity)
        told = holder.told or Told()
        cells: Mapping[str, GridCell] = {}
        late = done = False
        if read is not None:
            maker, row = read
            made = maker.row(row).cells
            cells = dict(zip(maker.paths, made, strict=True))
            late, done = maker.standing(row)
        icon = way_picture(cells.get(told.kind, EMPTY).value) or picture(holder)
        if told.now:
            icon = MOVED
        parts = self._head(holder, told, one, cells, done)
        parts += self._after(holder, told, cells)
        started = self._moment(one.at)
        long = _lasted(started, cells.get(told.until, EMPTY).value)
        if long:
            parts.append(Part(f" · {_LASTED.show(long, self._ctx)}", "muted"))
        under = " ".join(cells.get(told.under, EMPTY).text.split())
        shown = "".join(part.text for part in parts)
        return Line(
            icon,
            holder.colour,
            tuple(parts),
            holder.label.text(self._ctx.language),
            near(started, self._ctx),
            one.entity,
            one.id,
            "" if under == shown else under,
            planned,
            late,
            _WHEN.show(started, self._ctx),
        )

    def _head(
        self,
        holder: Entity,
        told: Told,
        one: Happening,
        cells: Mapping[str, GridCell],
        done: bool,
    ) -> list[Part]:
        label = holder.label.text(self._ctx.language)
        who = self._who(told, cells)
        if told.now:
            field = holder.field(told.now).label.text(self._ctx.language)
            was, now = cells.get(told.was, EMPTY).text, cells.get(told.now, EMPTY).text
            arrow = f" {was} → " if was else " → "
            return [Part(f"{field}{arrow}"), Part(now or "—", "strong"), *self._of(told, cells)]
        if told.under and told.under in holder.title:
            # What was said stands below; above, how and with whom.
            way = cells.get(told.head or told.kind, EMPTY).text or label
            if who is None:
                return [Part(way)]
            if told.head:
                return [Part(f"{way} · "), who]
            return [*_around(_("{way} with {who}"), way, who)]
        title = cells.get(told.head, EMPTY).text if told.head else one.title
        title = self._without_front(title or one.title)
        if holder.area != _BY_ITSELF:
            # A number or a name alone does not say what it is of.
            title = f"{label} {title}" if title else label
        parts = [Part(title or label, "muted" if done else "text")]
        if who is not None:
            parts += [Part(" · ", "muted"), who]
        return parts

    def _after(self, holder: Entity, told: Told, cells: Mapping[str, GridCell]) -> list[Part]:
        parts = []
        minutes = cells.get(told.minutes, EMPTY).value
        if isinstance(minutes, int) and minutes > 0:
            text = ngettext("{count} min", "{count} min", minutes).format(count=minutes)
            parts.append(Part(f" · {text}", "muted"))
        for path in told.after:
            text = cells.get(path, EMPTY).text
            if text:
                strong = holder.field(path).kind == "money" if "." not in path else False
                parts.append(Part(" · ", "muted"))
                parts.append(Part(text, "text" if strong else "muted"))
        return parts

    def _of(self, told: Told, cells: Mapping[str, GridCell]) -> list[Part]:
        """Whose step it was, where that is not the record in front."""
        whose = dict.fromkeys(path.partition(".")[0] for path in told.through)
        found = [cells.get(name, EMPTY) for name in whose]
        parts = []
        for cell in found:
            if cell.ref is not None and cell.ref != self._front:
                colour = self._registry.entity(cell.ref[0]).colour
                parts += [Part(" · ", "muted"), Part(cell.text, "text", cell.ref, colour)]
        return parts

    def _who(self, told: Told, cells: Mapping[str, GridCell]) -> Part | None:
        """The person it was with, unless that is the record in front."""
        cell = cells.get(told.who, EMPTY)
        if cell.ref is None or cell.ref == self._front:
            return None
        return Part(cell.text, "text", cell.ref, self._registry.entity(cell.ref[0]).colour)

    def _without_front(self, title: str) -> str:
        """A title without the name of the record in front, which everybody sees."""
        front = self._front_title
        if not front or front not in title:
            return title
        return title.replace(front, "", 1).strip(" ·–-,")

    # -- a change of the record itself

    def _change(self, one: Happening, said: Said | None) -> Line:
        ctx = self._ctx
        at = self._moment(one.at)
        full = _WHEN.show(at, ctx)
        if said is None:
            # Of fields that the record does not have any more.
            parts = [Part(_("Changed"))]
        else:
            parts = [Part(said.before)]
            if said.now:
                parts.append(Part(said.now, "strong"))
            if said.more:
                parts.append(Part(said.more, "muted"))
            if said.actor:
                parts.append(Part(f" · {said.actor}", "muted"))
            # The line names one field, and may cut what it became.
            full = "\n".join(filter(None, [said.all, full]))
        return Line(CHANGED, "note", tuple(parts), _("Change"), near(at, ctx), full=full)

    def _moment(self, stored: str) -> date | Instant | None:
        return _WHEN.from_stored(stored, self._ctx.zone)


# The area whose records say by their title what they are.
_BY_ITSELF = "activity"


def _paths(told: Told | None) -> tuple[str, ...]:
    return () if told is None else tuple(dict.fromkeys(told.paths))


def _around(words: str, way: str, who: Part) -> list[Part]:
    """The words of a sentence with a reference in its place in it."""
    before, _place, behind = words.partition("{who}")
    made = [Part(before.format(way=way)), who, Part(behind.format(way=way))]
    return [part for part in made if part.text]


def _lasted(start: date | Instant | None, end: object) -> timedelta | None:
    if isinstance(start, Instant) and isinstance(end, Instant) and end.utc > start.utc:
        return end.utc - start.utc
    return None


def near(value: date | Instant | None, ctx: TextContext) -> str:
    """A day as one says it: Today 16:00, Wed 14:10, 13 Nov, 13 Nov 2024."""
    if value is None:
        return ""
    clock = ""
    day = value
    if isinstance(value, Instant):
        wall = value.utc.astimezone(ctx.tz)
        day, clock = wall.date(), f" {wall:%H:%M}"
    if not isinstance(day, date):
        return ""
    today = ctx.today()
    away = (day - today).days
    words = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}.get(away)
    if words is not None:
        return words + clock
    if abs(away) <= _WEEK:
        name = QLocale(ctx.language).dayName(day.isoweekday(), QLocale.FormatType.ShortFormat)
        return name + clock
    shown = show_day(day, ctx)
    if day.year != today.year:
        return shown
    return shown.removeprefix(f"{day.year}年").removesuffix(f" {day.year}")
