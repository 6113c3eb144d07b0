"""What went wrong: a word for the user's own troubles, a report to copy for ours."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
from collections.abc import Callable
from importlib import metadata
from types import TracebackType

import PySide6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget

from crmdesk.errors import KnownError
from crmdesk.gui.fitting import grow
from crmdesk.gui.forms.problem_report import Ui_ProblemReport
from crmdesk.gui.pressing import press_focused
from crmdesk.gui.theme import icons, theme
from crmdesk.i18n import _
from crmdesk.jobs import Cancelled

log = logging.getLogger(__name__)

_FAULTS_KEPT = 3


def version() -> str:
    """The version of the program, as it was installed."""
    try:
        return metadata.version("crmdesk")
    except metadata.PackageNotFoundError:
        # A folder that was never installed.
        return "?"


def surroundings() -> str:
    """The versions that a report needs; nothing of the user's."""
    return (
        f"CRMDesk {version()}, Python {platform.python_version()}, "
        f"PySide6 {PySide6.__version__}, {platform.system()} {platform.release()}"
    )


def report_of(error: BaseException) -> str:
    """The report of a fault: what was running, and where it failed."""
    return surroundings() + "\n\n" + "".join(traceback.format_exception(error))


class ProblemDialog(QDialog):
    """Shows the report of a fault, to be copied; the window behind it goes on."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_ProblemReport()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        tokens = theme.tokens()
        self.ui.icon.setPixmap(icons.pixmap("warning-circle", tokens.danger, 24))
        self.ui.report.setPlainText(report)
        self.ui.copy.clicked.connect(self._copy)
        self.ui.goOn.clicked.connect(self.accept)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.ui.report.toPlainText())
        self.ui.place.setText(_("Copied"))

    # -- Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        grow(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_focused(self, event):
            super().keyPressEvent(event)


class Problems(QObject):
    """Catches what no one else did: logs it, shows it once, and lets the window live on."""

    # A line for the status line: the user's own trouble.
    told = Signal(str)
    # A fault from any thread, on its way to the main one.
    _caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.faults: list[str] = []
        self._dialog: ProblemDialog | None = None
        self._before: Callable[..., object] | None = None
        self._caught.connect(self._show)

    def install(self) -> None:
        """Take every exception that nothing else catches in this process from now on."""
        self._before = sys.excepthook
        sys.excepthook = self._hook

    def remove(self) -> None:
        """Let others have what is not caught again."""
        if self._before is not None:
            sys.excepthook = self._before
            self._before = None

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, (KeyboardInterrupt, SystemExit)):
            sys.__excepthook__(kind, error, trace)
            QApplication.quit()
            return
        self.take(error)

    def take(self, error: BaseException) -> None:
        """Deal with an exception: a known one is told in a line, any other one is reported."""
        if isinstance(error, Cancelled):
            return
        if isinstance(error, KnownError):
            self.told.emit(str(error))
            return
        log.error("A fault that nothing caught.", exc_info=error)
        self._caught.emit(error)

    def last_report(self) -> str:
        """The reports of the last faults, or the versions alone where there was none."""
        return "\n\n".join(self.faults) or surroundings()

    def _show(self, error: BaseException) -> None:
        report = report_of(error)
        self.faults = [*self.faults, report][-_FAULTS_KEPT:]
        # One at a time: a fault while painting would open dialogs without end.
        if self._dialog is not None:
            return
        self._dialog = ProblemDialog(report, QApplication.activeWindow())
        self._dialog.finished.connect(self._closed)
        self._dialog.open()

    def _closed(self) -> None:
        self._dialog = None


def tell(parent: QWidget | None, error: KnownError) -> None:
    """Show a trouble of the user's in a dialog, where there is no status line for it."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(_("CRMDesk"))
    box.setText(error.message)
    box.setInformativeText(" ".join(filter(None, [error.kept, error.hint])))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.exec()
