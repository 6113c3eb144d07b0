"""Boards: cards dragged by the mouse and moved by keys, and what a stage asks for in place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from crmdesk.gui.board.menu import card_menu
from crmdesk.gui.board.pane import BoardPane
from crmdesk.gui.board.view import BoardView
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.gates import GatePrompt
from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Create, CreateMany, Delete, Update
from crmdesk.ops.opening import open_workspace
from crmdesk.schema.query import Condition
from crmdesk.schema.values import Money
from crmdesk.settings import Settings
from tests.gui.conftest import Pipeline, stage

CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
PUMP, HALL, SKID = "Pump line retrofit – 40 units", "Hall 3 filters", "Dosing skid"
PROSPECTING, QUALIFIED, PROPOSAL, NEGOTIATION, VERBAL, WON, LOST = range(7)


class Shown:
    """The opportunities as a board."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.workspace = window.bridge.workspace
        self.listing = window.view.listing
        self.listing.view.setFocus()
        QTest.keyClick(self.listing.view, Qt.Key.Key_B, CTRL)
        qtbot.waitUntil(lambda: self.listing.board is not None and self.pane.model.ready)
        qtbot.waitUntil(lambda: self.view.current_row() is not None)
        self.view.setFocus()

    @property
    def pane(self) -> BoardPane:
        board = self.listing.board
        assert board is not None
        return board

    @property
    def view(self) -> BoardView:
        return self.pane.view

    def lanes(self) -> dict[str, list[str]]:
        """The titles in each lane that has any; unread cards are asked for."""
        view, source = self.view, self.pane.model.source
        assert source is not None
        found = {}
        for rows in self.pane.model.lanes:
            cards = [self.pane.model.row(rowid) for rowid in rows.ids]
            titles = ["…" if one is None else view.cards.title_of(source, one) for one in cards]
            if titles:
                found[rows.lane.title] = titles
        return found

    def until(self, wanted: dict[str, list[str]]) -> None:
        try:
            self.qtbot.waitUntil(lambda: self.lanes() == wanted)
        except AssertionError:
            assert self.lanes() == wanted
            raise

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.view, key, held)

    def drag_to(self, at: QPoint) -> None:
        """Move the pressed mouse there, as a hand does: in several steps."""
        port = self.view.viewport()
        for share in (0.2, 0.5, 1.0):
            here = QPointF(self.grip) + QPointF(at - self.grip) * share
            event = QMouseEvent(
                QEvent.Type.MouseMove, here, QPointF(port.mapToGlobal(here.toPoint())),
                Qt.MouseButton.NoButton, LEFT, NONE,
            )  # fmt: skip
            QApplication.sendEvent(port, event)

    def lift(self, lane: int, at: int) -> None:
        rect = self.view.card_rect(lane, at)
        self.grip = QPoint(rect.right() - 12, rect.y() + 10)
        QTest.mousePress(self.view.viewport(), LEFT, NONE, self.grip)

    def drop(self, at: QPoint) -> None:
        QTest.mouseRelease(self.view.viewport(), LEFT, NONE, at)

    def values(self, record: str) -> dict[str, object]:
        found = self.workspace.get("opportunity", record)
        assert found is not None
        return found


@pytest.fixture
def board(window: MainWindow, qtbot: QtBot) -> Shown:
    return Shown(window, qtbot)


START = {"Prospecting": [SKID], "Qualified": [HALL], "Proposal": [PUMP]}


def test_a_list_is_shown_as_a_board_and_back(board: Shown, qtbot: QtBot) -> None:
    board.until(START)
    assert [rows.lane.title for rows in board.pane.model.lanes][-2:] == ["Won", "Lost"]
    assert board.view.board.narrow == (False,) * 5 + (True, True)
    proposal = board.pane.model.lanes[PROPOSAL]
    assert proposal.count == 1
    assert "486,000" in proposal.sums[0]
    assert "243,000" in proposal.sums[1]
    assert board.listing.spec.form == "board"
    assert board.listing.total == 3
    QTest.keyClick(board.view, Qt.Key.Key_B, CTRL)
    qtbot.waitUntil(lambda: board.listing.pane.isVisible() and board.listing.view.grid.ready)
    assert board.listing.board is None


