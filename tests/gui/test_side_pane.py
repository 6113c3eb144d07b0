"""History, trash and undo list in the side pane, by keyboard and mouse."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.panels.lines import PaneList
from crmdesk.gui.panels.pane import SidePane
from crmdesk.ops.changes import CreateMany, Delete, Update
from crmdesk.store.driver import raw_of
from tests.gui.conftest import Pipeline

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, held)


def opened(qtbot: QtBot, window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier) -> SidePane:
    """The pane after that key, with the focus in its list and its lines read."""
    press(key, held)
    pane = window.doing.pane
    assert pane is not None
    qtbot.waitUntil(lambda: pane.isVisible() and not window.bridge.jobs.busy)
    qtbot.waitUntil(lambda: pane.isAncestorOf(QApplication.focusWidget()))
    return pane


def told(pane_list: PaneList) -> list[tuple[str, str]]:
    return [(line.title, line.detail) for line in pane_list.lines]


def pick(qtbot: QtBot, text: str) -> None:
    """Choose an entry of the open menu by key."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.setActiveAction(next(one for one in menu.actions() if text in one.text()))
    QTest.keyClick(menu, Qt.Key.Key_Return)


@pytest.fixture
def turned(qtbot: QtBot, window: MainWindow, pipeline: Pipeline) -> MainWindow:
    """The window with an opportunity in front that was changed twice."""
    workspace = window.bridge.workspace
    workspace.run(Update("opportunity", pipeline.retrofit, {"next_step": "Visit the plant"}))
    workspace.run(
        Update("opportunity", pipeline.retrofit, {"next_step": "Sign", "company": pipeline.kestrel})
    )
    window.view.turn("opportunity", pipeline.retrofit)
    qtbot.waitUntil(lambda: not window.bridge.jobs.busy)
    return window


def of(window: MainWindow, entity: str, id: str) -> dict[str, Any]:
    found = window.bridge.workspace.get(entity, id)
    assert found is not None
    return found


def test_the_history_tells_who_changed_what_in_words(qtbot: QtBot, turned: MainWindow) -> None:
    pane = opened(qtbot, turned, Qt.Key.Key_H, CTRL | SHIFT)
    history = pane.history
    qtbot.waitUntil(lambda: bool(history.list.lines))
    assert history.title.text() == "Pump line retrofit – 40 units"
    assert told(history.list)[:3] == [
        ("Anna Berg", ""),
        ("宁波海泰机械 → Kestrel Pumps", "Company"),
        ("Visit the plant → Sign", "Next step"),
    ]
    assert history.list.lines[-1].title == "Created"


def test_one_field_is_set_back_by_keyboard(
    qtbot: QtBot, turned: MainWindow, pipeline: Pipeline
) -> None:
    pane = opened(qtbot, turned, Qt.Key.Key_H, CTRL | SHIFT)
    qtbot.waitUntil(lambda: bool(pane.history.list.lines))
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    pick(qtbot, "Set Company to “宁波海泰机械”")
    qtbot.waitUntil(
        lambda: of(turned, "opportunity", pipeline.retrofit)["company"] == pipeline.haitai
    )
    assert of(turned, "opportunity", pipeline.retrofit)["next_step"] == "Sign"
    qtbot.waitUntil(lambda: pane.history.list.lines[1].title == "Kestrel Pumps → 宁波海泰机械")
    saved = "Saved · Ctrl+Z undoes “Change Company”"
    qtbot.waitUntil(lambda: turned.ui.saved.text() == saved)


def test_the_whole_record_goes_back_in_one_step(
    qtbot: QtBot, turned: MainWindow, pipeline: Pipeline
) -> None:
    pane = opened(qtbot, turned, Qt.Key.Key_H, CTRL | SHIFT)
    qtbot.waitUntil(lambda: bool(pane.history.list.lines))
    press(Qt.Key.Key_Return)
    pick(qtbot, "as it was before this change")
    qtbot.waitUntil(
        lambda: of(turned, "opportunity", pipeline.retrofit)["next_step"] == "Visit the plant"
    )
    assert of(turned, "opportunity", pipeline.retrofit)["company"] == pipeline.haitai
    assert turned.bridge.workspace.undo_label == "Opportunity as it was"


