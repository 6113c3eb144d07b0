"""Faults and known troubles: who is told of what, and that the window lives on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.errors import BugError, KnownError
from crmdesk.gui.problems import Problems
from crmdesk.jobs import Cancelled


@pytest.fixture
def problems(qapp: QApplication) -> Iterator[Problems]:
    made = Problems()
    yield made
    if made._dialog is not None:
        made._dialog.accept()


def test_a_known_trouble_is_a_line_and_no_fault(problems: Problems, qtbot: QtBot) -> None:
    with qtbot.waitSignal(problems.told) as heard:
        problems.take(KnownError("The disk is full.", hint="Make room."))
    assert heard.args == ["The disk is full. Make room."]
    problems.take(Cancelled("stopped"))
    assert problems.faults == []


def test_a_fault_is_logged_shown_once_and_can_be_copied(
    problems: Problems, expect_log: Callable[..., None]
) -> None:
    expect_log("A fault that nothing caught", logging.ERROR)
    problems.take(BugError("the first one"))
    dialog = problems._dialog
    assert dialog is not None
    problems.take(BugError("the second one"))
    assert problems._dialog is dialog
    QTest.mouseClick(dialog.ui.copy, Qt.MouseButton.LeftButton)
    text = QApplication.clipboard().text()
    assert text.startswith("CRMDesk")
    assert "the first one" in text
    assert "the second one" in problems.last_report()
    QTest.mouseClick(dialog.ui.goOn, Qt.MouseButton.LeftButton)
    assert problems._dialog is None
