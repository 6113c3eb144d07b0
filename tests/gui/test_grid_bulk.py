"""What the selection comes to, and one value for all selected records."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.grid.bulk import BulkDialog
from crmdesk.gui.main_window import MainWindow
from tests.gui.conftest import Hand, Pipeline
from tests.gui.test_grid_editors import Desk, opened

__all__ = ["opened"]

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
Opened = Callable[..., Desk]


def dialog_of(desk: Desk) -> BulkDialog:
    found = [one for one in desk.window.findChildren(BulkDialog) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def test_a_value_for_all_selected_records_is_one_step(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "amount")
    desk.view.go(0, 0)
    desk.hand.press(K.Key_Down, SHIFT)
    desk.hand.press(K.Key_Down, SHIFT)
    desk.hand.press(K.Key_E, CTRL | SHIFT)
    dialog = dialog_of(desk)
    assert dialog.change.text() == "Change 3 records"
    # Any field, also one that is not shown.
    dialog.field.setCurrentText("Next step")
    QTest.keyClicks(dialog.editor, "Call back")
    QTest.keyClick(dialog.editor, K.Key_Return)
    for record in (pipeline.retrofit, pipeline.hall, pipeline.skid):
        desk.becomes(record, "next_step", "Call back")
    assert desk.bridge.workspace.undo_label == "Change Next step of 3 records"
    desk.bridge.undo()
    desk.becomes(pipeline.skid, "next_step", None)
    assert desk.value(pipeline.retrofit, "next_step") == "Send revised quote"


def test_a_value_that_is_none_is_told_and_the_dialog_stays(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "amount")
    desk.view.go(0, 1)
    desk.hand.press(K.Key_E, CTRL | SHIFT)
    dialog = dialog_of(desk)
    assert dialog.field.currentText() == "Amount"
    QTest.mouseClick(dialog.change, LEFT)
    assert dialog.told.text()
    QTest.keyClicks(dialog.editor, "lots")
    QTest.mouseClick(dialog.change, LEFT)
    qtbot.waitUntil(lambda: "lots" in dialog.told.text())
    dialog.empty.setChecked(True)
    QTest.mouseClick(dialog.change, LEFT)
    desk.becomes(pipeline.retrofit, "amount", None)


def test_the_status_line_counts_and_sums_the_selection(
    window: MainWindow, pipeline: Pipeline, qtbot: QtBot
) -> None:
    view = window.view.listing.view
    view.setFocus()
    QApplication.processEvents()
    paths = [spec.path for spec in view.grid.columns]
    view.go(0, paths.index("amount"))
    before = window.ui.place.text()
    hand = Hand(view)
    hand.press(K.Key_Down, SHIFT)
    hand.press(K.Key_Down, SHIFT)
    qtbot.waitUntil(lambda: "Sum" in window.ui.place.text())
    words = window.ui.place.text().replace("\u00a0", " ")
    assert words.split("  ·  ") == [
        "3 cells", "Filled 2", "Sum CN¥ 577,500", "Average CN¥ 288,750", "Smallest CN¥ 91,500",
        "Largest CN¥ 486,000",
    ]  # fmt: skip
    hand.press(K.Key_Escape)
    qtbot.waitUntil(lambda: window.ui.place.text() == before)
    hand.press(K.Key_C, CTRL)
    assert window.ui.saved.text() == "1 cell copied."
