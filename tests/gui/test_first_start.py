"""The first start: sample data, files, or an empty store, each on a real new store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from crmdesk.gui import long_work
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.first_start import FirstStart
from crmdesk.gui.long_work import ImportSummary
from crmdesk.ops.opening import open_workspace
from crmdesk.schema.query import Query

LEFT = Qt.MouseButton.LeftButton


def make(path: Path) -> Bridge:
    return Bridge(open_workspace(path, create=True), language="en", poll_ms=0)


def count(bridge: Bridge, entity: str) -> int:
    workspace = bridge.workspace
    with workspace.reader() as conn:
        return workspace.select.count(conn, Query(entity), workspace.query_context())


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> Iterator[FirstStart]:
    made = FirstStart(tmp_path / "new" / "desk.sqlite3", make)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    if made.bridge is not None:
        made.bridge.close()


def test_nothing_is_made_before_a_choice(dialog: FirstStart) -> None:
    dialog.reject()
    assert dialog.bridge is None
    assert not dialog.path.exists()


def test_start_empty(dialog: FirstStart) -> None:
    QTest.mouseClick(dialog.ui.startEmpty, LEFT)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.bridge is not None
    assert count(dialog.bridge, "company") == 0


def test_the_sample_is_made_with_progress(
    dialog: FirstStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_work, "SAMPLE_CONTACTS", 20)
    QTest.mouseClick(dialog.ui.sample, LEFT)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.bridge is not None
    assert count(dialog.bridge, "contact") == 20


def test_files_are_brought_in_and_told_of(
    dialog: FirstStart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "companies.csv"
    file.write_text("Company name,City\nKestrel Pumps,Hull\n宁波海泰机械,宁波\n", encoding="utf-8")
    # The platform's file dialog is not ours to test.
    monkeypatch.setattr(long_work, "choose_files", lambda _parent: [file])
    told: list[str] = []

    def close_summary() -> None:
        found = [one for one in QApplication.topLevelWidgets() if isinstance(one, ImportSummary)]
        if found and found[0].isVisible():
            told.append(found[0].counts.text())
            found[0].accept()
        else:
            QTimer.singleShot(20, close_summary)

    QTimer.singleShot(20, close_summary)
    QTest.mouseClick(dialog.ui.bringIn, LEFT)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.bridge is not None
    assert count(dialog.bridge, "company") == 2
    assert "Companies: 2 new" in told[0]


def test_a_folder_that_cannot_be_made_is_told_in_place(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    dialog = FirstStart(tmp_path / "taken" / "desk.sqlite3", make)
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.mouseClick(dialog.ui.startEmpty, LEFT)
    assert dialog.bridge is None
    assert dialog.ui.message.text()
    assert dialog.isVisible()
