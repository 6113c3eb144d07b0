"""The quiet bar: it comes only when a list keeps one waiting, and goes with the answer."""

from __future__ import annotations

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.pane import GridPane
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.grid.waiting import PATIENCE_MS
from tests.gui.memory import Rows, table


def pane_of(qtbot: QtBot, rows: Rows) -> GridPane:
    pane = GridPane(GridView(GridModel(rows, new_label="New")))
    qtbot.addWidget(pane)
    pane.resize(800, 400)
    pane.show()
    qtbot.waitExposed(pane)
    return pane


def test_it_comes_while_one_waits_and_goes_with_the_answer(qtbot: QtBot) -> None:
    rows = table()
    pane = pane_of(qtbot, rows)
    rows.later = True
    pane.model.reload()
    assert not pane.waiting.isVisible()
    qtbot.waitUntil(pane.waiting.isVisible)
    assert pane.waiting.width() == pane.width()
    assert pane.waiting.accessibleName()
    before = pane.waiting.grab().toImage()
    qtbot.waitUntil(lambda: pane.waiting.grab().toImage() != before)
    while rows.waiting:
        rows.waiting.pop(0)()
    assert not pane.waiting.isVisible()


def test_a_quick_answer_is_not_spoken_of(qtbot: QtBot) -> None:
    pane = pane_of(qtbot, table())
    shown: list[bool] = []
    pane.model.reload(fresh=True)
    for _again in range(10):
        QTest.qWait(PATIENCE_MS // 5)
        shown.append(pane.waiting.isVisible())
    assert not any(shown)
