"""Quick add by keyboard and mouse: a line, how it was read, and the task that comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.features.quickadd.dates import other_days
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.quick.chip import PartChip
from crmdesk.gui.quick.choosing import PartBox, RecordBox, WhenBox
from crmdesk.gui.quick.sheet import QuickAdd
from crmdesk.ops.changes import Create
from crmdesk.schema.query import Query, Sort
from tests.gui.conftest import Pipeline

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, held)


def say(text: str) -> None:
    """Type into what has the focus; Chinese comes by an input method."""
    for letter in text:
        if letter.isascii():
            QTest.keyClicks(QApplication.focusWidget(), letter)
        else:
            event = QInputMethodEvent()
            event.setCommitString(letter)
            QApplication.sendEvent(QApplication.focusWidget(), event)


@pytest.fixture
def sheet(qtbot: QtBot, window: MainWindow) -> QuickAdd:
    """Quick add, opened by its key."""
    QTest.keyClick(window, Qt.Key.Key_N, CTRL | SHIFT)
    made = window.doing.quick
    assert made is not None
    qtbot.waitUntil(made.line.hasFocus)
    return made


def read(qtbot: QtBot, sheet: QuickAdd, text: str) -> list[str]:
    """Type a line; the texts of the chips, when it has been read."""
    say(text)
    qtbot.waitUntil(lambda: sheet.read is not None and sheet.read.text == sheet.line.text())
    return [chip.text() for chip in sheet.row.chips]


def chip(sheet: QuickAdd, text: str) -> PartChip:
    return next(one for one in sheet.row.chips if one.text() == text)


def newest(window: MainWindow) -> dict[str, Any]:
    workspace = window.bridge.workspace
    query = Query("task", sort=(Sort("created_at", descending=True),))
    with workspace.reader() as conn:
        rowids = workspace.select.first(conn, query, workspace.query_context(), 1)
        (id,) = workspace.select.record_ids(conn, "task", rowids).values()
    found = workspace.get("task", id)
    assert found is not None
    return found


def back_to_line(qtbot: QtBot, window: MainWindow, sheet: QuickAdd) -> None:
    """Go on typing after a menu, which on the offscreen platform takes the window's activity."""
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    window.activateWindow()
    sheet.line.setFocus()
    qtbot.waitUntil(sheet.line.hasFocus)


def pick(qtbot: QtBot, text: str) -> None:
    """Choose an entry of the box or the menu that is open, by keyboard."""
    boxes = [one for one in QApplication.allWidgets() if isinstance(one, PartBox)]
    box = next((one for one in boxes if one.isVisible()), None)
    if isinstance(box, RecordBox | WhenBox):
        row = next(n for n, one in enumerate(box.list.items) if text in f"{one.title} {one.note}")
        box.list.view.setCurrentIndex(box.list.view.model().index(row, 0))
        box.list.take()
        return
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(one for one in menu.actions() if text in one.text())
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Return)


def test_a_line_becomes_a_linked_task(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd, pipeline: Pipeline
) -> None:
    texts = read(qtbot, sheet, "call Li Wei tomorrow 3pm about the pumps")
    assert texts[0] == "Call"
    # The firm has one deal with pumps in its name.
    assert texts[2:] == ["Li Wei 李伟", "宁波海泰机械", "Pump line retrofit – 40 units"]
    assert sheet.subject.text() == "Call Li Wei about the pumps"
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(sheet.isHidden)
    task = newest(window)
    assert (task["subject"], task["kind"]) == ("Call Li Wei about the pumps", "call")
    assert (task["contact"], task["company"]) == (pipeline.liwei, pipeline.haitai)
    assert task["opportunity"] == pipeline.retrofit
    assert task["due"].local("Europe/Berlin").hour == 15
    assert window.ui.saved.text().startswith("Saved: ")


def test_chinese_is_read(qtbot: QtBot, window: MainWindow, sheet: QuickAdd) -> None:
    texts = read(qtbot, sheet, "明天下午3点给李伟打电话谈报价")
    assert texts[0] == "Call"
    assert "Li Wei 李伟" in texts
    assert sheet.subject.text() == "给李伟打电话谈报价"


def test_enter_before_the_line_was_read_saves_it_as_it_is_read(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd, pipeline: Pipeline
) -> None:
    sheet.line.setText("visit Jonas Keller")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(sheet.isHidden)
    assert newest(window)["contact"] == pipeline.jonas


def test_a_chip_is_taken_away_by_key_and_by_its_cross(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd
) -> None:
    before = read(qtbot, sheet, "call Jonas tomorrow")
    press(Qt.Key.Key_Tab)
    assert sheet.row.chips[0].hasFocus()
    press(Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: [one.text() for one in sheet.row.chips] == before[1:])
    tomorrow = sheet.row.chips[0]
    QTest.mouseClick(tomorrow, Qt.MouseButton.LeftButton, pos=tomorrow.cross().center())
    qtbot.waitUntil(lambda: [one.text() for one in sheet.row.chips] == before[2:])
    assert sheet.subject.text() == "Call Jonas tomorrow"
    # Of other words a date is read again.
    sheet.line.setText("call Jonas friday")
    qtbot.waitUntil(lambda: sheet.read is not None and sheet.read.text == sheet.line.text())
    assert sheet.read is not None
    assert sheet.read.part("due") is not None


