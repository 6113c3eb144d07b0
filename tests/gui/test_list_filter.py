"""The filter bar of a list, by real clicks and keys on a real store."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.lists.builder import Builder
from crmdesk.gui.lists.condition import ConditionBox
from crmdesk.gui.lists.fields import FieldPicker
from crmdesk.gui.lists.filterbar import SEVERAL, FilterBar
from crmdesk.gui.lists.linelist import ROW, LineList
from crmdesk.gui.lists.values import BetweenValue, PeriodEditor, PickValue, TypedValue
from crmdesk.gui.main_window import MainWindow
from crmdesk.ops.changes import Update
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import ME, All, Condition, Either, Has, Not
from tests.gui.conftest import Pipeline, stage
from tests.gui.test_main_window import texts

LEFT = Qt.MouseButton.LeftButton


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


def pick(lines: LineList, title: str) -> None:
    """Click the line of that title."""
    row = [one.title for one in lines.items].index(title)
    rect = lines.view.visualRect(lines.view.model().index(row, 0))
    lines.view.scrollTo(lines.view.model().index(row, 0))
    rect = lines.view.visualRect(lines.view.model().index(row, 0))
    QTest.mouseClick(lines.view.viewport(), LEFT, pos=rect.center())


@pytest.fixture
def bar(window: MainWindow) -> FilterBar:
    return window.view.listing.looks.bar


@pytest.fixture
def names(window: MainWindow, qtbot: QtBot) -> Callable[[set[str]], None]:
    """Waits until the list shows exactly these."""

    def wait(wanted: set[str]) -> None:
        view = window.view.listing.view
        qtbot.waitUntil(lambda: view.grid.ready and set(texts(view, "name")) == wanted)

    return wait


PUMP, HALL, SKID = "Pump line retrofit – 40 units", "Hall 3 filters", "Dosing skid"


def begin(bar: FilterBar, field: str) -> ConditionBox:
    """Click "+ Filter" and the field, found by typing."""
    click(bar.add)
    picker = bar.popover
    assert isinstance(picker, FieldPicker)
    QTest.keyClicks(picker.list.search, field.partition(" ›")[0])
    pick(picker.list, field)
    box = bar.popover
    assert isinstance(box, ConditionBox)
    return box


def test_choices_are_ticked_and_the_list_follows(
    window: MainWindow, bar: FilterBar, names: Callable[[set[str]], None]
) -> None:
    box = begin(bar, "Stage")
    assert isinstance(box.editor, PickValue)
    pick(box.editor.list, "Proposal")
    names({PUMP})
    pick(box.editor.list, "Qualified")
    names({PUMP, HALL})
    assert bar.chips[0].text() == "Stage is Proposal or Qualified"
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert bar.popover is None
    click(bar.chips[0].cross)
    names({PUMP, HALL, SKID})
    assert bar.chips == []
    assert window.view.listing.spec.where is None


def test_an_operator_without_value_and_one_that_excludes(
    bar: FilterBar, names: Callable[[set[str]], None]
) -> None:
    box = begin(bar, "Stage")
    pick(box.editor.list, "Proposal")  # type: ignore[union-attr]
    box.operator.setCurrentIndex(box.operator.findData("not_in"))
    names({HALL, SKID})
    assert bar.chips[0].text() == "Stage is not Proposal"
    box.operator.setCurrentIndex(box.operator.findData("empty"))
    assert box.editor is None
    assert bar.where == Condition("stage", "empty")
    click(box.remove)
    assert bar.where is None


def test_a_reference_is_found_by_typing(
    bar: FilterBar, names: Callable[[set[str]], None], qtbot: QtBot, pipeline: Pipeline
) -> None:
    box = begin(bar, "Company")
    editor = box.editor
    assert isinstance(editor, PickValue)
    QTest.keyClicks(editor.list.search, "kest")
    qtbot.waitUntil(lambda: [one.title for one in editor.list.items] == ["Kestrel Pumps"])
    QTest.keyClick(editor.list.search, Qt.Key.Key_Return)
    names({HALL})
    assert bar.where == Condition("company", "is", pipeline.kestrel)
    assert bar.chips[0].text() == "Company is Kestrel Pumps"


def test_a_field_behind_a_reference(bar: FilterBar, names: Callable[[set[str]], None]) -> None:
    box = begin(bar, "Company › City")
    assert isinstance(box.editor, TypedValue)
    QTest.keyClicks(box.editor.line, "hul")
    names({HALL})
    assert bar.where == Condition("company.city", "contains", "hul")
    assert bar.chips[0].text() == "Company › City contains “hul”"


@pytest.fixture
def unowned(workspace: Workspace, pipeline: Pipeline) -> None:
    """One of the opportunities is nobody's."""
    workspace.run(Update("opportunity", pipeline.hall, {"owner": None}))


