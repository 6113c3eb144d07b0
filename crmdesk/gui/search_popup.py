"""What the search box finds as one types: records by kind, lists, views and commands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from crmdesk.features.finding.finding import FoundRecord, find_records, told_records
from crmdesk.features.finding.scope import Scope
from crmdesk.gui.bridge import Bridge
from crmdesk.gui.grid.source import Cancel
from crmdesk.gui.palette.creating import Make
from crmdesk.gui.palette.gathering import found_lines, resting_lines
from crmdesk.gui.palette.lines import Command, Found, LinePainter, Lines
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _
from crmdesk.schema.crm.rail import MAIN, MORE, SYSTEM

__all__ = ["Command", "Found", "SearchPopup"]

_WIDE, _HIGH = 520, 520
_RECENT = 8
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}


class SearchPopup(QFrame):
    """Hangs under the search box; the box keeps the focus.

    Up and Down walk, Enter goes there, Ctrl+Enter to the record in its list; Esc closes, then
    empties the box, then leaves it. An answer to what is no longer in the box is dropped; Enter
    waits for the answer to what is. An empty box offers the records seen lately and the commands
    that are used most.
    """

    # A record was chosen; or, with an empty id, the list of an entity.
    chosen = Signal(str, str)
    # One leaves the box without having chosen anything.
    left = Signal()
    # A record is to be shown in its list; a list by a saved view.
    list_asked = Signal(str, str)
    view_asked = Signal(str, str)
    # What can be done with a record is asked for: entity, id, and the point of the screen.
    menu_asked = Signal(str, str, object)
    # A command was run: the name it is remembered by.
    used = Signal(str)

    def __init__(self, bridge: Bridge, box: QLineEdit, window: QWidget) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._box = box
        self._window = window
        self._commands: Callable[[], Sequence[Command]] = tuple
        self._recent: Callable[[], Sequence[tuple[str, str]]] = tuple
        self._counts: Callable[[], Mapping[str, int]] = dict
        self._known: Callable[[], Collection[tuple[str, str]]] = tuple
        self._make: Make | None = None
        self._cancel: Cancel | None = None
        # The menu of a line is opening, which takes the focus from the box.
        self._in_menu = False
        # Enter was pressed before the answer came: with Ctrl or without.
        self._take_next: bool | None = None
        # What the program itself keeps, such as the entries of choice lists, is not looked for.
        self._looked = [
            entity.name
            for entity in bridge.registry.entities.values()
            if entity.name in (*MAIN, *MORE) or entity.area != SYSTEM
        ]
        self._lines = Lines(self)
        self.list = QListView(self)
        self.list.setModel(self._lines)
        self.list.setItemDelegate(LinePainter(self._lines))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet("QListView { border: 0; }")
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.clicked.connect(self._take)
        self.list.entered.connect(self._point)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._ask_menu)
        self.list.setAccessibleName(_("Found"))
        row = QVBoxLayout(self)
        row.setContentsMargins(5, 5, 5, 5)
        row.addWidget(self.list)
        self.setObjectName("searchPopup")
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(24)
        shadow.setOffset(0, 6)
        shadow.setColor(QColor(0, 0, 0, 60))
        self.setGraphicsEffect(shadow)
        self._dress()
        theme().changed.connect(self._dress)
        box.installEventFilter(self)
        box.textChanged.connect(self._typed)
        self.hide()

    @property
    def lines(self) -> list[Found]:
        """The lines that are shown."""
        return self._lines.lines

    def set_commands(self, commands: Callable[[], Sequence[Command]]) -> None:
        """What tells what can be done from here besides finding."""
        self._commands = commands

    def set_memory(
        self,
        recent: Callable[[], Sequence[tuple[str, str]]],
        counts: Callable[[], Mapping[str, int]],
    ) -> None:
        """What tells the records seen lately, and how often each command was run."""
        self._recent, self._counts = recent, counts

    def set_known(self, known: Callable[[], Collection[tuple[str, str]]]) -> None:
        """What tells the records that are pinned or were seen lately, which come first."""
        self._known = known

    def set_make(self, make: Make) -> None:
        """What makes a record where none is called as was typed."""
        self._make = make

    def begin(self, text: str) -> None:
        """Look for what is in the box already."""
        self._typed(text)

    def close_up(self) -> None:
        """Hide, and drop what is still being looked for."""
        self._drop()
        self.hide()

    # -- finding

    def _drop(self) -> None:
        self._take_next = None
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _typed(self, text: str) -> None:
        self._drop()
        if not self._box.hasFocus():
            return
        text = text.strip()
        bridge, looked = self._bridge, self._looked
        workspace, ctx = bridge.workspace, bridge.ctx
        if not text:
            recent = tuple(self._recent())[:_RECENT]

            def rest(conn: Any, _job: object) -> list[FoundRecord]:
                return told_records(workspace, conn, recent, ctx)

            self._cancel = bridge.read(rest, self._rest)
            return

        def ask(conn: Any, _job: object) -> tuple[Scope, list[FoundRecord]]:
            bridge.views.all()  # read here, where it does not keep the window
            return find_records(workspace, conn, text, looked, ctx)

        self._cancel = bridge.read(ask, partial(self._show, text))

    def _rest(self, recent: Sequence[FoundRecord]) -> None:
        self._cancel = None
        if not self._box.text().strip() and self._box.hasFocus():
            self._put(resting_lines(self._bridge, recent, self._commands(), self._counts()))

    def _show(self, text: str, found: tuple[Scope, Sequence[FoundRecord]]) -> None:
        self._cancel = None
        if text != self._box.text().strip():
            return
        self._put(
            found_lines(
                self._bridge, *found, self._looked, self._commands(), self._known(), self._make
            )
        )
        if self._take_next is not None:
            in_list, self._take_next = self._take_next, None
            self._take(self.list.currentIndex(), in_list=in_list)

    def _put(self, lines: Sequence[Found]) -> None:
        if not lines:
            self.hide()
            return
        if list(lines) != self._lines.lines:
            self._lines.show(lines)
        first = next((n for n, line in enumerate(lines) if not line.is_heading), -1)
        chosen = lines[first].command if first >= 0 else None
        if chosen is not None and chosen.asks:
            self.list.setCurrentIndex(QModelIndex())
        elif first >= 0:
            self.list.setCurrentIndex(self._lines.index(first))
            self.list.scrollToTop()
        self._place()
        if not self.isVisible():
            self.show()
            self.raise_()

    def _leave(self) -> None:
        """One step back: the lines go, then what is in the box, then one leaves the box."""
        if self.isHidden():
            if not self._box.text():
                self.left.emit()
            self._box.clear()
        self.close_up()

    # -- choosing

    def _point(self, index: QModelIndex) -> None:
        if not self._lines.lines[index.row()].is_heading:
            self.list.setCurrentIndex(index)

    def _take(self, index: QModelIndex, *, in_list: bool = False) -> None:
        if not index.isValid() or self._lines.lines[index.row()].is_heading:
            return
        line = self._lines.lines[index.row()]
        self._box.clear()
        self.close_up()
        if line.command is not None:
            if line.command.name:
                self.used.emit(line.command.name)
            line.command.run()
        elif line.view:
            self.view_asked.emit(line.entity, line.view)
        elif in_list and line.id:
            self.list_asked.emit(line.entity, line.id)
        else:
            self.chosen.emit(line.entity, line.id)

    def _ask_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        line = self._lines.lines[index.row()] if index.isValid() else None
        if line is not None and line.id:
            self.list.setCurrentIndex(index)
            self._in_menu = True
            self.menu_asked.emit(line.entity, line.id, self.list.viewport().mapToGlobal(at))

    def _walk(self, step: int) -> None:
        lines = self._lines.lines
        rows = [row for row, line in enumerate(lines) if not line.is_heading]
        if not rows:
            return
        now = self.list.currentIndex().row()
        at = rows.index(now) if now in rows else -1
        row = rows[min(max(at + step, 0), len(rows) - 1)]
        self.list.setCurrentIndex(self._lines.index(row))
        if row == rows[0]:
            # Its heading stands above it.
            self.list.scrollToTop()

    # -- looking

    def _dress(self) -> None:
        tokens = theme().tokens
        self.setStyleSheet(
            f"#searchPopup {{ background: {tokens.surface}; border: 1px solid {tokens.line};"
            " border-radius: 8px; }"
        )

    def _place(self) -> None:
        wide = max(_WIDE, self._box.width())
        high = 12 + sum(line.high for line in self._lines.lines)
        window = self._window
        corner = self._box.mapTo(window, QPoint(self._box.width() - wide, self._box.height() + 4))
        high = min(high, _HIGH, window.height() - corner.y() - 12)
        self.setGeometry(max(corner.x(), 8), corner.y(), min(wide, window.width() - 16), high)

    # -- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._box:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.FocusOut:
            # The menu of a line leaves the lines where they are.
            if not self._in_menu:
                self.close_up()
            self._in_menu = False
        elif event.type() == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            # Who only passes by with Tab is not shown anything.
            on_purpose = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ShortcutFocusReason)
            if event.reason() in on_purpose:
                self._typed(self._box.text())
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(Qt.Key(event.key()), event.modifiers())
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        if key in _ENTER:
            in_list = bool(held & Qt.KeyboardModifier.ControlModifier)
            if self._cancel is not None:
                self._take_next = in_list
            elif self.isVisible():
                self._take(self.list.currentIndex(), in_list=in_list)
            return True
        if key == Qt.Key.Key_Escape:
            self._leave()
            return True
        if key in _STEPS:
            if self.isVisible():
                self._walk(_STEPS[key])
            elif key == Qt.Key.Key_Down:
                self._typed(self._box.text())
            return True
        return False
