"""The colours that a choice or a colour field is offered; any other can be typed."""

from __future__ import annotations

from crmdesk.gui.grid.source import Option
from crmdesk.i18n import _

PALETTE = (
    "#2f6fed", "#0e8f83", "#1f7a4d", "#7a5af8", "#9333ea", "#d6407a",
    "#be123c", "#c9372c", "#c27803", "#a04f1d", "#64748b", "#4f46e5",
)  # fmt: skip


def colours() -> list[Option]:
    """The colours with their names in the language that is set."""
    names = (
        _("Blue"), _("Teal"), _("Green"), _("Violet"), _("Purple"), _("Pink"),
        _("Crimson"), _("Red"), _("Amber"), _("Brown"), _("Grey"), _("Indigo"),
    )  # fmt: skip
    return [Option(code, name, colour=code) for code, name in zip(PALETTE, names, strict=True)]
