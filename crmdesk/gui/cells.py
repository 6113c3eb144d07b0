"""Makes what a grid and a form paint: columns of the declaration, cells of a record's values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from crmdesk.gui.grid.source import EMPTY, GridCell, GridColumn, GridRow
from crmdesk.gui.picks import Picks
from crmdesk.i18n import _
from crmdesk.schema.query import USER, resolve
from crmdesk.schema.querywords import THROUGH
from crmdesk.schema.registry import Entity, Field, Path, Registry
from crmdesk.schema.textcontext import TextContext
from crmdesk.schema.values import Instant
from crmdesk.store.reading import Linked, Row

_WIDTHS = {
    "boolean": 60, "integer": 84, "decimal": 88, "percent": 88, "rating": 92, "money": 130,
    "date": 112, "instant": 150, "moment": 144, "stamp": 150, "duration": 88, "choice": 122,
    "choices": 160, "reference": 144, "anyref": 150, "phone": 154, "email": 180, "url": 160,
    "longtext": 240, "colour": 88,
}  # fmt: skip
# 2026年11月16日 08:30 is so much wider than 16 Nov 2026 08:30, a day alone a little less; the words
# of choices are shorter.
_ZH_WIDER = {"date": 22, "instant": 28, "moment": 28, "stamp": 28, "choice": -22}
_TEXT_WIDTH = 124
_PERSON_WIDTH = 104
_STEP_WIDTH, _STEP_WIDTH_ZH = 108, 92
_TITLE_WIDTH = 184
# Kinds whose text in an editor is the one that is shown.
_AS_SHOWN = frozenset({"text", "longtext", "choice", "choices", "email", "file", "boolean"})


@dataclass(frozen=True)
class Shown:
    """A path as a column shows it: its field, and how that is painted."""

    path: Path
    is_step: bool
    is_due: bool
    is_title: bool

    @property
    def field(self) -> Field:
        return self.path.field

    @property
    def kind(self) -> str:
        """The kind of column: a step of a way is picked and painted like a choice."""
        return "choice" if self.is_step else self.field.kind


class CellMaker:
    """Makes columns and rows for some paths of an entity, as the text context has it.

    `read` are the paths to be read for `row`: those that are shown, then what tells whether a
    record is late or done. Any thread may use it.
    """

    def __init__(
        self, registry: Registry, picks: Picks, ctx: TextContext, entity: str, paths: Sequence[str]
    ) -> None:
        self.registry = registry
        self.ctx = ctx
        self.entity: Entity = registry.entity(entity)
        self.paths = tuple(paths)
        self._picks = picks
        due = self.entity.due
        self._due = due
        self.shown = tuple(self.look(path) for path in self.paths)
        self.read = self.paths if due is None else (*self.paths, *due.names)
        # Only a yes or no says of a record that it is done, and may be struck out.
        self._ticked = due is not None and self.entity.field(due.open).kind == "boolean"

    def look(self, text: str) -> Shown:
        """A path as a column shows it."""
        path = resolve(self.registry, self.entity.name, text)
        own = not path.steps
        return Shown(
            path,
            self._picks.is_step(path.field),
            own and self._due is not None and path.field.name == self._due.field,
            own and path.field.name in self.entity.title,
        )

    # -- columns

    def columns(self, *, locked: Collection[str] = ()) -> tuple[GridColumn, ...]:
        """The columns, with their titles in the language; those in `locked` cannot be edited."""
        labels = [shown.field.label.text(self.ctx.language) for shown in self.shown]
        made = []
        widest = next(
            (n for n, one in enumerate(self.shown) if one.is_title and not one.field.target), 0
        )
        for number, (text, one) in enumerate(zip(self.paths, self.shown, strict=True)):
            title = labels[number]
            if one.path.steps and labels.count(title) > 1:
                title = f"{one.path.steps[-1].label.text(self.ctx.language)} · {title}"
            elif one.path.steps and text not in self.entity.grid:
                # Reached by hand: a city may be that of anything.
                steps = (step.label.text(self.ctx.language) for step in one.path.steps)
                title = THROUGH.join((*steps, title))
            editable = not one.path.steps and text not in locked and can_edit(one.field)
            wide = number == widest
            width = _WIDTHS.get(one.kind, _TEXT_WIDTH)
            if self.ctx.language == "zh":
                width += _ZH_WIDER.get(one.kind, 0)
            if one.field.target == USER:
                width = _PERSON_WIDTH
            elif one.is_step:
                width = _STEP_WIDTH_ZH if self.ctx.language == "zh" else _STEP_WIDTH
            made.append(
                GridColumn(
                    text,
                    title,
                    kind=one.kind,
                    numeric=one.field.type.numeric,
                    editable=editable,
                    width=max(width, _TITLE_WIDTH) if wide else width,
                    entity=self.colour(one.field.target),
                    target=one.field.target or getattr(one.field.type, "list_name", ""),
                    stretch=wide,
                )
            )
        return tuple(made)

    def colour(self, entity: str) -> str:
        """The token that records of an entity wear."""
        found = self.registry.entities.get(entity)
        return "" if found is None else found.colour

    # -- cells

    def row(self, row: Row) -> GridRow:
        """The row with its cells; `row` holds a value for each path of `read`."""
        count = len(self.paths)
        late, done = self._standing(row.cells[count:])
        cells = []
        for shown, value in zip(self.shown, row.cells, strict=False):
            cell = self.cell(shown, value)
            if late and shown.is_due and cell.text:
                cell = cell._replace(state=late)
            elif done and (shown.is_title or shown.field.name == self._open):
                cell = cell._replace(state="done")
            elif done and shown.is_due:
                cell = cell._replace(state="faint")
            cells.append(cell)
        return GridRow(row.rowid, row.id, tuple(cells))

    def standing(self, row: Row) -> tuple[bool, bool]:
        """Whether the record is late, and whether it is ticked off as done."""
        late, done = self._standing(row.cells[len(self.paths) :])
        return late == "late", done

    @property
    def _open(self) -> str:
        return "" if self._due is None else self._due.open

    def _standing(self, marks: Sequence[Any]) -> tuple[str, bool]:
        """Whether the record is "late" or due "today", and whether it is done."""
        if self._due is None:
            return "", False
        by, still = marks
        if still not in self._due.values:
            return "", self._ticked
        now = self.ctx.present()
        if isinstance(by, Instant):
            if by.utc < now:
                return "late", False
            by = by.utc.astimezone(self.ctx.tz).date()
        if not isinstance(by, date):
            return "", False
        today = now.date()
        return ("late" if by < today else "today" if by == today else ""), False

    def cell(self, shown: Shown, value: Any) -> GridCell:
        """One value as a cell; `value` is as the store's rows have it."""
        if value is None:
            return GridCell("", False) if shown.kind == "boolean" else EMPTY
        if isinstance(value, Linked):
            return self._reference(shown, value)
        kind = shown.kind
        if kind == "boolean":
            return GridCell("", bool(value))
        field_type = shown.field.type
        text = field_type.show(value, self.ctx)
        if shown.is_due:
            text = self._near(value, text)
        if kind in _AS_SHOWN:
            return GridCell(text, value)
        return GridCell(text, value, edit=field_type.edit_text(value, self.ctx))

    def _reference(self, shown: Shown, value: Linked) -> GridCell:
        if shown.is_step:
            option = self._picks.option(value.entity, value.id)
            if option is not None:
                return GridCell(option.title, value.id, colour=option.colour)
        target = self.registry.entities.get(value.entity)
        title = value.title or (target.label.text(self.ctx.language) if target else value.entity)
        if shown.is_step or target is None or target.area == "system":
            # Who works here is named, not turned to.
            return GridCell(title, value.id)
        colour = target.colour if shown.kind == "anyref" else None
        return GridCell(title, value.id, (value.entity, value.id), colour)

    def _near(self, value: Any, text: str) -> str:
        """A day that is near by its word: Yesterday 16:00."""
        clock = ""
        day = value
        if isinstance(value, Instant):
            wall = value.utc.astimezone(self.ctx.tz)
            day, clock = wall.date(), f" {wall:%H:%M}"
        if not isinstance(day, date):
            return text
        words = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}
        word = words.get((day - self.ctx.today()) // timedelta(days=1))
        return text if word is None else word + clock


def can_edit(field: Field) -> bool:
    """Whether people enter this field by typing or picking."""
    return not field.read_only and field.kind not in {"file", "data"}
