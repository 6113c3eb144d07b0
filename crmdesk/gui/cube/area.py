"""Where the faces of the cube lie: beside a record, under a list, or one over all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _

Place = Literal["front", "right", "bottom", "third"]
PLACES: tuple[Place, ...] = ("front", "right", "bottom", "third")
Handle = Literal["record_x", "record_left", "record_right", "list_y", "list_x"]

GAP = 8
HEAD = 44
"""The height of a face that is shut: its head."""
_SHUT_WIDTH = 230
_LEAST = 120
_FIRST: Mapping[Handle, float] = {
    "record_x": 0.575,
    "record_left": 0.575,
    "record_right": 0.52,
    "list_y": 0.70,
    "list_x": 0.497,
}
_BY_X = frozenset({"record_x", "list_x"})


class Grip(QWidget):
    """The gap between faces, to be dragged; a double click resets it."""

    moved = Signal(str, float)

    def __init__(self, area: FaceArea, handle: Handle) -> None:
        super().__init__(area)
        self._area = area
        self.handle = handle
        self._by_x = handle in _BY_X
        self._from: QPoint | None = None
        self._hot = False
        shape = Qt.CursorShape.SplitHCursor if self._by_x else Qt.CursorShape.SplitVCursor
        self.setCursor(shape)
        self.setAccessibleName(_("Edge between faces"))

    # -- Qt

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(_("Edge between faces"))
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        at = self.pos() + event.position().toPoint() - self._from
        area = self._area
        if self._by_x:
            self.moved.emit(self.handle, at.x() / max(area.width() - GAP, 1))
        else:
            self.moved.emit(self.handle, at.y() / max(area.height() - GAP, 1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.moved.emit(self.handle, _FIRST[self.handle])

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hot = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hot = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._hot and self._from is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().tokens.accent))
        middle = QRectF(self.rect()).center()
        wide, high = (2.0, min(self.height(), 48)) if self._by_x else (min(self.width(), 48), 2.0)
        painter.drawRoundedRect(
            QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high), 1, 1
        )
        painter.end()


class FaceArea(QWidget):
    """Lays four faces out and keeps how far each edge was dragged.

    A record has the bottom face under it and, in a column at its right, the right face over
    the third one. A list has the bottom and the right face side by side under it; the third
    one is not shown. One face can be `filled` over the whole area. No face ever gets another
    parent, so that a turn costs a layout and no more.
    """

    # An edge was dragged.
    changed = Signal()
    # Esc asks that the face which fills the area goes back to its place.
    unfilled = Signal()

    def __init__(self, faces: Mapping[Place, QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._faces = dict(faces)
        self._shares: dict[Handle, float] = dict(_FIRST)
        self._listing = True
        self._filled: Place | None = None
        self._shut: frozenset[str] = frozenset()
        self._third = True
        self._sides = True
        self._grips: dict[Handle, Grip] = {}
        for face in self._faces.values():
            face.setParent(self)
        for handle in _FIRST:
            grip = Grip(self, handle)
            grip.moved.connect(self._drag)
            self._grips[handle] = grip
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def faces(self) -> list[QWidget]:
        """What lies in the places, in the order in which they are read."""
        return [self._faces[place] for place in PLACES]

    @property
    def filled(self) -> Place | None:
        """The face that fills the area, None where all have their places."""
        return self._filled

    def show_listing(self, listing: bool) -> None:
        """Lay out for a list or for a record."""
        if listing != self._listing:
            self._listing = listing
            self.lay()

    def show_third(self, shown: bool) -> None:
        """Whether a record has the third face; without it the right one takes the column."""
        if shown != self._third:
            self._third = shown
            self.lay()

    def show_sides(self, shown: bool) -> None:
        """Whether the right and the bottom face are there: nothing may belong to the front."""
        if shown != self._sides:
            self._sides = shown
            self.lay()

    def is_shown(self, place: Place) -> bool:
        """Whether that face has a place in the layout now."""
        return place in self._places()[0]

    def set_shut(self, shut: frozenset[str]) -> None:
        """Show only the heads of these faces; the others take their room."""
        if shut != self._shut:
            self._shut = shut
            self.lay()

    def fill(self, place: Place | None) -> None:
        """Let one face fill the area, or put all back."""
        if place != self._filled:
            self._filled = place
            self.lay()

    def shares(self) -> dict[str, float]:
        """Where each edge stands, as a share of width or height, for the settings."""
        return {handle: round(share, 4) for handle, share in self._shares.items()}

    def set_shares(self, shares: Mapping[str, object]) -> None:
        """Take up what `shares` told; edges that it does not name go where they were at first."""
        before = dict(self._shares)
        for handle, first in _FIRST.items():
            share = shares.get(handle)
            valid = isinstance(share, float) and 0 < share < 1
            self._shares[handle] = share if valid and isinstance(share, float) else first
        if self._shares != before:
            self.lay()

    def lay(self) -> None:
        """Put every face and edge in its place."""
        rects, grips = self._places()
        for place, face in self._faces.items():
            rect = rects.get(place)
            face.setVisible(rect is not None)
            if rect is not None:
                face.setGeometry(rect)
        for handle, grip in self._grips.items():
            rect = grips.get(handle)
            grip.setVisible(rect is not None)
            if rect is not None:
                grip.setGeometry(rect)

    def _places(self) -> tuple[dict[Place, QRect], dict[Handle, QRect]]:
        wide, high = self.width(), self.height()
        if self._filled is not None:
            return {self._filled: QRect(0, 0, wide, high)}, {}
        if not self._sides:
            return self._alone(wide, high)
        return self._under_list(wide, high) if self._listing else self._beside(wide, high)

    def _alone(self, wide: int, high: int) -> tuple[dict[Place, QRect], dict[Handle, QRect]]:
        """A front that nothing belongs to, a record with the third face at its right."""
        if self._listing or not self._third:
            return {"front": QRect(0, 0, wide, high)}, {}
        x = self._cut("record_x", wide)
        rects: dict[Place, QRect] = {
            "front": QRect(0, 0, x, high),
            "third": QRect(x + GAP, 0, wide - x - GAP, high),
        }
        return rects, {"record_x": QRect(x, 0, GAP, high)}

    def _under_list(self, wide: int, high: int) -> tuple[dict[Place, QRect], dict[Handle, QRect]]:
        """A list, and under it the bottom and the right face."""
        shut = self._shut & {"bottom", "right"}
        y = high - GAP - HEAD if len(shut) == 2 else self._cut("list_y", high)
        x = self._cut("list_x", wide)
        if len(shut) == 1:
            x = _SHUT_WIDTH if "bottom" in shut else wide - GAP - _SHUT_WIDTH
        below, deep = y + GAP, high - y - GAP
        rects: dict[Place, QRect] = {
            "front": QRect(0, 0, wide, y),
            "bottom": QRect(0, below, x, HEAD if "bottom" in shut else deep),
            "right": QRect(x + GAP, below, wide - x - GAP, HEAD if "right" in shut else deep),
        }
        grips: dict[Handle, QRect] = {}
        if len(shut) < 2:
            grips["list_y"] = QRect(0, y, wide, GAP)
        if not shut:
            grips["list_x"] = QRect(x, below, GAP, deep)
        return rects, grips

    def _beside(self, wide: int, high: int) -> tuple[dict[Place, QRect], dict[Handle, QRect]]:
        """A record with the bottom face under it and two faces at its right."""
        shut = self._shut if self._third else self._shut | {"third"}
        column = {"right", "third"} <= shut
        x = wide - GAP - _SHUT_WIDTH if column else self._cut("record_x", wide)
        left = high - GAP - HEAD if "bottom" in shut else self._cut("record_left", high)
        if "right" in shut:
            right = HEAD
        elif "third" in shut:
            right = high - GAP - HEAD if self._third else high
        else:
            right = self._cut("record_right", high)
        beside, below = x + GAP, right + GAP
        third = HEAD if "third" in shut else high - below
        rects: dict[Place, QRect] = {
            "front": QRect(0, 0, x, left),
            "bottom": QRect(0, left + GAP, x, high - left - GAP),
            "right": QRect(beside, 0, wide - beside, right),
            "third": QRect(beside, below, wide - beside, third),
        }
        grips: dict[Handle, QRect] = {}
        if not column:
            grips["record_x"] = QRect(x, 0, GAP, high)
        if "bottom" not in shut:
            grips["record_left"] = QRect(0, left, x, GAP)
        if not self._third:
            del rects["third"]
        if not shut & {"right", "third"}:
            grips["record_right"] = QRect(beside, right, wide - beside, GAP)
        return rects, grips

    def _cut(self, handle: Handle, length: int) -> int:
        room = length - GAP
        least = min(_LEAST, room // 3)
        return min(max(round(room * self._shares[handle]), least), room - least)

    def _drag(self, handle: Handle, share: float) -> None:
        self._shares[handle] = min(max(share, 0.02), 0.98)
        self.lay()
        self.changed.emit()

    # -- Qt

    def sizeHint(self) -> QSize:
        return QSize(1240, 800)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._filled is not None:
            self.unfilled.emit()
            return
        super().keyPressEvent(event)
