"""The bar of stages asks for what a stage needs; people by their letters."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.board.cards import initials
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.record.stagebar import StageBar
from tests.gui.conftest import Pipeline

LEFT = Qt.MouseButton.LeftButton


def test_the_bar_of_stages_asks_too(window: MainWindow, qtbot: QtBot, pipeline: Pipeline) -> None:
    window.view.turn("opportunity", pipeline.skid)
    form = window.view.record_form
    assert form is not None
    qtbot.waitUntil(lambda: any(bar.segments for bar in form.findChildren(StageBar)))

    def stop(title: str) -> QWidget:
        bars = form.findChildren(StageBar)
        return next(one for bar in bars for one in bar.segments if one.stop.title == title)

    acts = window.board_acts
    QTest.mouseClick(stop("Proposal"), LEFT)
    qtbot.waitUntil(lambda: acts.gates is not None and acts.gates.prompt is not None)
    assert acts.gates is not None
    assert acts.gates.prompt is not None
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    column = [spec.path for spec in form.record.columns].index("stage")
    qtbot.waitUntil(lambda: form.record.cell(column).text == "Prospecting")
    assert form.record.cell(column).state == ""


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Anna Berg", "AB"), ("李伟", "伟"), ("root", "R"), ("", ""), ("Ana M. Cruz", "AC")],
)
def test_people_stand_on_cards_by_their_letters(name: str, letters: str) -> None:
    assert initials(name) == letters