def test_a_window_opens_on_the_board_where_one_left_it(
    board: Shown, qtbot: QtBot, settings: Settings
) -> None:
    board.until(START)
    board.view.go(QUALIFIED, 0)
    board.qtbot.waitUntil(lambda: board.pane.is_at(board.window.cube.stand.record))
    board.window.close()
    again = MainWindow(Bridge(open_workspace(board.workspace.path), language="en"), settings)
    with qtbot.waitSignal(again.ready):
        again.show()
    pane = again.view.listing.board
    assert pane is not None
    qtbot.waitUntil(lambda: pane.view.at == (QUALIFIED, 0))
    again.close()
    again.deleteLater()


def test_a_drag_moves_a_card_as_one_step(board: Shown, pipeline: Pipeline) -> None:
    board.until(START)
    view = board.view
    board.lift(QUALIFIED, 0)
    target = view.lane_rect(NEGOTIATION).center()
    board.drag_to(target)
    assert view.dragging.rowid is not None
    assert view.dragging.target == NEGOTIATION
    board.drop(target)
    board.until({"Prospecting": [SKID], "Proposal": [PUMP], "Negotiation": [HALL]})
    board.qtbot.waitUntil(
        lambda: board.values(pipeline.hall)["stage"] == stage(board.workspace, "Negotiation")
    )
    assert board.values(pipeline.hall)["probability"] == Decimal(70)
    board.qtbot.waitUntil(lambda: "91,500" in "".join(board.pane.model.lanes[NEGOTIATION].sums))
    board.window.undo()
    board.until(START)


def test_escape_and_its_own_lane_leave_a_card_where_it_was(board: Shown) -> None:
    board.until(START)
    before = board.workspace.undo_label
    board.lift(QUALIFIED, 0)
    target = board.view.lane_rect(PROPOSAL).center()
    board.drag_to(target)
    assert board.view.dragging.target == PROPOSAL
    board.press(Qt.Key.Key_Escape)
    assert board.view.dragging.rowid is None
    board.drop(target)
    board.lift(QUALIFIED, 0)
    own = board.view.lane_rect(QUALIFIED).center()
    board.drag_to(own)
    assert board.view.dragging.target == -1
    board.drop(own)
    QApplication.processEvents()
    board.until(START)
    assert board.workspace.undo_label == before


def test_keys_go_from_card_to_card_and_move_them(board: Shown, pipeline: Pipeline) -> None:
    board.until(START)
    view = board.view
    view.go(PROSPECTING, 0)
    board.press(Qt.Key.Key_Right)
    assert view.at == (QUALIFIED, 0)
    board.press(Qt.Key.Key_Left, CTRL)
    board.until({"Prospecting": [HALL, SKID], "Proposal": [PUMP]})
    board.qtbot.waitUntil(lambda: view.at[0] == PROSPECTING)
    hall = view.current_row()
    assert hall is not None
    assert hall.id == pipeline.hall
    board.press(Qt.Key.Key_End)
    last = view.at
    board.press(Qt.Key.Key_Home)
    assert view.at == (PROSPECTING, 0) != last


def test_faces_follow_the_card_and_enter_turns(board: Shown, pipeline: Pipeline) -> None:
    board.until(START)
    board.view.go(PROPOSAL, 0)
    cube = board.window.cube
    board.qtbot.waitUntil(lambda: cube.stand.record == pipeline.retrofit)
    board.press(Qt.Key.Key_Return)
    board.qtbot.waitUntil(lambda: not cube.stand.listing)
    assert cube.stand.record == pipeline.retrofit
    board.window.view.back()
    board.qtbot.waitUntil(lambda: cube.stand.listing and board.listing.board is not None)
    board.qtbot.waitUntil(lambda: board.pane.is_at(pipeline.retrofit))


def test_a_click_on_the_company_of_a_card_turns(board: Shown, pipeline: Pipeline) -> None:
    board.until(START)
    view, source = board.view, board.pane.model.source
    row = view.row_at(PROPOSAL, 0)
    assert row is not None
    assert source is not None
    area = view.cards.reference_rect(source, row, view.card_rect(PROPOSAL, 0))
    QTest.mouseMove(view.viewport(), area.center())
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseClick(view.viewport(), LEFT, NONE, area.center())
    stand = board.window.cube.stand
    assert (stand.entity, stand.record) == ("company", pipeline.haitai)


