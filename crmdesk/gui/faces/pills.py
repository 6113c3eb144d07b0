"""The picker of a face: tabs as pills with counts; those without room go under "More"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from crmdesk.gui import chips
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import mix, readable
from crmdesk.i18n import _

_HEIGHT = 24
_PADDING = 9
_GAP = 2
_COUNT_GAP = 5


@dataclass(frozen=True, slots=True)
class Tab:
    """One choice of a picker: a key, a title, a live count (None: not counted), a colour."""

    key: str
    title: str
    count: int | None = None
    colour: str = ""


class Pill(QAbstractButton):
    """One tab; it wears the colour of its record type when it is chosen."""

    def __init__(self, parent: QWidget, tab: Tab, colour: str) -> None:
        super().__init__(parent)
        self.tab = tab
        self._colour = colour
        self.caret = False
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name()

    def show_tab(self, tab: Tab, colour: str) -> None:
        """Take on another title or count."""
        if (tab, colour) == (self.tab, self._colour):
            return
        self.tab = tab
        self._colour = colour
        self._name()

    def _name(self) -> None:
        tab = self.tab
        self.setText(tab.title)
        spoken = tab.title if tab.count is None else f"{tab.title}, {tab.count}"
        self.setAccessibleName(spoken)
        self.updateGeometry()
        self.update()

    def _count(self) -> str:
        return "" if self.tab.count is None else f"{self.tab.count:,}"

    # -- Qt

    def sizeHint(self) -> QSize:
        # Measured in the bold form, so that choosing a tab does not move the others.
        texts = _bold()
        wide = texts.fit(self.tab.title, 400).width + 2 * _PADDING
        if self._count():
            wide += _COUNT_GAP + _figures().fit(self._count(), 200).width
        if self.caret:
            wide += 14
        return QSize(round(wide), _HEIGHT)

    def enterEvent(self, event: object) -> None:
        self.update()
        super().enterEvent(event)  # type: ignore[arg-type]

    def leaveEvent(self, event: object) -> None:
        self.update()
        super().leaveEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        on = self.isChecked()
        ground = tokens.soft(self._colour)
        ink = tokens.muted
        if on:
            ink = readable(tokens.colour(self._colour), ground)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(rect, _HEIGHT / 2, _HEIGHT / 2)
        elif self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mix(tokens.text, tokens.surface, 0.06)))
            painter.drawRoundedRect(rect, _HEIGHT / 2, _HEIGHT / 2)
            ink = tokens.text
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), _HEIGHT / 2 - 1, _HEIGHT / 2 - 1)
        texts = _bold() if on else _plain()
        counted = _figures().fit(self._count(), 200) if self._count() else None
        tail = (counted.width + _COUNT_GAP if counted else 0) + (14 if self.caret else 0)
        run = texts.fit(self.tab.title, int(rect.width() - 2 * _PADDING - tail + 1))
        x = (rect.width() - run.width - tail) / 2
        base = texts.baseline(_HEIGHT)
        painter.setFont(texts.font)
        painter.setPen(QColor(ink))
        painter.drawStaticText(QPointF(x, base - run.rise), run.text)
        x += run.width
        if counted is not None:
            painter.setFont(_figures().font)
            painter.setPen(QColor(ink if on else tokens.faint))
            painter.drawStaticText(QPointF(x + _COUNT_GAP, base - counted.rise), counted.text)
        if self.caret:
            ratio = self.devicePixelRatioF()
            mark = icons.pixmap("caret-down", ink, 10, ratio)
            painter.drawPixmap(QPointF(x + 4, (_HEIGHT - 10) / 2), mark)
        painter.end()


class PillTabs(QWidget):
    """A row of pills of which one is chosen; Left and Right walk, the rest is under "More"."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pills: list[Pill] = []
        # Those that the record before had more: making them again takes long in a turn.
        self._spare: list[Pill] = []
        self._key = ""
        self._colour = ""
        self._more = Pill(self, Tab("", _("More")), "")
        self._more.caret = True
        self._more.setCheckable(False)
        self._more.clicked.connect(self._show_more)
        self._more.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        theme().changed.connect(self.update)

    @property
    def key(self) -> str:
        """The chosen tab's key."""
        return self._key

    def tabs(self) -> list[Tab]:
        """All tabs, those without room among them."""
        return [pill.tab for pill in self._pills]

    def set_tabs(self, tabs: Sequence[Tab], key: str, colour: str = "") -> None:
        """Show these tabs with `key` chosen; `colour` is for tabs without one of their own."""
        self._colour = colour
        # In the language of the tabs, which may be another one than before.
        self._more.show_tab(Tab("", _("More")), "")
        for n, tab in enumerate(tabs):
            if n < len(self._pills):
                self._pills[n].show_tab(tab, tab.colour or colour)
                continue
            if self._spare:
                self._pills.append(self._spare.pop())
                self._pills[n].show_tab(tab, tab.colour or colour)
                continue
            pill = Pill(self, tab, tab.colour or colour)
            pill.clicked.connect(lambda _on=False, pill=pill: self.choose(pill.tab.key))
            self._pills.append(pill)
        while len(self._pills) > len(tabs):
            gone = self._pills.pop()
            gone.hide()
            self._spare.append(gone)
        self._key = key
        self._lay()

    def set_count(self, key: str, count: int | None) -> None:
        """Show another count on one tab."""
        self.set_counts({key: count})

    def set_counts(self, counts: Mapping[str, int | None]) -> None:
        """Show other counts on the tabs that are named; they are laid out once."""
        changed = False
        for pill in self._pills:
            count = counts.get(pill.tab.key, pill.tab.count)
            if pill.tab.count != count:
                tab = Tab(pill.tab.key, pill.tab.title, count, pill.tab.colour)
                pill.show_tab(tab, tab.colour or self._colour)
                changed = True
        if changed:
            self._lay()

    def choose(self, key: str) -> None:
        """Choose a tab, as a click on it does."""
        changed = key != self._key
        self._key = key
        self._lay()
        if changed:
            self.chosen.emit(key)

    def _lay(self) -> None:
        widths = [pill.sizeHint().width() for pill in self._pills]
        room = self.width()
        shown = set(range(len(widths)))
        if sum(widths) + _GAP * max(len(widths) - 1, 0) > room:
            room -= self._more.sizeHint().width() + _GAP
            # The chosen tab is always in sight; the others keep their order.
            on = next((n for n, pill in enumerate(self._pills) if pill.tab.key == self._key), -1)
            left = room - (widths[on] + _GAP if on >= 0 else 0)
            shown = {on} if on >= 0 else set()
            for n, wide in enumerate(widths):
                if n == on:
                    continue
                if wide > left:
                    break
                shown.add(n)
                left -= wide + _GAP
        x = 0
        for n, pill in enumerate(self._pills):
            pill.setChecked(pill.tab.key == self._key)
            pill.setVisible(n in shown)
            if n in shown:
                pill.setGeometry(x, 0, widths[n], _HEIGHT)
                x += widths[n] + _GAP
        hidden = len(shown) < len(self._pills)
        self._more.setVisible(hidden)
        if hidden:
            self._more.setGeometry(x, 0, self._more.sizeHint().width(), _HEIGHT)

    def more_menu(self) -> QMenu:
        """The tabs that have no room, as a menu."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        tokens = theme().tokens
        for pill in self._pills:
            if not pill.isHidden():
                continue
            tab = pill.tab
            text = tab.title if tab.count is None else f"{tab.title}\t{tab.count:,}"
            action = menu.addAction(text.replace("&", "&&"))
            if tab.colour:
                shade = tokens.colour(tab.colour)
                action.setIcon(chips.square(shade, 10, 3.0, self.devicePixelRatioF()))
            action.triggered.connect(lambda _on=False, key=tab.key: self.choose(key))
        return menu

    def _show_more(self) -> None:
        at = self._more.mapToGlobal(self._more.rect().bottomLeft())
        self.more_menu().popup(at)

    # -- Qt

    def sizeHint(self) -> QSize:
        return QSize(sum(pill.sizeHint().width() + _GAP for pill in self._pills), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        keys = [pill.tab.key for pill in self._pills]
        if step and self._key in keys:
            at = keys.index(self._key) + step
            if 0 <= at < len(keys):
                self.choose(keys[at])
                self._pills[at].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)


_FONTS: dict[str, Texts] = {}


def _texts(name: str, weight: QFont.Weight, *, figures: bool = False) -> Texts:
    found = _FONTS.get(name)
    if found is None:
        found = _FONTS[name] = Texts(fonts.font(weight=weight, figures=figures))
    return found


def _plain() -> Texts:
    return _texts("plain", QFont.Weight.Normal)


def _bold() -> Texts:
    return _texts("bold", QFont.Weight.DemiBold)


def _figures() -> Texts:
    return _texts("figures", QFont.Weight.Normal, figures=True)
