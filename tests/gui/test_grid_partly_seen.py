"""References in a column that is only partly in sight: they are hit where they are painted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.view import GridView
from tests.gui.conftest import Hand

LEFT = Qt.MouseButton.LeftButton
Show = Callable[..., tuple[GridView, Hand]]


def company(view: GridView) -> int:
    """The column of references to firms."""
    return next(n for n, one in enumerate(view.grid.columns) if one.kind == "reference")


def narrow(view: GridView, column: int, seen: int) -> None:
    """Leave `seen` pixels of that column in sight at the right edge."""
    frame = view.width() - view.viewport().width()
    for other in range(column + 1):
        view.setColumnWidth(other, 160)
    view.resize(160 * column + seen + frame, view.height())
    QApplication.processEvents()
    view.horizontalScrollBar().setValue(0)
    for other in range(column + 1):
        view.setColumnWidth(other, 160)
    QApplication.processEvents()


def click(view: GridView, at: QPoint) -> None:
    """Press and release as a hand does: a moment apart."""
    port = view.viewport()
    QTest.mouseMove(port, at)
    QTest.mousePress(port, LEFT, Qt.KeyboardModifier.NoModifier, at)
    QApplication.processEvents()
    QTest.mouseRelease(port, LEFT, Qt.KeyboardModifier.NoModifier, at)


@pytest.mark.parametrize("seen", [36, 60, 110])
def test_a_click_on_the_part_that_is_seen_turns(show: Show, qtbot: QtBot, seen: int) -> None:
    view, _hand = show()
    column = company(view)
    narrow(view, column, seen)
    rect = view.cell_rect(1, column)
    at = QPoint(rect.left() + 24, rect.center().y())
    assert view.viewport().rect().contains(at)
    assert rect.right() > view.viewport().rect().right()
    wanted = view.grid.cell(1, column).ref
    assert wanted is not None
    with qtbot.waitSignal(view.turned, timeout=2000) as turned:
        click(view, at)
    assert tuple(turned.args) == wanted


def test_a_click_beside_the_reference_does_not_turn(show: Show, qtbot: QtBot) -> None:
    view, _hand = show()
    column = company(view)
    narrow(view, column, 158)
    rect = view.cell_rect(1, column)
    with qtbot.assertNotEmitted(view.turned, wait=50):
        click(view, QPoint(rect.left() + 154, rect.center().y()))
    assert view.current() == (1, column)


def test_a_scrolled_grid_is_hit_where_it_is_painted(show: Show, qtbot: QtBot) -> None:
    view, _hand = show()
    column = company(view)
    narrow(view, column, 90)
    bar = view.horizontalScrollBar()
    bar.setValue(min(bar.maximum(), 120))
    QApplication.processEvents()
    rect = view.cell_rect(0, column)
    with qtbot.waitSignal(view.turned, timeout=2000) as turned:
        click(view, QPoint(rect.left() + 24, rect.center().y()))
    assert tuple(turned.args) == view.grid.cell(0, column).ref
