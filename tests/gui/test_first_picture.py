"""The picture that a start shows first: what is done to it is done to the window behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QColor, QImage, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QInputDialog,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from crmdesk.gui.frame import Beside, Frame
from crmdesk.store.glimpse import Picture

LEFT = Qt.MouseButton.LeftButton
WIDE, HIGH = 640, 480


class Inside(QMainWindow):
    """A window with something to click and to type into, where a picture shows them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Deals – CRMDesk")
        ground = QWidget()
        self.button = QPushButton("Undo", ground)
        self.line = QLineEdit(ground)
        box = QVBoxLayout(ground)
        box.addWidget(self.line)
        box.addWidget(self.button)
        self.setCentralWidget(ground)


def painted(colour: str) -> Picture:
    """A picture of one colour."""
    image = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return Picture(WIDE, HIGH, 1.0, bytes(image.constBits()))


@pytest.fixture
def frame(qtbot: QtBot) -> Iterator[Frame]:
    made = Frame("", painted("#ff0000"))
    made.resize(WIDE, HIGH)
    assert made.veil is not None
    with qtbot.waitSignal(made.veil.shown):
        made.show()
    yield made
    made.end()


def test_the_picture_is_seen_first(frame: Frame) -> None:
    assert frame.veil is not None
    assert frame.veil.has_picture
    assert frame.grab().toImage().pixelColor(320, 240) == QColor("#ff0000")
    assert frame.picture() is None


def test_a_picture_of_another_size_is_not_shown(frame: Frame, qtbot: QtBot) -> None:
    frame.resize(WIDE - 50, HIGH)
    qtbot.waitUntil(lambda: frame.width() == WIDE - 50)
    assert frame.grab().toImage().pixelColor(320, 240) != QColor("#ff0000")


def test_what_was_clicked_and_typed_meanwhile_is_done(frame: Frame, qtbot: QtBot) -> None:
    veil = frame.veil
    assert veil is not None
    layout = Inside()
    layout.resize(WIDE, HIGH)
    layout.show()
    qtbot.waitExposed(layout)
    on_line = layout.line.mapTo(layout, QPoint(20, 8))
    on_button = layout.button.mapTo(layout, QPoint(20, 8))
    layout.hide()
    layout.deleteLater()
    frame.activateWindow()
    QTest.mouseClick(veil, LEFT, Qt.KeyboardModifier.NoModifier, on_line)
    QTest.keyClicks(veil, "li wei")
    QTest.mouseClick(veil, LEFT, Qt.KeyboardModifier.NoModifier, on_button)
    window = Inside(frame)
    clicked: list[str] = []
    window.button.clicked.connect(lambda: clicked.append(window.line.text()))
    frame.adopt(window)
    qtbot.waitUntil(lambda: window.size() == frame.size() and window.isVisible())
    assert not clicked
    with qtbot.waitSignal(frame.live):
        frame.lift()
    assert frame.veil is None
    assert clicked == ["li wei"]


def lift(frame: Frame, window: QMainWindow, qtbot: QtBot) -> None:
    frame.adopt(window)
    frame.activateWindow()
    qtbot.waitUntil(lambda: window.size() == frame.size() and window.isVisible())
    with qtbot.waitSignal(frame.live):
        frame.lift()


def press(frame: Frame, *keys: str) -> None:
    """Type over the picture: keys with their modifiers, in order."""
    for one in keys:
        combination = QKeySequence(one)[0]
        assert frame.veil is not None
        QTest.keyClick(frame.veil, combination.key(), combination.keyboardModifiers())


