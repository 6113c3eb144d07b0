"""Files given to other programs: copied, dragged out, saved several at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.files.gallery import FilesFace
from crmdesk.gui.files.handing import free_name, mime_of, save_all
from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.opening import open_workspace
from crmdesk.settings import Settings
from crmdesk.store.blobs import BlobFolder
from tests.gui.conftest import Pipeline
from tests.gui.test_files_face import CTRL, picture


@pytest.fixture
def files(qtbot: QtBot, window: MainWindow, pipeline: Pipeline, tmp_path: Path) -> FilesFace:
    """Three files of an opportunity: a picture, a page, and a program."""
    window.resize(1500, 900)
    window.view.turn("opportunity", pipeline.retrofit)
    window.view.sides["right"].picked.emit("attachments")
    side = window.view.sides["right"]
    qtbot.waitUntil(lambda: side.files is not None)
    assert side.files is not None
    page, run = tmp_path / "Offer 12.pdf", tmp_path / "set up.exe"
    page.write_bytes(b"%PDF" * 500)
    run.write_bytes(b"MZ" * 20)
    given = [picture(tmp_path / "Hall 3.png"), page, run]
    window.doing.desk.attach("opportunity", pipeline.retrofit, given)
    shown = side.files
    qtbot.waitUntil(lambda: len(shown.tiles) == 3)
    return shown


def choose(files: FilesFace, *names: str) -> None:
    model = files.selectionModel()
    model.clear()
    flags = QItemSelectionModel.SelectionFlag
    for row, tile in enumerate(files.tiles):
        if tile.name in names:
            index = files.model().index(row, 0)
            model.setCurrentIndex(index, flags.NoUpdate)
            model.select(index, flags.Select)
    files.setFocus()


def local(window: MainWindow) -> list[Path]:
    data = QGuiApplication.clipboard().mimeData()
    return [Path(one.toLocalFile()) for one in data.urls()]


def test_a_copied_picture_is_a_file_and_an_image(
    qtbot: QtBot, window: MainWindow, files: FilesFace, tmp_path: Path
) -> None:
    choose(files, "Hall 3.png")
    with qtbot.waitSignal(window.doing.desk.told) as told:
        QTest.keyClick(files, Qt.Key.Key_C, CTRL)
    assert told.args == ["Hall 3.png is on the clipboard"]
    data = QGuiApplication.clipboard().mimeData()
    (path,) = local(window)
    assert path.name == "Hall 3.png"
    assert path.read_bytes() == (tmp_path / "Hall 3.png").read_bytes()
    assert data.hasImage()
    assert QGuiApplication.clipboard().image().width() == 400
    said = bytes(data.data("x-special/gnome-copied-files").data()).decode()
    assert said.splitlines() == ["copy", f"file://{str(path).replace(' ', '%20')}"]


def test_several_files_are_copied_at_once_and_pasted_elsewhere(
    qtbot: QtBot, window: MainWindow, files: FilesFace, pipeline: Pipeline
) -> None:
    choose(files, "Offer 12.pdf", "set up.exe")
    with qtbot.waitSignal(window.doing.desk.told) as told:
        QTest.keyClick(files, Qt.Key.Key_C, CTRL)
    assert told.args == ["2 files are on the clipboard"]
    assert {one.name for one in local(window)} == {"Offer 12.pdf", "set up.exe"}
    assert not QGuiApplication.clipboard().mimeData().hasImage()
    window.view.turn("opportunity", pipeline.hall)
    window.view.sides["right"].picked.emit("attachments")
    window.doing.paste_files()
    qtbot.waitUntil(lambda: {one.name for one in files.tiles} == {"Offer 12.pdf", "set up.exe"})


def test_a_damaged_file_is_not_handed_out(
    qtbot: QtBot, window: MainWindow, files: FilesFace
) -> None:
    tile = next(one for one in files.tiles if one.name == "Offer 12.pdf")
    path = BlobFolder(window.bridge.workspace.path).path_of(tile.file.sha256)
    path.chmod(0o600)
    path.write_bytes(b"something else")
    QGuiApplication.clipboard().setText("before")
    choose(files, "Offer 12.pdf")
    with qtbot.waitSignal(window.doing.desk.refused):
        QTest.keyClick(files, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "before"


def test_a_press_that_was_let_go_drags_nothing(
    qtbot: QtBot, window: MainWindow, files: FilesFace
) -> None:
    choose(files, "Offer 12.pdf")
    copies = window.doing.desk.copies
    files.startDrag(Qt.DropAction.CopyAction)
    # The copy is made, and the window goes on without a drag that nobody holds.
    qtbot.waitUntil(lambda: copies.folder is not None and bool(list(copies.folder.rglob("*.pdf"))))
    qtbot.waitUntil(lambda: not window.bridge.jobs.busy)
    assert QApplication.activeModalWidget() is None
    assert files.hasFocus()


def test_several_are_saved_and_none_is_replaced(
    qtbot: QtBot, window: MainWindow, files: FilesFace, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "Offer 12.pdf").write_text("mine")
    desk = window.doing.desk
    with qtbot.waitSignal(desk.told) as told:
        save_all(desk, [one.file for one in files.tiles], folder)
    assert told.args == [f"3 files saved in {folder}"]
    names = {one.name for one in folder.iterdir()}
    assert names == {"Offer 12.pdf", "Offer 12 (2).pdf", "Hall 3.png", "set up.exe"}
    assert (folder / "Offer 12.pdf").read_text() == "mine"
    assert (folder / "Offer 12 (2).pdf").read_bytes() == b"%PDF" * 500


def test_names_in_a_folder_do_not_meet(tmp_path: Path) -> None:
    taken: set[str] = set()
    made = [free_name(tmp_path, name, taken).name for name in ("a.txt", "A.TXT", "a.txt", "x", "x")]
    assert made == ["a.txt", "A (2).TXT", "a (3).txt", "x", "x (2)"]


def test_names_with_signs_come_whole_through_the_clipboard(tmp_path: Path) -> None:
    path = tmp_path / "100% 报价 #1.pdf"
    data = mime_of([path])
    assert [Path(one.toLocalFile()) for one in data.urls()] == [path]
    line = bytes(data.data("x-special/gnome-copied-files").data()).decode().splitlines()[1]
    assert line.isascii()
    assert "100%25%20" in line


def test_files_are_tiles_again_at_the_next_start(
    qtbot: QtBot, window: MainWindow, files: FilesFace, settings: Settings
) -> None:
    path = window.bridge.workspace.path
    window.close()
    again = MainWindow(
        Bridge(open_workspace(path, user_name="Anna Berg"), language="en", poll_ms=0),
        Settings(settings.path),
    )
    again.show()
    side = again.view.sides["right"]
    qtbot.waitUntil(lambda: side.files is not None and len(side.files.tiles) == 3)
    assert side.face.body is side.files
    flags = side.files.model().flags(side.files.model().index(0, 0))
    assert flags & Qt.ItemFlag.ItemIsDragEnabled
    again.close()
    again.deleteLater()
