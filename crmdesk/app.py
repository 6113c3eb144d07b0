"""The window's start: what is made, in which order, and what ends it.

A start shows the last picture of the window first and makes the window behind it. What is
imported at the head of this module is what the first paint needs; the rest is imported beside
the window, while the picture is read.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmdesk import paths
from crmdesk.errors import CRMDeskError, KnownError
from crmdesk.settings import LANGUAGE, LAST_STORE, THEME, WINDOW_STATE, Settings
from crmdesk.store import glimpse

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.door import Door
    from crmdesk.gui.frame import Beside, Frame
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.gui.problems import Problems
    from crmdesk.ops.workspace import Workspace
    from crmdesk.store.driver import StoreKey

log = logging.getLogger(__name__)

_LOG_BYTES, _LOG_FILES = 1_000_000, 3
_SMOKE_MS = 20_000
_LOOK_MS = 5
_PATIENCE_MS = 1500
"""How long the picture may stay over a window whose rows do not come."""


def run(store: Path | None, *, smoke: bool) -> int:
    """Open the window on a store and stay until it is closed; the process's exit code.

    Without `store` the last one is opened, or the default one. A second start on the same
    store raises the window that is there and ends. With `smoke` the window is painted once
    and closed, on a store of its own where none is named.
    """
    # `collecting` takes it over when there is an application.
    gc.disable()
    try:
        settings = Settings(paths.config_dir() / "settings.json")
        if smoke and store is None:
            # Late, as said at the head.
            import tempfile

            with tempfile.TemporaryDirectory(prefix="crmdesk-") as folder:
                passing = Path(folder) / paths.STORE_NAME
                try:
                    return Start(passing, settings, smoke=True).run()
                finally:
                    glimpse.forget(passing)
        return Start(store or _last_store(settings), settings, smoke=smoke).run()
    except KnownError as error:
        return _refuse(error, smoke=smoke)
    except CRMDeskError as error:
        # Late, as said at the head.
        from crmdesk.jobs import Cancelled

        if isinstance(error, Cancelled):
            return 0
        raise


class Start:
    """One start of the window on one store."""

    def __init__(self, path: Path, settings: Settings, *, smoke: bool) -> None:
        self._path = path
        self._settings = settings
        self._smoke = smoke
        self._key: StoreKey | None = None
        self._seen: glimpse.Glimpse | None = None
        self._left: glimpse.Picture | None = None
        self._frame: Frame | None = None
        self._problems: Problems | None = None
        self._beside: Beside | None = None
        self._window: MainWindow | None = None
        self._door: Door | None = None
        self._error: Exception | None = None
        self._ended = 0

    def run(self) -> int:
        """Show the window and stay until it is closed; the exit code."""
        looking = threading.Thread(target=self._look, daemon=True)
        looking.start()
        app = application()
        if not self._smoke and self._knocked():
            return 0
        looking.join()
        try:
            if not self._smoke and not self._path.exists():
                return self._begin(app)
            if not glimpse.is_plain(self._path):
                self._find_key()
            self._show(app)
            code = app.exec()
            return self._over(code)
        finally:
            self._close()

    # -- the picture

    def _look(self) -> None:
        self._seen = glimpse.look(self._path)

    def _about(self) -> dict[str, Any]:
        """What a picture is good for."""
        return {
            "language": self._settings.get(LANGUAGE),
            "theme": self._settings.get(THEME),
            "program": _stamp(),
        }

    def _show(self, app: QApplication) -> None:
        # Late, as said at the head.
        from crmdesk.gui import collecting
        from crmdesk.gui.frame import Frame

        collecting.put_off()
        seen = self._seen
        picture = seen.picture if seen is not None and seen.about == self._about() else None
        geometry = self._settings.get(WINDOW_STATE).get("geometry")
        frame = self._frame = Frame(geometry if isinstance(geometry, str) else "", picture)
        frame.given_up.connect(app.quit)
        if frame.veil is not None:
            # Not before the picture is seen: what is imported beside would hold it up.
            frame.veil.shown.connect(self._open_soon)
        frame.show()

    # -- the window

    def _open_soon(self) -> None:
        # Late, as said at the head.
        from PySide6.QtCore import QTimer

        QTimer.singleShot(0, self._open)

    def _open(self) -> None:
        # Late, as said at the head.
        from crmdesk.gui.frame import Beside

        self._beside = Beside(lambda: _opened(self._path, self._key), self._furnish)
        self._beside.start()

    def _furnish(self, workspace: Any, error: Exception | None) -> None:
        """Make the main window behind the picture."""
        # Late, as said at the head.
        from crmdesk.gui.bridge import Bridge

        frame = self._frame
        if frame is None or not frame.isVisible():
            return
        if error is None:
            try:
                _dress(self._settings)
                self._stand(Bridge(workspace))
            except Exception as wrong:
                error = wrong
        if error is not None:
            # Nothing would ever come behind the picture; what is wrong is told after it.
            self._error = error
            frame.close()

    def _stand(self, bridge: Bridge) -> None:
        # Late, as said at the head.
        from PySide6.QtCore import QTimer

        # Late, as said at the head.
        from crmdesk.gui import collecting
        from crmdesk.gui.main_window import MainWindow

        frame = self._frame
        if frame is None:
            return
        if not self._smoke:
            self._listen()
            self._settings.set(LAST_STORE, str(bridge.workspace.path))
        window = self._window = MainWindow(bridge, self._settings, self._problems, frame)
        frame.adopt(window)
        frame.live.connect(collecting.go_on)
        frame.keep = lambda picture: self._keep(bridge, picture)
        watch = QTimer(frame)
        waited = [0]

        def look() -> None:
            waited[0] += _LOOK_MS
            there = not window.cube.stand.listing or window.view.listing.filled
            # Without its steps an undo that was asked for over the picture would do nothing.
            if (there and window.steps_read) or waited[0] > _PATIENCE_MS:
                watch.stop()
                # What has come is painted by then.
                QTimer.singleShot(0, frame.lift)

        watch.timeout.connect(look)
        watch.start(_LOOK_MS)
        if self._smoke:
            self._ended = 1
            frame.live.connect(self._seen_live)
            QTimer.singleShot(_SMOKE_MS, frame.close)

    def _seen_live(self) -> None:
        self._ended = 0
        if self._frame is not None:
            self._frame.close()

    def _keep(self, bridge: Bridge, picture: glimpse.Picture) -> None:
        """Note the picture for the next start; of an encrypted store none may lie about."""
        # What is being written yet is not in it.
        if bridge.workspace.store.key is None and not bridge.jobs.busy:
            self._left = picture

    def _leave(self, store: Path) -> None:
        """Leave the picture, when the store is closed: it tells of the file as it is then."""
        if self._left is None:
            return
        try:
            glimpse.keep(store, self._left, self._about())
        except (OSError, KnownError) as error:
            # No room, or no right to write: the next start has no picture, and nothing is lost.
            log.info("No picture was kept: %s", error)

    # -- first and second starts

    def _begin(self, app: QApplication) -> int:
        """A first start: there is no store yet."""
        # Late, as said at the head.
        from crmdesk.gui import first_start
        from crmdesk.gui.bridge import Bridge
        from crmdesk.gui.frame import Frame

        _keep_log()
        _dress(self._settings)
        bridge = first_start.ask(self._path, Bridge, _reopened, self._settings)
        if bridge is None:
            return 0
        frame = self._frame = Frame("", None)
        frame.given_up.connect(app.quit)
        self._stand(bridge)
        frame.show()
        return self._over(app.exec())

    def _find_key(self) -> None:
        """The key of an encrypted store, which may have to be asked for."""
        # Late, as said at the head.
        from crmdesk.gui.unlock import key_of

        _dress(self._settings)
        glimpse.forget(self._path)
        self._key = key_of(self._path)

    def _knocked(self) -> bool:
        """Whether there is a window on this store; it is asked to come to the front."""
        if not _may_be_open(self._path):
            return False
        # Late, as said at the head.
        from crmdesk.gui.door import Door

        return Door(self._path).knock()

    def _listen(self) -> None:
        # Late, as said at the head.
        from crmdesk.gui.door import Door
        from crmdesk.gui.problems import Problems

        self._problems = Problems()
        self._problems.install()
        self._door = Door(self._path)
        self._door.listen()
        self._door.knocked.connect(self._raise)

    def _raise(self) -> None:
        frame = self._frame
        if frame is not None:
            frame.setWindowState(frame.windowState() & ~frame.windowState().WindowMinimized)
            frame.show()
            frame.raise_()
            frame.activateWindow()

    # -- the end

    def _over(self, code: int) -> int:
        if self._error is not None:
            raise self._error
        return code or self._ended

    def _close(self) -> None:
        if self._window is not None:
            # The window may not have been closed by hand: the session has ended.
            bridge = self._window.bridge
            bridge.close()
            self._leave(bridge.workspace.path)
        elif self._beside is not None:
            # Closed before it was furnished.
            self._beside.wait()
            workspace: Any = self._beside.result
            if workspace is not None:
                workspace.close()
        self._window = None
        if self._frame is not None:
            self._frame.end()
            self._frame = None
        if self._door is not None:
            self._door.close()
        if self._problems is not None:
            self._problems.remove()


def application() -> QApplication:
    """The application of this process, named; it is dressed later."""
    # Late, as said at the head.
    from PySide6.QtWidgets import QApplication

    # Late, as said at the head.
    from crmdesk.gui import collecting

    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    collecting.begin()
    app.setApplicationName("CRMDesk")
    app.setDesktopFileName("crmdesk")
    return app


def _dress(settings: Settings) -> None:
    """Language, theme and icon, before the first widget of ours is made."""
    # Late, as said at the head.
    from PySide6.QtCore import QLocale
    from PySide6.QtGui import QGuiApplication, QIcon

    # Late, as said at the head.
    from crmdesk import i18n
    from crmdesk.gui import qttexts
    from crmdesk.gui.theme.theme import theme

    chosen = settings.get(LANGUAGE)
    language = i18n.language_of_locale(QLocale.system().name()) if chosen == "system" else chosen
    i18n.set_language(language)
    qttexts.install(language)
    theme().apply(settings.get(THEME))
    QGuiApplication.setWindowIcon(QIcon(str(paths.resource("icons", "crmdesk.svg"))))


def _opened(path: Path, key: StoreKey | None) -> Workspace:
    """The store as a workspace; made beside the window, with all that the window imports."""
    _keep_log()
    # Late, as said at the head.
    from crmdesk.ops.opening import open_workspace

    # Meanwhile, as SQLite reads the store without the interpreter.
    importing = threading.Thread(target=_import_window, name="crmdesk-import", daemon=True)
    importing.start()
    try:
        workspace = open_workspace(path, create=True, key=key)
    finally:
        importing.join()
    return workspace


def _import_window() -> None:
    # A fault is told where it is imported again, in the window's own thread.
    with suppress(Exception):
        import crmdesk.gui.main_window  # noqa: F401


def _reopened(path: Path) -> Bridge:
    """A bridge to a store that is there already."""
    # Late, as said at the head.
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.unlock import key_of

    return Bridge(_opened(path, key_of(path)))


def _keep_log() -> None:
    # Late, as said at the head.
    from logging.handlers import RotatingFileHandler

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


def _last_store(settings: Settings) -> Path:
    last = settings.get(LAST_STORE)
    return Path(last) if last and Path(last).exists() else paths.default_store()


def _may_be_open(store: Path) -> bool:
    """Whether a window may be on that store; False is certain, and costs no import of sockets."""
    if os.name == "nt":
        return True
    # Where Qt puts the sockets of its local servers.
    return Path(os.environ.get("TMPDIR") or "/tmp", paths.door(store)).exists()


def _stamp() -> str:
    """Which program this is: a picture that another one made may show another window."""
    # In a bundle the modules are no files of their own.
    file = sys.executable if getattr(sys, "frozen", False) else __file__
    return str(Path(file).stat().st_mtime_ns)


def _refuse(error: KnownError, *, smoke: bool) -> int:
    _keep_log()
    log.error("%s", error)
    sys.stderr.write(f"crmdesk: {error}\n")
    app = application()
    if not smoke and app.platformName() != "offscreen":
        # Late, as said at the head.
        from crmdesk.gui.problems import tell

        tell(None, error)
    return 1
