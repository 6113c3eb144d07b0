"""Files of a record: dropped, pasted, opened by the system, and too large ones refused."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.cube.view import CubeView
from crmdesk.gui.files.desk import FileDesk
from crmdesk.gui.files.gallery import FilesFace
from crmdesk.gui.main_window import MainWindow
from crmdesk.settings import LARGEST_FILE
from crmdesk.store.blobs import BlobFolder
from tests.gui.conftest import Pipeline

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class System(QObject):
    """What the system would open instead of us."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def system() -> Iterator[System]:
    """Stands in for the desktop's own programs, by the way that Qt has for it."""
    made = System()
    QDesktopServices.setUrlHandler("file", made, "take")
    yield made
    QDesktopServices.unsetUrlHandler("file")


@pytest.fixture
def files(qtbot: QtBot, window: MainWindow, pipeline: Pipeline) -> FilesFace:
    """The files of an opportunity, on the right face; none yet."""
    window.view.turn("opportunity", pipeline.retrofit)
    window.view.sides["right"].picked.emit("attachments")
    side = window.view.sides["right"]
    qtbot.waitUntil(lambda: side.files is not None and not window.bridge.jobs.busy)
    assert side.files is not None
    qtbot.waitUntil(side.files.empty.isVisible)
    return side.files


def drag(at: QPoint, data: QMimeData) -> QDragEnterEvent:
    """What comes in over a place."""
    with warnings.catch_warnings():
        # PySide6 6.12 wants a point of floats here, of which 6.11 knows nothing.
        warnings.simplefilter("ignore", DeprecationWarning)
        return QDragEnterEvent(
            at, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, NONE
        )  # fmt: skip


def drop(onto: CubeView, at: QPoint, data: QMimeData) -> bool:
    """Drag over a place and let go there; whether it was taken."""
    move, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = drag(at, data)
    QApplication.sendEvent(onto, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(at), move, data, left, NONE)
    QApplication.sendEvent(onto, event)
    return event.isAccepted()


def urls(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def picture(path: Path, width: int = 400, height: int = 200) -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#7a5af8"))
    assert image.save(str(path))
    return path


def settled(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.bridge.jobs.busy)
    QApplication.processEvents()


def test_dropped_files_hang_on_the_record_and_images_show_small(
    qtbot: QtBot, window: MainWindow, files: FilesFace, pipeline: Pipeline, tmp_path: Path
) -> None:
    offer = tmp_path / "Offer 12.pdf"
    offer.write_bytes(b"%PDF" * 500)
    photo = picture(tmp_path / "Hall.png")
    assert drop(window.view, QPoint(60, 200), urls(offer, photo))
    qtbot.waitUntil(lambda: len(files.tiles) == 2)
    by_name = {tile.name: tile for tile in files.tiles}
    assert by_name["Offer 12.pdf"].detail.startswith("2.0 KB · Today ")
    made = window.bridge.workspace.get("attachment", by_name["Hall.png"].id)
    assert made is not None
    assert (made["opportunity"], made["contact"]) == (pipeline.retrofit, pipeline.liwei)

    def small() -> bool:
        image = files.thumbnail(by_name["Hall.png"], 1.0)
        return image is not None and (image.width(), image.height()) == (128, 64)

    qtbot.waitUntil(small)
    assert files.thumbnail(by_name["Offer 12.pdf"], 1.0) is None
    assert window.bridge.workspace.undo_label == "Attach 2 files"
    saved = "Saved · Ctrl+Z undoes “Attach 2 files”"
    qtbot.waitUntil(lambda: window.ui.saved.text() == saved)


def test_a_hint_says_what_is_dropped_onto(
    qtbot: QtBot, window: MainWindow, files: FilesFace, tmp_path: Path
) -> None:
    photo = picture(tmp_path / "Hall.png")
    data = urls(photo)
    event = drag(QPoint(60, 200), data)
    QApplication.sendEvent(window.view, event)
    hint = next(one for one in window.view.findChildren(QWidget) if hasattr(one, "words"))
    assert hint.isVisible()
    text = QMimeData()
    text.setText("no file")
    assert not drop(window.view, QPoint(60, 200), text)
    assert hint.isHidden()


def test_an_image_of_the_clipboard_is_pasted_by_key(
    qtbot: QtBot, window: MainWindow, files: FilesFace
) -> None:
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("#0e8f83"))
    QGuiApplication.clipboard().setImage(image)
    form = window.view.record_form
    assert form is not None
    form.setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: len(files.tiles) == 1)
    assert files.tiles[0].name.startswith("Image 20")
    assert files.tiles[0].is_image
    QTest.keyClick(window, Qt.Key.Key_V, CTRL | SHIFT)
    qtbot.waitUntil(lambda: len(files.tiles) == 2)
    QGuiApplication.clipboard().setText("only words")
    QTest.keyClick(window, Qt.Key.Key_V, CTRL | SHIFT)
    assert window.ui.saved.text() == "There is no file and no image on the clipboard."


