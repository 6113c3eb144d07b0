"""The first start: sample data, files, or an empty store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from crmdesk.errors import KnownError
from crmdesk.gui import long_work
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.forms.first_start import Ui_FirstStart
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _

Opener = Callable[[Path], Bridge]


class FirstStart(QDialog):
    """Asks how to begin and makes the store; `bridge` is the open store once it is accepted.

    `make` creates a store at a path and opens it. What was begun and cancelled leaves an empty
    store behind, so that one can begin in another way.
    """

    def __init__(self, path: Path, make: Opener, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.bridge: Bridge | None = None
        self._make = make
        self.ui = Ui_FirstStart()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.ui.file.setText(str(path))
        # Encryption is chosen on the command line as long as the window has no place to show
        # the recovery passphrase.
        self.ui.encrypt.hide()
        self.ui.sample.clicked.connect(self._sample)
        self.ui.bringIn.clicked.connect(self._bring_in)
        self.ui.startEmpty.clicked.connect(self._empty)
        self.ui.change.clicked.connect(self._change)
        self._dress()
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

    def _change(self) -> None:
        name, _filter = QFileDialog.getSaveFileName(
            self, _("Where your data is kept"), str(self.path), _("CRMDesk stores (*.sqlite3)")
        )
        if name:
            self.path = Path(name)
            self.ui.file.setText(name)

    def _open(self) -> Bridge | None:
        """The store, made when it is first needed; None where that was refused."""
        if self.bridge is None:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.bridge = self._make(self.path)
            except KnownError as error:
                self.say(str(error))
                return None
            except OSError as error:
                self.say(_("The folder cannot be made: {reason}.").format(reason=error.strerror))
                return None
            self.ui.change.setEnabled(False)
        return self.bridge

    def say(self, words: str) -> None:
        """Tell what stands in the way."""
        self.ui.message.setProperty("look", "error")
        self.ui.message.style().polish(self.ui.message)
        self.ui.message.setText(words)
        self.ui.message.setVisible(bool(words))

    def _sample(self) -> None:
        bridge = self._open()
        if bridge is not None and long_work.add_sample(bridge, self):
            self.accept()

    def _bring_in(self) -> None:
        paths = long_work.choose_files(self)
        if not paths:
            return
        bridge = self._open()
        if bridge is not None and long_work.import_files(bridge, paths, self):
            self.accept()

    def _empty(self) -> None:
        if self._open() is not None:
            self.accept()
