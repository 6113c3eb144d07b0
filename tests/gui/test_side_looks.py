"""How side faces are looked at: sorted, grouped, narrowed, their columns; and kept so."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.features.cube.looks import KeptLooks
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.cube.side import SideFace
from crmdesk.gui.cube.sidelooks import SideLooks
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.sources import QuerySource
from crmdesk.ops.opening import open_workspace
from crmdesk.schema.query import Condition, Sort
from crmdesk.settings import Settings
from tests.gui.conftest import Pipeline


class Beside:
    """The bottom face of a company, with its people."""

    def __init__(self, window: MainWindow, qtbot: QtBot, record: str) -> None:
        self.window, self.qtbot = window, qtbot
        window.view.turn("company", record)
        window.view._pick("bottom", "contacts")
        self.side: SideFace = window.view.sides["bottom"]
        qtbot.waitUntil(lambda: self.loaded(record))

    def loaded(self, record: str) -> bool:
        source = self.view.grid.source if self.side.view is not None else None
        return (
            isinstance(source, QuerySource)
            and source.linked is not None
            and source.linked[1] == record
            and self.view.grid.ready
            and not self.view.grid.loading
        )

    @property
    def view(self) -> GridView:
        assert self.side.view is not None
        return self.side.view

    @property
    def looks(self) -> SideLooks:
        assert self.side.looks is not None
        return self.side.looks

    def names(self) -> list[str]:
        grid = self.view.grid
        column = [one.path for one in grid.columns].index("name")
        return [grid.cell(row, column).text for row in range(grid.total)]

    def until(self, names: list[str]) -> None:
        try:
            self.qtbot.waitUntil(lambda: self.names() == names)
        except AssertionError:
            assert self.names() == names
            raise

    def paths(self) -> list[str]:
        grid = self.view.grid
        return [grid.columns[column].path for column in self.view.columns.in_sight()]


@pytest.fixture
def beside(window: MainWindow, qtbot: QtBot, pipeline: Pipeline) -> Beside:
    window.resize(1500, 900)
    return Beside(window, qtbot, pipeline.haitai)


LI, CHEN = "Li Wei 李伟", "陈静"


def test_the_order_of_a_face_is_kept_for_its_front(
    beside: Beside, qtbot: QtBot, pipeline: Pipeline, settings: Settings
) -> None:
    first = beside.names()
    assert sorted(first) == sorted([LI, CHEN])
    beside.looks.sort_by((Sort("name", True),))
    qtbot.waitUntil(lambda: not beside.view.grid.loading)
    turned = beside.names()
    beside.looks.sort_by((Sort("name"),))
    beside.until(turned[::-1])
    beside.looks.sort_by((Sort("name", True),))
    beside.until(turned)
    window = beside.window
    # Another company, and back: the same order for all companies.
    window.view.turn("company", pipeline.kestrel)
    qtbot.waitUntil(lambda: beside.loaded(pipeline.kestrel))
    source = beside.view.grid.source
    assert isinstance(source, QuerySource)
    assert source.query.sort == (Sort("name", True),)
    # An opportunity has contacts of its own, in their own order.
    window.view.turn("company", pipeline.haitai)
    qtbot.waitUntil(lambda: beside.loaded(pipeline.haitai))
    path = window.bridge.workspace.path
    window.close()
    again = MainWindow(Bridge(open_workspace(path), language="en"), settings)
    with qtbot.waitSignal(again.ready):
        again.show()
    beside = Beside(again, qtbot, pipeline.haitai)
    beside.until(turned)
    again.close()
    again.deleteLater()


def test_a_click_on_a_title_sorts_and_is_kept(beside: Beside, qtbot: QtBot) -> None:
    header = beside.view.header
    column = [one.path for one in beside.view.grid.columns].index("name")
    at = QPoint(header.sectionViewportPosition(column) + 20, 10)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: beside.looks.spec.sort != ())
    kept = beside.window.cube.looks.of_face("company", "contacts")
    assert "name" in kept


def test_a_face_is_narrowed_and_says_so(beside: Beside, qtbot: QtBot) -> None:
    beside.looks.filter_by(Condition("name", "contains", "陈"))
    beside.until([CHEN])
    bar = beside.looks.bar
    assert bar is not None
    assert bar.isVisible()
    assert len(bar.chips) == 1
    beside.looks.filter_by(Condition("name", "contains", "nobody"))
    beside.until([])
    bar.remove(1)
    beside.until([CHEN])
    bar.remove(0)
    qtbot.waitUntil(lambda: len(beside.names()) == 2)
    assert not bar.isVisible()
    assert beside.window.cube.looks.of_face("company", "contacts") == ""


def test_the_filter_key_asks_for_the_face_with_the_focus(beside: Beside, qtbot: QtBot) -> None:
    beside.view.setFocus()
    focus = QApplication.focusWidget()
    assert focus is not None
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(focus, Qt.Key.Key_L, held)
    bar = beside.looks.bar
    assert bar is not None
    assert bar.popover is not None
    assert beside.window.cube.stand.record
    bar.popover.dismiss()
    qtbot.waitUntil(lambda: not bar.isVisible())


def test_columns_are_hidden_and_come_back(beside: Beside, qtbot: QtBot) -> None:
    before = beside.paths()
    assert len(before) > 2
    gone = before[1]
    menu = beside.looks.header_menu(gone)
    next(one for one in menu.actions() if one.text() == "Hide column").trigger()
    qtbot.waitUntil(lambda: gone not in beside.paths())
    menu.deleteLater()
    menu = beside.looks.header_menu(before[0])
    next(one for one in menu.actions() if one.text() == "As it was").trigger()
    qtbot.waitUntil(lambda: beside.paths() == before)
    menu.deleteLater()


def test_a_face_is_grouped_by_its_own_columns(beside: Beside, qtbot: QtBot) -> None:
    beside.view.group_requested.emit("job_title")
    qtbot.waitUntil(lambda: bool(beside.view.grid.groups) and beside.view.grid.ready)
    assert beside.looks.spec.group == ("job_title",)
    beside.view.group_requested.emit("job_title")
    qtbot.waitUntil(lambda: sorted(beside.names()) == sorted([LI, CHEN]))
    assert beside.looks.spec.group == ()


def test_what_was_kept_is_read_again_and_rubbish_is_not() -> None:
    kept = KeptLooks()
    kept.keep_list("contact", "", "{}")
    kept.keep_face("company", "contacts", "x")
    again = KeptLooks()
    again.restore(kept.to_data())
    assert again.of_list("contact", "") == "{}"
    assert again.of_face("company", "contacts") == "x"
    again.keep_face("company", "contacts", "")
    assert again.of_face("company", "contacts") == ""
    for rubbish in (None, [], {"lists": 3, "faces": [["a"], 7, ["a", "b", 1]]}):
        again.restore(rubbish)
    assert again.to_data() == {"lists": [["contact", "", "{}"]], "faces": []}


def test_a_list_is_as_it_was_left_however_long_the_way(
    window: MainWindow, qtbot: QtBot, pipeline: Pipeline
) -> None:
    window.view.show_list("contact")
    window.view.listing.looks.change(sort=(Sort("name", True),))
    for number in range(70):
        window.cube.turn("company", (pipeline.haitai, pipeline.kestrel)[number % 2])
    assert not any(one.entity == "contact" for one in window.cube._trail)
    window.view.show_list("contact")
    assert window.view.listing.spec.sort == (Sort("name", True),)
