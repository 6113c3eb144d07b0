"""The window on the desktop: the main window stands in it and is what one sees of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.frame import Frame

GREEN = QColor("#00aa00")


class Green(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), GREEN)


def inside(frame: Frame) -> QMainWindow:
    window = QMainWindow(frame)
    window.setCentralWidget(Green())
    return window


def test_the_main_window_is_a_part_of_the_frame_and_fills_it(qtbot: QtBot) -> None:
    frame = Frame("", None)
    qtbot.addWidget(frame)
    window = inside(frame)
    frame.adopt(window)
    frame.show()
    qtbot.waitExposed(frame)
    assert not window.isWindow()
    frame.lift()
    assert window.isVisible()
    assert window.size() == frame.size()
    assert frame.grab().toImage().pixelColor(frame.rect().center()) == GREEN


def test_what_is_typed_before_the_window_is_there_comes_to_it(qtbot: QtBot) -> None:
    frame = Frame("", None)
    qtbot.addWidget(frame)
    frame.show()
    qtbot.waitExposed(frame)
    assert frame.veil is not None
    QTest.keyClicks(frame.veil, "kestrel")
    window = inside(frame)
    line = QLineEdit()
    window.setCentralWidget(line)
    window.setFocusProxy(line)
    frame.adopt(window)
    frame.activateWindow()
    line.setFocus(Qt.FocusReason.OtherFocusReason)
    frame.lift()
    qtbot.waitUntil(lambda: line.text() == "kestrel")
