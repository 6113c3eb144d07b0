"""What was refused in the form of a record waits there, and is told of the right record."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.drafts import Drafts, Typed, drafts_of
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.record import heading
from crmdesk.gui.record.field import LABEL, FieldCell
from crmdesk.gui.record.form import RecordForm
from tests.gui.conftest import Pipeline

K = Qt.Key
WORDS = "half typed"


class Desk:
    """The window with records in front, and the hand of a person."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot

    def turn(self, entity: str, record: str) -> None:
        self.window.view.turn(entity, record)
        self.until_front(record)

    def until_front(self, record: str) -> None:
        view = self.window.view
        self.qtbot.waitUntil(
            lambda: view.record_form is not None and view.record_form.record.id == record
        )
        QApplication.processEvents()

    @property
    def form(self) -> RecordForm:
        form = self.window.view.record_form
        assert form is not None
        return form

    def field(self, path: str) -> FieldCell:
        found = self.form.field(path)
        assert found is not None
        return found

    def type_into(self, path: str, text: str) -> None:
        field = self.field(path)
        self.form.ensureWidgetVisible(field)
        QTest.mouseClick(
            field, Qt.MouseButton.LeftButton, pos=QPoint(min(LABEL + 40, field.width() - 4), 15)
        )
        assert field.editing
        self.focus().selectAll()  # type: ignore[attr-defined]
        QTest.keyClicks(self.focus(), text)

    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(
        self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.focus(), key, held)

    def state(self, path: str) -> tuple[str, str]:
        cell = self.field(path).cell
        return cell.text, cell.state

    def refuse(self, path: str = "email") -> None:
        self.type_into(path, WORDS)
        self.press(K.Key_Return)
        self.qtbot.waitUntil(lambda: self.state(path) == (WORDS, "refused"))

    @property
    def status(self) -> str:
        return self.window.ui.saved.text()


@pytest.fixture
def desk(window: MainWindow, qtbot: QtBot) -> Desk:
    return Desk(window, qtbot)


def test_a_refused_value_is_there_when_the_record_comes_back(
    desk: Desk, pipeline: Pipeline
) -> None:
    desk.turn("company", pipeline.haitai)
    desk.refuse()
    reason = desk.field("email").cell.reason
    desk.turn("company", pipeline.kestrel)
    assert desk.state("email") == ("", "")
    desk.press(K.Key_Left, Qt.KeyboardModifier.AltModifier)
    desk.until_front(pipeline.haitai)
    assert desk.state("email") == (WORDS, "refused")
    assert desk.field("email").cell.reason == reason
    desk.field("email").setFocus()
    assert desk.form.body.note.isVisible()
    assert desk.form.body.note.text() == reason
    desk.press(K.Key_Escape)
    assert desk.state("email") == ("", "")
    assert not drafts_of(desk.window.bridge).of("company")


def test_what_is_typed_while_one_turns_is_kept_and_told_of_its_own_record(
    desk: Desk, pipeline: Pipeline
) -> None:
    desk.turn("company", pipeline.haitai)
    desk.type_into("email", WORDS)
    # The editor is still open: turning enters what stands in it, and it is refused meanwhile.
    desk.turn("company", pipeline.kestrel)
    desk.qtbot.waitUntil(lambda: WORDS in desk.status)
    assert "宁波海泰机械" in desk.status
    assert desk.state("email") == ("", "")
    desk.turn("company", pipeline.haitai)
    assert desk.state("email") == (WORDS, "refused")


def test_a_refused_value_is_there_after_a_restart(
    desk: Desk, pipeline: Pipeline, bridge: Bridge, qtbot: QtBot
) -> None:
    desk.turn("company", pipeline.haitai)
    desk.refuse()
    path = drafts_of(bridge)._path
    assert isinstance(path, Path)
    qtbot.waitUntil(lambda: path.exists() and WORDS in path.read_text("utf-8"))
    typed = Drafts(bridge, path).of("company")[pipeline.haitai]["email"]
    assert typed.text == WORDS
    assert typed.reason == desk.field("email").cell.reason


def test_a_mended_value_is_mended_in_the_list_as_well(desk: Desk, pipeline: Pipeline) -> None:
    desk.turn("company", pipeline.haitai)
    desk.refuse("employees")
    desk.window.view.show_list("company")
    grid = desk.window.view.listing.view.grid
    qtbot = desk.qtbot
    qtbot.waitUntil(lambda: grid.row_of_id(pipeline.haitai) >= 0)
    column = next(at for at, one in enumerate(grid.columns) if one.path == "employees")

    def cell() -> tuple[str, str]:
        shown = grid.cell(grid.row_of_id(pipeline.haitai), column)
        return shown.text, shown.state

    qtbot.waitUntil(lambda: cell() == (WORDS, "refused"))
    desk.turn("company", pipeline.haitai)
    assert desk.state("employees") == (WORDS, "refused")
    desk.field("employees").setFocus()
    desk.press(K.Key_Delete)
    qtbot.waitUntil(lambda: desk.state("employees")[1] == "")
    qtbot.waitUntil(lambda: not drafts_of(desk.window.bridge).of("company"))
    desk.window.view.show_list("company")
    qtbot.waitUntil(lambda: cell() == ("", ""))


def test_the_head_does_not_show_what_was_refused(desk: Desk, pipeline: Pipeline) -> None:
    typed = Typed("Atlantis", "There is no such place.")
    drafts_of(desk.window.bridge).put("company", pipeline.haitai, "city", typed)
    desk.turn("company", pipeline.haitai)
    assert desk.state("city") == ("Atlantis", "refused")
    assert [one.text for one in heading.mentions(desk.form.record)][1] == "宁波"
