"""A file as a tile: its picture, its name, and when it came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QBuffer,
    QByteArray,
    QIODevice,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crmdesk.features.files.copies import Copies
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION, mix
from crmdesk.schema.values import FileRef

TILE = QSize(152, 148)
PICTURE = QSize(132, 88)
_LARGEST_IMAGE = 40 * 1024 * 1024
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Tile:
    """One file: the record of it, and its content."""

    id: str
    file: FileRef
    name: str
    detail: str
    icon: str
    is_image: bool


Thumbnail = Callable[[Tile, float], QPixmap | None]
"""The small picture of a file at a screen's ratio, None for none."""


class Tiles(QAbstractListModel):
    """The files that are shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tiles: tuple[Tile, ...] = ()

    def show(self, tiles: Sequence[Tile]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self.tiles = tuple(tiles)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.tiles)

    def flags(self, index: Index) -> Qt.ItemFlag:
        # Without this a drag that begins on a tile draws a frame round others.
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        tile = self.tiles[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return tile.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{tile.name}, {tile.detail}"
        return None


class TilePainter(QStyledItemDelegate):
    """Draws a tile: its picture, its name, its size and day."""

    def __init__(self, tiles: Tiles, thumbnail: Thumbnail) -> None:
        super().__init__(tiles)
        self._thumbnail = thumbnail
        self._tiles = tiles
        self._plain = Texts(fonts.font())
        self._caption = Texts(fonts.font(CAPTION, figures=True))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return TILE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme().tokens
        tile = self._tiles.tiles[index.row()]
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(rect).adjusted(3, 3, -3, -3)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(tokens.selection))
            painter.drawRoundedRect(ground, 8, 8)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(mix(tokens.text, tokens.surface, 0.04)))
            painter.drawRoundedRect(ground, 8, 8)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        place = QRect(rect.left() + 10, rect.top() + 10, PICTURE.width(), PICTURE.height())
        self._picture(painter, tile, place)
        base = place.bottom() + 4 + self._plain.baseline(22)
        run = self._plain.fit(tile.name, place.width())
        painter.setFont(self._plain.font)
        painter.setPen(QColor(tokens.text))
        painter.drawStaticText(QPointF(place.left(), base - run.rise), run.text)
        run = self._caption.fit(tile.detail, place.width())
        painter.setFont(self._caption.font)
        painter.setPen(QColor(tokens.faint))
        base = place.bottom() + 24 + self._caption.baseline(18)
        painter.drawStaticText(QPointF(place.left(), base - run.rise), run.text)

    def _picture(self, painter: QPainter, tile: Tile, place: QRect) -> None:
        tokens = theme().tokens
        painter.setPen(QColor(tokens.line))
        painter.setBrush(QColor(tokens.sunken))
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        ratio = painter.device().devicePixelRatioF()
        image = self._thumbnail(tile, ratio)
        if image is None:
            mark = icons.pixmap(tile.icon, tokens.faint, 32, ratio)
            painter.drawPixmap(place.center() - QPoint(16, 16), mark)
            return
        wide, high = (
            image.width() / image.devicePixelRatio(),
            image.height() / image.devicePixelRatio(),
        )
        painter.drawPixmap(
            QPointF(place.center().x() - wide / 2 + 0.5, place.center().y() - high / 2 + 0.5), image
        )


def drawn(copies: Copies, file: FileRef, ratio: float) -> QImage | None:
    """The small picture of an image, on a reading thread; None for what cannot be drawn."""
    content = copies.read(file, _LARGEST_IMAGE)
    if content is None:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    room = QSize(round((PICTURE.width() - 4) * ratio), round((PICTURE.height() - 4) * ratio))
    if size.isValid() and (size.width() > room.width() or size.height() > room.height()):
        # Before it is decoded: a file of some kilobytes may hold a picture of gigabytes.
        reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    image.setDevicePixelRatio(ratio)
    return image
