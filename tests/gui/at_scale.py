"""What holds on a screen of any fineness; `test_scale` runs this file at several.

A process has one scale, so this file is not collected with the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QElapsedTimer, QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.board.view import BoardView
from crmdesk.gui.cube.turning import painted, taken
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.theme import icons
from crmdesk.schema.viewdata import ViewSpec
from crmdesk.settings import MOTION
from tests.gui.conftest import Pipeline

# What is under a widget that is looked at: a pixel that shows it is painted by nobody.
_FILLS = ("#ff00ff", "#00ff00")


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Until all that was asked for stands there."""
    qtbot.waitUntil(lambda: window.view.rests and not window.bridge.jobs.busy)
    QApplication.processEvents()


def rendered(widget: QWidget, fill: str) -> memoryview:
    """The pixels of a widget over that colour, by rows."""
    image = QImage(widget.size() * widget.devicePixelRatioF(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(widget.devicePixelRatioF())
    image.fill(QColor(fill))
    flags = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren
    widget.render(image, QPoint(0, 0), renderFlags=flags)
    return memoryview(bytes(image.constBits())).cast("I", (image.height(), image.width()))


def unpainted(widget: QWidget) -> list[tuple[int, int]]:
    """The first pixels that nobody paints: those that have the colour of what was there."""
    one, other = (rendered(widget, fill) for fill in _FILLS)
    high, wide = one.shape or (0, 0)
    return [(x, y) for y in range(high) for x in range(wide) if one[y, x] != other[y, x]][:5]


def changes(pixels: memoryview, x: int, span: Sequence[int]) -> set[int]:
    """The rows of pixels at which the colour of a column of them changes."""
    return {y for y in span if pixels[y, x] != pixels[y - 1, x]}


@pytest.fixture
def ratio() -> float:
    """The pixels of the screen to one of a widget's."""
    return float(QApplication.primaryScreen().devicePixelRatio())


def test_every_pixel_of_the_main_screens_is_painted(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    listing = window.view.listing
    settle(window, qtbot)
    assert unpainted(window) == []
    listing.change(ViewSpec("opportunity", form="board"))
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(BoardView)))
    settle(window, qtbot)
    assert unpainted(window) == []
    window.view.turn("opportunity", pipeline.retrofit)
    settle(window, qtbot)
    assert unpainted(window) == []


def test_lines_go_on_from_the_row_numbers_into_the_cells(
    window: MainWindow, qtbot: QtBot, ratio: float
) -> None:
    settle(window, qtbot)
    view = window.view.listing.view
    numbers = view.verticalHeader()
    assert numbers.isVisible()
    pixels = rendered(window, _FILLS[0])
    corner = view.viewport().mapTo(window, QPoint(0, 0))
    # The second row, which is not the current one, from its middle to that of the third.
    row = view.rowViewportPosition(1), view.rowHeight(1)
    span = range(
        round((corner.y() + row[0] + row[1] - 4) * ratio),
        round((corner.y() + row[0] + row[1] + 3) * ratio),
    )
    left = numbers.mapTo(window, QPoint(2, 0)).x()
    found = changes(pixels, round(left * ratio), span)
    assert found
    assert found == changes(pixels, round((corner.x() + 2) * ratio), span)


class Stopped(QElapsedTimer):
    """A clock that stands in the middle of a turn."""

    def isValid(self) -> bool:
        return True

    def elapsed(self) -> int:
        return 50


def test_pictures_of_a_turn_have_the_pixels_of_the_screen(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot, ratio: float
) -> None:
    settle(window, qtbot)
    area = window.view.area
    for picture in (taken(area, ratio), painted(area, ratio)):
        assert abs(picture.width() - area.width() * ratio) <= 1
        assert abs(picture.height() - area.height() * ratio) <= 1
    window.settings.set(MOTION, "on")
    window.view.turn("company", pipeline.haitai)
    turning = window.view.ways.shown
    assert turning is not None
    turning._timer.setInterval(1_000_000)
    qtbot.waitUntil(lambda: not turning._new.isNull())
    # Both pictures that are compared are to be of the same moment.
    turning._clock = Stopped()
    assert unpainted(turning) == []
    turning.finish()


def test_icons_have_the_pixels_of_the_screen(ratio: float) -> None:
    mark = icons.icon("plus", size=16).pixmap(16, 16)
    assert mark.width() >= round(16 * ratio)
    drawn = icons.pixmap("plus", "#000000", 16, ratio)
    assert drawn.width() == round(16 * ratio)


def test_popovers_stand_where_they_were_asked_for(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    settle(window, qtbot)
    window.doing.quick_add()
    sheet = window.doing.quick
    assert sheet is not None
    place = sheet.geometry()
    over = sheet.parentWidget()
    assert over is not None
    assert over.rect().contains(place)
    assert abs(place.center().x() - over.rect().center().x()) <= 1
    for label in sheet.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.sizeHint().width(), label.text()
    sheet.close_up()
