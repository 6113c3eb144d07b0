"""Tags: added in place by typing, shown as chips, found by filter and search."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from crmdesk.features.finding.finding import find_records
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.record.field import FieldCell
from crmdesk.schema.crm.words import TAG_LIST, TAGS
from crmdesk.schema.query import Condition, Query
from tests.gui.conftest import Pipeline


def field(window: MainWindow, name: str) -> FieldCell:
    form = window.view.record_form
    assert form is not None
    found = form.field(name)
    assert found is not None
    return found


def of(window: MainWindow, entity: str, id: str) -> dict[str, Any]:
    found = window.bridge.workspace.get(entity, id)
    assert found is not None
    return found


def tag(qtbot: QtBot, window: MainWindow, company: str, word: str) -> FieldCell:
    """Tag a company with a new word, typed into its form."""
    window.view.turn("company", company)
    qtbot.waitUntil(lambda: not window.bridge.jobs.busy)
    tags = field(window, TAGS)
    tags.setFocus()
    QTest.keyClicks(tags, word[0])
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, word[1:])
    QTest.keyClick(editor, Qt.Key.Key_Return)
    # A second Enter before the new tag is there adds nothing twice.
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editor.text() == "")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tags.cell.text == word and not window.bridge.jobs.busy)
    return tags


def test_a_tag_is_added_by_typing_it_and_offered_to_other_kinds_of_records(
    qtbot: QtBot, window: MainWindow, pipeline: Pipeline
) -> None:
    workspace = window.bridge.workspace
    tag(qtbot, window, pipeline.kestrel, "VIP")
    assert [one.label_en for one in workspace.choices(TAG_LIST)] == ["VIP"]
    assert of(window, "company", pipeline.kestrel)[TAGS] == ("vip",)
    window.view.turn("contact", pipeline.jonas)
    qtbot.waitUntil(lambda: not window.bridge.jobs.busy)
    form = window.view.record_form
    assert form is not None
    assert [option.title for option in form.record.choices(TAGS)] == ["VIP"]


def test_tagged_records_are_filtered_and_found(
    qtbot: QtBot, window: MainWindow, pipeline: Pipeline
) -> None:
    workspace = window.bridge.workspace
    tag(qtbot, window, pipeline.kestrel, "VIP")
    query = Query("company", Condition(TAGS, "contains", ("vip",)))
    with workspace.reader() as conn:
        rowids = workspace.select.ids(conn, query, workspace.query_context())
        ids = list(workspace.select.record_ids(conn, "company", rowids).values())
        _scope, found = find_records(workspace, conn, "tag: vip", ["company"], window.bridge.ctx)
    assert ids == [one.id for one in found] == [pipeline.kestrel]
