"""The same acts on a record in the menus of lists, faces, boards, the rail and the search."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from crmdesk.features.finding.recordlink import link_of, record_of
from crmdesk.gui.board.menu import card_menu
from crmdesk.gui.grid.menu import row_menu
from crmdesk.gui.main_window import MainWindow
from tests.gui.conftest import Pipeline

ACTS = ["Open in a window", "History", "Pin", "Copy title", "Copy link"]


def acts(menu: QMenu) -> list[str]:
    return [one.text() for one in menu.actions() if one.text() in ACTS]


def run(menu: QMenu, text: str) -> None:
    next(one for one in menu.actions() if one.text() == text).trigger()


@pytest.fixture
def company(window: MainWindow, qtbot: QtBot, pipeline: Pipeline) -> str:
    window.view.turn("company", pipeline.haitai)
    window.view._pick("bottom", "contacts")
    grid = window.view.sides["bottom"]
    qtbot.waitUntil(lambda: grid.view is not None and grid.view.grid.total == 2)
    qtbot.waitUntil(lambda: grid.view is not None and grid.view.grid.row_at(1) is not None)
    return pipeline.haitai


def test_a_row_of_a_face_has_the_acts_of_its_record(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline, company: str
) -> None:
    view = window.view.sides["bottom"].view
    assert view is not None
    row = view.grid.row_of_id(pipeline.liwei)
    view.go(row, 0)
    menu = row_menu(view)
    view.menu_about_to_show.emit(menu)
    assert acts(menu) == ACTS
    run(menu, "Copy title")
    clipboard = QApplication.clipboard()
    qtbot.waitUntil(lambda: clipboard.text() == "Li Wei 李伟")
    run(menu, "Copy link")
    assert record_of(clipboard.text()) == ("contact", pipeline.liwei)
    run(menu, "History")
    pane = window.doing.pane
    assert pane is not None
    qtbot.waitUntil(lambda: pane.history.title.text() == "Li Wei 李伟")
    # The front is read again, and the history stays that of the row.
    window.view.placed.emit()
    assert pane.history.record == ("contact", pipeline.liwei)
    run(menu, "Pin")
    qtbot.waitUntil(lambda: window.kept.pin_of("contact", pipeline.liwei) is not None)
    run(menu, "Open in a window")
    (own,) = window.faces.windows.open_ones
    assert own.shown[:2] == ("contact", pipeline.liwei)
    own.close()
    menu.deleteLater()


def test_cards_and_rows_of_lists_have_them_too(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    view = window.view.listing.view
    qtbot.waitUntil(lambda: view.grid.row_at(0) is not None)
    view.go(0, 0)
    menu = row_menu(view)
    view.menu_about_to_show.emit(menu)
    assert acts(menu) == ACTS
    menu.deleteLater()
    window.view.listing.looks.change(form="board")
    board = window.view.listing.board
    assert board is not None
    qtbot.waitUntil(lambda: board.view.current_row() is not None)
    menu = card_menu(board.view)
    board.view.menu_about_to_show.emit(menu)
    assert acts(menu) == ACTS
    menu.deleteLater()


def test_a_record_of_the_rail_is_opened_and_deleted(
    window: MainWindow, qtbot: QtBot, company: str
) -> None:
    qtbot.waitUntil(lambda: bool(window.kept.recent))
    menu = window.kept.menu(f"company:{company}")
    assert acts(menu) == ACTS
    window.view.go_home()
    run(menu, "Open")
    assert window.cube.stand.record == company
    run(menu, "Delete")
    workspace = window.bridge.workspace
    qtbot.waitUntil(lambda: workspace.get("company", company) is None)
    qtbot.waitUntil(lambda: not window.kept.recent)
    menu.deleteLater()


def test_a_link_finds_its_record_in_the_search_box(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    window.go_to_search()
    qtbot.waitUntil(lambda: window.search_popup is not None)
    popup = window.search_popup
    assert popup is not None
    box = window.ui.search
    box.setText(link_of("contact", pipeline.liwei))
    qtbot.waitUntil(lambda: any(one.id == pipeline.liwei for one in popup.lines))
    row = next(n for n, one in enumerate(popup.lines) if one.id == pipeline.liwei)
    qtbot.waitUntil(popup.isVisible)
    at = popup.list.visualRect(popup.list.model().index(row, 0)).center()
    popup.list.customContextMenuRequested.emit(at)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert acts(menu) == ACTS
    assert popup.isVisible()
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.cube.stand.record == pipeline.liwei)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "crmdesk:",
        "crmdesk:contact",
        "contact/1",
        "crmdesk:contact/../x",
        "crmdesk:a/b c",
        "李伟",
    ],
)
def test_what_is_no_link_is_none(text: str) -> None:
    assert record_of(text) is None


def test_a_link_is_read_as_it_was_made() -> None:
    assert record_of(f" {link_of('life_event', '01a2-b')} ") == ("life_event", "01a2-b")
    assert record_of("crmdesk://contact/7") == ("contact", "7")
