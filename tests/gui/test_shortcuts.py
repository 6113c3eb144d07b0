"""The page of shortcuts: what it lists, how it is looked up in, and that it blocks nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.shortcut_sheet import Lines, ShortcutsSheet, caps


@pytest.fixture
def sheet(window: MainWindow) -> ShortcutsSheet:
    QTest.keyClick(window, Qt.Key.Key_F1)
    page = window.shortcuts.sheet
    assert page is not None
    assert page.isVisible()
    return page


def shown(lines: Lines) -> dict[str, tuple[str, ...]]:
    rows = (lines.line(row) for row in range(lines.rowCount()))
    return {line.words: line.keys for line in rows if not line.heading}


def headings(lines: Lines) -> list[str]:
    rows = (lines.line(row) for row in range(lines.rowCount()))
    return [line.words for line in rows if line.heading]


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("F1", ["F1"]),
        ("Ctrl+Shift+K", ["Ctrl", "Shift", "K"]),
        ("Ctrl++", ["Ctrl", "+"]),
        ("+", ["+"]),
        ("Ctrl+-", ["Ctrl", "-"]),
    ],
)
def test_a_key_in_caps(key: str, parts: list[str]) -> None:
    assert caps(key) == parts


def test_every_key_of_the_window_is_listed(window: MainWindow, sheet: ShortcutsSheet) -> None:
    told = {key for keys in shown(sheet.lines).values() for key in keys}
    native = QKeySequence.SequenceFormat.NativeText
    real = {
        key.toString(native)
        for action in window.findChildren(QAction)
        if action.parent() is window
        for key in action.shortcuts()
    }
    real |= {one.key().toString(native) for one in window.findChildren(QShortcut)
             if one.parent() is window}  # fmt: skip
    assert real
    assert real <= told


def test_it_is_looked_up_by_word_and_by_key(sheet: ShortcutsSheet) -> None:
    assert sheet.seek.hasFocus()
    whole = len(shown(sheet.lines))
    QTest.keyClicks(sheet.seek, "record next")
    assert list(shown(sheet.lines)) == ["Next record"]
    assert len(headings(sheet.lines)) == 1
    sheet.seek.clear()
    QTest.keyClicks(sheet.seek, "ctrl+k")
    assert "Search" in shown(sheet.lines)
    QTest.keyClicks(sheet.seek, "no such")
    assert shown(sheet.lines) == {}
    assert sheet.nothing.isVisible()
    sheet.seek.clear()
    assert len(shown(sheet.lines)) == whole


def test_arrows_walk_the_list_from_the_line(sheet: ShortcutsSheet) -> None:
    QTest.keyClick(sheet.seek, Qt.Key.Key_Down)
    first = sheet.list.currentIndex().row()
    QTest.keyClick(sheet.seek, Qt.Key.Key_Down)
    assert sheet.list.currentIndex().row() > first
    assert sheet.seek.hasFocus()


def test_it_goes_by_its_key_by_esc_and_by_a_click_beside(
    window: MainWindow, sheet: ShortcutsSheet
) -> None:
    QTest.keyClick(sheet.seek, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert sheet.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert not sheet.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F1)
    QTest.mouseClick(window.ui.trail, Qt.MouseButton.LeftButton)
    assert not sheet.isVisible()


def test_it_speaks_the_language_of_the_window(window: MainWindow, sheet: ShortcutsSheet) -> None:
    english = set(shown(sheet.lines))
    window.set_language("zh")
    QApplication.processEvents()
    assert sheet.title.text() == "键盘快捷键"
    assert "下一条记录" in shown(sheet.lines)
    window.set_language("en")
    QApplication.processEvents()
    assert set(shown(sheet.lines)) == english
