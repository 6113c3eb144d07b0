"""Where lanes and cards of a board lie; plain arithmetic, so that thousands cost nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect

from crmdesk.gui.board.model import LaneRows

MARGIN = 8
GAP = 8
WIDTH, WIDEST = 248, 330
NARROW = 40
CARD_GAP = 6
HEAD, HEAD_SUMS = 32, 50
BAR = 10


@dataclass(slots=True)
class Board:
    """The places on a board of one size: lanes side by side, cards under each other."""

    lanes: tuple[QRect, ...]
    narrow: tuple[bool, ...]
    head: int
    card: int

    @property
    def width(self) -> int:
        """How wide all lanes are together."""
        return self.lanes[-1].right() + 1 + MARGIN if self.lanes else 0

    def pitch(self) -> int:
        """From one card to the next."""
        return self.card + CARD_GAP

    def cards(self, lane: int) -> QRect:
        """The room for the cards of a lane."""
        rect = self.lanes[lane]
        return QRect(rect.x(), rect.y() + self.head, rect.width(), rect.height() - self.head)

    def long(self, count: int) -> int:
        """How high that many cards are."""
        return count * self.pitch() + CARD_GAP

    def card_rect(self, lane: int, at: int, offset: int) -> QRect:
        """Where a card lies, its lane scrolled by `offset`."""
        room = self.cards(lane)
        top = room.y() + at * self.pitch() - offset
        return QRect(room.x() + CARD_GAP, top, room.width() - CARD_GAP - BAR, self.card)

    def seen(self, lane: int, count: int, offset: int) -> range:
        """The cards of a lane that are in sight."""
        room = self.cards(lane).height()
        # One more: it may have made room for a card that is carried there.
        first = max(0, offset // self.pitch() - 1)
        last = min(count, (offset + room) // self.pitch() + 1)
        return range(first, max(first, last))


def lay_out(
    lanes: Sequence[LaneRows], open_ends: set[str], width: int, height: int, card: int
) -> Board:
    """Lay lanes out in a room of that size; what is left over makes them wider."""
    narrow = tuple(rows.lane.end and rows.lane.key not in open_ends for rows in lanes)
    wide = len(lanes) - sum(narrow)
    fixed = 2 * MARGIN + GAP * max(len(lanes) - 1, 0) + NARROW * sum(narrow)
    each = min(max((width - fixed) // max(wide, 1), WIDTH), WIDEST)
    made, x = [], MARGIN
    for slim in narrow:
        made.append(QRect(x, MARGIN, NARROW if slim else each, max(height - 2 * MARGIN, 1)))
        x += made[-1].width() + GAP
    sums = any(rows.sums for rows in lanes)
    return Board(tuple(made), narrow, HEAD_SUMS if sums else HEAD, card)
