"""The grid's model: pages, stale answers, rows that come and go."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.differences import changed_span
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.rowcache import KEPT, PAGE
from crmdesk.gui.grid.view import GridView
from tests.gui.conftest import Hand
from tests.gui.memory import table

Show = Callable[..., tuple[GridView, Hand]]
rowids = st.lists(st.integers(0, 30), unique=True).map(lambda found: array("q", found))


@given(old=rowids, new=rowids)
def test_the_changed_span_turns_the_old_rows_into_the_new(old: array[int], new: array[int]) -> None:
    span = changed_span(old, new)
    if span is None:
        assert old == new
        return
    tail = len(new) - span.start - span.added
    rebuilt = (
        old[: span.start]
        + new[span.start : span.start + span.added]
        + old[span.start + span.removed :]
    )
    assert rebuilt == new
    assert len(old) - span.start - span.removed == tail


def test_only_pages_that_are_looked_at_are_read(show: Show) -> None:
    rows = table(5_000)
    view, _hand = show(rows)
    assert view.grid.total == 5_000
    assert sum(rows.reads) <= 2 * PAGE
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    QApplication.processEvents()
    QApplication.processEvents()
    middle = view.rowAt(10)
    assert view.grid.id_at(middle) == f"id{middle + 1}"
    assert sum(rows.reads) <= 5 * PAGE


def test_the_cache_is_bounded(show: Show) -> None:
    rows = table(20_000)
    view, _hand = show(rows)
    model = view.grid
    for first in range(0, 20_000, PAGE):
        model.rows_between(first, first + 30)
        QApplication.processEvents()
    assert len(model._cache) <= KEPT
    model.rows_between(0, 30)
    QApplication.processEvents()
    assert model.id_at(5) == "id6"


def test_the_first_page_is_shown_before_the_ids(qtbot: QtBot) -> None:
    rows = table(500)
    rows.later = True
    model = GridModel(rows)
    model.reload(fresh=True)
    first, ids = rows.waiting
    first()
    assert model.total == 50
    assert not model.ready
    assert model.id_at(49) == "id50"
    ids()
    assert model.total == 500
    assert model.ready


def test_old_rows_stay_until_the_new_ones_are_there(qtbot: QtBot) -> None:
    rows = table(10)
    model = GridModel(rows)
    model.reload(fresh=True)
    rows.later = True
    rows.order.reverse()
    model.reload()
    assert [model.rowid_at(n) for n in range(3)] == [1, 2, 3]
    rows.waiting.pop()()
    assert [model.rowid_at(n) for n in range(3)] == [10, 9, 8]


def test_a_stale_answer_never_replaces_a_newer_one(qtbot: QtBot) -> None:
    rows = table(10)
    model = GridModel(rows)
    model.reload(fresh=True)
    rows.later = True
    rows.order = [1, 2]
    model.reload(fresh=True)
    rows.order = [3, 4, 5]
    model.reload(fresh=True)
    old_first, old_ids, new_first, new_ids = rows.waiting
    new_ids()
    old_ids()
    old_first()
    new_first()
    assert [model.rowid_at(n) for n in range(model.total)] == [3, 4, 5]


def test_the_current_record_keeps_its_place_when_the_order_changes(show: Show) -> None:
    rows = table(6_000)
    view, _hand = show(rows)
    view.go(40, 3)
    top = view.rowViewportPosition(40)
    rows.order = rows.order[5_000:] + rows.order[:5_000]
    view.grid.reload()
    QApplication.processEvents()
    row, column = view.current()
    assert view.grid.rowid_at(row) == 41
    assert (row, column) == (1_040, 3)
    assert view.rowViewportPosition(row) == top


def test_a_row_that_goes_elsewhere_leaves_selection_and_scroll(show: Show) -> None:
    rows = table(300)
    view, _hand = show(rows)
    view.go(20, 2)
    gone: list[tuple[int, int]] = []
    model = view.grid
    model.rowsRemoved.connect(lambda _p, first, last: gone.append((first, last)))
    rows.order.remove(200)
    model.reload()
    assert gone == [(199, 199)]
    assert view.current() == (20, 2)


def test_a_change_by_another_hand_is_seen_after_refresh(show: Show) -> None:
    rows = table(10)
    view, _hand = show(rows)
    rows.records[3]["name"] = "Changed elsewhere"
    view.grid.refresh(["id3"])
    assert view.grid.cell(2, 0).text == "冷却塔改造"
    QApplication.processEvents()
    assert view.grid.cell(2, 0).text == "Changed elsewhere"


def test_what_is_typed_is_shown_until_it_is_answered(show: Show) -> None:
    rows = table(10)
    view, _hand = show(rows)
    rows.later = True
    view.grid.enter(0, 0, "First")
    view.grid.enter(0, 0, "")
    view.grid.enter(0, 0, "Third")
    assert view.grid.cell(0, 0).text == "Third"
    for answer in rows.waiting:
        answer()
    assert view.grid.cell(0, 0).text == "Third"
    assert view.grid.cell(0, 0).state == ""
    assert not view.grid.overlaid


def test_an_edit_in_progress_outlives_a_refresh(show: Show) -> None:
    rows = table(10)
    view, hand = show(rows)
    hand.type("Half")
    rows.records[1]["amount"] = 1
    view.grid.refresh()
    rows.order.remove(5)
    view.grid.reload()
    QApplication.processEvents()
    hand.type(" done")
    hand.press(Qt.Key.Key_Return)
    assert rows.records[1]["name"] == "Half done"


def test_another_source_brings_its_own_columns(show: Show) -> None:
    view, _hand = show()
    other = table(4)
    other.columns = other.columns[:3]
    view.grid.set_source(other)
    QApplication.processEvents()
    assert view.grid.columnCount(QModelIndex()) == 3
    assert view.grid.total == 4
    assert view.horizontalHeader().count() == 3


def test_rows_do_not_move_under_an_open_editor(show: Show) -> None:
    rows = table(10)
    view, hand = show(rows)
    view.go(4, 0)
    hand.type("Steady")
    rows.order = [9, 8, 7, 6, 5]
    view.grid.reload()
    assert view.grid.total == 10
    hand.type(" on")
    hand.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert rows.records[5]["name"] == "Steady on"
    assert [view.grid.rowid_at(n) for n in range(view.grid.total)] == [9, 8, 7, 6, 5]


def test_selected_rows_that_were_never_seen_are_deleted_too(show: Show) -> None:
    rows = table(1_000)
    view, hand = show(rows)
    view.go(990, 0)
    QApplication.processEvents()
    view.go(0, 0)
    view.go(899, 0, extend=True)
    hand.press(Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert rows.steps == ["delete 900"]
    assert view.grid.total == 100
    assert view.grid.id_at(0) == "id901"


def test_cells_that_were_never_seen_are_emptied_too(show: Show) -> None:
    rows = table(1_000)
    view, hand = show(rows)
    view.go(0, 3)
    view.go(999, 3, extend=True)
    hand.press(Qt.Key.Key_Delete)
    assert rows.steps == ["Clearing of 1,000 cells"]
    assert all(record["amount"] is None for record in rows.records.values())


def test_stretches_of_selected_rows_are_joined(show: Show) -> None:
    view, hand = show(table(20))
    ctrl = Qt.KeyboardModifier.ControlModifier
    for row in (2, 3, 7):
        hand.click(row, 3, dx=20, held=ctrl)
    hand.click(3, 0, dx=200, held=ctrl)
    assert view.selected_spans() == [range(0, 1), range(2, 4), range(7, 8)]
    assert view.selected_rows() == [0, 2, 3, 7]
