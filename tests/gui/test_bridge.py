"""The bridge: work beside the window, answers on the main thread, and what others write."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.errors import KnownError
from crmdesk.gui.bridge import Bridge
from crmdesk.ops.changes import Announcement, Create, Outcome, Update
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from tests.gui.conftest import Pipeline


def on_main() -> bool:
    app = QApplication.instance()
    return app is not None and QThread.currentThread() is app.thread()


def test_a_write_is_announced_on_the_main_thread_before_it_is_done(
    qtbot: QtBot, bridge: Bridge, pipeline: Pipeline
) -> None:
    heard: list[str] = []
    threads: list[bool] = []

    def announced(what: Announcement) -> None:
        threads.append(on_main())
        heard.append(f"announced {what.changes[0].fields[0]}")

    def done(outcome: Outcome) -> None:
        threads.append(on_main())
        heard.append(f"done {outcome.label}")

    bridge.announced.connect(announced)
    bridge.write(Update("company", pipeline.kestrel, {"city": "Leeds"}), done)
    assert heard == []
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard[0] == "announced city"
    assert heard[1].startswith("done ")
    assert threads == [True, True]
    found = bridge.workspace.get("company", pipeline.kestrel)
    assert found is not None
    assert found["city"] == "Leeds"


def test_a_command_can_be_made_on_the_writing_thread(
    qtbot: QtBot, bridge: Bridge, workspace: Workspace, pipeline: Pipeline
) -> None:
    made_on: list[bool] = []
    outcomes: list[Outcome] = []

    def make() -> Update:
        made_on.append(on_main())
        return Update("company", pipeline.kestrel, {"city": "York"})

    bridge.write(make, outcomes.append)
    qtbot.waitUntil(lambda: bool(outcomes))
    assert made_on == [False]


def test_a_read_sees_the_store_and_answers_on_the_main_thread(
    qtbot: QtBot, bridge: Bridge, pipeline: Pipeline
) -> None:
    answers: list[Any] = []
    select = bridge.workspace.select

    def ask(conn: Any, _job: object) -> tuple[bool, str]:
        row = select.by_id(conn, "company", pipeline.haitai, ("name",))
        assert row is not None
        return on_main(), row.cells[0]

    bridge.read(ask, lambda answer: answers.append((on_main(), answer)))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [(True, (False, "宁波海泰机械"))]


def test_a_cancelled_question_is_not_answered_even_when_it_was_already_read(
    qtbot: QtBot, bridge: Bridge
) -> None:
    answers: list[int] = []
    read = threading.Event()

    def ask(_conn: Any, _job: object) -> int:
        read.set()
        return 1

    cancel = bridge.read(ask, answers.append)
    assert read.wait(5)
    # The answer is on its way, or about to be: nothing has run on the main thread yet.
    time.sleep(0.05)
    cancel()
    later: list[int] = []
    bridge.read(lambda _conn, _job: 2, later.append)
    qtbot.waitUntil(lambda: later == [2])
    assert answers == []


def test_a_refusal_goes_to_failed_or_to_the_status_line(
    qtbot: QtBot, bridge: Bridge, pipeline: Pipeline
) -> None:
    errors: list[Exception] = []
    lines: list[str] = []
    bridge.failed.connect(lines.append)
    empty = Update("company", pipeline.kestrel, {"name": None})
    bridge.write(empty, None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], KnownError)
    assert lines == []
    bridge.write(empty)
    qtbot.waitUntil(lambda: bool(lines))
    assert lines == [str(errors[0])]


def test_a_bug_in_a_question_reaches_the_report(qtbot: QtBot, bridge: Bridge) -> None:
    told: list[Exception] = []

    def broken(_conn: Any, _job: object) -> int:
        raise ZeroDivisionError("a bug")

    with qtbot.captureExceptions() as caught:
        bridge.read(broken, lambda _answer: None, told.append)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError
    assert len(told) == 1


def test_undo_and_redo(qtbot: QtBot, bridge: Bridge, pipeline: Pipeline) -> None:
    def city() -> str:
        found = bridge.workspace.get("company", pipeline.kestrel)
        assert found is not None
        return str(found["city"])

    steps: list[Outcome] = []
    bridge.write(Update("company", pipeline.kestrel, {"city": "Leeds"}), steps.append)
    bridge.undo(steps.append)
    qtbot.waitUntil(lambda: len(steps) == 2)
    assert city() == "Hull"
    bridge.redo(steps.append)
    qtbot.waitUntil(lambda: len(steps) == 3)
    assert city() == "Leeds"


def test_nothing_to_redo_is_told_in_the_status_line(qtbot: QtBot, bridge: Bridge) -> None:
    with qtbot.waitSignal(bridge.failed) as told:
        bridge.redo()
    assert told.args is not None
    assert "redo" in told.args[0]


def test_what_another_program_wrote_is_announced(
    qtbot: QtBot, workspace: Workspace, pipeline: Pipeline
) -> None:
    bridge = Bridge(workspace, language="en", locale="en_US", poll_ms=20)
    other = open_workspace(workspace.path, user_name="Tom Reed", zone="UTC")
    heard: list[Announcement] = []
    bridge.announced.connect(heard.append)
    try:
        other.run(Create("company", {"name": "Westlake"}))
        qtbot.waitUntil(lambda: any(c.entity == "company" for a in heard for c in a.changes))
    finally:
        other.close()
        bridge.close()
    assert {one.origin for one in heard} == {"other"}


def test_the_language_changes_without_opening_the_store_anew(
    qtbot: QtBot, bridge: Bridge, workspace: Workspace
) -> None:
    assert bridge.picks.of_list("company_kind")[0].title == "Prospect"
    with qtbot.waitSignal(bridge.language_changed):
        bridge.set_language("zh")
    assert bridge.ctx.language == "zh"
    assert bridge.picks.of_list("company_kind")[0].title == "潜在客户"
    assert bridge.workspace is workspace


def test_the_steps_of_a_way_are_coloured_by_where_they_lie(bridge: Bridge) -> None:
    steps = bridge.picks.steps("stage")
    titles = [step.option.title for step in steps]
    assert titles[0] == "Prospecting"
    assert [step.option.title for step in steps if step.end] == ["Won", "Lost"]
    colours = {step.option.title: step.option.colour for step in steps}
    assert colours["Won"] == "#1f7a4d"
    assert colours["Lost"] == "#c9372c"
    assert colours["Prospecting"] != colours["Verbal"]
    assert [step.option.title for step in steps if step.aside] == ["Lost"]


def test_a_renamed_choice_is_read_again(qtbot: QtBot, bridge: Bridge, workspace: Workspace) -> None:
    first = bridge.picks.steps("stage")[0]
    assert first.option.title == "Prospecting"
    bridge.write(Update("stage", first.option.id, {"name": "Looking round"}))
    qtbot.waitUntil(lambda: bridge.picks.steps("stage")[0].option.title == "Looking round")


@pytest.mark.parametrize("times", [1, 2])
def test_after_close_nothing_is_delivered(qtbot: QtBot, tmp_path: Path, times: int) -> None:
    workspace = open_workspace(tmp_path / "other.crm", create=True, user_name="Anna", zone="UTC")
    bridge = Bridge(workspace, language="en", poll_ms=0)
    answers: list[int] = []
    bridge.read(lambda _conn, _job: 1, answers.append)
    for _ in range(times):
        bridge.close()
    bridge.read(lambda _conn, _job: 2, answers.append)
    qtbot.wait(50)
    assert answers == []


def test_long_work_tells_how_far_it_is_and_can_be_stopped(qtbot: QtBot, bridge: Bridge) -> None:
    told: list[tuple[int, int, str]] = []
    stopped: list[bool] = []
    go = threading.Event()

    def work(job: Any) -> int:
        job.progress(1, 10, "one")
        assert go.wait(5)
        job.progress(2, 10, "two")
        return 2

    cancel = bridge.work(
        work,
        progressed=lambda done, total, text: told.append((done, total, text)),
        stopped=lambda: stopped.append(on_main()),
    )
    qtbot.waitUntil(lambda: told == [(1, 10, "one")])
    cancel()
    go.set()
    qtbot.waitUntil(lambda: stopped == [True])
