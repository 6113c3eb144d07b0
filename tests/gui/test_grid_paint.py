"""What the grid shows: colours of references, states, selection and errors, in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.faces.face import Face
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.paint import chip_parts
from crmdesk.gui.grid.pane import GridPane
from crmdesk.gui.grid.source import GridCell, Option
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.theme.theme import theme
from tests.gui.conftest import Hand
from tests.gui.memory import COLUMNS, Rows, table

Show = Callable[..., tuple[GridView, Hand]]
NAME, COMPANY, STAGE, AMOUNT, HOT, CLOSE = range(6)


def colours(view: GridView, rect: QRect) -> set[str]:
    image = view.viewport().grab(rect).toImage().convertToFormat(QImage.Format.Format_RGB32)
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_reference_wears_the_colour_of_its_entity(show: Show, mode: str) -> None:
    theme().apply(mode)
    view, _hand = show()
    tokens = theme().tokens
    found = colours(view, view.cell_rect(1, COMPANY))
    assert tokens.entities["company"] in found
    assert tokens.surface in found
    assert tokens.inner in found


def test_the_theme_can_be_changed_under_an_open_grid(show: Show) -> None:
    view, _hand = show()
    theme().apply("dark")
    found = colours(view, view.cell_rect(1, COMPANY))
    assert theme().tokens.surface in found
    assert "#ffffff" not in found


def test_late_dates_are_in_the_colour_of_danger(show: Show) -> None:
    view, _hand = show()
    tokens = theme().tokens

    def nearest(rect: QRect) -> int:
        wanted = QColor(tokens.danger)
        return min(
            abs(wanted.red() - QColor(c).red()) + abs(wanted.green() - QColor(c).green())
            for c in colours(view, rect)
        )

    assert nearest(view.cell_rect(1, CLOSE)) < 30
    assert nearest(view.cell_rect(2, CLOSE)) > 60


def test_a_refused_cell_is_outlined(show: Show) -> None:
    view, hand = show()
    view.go(0, AMOUNT)
    hand.type("lots")
    hand.press(Qt.Key.Key_Return)
    found = colours(view, view.cell_rect(0, AMOUNT))
    tokens = theme().tokens
    assert tokens.danger_soft in found
    assert tokens.danger in found


def test_the_current_row_and_a_selected_range_are_tinted(show: Show) -> None:
    view, _hand = show()
    view.go(2, NAME)
    assert theme().tokens.selection in colours(view, view.cell_rect(2, AMOUNT))
    assert theme().tokens.selection not in colours(view, view.cell_rect(3, AMOUNT))
    view.go(4, AMOUNT, extend=True)
    assert theme().tokens.surface not in colours(
        view, view.cell_rect(3, STAGE).adjusted(0, 0, -80, -2)
    )


@pytest.mark.parametrize("height", [24, 30, 36])
def test_rows_have_the_three_heights(show: Show, height: int) -> None:
    view, _hand = show()
    view.set_row_height(height)
    assert view.rowHeight(3) == height
    assert colours(view, view.cell_rect(3, COMPANY))


def test_rows_that_are_not_read_yet_are_shown_as_such(show: Show) -> None:
    rows = table(1_000)
    view, _hand = show(rows)
    rows.later = True
    view.verticalScrollBar().setValue(15_000)
    QApplication.processEvents()
    row = view.rowAt(40)
    assert view.grid.row_at(row) is None
    assert theme().tokens.sunken in colours(view, view.cell_rect(row, NAME))
    for answer in rows.waiting:
        answer()
    QApplication.processEvents()
    assert theme().tokens.sunken not in colours(view, view.cell_rect(row, NAME))


def test_several_choices_become_several_chips() -> None:
    options: dict[object, Option] = {
        "a": Option("a", "Alpha", colour="good"),
        "b": Option("b", "Beta"),
    }
    cell = GridCell("Alpha, Beta", ("a", "b"))
    assert chip_parts(cell, options, several=True) == [("Alpha", "good"), ("Beta", None)]
    one = GridCell("Alpha", "a")
    assert chip_parts(one, options, several=False) == [("Alpha", "good")]


def test_an_empty_list_says_what_to_do(qtbot: QtBot) -> None:
    rows = Rows(COLUMNS, [])
    view = GridView(GridModel(rows))
    hand = Hand(view)
    pane = GridPane(view)
    qtbot.addWidget(pane)
    pane.empty.say("No opportunities yet", "Type into the line above.")
    pane.resize(900, 400)
    pane.show()
    pane.activateWindow()
    QApplication.processEvents()
    view.grid.reload()
    assert pane.empty.isVisible()
    hand.click(0, NAME)
    hand.type("First")
    hand.press(Qt.Key.Key_Return)
    assert rows.steps == ["create"]
    assert not pane.empty.isVisible()


def test_a_face_wears_the_colour_of_what_stands_on_it(qtbot: QtBot) -> None:
    face = Face()
    qtbot.addWidget(face)
    face.resize(400, 200)
    face.dress("Contacts", "contact")
    face.show()
    image = face.grab().toImage()
    assert image.pixelColor(200, 1).name() == theme().tokens.entities["contact"]
    assert face.accessibleName() == "Contacts"


def test_a_change_is_seen_in_every_row_after_a_part_was_painted(show: Show) -> None:
    rows = table()
    view, _hand = show(rows)
    # A pointer that passes over a row, or a note that goes, paints that one alone.
    view.viewport().repaint(view.cell_rect(1, NAME))
    for record in rows.records.values():
        record["stage"] = "negotiation"
    view.grid.refresh([f"id{rowid}" for rowid in rows.records])
    QApplication.processEvents()
    shown = [view.grid.cell(row, STAGE).text for row in range(view.grid.total)]
    assert shown == ["Negotiation"] * len(rows.records)


def test_the_new_line_is_painted_alike_whole_and_in_parts(show: Show) -> None:
    view, _hand = show()
    row = view.grid.new_row
    line = QRect(0, view.cell_rect(row, NAME).top(), view.viewport().width(), view.line_height)
    whole = view.viewport().grab(line).toImage()
    for column in (COMPANY, STAGE, CLOSE):
        part = view.cell_rect(row, column)
        seen = view.viewport().grab(part).toImage()
        assert seen == whole.copy(part.left(), 0, part.width(), part.height())
