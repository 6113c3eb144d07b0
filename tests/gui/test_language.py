"""The window's texts follow the language that is set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QWidget,
)
from pytestqt.qtbot import QtBot

from crmdesk.gui.actions import LANGUAGES
from crmdesk.gui.forms.first_start import Ui_FirstStart
from crmdesk.gui.forms.main_window import Ui_MainWindow
from crmdesk.gui.forms.problem_report import Ui_ProblemReport
from crmdesk.gui.main_window import MainWindow
from crmdesk.i18n import set_language
from tests.architecture.test_setup import load


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    set_language("en")


@pytest.mark.parametrize(
    ("form", "widget", "name", "said"),
    [
        (Ui_MainWindow, QMainWindow, "add", ("New", "新建")),
        (Ui_FirstStart, QDialog, "startEmpty", ("Start empty", "从空白开始")),
        (Ui_ProblemReport, QDialog, "copy", ("Copy report", "复制报告")),
    ],
)
def test_a_form_says_its_texts_anew(
    qtbot: QtBot, form: type, widget: type[QWidget], name: str, said: tuple[str, str]
) -> None:
    shown, ui = widget(), form()
    qtbot.addWidget(shown)
    ui.setupUi(shown)
    for language, text in zip(("en", "zh", "en"), (*said, said[0]), strict=True):
        set_language(language)
        ui.retranslateUi(shown)
        button = getattr(ui, name)
        assert text in (button.text(), button.accessibleName())


def texts(window: QWidget) -> set[str]:
    """What the window says: labels, buttons, actions, tips, hints and accessible names.

    What is hidden does not count; it gets its texts when it is shown.
    """
    said = {window.windowTitle()}
    shown = [widget for widget in window.findChildren(QWidget) if widget.isVisibleTo(window)]
    for widget in [window, *shown]:
        said |= {widget.toolTip(), widget.accessibleName()}
        if isinstance(widget, (QLabel, QAbstractButton)):
            said.add(widget.text())
        if isinstance(widget, QLineEdit):
            said.add(widget.placeholderText())
    for action in window.findChildren(QAction):
        said |= {action.text(), action.toolTip()}
    return said - {""}


def test_the_whole_window_changes_its_language(window: MainWindow) -> None:
    script = load("build_messages")
    book = script.translated("zh")
    # Translations that tell the languages apart and stand alone, without a value put in.
    chinese = {
        message.id: message.string
        for message in book.values()
        if isinstance(message.id, str) and "{" not in message.id and message.id != message.string
    }
    # The languages are called what their speakers call them, whatever is spoken now.
    for _key, name in LANGUAGES:
        chinese.pop(name, None)
    english = texts(window) & set(chinese)
    assert {"Menu", "Back", "New"} <= english
    window.set_language("zh")
    QApplication.processEvents()
    now = texts(window)
    assert {chinese[text] for text in english} <= now
    assert not now & set(chinese), "these stayed English"
    window.set_language("en")
    QApplication.processEvents()
    assert english <= texts(window)


def test_days_get_the_room_that_they_take_in_a_language(window: MainWindow) -> None:
    view = window.view.listing.view
    column = next(n for n, one in enumerate(view.grid.columns) if one.kind == "date")
    before = view.columnWidth(column)
    window.set_language("zh")
    QApplication.processEvents()
    assert view.columnWidth(column) > before
    window.set_language("en")
    QApplication.processEvents()
    assert view.columnWidth(column) == before
