"""What every test of the window stands on: the theme, and a grid that is shown and has focus."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.theme.theme import theme
from tests.gui.memory import Rows, table


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> None:
    """Every test begins in the light theme."""
    theme().apply("light")


class Hand:
    """Types and clicks as a person does: keys go to whatever has the focus."""

    def __init__(self, view: GridView) -> None:
        self.view = view

    def type(self, text: str) -> None:
        for letter in text:
            if letter.isascii():
                QTest.keyClicks(self._focused(), letter)
            else:
                # Chinese comes by an input method, not by keys.
                event = QInputMethodEvent()
                event.setCommitString(letter)
                QApplication.sendEvent(self._focused(), event)

    def press(
        self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self._focused(), key, held)

    def click(
        self,
        row: int,
        column: int,
        dx: int = 4,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        at = self.at(row, column, dx)
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, held, at)

    def at(self, row: int, column: int, dx: int = 4) -> QPoint:
        rect = self.view.cell_rect(row, column)
        return QPoint(rect.left() + dx, rect.center().y())

    def _focused(self) -> QWidget:
        return QApplication.focusWidget() or self.view


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., tuple[GridView, Hand]]:
    """Shows a grid of these rows, loaded, with the focus on its first cell."""

    def made(rows: Rows | None = None, **options: bool) -> tuple[GridView, Hand]:
        model = GridModel(rows or table(), new_label="New opportunity")
        view = GridView(model, **options)
        qtbot.addWidget(view)
        view.resize(1100, 500)
        view.show()
        qtbot.waitExposed(view)
        view.activateWindow()
        model.reload(fresh=True)
        QApplication.processEvents()
        view.setFocus()
        view.go(0, 0)
        QApplication.processEvents()
        return view, Hand(view)

    return made
