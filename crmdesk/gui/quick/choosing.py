"""What a chip of quick add opens: other records by search, or another day or time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from crmdesk.errors import KnownError
from crmdesk.features.quickadd.dates import other_days
from crmdesk.features.quickadd.line import Part, Reading
from crmdesk.gui.completing import Completer, front_of
from crmdesk.gui.grid.dayeditor import Month
from crmdesk.gui.grid.source import Cancel, Option
from crmdesk.gui.grid.source import Reading as Shown
from crmdesk.gui.lists.linelist import LineItem, LineList
from crmdesk.gui.lists.popover import Popover
from crmdesk.i18n import _
from crmdesk.schema.crm.facts import Tasks
from crmdesk.schema.datetext import wall_to_utc
from crmdesk.schema.values import Instant, zone_of

if TYPE_CHECKING:
    from crmdesk.features.quickadd.asking import Reader
    from crmdesk.gui.bridge import Bridge

_TYPING_MS = 120
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class PartBox(Popover):
    """A popover under a chip; it closes when a reading is chosen or the part is taken away."""

    # The reading that is to count.
    chosen = Signal(object)
    removed = Signal()

    def __init__(self, parent: QWidget, title: str, *, width: int) -> None:
        super().__init__(parent, title, width=width)
        self.away = QPushButton(_("Take away"), self)
        self.away.setProperty("look", "link")
        self.away.setToolTip(_("The words stay in the subject."))
        self.away.clicked.connect(self._remove)
        self._cancel: Cancel | None = None
        self.closed.connect(self.stop)

    def stop(self) -> None:
        """Ask no more: what still comes has nowhere to be shown."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def take(self, reading: Reading) -> None:
        """Let that reading count, and close."""
        self.dismiss()
        self.chosen.emit(reading)

    def _remove(self) -> None:
        self.dismiss()
        self.removed.emit()


class RecordBox(PartBox):
    """The records that the words may mean; typing finds any other one of that kind."""

    def __init__(
        self, parent: QWidget, bridge: Bridge, reader: Reader, part: Part, front: tuple[str, str]
    ) -> None:
        field = bridge.registry.entity(Tasks.ENTITY).field(part.role)
        super().__init__(parent, field.label.text(bridge.language), width=320)
        self._bridge, self._reader, self._part, self._front = bridge, reader, part, front
        self._target = field.target
        self._found: Sequence[Option] = ()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._ask)
        self.list = LineList(self, _("Find a record…"), narrow=False)
        self.list.picked.connect(self._pick)
        self.list.typed.connect(lambda _text: self._typing.start())
        self.box.addWidget(self.list)
        self.box.addWidget(self.away, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.list)
        self.list.search.setFocus()
        self._show()
        self._ask()

    def _ask(self) -> None:
        self.stop()
        text, bridge, target, front = self.list.search.text(), self._bridge, self._target, \
            self._front  # fmt: skip

        def ask(conn: Any, _job: object) -> Sequence[Option]:
            near = front_of(bridge, conn, *front) if front[1] else {}
            return Completer(bridge, target, near).options(conn, text)

        self._cancel = bridge.read(ask, self._take)

    def stop(self) -> None:
        self._typing.stop()
        super().stop()

    def _take(self, found: Sequence[Option]) -> None:
        self._cancel = None
        self._found = found
        self._show()
        self.place()

    def _show(self) -> None:
        typed = bool(self.list.search.text().strip())
        colour = self._bridge.registry.entity(self._target).colour
        lines, known = [], set()
        if not typed:
            for one in self._part.readings:
                known.add(str(one.value))
                ticked = one is self._part.best
                lines.append(
                    LineItem(str(one.value), one.text, one.firm[1], colour=colour, ticked=ticked)
                )
        lines += [
            LineItem(one.id, one.title, one.subtitle, colour=one.colour)
            for one in self._found
            if one.id not in known
        ]
        self.list.show_lines(lines, rows=8)

    def _pick(self, key: str) -> None:
        for one in self._part.readings:
            if str(one.value) == key:
                self.take(one)
                return
        title = next((one.title for one in self._found if one.id == key), "")
        reader, role = self._reader, self._part.role
        self._bridge.read(lambda _conn, _job: reader.reading(role, key, title), self.take)


