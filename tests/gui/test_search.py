"""The search box: records, views and commands by keyboard and mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.palette.lines import Found
from crmdesk.gui.search_popup import SearchPopup
from crmdesk.ops.changes import Create, Update
from crmdesk.schema.crm.facts import SavedViews
from tests.gui.conftest import Pipeline

CTRL = Qt.KeyboardModifier.ControlModifier


def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, held)


def say(text: str) -> None:
    for letter in text:
        if letter.isascii():
            QTest.keyClicks(QApplication.focusWidget(), letter)
        else:
            event = QInputMethodEvent()
            event.setCommitString(letter)
            QApplication.sendEvent(QApplication.focusWidget(), event)


@pytest.fixture
def popup(qtbot: QtBot, window: MainWindow) -> SearchPopup:
    """What hangs under the box after Ctrl+K."""
    press(Qt.Key.Key_K, CTRL)
    qtbot.waitUntil(lambda: window.search_popup is not None and window.search_popup.isVisible())
    assert window.search_popup is not None
    return window.search_popup


def found(qtbot: QtBot, window: MainWindow, popup: SearchPopup, text: str) -> list[Found]:
    """The lines for a text, when they are there."""
    window.ui.search.clear()
    say(text)
    qtbot.waitUntil(lambda: not window.bridge.jobs.busy and popup._cancel is None)
    return list(popup.lines)


def test_an_empty_box_offers_records_seen_lately_and_commands(
    qtbot: QtBot, window: MainWindow, pipeline: Pipeline
) -> None:
    window.view.turn("contact", pipeline.liwei)
    window.view.turn("company", pipeline.kestrel)
    press(Qt.Key.Key_K, CTRL)
    qtbot.waitUntil(lambda: window.search_popup is not None and window.search_popup.isVisible())
    popup = window.search_popup
    assert popup is not None
    assert [line.title for line in popup.lines[:3]] == ["Recent", "Kestrel Pumps", "Li Wei 李伟"]
    assert any(line.command is not None for line in popup.lines)


def test_a_contact_is_found_by_its_kind_and_its_sound(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup, pipeline: Pipeline
) -> None:
    lines = found(qtbot, window, popup, "联系人：chenj")
    assert [line.title for line in lines] == ["Contacts", "陈静"]
    assert lines[1].marks == ((0, 2),)
    assert lines[1].detail == "宁波海泰机械 · 设备部经理"
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.cube.stand.record == pipeline.chenjing)
    assert not window.cube.stand.listing


def test_a_phone_shows_where_it_matched(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup, pipeline: Pipeline
) -> None:
    lines = found(qtbot, window, popup, "phone: 80801234")
    assert [line.id for line in lines[1:]] == [pipeline.liwei]
    second = lines[1].second
    assert second == "Phone: +86 574 8080 1234"
    assert [second[start:end] for start, end in lines[1].second_marks] == ["8080 1234"]


def test_ctrl_enter_shows_the_record_in_its_list(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup, pipeline: Pipeline
) -> None:
    found(qtbot, window, popup, "company: kestrel")
    press(Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: window.cube.stand.listing and window.cube.stand.entity == "company")
    qtbot.waitUntil(lambda: window.cube.stand.record == pipeline.kestrel)


def test_enter_waits_for_the_answer_to_what_is_in_the_box(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup, pipeline: Pipeline
) -> None:
    found(qtbot, window, popup, "k")
    # Typed on and entered at once, before anything can have been read.
    window.ui.search.setText("company: 宁波海泰机械")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.cube.stand.record == pipeline.haitai)


def test_commands_show_their_keys_and_are_remembered(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup
) -> None:
    lines = found(qtbot, window, popup, "undo li")
    commands = [line.command for line in lines if line.command is not None]
    assert [(one.title, one.keys) for one in commands] == [("Undo list", "Ctrl+Alt+Z")]
    press(Qt.Key.Key_Return)
    pane = window.doing.pane
    assert pane is not None
    assert pane.isVisible()
    press(Qt.Key.Key_K, CTRL)
    qtbot.waitUntil(popup.isVisible)
    offered = [line.title for line in popup.lines if line.command is not None]
    assert offered[0] == "Undo list"


def test_a_saved_view_is_found_and_shown(qtbot: QtBot, window: MainWindow) -> None:
    view = window.bridge.workspace.run(
        Create(SavedViews.ENTITY, {SavedViews.NAME: "Closing soon", SavedViews.OF: "opportunity"})
    ).created[0]
    press(Qt.Key.Key_K, CTRL)
    qtbot.waitUntil(lambda: window.search_popup is not None and window.search_popup.isVisible())
    popup = window.search_popup
    assert popup is not None
    lines = found(qtbot, window, popup, "closing so")
    row = next(n for n, line in enumerate(lines) if line.view)
    assert (lines[row].title, lines[row].detail) == ("Closing soon", "View of Opportunities")
    rect = popup.list.visualRect(popup.list.model().index(row, 0))
    QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    qtbot.waitUntil(lambda: window.cube.stand.view == view)


def test_a_changed_name_is_found_at_once(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup, pipeline: Pipeline
) -> None:
    assert found(qtbot, window, popup, "zzwx")[0].title == "Nothing found"
    window.bridge.workspace.run(Update("contact", pipeline.jonas, {"name": "Zzwx Keller"}))
    assert found(qtbot, window, popup, "zzwx")[1].id == pipeline.jonas


@pytest.mark.parametrize(("language", "text"), [("en", "pump"), ("zh", "海泰"), ("zh", "pump")])
def test_escape_goes_back_step_by_step(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup, language: str, text: str
) -> None:
    window.set_language(language)
    window.go_to_search()
    assert found(qtbot, window, popup, text)
    assert popup.isVisible()
    press(Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert window.ui.search.text() == text
    press(Qt.Key.Key_Escape)
    assert window.ui.search.text() == ""
    assert popup.isHidden()
    assert window.ui.search.hasFocus()
    press(Qt.Key.Key_Escape)
    assert not window.ui.search.hasFocus()
    assert window.view.isAncestorOf(QApplication.focusWidget())
    # While the answer is on its way nothing pops up again.
    window.go_to_search()
    qtbot.waitUntil(popup.isVisible)
    say(text)
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.bridge.jobs.busy)
    assert popup.isHidden()
    assert window.ui.search.text() == ""


def test_walking_skips_headings_and_stays_at_the_ends(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup
) -> None:
    lines = found(qtbot, window, popup, "pump")
    assert popup.list.currentIndex().row() == 1
    press(Qt.Key.Key_Up)
    assert popup.list.currentIndex().row() == 1
    for _ in lines:
        press(Qt.Key.Key_Down)
        assert not lines[popup.list.currentIndex().row()].is_heading
    assert popup.list.currentIndex().row() == len(lines) - 1
    press(Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert window.ui.search.text() == "pump"


def commands_of(lines: list[Found]) -> list[str]:
    return [line.title for line in lines if line.command is not None]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dark", "Theme: Dark"),
        ("theme", "Theme: As the system"),
        ("language", "Language: English"),
        ("chinese", "Language: 中文 (Chinese)"),
        ("settings", "Theme: As the system"),
        ("深色", "Theme: Dark"),
    ],
)
def test_settings_are_found_by_their_words(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup, text: str, first: str
) -> None:
    assert commands_of(found(qtbot, window, popup, text))[0] == first


def test_a_command_that_was_typed_comes_before_texts_that_hold_it(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup
) -> None:
    workspace = window.bridge.workspace
    workspace.run(Create("note", {"subject": "Trip", "body": "He speaks English, and the trash"}))
    lines = found(qtbot, window, popup, "english")
    assert lines[1].title == "Language: English"
    assert "Trip" in "".join(line.title for line in lines)
    # Only begun, a title comes first, then the command, then what merely has the word.
    workspace.run(Create("company", {"name": "Trasimeno"}))
    lines = found(qtbot, window, popup, "tras")
    titles = [line.title for line in lines if not line.is_heading]
    assert titles[:2] == ["Trasimeno", "Trash"]
    assert len(titles) > 2


def test_what_is_pinned_or_whole_comes_before_lines_of_that_name(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup
) -> None:
    workspace = window.bridge.workspace
    deals = [
        workspace.run(Create("opportunity", {"name": f"CC-300 for hall {n}"})).created[0]
        for n in range(3)
    ]
    quote = workspace.run(Create("quote", {"name": "Pumps"})).created[0]
    for n in range(40):
        workspace.run(Create("quote_line", {"quote": quote, "name": f"CC-300 part {n}"}))
    window.kept.pin("opportunity", deals[0])
    qtbot.waitUntil(lambda: window.kept.pin_of("opportunity", deals[0]) is not None)
    lines = found(qtbot, window, popup, "CC-300")
    ids = [line.id for line in lines if line.id]
    assert ids[:3] == [deals[0], deals[2], deals[1]]
    assert len(ids) > 3


def test_where_nothing_is_found_it_can_be_made(
    qtbot: QtBot, window: MainWindow, popup: SearchPopup
) -> None:
    lines = found(qtbot, window, popup, "zzwx ltd")
    assert lines[0].title == "Nothing found"
    assert commands_of(lines) == [
        "Create opportunity “zzwx ltd”",
        "Create company “zzwx ltd”",
        "Create contact “zzwx ltd”",
        "Create task “zzwx ltd”",
    ]
    # Enter alone makes nothing of a slip of the pen.
    press(Qt.Key.Key_Return)
    assert popup.isVisible()
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.cube.stand.entity == "company" and not window.cube.stand.listing)
    made = window.bridge.workspace.get("company", window.cube.stand.record)
    assert made is not None
    assert made["name"] == "zzwx ltd"


def test_a_task_is_made_by_quick_add(qtbot: QtBot, window: MainWindow, popup: SearchPopup) -> None:
    lines = found(qtbot, window, popup, "task: ring zzwx tomorrow")
    assert commands_of(lines) == ["Create task “ring zzwx tomorrow”"]
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    quick = window.doing.quick
    assert quick is not None
    assert quick.isVisible()
    assert quick.line.text() == "ring zzwx tomorrow"
