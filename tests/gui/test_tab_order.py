"""Tab goes through the window as it is read, and each stop can be seen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.view import GridView
from crmdesk.gui.main_window import MainWindow

CTRL = Qt.KeyboardModifier.ControlModifier


def walk(window: MainWindow) -> list[QWidget]:
    """All stops from the grid in front round to it again."""
    start = window.view.listing.view
    start.setFocus()
    found: list[QWidget] = [start]
    for _step in range(100):
        focus = QApplication.focusWidget()
        assert focus is not None
        held = CTRL if isinstance(focus, GridView) else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(focus, Qt.Key.Key_Tab, held)
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus is start:
            return found
        assert focus not in found
        found.append(focus)
    raise AssertionError("Tab does not come round")


def test_tab_goes_through_the_list_and_its_faces_as_they_are_read(
    window: MainWindow, qtbot: QtBot
) -> None:
    listing = window.view.listing
    head = listing.looks.head
    stops = walk(window)
    wanted = [head.view, head.sort, head.group, head.columns, head.more, listing.maximise,
              listing.looks.bar.add, listing.search_box]  # fmt: skip
    assert [one for one in stops if one in wanted] == wanted
    # After the head comes the grid itself, where the walk has begun.
    assert stops[-1] is listing.search_box
    left, right = sorted(
        (
            one
            for one in window.view.area.faces()
            if one.isVisible() and one is not listing and not one.isAncestorOf(listing)
        ),
        key=lambda face: face.mapTo(window, QPoint(0, 0)).x(),
    )
    of = [number for number, stop in enumerate(stops) if left.isAncestorOf(stop)]
    after = [number for number, stop in enumerate(stops) if right.isAncestorOf(stop)]
    assert of
    assert after
    assert max(of) < min(after)


def test_every_stop_lies_in_sight(window: MainWindow, qtbot: QtBot) -> None:
    for stop in walk(window):
        place = stop.mapTo(window, stop.rect().center())
        assert window.rect().contains(place)
        assert stop.width() > 4
        assert stop.height() > 4
