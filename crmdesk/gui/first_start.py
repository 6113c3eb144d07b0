"""The first start: sample data, files, or an empty store, plain or encrypted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from crmdesk import i18n
from crmdesk.errors import KnownError
from crmdesk.gui import long_work, qttexts
from crmdesk.gui.bridge import Bridge, context_of
from crmdesk.gui.fitting import grow
from crmdesk.gui.forms.first_start import Ui_FirstStart
from crmdesk.gui.pressing import press_focused
from crmdesk.gui.recovery import RecoveryPage
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _
from crmdesk.jobs import Cancelled, Job, Jobs
from crmdesk.ops.founding import found
from crmdesk.ops.workspace import Workspace
from crmdesk.settings import LANGUAGE, Settings
from crmdesk.store.keys import new_passphrase

_CARD = 68

Fill = Callable[[Workspace, Job[Any]], Any]


class WorkingPage(QWidget):
    """What is being made, how far it is, and a way out of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(self)
        self.title.setProperty("look", "title")
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setProperty("look", "muted")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.cancel = QPushButton(self)
        self.cancel.setAutoDefault(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(32, 28, 32, 24)
        rows.setSpacing(12)
        rows.addWidget(self.title)
        rows.addStretch(1)
        rows.addWidget(self.words)
        rows.addWidget(self.bar)
        rows.addStretch(2)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(self.cancel)
        rows.addLayout(last)

    def begin(self, title: str) -> None:
        """Show that this has begun."""
        self.title.setText(title)
        self.words.setText(_("Making your store"))
        self.bar.setAccessibleName(_("Progress"))
        self.bar.setRange(0, 0)
        self.cancel.setText(_("Cancel"))
        self.cancel.setEnabled(True)
        self.cancel.setFocus()

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far it is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if text:
            self.words.setText(text)

    def stopping(self) -> None:
        """Show that the way out was taken."""
        self.cancel.setEnabled(False)
        self.bar.setRange(0, 0)
        self.words.setText(_("Stopping; what is half done is taken back…"))


class FirstStart(QDialog):
    """Asks how to begin and makes the store; `bridge` is the open store once it is accepted.

    What was begun and cancelled, or failed, leaves nothing behind, and one can begin in another
    way. `join` makes the bridge to a new store, `reopen` opens one that is there already.
    """

    # Said by the working thread, so that no cancel on its way can swallow the end.
    _made = Signal(object)
    _broken = Signal(object)
    _progressed = Signal(int, int, str)

    def __init__(
        self,
        path: Path,
        join: Callable[[Workspace], Bridge],
        reopen: Callable[[Path], Bridge],
        settings: Settings | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.bridge: Bridge | None = None
        self._join = join
        self._reopen = reopen
        self._settings = settings
        self._jobs: Jobs | None = None
        self._job: Job[Any] | None = None
        self._leaving = False
        self._next: Callable[[str | None], None] | None = None
        self._then: Callable[[Any], None] | None = None
        self.ui = Ui_FirstStart()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.recovery = RecoveryPage(self)
        self.working = WorkingPage(self)
        self.ui.pages.addWidget(self.recovery)
        self.ui.pages.addWidget(self.working)
        self._show_path()
        self._connect()
        self._dress()
        self.ui.sample.setFocus()

    def _connect(self) -> None:
        ui = self.ui
        ui.sample.clicked.connect(self._sample)
        ui.bringIn.clicked.connect(self._bring_in)
        ui.startEmpty.clicked.connect(self._empty)
        ui.change.clicked.connect(self._change)
        ui.openOther.clicked.connect(self._open_other)
        for button, language in ((ui.english, "en"), (ui.chinese, "zh")):
            button.setChecked(i18n.language() == language)
            button.clicked.connect(partial(self._speak, language))
        self.recovery.kept.connect(self._passphrase_kept)
        self.recovery.left.connect(self._choose_again)
        self.working.cancel.clicked.connect(self._cancel)
        self._made.connect(self._done)
        self._broken.connect(self._failed)
        self._progressed.connect(self._show_progress)
        theme().changed.connect(self._dress)

    def _dress(self) -> None:
        tokens = theme().tokens
        ratio = self.devicePixelRatioF()
        for label, icon, colour in (
            (self.ui.sampleIcon, "flask", "opportunity"),
            (self.ui.bringInIcon, "upload-simple", "company"),
            (self.ui.startEmptyIcon, "file-plus", "contact"),
        ):
            label.setPixmap(icons.pixmap(icon, tokens.colour(colour), 24, ratio))

    # -- the choice

    def _speak(self, language: str, _checked: bool = True) -> None:
        i18n.set_language(language)
        qttexts.install(language)
        self.ui.retranslateUi(self)  # type: ignore[no-untyped-call]
        self.recovery.translate()
        self._show_path()
        self.say("")
        self._fit()
        if self._settings is not None:
            try:
                self._settings.set(LANGUAGE, language)
            except KnownError as error:
                self.say(str(error))

    def _show_path(self) -> None:
        self.ui.file.setText(str(self.path))
        # The file's name matters more than the folder it begins with.
        self.ui.file.end(False)
        self.ui.file.setToolTip(str(self.path))

    def _change(self) -> None:
        name, _filter = QFileDialog.getSaveFileName(
            self,
            _("Where your data is kept"),
            str(self.path),
            _("CRMDesk stores (*.sqlite3)"),
            # A file that is there is refused, never replaced.
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.path = Path(name)
            self._show_path()
            self.say("")

    def _open_other(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(
            self,
            _("Open a store"),
            str(self.path.parent),
            _("CRMDesk stores (*.sqlite3);;All files (*)"),
        )
        if name:
            self.open_store(Path(name))

    def open_store(self, path: Path) -> None:
        """Begin with a store that is there already."""
        try:
            self.bridge = self._reopen(path)
        except Cancelled:
            return
        except KnownError as error:
            self.say(str(error))
            return
        self.accept()

    def say(self, words: str) -> None:
        """Tell what stands in the way."""
        self.ui.message.setText(words)
        self.ui.message.setVisible(bool(words))
        self._fit()

    def _sample(self) -> None:
        def fill(workspace: Workspace, job: Job[Any]) -> Any:
            return long_work.sampling(workspace)(job)

        self._begin(partial(self._make, _("Making the sample data"), fill, self._enter))

    def _bring_in(self) -> None:
        paths = long_work.choose_files(self)
        if not paths:
            return

        def fill(workspace: Workspace, job: Job[Any]) -> Any:
            return long_work.importing(paths, workspace, context_of(workspace))(job)

        def then(report: Any) -> None:
            if self.bridge is not None:
                long_work.summarise(self.bridge, report, self)
            self.accept()

        self._begin(partial(self._make, _("Importing files"), fill, then))

    def _empty(self) -> None:
        self._begin(partial(self._make, _("Your store"), lambda _space, _job: None, self._enter))

    def _enter(self, _filled: Any) -> None:
        self.accept()

    def _begin(self, make: Callable[[str | None], None]) -> None:
        """Go on to `make`, by way of the recovery passphrase where the file is encrypted."""
        self.say("")
        if not self.ui.encrypt.isChecked():
            make(None)
            return
        self._next = make
        self.ui.pages.setCurrentWidget(self.recovery)
        self.recovery.begin(new_passphrase(), self.path)

    def _passphrase_kept(self) -> None:
        passphrase = self.recovery.passphrase.text()
        self.recovery.forget()
        if self._next is not None:
            self._next(passphrase)

    def _choose_again(self) -> None:
        self.recovery.forget()
        self._next = None
        self.ui.pages.setCurrentWidget(self.ui.choose)

    # -- the work

    def _make(
        self, title: str, fill: Fill, then: Callable[[Any], None], passphrase: str | None
    ) -> None:
        path = self.path
        self._then = then

        def work(job: Job[Any]) -> None:
            def filled(workspace: Workspace) -> Any:
                job.check()
                result = fill(workspace, job)
                job.check()
                return result

            try:
                made = found(path, filled, passphrase)
            except Exception as error:
                self._broken.emit(error)
            else:
                self._made.emit(made)

        self.working.begin(title)
        self.ui.pages.setCurrentWidget(self.working)
        if self._jobs is None:
            self._jobs = Jobs(readers=0)
        self._job = self._jobs.write(work, progressed=self._progressed.emit, label=title)

    def _show_progress(self, done: int, total: int, text: str) -> None:
        if self._job is not None and not self._job.cancelled:
            self.working.show_progress(done, total, text)

    def _cancel(self) -> None:
        if self._job is not None:
            self.working.stopping()
            self._job.cancel()

    def _done(self, made: tuple[Workspace, Any]) -> None:
        workspace, result = made
        self._job = None
        self.bridge = self._join(workspace)
        if self._then is not None:
            self._then(result)

    def _failed(self, error: Exception) -> None:
        self._job = None
        self.ui.pages.setCurrentWidget(self.ui.choose)
        if self._leaving:
            super().reject()
        elif isinstance(error, KnownError):
            self.say(str(error))
        elif not isinstance(error, Cancelled):
            # A bug of ours: on to the report that the application shows.
            raise error

    def _fit(self) -> None:
        # A button does not ask what is in it how high it must be at its width.
        for card in (self.ui.sample, self.ui.bringIn, self.ui.startEmpty):
            layout = card.layout()
            if layout is not None:
                card.setMinimumHeight(max(_CARD, layout.totalHeightForWidth(card.width())))
        grow(self)

    # -- Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_focused(self, event):
            super().keyPressEvent(event)

    def reject(self) -> None:
        if self._job is not None:
            # Esc is a cancel; one can begin in another way.
            self._cancel()
        elif self.ui.pages.currentWidget() is self.recovery:
            self._choose_again()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._job is not None:
            # Closed when what was begun has been taken back.
            self._leaving = True
            self._cancel()
            event.ignore()
            return
        super().closeEvent(event)

    def done(self, result: int) -> None:
        if self._jobs is not None:
            self._jobs.close()
        self.recovery.forget()
        super().done(result)


def ask(
    path: Path,
    join: Callable[[Workspace], Bridge],
    reopen: Callable[[Path], Bridge],
    settings: Settings | None = None,
) -> Bridge | None:
    """Ask how to begin; the open store, or None where nothing was begun."""
    dialog = FirstStart(path, join, reopen, settings)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    bridge = dialog.bridge if accepted else None
    dialog.deleteLater()
    return bridge