def test_another_reading_is_chosen_by_keyboard(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd, pipeline: Pipeline
) -> None:
    twin = window.bridge.workspace.run(
        Create("contact", {"name": "Jonas Keller", "company": pipeline.haitai})
    ).created[0]
    read(qtbot, sheet, "call Jonas Keller")
    asked = chip(sheet, "Jonas Keller")
    assert "Other readings: 1" in asked.accessibleName()
    # The one who is not chosen yet, by the firm that tells them apart.
    line = sheet.read
    assert line is not None
    part = line.part("contact")
    assert part is not None
    other = part.readings[1]
    asked.setFocus()
    press(Qt.Key.Key_Space)
    pick(qtbot, other.firm[1])
    qtbot.waitUntil(lambda: sheet.read is not None and sheet.read.value("contact") == other.value)
    assert {part.best.value, other.value} == {twin, pipeline.jonas}
    back_to_line(qtbot, window, sheet)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(sheet.isHidden)
    task = newest(window)
    assert (task["contact"], task["company"]) == (other.value, other.firm[0])


def test_another_day_is_chosen_and_stays_while_its_words_do(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd
) -> None:
    read(qtbot, sheet, "call Jonas tomorrow 3pm")
    line = sheet.read
    assert line is not None
    tomorrow = line.value("due")
    sheet.row.chips[1].setFocus()
    press(Qt.Key.Key_Down)
    today = other_days(tomorrow, window.bridge.ctx)[0]
    pick(qtbot, today.text)
    qtbot.waitUntil(lambda: sheet.read is not None and sheet.read.value("due") != tomorrow)
    assert sheet.read is not None
    chosen = sheet.read.value("due")
    assert chosen == today.value
    assert chosen.local("Europe/Berlin").hour == 15
    back_to_line(qtbot, window, sheet)
    press(Qt.Key.Key_End)
    assert read(qtbot, sheet, " about seals")
    assert sheet.read.value("due") == chosen
    assert read(qtbot, sheet, " fri")
    sheet.line.setText("call Jonas on 24 Dec 3pm")
    qtbot.waitUntil(lambda: sheet.read is not None and sheet.read.text == sheet.line.text())
    assert sheet.read.value("due").local("Europe/Berlin").day == 24


def test_the_subject_is_typed_by_hand(qtbot: QtBot, window: MainWindow, sheet: QuickAdd) -> None:
    read(qtbot, sheet, "call Jonas fri")
    sheet.subject.setFocus()
    press(Qt.Key.Key_A, CTRL)
    say("Ask for the drawing")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(sheet.isHidden)
    assert newest(window)["subject"] == "Ask for the drawing"


def test_ctrl_enter_goes_on_with_another_line(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd
) -> None:
    read(qtbot, sheet, "buy spare seals")
    press(Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: not sheet.line.text())
    assert sheet.isVisible()
    assert newest(window)["subject"] == "Buy spare seals"
    assert sheet.row.chips == []


def test_escape_and_a_click_beside_close_and_give_the_focus_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    before: QWidget | None = QApplication.focusWidget()
    for close in ("key", "mouse"):
        QTest.keyClick(window, Qt.Key.Key_N, CTRL | SHIFT)
        sheet = window.doing.quick
        assert sheet is not None
        qtbot.waitUntil(sheet.line.hasFocus)
        if close == "key":
            press(Qt.Key.Key_Escape)
        else:
            QTest.mouseClick(window.ui.topBar, Qt.MouseButton.LeftButton)
        assert sheet.isHidden()
        assert QApplication.focusWidget() is before


# -- what a chip opens


def records(sheet: QuickAdd) -> RecordBox:
    assert isinstance(sheet.box, RecordBox)
    return sheet.box


def days(sheet: QuickAdd) -> WhenBox:
    assert isinstance(sheet.box, WhenBox)
    return sheet.box


def test_another_person_is_found_by_typing_and_brings_the_firm(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd, pipeline: Pipeline
) -> None:
    read(qtbot, sheet, "call Li Wei tomorrow 3pm about the pumps")
    QTest.mouseClick(chip(sheet, "Li Wei 李伟"), Qt.MouseButton.LeftButton)
    box = records(sheet)
    assert box.list.search.hasFocus()
    assert [one.title for one in box.list.items if one.ticked] == ["Li Wei 李伟"]
    say("jonas")
    qtbot.waitUntil(lambda: [one.title for one in box.list.items] == ["Jonas Keller"])
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Jonas Keller" in [one.text() for one in sheet.row.chips])
    assert not sheet.isHidden()
    # The firm follows from the person.
    assert "Kestrel Pumps" in [one.text() for one in sheet.row.chips]
    sheet.line.setFocus()
    with qtbot.waitSignal(sheet.made):
        press(Qt.Key.Key_Return)
    made = newest(window)
    assert (made["contact"], made["company"]) == (pipeline.jonas, pipeline.kestrel)


