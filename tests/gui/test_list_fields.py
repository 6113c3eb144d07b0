"""Fields made, named and removed from the head of a list, by real clicks on a real store."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from crmdesk.gui.lists.fieldbox import FieldBox
from crmdesk.gui.lists.headermenu import HeaderMenu
from crmdesk.gui.lists.looks import Looks
from crmdesk.gui.lists.viewmenu import NameBox
from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Update
from crmdesk.schema.query import Condition, Sort
from tests.gui.conftest import Pipeline
from tests.gui.test_list_filter import click
from tests.gui.test_list_views import shown
from tests.gui.test_main_window import texts


@pytest.fixture
def looks(window: MainWindow) -> Looks:
    return window.view.listing.looks


@pytest.fixture
def do(window: MainWindow) -> Callable[[str, str], None]:
    """Chooses a line of a column's menu."""

    def choose(path: str, text: str) -> None:
        menu: QMenu = HeaderMenu(window.bridge, window.view.listing, path).menu()
        next(action for action in menu.actions() if action.text() == text).trigger()

    return choose


def fields(window: MainWindow) -> dict[str, str]:
    """The custom fields of opportunities: label by name."""
    custom = window.bridge.registry.entity("opportunity").custom
    return {one.name: one.label.en for one in custom}


def test_a_choice_with_its_list_becomes_a_column(
    window: MainWindow, looks: Looks, qtbot: QtBot, do: Callable[[str, str], None]
) -> None:
    do("name", "New field…")
    box = looks.popover
    assert isinstance(box, FieldBox)
    QTest.keyClicks(box.label, "Mood")
    assert not box.options.isVisible()
    box.kind.setCurrentIndex(box.kind.findData("choice"))
    assert box.options.isVisible()
    assert not box.take.isEnabled()
    QTest.keyClicks(box.options, "Sunny")
    QTest.keyClick(box.options, Qt.Key.Key_Return)
    QTest.keyClicks(box.options, "Cloudy")
    click(box.take)
    qtbot.waitUntil(lambda: "x_mood" in shown(window))
    assert fields(window) == {"x_mood": "Mood"}
    qtbot.waitUntil(lambda: looks.popover is None)
    view = window.view.listing.view
    column = [one.path for one in view.grid.columns].index("x_mood")
    offered = [one.title for one in view.grid.source.choices("x_mood")]
    assert offered == ["Sunny", "Cloudy"]
    assert view.grid.columns[column].kind == "choice"
    # It is in sight with its whole title, and the keys go on in the grid.
    assert view.hasFocus()
    assert view.current()[1] == column
    assert view.columnWidth(column) >= view.header.width_of("Mood")
    place = view.columnViewportPosition(column)
    assert place >= 0
    assert place + view.columnWidth(column) <= view.viewport().width()
    # All of it is one step.
    window.undo()
    qtbot.waitUntil(lambda: fields(window) == {})
    qtbot.waitUntil(lambda: "x_mood" not in shown(window))


def test_a_field_is_renamed_and_removed_and_comes_back(
    window: MainWindow,
    looks: Looks,
    qtbot: QtBot,
    pipeline: Pipeline,
    do: Callable[[str, str], None],
) -> None:
    looks.open_new_field()
    box = looks.popover
    assert isinstance(box, FieldBox)
    QTest.keyClicks(box.label, "Floor")
    QTest.keyClick(box.label, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "x_floor" in shown(window))
    window.bridge.write(Update("opportunity", pipeline.hall, {"x_floor": "third"}))
    view = window.view.listing.view
    qtbot.waitUntil(lambda: view.grid.ready and "third" in texts(view, "x_floor"))
    looks.change(where=Condition("x_floor", "is", "third"), sort=(Sort("x_floor"),))
    qtbot.waitUntil(lambda: window.view.listing.total == 1)

    do("x_floor", "Rename field…")
    name = next(one for one in window.findChildren(NameBox) if one.isVisible())
    name.line.selectAll()
    QTest.keyClicks(name.line, "Storey")
    QTest.keyClick(name.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: fields(window) == {"x_floor": "Storey"})
    qtbot.waitUntil(lambda: "Storey" in [one.title for one in view.grid.columns])
    assert "Storey" in looks.bar.chips[0].text()

    do("x_floor", "Delete field")
    qtbot.waitUntil(lambda: fields(window) == {})
    qtbot.waitUntil(lambda: view.grid.ready and window.view.listing.total == 3)
    assert "x_floor" not in shown(window)
    assert looks.bar.chips == []
    window.undo()
    qtbot.waitUntil(lambda: fields(window) == {"x_floor": "Storey"})


def test_the_menu_of_a_title(
    window: MainWindow, looks: Looks, qtbot: QtBot, do: Callable[[str, str], None]
) -> None:
    do("amount", "Sort descending")
    assert looks.spec.sort == (Sort("amount", True),)
    do("owner", "Hide column")
    qtbot.waitUntil(lambda: "owner" not in shown(window))
    do("company", "Keep at the left")
    assert looks.spec.columns[0].path == "company"
    assert looks.spec.columns[0].frozen
    do("company", "Let it scroll")
    assert not any(one.frozen for one in looks.spec.columns)
    do("next_step", "Wrap text")
    assert [one.path for one in looks.spec.columns if one.wrap] == ["next_step"]
    header = window.view.listing.view.header
    asked: list[str] = []
    header.menu_requested.disconnect()
    header.menu_requested.connect(lambda path, _at: asked.append(path))
    column = [one.path for one in window.view.listing.view.grid.columns].index("stage")
    at = QPoint(header.sectionViewportPosition(column) + 20, 10)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.RightButton, pos=at)
    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QApplication

    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, header.mapToGlobal(at))
    QApplication.sendEvent(header.viewport(), event)
    assert asked == ["stage"]
