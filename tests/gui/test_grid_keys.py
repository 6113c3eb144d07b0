"""The grid by keyboard: typing, committing, moving, refusing, making and deleting."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.picker import PickEditor
from crmdesk.gui.grid.view import GridView
from tests.gui.conftest import Hand
from tests.gui.memory import COLUMNS, Rows, table

Show = Callable[..., tuple[GridView, Hand]]
K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
NAME, COMPANY, STAGE, AMOUNT, HOT, CLOSE, NOTE, AGE = range(8)


def editor() -> QLineEdit | QPlainTextEdit:
    found = QApplication.focusWidget()
    assert isinstance(found, QLineEdit | QPlainTextEdit)
    return found


def test_the_first_key_replaces_and_enter_commits_and_goes_down(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    hand.type("Vane")
    hand.press(K.Key_Return)
    assert rows.records[1]["name"] == "Vane"
    assert view.grid.cell(0, NAME).text == "Vane"
    assert view.current() == (1, NAME)
    assert view.hasFocus()


def test_f2_keeps_what_is_there(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    hand.press(K.Key_F2)
    hand.press(K.Key_End)
    hand.type("!")
    hand.press(K.Key_Return, SHIFT)
    assert rows.records[1]["name"] == "Pump line retrofit – 40 units!"
    assert view.current() == (0, NAME)


def test_an_editor_starts_with_the_value_as_it_is_typed_not_as_it_is_shown(show: Show) -> None:
    view, hand = show()
    view.go(0, AMOUNT)
    assert view.grid.cell(0, AMOUNT).text == "¥ 40,000"
    hand.press(K.Key_Return)
    assert editor().property("text") == "40000"
    assert editor().accessibleName() == "Amount"


def test_nothing_is_written_where_nothing_was_changed(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    hand.press(K.Key_F2)
    hand.press(K.Key_Return)
    view.go(0, STAGE)
    hand.press(K.Key_F2)
    hand.press(K.Key_Return)
    view.go(0, COMPANY)
    hand.press(K.Key_F2)
    hand.press(K.Key_Tab)
    assert rows.steps == []


def test_escape_restores(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    hand.type("x")
    hand.press(K.Key_Escape)
    assert rows.steps == []
    assert view.grid.cell(0, NAME).text == "Pump line retrofit – 40 units"
    assert view.hasFocus()


def test_tab_goes_right_and_round_the_edge_and_enter_returns_below_the_first(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    hand.type("A")
    hand.press(K.Key_Tab)
    assert view.current() == (0, COMPANY)
    hand.press(K.Key_Tab)
    hand.press(K.Key_Tab)
    hand.type("5")
    hand.press(K.Key_Return)
    assert rows.records[1]["amount"] == 5
    assert view.current() == (1, NAME)
    hand.press(K.Key_Backtab, SHIFT)
    assert view.current() == (0, AGE)
    hand.press(K.Key_Tab)
    assert view.current() == (1, NAME)


def test_arrows_commit_an_edit_that_was_begun_by_typing(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    hand.type("B")
    hand.press(K.Key_Right)
    assert rows.records[1]["name"] == "B"
    assert view.current() == (0, COMPANY)
    view.go(0, NAME)
    hand.press(K.Key_F2)
    hand.press(K.Key_Left)
    assert isinstance(QApplication.focusWidget(), QLineEdit)


def test_ctrl_enter_commits_and_stays(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    hand.type("C")
    hand.press(K.Key_Return, CTRL)
    assert rows.records[1]["name"] == "C"
    assert view.current() == (0, NAME)


def test_a_refused_value_stays_with_its_reason_until_it_is_mended(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    view.go(0, AMOUNT)
    hand.type("lots")
    hand.press(K.Key_Return)
    cell = view.grid.cell(0, AMOUNT)
    assert (cell.text, cell.state) == ("lots", "refused")
    assert cell.reason
    assert rows.records[1]["amount"] == 40_000
    view.go(0, AMOUNT)
    assert view.note.isVisible()
    assert view.note.text() == cell.reason
    index = view.grid.index(0, AMOUNT)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == cell.reason
    assert cell.reason in index.data(Qt.ItemDataRole.AccessibleTextRole)
    # Reading the rows again does not take it away.
    view.grid.refresh()
    QApplication.processEvents()
    assert view.grid.cell(0, AMOUNT).text == "lots"
    hand.press(K.Key_F2)
    assert editor().property("text") == "lots"
    hand.press(K.Key_Escape)
    hand.type("77")
    hand.press(K.Key_Return)
    assert rows.records[1]["amount"] == 77
    assert view.grid.cell(0, AMOUNT).state == ""
    assert not view.note.isVisible()


def test_escape_on_a_refused_value_brings_the_stored_one_back(show: Show) -> None:
    view, hand = show()
    view.go(0, AMOUNT)
    hand.type("lots")
    hand.press(K.Key_Return, CTRL)
    assert view.grid.cell(0, AMOUNT).state == "refused"
    hand.press(K.Key_Escape)
    assert view.grid.cell(0, AMOUNT).text == "¥ 40,000"
    assert not view.note.isVisible()


def test_delete_empties_the_selected_cells_as_one_step(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    view.go(0, AMOUNT)
    hand.press(K.Key_Down, SHIFT)
    hand.press(K.Key_Down, SHIFT)
    hand.press(K.Key_Delete)
    assert [rows.records[n]["amount"] for n in (1, 2, 3, 4)] == [None, None, None, 63_757]
    assert rows.steps == ["Clearing of 3 cells"]


def test_delete_that_is_refused_is_told_in_the_cell(show: Show, qtbot: QtBot) -> None:
    rows = table()
    view, hand = show(rows)
    hand.press(K.Key_Right, SHIFT)
    with qtbot.waitSignal(view.grid.failed) as told:
        hand.press(K.Key_Delete)
    assert told.args == ["A name is needed."]
    assert rows.records[1]["name"]
    assert rows.records[1]["company"] is None
    assert view.grid.cell(0, NAME).reason == "A name is needed."


def test_ctrl_minus_deletes_the_rows_of_the_selection(show: Show) -> None:
    rows = table(6)
    view, hand = show(rows)
    view.go(1, AMOUNT)
    hand.press(K.Key_Down, SHIFT)
    hand.press(K.Key_Minus, CTRL)
    assert rows.steps == ["delete 2"]
    assert view.grid.total == 4
    assert [view.grid.id_at(n) for n in range(4)] == ["id1", "id4", "id5", "id6"]


def test_delete_on_a_whole_row_deletes_the_record(show: Show) -> None:
    rows = table(6)
    view, hand = show(rows)
    view.go(2, NAME)
    hand.press(K.Key_Space, SHIFT)
    assert view.whole_rows_selected()
    hand.press(K.Key_Delete)
    assert rows.steps == ["delete 1"]
    assert 3 not in rows.records


@pytest.mark.parametrize("held", [CTRL, CTRL | SHIFT], ids=["plain", "typed-with-shift"])
def test_ctrl_plus_goes_to_the_new_line(show: Show, held: Qt.KeyboardModifier) -> None:
    view, hand = show()
    hand.press(K.Key_Plus, held)
    assert view.current()[0] == view.grid.new_row


def test_the_new_line_makes_a_record_and_waits_for_the_next(show: Show) -> None:
    rows = table(3)
    view, hand = show(rows)
    hand.press(K.Key_Plus, CTRL)
    assert view.current() == (3, NAME)
    hand.type("Fresh")
    hand.press(K.Key_Tab)
    assert rows.steps == []
    hand.press(K.Key_Tab)
    hand.type("prop")
    hand.press(K.Key_Return)
    assert rows.steps == ["create"]
    assert rows.records[4] == {"name": "Fresh", "stage": "proposal"}
    assert view.grid.total == 4
    assert view.grid.cell(3, NAME).text == "Fresh"
    assert view.current() == (4, NAME)
    assert not view.grid.draft


def test_leaving_the_new_line_makes_the_record_too(show: Show) -> None:
    rows = table(3)
    view, hand = show(rows)
    view.go_to_new_line()
    hand.type("Left")
    hand.press(K.Key_Up)
    assert rows.steps == ["create"]
    assert view.current()[0] == 2


def test_a_refused_new_record_stays_in_the_line(show: Show) -> None:
    rows = table(3)
    view, hand = show(rows)
    view.go(3, AMOUNT)
    hand.type("12")
    hand.press(K.Key_Return)
    assert rows.steps == []
    assert view.current() == (3, NAME)
    assert view.grid.cell(3, NAME).reason == "A name is needed."
    assert view.grid.cell(3, AMOUNT).text == "12"
    hand.type("Now named")
    hand.press(K.Key_Return)
    assert rows.records[4]["amount"] == 12
    assert rows.records[4]["name"] == "Now named"


def test_escape_discards_the_new_line(show: Show) -> None:
    rows = table(3)
    view, hand = show(rows)
    view.go_to_new_line()
    hand.type("Nothing")
    hand.press(K.Key_Tab)
    hand.press(K.Key_Escape)
    view.go(0, 0)
    assert rows.steps == []
    assert not view.grid.draft


def test_space_turns_a_box_over(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    view.go(1, HOT)
    hand.press(K.Key_Space)
    assert rows.records[2]["hot"] is True
    hand.press(K.Key_Space)
    assert rows.records[2]["hot"] is False
    index = view.grid.index(1, HOT)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Hot: no"


def test_a_choice_is_picked_by_typing_its_beginning(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    view.go(0, STAGE)
    hand.type("neg")
    found = editor()
    assert isinstance(found, PickEditor)
    assert found.list.isVisible()
    hand.press(K.Key_Return)
    assert rows.records[1]["stage"] == "negotiation"
    assert view.grid.cell(0, STAGE).text == "Negotiation"


def test_a_choice_is_picked_by_arrows(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    view.go(0, STAGE)
    hand.press(K.Key_Down, ALT)
    hand.press(K.Key_Down)
    hand.press(K.Key_Tab)
    assert rows.records[1]["stage"] == "proposal"
    assert view.current() == (0, AMOUNT)


def test_a_choice_that_is_none_is_refused_and_stays(show: Show) -> None:
    view, hand = show()
    view.go(0, STAGE)
    hand.type("zzz")
    hand.press(K.Key_Return)
    cell = view.grid.cell(0, STAGE)
    assert (cell.text, cell.state) == ("zzz", "refused")


def test_a_reference_is_completed_by_part_in_any_script(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    view.go(0, COMPANY)
    hand.type("海泰")
    hand.press(K.Key_Return)
    assert rows.records[1]["company"] == "宁波海泰机械"


def test_only_the_answer_to_what_stands_in_the_line_is_offered(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    view.go(0, COMPANY)
    rows.later = True
    hand.type("ha")
    first, second = rows.waiting
    second()
    first()
    found = editor()
    assert isinstance(found, PickEditor)
    assert [option.title for option in found.list.options.shown] == ["Hanse Werke"]


def test_a_long_text_takes_new_lines_and_grows(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    view.go(0, NOTE)
    hand.type("one")
    low = editor().height()
    hand.press(K.Key_Return, ALT)
    hand.type("two")
    hand.press(K.Key_Return, ALT)
    hand.type("three")
    assert editor().height() > low
    hand.press(K.Key_Return)
    assert rows.records[1]["note"] == "one\ntwo\nthree"


def test_a_long_text_opens_as_high_as_it_is(show: Show, qtbot: QtBot) -> None:
    rows = table()
    text = "A rather long line that is wrapped more than once in such a narrow place. " * 4
    rows.records[1]["note"] = text
    view, hand = show(rows)
    view.go(0, [spec.path for spec in view.grid.columns].index("note"))
    hand.press(K.Key_F2)
    opened = editor()
    assert isinstance(opened, QPlainTextEdit)
    qtbot.waitUntil(opened.isVisible)
    QApplication.processEvents()
    # All of it is in sight, from its first line on.
    assert opened.verticalScrollBar().maximum() == 0
    assert opened.firstVisibleBlock().blockNumber() == 0
    assert opened.parentWidget().rect().contains(opened.geometry())


def test_what_cannot_be_edited_is_not(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    view.go(0, AGE)
    told: list[str] = []
    view.told.connect(told.append)
    hand.type("9")
    assert told == ["“Age” cannot be changed here."]
    hand.press(K.Key_F2)
    hand.press(K.Key_Delete)
    assert view.hasFocus()
    assert rows.steps == []
    hand.press(K.Key_Return)
    assert view.current() == (1, AGE)


def test_ctrl_enter_turns_to_the_reference_and_elsewhere_to_the_row(
    show: Show, qtbot: QtBot
) -> None:
    view, hand = show()
    view.go(0, COMPANY)
    with qtbot.waitSignal(view.turned) as turned:
        hand.press(K.Key_Return, CTRL)
    assert turned.args == ["company", "company:Kestrel Pumps"]
    view.go(0, CLOSE)
    with qtbot.waitSignal(view.turned) as turned:
        hand.press(K.Key_Return, CTRL)
    assert turned.args == ["opportunity", "id1"]


def test_enter_turns_to_the_row_on_a_side_face(show: Show, qtbot: QtBot) -> None:
    view, hand = show(table(), enter_turns=True)
    view.go(2, AMOUNT)
    with qtbot.waitSignal(view.turned) as turned:
        hand.press(K.Key_Return)
    assert turned.args == ["opportunity", "id3"]
    hand.press(K.Key_F2)
    assert isinstance(QApplication.focusWidget(), QLineEdit)


def test_tab_stays_in_the_grid_and_ctrl_tab_leaves_it(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    before, after = QLineEdit(), QLineEdit()
    view = GridView(GridModel(table()))
    box = QVBoxLayout(window)
    for widget in (before, view, after):
        box.addWidget(widget)
    hand = Hand(view)
    window.show()
    window.activateWindow()
    view.grid.reload(fresh=True)
    view.setFocus()
    QApplication.processEvents()
    assert view.current() == (0, NAME)
    hand.press(K.Key_Tab)
    assert view.current() == (0, COMPANY)
    hand.press(K.Key_Backtab, SHIFT)
    assert view.current() == (0, NAME)
    assert view.hasFocus()
    hand.press(K.Key_Tab, CTRL)
    assert after.hasFocus()
    view.setFocus()
    hand.press(K.Key_Backtab, CTRL | SHIFT)
    assert before.hasFocus()


@pytest.mark.parametrize("key", [K.Key_Down, K.Key_PageDown, K.Key_End])
def test_an_empty_grid_answers_every_key(show: Show, key: Qt.Key) -> None:
    rows = Rows(COLUMNS, [])
    rows.can_create = False
    view, hand = show(rows)
    for held in (Qt.KeyboardModifier.NoModifier, CTRL, SHIFT):
        hand.press(key, held)
    for other in (K.Key_Return, K.Key_Tab, K.Key_Delete, K.Key_Escape, K.Key_F2, K.Key_Minus):
        hand.press(other)
        hand.press(other, CTRL)
    assert view.current() == (-1, -1)


def test_an_input_method_begins_an_edit_with_its_first_letter(show: Show) -> None:
    rows = table()
    _view, hand = show(rows)
    hand.type("后天")
    assert editor().property("text") == "后天"
    hand.press(K.Key_Return)
    assert rows.records[1]["name"] == "后天"


def test_what_an_input_method_composes_goes_on_in_the_editor(show: Show) -> None:
    rows = table()
    view, hand = show(rows)
    QApplication.sendEvent(view, QInputMethodEvent("hou", []))
    found = editor()
    assert isinstance(found, QLineEdit)
    assert found.text() == ""
    done = QInputMethodEvent("", [])
    done.setCommitString("后")
    QApplication.sendEvent(found, done)
    hand.press(K.Key_Return)
    assert rows.records[1]["name"] == "后"
