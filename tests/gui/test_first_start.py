"""The first start: sample data, files, or an empty store, each on a real new store."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from crmdesk import i18n
from crmdesk.errors import KnownError
from crmdesk.features.samples import sample
from crmdesk.gui import first_start, long_work, qttexts
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.first_start import FirstStart
from crmdesk.gui.long_work import ImportSummary, LongWork
from crmdesk.gui.unlock import Unlock, key_of
from crmdesk.jobs import Cancelled, Job
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.query import Query
from crmdesk.settings import LANGUAGE, Settings
from crmdesk.store import place
from crmdesk.store.failures import WrongKey
from crmdesk.store.keyfile import KeyFile

LEFT = Qt.MouseButton.LeftButton


def join(workspace: Workspace) -> Bridge:
    return Bridge(workspace, language="en", poll_ms=0)


def reopen(path: Path) -> Bridge:
    return join(open_workspace(path, key=key_of(path)))


def count(bridge: Bridge, entity: str) -> int:
    workspace = bridge.workspace
    with workspace.reader() as conn:
        return workspace.select.count(conn, Query(entity), workspace.query_context())


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    yield
    i18n.set_language("en")
    qttexts.install("en")


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path, settings: Settings) -> Iterator[FirstStart]:
    made = FirstStart(tmp_path / "new" / "desk.sqlite3", join, reopen, settings)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    if made.bridge is not None:
        made.bridge.close()


def begun(qtbot: QtBot, dialog: FirstStart) -> Bridge:
    """The open store, once the dialog is through."""
    qtbot.waitUntil(lambda: dialog.result() == QDialog.DialogCode.Accepted, timeout=30_000)
    assert dialog.bridge is not None
    return dialog.bridge


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A sample that is written and then waits, as a large one does, until it may go on."""
    go = threading.Event()

    def made(workspace: Workspace, **given: object) -> sample.Sample:
        result = sample_of(workspace, **given)
        go.wait(20)
        return result

    sample_of: Callable[..., sample.Sample] = sample.make_sample
    monkeypatch.setattr(long_work, "SAMPLE_CONTACTS", 5)
    monkeypatch.setattr(sample, "make_sample", made)
    yield go
    go.set()


def left_in(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.rglob("*") if one.suffix != ".json")


def test_nothing_is_made_before_a_choice(dialog: FirstStart) -> None:
    dialog.reject()
    assert dialog.bridge is None
    assert not dialog.path.exists()


def test_start_empty(qtbot: QtBot, dialog: FirstStart) -> None:
    QTest.mouseClick(dialog.ui.startEmpty, LEFT)
    assert count(begun(qtbot, dialog), "company") == 0
    assert not place.read_header(dialog.path).encrypted


def test_the_sample_is_made_with_progress(
    qtbot: QtBot, dialog: FirstStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_work, "SAMPLE_CONTACTS", 20)
    told: list[tuple[int, int]] = []
    dialog._progressed.connect(lambda done, total, _text: told.append((done, total)))
    QTest.mouseClick(dialog.ui.sample, LEFT)
    assert dialog.ui.pages.currentWidget() is dialog.working
    assert count(begun(qtbot, dialog), "contact") == 20
    assert told
    assert told[-1][0] == told[-1][1]


def test_return_chooses_the_card_that_has_the_focus(qtbot: QtBot, dialog: FirstStart) -> None:
    dialog.ui.startEmpty.setFocus()
    QTest.keyClick(dialog.ui.startEmpty, Qt.Key.Key_Return)
    assert count(begun(qtbot, dialog), "company") == 0


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_cancelled_sample_leaves_nothing_behind(
    qtbot: QtBot, dialog: FirstStart, held: threading.Event, tmp_path: Path, encrypted: bool
) -> None:
    dialog.ui.encrypt.setChecked(encrypted)
    QTest.mouseClick(dialog.ui.sample, LEFT)
    if encrypted:
        QTest.mouseClick(dialog.recovery.have, LEFT, pos=dialog.recovery.have.rect().center())
        dialog.recovery.have.setChecked(True)
        QTest.mouseClick(dialog.recovery.go_on, LEFT)
    qtbot.waitUntil(dialog.path.exists, timeout=20_000)
    QTest.mouseClick(dialog.working.cancel, LEFT)
    assert not dialog.working.cancel.isEnabled()
    held.set()
    qtbot.waitUntil(lambda: dialog.ui.pages.currentWidget() is dialog.ui.choose, timeout=20_000)
    assert dialog.bridge is None
    assert left_in(tmp_path) == []
    assert not KeyFile.path_of(dialog.path).exists()
    # One can begin in another way.
    dialog.ui.encrypt.setChecked(False)
    QTest.mouseClick(dialog.ui.startEmpty, LEFT)
    assert count(begun(qtbot, dialog), "contact") == 0


