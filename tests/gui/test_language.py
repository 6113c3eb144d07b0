"""The window's texts follow the language that is set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.forms.first_start import Ui_FirstStart
from crmdesk.gui.forms.main_window import Ui_MainWindow
from crmdesk.gui.forms.problem_report import Ui_ProblemReport
from crmdesk.i18n import set_language


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
