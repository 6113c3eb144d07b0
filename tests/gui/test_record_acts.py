"""What can be done with the record in front: by mouse in its head, by its menu, by search."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.record.form import RecordForm
from crmdesk.gui.record.tools import RecordTools
from tests.gui.conftest import Pipeline

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def form(window: MainWindow, qtbot: QtBot, pipeline: Pipeline) -> RecordForm:
    """The form of an opportunity, reached from its list."""
    listing = window.view.listing
    qtbot.waitUntil(lambda: listing.view.grid.row_of_id(pipeline.hall) >= 0)
    window.view.turn("opportunity", pipeline.hall)
    made = window.view.record_form
    assert made is not None
    qtbot.waitUntil(lambda: made.record.id == pipeline.hall)
    qtbot.waitUntil(lambda: window.view.place()[0] >= 0)
    return made


def tools_of(form: RecordForm) -> RecordTools:
    assert form.tools is not None
    return form.tools


def open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, text: str) -> None:
    """Go to a line by the arrows and press Return."""
    for _step in range(40):
        QTest.keyClick(menu, Qt.Key.Key_Down)
        action = menu.activeAction()
        if action is not None and action.text() == text:
            QTest.keyClick(menu, Qt.Key.Key_Return)
            return
    raise LookupError(text)


def test_the_records_beside_are_reached_by_mouse(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline, form: RecordForm
) -> None:
    tools = tools_of(form)
    row, total = window.view.place()
    assert (tools.previous.isEnabled(), tools.next.isEnabled()) == (row > 0, row < total - 1)
    button, back = (tools.next, tools.previous) if row < total - 1 else (tools.previous, tools.next)
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: window.cube.stand.record not in ("", pipeline.hall))
    qtbot.waitUntil(back.isEnabled)
    QTest.mouseClick(back, LEFT)
    qtbot.waitUntil(lambda: window.cube.stand.record == pipeline.hall)


def test_the_menu_of_the_record_deletes_it_and_undo_brings_it_back(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline, form: RecordForm
) -> None:
    QTest.mouseClick(tools_of(form).more, LEFT)
    choose(open_menu(), "Delete")
    workspace = window.bridge.workspace
    qtbot.waitUntil(lambda: workspace.get("opportunity", pipeline.hall) is None)
    window.undo()
    qtbot.waitUntil(lambda: workspace.get("opportunity", pipeline.hall) is not None)


def test_a_right_click_on_title_or_ground_opens_the_menu(
    window: MainWindow, qtbot: QtBot, form: RecordForm
) -> None:
    title = form.body.title
    assert title is not None
    for widget, at in ((title, title.rect().center()), (form.body, QPoint(3, 3))):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))
        QApplication.sendEvent(widget, event)
        menu = open_menu()
        texts = [one.text() for one in menu.actions()]
        assert {"Delete", "Duplicate", "Pin", "Copy link", "Open in a window"} <= set(texts)
        QTest.keyClick(menu, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)


def test_a_duplicate_becomes_the_front(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline, form: RecordForm
) -> None:
    QTest.mouseClick(tools_of(form).more, LEFT)
    choose(open_menu(), "Duplicate")
    qtbot.waitUntil(lambda: form.record.title == "Hall 3 filters (copy)")
    stand = window.cube.stand
    assert (stand.entity, stand.listing) == ("opportunity", False)
    assert stand.record != pipeline.hall
    window.undo()
    workspace = window.bridge.workspace
    qtbot.waitUntil(lambda: workspace.get("opportunity", stand.record) is None)


def test_a_key_deletes_the_record_in_front(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline, form: RecordForm
) -> None:
    form.setFocus()
    QTest.keyClick(form, Qt.Key.Key_Minus, CTRL)
    workspace = window.bridge.workspace
    qtbot.waitUntil(lambda: workspace.get("opportunity", pipeline.hall) is None)


def test_the_search_box_offers_the_acts_while_a_record_is_in_front(
    window: MainWindow, form: RecordForm
) -> None:
    def offered() -> set[str]:
        return {one.title for one in window.acts.commands()}

    assert {"Duplicate this record", "Delete this record"} <= offered()
    window.view.go_home()
    assert not {"Duplicate this record", "Delete this record"} & offered()


def test_a_long_title_ends_before_the_buttons(form: RecordForm) -> None:
    title, tools = form.body.title, tools_of(form)
    assert title is not None
    assert title.geometry().right() < tools.geometry().left()
    assert form.body.rect().contains(tools.geometry())
