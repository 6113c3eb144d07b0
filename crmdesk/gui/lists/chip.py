"""A filter as a pill that can be clicked, and a row of such pills that breaks into lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolButton, QWidget

from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import mix
from crmdesk.i18n import _
from crmdesk.schema.querywords import Words

HEIGHT = 24
_PADDING, _CROSS, _WIDEST, _BETWEEN = 10, 20, 360, 5
LINE = 28


class FilterChip(QAbstractButton):
    """What is asked in quiet letters, what is said of it in strong ones; × takes it away."""

    removed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = Words("", "")
        self._about = Texts(fonts.font())
        self._said = Texts(fonts.font(weight=QFont.Weight.Medium))
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.cross = QToolButton(self)
        self.cross.setFixedSize(18, 18)
        self.cross.setStyleSheet(
            "QToolButton { min-width: 0; min-height: 0; padding: 0; border-radius: 9px; }"
        )
        icons.set_icon(self.cross, "x", size=11)
        self.cross.clicked.connect(self.removed)
        theme().changed.connect(self.update)

    def say(self, words: Words) -> None:
        """Show these words."""
        self._words = words
        self.setText(words.line)
        self.setAccessibleName(_("Filter: {words}").format(words=words.line))
        self.setToolTip(words.line)
        self.cross.setToolTip(_("Remove this filter"))
        self.cross.setAccessibleName(_("Remove the filter “{words}”").format(words=words.line))
        self.resize(self.sizeHint())
        self.update()

    # -- Qt

    def sizeHint(self) -> QSize:
        wide = 2 * _PADDING + _CROSS - 4
        if self._words.about:
            wide += round(self._about.fit(self._words.about, 4000).width) + _BETWEEN
        wide += round(self._said.fit(self._words.said, 4000).width)
        return QSize(min(wide, _WIDEST), HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.cross.move(self.width() - _CROSS - 2, (HEIGHT - 18) // 2)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self.update()
        super().leaveEvent(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.removed.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = tokens.sunken
        if self.underMouse() or self.isDown():
            ground = mix(tokens.text, tokens.sunken, 0.06)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(self.rect()), HEIGHT / 2, HEIGHT / 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, HEIGHT / 2 - 1, HEIGHT / 2 - 1)
        room = self.width() - 2 * _PADDING - _CROSS + 4
        x = _PADDING
        if self._words.about:
            run = self._about.fit(self._words.about, room * 2 // 3)
            painter.setFont(self._about.font)
            painter.setPen(QColor(tokens.muted))
            base = self._about.baseline(HEIGHT)
            painter.drawStaticText(x, round(base - run.rise), run.text)
            x += round(run.width) + _BETWEEN
        run = self._said.fit(self._words.said, room - (x - _PADDING) + 1)
        painter.setFont(self._said.font)
        painter.setPen(QColor(tokens.text))
        base = self._said.baseline(HEIGHT)
        painter.drawStaticText(x, round(base - run.rise), run.text)
        painter.end()


class Flow(QWidget):
    """Widgets in lines from the left; it is as high as its lines are."""

    def __init__(self, parent: QWidget, *, gap: int = 6) -> None:
        super().__init__(parent)
        self._gap = gap
        self._widgets: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def hold(self, widgets: Sequence[QWidget]) -> None:
        """Lay out these, in this order."""
        self._widgets = list(widgets)
        for one in widgets:
            one.setParent(self)
            one.show()
        before: QWidget | None = None
        for one in widgets:
            if before is not None:
                QWidget.setTabOrder(before, one)
            before = one
        self.lay()

    def lay(self) -> None:
        """Put everything in its place."""
        x = line = 0
        for one in self._widgets:
            size = one.sizeHint()
            if x and x + size.width() > self.width():
                x, line = 0, line + 1
            wide = min(size.width(), max(self.width(), 60))
            one.setGeometry(x, line * LINE + (LINE - HEIGHT) // 2, wide, HEIGHT)
            x += wide + self._gap
        tall = (line + 1) * LINE
        if self.height() != tall:
            self.setFixedHeight(tall)

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.lay()