def test_the_history_of_one_field(qtbot: QtBot, turned: MainWindow) -> None:
    pane = opened(qtbot, turned, Qt.Key.Key_H, CTRL | SHIFT)
    fields = pane.history.fields
    qtbot.waitUntil(lambda: fields.count() > 1)
    fields.setFocus()
    while fields.currentText() != "Next step":
        press(Qt.Key.Key_Down)
    fields.activated.emit(fields.currentIndex())
    qtbot.waitUntil(lambda: len(pane.history.list.lines) == 6)
    assert [line.title for line in pane.history.list.lines[1::2]] == [
        "Visit the plant → Sign",
        "Send revised quote → Visit the plant",
        "Send revised quote",
    ]


def test_the_history_follows_the_record_in_front(
    qtbot: QtBot, turned: MainWindow, pipeline: Pipeline
) -> None:
    pane = opened(qtbot, turned, Qt.Key.Key_H, CTRL | SHIFT)
    turned.view.turn("contact", pipeline.liwei)
    qtbot.waitUntil(lambda: pane.history.title.text() == "Li Wei 李伟")
    # The same key from within closes it, and the front has the keys again.
    pane.history.list.setFocus()
    press(Qt.Key.Key_H, CTRL | SHIFT)
    assert pane.isHidden()
    assert not pane.isAncestorOf(QApplication.focusWidget())


def test_several_are_restored_from_the_trash_with_their_links(
    qtbot: QtBot, window: MainWindow, pipeline: Pipeline
) -> None:
    workspace = window.bridge.workspace
    workspace.run(Delete("task", [pipeline.call]))
    workspace.run(Delete("company", [pipeline.haitai]))
    workspace.run(Delete("campaign", [pipeline.fair]))
    pane = opened(qtbot, window, Qt.Key.Key_T, CTRL | SHIFT)
    trash = pane.trash
    qtbot.waitUntil(lambda: len(trash.list.lines) == 3)
    assert [line.title for line in trash.list.lines] == [
        "Shanghai fair 2026", "宁波海泰机械", "Call about the delivery date",
    ]  # fmt: skip
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down, SHIFT)
    assert trash.restore_button.text() == "Restore 2"
    QTest.mouseClick(trash.restore_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(trash.list.lines) == 1)
    assert of(window, "contact", pipeline.liwei)["company"] == pipeline.haitai
    assert of(window, "task", pipeline.call)["company"] == pipeline.haitai
    assert workspace.undo_label == "Restore of 2 records"


def test_the_trash_is_searched_and_a_deleted_record_shows_its_history(
    qtbot: QtBot, window: MainWindow, pipeline: Pipeline
) -> None:
    workspace = window.bridge.workspace
    workspace.run(Update("campaign", pipeline.fair, {"name": "Fair of Shanghai"}))
    workspace.run(Delete("campaign", [pipeline.fair]))
    workspace.run(Delete("task", [pipeline.call]))
    pane = opened(qtbot, window, Qt.Key.Key_T, CTRL | SHIFT)
    trash = pane.trash
    qtbot.waitUntil(lambda: len(trash.list.lines) == 2)
    QTest.keyClicks(trash.search, "shang")
    qtbot.waitUntil(lambda: len(trash.list.lines) == 1)
    rect = trash.list.visualRect(trash.list.model().index(0, 0))
    # The right button, as a platform that sends the menu with the press.
    trash.list.menu_asked.emit(0, trash.list.viewport().mapToGlobal(rect.center()))
    pick(qtbot, "History")
    history = pane.history
    qtbot.waitUntil(lambda: history.list.lines[:1] != () and pane.page == "history")
    qtbot.waitUntil(lambda: history.list.lines[1].title == "Deleted")
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    window.activateWindow()
    history.list.setFocus()
    qtbot.waitUntil(history.list.hasFocus)
    press(Qt.Key.Key_End)
    press(Qt.Key.Key_Return)
    pick(qtbot, "as it was after this change")
    qtbot.waitUntil(lambda: workspace.get("campaign", pipeline.fair) is not None)
    assert of(window, "campaign", pipeline.fair)["name"] == "Shanghai fair 2026"


