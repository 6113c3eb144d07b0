"""The window's start: what is made, in which order, and what ends it."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import tempfile
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QDialog

from crmdesk import i18n, paths
from crmdesk.errors import KnownError
from crmdesk.gui import qttexts
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.main_window import MainWindow
from crmdesk.gui.problems import Problems, tell
from crmdesk.gui.theme.theme import theme
from crmdesk.ops.opening import open_workspace
from crmdesk.settings import LANGUAGE, LAST_STORE, THEME, Settings

log = logging.getLogger(__name__)

_LOG_BYTES, _LOG_FILES = 1_000_000, 3
_KNOCK_MS = 500
_SMOKE_MS = 20_000


def run(store: Path | None, *, smoke: bool) -> int:
    """Open the window on a store and stay until it is closed; the process's exit code.

    Without `store` the last one is opened, or the default one. A second start on the same
    store raises the window that is there and ends. With `smoke` the window is painted once
    and closed, on a store of its own where none is named.
    """
    app = _application()
    try:
        settings = Settings(paths.config_dir() / "settings.json")
        _keep_log()
        _speak(settings)
        theme().apply(settings.get(THEME))
        if smoke:
            return _smoke(app, store, settings)
        return _stay(app, store or _last_store(settings), settings)
    except KnownError as error:
        return _refuse(error, smoke=smoke)


def _application() -> QApplication:
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    QCoreApplication.setApplicationName("CRMDesk")
    app.setDesktopFileName("crmdesk")
    app.setWindowIcon(QIcon(str(paths.resource("icons", "crmdesk.svg"))))
    return app


def _keep_log() -> None:
    root = logging.getLogger()
    if any(isinstance(one, RotatingFileHandler) for one in root.handlers):
        return
    try:
        handler = RotatingFileHandler(
            paths.log_dir() / "crmdesk.log", maxBytes=_LOG_BYTES, backupCount=_LOG_FILES,
            encoding="utf-8",
        )  # fmt: skip
    except OSError as error:
        # A disk that takes no log must not keep the window from opening.
        sys.stderr.write(f"crmdesk: no log is kept: {error.strerror}\n")
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)


def _speak(settings: Settings) -> None:
    chosen = settings.get(LANGUAGE)
    language = i18n.language_of_locale(QLocale.system().name()) if chosen == "system" else chosen
    i18n.set_language(language)
    qttexts.install(language)


def _last_store(settings: Settings) -> Path:
    last = settings.get(LAST_STORE)
    return Path(last) if last and Path(last).exists() else paths.default_store()


def _smoke(app: QApplication, store: Path | None, settings: Settings) -> int:
    with tempfile.TemporaryDirectory(prefix="crmdesk-") as folder:
        path = store or Path(folder) / paths.STORE_NAME
        window = MainWindow(_bridge(path), settings)
        # As soon as the list stands and the event loop is idle again, all is painted.
        window.ready.connect(lambda: QTimer.singleShot(0, window.close))
        ended = [1]
        window.ready.connect(lambda: ended.__setitem__(0, 0))
        QTimer.singleShot(_SMOKE_MS, window.close)
        window.show()
        app.exec()
        return ended[0]


def _stay(app: QApplication, path: Path, settings: Settings) -> int:
    door = Door(path)
    if door.knock():
        return 0
    problems = Problems()
    problems.install()
    try:
        bridge = _bridge(path) if path.exists() else _begin(path)
        if bridge is None:
            return 0
        settings.set(LAST_STORE, str(bridge.workspace.path))
        window = MainWindow(bridge, settings, problems)
        door.listen()
        door.knocked.connect(lambda: _raise(window))
        window.show()
        code = app.exec()
        # The window may not have been closed by hand: the session has ended.
        bridge.close()
        return code
    finally:
        door.close()
        problems.remove()


def _bridge(path: Path) -> Bridge:
    return Bridge(open_workspace(path, create=True))


def _begin(path: Path) -> Bridge | None:
    # Late, for the start's sake: there is one first start, and many others.
    from crmdesk.gui.first_start import FirstStart

    dialog = FirstStart(path, _bridge)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    bridge = dialog.bridge
    dialog.deleteLater()
    if not accepted and bridge is not None:
        bridge.close()
    return bridge if accepted else None


def _refuse(error: KnownError, *, smoke: bool) -> int:
    log.error("%s", error)
    sys.stderr.write(f"crmdesk: {error}\n")
    if not smoke and QApplication.platformName() != "offscreen":
        tell(None, error)
    return 1


def _raise(window: MainWindow) -> None:
    window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()


class Door(QObject):
    """Where a second start on the same store knocks, so that there is one window for it."""

    # Another start was made on the store that is open here.
    knocked = Signal()

    def __init__(self, store: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        who = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
        place = f"{who}\0{store.resolve()}"
        self._name = "crmdesk-" + hashlib.sha256(place.encode()).hexdigest()[:24]
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def knock(self) -> bool:
        """Whether a window is there; it is asked to come to the front."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        found = socket.waitForConnected(_KNOCK_MS)
        if found:
            socket.write(b"raise\n")
            socket.waitForBytesWritten(_KNOCK_MS)
            socket.disconnectFromServer()
        return found

    def listen(self) -> None:
        """Hear others knock from now on; what a crashed window left behind is cleared away."""
        if not self._server.listen(self._name):
            QLocalServer.removeServer(self._name)
            if not self._server.listen(self._name):
                log.info("No second start can be heard: %s.", self._server.errorString())

    def close(self) -> None:
        """Hear nobody any more."""
        self._server.close()

    def _answer(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.knocked.emit()