def test_who_asks_is_me(unowned: None, bar: FilterBar, names: Callable[[set[str]], None]) -> None:
    box = begin(bar, "Owner")
    assert isinstance(box.editor, PickValue)
    pick(box.editor.list, "Me")
    assert bar.where == Condition("owner", "is", ME)
    names({PUMP, SKID})


def test_the_panel_of_people_is_high_enough_and_knows_me_by_typing(
    bar: FilterBar, qtbot: QtBot
) -> None:
    box = begin(bar, "Owner")
    editor = box.editor
    assert isinstance(editor, PickValue)
    assert editor.list.view.height() >= 4 * ROW
    assert editor.list.search.hasFocus()
    QTest.keyClicks(editor.list.search, "me")
    qtbot.waitUntil(lambda: not box._bridge.jobs.busy)
    assert editor.list.items[0].key == ME
    QTest.keyClick(editor.list.search, Qt.Key.Key_Return)
    assert bar.where == Condition("owner", "is", ME)


@pytest.mark.parametrize("word", ["or", "group", "any"])
def test_a_group_of_conditions_is_found_by_its_words(bar: FilterBar, word: str) -> None:
    click(bar.add)
    picker = bar.popover
    assert isinstance(picker, FieldPicker)
    QTest.keyClicks(picker.list.search, word)
    assert SEVERAL in [one.key for one in picker.list.items]
    pick(picker.list, "Any of several conditions…")
    box = bar.popover
    assert isinstance(box, Builder)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert box.isAncestorOf(focus)
    QTest.keyClick(focus, Qt.Key.Key_Escape)
    assert bar.popover is None


def test_a_name_that_no_field_has_is_told(bar: FilterBar) -> None:
    click(bar.add)
    picker = bar.popover
    assert isinstance(picker, FieldPicker)
    QTest.keyClicks(picker.list.search, "xyzzy")
    assert picker.list.items == []
    assert "Nothing of that name" in [
        one.text() for one in picker.findChildren(QLabel) if one.isVisible()
    ]


def test_periods_and_days(bar: FilterBar, names: Callable[[set[str]], None], qtbot: QtBot) -> None:
    box = begin(bar, "Close date")
    assert isinstance(box.editor, PeriodEditor)
    pick(box.editor.list, "Overdue")
    names({HALL})
    assert bar.chips[0].text() == "Close date overdue"
    box.operator.setCurrentIndex(box.operator.findData("gt"))
    assert isinstance(box.editor, TypedValue)
    QTest.keyClicks(box.editor.line, "2099-01-01")
    names({PUMP})
    box.operator.setCurrentIndex(box.operator.findData("between"))
    editor = box.editor
    assert isinstance(editor, BetweenValue)
    QTest.keyClicks(editor.low.line, "no day at all")
    qtbot.waitUntil(lambda: bool(editor.low.note.text()))
    assert editor.low.line.property("refused")
    # What is no day narrows nothing: the last whole condition stays.
    assert bar.where is not None
    editor.low.line.clear()
    QTest.keyClicks(editor.high.line, "2020-12-31")
    names({HALL})


def test_numbers_compare(bar: FilterBar, names: Callable[[set[str]], None]) -> None:
    box = begin(bar, "Amount")
    assert isinstance(box.editor, TypedValue)
    assert box.operator.currentText() == "≥"
    QTest.keyClicks(box.editor.line, "CNY 100000")
    names({PUMP})


def test_any_of_several_and_groups_inside(
    window: MainWindow, bar: FilterBar, names: Callable[[set[str]], None], pipeline: Pipeline
) -> None:
    click(bar.add)
    pick(bar.popover.list, "Any of several conditions…")  # type: ignore[union-attr]
    box = bar.popover
    assert isinstance(box, Builder)
    assert window.view.listing.spec.where is None

    def link(text: str) -> QWidget:
        from PySide6.QtWidgets import QPushButton

        return next(one for one in box.findChildren(QPushButton) if one.text() == text)

    def add(field: str, value: str) -> None:
        click(link("+ Condition"))
        found = window.findChildren(FieldPicker)
        picker = next(one for one in found if one.opener is box and one.isVisible())
        QTest.keyClicks(picker.list.search, field)
        pick(picker.list, field)
        inner = box.inner
        assert inner is not None
        if isinstance(inner.editor, PickValue):
            pick(inner.editor.list, value)
        else:
            assert isinstance(inner.editor, TypedValue)
            QTest.keyClicks(inner.editor.line, value)
        inner.dismiss()

    add("Stage", "Qualified")
    names({HALL})
    add("Opportunity", "skid")
    names({HALL, SKID})
    assert bar.where == Either(
        (
            Condition("stage", "is", stage(window.bridge.workspace, "Qualified")),
            Condition("name", "contains", "skid"),
        )
    )
    assert bar.chips[0].text() == "Stage is Qualified or Opportunity contains “skid”"


