"""The key of a store that is to be opened: from the keyring, or by the recovery passphrase."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from crmdesk.errors import KnownError
from crmdesk.gui.fitting import grow
from crmdesk.i18n import _
from crmdesk.jobs import Cancelled
from crmdesk.store import place
from crmdesk.store.driver import StoreKey
from crmdesk.store.failures import WrongKey
from crmdesk.store.keyfile import KeyFile


def key_of(path: Path, parent: QWidget | None = None) -> StoreKey | None:
    """The key of an encrypted store, None for a plain one or none.

    Asks for the recovery passphrase where the keyring has no key. Raises Cancelled where it
    was not given, KnownError where no passphrase could help.
    """
    if not path.exists() or not place.read_header(path).encrypted:
        return None
    # Late, for the start's sake: a plain store needs no keyring, which is slow to import.
    from crmdesk.store import keys

    vault = keys.system_vault()
    try:
        return keys.find(path, vault)
    except WrongKey:
        file = KeyFile.read(path)
        if file is None or file.recovery is None:
            raise
    dialog = Unlock(path, parent)
    given = dialog.exec() == QDialog.DialogCode.Accepted
    key = dialog.key
    dialog.deleteLater()
    if not given or key is None:
        raise Cancelled("The passphrase was not given.")
    return key


class Unlock(QDialog):
    """Asks for the recovery passphrase of a store until it fits; `key` is what it opened."""

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.key: StoreKey | None = None
        self.setWindowTitle(_("Open an encrypted store"))
        self.setMinimumWidth(440)
        self.title = QLabel(path.name, self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("look", "title")
        self.words = QLabel(
            _("This computer's keyring has no key for the store. Give its recovery passphrase; "
              "the keyring then keeps the key."), self
        )  # fmt: skip
        self.words.setWordWrap(True)
        self.words.setProperty("look", "muted")
        self.passphrase = QLineEdit(self)
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setAccessibleName(_("Recovery passphrase"))
        self.passphrase.setPlaceholderText(_("Recovery passphrase"))
        self.message = QLabel(self)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setProperty("look", "error")
        self.message.hide()
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Open | standard.Cancel, self)
        self.buttons.accepted.connect(self._open)
        self.buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 20, 24, 20)
        rows.setSpacing(10)
        for part in (self.title, self.words, self.passphrase, self.message, self.buttons):
            rows.addWidget(part)
        self.passphrase.setFocus()

    def _open(self) -> None:
        # Late, as said above.
        from crmdesk.store import keys

        try:
            # Deriving takes a fifth of a second, once; there is no window yet to hold up.
            self.key = keys.find(self.path, keys.system_vault(), self.passphrase.text().strip())
        except KnownError as error:
            self.message.setText(f"{error.message} {error.hint}".strip())
            self.message.show()
            grow(self)
            self.passphrase.selectAll()
            self.passphrase.setFocus()
            return
        self.accept()

    # -- Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        grow(self)
