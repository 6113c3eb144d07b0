"""One window for one store: where a second start knocks."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from crmdesk import paths

log = logging.getLogger(__name__)

_KNOCK_MS = 500


class Door(QObject):
    """Where a second start on the same store knocks, so that there is one window for it."""

    # Another start was made on the store that is open here.
    knocked = Signal()

    def __init__(self, store: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = paths.door(store)
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