def test_a_file_is_opened_as_a_read_only_copy_with_its_own_name(
    qtbot: QtBot, window: MainWindow, files: FilesFace, system: System, tmp_path: Path
) -> None:
    note = tmp_path / "报价 & more.txt"
    note.write_text("hello", encoding="utf-8")
    drop(window.view, QPoint(60, 200), urls(note))
    qtbot.waitUntil(lambda: len(files.tiles) == 1)
    files.setFocus()
    QTest.keyClick(files, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(system.opened) == 1)
    copy = Path(QUrl(system.opened[0]).toLocalFile())
    assert copy.name == "报价 & more.txt"
    assert copy.read_text(encoding="utf-8") == "hello"
    assert copy != note
    kept = BlobFolder(window.bridge.workspace.path)
    kept.path_of(files.tiles[0].file.sha256).write_bytes(b"another")
    QTest.keyClick(files, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "its content was changed" in window.ui.saved.text())
    assert len(system.opened) == 1


def test_programs_are_not_started(
    qtbot: QtBot, window: MainWindow, files: FilesFace, system: System, tmp_path: Path
) -> None:
    program = tmp_path / "invoice.pdf.exe"
    program.write_bytes(b"MZ")
    drop(window.view, QPoint(60, 200), urls(program))
    qtbot.waitUntil(lambda: len(files.tiles) == 1)
    files.setFocus()
    QTest.keyClick(files, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "does not start programs" in window.ui.saved.text())
    assert system.opened == []


def test_a_file_that_is_too_large_is_refused_with_the_limit(
    qtbot: QtBot, window: MainWindow, files: FilesFace, tmp_path: Path
) -> None:
    window.settings.set(LARGEST_FILE, 1)
    large = tmp_path / "film.mp4"
    with large.open("wb") as file:
        file.truncate(3 * 1024**3)
    assert drop(window.view, QPoint(60, 200), urls(large))
    qtbot.waitUntil(lambda: "film.mp4 has 3.2 GB" in window.ui.saved.text())
    settled(qtbot, window)
    assert files.tiles == ()
    assert window.doing.desk.note is None


def test_a_copy_is_stopped_half_way(
    qtbot: QtBot, window: MainWindow, files: FilesFace, tmp_path: Path
) -> None:
    large = tmp_path / "film.mp4"
    with large.open("wb") as file:
        file.truncate(300 * 1024**2)
    drop(window.view, QPoint(60, 200), urls(large))
    desk: FileDesk = window.doing.desk
    note = desk.note
    assert note is not None
    qtbot.waitUntil(lambda: note.bar.value() > 0)
    QTest.mouseClick(note.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.note is None)
    settled(qtbot, window)
    assert window.ui.saved.text() == "Stopped; nothing was attached"
    assert files.tiles == ()
    assert list(BlobFolder(window.bridge.workspace.path).kept()) == []


def test_files_are_deleted_and_come_back(
    qtbot: QtBot, window: MainWindow, files: FilesFace, tmp_path: Path
) -> None:
    drop(window.view, QPoint(60, 200), urls(picture(tmp_path / "a.png")))
    qtbot.waitUntil(lambda: len(files.tiles) == 1)
    files.setFocus()
    QTest.keyClick(files, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: files.tiles == ())
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: len(files.tiles) == 1)


def test_beside_a_list_only_the_faces_take_files(
    qtbot: QtBot, window: MainWindow, pipeline: Pipeline, tmp_path: Path
) -> None:
    photo = picture(tmp_path / "a.png")
    window.view.show_list("opportunity")
    settled(qtbot, window)
    assert not drop(window.view, QPoint(60, 60), urls(photo))
    face = window.view.sides["bottom"].face
    at = face.mapTo(window.view, face.rect().center())
    record = window.cube.stand.record
    assert drop(window.view, at, urls(photo))
    qtbot.waitUntil(lambda: (window.bridge.workspace.undo_label or "") == "Attach a.png")
    counts: dict[str, int] = {}
    with window.bridge.workspace.reader() as conn:
        counts = window.bridge.workspace.select.related_counts(conn, "opportunity", record)
    assert counts["attachments"] == 1