def test_steps_are_undone_down_to_one_and_done_again(
    qtbot: QtBot, turned: MainWindow, pipeline: Pipeline
) -> None:
    pane = opened(qtbot, turned, Qt.Key.Key_Z, CTRL | ALT)
    steps = pane.steps
    qtbot.waitUntil(lambda: bool(steps.list.lines))
    press(Qt.Key.Key_Down)
    assert steps.button.text() == "Undo 2 steps"
    press(Qt.Key.Key_Return)
    retrofit = pipeline.retrofit
    qtbot.waitUntil(
        lambda: of(turned, "opportunity", retrofit)["next_step"] == "Send revised quote"
    )
    qtbot.waitUntil(lambda: [line.faint for line in steps.list.lines[:3]] == [True, True, False])
    press(Qt.Key.Key_Home)
    assert steps.button.text() == "Redo 2 steps"
    rect = steps.list.visualRect(steps.list.model().index(1, 0))
    QTest.mouseClick(
        steps.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center() + QPoint(0, 2)
    )
    assert steps.button.text() == "Redo this step"
    QTest.mouseClick(steps.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: of(turned, "opportunity", retrofit)["next_step"] == "Visit the plant")


def test_what_stands_in_the_way_of_undo_is_told_in_place(
    qtbot: QtBot, turned: MainWindow, pipeline: Pipeline
) -> None:
    workspace = turned.bridge.workspace
    with workspace.store.write() as conn:
        raw_of(conn).execute(
            "UPDATE opportunity SET next_step = 'by another' WHERE id = ?", (pipeline.retrofit,)
        )
    workspace.poll()
    with workspace.store.write() as conn:
        raw_of(conn).execute("UPDATE undo_step SET state = 'dropped' WHERE kind = 'outside'")
    pane = opened(qtbot, turned, Qt.Key.Key_Z, CTRL | ALT)
    qtbot.waitUntil(lambda: bool(pane.steps.list.lines))
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(pane.steps.stopped.isVisible)
    assert "by another" in pane.steps.stopped.text()


# -- long lists


