"""Where a moved card lands on a board, and what a board remembers."""

from __future__ import annotations

import threading
from array import array
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk.gui.board.landing import landing
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Create, CreateMany, Update
from crmdesk.ops.opening import open_workspace
from crmdesk.schema.query import Condition, Query, Sort
from crmdesk.schema.values import Money
from crmdesk.settings import Settings
from tests.gui.conftest import Pipeline, stage
from tests.gui.test_board import (
    CTRL,
    LEFT,
    NEGOTIATION,
    PROPOSAL,
    QUALIFIED,
    START,
    WON,
    Shown,
)


@pytest.fixture
def board(window: MainWindow, qtbot: QtBot) -> Shown:
    shown = Shown(window, qtbot)
    shown.until(START)
    return shown


def fill(board: Shown, count: int, lane: str) -> None:
    """Deals in a lane, the amount telling their order."""
    deals = tuple(
        {
            "name": f"Deal {number:03d}",
            "stage": stage(board.workspace, lane),
            "amount": Money(Decimal(1000 + 10 * number), "CNY"),
        }
        for number in range(count)
    )
    board.workspace.run(CreateMany("opportunity", deals))


def sort(board: Shown) -> None:
    """Sort the board by what the deals come to, and wait until it stands so."""
    with board.qtbot.waitSignal(board.pane.model.loaded):
        board.listing.looks.change(sort=(Sort("amount"),))
    board.qtbot.waitUntil(lambda: not board.window.bridge.jobs.busy)


@pytest.mark.parametrize(
    "order",
    [
        (Sort("amount"),),
        (Sort("amount", True),),
        (Sort("name"),),
        (Sort("company.name", True), Sort("name")),
        (Sort("stage"), Sort("close_date", True)),
        (Sort("updated_at", True),),
        (Sort("updated_at"),),
    ],
)
def test_a_card_lands_where_the_order_puts_it(
    window: MainWindow, pipeline: Pipeline, order: tuple[Sort, ...]
) -> None:
    workspace = window.bridge.workspace
    run, select = workspace.run, workspace.select
    target, source = stage(workspace, "Prospecting"), stage(workspace, "Qualified")
    values = [
        {
            "name": f"{'ABCXYZ'[n % 6]} deal {n * 7 % 90}",
            "stage": target if n < 90 else source,
            "amount": None if n % 9 == 4 else Money(Decimal(n * 37 % 500), "EUR"),
            "company": (None, pipeline.haitai, pipeline.kestrel)[n % 3],
            "close_date": None if n % 5 == 2 else date(2026, 1 + n % 12, 1 + n % 28),
        }
        for n in range(100)
    ]
    run(CreateMany("opportunity", tuple(values)))
    query = Query("opportunity", sort=order)
    with workspace.reader() as conn:
        ctx = workspace.query_context()
        lane = Query("opportunity", Condition("stage", "is", target), order)
        begin = Query("opportunity", Condition("stage", "is", source), order)
        cards = list(select.ids(conn, begin, ctx))
    assert len(cards) >= 10
    for rowid in cards:
        with workspace.reader() as conn:
            ids = select.ids(conn, lane, ctx)
            place = landing(select, conn, ctx, query, "stage", ids, rowid)
            record = select.record_ids(conn, "opportunity", [rowid])[rowid]
        run(Update("opportunity", record, {"stage": target}))
        with workspace.reader() as conn:
            assert list(select.ids(conn, lane, ctx)).index(rowid) == place


def test_cards_deleted_meanwhile_do_not_stop_a_landing(
    window: MainWindow, pipeline: Pipeline
) -> None:
    workspace = window.bridge.workspace
    query = Query("opportunity", sort=(Sort("name"),))
    with workspace.reader() as conn:
        ctx = workspace.query_context()
        rowid = workspace.select.rowid_of(conn, "opportunity", pipeline.hall)
        assert rowid is not None
        gone = array("q", range(900_000, 900_040))
        found = landing(workspace.select, conn, ctx, query, "stage", gone, rowid)
        assert found == 0
        found = landing(workspace.select, conn, ctx, query, "stage", gone, 899_999)
        assert found == 0


