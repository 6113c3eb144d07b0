"""Find and replace in a grid: in rows that were never seen, and as one step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.finding import FindBar, replaced, texts_of
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.pane import GridPane
from crmdesk.gui.grid.source import GridCell, GridColumn
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.sources import QuerySource
from tests.gui.conftest import Hand, Pipeline
from tests.gui.memory import Rows, table

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NAME, COMPANY, STAGE, AMOUNT = range(4)
Open = Callable[[Rows], tuple[GridPane, Hand]]


@pytest.fixture
def opened(qtbot: QtBot) -> Open:
    def made(rows: Rows) -> tuple[GridPane, Hand]:
        pane = GridPane(GridView(GridModel(rows)))
        qtbot.addWidget(pane)
        pane.resize(1100, 500)
        pane.show()
        qtbot.waitExposed(pane)
        pane.activateWindow()
        pane.view.grid.reload(fresh=True)
        QApplication.processEvents()
        pane.view.setFocus()
        pane.view.go(0, 0)
        return pane, Hand(pane.view)

    return made


def bar_of(pane: GridPane) -> FindBar:
    assert pane.find_bar is not None
    return pane.find_bar


def seek(hand: Hand, pane: GridPane, text: str) -> FindBar:
    hand.press(K.Key_F, CTRL)
    bar = bar_of(pane)
    assert bar.sought.hasFocus()
    hand.type(text)
    return bar


def test_what_is_typed_is_found_and_keys_go_from_match_to_match(opened: Open, qtbot: QtBot) -> None:
    pane, hand = opened(table(400))
    bar = seek(hand, pane, "spare")
    qtbot.waitUntil(lambda: bar.told.text() != "")
    # Two of every six names have the word, also in rows that were not read yet.
    assert bar.told.text() == "1 of 133"
    assert pane.view.current() == (3, NAME)
    hand.press(K.Key_Return)
    assert (pane.view.current(), bar.told.text()) == ((5, NAME), "2 of 133")
    hand.press(K.Key_F3, SHIFT)
    hand.press(K.Key_Return, SHIFT)
    assert bar.told.text() == "133 of 133"
    assert pane.view.current()[0] == 399
    assert bar.sought.hasFocus()
    hand.press(K.Key_Escape)
    assert bar.isHidden()
    assert pane.view.hasFocus()
    assert not pane.view.found


def test_esc_and_return_work_on_the_buttons_of_the_bar(opened: Open, qtbot: QtBot) -> None:
    pane, hand = opened(table())
    bar = seek(hand, pane, "Hall")
    qtbot.waitUntil(bar.after.isEnabled)
    at = pane.view.current()
    bar.after.setFocus()
    hand.press(K.Key_Return)
    assert bar.after.hasFocus()
    hand.press(K.Key_Escape)
    assert bar.isHidden()
    assert pane.view.hasFocus()
    assert pane.view.current() != at


def test_f3_in_the_grid_goes_on(opened: Open, qtbot: QtBot) -> None:
    pane, hand = opened(table(30))
    bar = seek(hand, pane, "filters")
    qtbot.waitUntil(lambda: bar.told.text() == "1 of 5")
    pane.view.setFocus()
    hand.press(K.Key_F3)
    assert bar.told.text() == "2 of 5"


def test_enter_before_the_answer_goes_to_the_first_after_it(opened: Open) -> None:
    rows = table(30)
    pane, hand = opened(rows)
    rows.later = True
    seek(hand, pane, "filters")
    hand.press(K.Key_Return)
    rows.waiting.pop()()
    assert pane.view.current()[0] in {1, 7}


def test_no_match_is_told(opened: Open, qtbot: QtBot) -> None:
    pane, hand = opened(table(30))
    bar = seek(hand, pane, "xyzzy")
    qtbot.waitUntil(lambda: bar.told.text() == "No match")
    assert not bar.after.isEnabled()


def test_replace_one_and_all_are_one_step_each(opened: Open, qtbot: QtBot) -> None:
    rows = table(12)
    pane, hand = opened(rows)
    hand.press(K.Key_H, CTRL)
    bar = bar_of(pane)
    hand.type("hall")
    qtbot.waitUntil(lambda: bar.told.text() == "1 of 4")
    bar.replacement.setFocus()
    hand.type("Hangar")
    hand.press(K.Key_Return)
    assert rows.records[2]["name"] == "Hangar 3 filters"
    qtbot.waitUntil(lambda: bar.told.text() == "1 of 3")
    QTest.mouseClick(bar.replace_all, Qt.MouseButton.LeftButton)
    assert rows.steps == ["Replacing in 1 cell", "Replacing in 3 cells"]
    assert rows.records[8]["name"] == "Hangar 3 filters"
    qtbot.waitUntil(lambda: bar.told.text() == "No match")


def test_a_replacement_that_is_no_value_stays_in_the_cell(opened: Open, qtbot: QtBot) -> None:
    rows = table(12)
    pane, hand = opened(rows)
    hand.press(K.Key_H, CTRL)
    bar = bar_of(pane)
    hand.type("40000")
    qtbot.waitUntil(lambda: bar.told.text() == "1 of 1")
    bar.replacement.setFocus()
    hand.type("lots")
    hand.press(K.Key_Return, CTRL)
    assert pane.view.grid.cell(0, AMOUNT).text == "lots"
    assert pane.view.grid.cell(0, AMOUNT).state == "refused"
    assert rows.records[1]["amount"] == 40_000


def test_replacing_keeps_what_stands_round_it() -> None:
    assert replaced(["Hall 3 hall"], "HALL", "\\1") == "\\1 3 \\1"
    assert replaced(["12000"], "12000.00", "5") == "5"


def test_a_number_is_replaced_as_it_is_typed_and_a_day_as_it_is_shown() -> None:
    amount, day = GridColumn("amount", "Amount", "money"), GridColumn("day", "Day", "date")
    money = texts_of(amount, GridCell("$\u00a012,000", edit="12000"))
    assert replaced(money, "200", "5") == "150"
    assert replaced(money, "12,0", "13,0") == "$ 13,000"
    shown = texts_of(day, GridCell("12 Dec 2026", edit="2026-12-12"))
    assert replaced(shown, "dec", "Nov") == "12 Nov 2026"
    assert replaced(shown, "12", "13") == "13 Dec 2026"
    assert replaced(shown, "2026-12", "2027-12") == "2027-12-12"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("skid", {("skid", "name")}),
        ("海泰", {("retrofit", "company"), ("skid", "company")}),
        ("486,000", {("retrofit", "amount")}),
        ("486000.00", {("retrofit", "amount")}),
        ("86", {("retrofit", "amount")}),
        ("86,0", {("retrofit", "amount")}),
        ("18 dec", {("retrofit", "close_date")}),
        ("2099-12-18", {("retrofit", "close_date")}),
        ("propos", {("retrofit", "stage")}),
        ("revised", {("retrofit", "next_step")}),
        ("nowhere", set()),
    ],
)
def test_cells_are_found_by_queries(
    qtbot: QtBot, bridge: Bridge, pipeline: Pipeline, text: str, found: set[tuple[str, str]]
) -> None:
    source = QuerySource.all_of(bridge, "opportunity")
    answers: list[object] = []
    source.find(text, answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    spots = answers[0]
    assert isinstance(spots, list)
    with bridge.workspace.reader() as conn:
        ids = bridge.workspace.select.record_ids(conn, "opportunity", [spot[0] for spot in spots])
    names = {id_: short for short, id_ in pipeline.ids.items()}
    assert {(names[ids[rowid]], path) for rowid, path in spots} == found
