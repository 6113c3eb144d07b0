"""Makes the editor for a column: a line, a text that grows, or a picker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from crmdesk.gui.grid.editors import LineEditor, LongEditor
from crmdesk.gui.grid.source import Cancel, GridColumn, Option

PICKED = frozenset({"choice", "choices", "reference", "anyref"})
"""The kinds of columns whose editor offers a list."""


class Offers(Protocol):
    """What a picker asks: the part of a source that knows what can be picked."""

    def choices(self, path: str) -> Sequence[Option]:
        """What a choice column offers."""

    def complete(self, path: str, text: str, done: Callable[[Sequence[Option]], None]) -> Cancel:
        """The records that `text` may mean."""


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
    return LineEditor(parent, numeric=spec.numeric, font=font, name=spec.title)


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
