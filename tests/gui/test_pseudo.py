"""Every text of every screen goes through gettext, and has room for twice its English width."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from crmdesk.gui.bridge import Bridge
from crmdesk.gui.main_window import MainWindow
from crmdesk.i18n import _
from crmdesk.ops.workspace import Workspace
from tests.gui.access_tree import walk
from tests.gui.conftest import Pipeline
from tests.gui.pseudo import BEGIN, QtTexts, pseudo, spoken, unmarked
from tests.gui.screens import SCREENS, Screen, close_all, settle

_ALWAYS = (
    # Keys, and names that are the same in every language.
    r"\b(?:Ctrl|Shift|Alt|Esc|Enter|Return|Tab|Space|Home|End|Left|Right|Up|Down|PgUp|PgDown|Del"
    r"|Delete|Backspace|Ins|Insert|CRMDesk|English|Python|PySide|Traceback)\b|中文",
    # Dates, as the locale writes them.
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b",
    r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b",
    r"\b(?:AM|PM|UTC|CNY|USD)\b|CN¥",
    # Files.
    r"(?:/[\w.-]+)*/?[\w-]+\.(?:crm|sqlite3)\b",
)  # fmt: skip


@pytest.fixture
def data(workspace: Workspace) -> re.Pattern[str]:
    """What the records say, which is not ours to translate."""
    found: set[str] = set()
    with workspace.reader() as conn:
        for name, entity in workspace.registry.entities.items():
            columns = [
                column.name
                for field in entity.all_fields
                if field.kind not in {"reference", "anyref"}
                for column in field.type.columns(field.name)
                if column.sqltype == "TEXT"
            ]
            listed = ", ".join(f'"{column}"' for column in columns)
            for row in conn.exec_driver_sql(f'SELECT {listed} FROM "{name}"'):
                found |= {line for cell in row if cell for line in str(cell).split("\n")}
        # What a step was called when it was done stays.
        found |= set(conn.exec_driver_sql("SELECT label FROM undo_step").scalars())
    words = sorted((one for one in found if len(one) > 1), key=len, reverse=True)
    # Lists in JSON, as the roles of a link are kept, name keys that are never shown.
    return re.compile("|".join([*map(re.escape, words), *_ALWAYS]))


@pytest.fixture
def window(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[MainWindow]:
    """The main window, made and shown in the language of tests."""
    texts = QtTexts()
    with spoken(monkeypatch):
        QApplication.installTranslator(texts)
        try:
            yield from shown(bridge, request)
        finally:
            close_all()
            QApplication.removeTranslator(texts)


def shown(bridge: Bridge, request: pytest.FixtureRequest) -> Iterator[MainWindow]:
    qtbot: QtBot = request.getfixturevalue("qtbot")
    made = MainWindow(bridge, request.getfixturevalue("settings"))
    made.resize(1440, 900)
    with qtbot.waitSignal(made.ready):
        made.show()
    qtbot.waitUntil(lambda: bool(made.cube.stand.record))
    yield made
    made.close()
    made.deleteLater()


def texts_of(widget: QWidget) -> Iterator[tuple[str, str]]:
    """What a widget says, and as what it says it."""
    yield "name", widget.accessibleName()
    yield "description", widget.accessibleDescription()
    yield "tip", widget.toolTip()
    if isinstance(widget, QLineEdit):
        yield "hint", widget.placeholderText()
    elif isinstance(widget, (QLabel, QAbstractButton)):
        yield "text", widget.text()
    elif isinstance(widget, QComboBox):
        yield from (("choice", widget.itemText(number)) for number in range(widget.count()))
    elif isinstance(widget, QMenu):
        yield from (("action", action.text()) for action in widget.actions())
    if widget.isWindow():
        yield "title", widget.windowTitle()


def untranslated(root: QWidget, data: re.Pattern[str]) -> list[str]:
    """The texts below a widget that never went through gettext."""
    found = {
        f"{node.way}: {node.name}" for node in walk(root) if unmarked(node.name, data)
    }  # fmt: skip
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        for kind, text in texts_of(widget):
            # What is shortened has lost the mark at its end.
            if text and not (text.startswith(BEGIN) and "…" in text) and unmarked(text, data):
                found.add(f"{kind} of {type(widget).__name__} {widget.objectName()}: {text}")
    return sorted(found)


def needed(widget: QWidget) -> QSize | None:
    """The room that a widget's text needs; None where there is no text or it wraps and grows."""
    if isinstance(widget, QLabel):
        if not widget.text() or widget.pixmap().size().width() > 0:
            return None
        if widget.wordWrap():
            return QSize(widget.width(), widget.heightForWidth(widget.width()))
        return widget.sizeHint()
    if isinstance(widget, QToolButton):
        iconic = widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
        bare = widget.icon().isNull()
        if not widget.text() or (iconic and not bare):
            return None
        wide = widget.fontMetrics().horizontalAdvance(widget.text())
        return QSize(wide + (0 if bare else widget.iconSize().width() + 4), 0)
    if isinstance(widget, QAbstractButton) and widget.text():
        return QSize(widget.sizeHint().width(), 0)
    if isinstance(widget, QLineEdit) and not widget.text() and widget.placeholderText():
        wide = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
        return QSize(wide + 24, 0)
    return None


def truncated(root: QWidget) -> list[str]:
    """The texts below a widget whose end is not seen and that no tip tells whole."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisible() or not widget.width():
            continue
        room = needed(widget)
        if room is None or (
            room.width() <= widget.width() + 1 and room.height() <= widget.height() + 2
        ):
            continue
        said = next((text for kind, text in texts_of(widget) if kind in {"text", "hint"}), "")
        # A tip says what is cut off.
        if said and said in widget.toolTip():
            continue
        found.append(
            f"{type(widget).__name__} {widget.objectName()} has {widget.width()} × "
            f"{widget.height()}, needs {room.width()} × {room.height()}: {said}"
        )
    return found


def test_the_language_of_tests() -> None:
    assert pseudo("Save {count} of <b>all</b>").startswith("[!!! Šàvé {count} öf <b>àĺĺ</b>")
    text = pseudo("Undo “{step}”")
    assert len(text) >= 2 * len("Undo “”")
    none = re.compile(r"(?!)")
    assert unmarked(text.format(step="x"), none) == ""
    assert unmarked(text.format(step=pseudo("Delete")), none) == ""
    assert unmarked("Plain words", none) == "Plain words"
    assert unmarked("Kestrel Pumps", re.compile("Kestrel Pumps")) == ""
    assert unmarked("12 %", none) == ""


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_every_text_is_translated_and_seen_whole(
    window: MainWindow, pipeline: Pipeline, data: re.Pattern[str], screen: Screen
) -> None:
    root = screen.show(window, pipeline)
    settle(window)
    assert untranslated(root, data) == []
    assert truncated(root) == []


def test_what_passes_gettext_by_or_has_no_room_is_found(qtbot: QtBot) -> None:
    none = re.compile(r"(?!)")
    root = QWidget()
    qtbot.addWidget(root)
    label = QLabel("Never translated", root)
    label.setFixedWidth(20)
    root.show()
    assert untranslated(root, none)
    assert truncated(root)
    label.setText(_("Save"))
    label.setToolTip(label.text())
    assert truncated(root) == []
