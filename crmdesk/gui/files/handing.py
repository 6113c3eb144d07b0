"""Files given to other programs: dragged out of the window, or put on the clipboard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from crmdesk.i18n import ngettext
from crmdesk.schema.values import FileRef

if TYPE_CHECKING:
    from crmdesk.features.files.copies import Copies
    from crmdesk.gui.files.desk import FileDesk

LARGEST_PICTURE = 64 << 20
"""Bytes up to which a picture is put on the clipboard as an image as well."""

# What file managers of the GNOME family take a copied file by.
_GNOME = "x-special/gnome-copied-files"


def mime_of(paths: Sequence[Path], image: QImage | None = None) -> QMimeData:
    """Files as other programs take them; a single picture as an image too."""
    data = QMimeData()
    urls = [QUrl.fromLocalFile(str(path)) for path in paths]
    data.setUrls(urls)
    lines = ["copy", *(url.toString(QUrl.ComponentFormattingOption.FullyEncoded) for url in urls)]
    data.setData(_GNOME, "\n".join(lines).encode())
    if image is not None:
        data.setImageData(image)
    return data


def copy(desk: FileDesk, files: Sequence[FileRef]) -> None:
    """Put verified copies of files on the clipboard."""
    if not files:
        return

    def do(copies: Copies) -> tuple[list[Path], QImage | None]:
        return [copies.hand_copy(one) for one in files], _image(copies, files)

    def done(made: tuple[list[Path], QImage | None]) -> None:
        QGuiApplication.clipboard().setMimeData(mime_of(*made))
        words = ngettext("{name} is on the clipboard", "{count} files are on the clipboard",
                         len(files))  # fmt: skip
        desk.told.emit(words.format(name=files[0].name, count=len(files)))

    desk.make(do, done)


def _image(copies: Copies, files: Sequence[FileRef]) -> QImage | None:
    if len(files) != 1:
        return None
    content = copies.read(files[0], LARGEST_PICTURE)
    image = QImage.fromData(content) if content else QImage()
    return None if image.isNull() else image


def drag(
    desk: FileDesk, source: QWidget, files: Sequence[FileRef], picture: QPixmap | None = None
) -> None:
    """Let files be dragged to another program, as soon as their copies are there.

    A press that was let go meanwhile drags nothing.
    """
    if not files:
        return

    def begin(paths: list[Path]) -> None:
        if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            carry(source, paths, picture)

    desk.make(lambda copies: [copies.hand_copy(one) for one in files], begin)


def carry(source: QWidget, paths: Sequence[Path], picture: QPixmap | None = None) -> None:
    """Drag these files; they can be copied only, for others hold the same content."""
    made = QDrag(source)
    made.setMimeData(mime_of(paths))
    if picture is not None:
        made.setPixmap(picture)
        made.setHotSpot(QPoint(picture.width() // 2, picture.height() // 2))
    made.exec(Qt.DropAction.CopyAction)


def free_name(folder: Path, name: str, taken: set[str]) -> Path:
    """Where a file of that name can be saved in a folder without replacing another."""
    stem, dot, end = name.rpartition(".")
    if not stem:
        stem, dot, end = name, "", ""
    number, found = 1, name
    while found.casefold() in taken or (folder / found).exists():
        number += 1
        found = f"{stem} ({number}){dot}{end}"
    taken.add(found.casefold())
    return folder / found


def save_all(desk: FileDesk, files: Sequence[FileRef], folder: Path) -> None:
    """Save verified copies of files in a folder; none that is there is replaced."""
    # Late, for the start's sake, as all of this.
    from crmdesk.features.files.names import disk_name

    def do(copies: Copies) -> int:
        taken: set[str] = set()
        for one in files:
            copies.save_copy(one, free_name(folder, disk_name(one.name), taken))
        return len(files)

    def done(count: int) -> None:
        words = ngettext("{count} file saved in {path}", "{count} files saved in {path}", count)
        desk.told.emit(words.format(count=count, path=folder))

    desk.make(do, done)
