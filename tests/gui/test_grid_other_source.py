"""Another source in the same grid: what was under way of the one before belongs to that one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crmdesk.gui.grid.view import GridView
from tests.gui.conftest import Hand
from tests.gui.memory import Rows, table

Show = Callable[..., tuple[GridView, Hand]]
NAME = 0
K = Qt.Key


def names(view: GridView) -> list[str]:
    return [view.grid.cell(row, NAME).text for row in range(view.grid.total)]


def other() -> Rows:
    """A table with other records under the same rowids."""
    made = table()
    for record in made.records.values():
        record["name"] = f"Other {record['name']}"
    return made


def test_an_open_editor_is_entered_and_the_next_rows_come(show: Show) -> None:
    first = table()
    view, hand = show(first)
    view.go(1, NAME)
    hand.press(K.Key_F2)
    hand.press(K.Key_End)
    hand.type(" II")
    assert view.state() == GridView.State.EditingState
    was = str(first.records[2]["name"])
    second = other()
    view.grid.set_source(second)
    QApplication.processEvents()
    assert first.records[2]["name"] == f"{was} II"
    assert names(view) == [record["name"] for record in second.records.values()]
    # And so do those that come later.
    second.order.reverse()
    view.grid.reload()
    QApplication.processEvents()
    assert names(view) == [second.records[rowid]["name"] for rowid in second.order]


def test_an_untouched_editor_does_not_keep_the_next_rows_away(show: Show) -> None:
    view, hand = show()
    view.go_to_new_line()
    hand.press(K.Key_F2)
    second = other()
    view.grid.set_source(second)
    QApplication.processEvents()
    assert view.grid.total == len(second.records)


def test_a_record_that_was_made_for_another_source_is_no_row_of_this_one(show: Show) -> None:
    first = table()
    view, _hand = show(first)
    first.later = True
    view.grid.put(NAME, "Zed")
    assert view.grid.create()
    second = other()
    view.grid.set_source(second)
    view.grid.put(NAME, "Half typed")
    QApplication.processEvents()
    for tell in first.waiting:
        tell()
    QApplication.processEvents()
    assert len(first.records) == len(second.records) + 1
    assert names(view) == [record["name"] for record in second.records.values()]
    assert view.grid.draft[NAME].text == "Half typed"


def test_rows_read_for_another_source_take_nobodys_place(show: Show) -> None:
    first = table()
    view, _hand = show(first)
    first.later = True
    view.grid.entries.write({1: {NAME: "Changed"}}, str)
    second = other()
    view.grid.set_source(second)
    QApplication.processEvents()
    while first.waiting:
        first.waiting.pop(0)()
        QApplication.processEvents()
    assert first.records[1]["name"] == "Changed"
    assert names(view) == [record["name"] for record in second.records.values()]
