"""The keys of a board; `shortcuts` tells them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from crmdesk.i18n import _

if TYPE_CHECKING:
    from crmdesk.gui.board.view import BoardView

_CTRL = Qt.KeyboardModifier.ControlModifier
_PLAIN = Qt.KeyboardModifier.NoModifier
_SIDES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


def shortcuts() -> list[tuple[str, str]]:
    """All keys of a board and what they do, in the language that is set."""
    return [
        ("Left, Right, Up, Down", _("Go from card to card")),
        ("Ctrl+Left, Ctrl+Right", _("Move the card to the lane beside")),
        ("Enter", _("Turn to the record")),
        ("Ctrl+Enter", _("Turn to the record that the card names")),
        ("F2", _("Edit the title")),
        ("Ctrl++", _("Begin a record in the lane")),
        ("Ctrl+-", _("Delete the record")),
        ("Esc", _("Let go of a card that is dragged")),
    ]


def press(view: BoardView, event: QKeyEvent) -> bool:
    """Answer a key; False leaves it to Qt."""
    key = Qt.Key(event.key())
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key == Qt.Key.Key_Escape:
        return view.dragging.cancel()
    if key in _SIDES and held == _CTRL:
        _carry(view, _SIDES[key])
        return True
    plus = key == Qt.Key.Key_Plus and held == _CTRL | Qt.KeyboardModifier.ShiftModifier
    if plus or (held == _CTRL and key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}):
        # On many keyboards a plus is typed with Shift.
        view.titles.begin_new(max(view.at[0], 0))
        return True
    if held == _CTRL and key == Qt.Key.Key_Minus and view.current is not None:
        view.model.delete(view.current)
        return True
    if key in _ENTER and held in {_PLAIN, _CTRL}:
        view.turn(reference=held == _CTRL)
        return True
    if held != _PLAIN:
        return False
    if key == Qt.Key.Key_F2:
        view.titles.begin()
        return True
    if key in _SIDES:
        _beside(view, _SIDES[key])
        return True
    return _along(view, key)


def _carry(view: BoardView, side: int) -> None:
    lane = view.at[0] + side
    if view.current is not None and 0 <= lane < len(view.model.lanes):
        view.open_lane(lane)
        view.move_card(view.current, lane)


def _beside(view: BoardView, side: int) -> None:
    lane, at = view.at
    lane += side
    while 0 <= lane < len(view.model.lanes):
        if view.model.lanes[lane].ids and not view.board.narrow[lane]:
            view.go(lane, max(at, 0))
            return
        lane += side


def _along(view: BoardView, key: Qt.Key) -> bool:
    lane, at = view.at
    if lane < 0:
        first = next((n for n, rows in enumerate(view.model.lanes) if rows.ids), -1)
        lane, at = first, -1
    page = max(1, view.board.cards(lane).height() // view.board.pitch()) if lane >= 0 else 1
    steps = {
        Qt.Key.Key_Up: at - 1,
        Qt.Key.Key_Down: at + 1,
        Qt.Key.Key_PageUp: at - page,
        Qt.Key.Key_PageDown: at + page,
        Qt.Key.Key_Home: 0,
        Qt.Key.Key_End: 1 << 40,
    }
    if key not in steps:
        return False
    view.go(lane, steps[key])
    return True
