"""Undo takes back what one sees: a question, what was refused, what is typed, then a step."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from crmdesk.gui.drafts import drafts_of
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Create, CreateMany, Update
from crmdesk.schema.values import Money
from tests.gui.conftest import Hand, Pipeline, stage
from tests.gui.test_record_drafts import Desk

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


class Lists(Desk):
    """The window with a list in front."""

    @property
    def view(self) -> GridView:
        return self.window.view.listing.view

    @property
    def hand(self) -> Hand:
        return Hand(self.view)

    def row(self, record: str) -> int:
        return self.view.grid.row_of_id(record)

    def column(self, path: str) -> int:
        return next(at for at, one in enumerate(self.view.grid.columns) if one.path == path)

    def go(self, record: str, path: str) -> None:
        self.qtbot.waitUntil(lambda: self.row(record) >= 0)
        self.view.setFocus()
        self.view.go(self.row(record), self.column(path))

    def cell(self, record: str, path: str) -> tuple[str, str]:
        row = self.row(record)
        if row < 0:
            return "", "away"
        shown = self.view.grid.cell(row, self.column(path))
        return shown.text, shown.state

    def label(self) -> str | None:
        return self.window.bridge.workspace.undo_label

    def undo(self) -> None:
        self.qtbot.waitUntil(self.window.acts.undo.isEnabled)
        self.press(K.Key_Z, CTRL)

    def redo(self) -> None:
        # Until it is known that there is something to do again its key does nothing.
        self.qtbot.waitUntil(self.window.acts.redo.isEnabled)
        self.press(K.Key_Y, CTRL)


@pytest.fixture
def desk(window: MainWindow, qtbot: QtBot) -> Lists:
    made = Lists(window, qtbot)
    window.view.focus_front()
    return made


def settled(desk: Lists) -> None:
    """Wait until what the window asked of the writing thread is done."""
    done: list[object] = []
    desk.window.bridge.work(lambda _job: None, done.append)
    desk.qtbot.waitUntil(lambda: bool(done))
    QApplication.processEvents()


def test_undo_drops_the_refused_value_of_the_field_in_focus(
    desk: Lists, pipeline: Pipeline
) -> None:
    before = desk.label()
    desk.turn("company", pipeline.haitai)
    desk.refuse("email")
    desk.undo()
    assert desk.state("email") == ("", "")
    settled(desk)
    assert desk.label() == before
    assert not drafts_of(desk.window.bridge).of("company")
    assert "half typed" in desk.status


def test_undo_drops_the_refused_value_of_a_cell(desk: Lists, pipeline: Pipeline) -> None:
    before = desk.label()
    desk.go(pipeline.skid, "name")
    desk.press(K.Key_Delete)
    desk.qtbot.waitUntil(lambda: desk.cell(pipeline.skid, "name")[1] == "refused")
    desk.undo()
    assert desk.cell(pipeline.skid, "name") == ("Dosing skid", "")
    settled(desk)
    assert desk.label() == before


def test_undo_drops_what_was_refused_last_though_one_went_on(
    desk: Lists, pipeline: Pipeline
) -> None:
    before = desk.label()
    desk.go(pipeline.skid, "amount")
    desk.hand.type("lots of money")
    desk.press(K.Key_Tab)
    desk.qtbot.waitUntil(lambda: desk.cell(pipeline.skid, "amount")[1] == "refused")
    assert desk.view.current() != (desk.row(pipeline.skid), desk.column("amount"))
    desk.undo()
    assert desk.cell(pipeline.skid, "amount") == ("", "")
    assert desk.view.current() == (desk.row(pipeline.skid), desk.column("amount"))
    settled(desk)
    assert desk.label() == before
    workspace = desk.window.bridge.workspace
    assert workspace.redo_label is None
    desk.undo()
    desk.qtbot.waitUntil(lambda: workspace.redo_label == before)


def test_after_another_step_it_is_that_one_which_is_undone(desk: Lists, pipeline: Pipeline) -> None:
    desk.go(pipeline.skid, "amount")
    desk.hand.type("lots of money")
    desk.press(K.Key_Tab)
    desk.qtbot.waitUntil(lambda: desk.cell(pipeline.skid, "amount")[1] == "refused")
    desk.go(pipeline.hall, "next_step")
    desk.hand.type("Call")
    desk.press(K.Key_Return)
    desk.qtbot.waitUntil(lambda: desk.label() == "Change Next step")
    settled(desk)
    desk.go(pipeline.retrofit, "name")
    desk.undo()
    desk.qtbot.waitUntil(lambda: desk.cell(pipeline.hall, "next_step") == ("", ""))
    assert desk.cell(pipeline.skid, "amount") == ("lots of money", "refused")


def test_what_a_paste_was_refused_goes_with_the_paste(desk: Lists, pipeline: Pipeline) -> None:
    desk.go(pipeline.hall, "close_date")
    first = min(desk.row(pipeline.hall), desk.row(pipeline.skid))
    desk.view.go(first, desk.column("close_date"))
    shown = [desk.view.grid.cell(row, desk.column("close_date")).text for row in (first, first + 1)]
    before = desk.label()
    QGuiApplication.clipboard().setText("2031-05-06\n2031-13-45")
    desk.press(K.Key_V, CTRL)
    cells = desk.view.grid

    def states() -> list[str]:
        return [cells.cell(row, desk.column("close_date")).state for row in (first, first + 1)]

    desk.qtbot.waitUntil(lambda: states()[1] == "refused")
    desk.qtbot.waitUntil(lambda: desk.label() == "Paste of 1 cell")
    settled(desk)
    desk.undo()
    desk.qtbot.waitUntil(lambda: desk.label() == before)
    desk.qtbot.waitUntil(lambda: "refused" not in states())
    desk.qtbot.waitUntil(
        lambda: [
            cells.cell(row, desk.column("close_date")).text for row in (first, first + 1)
        ] == shown
    )  # fmt: skip
    assert not drafts_of(desk.window.bridge).of("opportunity")


def test_undo_in_an_editor_takes_back_what_is_typed_and_then_closes_it(
    desk: Lists, pipeline: Pipeline
) -> None:
    before = desk.label()
    desk.go(pipeline.skid, "next_step")
    desk.press(K.Key_F2)
    editor = desk.focus()
    assert isinstance(editor, QLineEdit)
    desk.hand.type("Call")
    desk.undo()
    assert editor.text() == ""
    assert desk.focus() is editor
    desk.undo()
    assert desk.focus() is desk.view
    settled(desk)
    assert desk.label() == before


def test_undo_in_the_new_line_takes_out_what_was_typed_last(
    desk: Lists, pipeline: Pipeline
) -> None:
    before = desk.label()
    grid = desk.view.grid
    desk.view.setFocus()
    desk.view.go(grid.new_row, desk.column("name"))
    desk.hand.type("Deal")
    desk.press(K.Key_Tab)
    desk.view.go(grid.new_row, desk.column("next_step"))
    desk.hand.type("Call")
    desk.press(K.Key_Tab)
    assert [cell.text for cell in grid.draft.values()] == ["Deal", "Call"]
    desk.undo()
    assert [cell.text for cell in grid.draft.values()] == ["Deal"]
    desk.undo()
    assert not grid.draft
    settled(desk)
    assert desk.label() == before


def test_undo_closes_the_question_of_a_gate(desk: Lists, pipeline: Pipeline) -> None:
    before = desk.label()
    desk.go(pipeline.skid, "stage")
    window = desk.window
    lost = stage(window.bridge.workspace, "Lost")
    window.bridge.write(Update("opportunity", pipeline.skid, {"stage": lost}))
    desk.qtbot.waitUntil(
        lambda: window.board_acts.gates is not None and window.board_acts.gates.prompt is not None
    )
    gates = window.board_acts.gates
    assert gates is not None
    assert gates.prompt is not None
    gates.prompt.take.setFocus()
    desk.undo()
    assert gates.prompt is None
    settled(desk)
    assert desk.label() == before


def test_an_undo_of_many_records_offers_to_do_them_again(desk: Lists, pipeline: Pipeline) -> None:
    window = desk.window
    many = [{"name": f"Firm {n}"} for n in range(120)]
    window.bridge.write(CreateMany("company", many))
    desk.qtbot.waitUntil(lambda: "New 120 companies" in desk.status)
    desk.undo()
    desk.qtbot.waitUntil(lambda: desk.status == "Undone: New 120 companies · 120 records")
    settled(desk)
    offered = window.status.offered
    assert offered.isVisible()
    assert offered.text() == "Redo"
    QTest.mouseClick(offered, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: desk.label() == "New 120 companies")
    desk.qtbot.waitUntil(lambda: desk.status == "Done again: New 120 companies")
    assert not offered.isVisible()


def test_the_status_line_goes_back_to_what_undo_would_do(desk: Lists, pipeline: Pipeline) -> None:
    window = desk.window
    window.bridge.write(Create("company", {"name": "Nordwind"}))
    desk.qtbot.waitUntil(lambda: desk.status == "Saved · Ctrl+Z undoes “New company”")
    desk.undo()
    desk.qtbot.waitUntil(lambda: desk.status == "Undone: New company")
    settled(desk)
    desk.redo()
    desk.qtbot.waitUntil(lambda: desk.status == "Done again: New company")
    settled(desk)
    # The next write is told, whoever does it.
    amount = Money(Decimal(5), "EUR")
    window.bridge.workspace.run(Update("opportunity", pipeline.skid, {"amount": amount}))
    desk.qtbot.waitUntil(lambda: desk.status == "Saved · Ctrl+Z undoes “Change Amount”")


def test_what_did_not_go_stays_when_others_write(desk: Lists, pipeline: Pipeline) -> None:
    status = desk.window.status
    status.tell("That did not go.")
    status.move_on(own=False)
    status.set_step("New note")
    assert desk.status == "That did not go."
    status.move_on(own=True)
    status.set_step("New note")
    assert desk.status == "Saved · Ctrl+Z undoes “New note”"
