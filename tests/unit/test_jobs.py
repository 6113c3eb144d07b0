"""Work beside the window: order, cancel, progress, errors, and an end to all of it."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crmdesk.errors import BugError
from crmdesk.jobs import Cancelled, CancelToken, InlineJobs, Job, Jobs


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs(readers=2)
    yield made
    made.close()


def test_writes_come_one_after_the_other_in_order(jobs: Jobs) -> None:
    seen: list[int] = []
    running: list[int] = []

    def write(number: int) -> Callable[[Job[int]], int]:
        def work(_job: Job[int]) -> int:
            running.append(number)
            assert running == [number]
            seen.append(number)
            running.clear()
            return number

        return work

    made = [jobs.write(write(number)) for number in range(50)]
    assert [job.result for job in made] == list(range(50))
    assert seen == list(range(50))


def test_readers_run_beside_each_other_and_the_writer(jobs: Jobs) -> None:
    together = threading.Barrier(3, timeout=10)
    made = [jobs.read(lambda _: together.wait()) for _ in range(2)]
    made.append(jobs.write(lambda _: together.wait()))
    assert sorted(job.result for job in made) == [0, 1, 2]


def test_callbacks_come_where_they_are_delivered() -> None:
    mailbox: queue.Queue[Callable[[], None]] = queue.Queue()
    jobs = Jobs()
    jobs.deliver = mailbox.put
    here = threading.current_thread()
    heard: list[tuple[object, ...]] = []

    def work(job: Job[str]) -> str:
        assert threading.current_thread() is not here
        job.progress(1, 2, "half")
        job.progress(2, 2)
        return "done"

    jobs.read(
        work,
        done=lambda result: heard.append((result, threading.current_thread() is here)),
        progressed=lambda *step: heard.append(step),
    )
    while len(heard) < 3:
        mailbox.get(timeout=10)()
    assert heard == [(1, 2, "half"), (2, 2, ""), ("done", True)]
    jobs.close()


def test_an_error_is_delivered_after_its_except_block_has_ended(jobs: Jobs) -> None:
    late: queue.Queue[Callable[[], None]] = queue.Queue()
    jobs.deliver = late.put
    heard: list[Exception] = []
    job = jobs.write(lambda _: 1 // 0, failed=heard.append)
    job.wait(10)
    late.get(timeout=10)()
    assert isinstance(heard[0], ZeroDivisionError)
    with pytest.raises(ZeroDivisionError):
        _ = job.result


def test_an_error_that_nobody_takes_is_logged_and_the_queue_goes_on(
    jobs: Jobs, expect_log: Any
) -> None:
    expect_log("'sums' failed", logging.ERROR)
    expect_log("callback of the job", logging.ERROR)
    jobs.write(lambda _: 1 // 0, label="sums").wait(10)

    def stumble(_result: int) -> None:
        raise ValueError("in a callback")

    jobs.write(lambda _: 1, done=stumble).wait(10)
    assert jobs.write(lambda _: 7).result == 7


def test_cancel_ends_running_work_at_its_next_check(jobs: Jobs) -> None:
    started, told = threading.Event(), threading.Event()

    def work(job: Job[None]) -> None:
        started.set()
        while True:
            job.progress(0, 0)

    job = jobs.read(work, stopped=told.set)
    assert started.wait(10)
    job.cancel()
    assert told.wait(10)
    with pytest.raises(Cancelled):
        _ = job.result
    assert isinstance(job.error, Cancelled)
    assert job.unheard is None


def test_cancelled_work_that_waits_is_never_begun(jobs: Jobs) -> None:
    gate = threading.Event()
    first = jobs.write(lambda _: gate.wait(10))
    begun: list[int] = []
    second = jobs.write(lambda _: begun.append(1))
    second.cancel()
    gate.set()
    assert first.result
    second.wait(10)
    assert isinstance(second.error, Cancelled)
    assert begun == []


def test_cancel_interrupts_what_the_work_is_blocked_in(jobs: Jobs) -> None:
    blocked, release = threading.Event(), threading.Event()

    def work(job: Job[str]) -> str:
        job.attach(release.set)
        blocked.set()
        assert release.wait(10)
        job.detach(release.set)
        job.check()
        return "not cancelled"

    job = jobs.read(work)
    assert blocked.wait(10)
    job.cancel()
    with pytest.raises(Cancelled):
        _ = job.result


def test_a_token_interrupts_only_while_attached() -> None:
    token, calls = CancelToken(), []
    token.attach(lambda: calls.append("never"))
    token.detach(token._interrupts[0])
    token.cancel()
    assert calls == []
    with pytest.raises(Cancelled):
        token.attach(lambda: None)


def test_close_cancels_and_waits_and_takes_no_more() -> None:
    jobs = Jobs(readers=2)
    started = threading.Event()

    def endless(job: Job[None]) -> None:
        started.set()
        while True:
            job.check()

    running = jobs.read(endless)
    waiting = [jobs.write(endless), *(jobs.read(endless) for _ in range(5))]
    assert started.wait(10)
    jobs.close()
    jobs.close()
    assert not jobs.busy
    assert all(isinstance(job.error, Cancelled) for job in (running, *waiting))
    assert not [t for t in threading.enumerate() if t.name.startswith("crmdesk-")]
    with pytest.raises(BugError):
        jobs.read(lambda _: 1)


def test_inline_work_is_done_at_once() -> None:
    jobs, heard = InlineJobs(), []
    job = jobs.read(lambda _: 3, done=heard.append)
    assert heard == [3]
    assert job.finished
    assert jobs.write(lambda _: 4).result == 4
    jobs.write(lambda _: 1 // 0, failed=heard.append)
    assert isinstance(heard[1], ZeroDivisionError)
    with pytest.raises(ZeroDivisionError):
        jobs.write(lambda _: 1 // 0)
    jobs.close()
