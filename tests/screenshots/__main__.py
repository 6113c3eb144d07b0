"""`python -m tests.screenshots`: the main screens as pictures, in docs/screenshots.

Each screen in light and dark, in English and Chinese, rendered offscreen by the real window on
a store made for it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

ROOT = Path(__file__).parents[2]
SIZE = (1440, 900)
THEMES = ("light", "dark")
LANGUAGES = ("en", "zh")
SETTLING = 0.6
"""Seconds for what follows by a timer: faces after the current row, counts of the rail."""

COLOURS = 256
PNG_SMALL = 0
"""Qt's quality of a PNG file that is compressed most."""


def small(image: QImage) -> QImage:
    """The image in its 256 most frequent colours: a third of the size, and no eye sees it."""
    plain = image.convertToFormat(image.Format.Format_RGB32)
    counted = Counter(memoryview(plain.constBits()).cast("I"))
    colours = [colour for colour, _ in counted.most_common(COLOURS)]
    return plain.convertToFormat(
        image.Format.Format_Indexed8, colours, Qt.ImageConversionFlag.ThresholdDither
    )


def photograph(folder: Path, work: Path) -> list[Path]:
    """Render every screen into `folder`; the files made. `work` is for the stores."""
    # Not before the platform and the folders are set: Qt and the package read them.
    from PySide6.QtWidgets import QApplication, QWidget

    from crmdesk import i18n
    from crmdesk.gui import qttexts
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.first_start import FirstStart
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.gui.theme.theme import theme
    from crmdesk.ops.opening import open_workspace
    from crmdesk.settings import Settings
    from tests.screenshots.pipeline import fill

    application = QApplication(["screenshots"])
    made: list[Path] = []

    def settle(bridge: Bridge | None = None) -> None:
        until = time.monotonic() + SETTLING
        while time.monotonic() < until or (bridge is not None and bridge.jobs.busy):
            application.processEvents()
            time.sleep(0.005)

    def save(widget: QWidget, screen: str, mode: str, language: str) -> None:
        path = folder / f"{screen}-{mode}-{language}.png"
        picture = small(widget.grab().toImage())
        # PySide6's stubs know only bytes as the format, its code only str.
        if not picture.save(str(path), "PNG", PNG_SMALL):  # type: ignore[call-overload]
            raise OSError(f"{path} could not be written")
        made.append(path)

    def never(given: object) -> Bridge:
        raise AssertionError(f"the picture of the first start made {given}")

    for language in LANGUAGES:
        i18n.set_language(language)
        qttexts.install(language)
        for mode in THEMES:
            theme().apply(mode)
            first = FirstStart(Path("crmdesk.sqlite3"), never, never)
            first.show()
            settle()
            save(first, "first-start", mode, language)
            first.close()
            first.deleteLater()

    store = work / "pipeline.sqlite3"
    with open_workspace(store, create=True, user_name="moses") as workspace:
        shown = fill(workspace)
    bridge = Bridge(
        open_workspace(store, user_name="moses"),
        language=LANGUAGES[0], locale="en_US", zone="UTC", poll_ms=0,
    )  # fmt: skip
    window = MainWindow(bridge, Settings(work / "settings.json"))
    window.resize(*SIZE)
    window.show()
    settle(bridge)
    listing = window.view.listing
    # The largest first, as a click on the head of the column does.
    listing.sorted.emit(("-amount",))

    def show_list() -> None:
        window.view.show_list("opportunity")
        settle(bridge)
        listing.view.go(0, 0)

    screens: dict[str, Callable[[], None]] = {
        "opportunities": show_list,
        "opportunity": lambda: window.view.turn("opportunity", shown.opportunity),
        "company": lambda: window.view.turn("company", shown.company),
        "contact": lambda: window.view.turn("contact", shown.contact),
    }
    for language in LANGUAGES:
        window.set_language(language)
        for mode in THEMES:
            window.set_theme(mode)
            for screen, show in screens.items():
                show()
                settle(bridge)
                save(window, screen, mode, language)
    window.close()
    application.processEvents()
    return made


def main(given: list[str] | None = None) -> int:
    """Render and tell what was made; the exit code."""
    parser = argparse.ArgumentParser("python -m tests.screenshots", description="The main screens.")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "screenshots")
    asked = parser.parse_args(given)
    folder: Path = asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="crmdesk-screens-") as work:
        # The user's own settings and folders stay out of the picture.
        os.environ["CRMDESK_HOME"] = work
        made = photograph(folder, Path(work))
    for path in made:
        print(f"{path.stat().st_size / 1024:6.0f} KB  {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
