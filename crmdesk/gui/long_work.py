"""Long work with the window waiting: progress, cancel, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from crmdesk.errors import KnownError
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.problems import tell
from crmdesk.i18n import _, ngettext
from crmdesk.jobs import Cancelled, Job

if TYPE_CHECKING:
    from crmdesk.features.exchange.report import ImportReport
    from crmdesk.features.samples.sample import Sample
    from crmdesk.ops.workspace import Workspace
    from crmdesk.schema.textcontext import TextContext

Work = Callable[[Job[Any]], Any]

SAMPLE_CONTACTS = 200
SAMPLE_SEED = 1
_MOST_PROBLEMS = 60


class LongWork(QDialog):
    """Runs one piece of work on the writing thread and shows how far it is.

    It closes when the work ends: accepted with `result_of`, or rejected when it was cancelled
    or failed. A failure of the user's is told before. Work that has got through before its
    cancel reached it is done, and counts as such.
    """

    # Said by the working thread, so that no cancel on its way can swallow the end.
    _finished = Signal(object)
    _broken = Signal(object)

    def __init__(
        self,
        bridge: Bridge,
        title: str,
        do: Callable[[Job[Any]], Any],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.result_of: Any = None
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        self.words = QLabel(title, self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(_("Progress"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.buttons.rejected.connect(self._stop)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(12)
        for part in (self.words, self.bar, self.buttons):
            box.addWidget(part)
        self._ended = False
        self._finished.connect(self._done)
        self._broken.connect(self._failed)

        def work(job: Job[Any]) -> None:
            try:
                result = do(job)
            except Cancelled:
                raise
            except Exception as error:
                self._broken.emit(error)
            else:
                self._finished.emit(result)

        self._cancel = bridge.work(
            work, progressed=self._progressed, stopped=self._stopped, label=title
        )

    def _progressed(self, done: int, total: int, text: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if text:
            self.words.setText(text)

    def _done(self, result: Any) -> None:
        self._ended = True
        self.result_of = result
        self.accept()

    def _failed(self, error: Exception) -> None:
        self._ended = True
        if isinstance(error, KnownError):
            tell(self, error)
        super().reject()
        if not isinstance(error, KnownError):
            # A bug of ours: on to the report that the application shows.
            raise error

    def _stop(self) -> None:
        self.buttons.setEnabled(False)
        self.words.setText(_("Stopping; what is half done is taken back…"))
        self._cancel()

    def _stopped(self) -> None:
        self._ended = True
        super().reject()

    # -- Qt

    def reject(self) -> None:
        # Closing the dialog is a cancel; it closes when the work has stopped.
        if self._ended:
            super().reject()
        else:
            self._stop()


def choose_files(parent: QWidget | None) -> list[Path]:
    """Ask which files to bring in; [] where nothing was chosen."""
    names, _filter = QFileDialog.getOpenFileNames(
        parent,
        _("Import files"),
        "",
        _("Tables (*.csv *.tsv *.txt *.xlsx);;All files (*)"),
    )
    return [Path(name) for name in names]


def importing(paths: Sequence[Path], workspace: Workspace, ctx: TextContext) -> Work:
    """The work that brings files in."""
    # Late, for the start's sake: reading tables is not needed to paint the window.
    from crmdesk.features.exchange.importing import plan_import, run_import

    def do(job: Job[Any]) -> ImportReport:
        plan = plan_import(paths, workspace, ctx, cancel=job)
        return run_import(workspace, plan, progress=job.progress, cancel=job)

    return do


def sampling(workspace: Workspace) -> Work:
    """The work that adds the sample data."""
    # Late, for the start's sake: the sample is made once in the life of a store.
    from crmdesk.features.samples.sample import make_sample

    def do(job: Job[Any]) -> Sample:
        return make_sample(
            workspace, contacts=SAMPLE_CONTACTS, seed=SAMPLE_SEED, progress=job.progress,
            cancel=job,
        )  # fmt: skip

    return do


def import_files(bridge: Bridge, paths: Sequence[Path], parent: QWidget | None) -> bool:
    """Bring files in and show what came of it; whether it was done."""
    do = importing(paths, bridge.workspace, bridge.ctx)
    work = LongWork(bridge, _("Importing files"), do, parent)
    done = work.exec() == QDialog.DialogCode.Accepted
    report = work.result_of
    work.deleteLater()
    if done:
        summarise(bridge, report, parent)
    return done


def summarise(bridge: Bridge, report: ImportReport, parent: QWidget | None) -> None:
    """Show what came of an import, until it is put away."""
    summary = ImportSummary(bridge, report, parent)
    summary.exec()
    summary.deleteLater()


def add_sample(bridge: Bridge, parent: QWidget | None) -> bool:
    """Add the sample data; whether it was done."""
    do = sampling(bridge.workspace)
    work = LongWork(bridge, _("Making the sample data"), do, parent)
    done = work.exec() == QDialog.DialogCode.Accepted
    work.deleteLater()
    return done


class ImportSummary(QDialog):
    """What an import made of the files: counts by kind, and what could not be taken as it is."""

    def __init__(self, bridge: Bridge, report: ImportReport, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Import"))
        self.setMinimumSize(560, 240)
        head = QLabel(_("Nothing has changed") if not report.changed else _("Imported"), self)
        head.setProperty("look", "heading")
        self.counts = QLabel("\n".join(_counts(bridge, report)), self)
        self.counts.setTextFormat(Qt.TextFormat.PlainText)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(12)
        box.addWidget(head)
        box.addWidget(self.counts)
        self.problems = QPlainTextEdit(self)
        self.problems.setReadOnly(True)
        told = [str(one) for one in report.problems[:_MOST_PROBLEMS]]
        if len(report.problems) > _MOST_PROBLEMS:
            told.append("…")
        self.problems.setPlainText("\n".join(told))
        self.problems.setAccessibleName(_("What to look at"))
        self.problems.setVisible(bool(told))
        words = QLabel(_("What to look at"), self)
        words.setProperty("look", "strong")
        words.setVisible(bool(told))
        box.addWidget(words)
        box.addWidget(self.problems, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok, self)
        buttons.accepted.connect(self.accept)
        box.addWidget(buttons)


def _counts(bridge: Bridge, report: ImportReport) -> list[str]:
    """A line for each kind of record."""
    lines = []
    for name in dict.fromkeys([*report.created, *report.updated, *report.unchanged, *report.made]):
        entity = bridge.registry.entity(name)
        title = entity.plural.text(bridge.language)
        parts = [
            words.format(count=f"{count:,}")
            for words, count in (
                (_("{count} new"), report.created.get(name, 0)),
                (_("{count} changed"), report.updated.get(name, 0)),
                (_("{count} as before"), report.unchanged.get(name, 0)),
                (_("{count} made on the way"), report.made.get(name, 0)),
            )
            if count
        ]
        lines.append(f"{title}: {', '.join(parts)}")
    rows = sum(report.rows.values())
    lines.append(ngettext("{count} row read", "{count} rows read", rows).format(count=f"{rows:,}"))
    return lines
