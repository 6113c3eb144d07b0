"""Links in a form: a button behind a phone, an e-mail or a web address, Ctrl+click, the menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QToolButton

from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.links.reach import KINDS, icon_of, open_target, targets, words_of
from crmdesk.gui.theme import icons

if TYPE_CHECKING:
    from crmdesk.gui.record.field import FieldCell

_SIZE, _GAP = 22, 6
_CTRL = Qt.KeyboardModifier.ControlModifier
_LEFT = Qt.MouseButton.LeftButton


class FieldLinks(QObject):
    """Follows one field of a form and opens what it leads to."""

    def __init__(self, field: FieldCell) -> None:
        super().__init__(field)
        self._field = field
        self._button: QToolButton | None = None
        self._pressed = False
        field.installEventFilter(self)

    @property
    def button(self) -> QToolButton | None:
        """The button behind the value, None while there was nothing to open."""
        return self._button

    def targets(self) -> list[str]:
        """Where the value leads."""
        cell = self._field.cell
        return targets(self._field.spec.kind, cell.value, cell.text)

    def _target_at(self, at: QPointF) -> str:
        """What a click with Ctrl there means."""
        field = self._field
        if field.long:
            paragraph = field.paragraph
            link = paragraph.link_at(at - field.text_corner) if paragraph is not None else None
            return link.target if link is not None else ""
        found = self.targets()
        return found[0] if found and at.x() >= field.editor_rect().left() else ""

    # -- the button

    def show_button(self, *, on: bool) -> None:
        """Show the button behind a value that leads somewhere, or hide it."""
        field = self._field
        found = self.targets() if on and field.spec.kind in KINDS and not field.editing else []
        if not found:
            if self._button is not None:
                self._button.hide()
            return
        target = found[0]
        if self._button is None:
            button = self._button = QToolButton(field)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda: [open_target(one) for one in self.targets()[:1]])
        words = words_of(target)
        self._button.setToolTip(f"{words} (Ctrl+O)")
        self._button.setAccessibleName(words)
        icons.set_icon(self._button, icon_of(target), "accent", 15)
        self._button.setGeometry(self._place())
        self._button.show()

    def _place(self) -> QRect:
        """Behind the value, as far as there is room."""
        field, area = self._field, self._field.editor_rect()
        wide = Texts(field.editor_font()).fit(field.cell.text, area.width()).width
        left = min(area.left() + 10 + round(wide) + _GAP, area.right() - _SIZE - 2)
        return QRect(left, area.center().y() - _SIZE // 2 + 1, _SIZE, _SIZE)

    # -- what the field hands on

    def mouse(self, event: QMouseEvent) -> bool:
        """Ctrl+click opens; without Ctrl the field is edited as ever. Whether that is done."""
        held = event.modifiers() & _CTRL
        if event.type() == QEvent.Type.MouseMove:
            if held and not event.buttons() and self._target_at(event.position()):
                self._field.setCursor(Qt.CursorShape.PointingHandCursor)
                return True
            return False
        if event.button() != _LEFT or not held:
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = bool(self._target_at(event.position()))
            return self._pressed
        pressed, self._pressed = self._pressed, False
        target = self._target_at(event.position()) if pressed else ""
        if target:
            open_target(target)
        return pressed

    def menu(self, event: QContextMenuEvent) -> bool:
        """Offer what the value leads to; False where that is nothing."""
        found = self.targets()
        if not found:
            return False
        menu = QMenu(self._field)
        for target in found[:8]:
            words = words_of(target).replace("&", "&&")
            action = menu.addAction(icons.icon(icon_of(target)), words)
            action.triggered.connect(partial(_follow, target))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in {QEvent.Type.Leave, QEvent.Type.FocusOut, QEvent.Type.Resize}:
            self.show_button(on=self._field.hasFocus() and kind != QEvent.Type.FocusOut)
        return super().eventFilter(watched, event)


def _follow(target: str, _checked: bool = False) -> None:
    open_target(target)
