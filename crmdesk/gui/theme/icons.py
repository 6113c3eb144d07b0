"""Icons of one family (Phosphor, as qtawesome carries it), coloured by tokens, drawn once."""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap, QRawFont
from PySide6.QtWidgets import QAbstractButton

from crmdesk.errors import BugError
from crmdesk.gui.theme.theme import disabled, theme

SIZE = 18


class _Family(NamedTuple):
    raw: QRawFont
    codes: dict[str, str]


@lru_cache(maxsize=1)
def _family() -> _Family:
    """The font and its names, read on the first icon that is painted.

    Only the files of the package are used: importing it brings a compatibility layer over all of
    Qt, which costs more of the start than our whole window.
    """
    bundle: str | None = getattr(sys, "_MEIPASS", None)
    # A bundle has the package's files alone, so there it is none that could be found.
    spec = find_spec("qtawesome") if bundle is None else None
    if bundle is not None:
        folder = Path(bundle, "qtawesome", "fonts")
    elif spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent / "fonts"
    else:
        raise BugError("The package qtawesome, which carries the icons, is missing.")
    face = max(folder.glob("phosphor-[0-9]*.ttf"), default=None)
    names = max(folder.glob("phosphor-charmap-*.json"), default=None)
    if face is None or names is None:
        raise BugError("The icons of the Phosphor family are missing from qtawesome.")
    raw = QRawFont(str(face), SIZE)
    if not raw.isValid():
        raise BugError("The icons of the Phosphor family could not be read.")
    return _Family(raw, json.loads(names.read_text(encoding="utf-8")))


@lru_cache(maxsize=16)
def _raw(pixels: float) -> QRawFont:
    # Another size of the font that was read: reading it again takes longer than all its icons.
    raw = QRawFont(_family().raw)
    raw.setPixelSize(pixels)
    return raw


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int = SIZE, scale: float = 1.0) -> QPixmap:
    """The icon `name` in `#rrggbb`, `size` device-independent pixels square.

    Raises BugError for a name the family does not have.
    """
    code = _family().codes.get(name)
    if code is None:
        raise BugError(f"There is no icon named {name!r}.")
    pixels = round(size * scale)
    made = QPixmap(pixels, pixels)
    made.fill(Qt.GlobalColor.transparent)
    # Drawn as a path: no hinting, so that an icon looks the same at every scale.
    raw = _raw(float(pixels))
    glyph = raw.glyphIndexesForString(chr(int(code, 16)))[0]
    path = raw.pathForGlyph(glyph)
    path.setFillRule(Qt.FillRule.WindingFill)
    advance = raw.advancesForGlyphIndexes([glyph])[0]
    height = raw.ascent() + raw.descent()
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(QPointF((pixels - advance.x()) / 2, (pixels - height) / 2 + raw.ascent()))
    painter.fillPath(path, QColor(colour))
    painter.end()
    made.setDevicePixelRatio(scale)
    return made


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, off: str, size: int, scale: float) -> QIcon:
    made = QIcon()
    made.addPixmap(pixmap(name, colour, size, scale))
    made.addPixmap(pixmap(name, off, size, scale), QIcon.Mode.Disabled)
    return made


def _scale() -> float:
    # The finest of the screens: an icon is drawn smaller well, larger badly.
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)


def icon(name: str, colour: str = "muted", size: int = SIZE) -> QIcon:
    """The icon `name` in the colour of a token or entity, with its disabled form.

    It has the colours of the theme in force; ask again when the theme has changed, or let
    `set_icon` do so.
    """
    tokens = theme().tokens
    return _icon(name, tokens.colour(colour, "muted"), disabled(tokens), size, _scale())


class _Follower(QObject):
    """Keeps one button's icon in the colours of the theme, and goes when the button goes."""

    def __init__(self, button: QAbstractButton) -> None:
        super().__init__(button)
        self._button = button
        self.wanted = ("", "muted", SIZE)
        theme().changed.connect(self.paint)

    def paint(self) -> None:
        """Draw it anew."""
        self._button.setIcon(icon(*self.wanted))


def set_icon(button: QAbstractButton, name: str, colour: str = "muted", size: int = SIZE) -> None:
    """Give `button` that icon and keep it in the colours of the theme."""
    follower = button.findChild(_Follower) or _Follower(button)
    follower.wanted = (name, colour, size)
    follower.paint()
    button.setIconSize(QSize(size, size))
