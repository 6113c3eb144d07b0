"""Rules of colours, heights of rows and the export of a list, by real clicks on a real store."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog
from pytestqt.qtbot import QtBot

from crmdesk.gui.lists.coloursbox import ColoursBox
from crmdesk.gui.lists.condition import ConditionBox
from crmdesk.gui.lists.fields import FieldPicker
from crmdesk.gui.lists.looks import Looks
from crmdesk.gui.lists.values import TypedValue
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.theme.theme import theme
from crmdesk.ops.changes import Create, Update
from crmdesk.schema.query import Condition, Sort
from crmdesk.schema.viewdata import ColourRule, ViewColumn
from tests.gui.conftest import Pipeline
from tests.gui.test_list_filter import click, pick
from tests.gui.test_main_window import texts

PUMP, HALL, SKID = "Pump line retrofit – 40 units", "Hall 3 filters", "Dosing skid"


@pytest.fixture
def looks(window: MainWindow) -> Looks:
    return window.view.listing.looks


def grounds(window: MainWindow) -> dict[str, str]:
    """The colour of the ground at the right end of each row, by the name in it."""
    view = window.view.listing.view
    image: QImage = view.viewport().grab().toImage()
    last = len(view.grid.columns) - 1
    found = {}
    for row, name in enumerate(texts(view, "name")):
        rect = view.cell_rect(row, last)
        found[name] = image.pixelColor(rect.right() - 3, rect.center().y()).name()
    return found


def test_a_rule_colours_rows_as_long_as_it_holds(
    window: MainWindow, looks: Looks, qtbot: QtBot, pipeline: Pipeline
) -> None:
    looks.open_colours()
    box = looks.popover
    assert isinstance(box, ColoursBox)
    click(box.add)
    picker = next(one for one in window.findChildren(FieldPicker) if one.isVisible())
    QTest.keyClicks(picker.list.search, "next step")
    pick(picker.list, "Next step")
    inner = box.inner
    assert isinstance(inner, ConditionBox)
    assert isinstance(inner.editor, TypedValue)
    QTest.keyClicks(inner.editor.line, "quote")
    QTest.keyClick(inner.editor.line, Qt.Key.Key_Return)
    colour = next(
        one for one in box.rows.findChildren(QComboBox) if one.accessibleName() == "Colour"
    )
    colour.setFocus()
    QTest.keyClick(colour, Qt.Key.Key_Down)
    QTest.keyClick(colour, Qt.Key.Key_Down)
    assert looks.spec.colours == (ColourRule(Condition("next_step", "contains", "quote"), "good"),)
    box.dismiss()
    view = window.view.listing.view
    view.go(texts(view, "name").index(SKID), 0)
    good, plain = theme().tokens.soft("good"), theme().tokens.surface
    qtbot.waitUntil(lambda: grounds(window).get(PUMP) == good)
    assert grounds(window).get(HALL) == plain
    window.bridge.write(Update("opportunity", pipeline.retrofit, {"next_step": "Call"}))
    window.bridge.write(Update("opportunity", pipeline.hall, {"next_step": "Old quote"}))
    qtbot.waitUntil(lambda: (grounds(window).get(PUMP), grounds(window).get(HALL)) == (plain, good))


def test_a_rule_colours_one_cell_and_the_first_wins(
    window: MainWindow, looks: Looks, qtbot: QtBot
) -> None:
    first = ColourRule(Condition("name", "starts", "Pump"), "event", "name")
    looks.change(colours=(first, ColourRule(Condition("amount", "not_empty"), "task", "name")))
    grid = window.view.listing.view.grid

    def states() -> dict[str, str]:
        found = texts(window.view.listing.view, "name")
        return {name: grid.cell(row, 0).state for row, name in enumerate(found)}

    qtbot.waitUntil(lambda: states() == {PUMP: "event", HALL: "task", SKID: ""})


def test_rows_have_the_height_of_the_view(window: MainWindow, looks: Looks, qtbot: QtBot) -> None:
    view = window.view.listing.view
    menu = looks.head.more_menu
    menu.aboutToShow.emit()
    heights = next(one.menu() for one in menu.actions() if one.menu() is not None)
    heights.aboutToShow.emit()
    next(one for one in heights.actions() if one.text() == "Compact").trigger()
    assert view.verticalHeader().defaultSectionSize() == 24
    assert looks.spec.density == "compact"
    window.view.show_list("company")
    qtbot.waitUntil(lambda: view.verticalHeader().defaultSectionSize() == 30)
    window.view.back()
    assert view.verticalHeader().defaultSectionSize() == 24


def save_as(monkeypatch: pytest.MonkeyPatch, path: Path, form: str) -> None:
    """The file dialog of the system, which tests cannot click, answers this."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), form))


def test_what_is_seen_is_exported(
    window: MainWindow,
    looks: Looks,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    looks.change(
        where=Condition("company.city", "is", "宁波"),
        sort=(Sort("name", True),),
        columns=(ViewColumn("name"), ViewColumn("owner", hidden=True), ViewColumn("company.city")),
    )
    qtbot.waitUntil(lambda: window.view.listing.total == 2)
    save_as(monkeypatch, tmp_path / "deals", "Table of text (*.csv)")
    action = window.list_acts.export
    QTimer.singleShot(0, action.trigger)
    target = tmp_path / "deals.csv"
    qtbot.waitUntil(target.exists)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    with target.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    assert rows == [["Opportunity", "Company / City"], [PUMP, "宁波"], [SKID, "宁波"]]
    save_as(monkeypatch, tmp_path / "deals.xlsx", "Spreadsheet (*.xlsx)")
    QTimer.singleShot(0, action.trigger)
    qtbot.waitUntil((tmp_path / "deals.xlsx").exists)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert zipfile.is_zipfile(tmp_path / "deals.xlsx")
    # It went well: not in the colour of what did not, and only until the next step.
    qtbot.waitUntil(lambda: "2 records written to" in window.ui.saved.text())
    assert window.ui.saved.property("look") != "error"
    window.bridge.write(Create("company", {"name": "Nordwind"}))
    saved = "Saved · Ctrl+Z undoes “New company”"
    qtbot.waitUntil(lambda: window.ui.saved.text() == saved)
