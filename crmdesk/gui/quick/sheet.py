"""Quick add: one line becomes a task; below it, how it was read, before it is saved."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from crmdesk.errors import KnownError
from crmdesk.features.quickadd.asking import Reader
from crmdesk.features.quickadd.line import NAMED, Line, Part, Reading
from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.panels.sheet import Sheet, below
from crmdesk.gui.quick.chip import ChipRow, PartChip
from crmdesk.gui.theme import icons
from crmdesk.i18n import _
from crmdesk.schema.crm.facts import Tasks
from crmdesk.schema.values import Instant

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.quick.choosing import PartBox
    from crmdesk.ops.changes import Announcement, Outcome

WIDE = 640
_SIDE = 16
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_ICONS = {
    Tasks.KIND: "check-square", Tasks.DUE: "calendar-blank", Tasks.LENGTH: "clock",
    Tasks.PRIORITY: "flag",
}  # fmt: skip
_COLOURS = {Tasks.KIND: "task", Tasks.DUE: "event", Tasks.LENGTH: "note", Tasks.PRIORITY: "danger"}


class QuickAdd(Sheet):
    """A line to type in, chips with what was read, and the subject that is left.

    Enter saves, Ctrl+Enter saves and goes on with another line. Tab goes to the chips and the
    subject. The reading of a line that is no longer there is dropped.
    """

    # A task was made: what the step is called, and its id.
    made = Signal(str, str)

    def __init__(self, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window, WIDE)
        self._bridge = bridge
        self._reader = Reader(bridge.workspace)
        self._cancel: Cancel | None = None
        self._line: Line | None = None
        # What was taken away or chosen by hand, with the words for which it was.
        self._without: dict[str, str] = {}
        self._chosen: dict[str, tuple[str, Reading]] = {}
        self._own_subject = False
        self._front = ("", "")
        self._saving: bool | None = None
        # What a chip has opened.
        self.box: PartBox | None = None
        self.line = QLineEdit(self)
        self.row = ChipRow(self)
        self.subject_name = QLabel(self)
        self.subject_name.setProperty("look", "caption")
        self.subject = QLineEdit(self)
        self.subject.setFrame(False)
        self.subject_name.setBuddy(self.subject)
        self.hint = QLabel(self)
        self.hint.setProperty("look", "caption")
        self.hint.setWordWrap(True)
        self.error = QLabel(self)
        self.error.setProperty("look", "error")
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setWordWrap(True)
        self.error.hide()
        said = QHBoxLayout()
        said.setSpacing(8)
        said.addWidget(self.subject_name)
        said.addWidget(self.subject, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(_SIDE, _SIDE, _SIDE, 12)
        box.setSpacing(10)
        box.addWidget(self.line)
        box.addWidget(self.row)
        box.addLayout(said)
        box.addWidget(self.error)
        box.addWidget(self.hint)
        self.line.textChanged.connect(self._typed)
        self.subject.textEdited.connect(self._said_otherwise)
        for one in (self.line, self.subject):
            one.installEventFilter(self)
        bridge.announced.connect(self._heard)
        bridge.language_changed.connect(self._translate)
        self._translate()

    @property
    def read(self) -> Line | None:
        """How the line was read, with what was chosen and taken away; None while it is not."""
        return self._line

    # -- opening

    def open_for(self, entity: str, record: str) -> None:
        """Begin a line, or go on with the one that was left, beside that record."""
        self._front = (entity, record)
        self.open_up()

    def open_up(self) -> None:
        """Begin a line, or go on with the one that was left."""
        super().open_up()
        self.line.setFocus()
        self.line.selectAll()
        self._lay()

    # -- reading

    def _typed(self, text: str) -> None:
        self.error.hide()
        if not text.strip():
            self._without.clear()
            self._chosen.clear()
            self._own_subject = False
        self._ask()

    def _ask(self) -> None:
        if self._cancel is not None:
            self._cancel()
        text = self.line.text()
        ctx, without, front = self._bridge.ctx, dict(self._without), self._front

        def ask(_conn: object, _job: object) -> Line:
            line = self._reader.read(text, ctx, (), front)
            gone = [role for role, words in without.items() if line.words(role) == words]
            return self._reader.read(text, ctx, gone, front) if gone else line

        self._cancel = self._bridge.read(ask, partial(self._show, text))

    def _show(self, text: str, line: Line) -> None:
        self._cancel = None
        if text != self.line.text():
            return
        for role, (words, reading) in self._chosen.items():
            if line.words(role) == words and line.part(role) is not None:
                line = line.choosing(role, reading)
        self._line = line
        self._show_parts()
        if self._saving is not None:
            keep_open, self._saving = self._saving, None
            self.save(keep_open=keep_open)

    def _show_parts(self) -> None:
        line = self._line
        parts = () if line is None or not line.text else line.parts
        had = next((n for n, one in enumerate(self.row.chips) if one.hasFocus()), -1)
        self.row.show_chips([self._chip(part) for part in parts])
        if had >= 0:
            chips = self.row.chips
            (chips[min(had, len(chips) - 1)] if chips else self.line).setFocus()
        if line is not None and not self._own_subject:
            self.subject.setText(line.subject)
            self.subject.setCursorPosition(0)
        before: QWidget = self.line
        for chip in (*self.row.chips, self.subject):
            QWidget.setTabOrder(before, chip)
            before = chip
        self._lay()

    def _chip(self, part: Part) -> PartChip:
        field = self._bridge.registry.entity(Tasks.ENTITY).field(part.role)
        entity = self._bridge.registry.entities.get(field.target)
        others = len(part.readings) - 1
        chip = PartChip(
            self.row,
            label=field.label.text(self._bridge.language),
            text=part.best.text,
            detail=self._detail(part.role, part.best),
            colour=entity.colour if entity else _COLOURS.get(part.role, "note"),
            icon="" if entity else _ICONS.get(part.role, "circle"),
            others=others,
            opens=others > 0 or part.role == Tasks.DUE or bool(field.target),
            unsure=others > 0 and part.role != Tasks.KIND and part.role not in self._chosen,
            removable=True,
        )
        chip.opened.connect(partial(self._offer, part, chip))
        chip.removed.connect(partial(self.remove, part.role))
        return chip

    def _detail(self, role: str, reading: Reading) -> str:
        """What stands behind a value: the firm of a person, the weekday of a day."""
        value, ctx = reading.value, self._bridge.ctx
        if role != Tasks.DUE:
            return reading.firm[1]
        day = value.utc.astimezone(ctx.tz).date() if isinstance(value, Instant) else value
        place = QLocale("zh_CN" if ctx.language == "zh" else "en_US")
        return place.dayName(day.isoweekday(), QLocale.FormatType.ShortFormat)

    # -- changing

    def remove(self, role: str) -> None:
        """Do not read that part; what it was stays in the subject."""
        self._without[role] = self._line.words(role) if self._line is not None else ""
        self._chosen.pop(role, None)
        if not any(chip.hasFocus() for chip in self.row.chips):
            self.line.setFocus()
        self._ask()

    def choose(self, role: str, reading: Reading) -> None:
        """Take another reading of a part."""
        if self._line is not None:
            self._chosen[role] = (self._line.words(role), reading)
            self._line = self._line.choosing(role, reading)
            self._show_parts()
            at = [part.role for part in self._line.parts].index(role)
            # The menu had the focus; the chip that it was opened from is another one now.
            self.row.chips[at].setFocus()

    def _offer(self, part: Part, chip: PartChip) -> None:
        if part.role in NAMED or part.role == Tasks.DUE:
            self._open_box(part, chip)
            return
        menu = QMenu(self)
        for one in part.readings:
            text = " · ".join(filter(None, (one.text, self._detail(part.role, one))))
            action = menu.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(one is part.best)
            action.triggered.connect(partial(self._pick, part.role, one))
        menu.addSeparator()
        away = menu.addAction(icons.icon("x"), _("Take away"))
        away.triggered.connect(lambda _checked=False: self.remove(part.role))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(below(chip))

    def _open_box(self, part: Part, chip: PartChip) -> None:
        """Offer other records by search, or other days and times."""
        # Late, for the start's sake, as the sheet itself.
        from crmdesk.gui.quick.choosing import RecordBox, WhenBox

        box: PartBox
        if part.role == Tasks.DUE:
            box = WhenBox(self, self._bridge, part)
        else:
            box = RecordBox(self, self._bridge, self._reader, part, self._front)
        box.chosen.connect(partial(self.choose, part.role))
        box.removed.connect(partial(self.remove, part.role))
        box.closed.connect(self._shut_box)
        self.box = box
        box.open_under(chip)

    def _shut_box(self) -> None:
        self.box = None

    def holds(self, widget: QWidget) -> bool:
        # What hangs below a chip is a part of the sheet, and so is what closes it.
        return self.box is not None or super().holds(widget)

    def _pick(self, role: str, reading: Reading, _checked: bool = False) -> None:
        self.choose(role, reading)

    def _said_otherwise(self, text: str) -> None:
        self._own_subject = bool(text.strip())

    # -- saving

    def save(self, *, keep_open: bool = False) -> None:
        """Make the task; after the line has been read, where it has not been yet."""
        line = self._line
        if not self.line.text().strip():
            return
        if self._cancel is not None or line is None:
            self._saving = keep_open
            return
        if self._own_subject:
            line = replace(line, subject=self.subject.text().strip())
        self._bridge.write(line.command(), partial(self._saved, keep_open), self._refused)

    def _saved(self, keep_open: bool, outcome: Outcome) -> None:
        self.line.clear()
        self._line = None
        if keep_open:
            self.line.setFocus()
        else:
            self.close_up()
        self.made.emit(outcome.label, outcome.created[0])

    def _refused(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            raise error
        self.error.setText(str(error))
        self.error.show()
        self._lay()

    # -- following

    def _heard(self, announcement: Announcement) -> None:
        task = self._bridge.registry.entity(Tasks.ENTITY)
        named = {task.field(role).target for role in NAMED}
        if announcement.everything or any(one.entity in named for one in announcement.changes):
            self._reader.forget()

    def _translate(self) -> None:
        self.setAccessibleName(_("Quick add"))
        self.line.setAccessibleName(_("New task in one line"))
        self.line.setPlaceholderText(_("call Li Wei tomorrow 3pm about the pumps"))
        subject = self._bridge.registry.entity(Tasks.ENTITY).field(Tasks.SUBJECT)
        self.subject_name.setText(subject.label.text(self._bridge.language))
        self.subject.setAccessibleName(self.subject_name.text())
        self.hint.setText(
            _("Enter saves · Ctrl+Enter saves and goes on · Tab changes what was read · Esc closes")
        )
        if self.line.text():
            self._ask()

    def _lay(self) -> None:
        high = self.row.lay(min(WIDE, self._window.width() - 32) - 2 * _SIDE)
        self.row.setVisible(high > 0)
        self.row.setFixedHeight(high)
        some = bool(self.line.text().strip())
        self.subject.setVisible(some)
        self.subject_name.setVisible(some)
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.place()

    # -- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched in (self.line, self.subject) and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            key = Qt.Key(event.key())
            if key in _ENTER:
                held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
                self.save(keep_open=bool(held))
                return True
            if key == Qt.Key.Key_Down and self.row.chips:
                self.row.chips[0].setFocus()
                return True
            if key == Qt.Key.Key_Escape:
                self.close_up()
                return True
        return super().eventFilter(watched, event)
