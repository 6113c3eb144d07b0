"""How far a copy of files is, in a corner of the window, with a way to stop it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from crmdesk.features.files.names import shown_size
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _

_WIDE, _AWAY = 320, 16


class CopyNote(QFrame):
    """Floats at the lower right and blocks nothing; it goes when the copy ends."""

    def __init__(self, window: QWidget, title: str, stop: Callable[[], object]) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("copyNote")
        self.setAccessibleName(title)
        self.words = QLabel(title, self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.stop = QToolButton(self)
        icons.set_icon(self.stop, "x", size=14)
        self.stop.setToolTip(_("Stop"))
        self.stop.setAccessibleName(_("Stop copying"))
        self.stop.clicked.connect(stop)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(_("Progress"))
        self.size_words = QLabel(self)
        self.size_words.setProperty("look", "caption")
        top = QHBoxLayout()
        top.addWidget(self.words, 1)
        top.addWidget(self.stop)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 8, 8, 12)
        box.setSpacing(6)
        box.addLayout(top)
        box.addWidget(self.bar)
        box.addWidget(self.size_words)
        tokens = theme().tokens
        self.setStyleSheet(
            f"#copyNote {{ background: {tokens.surface}; border: 1px solid {tokens.line};"
            " border-radius: 8px; }"
        )
        window.installEventFilter(self)
        self.setFixedWidth(_WIDE)
        self.place()

    def tell(self, done: int, total: int, name: str) -> None:
        """Show how far it is, in bytes."""
        # Gigabytes do not fit the numbers of a progress bar.
        self.bar.setRange(0, 1000)
        self.bar.setValue(done * 1000 // max(total, 1))
        self.words.setText(self.words.fontMetrics().elidedText(
            name, Qt.TextElideMode.ElideMiddle, _WIDE - 60
        ))  # fmt: skip
        self.size_words.setText(
            _("{done} of {total}").format(done=shown_size(done), total=shown_size(total))
        )
        self.place()

    def place(self) -> None:
        """Lie in the corner, clear of the status line."""
        self.adjustSize()
        room = self._window.rect()
        self.move(room.right() - self.width() - _AWAY, room.bottom() - self.height() - 40)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)
