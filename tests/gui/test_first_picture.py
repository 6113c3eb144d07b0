"""The picture that a start shows first: what is done to it is done to the window behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget
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
