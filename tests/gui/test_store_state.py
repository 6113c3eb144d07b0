"""What the status line says of the store and its backups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.shell.store_state import said
from crmdesk.store.backup import copies_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_backup_is_made_beside_the_work_and_told(window: MainWindow, qtbot: QtBot) -> None:
    path = window.bridge.workspace.path
    qtbot.waitUntil(lambda: window.ui.storeState.text() == "Offline store · no backup yet")
    assert window.ui.storeState.toolTip() == str(path)
    assert "Back up now" in [one.title for one in window.acts.commands()]
    window.store_state._act.trigger()
    qtbot.waitUntil(
        lambda: window.ui.storeState.text() == "Offline store · backed up just now", timeout=20_000
    )
    (copy,) = copies_of(path)
    assert window.ui.saved.text() == f"Backup made and verified: {copy.name}"
    window.acts._languages["zh"].trigger()
    assert window.ui.storeState.text() == "离线数据文件 · 刚刚已备份"
    window.acts._languages["en"].trigger()


@pytest.mark.parametrize(("ago", "words"), [
    (timedelta(minutes=59), "backup 59 min ago"), (timedelta(hours=2), "backup 2 h ago"),
    (timedelta(hours=47), "backup 47 h ago"), (timedelta(days=3), "backup 3 days ago"),
    (timedelta(minutes=-5), "backed up just now"),
    (timedelta(seconds=61), "backup 1 min ago"),
])  # fmt: skip
def test_how_long_ago_is_said_shortly(ago: timedelta, words: str) -> None:
    assert said(NOW - ago, NOW) == words
