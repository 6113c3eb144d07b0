"""The chips that show how a line was read: one for each part, to be changed or taken away."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from crmdesk.gui import chips
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION, mix, readable
from crmdesk.i18n import _

HIGH = 28
GAP = 6
_PAD = 10
_CROSS = 20
_WIDEST = 300
_OPENS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Down})


class PartChip(QAbstractButton):
    """One part: its mark, its value, a caret where there are other readings, and a cross.

    A click (Enter, Space, arrow down) offers the readings, the cross (Delete) takes it away.
    """

    opened = Signal()
    removed = Signal()

    def __init__(
        self,
        parent: QWidget,
        *,
        label: str,
        text: str,
        detail: str,
        colour: str,
        icon: str,
        others: int,
        opens: bool,
        unsure: bool,
        removable: bool,
    ) -> None:
        """`others` is how many further readings there are; `unsure` marks a guess among them;
        `opens` tells by a caret that another one can be chosen."""
        super().__init__(parent)
        self._text, self._detail, self._colour, self._icon = text, detail, colour, icon
        self._opens, self._unsure, self._removable = opens, unsure, removable
        self._plain, self._quiet = Texts(fonts.font()), Texts(fonts.font(CAPTION))
        self._hot = False
        self.setText(text)
        spoken = f"{label}: {text}" + (f" ({detail})" if detail else "")
        if unsure:
            spoken += ". " + _("Other readings: {count}").format(count=others)
        self.setAccessibleName(spoken)
        self.setToolTip(f"{label}: {text}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    # -- geometry

    def sizeHint(self) -> QSize:
        wide = 2 * _PAD + 20 + self._plain.fit(self._text, _WIDEST).width
        if self._detail:
            wide += 8 + self._quiet.fit(self._detail, 180).width
        if self._opens:
            wide += 16
        if self._removable:
            wide += _CROSS - 6
        return QSize(ceil(wide), HIGH)

    def cross(self) -> QRect:
        """Where the cross is that takes the part away."""
        if not self._removable:
            return QRect()
        return QRect(self.width() - _CROSS - 3, 0, _CROSS, HIGH)

    # -- Qt

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setDown(False)
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(at):
            (self.removed if self.cross().contains(at) else self.opened).emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _OPENS and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.opened.emit()
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and self._removable:
            self.removed.emit()
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.focusNextPrevChild(key == Qt.Key.Key_Right)
        else:
            event.ignore()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hot = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hot = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = tokens.colour(self._colour)
        ground = tokens.soft(self._colour)
        if self._hot:
            ground = mix(shade, tokens.surface, 0.22)
        edge = tokens.accent if self.hasFocus() else tokens.warning if self._unsure else ground
        painter.setPen(QPen(QColor(edge), 1.5))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), HIGH / 2, HIGH / 2
        )
        ratio = self.devicePixelRatioF()
        ink = readable(shade, ground)
        left = _PAD
        if self._icon:
            mark = icons.pixmap(self._icon, ink, 14, ratio)
            painter.drawPixmap(left, (HIGH - 14) // 2, mark)
        else:
            mark = chips.square(shade, chips.SQUARE, 2.0, ratio)
            painter.drawPixmap(left + 3, (HIGH - chips.SQUARE) // 2, mark)
        left += 20
        right = self.width() - _PAD
        if self._removable:
            right = self.cross().left() + 2
            mark = icons.pixmap("x", tokens.muted, 12, ratio)
            painter.drawPixmap(right + 4, (HIGH - 12) // 2, mark)
        if self._opens:
            right -= 16
            mark = icons.pixmap("caret-down", tokens.muted, 12, ratio)
            painter.drawPixmap(right + 2, (HIGH - 12) // 2, mark)
        base = self._plain.baseline(HIGH)
        run = self._plain.fit(self._text, min(_WIDEST, right - left))
        painter.setFont(self._plain.font)
        painter.setPen(QColor(tokens.text))
        painter.drawStaticText(QPointF(left, base - run.rise), run.text)
        left += ceil(run.width) + 8
        if self._detail and right - left > 12:
            quiet = self._quiet.fit(self._detail, right - left)
            painter.setFont(self._quiet.font)
            painter.setPen(QColor(readable(tokens.muted, ground)))
            painter.drawStaticText(QPointF(left, base - quiet.rise), quiet.text)
        painter.end()


class ChipRow(QWidget):
    """Chips side by side, on as many lines as they need."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.chips: list[PartChip] = []

    def show_chips(self, chips_now: Sequence[PartChip]) -> None:
        """Show these instead."""
        for old in self.chips:
            old.hide()
            old.deleteLater()
        self.chips = list(chips_now)
        for one in self.chips:
            one.show()

    def lay(self, width: int) -> int:
        """Lay the chips out; how high they then are."""
        x = y = 0
        for one in self.chips:
            wide = min(one.sizeHint().width(), width)
            if x and x + wide > width:
                x, y = 0, y + HIGH + GAP
            one.setGeometry(x, y, wide, HIGH)
            x += wide + GAP
        return y + HIGH if self.chips else 0
