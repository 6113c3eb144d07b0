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
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from crmdesk.gui.main_window import MainWindow
    from tests.screenshots.pipeline import Shown

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
    """The image in 256 colours: a third of the size, and no eye sees it.

    Of the many shades in the edges of letters only one of each kind is kept, so that a colour
    that is seldom, such as the red of a date, has its place too.
    """
    plain = image.convertToFormat(image.Format.Format_RGB32)
    counted = Counter(memoryview(plain.constBits()).cast("I"))
    kept: dict[tuple[int, int, int], int] = {}
    for colour, _ in counted.most_common():
        alike = (colour >> 19 & 31, colour >> 11 & 31, colour >> 3 & 31)
        kept.setdefault(alike, colour)
        if len(kept) == COLOURS:
            break
    return plain.convertToFormat(
        image.Format.Format_Indexed8, list(kept.values()), Qt.ImageConversionFlag.ThresholdDither
    )


def photograph(
    folder: Path, work: Path, languages: Sequence[str] = LANGUAGES, themes: Sequence[str] = THEMES
) -> list[Path]:
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

    for language in languages:
        i18n.set_language(language)
        qttexts.install(language)
        for mode in themes:
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
    window.activateWindow()
    settle(bridge)
    screens = main_screens(window, shown, lambda: settle(bridge))
    for language in languages:
        window.set_language(language)
        for mode in themes:
            window.set_theme(mode)
            for screen, show in screens.items():
                put_away = show()
                settle(bridge)
                save(window, screen, mode, language)
                put_away()
    window.close()
    application.processEvents()
    return made


def main_screens(
    window: MainWindow, shown: Shown, settle: Callable[[], None]
) -> dict[str, Callable[[], Callable[[], object]]]:
    """The screens of the window by name: each shows one, and gives what puts it away."""
    from dataclasses import replace

    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from crmdesk.schema.query import All, Condition, Sort
    from crmdesk.schema.viewdata import ViewSpec

    view, listing = window.view, window.view.listing
    plain = ViewSpec("opportunity", sort=(Sort("amount", True),))
    # Those with an amount: the export that the pipeline comes from has none for the others.
    worth = Condition("amount", "not_empty")
    open_only = All((Condition("status", "is", "open"), worth))

    def nothing() -> None:
        """Leave it as it stands."""

    def show_list(spec: ViewSpec) -> Callable[[], object]:
        view.show_list("opportunity")
        settle()
        listing.change(spec)
        settle()
        if spec.form == "list":
            listing.view.go(0, 0)
        return nothing

    def show_record(entity: str, record: str) -> Callable[[], object]:
        view.turn(entity, record)
        return nothing

    def filtered() -> Callable[[], object]:
        show_list(replace(plain, where=open_only))
        window.list_acts.begin_filter()
        return escape

    def escape() -> None:
        focus = QApplication.focusWidget()
        if focus is not None:
            QTest.keyClick(focus, Qt.Key.Key_Escape)

    def searched() -> Callable[[], object]:
        show_list(plain)
        window.go_to_search()
        QTest.keyClicks(window.ui.search, "ka")
        return unsearch

    def unsearch() -> None:
        escape()
        window.ui.search.clear()

    def quick() -> Callable[[], object]:
        show_record("opportunity", shown.opportunity)
        settle()
        window.doing.quick_add()
        sheet = window.doing.quick
        assert sheet is not None
        sheet.line.setText("call Karin Lindqvist tomorrow 3pm about the pilot line")
        return sheet.close_up

    def history() -> Callable[[], object]:
        show_record("opportunity", shown.opportunity)
        window.doing.open_pane("history")
        pane = window.doing.pane
        assert pane is not None
        return pane.close_up

    def keys() -> Callable[[], object]:
        show_list(plain)
        window.shortcuts.toggle()
        return window.shortcuts.toggle

    return {
        "opportunities": lambda: show_list(plain),
        "grouped": lambda: show_list(replace(plain, where=open_only, group=("stage",))),
        "board": lambda: show_list(replace(plain, where=open_only, form="board")),
        "filter": filtered,
        "opportunity": lambda: show_record("opportunity", shown.opportunity),
        "company": lambda: show_record("company", shown.company),
        "contact": lambda: show_record("contact", shown.contact),
        "search": searched,
        "quick-add": quick,
        "history": history,
        "shortcuts": keys,
    }


def main(given: list[str] | None = None) -> int:
    """Render and tell what was made; the exit code."""
    parser = argparse.ArgumentParser("python -m tests.screenshots", description="The main screens.")
    parser.add_argument("--language", choices=LANGUAGES, help="only in this language")
    parser.add_argument("--theme", choices=THEMES, help="only in this theme")
    parser.add_argument("--scale", type=float, default=1.0, help="of the screen: 1.5 for 150 %%")
    parser.add_argument("--folder", type=Path, help="docs/screenshots; at another scale in build")
    asked = parser.parse_args(given)
    kept = ROOT / "docs" / "screenshots"
    if asked.scale != 1.0:
        # Read when the application is made. The pictures of the README stay as they are.
        os.environ["QT_SCALE_FACTOR"] = f"{asked.scale:g}"
        kept = ROOT / "build" / f"screenshots-{asked.scale:g}"
    folder: Path = asked.folder or kept
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="crmdesk-screens-") as work:
        # The user's own settings and folders stay out of the picture.
        os.environ["CRMDESK_HOME"] = work
        made = photograph(
            folder, Path(work),
            (asked.language,) if asked.language else LANGUAGES,
            (asked.theme,) if asked.theme else THEMES,
        )  # fmt: skip
    for path in made:
        print(f"{path.stat().st_size / 1024:6.0f} KB  {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
