"""Paints cells: text, numbers, references, chips, check boxes, and what was refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QLine, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from crmdesk.gui import chips
from crmdesk.gui.grid.source import GridCell, GridColumn, Option
from crmdesk.gui.grid.texts import Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.tokens import CELL_PADDING as PAD
from crmdesk.gui.theme.tokens import Tokens, mix, readable
from crmdesk.schema.viewdata import COLOURS

if TYPE_CHECKING:
    from crmdesk.gui.grid.wrapping import Wraps

_GAP = 6
_MARK = 16
Options = Callable[[int], dict[object, Option]]


class Strip(NamedTuple):
    """One column as it lies in the viewport."""

    column: int
    spec: GridColumn
    x: int
    width: int


class Line(NamedTuple):
    """One row as it lies in the viewport: its row, its top and its cells (None: not read)."""

    row: int
    y: int
    cells: Sequence[GridCell] | None
    tint: str = ""


class CellPainter:
    """Draws the cells of a grid in the tokens in force.

    It works column by column, since a column has one font, one alignment and mostly one colour,
    and draws from what was laid out before.
    """

    def __init__(self, tokens: Tokens, options: Options) -> None:
        self._options = options
        self.texts = Texts(fonts.font())
        self.figures = Texts(fonts.font(figures=True))
        self._wraps: Wraps | None = None
        self.dress(tokens)

    def dress(self, tokens: Tokens) -> None:
        """Take on the colours of a theme."""
        self.tokens = tokens
        # Each reads on a selected cell too, which is the darkest ground it gets.
        inks = {
            "": tokens.text,
            "late": tokens.danger,
            "today": tokens.good,
            "done": tokens.faint,
            "faint": tokens.faint,
            "refused": tokens.text,
            "accent": tokens.accent,
        }
        # What a rule colours, by its token.
        inks |= {colour: tokens.colour(colour) for colour in COLOURS}
        self._pens = {
            state: QPen(QColor(readable(ink, tokens.range_tint))) for state, ink in inks.items()
        }
        dashes = QPen(QColor(mix(tokens.faint, tokens.surface, 0.40)), 1)
        dashes.setDashPattern([2.0, 2.0])
        dashes.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._dashes = dashes
        self._skeleton = QColor(tokens.sunken)
        self._strike = QPen(QColor(tokens.faint), 1)

    def strip(
        self,
        painter: QPainter,
        strip: Strip,
        lines: Sequence[Line],
        height: int,
        hover: int = -1,
        *,
        wrapped: bool = False,
    ) -> None:
        """Draw one column of `lines`; `hover` is the row whose reference lies under the pointer.

        What is `wrapped` goes on below `height`, in the lines that a taller row has room for.
        """
        kind = strip.spec.kind
        if wrapped and kind in WRAPS:
            self.wraps.paint(painter, strip, lines, height, self._pens)
            return
        if kind == "boolean":
            self._boxes(painter, strip, lines, height)
        elif kind in {"choice", "choices"}:
            self._chips(painter, strip, lines, height)
        elif kind in {"reference", "anyref"}:
            self._references(painter, strip, lines, height, hover)
        else:
            self._texts(painter, strip, lines, height, hover)

    @property
    def wraps(self) -> Wraps:
        """The texts that are shown in several lines."""
        if self._wraps is None:
            # Late, for the start's sake: a list is seldom wrapped.
            from crmdesk.gui.grid.wrapping import Wraps

            self._wraps = Wraps(self.texts)
        return self._wraps

    # -- by kind

    def _texts(
        self, painter: QPainter, strip: Strip, lines: Sequence[Line], height: int, hover: int
    ) -> None:
        column, spec, x, width = strip
        texts = self.figures if spec.numeric or spec.kind in _TABULAR else self.texts
        painter.setFont(texts.font)
        base = texts.baseline(height)
        room = width - 2 * PAD
        right = x + width - PAD
        state = None
        fit = texts.fit
        for line in lines:
            cells = line.cells
            if cells is None:
                self._bone(painter, strip, line, height)
                continue
            cell = cells[column]
            text = cell.text
            if not text:
                continue
            if cell.ref is not None:
                self._reference(painter, strip, line.y, height, cell, hover == line.row)
                painter.setFont(texts.font)
                state = None
                continue
            run = fit(text, room if cell.state != "refused" else room - _MARK)
            if cell.state != state:
                state = cell.state
                painter.setPen(self._pens.get(state, self._pens[""]))
            left = float(x + PAD)
            if spec.numeric:
                left = right - run.width - (_MARK if state == "refused" else 0)
            painter.drawStaticText(QPointF(left, line.y + base - run.rise), run.text)
            if state == "done":
                middle = line.y + height // 2
                painter.drawLine(int(left), middle, int(left + run.width), middle)

    def _references(
        self, painter: QPainter, strip: Strip, lines: Sequence[Line], height: int, hover: int
    ) -> None:
        painter.setFont(self.texts.font)
        base = self.texts.baseline(height)
        fit = self.texts.fit
        column, spec, x, width = strip
        room = width - 2 * PAD - chips.SQUARE - _GAP
        left = x + PAD + chips.SQUARE + _GAP
        ratio = painter.device().devicePixelRatioF()
        square = chips.square(self.tokens.colour(spec.entity), chips.SQUARE, 2.0, ratio)
        drop = (height - chips.SQUARE) // 2
        dashes: list[QLine] = []
        painter.setPen(self._pens[""])
        for line in lines:
            cells = line.cells
            if cells is None:
                self._bone(painter, strip, line, height)
                continue
            cell = cells[column]
            if not cell.text:
                continue
            if hover == line.row or cell.state or cell.ref is None or cell.colour is not None:
                self._reference(painter, strip, line.y, height, cell, hover == line.row)
                painter.setPen(self._pens[""])
                continue
            run = fit(cell.text, room)
            y = line.y + base
            painter.drawPixmap(x + PAD, line.y + drop, square)
            painter.drawStaticText(QPointF(left, y - run.rise), run.text)
            dashes.append(QLine(left, y + 4, int(left + run.width), y + 4))
        if dashes:
            painter.setPen(self._dashes)
            painter.drawLines(dashes)

    def _reference(
        self, painter: QPainter, strip: Strip, y: int, height: int, cell: GridCell, hover: bool
    ) -> None:
        entity = cell.ref[0] if cell.ref else strip.spec.entity
        colour = self.tokens.colour(cell.colour or strip.spec.entity or entity)
        ratio = painter.device().devicePixelRatioF()
        x = strip.x + PAD
        if cell.ref is not None:
            square = chips.square(colour, chips.SQUARE, 2.0, ratio)
            painter.drawPixmap(x, y + (height - chips.SQUARE) // 2, square)
            x += chips.SQUARE + _GAP
        room = strip.x + strip.width - PAD - x
        if hover or cell.state == "refused":
            room -= _MARK
        run = self.texts.fit(cell.text, room)
        base = y + self.texts.baseline(height)
        pen = self._pens.get("accent" if hover else cell.state, self._pens[""])
        painter.setFont(self.texts.font)
        painter.setPen(pen)
        painter.drawStaticText(QPointF(x, base - run.rise), run.text)
        if hover:
            painter.drawLine(x, base + 4, int(x + run.width + _MARK), base + 4)
            mark = icons.pixmap("arrow-clockwise", self.tokens.accent, 13, ratio)
            painter.drawPixmap(int(x + run.width + 3), y + (height - 13) // 2, mark)
        elif cell.ref is not None:
            painter.setPen(self._dashes)
            painter.drawLine(x, base + 4, int(x + run.width), base + 4)

    def _chips(self, painter: QPainter, strip: Strip, lines: Sequence[Line], height: int) -> None:
        column, spec, x, width = strip
        ratio = painter.device().devicePixelRatioF()
        options = self._options(column)
        drop = (height - chips.CHIP_HEIGHT) // 2
        for line in lines:
            cells = line.cells
            if cells is None:
                self._bone(painter, strip, line, height)
                continue
            cell = cells[column]
            if not cell.text:
                continue
            if cell.state == "refused":
                self._texts(painter, strip, [line], height, -1)
                continue
            left = x + PAD - 2
            end = x + width - PAD + 2
            for text, colour in chip_parts(cell, options, several=spec.kind == "choices"):
                if end - left < 2 * chips.CHIP_PADDING + 8:
                    break
                made = chips.chip(text, colour, end - left, self.tokens, ratio)
                painter.drawPixmap(left, line.y + drop, made)
                left += round(made.width() / ratio) + 4

    def _boxes(self, painter: QPainter, strip: Strip, lines: Sequence[Line], height: int) -> None:
        ratio = painter.device().devicePixelRatioF()
        tokens = self.tokens
        empty = chips.check_box(False, tokens.faint, tokens.surface, ratio)
        full = chips.check_box(True, tokens.accent, tokens.on_accent, ratio)
        done = chips.check_box(True, tokens.faint, tokens.surface, ratio)
        x = strip.x + min(PAD, (strip.width - chips.BOX) // 2)
        drop = (height - chips.BOX) // 2
        for line in lines:
            cells = line.cells
            if cells is None:
                continue
            cell = cells[strip.column]
            picture = (done if cell.state == "done" else full) if cell.value else empty
            painter.drawPixmap(x, line.y + drop, picture)

    def _bone(self, painter: QPainter, strip: Strip, line: Line, height: int) -> None:
        # A quiet bar where text will be; its length varies so that it does not look like a table.
        share = 0.35 + ((line.row * 7 + strip.column * 13) % 10) / 25
        long = max(8, int((strip.width - 2 * PAD) * share))
        left = strip.x + strip.width - PAD - long if strip.spec.numeric else strip.x + PAD
        painter.fillRect(left, line.y + height // 2 - 4, long, 8, self._skeleton)

    # -- marks round a cell

    def refusal(self, painter: QPainter, rect: QRect) -> None:
        """The ground of a refused cell, drawn before its text."""
        painter.fillRect(rect, QColor(self.tokens.danger_soft))

    def refusal_frame(self, painter: QPainter, rect: QRect) -> None:
        """The outline and mark of a refused cell, drawn after its text."""
        self.frame(painter, rect, self.tokens.danger, 1.5)
        ratio = painter.device().devicePixelRatioF()
        mark = icons.pixmap("warning-circle-fill", self.tokens.danger, _MARK, ratio)
        painter.drawPixmap(rect.right() - _MARK - 4, rect.y() + (rect.height() - _MARK) // 2, mark)

    def frame(self, painter: QPainter, rect: QRect, colour: str, width: float = 2.0) -> None:
        """An outline inside `rect`."""
        pen = QPen(QColor(colour), width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = width / 2
        painter.drawRect(QRectF(rect).adjusted(half, half, -half, -half))

    # -- asking

    def reference_area(self, strip: Strip, y: int, height: int, cell: GridCell) -> QRect:
        """Where a pointer is on the reference itself, in viewport coordinates."""
        if cell.ref is None:
            return QRect()
        room = strip.width - 2 * PAD - chips.SQUARE - _GAP
        run = self.texts.fit(cell.text, room)
        return QRect(strip.x + PAD, y, int(run.width) + chips.SQUARE + _GAP + 2, height)

    def width_of(self, spec: GridColumn, cell: GridCell, column: int) -> int:
        """How wide a column must be to show a cell whole."""
        if spec.kind in {"choice", "choices"}:
            parts = chip_parts(cell, self._options(column), several=spec.kind == "choices")
            chipped = sum(chips.chip_width(text) + 4 for text, _colour in parts if text)
            return round(chipped) + 2 * PAD
        texts = self.figures if spec.numeric or spec.kind in _TABULAR else self.texts
        wide = round(texts.fit(cell.text, 10_000).width) + 2 * PAD + 2
        return wide + chips.SQUARE + _GAP if cell.ref is not None else wide

    def star_at(self, strip: Strip, x: int) -> int:
        """Which star of a rating lies at `x` of the viewport, 0 for none."""
        wide = self.texts.fit("★★★★★", strip.width).width / 5
        at = x - strip.x - PAD
        return int(at // wide) + 1 if 0 <= at < 5 * wide else 0

    def font(self, spec: GridColumn) -> QFont:
        """The font a column is painted in, for its editor."""
        return (self.figures if spec.numeric or spec.kind in _TABULAR else self.texts).font


WRAPS = frozenset({"text", "longtext"})
"""The kinds of columns whose text can have several lines."""
_TABULAR = frozenset({"date", "instant", "moment", "stamp", "duration", "phone"})


def chip_parts(
    cell: GridCell, options: dict[object, Option], *, several: bool
) -> list[tuple[str, str | None]]:
    """The chips of a cell, each a text and a colour."""
    if several and isinstance(cell.value, (tuple, list)):
        known = [options.get(key) for key in cell.value]
        parts = [(option.title, option.colour) for option in known if option is not None]
        if parts:
            return parts
    option = options.get(cell.value) if isinstance(cell.value, str) else None
    colour = cell.colour or (option.colour if option is not None else None)
    return [(cell.text, colour)]
