"""The columns of a grid on the screen: widths, what is left over, order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHeaderView

if TYPE_CHECKING:
    from crmdesk.gui.grid.source import GridColumn
    from crmdesk.gui.grid.view import GridView

_LEAST = 60
_WIDEST = 700
# So many rows beyond those in sight count for the width that fits.
_READ = 100


class Columns(QObject):
    """Gives columns their widths, lets one take what is left, and keeps what the hand changed."""

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        self._fitting = False
        # Columns whose width was set by hand no longer stretch.
        self._by_hand: set[str] = set()
        # How all columns share the room (0: hidden), while the hand has not arranged them.
        self.sharing: Callable[[Sequence[GridColumn], int], Sequence[int]] | None = None
        self._arranged = False
        header = view.header
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(self._moved)
        header.sectionHandleDoubleClicked.connect(self.fit_content)
        view.grid.modelReset.connect(self._reset)
        self._shown: tuple[str, ...] = ()
        self._given: tuple[int, ...] = ()

    def take(self) -> None:
        """Take the widths that the source gives."""
        specs = self._view.grid.columns
        self._shown = tuple(spec.path for spec in specs)
        self._by_hand.clear()
        self._arranged = False
        self._take_widths()
        self.fit()

    def plain(self) -> None:
        """Take back what the hand arranged: order, widths and what is shown are the source's."""
        header = self._view.header
        self._fitting = True
        for column in range(header.count()):
            header.moveSection(header.visualIndex(column), column)
            header.setSectionHidden(column, False)
        self._fitting = False
        self.take()

    def _take_widths(self) -> None:
        """Give the columns the source's widths, but those that the hand has set."""
        specs, header = self._view.grid.columns, self._view.header
        # They differ by language: 18 Dec 2026 takes less room than 2026年12月18日.
        self._given = tuple(spec.width for spec in specs)
        self._fitting = True
        for column, spec in enumerate(specs):
            if spec.path not in self._by_hand:
                header.resizeSection(column, spec.width)
        self._fitting = False

    def fit(self) -> None:
        """Let the stretching columns, or the last one, fill what the others leave."""
        view, specs = self._view, self._view.grid.columns
        if not specs:
            return
        header = view.header
        if self.sharing is not None and not self._by_hand and not self._arranged:
            self._fitting = True
            for column, width in enumerate(self.sharing(specs, view.viewport().width())):
                header.setSectionHidden(column, width == 0)
                if width:
                    header.resizeSection(column, width)
            self._fitting = False
            return
        seen = [column for column in range(len(specs)) if not header.isSectionHidden(column)]
        free = [
            column
            for column in seen
            if specs[column].stretch and specs[column].path not in self._by_hand
        ]
        if not free:
            ordered = sorted(seen, key=header.visualIndex)
            free = [ordered[-1]] if ordered and specs[ordered[-1]].path not in self._by_hand else []
        if not free:
            return
        fixed = sum(header.sectionSize(column) for column in seen if column not in free)
        share = (view.viewport().width() - fixed) // len(free)
        self._fitting = True
        for column in free:
            least = min(specs[column].width, max(_LEAST, specs[column].width))
            header.resizeSection(column, max(share, least))
        self._fitting = False

    def in_sight(self) -> tuple[int, ...]:
        """The columns that are not hidden, from left to right."""
        header = self._view.header
        order = map(header.logicalIndex, range(header.count()))
        return tuple(column for column in order if not header.isSectionHidden(column))

    def fit_content(self, column: int) -> None:
        """Make a column as wide as its title and the cells that have been read."""
        view = self._view
        spec = view.grid.columns[column]
        first, last = max(view.rowAt(0), 0), view.rowAt(view.viewport().height() - 1)
        last = last if last >= 0 else view.grid.total - 1
        cells = [
            view.grid.cell(row, column)
            for row in range(max(first - _READ, 0), min(last + _READ, view.grid.total))
            if view.grid.row_at(row) is not None
        ]
        widest = max((view.cells.width_of(spec, cell, column) for cell in cells), default=0)
        width = max(widest, view.header.width_of(spec.title))
        self._by_hand.add(spec.path)
        view.header.resizeSection(column, min(max(width, _LEAST), _WIDEST))
        view.columns_changed.emit()

    def first(self) -> int:
        """The leftmost column in sight."""
        return self.edge(1)

    def edge(self, direction: int) -> int:
        """The column where one comes in when going right (1: the first) or left (-1)."""
        header = self._view.header
        for visual in range(header.count())[::direction]:
            if not header.isSectionHidden(header.logicalIndex(visual)):
                return header.logicalIndex(visual)
        return 0

    def first_typed(self) -> int:
        """The leftmost column that can be typed into."""
        header, specs = self._view.header, self._view.grid.columns
        for visual in range(header.count()):
            column = header.logicalIndex(visual)
            spec = specs[column]
            if spec.editable and spec.kind != "boolean" and not header.isSectionHidden(column):
                return column
        return self.first()

    def beside(self, column: int, step: int) -> int | None:
        """The next column in sight to the right (1) or left (-1), None at the edge."""
        header = self._view.header
        visual = header.visualIndex(column) + step
        while 0 <= visual < header.count():
            found = header.logicalIndex(visual)
            if not header.isSectionHidden(found):
                return found
            visual += step
        return None

    def state(self) -> list[tuple[str, int]]:
        """The columns in sight in their order, with the widths set by hand (0: not by hand)."""
        header, specs = self._view.header, self._view.grid.columns
        found = []
        for visual in range(header.count()):
            column = header.logicalIndex(visual)
            if header.isSectionHidden(column):
                continue
            path = specs[column].path
            found.append((path, header.sectionSize(column) if path in self._by_hand else 0))
        return found

    def restore(self, state: Sequence[tuple[str, int]]) -> None:
        """Put the columns back as `state()` told them; columns it does not name are hidden."""
        header, specs = self._view.header, self._view.grid.columns
        number: Mapping[str, int] = {spec.path: n for n, spec in enumerate(specs)}
        wanted = [(path, width) for path, width in state if path in number]
        if not wanted:
            return
        self._fitting = self._arranged = True
        named = {path for path, _ in wanted}
        for column, spec in enumerate(specs):
            header.setSectionHidden(column, spec.path not in named)
        for visual, (path, width) in enumerate(wanted):
            header.moveSection(header.visualIndex(number[path]), visual)
            if width:
                self._by_hand.add(path)
            header.resizeSection(number[path], width or specs[number[path]].width)
        self._fitting = False
        self.fit()

    def _resized(self, column: int, _old: int, _new: int) -> None:
        if self._fitting:
            return
        # Only a drag of the edge is the hand's; everything else is ours.
        if self._view.header.viewport().cursor().shape() == Qt.CursorShape.SplitHCursor:
            self._by_hand.add(self._view.grid.columns[column].path)
            self._view.columns_changed.emit()

    def _moved(self) -> None:
        if not self._fitting:
            self._view.columns_changed.emit()

    def _reset(self) -> None:
        self._view.forget_options()
        specs = self._view.grid.columns
        if tuple(spec.path for spec in specs) != self._shown:
            self.take()
        elif tuple(spec.width for spec in specs) != self._given:
            self._take_widths()
            self.fit()
