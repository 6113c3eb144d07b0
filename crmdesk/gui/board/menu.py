"""The menu of a card."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from crmdesk.gui.theme import icons
from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.board.view import BoardView


def card_menu(view: BoardView) -> QMenu:
    """What can be done with the current card."""
    menu = QMenu(view)
    menu.aboutToHide.connect(menu.deleteLater)
    row, source, current = view.current_row(), view.model.source, view.current
    if row is None or source is None or current is None:
        return menu

    def add(text: str, icon: str, keys: str, do: Callable[[], object]) -> None:
        action = menu.addAction(icons.icon(icon), text)
        # Shown only: the board itself answers these keys.
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked: do())

    about = view.cards.cell(source, row, source.card.about)
    add(_("Open"), "arrow-square-out", "Return", view.turn)
    if about.ref is not None:
        add(_("Turn to {name}").format(name=about.text), "arrow-clockwise", "Ctrl+Return",
            lambda: view.turn(reference=True))  # fmt: skip
    menu.addSeparator()
    add(_("Edit"), "pencil-simple", "F2", view.titles.begin)
    lanes = menu.addMenu(icons.icon("arrow-right"), _("Move to"))
    for number, rows in enumerate(view.model.lanes):
        action = lanes.addAction(rows.lane.title)
        action.setEnabled(number != view.at[0])
        action.triggered.connect(partial(_move, view, current, number))
    menu.addSeparator()
    add(_("Delete"), "trash", "Ctrl+-", lambda: view.model.delete(current))
    return menu


def _move(view: BoardView, rowid: int, lane: int, _checked: bool = False) -> None:
    view.move_card(rowid, lane)
