"""Find and replace in a grid: a bar above it, the cells that hold a text, one step to replace."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton

from crmdesk.gui.grid.copying import text_of
from crmdesk.gui.grid.source import (
    MOST_FOUND,
    Cancel,
    Entry,
    GridCell,
    GridColumn,
    GridRow,
    Spot,
)
from crmdesk.gui.pressing import press_focused
from crmdesk.gui.theme import icons
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _, ngettext
from crmdesk.schema.numbertext import plain

if TYPE_CHECKING:
    from crmdesk.gui.grid.pane import GridPane

_TYPING_MS = 150
# So many matches before the current cell are looked through for the nearest one.
_NEAR = 2_000
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_DAYS = frozenset({"date", "instant", "moment", "stamp"})
_OWN = _ENTER | {Qt.Key.Key_Escape, Qt.Key.Key_F3}


class FindBar(QFrame):
    """What is looked for, how often it is there, and by what it is replaced."""

    def __init__(self, pane: GridPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self._view = pane.view
        self._spots: list[Spot] = []
        # Where in the spots one is, -1 before the first.
        self._at = -1
        self._sought = ""
        self._cancel: Cancel | None = None
        self._round = 0
        self._asking = False
        # What is to be done when the answer is there.
        self._onwards = 0
        self.sought = QLineEdit(self)
        self.replacement = QLineEdit(self)
        self.told = QLabel(self)
        self.told.setProperty("look", "muted")
        self.told.setMinimumWidth(92)
        self.before = self._button("caret-up", lambda: self.step(-1))
        self.after = self._button("caret-down", lambda: self.step(1))
        self.replace_one = QPushButton(self)
        self.replace_all = QPushButton(self)
        self.replace_one.clicked.connect(self._replace_one)
        self.replace_all.clicked.connect(self._replace_all)
        self.shut = self._button("x", self.close_up)
        box = QHBoxLayout(self)
        box.setContentsMargins(10, 4, 6, 4)
        box.setSpacing(6)
        for line in (self.sought, self.replacement):
            line.setFixedWidth(200)
            line.installEventFilter(self)
        parts = (
            self.sought, self.before, self.after, self.told, self.replacement, self.replace_one,
            self.replace_all,
        )  # fmt: skip
        for part in parts:
            box.addWidget(part)
        box.addStretch(1)
        box.addWidget(self.shut)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._search)
        self.sought.textChanged.connect(lambda _text: self._typing.start())
        self._view.grid.loaded.connect(self._again)
        # Many changes in a row are looked through once.
        self._changed = QTimer(self)
        self._changed.setSingleShot(True)
        self._changed.setInterval(_TYPING_MS)
        self._changed.timeout.connect(self._again)
        self._view.grid.stale.connect(self._changed.start)
        theme().changed.connect(self._dress)
        self._dress()
        self.hide()

    def _button(self, icon: str, do: Callable[[], object]) -> QToolButton:
        made = QToolButton(self)
        made.setProperty("picture", icon)
        made.clicked.connect(lambda _checked=False: do())
        return made

    def _dress(self) -> None:
        for button in (self.before, self.after, self.shut):
            button.setIcon(icons.icon(button.property("picture")))
        tokens = theme().tokens
        ground, line = tokens.background, tokens.line
        self.setStyleSheet(f"FindBar {{ background: {ground}; border-bottom: 1px solid {line}; }}")

    def _translate(self) -> None:
        names = (
            (self.before, _("Previous match"), "Shift+F3"),
            (self.after, _("Next match"), "F3"),
            (self.shut, _("Close"), "Esc"),
        )
        for button, words, key in names:
            button.setToolTip(f"{words} ({key})")
            button.setAccessibleName(words)
        self.sought.setPlaceholderText(_("Find in cells…"))
        self.sought.setAccessibleName(_("Find in cells"))
        self.replacement.setPlaceholderText(_("Replace by…"))
        self.replacement.setAccessibleName(_("Replace by"))
        self.replace_one.setText(_("Replace"))
        self.replace_all.setText(_("Replace all"))

    # -- keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and self._press(event):
                return True
            if event.type() == QEvent.Type.ShortcutOverride and Qt.Key(event.key()) in _OWN:
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # From its buttons, which keep none of these for themselves.
        if not press_focused(self, event) and not self._press(event):
            super().keyPressEvent(event)

    def _press(self, event: QKeyEvent) -> bool:
        key, held = Qt.Key(event.key()), event.modifiers()
        shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        ctrl = bool(held & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Escape:
            self.close_up()
        elif key in _ENTER and self.replacement.hasFocus():
            (self._replace_all if ctrl else self._replace_one)()
        elif key in _ENTER or key == Qt.Key.Key_F3:
            self.step(-1 if shift else 1)
        elif ctrl and key in {Qt.Key.Key_F, Qt.Key.Key_H}:
            self.open_up(replacing=key == Qt.Key.Key_H)
        else:
            return False
        return True

    # -- opening and closing

    def open_up(self, *, replacing: bool = False) -> None:
        """Show the bar; with `replacing` also what a text is replaced by."""
        self._translate()
        for part in (self.replacement, self.replace_one, self.replace_all):
            part.setVisible(replacing)
        self.show()
        self.sought.setFocus()
        self.sought.selectAll()
        if self.sought.text():
            self._search()

    def close_up(self) -> None:
        """Put the bar away; the current cell stays where the last match was."""
        self._drop()
        self._spots, self._at, self._sought = [], -1, ""
        self._view.found = frozenset()
        self._view.viewport().update()
        self.hide()
        self._view.setFocus()

    # -- looking

    def _drop(self) -> None:
        self._typing.stop()
        self._round += 1
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _again(self) -> None:
        # Another order, another filter, or records came, went and were changed.
        if self.isVisible() and self._sought:
            self._search(keep=True)

    def _search(self, *, keep: bool = False, replace: bool = False) -> None:
        """Look for what stands in the bar; `replace`: and replace it in all that is found."""
        self._drop()
        text = self.sought.text().strip()
        self._sought = text
        if not text:
            self._arrived(self._round, [], keep=True)
            return
        number = self._round
        self._asking = True
        cancel = self._view.grid.source.find(
            text, lambda spots: self._arrived(number, spots, keep=keep, replace=replace)
        )
        # The answer may have come at once.
        self._cancel = cancel if self._asking else None

    def _arrived(
        self, number: int, spots: Sequence[Spot], *, keep: bool, replace: bool = False
    ) -> None:
        if number != self._round:
            return
        self._cancel, self._asking = None, False
        paths = {spec.path: at for at, spec in enumerate(self._view.grid.columns)}
        seen = self._view.columns.in_sight()
        place = {self._view.grid.columns[column].path: at for at, column in enumerate(seen)}
        shown = [spot for spot in spots if spot[1] in place]
        # Row by row as the list has them, and in each from left to right.
        rank = {rowid: at for at, rowid in enumerate(dict.fromkeys(spot[0] for spot in shown))}
        shown.sort(key=lambda spot: (rank[spot[0]], place[spot[1]]))
        self._spots = shown
        self._view.found = frozenset((rowid, paths[path]) for rowid, path in shown)
        self._at = self._nearest()
        onwards, self._onwards = self._onwards, 0
        if onwards:
            self.step(onwards)
        elif not keep and self._at >= 0:
            self._show()
        self._tell()
        self._view.viewport().update()
        if replace and self._spots:
            self._replace(self._spots)

    def _nearest(self) -> int:
        """The first match at or after the current cell, else the first of all."""
        if not self._spots:
            return -1
        grid, (row, column) = self._view.grid, self._view.current()
        rowid = grid.rowid_at(row)
        if rowid is None:
            return 0
        here = (rowid, grid.columns[column].path)
        if here in self._spots:
            return self._spots.index(here)
        for at, (other, _path) in enumerate(self._spots):
            if grid.row_of(other, max(row, 0)) >= row:
                return at
            if at > _NEAR:
                break
        return 0

    def step(self, way: int) -> None:
        """Go to the next (1) or previous (-1) match, round the ends."""
        if self._typing.isActive() or self._cancel is not None:
            # The answer to what stands in the line now is still on its way.
            self._onwards = way
            if self._typing.isActive():
                self._search()
            return
        if self._spots:
            current = self._at
            self._at = (current + way) % len(self._spots)
            self._show()
        self._tell()

    def _show(self) -> None:
        rowid, path = self._spots[self._at]
        grid = self._view.grid
        row = grid.row_of(rowid)
        column = next(at for at, spec in enumerate(grid.columns) if spec.path == path)
        if row >= 0:
            self._view.go(row, column)

    def _tell(self) -> None:
        count = len(self._spots)
        if not self._sought:
            said = ""
        elif count:
            said = _("{number} of {count}").format(
                number=f"{max(self._at, 0) + 1:,}",
                count=f"{count:,}" + ("+" if count >= MOST_FOUND else ""),
            )
        else:
            said = _("No match")
        self.told.setText(said)
        self.told.setAccessibleName(said)
        for part in (self.before, self.after, self.replace_one, self.replace_all):
            part.setEnabled(bool(count))

    # -- replacing

    def _replace_one(self) -> None:
        if 0 <= self._at < len(self._spots):
            self._replace([self._spots[self._at]])

    def _replace_all(self) -> None:
        # What was found may have been changed, and others may have come, since it was looked for.
        if self._spots:
            self._search(keep=True, replace=True)

    def _replace(self, spots: Sequence[Spot]) -> None:
        rowids = list(dict.fromkeys(rowid for rowid, _path in spots))
        # As they are now: a text that is not there any more would be replaced as a whole.
        self._view.grid.source.rows(
            rowids, lambda rows: self._replace_known(spots, {row.rowid: row for row in rows})
        )

    def _replace_known(self, spots: Sequence[Spot], rows: Mapping[int, GridRow]) -> None:
        grid = self._view.grid
        column_of = {spec.path: at for at, spec in enumerate(grid.columns)}
        cells: dict[int, dict[int, Entry]] = {}
        for rowid, path in spots:
            column = column_of[path]
            spec = grid.columns[column]
            if rowid in rows and spec.editable:
                cell = grid.overlaid.get((rowid, column), rows[rowid].cells[column])
                text = replaced(texts_of(spec, cell), self._sought, self.replacement.text())
                cells.setdefault(rowid, {})[column] = text
        if not cells:
            self._view.told.emit(_("What was found cannot be changed here."))
            return
        self._onwards = 0
        grid.entries.write(cells, _named, then=lambda _written: self._search())


def texts_of(spec: GridColumn, cell: GridCell) -> tuple[str, ...]:
    """The texts of a cell in which something may be found, the one to replace it in first.

    A day is changed as it is shown, a number as it is typed, without its groups of digits.
    """
    typed, shown = text_of(spec, cell), plain(cell.text)
    return (shown, typed) if spec.kind in _DAYS else (typed, shown)


def replaced(texts: Sequence[str], sought: str, by: str) -> str:
    """The first of the texts that has it with what is sought replaced, whatever its case; all of
    it where only the value is the same (12,000 was found as 12000.00)."""
    pattern = re.compile(re.escape(plain(sought)), flags=re.IGNORECASE)
    for text in texts:
        new, count = pattern.subn(lambda _match: by, text)
        if count:
            return new
    return by


def _named(count: int) -> str:
    return ngettext("Replacing in {count} cell", "Replacing in {count} cells", count).format(
        count=f"{count:,}"
    )
