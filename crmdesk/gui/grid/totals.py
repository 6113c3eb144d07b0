"""The strip under a list: how many records there are, and what each column comes to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from crmdesk.gui.grid.source import Cancel, GridColumn
from crmdesk.gui.grid.texts import Run, Texts
from crmdesk.gui.theme import fonts, icons
from crmdesk.gui.theme.theme import theme
from crmdesk.gui.theme.tokens import CAPTION
from crmdesk.gui.theme.tokens import CELL_PADDING as PAD
from crmdesk.i18n import _, language

if TYPE_CHECKING:
    from crmdesk.gui.grid.view import GridView

_HEIGHT = 30
_LATER_MS = 200
_MARGIN = 14
_GAP = 6
_SIGNS = {"sum": "Σ", "avg": "Ø"}
_TIMES = frozenset({"date", "instant", "moment", "stamp", "rating"})
# A whole number with its groups of digits, the last one of three.
_GROUP = r"[.,'’ \u00a0\u202f]"
_LARGE = re.compile(rf"\d{{1,3}}(?:{_GROUP}\d{{2,3}})*{_GROUP}\d{{3}}(?![.,]?\d)|\d{{4,}}")

NO_TOTAL = "none"
"""Instead of a function: nothing is to stand there."""

BETWEEN = "\u2002"
"""What lies between the amounts of several currencies."""


@runtime_checkable
class AddsUp(Protocol):
    """A source that can say what its columns come to."""

    def functions(self) -> Mapping[str, str]:
        """What is worked out for each column that has a total, by path."""

    def add_up(self, done: Callable[[Mapping[str, str]], None]) -> Cancel:
        """Work it out: texts by path, over all records of the list."""


def function_word(function: str) -> str:
    """What a function is called."""
    return {
        "sum": _("Sum"), "avg": _("Average"), "min": _("Smallest"), "max": _("Largest"),
        "count": _("Filled"), "empty": _("Empty"), NO_TOTAL: _("Nothing"),
    }[function]  # fmt: skip


def short_word(function: str) -> str:
    """What a function is called beside a total."""
    return _("Avg") if function == "avg" else function_word(function)


def fitting(texts: Texts, text: str, room: int) -> Run:
    """A total in the room there is: of several amounts as many as fit, and how many more.

    Where not even one fits, large ones are rounded: a number cut off would be another number.
    """
    wide = texts.metrics.horizontalAdvance
    if wide(text) <= room:
        return texts.fit(text, room)
    parts = text.split(BETWEEN)
    for shown in (parts, [rounded(part) for part in parts]):
        for kept in range(len(parts), 0, -1):
            more = f" +{len(parts) - kept}" if kept < len(parts) else ""
            short = BETWEEN.join(shown[:kept]) + more
            if wide(short) <= room:
                return texts.fit(short, room)
    return texts.fit(rounded(parts[0]), room)


def fits(texts: Texts, text: str, room: float) -> bool:
    """Whether a total can stand in the room whole, be it rounded or with the most of it left out.

    Where it cannot, nothing is to stand there.
    """
    first, *others = text.split(BETWEEN)
    wide = texts.metrics.horizontalAdvance
    more = f" +{len(others)}" if others else ""
    return min(wide(text), wide(rounded(first) + more), wide(first + more)) <= room


def rounded(amount: str) -> str:
    """A large amount in few letters: $ 165.3M, ¥ 1.65亿; others as they are."""
    found = _LARGE.search(amount)
    if found is None:
        return amount
    number = int(re.sub(r"\D", "", found[0]))
    steps = ((10**8, "亿"), (10**4, "万")) if language() == "zh" else (
        (10**9, "B"), (10**6, "M"), (10**3, "K"),
    )  # fmt: skip
    for size, word in steps:
        if number >= size:
            short = f"{number / size:.1f}{word}"
            return amount[: found.start()] + short + amount[found.end() :]
    return amount


def offered(spec: GridColumn) -> tuple[str, ...]:
    """The functions that a column can have."""
    if spec.numeric:
        return "sum", "avg", "min", "max", "count", "empty", NO_TOTAL
    if spec.kind in _TIMES:
        return "min", "max", "count", "empty", NO_TOTAL
    return "count", "empty", NO_TOTAL


class Standing(NamedTuple):
    """A total as it stands in the strip: it ends at `right`, `label` before it."""

    column: int
    right: int
    run: Run
    label: Run | None


class Totals(QFrame):
    """What is said at the left, and under each column what it comes to.

    A click under a column chooses what is worked out for it.
    """

    # A column's path and the function that was chosen for it.
    chosen = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._left = ""
        self._right = ""
        self._view: GridView | None = None
        self._texts: Mapping[str, str] = {}
        self._functions: Mapping[str, str] = {}
        self._asking: Cancel | None = None
        # Faces and rows are read first, and many changes are added up once.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_LATER_MS)
        self._soon.timeout.connect(self._ask)
        self._hot = -1
        self._figures = Texts(fonts.font(figures=True))
        self._strong = Texts(fonts.font(weight=QFont.Weight.DemiBold, figures=True))
        self._small = Texts(fonts.font(CAPTION))
        self.setFixedHeight(_HEIGHT)
        self.setMouseTracking(True)
        self.hide()
        theme().changed.connect(self.update)

    def say(self, left: str, right: Sequence[str] = ()) -> None:
        """Set the text; nothing at all hides the strip."""
        self._left = left
        self._right = "     ".join(right)
        self.setVisible(bool(left or right))
        self._name()
        self.update()

    def add_up(self, view: GridView) -> None:
        """Add up the columns of that grid from now on, whenever its rows were read."""
        self._view = view
        header = view.header
        for moved in (header.sectionResized, header.sectionMoved, header.geometriesChanged):
            moved.connect(self.update)
        view.horizontalScrollBar().valueChanged.connect(self.update)
        view.grid.loaded.connect(self.refresh)
        view.grid.added.connect(self.refresh)
        view.grid.modelReset.connect(self._begin)
        self.refresh()

    def refresh(self) -> None:
        """Work out again what the columns come to; the old answer stays until the new one."""
        if self._asking is not None:
            self._asking()
            self._asking = None
        self._soon.start()

    def _ask(self) -> None:
        source: object = None if self._view is None else self._view.grid.source
        if isinstance(source, AddsUp):
            self._functions = source.functions()
            self._asking = source.add_up(partial(self._answered, source))

    def _begin(self) -> None:
        source: object = None if self._view is None else self._view.grid.source
        functions: Mapping[str, str] = source.functions() if isinstance(source, AddsUp) else {}
        if functions != self._functions:
            self._functions, self._texts = functions, {}
        self.update()

    def _answered(self, source: object, texts: Mapping[str, str]) -> None:
        if self._view is not None and source is self._view.grid.source:
            self._texts = texts
            self._name()
            self.update()

    def text(self, path: str) -> str:
        """What stands under a column."""
        return self._texts.get(path, "")

    def _name(self) -> None:
        said = [self._left, self._right]
        for spec in () if self._view is None else self._view.grid.columns:
            text = self._texts.get(spec.path)
            if text:
                said.append(f"{spec.title}, {function_word(self._functions[spec.path])}: {text}")
        self.setAccessibleName(", ".join(filter(None, said)))

    # -- columns

    def _place(self, column: int) -> QRect:
        """Where the total of a column stands."""
        view = self._view
        assert view is not None
        left = view.viewport().x() + view.columnViewportPosition(column)
        return QRect(left, 0, view.columnWidth(column), _HEIGHT)

    def _column_at(self, at: QPoint) -> int:
        view = self._view
        return -1 if view is None else view.columnAt(at.x() - view.viewport().x())

    def menu(self, column: int) -> QMenu | None:
        """What can be worked out for a column."""
        view = self._view
        if view is None or not 0 <= column < len(view.grid.columns):
            return None
        spec = view.grid.columns[column]
        now = self._functions.get(spec.path, NO_TOTAL)
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for function in offered(spec):
            if function == NO_TOTAL:
                menu.addSeparator()
            action = menu.addAction(function_word(function))
            action.setCheckable(True)
            action.setChecked(function == now)
            action.triggered.connect(
                lambda _checked, function=function: self.chosen.emit(spec.path, function)
            )
        return menu

    def choose(self, column: int) -> None:
        """Let one choose what is worked out for a column."""
        menu = self.menu(column)
        if menu is not None:
            at = self._place(column).topRight() - QPoint(menu.sizeHint().width(), 0)
            menu.popup(self.mapToGlobal(QPoint(at.x(), -menu.sizeHint().height())))

    # -- Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.choose(self._column_at(event.position().toPoint()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._column_at(event.position().toPoint()))

    def leaveEvent(self, event: object) -> None:
        self._hover(-1)
        super().leaveEvent(event)  # type: ignore[arg-type]

    def _hover(self, column: int) -> None:
        if column != self._hot:
            self._hot = column
            known = self._view is not None and 0 <= column < len(self._view.grid.columns)
            path = self._view.grid.columns[column].path if self._view and known else ""
            text = self._texts.get(path, "")
            word = function_word(self._functions[path]) if text else ""
            self.setToolTip(f"{word}: {text}" if text else "")
            shape = Qt.CursorShape
            self.setCursor(shape.PointingHandCursor if column >= 0 else shape.ArrowCursor)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        if self._hot >= 0 and self._view is not None and self._hot < len(self._view.grid.columns):
            painter.fillRect(self._place(self._hot), QColor(tokens.sunken))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line))
        base = self._figures.baseline(_HEIGHT)
        left = self._figures.fit(self._left, self.width() - 2 * _MARGIN)
        painter.setPen(QColor(tokens.muted))
        painter.setFont(self._figures.font)
        begin = round(_MARGIN + left.width) + 2 * _GAP
        free = self.width() - _MARGIN
        if self._right:
            # What the selection adds up to goes last when there is no room.
            run = self._figures.fit(self._right, free - begin)
            free = round(free - run.width)
            painter.drawStaticText(QPointF(free, base - run.rise), run.text)
        elif self._view is not None:
            self._columns(painter, self._view, begin)
        painter.setFont(self._figures.font)
        painter.setPen(QColor(tokens.muted))
        painter.drawStaticText(QPointF(_MARGIN, base - left.rise), left.text)
        painter.end()

    def standing(self, begin: int) -> list[Standing]:
        """What stands under which column, right of `begin`; what would be cut is left out."""
        view = self._view
        if view is None:
            return []
        found: list[Standing] = []
        end, frozen = view.viewport().geometry().right(), view.frozen
        stop = begin
        for column in view.columns.in_sight():
            place, spec = self._place(column), view.grid.columns[column]
            text = self._texts.get(spec.path, "")
            if not text or place.left() > end or place.right() - PAD < begin:
                continue
            if column not in frozen.at:
                stop = max(stop, view.viewport().x() + frozen.width)
            right = place.right() + 1 - PAD
            room = right - stop - PAD // 2
            if not fits(self._strong, text, room):
                continue
            function = self._functions.get(spec.path, NO_TOTAL)
            label = self._label(function, text, room)
            wide = 0 if label is None else round(label.width) + _GAP
            run = fitting(self._strong, text, room - wide)
            found.append(Standing(column, right, run, label))
            stop = right + PAD
        return found

    def _label(self, function: str, text: str, room: int) -> Run | None:
        """What names a total: its word, or its sign where there is no room, or nothing."""
        words = (short_word(function), _SIGNS.get(function, ""))
        for word in filter(None, words):
            label = self._small.fit(word, 90)
            if fits(self._strong, text, room - round(label.width) - _GAP):
                return label
        return None

    def _columns(self, painter: QPainter, view: GridView, begin: int) -> None:
        """Paint what stands under the columns."""
        tokens = theme().tokens
        base = self._strong.baseline(_HEIGHT)
        painter.save()
        # A column that is half out of sight has its total cut as its cells are.
        painter.setClipRect(QRect(0, 0, view.viewport().geometry().right() + 1, _HEIGHT))
        shown = self.standing(begin)
        for _column, right, run, label in shown:
            left = right - run.width
            painter.setFont(self._strong.font)
            painter.setPen(QColor(tokens.text))
            painter.drawStaticText(QPointF(left, base - run.rise), run.text)
            if label is not None:
                at = QPointF(left - _GAP - label.width, base - label.rise)
                painter.setFont(self._small.font)
                painter.setPen(QColor(tokens.faint))
                painter.drawStaticText(at, label.text)
        known = 0 <= self._hot < len(view.grid.columns)
        if known and not self._texts.get(view.grid.columns[self._hot].path):
            right = self._place(self._hot).right() + 1 - PAD
            taken = any(one.right - one.run.width < right <= one.right for one in shown)
            if right - 12 > begin and not taken:
                ratio = painter.device().devicePixelRatioF()
                mark = icons.pixmap("plus", tokens.faint, 12, ratio)
                painter.drawPixmap(right - 12, (_HEIGHT - 12) // 2, mark)
        painter.restore()
