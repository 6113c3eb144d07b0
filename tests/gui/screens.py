"""Every screen of the program, each by one line: for the tests of names, texts and keys.

A screen brings the shown main window, on the small store, to where it is to be looked at, and
gives the widget that is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.first_start import FirstStart
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.problems import ProblemDialog
from crmdesk.gui.unlock import Unlock
from crmdesk.schema.query import Condition
from tests.gui.conftest import Pipeline

Show = Callable[[MainWindow, Pipeline], QWidget]


class Screen(NamedTuple):
    """A screen by its name and the way to it."""

    name: str
    show: Show


def settle(window: MainWindow) -> None:
    """Let everything be read and painted that was asked for."""
    for _again in range(3):
        while window.bridge.jobs.busy:
            QTest.qWait(5)
        QTest.qWait(20)


def _record(entity: str, short: str) -> Show:
    def show(window: MainWindow, pipeline: Pipeline) -> QWidget:
        window.view.turn(entity, getattr(pipeline, short))
        return window

    return show


def _list(entity: str) -> Show:
    def show(window: MainWindow, _pipeline: Pipeline) -> QWidget:
        window.view.show_list(entity)
        return window

    return show


def _by_key(key: str, record: bool = False) -> Show:
    """What opens in the window when a key is pressed, in a list or beside a record."""

    def show(window: MainWindow, pipeline: Pipeline) -> QWidget:
        if record:
            window.view.turn("opportunity", pipeline.retrofit)
            settle(window)
        for action in window.findChildren(QAction):
            if key in {one.toString() for one in action.shortcuts()}:
                action.trigger()
                break
        else:
            raise LookupError(f"nothing has the key {key}")
        return window

    return show


def _search(window: MainWindow, _pipeline: Pipeline) -> QWidget:
    window.go_to_search()
    QTest.keyClicks(window.ui.search, "pump")
    settle(window)
    assert window.search_popup is not None
    return window.search_popup


def _menu(window: MainWindow, _pipeline: Pipeline) -> QWidget:
    return _opened(window.menu, window.menu_button)


def _add_menu(window: MainWindow, _pipeline: Pipeline) -> QWidget:
    return _opened(window.add_menu, window.ui.add)


def _opened(menu: QMenu, at: QWidget) -> QWidget:
    menu.popup(at.mapToGlobal(at.rect().bottomLeft()))
    return menu


def _never(given: object) -> Bridge:
    raise AssertionError(f"nobody asked to open {given}")


def _first_start(page: str) -> Show:
    def show(window: MainWindow, _pipeline: Pipeline) -> QWidget:
        dialog = FirstStart(Path("desk.sqlite3"), _never, _never, parent=window)
        if page == "recovery":
            dialog.ui.encrypt.setChecked(True)
            dialog.ui.sample.click()
        elif page == "working":
            dialog.working.begin("[!!! !!!]")
            dialog.ui.pages.setCurrentWidget(dialog.working)
        dialog.show()
        return dialog

    return show


def _problem(window: MainWindow, _pipeline: Pipeline) -> QWidget:
    dialog = ProblemDialog("Traceback: 1 / 0", window)
    dialog.show()
    return dialog


def _unlock(window: MainWindow, _pipeline: Pipeline) -> QWidget:
    dialog = Unlock(Path("desk.sqlite3"), window)
    dialog.show()
    return dialog


def _list_act(key: str) -> Show:
    """What opens over the list of opportunities."""

    def show(window: MainWindow, _pipeline: Pipeline) -> QWidget:
        getattr(window.view.listing.looks, key)()
        return window

    return show


def _in_grid(key: Qt.Key) -> Show:
    """What opens over a grid by a key with Ctrl."""

    def show(window: MainWindow, _pipeline: Pipeline) -> QWidget:
        window.view.listing.view.setFocus()
        QTest.keyClick(window.view.listing.view, key, Qt.KeyboardModifier.ControlModifier)
        return window

    return show


def _board(window: MainWindow, _pipeline: Pipeline) -> QWidget:
    window.view.listing.looks.change(form="board")
    return window


def _grouped(window: MainWindow, _pipeline: Pipeline) -> QWidget:
    window.view.listing.looks.change(group=("stage",))
    return window


def _condition(window: MainWindow, _pipeline: Pipeline) -> QWidget:
    window.view.listing.looks.filter_by(Condition("status", "is", "open"))
    return window


def _editor(entity: str, short: str, field: str) -> Show:
    """A field of a record while it is edited."""

    def show(window: MainWindow, pipeline: Pipeline) -> QWidget:
        window.view.turn(entity, getattr(pipeline, short))
        settle(window)
        for cell in window.findChildren(QWidget, field):
            if cell.isVisible():
                cell.setFocus()
                QTest.keyClick(cell, Qt.Key.Key_F2)
                return window
        raise LookupError(f"the form has no field {field}")

    return show


SCREENS: tuple[Screen, ...] = (
    Screen("opportunities", _list("opportunity")),
    Screen("contacts", _list("contact")),
    Screen("empty list", _list("campaign")),
    Screen("opportunity", _record("opportunity", "retrofit")),
    Screen("company", _record("company", "haitai")),
    Screen("contact", _record("contact", "liwei")),
    Screen("task", _record("task", "call")),
    Screen("search", _search),
    Screen("menu", _menu),
    Screen("new", _add_menu),
    Screen("shortcuts", _by_key("F1")),
    Screen("filter", _by_key("Ctrl+Shift+L")),
    Screen("quick add", _by_key("Ctrl+Shift+N")),
    Screen("history", _by_key("Ctrl+Shift+H", record=True)),
    Screen("trash", _by_key("Ctrl+Shift+T")),
    Screen("undo list", _by_key("Ctrl+Alt+Z")),
    Screen("board", _board),
    Screen("groups", _grouped),
    Screen("conditions", _condition),
    Screen("sort", _list_act("open_sort")),
    Screen("group by", _list_act("open_groups")),
    Screen("columns", _list_act("open_columns")),
    Screen("new field", _list_act("open_new_field")),
    Screen("colours", _list_act("open_colours")),
    Screen("views", _list_act("open_views")),
    Screen("find in cells", _in_grid(Qt.Key.Key_F)),
    Screen("replace in cells", _in_grid(Qt.Key.Key_H)),
    Screen("picking a choice", _editor("opportunity", "retrofit", "forecast_category")),
    Screen("picking a record", _editor("opportunity", "retrofit", "company")),
    Screen("picking a day", _editor("opportunity", "retrofit", "close_date")),
    Screen("first start", _first_start("choose")),
    Screen("first start, passphrase", _first_start("recovery")),
    Screen("first start, working", _first_start("working")),
    Screen("passphrase", _unlock),
    Screen("problem", _problem),
)


def close_all() -> None:
    """Put away what a screen has opened besides the window."""
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible() and not isinstance(widget, MainWindow):
            widget.close()
    QApplication.processEvents()
