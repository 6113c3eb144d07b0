"""Handing a phone number, an e-mail or a web address to the system's own program for it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication

from crmdesk.features.reaching.links import KINDS, checked, links_in, target_of
from crmdesk.gui.shell.status import StatusLine
from crmdesk.i18n import _

__all__ = ["KINDS", "icon_of", "open_target", "targets", "words_of"]

_LONG = frozenset({"longtext", "text"})
_ICONS = {"tel": "phone", "mailto": "envelope-simple"}


def open_target(target: str) -> bool:
    """Let the system open it; only tel:, mailto:, https: and http: ever are.

    Where the system has nothing for it, it is copied, and the status line says so.
    """
    safe = checked(target)
    if not safe:
        return False
    if not QDesktopServices.openUrl(QUrl(safe, QUrl.ParsingMode.StrictMode)):
        _copy_instead(safe)
    return True


def _copy_instead(target: str) -> None:
    plain = target if target.startswith("http") else target.partition(":")[2]
    QGuiApplication.clipboard().setText(plain)
    words = _("No program on this computer opens {address}; it was copied.")
    for window in QApplication.topLevelWidgets():
        # A face in a window of its own has no status line.
        for status in window.findChildren(StatusLine):
            status.tell(words.format(address=plain))


def targets(kind: str, value: Any, text: str) -> list[str]:
    """Where a value leads: itself, or the addresses in a text; [] for nowhere."""
    if kind in KINDS:
        target = target_of(kind, value)
        return [target] if target else []
    if kind in _LONG and text:
        return list(dict.fromkeys(link.target for link in links_in(text)))
    return []


def words_of(target: str) -> str:
    """What following it is called in a menu."""
    scheme, _colon, rest = target.partition(":")
    if scheme == "tel":
        return _("Call {number}").format(number=rest)
    if scheme == "mailto":
        return _("Write to {address}").format(address=rest)
    return _("Open {address}").format(address=rest.removeprefix("//").rstrip("/"))


def icon_of(target: str) -> str:
    """The picture that stands for following it."""
    return _ICONS.get(target.partition(":")[0], "arrow-square-out")
