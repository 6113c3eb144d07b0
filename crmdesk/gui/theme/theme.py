"""The theme in force: light or dark, following the system or chosen, told to all who paint."""

from __future__ import annotations

from enum import StrEnum
from weakref import ref

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from crmdesk.errors import BugError
from crmdesk.gui.theme import fonts
from crmdesk.gui.theme.stylesheet import style_sheet
from crmdesk.gui.theme.tokens import DARK, LIGHT, Tokens, mix


class Mode(StrEnum):
    """What the user chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Holds the tokens in force and dresses the application in them.

    Widgets that paint by hand read `tokens` when they paint and connect `changed` to drop what
    they have cached; the style sheet and the palette reach all others.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._mode = Mode.SYSTEM
        self._dressed = False
        self.tokens: Tokens = LIGHT
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def mode(self) -> Mode:
        """What the user chose; `tokens` says what came of it."""
        return self._mode

    def apply(self, mode: Mode | str = Mode.SYSTEM) -> None:
        """Dress the application; call it once before the first window, and on every choice."""
        self._mode = Mode(mode)
        scheme = {
            Mode.SYSTEM: Qt.ColorScheme.Unknown,
            Mode.LIGHT: Qt.ColorScheme.Light,
            Mode.DARK: Qt.ColorScheme.Dark,
        }[self._mode]
        # Asks the platform too, so that native frames and dialogs go along.
        self._app.styleHints().setColorScheme(scheme)
        self._dress()

    def _wanted(self) -> Tokens:
        if self._mode is Mode.SYSTEM:
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        else:
            dark = self._mode is Mode.DARK
        return DARK if dark else LIGHT

    def _dress(self) -> None:
        wanted = self._wanted()
        if self._dressed and wanted is self.tokens:
            return
        if not self._dressed:
            self._app.setStyle("Fusion")
            self._app.setFont(fonts.font())
        self._dressed = True
        self.tokens = wanted
        self._app.setPalette(palette(wanted))
        self._app.setStyleSheet(style_sheet(wanted))
        self.changed.emit()

    def _system_changed(self) -> None:
        if self._mode is Mode.SYSTEM and self._dressed:
            self._dress()


def palette(tokens: Tokens) -> QPalette:
    """Qt's palette from the tokens, for what the style sheet does not reach."""
    roles = {
        QPalette.ColorRole.Window: tokens.background,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.sunken,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.Button: tokens.surface,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.BrightText: tokens.danger,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Accent: tokens.accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.LinkVisited: tokens.accent,
        QPalette.ColorRole.ToolTipBase: tokens.surface,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.faint,
        QPalette.ColorRole.Light: tokens.surface,
        QPalette.ColorRole.Midlight: tokens.inner,
        QPalette.ColorRole.Mid: tokens.line,
        QPalette.ColorRole.Dark: tokens.faint,
        QPalette.ColorRole.Shadow: mix("#000000", tokens.background, 0.5),
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(disabled(tokens)))
    return made


def disabled(tokens: Tokens) -> str:
    """The colour of what cannot be used now."""
    return mix(tokens.faint, tokens.surface, 0.55)


_NAME = "crmdesk.theme"
# The one that was asked for last, with its application: a turn's painting asks 200 times.
_last: list[tuple[ref[QApplication], Theme]] = []


def theme() -> Theme:
    """The theme of the running application, made on the first call.

    Raises BugError where no QApplication runs yet.
    """
    app = QApplication.instance()
    if _last and _last[0][0]() is app:
        return _last[0][1]
    if not isinstance(app, QApplication):
        raise BugError("The theme was asked for before the application was made.")
    # The application owns it: it lives as long, and no longer, as what it dresses.
    found = app.property(_NAME)
    made = found if isinstance(found, Theme) else Theme(app)
    if found is not made:
        app.setProperty(_NAME, made)
    _last[:] = [(ref(app), made)]
    return made


def tokens() -> Tokens:
    """The tokens in force."""
    return theme().tokens
