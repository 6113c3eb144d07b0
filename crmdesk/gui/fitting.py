"""The height that a dialog's texts need: Qt asks for it only before the width is known."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def grow(dialog: QWidget) -> None:
    """Make a dialog so high that its wrapped texts are seen whole at its width, or higher."""
    layout = dialog.layout()
    if layout is None:
        return
    layout.activate()
    needed = layout.totalHeightForWidth(dialog.width())
    if needed > dialog.height():
        dialog.resize(dialog.width(), needed)
