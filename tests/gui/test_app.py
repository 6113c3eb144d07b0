"""The start: a smoke run in a process of its own, and one window for one store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui.door import Door


def test_a_second_start_knocks_at_the_window_of_the_same_store(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    first, second = Door(tmp_path / "a.crm"), Door(tmp_path / "a.crm")
    other = Door(tmp_path / "b.crm")
    assert not second.knock()
    first.listen()
    try:
        with qtbot.waitSignal(first.knocked):
            assert second.knock()
        assert not other.knock()
    finally:
        first.close()
    assert not second.knock()


def test_the_window_opens_paints_and_ends(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "crmdesk", "--smoke"],
        env={**os.environ, "CRMDESK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert "Traceback" not in done.stderr
    assert not list(home.rglob("*.sqlite3"))


def test_a_file_that_is_no_store_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, this is no store. " * 40)
    done = subprocess.run(
        [sys.executable, "-m", "crmdesk", "--store", str(file)],
        env={**os.environ, "CRMDESK_HOME": str(tmp_path / "home"), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("crmdesk: ")
    assert len(done.stderr.splitlines()) == 1
    assert file.read_text().startswith("Dear Sir")