def test_related_records_are_asked_for(bar: FilterBar, names: Callable[[set[str]], None]) -> None:
    click(bar.add)
    picker = bar.popover
    assert isinstance(picker, FieldPicker)
    key = next(one.key for one in picker.list.items if one.key == "+tasks")
    picker.list.picked.emit(key)
    names({PUMP})
    box = bar.popover
    assert isinstance(box, Builder)
    from PySide6.QtWidgets import QComboBox

    how = next(
        one for one in box.findChildren(QComboBox)
        if one.accessibleName() == "Whether there are related records"
    )  # fmt: skip
    how.setFocus()
    QTest.keyClick(how, Qt.Key.Key_Down)
    names({HALL, SKID})
    assert bar.where == Not(Has("tasks"))
    assert bar.chips[0].text() == "Tasks none"


def test_the_keyboard_alone(
    window: MainWindow, bar: FilterBar, names: Callable[[set[str]], None], qtbot: QtBot
) -> None:
    QTest.keyClick(
        window,
        Qt.Key.Key_L,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    qtbot.waitUntil(lambda: isinstance(bar.popover, FieldPicker))
    picker = bar.popover
    assert isinstance(picker, FieldPicker)
    QTest.keyClicks(picker.list.search, "next st")
    QTest.keyClick(picker.list.search, Qt.Key.Key_Return)
    box = bar.popover
    assert isinstance(box, ConditionBox)
    assert isinstance(box.editor, TypedValue)
    QTest.keyClicks(box.editor.line, "QUOTE")
    names({PUMP})
    QTest.keyClick(box.editor.line, Qt.Key.Key_Return)
    assert bar.popover is None
    bar.chips[0].setFocus()
    QTest.keyClick(bar.chips[0], Qt.Key.Key_Delete)
    names({PUMP, HALL, SKID})


def test_a_cell_gives_a_filter(
    window: MainWindow, bar: FilterBar, names: Callable[[set[str]], None], pipeline: Pipeline
) -> None:
    view = window.view.listing.view
    column = [one.path for one in view.grid.columns].index("company")
    view.go(texts(view, "name").index(PUMP), column)
    menu = QMenu()
    view.menu_about_to_show.emit(menu)
    actions = {action.text(): action for action in menu.actions()}
    actions["Filter by this value"].trigger()
    names({PUMP, SKID})
    assert bar.where == Condition("company", "is", pipeline.haitai)
    view.go(0, column)
    actions["Filter out this value"].trigger()
    names(set())
    assert isinstance(bar.where, All)


def test_filters_come_back_with_the_stand(
    window: MainWindow, bar: FilterBar, names: Callable[[set[str]], None], qtbot: QtBot
) -> None:
    box = begin(bar, "Company › City")
    QTest.keyClicks(box.editor.line, "hull")  # type: ignore[union-attr]
    names({HALL})
    box.dismiss()
    window.view.show_list("company")
    qtbot.waitUntil(lambda: bar.chips == [])
    window.view.back()
    names({HALL})
    assert bar.chips[0].text() == "Company › City contains “hull”"
    kept = window.cube.to_data()
    again = type(window.cube)(window.bridge.registry, "opportunity")
    assert again.restore(kept).changed == window.cube.stand.changed != ""
    assert QApplication.activePopupWidget() is None
    assert bar.mapToGlobal(QPoint(0, 0)).y() > 0


def test_a_press_beside_it_closes_a_popover(
    window: MainWindow, bar: FilterBar, names: Callable[[set[str]], None], qtbot: QtBot
) -> None:
    box = begin(bar, "Stage")
    assert isinstance(box.editor, PickValue)
    pick(box.editor.list, "Proposal")
    names({PUMP})
    far = window.childAt(window.width() - 60, window.height() - 60)
    assert far is not None
    click(far)
    assert bar.popover is None
    assert len(bar.chips) == 1


def test_old_rows_stay_until_the_new_ones_come_and_the_last_question_wins(
    window: MainWindow, bar: FilterBar, names: Callable[[set[str]], None]
) -> None:
    view = window.view.listing.view
    looks = window.view.listing.looks
    before = set(texts(view, "name"))
    for word in ("pump", "hall", "nothing", "skid"):
        looks.change(where=Condition("name", "contains", word))
        # Nothing has come yet: what is shown is whole, and is what was shown.
        assert view.grid.total == 3
        assert {view.grid.cell(row, 0).text for row in range(3)} == before
    names({SKID})


def test_a_change_heard_while_a_filter_is_read_leaves_it_read(
    bar: FilterBar, names: Callable[[set[str]], None], workspace: Workspace, pipeline: Pipeline
) -> None:
    # Written before the window's loop runs again: it is heard after the filter was asked for.
    workspace.run(Update("opportunity", pipeline.hall, {"owner": None}))
    box = begin(bar, "Owner")
    assert isinstance(box.editor, PickValue)
    pick(box.editor.list, "Me")
    names({PUMP, SKID})