def test_a_title_is_edited_in_place(board: Shown, pipeline: Pipeline) -> None:
    board.until(START)
    board.view.go(QUALIFIED, 0)
    board.press(Qt.Key.Key_F2)
    QTest.keyClicks(board.view.titles, "Hall 4")
    board.press(Qt.Key.Key_Escape)
    board.press(Qt.Key.Key_F2)
    assert board.view.titles.text() == HALL
    QTest.keyClicks(board.view.titles, "Hall 5")
    board.press(Qt.Key.Key_Return)
    board.until({**START, "Qualified": ["Hall 5"]})
    assert board.view.hasFocus()


def test_a_record_begins_in_a_lane(board: Shown) -> None:
    board.until(START)
    head = board.view.lane_rect(QUALIFIED)
    QTest.mouseClick(board.view.viewport(), LEFT, NONE, QPoint(head.right() - 14, head.y() + 16))
    QTest.keyClicks(board.view.titles, "Spare parts")
    board.press(Qt.Key.Key_Return)
    board.until({**START, "Qualified": ["Spare parts", HALL]})


def test_a_narrow_lane_opens_by_click_and_takes_cards(board: Shown, pipeline: Pipeline) -> None:
    board.until(START)
    view = board.view
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    board.lift(PROPOSAL, 0)
    target = view.lane_rect(WON).center()
    board.drag_to(target)
    board.drop(target)
    board.qtbot.waitUntil(lambda: board.values(pipeline.retrofit)["status"] == "won")
    board.qtbot.waitUntil(lambda: board.pane.model.lanes[WON].count == 1)
    assert view.board.narrow[WON]
    QTest.mouseClick(view.viewport(), LEFT, NONE, view.lane_rect(WON).center())
    assert not view.board.narrow[WON]
    assert view.board.narrow[LOST]


def test_the_board_follows_what_others_write(board: Shown, pipeline: Pipeline) -> None:
    board.until(START)
    run = board.workspace.run
    run(Update("opportunity", pipeline.skid, {"stage": stage(board.workspace, "Qualified")}))
    # In the order of the list: the newest first.
    board.until({"Qualified": [SKID, HALL], "Proposal": [PUMP]})
    run(Update("opportunity", pipeline.skid, {"amount": Money(Decimal(7), "EUR")}))
    board.qtbot.waitUntil(lambda: "7" in "".join(board.pane.model.lanes[QUALIFIED].sums))
    run(Delete("opportunity", pipeline.hall))
    board.until({"Qualified": [SKID], "Proposal": [PUMP]})


def test_filter_and_search_of_the_list_count_for_the_board(board: Shown) -> None:
    board.until(START)
    board.listing.looks.change(where=Condition("company.name", "is", "Kestrel Pumps"))
    board.until({"Qualified": [HALL]})
    board.listing.looks.change(where=None)
    board.until(START)
    board.listing.search_box.setFocus()
    QTest.keyClicks(board.listing.search_box, "skid")
    board.until({"Prospecting": [SKID]})


def test_only_cards_in_sight_are_read(board: Shown) -> None:
    deals = [{"name": f"Deal {number:04d}"} for number in range(2_000)]
    board.workspace.run(CreateMany("opportunity", tuple(deals)))
    board.qtbot.waitUntil(lambda: board.pane.model.lanes[PROSPECTING].count == 2_001)
    view = board.view
    # The current card stays in sight, and went to the end of its lane.
    board.qtbot.waitUntil(lambda: not board.window.bridge.jobs.busy)
    view.go(PROSPECTING, 0)
    board.qtbot.waitUntil(lambda: view.offset(PROSPECTING) == 0)
    at = view.lane_rect(PROSPECTING).center()
    spot = QPointF(at)
    for _notch in range(5):
        QApplication.sendEvent(view.viewport(), QWheelEvent(
            spot, QPointF(view.viewport().mapToGlobal(at)), QPoint(), QPoint(0, -120),
            Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False,
        ))  # fmt: skip
    assert view.offset(PROSPECTING) == 5 * view.board.pitch()
    board.press(Qt.Key.Key_Home)
    view.go(PROSPECTING, 1_999)
    board.qtbot.waitUntil(lambda: view.row_at(PROSPECTING, 1_999) is not None)
    assert len(board.pane.model._rows) < 200
    assert view.viewport().rect().intersects(view.card_rect(PROSPECTING, 1_999))


