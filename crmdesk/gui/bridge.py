"""Between the window and the store: work goes to other threads, answers come to the main one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QLocale, QObject, Qt, QTimer, Signal

from crmdesk import i18n
from crmdesk.errors import KnownError
from crmdesk.gui import collecting
from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.lists.saved import Views
from crmdesk.gui.picks import Picks
from crmdesk.jobs import Job, Jobs
from crmdesk.ops.changes import GateRefused

if TYPE_CHECKING:
    from crmdesk.ops.changes import Announcement, Command, Outcome
    from crmdesk.ops.workspace import Workspace
    from crmdesk.schema.query import QueryContext
    from crmdesk.schema.registry import Registry
    from crmdesk.schema.textcontext import TextContext

T = TypeVar("T")
Failed = Callable[[Exception], None]
POLL_MS = 300
"""How often the store is asked what other programs wrote, in milliseconds."""


class Bridge(QObject):
    """The one way from the widgets to a workspace; no call waits for the disk.

    Every callback and signal comes on the main thread. After a write its announcement comes
    before its `done`. What was read for a question that has been cancelled is not delivered.
    """

    # An ops.workspace.Announcement: records were changed, by us or by another program.
    announced = Signal(object)
    language_changed = Signal()
    # An ops.changes.GateRefused: records lack what the step needs that they were to take.
    gated = Signal(object)
    # Something went wrong that nobody else tells: a line for the status bar.
    failed = Signal(str)
    _delivered = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        *,
        language: str = "",
        locale: str = "",
        zone: str = "",
        poll_ms: int = POLL_MS,
        parent: QObject | None = None,
    ) -> None:
        """Take over `workspace`, which `close` closes.

        Without `language` the program's current one counts, without `locale` the system's,
        without `zone` the workspace's. `poll_ms` 0 never asks for the changes of others.
        """
        super().__init__(parent)
        # From here on there are threads beside the window's.
        collecting.begin()
        self.workspace = workspace
        self._locale = locale
        self._zone = zone
        self._closed = False
        self._delivered.connect(self._run, Qt.ConnectionType.QueuedConnection)
        self.jobs = Jobs(deliver=self._delivered.emit)
        self._unsubscribe = workspace.subscribe(self._heard)
        if language:
            i18n.set_language(language)
        self.picks = Picks(workspace)
        self.views = Views(workspace)
        self._ctx = self._make_context()
        self._polling = False
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._poll)
        if poll_ms:
            self._clock.start(poll_ms)

    # -- what text depends on

    @property
    def registry(self) -> Registry:
        """The declaration of this store, custom fields included."""
        return self.workspace.registry

    @property
    def ctx(self) -> TextContext:
        """How values are read and shown now; another one after the language changed."""
        return self._ctx

    @property
    def language(self) -> str:
        """The language of the window: "en" or "zh"."""
        return i18n.language()

    def query_context(self) -> QueryContext:
        """Who asks, where and when, for reading."""
        return self.workspace.query_context()

    def set_language(self, language: str) -> None:
        """Speak another language from now on, without closing the store."""
        if language == i18n.language():
            return
        i18n.set_language(language)
        self._ctx = self._make_context()
        self.picks.forget()
        self.language_changed.emit()

    def _make_context(self) -> TextContext:
        return context_of(self.workspace, self._locale, self._zone)

    # -- working

    def write(
        self,
        command: Command | Callable[[], Command],
        done: Callable[[Outcome], None] | None = None,
        failed: Failed | None = None,
        label: str | None = None,
    ) -> None:
        """Run a command after those given before; a function makes it on the writing thread.

        `failed` gets the error; without it a KnownError is told by the signal `failed`.
        """

        def work(_job: Job[Any]) -> Outcome:
            made = command() if callable(command) else command
            return self.workspace.run(made, label)

        self._start(self.jobs.write, work, done, failed)

    def read(
        self,
        ask: Callable[[Any, Job[Any]], T],
        done: Callable[[T], None],
        failed: Failed | None = None,
        *,
        progressed: Callable[[int, int, str], None] | None = None,
    ) -> Cancel:
        """Call `ask(connection, job)` beside the window and `done` with its answer.

        `progressed` is called for each `job.progress` that comes before it.
        """

        def work(job: Job[T]) -> T:
            with self.workspace.reader(job) as conn:
                return ask(conn, job)

        return self._start(self.jobs.read, work, done, failed, progressed=progressed)

    def work(
        self,
        do: Callable[[Job[Any]], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        progressed: Callable[[int, int, str], None] | None = None,
        stopped: Callable[[], None] | None = None,
        label: str = "",
        heard: bool = True,
    ) -> Cancel:
        """Run long work on the writing thread, such as an import, with progress and cancel.

        `heard`: where a step needs more, `gated` tells it, so that it is asked for.
        """
        return self._start(
            self.jobs.write,
            do,
            done,
            failed,
            heard=heard,
            progressed=progressed,
            stopped=stopped,
            label=label,
        )

    def beside(
        self,
        do: Callable[[Job[Any]], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        progressed: Callable[[int, int, str], None] | None = None,
        stopped: Callable[[], None] | None = None,
        label: str = "",
    ) -> Cancel:
        """Run long work that mostly waits for files, such as a copy, where it keeps no write."""
        return self._start(
            self.jobs.read, do, done, failed, progressed=progressed, stopped=stopped, label=label
        )

    def undo(self, done: Callable[[Outcome], None] | None = None) -> None:
        """Take the last step back; what stands in the way is told by `failed`."""
        self._start(self.jobs.write, lambda _job: self.workspace.undo(), done, None)

    def redo(self, done: Callable[[Outcome], None] | None = None) -> None:
        """Do again what was taken back."""
        self._start(self.jobs.write, lambda _job: self.workspace.redo(), done, None)

    def close(self) -> None:
        """End all work and close the store; no callback comes any more."""
        if self._closed:
            return
        self._closed = True
        self._clock.stop()
        self._unsubscribe()
        self.jobs.close()
        self.workspace.close()

    def _start(
        self,
        put: Callable[..., Job[Any]],
        work: Callable[[Job[Any]], Any],
        done: Callable[[Any], None] | None,
        failed: Failed | None,
        *,
        heard: bool = True,
        **more: Any,
    ) -> Cancel:
        if self._closed:
            return _nothing
        given: list[Job[Any]] = []

        def answer(result: Any) -> None:
            # The answer may have been on its way when the question was cancelled.
            if done is not None and not given[0].cancelled:
                done(result)

        def refuse(error: Exception) -> None:
            if not given[0].cancelled:
                self._tell(error, failed, heard=heard)

        given.append(put(work, done=answer, failed=refuse, **more))
        return given[0].cancel

    def _tell(self, error: Exception, failed: Failed | None, *, heard: bool) -> None:
        if failed is not None:
            failed(error)
        elif isinstance(error, KnownError):
            self.failed.emit(str(error))
        if isinstance(error, GateRefused) and heard:
            self.gated.emit(error)
        if not isinstance(error, KnownError):
            # A bug of ours: on to the report that the application shows.
            raise error

    def _run(self, callback: Callable[[], None]) -> None:
        if not self._closed:
            callback()

    # -- hearing

    def _heard(self, announcement: Announcement) -> None:
        # Comes on the thread that wrote.
        self._delivered.emit(partial(self._announce, announcement))

    def _announce(self, announcement: Announcement) -> None:
        self.picks.heard(announcement)
        self.views.heard(announcement)
        self.announced.emit(announcement)

    def _poll(self) -> None:
        # One question at a time: behind a long write they would pile up.
        if not self._polling:
            self._polling = True
            self._start(
                self.jobs.write, lambda _job: self.workspace.poll(), self._polled, self._poll_failed
            )

    def _polled(self, _news: bool) -> None:
        self._polling = False

    def _poll_failed(self, error: Exception) -> None:
        self._polling = False
        if isinstance(error, KnownError):
            self.failed.emit(str(error))


def context_of(workspace: Workspace, locale: str = "", zone: str = "") -> TextContext:
    """How values are read and shown in the program's language, `locale` and `zone`.

    Without `locale` the system's counts, without `zone` the workspace's.
    """
    language = i18n.language()
    system = QLocale.system().name()
    named = locale or (system if "_" in system else "")
    if not named:
        named = "zh_CN" if language == "zh" else "en_US"
    place = QLocale(named)
    return workspace.text_context(
        language,
        named,
        zone=zone,
        currency=place.currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode) or "USD",
        region=QLocale.territoryToCode(place.territory()) or "US",
    )


def _nothing() -> None:
    """Cancel what was never begun."""
