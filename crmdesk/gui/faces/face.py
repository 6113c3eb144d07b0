"""A face of the cube: a panel that wears the colour of what stands on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from crmdesk.gui.faces.pills import PillTabs, Tab
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import BAND, RADIUS_FACE
from crmdesk.i18n import _

_HEAD = 37
_LEAST = QSize(160, 90)
# Keeps a square body clear of the round corners below.
_BOTTOM = 3


class Face(QFrame):
    """Band, title, picker, maximise button, and a body that the caller gives.

    `tools` is the row at the right of the head for buttons of the caller's own.
    """

    # The key of the tab that was chosen.
    picked = Signal(str)
    # True when the face is to fill the cube, False when it is to go back to its place.
    maximised = Signal(bool)
    # The face that shows only its head is to show all of itself.
    opened = Signal()
    # What can be done with the face is asked for, at this point of the screen.
    menu_asked = Signal(object)

    def __init__(
        self, parent: QWidget | None = None, *, can_maximise: bool = True, head: bool = True
    ) -> None:
        super().__init__(parent)
        self._colour = "note"
        self._body: QWidget | None = None
        self._maximised = False
        self._shut = False
        self._name = ""
        self.title = QLabel(self)
        self.title.setProperty("look", "strong")
        # A name from a stranger's file is text, whatever it looks like.
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.tabs = PillTabs(self)
        self.tabs.chosen.connect(self.picked)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(2)
        self.maximise = QToolButton(self)
        self.maximise.setCursor(Qt.CursorShape.PointingHandCursor)
        self.maximise.clicked.connect(self._press)
        self.maximise.setVisible(can_maximise)
        self._can_maximise = can_maximise
        self.more = QToolButton(self)
        self.more.setCursor(Qt.CursorShape.PointingHandCursor)
        self.more.clicked.connect(self._ask_menu)
        self.more.setVisible(False)
        self._head = QWidget(self)
        self._head.setFixedHeight(_HEAD)
        # Tab walks through it as it is read.
        self._head.setProperty("readAcross", True)
        self._head.setVisible(head)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self.title)
        row.addWidget(self.tabs, 1)
        row.addLayout(self.tools)
        row.addWidget(self.more)
        row.addWidget(self.maximise)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(1, BAND, 1, _BOTTOM)
        self._box.setSpacing(1)
        self._box.addWidget(self._head)
        # Without a body the head would stand in the middle.
        self._box.addStretch()
        self.setMinimumSize(_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_maximised(False)
        theme().changed.connect(self.update)

    @property
    def body(self) -> QWidget | None:
        """What stands on the face."""
        return self._body

    def set_body(self, body: QWidget | None) -> QWidget | None:
        """Put `body` on the face; the one that stood there is returned, hidden, to be kept."""
        old = self._body
        if old is body:
            return None
        if old is not None:
            self._box.removeWidget(old)
            old.hide()
        self._body = body
        if body is not None:
            self._box.insertWidget(1, body, 1)
            body.setVisible(not self._shut)
            self.setFocusProxy(body)
        return old

    def dress(self, title: str, colour: str) -> None:
        """Name the face and give it the colour of an entity or token."""
        self._name = title
        self._say_title()
        self.setAccessibleName(title)
        self.tabs.setAccessibleName(_("What stands on “{title}”").format(title=title))
        self._colour = colour
        self.update()

    def offer_menu(self) -> None:
        """Show the button for what can be done with the face."""
        self.more.setVisible(True)
        self.set_maximised(self._maximised)

    @property
    def is_shut(self) -> bool:
        """Whether only the head is shown."""
        return self._shut

    def set_shut(self, shut: bool) -> None:
        """Show only the head, or all of the face."""
        if shut == self._shut:
            return
        self._shut = shut
        self.setMinimumHeight(0 if shut else _LEAST.height())
        self.tabs.setVisible(not shut)
        if self._body is not None:
            self._body.setVisible(not shut)
        cursor = Qt.CursorShape.PointingHandCursor if shut else Qt.CursorShape.ArrowCursor
        self._head.setCursor(cursor)
        self._say_title()
        self.set_maximised(self._maximised)
        self.update()

    def _ask_menu(self) -> None:
        self.menu_asked.emit(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def set_tabs(self, tabs: Sequence[Tab], key: str) -> None:
        """Fill the picker; each tab wears its own colour or the face's."""
        self.tabs.set_tabs(tabs, key, self._colour)
        self._say_title()

    def set_counts(self, counts: Mapping[str, int | None]) -> None:
        """Show other counts on the tabs that are named."""
        self.tabs.set_counts(counts)
        self._say_title()

    def _say_title(self) -> None:
        """The name; on a shut face, which shows no picker, with the count as well."""
        count = None
        if self._shut:
            count = next((one.count for one in self.tabs.tabs() if one.key == self.tabs.key), None)
        self.title.setText(self._name if count is None else f"{self._name} · {count:,}")

    @property
    def is_maximised(self) -> bool:
        """Whether the face fills the cube."""
        return self._maximised

    def set_maximised(self, on: bool, *, tell: bool = False) -> None:
        """Show whether the face fills the cube; `tell` emits it too."""
        self._maximised = on
        icons.set_icon(self.maximise, "arrows-in-simple" if on else "arrows-out-simple", size=16)
        text = _("Back to its place") if on else _("Fill the window")
        if self._shut:
            text = _("Open the face")
            icons.set_icon(self.maximise, "caret-down", size=16)
        self.maximise.setToolTip(text)
        self.maximise.setAccessibleName(text)
        icons.set_icon(self.more, "dots-three", size=16)
        self.more.setToolTip(_("What can be done with the face"))
        self.more.setAccessibleName(_("Face menu"))
        if tell:
            self.maximised.emit(on)

    def _press(self) -> None:
        if self._shut:
            self.opened.emit()
        else:
            self.set_maximised(not self._maximised, tell=True)

    def _on_head(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        return not self._head.isHidden() and self._head.geometry().contains(at)

    # -- Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._shut and self._on_head(event):
            self.opened.emit()
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        if left and self._can_maximise and not self._shut and self._on_head(event):
            self.set_maximised(not self._maximised, tell=True)
            return
        super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.more.isHidden() and self._head.geometry().contains(event.pos()):
            self.menu_asked.emit(event.globalPos())
            return
        super().contextMenuEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.set_maximised(self._maximised)
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(420, 260)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(rect, RADIUS_FACE, RADIUS_FACE)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), RADIUS_FACE, RADIUS_FACE)
        painter.setClipPath(shape)
        painter.fillRect(0, 0, self.width(), BAND, QColor(tokens.colour(self._colour)))
        painter.setClipping(False)
        if self._head.isVisible() and not self._shut:
            painter.fillRect(1, BAND + _HEAD, self.width() - 2, 1, QColor(tokens.line))
        painter.end()
