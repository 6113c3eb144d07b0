"""Columns that stay, wrap, fit and move; rows of three heights."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.grid.wrapping import LINES, Wraps
from crmdesk.gui.theme import fonts
from tests.gui.conftest import Hand

Show = Callable[..., tuple[GridView, Hand]]
K = Qt.Key
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
NAME, COMPANY, STAGE, AMOUNT, HOT, CLOSE, NOTE, AGE = range(8)


def narrow(view: GridView) -> None:
    view.resize(640, 400)
    QApplication.processEvents()


def scrolled(view: GridView, by: int) -> None:
    view.horizontalScrollBar().setValue(by)
    QApplication.processEvents()


def test_frozen_columns_stay_and_the_others_scroll_under_them(show: Show) -> None:
    view, hand = show()
    narrow(view)
    view.set_frozen(2)
    before = view.columnViewportPosition(AMOUNT)
    scrolled(view, 200)
    assert view.columnViewportPosition(NAME) == 0
    assert view.columnViewportPosition(COMPANY) == view.columnWidth(NAME)
    assert view.columnViewportPosition(AMOUNT) == before - 200
    # What is clicked is what is seen.
    hand.click(2, COMPANY, dx=view.columnWidth(COMPANY) - 5)
    assert view.current() == (2, COMPANY)
    hand.type("Kest")
    editor = QApplication.focusWidget()
    assert editor is not None
    assert editor.x() == view.columnWidth(NAME)
    hand.press(K.Key_Escape)
    assert view.horizontalScrollBar().value() == 200


def test_a_column_under_the_frozen_ones_is_scrolled_into_sight(show: Show) -> None:
    view, hand = show()
    narrow(view)
    view.set_frozen(1)
    scrolled(view, view.horizontalScrollBar().maximum())
    view.go(1, AGE)
    while view.current()[1] != COMPANY:
        hand.press(K.Key_Left)
    assert view.columnViewportPosition(COMPANY) >= view.frozen.width
    scrolled(view, 150)
    hand.press(K.Key_Left)
    assert view.current() == (1, NAME)
    assert view.horizontalScrollBar().value() == 150


def test_the_title_of_a_frozen_column_sorts_it(show: Show, qtbot: QtBot) -> None:
    view, _hand = show()
    narrow(view)
    view.set_frozen(1)
    scrolled(view, 180)
    with qtbot.waitSignal(view.sort_requested) as asked:
        QTest.mouseClick(view.header.viewport(), LEFT, PLAIN, QPoint(60, 12))
    assert asked.args == ["name", False]


def test_too_many_frozen_columns_leave_room_for_the_others(show: Show) -> None:
    view, _hand = show()
    narrow(view)
    view.set_frozen(8)
    assert 0 < view.frozen.width <= view.viewport().width() * 0.7
    view.set_frozen(0)
    assert view.frozen.width == 0


def test_rows_have_three_heights_and_grow_for_wrapped_text(show: Show) -> None:
    view, hand = show()
    heights = []
    for density in ("compact", "normal", "relaxed"):
        view.set_density(density)
        heights.append(view.rowHeight(0))
    assert heights == [24, 30, 36]
    view.set_density("normal")
    view.setColumnWidth(NAME, 60)
    view.set_wrap(["name"])
    assert view.rowHeight(0) > 30 + view.fontMetrics().height()
    hand.click(3, STAGE)
    assert view.current() == (3, STAGE)
    view.set_wrap(())
    assert view.rowHeight(0) == 30


def test_wrapped_text_is_broken_and_ends_in_an_ellipsis() -> None:
    texts = Texts(fonts.font())
    wraps = Wraps(texts)
    words = "Replaces forty pumps in two halls and the customer wants delivery in December" * 3
    lines = wraps.lines(words, 120)
    assert len(lines) == LINES
    assert lines[-1].text.text().endswith("…")
    assert " ".join(line.text.text() for line in lines[:-1]) in words
    assert all(line.width <= 120 for line in lines)
    assert [line.text.text() for line in wraps.lines("one\n\ntwo", 120)] == ["one", "two"]
    assert len(wraps.lines("设备部希望十二月交货" * 20, 120)) == LINES


def test_a_double_click_on_an_edge_fits_the_column(show: Show, qtbot: QtBot) -> None:
    view, _hand = show()
    header = view.header
    edge = header.sectionViewportPosition(COMPANY) + header.sectionSize(COMPANY) - 1
    view.setColumnWidth(COMPANY, 170)
    with qtbot.waitSignal(view.columns_changed):
        QTest.mouseDClick(header.viewport(), LEFT, PLAIN, QPoint(edge, 12))
    widest = max(view.cells.texts.fit(view.grid.cell(row, COMPANY).text, 999).width
                 for row in range(12))  # fmt: skip
    assert widest < view.columnWidth(COMPANY) < widest + 60
