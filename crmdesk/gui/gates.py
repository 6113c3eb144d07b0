"""Asks in place for what a step needs, where records lack it, and takes the step with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from crmdesk.gui.cells import CellMaker
from crmdesk.gui.entering import reasons_of, values_of
from crmdesk.gui.grid.editors import CellEditor
from crmdesk.gui.grid.opening import PICKED, make_editor
from crmdesk.gui.grid.source import Chosen, Entry, GridColumn
from crmdesk.gui.grid.view import GridView
from crmdesk.gui.lists.combo import Combo
from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.sources import QuerySource
from crmdesk.gui.theme import fonts
from crmdesk.i18n import _, ngettext
from crmdesk.ops.changes import GateRefused, Outcome, UpdateMany
from crmdesk.schema.query import Query

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.main_window import MainWindow

_WIDTH = 320
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_EDITOR = 32


class GatePrompt(Popover):
    """The fields that are missing, each with its editor; Enter takes the step with them."""

    def __init__(self, parent: QWidget, bridge: Bridge, refused: GateRefused) -> None:
        self._bridge = bridge
        self._refused = refused
        stage = _step_name(bridge, refused)
        title = _("“{stage}” needs more").format(stage=stage)
        super().__init__(parent, title, width=_WIDTH)
        count = len(refused.missing)
        if count > 1:
            hint = QLabel(ngettext(
                "{count} record lacks something. What you enter goes where it is missing.",
                "{count} records lack something. What you enter goes where it is missing.", count,
            ).format(count=f"{count:,}"), self)  # fmt: skip
            hint.setWordWrap(True)
            hint.setProperty("look", "muted")
            self.box.addWidget(hint)
        names = tuple(dict.fromkeys(name for all_ in refused.missing.values() for name in all_))
        self._source = QuerySource(bridge, Query(refused.entity), names)
        self.columns: tuple[GridColumn, ...] = CellMaker(
            bridge.registry, bridge.picks, bridge.ctx, refused.entity, names
        ).columns()
        self.editors: dict[str, QWidget] = {}
        self.reasons: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for line, spec in enumerate(self.columns):
            self._add(grid, 2 * line, spec)
        self.box.addLayout(grid)
        self.told = QLabel(self)
        self.told.setWordWrap(True)
        self.told.setProperty("look", "error")
        self.told.hide()
        self.box.addWidget(self.told)
        self.cancel = QPushButton(_("Cancel"), self)
        self.take = QPushButton(_("Move to {stage}").format(stage=stage), self)
        self.take.setProperty("look", "primary")
        self.cancel.clicked.connect(self.dismiss)
        self.take.clicked.connect(self.write)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.cancel)
        row.addWidget(self.take)
        self.box.addLayout(row)

    def begin(self) -> None:
        """Put the focus into the first field."""
        first = next(iter(self.editors.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _add(self, grid: QGridLayout, line: int, spec: GridColumn) -> None:
        made = self._editor(spec)
        made.setMinimumHeight(_EDITOR)
        label = QLabel(spec.title, self)
        label.setBuddy(made)
        label.setProperty("look", "muted")
        reason = QLabel(self)
        reason.setWordWrap(True)
        reason.setProperty("look", "error")
        reason.hide()
        grid.addWidget(label, line, 0)
        grid.addWidget(made, line, 1)
        grid.addWidget(reason, line + 1, 1)
        self.editors[spec.path] = made
        self.reasons[spec.path] = reason

    def _editor(self, spec: GridColumn) -> QWidget:
        if spec.kind == "choice":
            box = Combo(self)
            box.setAccessibleName(spec.title)
            box.addItem("", None)
            for option in self._source.choices(spec.path):
                box.addItem(option.title, option.id)
            return box
        if spec.kind in PICKED:
            made = make_editor(self, spec, self._source, fonts.font(), lambda _one: None)
            made.setProperty("look", "")
            return made
        line = QLineEdit(self)
        line.setAccessibleName(spec.title)
        line.returnPressed.connect(self._next)
        return line

    def _next(self) -> None:
        """Go to the next field that is empty, or take the step."""
        empty = [one for one in self.editors.values() if not _entry(one)]
        if empty:
            empty[0].setFocus()
        else:
            self.write()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A list of choices leaves Return to whom it stands in.
        if event.key() in _ENTER and isinstance(QApplication.focusWidget(), Combo):
            self._next()
            return
        super().keyPressEvent(event)

    # -- writing

    def entries(self) -> dict[str, Entry]:
        """What was entered, by field."""
        found = {name: _entry(editor) for name, editor in self.editors.items()}
        return {name: entry for name, entry in found.items() if entry}

    def write(self) -> None:
        """Take the step with what was entered, as one step."""
        bridge, refused, entries = self._bridge, self._refused, self.entries()
        first = next(iter(refused.missing))
        self.take.setEnabled(False)

        def do(_job: object) -> Outcome:
            values = values_of(bridge, refused.entity, first, entries)
            changes = {
                id: {**given, **_wanted(values, refused.missing.get(id, ()))}
                for id, given in refused.changes.items()
            }
            return bridge.workspace.run(UpdateMany(refused.entity, changes))

        bridge.work(do, lambda _outcome: self.dismiss(), self._failed, heard=False)

    def _failed(self, error: Exception) -> None:
        self.take.setEnabled(True)
        reasons = reasons_of(error)
        for name, label in self.reasons.items():
            label.setText(reasons.get(name, ""))
            label.setVisible(bool(reasons.get(name)))
        rest = [text for name, text in reasons.items() if name not in self.reasons]
        self.told.setText(" ".join(rest))
        self.told.setVisible(bool(rest))
        self.place()
        wrong = next((self.editors[name] for name in reasons if name in self.editors), None)
        if wrong is not None:
            wrong.setFocus()


def _entry(editor: QWidget) -> Entry | None:
    if isinstance(editor, Combo):
        key = editor.currentData()
        return None if key is None else Chosen(key, editor.currentText())
    if isinstance(editor, QLineEdit) and not hasattr(editor, "entry"):
        return editor.text().strip() or None
    typed: CellEditor = editor  # type: ignore[assignment]
    return typed.entry()


def _wanted(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _step_name(bridge: Bridge, refused: GateRefused) -> str:
    """What the step is called that the records were to take."""
    entity = bridge.registry.entity(refused.entity)
    for values in refused.changes.values():
        for name, value in values.items():
            field = entity.by_name.get(name)
            if field is not None and bridge.picks.is_step(field):
                option = bridge.picks.option(field.target, str(value))
                if option is not None:
                    return option.title
    return entity.label.text(bridge.language)


class Gates(QObject):
    """Opens the prompt where one works, when the door asks for more."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.prompt: GatePrompt | None = None

    def ask(self, refused: GateRefused) -> None:
        """Ask for what these records lack."""
        if self.prompt is not None:
            self.prompt.dismiss()
        widget, rect = self._place()
        anchor = QWidget(widget)
        anchor.setGeometry(rect)
        anchor.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        prompt = self.prompt = GatePrompt(self._window, self._window.bridge, refused)

        def closed() -> None:
            anchor.deleteLater()
            if self.prompt is prompt:
                self.prompt = None
            self._drop(refused)

        prompt.closed.connect(closed)
        prompt.open_under(anchor)
        prompt.begin()

    def _place(self) -> tuple[QWidget, QRect]:
        """What is worked on just now: the current cell or card, else what has the focus."""
        # Late: a window without a board needs none of it.
        from crmdesk.gui.board.view import BoardView

        focus = QApplication.focusWidget()
        if isinstance(focus, GridView) and focus.current()[0] >= 0:
            return focus.viewport(), focus.cell_rect(*focus.current())
        if isinstance(focus, BoardView) and focus.at[0] >= 0:
            dropped, focus.dropped = focus.dropped, None
            if dropped is not None:
                return focus.viewport(), QRect(dropped, QSize(1, 1))
            card = focus.card_rect(*focus.at).intersected(focus.viewport().rect())
            if not card.isEmpty():
                return focus.viewport(), card
        if focus is not None and self._window.isAncestorOf(focus):
            return focus, focus.rect()
        middle = self._window.rect().center() - QPoint(_WIDTH // 2, 120)
        return self._window, QRect(middle, middle)

    def _drop(self, refused: GateRefused) -> None:
        """Take what was refused out of the cells: it was written, or one thought better of it."""
        form = self._window.view.record_form
        if form is not None and form.record.asked[0] == refused.entity:
            record = form.record
            given = refused.changes.get(record.asked[1], {})
            for column, spec in enumerate(record.columns):
                if spec.path in given and record.cell(column).state == "refused":
                    record.discard(column)
        for view in self._window.findChildren(GridView):
            grid = view.grid
            if grid.source.entity != refused.entity:
                continue
            for id, values in refused.changes.items():
                row = grid.row_of_id(id)
                for column, spec in enumerate(grid.columns if row >= 0 else ()):
                    if spec.path in values and grid.cell(row, column).state == "refused":
                        grid.discard(row, column)
