"""Whether the turn of the cube is animated: as the user chose, else as the system asks."""

from __future__ import annotations

import configparser
import plistlib
import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyle

from crmdesk.settings import MOTION, Settings

# Nobody looks at these screens.
_UNSEEN = frozenset({"offscreen", "minimal", "vnc"})
_SPI_GETCLIENTAREAANIMATION = 0x1042


def animates(settings: Settings) -> bool:
    """Whether a turn is to be seen as one."""
    chosen = settings.get(MOTION)
    return chosen == "on" or (chosen == "system" and not _reduced())


def _reduced() -> bool:
    """Whether the system is asked for less motion, by any of the ways it has to say so."""
    if QGuiApplication.platformName() in _UNSEEN:
        return True
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    if QApplication.style().styleHint(hint) == 0:
        return True
    # What cannot be read says nothing: the user has the setting.
    with suppress(Exception):
        if sys.platform == "win32":
            return _windows()
        if sys.platform == "darwin":
            return _mac(Path.home() / "Library/Preferences/com.apple.universalaccess.plist")
        return freedesktop(Path.home() / ".config")
    return False


def freedesktop(config: Path) -> bool:
    """Whether GTK's or KDE's settings in that folder switch animations off."""
    for place, section, name, off in (
        ("gtk-4.0/settings.ini", "Settings", "gtk-enable-animations", {"0", "false"}),
        ("gtk-3.0/settings.ini", "Settings", "gtk-enable-animations", {"0", "false"}),
        ("kdeglobals", "KDE", "AnimationDurationFactor", {"0", "0.0"}),
    ):
        read = configparser.ConfigParser(strict=False, interpolation=None)
        with suppress(OSError, configparser.Error, UnicodeError):
            read.read(config / place, encoding="utf-8")
            if read.get(section, name, fallback="").strip().lower() in off:
                return True
    return False


def _mac(plist: Path) -> bool:
    return bool(plistlib.loads(plist.read_bytes()).get("reduceMotion"))


def _windows() -> bool:
    # Late, for the start's sake, and for one system alone.
    import ctypes

    shown = ctypes.c_int(1)
    windll = getattr(ctypes, "windll")  # noqa: B009 (other systems' stubs do not know it)
    windll.user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(shown), 0)
    return not shown.value