def test_the_slot_stands_where_the_card_will(board: Shown, pipeline: Pipeline) -> None:
    fill(board, 60, "Negotiation")
    board.qtbot.waitUntil(lambda: board.pane.model.lanes[NEGOTIATION].count == 60)
    sort(board)
    # Hall 3 filters comes to more than all of them, so it goes to the end.
    view = board.view
    view.scroll_lane(NEGOTIATION, 0)
    lane, at = view.model.where(view.model.lanes[QUALIFIED].ids[0])
    board.qtbot.waitUntil(lambda: view.row_at(lane, at) is not None)
    board.lift(lane, at)
    target = view.lane_rect(NEGOTIATION).center()
    board.drag_to(target)
    board.qtbot.waitUntil(lambda: view.dragging.place is not None)
    assert view.dragging.place == 60
    slot = view.card_rect(NEGOTIATION, 60)
    assert view.lane_rect(NEGOTIATION).contains(slot)
    # Away from the lane it is scrolled back, and over it again the slot is back.
    board.drag_to(view.lane_rect(PROPOSAL).center())
    assert view.offset(NEGOTIATION) == 0
    board.drag_to(target)
    board.qtbot.waitUntil(lambda: view.dragging.place == 60)
    board.drop(target)
    assert view.at == (NEGOTIATION, 60)
    assert view.lane_rect(NEGOTIATION).contains(view.card_rect(NEGOTIATION, 60))
    board.qtbot.waitUntil(
        lambda: board.values(pipeline.hall)["stage"] == stage(board.workspace, "Negotiation")
    )
    # Also when the lanes have been read again.
    board.qtbot.waitUntil(lambda: "169,200" in "".join(board.pane.model.lanes[NEGOTIATION].sums))
    assert view.at == (NEGOTIATION, 60)
    assert view.lane_rect(NEGOTIATION).contains(view.card_rect(NEGOTIATION, 60))


def test_a_card_moved_by_keys_is_followed_and_told(board: Shown, pipeline: Pipeline) -> None:
    fill(board, 60, "Proposal")
    board.qtbot.waitUntil(lambda: board.pane.model.lanes[PROPOSAL].count == 61)
    sort(board)
    view = board.view
    view.setFocus()
    view.go(QUALIFIED, 0)
    board.qtbot.waitUntil(lambda: board.pane.is_at(pipeline.hall))
    with board.qtbot.waitSignal(view.said) as said:
        board.press(Qt.Key.Key_Right, CTRL)
    assert said.args == ["“Hall 3 filters” is in Proposal now, 61 of 62"]
    proposal = stage(board.workspace, "Proposal")
    board.qtbot.waitUntil(lambda: board.values(pipeline.hall)["stage"] == proposal)
    assert view.at == (PROPOSAL, 60)
    assert view.lane_rect(PROPOSAL).contains(view.card_rect(*view.at))
    assert "61 of 62" in view.accessibleDescription()


def test_a_board_remembers_its_pipeline_and_its_open_lanes(
    board: Shown, qtbot: QtBot, settings: Settings
) -> None:
    run = board.workspace.run
    view = board.view
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    QTest.mouseClick(view.viewport(), LEFT, pos=view.lane_rect(WON).center())
    assert not view.board.narrow[WON]
    won = view.model.lanes[WON].lane.key
    assert board.listing.spec.opened == (won,)
    other = run(Create("pipeline", {"name": "Service", "position": 5})).created[0]
    first = run(Create("stage", {"name": "Asked", "pipeline": other})).created[0]
    run(Create("opportunity", {"name": "Contract", "stage": first}))
    qtbot.waitUntil(board.pane.way.isVisible)
    QTest.keyClick(board.pane.way, Qt.Key.Key_Down)
    board.until({"Asked": ["Contract"]})
    board.window.view.show_list("company")
    board.window.view.show_list("opportunity")
    board.until({"Asked": ["Contract"]})
    board.window.close()
    again = MainWindow(Bridge(open_workspace(board.workspace.path), language="en"), settings)
    with qtbot.waitSignal(again.ready):
        again.show()
    pane = again.view.listing.board
    assert pane is not None
    qtbot.waitUntil(pane.way.isVisible)
    assert pane.way.currentText() == "Service"
    assert [rows.lane.title for rows in pane.model.lanes] == ["Asked"]
    QTest.keyClick(pane.way, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: len(pane.model.lanes) == 7)
    assert not pane.view.board.narrow[WON]
    again.close()
    again.deleteLater()


def test_lanes_read_before_a_move_was_written_do_not_take_it_back(
    board: Shown, pipeline: Pipeline
) -> None:
    model, bridge = board.pane.model, board.window.bridge
    board.view.go(PROPOSAL, 0)
    rowid = board.view.current
    assert rowid is not None
    record = board.view.current_row()
    assert record is not None
    written = threading.Event()
    # Something long is being written; what is moved meanwhile waits its turn.
    bridge.work(lambda _job: written.wait(30))
    try:
        board.press(Qt.Key.Key_Right, CTRL)
        with board.qtbot.waitSignal(model.loaded):
            model.reload()
        assert model.where(rowid)[0] == PROPOSAL + 1
        board.press(Qt.Key.Key_Right, CTRL)
        with board.qtbot.waitSignal(model.loaded):
            model.reload()
        assert model.where(rowid)[0] == PROPOSAL + 2
    finally:
        written.set()
    wanted = model.lanes[PROPOSAL + 2].lane.key
    board.qtbot.waitUntil(
        lambda: (board.workspace.get("opportunity", record.id) or {})["stage"] == wanted
    )
    board.qtbot.waitUntil(lambda: not model._moving)
    assert model.where(rowid)[0] == PROPOSAL + 2