def test_tasks_are_a_board_by_status(window: MainWindow, qtbot: QtBot, pipeline: Pipeline) -> None:
    window.view.show_list("task")
    listing = window.view.listing
    qtbot.waitUntil(lambda: listing.view.grid.ready and listing.view.grid.source.entity == "task")
    board = Shown(window, qtbot)
    board.until({"Open": ["Call about the delivery date"], "Done": ["Intro call"]})
    board.view.go(0, 0)
    lanes = [rows.lane.title for rows in board.pane.model.lanes]
    for _step in range(lanes.index("Done")):
        board.press(Qt.Key.Key_Right, CTRL)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: bool((board.workspace.get("task", pipeline.call) or {})["done"]))


def test_a_board_shows_one_pipeline_at_a_time(board: Shown) -> None:
    assert not board.pane.way.isVisible()
    run = board.workspace.run
    other = run(Create("pipeline", {"name": "Service", "position": 5})).created[0]
    first = run(Create("stage", {"name": "Asked", "pipeline": other})).created[0]
    run(Create("opportunity", {"name": "Contract", "stage": first}))
    board.qtbot.waitUntil(board.pane.way.isVisible)
    board.until(START)
    QTest.keyClick(board.pane.way, Qt.Key.Key_Down)
    board.until({"Asked": ["Contract"]})


# -- stage gates


def prompt(board: Shown) -> GatePrompt:
    acts = board.window.board_acts
    board.qtbot.waitUntil(lambda: acts.gates is not None and acts.gates.prompt is not None)
    assert acts.gates is not None
    assert acts.gates.prompt is not None
    return acts.gates.prompt


def test_a_drag_to_a_stage_asks_for_what_it_needs(board: Shown, pipeline: Pipeline) -> None:
    board.until(START)
    board.lift(PROSPECTING, 0)
    target = board.view.lane_rect(PROPOSAL).center()
    board.drag_to(target)
    board.drop(target)
    asked = prompt(board)
    assert set(asked.editors) == {"amount", "close_date"}
    # It asks where the card was let go, and wholly in sight.
    let_go = board.view.viewport().mapTo(board.window, target)
    assert abs(asked.geometry().left() - let_go.x()) < 60
    assert abs(asked.geometry().top() - let_go.y()) < 60
    assert board.window.rect().contains(asked.geometry())
    assert QApplication.focusWidget() is asked.editors["amount"]
    QTest.keyClicks(asked.editors["amount"], "12000")
    board.press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is asked.editors["close_date"]
    QTest.keyClicks(asked.editors["close_date"], "no such day")
    board.press(Qt.Key.Key_Return)
    board.qtbot.waitUntil(asked.reasons["close_date"].isVisible)
    QTest.keyClick(asked.editors["close_date"], Qt.Key.Key_A, CTRL)
    QTest.keyClicks(asked.editors["close_date"], "2026-12-24")
    board.press(Qt.Key.Key_Return)
    board.until({"Qualified": [HALL], "Proposal": [SKID, PUMP]})
    values = board.values(pipeline.skid)
    assert values["amount"] == Money(Decimal(12_000), "USD")
    assert values["stage"] == stage(board.workspace, "Proposal")
    board.qtbot.waitUntil(board.view.hasFocus)
    # All of it is one step.
    board.window.undo()
    board.until(START)
    assert board.values(pipeline.skid)["amount"] is None


def test_a_gate_is_passed_by_keys_alone(board: Shown, pipeline: Pipeline) -> None:
    board.until(START)
    board.view.go(QUALIFIED, 0)
    rowid = board.view.current
    assert rowid is not None
    board.view.move_card(rowid, LOST)
    asked = prompt(board)
    board.press(Qt.Key.Key_Down)
    # Nothing is empty any more, so Return takes the step; on the button it presses that.
    asked.take.setFocus()
    board.press(Qt.Key.Key_Return)
    board.qtbot.waitUntil(lambda: board.values(pipeline.hall)["status"] == "lost")


