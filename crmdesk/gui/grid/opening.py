"""Makes the editor for a column: a line, a text that grows, or a picker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from crmdesk.gui.grid.editors import LineEditor, LongEditor
from crmdesk.gui.grid.source import Cancel, Failed, GridColumn, Option, Reading, ReadText
from crmdesk.i18n import _

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


@runtime_checkable
class ReadsLines(Protocol):
    """A source that makes a whole record of one line in words."""

    @property
    def new_hint(self) -> str:
        """An example of such a line; "" where records are not made so."""

    def line_reader(self, path: str) -> ReadText | None:
        """What reads a line that is typed into that column."""


@runtime_checkable
class Makes(Protocol):
    """A source whose pickers can make the record that they do not find."""

    def can_make(self, path: str) -> bool:
        """Whether a record of only a title can be made."""


@runtime_checkable
class Manages(Protocol):
    """A source whose pickers can change the choices that they offer."""

    def can_manage(self, path: str) -> bool:
        """Whether choices can be added to, renamed and archived."""

    def add_choice(
        self, path: str, title: str, done: Callable[[Option], None], failed: Failed
    ) -> None:
        """Add a choice."""

    def change_choice(
        self,
        path: str,
        key: str,
        done: Callable[[], None],
        failed: Failed,
        *,
        title: str | None = None,
        colour: str | None = None,
        archived: bool | None = None,
    ) -> None:
        """Rename, recolour or archive a choice."""


DAYS = frozenset({"date", "instant", "moment"})
NUMBERS = frozenset({"integer", "decimal", "percent", "money", "duration"})


def _unheard(_reason: str) -> None:
    """Nobody listens to why a choice could not be changed."""


def make_editor(
    parent: QWidget,
    spec: GridColumn,
    source: Offers,
    font: QFont,
    finish: Callable[[QWidget], None],
    tell: Failed = _unheard,
    *,
    whole: bool = False,
) -> QWidget:
    """The editor for a cell of that column; `finish` is called when a pick ends the edit.

    `tell` gets why a choice could not be added or changed. `whole`: nothing but what is typed
    here will make a new record.
    """
    reader = source.line_reader(spec.path) if whole and isinstance(source, ReadsLines) else None
    if reader is not None:
        # Late, for the start's sake: the first paint needs no editor.
        from crmdesk.gui.grid.readeditor import ReadEditor

        return ReadEditor(parent, numeric=False, font=font, name=spec.title, read=reader)
    if spec.kind in PICKED:
        return _picker(parent, spec, source, font, finish, tell)
    if spec.kind == "colour":
        return _palette(parent, spec, font, finish)
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
    tell: Failed,
) -> QWidget:
    # Late, for the start's sake: the first paint needs no picker.
    from crmdesk.gui.grid.picker import PickEditor, matching

    by_record = spec.kind in {"reference", "anyref"}

    def choices(text: str, done: Callable[[Sequence[Option]], None]) -> Cancel:
        done(matching(source.choices(spec.path), text))
        return lambda: None

    def records(text: str, done: Callable[[Sequence[Option]], None]) -> Cancel:
        return source.complete(spec.path, text, done)

    making, add, manage = "", None, None
    if by_record:
        if isinstance(source, Makes) and source.can_make(spec.path):
            making = _("Create “{text}”")
    elif isinstance(source, Manages) and source.can_manage(spec.path):
        making = _("Add “{text}”")
        add, manage = _adding(source, spec.path, tell), _managing(source, spec.path, tell)
    made = PickEditor(
        parent,
        font=font,
        name=spec.title,
        ask=records if by_record else choices,
        as_chips=not by_record,
        several=spec.kind == "choices",
        entity=spec.entity,
        making=making,
        add=add,
        manage=manage,
    )
    made.done.connect(lambda: finish(made))
    return made


def _adding(
    source: Manages, path: str, tell: Failed
) -> Callable[[str, Callable[[Option], None]], None]:
    return lambda title, done: source.add_choice(path, title, done, tell)


def _managing(
    source: Manages, path: str, tell: Failed
) -> Callable[[QWidget, Option, QRect, Callable[[], None]], None]:
    def manage(editor: QWidget, option: Option, where: QRect, done: Callable[[], None]) -> None:
        # Late, for the start's sake.
        from crmdesk.gui.grid.choicepanel import ChoicePanel

        panel = ChoicePanel(editor, option)
        panel.renamed.connect(
            lambda title: source.change_choice(path, option.id, done, tell, title=title)
        )
        panel.recoloured.connect(
            lambda colour: source.change_choice(path, option.id, done, tell, colour=colour)
        )
        panel.archived.connect(
            lambda: source.change_choice(path, option.id, done, tell, archived=True)
        )
        panel.open_at(where)

    return manage


def _palette(
    parent: QWidget, spec: GridColumn, font: QFont, finish: Callable[[QWidget], None]
) -> QWidget:
    """Some colours to pick from; any other can be typed."""
    # Late, for the start's sake.
    from crmdesk.gui.grid.palette import colours
    from crmdesk.gui.grid.picker import PickEditor, matching

    def ask(text: str, done: Callable[[Sequence[Option]], None]) -> Cancel:
        done(matching(colours(), text))
        return lambda: None

    made = PickEditor(parent, font=font, name=spec.title, ask=ask, as_chips=True)
    made.done.connect(lambda: finish(made))
    return made