def test_closing_while_it_works_takes_back_and_closes(
    qtbot: QtBot, dialog: FirstStart, held: threading.Event, tmp_path: Path
) -> None:
    QTest.mouseClick(dialog.ui.sample, LEFT)
    qtbot.waitUntil(dialog.path.exists, timeout=20_000)
    dialog.close()
    assert dialog.isVisible()
    held.set()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=20_000)
    assert dialog.result() == QDialog.DialogCode.Rejected
    assert left_in(tmp_path) == []


def test_files_are_brought_in_and_told_of(
    qtbot: QtBot, dialog: FirstStart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    assert count(begun(qtbot, dialog), "company") == 2
    assert "Companies: 2 new" in told[0]


def test_files_that_cannot_be_read_leave_no_store(
    qtbot: QtBot, dialog: FirstStart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_work, "choose_files", lambda _parent: [tmp_path / "gone.csv"])
    QTest.mouseClick(dialog.ui.bringIn, LEFT)
    qtbot.waitUntil(lambda: bool(dialog.ui.message.text()), timeout=20_000)
    assert "gone.csv" in dialog.ui.message.text()
    assert dialog.isVisible()
    assert left_in(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_told_in_place(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    dialog = FirstStart(tmp_path / "taken" / "desk.sqlite3", join, reopen)
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.mouseClick(dialog.ui.startEmpty, LEFT)
    qtbot.waitUntil(lambda: bool(dialog.ui.message.text()), timeout=20_000)
    assert dialog.bridge is None
    assert dialog.isVisible()
    assert (tmp_path / "taken").read_text() == "a file, not a folder"


def test_a_file_that_is_there_is_left_alone(qtbot: QtBot, dialog: FirstStart) -> None:
    dialog.path.parent.mkdir()
    dialog.path.write_bytes(b"somebody's own")
    QTest.mouseClick(dialog.ui.startEmpty, LEFT)
    qtbot.waitUntil(lambda: bool(dialog.ui.message.text()), timeout=20_000)
    assert dialog.path.name in dialog.ui.message.text()
    assert dialog.path.read_bytes() == b"somebody's own"


def test_the_passphrase_is_shown_once_and_opens_the_store(
    qtbot: QtBot, dialog: FirstStart, tmp_path: Path
) -> None:
    QTest.keyClick(dialog.ui.encrypt, Qt.Key.Key_Space)
    QTest.mouseClick(dialog.ui.startEmpty, LEFT)
    page = dialog.recovery
    assert dialog.ui.pages.currentWidget() is page
    assert not dialog.path.exists()
    passphrase = page.passphrase.text()
    assert len(passphrase) == 29
    assert not page.go_on.isEnabled()
    QTest.mouseClick(page.copy, LEFT)
    assert QGuiApplication.clipboard().text() == passphrase
    page.save_as(tmp_path / "paper.txt")
    assert passphrase in (tmp_path / "paper.txt").read_text(encoding="utf-8")
    QTest.keyClick(page.have, Qt.Key.Key_Space)
    QTest.mouseClick(page.go_on, LEFT)
    bridge = begun(qtbot, dialog)
    assert page.passphrase.text() == ""
    assert place.read_header(dialog.path).encrypted
    bridge.close()
    # The tests' keyring takes nothing, so that the passphrase is asked for.
    Asked(passphrase)
    again = reopen(dialog.path)
    assert count(again, "company") == 0
    again.close()


def test_another_choice_gets_another_passphrase(dialog: FirstStart) -> None:
    dialog.ui.encrypt.setChecked(True)
    QTest.mouseClick(dialog.ui.sample, LEFT)
    first = dialog.recovery.passphrase.text()
    QTest.mouseClick(dialog.recovery.back, LEFT)
    assert dialog.ui.pages.currentWidget() is dialog.ui.choose
    QTest.mouseClick(dialog.ui.sample, LEFT)
    assert dialog.recovery.passphrase.text() not in {first, ""}
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.recovery.passphrase.text() == ""
    assert not dialog.path.exists()


class Asked:
    """Answers the question for a passphrase as soon as it is shown; wrongly first."""

    def __init__(self, passphrase: str | None) -> None:
        self.passphrase = passphrase
        QTimer.singleShot(10, partial(Asked._answer, self))

    def _answer(self) -> None:
        shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, Unlock)]
        if not shown or not shown[0].isVisible():
            QTimer.singleShot(10, partial(Asked._answer, self))
            return
        (asked,) = shown
        if self.passphrase is None:
            asked.reject()
            return
        QTest.keyClicks(asked.passphrase, "wrong passphrase")
        QTest.keyClick(asked.passphrase, Qt.Key.Key_Return)
        assert asked.isVisible()
        assert asked.message.text()
        asked.passphrase.clear()
        QTest.keyClicks(asked.passphrase, self.passphrase)
        QTest.keyClick(asked.passphrase, Qt.Key.Key_Return)


def test_a_store_that_one_has_is_opened(qtbot: QtBot, dialog: FirstStart, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    open_workspace(other, create=True).close()
    dialog.open_store(other)
    assert begun(qtbot, dialog).workspace.path == other
    assert not dialog.path.exists()


def test_a_file_that_is_no_store_is_refused_in_place(dialog: FirstStart, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir or Madam, this is no store at all." * 40)
    dialog.open_store(tmp_path / "letter.txt")
    assert dialog.ui.message.isVisible()
    assert dialog.isVisible()


def test_without_the_passphrase_nothing_is_opened(qtbot: QtBot, dialog: FirstStart) -> None:
    dialog.ui.encrypt.setChecked(True)
    QTest.mouseClick(dialog.ui.startEmpty, LEFT)
    dialog.recovery.have.setChecked(True)
    QTest.mouseClick(dialog.recovery.go_on, LEFT)
    begun(qtbot, dialog).close()
    Asked(None)
    with pytest.raises(Cancelled):
        key_of(dialog.path)
    KeyFile.path_of(dialog.path).unlink()
    with pytest.raises(WrongKey):
        key_of(dialog.path)


def test_the_language_is_chosen_and_kept(dialog: FirstStart, settings: Settings) -> None:
    QTest.mouseClick(dialog.ui.chinese, LEFT)
    assert dialog.ui.startEmpty.accessibleName() == "从空白开始"
    assert dialog.recovery.go_on.text() != "Go on"
    assert settings.get(LANGUAGE) == "zh"
    assert dialog.ui.file.text() == str(dialog.path)
    QTest.mouseClick(dialog.ui.english, LEFT)
    assert dialog.ui.startEmpty.accessibleName() == "Start empty"


def test_asking_gives_the_open_store_or_none(qapp: QApplication, tmp_path: Path) -> None:
    def at_the_dialog(act: Callable[[FirstStart], object]) -> None:
        shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, FirstStart)]
        if shown and shown[0].isVisible():
            act(shown[0])
        else:
            QTimer.singleShot(10, lambda: at_the_dialog(act))

    path = tmp_path / "desk.sqlite3"
    QTimer.singleShot(0, lambda: at_the_dialog(lambda one: one.reject()))
    assert first_start.ask(path, join, reopen) is None
    QTest.qWait(0)
    QTimer.singleShot(0, lambda: at_the_dialog(lambda one: one.ui.startEmpty.click()))
    bridge = first_start.ask(path, join, reopen)
    assert bridge is not None
    bridge.close()


def long_work_of(bridge: Bridge, do: Callable[[Job[object]], object]) -> LongWork:
    made = LongWork(bridge, "Work", do)
    made.show()
    return made


def test_long_work_that_is_through_before_its_cancel_counts(qtbot: QtBot, bridge: Bridge) -> None:
    going, go = threading.Event(), threading.Event()

    def do(_job: Job[object]) -> object:
        going.set()
        go.wait(20)
        return "done"

    work = long_work_of(bridge, do)
    qtbot.addWidget(work)
    assert going.wait(20)
    work.reject()
    assert work.isVisible()
    go.set()
    qtbot.waitUntil(lambda: not work.isVisible())
    assert (work.result(), work.result_of) == (QDialog.DialogCode.Accepted, "done")


def test_long_work_that_heeds_its_cancel_is_rejected(qtbot: QtBot, bridge: Bridge) -> None:
    go = threading.Event()

    def do(job: Job[object]) -> object:
        go.wait(20)
        job.check()
        return "done"

    work = long_work_of(bridge, do)
    qtbot.addWidget(work)
    QTest.keyClick(work, Qt.Key.Key_Escape)
    go.set()
    qtbot.waitUntil(lambda: not work.isVisible())
    assert (work.result(), work.result_of) == (QDialog.DialogCode.Rejected, None)


def test_long_work_tells_the_trouble_of_the_user(
    qtbot: QtBot, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def tell(_parent: QWidget | None, error: KnownError) -> None:
        told.append(error.message)

    monkeypatch.setattr(long_work, "tell", tell)

    def do(_job: Job[object]) -> object:
        raise KnownError("The disk is full.")

    work = long_work_of(bridge, do)
    qtbot.addWidget(work)
    qtbot.waitUntil(lambda: not work.isVisible())
    assert told == ["The disk is full."]
