"""Editors for what a field is compared with: periods, choices, records, typed values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from crmdesk.errors import KnownError
from crmdesk.gui.completing import Completer, any_record
from crmdesk.gui.grid.source import Cancel, Option
from crmdesk.gui.lists.linelist import LineItem, LineList
from crmdesk.gui.lists.titles import RecordTitles
from crmdesk.i18n import _
from crmdesk.schema.periods import LAST_DAYS, MOST_DAYS, NEXT_DAYS, PERIODS
from crmdesk.schema.query import DAY_AND_TIME_KINDS, ME, PART_OF_TEXT, USER
from crmdesk.schema.registry import Field
from crmdesk.schema.timetypes import DateType, MomentType
from crmdesk.schema.values import AnyRef, Instant, Phone

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

_TYPING_MS = 180
_FIRST_PERIODS = (
    "today", "this_week", "this_month", "this_quarter", "this_year", "overdue",
    NEXT_DAYS, LAST_DAYS, "tomorrow", "next_week", "next_month", "next_quarter", "next_year",
    "yesterday", "last_week", "last_month", "last_quarter", "last_year",
)  # fmt: skip


class ValueEditor(QWidget):
    """Edits one operand; `value` is None while it is not complete."""

    changed = Signal()
    # What was typed has been read: whether it is a value.
    settled = Signal(bool)

    @property
    def value(self) -> Any:
        """The operand in its normal form, None while there is none."""
        return None

    def settle(self) -> bool:
        """Read what was just typed; False where the answer is still to come, by `settled`."""
        return True

    def stop(self) -> None:
        """Ask no more: nobody looks at the answers."""

    # -- Qt

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.stop()


class PeriodEditor(ValueEditor):
    """A relative period: this quarter, the next 30 days, overdue."""

    def __init__(self, parent: QWidget, bridge: Bridge, value: Any) -> None:
        super().__init__(parent)
        word, _colon, count = (value or "").partition(":")
        self._word = word
        language = bridge.language
        self.list = LineList(self, _("Find a period…"))
        self._titles = {name: PERIODS[name].text(language) for name in _FIRST_PERIODS}
        self.list.picked.connect(self._pick)
        self.days = QSpinBox(self)
        self.days.setRange(1, MOST_DAYS)
        self.days.setValue(int(count) if count.isdigit() else 30)
        self.days.setSuffix(" " + _("days"))
        self.days.setAccessibleName(_("Number of days"))
        self.days.valueChanged.connect(lambda _count: self.changed.emit())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.days)
        box.addWidget(self.list)
        self.setFocusProxy(self.list)
        self._show()

    @property
    def value(self) -> str | None:
        if self._word in (LAST_DAYS, NEXT_DAYS):
            return f"{self._word}:{self.days.value()}"
        return self._word or None

    def _show(self) -> None:
        self.days.setVisible(self._word in (LAST_DAYS, NEXT_DAYS))
        self.list.show_lines(
            [LineItem(name, title, icon="check" if name == self._word else "", )
             for name, title in self._titles.items()], rows=8
        )  # fmt: skip

    def _pick(self, name: str) -> None:
        self._word = name
        self._show()
        self.changed.emit()


class PickValue(ValueEditor):
    """Several choices, steps or records, ticked in a list; records are found by typing."""

    def __init__(
        self, parent: QWidget, bridge: Bridge, field: Field, titles: RecordTitles, value: Any
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._field = field
        self._titles = titles
        self._offered = bridge.picks.of_field(field)
        self._by_text = not self._offered and (bool(field.target) or field.kind == "anyref")
        self._chosen: dict[str, str] = {}
        self._found: Sequence[Option] = ()
        self._cancel: Cancel | None = None
        self._number = 0
        hint = _("Find a record…") if self._by_text else _("Find a choice…")
        many = self._by_text or len(self._offered) > 8
        self.list = LineList(
            self, hint, search=many, narrow=not self._by_text, steady=self._by_text
        )
        self.list.picked.connect(self._tick)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.list)
        self.setFocusProxy(self.list)
        for one in _operands(value):
            key = f"{one.entity}:{one.id}" if isinstance(one, AnyRef) else str(one)
            self._chosen[key] = self._title(key)
        titles.came.connect(self._name)
        if self._by_text:
            self.list.typed.connect(self._ask)
            self._ask("")
        self._show()

    @property
    def value(self) -> tuple[Any, ...] | None:
        """What is ticked, None for nothing."""
        if self._field.kind == "anyref":
            pairs = (key.partition(":") for key in self._chosen)
            return tuple(AnyRef(entity, record) for entity, _c, record in pairs) or None
        return tuple(self._chosen) or None

    def stop(self) -> None:
        self._number += 1
        if self._cancel is not None:
            self._cancel()

    def _title(self, key: str) -> str:
        if key == ME and self._field.target == USER:
            return _("Me")
        if self._field.kind == "anyref":
            entity, _colon, record = key.partition(":")
            return self._titles.title(entity, record)
        if self._field.target:
            return self._titles.title(self._field.target, key)
        return next((one.title for one in self._offered if one.id == key), key)

    def _name(self) -> None:
        self._chosen = {key: self._title(key) or title for key, title in self._chosen.items()}
        self._show()

    def _ask(self, text: str) -> None:
        if self._cancel is not None:
            self._cancel()
        self._number += 1
        number, bridge, field = self._number, self._bridge, self._field

        def ask(conn: Any, _job: object) -> Sequence[Option]:
            if not field.target:
                return any_record(bridge, text)
            return Completer(bridge, field.target, {}).options(conn, text)

        def take(found: Sequence[Option]) -> None:
            if number == self._number:
                self._found = found
                self._show()

        self._cancel = bridge.read(ask, take)

    def _show(self) -> None:
        if self._offered:
            chips = bool(self._offered[0].colour) or self._bridge.picks.is_step(self._field)
            self.list.show_lines(
                [LineItem(one.id, one.title, one.subtitle, colour=one.colour, chip=chips,
                          ticked=one.id in self._chosen) for one in self._offered]
            )  # fmt: skip
            return
        text = self.list.search.text().strip()
        typed = bool(text)
        lines = []
        me = _("Me").casefold().startswith(text.casefold())
        if self._field.target == USER and me:
            lines.append(LineItem(ME, _("Me"), icon="user", ticked=ME in self._chosen))
        colour = (
            self._bridge.registry.entity(self._field.target).colour if self._field.target else ""
        )
        if not typed:
            lines += [
                LineItem(key, title or "…", colour=colour or None, ticked=True)
                for key, title in self._chosen.items()
                if key != ME
            ]
        lines += [
            LineItem(one.id, one.title, one.subtitle, colour=one.colour,
                     ticked=one.id in self._chosen)
            for one in self._found
            if typed or one.id not in self._chosen
        ]  # fmt: skip
        self.list.show_lines(lines, rows=8)

    def _tick(self, key: str) -> None:
        if key in self._chosen:
            del self._chosen[key]
        else:
            title = next((one.title for one in self._found if one.id == key), "")
            if title and self._field.target:
                self._titles.know(self._field.target, key, title)
            self._chosen[key] = title or self._title(key)
        self._show()
        self.changed.emit()


class YesNo(ValueEditor):
    """Yes or no."""

    def __init__(self, parent: QWidget, value: Any) -> None:
        super().__init__(parent)
        self.yes = QRadioButton(_("Yes"), self)
        self.no = QRadioButton(_("No"), self)
        (self.no if value is False else self.yes).setChecked(True)
        self.yes.toggled.connect(lambda _on: self.changed.emit())
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        box.addWidget(self.yes)
        box.addWidget(self.no)
        box.addStretch()
        self.setFocusProxy(self.yes)

    @property
    def value(self) -> bool:
        return self.yes.isChecked()


class TypedValue(ValueEditor):
    """A line whose text is read as a value of the field; below it, how it was read.

    Text is read beside the window: some patterns of dates take half a second to load.
    """

    def __init__(
        self, parent: QWidget, bridge: Bridge, field: Field, op: str, value: Any, hint: str = ""
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._field = field
        self._plain = op in PART_OF_TEXT or field.kind in ("text", "longtext")
        self._value = value
        self._number = 0
        self._reading = False
        self._cancel: Cancel | None = None
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(hint or _hint(field))
        self.line.setAccessibleName(hint or _("Value"))
        self.note = QLabel(self)
        self.note.setProperty("look", "caption")
        self.note.setWordWrap(True)
        self.note.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addWidget(self.line)
        box.addWidget(self.note)
        self.setFocusProxy(self.line)
        if value is not None:
            self.line.setText(self._text(value))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._timer.timeout.connect(self._read)
        self.line.textEdited.connect(lambda _text: self._timer.start())

    @property
    def value(self) -> Any:
        return self._value

    def settle(self) -> bool:
        if self._timer.isActive():
            self._timer.stop()
            self._read()
        return not self._reading

    def stop(self) -> None:
        self._timer.stop()
        self._number += 1
        if self._cancel is not None:
            self._cancel()

    def _text(self, value: Any) -> str:
        if isinstance(value, Phone):
            return value.raw
        if self._plain:
            return str(value)
        if self._field.kind in DAY_AND_TIME_KINDS:
            kind = MomentType() if isinstance(value, Instant) else DateType()
            return kind.edit_text(value, self._bridge.ctx)
        return self._field.type.edit_text(value, self._bridge.ctx)

    def _read(self) -> None:
        text = self.line.text()
        if self._cancel is not None:
            self._cancel()
        self._number += 1
        number = self._number
        if self._plain:
            self._take(number, text or None, "")
            return
        ctx, field = self._bridge.ctx, self._field
        # A day or a time: either can be compared with a point in time.
        kind = MomentType() if field.kind in DAY_AND_TIME_KINDS else field.type

        def ask(_conn: Any, _job: object) -> tuple[Any, str]:
            value = kind.parse(text, ctx)
            shown = "" if value is None else kind.show(value, ctx)
            return value, "" if shown.strip() == text.strip() else shown

        self._reading = True
        self._cancel = self._bridge.read(
            ask, lambda read: self._take(number, *read), lambda error: self._refuse(number, error)
        )

    def _take(self, number: int, value: Any, shown: str) -> None:
        if number != self._number:
            return
        self._reading = False
        self._say(shown, refused=False)
        if value != self._value:
            self._value = value
            self.changed.emit()
        self.settled.emit(True)

    def _refuse(self, number: int, error: Exception) -> None:
        if not isinstance(error, KnownError):
            raise error
        if number == self._number:
            self._reading = False
            self._say(str(error), refused=True)
            self.settled.emit(False)

    def _say(self, words: str, *, refused: bool) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))
        self.note.setProperty("look", "error" if refused else "caption")
        self.note.style().polish(self.note)
        self.line.setProperty("refused", refused)
        self.line.style().polish(self.line)


class BetweenValue(ValueEditor):
    """Two ends, of which either may be left out."""

    def __init__(self, parent: QWidget, bridge: Bridge, field: Field, value: Any) -> None:
        super().__init__(parent)
        low, high = value if isinstance(value, tuple) and len(value) == 2 else (None, None)
        self.low = TypedValue(self, bridge, field, "between", low, _("From"))
        self.high = TypedValue(self, bridge, field, "between", high, _("To"))
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        for one in (self.low, self.high):
            one.changed.connect(self.changed)
            one.settled.connect(self._settled)
            box.addWidget(one, 1)
        self.setFocusProxy(self.low)

    @property
    def value(self) -> tuple[Any, Any] | None:
        ends = self.low.value, self.high.value
        return None if ends == (None, None) else ends

    def settle(self) -> bool:
        return self.low.settle() and self.high.settle()

    def _settled(self, good: bool) -> None:
        if not good or (self.low.settle() and self.high.settle()):
            self.settled.emit(good)


def editor_for(
    parent: QWidget, bridge: Bridge, field: Field, op: str, titles: RecordTitles, value: Any
) -> ValueEditor | None:
    """The editor of a condition's operand, None where the operator needs none."""
    if op in ("empty", "not_empty"):
        return None
    if op == "within":
        return PeriodEditor(parent, bridge, value if isinstance(value, str) else None)
    if op == "between":
        return BetweenValue(parent, bridge, field, value)
    if field.kind in ("choice", "choices", "reference", "anyref"):
        return PickValue(parent, bridge, field, titles, value)
    if field.kind == "boolean":
        return YesNo(parent, value)
    single = None if isinstance(value, tuple) else value
    return TypedValue(parent, bridge, field, op, single)


def _operands(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _hint(field: Field) -> str:
    if field.kind in ("date", *DAY_AND_TIME_KINDS):
        return _("A day, such as 24 Dec or next Friday")
    return _("Value")