def test_a_long_history_is_found_by_typing(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    run = window.bridge.workspace.run
    for number in range(450):
        run(Update("contact", pipeline.jonas, {"job_title": f"Title {number:03d}"}))
    window.view.turn("contact", pipeline.jonas)
    window.doing.open_pane("history")
    pane = window.doing.pane
    assert pane is not None
    page = pane.history
    qtbot.waitUntil(lambda: sum(line.head for line in page.list.lines) == 451)
    # A letter typed in the list begins to look for it.
    page.list.setFocus()
    QTest.keyClicks(page.list, "t")
    assert page.search.text() == "t"
    assert page.search.hasFocus()
    QTest.keyClicks(page.search, "itle 007")
    # It was set, and it was changed to the next.
    texts = [line.title for line in page.list.lines if not line.head]
    assert texts == ["Title 007 → Title 008", "Title 006 → Title 007"]
    assert sum(line.head for line in page.list.lines) == 2
    QTest.keyClick(page.search, Qt.Key.Key_Down)
    assert page.list.hasFocus()
    page.search.clear()
    assert len(page.list.lines) > 800


def test_a_step_that_was_found_is_the_one_that_is_undone(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    run = window.bridge.workspace.run
    for number in range(30):
        run(Update("contact", pipeline.jonas, {"job_title": f"T{number}"}), f"Step {number:02d}")
    window.doing.open_pane("steps")
    pane = window.doing.pane
    assert pane is not None
    page = pane.steps
    qtbot.waitUntil(lambda: len(page.list.lines) >= 30)
    page.search.setFocus()
    QTest.keyClicks(page.search, "step 26")
    assert [line.title for line in page.list.lines] == ["Step 26"]
    assert page.button.text() == "Undo 4 steps"
    QTest.mouseClick(page.button, Qt.MouseButton.LeftButton)

    def title() -> object:
        found = window.bridge.workspace.get("contact", pipeline.jonas)
        return found and found["job_title"]

    qtbot.waitUntil(lambda: title() == "T25")
    qtbot.waitUntil(lambda: page.button.text() == "Redo this step" and page.button.isEnabled())


def test_the_trash_lists_more_than_a_thousand(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    run = window.bridge.workspace.run
    rows = tuple({"name": f"Gone {number:04d}"} for number in range(1300))
    run(Delete("contact", run(CreateMany("contact", rows)).created))
    window.doing.open_pane("trash")
    pane = window.doing.pane
    assert pane is not None
    qtbot.waitUntil(lambda: len(pane.trash.list.lines) == 1300)
    QTest.keyClicks(pane.trash.list, "g")
    QTest.keyClicks(pane.trash.search, "one 0003")
    assert [line.title for line in pane.trash.list.lines] == ["Gone 0003"]


def test_a_field_is_set_back_by_its_button(
    qtbot: QtBot, turned: MainWindow, pipeline: Pipeline
) -> None:
    pane = opened(qtbot, turned, Qt.Key.Key_H, CTRL | SHIFT)
    history = pane.history
    qtbot.waitUntil(lambda: len(history.list.lines) > 2)
    # A head stands for the whole change: there is no field to set.
    history.list.go(0)
    assert not history.set_back.isVisible()
    rect = history.list.visualRect(history.list.model().index(2, 0))
    QTest.mouseClick(history.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert history.set_back.text() == "Set back to “Visit the plant”"
    QTest.mouseClick(history.set_back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: of(turned, "opportunity", pipeline.retrofit)["next_step"] == "Visit the plant"
    )
    assert history.list.hasFocus()


def test_the_whole_record_goes_back_to_a_change_by_its_button(
    qtbot: QtBot, turned: MainWindow, pipeline: Pipeline
) -> None:
    pane = opened(qtbot, turned, Qt.Key.Key_H, CTRL | SHIFT)
    history = pane.history
    qtbot.waitUntil(lambda: len(history.list.lines) > 4)
    # As it is after the last change, it is already.
    history.list.go(1)
    assert not history.all_back.isVisible()
    row = next(n for n, one in enumerate(history.list.lines) if "→ Visit the plant" in one.title)
    history.list.go(row)
    assert history.all_back.isVisible()
    QTest.mouseClick(history.all_back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: of(turned, "opportunity", pipeline.retrofit)["company"] == pipeline.haitai
    )
    assert of(turned, "opportunity", pipeline.retrofit)["next_step"] == "Visit the plant"


@pytest.mark.parametrize("by_mouse", [False, True])
def test_what_had_the_focus_has_it_again(qtbot: QtBot, turned: MainWindow, by_mouse: bool) -> None:
    form = turned.view.record_form
    assert form is not None
    field = form.field("next_step")
    assert field is not None
    field.setFocus()
    pane = opened(qtbot, turned, Qt.Key.Key_H, CTRL | SHIFT)
    if by_mouse:
        QTest.mouseClick(pane.shut, Qt.MouseButton.LeftButton)
    else:
        press(Qt.Key.Key_Escape)
    assert pane.isHidden()
    assert field.hasFocus()


def test_steps_are_told_in_the_language_of_the_window(
    qtbot: QtBot, turned: MainWindow, pipeline: Pipeline
) -> None:
    turned.bridge.workspace.run(Update("opportunity", pipeline.hall, {"amount": None}))
    qtbot.waitUntil(lambda: "“Change Amount”" in turned.acts.undo.text())
    turned.set_language("zh")
    qtbot.waitUntil(lambda: "修改金额" in turned.acts.undo.text())
    pane = opened(qtbot, turned, Qt.Key.Key_Z, CTRL | ALT)
    qtbot.waitUntil(lambda: bool(pane.steps.list.lines))
    assert pane.steps.list.lines[0].title == "修改金额"
