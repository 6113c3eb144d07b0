"""Undo and redo as one sees them: what was refused goes first, then the last step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from crmdesk.gui.drafts import Place, drafts_of
from crmdesk.gui.grid.view import GridView
from crmdesk.i18n import _, ngettext
from crmdesk.ops.stepwords import said_now

if TYPE_CHECKING:
    from crmdesk.gui.main_window import MainWindow
    from crmdesk.ops.changes import Announcement, Outcome

MANY = 100
"""An undo that changes so many records is told with a way back beside it."""


class Undoing(QObject):
    """Takes back what stands there last: an open question, a refused value, else a step."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = window.bridge
        # What was in front and went by the undo or redo that is being answered.
        self._went = ""
        window.view.leaving.left.connect(self._front_left)

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
        step = said_now(self._bridge.registry, outcome.step)
        words = _("Undone: {step}").format(step=step)
        if count >= MANY:
            words = ngettext(
                "Undone: {step} · {count} record", "Undone: {step} · {count} records", count
            ).format(step=step, count=f"{count:,}")
        went = self._gone_words()
        if went or count >= MANY:
            status.offer(f"{words}{went}", _("Redo"), self._window.redo)
        else:
            status.say(words)

    def _redone(self, outcome: Outcome) -> None:
        step = said_now(self._bridge.registry, outcome.step)
        words = _("Done again: {step}").format(step=step)
        went = self._gone_words()
        if went:
            self._window.status.offer(f"{words}{went}", _("Undo"), self._window.undo)
        else:
            self._window.status.say(words)

    # -- a front that goes

    def _gone_words(self) -> str:
        went, self._went = self._went, ""
        return " · " + _("“{title}” is gone").format(title=went) if went else ""

    def _front_left(self, title: str, announcement: Announcement | None) -> None:
        """The record in front is not there any more."""
        title, status = title or _("Record"), self._window.status
        if announcement is None:
            status.say(_("“{title}” is gone").format(title=title))
        elif not announcement.turned:
            words = _("“{title}” was deleted").format(title=title)
            status.offer(words, _("Undo"), self._window.undo)
        elif not announcement.everything:
            # Told along with the step, whose answer comes next.
            self._went = title


def install(window: MainWindow) -> Undoing:
    """Let a window undo and redo."""
    return Undoing(window)
