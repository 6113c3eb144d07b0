"""A panel that floats under a button and goes when one clicks elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QVBoxLayout, QWidget

from crmdesk.gui.pressing import press_focused
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import SPACE_2, SPACE_3

_RADIUS = 8
_SHADOW = 12
_EDGE = 8
# Wider than any window, so that it need not follow one that is resized.
_EVERYWHERE = 20_000


class _Outside(QWidget):
    """Lies over the rest of the window while a popover is open: a press on it closes that.

    The press then goes on to what lies below, with all that follows until it is let go; only
    what the popover was opened from is not pressed again.
    """

    def __init__(self, popover: Popover) -> None:
        super().__init__(popover.window())
        self._popover: Popover | None = popover
        self._target: QWidget | None = None
        self._pressed = False
        self.hide()

    def close_up(self) -> None:
        """The popover has closed; the press that did it is let go later."""
        self._popover = None
        if not self._pressed:
            self.hide()
            self.deleteLater()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        popover = self._popover
        if popover is None:
            return
        self._pressed = True
        popover.dismiss()
        if self._popover is not None:
            # It stays for what was typed there and is no value yet.
            self._pressed = False
            return
        # From here on it is not in the way of anything, but hears when the press is let go.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        target = self.window().childAt(self.mapTo(self.window(), event.position().toPoint()))
        if target is None or event.button() != Qt.MouseButton.LeftButton:
            return
        anchor = popover.anchor
        if anchor is None or not (target is anchor or anchor.isAncestorOf(target)):
            self._press(target, event)

    def _press(self, target: QWidget, event: QMouseEvent) -> None:
        self._target = target
        target.destroyed.connect(self._lose)
        focused: QWidget | None = target
        while focused is not None and not focused.focusPolicy() & Qt.FocusPolicy.ClickFocus:
            focused = focused.parentWidget()
        if focused is not None and focused.isEnabled():
            focused.setFocus(Qt.FocusReason.MouseFocusReason)
        self._pass_on(event)

    def _lose(self) -> None:
        self._target = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pass_on(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pass_on(event)
        if self._pressed:
            self.hide()
            self.deleteLater()

    def _pass_on(self, event: QMouseEvent) -> None:
        target = self._target
        if target is None:
            return
        at = target.mapFromGlobal(event.globalPosition())
        again = QMouseEvent(
            event.type(), at, event.scenePosition(), event.globalPosition(), event.button(),
            event.buttons(), event.modifiers(),
        )  # fmt: skip
        QApplication.sendEvent(target, again)


class Popover(QFrame):
    """A frame with a title and a body; Esc closes it, and so does a press outside of it.

    Such a press acts as well, unless it is on what the popover was opened from.

    It is a part of the window and no window of its own: input methods stay with it, which a
    popup that grabs the keyboard takes away from them. One that is opened from another is
    closed alone by Esc. Closed ones delete themselves.
    """

    closed = Signal()

    def __init__(self, parent: QWidget, title: str = "", *, width: int = 320) -> None:
        """`parent` is what it is opened from: a widget of the window, or another popover."""
        super().__init__(parent.window())
        self.opener = _popover_of(parent)
        self._shown = False
        # Where the focus goes back to; what is made in here may take it before it is shown.
        self._back = QApplication.focusWidget()
        self._outside = _Outside(self)
        # What it stands under.
        self.anchor: QWidget | None = None
        self.setAccessibleName(title)
        self.setFixedWidth(width + 2 * _SHADOW)
        self.box = QVBoxLayout(self)
        side = _SHADOW + SPACE_3
        self.box.setContentsMargins(side, _SHADOW // 2 + SPACE_3, side, side)
        self.box.setSpacing(SPACE_2)
        self.hide()
        if title:
            head = QLabel(title, self)
            head.setTextFormat(Qt.TextFormat.PlainText)
            head.setProperty("look", "strong")
            self.box.addWidget(head)

    def open_under(self, anchor: QWidget) -> None:
        """Show under that widget, and take the focus."""
        window, self.anchor = self.window(), anchor
        under = QRect(anchor.mapTo(window, QPoint(0, 0)), anchor.size())
        self._place(under.left() - _SHADOW, under.bottom() + 5 - _SHADOW // 2, under)
        self._shown = True
        wanted: QWidget | None = self.focusWidget()
        self._outside.setGeometry(0, 0, _EVERYWHERE, _EVERYWHERE)
        self._outside.show()
        self._outside.raise_()
        self.show()
        self.raise_()
        (self if wanted is None else wanted).setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        """Take the room that the body needs now, without moving under the pointer."""
        self._place(self.x(), self.y(), None)

    def dismiss(self) -> None:
        """Close, and those that were opened from here."""
        if not self._shown:
            return
        self._shown = False
        for other in self.window().findChildren(Popover):
            if other.opener is self:
                other.dismiss()
        self._outside.close_up()
        within = self.isAncestorOf(QApplication.focusWidget() or self)
        self.hide()
        if within and self._back is not None:
            self._return_focus(self._back)
        self.closed.emit()
        self.deleteLater()

    def _return_focus(self, to: QWidget) -> None:
        # Where the focus was may have gone with a filter that was removed.
        try:
            if to.isVisible():
                to.setFocus(Qt.FocusReason.PopupFocusReason)
        except RuntimeError:
            self.window().setFocus()

    def _place(self, x: int, y: int, under: QRect | None) -> None:
        self.ensurePolished()
        self.box.activate()
        room = self.window().rect()
        wide, tall = self.width(), min(self.sizeHint().height(), room.height())
        if under is not None and y + tall - _SHADOW > room.bottom():
            above = under.top() - tall + _SHADOW - 4
            y = above if above >= 0 else y
        # Its edge keeps a little away from that of the window.
        x = max(_EDGE - _SHADOW, min(x, room.right() - wide + _SHADOW - _EDGE))
        y = max(0, min(y, room.bottom() - tall + _SHADOW - _EDGE))
        self.setGeometry(x, y, wide, tall)

    # -- Qt

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Tab walks round in here, as it does in a window.
        last = QApplication.focusWidget()
        if last is None:
            return False
        found: QWidget = _beside(last, forward)
        while found is not last:
            if (
                self.isAncestorOf(found)
                and found.isVisible()
                and found.isEnabled()
                and found.focusPolicy() & Qt.FocusPolicy.TabFocus
                and found.focusProxy() is None
            ):
                found.setFocus(
                    Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
                )
                return True
            found = _beside(found, forward)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        if press_focused(self, event):
            return
        # Keys that mean nothing here mean nothing in the list below either.
        event.accept()

    def sizeHint(self) -> QSize:
        return QSize(self.width(), self.box.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW // 2, -_SHADOW, -_SHADOW)
        painter.setPen(Qt.PenStyle.NoPen)
        for n in range(_SHADOW, 0, -1):
            shade = QColor("#000000")
            shade.setAlphaF((0.030 if tokens.dark else 0.010) * (1 + (_SHADOW - n) / _SHADOW))
            painter.setBrush(shade)
            painter.drawRoundedRect(body.adjusted(-n, -n + 4, n, n), _RADIUS + n, _RADIUS + n)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.end()


def _beside(widget: QWidget, forward: bool) -> QWidget:
    # The chain is a ring; only the stubs know it to end.
    return (widget.nextInFocusChain() if forward else widget.previousInFocusChain()) or widget


def _popover_of(widget: QWidget | None) -> Popover | None:
    while widget is not None and not isinstance(widget, Popover):
        widget = widget.parentWidget()
    return widget
