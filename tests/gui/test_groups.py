"""Grouped lists and their totals, by real keys and clicks on a real store."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.heads import plus_area
from crmdesk.gui.grid.totals import fitting, offered, rounded
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.grouped import span_text
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.theme.tokens import CELL_PADDING
from crmdesk.ops.changes import Create, Update
from crmdesk.schema.values import Money
from tests.gui.conftest import Hand, Pipeline, stage

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
STAGE, AMOUNT = "stage", "amount"


class Grouped:
    """The list of opportunities, looked at line by line."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.listing = window.view.listing
        self.view: GridView = self.listing.view
        self.hand = Hand(self.view)

    def column(self, path: str) -> int:
        return [spec.path for spec in self.view.grid.columns].index(path)

    def lines(self) -> list[str]:
        """What stands in the first column of each line; groups in brackets."""
        grid = self.view.grid
        found = []
        for row in range(grid.total):
            text = grid.cell(row, 0).text
            found.append(f"[{text}]" if grid.head_at(row) else text)
        return found

    def until(self, wanted: list[str]) -> None:
        self.view.grid.rows_between(0, self.view.grid.total - 1)
        try:
            self.qtbot.waitUntil(lambda: self.view.grid.ready and self.lines() == wanted)
        except AssertionError:
            assert self.lines() == wanted
            raise

    def group_by(self, path: str) -> None:
        self.view.setFocus()
        self.view.go(self.view.current()[0], self.column(path))
        self.hand.press(Qt.Key.Key_G, CTRL)

    def click_line(self, row: int, dx: int = 20) -> None:
        at = QPoint(dx, self.view.rowViewportPosition(row) + self.view.rowHeight(row) // 2)
        QTest.mouseMove(self.view.viewport(), at)
        QTest.mouseClick(self.view.viewport(), LEFT, pos=at)


@pytest.fixture
def grouped(window: MainWindow, qtbot: QtBot) -> Grouped:
    return Grouped(window, qtbot)


PUMP, HALL, SKID = "Pump line retrofit – 40 units", "Hall 3 filters", "Dosing skid"
BY_STAGE = ["[Prospecting (1)]", SKID, "[Qualified (1)]", HALL, "[Proposal (1)]", PUMP]


def test_ctrl_g_groups_by_the_column_and_again_no_longer(grouped: Grouped) -> None:
    grouped.group_by(STAGE)
    grouped.until(BY_STAGE)
    grid = grouped.view.grid
    assert (grid.records, grid.total) == (3, 6)
    assert [grid.number_of(row) for row in range(6)] == [-1, 0, -1, 1, -1, 2]
    assert grouped.listing.total == 3
    proposal = grid.cell(4, grouped.column(AMOUNT)).text
    assert "486,000" in proposal
    grouped.group_by(STAGE)
    grouped.qtbot.waitUntil(lambda: grid.ready and not grid.groups and grid.total == 3)


def test_groups_fold_by_click_and_by_key(grouped: Grouped) -> None:
    grouped.group_by(STAGE)
    grouped.until(BY_STAGE)
    grouped.click_line(2)
    grouped.until(["[Prospecting (1)]", SKID, "[Qualified (1)]", "[Proposal (1)]", PUMP])
    grouped.click_line(2)
    grouped.until(BY_STAGE)
    press, view = grouped.hand.press, grouped.view
    view.go(0, 0)
    press(Qt.Key.Key_Left)
    grouped.until(["[Prospecting (1)]", "[Qualified (1)]", HALL, "[Proposal (1)]", PUMP])
    assert view.current()[0] == 0
    press(Qt.Key.Key_Right)
    grouped.until(BY_STAGE)
    press(Qt.Key.Key_Right)
    assert view.current()[0] == 1
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    grouped.until(["[Prospecting (1)]", SKID, "[Qualified (1)]", "[Proposal (1)]", PUMP])
    press(Qt.Key.Key_Space)
    grouped.until(BY_STAGE)
    view.folding.fold_all(shut=True)
    grouped.until([line for line in BY_STAGE if line.startswith("[")])
    assert grouped.listing.total == 3


def test_which_groups_are_closed_is_kept_with_the_view(grouped: Grouped) -> None:
    grouped.group_by(STAGE)
    grouped.until(BY_STAGE)
    grouped.click_line(0)
    wanted = ["[Prospecting (1)]", "[Qualified (1)]", HALL, "[Proposal (1)]", PUMP]
    grouped.until(wanted)
    qualified = stage(grouped.window.bridge.workspace, "Prospecting")
    assert grouped.listing.spec.collapsed == ((qualified,),)
    grouped.window.view.show_list("company")
    grouped.qtbot.waitUntil(lambda: grouped.view.grid.source.entity == "company")
    grouped.window.view.back()
    grouped.until(wanted)


def test_nothing_of_a_group_row_is_edited_or_deleted(grouped: Grouped) -> None:
    grouped.group_by(STAGE)
    grouped.until(BY_STAGE)
    view = grouped.view
    before = grouped.window.bridge.workspace.undo_label
    view.go(0, 0)
    for key in (Qt.Key.Key_A, Qt.Key.Key_F2, Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
        grouped.hand.press(key)
        assert view.state() == GridView.State.NoState
    grouped.hand.press(Qt.Key.Key_Minus, CTRL)
    grouped.hand.press(Qt.Key.Key_A, CTRL)
    grouped.hand.press(Qt.Key.Key_C, CTRL)
    QApplication.processEvents()
    assert grouped.lines() == BY_STAGE
    assert grouped.window.bridge.workspace.undo_label == before
    flags = view.grid.flags(view.grid.index(0, 0))
    assert not flags & Qt.ItemFlag.ItemIsEditable


def test_what_is_copied_is_without_the_group_rows(grouped: Grouped) -> None:
    grouped.group_by(STAGE)
    grouped.until(BY_STAGE)
    view = grouped.view
    view.go(1, 0)
    view.go(5, 0, extend=True)
    clipboard = QApplication.clipboard()
    clipboard.clear()
    grouped.hand.press(Qt.Key.Key_C, CTRL)
    grouped.qtbot.waitUntil(lambda: bool(clipboard.text()))
    assert clipboard.text().splitlines() == [SKID, HALL, PUMP]


def test_a_side_face_is_grouped_in_its_own_place(grouped: Grouped) -> None:
    window = grouped.window
    side = window.view.sides["bottom"]
    row = grouped.view.grid.row_of_id(window.cube.stand.record)
    grouped.view.go(max(row, 0), 0)
    grouped.qtbot.waitUntil(lambda: side.view is not None and side.view.isVisible())
    face = side.view
    assert face is not None
    face.setFocus()
    face.go(0, 0)
    before = grouped.view.grid.total
    QTest.keyClick(face, Qt.Key.Key_G, CTRL)
    grouped.qtbot.waitUntil(lambda: face.grid.ready and face.grid.source.groups != ())  # type: ignore[attr-defined]
    assert not grouped.view.grid.groups
    assert grouped.view.grid.total == before


def test_an_edit_moves_a_row_to_its_group_and_keeps_it_current(
    grouped: Grouped, pipeline: Pipeline
) -> None:
    grouped.group_by(STAGE)
    grouped.until(BY_STAGE)
    view = grouped.view
    grouped.click_line(2)
    view.go(1, grouped.column(STAGE))
    grouped.hand.press(Qt.Key.Key_F2)
    grouped.hand.type("Qual")
    grouped.hand.press(Qt.Key.Key_Return, CTRL)
    # The group that it went to was closed.
    grouped.until(["[Qualified (2)]", SKID, HALL, "[Proposal (1)]", PUMP])
    grouped.qtbot.waitUntil(lambda: view.grid.id_at(view.current()[0]) == pipeline.skid)
    values = grouped.window.bridge.workspace.get("opportunity", pipeline.skid)
    assert values is not None
    assert values["stage"] == stage(grouped.window.bridge.workspace, "Qualified")


def test_groups_follow_what_others_write(grouped: Grouped, pipeline: Pipeline) -> None:
    grouped.group_by(STAGE)
    grouped.until(BY_STAGE)
    run = grouped.window.bridge.workspace.run
    run(Update("opportunity", pipeline.retrofit, {"amount": Money(Decimal(500), "EUR")}))
    column = grouped.column(AMOUNT)
    grouped.qtbot.waitUntil(lambda: "500" in grouped.view.grid.cell(4, column).text)
    run(Create("opportunity", {"name": "New hall"}))
    grouped.until(["[Prospecting (2)]", "New hall", SKID, *BY_STAGE[2:]])


def test_groups_lie_in_groups(grouped: Grouped) -> None:
    grouped.group_by("company")
    grouped.until(["[Kestrel Pumps (1)]", HALL, "[宁波海泰机械 (2)]", SKID, PUMP])
    grouped.group_by(STAGE)
    grouped.until([
        "[Kestrel Pumps (1)]", "[Qualified (1)]", HALL,
        "[宁波海泰机械 (2)]", "[Prospecting (1)]", SKID, "[Proposal (1)]", PUMP,
    ])  # fmt: skip
    view = grouped.view
    view.go(6, 0)
    grouped.hand.press(Qt.Key.Key_Left)
    grouped.hand.press(Qt.Key.Key_Left)
    assert view.current()[0] == 3
    grouped.hand.press(Qt.Key.Key_Left)
    grouped.until(["[Kestrel Pumps (1)]", "[Qualified (1)]", HALL, "[宁波海泰机械 (2)]"])


def test_a_record_begins_in_a_group(grouped: Grouped, pipeline: Pipeline) -> None:
    grouped.group_by(STAGE)
    grouped.until(BY_STAGE)
    head = grouped.view.grid.head_at(2)
    assert head is not None
    area = plus_area(grouped.view, 2, head)
    grouped.click_line(2, area.center().x())
    grouped.hand.type("Spare parts")
    grouped.hand.press(Qt.Key.Key_Return)
    grouped.hand.press(Qt.Key.Key_Return)
    grouped.until(
        ["[Prospecting (1)]", SKID, "[Qualified (2)]", "Spare parts", HALL, "[Proposal (1)]", PUMP]
    )


def test_the_totals_line_adds_up_the_whole_list(grouped: Grouped, pipeline: Pipeline) -> None:
    totals = grouped.listing.pane.totals
    grouped.qtbot.waitUntil(lambda: "577,500" in totals.text(AMOUNT))
    assert "Sum" in totals.accessibleName()
    run = grouped.window.bridge.workspace.run
    run(Update("opportunity", pipeline.skid, {"amount": Money(Decimal("0.30"), "USD")}))
    # Several currencies stand beside each other and are never added.
    grouped.qtbot.waitUntil(lambda: "0.30" in totals.text(AMOUNT))
    assert "577,500" in totals.text(AMOUNT)


def choose(totals_column: int, name: str, grouped: Grouped) -> None:
    totals = grouped.listing.pane.totals
    view = grouped.view
    x = view.viewport().x() + view.columnViewportPosition(totals_column) + 12
    QTest.mouseClick(totals, LEFT, pos=QPoint(x, totals.height() // 2))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(one for one in menu.actions() if one.text() == name)
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def test_what_stands_under_a_column_is_chosen_by_click(grouped: Grouped) -> None:
    totals = grouped.listing.pane.totals
    grouped.qtbot.waitUntil(lambda: "577,500" in totals.text(AMOUNT))
    choose(grouped.column(AMOUNT), "Average", grouped)
    grouped.qtbot.waitUntil(lambda: "288,750" in totals.text(AMOUNT))
    choose(grouped.column("name"), "Filled", grouped)
    grouped.qtbot.waitUntil(lambda: totals.text("name") == "3")
    choose(grouped.column(AMOUNT), "Empty", grouped)
    grouped.qtbot.waitUntil(lambda: totals.text(AMOUNT) == "1")
    choose(grouped.column(AMOUNT), "Nothing", grouped)
    grouped.qtbot.waitUntil(lambda: not totals.text(AMOUNT))
    assert dict(grouped.listing.spec.totals) == {AMOUNT: "none", "name": "count"}


def test_totals_count_what_the_filter_leaves(grouped: Grouped) -> None:
    totals = grouped.listing.pane.totals
    grouped.qtbot.waitUntil(lambda: "577,500" in totals.text(AMOUNT))
    grouped.listing.search_box.setFocus()
    QTest.keyClicks(grouped.listing.search_box, "pump")
    grouped.qtbot.waitUntil(lambda: "486,000" in totals.text(AMOUNT))


def test_only_numbers_are_added_up(grouped: Grouped) -> None:
    found = {spec.path: offered(spec) for spec in grouped.view.grid.columns}
    assert found["name"] == ("count", "empty", "none")
    assert found[AMOUNT][:2] == ("sum", "avg")
    assert found["close_date"][:2] == ("min", "max")


@pytest.mark.parametrize("wide", [700, 960, 1440])
def test_totals_stand_whole_under_their_columns_wherever_one_scrolls(
    grouped: Grouped, wide: int
) -> None:
    totals, view = grouped.listing.pane.totals, grouped.view
    grouped.qtbot.waitUntil(lambda: "577,500" in totals.text(AMOUNT))
    grouped.window.setMinimumSize(0, 0)
    grouped.window.resize(wide, 700)
    QApplication.processEvents()
    bar = view.horizontalScrollBar()
    seen = set()
    for at in range(0, bar.maximum() + 40, 40):
        bar.setValue(at)
        shown = totals.standing(90)
        for one in shown:
            edge = view.columnViewportPosition(one.column) + view.columnWidth(one.column)
            assert one.right == view.viewport().x() + edge - CELL_PADDING
            assert not one.run.text.text().endswith("…")
            assert one.right - one.run.width >= 90
            seen.add(view.grid.columns[one.column].path)
        for before, after in pairwise(shown):
            label = 0 if after.label is None else after.label.width
            assert before.right < after.right - after.run.width - label
    assert {AMOUNT, "probability"} <= seen


def test_sum_and_average_are_named_each(grouped: Grouped) -> None:
    totals, view = grouped.listing.pane.totals, grouped.view
    grouped.qtbot.waitUntil(lambda: "577,500" in totals.text(AMOUNT))
    names = {
        view.grid.columns[one.column].path: one.label.text.text()
        for one in totals.standing(90)
        if one.label is not None
    }
    assert names[AMOUNT] == "Sum"
    assert names["probability"] in {"Avg", "Ø"}


def test_of_several_amounts_as_many_stand_as_fit(grouped: Grouped) -> None:
    texts = grouped.view.cells.figures
    whole = "$ 1,000\u2002€ 2,000\u2002£ 3,000"
    wide = int(texts.metrics.horizontalAdvance(whole)) + 2
    assert fitting(texts, whole, wide).text.text() == whole
    assert fitting(texts, whole, wide - 20).text.text() == "$ 1,000\u2002€ 2,000 +1"
    assert fitting(texts, whole, wide // 2).text.text() == "$ 1,000 +2"


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [
        ("CN¥ 165,309,763", "CN¥ 165.3M", "CN¥ 1.7亿"),
        ("165.309.763 €", "165.3M €", "1.7亿 €"),
        ("$ 12,400", "$ 12.4K", "$ 1.2万"),
        ("₹ 12,34,567", "₹ 1.2M", "₹ 123.5万"),
        ("$ 999.50", "$ 999.50", "$ 999.50"),
        ("42.66%", "42.66%", "42.66%"),
    ],
)
def test_a_number_that_does_not_fit_is_rounded_and_never_cut(
    grouped: Grouped, amount: str, english: str, chinese: str
) -> None:
    assert rounded(amount) == english
    grouped.window.bridge.set_language("zh")
    assert rounded(amount) == chinese


@pytest.mark.parametrize(
    ("bucket", "english", "chinese"),
    [
        ("month", "Nov 2026", "2026年11月"),
        ("quarter", "Q4 2026", "2026年第4季度"),
        ("year", "2026", "2026年"),
    ],
)
def test_spans_are_called_by_their_names(
    grouped: Grouped, qtbot: QtBot, bucket: str, english: str, chinese: str
) -> None:
    bridge = grouped.window.bridge
    day = date(2026, 11, 1)
    assert span_text(day, bucket, bridge.ctx) == english
    bridge.set_language("zh")
    assert span_text(day, bucket, bridge.ctx) == chinese