def test_another_person_is_found_in_chinese(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd, pipeline: Pipeline
) -> None:
    window.set_language("zh")
    texts = read(qtbot, sheet, "明天下午3点给李伟打电话谈报价")
    assert "Li Wei 李伟" in texts
    QTest.mouseClick(chip(sheet, "Li Wei 李伟"), Qt.MouseButton.LeftButton)
    box = records(sheet)
    say("陈")
    qtbot.waitUntil(lambda: [one.title for one in box.list.items] == ["陈静"])
    QTest.mouseClick(
        box.list.view.viewport(), Qt.MouseButton.LeftButton,
        pos=box.list.view.visualRect(box.list.view.model().index(0, 0)).center(),
    )  # fmt: skip
    qtbot.waitUntil(lambda: "陈静" in [one.text() for one in sheet.row.chips])
    sheet.line.setFocus()
    with qtbot.waitSignal(sheet.made):
        press(Qt.Key.Key_Return)
    assert newest(window)["contact"] == pipeline.chenjing


@pytest.mark.parametrize(
    ("language", "line", "typed", "clock"),
    [("en", "call Li Wei tomorrow 3pm", "12 dec 2098 9:30", "09:30"),
     ("zh", "明天下午3点给李伟打电话", "2098年12月12日 9:30", "09:30")],
)  # fmt: skip
def test_another_day_is_typed(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd, pipeline: Pipeline,
    language: str, line: str, typed: str, clock: str,
) -> None:  # fmt: skip
    window.set_language(language)
    read(qtbot, sheet, line)
    assert sheet.read is not None
    due = next(one for one in sheet.read.parts if one.role == "due")
    QTest.mouseClick(chip(sheet, due.best.text), Qt.MouseButton.LeftButton)
    box = days(sheet)
    assert box.line.hasFocus()
    say("no day at all")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(box.month.reading.reason))
    assert sheet.box is box
    box.line.clear()
    say(typed)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: sheet.box is None)
    assert sheet.read is not None
    value = sheet.read.value("due")
    zone = window.bridge.ctx.tz
    wall = value.utc.astimezone(zone)
    assert (wall.date().isoformat(), f"{wall:%H:%M}") == ("2098-12-12", clock)


def test_another_day_is_clicked_and_keeps_its_time(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd, pipeline: Pipeline
) -> None:
    read(qtbot, sheet, "call Li Wei tomorrow 3pm")
    assert sheet.read is not None
    before = sheet.read.value("due")
    part = sheet.read.part("due")
    assert part is not None
    QTest.mouseClick(chip(sheet, part.best.text), Qt.MouseButton.LeftButton)
    box = days(sheet)
    box.month.turn(1)
    day = box.month.first.replace(day=17)
    QTest.mouseClick(box.month, Qt.MouseButton.LeftButton, pos=box.month.rect_of(day).center())
    qtbot.waitUntil(lambda: sheet.box is None)
    assert not sheet.isHidden()
    assert sheet.read is not None
    value = sheet.read.value("due")
    zone = window.bridge.ctx.tz
    assert value.utc.astimezone(zone).date() == day
    assert value.utc.astimezone(zone).time() == before.utc.astimezone(zone).time()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_part_is_taken_away_and_its_words_stay_in_the_subject(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd, pipeline: Pipeline, language: str
) -> None:
    window.set_language(language)
    text = "call Li Wei about the pumps" if language == "en" else "给李伟打电话谈报价"
    read(qtbot, sheet, text)
    QTest.mouseClick(chip(sheet, "Li Wei 李伟"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(records(sheet).away, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Li Wei 李伟" not in [one.text() for one in sheet.row.chips])
    assert ("Li Wei" if language == "en" else "李伟") in sheet.subject.text()
    sheet.line.setFocus()
    with qtbot.waitSignal(sheet.made):
        press(Qt.Key.Key_Return)
    assert newest(window)["contact"] is None


def test_escape_and_a_press_beside_close_the_box_alone(
    qtbot: QtBot, window: MainWindow, sheet: QuickAdd, pipeline: Pipeline
) -> None:
    read(qtbot, sheet, "call Li Wei tomorrow")
    QTest.mouseClick(chip(sheet, "Li Wei 李伟"), Qt.MouseButton.LeftButton)
    press(Qt.Key.Key_Escape)
    assert sheet.box is None
    assert not sheet.isHidden()
    QTest.mouseClick(chip(sheet, "Li Wei 李伟"), Qt.MouseButton.LeftButton)
    outside = window.childAt(5, window.height() - 5)
    assert outside is not None
    QTest.mouseClick(outside, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sheet.box is None)
    assert not sheet.isHidden()
    assert chip(sheet, "Li Wei 李伟").isVisible()
