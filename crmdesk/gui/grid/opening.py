"""Makes the editor for a column: a line, a text that grows, or a picker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from crmdesk.gui.grid.editors import LineEditor, LongEditor
from crmdesk.gui.grid.source import Cancel, GridColumn, Option, Reading

PICKED = frozenset({"choice", "choices", "reference", "anyref"})
"""The kinds of columns whose editor offers a list."""


class Offers(Protocol):
    """What a picker asks: the part of a source that knows what can be picked."""

    def choices(self, path: str) -> Sequence[Option]:
        """What a choice column offers."""

    def complete(self, path: str, text: str, done: Callable[[Sequence[Option]], None]) -> Cancel:
        """The records that `text` may mean."""


@runtime_checkable
class Reads(Protocol):
    """A source that can tell how a text is read, while it is typed."""

    @property
    def zone(self) -> str:
        """The IANA zone in which times are entered."""

    def read_text(self, path: str, text: str, done: Callable[[Reading], None]) -> Cancel:
        """How `text` would be read in that column."""


DAYS = frozenset({"date", "instant", "moment"})
NUMBERS = frozenset({"integer", "decimal", "percent", "money", "duration"})


def make_editor(
    parent: QWidget,
    spec: GridColumn,
    source: Offers,
    font: QFont,
    finish: Callable[[QWidget], None],
) -> QWidget:
    """The editor for a cell of that column; `finish` is called when a pick ends the edit."""
    if spec.kind in PICKED:
        return _picker(parent, spec, source, font, finish)
    if spec.kind == "longtext":
        return LongEditor(parent, font=font, name=spec.title)
    if spec.kind in DAYS | NUMBERS and isinstance(source, Reads):
        return _reading(parent, spec, source, font, finish)
    return LineEditor(parent, numeric=spec.numeric, font=font, name=spec.title)


def _reading(
    parent: QWidget,
    spec: GridColumn,
    source: Reads,
    font: QFont,
    finish: Callable[[QWidget], None],
) -> QWidget:
    # Late, for the start's sake: the first paint needs no editor.
    from crmdesk.gui.grid.dayeditor import DayEditor
    from crmdesk.gui.grid.readeditor import ReadEditor

    def read(text: str, done: Callable[[Reading], None]) -> Cancel:
        return source.read_text(spec.path, text, done)

    if spec.kind not in DAYS:
        return ReadEditor(parent, numeric=spec.numeric, font=font, name=spec.title, read=read)
    made = DayEditor(
        parent, kind=spec.kind, font=font, name=spec.title, read=read, zone=source.zone
    )
    made.done.connect(lambda: finish(made))
    return made


def _picker(
    parent: QWidget,
    spec: GridColumn,
    source: Offers,
    font: QFont,
    finish: Callable[[QWidget], None],
) -> QWidget:
    # Late, for the start's sake: the first paint needs no picker.
    from crmdesk.gui.grid.picker import PickEditor, matching

    by_record = spec.kind in {"reference", "anyref"}

    def choices(text: str, done: Callable[[Sequence[Option]], None]) -> Cancel:
        done(matching(source.choices(spec.path), text))
        return lambda: None

    def records(text: str, done: Callable[[Sequence[Option]], None]) -> Cancel:
        return source.complete(spec.path, text, done)

    made = PickEditor(
        parent,
        font=font,
        name=spec.title,
        ask=records if by_record else choices,
        as_chips=not by_record,
        several=spec.kind == "choices",
        entity=spec.entity,
    )
    made.done.connect(lambda: finish(made))
    return made
