"""Every screen of the program, each by one line: for the tests of names, texts and keys.

A screen brings the shown main window, on the small store, to where it is to be looked at, and
gives the widget that is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.first_start import FirstStart
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.problems import ProblemDialog
from crmdesk.gui.unlock import Unlock
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


def act(window: MainWindow, words: str) -> None:
    """Do what the menu of the window calls that in English."""
    for action in window.findChildren(QAction):
        if action.parent() is window and action.text() == words:
            action.trigger()
            return
    raise LookupError(f"the window has no act {words!r}")


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
