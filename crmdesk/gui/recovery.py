"""The recovery passphrase of an encrypted store: shown once, to be kept outside of the program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from crmdesk.gui.theme import icons
from crmdesk.gui.theme.tokens import HEADING
from crmdesk.i18n import _


class RecoveryPage(QWidget):
    """Shows a passphrase to copy or to save, and lets nobody go on who has not kept it."""

    # Kept, and on; or back to the choice before.
    kept = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = Path()
        self.title = QLabel(self)
        self.title.setProperty("look", "title")
        self.title.setWordWrap(True)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setProperty("look", "muted")
        self.passphrase = QLineEdit(self)
        self.passphrase.setReadOnly(True)
        self.passphrase.setProperty("look", "secret")
        self.passphrase.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(HEADING)
        self.passphrase.setFont(font)
        self.copy = QPushButton(self)
        icons.set_icon(self.copy, "copy")
        self.save = QPushButton(self)
        icons.set_icon(self.save, "floppy-disk")
        self.message = QLabel(self)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setProperty("look", "muted")
        self.have = QCheckBox(self)
        self.back = QPushButton(self)
        self.go_on = QPushButton(self)
        self.go_on.setProperty("look", "primary")
        for button in (self.copy, self.save, self.back):
            button.setAutoDefault(False)
        self._lay_out()
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._save)
        self.have.toggled.connect(self.go_on.setEnabled)
        self.go_on.clicked.connect(self.kept)
        self.back.clicked.connect(self.left)
        self.translate()

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(32, 28, 32, 24)
        rows.setSpacing(8)
        rows.addWidget(self.title)
        rows.addWidget(self.words)
        rows.addSpacing(8)
        rows.addWidget(self.passphrase)
        keep = QHBoxLayout()
        keep.setSpacing(8)
        keep.addWidget(self.copy)
        keep.addWidget(self.save)
        keep.addStretch(1)
        rows.addLayout(keep)
        rows.addWidget(self.message)
        rows.addStretch(1)
        rows.addWidget(self.have)
        last = QHBoxLayout()
        last.setSpacing(8)
        last.addStretch(1)
        last.addWidget(self.back)
        last.addWidget(self.go_on)
        rows.addLayout(last)

    def translate(self) -> None:
        """Say everything in the language that is set now."""
        self.title.setText(_("Your recovery passphrase"))
        self.words.setText(
            _("It opens the file where this computer's keyring cannot: on another computer, or "
              "after a new installation. It is shown this once. Without it and the keyring, "
              "nobody can read the file, we neither.")
        )  # fmt: skip
        self.passphrase.setAccessibleName(_("Recovery passphrase"))
        self.copy.setText(_("Copy"))
        self.save.setText(_("Save as text…"))
        self.have.setText(_("I have kept it in a safe place"))
        self.back.setText(_("Back"))
        self.go_on.setText(_("Go on"))

    def begin(self, passphrase: str, store: Path) -> None:
        """Show the passphrase of the store that is to be made."""
        self._store = store
        self.passphrase.setText(passphrase)
        self.passphrase.setCursorPosition(0)
        self.message.clear()
        self.have.setChecked(False)
        self.go_on.setEnabled(False)
        self.copy.setFocus()

    def forget(self) -> None:
        """Show it no more."""
        self.passphrase.clear()

    def text(self) -> str:
        """What is put into a file or on paper: the passphrase, and what it belongs to."""
        return "\n".join((
            _("Recovery passphrase of a CRMDesk store"),
            "",
            self.passphrase.text(),
            "",
            _("Store: {path}").format(path=self._store),
            _("Keep this away from the computer that has the store."),
            "",
        ))  # fmt: skip

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.passphrase.text())
        self.message.setText(_("It is on the clipboard. Paste it into your password store."))

    def _save(self) -> None:
        name, _filter = QFileDialog.getSaveFileName(
            self, _("Save the recovery passphrase"), "crmdesk-recovery.txt", _("Text (*.txt)")
        )
        if name:
            self.save_as(Path(name))

    def save_as(self, path: Path) -> None:
        """Write it into a file that only this user can read, and say so."""
        try:
            path.touch(mode=0o600)
            path.write_text(self.text(), encoding="utf-8")
        except OSError as error:
            self.message.setText(
                _("The file cannot be written: {reason}.").format(reason=error.strerror or error)
            )
            return
        self.message.setText(
            _("It is saved in {file}. Print it, or move it away from this computer.").format(
                file=path.name
            )
        )
