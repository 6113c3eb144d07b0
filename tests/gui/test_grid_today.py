"""Ctrl+; enters the day that it is, with Shift the time."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.sources import QuerySource
from crmdesk.schema.query import Query
from crmdesk.schema.values import Instant
from tests.gui.conftest import Hand, Pipeline

K = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_today_and_now(qtbot: QtBot, bridge: Bridge, pipeline: Pipeline) -> None:
    view = GridView(GridModel(QuerySource(bridge, Query("task"), ("subject", "due"))))
    qtbot.addWidget(view)
    view.resize(900, 400)
    view.show()
    qtbot.waitExposed(view)
    view.activateWindow()
    view.grid.reload(fresh=True)
    qtbot.waitUntil(lambda: view.grid.ready and view.grid.total == 2)
    view.setFocus()
    hand = Hand(view)

    def row_of(id_: str) -> int:
        QApplication.processEvents()
        return next((row for row in range(2) if view.grid.id_at(row) == id_), -1)

    def due() -> object:
        record = bridge.workspace.get("task", pipeline.call)
        assert record is not None
        return record["due"]

    qtbot.waitUntil(lambda: row_of(pipeline.call) >= 0)
    view.go(row_of(pipeline.call), 1)
    hand.press(K.Key_Semicolon, CTRL)
    qtbot.waitUntil(lambda: isinstance(due(), date) and due() != date(2020, 3, 1))
    assert abs((bridge.ctx.today() - due()).days) <= 1  # type: ignore[operator]
    hand.press(K.Key_Colon, CTRL | SHIFT)
    qtbot.waitUntil(lambda: isinstance(due(), Instant))
    told: list[str] = []
    view.told.connect(told.append)
    view.go(row_of(pipeline.call), 0)
    hand.press(K.Key_Semicolon, CTRL)
    assert len(told) == 1
    assert view.grid.cell(view.current()[0], 0).text == "Call about the delivery date"
