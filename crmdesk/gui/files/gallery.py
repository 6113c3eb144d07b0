"""The files of a record as tiles: images by their thumbnails, others by a picture of paper."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QListView, QMenu, QWidget

from crmdesk.features.files.names import shown_size
from crmdesk.gui.files.tiles import TILE, Tile, TilePainter, Tiles, drawn
from crmdesk.gui.grid.pane import EmptyWord
from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.panels.words import when
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _
from crmdesk.ops.changes import Delete
from crmdesk.schema.crm.facts import Attachments
from crmdesk.schema.query import related_query
from crmdesk.schema.registry import Relation
from crmdesk.schema.values import FileRef, Instant

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.files.desk import FileDesk
    from crmdesk.ops.changes import Announcement

MOST = 300
"""Files that are shown, the last ones."""

_KEPT = 200
_FIELDS = (Attachments.CONTENT, Attachments.NAME, Attachments.SIZE, Attachments.AT,
           Attachments.MEDIA_TYPE)  # fmt: skip
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_ICONS = {"image": "image", "video": "film-strip", "audio": "music-note", "text": "file-text"}


class FilesFace(QListView):
    """The body of a face that shows files.

    Enter and a double click open a file in the system's program, Delete takes it away. Ctrl+C
    and a drag give copies of the selected files to other programs, the menu saves copies or
    turns to the record.
    """

    turned = Signal(str, str)

    def __init__(self, bridge: Bridge, desk: FileDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._desk = desk
        self._of: tuple[Relation, str] | None = None
        self._cancel: Cancel | None = None
        self._thumbnails: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._asked: set[str] = set()
        self._tiles = Tiles(self)
        self.setModel(self._tiles)
        self.setItemDelegate(TilePainter(self._tiles, self.thumbnail))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setGridSize(TILE)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet("QListView { border: 0; border-radius: 0; padding: 4px; }")
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.empty = EmptyWord(self)
        self.empty.asked.connect(self._choose)
        self.doubleClicked.connect(lambda _index: self.open_current())
        bridge.announced.connect(self._heard)
        theme().changed.connect(self.viewport().update)
        self.translate()

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The files that are shown."""
        return self._tiles.tiles

    def translate(self) -> None:
        """Take up the language that is set now."""
        self.setAccessibleName(_("Files"))
        self.empty.say(
            _("No files yet"), _("Drop files here, or paste an image."),
            button=_("Choose files…"), icon="paperclip",
        )  # fmt: skip
        self.reload()

    def show_of(self, relation: Relation, record: str) -> None:
        """Show the files that hang on a record."""
        self._of = (relation, record)
        self.reload()

    def reload(self) -> None:
        """Read the files again; those that are shown stay until they are there."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        if self._of is not None:
            self._cancel = self._bridge.read(partial(self._ask, *self._of), self._show)

    def _ask(self, relation: Relation, record: str, conn: Any, _job: object) -> list[Tile]:
        bridge = self._bridge
        select = bridge.workspace.select
        query = related_query(bridge.registry, relation, record)
        rowids = select.first(conn, query, bridge.query_context(), MOST)
        return [
            self._tile(row.id, *row.cells)
            for row in select.rows(conn, query.entity, rowids, _FIELDS)
            if isinstance(row.cells[0], FileRef)
        ]

    def _tile(
        self, id: str, file: FileRef, name: str, size: int | None, at: Any, media: str | None
    ) -> Tile:
        told = [] if size is None else [shown_size(size)]
        if isinstance(at, Instant):
            told.append(when(at, self._bridge.ctx))
        major = (media or "").partition("/")[0]
        icon = "file-pdf" if media == "application/pdf" else _ICONS.get(major, "file")
        return Tile(id, file, name or file.name, " · ".join(told), icon, major == "image")

    def _show(self, tiles: Sequence[Tile]) -> None:
        self._cancel = None
        if tuple(tiles) != self._tiles.tiles:
            row = self.currentIndex().row()
            self._tiles.show(tiles)
            if tiles:
                self.setCurrentIndex(self._tiles.index(min(max(row, 0), len(tiles) - 1)))
        self.empty.setVisible(not tiles)
        self._place()

    # -- thumbnails

    def thumbnail(self, tile: Tile, ratio: float) -> QPixmap | None:
        """The small picture of an image, None while it is being made and for what is none."""
        key = tile.file.sha256
        if not tile.is_image:
            return None
        if key in self._thumbnails:
            self._thumbnails.move_to_end(key)
            return self._thumbnails[key]
        if key not in self._asked:
            self._asked.add(key)
            copies = self._desk.copies
            self._bridge.beside(
                lambda _job: drawn(copies, tile.file, ratio),
                partial(self._keep, key),
                lambda _error: self._keep(key, None),
            )
        return None

    def _keep(self, key: str, image: QImage | None) -> None:
        self._thumbnails[key] = None if image is None else QPixmap.fromImage(image)
        while len(self._thumbnails) > _KEPT:
            gone, _image = self._thumbnails.popitem(last=False)
            self._asked.discard(gone)
        self.viewport().update()

    # -- doing

    def _current(self) -> Tile | None:
        row = self.currentIndex().row()
        return self.tiles[row] if 0 <= row < len(self.tiles) else None

    def open_current(self) -> None:
        """Open the current file in the system's program."""
        tile = self._current()
        if tile is not None:
            self._desk.open(tile.file)

    def selected_files(self) -> list[FileRef]:
        """The files that are selected, in their order."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return [self.tiles[row].file for row in rows]

    def copy_selected(self) -> None:
        """Put the selected files on the clipboard."""
        self._desk.copy(self.selected_files())

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Let the selected files be dragged to another program."""
        # Late, for the start's sake.
        from crmdesk.gui.files.handing import drag

        tile = self._current()
        shown = None if tile is None else self.thumbnail(tile, self.devicePixelRatioF())
        drag(self._desk, self, self.selected_files(), shown)

    def shows(self, record: str) -> bool:
        """Whether these are the files of that record."""
        return self._of is not None and self._of[1] == record

    def delete_selected(self) -> None:
        """Take the selected files away; the trash and undo bring them back."""
        ids = [self.tiles[index.row()].id for index in self.selectedIndexes()]
        if ids:
            self._bridge.write(Delete(Attachments.ENTITY, ids))

    def _choose(self) -> None:
        if self._of is not None:
            relation, record = self._of
            self._desk.choose(relation.source, record)

    def _heard(self, announcement: Announcement) -> None:
        if announcement.everything or any(
            one.entity == Attachments.ENTITY for one in announcement.changes
        ):
            self.reload()

    def menu(self) -> QMenu:
        """What can be done with the current file."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        tile = self._current()
        if tile is not None:
            opens = menu.addAction(icons.icon("arrow-square-out"), _("Open"))
            opens.triggered.connect(lambda _checked=False: self.open_current())
            files = self.selected_files() or [tile.file]
            words = _("Save as…") if len(files) == 1 else _("Save {count} files…")
            save = menu.addAction(icons.icon("floppy-disk"), words.format(count=len(files)))
            save.triggered.connect(lambda _checked=False: self._desk.save_all(files))
            take = menu.addAction(icons.icon("copy"), _("Copy"))
            take.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
            take.triggered.connect(lambda _checked=False: self.copy_selected())
            turn = menu.addAction(icons.icon("arrow-clockwise"), _("Turn to its record"))
            turn.triggered.connect(
                lambda _checked=False: self.turned.emit(Attachments.ENTITY, tile.id)
            )
            menu.addSeparator()
            delete = menu.addAction(icons.icon("trash"), _("Delete"))
            delete.triggered.connect(lambda _checked=False: self.delete_selected())
            menu.addSeparator()
        add = menu.addAction(icons.icon("paperclip"), _("Attach files…"))
        add.triggered.connect(lambda _checked=False: self._choose())
        return menu

    # -- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers()
        tile = self._current()
        if key in _ENTER and held == Qt.KeyboardModifier.ControlModifier and tile is not None:
            self.turned.emit(Attachments.ENTITY, tile.id)
        elif key in _ENTER and tile is not None:
            self.open_current()
        elif key == Qt.Key.Key_Delete:
            self.delete_selected()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
        elif event.matches(QKeySequence.StandardKey.Save) and self.selectedIndexes():
            self._desk.save_all(self.selected_files())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse and index.isValid()
        if by_mouse and not self.selectionModel().isSelected(index):
            self.setCurrentIndex(index)
        self.menu().popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        # As far from the head as in an empty grid.
        self.empty.setGeometry(QRect(0, 50, self.width(), max(0, self.height() - 50)))
