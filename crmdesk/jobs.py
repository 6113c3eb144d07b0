"""Work beside the window: one writer in order, a pool of readers, progress and cancel."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from crmdesk.errors import BugError, CRMDeskError

log = logging.getLogger(__name__)

T = TypeVar("T")
Deliver = Callable[[Callable[[], None]], None]
"""Runs a callback in the thread that may use its result (the window's main thread)."""


class Cancelled(CRMDeskError):
    """The work was cancelled by its user; nothing is wrong and nothing is to be shown."""


class CancelToken:
    """Asks work to stop, from any thread; what the work is blocked in can be interrupted too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._interrupts: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled

    def cancel(self) -> None:
        """Ask the work to stop; it ends with Cancelled at its next check or in its query."""
        with self._lock:
            self._cancelled = True
            # Under the lock: an interrupt must not hit a connection that its work gave back.
            for interrupt in self._interrupts:
                interrupt()

    def check(self) -> None:
        """Raise Cancelled if the work is to stop."""
        if self._cancelled:
            raise Cancelled("The work was cancelled.")

    def attach(self, interrupt: Callable[[], None]) -> None:
        """Have `cancel` call `interrupt`; raises Cancelled if it is too late to begin."""
        with self._lock:
            self.check()
            self._interrupts.append(interrupt)

    def detach(self, interrupt: Callable[[], None]) -> None:
        """Stop calling `interrupt`."""
        with self._lock:
            self._interrupts.remove(interrupt)


class Job(CancelToken, Generic[T]):
    """One piece of work: its result, its progress and a way to cancel it.

    The work is called with its job, to report progress and to check for cancel.
    `done(result)`, `failed(error)` and `stopped()` are delivered once,
    one of them; `progressed(done, total, text)` any number of times before.
    """

    def __init__(
        self,
        work: Callable[[Job[T]], T],
        deliver: Deliver,
        *,
        label: str = "",
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        stopped: Callable[[], None] | None = None,
        progressed: Callable[[int, int, str], None] | None = None,
    ) -> None:
        super().__init__()
        self.label = label
        self._work = work
        self._deliver = deliver
        self._done = done
        self._failed = failed
        self._stopped = stopped
        self._progressed = progressed
        self._finished = threading.Event()
        self._outcome: list[T] = []
        self._error: Exception | None = None

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Tell how far the work is (total 0: not known); also a point at which it can stop."""
        self.check()
        if self._progressed is not None:
            progressed = self._progressed
            self._deliver(lambda: progressed(done, total, text))

    @property
    def finished(self) -> bool:
        """Whether the work has ended, in whatever way."""
        return self._finished.is_set()

    @property
    def error(self) -> Exception | None:
        """What the work failed with, Cancelled included, or None."""
        return self._error

    @property
    def result(self) -> T:
        """What the work gave; waits for it, and raises what the work raised."""
        self._finished.wait()
        if self._error is not None:
            raise self._error
        return self._outcome[0]

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds for the end; whether it has come."""
        return self._finished.wait(timeout)

    @property
    def unheard(self) -> Exception | None:
        """The failure that no callback was given for; None also for a cancel."""
        return None if self._failed or isinstance(self._error, Cancelled) else self._error

    def run(self) -> None:
        """Do the work in this thread and deliver its outcome; the queues call this."""
        try:
            self.check()
            self._outcome.append(self._work(self))
        except Cancelled as error:
            self._error = error
            self._finish(self._stopped)
        except Exception as error:
            self._error = reason = error
            failed = self._failed
            self._finish(None if failed is None else lambda: failed(reason))
        else:
            done = self._done
            self._finish(None if done is None else lambda: done(self._outcome[0]))

    def _finish(self, callback: Callable[[], None] | None) -> None:
        self._finished.set()
        if callback is not None:
            self._deliver(callback)


class Runner(Protocol):
    """What the rest of the program needs of a job queue, threaded or inline."""

    def write(self, work: Callable[[Job[T]], T], **callbacks: Any) -> Job[T]:
        """Run work that writes, after all that was given before."""

    def read(self, work: Callable[[Job[T]], T], **callbacks: Any) -> Job[T]:
        """Run work that only reads, beside others."""

    def close(self, timeout: float = 10.0) -> None:
        """Cancel what is left and wait for what runs."""


class Jobs:
    """One writer thread that works in order, and a pool of `readers` threads.

    `deliver` brings callbacks to the thread that wants them; by default they
    run in the working thread.
    """

    def __init__(self, readers: int = 2, deliver: Deliver | None = None) -> None:
        self.deliver: Deliver = deliver or _call
        self._closed = False
        self._lock = threading.Lock()
        self._open: set[Job[Any]] = set()
        self._writes: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        self._threads = [self._thread("crmdesk-writer", self._writes)]
        self._threads += [self._thread(f"crmdesk-reader-{n}", self._reads) for n in range(readers)]
        for thread in self._threads:
            thread.start()

    def write(self, work: Callable[[Job[T]], T], **callbacks: Any) -> Job[T]:
        """Run work that writes, after all writes given before; callbacks as in `Job`."""
        return self._put(self._writes, Job(work, self._deliver_late, **callbacks))

    def read(self, work: Callable[[Job[T]], T], **callbacks: Any) -> Job[T]:
        """Run work that only reads, as soon as a reader is free; callbacks as in `Job`."""
        return self._put(self._reads, Job(work, self._deliver_late, **callbacks))

    @property
    def busy(self) -> bool:
        """Whether any work is waiting or running."""
        with self._lock:
            return bool(self._open)

    @property
    def under_way(self) -> frozenset[object]:
        """What is waiting or running now."""
        with self._lock:
            return frozenset(self._open)

    def close(self, timeout: float = 10.0) -> None:
        """Take no more work, cancel what waits or runs, and wait for the threads to end.

        `timeout` bounds, in seconds, the whole wait; work that does not heed its
        cancel within it is left to die with the process.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            left = list(self._open)
        for job in left:
            job.cancel()
        self._writes.put(None)
        for _ in self._threads[1:]:
            self._reads.put(None)
        each = timeout / len(self._threads)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(each)

    def _put(self, line: queue.SimpleQueue[Job[Any] | None], job: Job[T]) -> Job[T]:
        with self._lock:
            if self._closed:
                raise BugError(f"The job {job.label!r} was given after the queue was closed.")
            self._open.add(job)
            line.put(job)
        return job

    def _deliver_late(self, callback: Callable[[], None]) -> None:
        # Looked up at each call: the window sets `deliver` after the queue exists.
        self.deliver(callback)

    def _thread(self, name: str, line: queue.SimpleQueue[Job[Any] | None]) -> threading.Thread:
        return threading.Thread(target=self._serve, args=(line,), name=name, daemon=True)

    def _serve(self, line: queue.SimpleQueue[Job[Any] | None]) -> None:
        while (job := line.get()) is not None:
            try:
                job.run()
                if job.unheard is not None:
                    log.error("The job %r failed.", job.label, exc_info=job.unheard)
            except Exception:
                # A callback failed; the queue must outlive it.
                log.exception("A callback of the job %r failed.", job.label)
            finally:
                with self._lock:
                    self._open.discard(job)


class InlineJobs:
    """Runs each piece of work at once in the calling thread: for the command line and tests.

    A failure that no `failed` callback takes is raised to the caller.
    """

    def write(self, work: Callable[[Job[T]], T], **callbacks: Any) -> Job[T]:
        """Run the work now; the job that is given back has ended."""
        job = Job(work, _call, **callbacks)
        job.run()
        if job.unheard is not None:
            raise job.unheard
        return job

    def read(self, work: Callable[[Job[T]], T], **callbacks: Any) -> Job[T]:
        """Run the work now; the job that is given back has ended."""
        return self.write(work, **callbacks)

    def close(self, timeout: float = 10.0) -> None:
        """Nothing is left to end."""


def _call(callback: Callable[[], None]) -> None:
    callback()