def test_return_in_the_list_of_a_gate_takes_the_step(board: Shown, pipeline: Pipeline) -> None:
    board.until(START)
    board.view.go(QUALIFIED, 0)
    rowid = board.view.current
    assert rowid is not None
    board.view.move_card(rowid, LOST)
    prompt(board)
    board.press(Qt.Key.Key_Down)
    board.press(Qt.Key.Key_Return)
    board.qtbot.waitUntil(lambda: board.values(pipeline.hall)["status"] == "lost")


def test_who_does_not_answer_moves_nothing(board: Shown, pipeline: Pipeline) -> None:
    board.until(START)
    board.view.go(QUALIFIED, 0)
    menu_move = board.view.move_card
    rowid = board.view.current
    assert rowid is not None
    menu_move(rowid, LOST)
    asked = prompt(board)
    assert set(asked.editors) == {"lost_reason"}
    board.press(Qt.Key.Key_Escape)
    board.until(START)
    assert board.values(pipeline.hall)["status"] == "open"


def test_an_edit_in_the_list_asks_in_its_cell(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    view = window.view.listing.view
    view.setFocus()
    column = [spec.path for spec in view.grid.columns].index("stage")
    qtbot.waitUntil(lambda: view.grid.row_of_id(pipeline.hall) >= 0)
    view.go(view.grid.row_of_id(pipeline.hall), column)
    QTest.keyClick(view, Qt.Key.Key_F2)
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, "Lost")
    QTest.keyClick(focus, Qt.Key.Key_Return)
    acts = window.board_acts
    qtbot.waitUntil(lambda: acts.gates is not None and acts.gates.prompt is not None)
    assert acts.gates is not None
    asked = acts.gates.prompt
    assert asked is not None
    editor = asked.editors["lost_reason"]
    assert QApplication.focusWidget() is editor
    QTest.keyClick(editor, Qt.Key.Key_P)
    QTest.mouseClick(asked.take, LEFT)
    workspace = window.bridge.workspace

    def lost() -> bool:
        values = workspace.get("opportunity", pipeline.hall) or {}
        return values["status"] == "lost" and values["lost_reason"] == "price"

    qtbot.waitUntil(lost)
    row = view.grid.row_of_id(pipeline.hall)
    # What was refused has given way to what is stored.
    qtbot.waitUntil(lambda: view.grid.cell(row, column)[:1] == ("Lost",)
                    and view.grid.cell(row, column).state == "")  # fmt: skip


def test_many_records_are_asked_for_at_once(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    view = window.view.listing.view
    view.setFocus()
    column = [spec.path for spec in view.grid.columns].index("stage")
    qtbot.waitUntil(lambda: view.grid.row_of_id(pipeline.retrofit) >= 0)
    rows = {name: view.grid.row_of_id(pipeline.ids[name]) for name in ("skid", "retrofit")}
    view.go(rows["skid"], column)
    view.go(rows["retrofit"], column, extend=True)
    board = Shown.__new__(Shown)
    board.window, board.qtbot, board.workspace = window, qtbot, window.bridge.workspace
    proposal = view.grid.cell(rows["retrofit"], column)
    QTest.keyClick(view, Qt.Key.Key_F2)
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, "Verbal")
    QTest.keyClick(focus, Qt.Key.Key_Return, CTRL)
    asked = prompt(board)
    assert set(asked.editors) == {"amount", "close_date"}
    for name, text in (("amount", "900 EUR"), ("close_date", "2026-12-24")):
        QTest.keyClicks(asked.editors[name], text)
    QTest.mouseClick(asked.take, LEFT)
    verbal = stage(window.bridge.workspace, "Verbal")
    for name in ("skid", "retrofit"):
        qtbot.waitUntil(lambda name=name: board.values(pipeline.ids[name])["stage"] == verbal)
    assert board.values(pipeline.skid)["amount"] == Money(Decimal(900), "EUR")
    assert board.values(pipeline.retrofit)["amount"] == Money(Decimal(486_000), "CNY")
    assert proposal.text == "Proposal"


def test_the_menu_of_a_card_moves_it(board: Shown) -> None:
    board.until(START)
    board.view.go(QUALIFIED, 0)
    menu = card_menu(board.view)
    lanes = next(one for one in menu.findChildren(QMenu) if one.title() == "Move to")
    next(one for one in lanes.actions() if one.text() == "Prospecting").trigger()
    board.until({"Prospecting": [HALL, SKID], "Proposal": [PUMP]})
    menu.deleteLater()
