"""Undo and redo as one sees them: what was refused goes first, then the last step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from crmdesk.gui.drafts import Place, drafts_of
from crmdesk.gui.grid.view import GridView
from crmdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.ops.changes import Outcome

MANY = 100
"""An undo that changes so many records is told with a way back beside it."""


class Undoing(QObject):
    """Takes back what stands there last: an open question, a refused value, else a step."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = window.bridge

    def undo(self) -> None:
        """Take back what was done last, and say what it was."""
        if not self._close_gate() and not self._drop_focused() and not self._drop_last():
            self._bridge.undo(self._undone)

    def redo(self) -> None:
        """Do again what was taken back, and say what it was."""
        self._bridge.redo(self._redone)

    # -- what is no step yet

    def _close_gate(self) -> bool:
        """Close the question what a step lacks, as Esc does."""
        gates = self._window.board_acts.gates
        if gates is None or gates.prompt is None:
            return False
        gates.prompt.dismiss()
        return True

    def _drop_focused(self) -> bool:
        """Drop what was refused where the focus is, or typed last into a line for a new record."""
        # Late, for the start's sake: no start shows a form.
        from crmdesk.gui.record.editable import Editable

        focus = QApplication.focusWidget()
        if isinstance(focus, Editable):
            cell = focus.cell
            if cell.state != "refused":
                return False
            focus.record.discard(focus.column)
            self._say_dropped(cell.text)
            return True
        if not isinstance(focus, GridView):
            return False
        grid = focus.grid
        row, column = focus.current()
        if row < 0:
            return False
        if row == grid.new_row:
            return grid.take_back()
        cell = grid.cell(row, column)
        if cell.state != "refused" or not grid.discard(row, column):
            return False
        self._say_dropped(cell.text)
        return True

    def _drop_last(self) -> bool:
        """Drop what was refused since the last step, where it can be seen, and go there."""
        drafts = drafts_of(self._bridge)
        together = drafts.refused[-1] if drafts.refused else ()
        texts = [
            drafts.of(place.entity)[place.record][place.path].text
            for place in together
            if self._go_to(place)
        ]
        if not texts:
            return False
        for place in together:
            drafts.drop(*place)
        self._say_dropped(texts[0])
        return True

    def _go_to(self, place: Place) -> bool:
        """Put the focus on what was refused; False where it is not to be seen."""
        form = self._window.view.record_form
        if form is not None and form.isVisible():
            field = form.field(place.path)
            if field is not None and form.record.asked == (place.entity, place.record):
                field.setFocus()
                form.ensureWidgetVisible(field)
                return True
        for view in self._window.findChildren(GridView):
            if not view.isVisible() or view.grid.source.entity != place.entity:
                continue
            row = view.grid.row_of_id(place.record)
            for column, spec in enumerate(view.grid.columns):
                if row >= 0 and spec.path == place.path:
                    view.setFocus()
                    view.go(row, column)
                    return True
        return False

    def _say_dropped(self, text: str) -> None:
        self._window.status.say(_("Dropped what was refused: “{text}”").format(text=text))

    # -- steps

    def _undone(self, outcome: Outcome) -> None:
        status, count = self._window.status, outcome.records
        if count < MANY:
            status.say(_("Undone: {step}").format(step=outcome.step))
            return
        words = ngettext(
            "Undone: {step} · {count} record", "Undone: {step} · {count} records", count
        ).format(step=outcome.step, count=f"{count:,}")
        status.offer(words, _("Redo"), self._window.redo)

    def _redone(self, outcome: Outcome) -> None:
        self._window.status.say(_("Done again: {step}").format(step=outcome.step))


def install(window: MainWindow) -> Undoing:
    """Let a window undo and redo."""
    return Undoing(window)
