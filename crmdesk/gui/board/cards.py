"""Paints the cards and the heads of a board."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from crmdesk.gui import chips
from crmdesk.gui.board.lanes import BoardSource
from crmdesk.gui.board.model import LaneRows
from crmdesk.gui.grid.source import EMPTY, GridCell, GridRow
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.grid.totals import fitting
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.tokens import CAPTION, RADIUS, Tokens, mix, readable

PAD = 10
LINE = 22
HEAD_LINE = 24
_AVATAR = 20
_GAP = 6


class CardPainter:
    """Draws cards and lane heads in the tokens in force."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        weight = QFont.Weight
        self.title = Texts(fonts.font(weight=weight.Medium))
        self.plain = Texts(fonts.font())
        self.figures = Texts(fonts.font(weight=weight.DemiBold, figures=True))
        self.small = Texts(fonts.font(CAPTION, figures=True))
        self.sums = Texts(fonts.font(CAPTION, weight.DemiBold, figures=True))
        self.head = Texts(fonts.font(weight=weight.DemiBold))
        self.initials = Texts(fonts.font(10, weight.DemiBold))

    # -- what is on a card

    def height(self, source: BoardSource) -> int:
        """How high a card is, in device-independent pixels."""
        card = source.card
        lines = 1 + bool(card.about) + bool(card.amount or card.day or card.owner)
        return lines * LINE + PAD + 4

    def cell(self, source: BoardSource, row: GridRow, path: str) -> GridCell:
        """The cell of a path."""
        return row.cells[source.paths.index(path)] if path in source.paths else EMPTY

    def title_of(self, source: BoardSource, row: GridRow) -> str:
        """What the record is called."""
        texts = (self.cell(source, row, path).text for path in source.card.title)
        return " ".join(filter(None, texts))

    def reference_rect(self, source: BoardSource, row: GridRow, rect: QRect) -> QRect:
        """Where a click turns to the record that a card names."""
        cell = self.cell(source, row, source.card.about)
        if cell.ref is None:
            return QRect()
        run = self.plain.fit(cell.text, rect.width() - 2 * PAD - chips.SQUARE - _GAP)
        wide = chips.SQUARE + _GAP + int(run.width) + 2
        return QRect(rect.x() + PAD, rect.y() + 5 + LINE, wide, LINE)

    def title_rect(self, rect: QRect) -> QRect:
        """Where the title stands."""
        return QRect(rect.x() + 4, rect.y() + 3, rect.width() - 8, LINE + 4)

    # -- painting

    def card(
        self,
        painter: QPainter,
        rect: QRect,
        source: BoardSource,
        row: GridRow | None,
        *,
        current: bool = False,
        hover: bool = False,
        on_reference: bool = False,
        focused: bool = False,
    ) -> None:
        """Draw a card; one that has not been read is drawn as quiet bars."""
        tokens = self.tokens
        ground = tokens.selection if current else tokens.surface
        edge = tokens.accent if current and focused else mix(tokens.faint, tokens.line, 0.5) \
            if hover or current else tokens.line  # fmt: skip
        painter.setPen(QPen(QColor(edge), 1.6 if current and focused else 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.8, 0.8, -0.8, -0.8), RADIUS, RADIUS)
        if row is None:
            for line, share in enumerate((0.7, 0.45)):
                painter.fillRect(rect.x() + PAD, rect.y() + 12 + line * LINE,
                                 int((rect.width() - 2 * PAD) * share), 8,
                                 QColor(tokens.sunken))  # fmt: skip
            return
        self._title(painter, rect, source, row, ground)
        top = rect.y() + 5 + LINE
        if source.card.about:
            cell = self.cell(source, row, source.card.about)
            self._reference(painter, rect, top, source, cell, ground, hover=on_reference)
            top += LINE
        self._facts(painter, rect, top, source, row, ground)

    def _title(
        self, painter: QPainter, rect: QRect, source: BoardSource, row: GridRow, ground: str
    ) -> None:
        tokens = self.tokens
        state = self.cell(source, row, source.card.title[0]).state
        ink = tokens.faint if state == "done" else tokens.text
        run = self.title.fit(self.title_of(source, row), rect.width() - 2 * PAD)
        painter.setFont(self.title.font)
        painter.setPen(QColor(readable(ink, ground)))
        base = rect.y() + 5 + self.title.baseline(LINE)
        painter.drawStaticText(QPointF(rect.x() + PAD, base - run.rise), run.text)
        if state == "done":
            middle = rect.y() + 5 + LINE // 2
            painter.drawLine(rect.x() + PAD, middle, int(rect.x() + PAD + run.width), middle)

    def _reference(
        self, painter: QPainter, rect: QRect, top: int, source: BoardSource, cell: GridCell,
        ground: str, *, hover: bool,
    ) -> None:  # fmt: skip
        if not cell.text:
            return
        tokens = self.tokens
        x = rect.x() + PAD
        ratio = painter.device().devicePixelRatioF()
        spec = source.columns[source.paths.index(source.card.about)]
        if cell.ref is not None:
            colour = tokens.colour(cell.colour or spec.entity)
            square = chips.square(colour, chips.SQUARE, 2.0, ratio)
            painter.drawPixmap(x, top + (LINE - chips.SQUARE) // 2, square)
            x += chips.SQUARE + _GAP
        run = self.plain.fit(cell.text, rect.right() - PAD - x)
        base = top + self.plain.baseline(LINE)
        ink = tokens.accent if hover else tokens.muted
        painter.setFont(self.plain.font)
        painter.setPen(QColor(readable(ink, ground)))
        painter.drawStaticText(QPointF(x, base - run.rise), run.text)
        if cell.ref is not None:
            pen = QPen(QColor(tokens.accent if hover else mix(tokens.faint, ground, 0.4)), 1)
            if not hover:
                pen.setDashPattern([2.0, 2.0])
            painter.setPen(pen)
            painter.drawLine(x, base + 4, int(x + run.width), base + 4)

    def _facts(
        self, painter: QPainter, rect: QRect, top: int, source: BoardSource, row: GridRow,
        ground: str,
    ) -> None:  # fmt: skip
        tokens, card = self.tokens, source.card
        right = rect.right() - PAD
        owner = self.cell(source, row, card.owner).text
        if owner:
            self._avatar(painter, QRect(right - _AVATAR, top + (LINE - _AVATAR) // 2,
                                        _AVATAR, _AVATAR), owner)  # fmt: skip
            right -= _AVATAR + _GAP
        left = rect.x() + PAD
        amount = self.cell(source, row, card.amount).text
        base = top + self.figures.baseline(LINE)
        if amount:
            run = self.figures.fit(amount, right - left)
            painter.setFont(self.figures.font)
            painter.setPen(QColor(readable(tokens.text, ground)))
            painter.drawStaticText(QPointF(left, base - run.rise), run.text)
            left += int(run.width) + 2 * _GAP
        day = self.cell(source, row, card.day)
        if day.text and right - left > 40:
            inks = {"late": tokens.danger, "today": tokens.good}
            run = self.small.fit(day.text, right - left)
            painter.setFont(self.small.font)
            painter.setPen(QColor(readable(inks.get(day.state, tokens.muted), ground)))
            x = right - run.width if amount else left
            painter.drawStaticText(QPointF(x, base - run.rise), run.text)

    def _avatar(self, painter: QPainter, rect: QRect, name: str) -> None:
        tokens = self.tokens
        shade = (tokens.accent, tokens.good, tokens.warning, tokens.colour("opportunity"),
                 tokens.colour("campaign"))[sum(map(ord, name)) % 5]  # fmt: skip
        ground = mix(shade, tokens.surface, 0.18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawEllipse(rect)
        run = self.initials.fit(initials(name), _AVATAR)
        painter.setFont(self.initials.font)
        painter.setPen(QColor(readable(shade, ground)))
        base = rect.y() + self.initials.baseline(_AVATAR)
        x = rect.x() + (_AVATAR - run.width) / 2
        painter.drawStaticText(QPointF(x, base - run.rise), run.text)

    def lane_head(
        self, painter: QPainter, rect: QRect, rows: LaneRows, *, plus: bool, target: bool
    ) -> None:
        """Draw the head of a lane: its name, how many records it has, what they come to."""
        tokens = self.tokens
        ratio = painter.device().devicePixelRatioF()
        ground = tokens.selection if target else tokens.background
        colour = tokens.colour(rows.lane.colour or "note")
        dot = chips.square(colour, 9, 4.5, ratio)
        painter.drawPixmap(rect.x() + PAD, rect.y() + (HEAD_LINE - 9) // 2 + 4, dot)
        x = rect.x() + PAD + 9 + _GAP
        base = rect.y() + 4 + self.head.baseline(HEAD_LINE)
        count = f"{rows.count:,}"
        room = rect.right() - PAD - x - 60
        run = self.head.fit(rows.lane.title, room)
        painter.setFont(self.head.font)
        painter.setPen(QColor(readable(tokens.text, ground)))
        painter.drawStaticText(QPointF(x, base - run.rise), run.text)
        number = self.small.fit(count, 60)
        painter.setFont(self.small.font)
        painter.setPen(QColor(readable(tokens.muted, ground)))
        painter.drawStaticText(QPointF(x + run.width + _GAP, base - number.rise), number.text)
        if plus:
            mark = icons.pixmap("plus", tokens.accent, 14, ratio)
            painter.drawPixmap(rect.right() - PAD - 12, rect.y() + 4 + (HEAD_LINE - 14) // 2, mark)
        self._sums(painter, rect, rows.sums, ground)

    def _sums(self, painter: QPainter, rect: QRect, sums: Sequence[str], ground: str) -> None:
        if not sums:
            return
        tokens = self.tokens
        base = rect.y() + 4 + HEAD_LINE - 2 + self.sums.baseline(18)
        room = rect.width() - 2 * PAD
        first = fitting(self.sums, sums[0], int(room * 0.62) if len(sums) > 1 else room)
        painter.setFont(self.sums.font)
        painter.setPen(QColor(readable(tokens.text, ground)))
        painter.drawStaticText(QPointF(rect.x() + PAD, base - first.rise), first.text)
        if len(sums) > 1:
            left = room - first.width - 2 * _GAP
            run = fitting(self.small, sums[1], int(left))
            painter.setFont(self.small.font)
            painter.setPen(QColor(readable(tokens.muted, ground)))
            x = rect.right() + 1 - PAD - run.width
            painter.drawStaticText(QPointF(x, base - run.rise), run.text)

    def narrow(self, painter: QPainter, rect: QRect, rows: LaneRows, *, target: bool) -> None:
        """Draw a narrow lane: its name from top to bottom, and how many records it has."""
        tokens = self.tokens
        ratio = painter.device().devicePixelRatioF()
        ground = tokens.selection if target else tokens.background
        dot = chips.square(tokens.colour(rows.lane.colour or "note"), 9, 4.5, ratio)
        painter.drawPixmap(rect.center().x() - 4, rect.y() + 12, dot)
        run = self.small.fit(f"{rows.count:,}", rect.width() - 2)
        painter.setFont(self.small.font)
        painter.setPen(QColor(readable(tokens.muted, ground)))
        x = rect.x() + (rect.width() - run.width) / 2
        painter.drawStaticText(QPointF(x, rect.y() + 42 - run.rise), run.text)
        painter.save()
        painter.translate(rect.x() + rect.width() / 2, rect.y() + 58)
        painter.rotate(90)
        title = self.head.fit(rows.lane.title, max(rect.height() - 70, 20))
        painter.setFont(self.head.font)
        painter.setPen(QColor(readable(tokens.text, ground)))
        base = self.head.metrics.capHeight() / 2
        painter.drawStaticText(QPointF(0, base - title.rise), title.text)
        painter.restore()


def initials(name: str) -> str:
    """The letters that stand for a person: AB of Anna Berg, 伟 of 李伟."""
    words = name.split()
    if not words:
        return ""
    if not words[0][0].isascii():
        return words[0][-1]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