def test_shortcuts_over_the_picture_are_done_in_their_order(frame: Frame, qtbot: QtBot) -> None:
    press(frame, "Ctrl+K", "A", "B", "F5", "C", "Ctrl+Shift+Z", "Ctrl+Y")
    window = Inside(frame)
    done: list[str] = []
    QShortcut(QKeySequence("Ctrl+K"), window, window.line.setFocus)
    read = QAction("Read again", window)
    read.setShortcuts([QKeySequence("Ctrl+R"), QKeySequence("F5")])
    read.triggered.connect(lambda: done.append(f"read {window.line.text()}"))
    window.addAction(read)
    again = QShortcut(QKeySequence("Ctrl+Y"), window, lambda: done.append("again"))
    again.setEnabled(False)
    window.button.setFocus()
    lift(frame, window, qtbot)
    assert window.line.text() == "abc"
    assert done == ["read ab"]


def test_who_has_the_focus_takes_a_key_before_a_shortcut(frame: Frame, qtbot: QtBot) -> None:
    press(frame, "A", "Ctrl+Z", "B")
    window = Inside(frame)
    done: list[str] = []
    QShortcut(QKeySequence("Ctrl+Z"), window, lambda: done.append("undo"))
    window.line.setText("kept ")
    window.setFocusProxy(window.line)
    lift(frame, window, qtbot)
    assert window.line.text() == "kept b"
    assert done == []


def test_keys_go_on_in_the_dialog_that_a_shortcut_opened(frame: Frame, qtbot: QtBot) -> None:
    press(frame, "Ctrl+K", "A", "B", "Return", "C")
    window = Inside(frame)
    window.setFocusProxy(window.line)
    asked: list[tuple[int, str]] = []

    def ask() -> None:
        dialog = QInputDialog(window)
        dialog.setTextValue("")
        asked.append((dialog.exec(), dialog.textValue()))

    QShortcut(QKeySequence("Ctrl+K"), window, ask)
    lift(frame, window, qtbot)
    qtbot.waitUntil(lambda: window.line.text() == "c")
    assert asked == [(1, "ab")]


def test_no_shortcut_of_the_window_behind_comes_before_what_was_done(
    frame: Frame, qtbot: QtBot
) -> None:
    window = Inside(frame)
    done: list[str] = []
    QShortcut(QKeySequence("Ctrl+K"), window, lambda: done.append("search"))
    frame.adopt(window)
    qtbot.waitUntil(window.isVisible)
    press(frame, "Ctrl+K", "Tab")
    assert done == []
    assert frame.veil is not None
    assert {Qt.Key.Key_K, Qt.Key.Key_Tab} <= {
        one.key() for one in frame.veil.kept if isinstance(one, QKeyEvent)
    }
    lift(frame, window, qtbot)
    assert done == ["search"]


def test_the_frame_wears_the_title_and_leaves_a_picture(frame: Frame, qtbot: QtBot) -> None:
    window = Inside(frame)
    frame.adopt(window)
    qtbot.waitUntil(lambda: window.size() == frame.size() and window.isVisible())
    assert frame.windowTitle() == "Deals – CRMDesk"
    window.setWindowTitle("Firms – CRMDesk")
    assert frame.windowTitle() == "Firms – CRMDesk"
    kept: list[Picture] = []
    frame.keep = kept.append
    frame.lift()
    size = window.size()
    frame.close()
    assert not frame.isVisible()
    assert not window.isVisible()
    (left,) = kept
    ratio = window.devicePixelRatioF()
    assert (left.wide, left.high) == (size.width() * ratio, size.height() * ratio)
    assert len(left.bits) == left.wide * left.high * 4
    assert len(set(left.bits)) > 1


def test_a_frame_that_is_closed_too_early_says_so(frame: Frame, qtbot: QtBot) -> None:
    with qtbot.waitSignal(frame.given_up):
        frame.close()


def test_work_beside_the_window_tells_its_end_in_the_window(qtbot: QtBot) -> None:
    told: list[tuple[object, str]] = []

    def wrong() -> object:
        raise ValueError("no such store")

    for work, wanted in ((lambda: 5, (5, "None")), (wrong, (None, "no such store"))):
        beside = Beside(work, lambda result, error: told.append((result, str(error))))
        beside.start()
        beside.wait()
        assert not told
        qtbot.waitUntil(lambda: bool(told))
        assert told.pop() == wanted