class WhenBox(PartBox):
    """Another day or time: near ones by a click, any by the month or by typing it."""

    def __init__(self, parent: QWidget, bridge: Bridge, part: Part) -> None:
        self._field = bridge.registry.entity(Tasks.ENTITY).field(part.role)
        super().__init__(parent, self._field.label.text(bridge.language), width=276)
        self._bridge, self._part = bridge, part
        self._enter = False
        self._value: Any = None
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(_("fri 3pm, 12 dec, in 2 weeks"))
        self.line.setAccessibleName(self._field.label.text(bridge.language))
        self.line.textEdited.connect(lambda _text: self._ask())
        self.month = Month(self, self._field.label.text(bridge.language))
        self.month.set_inside(self)
        self.month.lend_focus_to(self.line)
        self.month.picked.connect(self._picked)
        self.list = LineList(self, _("Other days"), search=False)
        known = {one.value for one in part.readings}
        others = [one for one in other_days(part.best.value, bridge.ctx) if one.value not in known]
        self._readings = (*part.readings, *others)
        self.list.show_lines(
            [
                LineItem(str(n), one.text, icon="check" if one is part.best else "calendar-blank")
                for n, one in enumerate(self._readings)
            ],
            rows=4,
        )
        self.list.picked.connect(lambda key: self.take(self._readings[int(key)]))
        self.box.addWidget(self.line)
        self.box.addWidget(self.month)
        self.box.addWidget(self.list)
        self.box.addWidget(self.away, 0, Qt.AlignmentFlag.AlignLeft)
        self.line.setFocus()
        self._tell(Shown(part.best.value, part.best.text))

    def _tell(self, shown: Shown) -> None:
        self._value = shown.value if not shown.reason else None
        value = shown.value
        day = value.utc.astimezone(self._bridge.ctx.tz).date() if isinstance(value, Instant) \
            else value  # fmt: skip
        self.month.tell(shown, day if isinstance(day, date) else None)

    def _ask(self) -> None:
        """Read what is typed, beside the window: natural days need a library that loads late."""
        self.stop()
        text, ctx, kind = self.line.text().strip(), self._bridge.ctx, self._field.type
        self._value, self._enter = None, False
        if not text:
            self._tell(Shown(self._part.best.value, self._part.best.text))
            return

        def ask(_conn: object, _job: object) -> Shown:
            try:
                value = kind.parse(text, ctx)
            except KnownError as error:
                return Shown(None, "", str(error))
            return Shown(value, kind.show(value, ctx))

        self._cancel = self._bridge.read(ask, self._read)

    def _read(self, shown: Shown) -> None:
        self._cancel = None
        self._tell(shown)
        if self._enter:
            self._enter = False
            self._take_value()

    def _picked(self, day: date) -> None:
        """Take a day, at the time of day that was read."""
        value: Any = day
        now = self._value if self._value is not None else self._part.best.value
        if isinstance(now, Instant):
            tz = zone_of(now.zone)
            wall = datetime.combine(day, now.utc.astimezone(tz).time())
            value = Instant(wall_to_utc(wall, tz), now.zone)
        self._value = value
        self._take_value()

    def _take_value(self) -> None:
        if self._value is not None:
            text = self._field.type.show(self._value, self._bridge.ctx)
            self.take(Reading(self._value, text))

    # -- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ENTER and self.line.hasFocus():
            if self._cancel is not None:
                self._enter = True
            elif self.line.text().strip():
                self._take_value()
            else:
                self.take(self._part.best)
            return
        if key == Qt.Key.Key_Down and self.line.hasFocus():
            self.list.setFocus()
            return
        super().keyPressEvent(event)
