"""The editors of a grid on a real store: days, amounts, references, choices, as one edits them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.feed import Feed
from crmdesk.gui.grid.dayeditor import DayEditor
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.readeditor import ReadEditor
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.sources import QuerySource
from crmdesk.schema.query import Query, Sort
from crmdesk.schema.values import Money
from tests.gui.conftest import Hand, Pipeline

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
W = TypeVar("W", bound=QWidget)
Opened = Callable[..., "Desk"]


class Desk:
    """A grid of some columns of the small store, and what its records hold."""

    def __init__(self, window: QWidget, bridge: Bridge, view: GridView, qtbot: QtBot) -> None:
        # Kept: the view goes with its window.
        self.window, self.bridge, self.view, self.qtbot = window, bridge, view, qtbot
        self.hand = Hand(view)

    def row(self, record: str) -> int:
        return self.view.grid.row_of_id(record)

    def go(self, record: str, path: str) -> None:
        paths = [spec.path for spec in self.view.grid.columns]
        self.view.go(self.row(record), paths.index(path))

    def editor(self, kind: type[W]) -> W:
        found = QApplication.focusWidget()
        assert isinstance(found, kind)
        return found

    def value(self, record: str, path: str) -> Any:
        found = self.bridge.workspace.get(self.view.grid.source.entity, record)
        assert found is not None
        return found[path]

    def becomes(self, record: str, path: str, value: object) -> None:
        self.qtbot.waitUntil(lambda: self.value(record, path) == value)
        self.qtbot.waitUntil(lambda: not self.view.grid.overlaid)


@pytest.fixture
def opened(qtbot: QtBot, bridge: Bridge, pipeline: Pipeline) -> Opened:
    def made(entity: str, *paths: str) -> Desk:
        source = QuerySource(bridge, Query(entity, sort=(Sort("created_at"),)), paths)
        # In a window: what floats under an editor belongs to that.
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(1000, 640)
        view = GridView(GridModel(source, parent=window), numbers=True)
        view.setParent(window)
        view.resize(1000, 640)
        Feed(bridge, view)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        view.grid.reload(fresh=True)
        qtbot.waitUntil(lambda: view.grid.ready and view.grid.row_at(0) is not None)
        view.setFocus()
        return Desk(window, bridge, view, qtbot)

    return made


# ---------------------------------------------------------------- days and amounts


def test_a_day_in_words_is_shown_as_it_is_read(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "close_date")
    desk.go(pipeline.skid, "close_date")
    desk.hand.type("tomorrow")
    editor = desk.editor(DayEditor)
    assert editor.month.isVisible()
    wanted = desk.bridge.ctx.today() + timedelta(1)
    qtbot.waitUntil(lambda: editor.month.day == wanted)
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.skid, "close_date", wanted)


def test_a_day_that_is_none_is_told_while_it_is_typed(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "close_date")
    desk.go(pipeline.skid, "close_date")
    desk.hand.type("31 feb 2026")
    editor = desk.editor(DayEditor)
    qtbot.waitUntil(lambda: bool(editor.month.reading.reason))
    desk.hand.press(K.Key_Escape)
    assert desk.value(pipeline.skid, "close_date") is None


def test_a_day_is_picked_by_keys_and_by_a_click(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "close_date")
    desk.go(pipeline.retrofit, "close_date")
    desk.hand.press(K.Key_F2)
    editor = desk.editor(DayEditor)
    qtbot.waitUntil(lambda: editor.month.day == date(2099, 12, 18))
    desk.hand.press(K.Key_Down)
    qtbot.waitUntil(lambda: editor.month.day == date(2099, 12, 25))
    desk.hand.press(K.Key_PageUp)
    qtbot.waitUntil(lambda: editor.month.day == date(2099, 11, 25))
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.retrofit, "close_date", date(2099, 11, 25))
    desk.go(pipeline.retrofit, "close_date")
    desk.hand.press(K.Key_F2)
    month = desk.editor(DayEditor).month
    qtbot.waitUntil(lambda: month.day == date(2099, 11, 25))
    QTest.mouseClick(month, LEFT, PLAIN, month.rect_of(date(2099, 11, 3)).center())
    desk.becomes(pipeline.retrofit, "close_date", date(2099, 11, 3))
    assert desk.view.hasFocus()


def test_an_amount_is_read_with_its_thousands_and_its_currency(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "amount")
    desk.go(pipeline.skid, "amount")
    desk.hand.type("EUR 12k")
    editor = desk.editor(ReadEditor)
    qtbot.waitUntil(lambda: editor.reading.text == "€\u00a012,000")
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.skid, "amount", Money(Decimal(12_000), "EUR"))
