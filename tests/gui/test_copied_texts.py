"""What other programs get of percents and amounts, and how columns behind references are called."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk.gui.main_window import MainWindow
from crmdesk.schema.viewdata import ViewColumn
from tests.gui.conftest import Pipeline

CTRL = Qt.KeyboardModifier.ControlModifier


def copied(window: MainWindow, qtbot: QtBot, path: str) -> list[str]:
    """The lines of the clipboard after a whole column was copied."""
    view = window.view.listing.view
    qtbot.waitUntil(lambda: view.grid.ready and view.grid.total == 3)
    column = [spec.path for spec in view.grid.columns].index(path)
    view.setFocus()
    view.go(0, column)
    QTest.keyClick(view, Qt.Key.Key_Space, CTRL)
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    QTest.keyClick(view, Qt.Key.Key_C, CTRL)
    qtbot.waitUntil(lambda: clipboard.text() != "before")
    return clipboard.text().splitlines()


def test_a_percent_keeps_its_sign_and_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    lines = copied(window, qtbot, "probability")
    assert all(line.endswith("%") for line in lines)
    assert "50%" in lines


def test_amounts_of_one_currency_are_bare_numbers(window: MainWindow, qtbot: QtBot) -> None:
    assert sorted(copied(window, qtbot, "amount")) == ["", "486000", "91500"]


def test_amounts_of_several_currencies_name_each(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    view = window.view.listing.view
    qtbot.waitUntil(lambda: view.grid.row_of_id(pipeline.hall) >= 0)
    row = view.grid.row_of_id(pipeline.hall)
    view.grid.enter(row, [one.path for one in view.grid.columns].index("amount"), "USD 91500")
    qtbot.waitUntil(lambda: "$" in view.grid.cell(view.grid.row_of_id(pipeline.hall), 4).text)
    assert sorted(copied(window, qtbot, "amount")) == ["", "CNY 486000", "USD 91500"]


def test_a_column_behind_a_reference_says_behind_which(window: MainWindow, qtbot: QtBot) -> None:
    listing = window.view.listing
    listing.looks.change(columns=(ViewColumn("name"), ViewColumn("company.city")))
    qtbot.waitUntil(lambda: len(listing.view.grid.columns) == 2)
    assert listing.view.grid.columns[1].title == "Company › City"
