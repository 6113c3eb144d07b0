"""Changes a choice from the picker that offers it: its name, its colour, or archives it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from crmdesk.gui.grid.floating import SHADOW, paint_panel
from crmdesk.gui.grid.palette import colours
from crmdesk.gui.grid.source import Option
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _

_IN_ROW = 6
_DOT = 16
_WIDE = 220
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ChoicePanel(QFrame):
    """A small panel beside an option; every change of it is a step of its own."""

    renamed = Signal(str)
    recoloured = Signal(str)
    archived = Signal()

    def __init__(self, editor: QWidget, option: Option) -> None:
        super().__init__(editor.window())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # The editor that stays open under it, and gets the focus back.
        self.editor = editor
        self._option = option
        editor.destroyed.connect(self.close)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)
        self.name = QLineEdit(option.title, self)
        self.name.setAccessibleName(_("Name of the choice"))
        self.name.setMinimumWidth(180)
        # It is not the cell that changes here: said, as one may have meant that.
        head = QLabel(_("Rename choice “{title}”").format(title=option.title), self)
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setProperty("look", "strong")
        head.setWordWrap(True)
        head.setMaximumWidth(_WIDE)
        hint = QLabel(_("For every record that has it"), self)
        hint.setProperty("look", "muted")
        hint.setWordWrap(True)
        hint.setMaximumWidth(_WIDE)
        self.head = head
        caption = QLabel(_("Colour"), self)
        caption.setProperty("look", "caption")
        self.swatches: list[QToolButton] = []
        grid = QGridLayout()
        grid.setSpacing(2)
        for number, one in enumerate(colours()):
            button = QToolButton(self)
            button.setIcon(_dot(one.id, one.id == (option.colour or "")))
            button.setIconSize(QSize(_DOT, _DOT))
            button.setToolTip(one.title)
            button.setAccessibleName(one.title)
            button.clicked.connect(lambda _checked=False, code=one.id: self._recolour(code))
            grid.addWidget(button, number // _IN_ROW, number % _IN_ROW)
            self.swatches.append(button)
        self.archive = QPushButton(_("Archive"), self)
        self.archive.setIcon(icons.icon("archive"))
        self.archive.setToolTip(_("Not offered any more; records that have it keep it."))
        self.archive.clicked.connect(self._archive)
        box = QVBoxLayout(self)
        edge = SHADOW + 12
        box.setContentsMargins(edge, SHADOW // 2 + 12, edge, edge)
        box.setSpacing(8)
        box.addWidget(head)
        box.addWidget(hint)
        box.addWidget(self.name)
        box.addWidget(caption)
        box.addLayout(grid)
        box.addWidget(self.archive)

    def open_at(self, where: QRect) -> None:
        """Open beside that rectangle of the screen."""
        window = self.parentWidget()
        assert window is not None
        self.adjustSize()
        at = window.mapFromGlobal(where.topRight())
        x = min(at.x() - SHADOW, window.width() - self.width() + SHADOW)
        y = max(0, min(at.y() - SHADOW, window.height() - self.height() + SHADOW))
        self.move(x, y)
        self.show()
        self.raise_()
        self.name.setFocus()
        self.name.selectAll()

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and now is not self.editor and not self.isAncestorOf(now):
            self.close()

    def _recolour(self, code: str) -> None:
        self._rename()
        if code != self._option.colour:
            self.recoloured.emit(code)
        self._end()

    def _archive(self) -> None:
        self.archived.emit()
        self._end()

    def _rename(self) -> None:
        title = self.name.text().strip()
        if title and title != self._option.title:
            self.renamed.emit(title)

    def _end(self) -> None:
        self.editor.setFocus()
        self.close()

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_panel(painter, self.rect())
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _ENTER:
            self._rename()
            self._end()
        elif event.key() == Qt.Key.Key_Escape:
            self._end()
        else:
            super().keyPressEvent(event)


def _dot(colour: str, chosen: bool) -> QIcon:
    made = QPixmap(_DOT * 2, _DOT * 2)
    made.setDevicePixelRatio(2)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(1, 1, _DOT - 2, _DOT - 2)
    if chosen:
        painter.setBrush(QColor(theme().tokens.surface))
        painter.drawEllipse(5, 5, _DOT - 10, _DOT - 10)
    painter.end()
    return QIcon(made)
