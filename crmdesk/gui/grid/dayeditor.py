"""The editor of days and times: typed in words or numbers, shown as read, or picked in a month."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from crmdesk import i18n
from crmdesk.gui.grid.floating import SHADOW, paint_panel, place_under
from crmdesk.gui.grid.readeditor import ReadingLine
from crmdesk.gui.grid.source import Chosen, Entry, Reading, ReadText
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION
from crmdesk.i18n import _
from crmdesk.schema.values import Instant, zone_of

_CELL_W, _CELL_H = 32, 26
_HEAD = 30
_WEEK = 20
_READ = 36
_PAD = 8
_WEEKS = 6
_DAYS = 7
_MONTHS = 12
_NINE = 9


class Month(QFrame):
    """A month of days and, above it, how the text in the editor is read; never takes the focus."""

    picked = Signal(object)

    def __init__(self, window: QWidget, name: str) -> None:
        super().__init__(window)
        self._window = window
        self.day: date | None = None
        self.today = date.today()
        self.first = self.today.replace(day=1)
        self.reading = Reading(None, "")
        self._hover: date | None = None
        # Whether it floats, with a ground and a shadow of its own.
        self._floats = True
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.hide()

    def lend_focus_to(self, editor: QWidget) -> None:
        """Leave the focus with `editor` when a day is clicked."""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(editor)

    def tell(self, reading: Reading, day: date | None) -> None:
        """Show how the text is read, and the month of its day."""
        self.reading = reading
        self.day = day
        if day is not None:
            self.first = day.replace(day=1)
        self.setAccessibleDescription(reading.reason or reading.text)
        self.update()

    def turn(self, months: int) -> None:
        """Show another month."""
        number = self.first.year * _MONTHS + self.first.month - 1 + months
        if date.min.year * _MONTHS <= number < date.max.year * _MONTHS:
            self.first = date(number // _MONTHS, number % _MONTHS + 1, 1)
            self.update()

    def set_inside(self, panel: QWidget) -> None:
        """Be a part of a panel, which has a ground of its own."""
        self.setParent(panel)
        self._floats = False
        self.setFixedSize(self._size())
        self.show()

    @staticmethod
    def _size() -> QSize:
        wide = _DAYS * _CELL_W + 2 * _PAD + 2 * SHADOW
        return QSize(wide, _READ + _HEAD + _WEEK + _WEEKS * _CELL_H + _PAD + SHADOW + SHADOW // 2)

    def place(self, under: QRect) -> None:
        """Stand under that rectangle of the window, or above it where there is more room."""
        size = self._size()
        place_under(self, self._window, under, size.width(), size.height())
        self.show()
        self.raise_()

    # -- where what is

    def _origin(self) -> QPoint:
        return QPoint(SHADOW + _PAD, SHADOW // 2 + _READ + _HEAD + _WEEK)

    def _start(self) -> date:
        """The day in the upper left corner."""
        monday = 1 if QLocale().firstDayOfWeek() == Qt.DayOfWeek.Monday else 0
        back = (self.first.weekday() + (0 if monday else 1)) % _DAYS
        return self.first - timedelta(back) if self.first > date.min + timedelta(back) else (
            self.first
        )  # fmt: skip

    def rect_of(self, day: date) -> QRect:
        """Where a day of the month shown lies."""
        number = (day - self._start()).days
        at = self._origin()
        return QRect(
            at.x() + number % _DAYS * _CELL_W, at.y() + number // _DAYS * _CELL_H, _CELL_W, _CELL_H
        )

    def day_at(self, at: QPoint) -> date | None:
        """The day under a point."""
        origin = self._origin()
        column, row = (at.x() - origin.x()) // _CELL_W, (at.y() - origin.y()) // _CELL_H
        if not (0 <= column < _DAYS and 0 <= row < _WEEKS) or at.y() < origin.y():
            return None
        return self._start() + timedelta(row * _DAYS + column)

    def _arrow(self, forward: bool) -> QRect:
        y = SHADOW // 2 + _READ
        x = self.width() - SHADOW - _PAD - 26 if forward else SHADOW + _PAD
        return QRect(x, y, 26, _HEAD)

    # -- Qt

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.day_at(event.position().toPoint())
        if found != self._hover:
            self._hover = found
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        for forward in (False, True):
            if self._arrow(forward).contains(at):
                self.turn(1 if forward else -1)
                return
        day = self.day_at(at)
        if day is not None:
            self.picked.emit(day)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        if self._floats:
            paint_panel(painter, self.rect())
        left, right = SHADOW + _PAD, self.width() - SHADOW - _PAD
        wide = right - left
        bad = bool(self.reading.reason)
        painter.setFont(fonts.font(CAPTION if bad else 13, QFont.Weight.Medium))
        painter.setPen(QColor(tokens.danger if bad else tokens.text))
        said = self._said() or _("Type a day: fri, 12 dec, in 2 weeks")
        if not self.reading.reason and not self.reading.text:
            painter.setPen(QColor(tokens.faint))
            painter.setFont(fonts.font(CAPTION))
        metrics = painter.fontMetrics()
        y = SHADOW // 2
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if bad:
            # A reason takes two lines.
            flags |= int(Qt.TextFlag.TextWordWrap)
        else:
            said = metrics.elidedText(said, Qt.TextElideMode.ElideRight, wide)
        painter.drawText(QRect(left, y, wide, _READ), flags, said)
        painter.fillRect(SHADOW, y + _READ - 1, self.width() - 2 * SHADOW, 1, QColor(tokens.inner))
        self._head(painter, left, wide)
        self._days(painter)
        painter.end()

    def _said(self) -> str:
        """The reason, or the day with its weekday."""
        if self.reading.reason or self.day is None:
            return self.reading.reason or self.reading.text
        name = _locale().dayName(self.day.isoweekday(), QLocale.FormatType.ShortFormat)
        return f"{name}  {self.reading.text}"

    def _head(self, painter: QPainter, left: int, wide: int) -> None:
        tokens = theme().tokens
        centre = int(Qt.AlignmentFlag.AlignCenter)
        locale = _locale()
        y = SHADOW // 2 + _READ
        painter.setFont(fonts.font(13, QFont.Weight.DemiBold))
        painter.setPen(QColor(tokens.text))
        shown = QDate(self.first.year, self.first.month, 1)
        words = locale.toString(shown, "yyyy年M月" if i18n.language() == "zh" else "MMMM yyyy")
        painter.drawText(QRect(left, y, wide, _HEAD), centre, words)
        ratio = self.devicePixelRatioF()
        for forward, icon in ((False, "caret-left"), (True, "caret-right")):
            rect = self._arrow(forward)
            mark = icons.pixmap(icon, tokens.muted, 14, ratio)
            painter.drawPixmap(rect.center().x() - 7, rect.center().y() - 7, mark)
        painter.setFont(fonts.font(CAPTION))
        painter.setPen(QColor(tokens.faint))
        for n in range(_DAYS):
            day = (self._start() + timedelta(n)).isoweekday()
            name = locale.dayName(day, QLocale.FormatType.NarrowFormat)
            painter.drawText(QRect(left + n * _CELL_W, y + _HEAD, _CELL_W, _WEEK), centre, name)

    def _days(self, painter: QPainter) -> None:
        tokens = theme().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(fonts.font(figures=True))
        start = self._start()
        for n in range(_WEEKS * _DAYS):
            try:
                day = start + timedelta(n)
            except OverflowError:
                break
            rect = self.rect_of(day)
            pill = QRectF(rect).adjusted(2, 1, -2, -1)
            ink = tokens.text if day.month == self.first.month else tokens.faint
            if day == self.day:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.accent))
                painter.drawRoundedRect(pill, 5, 5)
                ink = tokens.on_accent
            elif day == self._hover:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.selection))
                painter.drawRoundedRect(pill, 5, 5)
            if day == self.today and day != self.day:
                painter.setPen(QPen(QColor(tokens.accent), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
                ink = tokens.accent
            painter.setPen(QColor(ink))
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), str(day.day))


def _locale() -> QLocale:
    chinese = i18n.language() == "zh"
    return QLocale(QLocale.Language.Chinese if chinese else QLocale.Language.English)


class DayEditor(ReadingLine):
    """A line for a day or a time, with a month under it.

    What is typed is read as it will be when it is entered. In an edit begun by F2, arrows up and
    down go by weeks, with Alt by days, PageUp and PageDown by months; a click takes a day.
    """

    done = Signal()

    def __init__(
        self, parent: QWidget, *, kind: str, font: QFont, name: str, read: ReadText, zone: str
    ) -> None:
        super().__init__(parent, numeric=False, font=font, name=name, read=read)
        self._kind = kind
        self._zone = zone
        self._chosen: object = None
        self.month = Month(parent.window(), name)
        self.month.lend_focus_to(self)
        self.month.picked.connect(self._pick)
        self.destroyed.connect(self.month.deleteLater)
        self.textEdited.connect(self._edited)

    def begin(self, text: str, replace: str | None) -> None:
        super().begin(text, replace)
        if not self.text():
            self.ask("")

    def tell(self, reading: Reading) -> None:
        super().tell(reading)
        self.month.tell(reading, _day_of(reading.value))

    def entry(self) -> Entry | None:
        if self._chosen is not None:
            return Chosen(self._chosen, self.month.reading.text)
        return super().entry()

    def take_key(self, key: Qt.Key) -> bool:
        weeks = {Qt.Key.Key_Up: -_DAYS, Qt.Key.Key_Down: _DAYS}
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if key in months:
            self._go(_shifted(self.month.day or self.month.today, months[key]))
            return True
        if key in weeks and not self.typed:
            day = self.month.day
            self._go(self.month.today if day is None else day + timedelta(weeks[key]))
            return True
        return False

    def lay(self, rect: QRect) -> None:
        super().lay(rect)
        window = self.month.parentWidget()
        if window is not None:
            self.month.place(QRect(self.mapTo(window, QPoint(0, 0)), self.size()))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.month.hide()

    def _pick(self, day: date) -> None:
        self._go(day)
        self.done.emit()

    def _go(self, day: date) -> None:
        """Take that day, at the time of day that the text says."""
        value: object = day
        now = self.reading.value
        if isinstance(now, Instant) or self._kind == "instant":
            zone = now.zone if isinstance(now, Instant) else self._zone
            clock = now.local(zone).time() if isinstance(now, Instant) else None
            hour, minute = (clock.hour, clock.minute) if clock else (_NINE, 0)
            wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone_of(zone))
            value = Instant(wall.astimezone(UTC), zone)
        self._chosen = value
        # The text is read so that it is shown as it will be.
        clock_text = ""
        if isinstance(value, Instant):
            clock_text = value.local(value.zone).strftime(" %H:%M")
        self.setText(f"{day.isoformat()}{clock_text}")
        self.selectAll()

    def _edited(self, _text: str) -> None:
        self._chosen = None


def _day_of(value: object) -> date | None:
    if isinstance(value, Instant):
        return value.local().date()
    return value if isinstance(value, date) else None


def _shifted(day: date, months: int) -> date:
    number = day.year * _MONTHS + day.month - 1 + months
    year, month = number // _MONTHS, number % _MONTHS + 1
    if not date.min.year <= year <= date.max.year:
        return day
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
