"""The editor that picks: a line to type in and a list under it, of choices or of records."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFont, QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from crmdesk.gui import chips
from crmdesk.gui.grid.editors import LineEditor
from crmdesk.gui.grid.picklist import MAKE, MOST, PickList
from crmdesk.gui.grid.source import Cancel, Chosen, Entry, Fresh, Option
from crmdesk.gui.theme.theme import theme

# Asks for the options that a text may mean; answers now or later.
Ask = Callable[[str, Callable[[Sequence[Option]], None]], Cancel]
# Adds what was typed to the choices at once; gets the new one.
Add = Callable[[str, Callable[[Option], None]], None]
# Opens what changes an option: its id, its title, where it lies on the screen, what follows.
Manage = Callable[[QWidget, Option, QRect, Callable[[], None]], None]


# What ends one of several choices.
_COMMA = re.compile("[,;，；、]")
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class PickEditor(LineEditor):
    """A line that narrows a list; what is marked in the list is what is entered.

    Text that no option matches is entered as typed: the source says why it cannot be, unless the
    last line is taken, which makes what was typed: a record, or a choice.
    """

    done = Signal()

    def __init__(
        self,
        parent: QWidget,
        *,
        font: QFont,
        name: str,
        ask: Ask,
        as_chips: bool,
        several: bool = False,
        entity: str = "",
        making: str = "",
        add: Add | None = None,
        manage: Manage | None = None,
    ) -> None:
        """`making` names the last line, with {text}; `add` and `manage` are for choices."""
        super().__init__(parent, numeric=False, font=font, name=name)
        self._ask = ask
        self._several = several
        self._making = making
        self._add = add
        self._manage = manage
        self._tick_colours: dict[str, Option] = {}
        self._cancel: Cancel | None = None
        self._asked = 0
        # New choices that are on their way.
        self._adding: list[str] = []
        # A comma has just been typed.
        self._ended = False
        self._ending = False
        self._keeping = False
        self._changed = False
        self._order: list[str] = []
        self._start_text = ""
        # What the list was asked for: what is typed, while the line shows what is marked.
        self._sought = ""
        self.list = PickList(parent.window(), as_chips=as_chips, entity=entity, name=name)
        self.list.lend_focus_to(self)
        self.list.set_pencils(manage is not None)
        self.list.picked.connect(self._clicked)
        self.list.pencil.connect(self._change)
        self.destroyed.connect(self.list.deleteLater)
        self.textEdited.connect(self._edited)

    def begin(self, text: str, replace: str | None) -> None:
        super().begin("" if self._several else text, replace)
        self._start_text = text
        if replace is None:
            self._search("")
        else:
            self._edited(replace)

    def renew(self) -> None:
        super().renew()
        if self.text():
            # What was refused is looked for again: it may be meant for one of these, or made.
            self._edited(self.text())

    def begin_ticked(self, keys: Sequence[str]) -> None:
        """For several choices: what is chosen already."""
        self.list.options.ticked = set(keys)
        self._order = list(keys)

    def entry(self) -> Entry | None:
        if self._several:
            return self._several_entry()
        if not self._changed:
            return None
        if not self.text().strip():
            return ""
        at = self.list.at
        if 0 <= at < len(self.list.options.shown):
            option = self.list.options.shown[at]
            if option.id == MAKE:
                return Fresh(self._typed_text())
            return Chosen(option.id, option.title)
        return self.text()

    def _typed_text(self) -> str:
        return self._sought.strip()

    def _several_entry(self) -> Entry | None:
        if self._keeping:
            return Chosen(tuple(self._order))
        if self.text().strip():
            # Typed and not picked: the marked option counts, else the text itself.
            at = self.list.at
            if 0 <= at < len(self.list.options.shown) and self.list.options.shown[at].id != MAKE:
                self._tick(self.list.options.shown[at].id)
            else:
                return self.text()
        return Chosen(tuple(self._order)) if self._changed else None

    def take_key(self, key: Qt.Key) -> bool:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: MOST,
            Qt.Key.Key_PageUp: -MOST,
        }
        if key in steps:
            count = len(self.list.options.shown)
            if count:
                at = min(max(self.list.at + steps[key], 0), count - 1)
                self.list.mark(at)
                if not self._several:
                    self._show_marked()
            return True
        if key == Qt.Key.Key_Space and self._ended and not self.text():
            # The one that is typed after a comma.
            self._ended = False
            return True
        if key == Qt.Key.Key_Space and self._several and not self.text() and self.list.at >= 0:
            self._tick(self.list.options.shown[self.list.at].id)
            return True
        if key in _ENTER and self._several and self._marked_make():
            self._add_word(self._typed_text())
            return True
        if key in _ENTER and self._adding and not self.text():
            # What ended by a comma is not there yet; the edit ends with it.
            self._ending = True
            return True
        if key == Qt.Key.Key_Backspace and self._several and not self.text() and self._order:
            self._tick(self._order[-1])
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_F2 and held and self._manage is not None:
            if self.list.at >= 0:
                self._change(self.list.at)
            return
        super().keyPressEvent(event)

    def lay(self, rect: QRect) -> None:
        super().lay(rect)
        self._place()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.list.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._several or not self._order:
            return
        # What is chosen stands in the line as chips, before what is typed.
        painter = QPainter(self)
        x, ratio, tokens = 6, self.devicePixelRatioF(), theme().tokens
        for key in self._order:
            option = self._tick_colours.get(key, Option(key, key))
            made = chips.chip(option.title, option.colour, 160, tokens, ratio)
            painter.drawPixmap(x, (self.height() - chips.CHIP_HEIGHT) // 2, made)
            x += round(made.width() / ratio) + 4
        painter.end()

    def _make_room(self) -> None:
        if self._several:
            titles = [self._tick_colours.get(key, Option(key, key)).title for key in self._order]
            wide = sum(min(round(chips.chip_width(title)), 160) + 4 for title in titles)
            # At least so much stays for typing.
            self.setTextMargins(min(wide, max(0, self.width() - 60)), 0, 0, 0)
            self.update()

    def _place(self) -> None:
        window = self.list.parentWidget()
        if window is not None:
            self.list.place(QRect(self.mapTo(window, QPoint(0, 0)), self.size()))

    def _show_marked(self) -> None:
        option = self.list.options.shown[self.list.at]
        self._changed = True
        self.setText(self._sought if option.id == MAKE else option.title)
        self.selectAll()

    def _marked_make(self) -> bool:
        at, shown = self.list.at, self.list.options.shown
        return 0 <= at < len(shown) and shown[at].id == MAKE

    def _add_word(self, word: str) -> None:
        """Add what was typed to the choices at once, and tick it."""
        # A second Enter before the answer would add it twice.
        if self._add is None or word in self._adding:
            return
        self._adding.append(word)

        def added(option: Option) -> None:
            if not isValid(self):
                return
            if word in self._adding:
                self._adding.remove(word)
            self._tick_colours[option.id] = option
            if self._typed_text() == word:
                self.clear()
                self._search("")
            if option.id not in self._order:
                self._tick(option.id)
            self._keep()
            if self._ending and not self._adding:
                self.done.emit()

        self._add(word, added)

    def _keep(self) -> None:
        """Enter what is ticked: a choice that was made for this cell is not lost by Esc."""
        self._keeping = True
        self.kept.emit()
        self._keeping = self._changed = False

    def _take_words(self, text: str) -> str:
        """Tick or add the words that end by a comma; what is still typed."""
        *words, rest = _COMMA.split(text)
        left: list[str] = []
        known = {one.title.casefold(): id for id, one in self._tick_colours.items()}
        for word in filter(None, (one.strip() for one in words)):
            id = known.get(word.casefold())
            if id is not None:
                if id not in self._order:
                    self._tick(id)
            elif self._add is not None:
                self._add_word(word)
            else:
                left.append(f"{word}, ")
        rest = "".join(left) + rest.lstrip()
        self._ended = not rest
        self.setText(rest)
        return rest

    def _change(self, row: int) -> None:
        """Open what renames, recolours or archives an option."""
        option = self.list.options.shown[row]

        def changed() -> None:
            # The editor may have been closed meanwhile.
            if isValid(self):
                self._search(self._sought)

        if self._manage is not None and option.id != MAKE:
            self._manage(self, option, self.list.rect_of(row), changed)

    def _tick(self, key: str) -> None:
        self._changed = True
        if key in self._order:
            self._order.remove(key)
        else:
            self._order.append(key)
        self.list.options.ticked = set(self._order)
        self.list.view.viewport().update()
        self._make_room()

    def _clicked(self, row: int) -> None:
        if self._several:
            if self.list.options.shown[row].id == MAKE:
                self._add_word(self._typed_text())
            else:
                self._tick(self.list.options.shown[row].id)
            return
        self.list.mark(row)
        self._show_marked()
        self.done.emit()

    def _edited(self, text: str) -> None:
        self._changed = True
        if self._several and _COMMA.search(text):
            # All of them, to know which of the words are there already.
            self._ask("", self._know)
            text = self._take_words(text)
        self._search(text)

    def _know(self, options: Sequence[Option]) -> None:
        self._tick_colours.update((option.id, option) for option in options)

    def _search(self, text: str) -> None:
        self._sought = text
        if self._cancel is not None:
            self._cancel()
        self._asked += 1
        number = self._asked

        def answer(options: Sequence[Option]) -> None:
            # Only the answer to what stands in the line now is shown, while there is a line:
            # one may have gone on before it came.
            if isValid(self) and number == self._asked:
                self._found(text, options)

        self._cancel = self._ask(text, answer)

    def _found(self, text: str, options: Sequence[Option]) -> None:
        self._know(options)
        self._make_room()
        typed = text.strip()
        known = any(option.title.casefold() == typed.casefold() for option in options)
        making = [Option(MAKE, self._making.format(text=typed))]
        offered = [*options, *(making if self._making and typed and not known else ())]
        self.list.options.show(offered)
        if typed and offered:
            # Where nothing is called so, Enter makes what the only line offers.
            self.list.mark(0)
        elif not text:
            titles = [option.title for option in options]
            at = titles.index(self._start_text) if self._start_text in titles else -1
            self.list.mark(at)
        self._place()


def matching(options: Sequence[Option], text: str) -> list[Option]:
    """The options that `text` may mean: those that begin with it first."""
    wanted = text.strip().casefold()
    if not wanted:
        return list(options)
    begins = [one for one in options if one.title.casefold().startswith(wanted)]
    holds = [one for one in options if wanted in one.title.casefold() and one not in begins]
    keys = [one for one in options if one.id.casefold() == wanted and one not in begins + holds]
    return begins + holds + keys
