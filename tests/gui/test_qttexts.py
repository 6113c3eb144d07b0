"""The texts that Qt brings itself speak the language of the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLineEdit
from pytestqt.qtbot import QtBot

from crmdesk.gui import qttexts


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    yield
    qttexts.install("en")


def button(box: QDialogButtonBox, which: QDialogButtonBox.StandardButton) -> str:
    return box.button(which).text()


def test_dialog_buttons_change_while_they_are_shown(qtbot: QtBot) -> None:
    ok, cancel = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel
    box = QDialogButtonBox(ok | cancel)
    qtbot.addWidget(box)
    box.show()
    for _again in range(2):
        qttexts.install("zh")
        QApplication.processEvents()
        assert (button(box, ok), button(box, cancel)) == ("确定", "取消")
    qttexts.install("en")
    QApplication.processEvents()
    assert (button(box, ok), button(box, cancel)) == ("OK", "Cancel")


def test_the_menu_of_a_line_is_chinese(qtbot: QtBot) -> None:
    qttexts.install("zh")
    line = QLineEdit("公司")
    qtbot.addWidget(line)
    menu = line.createStandardContextMenu()
    qtbot.addWidget(menu)
    assert any(action.text().startswith("复制") for action in menu.actions())


def test_without_the_catalogue_it_stays_english_and_says_so(
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: Callable[..., None],
) -> None:
    monkeypatch.setattr(QLibraryInfo, "path", lambda _which: "")
    expect_log("qtbase_zh_CN was not found")
    qttexts.install("zh")
    assert qapp.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_one_translator_is_kept(qapp: QApplication, qtbot: QtBot) -> None:
    for language in ("zh", "zh", "en", "zh"):
        qttexts.install(language)
    qtbot.waitUntil(lambda: len(qapp.findChildren(QTranslator, "crmdesk.qttexts")) == 1)
