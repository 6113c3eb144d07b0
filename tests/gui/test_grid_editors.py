"""The editors of a grid on a real store: days, amounts, references, choices, as one edits them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.feed import Feed
from crmdesk.gui.grid.choicepanel import ChoicePanel
from crmdesk.gui.grid.dayeditor import DayEditor
from crmdesk.gui.grid.model import GridModel
from crmdesk.gui.grid.palette import PALETTE
from crmdesk.gui.grid.picker import PickEditor
from crmdesk.gui.grid.picklist import MAKE
from crmdesk.gui.grid.readeditor import ReadEditor
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.sources import QuerySource
from crmdesk.schema.crm.words import TAG_LIST
from crmdesk.schema.query import Query, Sort
from crmdesk.schema.values import Money
from tests.gui.conftest import Hand, Pipeline

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
W = TypeVar("W", bound=QWidget)
Opened = Callable[..., "Desk"]


class Desk:
    """A grid of some columns of the small store, and what its records hold."""

    def __init__(self, window: QWidget, bridge: Bridge, view: GridView, qtbot: QtBot) -> None:
        # Kept: the view goes with its window.
        self.window, self.bridge, self.view, self.qtbot = window, bridge, view, qtbot
        self.hand = Hand(view)

    def row(self, record: str) -> int:
        return self.view.grid.row_of_id(record)

    def go(self, record: str, path: str) -> None:
        paths = [spec.path for spec in self.view.grid.columns]
        self.view.go(self.row(record), paths.index(path))

    def editor(self, kind: type[W]) -> W:
        found = QApplication.focusWidget()
        assert isinstance(found, kind)
        return found

    def value(self, record: str, path: str) -> Any:
        found = self.bridge.workspace.get(self.view.grid.source.entity, record)
        assert found is not None
        return found[path]

    def becomes(self, record: str, path: str, value: object) -> None:
        self.qtbot.waitUntil(lambda: self.value(record, path) == value)
        self.qtbot.waitUntil(lambda: not self.view.grid.overlaid)


@pytest.fixture
def opened(qtbot: QtBot, bridge: Bridge, pipeline: Pipeline) -> Opened:
    def made(entity: str, *paths: str) -> Desk:
        source = QuerySource(bridge, Query(entity, sort=(Sort("created_at"),)), paths)
        # In a window: what floats under an editor belongs to that.
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(1000, 640)
        view = GridView(GridModel(source, parent=window), numbers=True)
        view.setParent(window)
        view.resize(1000, 640)
        Feed(bridge, view)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        view.grid.reload(fresh=True)
        qtbot.waitUntil(lambda: view.grid.ready and view.grid.row_at(0) is not None)
        view.setFocus()
        return Desk(window, bridge, view, qtbot)

    return made


# ---------------------------------------------------------------- days and amounts


def test_a_day_in_words_is_shown_as_it_is_read(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "close_date")
    desk.go(pipeline.skid, "close_date")
    desk.hand.type("tomorrow")
    editor = desk.editor(DayEditor)
    assert editor.month.isVisible()
    wanted = desk.bridge.ctx.today() + timedelta(1)
    qtbot.waitUntil(lambda: editor.month.day == wanted)
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.skid, "close_date", wanted)


def test_a_day_that_is_none_is_told_while_it_is_typed(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "close_date")
    desk.go(pipeline.skid, "close_date")
    desk.hand.type("31 feb 2026")
    editor = desk.editor(DayEditor)
    qtbot.waitUntil(lambda: bool(editor.month.reading.reason))
    desk.hand.press(K.Key_Escape)
    assert desk.value(pipeline.skid, "close_date") is None


def test_a_day_is_picked_by_keys_and_by_a_click(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "close_date")
    desk.go(pipeline.retrofit, "close_date")
    desk.hand.press(K.Key_F2)
    editor = desk.editor(DayEditor)
    qtbot.waitUntil(lambda: editor.month.day == date(2099, 12, 18))
    desk.hand.press(K.Key_Down)
    qtbot.waitUntil(lambda: editor.month.day == date(2099, 12, 25))
    desk.hand.press(K.Key_PageUp)
    qtbot.waitUntil(lambda: editor.month.day == date(2099, 11, 25))
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.retrofit, "close_date", date(2099, 11, 25))
    desk.go(pipeline.retrofit, "close_date")
    desk.hand.press(K.Key_F2)
    month = desk.editor(DayEditor).month
    qtbot.waitUntil(lambda: month.day == date(2099, 11, 25))
    QTest.mouseClick(month, LEFT, PLAIN, month.rect_of(date(2099, 11, 3)).center())
    desk.becomes(pipeline.retrofit, "close_date", date(2099, 11, 3))
    assert desk.view.hasFocus()


def test_an_amount_is_read_with_its_thousands_and_its_currency(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "amount")
    desk.go(pipeline.skid, "amount")
    desk.hand.type("EUR 12k")
    editor = desk.editor(ReadEditor)
    qtbot.waitUntil(lambda: editor.reading.text == "€\u00a012,000")
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.skid, "amount", Money(Decimal(12_000), "EUR"))


# ---------------------------------------------------------------- references


def test_a_record_that_is_not_there_is_made_from_the_picker(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "company")
    desk.go(pipeline.skid, "company")
    desk.hand.type("Nordwind GmbH")
    editor = desk.editor(PickEditor)
    qtbot.waitUntil(lambda: [one.id for one in editor.list.options.shown] == [MAKE])
    assert editor.list.options.shown[0].title == "Create “Nordwind GmbH”"
    # The only line is marked: Enter takes it.
    desk.hand.press(K.Key_Return)
    qtbot.waitUntil(lambda: desk.value(pipeline.skid, "company") != pipeline.haitai)
    company = desk.value(pipeline.skid, "company")
    made = desk.bridge.workspace.get("company", company)
    assert made is not None
    assert made["name"] == "Nordwind GmbH"
    assert desk.bridge.workspace.undo_label == "New “Nordwind GmbH”"
    desk.bridge.undo()
    desk.becomes(pipeline.skid, "company", pipeline.haitai)
    assert desk.bridge.workspace.get("company", company) is None


def test_what_is_entered_before_the_list_is_there_is_refused_and_can_be_made(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "company")
    desk.go(pipeline.skid, "company")
    desk.hand.type("Nordwind")
    # No event is let in between: the answer of the list is still on its way.
    desk.hand.press(K.Key_Return)
    cell = desk.view.grid.cell(desk.row(pipeline.skid), 1)
    qtbot.waitUntil(lambda: desk.view.grid.cell(desk.row(pipeline.skid), 1).state == "refused")
    assert cell.text == "Nordwind"
    # Opened again, what was typed is looked for again.
    desk.go(pipeline.skid, "company")
    desk.hand.press(K.Key_F2)
    editor = desk.editor(PickEditor)
    qtbot.waitUntil(lambda: [one.id for one in editor.list.options.shown] == [MAKE])
    desk.hand.press(K.Key_Return)
    qtbot.waitUntil(lambda: desk.value(pipeline.skid, "company") != pipeline.haitai)


def test_a_new_record_can_point_at_one_that_is_made_with_it(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("opportunity", "name", "company")
    desk.view.go_to_new_line()
    desk.hand.type("Test rig")
    desk.hand.press(K.Key_Tab)
    desk.hand.type("Südwerk")
    editor = desk.editor(PickEditor)
    qtbot.waitUntil(lambda: [one.id for one in editor.list.options.shown] == [MAKE])
    desk.hand.press(K.Key_Down)
    desk.hand.press(K.Key_Return)
    qtbot.waitUntil(lambda: desk.view.grid.row_at(3) is not None)
    row = desk.view.grid.row_at(3)
    assert row is not None
    assert [cell.text for cell in row.cells] == ["Test rig", "Südwerk"]
    assert desk.bridge.workspace.undo_label == "New opportunity"
    desk.bridge.undo()
    qtbot.waitUntil(lambda: desk.view.grid.total == 3)


@pytest.mark.parametrize("text", ["lw", "liwei", "伟", "wei"])
def test_a_person_is_found_by_pinyin_and_by_part(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot, text: str
) -> None:
    desk = opened("opportunity", "name", "contact")
    desk.go(pipeline.skid, "contact")
    desk.hand.type(text)
    editor = desk.editor(PickEditor)
    qtbot.waitUntil(lambda: any(one.id == pipeline.liwei for one in editor.list.options.shown))


# ---------------------------------------------------------------- choices


def choices(desk: Desk, list_name: str) -> dict[str, str]:
    return {one.key: one.label("en") for one in desk.bridge.workspace.choices(list_name)}


def test_a_choice_is_added_from_the_picker(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("company", "name", "industry")
    desk.go(pipeline.kestrel, "industry")
    desk.hand.type("Pump making")
    editor = desk.editor(PickEditor)
    assert [one.title for one in editor.list.options.shown] == ["Add “Pump making”"]
    desk.hand.press(K.Key_Down)
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.kestrel, "industry", "pump_making")
    qtbot.waitUntil(
        lambda: desk.view.grid.cell(desk.row(pipeline.kestrel), 1).text == "Pump making"
    )
    desk.bridge.undo()
    desk.becomes(pipeline.kestrel, "industry", None)
    assert "pump_making" not in choices(desk, "industry")


def panel_of(desk: Desk) -> ChoicePanel:
    return next(one for one in desk.window.findChildren(ChoicePanel) if one.isVisible())


def test_a_choice_is_renamed_recoloured_and_archived_in_its_place(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("company", "name", "industry")
    desk.go(pipeline.haitai, "industry")
    desk.hand.press(K.Key_F2)
    editor = desk.editor(PickEditor)
    at = [one.id for one in editor.list.options.shown].index("manufacturing")
    rect = editor.list.view.visualRect(editor.list.options.index(at))
    QTest.mouseMove(editor.list.view.viewport(), rect.center())
    QTest.mouseClick(
        editor.list.view.viewport(), LEFT, PLAIN, QPoint(rect.right() - 14, rect.center().y())
    )
    panel = panel_of(desk)
    assert "Manufacturing" in panel.head.text()
    panel.name.clear()
    QTest.keyClicks(panel.name, "Makers")
    QTest.keyClick(panel.name, K.Key_Return)
    qtbot.waitUntil(lambda: choices(desk, "industry")["manufacturing"] == "Makers")
    assert desk.bridge.workspace.undo_label == "Rename choice “Manufacturing”"
    # In every view, and in the list that is open.
    qtbot.waitUntil(lambda: editor.list.options.shown[at].title == "Makers")
    qtbot.waitUntil(lambda: desk.view.grid.cell(desk.row(pipeline.haitai), 1).text == "Makers")
    editor.list.mark(at)
    desk.hand.press(K.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    panel = panel_of(desk)
    panel.swatches[7].click()
    qtbot.waitUntil(lambda: editor.list.options.shown[at].colour == PALETTE[7])
    editor.list.mark(at)
    desk.hand.press(K.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    panel = panel_of(desk)
    panel.archive.click()
    qtbot.waitUntil(lambda: "manufacturing" not in choices(desk, "industry"))
    assert desk.value(pipeline.haitai, "industry") == "manufacturing"
    desk.hand.press(K.Key_Escape)
    for _step in range(3):
        desk.bridge.undo()
    qtbot.waitUntil(lambda: choices(desk, "industry").get("manufacturing") == "Manufacturing")


def test_the_edit_key_renames_no_choice(opened: Opened, pipeline: Pipeline, qtbot: QtBot) -> None:
    desk = opened("company", "name", "industry")
    desk.go(pipeline.haitai, "industry")
    desk.hand.press(K.Key_F2)
    editor = desk.editor(PickEditor)
    before = choices(desk, "industry")
    desk.hand.press(K.Key_F2)
    assert editor.hasFocus()
    assert not [one for one in desk.window.findChildren(ChoicePanel) if one.isVisible()]
    editor.selectAll()
    desk.hand.type("energy")
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.haitai, "industry", "energy")
    assert choices(desk, "industry") == before


def test_a_new_tag_stays_when_the_editor_is_left_by_esc(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("company", "name", "tags")
    desk.go(pipeline.kestrel, "tags")
    desk.hand.type("Key account")
    editor = desk.editor(PickEditor)
    desk.hand.press(K.Key_Return)
    qtbot.waitUntil(lambda: editor.list.options.ticked == {"key_account"})
    desk.hand.press(K.Key_Escape)
    desk.becomes(pipeline.kestrel, "tags", ("key_account",))


def test_a_comma_ends_a_tag(opened: Opened, pipeline: Pipeline, qtbot: QtBot) -> None:
    desk = opened("company", "name", "tags")
    desk.go(pipeline.kestrel, "tags")
    desk.hand.type("VIP, trade fair，")
    editor = desk.editor(PickEditor)
    assert editor.text() == ""
    qtbot.waitUntil(lambda: editor.list.options.ticked == {"vip", "trade_fair"})
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.kestrel, "tags", ("vip", "trade_fair"))
    assert set(choices(desk, TAG_LIST).values()) == {"VIP", "trade fair"}
    desk.go(pipeline.haitai, "tags")
    desk.hand.type("vip, f")
    editor = desk.editor(PickEditor)
    assert editor.text() == "f"
    assert editor.list.options.ticked == {"vip"}


def test_several_choices_are_chips_and_a_new_one_is_ticked(
    opened: Opened, pipeline: Pipeline, qtbot: QtBot
) -> None:
    desk = opened("company", "name", "tags")
    desk.go(pipeline.kestrel, "tags")
    desk.hand.type("Key account")
    editor = desk.editor(PickEditor)
    desk.hand.press(K.Key_Down)
    desk.hand.press(K.Key_Return)
    qtbot.waitUntil(lambda: editor.list.options.ticked == {"key_account"})
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.kestrel, "tags", ("key_account",))
    desk.hand.press(K.Key_Up)
    desk.go(pipeline.kestrel, "tags")
    desk.hand.press(K.Key_F2)
    desk.hand.press(K.Key_Backspace)
    desk.hand.press(K.Key_Return)
    desk.becomes(pipeline.kestrel, "tags", None)
