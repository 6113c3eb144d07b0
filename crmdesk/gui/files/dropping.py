"""Dropping files onto the cube: they are attached to the record that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from crmdesk.gui.files.desk import clipboard, given_of
from crmdesk.gui.files.gallery import FilesFace
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import HEADING, RADIUS_FACE, mix
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.cube.view import CubeView
    from crmdesk.gui.files.desk import FileDesk


class DropHint(QWidget):
    """Lies over what is dropped onto and says what it will be attached to."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = ""
        self._texts = Texts(fonts.font(HEADING))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(mix(tokens.accent, tokens.surface, 0.10))
        ground.setAlpha(215)
        pen = QPen(QColor(tokens.accent), 2)
        pen.setDashPattern([5.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(ground)
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(3, 3, -3, -3), RADIUS_FACE, RADIUS_FACE
        )
        ratio = self.devicePixelRatioF()
        run = self._texts.fit(self.words, self.width() - 90)
        left = (self.width() - run.width - 30) / 2
        middle = self.height() // 2
        mark = icons.pixmap("paperclip", tokens.accent, 20, ratio)
        painter.drawPixmap(round(left), middle - 10, mark)
        painter.setFont(self._texts.font)
        painter.setPen(QColor(tokens.text))
        base = middle - 20 + self._texts.baseline(40)
        painter.drawStaticText(round(left) + 30, round(base - run.rise), run.text)
        painter.end()


class Dropping(QObject):
    """Takes files that are dropped onto a cube, or pasted where a form has the focus.

    A record in front gets them wherever they fall; beside a list its faces do, for its
    current record.
    """

    def __init__(self, view: CubeView, desk: FileDesk) -> None:
        super().__init__(view)
        self._view = view
        self.desk = desk
        self.hint = DropHint(view)
        view.setAcceptDrops(True)
        view.installEventFilter(self)

    def _meant(self, event: QDropEvent) -> bool:
        """Whether these are files and there is a record for them where they are."""
        stand = self._view.cube.stand
        if not stand.record or not self.desk.can_attach(stand.entity):
            return False
        data, source = event.mimeData(), event.source()
        if isinstance(source, FilesFace) and source.shows(stand.record):
            # They hang there already.
            return False
        if not (data.hasImage() or any(url.isLocalFile() for url in data.urls())):
            return False
        return not stand.listing or self._face_at(event) is not None

    def _face_at(self, event: QDropEvent) -> QWidget | None:
        at = event.position().toPoint()
        for side in self._view.sides.values():
            face = side.face
            if face.isVisible() and face.rect().contains(face.mapFrom(self._view, at)):
                return face
        return None

    def _show_hint(self, event: QDropEvent) -> None:
        face = self._face_at(event) if self._view.cube.stand.listing else None
        shown = face or self._view
        corner = shown.mapTo(self._view, shown.rect().topLeft())
        self.hint.setGeometry(corner.x(), corner.y(), shown.width(), shown.height())
        title = self._view.cube.stand.title
        words = _("Attach to “{title}”").format(title=title) if title else _("Attach here")
        self.hint.words = words
        self.hint.setAccessibleName(words)
        self.hint.show()
        self.hint.raise_()

    def paste(self) -> bool:
        """Attach the files or the image of the clipboard to the record; False for none."""
        stand = self._view.cube.stand
        if not stand.record or not self.desk.can_attach(stand.entity):
            return False
        given = clipboard()
        self.desk.attach(stand.entity, stand.record, given)
        return bool(given)

    # -- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QDragEnterEvent | QDragMoveEvent):
            if self._meant(event):
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self._show_hint(event)
            else:
                event.ignore()
                self.hint.hide()
            return True
        if kind == QEvent.Type.DragLeave:
            self.hint.hide()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.hint.hide()
            if self._meant(event):
                stand = self._view.cube.stand
                self.desk.attach(stand.entity, stand.record, given_of(event.mimeData()))
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
            return True
        elif (
            kind == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Paste)
        ):
            # Nothing inside took it: the focus is on a field that is not being edited.
            return not self._view.cube.stand.listing and self.paste()
        return super().eventFilter(watched, event)
